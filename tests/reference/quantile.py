"""Makes quantile.csv: where a tail of Beta(a, b) has a given probability, to 20 digits, by Newton's iteration on ln F.

`lower` is the probability below the quantile where it is at most a half; else `upper`, the one above it, is given.
Run: python3 quantile.py
"""
import csv
import random
from pathlib import Path

import incomplete_beta as exact
from mpmath import mp, mpf


def logit_of_lower(a, b, p):
    """Where ln F(t) = ln p, F the lower tail at the logit t; from the left every Newton step stays left."""
    a, b, p = mpf(a), mpf(b), mpf(p)
    ln_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    t = (mp.log(p) + mp.log(a) + ln_beta) / a
    mean, sd = exact.logit_law(a, b)
    if a >= 1:
        t = max(t, mean - sd * mp.sqrt(-2 * mp.log(2 * p)))
    for _ in range(4000):
        x = 1 / (1 + mp.exp(-t))
        lower = exact.lower_tail(a, b, x)
        if lower < p / 10**7:
            # Far out the complement of the upper tail holds few digits, and Newton's steps are short.
            t += min(sd, 1) / 4
            continue
        step = mp.log(lower / p) * lower / exact.density_of_logit(a, b, x)
        t -= step
        if abs(step) < mpf(10) ** -25 * max(1, abs(t)):
            return t
    raise ArithmeticError((a, b, p))


def logit_at(a, b, p, is_upper):
    """Where the lower or the upper tail is p."""
    # One parameter below one has a long, simple tail at its end: start there, whichever tail is given.
    from_the_right = b < a if min(a, b) < 1 <= max(a, b) else is_upper
    tail = mpf(p) if is_upper == from_the_right else 1 - mpf(p)
    return -logit_of_lower(b, a, tail) if from_the_right else logit_of_lower(a, b, tail)


def cases():
    rng = random.Random(2)
    tails = [0.5, 0.4, 0.25, 0.025, 0.005, 1e-3, 1e-6, 1e-12]
    for low, high, count in [(-2, 2, 120), (2, 4, 40), (4, 6, 20), (6, 8, 12), (8, 9, 3), (-2, 7, 60)]:
        for _ in range(count):
            yield (exact.random_parameter(rng, low, high), exact.random_parameter(rng, low, high), rng.choice(tails),
                   rng.random() < 0.5)
    for a, b in [(0.01, 1e8), (1e8, 0.01), (0.01, 0.01), (1, 1), (0.5, 0.5), (0.01, 1), (1, 0.01), (0.3, 1e6), (5, 1e8)]:
        for p in (0.5, 0.025, 1e-10):
            yield float(a), float(b), p, False
            yield float(a), float(b), p, True
    for a, b in [(1, 1), (0.5, 3), (2, 7), (40, 3), (5, 5000), (3000, 3000), (1, 50), (0.05, 2)]:
        for p in (1e-40, 1e-100, 1e-300):
            yield float(a), float(b), p, False
            yield float(a), float(b), p, True


def main():
    with open(Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["a", "b", "p", "is_upper", "x", "complement", "logit"])
        for a, b, p, is_upper in cases():
            mp.dps, exact.BITS = (400, 1400) if p < 1e-30 else (60, 230)
            t = logit_at(a, b, p, is_upper)
            x, complement = 1 / (1 + mp.exp(-t)), 1 / (1 + mp.exp(t))
            out.writerow([repr(a), repr(b), repr(p), int(is_upper), *(mp.nstr(v, 20) for v in (x, complement, t))])
            file.flush()


if __name__ == "__main__":
    main()
