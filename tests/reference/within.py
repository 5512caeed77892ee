"""Makes within.csv: P(an edge is within epsilon of the best) for sets of Beta posteriors, in extended precision, to 1e-14.

The integral over x of f_k(x) times the other distribution functions at x + epsilon is taken in z = ln(x/(1-epsilon-x)), and what
lies above 1 - epsilon is added; the distribution functions are those of extended.py.

    python3 within.py
"""
import csv
from pathlib import Path

import numpy as np
from extended import LONG, Apart, Law, logit

SETS = [
    ("two_uniform", [(1, 1), (1, 1)], [1e-9, 0.2, 0.75]),
    ("near_ties", [(1000, 9000), (1001, 8999), (999, 9001)], [1e-6, 0.002, 0.01]),
    ("wide_beside_narrow", [(1, 1), (3000, 7000), (5, 5)], [0.006, 0.1]),
    ("below_one", [(0.5, 0.5), (0.05, 0.5), (0.3, 0.02)], [1e-4, 0.05, 0.9]),
    ("hundredths", [(0.01, 0.01), (0.02, 0.01), (1, 1)], [1e-12, 0.02]),
    ("rare_clicks", [(3, 901), (2, 301), (1, 251), (6, 1501)], [1e-4, 0.002]),
    ("thousand_million", [(5e8, 5e8), (5.0002e8, 4.9998e8), (4.9999e8, 5.0001e8)], [1e-6, 3e-5]),
    ("rarest", [(3, 1e9), (2, 1e9), (0.01, 1e9)], [1e-9, 4e-9]),
    ("near_one", [(1e6, 0.5), (1e5, 2), (50, 0.01)], [1e-7, 1e-5, 0.01]),
    ("settled", [(355, 647), (101, 401), (12, 88)], [0.007, 0.2]),
]


def within(laws, k, e):
    others, own = laws[:k] + laws[k + 1:], laws[k]
    at = np.array([1 - LONG(e)]), np.array([LONG(e)])
    product = lambda t: np.prod([law.lower(t) for law in others], axis=0)
    return Apart(e, own, others).integral(product) + own.upper(logit(*at))[0]


def main():
    with open(Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["case", "epsilon", "alpha", "beta", "p_within"])
        for name, posteriors, epsilons in SETS:
            laws = [Law(a, b) for a, b in posteriors]
            for e in epsilons:
                for k, (a, b) in enumerate(posteriors):
                    out.writerow([name, repr(e), repr(float(a)), repr(float(b)), np.format_float_scientific(within(laws, k, e), precision=17)])
                    file.flush()


if __name__ == "__main__":
    main()
