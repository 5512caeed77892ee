"""polars: events of a log to counts and rewards by day and edge, and from those by edge, as `betadrift replay` does.

counts_polars.py LOG OUTPUT VARIANT. A variant is words: `schema` says the types of columns and `inferred` does not; `small` has
rewards as 8 bits; `memory` is the other engine; and times in text become days by `slice`, `date` or `datetime`."""

import sys
import time

begin = time.process_time()
import polars as pl

imported = time.process_time() - begin
log, output, variant = sys.argv[1], sys.argv[2], sys.argv[3].split("-")

is_text = "rfc3339" in log
schema = {
    "timestamp": pl.String if is_text else pl.Int64,
    "edge": pl.String,
    "reward": pl.Int8 if "small" in variant else pl.Int64,
    "propensity": pl.Float64,
}
given = {} if "inferred" in variant else {"schema": schema}
if log.endswith(".parquet"):
    events = pl.scan_parquet(log)
elif log.endswith(".jsonl"):
    events = pl.scan_ndjson(log, **given)
else:
    events = pl.scan_csv(log, low_memory=False, **given)

stamp = pl.col("timestamp")
if log.endswith(".parquet"):
    day = stamp.dt.date()
elif not is_text:
    day = stamp // 86_400
elif "date" in variant:
    day = stamp.str.slice(0, 10).str.to_date("%Y-%m-%d")
elif "datetime" in variant:
    day = stamp.str.to_datetime("%Y-%m-%dT%H:%M:%SZ").dt.date()
else:
    day = stamp.str.slice(0, 10)

daily = (
    events.select(day.alias("day"), "edge", "reward")
    .group_by("day", "edge")
    .agg(pl.len().alias("n"), pl.col("reward").cast(pl.Int64).sum().alias("s"))
)
total = daily.group_by("edge").agg(pl.col("s").sum(), pl.col("n").sum())
total.collect(engine="in-memory" if "memory" in variant else "streaming").write_csv(output)
print(imported)
