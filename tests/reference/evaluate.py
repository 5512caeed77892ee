"""Makes evaluate.csv: off-policy estimates of small random logs, row by row.

Method: numpy over single rows, each estimator as its definition reads, standard errors as the sample standard deviation of
the rows' values (means) or of their influence values (ratios). Intervals: the rewards of single rows are replaced, the
sum of squares is taken at that theta, and the ends are found by scipy's brentq; quantiles of t by scipy. The program never
sees a row: it adds up counts of cells.

    python3 evaluate.py > evaluate.csv
"""
import numpy as np
from scipy import optimize, stats

NAMES = ["ips", "clipped_ips", "snips", "dm", "dr", "sndr", "switch_dr", "dros", "replay"]


def cases():
    """Name, rows (edge, segment, propensity, reward), target {(edge, segment): probability}, settings."""
    plain = dict(clip=10.0, switch_lambda=10.0, dros_lambda=10.0, alpha=1.0, beta=1.0, level=0.95)
    yield "by_hand", [("a", "", 0.5, 1), ("a", "", 0.5, 1), ("b", "", 0.5, 0), ("b", "", 0.5, 1)], {("a", ""): 0.75, ("b", ""): 0.25}, plain
    specs = [
        ("uniform", 60, 4, 1, "uniform", "near", "binary", plain),
        ("deterministic", 80, 5, 1, "uniform", "one", "binary", plain),
        ("skewed", 120, 6, 1, "skewed", "near", "binary", plain | dict(clip=2.0, switch_lambda=1.5, dros_lambda=3.0)),
        ("segments", 150, 4, 3, "skewed", "near", "binary", plain | dict(alpha=1.0, beta=99.0)),
        ("fractional", 90, 4, 2, "skewed", "near", "fractional", plain | dict(clip=1.3, alpha=0.5, beta=0.5)),
        ("thompson", 140, 5, 2, "varying", "near", "binary", plain | dict(switch_lambda=2.0, level=0.8)),
        ("varying_fractional", 70, 3, 1, "varying", "near", "fractional", plain | dict(dros_lambda=0.7, level=0.99)),
        ("bad_propensities", 100, 4, 2, "bad", "near", "binary", plain),
        ("no_success", 50, 3, 1, "uniform", "near", "none", plain),
        ("all_success", 50, 3, 1, "skewed", "near", "all", plain),
        ("half_rewards", 40, 3, 1, "skewed", "near", "half", plain),
        ("unsupported", 60, 4, 2, "skewed", "beyond", "binary", plain),
        ("far", 400, 8, 1, "rare", "far", "binary", plain),
        ("two_rows", 2, 2, 1, "uniform", "near", "binary", plain),
    ]
    for seed, (name, n, edges, segments, logging, target, rewards, settings) in enumerate(specs):
        rng = np.random.default_rng(20260100 + seed)
        names = [f"e{i}" for i in range(edges)]
        places = [""] if segments == 1 else [f"s{i}" for i in range(segments)]
        shape = {"uniform": np.ones(edges), "rare": np.r_[0.03, np.ones(edges - 1)]}.get(logging, np.arange(1.0, edges + 1))
        rates = rng.uniform(0.05, 0.6, (edges, segments))
        rows = []
        for _ in range(n):
            s = rng.integers(segments)
            p = shape / shape.sum()
            if logging == "varying":
                p = rng.dirichlet(2 * np.ones(edges)) * 0.9 + 0.1 / edges
            a = rng.choice(edges, p=p)
            rate = rates[a, s]
            r = {
                "binary": float(rng.random() < rate),
                "fractional": round(float(rng.beta(3 * rate, 3 * (1 - rate))), 3),
                "none": 0.0,
                "all": 1.0,
                "half": 0.5,
            }[rewards]
            propensity = round(float(p[a]), 6)
            if logging == "bad":
                propensity = [propensity, None, 0.0, 1.5][rng.choice(4, p=[0.85, 0.05, 0.05, 0.05])]
            rows.append((names[a], places[s], propensity, r))
        law = {}
        for place in places:
            e = {
                "near": rng.dirichlet(np.ones(edges)),
                "one": np.eye(edges)[edges // 2],
                "far": np.r_[0.8, np.ones(edges - 1) * 0.2 / (edges - 1)],
                "beyond": np.r_[rng.dirichlet(np.ones(edges)) * 0.7],
            }[target]
            e = [round(float(x), 9) for x in e]
            law |= {(name, place): x for name, x in zip(names, e)}
            left = 1 - sum(e)
            if target == "beyond":
                law[("nowhere", place)] = round(left, 9)
            else:
                law[(names[-1], place)] = round(law[(names[-1], place)] + left, 12)
        yield name, rows, law, settings


def interval(offset, slope, divisor, r, level):
    """theta is held unless (sum u)^2 > t^2 V, rewards replaced by 1 above the estimate and by 0 below."""
    n = len(r)
    estimate = (offset + slope * r).sum() / divisor.sum()

    def beyond(theta):
        end = 1.0 if theta > estimate else 0.0
        reach = (offset + slope * end).sum() / divisor.sum() - estimate
        share = min((theta - estimate) / reach, 1.0) if abs(reach) > 1e-15 else 1.0
        u = lambda reward: offset + slope * reward - theta * divisor
        variance = (1 - share) * (u(r) ** 2).sum() + share * (u(end) ** 2).sum()
        power = lambda m: (1 - share) * (r * u(1) ** m + (1 - r) * u(0) ** m).sum() + share * (u(end) ** m).sum()
        v = power(2)
        left = power(4) - v**2 / n - (power(3) ** 2 / v if v > 0 else 0)
        nu = np.inf if left <= 1e-12 * power(4) else max(2 * v**2 / left, 1.0)
        t = stats.norm.ppf((1 + level) / 2) if np.isinf(nu) else stats.t.ppf((1 + level) / 2, nu)
        return ((theta - estimate) * divisor.sum()) ** 2 - t**2 * variance

    def end(bound):
        if bound == estimate or beyond(bound) <= 0:
            return bound
        # From where it is surely held, outwards.
        inside = estimate + (bound - estimate) * 1e-9
        return optimize.brentq(beyond, inside, bound, xtol=1e-15, rtol=1e-14) if beyond(inside) < 0 else estimate

    return end(min(estimate, 0.0)), end(max(estimate, 1.0))


def solve(rows, law, settings):
    usable = [row for row in rows if row[2] is not None and 0 < row[2] <= 1]
    n = len(usable)
    p = np.array([row[2] for row in usable])
    r = np.array([row[3] for row in usable], float)
    e = np.array([law.get((row[0], row[1]), 0.0) for row in usable])
    w = e / p

    def q(edge, segment):
        own = [row[3] for row in usable if row[:2] == (edge, segment)]
        return (settings["alpha"] + sum(own)) / (settings["alpha"] + settings["beta"] + len(own))

    qa = np.array([q(*row[:2]) for row in usable])
    by_segment = {s: sum(x * q(a, t) for (a, t), x in law.items() if t == s) for s in {row[1] for row in usable}}
    qe = np.array([by_segment[row[1]] for row in usable])
    one = np.ones(n)
    values = {
        "ips": w * r,
        "clipped_ips": np.minimum(w, settings["clip"]) * r,
        "dm": qe,
        "dr": qe + w * (r - qa),
        "switch_dr": qe + w * (w <= settings["switch_lambda"]) * (r - qa),
        "dros": qe + settings["dros_lambda"] * w / (w**2 + settings["dros_lambda"]) * (r - qa),
    }
    found = {}
    for name, z in values.items():
        found[name] = z.mean(), z.std(ddof=1) / np.sqrt(n)
    snips = (w * r).sum() / w.sum()
    found["snips"] = snips, (w * (r - snips) / w.mean()).std(ddof=1) / np.sqrt(n)
    psi = (w * (r - qa)).sum() / w.sum()
    found["sndr"] = qe.mean() + psi, (qe - qe.mean() + w * (r - qa - psi) / w.mean()).std(ddof=1) / np.sqrt(n)
    kept = e > 0
    replay = (e * r).sum() / e.sum()
    found["replay"] = replay, (e * (r - replay) / e[kept].mean())[kept].std(ddof=1) / np.sqrt(kept.sum()) if kept.sum() > 1 else np.nan
    c = np.minimum(w, settings["clip"])
    k = settings["dros_lambda"] * w / (w**2 + settings["dros_lambda"])
    s = w * (w <= settings["switch_lambda"])
    share = w / w.mean()
    forms = {
        "ips": (0 * w, w, one),
        "clipped_ips": (0 * w, c, one),
        "snips": (0 * w, w, w),
        "replay": (0 * e[kept], e[kept], e[kept]),
    }
    ends = {name: interval(*form, r[kept] if name == "replay" else r, settings["level"]) for name, form in forms.items()}
    # With a reward model: each residual to the model without its own row, from which q differs by 1 - h.
    size = settings["alpha"] + settings["beta"] + np.array([sum(1 for x in usable if x[:2] == row[:2]) for row in usable])
    k_out = size / (size - 1)
    variance = qa * (1 - qa) / (size + 1)
    pairs = [row[:2] for row in usable]
    supported = set(pairs)
    unsupported = np.mean([sum(x for (a, t), x in law.items() if t == row[1] and (a, t) not in supported) for row in usable])
    prior = settings["alpha"] / (settings["alpha"] + settings["beta"])
    z = stats.norm.ppf((1 + settings["level"]) / 2)
    for name, correction in {"dm": 0 * w, "dr": w, "sndr": w, "switch_dr": s, "dros": k}.items():
        value = found[name][0]
        if name == "sndr":
            low, high = interval(qe - share * k_out * qa - (1 - share) * qe.mean(), share * k_out, share, r, settings["level"])
        else:
            low, high = interval(qe - correction * k_out * qa, correction * k_out, one, r, settings["level"])
        below, above = max(value - low, 0), max(high - value, 0)
        alone = {pair: sum(w[i] - correction[i] for i in range(n) if pairs[i] == pair) / n for pair in supported}
        if name == "dm":
            below = above = found[name][1]
            below, above = z * below, z * above
            alone = {pair: law.get(pair, 0.0) * np.mean([row[1] == pair[1] for row in usable]) for pair in supported}
        model = z * np.sqrt(sum(alone[pair] ** 2 * variance[pairs.index(pair)] for pair in supported))
        low = value - np.hypot(below, model) - prior * unsupported
        high = value + np.hypot(above, model) + (1 - prior) * unsupported
        ends[name] = max(low, min(value, 0.0)), min(high, max(value, 1.0))
    weights = {
        "effective_sample": w.sum() ** 2 / (w**2).sum(),
        "mean": w.mean(),
        "max": w.max(),
        "min_propensity": p.min(),
        "unsupported_target": unsupported,
        "matched": e.sum(),
        "evaluated": n,
        "difference_se": (w * (r - snips) / w.mean() - (r - r.mean())).std(ddof=1) / np.sqrt(n),
    }
    return found, ends, weights


if __name__ == "__main__":
    print("case,what,edge,segment,first,second,third,fourth")
    for name, rows, law, settings in cases():
        for edge, segment, propensity, reward in rows:
            print(f"{name},row,{edge},{segment},{'' if propensity is None else propensity},{reward},,")
        for (edge, segment), probability in law.items():
            print(f"{name},target,{edge},{segment},{probability!r},,,")
        for setting, value in settings.items():
            print(f"{name},setting,{setting},,{value!r},,,")
        found, ends, weights = solve(rows, law, settings)
        for estimator in NAMES:
            numbers = [float(x) for x in (*found[estimator], *ends[estimator])]
            print(f"{name},estimate,{estimator},," + ",".join("" if np.isnan(x) else repr(x) for x in numbers))
        for weight, value in weights.items():
            print(f"{name},weight,{weight},,{float(value)!r},,,")
