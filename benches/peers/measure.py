"""What a process costs. This module and those that import it stay small: the peak memory of a child begins at that of its
parent, which is therefore no place for numpy."""

import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass


class Failed(Exception):
    """A measured command did not do what it should."""


@dataclass
class Cost:
    """Of one process, its start included: CPU seconds of all threads, seconds by the wall, megabytes at the most."""

    cpu: float
    wall: float
    peak: float


def run(command, output=None):
    """Runs a command to its end; what it prints goes to the file `output`, if there is one. The cost, and what it printed
    otherwise."""
    with open(output or os.devnull, "wb") as file:
        begin = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file if output else subprocess.PIPE, stderr=subprocess.PIPE)
        printed, complaints = (b"", child.stderr.read()) if output else drain(child)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    for pipe in (child.stdout, child.stderr):
        pipe and pipe.close()
    if child.returncode:
        raise Failed(f"{' '.join(map(str, command))}: exit code {child.returncode}\n{complaints.decode(errors='replace')[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024), printed.decode()


def floor():
    """Less memory than this, in megabytes, is not seen."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def drain(child):
    """All that a child prints, and all that it complains of, without waiting for its end."""
    import threading

    complaints = []
    reader = threading.Thread(target=lambda: complaints.append(child.stderr.read()))
    reader.start()
    printed = child.stdout.read()
    reader.join()
    return printed, complaints[0]


@dataclass
class Spread:
    """Several measurements of one thing."""

    median: float
    least: float
    greatest: float
    count: int

    @staticmethod
    def of(measured):
        return Spread(statistics.median(measured), min(measured), max(measured), len(measured))
