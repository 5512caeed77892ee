"""Makes difference.csv: P(X - Y > d) of independent Betas in extended precision, to 1e-14, and E[X] - E[Y] by mpmath.

The integral over y of f_Y(y) P(X > y + d) is taken in z = ln(y/(1-d-y)), in which y and 1 - (y + d) are logistic functions, so
that one smooth variable serves for all; the tail of X is that of extended.py. For negative d it is P(Y - X <= -d).

    python3 difference.py
"""
import csv
from pathlib import Path

import numpy as np
from extended import LONG, Apart, Law, logit, mp, mpf

PAIRS = [
    (1, 1, 1, 1), (2, 1, 1, 1), (40, 60, 30, 70), (0.01, 0.01, 1, 1), (0.01, 1, 0.02, 5), (0.5, 0.5, 0.5, 0.5), (3, 1e9, 2, 1e9),
    (1e9, 3, 1e8, 0.5), (1e9, 1e9, 1e9 + 1e5, 1e9), (1e9, 1e9, 1e9, 1e9 + 1), (1e6, 2e6, 1.001e6, 2e6), (355, 647, 341, 661),
    (1e4, 1e5, 9.9e3, 1.01e5), (1e8, 1, 1, 1), (0.01, 1e9, 1, 1e9), (900, 100, 5, 1), (1, 40, 1, 4e4),
    (7.5, 0.2, 0.2, 7.5), (1e9, 1e-2, 1e9, 2e-2), (50, 50, 5e5, 5e5), (120, 3.5, 80, 2.5), (1 / 3, 2 / 3, 12, 30), (1e3, 9e3, 1001, 8999),
]


def beyond(x, y, d):
    if d < 0:
        return Apart(-d, x, [y]).integral(y.lower) + x.upper(logit(*at(1 + LONG(d))))[0]
    return Apart(d, y, [x]).integral(x.upper)


def at(x):
    return np.array([x]), np.array([1 - x])


def main():
    with open(Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["a1", "b1", "a2", "b2", "d", "p_beyond", "mean"])
        for a1, b1, a2, b2 in PAIRS:
            x, y = Law(a1, b1), Law(a2, b2)
            moments = lambda a, b: (a / (a + b), a * b / (a + b) ** 2 / (a + b + 1))
            (m1, v1), (m2, v2) = moments(mpf(a1), mpf(b1)), moments(mpf(a2), mpf(b2))
            for z in (-1.95, 0, 0.7, 1.95, 3.2):
                d = 0.0 if z == 0 else float(m1 - m2 + z * mp.sqrt(v1 + v2))
                if abs(d) < 1:
                    row = [repr(float(v)) for v in (a1, b1, a2, b2, d)]
                    out.writerow([*row, np.format_float_scientific(beyond(x, y, d), precision=17), mp.nstr(m1 - m2, 20)])
                    file.flush()


if __name__ == "__main__":
    main()
