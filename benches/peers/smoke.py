"""Does this folder work? Small data, betadrift beside a count of its own, agreement and disagreement, and the tables: with the
standard library alone, without rivals and without a network. Exits 1 if not."""

import argparse
import csv
import json
import os
import sys
import tempfile

import agree
import data
import measure
import pages
import tables

ROWS, EDGES = 20_000, 50


def counted(path):
    """A count of the log in the plainest way."""
    totals = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file) if path.endswith(".csv") else map(json.loads, file):
            successes, events = totals.get(row["edge"], (0, 0))
            totals[row["edge"]] = successes + int(row["reward"]), events + 1
    return totals


def write_counts(path, totals):
    with open(path, "w") as file:
        file.write("edge,s,n\n")
        file.writelines(f"{edge},{successes},{events}\n" for edge, (successes, events) in totals.items())


def logs(folder, betadrift):
    """betadrift counts each log as the plain count does, and a count that is off by one is noticed."""
    paths = [os.path.join(folder, name) for name in ("epoch.csv", "rfc3339.csv", "epoch.jsonl")]
    data.write_texts(ROWS, EDGES, *paths)
    ours, theirs = os.path.join(folder, "ours.csv"), os.path.join(folder, "theirs.csv")
    for path in paths:
        cost, _ = measure.run([betadrift, "replay", path, "--format", "csv", "--quiet", "--output", ours])
        assert 0 < cost.wall < 60 and cost.peak > 1, cost
        totals = counted(path)
        assert sum(events for _, events in totals.values()) == ROWS
        write_counts(theirs, totals)
        print(f"{os.path.basename(path)}: {agree.counts(ours, theirs)}")
        edge = min(totals)
        totals[edge] = totals[edge][0] + 1, totals[edge][1]
        write_counts(theirs, totals)
        must_fail(agree.Disagreement, agree.counts, ours, theirs)


def beliefs(folder, betadrift):
    """The other files are such as betadrift reads."""
    posteriors, counts = os.path.join(folder, "posteriors.csv"), os.path.join(folder, "counts.csv")
    data.write_posteriors(EDGES, posteriors)
    data.write_counts(EDGES, counts)
    ranked = list(csv.DictReader(measure.run([betadrift, "rank", posteriors, "--format", "csv"])[1].splitlines()))
    assert len(ranked) == EDGES and abs(sum(float(row["p_best"]) for row in ranked) - 1) < 1e-9, ranked
    measure.run([betadrift, "convergence", counts, "--quiet"])
    must_fail(measure.Failed, measure.run, [betadrift, "rank", os.path.join(folder, "absent.csv")])
    print("posteriors and counts are read, and a failure is noticed")


def writing(folder):
    """Tables stand between their marks, and nowhere else."""
    one = {"median": 0.25, "least": 0.2, "greatest": 0.3, "count": 3}
    rival = {**one, "median": 1.0}
    costs = {"betadrift": {"cpu": one, "wall": one, "peak": one}, "polars": {"cpu": rival, "wall": rival, "peak": rival}}
    tried = {"polars": {"schema": 1.0}}
    results = {name: {"table": name, "contenders": costs, "tried": tried, "floor": 0.1} for name in ("reading", "choosing", "whole")}
    page = os.path.join(folder, "page.md")
    with open(page, "w") as file:
        file.write("before\n<!-- speed: made by a script -->\nold\n<!-- /speed -->\nafter\n")
    for _ in range(2):
        tables.place(page, "speed", pages.front(results, "about\n"))
    with open(page) as file:
        text = file.read()
    assert text.startswith("before\n<!-- speed: made by a script -->\n| ") and text.endswith("about\n<!-- /speed -->\nafter\n"), text
    assert "old" not in text and text.count("| reading | 250 ms | 1.00 s (4.0×) | – |") == 1, text
    assert "0.250 [" not in text and "250 ms [200 ms – 300 ms]" in pages.everything(results, "about\n")
    must_fail(tables.NoPlace, tables.place, page, "elsewhere", "text\n")
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for name, place in (("README.md", "speed"), ("benches/README.md", "peers")):
        with open(os.path.join(root, name), encoding="utf-8") as file, open(page, "w", encoding="utf-8") as copy:
            copy.write(file.read())
        tables.place(page, place, "text\n")
    print("tables are written where they belong")


def must_fail(problem, function, *arguments):
    try:
        function(*arguments)
    except problem:
        return
    raise AssertionError(f"{function.__name__}{arguments} noticed nothing")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--betadrift", required=True)
    betadrift = os.path.abspath(parser.parse_args().betadrift)
    with tempfile.TemporaryDirectory() as folder:
        logs(folder, betadrift)
        beliefs(folder, betadrift)
        writing(folder)
    sys.exit(0)
