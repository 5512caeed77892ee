"""Reading a log: events of a file to counts by day and edge and from those by edge, each contender as a process of its own.

Rivals are run in several ways, one after another; those within a quarter of the best go on to the repetitions, and the one with the
least median CPU time counts. For polars, the engine that is not streaming and `try_parse_dates` (five times slower) were never near;
one is tried again each time, so that this is seen. Threads are as many as cores everywhere, by their defaults."""

import os

RIVALS = ("polars", "DuckDB")

ROWS = [
    ("CSV, epoch, 1 000 edges", "epoch-1000.csv"),
    ("CSV, epoch, 100 000 edges", "epoch-100000.csv"),
    ("CSV, RFC 3339, 1 000 edges", "rfc3339-1000.csv"),
    ("CSV, RFC 3339, 100 000 edges", "rfc3339-100000.csv"),
    ("Parquet, 1 000 edges", "epoch-1000.parquet"),
    ("Parquet, 100 000 edges", "epoch-100000.parquet"),
    ("JSON lines, 1 000 edges", "epoch-1000.jsonl"),
]

SCRIPTS = {"polars": "counts_polars.py", "DuckDB": "counts_duckdb.py"}


def ways(rival, file):
    """How a rival may read a file."""
    if file.endswith(".parquet"):
        return {"polars": ["streaming", "memory"], "DuckDB": ["columns"]}[rival]
    if file.endswith(".jsonl"):
        return {"polars": ["schema", "inferred"], "DuckDB": ["columns", "sniffed"]}[rival]
    if file.startswith("rfc3339"):
        return {"polars": ["schema-slice", "schema-date", "schema-datetime"], "DuckDB": ["columns", "columns-varchar"]}[rival]
    return {"polars": ["schema", "schema-small", "inferred", "schema-memory"], "DuckDB": ["columns", "columns-small", "sniffed"]}[rival]


def measure(run):
    """Every row, with `run` (peers.Run) to do it."""
    for row, file in ROWS:
        if run.has(row):
            continue
        path, result = run.data.path(file), {}
        outputs = {name: run.scratch(f"{name}.csv") for name in ("betadrift", *RIVALS)}
        ours = [run.betadrift, "replay", path, "--format", "csv", "--quiet", "--output", outputs["betadrift"]]
        with open(path, "rb") as log:  # so that nobody waits for the disk
            while log.read(1 << 16):
                pass
        run.once(ours)

        contenders, tried = {"betadrift": ours}, {}
        for rival in RIVALS:
            if not run.installed(rival):
                continue
            script = run.script(SCRIPTS[rival])
            commands = {way: [*script, path, outputs[rival], way] for way in ways(rival, file)}
            tried[rival] = {way: run.once(command)[0].cpu for way, command in commands.items()}
            run.agree("counts", outputs["betadrift"], outputs[rival], of=f"{row}, {rival}")
            near = 1.25 * min(tried[rival].values())
            contenders |= {f"{rival}: {way}": commands[way] for way, cpu in tried[rival].items() if cpu <= near}

        costs = {name: [] for name in contenders}
        for _ in range(run.repetitions):
            for name, command in contenders.items():
                cost, printed = run.once(command)
                costs[name].append(cost)
                if name != "betadrift":
                    run.imports.setdefault(name.split(":")[0], []).append(float(printed))
        for name, of_name in costs.items():
            rival = name.split(":")[0]
            spread = run.spread(of_name)
            if rival not in result or spread["cpu"]["median"] < result[rival]["cpu"]["median"]:
                result[rival] = spread | {"way": name.partition(": ")[2]}
        run.keep(row, {"table": "reading", "contenders": result, "tried": tried})
        for path in outputs.values():
            os.path.exists(path) and os.remove(path)
