"""DuckDB: events of a log to counts and rewards by day and edge, and from those by edge, as `betadrift replay` does.

counts_duckdb.py LOG OUTPUT VARIANT. A variant is words: `columns` says what is in the file and `sniffed` does not; `small` has
rewards as 8 bits; times in text are read as `varchar`, or as times."""

import sys
import time

begin = time.process_time()
import duckdb

imported = time.process_time() - begin
log, output, variant = sys.argv[1], sys.argv[2], sys.argv[3].split("-")

is_text = "rfc3339" in log
stamp = "BIGINT" if not is_text else "VARCHAR" if "varchar" in variant else "TIMESTAMP"
reward = "TINYINT" if "small" in variant else "BIGINT"
columns = f"columns={{'timestamp': '{stamp}', 'edge': 'VARCHAR', 'reward': '{reward}', 'propensity': 'DOUBLE'}}"
known = "sniffed" not in variant
if log.endswith(".parquet"):
    source = f"read_parquet('{log}')"
elif log.endswith(".jsonl"):
    source = f"read_json('{log}'{f', {columns}, format=$$newline_delimited$$' if known else ''})"
else:
    options = f", {columns}, auto_detect=false, header=true, delim=',', quote='', escape=''" if known else ""
    source = f"read_csv('{log}'{options})"

if log.endswith(".parquet"):
    day = "timestamp::DATE"
elif not is_text:
    day = "timestamp // 86400"
else:
    day = "timestamp[:10]" if "varchar" in variant else "timestamp::DATE"

connection = duckdb.connect()
connection.execute("SET preserve_insertion_order = false")
connection.execute(
    f"""COPY (
        SELECT edge, sum(s)::BIGINT AS s, sum(n)::BIGINT AS n
        FROM (SELECT {day} AS day, edge, sum(reward) AS s, count(*) AS n FROM {source} GROUP BY ALL)
        GROUP BY edge
    ) TO '{output}' (FORMAT csv, HEADER)"""
)
print(imported)
