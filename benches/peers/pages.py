"""The tables of README.md, and all that was measured in benches/README.md."""

import reading
from choosing import LIBRARIES
from tables import seconds, short, table, times


def front(results, about):
    """What README.md shows: medians, and how many times more CPU time the others took."""
    return "\n".join(part for part in (front_of_reading(results), front_of_choosing(results), of_whole(results), about) if part)


def cpu(contender):
    return contender["cpu"]["median"]


def versus(contenders, name):
    """A rival's median and its ratio to ours."""
    if name not in contenders:
        return "–"
    return f"{seconds(cpu(contenders[name]))} ({times(cpu(contenders[name]), cpu(contenders['betadrift']))})"


def front_of_reading(results):
    rows = []
    for row, result in of(results, "reading"):
        contenders = result["contenders"]
        ours = contenders["betadrift"]
        line = [row, seconds(cpu(ours))] + [versus(contenders, name) for name in reading.RIVALS]
        everybody = [contenders[name] for name in ("betadrift", *reading.RIVALS) if name in contenders]
        line.append(" / ".join(short(one["wall"]["median"]) for one in everybody))
        line.append(" / ".join(peak(one["peak"]["median"], result) for one in everybody))
        rows.append(line)
    head = ["`replay` of {rows} events", "betadrift", *reading.RIVALS, "wall, s", "peak, MB"]
    return rows and table(head, rows)


def front_of_choosing(results):
    rows = []
    for row, result in of(results, "choosing"):
        contenders = result["contenders"]
        rows.append([row, seconds(cpu(contenders["betadrift"]))] + [versus(contenders, name) for name in ("numpy", *LIBRARIES)])
    return rows and table(["one core", "betadrift", "numpy, scipy", *LIBRARIES], rows)


def of_whole(results):
    rows = []
    for row, result in of(results, "whole"):
        ours = result["contenders"]["betadrift"]
        rows.append([row, seconds(cpu(ours)), seconds(ours["wall"]["median"]), peak(ours["peak"]["median"], result)])
    return rows and table(["whole process", "CPU", "wall", "peak, MB"], rows)


def of(results, name):
    return [(row, result) for row, result in results.items() if result["table"] == name]


def everything(results, about):
    """What benches/README.md shows: each contender with medians and ranges, and the ways that were tried."""
    rows = []
    for row, result in results.items():
        for name, contender in result["contenders"].items():
            way = contender.get("way")
            line = [row, f"{name} ({way})" if way else name, ranged(contender["cpu"], seconds)]
            line += [ranged(contender[what], shown) if what in contender else "" for what, shown in (("wall", seconds), ("peak", lambda x: peak(x, result)))]
            line.append(str(contender["cpu"]["count"]))
            rows.append(line)
    tried = [
        f"- {row}: {rival} " + ", ".join(f"{way} {seconds(cpu)}" for way, cpu in ways.items())
        for row, result in of(results, "reading")
        for rival, ways in result["tried"].items()
    ]
    head = ["what", "who", "CPU, median [range]", "wall", "peak, MB", "times"]
    return f"{table(head, rows)}\nThe ways that were tried once, in CPU time:\n\n" + "\n".join(tried) + f"\n\n{about}"


def peak(megabytes, result):
    """Below the memory of what measures, nothing is seen."""
    floor = result["floor"]
    return short(megabytes) if megabytes > 1.05 * floor else f"< {short(1.05 * floor)}"


def ranged(spread, shown):
    if spread["count"] == 1:
        return shown(spread["median"])
    return f"{shown(spread['median'])} [{shown(spread['least'])} – {shown(spread['greatest'])}]"
