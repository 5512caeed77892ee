"""Choosing, learning, simulating, P(best) and fitting, inside the process: CPU nanoseconds of one operation.

Ours is timed by `benches/hot.rs`, numpy and scipy by `rivals/vectorised.py`, libraries by `rivals/bandits.py`, all from the same
posteriors. They take turns: everybody once, then everybody again."""

import json

LIBRARIES = ("mabwiser", "SMPyBandits", "obp", "bayesianbandits")

# Of each case what its rows are called, and their numbers of edges.
CASES = {
    "choose": ("a Thompson choice, {} edges", (10, 1_000, 100_000)),
    "update": ("an update, {} edges", (10, 1_000, 100_000)),
    "simulate": ("a step of a simulation, {} edges", (10, 100, 1_000, 100_000)),
    "best": ("P(best) of {} edges, exact here, by {} draws there", (1_000, 100_000)),
    "fit": ("a prior for {} edges", (100_000,)),
}

# Libraries take milliseconds a choice at a thousand edges; beyond, they are not measured.
OF_LIBRARIES = (10, 1_000)


# Draws of the Monte Carlo, by edges.
DRAWS = {1_000: 10_000, 100_000: 1_000}


def row_of(case, edges):
    return CASES[case][0].format(*(f"{number:,}".replace(",", " ") for number in (edges, DRAWS.get(edges, 0))))


def measure(run):
    """Every row, with `run` (peers.Run) to do it."""
    rows = {row_of(case, edges): (case, edges) for case, (_, sizes) in CASES.items() for edges in sizes}
    if all(run.has(row) for row in rows):
        return
    agreements(run)
    measured = {row: {} for row in rows}

    def note(row, contender, nanoseconds):
        measured[row].setdefault(contender, []).append(nanoseconds)

    for _ in range(min(run.repetitions, 3)):
        for row, (case, edges) in rows.items():
            if run.has(row):
                continue
            note(row, "betadrift", hot(run, case, edges)["ns"])
            note(row, "numpy", vectorised(run, case, edges)["ns"])
        for library in LIBRARIES:
            paths = [run.data.path(f"posteriors-{edges}.csv") for edges in OF_LIBRARIES]
            for line in run.rival(library, [*run.script("bandits.py"), library, *paths]).splitlines():
                line = json.loads(line)
                for case in ("choose", "update", "simulate"):
                    row = row_of(case, line["edges"])
                    run.has(row) or note(row, library, line[case])
    for row, contenders in measured.items():
        if contenders:
            seconds = {name: {"cpu": run.spread_of([ns * 1e-9 for ns in all_ns])} for name, all_ns in contenders.items()}
            run.keep(row, {"table": "choosing", "contenders": seconds})


def hot(run, case, edges):
    file = [] if case == "simulate" else ["--posteriors", run.data.path(f"posteriors-{edges}.csv")]
    return json.loads(run.once([run.hot, case, edges, "--repetitions", 1, *file])[1])


def vectorised(run, case, edges):
    file = [] if case == "simulate" else [run.data.path(f"posteriors-{edges}.csv")]
    draws = [DRAWS[edges]] if case == "best" else []
    return json.loads(run.once([*run.script("vectorised.py"), case, edges, *file, *draws])[1])


def agreements(run):
    """Ours and numpy choose by the chances that `rank` says, and find the same regret and the same prior."""
    def kept(name, line):
        path = run.scratch(name)
        with open(path, "w") as file:
            json.dump(line, file)
        return path

    for edges in (10, 1_000, 100_000):
        ranked = run.scratch(f"ranked-{edges}.csv")
        run.once([run.betadrift, "rank", run.data.path(f"posteriors-{edges}.csv"), "--format", "csv", "--output", ranked])
        ours = kept("ours.json", hot(run, "chosen", edges))
        run.agree("choices", ranked, ours, of=f"choices among {edges}, betadrift")
        case = "best" if edges == 100_000 else "chosen"
        theirs = kept("theirs.json", vectorised(run, case, edges))
        run.agree("choices", ranked, theirs, of=f"choices among {edges}, numpy")
    for check, case, edges in (("regret", "simulate", 10), ("prior", "fit", 100_000)):
        ours, theirs = kept("ours.json", hot(run, case, edges)), kept("theirs.json", vectorised(run, case, edges))
        run.agree(check, ours, theirs, of=f"{check}, numpy")
