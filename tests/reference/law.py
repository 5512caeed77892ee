"""The tails of Betas of any size with mpmath, for scripts that need very many of them: the density of the logit is integrated
by Gauss-Legendre with 30 nodes on cells of about one standard deviation, which grow along the exponential tails. The integrals
over cells are added from either end, so that both tails are sums of positive terms.

    python3 law.py      # compares with the series of incomplete_beta.py
"""
from bisect import bisect_right

from mpmath import mp, mpf

mp.dps = 40
DEPTH = 110


def legendre(n):
    nodes = []
    for i in range(n):
        x = mp.cos(mp.pi * (i + mpf(3) / 4) / (n + mpf(1) / 2))
        for _ in range(12):
            p, q = mpf(1), x
            for k in range(2, n + 1):
                p, q = q, ((2 * k - 1) * x * q - (k - 1) * p) / k
            slope = n * (x * q - p) / (x * x - 1)
            x -= q / slope
        nodes.append((x, 2 / ((1 - x * x) * slope * slope)))
    return nodes


RULE = legendre(30)


def gauss(f, a, b):
    centre, half = (a + b) / 2, (b - a) / 2
    return half * mp.fsum(w * f(centre + half * x) for x, w in RULE)


def logit(x, y):
    return mp.log(x) - mp.log(y)


class Law:
    def __init__(self, a, b):
        self.a, self.b = mpf(a), mpf(b)
        self.ln_beta = mp.loggamma(self.a) + mp.loggamma(self.b) - mp.loggamma(self.a + self.b)
        self.peak = mp.log(self.a / self.b)
        self.width = mp.sqrt(1 / max(self.a, 1) + 1 / max(self.b, 1))
        self.top = self.ln_density(self.peak)
        self.bend = mp.log(max(self.a, 1) / max(self.b, 1))
        up, down = self.cells(1), self.cells(-1)
        self.edges = down[:0:-1] + up
        masses = [gauss(self.density, s, t) for s, t in zip(self.edges, self.edges[1:])]
        # Beyond the last edges it is exponential.
        self.below, self.above = [self.density(self.edges[0]) / self.a], [self.density(self.edges[-1]) / self.b]
        for mass in masses:
            self.below.append(self.below[-1] + mass)
        for mass in reversed(masses):
            self.above.append(self.above[-1] + mass)
        self.above.reverse()

    def ln_density(self, t):
        return -self.a * mp.log1p(mp.exp(-t)) - self.b * mp.log1p(mp.exp(t)) - self.ln_beta

    def density(self, t):
        return mp.exp(self.ln_density(t))

    def cells(self, side):
        edges, t = [self.bend], self.bend
        while self.top - self.ln_density(t) < DEPTH or (t - self.peak) * side <= 0:
            t += side * max(self.width * mpf(7) / 10, (abs(t - self.bend) - 6 * self.width) / 5)
            edges.append(t)
        return edges

    def lower(self, t):
        if t <= self.edges[0]:
            return self.density(t) / self.a
        at = min(bisect_right(self.edges, t) - 1, len(self.edges) - 1)
        return self.below[at] + (gauss(self.density, self.edges[at], t) if t > self.edges[at] else 0)

    def upper(self, t):
        if t >= self.edges[-1]:
            return self.density(t) / self.b
        at = max(bisect_right(self.edges, t), 0)
        return self.above[at] + (gauss(self.density, t, self.edges[at]) if t < self.edges[at] else 0)


def main():
    import incomplete_beta as exact
    for a, b, z in [(0.01, 0.01, 1), (3, 40, -2), (0.5, 1e4, 1), (1e6, 2e6, -3), (1e9, 1e8, 2), (1, 1, 0), (0.001, 1e9, 1)]:
        law = Law(a, b)
        t = law.peak + z * mp.sqrt(1 / law.a + 1 / law.b) / (50 if a < 0.1 else 1)
        mp.dps = 60
        right = exact.lower_tail(a, b, 1 / (1 + mp.exp(-t)))
        mp.dps = 40
        print(a, b, mp.nstr(law.lower(t) / right - 1, 3), mp.nstr(law.upper(t) / (1 - right) - 1, 3), mp.nstr(law.below[-1] - 1, 3))


if __name__ == "__main__":
    main()
