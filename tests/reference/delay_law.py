"""The product-limit estimate with its exponential Greenwood band and the cumulative incidence of successes, event by event.

Prints case,hours,share,lower,upper,successes: a row for each time at which something was answered. The events are those of
the generator below, which the test has as well.
"""
import math
from scipy.stats import norm


def events(case):
    """Hours, whether answered, whether a success, of each event."""
    state, count, hours = case, [5, 40, 300, 2000][case % 4], [10, 40, 1000, 1000][case % 4]
    for _ in range(count):
        numbers = []
        for _ in range(3):
            state = (6364136223846793005 * state + 1442695040888963407) % 2**64
            numbers.append((state >> 11) / 2**53)
        yield 1 + int(numbers[0] * hours), numbers[1] < 0.7, numbers[2] < 0.4


print("case,hours,share,lower,upper,successes")
z = norm.ppf(0.975)
for case in range(8):
    data = list(events(case))
    survival, variance, incidence, band = 1.0, 0.0, 0.0, (0.0, 1.0)
    for t in sorted({h for h, answered, _ in data if answered}):
        n = sum(h >= t for h, _, _ in data)
        d = sum(h == t and answered for h, answered, _ in data)
        good = sum(h == t and answered and success for h, answered, success in data)
        incidence += survival * good / n
        survival *= (n - d) / n
        if n > d:
            variance += d / (n * (n - d))
            theta = z * math.sqrt(variance) / math.log(survival)
            band = (1 - survival ** math.exp(theta), 1 - survival ** math.exp(-theta))
        else:
            band = (band[0], 1.0)
        print(f"{case},{t},{1 - survival!r},{min(band)!r},{max(band)!r},{incidence!r}")
