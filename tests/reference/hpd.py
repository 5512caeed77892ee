"""Makes hpd.csv: the ends of the interval of highest density of Beta(a, b), a, b > 1, to 18 digits, by mpmath with 40.

Bisection of the lower end, and for each of the upper end at which the density is the same; the tails are those of law.py.

    python3 hpd.py
"""
import csv
import random
from pathlib import Path

from law import Law, mp, mpf


def ln_density(law, t):
    """Of the rate, not of its logit, at a logit."""
    return -(law.a - 1) * mp.log1p(mp.exp(-t)) - (law.b - 1) * mp.log1p(mp.exp(t))


def bisect(f, low, high, steps):
    """Where f turns from true to false."""
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) else (low, middle)
    return low


def hpd(a, b, level):
    law = Law(a, b)
    mode = mp.log((law.a - 1) / (law.b - 1))
    scale = mp.sqrt(1 / (law.a - 1) + 1 / (law.b - 1))

    def upper_end(t):
        high, height = mode + scale, ln_density(law, t)
        while ln_density(law, high) > height:
            high = mode + 2 * (high - mode)
        return bisect(lambda u: ln_density(law, u) > height, mode, high, 115)

    outside = 1 - mpf(level)
    beyond = lambda t: law.lower(t) + law.upper(upper_end(t))
    low = mode - scale
    while beyond(low) > outside:
        low = mode + 2 * (low - mode)
    low = bisect(lambda t: beyond(t) < outside, low, mode, 110)
    return low, upper_end(low)


def main():
    rng = random.Random(8)
    shape = lambda low, high: float(f"{1 + 10 ** rng.uniform(low, high):.9g}")
    cases = [(2, 2, 0.95), (4, 3, 0.95), (2, 5, 0.5), (1.5, 1.5, 0.99), (1e9, 1e9, 0.95), (1e9, 2, 0.95), (1.001, 1e9, 0.9), (1e9, 1e6, 0.95),
             (1e9, 1.5, 0.8), (1.01, 1.01, 0.95), (1.0001, 3, 0.5), (300, 700, 0.999999), (31, 71, 0.01), (1e9 + 1, 1e9, 0.95), (1e9, 1e9 + 1, 0.95)]
    cases += [(shape(-2, 2), shape(-2, 2), rng.choice([0.5, 0.9, 0.95, 0.99])) for _ in range(14)]
    cases += [(shape(-1, 9), shape(-1, 9), rng.choice([0.5, 0.9, 0.95, 0.99])) for _ in range(16)]
    with open(Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["a", "b", "level", "lower", "upper_complement"])
        for a, b, level in cases:
            low, high = hpd(a, b, level)
            out.writerow([repr(float(a)), repr(float(b)), repr(level), mp.nstr(1 / (1 + mp.exp(-low)), 18), mp.nstr(1 / (1 + mp.exp(high)), 18)])
            file.flush()


if __name__ == "__main__":
    main()
