"""Reference values for the simultaneous band of ranks and for the tests of ranks: scipy, and a recursion of another form.

How likely the path of an empirical distribution leaves a band is carried from cut to cut by the *conditional binomial* law of the
next count given the present one (the package conditions independent Poisson counts instead). The band at a cut holds the
counts with twice the smaller binomial tail above gamma. Then random counts by rank: chi-square of their bins, the gamma
at which their path first touches a band, and how likely uniform ranks touch one as narrow.
Run: python ecdf_band.py > ecdf_band.csv
"""

import numpy as np
from scipy import stats

CASES = [(1, 2), (2, 2), (5, 3), (10, 4), (30, 10), (100, 20), (100, 100), (250, 50), (400, 100), (1000, 20)]
GAMMAS = [0.3, 0.1, 0.03, 0.005, 7e-4, 3e-5]


def leaves(n, cells, gamma):
    counts = np.arange(n + 1)
    inside = np.zeros(n + 1)
    inside[0] = 1.0
    left = 0.0
    for cut in range(1, cells):
        law = stats.binom(n, cut / cells)
        held = 2 * np.minimum(law.cdf(counts), law.sf(counts - 1)) > gamma
        following = np.zeros(n + 1)
        for have in np.nonzero(inside)[0]:
            step = stats.binom.pmf(np.arange(n - have + 1), n - have, 1 / (cells - cut + 1))
            following[have:] += inside[have] * step
        left += following[~held].sum()
        inside = np.where(held, following, 0)
    return left


def touched(counts):
    """The least over the cuts of twice the smaller tail."""
    n, cells = counts.sum(), len(counts)
    below = np.cumsum(counts)[:-1]
    share = np.arange(1, cells) / cells
    return min(1.0, np.min(2 * np.minimum(stats.binom.cdf(below, n, share), stats.binom.sf(below - 1, n, share))))


def main():
    rng = np.random.default_rng(11)
    print("n,cells,gamma,leaves,counts,bins,chi_square,chi_square_p,touched,ecdf_p")
    for n, cells in CASES:
        for tilt, gamma in enumerate(GAMMAS):
            weights = np.exp(0.15 * tilt * np.linspace(-1, 1, cells) ** (1 + tilt % 2))
            counts = rng.multinomial(n, weights / weights.sum())
            bins = max(b for b in range(1, cells + 1) if cells % b == 0 and (b == cells or 2 * b <= cells + tilt))
            chi_square, p = stats.chisquare(counts.reshape(bins, -1).sum(1)) if bins > 1 else (0.0, 1.0)
            first = touched(counts)
            # A tail computed twice may differ in its last digit: the band leaves out what lies at gamma itself.
            ecdf_p = leaves(n, cells, first * (1 + 1e-9)) if first < 1 else 1.0
            row = (n, cells, gamma, leaves(n, cells, gamma)), (bins, chi_square, p, first, ecdf_p)
            numbers = [",".join(repr(float(v)) for v in part) for part in row]
            print(numbers[0], " ".join(map(str, counts)), numbers[1], sep=",")


main()
