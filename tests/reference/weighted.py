"""Adaptively weighted means and their score intervals, row by row: brute force by numpy and a root finder.

Prints case,edge,seed,events,mean,se,lower,upper. The rows are those of the generator below, which the test has as well.
"""
import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm


def rows(seed, events, edges, kind):
    """A linear congruential generator: edge, propensity, reward of each row."""
    state = seed
    for _ in range(events):
        numbers = []
        for _ in range(3):
            state = (6364136223846793005 * state + 1442695040888963407) % 2**64
            numbers.append((state >> 11) / 2**53)
        edge = int(numbers[0] * edges)
        propensity = 10.0 ** (-4.0 * numbers[1]) if kind < 2 else 1.0
        reward = float(numbers[2] < 0.3 + 0.1 * edge) if kind != 1 else numbers[2]
        yield edge, propensity, reward


print("kind,edge,seed,events,mean,se,lower,upper")
z = norm.ppf(0.975)
for kind in range(3):
    for seed, events in [(1, 3), (2, 10), (3, 40), (4, 200), (5, 2000)]:
        edges = 2
        data = list(rows(seed, events, edges, kind))
        for edge in range(edges):
            p = np.array([row[1] for row in data if row[0] == edge])
            r = np.array([row[2] for row in data if row[0] == edge])
            if not len(r):
                continue
            w = p**-0.5
            mean = np.sum(w * r) / np.sum(w)
            se = np.sqrt(np.sum(w**2 * (r - mean) ** 2)) / np.sum(w)
            v = max(len(data), np.sum(w**2))
            score = lambda m: np.sum(w * (r - m)) ** 2 - z**2 * v * m * (1 - m)
            # At the mean itself the score is below 0, but where all rewards are alike it is 0 there.
            inside = min(max(mean, 1e-9), 1 - 1e-9)
            lower = brentq(score, 0, inside, xtol=1e-16, rtol=1e-15) if mean > 0 else 0.0
            upper = brentq(score, inside, 1, xtol=1e-16, rtol=1e-15) if mean < 1 else 1.0
            print(f"{kind},{edge},{seed},{events},{mean!r},{se!r},{lower!r},{upper!r}".replace("np.float64(", "").replace(")", ""))
