"""The tails of Betas of any size in extended precision (numpy's 80-bit long double, 19 digits), for scripts that need millions of
them. The density of the logit, seen from its peak so that nothing cancels, is integrated by Gauss-Legendre with 30 nodes on cells
of about one standard deviation, which grow along the exponential tails; the constants are mpmath's. Both tails are sums of
positive terms.

    python3 extended.py      # compares with the series of incomplete_beta.py, by mpmath
"""
import numpy as np
from mpmath import mp, mpf

import law

mp.dps = 40
DEPTH = 120
LONG = np.longdouble
assert np.finfo(LONG).eps < 2e-19, "this needs a processor with 80-bit numbers"


def long(x):
    """A number of mpmath's, to 19 digits."""
    high = float(x)
    return LONG(high) + LONG(float(mpf(x) - mpf(high)))


def legendre(n):
    rule = law.legendre(n)
    return np.array([long(node) for node, _ in rule]), np.array([long(weight) for _, weight in rule])


NODES, WEIGHTS = legendre(30)


def gauss(f, a, b):
    """The integral of f over [a, b], for vectors of ends."""
    centre, half = (a + b) / 2, (b - a) / 2
    return half * (f(centre[:, None] + half[:, None] * NODES) * WEIGHTS).sum(axis=1)


def logistic(t):
    """x and 1 - x of a logit."""
    small = np.exp(-np.abs(t))
    near, far = 1 / (1 + small), small / (1 + small)
    return np.where(t < 0, far, near), np.where(t < 0, near, far)


def logit(x, y):
    return np.log(x) - np.log(y)


class Law:
    def __init__(self, a, b):
        a, b = mpf(a), mpf(b)
        self.a, self.b, self.s = long(a), long(b), long(a + b)
        self.mean, self.complement = long(a / (a + b)), long(b / (a + b))
        self.peak = long(mp.log(a / b))
        ln_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
        self.top = long(a * mp.log(a / (a + b)) + b * mp.log(b / (a + b)) - ln_beta)
        self.width = long(mp.sqrt(1 / max(a, 1) + 1 / max(b, 1)))
        self.bend = long(mp.log(max(a, 1) / max(b, 1)))
        self.edges = np.concatenate([self.cells(-1)[:0:-1], self.cells(1)])
        masses = gauss(self.density, self.edges[:-1], self.edges[1:])
        # Beyond the last edges it is exponential.
        below, above = self.density(self.edges[0]) / self.a, self.density(self.edges[-1]) / self.b
        self.below = np.cumsum(np.concatenate([[below], masses]))
        self.above = np.cumsum(np.concatenate([[above], masses[::-1]]))[::-1]

    def ln_density(self, t):
        u = np.asarray(t, dtype=LONG) - self.peak
        near = np.clip(u, -30, 30)
        if self.mean <= self.complement:
            m, v, w = self.mean, u, near
        else:
            m, v, w = self.complement, -u, -near
        with np.errstate(over="ignore"):
            fall = np.log1p(m * np.expm1(w)) - m * w
            # Where the terms are small beside what they leave, their series: m(1-m)u²/2 (1 + (1-2m)u/3 + (1-6m(1-m))u²/12 + …).
            c = m * (1 - m)
            series = c * w * w / 2 * (1 + w / 3 * (1 - 2 * m) + w * w / 12 * (1 - 6 * c) + w**3 / 60 * (1 - 2 * m) * (1 - 12 * c)
                                      + w**4 / 360 * (1 - 30 * c + 120 * c * c))
            fall = np.where(np.abs(w) < 2e-4, series, fall)
            far = np.where(v > 0, np.logaddexp(np.log1p(-m), np.log(m) + v) - m * v, np.log1p(m * np.expm1(v)) - m * v)
        return self.top - self.s * np.where(np.abs(v) <= 30, fall, far)

    def density(self, t):
        return np.exp(self.ln_density(t))

    def cells(self, side):
        edges, t = [self.bend], self.bend
        while self.top - self.ln_density(t) < DEPTH or (t - self.peak) * side <= 0:
            t += side * max(self.width * LONG(7) / 10, (abs(t - self.bend) - 6 * self.width) / 5)
            edges.append(t)
        return np.array(edges)

    def lower(self, t):
        at = np.clip(np.searchsorted(self.edges, t, side="right") - 1, 0, len(self.edges) - 1)
        inside = self.below[at] + gauss(self.density, self.edges[at], np.maximum(t, self.edges[at]))
        return np.where(t <= self.edges[0], self.density(t) / self.a, inside)

    def upper(self, t):
        at = np.clip(np.searchsorted(self.edges, t, side="left"), 0, len(self.edges) - 1)
        inside = self.above[at] + gauss(self.density, np.minimum(t, self.edges[at]), self.edges[at])
        return np.where(t >= self.edges[-1], self.density(t) / self.b, inside)


class Apart:
    """Points y and y + d by z = ln(y/(1-d-y)): y and 1 - (y + d) are 1 - d times logistic functions of it."""

    def __init__(self, d, low, ups):
        """d in [0, 1), the law of y, and the laws that are asked for at y + d."""
        self.d, self.rest, self.low = LONG(d), 1 - LONG(d), low
        bend = logit(self.d, self.rest) if d else LONG(0)
        marks = [bend + np.arange(-60, 61), -bend + np.arange(-60, 61), self.of_low(low.edges)]
        marks = np.unique(np.concatenate(marks + [self.of_up(law.edges) for law in ups]))
        # Where anything bends, cells no wider than 3; far out all is exponential.
        pieces = lambda a, b: 1 + max(1, int((b - a) / 3) if min(abs(a), abs(b)) < 150 else 1)
        t = np.concatenate([np.linspace(a, b, pieces(a, b), dtype=LONG)[:-1] for a, b in zip(marks, marks[1:])])
        self.marks = np.append(t, marks[-1])

    def of_low(self, t):
        low = logistic(t)[0]
        low = low[(low > 0) & (low < self.rest)]
        return logit(low, self.rest - low)

    def of_up(self, t):
        x, y = logistic(t)
        low, left = x - self.d, y
        within = (low > 0) & (left > 0)
        return logit(low[within], left[within])

    def integral(self, f):
        """Of f, given the logits of y + d, over the law of y."""
        def integrand(z):
            near, far = logistic(z)
            low, left = self.rest * near, self.rest * far
            t_low = np.where(z < -11000, z, logit(low, left + self.d))
            t_up = logit(low + self.d, left)
            return self.low.density(t_low) * left / self.rest / (left + self.d) * f(t_up.ravel()).reshape(t_up.shape)
        return gauss(integrand, self.marks[:-1], self.marks[1:]).sum()


def main():
    import incomplete_beta as exact
    for a, b, z in [(0.01, 0.01, 1), (3, 40, -2), (0.5, 1e4, 1), (1e6, 2e6, -3), (1e9, 1e8, 2), (1, 1, 0), (0.001, 1e9, 1), (1e9, 1e9, -1)]:
        law = Law(a, b)
        t = law.peak + z * np.sqrt(1 / law.a + 1 / law.b) / (50 if a < 0.1 else 1)
        mp.dps = 60
        high = float(t)
        right = exact.lower_tail(a, b, 1 / (1 + mp.exp(-(mpf(high) + mpf(float(t - LONG(high)))))))
        mp.dps = 40
        t = np.array([t])
        print(a, b, float(law.lower(t)[0] / long(right) - 1), float(law.upper(t)[0] / long(1 - right) - 1), float(law.below[-1] - 1))


if __name__ == "__main__":
    main()
