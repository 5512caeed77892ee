"""The e-value against one rate with 40 digits: the sum over changes day by day, one calendar day after another.

    python tests/reference/one_rate.py
"""

import csv
import pathlib
import random

from mpmath import beta, cos, log, mp, mpf, pi, quad, sin

mp.dps = 40


def mixture(s, f):
    """E[q^s (1-q)^f] for q from Beta(1/2, 1/2); where it is cheap, also by quadrature over the angle of which q is sin^2."""
    value = beta(mpf(s) + mpf("0.5"), mpf(f) + mpf("0.5")) / pi
    if s + f <= 20:
        by_angle = quad(lambda t: sin(t) ** (2 * s) * cos(t) ** (2 * f), [k * pi / 16 for k in range(9)]) * 2 / pi
        assert abs(by_angle / value - 1) < mpf("1e-25"), (s, f)
    return value


def ln_e(days, evening):
    """days: (day, s, f). Each calendar day after the first feedback is a possible day of change."""
    first = days[0][0]
    total = mpf(0)
    s_all, f_all = sum(d[1] for d in days), sum(d[2] for d in days)
    cache = {}
    for change in range(first + 1, evening + 1):
        before = [d for d in days if d[0] < change]
        after = [d for d in days if d[0] >= change]
        if not before or not after:
            continue
        key = len(before)
        if key not in cache:
            cache[key] = mixture(sum(d[1] for d in before), sum(d[2] for d in before)) * mixture(
                sum(d[1] for d in after), sum(d[2] for d in after))
        total += cache[key]
    n = s_all + f_all
    best = (mpf(s_all) / n) ** s_all * (mpf(f_all) / n) ** f_all
    return log(total / (evening - first) / best)


def main():
    rng = random.Random(3)
    cases = [("three and three", 1, [(0, 0, 3), (1, 3, 0)]), ("one and one", 4, [(0, 1, 0), (4, 0, 1)]),
             ("all failures", 3, [(0, 0, 40), (1, 0, 50), (3, 0, 7)]),
             ("all successes", 1, [(0, 9, 0), (1, 12, 0)]),
             ("clear change", 3, [(0, 100, 900), (1, 110, 890), (2, 210, 790), (3, 190, 810)]),
             ("partial", 5, [(0, 2.5, 4.5), (2, 3.25, 1.75), (5, 0.5, 7.5)]),
             ("evening later", 13, [(0, 20, 80), (1, 60, 40)])]
    for pulls in (1, 4, 20, 100, 1000, 20000):
        for rate in (0.01, 0.3, 0.7, 0.97):
            day, days = 0, []
            for at in range(rng.randint(2, 6)):
                p = rate if at % 3 else rate * 0.8
                s = sum(rng.random() < p for _ in range(pulls)) if pulls <= 1000 else round(rng.gauss(pulls * p, (pulls * p * (1 - p)) ** 0.5))
                days.append((day, s, pulls - s))
                day += rng.randint(1, 4)
            cases.append((f"{pulls} pulls at {rate}", days[-1][0] + rng.randint(0, 2), days))
    with open(pathlib.Path(__file__).with_suffix(".csv"), "w", newline="") as table:
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(["case", "evening", "days", "successes", "failures", "ln_e"])
        for name, evening, days in cases:
            columns = [" ".join(str(d[k]) for d in days) for k in range(3)]
            rows.writerow([name, evening, *columns, mp.nstr(ln_e(days, evening), 20)])


main()
