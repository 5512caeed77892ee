"""What only betadrift does, as whole processes from counts by day, and its start."""

import shutil

ROWS = [
    ("`convergence`, 10 000 edges × 30 days", 10_000, ["convergence", "--format", "csv"]),
    ("`report`, 1 000 edges × 30 days, all figures as SVG and PNG", 1_000, ["report"]),
    ("`report`, 100 000 edges × 30 days", 100_000, ["report"]),
]

START = "`--version`"

# What takes longer is not repeated.
LONG = 10.0


def measure(run):
    """Every row, with `run` (peers.Run) to do it."""
    for row, edges, (verb, *options) in ROWS:
        if run.has(row):
            continue
        costs, folder = [], run.scratch("report")
        out = ["--out", folder] if verb == "report" else ["--output", run.scratch("out.csv")]
        while len(costs) < min(run.repetitions, 3) and not (costs and costs[0].wall > LONG):
            shutil.rmtree(folder, ignore_errors=True)
            costs.append(run.once([run.betadrift, verb, run.data.path(f"counts-{edges}.csv"), "--quiet", *options, *out])[0])
        shutil.rmtree(folder, ignore_errors=True)
        run.keep(row, {"table": "whole", "contenders": {"betadrift": run.spread(costs)}})
    if not run.has(START):
        costs = [run.once([run.betadrift, "--version"])[0] for _ in range(50)]
        run.keep(START, {"table": "whole", "contenders": {"betadrift": run.spread(costs)}})
    if START in run.results:
        run.at_most(START, run.results[START]["contenders"]["betadrift"]["wall"]["median"], 0.005)
