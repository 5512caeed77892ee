"""Reference values for the calibration of a log, over random count tables: numpy and scipy, from the events themselves.

Every table is drawn anew with a fixed seed. Counts are blown up into rows of zeros and ones where that is possible (the
analysis of variance, the sequential loss), and laws are scipy's own (Beta-binomial moments, false discovery).
Run: python log_calibration.py > log_calibration.csv
"""

import numpy as np
from scipy import stats

TABLES = [
    # edges, days, mean pulls, alpha, beta of the world, alpha, beta of the prior, spread of a day's rate
    (3, 5, 8, 2, 3, 1, 1, 0.0),
    (4, 6, 20, 1, 1, 1, 1, 0.0),
    (4, 6, 20, 2, 8, 2, 8, 0.3),
    (5, 4, 3, 1, 9, 0.5, 0.5, 0.0),
    (5, 8, 50, 1, 99, 1, 99, 0.0),
    (3, 7, 200, 5, 5, 50, 50, 0.2),
    (2, 10, 1, 1, 1, 1, 1, 0.0),
    (6, 3, 2, 1, 1, 0.1, 20, 0.0),
    (2, 4, 5000, 3, 2, 1e3, 1e3, 0.05),
    (1, 9, 12, 4, 4, 1, 1, 0.4),
    (7, 1, 9, 1, 2, 1, 1, 0.0),
    (3, 5, 8, 0.02, 0.02, 1, 1, 0.0),
]


def tarone(y, n):
    """Tarone (1979) over groups; None where it does not exist."""
    p = y.sum() / n.sum()
    below = np.sqrt(2 * np.sum(n * (n - 1)))
    if len(n) < 2 or p in (0.0, 1.0) or below == 0:
        return np.nan
    return (np.sum((y - n * p) ** 2) / (p * (1 - p)) - n.sum()) / below


def correlation(y, n):
    """The intraclass correlation by one-way analysis of variance of the events themselves."""
    if np.isnan(tarone(y, n)) or n.sum() <= len(n):
        return np.nan
    groups = [np.repeat([1.0, 0.0], [int(a), int(b - a)]) for a, b in zip(y, n)]
    rows = np.concatenate(groups)
    k, total = len(groups), len(rows)
    between = sum(len(g) * (g.mean() - rows.mean()) ** 2 for g in groups) / (k - 1)
    within = sum(((g - g.mean()) ** 2).sum() for g in groups) / (total - k)
    size = (total - sum(len(g) ** 2 for g in groups) / total) / (k - 1)
    return (between - within) / (between + (size - 1) * within)


def day_score(y, n, p):
    """Over the edges of a day with known rates: the derivative of the Beta-binomial likelihood at no over-dispersion."""
    use = (p > 0) & (p < 1)
    y, n, p = y[use], n[use], p[use]
    below = np.sqrt(2 * np.sum(n * (n - 1)))
    score = np.sum(y * (y - 1) / p + (n - y) * (n - y - 1) / (1 - p) - n * (n - 1))
    return score / below if below > 0 else np.nan


def sequential(y, n, a, b):
    """The loss of learning from event to event, successes first."""
    loss = 0.0
    for _ in range(int(y)):
        loss -= np.log(a / (a + b))
        a += 1
    for _ in range(int(n - y)):
        loss -= np.log(b / (a + b))
        b += 1
    return loss


def main():
    columns = "table,alpha,beta,edge,day,y,n,edge_z,edge_q,edge_tarone,edge_correlation,edge_effect,edge_effective,"
    columns += "day_z,day_tarone,all_z,first_z,later_z,day_ahead,sequential,climatology,hindsight,difference,se"
    print(columns)
    rng = np.random.default_rng(20260101)
    for table, (edges, days, pulls, a, b, a0, b0, spread) in enumerate(TABLES):
        rate = rng.beta(a, b, edges)
        n = rng.poisson(pulls, (edges, days)).astype(float)
        n[0, 0] = max(n[0, 0], 1)
        moved = np.clip(rate[:, None] + spread * rng.normal(size=(edges, days)), 0, 1)
        y = rng.binomial(n.astype(int), moved).astype(float)
        report(table, a0, b0, y, n)


def report(table, a0, b0, y, n):
    edges, days = n.shape
    before_y, before_n = np.cumsum(y, 1) - y, np.cumsum(n, 1) - n
    alpha, beta = a0 + before_y, b0 + before_n - before_y
    mean = alpha / (alpha + beta)
    played = n > 0
    variance = np.zeros_like(n)
    for e, d in zip(*np.nonzero(played)):
        variance[e, d] = stats.betabinom(int(n[e, d]), alpha[e, d], beta[e, d]).var()
    off = np.where(played, y - n * mean, 0)
    first = played & (np.cumsum(played, 1) == 1)
    z = lambda part: off[part].sum() / np.sqrt(variance[part].sum()) if variance[part].sum() > 0 else np.nan
    edge_z = np.array([z((np.arange(edges) == e)[:, None] & played) for e in range(edges)])
    known = ~np.isnan(edge_z)
    q = np.full(edges, np.nan)
    q[known] = stats.false_discovery_control(2 * stats.norm.sf(np.abs(edge_z[known])))
    seen = np.array([n[:, d].sum() > 0 for d in range(days)])
    past_y = np.concatenate([[0], np.cumsum(y.sum(0))[:-1]])
    past_n = np.concatenate([[0], np.cumsum(n.sum(0))[:-1]])
    pooled = (past_y + a0 / (a0 + b0)) / (past_n + 1)
    loss = lambda p: -(y * np.log(p) + (n - y) * np.log1p(-p))
    ahead, climate = np.where(played, loss(mean), 0).sum(0), np.where(played, loss(pooled[None, :]), 0).sum(0)
    total = n.sum()
    learned = sum(sequential(y[e, d], n[e, d], alpha[e, d], beta[e, d]) for e, d in zip(*np.nonzero(played))) / total
    share = y.sum() / total
    hindsight = stats.bernoulli(share).entropy() if 0 < share < 1 else 0.0
    paired = (ahead - climate)[seen]
    sizes = n.sum(0)[seen]
    difference = paired.sum() / total
    j = len(sizes)
    se = np.sqrt(j / (j - 1) * np.sum((paired - difference * sizes) ** 2)) / total if j > 1 else np.nan
    overall = np.divide(y.sum(1), n.sum(1), out=np.zeros(edges), where=n.sum(1) > 0)
    for e, d in zip(*np.nonzero(played)):
        ye, ne = y[e, played[e]], n[e, played[e]]
        yd, nd = y[played[:, d], d], n[played[:, d], d]
        rho = correlation(ye, ne)
        effect = 1 + (np.sum(ne**2) / np.sum(ne) - 1) * rho
        effective = ne.sum() / max(1, effect) if not np.isnan(effect) else np.nan
        day_z = z((np.arange(days) == d)[None, :] & played)
        row = [table, a0, b0, e, d, y[e, d], n[e, d], edge_z[e], q[e], tarone(ye, ne), rho, effect, effective, day_z]
        row += [day_score(yd, nd, overall[played[:, d]]), z(played), z(first), z(played & ~first)]
        row += [ahead.sum() / total, learned, climate.sum() / total, hindsight, difference, se]
        print(",".join("NaN" if np.isnan(x) else repr(float(x)) for x in row))


main()
