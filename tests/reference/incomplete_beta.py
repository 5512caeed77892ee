"""Makes incomplete_beta.csv: both tails of Beta(a, b) at x, to 20 digits, from a series of positive terms.

I_x(a, b) = xᵃ(1−x)ᵇ/(a B(a, b)) · Σₙ Πₖ₌₀ⁿ⁻¹ (a+b+k)x/(a+1+k)   (DLMF 8.17.8)

summed in integers with 300 bits after the point, the factor before it by mpmath with 80 digits. The inputs are the
floating-point numbers written in the file, taken exactly. Run: python3 incomplete_beta.py
"""
import csv
import random
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 80
BITS = 300


def fixed(x):
    return int(mp.nint(mp.ldexp(mpf(x), BITS)))


def series(a, b, x):
    """Σ of the products, by exact-enough integers."""
    a, s, x = fixed(a), fixed(mpf(a) + mpf(b)), fixed(x)
    one = 1 << BITS
    term = total = one
    numerator, denominator = s, a + one
    while term:
        term = (term * ((numerator * x) >> BITS)) // denominator
        total += term
        numerator += one
        denominator += one
    return mp.ldexp(mpf(total), -BITS)


def density_of_logit(a, b, x):
    a, b, x = mpf(a), mpf(b), mpf(x)
    ln_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    return mp.exp(a * mp.log(x) + b * mp.log1p(-x) - ln_beta)


def lower_tail(a, b, x):
    """I_x(a, b); x, a and b may be mpf."""
    x = mpf(x)
    if x > mpf(1) / 2:
        return 1 - lower_tail(b, a, 1 - x)
    return density_of_logit(a, b, x) / mpf(a) * series(a, b, x)


def logit_law(a, b):
    """Mean and standard deviation of the logit."""
    return mp.psi(0, a) - mp.psi(0, b), mp.sqrt(mp.psi(1, a) + mp.psi(1, b))


def random_parameter(rng, low, high):
    return float(f"{10 ** rng.uniform(low, high):.6g}")


def points():
    rng = random.Random(1)
    for low, high, count in [(-2, 2, 150), (2, 4, 60), (4, 6, 40), (6, 8, 30), (8, 9, 12)]:
        for _ in range(count):
            a, b = random_parameter(rng, low, high), random_parameter(rng, low, high)
            yield a, b, rng.uniform(-7, 7)
    for _ in range(120):
        a, b = random_parameter(rng, -2, 8), random_parameter(rng, -2, 8)
        yield a, b, rng.uniform(-7, 7)
    for a, b in [(0.01, 1e8), (1e8, 0.01), (0.01, 0.01), (1, 1), (0.5, 0.5), (1e8, 1e8), (1e9, 1e9), (1e4, 1e4), (1e9, 1),
                 (1, 1e9), (3, 1e8), (100, 1e8), (1e8, 500), (1e8, 1e6), (450, 450), (1000, 1e9), (1e-8, 1), (1e-6, 1e-3)]:
        for z in (-30, -4, -1, -0.01, 0, 0.01, 1, 4, 12):
            yield float(a), float(b), z


def main():
    with open(Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["a", "b", "x", "lower", "upper"])
        for a, b, z in points():
            mean, sd = logit_law(a, b)
            x = float(1 / (1 + mp.exp(-(mean + z * sd))))
            if not 1e-290 < x < 1:
                continue
            lower = lower_tail(a, b, x)
            upper = 1 - lower
            if min(lower, upper) < mpf("1e-60"):
                # The other way round the small tail is summed, not left over.
                upper = lower_tail(b, a, 1 - mpf(x)) if upper < lower else upper
            if min(lower, upper) > mpf("1e-290"):
                out.writerow([repr(a), repr(b), repr(x), mp.nstr(lower, 20), mp.nstr(upper, 20)])


if __name__ == "__main__":
    main()
