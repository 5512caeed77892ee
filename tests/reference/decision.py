"""Makes decision.csv: P(best), E[max] and value remaining of sets of Beta posteriors.

Method: Gauss-Legendre with 8 nodes on some 40 000 cells or more in t = ln(x/(1-x)), with scipy's betainc/betaincc (Boost) for
the distribution functions. The program integrates densities instead and uses no incomplete beta function.

    python3 decision.py > decision.csv
"""
import numpy as np
from scipy import special


def sets():
    rng = np.random.default_rng(20260101)
    yield "two_uniform", [(1, 1), (1, 1)]
    yield "one_success_ahead", [(2, 1), (1, 1)]
    yield "three_russo", [(901, 101), (161, 41), (71, 31)]
    yield "one_sided", [(1, 2), (3, 1), (1, 1)]
    yield "below_one", [(0.5, 0.5), (0.05, 0.5), (0.3, 0.02)]
    yield "hundredths", [(0.01, 0.01), (0.02, 0.01), (1, 1)]
    yield "rare_clicks", [(1 + 2, 1 + 900), (1 + 1, 1 + 300), (1, 1 + 250), (1 + 5, 1 + 1500)]
    yield "wide_beside_narrow", [(1, 1), (30000, 70000), (30100, 69900), (5, 5)]
    yield "near_ties", [(1000, 9000), (1001, 8999), (1002, 8998), (999, 9001)]
    yield "ten_million", [(5_000_000, 5_000_000), (5_002_000, 4_998_000), (4_999_000, 5_001_000)]
    yield "settled", [(4000, 6000), (3000, 7000), (100, 400)]
    yield "leader_is_wide", [(12, 8), (550, 450), (54000, 46000)]
    yield "near_one", [(1e6, 0.5), (1e5, 2), (50, 0.01)]
    yield "forty", [(int(1 + s), int(1 + n - s)) for n, p in zip(rng.integers(1, 400, 40), rng.beta(2, 8, 40)) for s in [rng.binomial(n, p)]]


def grid(posteriors):
    low = min(special.logit(special.betaincinv(a, b, 1e-17)) if a > 0.2 else -45 / a for a, b in posteriors)
    high = max(-special.logit(special.betaincinv(b, a, 1e-17)) if b > 0.2 else 45 / b for a, b in posteriors)
    # Dense where anything bends, thin along long exponential tails.
    pieces = []
    for a, b in posteriors:
        centre, width = np.log(max(a, 1) / max(b, 1)), np.sqrt(1 / max(a, 1) + 1 / max(b, 1))
        pieces.append(centre + width * np.linspace(-14, 14, 6001 if len(posteriors) < 20 else 601))
    pieces.append(np.linspace(max(low, -60), min(high, 60), 20001))
    pieces.append(np.linspace(low, high, 20001))
    return np.unique(np.concatenate(pieces))


def gauss(posteriors):
    """Gauss-Legendre, 8 nodes on every cell of the grid: far finer than any density needs."""
    cells = grid(posteriors)
    x, w = np.polynomial.legendre.leggauss(8)
    half = np.diff(cells) / 2
    t = (cells[:-1] + half)[:, None] + half[:, None] * x
    return t.ravel(), (half[:, None] * w).ravel()


def tails(a, b, t):
    x, y = special.expit(t), special.expit(-t)
    upper = np.where(x < 0.5, special.betaincc(a, b, x), special.betainc(b, a, y))
    lower = np.where(x < 0.5, special.betainc(a, b, x), special.betaincc(b, a, y))
    # Beyond |t| = 36, x or 1 - x is a power to the last bit; it underflows long before the power does.
    ln_lower = a * t - special.betaln(a, b) - np.log(a)
    ln_upper = -b * t - special.betaln(a, b) - np.log(b)
    lower = np.where(t < -36, np.exp(np.minimum(ln_lower, 0)), lower)
    upper = np.where(t > 36, np.exp(np.minimum(ln_upper, 0)), upper)
    upper = np.where(t < -36, -np.expm1(np.minimum(ln_lower, 0)), upper)
    lower = np.where(t > 36, -np.expm1(np.minimum(ln_upper, 0)), lower)
    return lower, upper


def solve(posteriors):
    t, w = gauss(posteriors)
    x, y = special.expit(t), special.expit(-t)
    ln_cdf, ln_density = [], []
    for a, b in posteriors:
        lower, upper = tails(a, b, t)
        with np.errstate(divide="ignore"):
            ln_cdf.append(np.where(lower < 0.5, np.log(lower), np.log1p(-upper)))
        ln_density.append(ln_logit_density(a, b, t))
    ln_cdf = np.array(ln_cdf)
    p = []
    for k in range(len(posteriors)):
        others = np.delete(ln_cdf, k, axis=0).sum(axis=0)
        p.append(float((w * np.exp(ln_density[k] + others)).sum()))
    best = max(range(len(posteriors)), key=lambda k: posteriors[k][0] / sum(posteriors[k]))
    others = np.delete(ln_cdf, best, axis=0).sum(axis=0)
    remaining = float((w * x * y * np.exp(ln_cdf[best]) * -np.expm1(others)).sum())
    mean = posteriors[best][0] / sum(posteriors[best])
    return p, mean + remaining, remaining


def ln_logit_density(a, b, t):
    """Relative to the peak at ln(a/b), so that nothing cancels for large parameters."""
    from mpmath import mp, mpf, log as mlog, loggamma
    mp.dps = 40
    m = mpf(a) / (mpf(a) + mpf(b))
    peak = float(mpf(a) * mlog(m) + mpf(b) * mlog(1 - m) - loggamma(a) - loggamma(b) + loggamma(mpf(a) + mpf(b)))
    u = t - np.log(a / b)
    m, s = float(m), float(mpf(a) + mpf(b))
    small = np.abs(u) < 30
    with np.errstate(over="ignore"):
        near = np.log1p(m * np.expm1(np.where(small, u, 0))) - m * u
    far = np.logaddexp(np.log1p(-m), np.log(m) + u) - m * u
    return peak - s * np.where(small, near, far)


if __name__ == "__main__":
    print("case,alpha,beta,p_best,expected_max,value_remaining")
    for name, posteriors in sets():
        p, expected_max, remaining = solve(posteriors)
        assert abs(sum(p) - 1) < 2e-11, (name, sum(p))
        for (a, b), p_best in zip(posteriors, p):
            print(f"{name},{float(a)!r},{float(b)!r},{p_best!r},{expected_max!r},{remaining!r}")
