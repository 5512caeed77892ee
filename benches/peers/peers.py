"""Measures betadrift beside its rivals, checks that they agree, and writes the tables. How to run it: benches/README.md."""

import argparse
import datetime
import hashlib
import importlib.metadata
import json
import os
import platform
import sys
import time
from dataclasses import asdict

import choosing
import data
import measure
import pages
import reading
import tables
import whole

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PACKAGES = ("polars", "duckdb", "numpy", "scipy", "pyarrow", "pandas", "mabwiser", "SMPyBandits", "obp", "bayesianbandits")


class Run:
    """One run: what it measures with, and what it has measured."""

    def __init__(self, options):
        self.cache, self.betadrift, self.hot = options.cache, options.betadrift, options.hot
        self.repetitions, self.only = options.repetitions, options.only
        self.data = data.Data(options.cache, options.rows)
        self.versions = {name: version(name) for name in PACKAGES}
        self.imports, self.failures = {}, []
        self.identity = {
            "rows": options.rows,
            "versions": dict(self.versions),
            "binaries": [digest(self.betadrift), digest(self.hot)],
            "repetitions": options.repetitions,
        }
        self.file = os.path.join(self.data.folder, "results.json")
        self.results, self.begun = {}, time.monotonic()
        if options.resume and os.path.exists(self.file):
            with open(self.file) as file:
                kept = json.load(file)
            if kept["identity"] == self.identity:
                self.results, self.imports = kept["results"], kept["imports"]

    def installed(self, name):
        return self.versions.get(name if name in self.versions else name.lower()) is not None

    def script(self, name):
        return [sys.executable, os.path.join(HERE, "rivals", name)]

    def scratch(self, name):
        folder = os.path.join(self.cache, "scratch")
        os.makedirs(folder, exist_ok=True)
        return os.path.join(folder, name)

    def once(self, command):
        return measure.run([str(word) for word in command])

    def rival(self, name, command):
        """What a rival prints; nothing if it is not installed or does not run, which takes nothing else with it."""
        if not self.installed(name):
            return ""
        try:
            return self.once(command)[1]
        except measure.Failed as problem:
            print(problem, file=sys.stderr)
            self.versions[name] = None
            return ""

    def has(self, row):
        """Whether a row is there already, or is not asked for."""
        return row in self.results or self.only not in row

    def keep(self, row, result):
        self.results[row] = {**result, "floor": measure.floor()}
        with data.whole(self.file) as file:
            json.dump({"identity": self.identity, "results": self.results, "imports": self.imports}, file)
        shown = ", ".join(f"{name} {tables.seconds(one['cpu']['median'])}" for name, one in result["contenders"].items())
        print(f"{time.monotonic() - self.begun:4.0f} s  {row}: {shown}", file=sys.stderr)

    def agree(self, check, *files, of):
        """Holds two programs against each other."""
        try:
            words = self.once([sys.executable, os.path.join(HERE, "agree.py"), check, *files])[1].strip()
            print(f"        agreed: {of}: {words}", file=sys.stderr)
        except measure.Failed as problem:
            self.fail(f"{of}: {problem}")

    def at_most(self, what, found, limit):
        found <= limit or self.fail(f"{what} takes {tables.seconds(found)}, more than {tables.seconds(limit)}")

    def fail(self, words):
        self.failures.append(words)
        print(f"FAILED  {words}", file=sys.stderr)

    def spread(self, costs):
        return {what: self.spread_of([getattr(cost, what) for cost in costs]) for what in ("cpu", "wall", "peak")}

    def spread_of(self, numbers):
        return asdict(measure.Spread.of(numbers))

    def about(self):
        """Machine, versions and date."""
        there = ", ".join(f"{name} {version}" for name, version in self.versions.items() if version)
        absent = [name for name, version in self.versions.items() if not version]
        imports = ", ".join(f"{name} {tables.seconds(measure.Spread.of(all_).median)}" for name, all_ in sorted(self.imports.items()))
        lines = [
            f"{cpu_model()}, {len(os.sched_getaffinity(0))} cores, {datetime.date.today()}; Python {platform.python_version()}, {there}"
            + (f"; left out, because they do not install or run: {', '.join(absent)}" if absent else "") + ".",
            f"The binary has {os.path.getsize(self.betadrift) / 1e6:.1f} MB.",
        ]
        if imports:
            lines.append(f"Of the CPU time of a rival's process, importing it is: {imports}.")
        return " ".join(lines) + "\n"


def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def digest(path):
    """By small pieces, because the memory of this process is where that of those measured begins."""
    sha = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 16):
            sha.update(piece)
    return sha.hexdigest()


def cpu_model():
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--betadrift", required=True)
    parser.add_argument("--hot", required=True)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--resume", action="store_true", help="keep the rows of an earlier run of the same binary")
    parser.add_argument("--no-write", action="store_true", help="print the table instead of writing it")
    options = parser.parse_args()
    run = Run(options)
    run.data.make()
    print(f"{time.monotonic() - run.begun:4.0f} s  the data is there", file=sys.stderr)
    for part in (reading, choosing, whole):
        part.measure(run)

    about = run.about()
    front = pages.front(run.results, about).replace("{rows}", f"{options.rows:,}".replace(",", " "))
    if run.failures:
        print("\n".join(["what failed:", *run.failures]), file=sys.stderr)
    if run.failures or options.no_write or options.only:
        print(front)
    else:
        tables.place(os.path.join(ROOT, "README.md"), "speed", front)
        tables.place(os.path.join(HERE, "..", "README.md"), "peers", pages.everything(run.results, about))
    print(f"{time.monotonic() - run.begun:4.0f} s in all", file=sys.stderr)
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
