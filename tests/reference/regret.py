"""Prints regret.csv: mean regret of policies and its standard error, by an implementation of its own that plays all runs at once.

    python regret.py > regret.csv

Needs numpy and scipy. `thompson` on `garivier` and all of `control` are there to be missed by other policies.
"""

import sys

import numpy as np
from scipy.special import betainc, betaincinv, betaln

GARIVIER = (0.5, 0.3, 0.4)


class World:
    """Rates by trial (from 0) for every run at once."""

    def __init__(self, name, runs, rng):
        self.name, self.runs = name, runs
        if name == "garivier":
            self.trials, self.rates = 10_000, np.tile(GARIVIER, (runs, 1))
        elif name == "three":
            self.trials, self.rates = 300, np.tile((0.9, 0.8, 0.7), (runs, 1))
        elif name == "uniform":
            self.trials, self.rates = 100, rng.random((runs, 5))

    def at(self, trial):
        if self.name == "garivier" and trial in (3_000, 5_000):
            self.rates = self.rates.copy()
            self.rates[:, 2] = 0.9 if trial == 3_000 else 0.4
        return self.rates


def greatest(scores, rng):
    """The position of the greatest score in each row, ties at random."""
    ties = scores == scores.max(axis=1, keepdims=True)
    return np.argmax(ties * rng.random(scores.shape), axis=1)


class Counts:
    """Successes and failures of all feedback, with what every index policy needs."""

    def __init__(self, runs, edges, trials):
        self.s, self.f = np.zeros((runs, edges)), np.zeros((runs, edges))
        self.trials = trials

    def learn(self, rows, edges, rewards, _):
        self.s[rows, edges] += rewards
        self.f[rows, edges] += 1 - rewards


class Thompson(Counts):
    def choose(self, _, rng):
        return greatest(rng.beta(1 + self.s, 1 + self.f), rng), None


class Discounted(Thompson):
    def __init__(self, runs, edges, trials, gamma, per, prior_too=False):
        super().__init__(runs, edges, trials)
        self.gamma, self.per, self.prior_too = gamma, per, prior_too
        self.prior = 1.0

    def choose(self, trial, rng):
        if self.per == "day" and trial > 0 and trial % 500 == 0:
            self.s, self.f = self.s * self.gamma, self.f * self.gamma
        if self.prior_too:
            return greatest(rng.beta(self.prior + self.s, self.prior + self.f), rng), None
        return super().choose(trial, rng)

    def learn(self, rows, edges, rewards, chances):
        if self.per == "trial":
            self.s, self.f = self.s * self.gamma, self.f * self.gamma
        if self.per == "pull":
            self.s[rows, edges] *= self.gamma
            self.f[rows, edges] *= self.gamma
        if self.prior_too:
            self.prior = max(self.prior * self.gamma, 1e-3)
        super().learn(rows, edges, rewards, chances)


class Window(Thompson):
    def __init__(self, runs, edges, trials, window):
        super().__init__(runs, edges, trials)
        self.window, self.past = window, []

    def learn(self, rows, edges, rewards, chances):
        super().learn(rows, edges, rewards, chances)
        self.past.append((edges, rewards))
        if len(self.past) > self.window:
            old, was = self.past.pop(0)
            self.s[rows, old] -= was
            self.f[rows, old] -= 1 - was


class BayesUcb(Counts):
    def __init__(self, runs, edges, trials, c):
        super().__init__(runs, edges, trials)
        self.c = c

    def choose(self, trial, rng):
        tail = min(1.0, 1 / ((trial + 1) * np.log(self.trials) ** self.c))
        # The upper quantile of Beta(a, b) is 1 less the lower one of Beta(b, a).
        return greatest(1 - betaincinv(1 + self.f, 1 + self.s, tail), rng), None


class Moss(Counts):
    def choose(self, _, rng):
        n = self.s + self.f
        with np.errstate(divide="ignore", invalid="ignore"):
            width = np.sqrt(np.maximum(np.log(self.trials / (n.shape[1] * n)), 0) / n)
            return greatest(np.where(n > 0, self.s / n + width, np.inf), rng), None


class Exp3(Counts):
    """In the form with weights that are renormalised whenever they are used."""

    def __init__(self, runs, edges, trials, gamma=None):
        super().__init__(runs, edges, trials)
        tuned = min(1.0, np.sqrt(edges * np.log(edges) / ((np.e - 1) * trials)))
        self.gamma, self.k = tuned if gamma is None else gamma, edges
        self.weights = np.ones((runs, edges))

    def choose(self, _, rng):
        self.weights /= self.weights.sum(axis=1, keepdims=True)
        p = (1 - self.gamma) * self.weights + self.gamma / self.k
        drawn = (p.cumsum(axis=1) < rng.random((len(p), 1)) * p.sum(axis=1, keepdims=True)).sum(axis=1)
        return drawn, p[np.arange(len(p)), drawn]

    def learn(self, rows, edges, rewards, chances):
        self.weights[rows, edges] *= np.exp(self.gamma * rewards / (chances * self.k))


class Ids(Counts):
    """On a grid of rates; tables of density, distribution function and partial mean by successes and failures."""

    POINTS, SHARES = 600, 101

    def __init__(self, runs, edges, trials):
        super().__init__(runs, edges, trials)
        self.x = (np.arange(self.POINTS) + 0.5) / self.POINTS
        n = trials + 1
        s, f = np.divmod(np.arange(n * n), n)
        self.size, keep = n, s + f < n
        shape = (n * n, self.POINTS)
        self.pdf, self.cdf, self.part = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        a, b = 1.0 + s[keep, None], 1.0 + f[keep, None]
        self.pdf[keep] = np.exp((a - 1) * np.log(self.x) + (b - 1) * np.log1p(-self.x) - betaln(a, b)) / self.POINTS
        self.cdf[keep] = betainc(a, b, self.x)
        self.part[keep] = a / (a + b) * betainc(a + 1, b, self.x)

    def choose(self, _, rng):
        chosen = [self.block(rows, rng) for rows in np.array_split(np.arange(len(self.s)), max(1, len(self.s) // 250))]
        return np.concatenate(chosen), None

    def block(self, rows, rng):
        at = (self.s[rows] * self.size + self.f[rows]).astype(int)
        pdf, cdf, part = self.pdf[at], np.maximum(self.cdf[at], 1e-300), self.part[at]
        mean = (1 + self.s[rows]) / (2 + self.s[rows] + self.f[rows])
        others = pdf * cdf.prod(axis=1, keepdims=True) / cdf
        p = others.sum(axis=2)
        moment = np.einsum("rkx,rjx->rkj", others, part / cdf)
        k = mean.shape[1]
        moment[:, range(k), range(k)] = (others * self.x).sum(axis=2)
        given = np.clip(moment / np.maximum(p, 1e-300)[:, :, None], 1e-12, 1 - 1e-12)
        q = mean[:, None, :]
        kl = given * np.log(given / q) + (1 - given) * np.log((1 - given) / (1 - q))
        gain = (p[:, :, None] * kl).sum(axis=1)
        loss = np.maximum(moment[:, range(k), range(k)].sum(axis=1, keepdims=True) - mean, 1e-15)
        # The least ratio over all pairs in random order and a fine scale of shares.
        best = np.full(len(rows), np.inf)
        chosen = np.zeros(len(rows), int)
        order = rng.permuted(np.tile(np.arange(k), (len(rows), 1)), axis=1)
        each = np.arange(len(rows))
        share = np.linspace(0, 1, self.SHARES)
        for i in range(k):
            for j in range(i + 1, k):
                a, b = order[:, i], order[:, j]
                la, lb, ga, gb = loss[each, a], loss[each, b], gain[each, a], gain[each, b]
                mix = lambda u, v: share[None, :] * u[:, None] + (1 - share[None, :]) * v[:, None]
                ratio = mix(la, lb) ** 2 / np.maximum(mix(ga, gb), 1e-300)
                least = ratio.argmin(axis=1)
                better = ratio[each, least] < best * (1 - 1e-9)
                best = np.where(better, ratio[each, least], best)
                pick = np.where(rng.random(len(rows)) < share[least], a, b)
                chosen = np.where(better, pick, chosen)
        return chosen


def play(world, policy, rng, batch=1):
    regret, rows, waiting = np.zeros(world.runs), np.arange(world.runs), []
    for trial in range(world.trials):
        rates = world.at(trial)
        if trial % batch == 0:
            for answer in waiting:
                policy.learn(rows, *answer)
            waiting = []
        edges, chances = policy.choose(trial, rng)
        rate = rates[rows, edges]
        regret += rates.max(axis=1) - rate
        waiting.append((edges, (rng.random(world.runs) < rate).astype(float), chances))
    return regret.mean(), regret.std(ddof=1) / np.sqrt(world.runs)


TABLE = [
    ("three", "bayes_ucb", 20_000, BayesUcb, dict(c=0), 1),
    ("three", "bayes_ucb c=2", 20_000, BayesUcb, dict(c=2), 1),
    ("three", "moss", 20_000, Moss, {}, 1),
    ("three", "exp3", 20_000, Exp3, {}, 1),
    ("three", "exp3 gamma=0.3 batch=20", 20_000, Exp3, dict(gamma=0.3), 20),
    ("uniform", "bayes_ucb", 20_000, BayesUcb, dict(c=0), 1),
    ("uniform", "moss", 20_000, Moss, {}, 1),
    ("uniform", "exp3", 20_000, Exp3, {}, 1),
    ("uniform", "ids", 4_000, Ids, {}, 1),
    ("garivier", "thompson", 3_000, Thompson, {}, 1),
    ("garivier", "discounted_thompson gamma=0.995 per=trial", 3_000, Discounted, dict(gamma=0.995, per="trial"), 1),
    ("garivier", "discounted_thompson gamma=0.995 per=pull", 3_000, Discounted, dict(gamma=0.995, per="pull"), 1),
    ("garivier", "discounted_thompson gamma=0.5 per=day", 3_000, Discounted, dict(gamma=0.5, per="day"), 1),
    ("garivier", "sliding_window_thompson window=1000", 3_000, Window, dict(window=1_000), 1),
    ("garivier", "control: the prior fades too", 1_000, Discounted, dict(gamma=0.995, per="trial", prior_too=True), 1),
]


def main():
    print("world,policy,trials,runs,mean,se")
    for number, (name, label, runs, make, parameters, batch) in enumerate(TABLE):
        rng = np.random.default_rng([20_260_101, number])
        world = World(name, runs, rng)
        policy = make(runs, world.rates.shape[1], world.trials, **parameters)
        mean, se = play(world, policy, rng, batch)
        print(f"{name},{label},{world.trials},{runs},{mean:.4f},{se:.4f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
