"""Whether two programs say the same. Each function returns what they say, in words, or raises Disagreement.

Run as a program, because what it needs would count as memory of whom it is measured beside: agree.py FUNCTION FILE…"""

import csv
import json
import sys


class Disagreement(Exception):
    """Two programs do not say the same."""


# So small a chance of an outcome at least as far off: with a fixed seed, it is a defect.
LEAST_CHANCE = 1e-6


def counts(ours, theirs):
    """Successes and events of each edge are equal: ours as `replay` prints it, theirs as `edge,s,n`."""
    with open(ours, newline="") as file:
        ours = {row["edge"]: whole(row["successes"], row["failures"]) for row in csv.DictReader(file)}
    with open(theirs, newline="") as file:
        theirs = {row["edge"]: (int(row["s"]), int(row["n"])) for row in csv.DictReader(file)}
    for edge in sorted(ours.keys() | theirs.keys()):
        if ours.get(edge) != theirs.get(edge):
            raise Disagreement(f"{edge}: (successes, events) {ours.get(edge)} here, {theirs.get(edge)} there")
    return f"the counts of {len(ours)} edges are equal"


def whole(successes, failures):
    successes, failures = float(successes), float(failures)
    return int(successes), int(successes + failures)


def choices(ranked, chosen):
    """How often edges were chosen goes with the exact chances of being the best, as `rank` prints them: Pearson's χ² over edges
    with at least five expected choices, all others together."""
    from scipy.stats import chi2

    with open(ranked, newline="") as file:
        best = {row["edge"]: float(row["p_best"]) for row in csv.DictReader(file)}
    with open(chosen) as file:
        line = json.load(file)
    total, each = line["choices"], {f"docs/section-{edge:07}": count for edge, count in line["chosen"]}
    expected = {edge: total * chance for edge, chance in best.items()}
    often = [edge for edge, count in expected.items() if count >= 5]
    bins = [(each.get(edge, 0), expected[edge]) for edge in often]
    rest = total - sum(seen for seen, _ in bins), total - sum(count for _, count in bins)
    if rest[1] >= 5:
        bins.append(rest)
    elif bins:
        bins[-1] = tuple(map(sum, zip(bins[-1], rest)))
    statistic, freedom = sum((seen - count) ** 2 / count for seen, count in bins), len(bins) - 1
    chance = chi2.sf(statistic, freedom) if freedom else 1.0
    words = f"{total} choices against exact P(best): χ² {statistic:.1f} of {freedom}, p = {chance:.2g}"
    if chance < LEAST_CHANCE:
        raise Disagreement(words)
    return words


def regret(ours, theirs):
    """Mean regrets over runs are within five standard errors."""
    (ours, theirs) = (json.load(open(path))["regret"] for path in (ours, theirs))
    error = (ours["se"] ** 2 + theirs["se"] ** 2) ** 0.5
    words = f"regret {ours['mean']:.1f} ± {ours['se']:.1f} and {theirs['mean']:.1f} ± {theirs['se']:.1f}"
    if ours["t"] != theirs["t"] or not abs(ours["mean"] - theirs["mean"]) <= 5 * error:
        raise Disagreement(words)
    return words


def prior(ours, theirs):
    """Fitted priors are equal within a thousandth, which is what the other's stopping rule leaves."""
    (ours, theirs) = (json.load(open(path))["prior"] for path in (ours, theirs))
    words = f"priors {ours} and {theirs}"
    if not all(abs(a / b - 1) <= 1e-3 for a, b in zip(ours, theirs, strict=True)):
        raise Disagreement(words)
    return words


if __name__ == "__main__":
    try:
        print({function.__name__: function for function in (counts, choices, regret, prior)}[sys.argv[1]](*sys.argv[2:]))
    except Disagreement as problem:
        sys.exit(str(problem))
