"""Mean regret of policies in the worlds of src/environment and under the click models, with standard errors, by plain
simulation: written from the definitions alone, all runs side by side. Rows named `wrong_…` are what a mistake would give.

    python3 tests/reference/worlds.py > tests/reference/worlds.csv      # needs numpy; some minutes
"""

import numpy as np

RNG = np.random.default_rng(20260101)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def logit(p):
    return np.log(p / (1 - p))


# ---- worlds: functions of a trial that give the rates, runs x edges, and which places hold a new edge since the trial before


def moving(runs, path):
    """Rates that are the same in every run: path(trial) gives them."""
    return lambda trial: (np.tile(path(trial), (runs, 1)), None)


def seasonal(sign):
    base, per_day, thursday = np.array([0.40, 0.35, 0.30]), 100, 3
    everyone = np.array([0, 0, 0, 0, 0.5, -1.0, -1.0])
    second = np.array([0, 0, 0, 0, 0, 0, 2.0])
    third = np.array([0.8, 0, 0, 0, 0, 0, 0])

    def path(trial):
        day = (thursday + trial // per_day) % 7
        return sigmoid(logit(base) + sign * (everyone[day] + np.array([0, second[day], third[day]])))

    return path


def burst_given(trial):
    x = logit(np.array([0.30, 0.35, 0.20]))
    if 300 <= trial < 700:
        x[0] += 1.0
    if 600 <= trial < 1000:
        x += -0.5
    return sigmoid(x)


def burst_at_random(runs):
    """In each trial one begins with chance 0.004 and then lasts for a geometric number of trials, 100 on average."""
    x0 = logit(np.array([0.30, 0.35, 0.20]))
    ends = [[] for _ in range(runs)]

    def world(trial):
        x = np.tile(x0, (runs, 1))
        for run in np.flatnonzero(RNG.random(runs) < 0.004):
            ends[run].append(trial + RNG.geometric(1 / 100))
        for run in range(runs):
            if ends[run]:
                ends[run] = [end for end in ends[run] if end > trial]
                x[run, 2] += 1.5 * len(ends[run])
        return sigmoid(x), None

    return world


def renewing(runs, retire, places=10):
    """In each trial but the first one edge, any with equal chance, is replaced with chance `retire`."""
    rates = RNG.beta(4, 4, (runs, places))

    def world(trial):
        retires = (RNG.random(runs) < retire) & (trial > 0)
        new = np.zeros((runs, places), bool)
        new[retires, RNG.integers(places, size=runs)[retires]] = True
        rates[new] = RNG.beta(4, 4, new.sum())
        return rates.copy(), new

    return world


def adversarial(trial):
    """Phases of 20, 32, 52, ... trials: low, high, low, ..."""
    begin, phase = 0, 0
    while True:
        length = int(np.ceil(20 * 1.6**phase - 1e-9))
        if trial < begin + length:
            return np.array([0.125, 0, 0, 0]) + (0.875 if phase % 2 else 0.0)
        begin, phase = begin + length, phase + 1


# ---- play


def best_list(model, kappa, rates, k):
    """Expected clicks of the best list of each run."""
    return clicks_expected(model, kappa, -np.sort(-rates, axis=1)[:, :k])


def clicks_expected(model, kappa, shown):
    if model == "cascade":
        return 1 - np.prod(1 - shown, axis=1)
    return (shown * kappa).sum(axis=1)


def regret(world, policy, runs, edges, trials, prior=(1, 1), batch=1, k=1, model="independent", kappa=None,
           credit="position", leaky=False):
    """Regret of each run. `leaky` is the mistake that feedback on its way is given to a successor."""
    at = np.arange(runs)
    kappa = np.ones(k) if kappa is None else np.array(kappa)
    wins, losses = np.zeros((runs, edges)), np.zeros((runs, edges))
    wins_late, losses_late, plays = np.zeros((runs, edges)), np.zeros((runs, edges)), np.zeros((runs, edges))
    surplus, total = np.zeros((runs, edges)), np.zeros(runs)
    for trial in range(trials):
        rates, new = world(trial)
        if new is not None and new.any():
            for array in (wins, losses, plays, surplus):
                array[new] = 0
            if not leaky:
                wins_late[new] = losses_late[new] = 0
        if trial % batch == 0:
            wins += wins_late
            losses += losses_late
            wins_late[:] = losses_late[:] = 0
        if policy == "thompson":
            score = RNG.beta(prior[0] + wins, prior[1] + losses)
        elif policy == "uniform":
            score = RNG.random((runs, edges))
        else:
            n = wins + losses
            with np.errstate(divide="ignore", invalid="ignore"):
                score = wins / n + np.sqrt(2 * np.log(trial + 1) / n)
            score = np.where(n > 0, score, np.where(plays > 0, 1e9, 2e9)) + 1e-9 * RNG.random((runs, edges))
        chosen = np.argsort(-score, axis=1)[:, :k]
        shown = np.take_along_axis(rates, chosen, axis=1)
        total += best_list(model, kappa, rates, k) - clicks_expected(model, kappa, shown)
        clicked_above = np.zeros(runs, bool)
        for position in range(k):
            edge = chosen[:, position]
            attracts = RNG.random(runs) < shown[:, position]
            examined = RNG.random(runs) < kappa[position]
            if model == "cascade":
                examined = ~clicked_above
            click = attracts & examined
            if credit == "naive":
                failed = ~click
            elif model == "cascade":
                failed = ~click & examined
            else:
                # As many failures as displays, weighed by the chance of being examined, less clicks.
                surplus[at, edge] += kappa[position]
                due = surplus[at, edge] >= 1 - 1e-12
                failed = due & ~click
                surplus[at, edge] -= click.astype(float) + failed
            clicked_above |= click
            wins_late[at, edge] += click
            losses_late[at, edge] += failed
            plays[at, edge] += 1
    return total


def row(name, policy, runs, values, trials):
    print(f"{name},{policy},{trials},{runs},{values.mean():.9g},{values.std(ddof=1) / np.sqrt(runs):.6g}", flush=True)


def main():
    print("world,policy,trials,runs,regret,se")
    runs = 4000
    for policy in ("thompson", "uniform"):
        for name, sign in (("seasonal", 1), ("wrong_season", -1)):
            row(name, policy, runs, regret(moving(runs, seasonal(sign)), policy, runs, 3, 1400), 1400)
    for policy in ("thompson", "ucb1"):
        row("burst_given", policy, runs, regret(moving(runs, burst_given), policy, runs, 3, 1500), 1500)
        row("burst_at_random", policy, runs, regret(burst_at_random(runs), policy, runs, 3, 1500), 1500)
        row("adversarial", policy, runs, regret(moving(runs, adversarial), policy, runs, 4, 3000), 3000)
    for credit in ("position", "naive"):
        for model, kappa in (("pbm", (1, 0.6, 0.3)), ("cascade", (1, 1, 1))):
            rates = moving(runs, lambda trial: np.array([0.5, 0.4, 0.3, 0.2, 0.1]))
            values = regret(rates, "thompson", runs, 5, 1000, k=3, model=model, kappa=kappa, credit=credit)
            row(f"{model}_{credit}", "thompson", runs, values, 1000)
    runs = 1000
    for batch in (1, 100, 1000):
        values = regret(renewing(runs, 1e-2), "thompson", runs, 10, 10_000, prior=(4, 4), batch=batch)
        row(f"renewing_{batch}", "thompson", runs, values, 10_000)
    row("renewing_1", "ucb1", runs, regret(renewing(runs, 1e-2), "ucb1", runs, 10, 10_000), 10_000)
    for batch in (100, 1000):
        values = regret(renewing(runs, 1e-2), "thompson", runs, 10, 10_000, prior=(4, 4), batch=batch, leaky=True)
        row(f"wrong_successor_{batch}", "thompson", runs, values, 10_000)


if __name__ == "__main__":
    main()
