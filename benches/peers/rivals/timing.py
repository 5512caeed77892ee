"""CPU nanoseconds of one operation."""

import csv
import time

import numpy as np


def one(operation, enough=0.3, most=None):
    """Measured over as many as take `enough` seconds, but at most `most`."""
    times = 1
    while True:
        begin = time.process_time()
        for _ in range(times):
            operation()
        took = time.process_time() - begin
        if took >= enough or times == most:
            return took / times * 1e9
        times = max(2 * times, int(times * min(1.3 * enough / max(took, 1e-9), 100)))
        times = min(times, most or times)


def posteriors(path):
    """α and β of each edge."""
    with open(path, newline="") as file:
        table = list(csv.DictReader(file))
    return (np.array([float(row[column]) for row in table]) for column in ("alpha", "beta"))
