"""Makes top_k.csv: the chance of each edge to be among the k greatest of one joint draw.

Method: the quadrature of decision.py, with scipy's distribution functions. At each node the law of how many others lie above
is counted over all subsets for up to seven edges, and built up anew for each edge, one other after the other, beyond. The
program integrates densities instead, and leaves edges out of products from the front and from the back.

    python3 top_k.py > top_k.csv
"""
import itertools

import numpy as np

from decision import gauss, ln_logit_density, sets, tails


def at_most(above, below, k):
    """P(fewer than k of the others lie above), at each node."""
    others = len(above)
    if others <= 6:
        total = 0
        for size in range(k):
            for chosen in itertools.combinations(range(others), size):
                total = total + np.prod([above[j] if j in chosen else below[j] for j in range(others)], axis=0)
        return total
    law = np.zeros((k, above.shape[1]))
    law[0] = 1
    for j in range(others):
        law[1:] = law[1:] * below[j] + law[:-1] * above[j]
        law[0] *= below[j]
    return law.sum(axis=0)


def solve(posteriors, k):
    t, w = gauss(posteriors)
    lower, upper = (np.array(tail) for tail in zip(*(tails(a, b, t) for a, b in posteriors)))
    for i, (a, b) in enumerate(posteriors):
        weighted = w * np.exp(ln_logit_density(a, b, t))
        above, below = np.delete(upper, i, axis=0), np.delete(lower, i, axis=0)
        parts = np.array_split(np.arange(len(t)), 64)
        yield sum(float((weighted[part] * at_most(above[:, part], below[:, part], k)).sum()) for part in parts)


if __name__ == "__main__":
    print("case,k,alpha,beta,p")
    for name, posteriors in sets():
        most = min(len(posteriors) - 1, 12)
        for k in sorted({2, min(len(posteriors) // 2, most), most} & set(range(2, len(posteriors)))):
            p = list(solve(posteriors, k))
            assert abs(sum(p) - k) < 1e-10 * k, (name, k, sum(p))
            for (a, b), among in zip(posteriors, p):
                print(f"{name},{k},{float(a)!r},{float(b)!r},{among!r}")
