"""Remakes the files of this folder. Run from the root of the repository, with `betadrift` on the path:

    python3 data/make.py
"""

import collections
import csv
import gzip
import json
import subprocess

SHORT_UNTIL = "2026-01-04"

subprocess.run(
    ["betadrift", "simulate", "simulations/stationary.toml", "--runs", "1", "--quiet", "--log", "data/feedback.csv",
     "--posteriors", "data/posteriors.csv"],
    check=True, stdout=subprocess.DEVNULL,
)

with open("data/feedback.csv", newline="") as log:
    answered = [row for row in csv.DictReader(log) if row["timestamp"]]

# The same feedback under other names, with labels for rewards: what arrived in the first three days.
with open("data/feedback.jsonl.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as log:
    for row in answered:
        if row["timestamp"] < SHORT_UNTIL:
            label = "accepted" if row["reward"] == "1" else "rejected"
            line = json.dumps({"ts": row["timestamp"], "arm_id": row["edge"], "label": label})
            log.write(f"{line}\n".encode())

# What `SELECT day, edge, sum(reward), sum(1 - reward) … GROUP BY day, edge` gives.
counts = collections.Counter((row["timestamp"][:10], row["edge"], row["reward"]) for row in answered)
with open("data/counts.csv", "w", newline="") as table:
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["day", "edge", "successes", "failures"])
    for day, edge in sorted({(day, edge) for day, edge, _ in counts}):
        rows.writerow([day, edge, counts[day, edge, "1"], counts[day, edge, "0"]])
