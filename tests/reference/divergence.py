"""Makes divergence.csv: every divergence between Beta(a1, b1) and Beta(a2, b2), to 20 digits.

Closed forms with 80 digits; total variation and Wasserstein-1 from tails at the crossings of the densities and of the
distribution functions; Jensen–Shannon by Gauss–Legendre panels in the logit, graded towards both modes and the
crossings, halved until 30 and 40 nodes agree. Run: python3 divergence.py
"""
import csv
import random
from pathlib import Path

import incomplete_beta as exact
from mpmath import mp, mpf

mp.dps = 60


def ln_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def kl(a1, b1, a2, b2):
    s1, s2 = a1 + b1, a2 + b2
    return (ln_beta(a2, b2) - ln_beta(a1, b1) + (a1 - a2) * mp.psi(0, a1) + (b1 - b2) * mp.psi(0, b1)
            + (s2 - s1) * mp.psi(0, s1))


def hellinger(a1, b1, a2, b2):
    ln_bc = ln_beta((a1 + a2) / 2, (b1 + b2) / 2) - (ln_beta(a1, b1) + ln_beta(a2, b2)) / 2
    return mp.sqrt(-mp.expm1(ln_bc))


def logistic(t):
    return 1 / (1 + mp.exp(-t))


def softplus(t):
    return t + mp.log1p(mp.exp(-t)) if t > 0 else mp.log1p(mp.exp(t))


def bisect(f, low, high):
    """A root between two points where f has different signs."""
    f_low, f_high = f(low), f(high)
    side = 0
    for _ in range(400):
        t = (low * f_high - high * f_low) / (f_high - f_low)
        f_t = f(t)
        if f_t == 0 or abs(high - low) < mpf(10) ** -30 * max(1, abs(t)):
            return t
        if f_t * f_high > 0:
            if abs(high - t) < mpf(10) ** -28 * max(1, abs(t)):
                return t
            high, f_high = t, f_t
            f_low = f_low / 2 if side == -1 else f_low
            side = -1
        else:
            if abs(low - t) < mpf(10) ** -28 * max(1, abs(t)):
                return t
            low, f_low = t, f_t
            f_high = f_high / 2 if side == 1 else f_high
            side = 1
    raise ArithmeticError("no root")


def crossings(a1, b1, a2, b2):
    """Logits where the densities are equal."""
    c = ln_beta(a2, b2) - ln_beta(a1, b1)
    da, ds = a1 - a2, (a1 + b1) - (a2 + b2)
    ratio = lambda t: da * t - ds * softplus(t) + c
    turns = [mp.log(da / (ds - da))] if ds != 0 and 0 < da / ds < 1 else []
    start = turns[0] if turns else mpf("0.0123")
    rising = mp.sign(da) or mp.sign(da - ds)
    # From the turn one root lies on either side; a ratio that only rises or falls has one root where it goes to zero.
    signs = (-1, 1) if turns else (-mp.sign(ratio(start)) * rising,)
    roots = []
    for sign in signs:
        reach = mpf(1) / 64
        while mp.sign(ratio(start + sign * reach)) == mp.sign(ratio(start)) and reach < mpf(2) ** 60:
            reach *= 2
        far = start + sign * reach
        if ratio(start) * ratio(far) < 0:
            roots.append(bisect(ratio, min(start, far), max(start, far)))
    return sorted(roots), ratio


def tails(a, b, t):
    return exact.lower_tail(a, b, logistic(t))


def total_variation(one, two, roots):
    differences = [tails(*one, t) - tails(*two, t) for t in roots]
    return sum(abs(d) for d in differences)


def wasserstein(one, two, roots):
    (a1, b1), (a2, b2) = one, two
    m1, m2 = a1 / (a1 + b1), a2 / (a2 + b2)
    if len(roots) < 2:
        return abs(m1 - m2)
    t = bisect(lambda t: tails(*one, t) - tails(*two, t), *roots)
    x = logistic(t)
    upto = (x * (tails(*one, t) - tails(*two, t)) - m1 * exact.lower_tail(a1 + 1, b1, x)
            + m2 * exact.lower_tail(a2 + 1, b2, x))
    return abs(upto) + abs(m2 - m1 - upto)


def legendre(n):
    nodes = []
    for i in range(n):
        x = mp.cos(mp.pi * (i + mpf(3) / 4) / (n + mpf(1) / 2))
        for _ in range(8):
            p0, p1 = mpf(1), x
            for k in range(2, n + 1):
                p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
            slope = n * (x * p1 - p0) / (x * x - 1)
            x -= p1 / slope
        nodes.append((x, 2 / ((1 - x * x) * slope * slope)))
    return nodes


with mp.workdps(40):
    FEW, MANY = legendre(24), legendre(34)


def jensen_shannon(one, two, roots, ratio):
    (a1, b1), (a2, b2) = one, two
    with mp.workdps(36):
        l1, l2 = ln_beta(a1, b1), ln_beta(a2, b2)

        def integrand(t):
            softp = softplus(t)
            ln1 = a1 * t - (a1 + b1) * softp - l1
            ln2 = a2 * t - (a2 + b2) * softp - l2
            if max(ln1, ln2) < -95:
                return mpf(0)
            f1, f2 = mp.exp(ln1), mp.exp(ln2)
            mean = (f1 + f2) / 2
            return ((f1 * mp.log(f1 / mean) if f1 else 0) + (f2 * mp.log(f2 / mean) if f2 else 0)) / 2

        # Beyond these ends less than e⁻⁸⁰ of either is left.
        low = min((-80 + mp.log(a) + ln_beta(a, b)) / a for a, b in (one, two))
        high = max((80 - mp.log(b) - ln_beta(a, b)) / b for a, b in (one, two))
        marks = {low, high}
        centres = [(mp.log(a / b), 1 / mp.sqrt(a * b / (a + b))) for a, b in (one, two)]
        da, ds = a1 - a2, (a1 + b1) - (a2 + b2)
        centres += [(t, 1 / abs(da - ds * logistic(t))) for t in roots if da != ds * logistic(t)]
        for centre, width in centres:
            width = min(width, 1)
            for sign in (-1, 1):
                reach = mpf(0)
                while low < centre + sign * reach < high:
                    marks.add(centre + sign * reach)
                    reach = max(2 * reach, width)
        marks = sorted(marks)
        panels = [(u, v) for u, v in zip(marks, marks[1:]) if v > u]

        def rule(nodes, u, v):
            centre, half = (u + v) / 2, (v - u) / 2
            return half * sum(w * integrand(centre + half * x) for x, w in nodes)

        total, size = mpf(0), mpf(0)
        while panels:
            u, v = panels.pop()
            few, many = rule(FEW, u, v), rule(MANY, u, v)
            size += abs(many) / 1000
            if abs(few - many) <= mpf(10) ** -14 * abs(many) + mpf(10) ** -17 * size or v - u < mpf(10) ** -25:
                total += many
            else:
                panels += [(u, (u + v) / 2), ((u + v) / 2, v)]
        return total


def cases():
    rng = random.Random(3)
    for _ in range(70):
        yield tuple(exact.random_parameter(rng, -2, 4) for _ in range(4))
    for _ in range(25):
        a, b = exact.random_parameter(rng, -2, 4), exact.random_parameter(rng, -2, 4)
        near = lambda x: float(f"{x * (1 + 10 ** rng.uniform(-7, -1) * rng.choice((-1, 1))):.12g}")
        yield a, b, near(a), near(b)
    for magnitude in (1, 1e2, 1e4, 1e6, 1e8):
        yield magnitude, magnitude, magnitude + 1, magnitude
        yield magnitude, 3 * magnitude, magnitude, 3 * magnitude + 1
        yield magnitude, 2 * magnitude, magnitude + 3, 2 * magnitude + 4
        yield magnitude, 2 * magnitude, magnitude * 1.0009765625, 2 * magnitude * 1.0009765625
    yield from [(1, 1, 2, 1), (2, 3, 3, 2), (0.5, 0.5, 0.5, 1.5), (0.01, 1e4, 1e4, 0.01), (0.01, 0.01, 1e4, 1e4),
                (1e4, 1e4, 0.01, 0.01), (0.01, 0.01, 0.02, 0.01), (0.01, 0.01, 0.010000001, 0.01), (1, 1, 1e4, 1e4),
                (5e3, 5e3, 1e4, 10), (1, 1e6, 2, 1e6), (1, 1e6, 1.5, 1.2e6), (3, 1e8, 4, 1e8), (0.01, 1e4, 0.01, 9e3),
                (1e4, 1e-2, 1.0001e4, 1e-2), (100, 100, 200, 200), (9.5, 9.5, 10.5, 9.5), (1, 9, 1, 10)]


def main():
    with open(Path(__file__).with_suffix(".csv"), "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["a1", "b1", "a2", "b2", "kl", "kl_reverse", "jeffreys", "jensen_shannon", "hellinger",
                      "total_variation", "wasserstein_1"])
        for case in cases():
            exact.BITS, mp.dps = 230, 60
            a1, b1, a2, b2 = parameters = [mpf(float(p)) for p in case]
            one, two = (a1, b1), (a2, b2)
            forward, backward = kl(*parameters), kl(a2, b2, a1, b1)
            roots, ratio = crossings(*parameters)
            values = [forward, backward, forward + backward, jensen_shannon(one, two, roots, ratio),
                      hellinger(*parameters), total_variation(one, two, roots), wasserstein(one, two, roots)]
            out.writerow([*(repr(float(p)) for p in case), *(mp.nstr(v, 20) for v in values)])
            file.flush()


if __name__ == "__main__":
    main()
