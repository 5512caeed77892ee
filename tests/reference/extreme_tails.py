"""Makes extreme_tails.csv: both tails of Beta(a, b) at a logit, for parameters from 0.001 to 1e9 in which rates round to 0 or 1,
to 18 digits, by mpmath with 50. For tiny rates the series of incomplete_beta.py is I_x = x^a/(a B) times a sum that is 1 to
every digit; it is summed all the same.

    python3 extreme_tails.py
"""
import csv
import random
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 60


def hypergeometric(a, b, t):
    """I_x(a, b) at logit t < 0, from I_x = x^a y^b/(a B) * 2F1(1, a+b; a+1; x), a sum of positive terms, with mpf's range."""
    x, y = 1 / (1 + mp.exp(-t)), 1 / (1 + mp.exp(t))
    ln_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    term = total = mpf(1)
    k = 0
    while term > total * mpf(10) ** -45:
        term *= (a + b + k) * x / (a + 1 + k)
        total += term
        k += 1
    return mp.exp(a * mp.log(x) + b * mp.log(y) - ln_beta) / a * total


def main():
    rng = random.Random(3)
    with open(Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["a", "b", "logit", "lower", "upper"])
        shapes = [1e-3, 2.5e-3, 1e-2, 0.3, 1.0, 7.0, 1e3, 1e9]
        for a in shapes:
            for b in shapes:
                if min(a, b) > 0.5:
                    continue
                # One near a quantile of the long tail, one anywhere.
                p = rng.uniform(0.02, 0.9)
                for t in (float(mp.log(p * 1.0) / a) - (20.7 if b > 1e6 else 0), -10 ** rng.uniform(0.5, 3.5)):
                    if t > -2 or t < -1e5 or (b > 1e6 and t > -21):
                        continue
                    lower = hypergeometric(mpf(a), mpf(b), mpf(t))
                    if mpf(10) ** -280 < lower < 1:
                        for row in ((a, b, t, lower, 1 - lower), (b, a, -t, 1 - lower, lower)):
                            out.writerow([*map(repr, row[:3]), mp.nstr(row[3], 18), mp.nstr(row[4], 18)])


if __name__ == "__main__":
    main()
