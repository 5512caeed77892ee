"""What numpy and scipy do by whole arrays: a choice, a simulation, P(best), a fit. vectorised.py CASE EDGES
[POSTERIORS [DRAWS]] prints JSON."""

import json
import sys
import time

import numpy as np

import timing

case, edges = sys.argv[1], int(sys.argv[2])
rng = np.random.Generator(np.random.SFC64(20260101))  # the fastest of numpy's


def choose(path):
    a, b = timing.posteriors(path)
    return {"ns": timing.one(lambda: rng.beta(a, b).argmax())}


def chosen(path):
    """Which edges are chosen how often."""
    a, b = timing.posteriors(path)
    choices = 20_000_000 // edges // 10
    each = np.zeros(edges, dtype=np.int64)
    for _ in range(choices):
        each[rng.beta(a, b).argmax()] += 1
    return {"choices": choices, "chosen": [[int(edge), int(each[edge])] for edge in each.nonzero()[0]]}


def update(path):
    a, b = timing.posteriors(path)
    state = {"edge": 0}

    def one():
        edge = state["edge"] = (state["edge"] + 7_919) % edges
        if edge % 10 == 0:
            a[edge] += 1
        else:
            b[edge] += 1

    return {"ns": timing.one(one)}


def simulate(_):
    """Many runs at once, which spreads the cost of the interpreter. Only the regret of ten edges is compared, and only there all trials are
    played; elsewhere some, from the middle of a run: after 50 to 500 pulls of each edge."""
    runs, trials = {10: (64, 100_000), 100: (64, 500), 1_000: (64, 50)}.get(edges, (4, 10))
    rates = rng.beta(2, 18, (runs, edges))
    a, b = np.ones((runs, edges)), np.ones((runs, edges))
    if edges > 10:
        pulls = rng.integers(50, 501, (runs, edges))
        successes = rng.binomial(pulls, rates)
        a, b = a + successes, b + pulls - successes
    best, regret, every = rates.max(axis=1), np.zeros(runs), np.arange(runs)
    begin = time.process_time()
    for _ in range(trials):
        edge = rng.beta(a, b).argmax(axis=1)
        rate = rates[every, edge]
        success = rng.random(runs) < rate
        a[every, edge] += success
        b[every, edge] += ~success
        regret += best - rate
    took = time.process_time() - begin
    mean, error = regret.mean(), regret.std(ddof=1) / np.sqrt(runs)
    return {"ns": took / runs / trials * 1e9, "regret": {"t": trials, "mean": mean, "se": error}}


def best(path):
    """P(best) by Monte Carlo, in blocks that stay in the cache."""
    a, b = timing.posteriors(path)
    draws = int(sys.argv[4])
    block = max(1, 100_000 // edges)
    begin = time.process_time()
    won = np.zeros(edges, dtype=np.int64)
    for _ in range(draws // block):
        won += np.bincount(rng.beta(a, b, (block, edges)).argmax(axis=1), minlength=edges)
    return {"ns": (time.process_time() - begin) * 1e9, "choices": draws, "chosen": [[int(e), int(won[e])] for e in won.nonzero()[0]]}


def fit(path):
    """The Beta prior of greatest likelihood, by L-BFGS-B over ln α and ln β: once as scipy.stats.betabinom has the likelihood, once
    with edges of equal counts taken together, which is faster. The faster counts."""
    from scipy.optimize import minimize
    from scipy.special import betaln
    from scipy.stats import betabinom

    a, b = timing.posteriors(path)
    successes, failures = a - 1, b - 1

    def plain():
        n = successes + failures
        return minimize(lambda x: -betabinom.logpmf(successes, n, *np.exp(x)).sum(), [0.0, 0.0], method="L-BFGS-B")

    def together():
        pairs, many = np.unique(np.stack([successes, failures]), axis=1, return_counts=True)
        s, f = pairs

        def loss(x):
            alpha, beta = np.exp(x)
            return -(many * (betaln(s + alpha, f + beta) - betaln(alpha, beta))).sum()

        return minimize(loss, [0.0, 0.0], method="L-BFGS-B")

    ways = {way.__name__: (timing.one(way, most=1), way) for way in (plain, together)}
    nanoseconds, way = min(ways.values(), key=lambda one: one[0])
    return {"ns": nanoseconds, "way": way.__name__, "prior": list(np.exp(way().x))}


case_of = {function.__name__: function for function in (choose, chosen, update, simulate, best, fit)}
path = sys.argv[3] if len(sys.argv) > 3 else None
print(json.dumps({"case": case, "edges": edges, **case_of[case](path)}))
