"""Makes evidence.csv: for sets of edges, the prior that the Beta-binomial evidence supports. The profile is scanned by
scipy on a grid of ln(alpha+beta) of step 0.1, its best place refined by mpmath with 30 digits (root of the gradient in psi
functions), standard errors by its trigamma functions, the ends of the interval as roots of the profile. Moments are
Kleinman's (1973) with weights n/(1 + gamma (n - 1)) iterated from n.

rat_tumours.csv holds the 70 historical groups of Tarone (1982), table 5.1 of Gelman et al., Bayesian Data Analysis, third
edition. Run: python3 evidence.py
"""
import csv
from collections import Counter
from pathlib import Path

import numpy as np
from mpmath import mp, mpf
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln
from scipy.stats import chi2

mp.dps = 30
HERE = Path(__file__).parent


class Data:
    def __init__(self, pairs):
        self.pairs = [(y, n) for y, n in pairs]
        self.y = np.array([y for y, n in pairs], float)
        self.n = np.array([n for y, n in pairs], float)
        self.by_y, self.by_f, self.by_n = (Counter(v) for v in zip(*[(y, n - y, n) for y, n in pairs]))

    def fast(self, t, logit):
        s = np.exp(t)
        m = 1 / (1 + np.exp(-logit))
        a, b = s * m, s / (1 + np.exp(logit))
        rise = lambda x, k: gammaln(x + k) - gammaln(x)
        return np.sum(rise(a, self.y) + rise(b, self.n - self.y) - rise(s, self.n))

    def crest(self, t):
        best = minimize_scalar(lambda l: -self.fast(t, l), bounds=(-40, 40), method="bounded", options={"xatol": 1e-12})
        return -best.fun, best.x

    def exact(self, a, b):
        rise = lambda x, counts: mp.fsum(c * (mp.loggamma(x + k) - mp.loggamma(x)) for k, c in counts.items())
        return rise(a, self.by_y) + rise(b, self.by_f) - rise(a + b, self.by_n)

    def gradient(self, a, b):
        rise = lambda x, counts: mp.fsum(c * (mp.psi(0, x + k) - mp.psi(0, x)) for k, c in counts.items())
        both = rise(a + b, self.by_n)
        return rise(a, self.by_y) - both, rise(b, self.by_f) - both

    def information(self, a, b):
        rise = lambda x, counts: -mp.fsum(c * (mp.psi(1, x + k) - mp.psi(1, x)) for k, c in counts.items())
        both = rise(a + b, self.by_n)
        return mp.matrix([[rise(a, self.by_y) - both, -both], [-both, rise(b, self.by_f) - both]])

    def mean_at(self, s, start):
        """The mean at which the evidence is greatest, for one s."""
        slope = lambda l: (lambda g, m: g[0] - g[1])(self.gradient(s / (1 + mp.exp(-l)), s / (1 + mp.exp(l))), l)
        return mp.findroot(slope, (start - mpf("0.01"), start + mpf("0.01")), tol=1e-30)

    def profile(self, t, start):
        s = mp.exp(t)
        l = self.mean_at(s, start)
        return self.exact(s / (1 + mp.exp(-l)), s / (1 + mp.exp(l)))


def xlogx(k, n):
    return mpf(0) if k == 0 else mpf(k) * mp.log(mpf(k) / mpf(n))


def moments(pairs):
    rows = [(mpf(y), mpf(n)) for y, n in pairs if n > 0]
    gamma = mpf(0)
    for _ in range(100000):
        w = [n / (1 + gamma * (n - 1)) for y, n in rows]
        total = mp.fsum(w)
        if total == 0:
            return None
        p = mp.fsum(wi * y / n for wi, (y, n) in zip(w, rows)) / total
        s = mp.fsum(wi * (y / n - p) ** 2 for wi, (y, n) in zip(w, rows))
        a = mp.fsum(wi * (1 - wi / total) for wi in w)
        b = mp.fsum(wi / n * (1 - wi / total) for wi, (y, n) in zip(w, rows))
        if p * (1 - p) == 0 or a - b == 0:
            return None
        new = (s - p * (1 - p) * b) / (p * (1 - p) * (a - b))
        if new <= 0:
            return None
        new = min(new, mpf(1))
        if abs(new - gamma) < mpf("1e-25"):
            return None if new > 1 - mpf("1e-20") else (p * (1 / new - 1), (1 - p) * (1 / new - 1))
        gamma = new
    return None


def analyse(pairs, level):
    out = dict(status=None, alpha=None, beta=None, log_likelihood=None, lower=None, upper=None, se_alpha=None, se_beta=None,
               se_mean=None, se_concentration=None)
    mom = moments(pairs)
    out["moments_alpha"], out["moments_beta"] = mom or (None, None)
    big = [(y, n) for y, n in pairs if n > 0]
    total_y, total_n = sum(y for y, n in big), sum(n for y, n in big)
    if not big or max(n for y, n in big) <= 1:
        out["status"] = "unidentified"
        out["log_likelihood"] = (xlogx(total_y, total_n) + xlogx(total_n - total_y, total_n)) if big else mpf(0)
        return out
    if total_y in (0, total_n):
        out["status"], out["log_likelihood"] = "boundary", mpf(0)
        return out
    data = Data(big)
    binomial = xlogx(total_y, total_n) + xlogx(total_n - total_y, total_n)
    pure = [y == n for y, n in big if y in (0, n)]
    zero = xlogx(sum(pure), len(pure)) + xlogx(len(pure) - sum(pure), len(pure)) if len(pure) == len(big) else None
    grid = np.arange(np.log(1e-4), np.log(1e9), 0.1)
    crests = [data.crest(t) for t in grid]
    values = np.array([v for v, _ in crests])
    # Rounding of lgamma: nothing beyond a concentration of 1e6 is told from the limit in double precision.
    inner = [i for i in range(1, len(grid) - 1) if values[i] >= values[i - 1] and values[i] >= values[i + 1] and grid[i] < np.log(1e6)]
    best, place = None, None
    for i in inner:
        a0, b0 = (np.exp(grid[i]) / (1 + np.exp(-crests[i][1])), np.exp(grid[i]) / (1 + np.exp(crests[i][1])))
        try:
            a, b = mp.findroot(lambda a, b: data.gradient(a, b), (mpf(a0), mpf(b0)), tol=1e-28)
        except (ValueError, ZeroDivisionError):
            continue
        if a <= 0 or b <= 0:
            continue
        value = data.exact(a, b)
        if best is None or value > best:
            best, place = value, (a, b)
    limits = [v for v in (binomial, zero) if v is not None]
    if best is not None and best > max(limits):
        out["status"], sup = "interior", best
        a, b = place
        out["alpha"], out["beta"] = a, b
        v = data.information(a, b) ** -1
        s = a + b
        out["se_alpha"], out["se_beta"] = mp.sqrt(v[0, 0]), mp.sqrt(v[1, 1])
        da, db = b / s**2, -a / s**2
        out["se_mean"] = mp.sqrt(da * da * v[0, 0] + 2 * da * db * v[0, 1] + db * db * v[1, 1])
        out["se_concentration"] = mp.sqrt(v[0, 0] + 2 * v[0, 1] + v[1, 1])
    elif zero is not None and zero > binomial:
        out["status"], sup = "boundary", zero
    else:
        out["status"], sup = "no_overdispersion", binomial
    out["log_likelihood"] = sup
    half = mpf(chi2.ppf(level, 1)) / 2
    least = sup - half
    samples = [(t, v, l) for t, (v, l) in zip(grid, crests)]
    if place:
        t = mp.log(sum(place))
        samples.append((float(t), float(best), float(mp.log(place[0] / place[1]))))
        samples.sort()
    inside = [i for i, (_, v, _) in enumerate(samples) if v >= float(least)]

    def end(i, j):
        (t0, _, l), (t1, _, _) = samples[i], samples[j]
        t = brentq(lambda t: data.crest(t)[0] - float(least), t0, t1, xtol=1e-10)
        l = mpf(data.crest(t)[1])
        return mp.exp(mp.findroot(lambda t: data.profile(t, l) - least, (mpf(t), mpf(t) + mpf("1e-6")), tol=1e-18))

    if not (zero is not None and zero >= least) and inside and inside[0] > 0:
        out["lower"] = end(inside[0], inside[0] - 1)
    if binomial < least and inside and inside[-1] + 1 < len(samples):
        out["upper"] = end(inside[-1], inside[-1] + 1)
    return out


def sets():
    rng = np.random.default_rng(20260101)
    rats = [tuple(map(int, row)) for row in list(csv.reader(open(HERE / "rat_tumours.csv")))[1:]]
    yield "rat tumours", rats, 0.95
    yield "rat tumours", rats, 0.5
    yield "rat tumours", rats, 0.999
    yield "nothing", [], 0.95
    yield "edges without events", [(0, 0)] * 3, 0.95
    yield "one event each", [(0, 1), (1, 1), (1, 1), (0, 0)], 0.95
    yield "one event each, all successes", [(1, 1), (1, 1)], 0.95
    yield "all failures", [(0, 5), (0, 9)], 0.95
    yield "all successes", [(5, 5), (1, 1)], 0.95
    yield "all or nothing", [(5, 5), (0, 9), (0, 2)], 0.95
    yield "all or nothing, many", [(8, 8)] * 10 + [(0, 7)] * 20, 0.95
    yield "nearly all or nothing", [(8, 8)] * 10 + [(0, 7)] * 20 + [(1, 6)], 0.95
    yield "one edge", [(3, 10)], 0.95
    yield "equal edges", [(3, 10)] * 5, 0.95
    yield "two edges", [(1, 10), (9, 10)], 0.95
    yield "two edges, hardly apart", [(3, 10), (7, 10)], 0.95
    # The slope at one rate for all, D, is negative, and yet the evidence is higher inside.
    yield "negative D, interior", [(0, 2)] * 10 + [(2, 2)] * 10 + [(500, 1000)], 0.95
    yield "negative D, interior, unbounded", [(0, 2)] * 4 + [(2, 2)] * 4 + [(200, 400)], 0.95
    yield "negative D, interior, skewed", [(0, 5)] * 40 + [(4, 5)] * 6 + [(180, 2000), (190, 2000)], 0.95
    yield "positive D, unbounded", [(2, 10), (5, 10), (3, 10), (2, 10), (6, 10)], 0.95
    for alpha, beta, edges, low, high in [
        (2, 18, 40, 5, 60), (2, 18, 200, 1, 30), (0.5, 0.5, 30, 3, 20), (0.05, 0.2, 60, 2, 30), (30, 70, 50, 20, 300),
        (300, 700, 50, 20, 300), (1, 99, 100, 20, 400), (5, 5, 12, 4, 9), (0.3, 30, 80, 10, 300), (2000, 6000, 30, 50, 90),
        (1, 1, 6, 2, 6), (20, 2, 60, 5, 60), (3, 3, 4, 50, 90), (1e-2, 1e-2, 50, 2, 9), (1.5, 8, 20, 1, 3),
        (50, 50, 100, 100, 2000), (10, 1000, 40, 500, 5000),
    ]:
        for level in (0.95, 0.8)[: 2 if edges < 50 else 1]:
            n = rng.integers(low, high + 1, edges)
            y = rng.binomial(n, np.clip(rng.beta(alpha, beta, edges), 0, 1))
            yield f"drawn from Beta({alpha} {beta})", [(int(a), int(b)) for a, b in zip(y, n)], level
    for p, edges, n in [(0.2, 10, 30), (0.01, 34, 300), (0.5, 20, 8), (0.05, 50, 40)]:
        y = rng.binomial(n, p, edges)
        yield f"one rate {p}", [(int(a), n) for a in y], 0.95


def main():
    columns = ["status", "alpha", "beta", "log_likelihood", "lower", "upper", "moments_alpha", "moments_beta", "se_alpha", "se_beta", "se_mean",
               "se_concentration"]
    with open(HERE / "evidence.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["name", "level", *columns, "successes:trials"])
        for name, pairs, level in sets():
            got = analyse(pairs, level)
            show = lambda v: "" if v is None else v if isinstance(v, str) else mp.nstr(v, 17)
            out.writerow([name, level, *(show(got[c]) for c in columns), " ".join(f"{y}:{n}" for y, n in pairs)])
            print(name, level, got["status"], *(show(got[c])[:9] for c in columns[1:7]), flush=True)


if __name__ == "__main__":
    main()
