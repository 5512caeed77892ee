"""Makes e_value.csv: ln of the e-value of counts against a rate, and the ends of the always-valid interval, to 20 digits, by
mpmath with 120. The e-value is B(1+s, 1+f)/(p^s (1-p)^f) as it is written, from log gammas; the ends are found by bisection of
it, no derivative and no divergence.

    python3 e_value.py
"""
import csv
import random
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 120


def ln_mixture(s, f):
    return mp.loggamma(1 + s) + mp.loggamma(1 + f) - mp.loggamma(2 + s + f)


def ln_e(s, f, x, y):
    """x = p and y = 1 - p, exactly."""
    one = s * mp.log(x) if s else mpf(0)
    other = f * mp.log(y) if f else mpf(0)
    return ln_mixture(s, f) - one - other


def lower(s, f, reach):
    """The p below s/n where ln E = reach, by bisection in ln p."""
    if s == 0:
        return mpf(0)
    high = mp.log(s / (s + f))
    low = high - 1
    at = lambda ln_p: ln_e(s, f, mp.exp(ln_p), -mp.expm1(ln_p)) if ln_p < 0 else mpf("-inf")
    while at(low) < reach:
        low = high + 2 * (low - high)
    for _ in range(300):
        middle = (low + high) / 2
        if at(middle) < reach:
            high = middle
        else:
            low = middle
    return mp.exp(low)


def cases(rng):
    yield from [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 19.0), (1e9, 0.0), (0.0, 1e12), (0.5, 0.5), (2.0, 3.0), (1e12, 1e12),
                (5e11, 5e11), (1e-3, 1e9), (1e-9, 1e12), (1e9, 1e-3), (0.25, 0.0), (1.0, 1e12), (354.0, 646.0)]
    for _ in range(110):
        n, p = 10 ** rng.uniform(0, 12), rng.choice([rng.random(), 10 ** rng.uniform(-9, 0), 1 - 10 ** rng.uniform(-9, 0)])
        s, f = n * p, n * (1 - p)
        if rng.random() < 0.6:
            s, f = round(s), round(f)
        yield float(s), float(f)


def main():
    rng = random.Random(11)
    with open(Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["s", "f", "rate", "ln_e", "level", "lower", "upper_complement"])
        for s, f in cases(rng):
            n = s + f
            mean = min(max(s / n if n else 0.5, 1e-12), 1 - 1e-12)
            sd = (mean * (1 - mean) / max(n, 1)) ** 0.5
            # From neighbours of the mean to rates far off, and a rate that the counts do not know of.
            rate = rng.choice([mean, mean + rng.uniform(-8, 8) * sd, mean * rng.uniform(0.3, 1.7), rng.random(), 10 ** rng.uniform(-9, 0)])
            rate = min(max(rate, 1e-300), 1 - 1e-16)
            level = rng.choice([0.5, 0.9, 0.95, 0.99, 1 - 1e-6])
            # The level is a double; 1 - level is exact there.
            reach = -mp.log(1 - mpf(level))
            s_, f_, p_ = mpf(s), mpf(f), mpf(rate)
            out.writerow([repr(s), repr(f), repr(rate), mp.nstr(ln_e(s_, f_, p_, 1 - p_), 20), repr(level),
                          mp.nstr(lower(s_, f_, reach), 20), mp.nstr(lower(f_, s_, reach), 20)])


if __name__ == "__main__":
    main()
