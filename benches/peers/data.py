"""The logs and the posteriors that are measured, from a fixed seed.

Thirty days in order of time, edges with rates from Beta(2, 18) and names of twenty bytes. Only the standard library draws and
writes, so that the bytes are the same with any numpy; Parquet, which needs pyarrow, is made from the CSV."""

import datetime
import os
import random
import sys

SEED = 20260101
START = 1767225600  # 2026-01-01
DAYS = 30
CHUNK = 500_000


def rows(count, edges):
    """Yields lists of (seconds since 1970, edge, reward, propensity), a chunk at a time."""
    chance = random.Random(f"{SEED} {count} {edges}")
    rates = [chance.betavariate(2, 18) for _ in range(edges)]
    numbers = range(edges)
    for begin in range(0, count, CHUNK):
        end = min(begin + CHUNK, count)
        times = [START + at * DAYS * 86_400 // count for at in range(begin, end)]
        chosen = chance.choices(numbers, k=end - begin)
        rewards = [1 if chance.random() < rates[edge] else 0 for edge in chosen]
        propensities = [0.01 + 0.99 * chance.random() for _ in chosen]
        yield zip(times, chosen, rewards, propensities)


def rfc_3339(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_texts(count, edges, epoch, rfc, json_lines=None):
    """Writes the same rows as CSV with both kinds of time, and as JSON lines."""
    names = [f"docs/section-{edge:07}" for edge in range(edges)]
    header = "timestamp,edge,reward,propensity\n"
    with whole(epoch) as epochs, whole(rfc) as rfcs, whole(json_lines or os.devnull) as lines:
        epochs.write(header)
        rfcs.write(header)
        for chunk in rows(count, edges):
            last, text = None, ""
            plain, dated, objects = [], [], []
            for time, edge, reward, propensity in chunk:
                if time != last:
                    last, text = time, rfc_3339(time)
                rest = f"{names[edge]},{reward},{propensity:.4f}\n"
                plain.append(f"{time},{rest}")
                dated.append(f"{text},{rest}")
                if json_lines:
                    objects.append(
                        f'{{"timestamp":{time},"edge":"{names[edge]}","reward":{reward},"propensity":{propensity:.4f}}}\n'
                    )
            epochs.write("".join(plain))
            rfcs.write("".join(dated))
            lines.write("".join(objects))


def write_parquet(csv, path):
    """The same table as Parquet, as pyarrow writes it by default."""
    import pyarrow
    import pyarrow.csv
    import pyarrow.parquet

    options = pyarrow.csv.ConvertOptions(column_types={"timestamp": pyarrow.int64(), "reward": pyarrow.int64()})
    writer = None
    with open(path + ".part", "wb") as file:
        reading = pyarrow.csv.ReadOptions(block_size=64 << 20)
        for batch in pyarrow.csv.open_csv(csv, read_options=reading, convert_options=options):
            table = pyarrow.Table.from_batches([batch])
            times = table["timestamp"].cast(pyarrow.timestamp("s", "UTC")).cast(pyarrow.timestamp("us", "UTC"))
            table = table.set_column(0, "timestamp", times)
            writer = writer or pyarrow.parquet.ParquetWriter(file, table.schema)
            writer.write_table(table)
        writer.close()
    os.replace(path + ".part", path)


def write_posteriors(edges, path):
    """Beliefs after 50 to 500 pulls each, from Beta(1, 1): `edge,alpha,beta`."""
    chance = random.Random(f"{SEED} posteriors {edges}")
    with whole(path) as file:
        file.write("edge,alpha,beta\n")
        for edge in range(edges):
            rate, pulls = chance.betavariate(2, 18), chance.randint(50, 500)
            successes = binomial(chance, pulls, rate)
            file.write(f"docs/section-{edge:07},{1 + successes},{1 + pulls - successes}\n")


def write_counts(edges, path):
    """Counts by day, up to 40 pulls a day on each edge: `day,edge,successes,failures`."""
    chance = random.Random(f"{SEED} counts {edges}")
    rates = [chance.betavariate(2, 18) for _ in range(edges)]
    with whole(path) as file:
        file.write("day,edge,successes,failures\n")
        for day in range(DAYS):
            date = rfc_3339(START + day * 86_400)[:10]
            for edge, rate in enumerate(rates):
                pulls = chance.randint(1, 40)
                successes = binomial(chance, pulls, rate)
                file.write(f"{date},docs/section-{edge:07},{successes},{pulls - successes}\n")


def binomial(chance, trials, rate):
    """By the waiting times between successes (Devroye 1986, X.4), which at small rates are few."""
    from math import log, log1p

    successes, position = 0, 0
    while True:
        position += int(log(1.0 - chance.random()) / log1p(-rate)) + 1
        if position > trials:
            return successes
        successes += 1


class whole:
    """A file that appears when it is complete."""

    def __init__(self, path):
        self.path, self.part = path, path if path == os.devnull else path + ".part"

    def __enter__(self):
        self.file = open(self.part, "w", encoding="ascii", newline="\n")
        return self.file

    def __exit__(self, failed, *_):
        self.file.close()
        if failed is None and self.part != self.path:
            os.replace(self.part, self.path)


class Data:
    """The files of one size in a folder; those that are missing are made."""

    def __init__(self, folder, count):
        self.folder, self.count = os.path.join(folder, f"data-{count}"), count
        os.makedirs(self.folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self):
        """Everything, by as many processes as there are cores."""
        import concurrent.futures

        with concurrent.futures.ProcessPoolExecutor() as pool:
            jobs = [pool.submit(self.make_logs, edges) for edges in (1_000, 100_000)]
            jobs += [pool.submit(self.make_beliefs)]
            jobs += [pool.submit(self.make_counts, edges) for edges in (1_000, 10_000, 100_000)]
            for job in jobs:
                job.result()

    def make_logs(self, edges):
        names = [f"epoch-{edges}.csv", f"rfc3339-{edges}.csv"] + (["epoch-1000.jsonl"] if edges == 1_000 else [])
        paths = [self.path(name) for name in names]
        if not all(map(os.path.exists, paths)):
            print(f"makes {', '.join(names)}", file=sys.stderr)
            write_texts(self.count, edges, *paths)
        parquet = self.path(f"epoch-{edges}.parquet")
        if not os.path.exists(parquet):
            write_parquet(paths[0], parquet)

    def make_beliefs(self):
        for edges in (10, 1_000, 100_000):
            path = self.path(f"posteriors-{edges}.csv")
            os.path.exists(path) or write_posteriors(edges, path)

    def make_counts(self, edges):
        path = self.path(f"counts-{edges}.csv")
        os.path.exists(path) or write_counts(edges, path)
