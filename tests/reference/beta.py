"""Makes beta.csv: ln B(a, b), ψ(a), ψ₁(a), the entropy of Beta(a, b) and its density at x, to 20 digits, by mpmath
with 60. Run: python3 beta.py
"""
import csv
import random
from pathlib import Path

from incomplete_beta import random_parameter
from mpmath import mp, mpf

mp.dps = 60


def row(a, b, z):
    a, b = mpf(a), mpf(b)
    s = a + b
    ln_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(s)
    entropy = ln_beta - (a - 1) * mp.psi(0, a) - (b - 1) * mp.psi(0, b) + (s - 2) * mp.psi(0, s)
    sd = mp.sqrt(a * b / (s + 1)) / s
    x = float(min(max(a / s + z * sd, mpf("1e-9")), mpf("0.999999")))
    ln_density = (a - 1) * mp.log(mpf(x)) + (b - 1) * mp.log1p(-mpf(x)) - ln_beta
    return x, (ln_beta, mp.psi(0, a), mp.psi(1, a), entropy, ln_density)


def main():
    rng = random.Random(4)
    pairs = [(random_parameter(rng, -3, 9), random_parameter(rng, -3, 9)) for _ in range(150)]
    pairs += [(1.0, 1.0), (0.5, 0.5), (1e8, 1e8), (1e9, 1e9), (0.01, 1e8), (1e8, 0.01), (1.0, 1e8), (9.999, 10.001), (2.0, 1.0)]
    with open(Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["a", "b", "ln_beta", "digamma_a", "trigamma_a", "entropy", "x", "ln_density"])
        for a, b in pairs:
            x, (ln_beta, digamma, trigamma, entropy, ln_density) = row(a, b, rng.uniform(-3, 3))
            out.writerow([repr(a), repr(b), *(mp.nstr(v, 20) for v in (ln_beta, digamma, trigamma, entropy)), repr(x),
                          mp.nstr(ln_density, 20)])


if __name__ == "__main__":
    main()
