"""Change points by other means: the evidence and run lengths by enumerating every segmentation (mpmath) or, for long rewards, by
the plain forward sums over segment starts in logarithms of Gammas (numpy); Page-Hinkley from sums instead of updates; ADWIN over
a list of buckets with Welford's variances, as the paper has them.

    python tests/reference/change_points.py

Rewards are letters: 0 and 1, and a ... d for 0.25, 0.5, 0.75 and 0.1.
"""

import csv
import itertools
import math
import pathlib
import random

import numpy as np
from mpmath import beta, log, mp, mpf
from scipy.special import betaln, logsumexp

mp.dps = 30
PARTIAL = {"a": 0.25, "b": 0.5, "c": 0.75, "d": 0.1}


def values(text):
    return [PARTIAL.get(letter, None) if letter in PARTIAL else float(letter) for letter in text]


def by_enumeration(x, alpha, b, h):
    """Every set of gaps at which a change falls. Returns ln p, the most probable run length after each reward, the last law."""
    alpha, b, h = mpf(alpha), mpf(b), mpf(h)
    n = len(x)
    segment = {}
    for i in range(n):
        for j in range(i + 1, n + 1):
            s = sum((mpf(v) for v in x[i:j]), mpf(0))
            segment[i, j] = beta(alpha + s, b + (j - i) - s) / beta(alpha, b)
    trace = []
    for t in range(1, n + 1):
        law = [mpf(0)] * (t + 1)
        for cuts in itertools.product((False, True), repeat=t):  # a change after reward k or not, after the last too
            ends = [k + 1 for k, cut in enumerate(cuts) if cut]
            weight = h ** len(ends) * (1 - h) ** (t - len(ends))
            for i, j in itertools.pairwise([0, *ends]):
                weight *= segment[i, j]
            last = ends[-1] if ends else 0
            if last < t:
                weight *= segment[last, t]
            law[t - last] += weight
        trace.append(max(range(t + 1), key=lambda r: (law[r], -r)))
    return log(sum(law)), trace, law


def by_starts(x, alpha, b, h):
    """ln of the joint of the rewards and of each last start, O(n^2), nothing in place."""
    x = np.array(x)
    n = len(x)
    S = np.concatenate([[0.0], np.cumsum(x)])
    N = np.arange(n + 1.0)
    reach = np.full(n + 1, -np.inf)  # ln weight of a change right before reward t
    reach[0] = 0.0
    trace, runs, law = [], [], None
    for t in range(1, n + 1):
        s, m = S[t] - S[:t], t - N[:t]
        stay = reach[:t] + betaln(alpha + s, b + m - s) - betaln(alpha, b) + (m - 1) * np.log1p(-h)
        total = logsumexp(stay)
        reach[t] = total + (math.log(h) if h > 0 else -np.inf)
        law = np.concatenate([[reach[t] - total], stay[::-1] + np.log1p(-h) - total])
        trace.append(int(np.argmax(law)))
        runs.append(int(np.argmax(law[1:])) + 1)
    return total, trace, np.exp(law), runs


def starts(runs):
    """Chain of the most probable runs of at least 1 after each reward, from the end."""
    end, found = len(runs), []
    while end > 0:
        end -= runs[end - 1]
        if end > 0:
            found.append(end)
    return found[::-1]


def page_hinkley(x, delta, lam, forgetting, sign):
    alarms, begin = [], 0
    while True:
        m, least, total = 0.0, math.inf, []
        for t in range(begin, len(x)):
            n = t - begin + 1
            total.append(x[t])
            mean = math.fsum(total) / n
            m = forgetting * m + sign * (x[t] - mean) - delta
            least = min(least, m)
            if n >= 30 and m - least > lam:
                alarms.append(t)
                begin = t + 1
                break
        else:
            return alarms


class Adwin:
    """Buckets from the oldest to the newest: (size, mean, variance times size)."""

    def __init__(self, delta):
        self.delta, self.buckets = delta, []

    @staticmethod
    def join(a, b):
        n = a[0] + b[0]
        return n, (a[0] * a[1] + b[0] * b[1]) / n, a[2] + b[2] + a[0] * b[0] / n * (a[1] - b[1]) ** 2

    def whole(self, buckets):
        out = buckets[0]
        for bucket in buckets[1:]:
            out = self.join(out, bucket)
        return out

    def observe(self, value):
        self.buckets.append((1, value, 0.0))
        size = 1
        while sum(1 for bucket in self.buckets if bucket[0] == size) > 5:
            first = next(i for i, bucket in enumerate(self.buckets) if bucket[0] == size)
            self.buckets[first:first + 2] = [self.join(self.buckets[first], self.buckets[first + 1])]
            size *= 2
        cut = False
        while len(self.buckets) > 1 and self.must_cut():
            self.buckets.pop(0)
            cut = True
        return cut

    def must_cut(self):
        n, _, spread = self.whole(self.buckets)
        prime = self.delta / math.log(n)
        news = [self.buckets[-1]]
        for bucket in reversed(self.buckets[1:-1]):
            news.append(self.join(bucket, news[-1]))
        old = None
        for bucket, new in zip(self.buckets, reversed(news)):
            old = bucket if old is None else self.join(old, bucket)
            m = 1 / (1 / old[0] + 1 / new[0])
            epsilon = math.sqrt(2 / m * (spread / n) * math.log(2 / prime)) + 2 / (3 * m) * math.log(2 / prime)
            if abs(old[1] - new[1]) >= epsilon:
                return True
        return False


def main():
    rng = random.Random(5)
    draw = lambda n, p: "".join("1" if rng.random() < p else "0" for _ in range(n))
    mixed = lambda n: "".join(rng.choice("01abcd") for _ in range(n))
    short = [("one success", "1", 1, 1, 0.25), ("two", "10", 1, 1, 0.25), ("a break", "00000111111", 1, 1, 0.05),
             ("certain to change", "110010", 1, 1, 0.9), ("never", "1101001", 2, 3, 0.0), ("partial", "0bacd1", 0.5, 0.5, 0.1),
             ("skewed prior", "00100000", 0.3, 12.0, 0.02)]
    short += [(f"any {k}", mixed(9), rng.choice([0.5, 1, 4]), rng.choice([0.5, 2, 30]), rng.choice([0.01, 0.2, 0.6])) for k in range(5)]
    long = [("still", draw(400, 0.3), 1, 1, 0.004), ("up", draw(300, 0.1) + draw(200, 0.4), 1, 1, 0.004),
            ("there and back", draw(250, 0.45) + draw(150, 0.1) + draw(200, 0.45), 1, 1, 0.004),
            ("rare", draw(500, 0.01) + draw(300, 0.08), 0.5, 20, 0.001), ("often", draw(1500, 0.9), 9, 1, 0.02),
            ("three levels", draw(300, 0.8) + draw(400, 0.5) + draw(300, 0.9), 1, 1, 1 / 250),
            ("half answers", mixed(200) + "b" * 100 + mixed(60), 1, 1, 0.01),
            ("prior of weight", draw(350, 0.2) + draw(350, 0.6), 40, 60, 0.003), ("hazard of half", draw(120, 0.5), 1, 1, 0.5),
            ("break after much", draw(2500, 0.2) + draw(300, 0.7), 1, 1, 0.0004)]
    with open(pathlib.Path(__file__).with_suffix(".csv"), "w", newline="") as table:
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(["case", "rewards", "alpha", "beta", "hazard", "ln_evidence", "most_probable", "starts", "p_within_10",
                       "ph_delta", "ph_lambda", "ph_forgetting", "up", "down", "adwin_delta", "adwin"])
        for name, text, alpha, b, h in short + long:
            x = values(text)
            evidence, trace, law, runs = by_starts(x, alpha, b, h)
            if len(x) <= 12:  # both ways agree
                other = evidence
                evidence, trace, law = by_enumeration(x, alpha, b, h)
                assert abs(other - float(evidence)) < 1e-11, name
            total = sum(law)
            delta, lam, forgetting = rng.choice([(0.005, 50, 1), (0.005, 10, 1), (0.02, 5, 1), (0, 8, 0.999), (0.005, 15, 0.9999)])
            adwin_delta = rng.choice([0.002, 0.05, 0.3])
            window = Adwin(adwin_delta)
            cuts = [t for t, value in enumerate(x) if window.observe(value)]
            numbers = lambda list_: " ".join(map(str, list_))
            rows.writerow([name, text, alpha, b, repr(h), mp.nstr(mpf(evidence), 17), numbers(trace), numbers(starts(runs)),
                           mp.nstr(mpf(sum(law[:11]) / total), 17), delta, lam, forgetting,
                           numbers(page_hinkley(x, delta, lam, forgetting, 1)), numbers(page_hinkley(x, delta, lam, forgetting, -1)),
                           adwin_delta, numbers(cuts)])


main()
