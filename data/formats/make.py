"""Remakes the files of this folder: the same feedback in every format that betadrift reads. Run from the root of the
repository:

    python3 data/formats/make.py

The feedback is 240 plays of five documents over six days, each with its own rate, drawn by the standard library's
generator from a fixed seed. Each writer below puts it into the real form of one format.
"""

import csv
import datetime
import json
import pathlib
import random
import sqlite3

HERE = pathlib.Path(__file__).parent
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
RATES = {"1": 0.2, "2": 0.35, "3": 0.5, "4": 0.1, "5": 0.3}
PROPENSITY = 0.2


def events():
    """Plays in order of time: when, which document of the group `docs`, reward 1 or 0."""
    rng = random.Random(20260101)
    for play in range(240):
        document = rng.choice(sorted(RATES))
        yield {
            "id": f"ev-{play:04d}",
            "time": START + datetime.timedelta(minutes=36 * play, seconds=rng.randrange(60)),
            "document": document,
            "reward": int(rng.random() < RATES[document]),
        }


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def write_events_csv():
    with open(HERE / "events.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["timestamp", "edge", "reward", "propensity", "event_id"])
        for event in events():
            rows.writerow([iso(event["time"]), "docs/" + event["document"], event["reward"], PROPENSITY, event["id"]])


def write_parquet():
    """The events with dictionary-encoded edges and times in microseconds, in two row groups; and a table as Hive lays it
    out, a folder a day, whose files hold no time. Only this needs a package: pyarrow (26.0.1 made the files)."""
    import pyarrow
    import pyarrow.parquet

    rows = list(events())
    table = pyarrow.table(
        {
            "timestamp": pyarrow.array([row["time"] for row in rows], pyarrow.timestamp("us", "UTC")),
            "edge": pyarrow.array(["docs/" + row["document"] for row in rows]).dictionary_encode(),
            "reward": pyarrow.array([row["reward"] for row in rows], pyarrow.int8()),
            "propensity": pyarrow.array([PROPENSITY] * len(rows), pyarrow.float32()),
            "event_id": [row["id"] for row in rows],
        }
    )
    pyarrow.parquet.write_table(table, HERE / "events.parquet", row_group_size=len(rows) // 2, compression="zstd")
    for day in sorted({row["time"].date() for row in rows}):
        folder = HERE / "hive" / f"day={day}"
        folder.mkdir(parents=True, exist_ok=True)
        of_day = [row for row in rows if row["time"].date() == day]
        table = pyarrow.table(
            {
                "edge": ["docs/" + row["document"] for row in of_day],
                "reward": pyarrow.array([row["reward"] == 1 for row in of_day]),
            }
        )
        pyarrow.parquet.write_table(table, folder / "part-0.parquet")
    (HERE / "hive" / "_SUCCESS").touch()


def write_qortex_db():
    """The store of a qortex learner: posteriors Beta(1, 1) and the counts, in the write-ahead mode in which it keeps them,
    and a row as they exist in the wild, whose beta is zero."""
    path = HERE / "qortex.db"
    path.unlink(missing_ok=True)
    arms = {}
    for event in events():
        pulls, reward, _ = arms.get(event["document"], (0, 0, None))
        arms[event["document"]] = (pulls + 1, reward + event["reward"], event["time"].isoformat())
    store = sqlite3.connect(path)
    store.execute("PRAGMA page_size = 1024")
    store.execute("PRAGMA journal_mode = WAL")
    store.execute(
        "CREATE TABLE arm_states (context_hash TEXT NOT NULL, arm_id TEXT NOT NULL, alpha REAL NOT NULL DEFAULT 1.0, "
        "beta REAL NOT NULL DEFAULT 1.0, pulls INTEGER NOT NULL DEFAULT 0, total_reward REAL NOT NULL DEFAULT 0.0, "
        "last_updated TEXT NOT NULL DEFAULT '', PRIMARY KEY (context_hash, arm_id))"
    )
    rows = [("docs", arm, 1 + won, 1 + pulls - won, pulls, won, time) for arm, (pulls, won, time) in sorted(arms.items())]
    rows.append(("docs", "retired", 3, 0, 3, 3, "2025-12-31T00:00:00+00:00"))
    store.executemany("INSERT INTO arm_states VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    store.commit()
    store.close()


def write_bandit_state_jsonl():
    """buildlog: a line each time the belief about a rule in a context changed, the first before any feedback."""

    def line(document, alpha, beta, time):
        row = {"context": "docs", "rule_id": document, "alpha": alpha, "beta": beta, "is_seed": False}
        return json.dumps(row | {"updated_at": time.isoformat()}) + "\n"

    beliefs = {document: (1.0, 1.0) for document in sorted(RATES)}
    with open(HERE / "bandit_state.jsonl", "w") as file:
        for document, (alpha, beta) in beliefs.items():
            file.write(line(document, alpha, beta, START - datetime.timedelta(hours=1)))
        for event in events():
            document, reward = event["document"], event["reward"]
            alpha, beta = beliefs[document]
            beliefs[document] = alpha + reward, beta + 1 - reward
            file.write(line(document, *beliefs[document], event["time"]))


def write_qortex_jsonl():
    """The structured log of qortex, and among it what its event sink wrote, which has no times."""
    with open(HERE / "qortex.jsonl", "w") as file:
        for event in events():
            arm = {"learner": "docs", "arm_id": event["document"]}
            told = dict(arm, reward=float(event["reward"]), outcome=["rejected", "accepted"][event["reward"]])
            told["context_hash"] = "3f1a9c0e"
            end = {"level": "info", "timestamp": iso(event["time"])}
            selection = {"learner": "docs", "selected_count": 1, "excluded_count": 4, "event": "learning.selection"}
            print(json.dumps(selection | end), file=file)
            print(json.dumps(told | {"event": "learning.observation"} | end), file=file)
            print(json.dumps({"event": "LearningObservationRecorded"} | told), file=file)


def write_openclaw_json():
    """openclaw: an export of traces. Each play is a trace in which its arm was included, and the next document's was not;
    one trace was aborted, and one failed."""

    def trace(name, time, arms, **rest):
        arms = [{"armId": arm, "included": inc, "referenced": ref, "tokenCost": 120} for arm, inc, ref in arms]
        return {"traceId": name, "timestamp": int(time.timestamp() * 1000), "arms": arms, "aborted": False} | rest

    traces = []
    for event in events():
        other = str(int(event["document"]) % len(RATES) + 1)
        arms = [("docs/" + event["document"], True, event["reward"] == 1), ("docs/" + other, False, False)]
        traces.append(trace(event["id"], event["time"], arms, error=None, usage={"total": 240}))
    traces.append(trace("aborted", START, [("docs/1", True, False)], aborted=True))
    traces.append(trace("failed", START, [("docs/1", True, False)], error="the model did not answer"))
    with open(HERE / "openclaw.json", "w") as file:
        json.dump({"version": "1.0", "exportedAt": iso(START), "traces": traces}, file, separators=(",", ":"))


def cost(event):
    """The convention of Vowpal Wabbit: what is good costs less."""
    return -event["reward"]


def write_vowpal_cb_txt():
    """Vowpal Wabbit's text for contextual bandits with a fixed list of actions, which here are the documents."""
    with open(HERE / "vowpal_cb.txt", "w") as file:
        for event in events():
            label = f"{event['document']}:{cost(event)}:{PROPENSITY}"
            print(f"{label} {event['id']}|user hour={event['time'].hour} weekday={event['time'].weekday()}", file=file)


def write_vowpal_adf_txt():
    """The same with features of the actions: several lines an example, the action of each named by its tag."""
    with open(HERE / "vowpal_adf.txt", "w") as file:
        for event in events():
            print(f"shared |user hour={event['time'].hour} weekday={event['time'].weekday()}", file=file)
            for document in sorted(RATES):
                label = f"0:{cost(event)}:{PROPENSITY} " if document == event["document"] else ""
                print(f"{label}'docs/{document} |doc id={document}", file=file)
            print(file=file)


def write_vowpal_dsjson():
    """Decisions joined with their outcomes, and now and then a reward whose decision is lost."""
    with open(HERE / "vowpal.dsjson", "w") as file:
        for number, event in enumerate(events()):
            action = int(event["document"])
            others = [other for other in range(1, 6) if other != action]
            multi = [{"_tag": "docs/" + document, "doc": {"id": document}} for document in sorted(RATES)]
            time = event["time"].strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
            row = {"_label_cost": float(cost(event)), "_label_probability": PROPENSITY, "_label_Action": action}
            row |= {"_labelIndex": action - 1, "o": [{"v": float(event["reward"]), "EventId": event["id"]}]}
            row |= {"Timestamp": time, "Version": "1", "EventId": event["id"], "a": [action, *others]}
            row |= {"c": {"user": {"hour": event["time"].hour}, "_multi": multi}, "p": [PROPENSITY] * 5}
            print(json.dumps(row | {"VWState": {"m": "N/A"}}, separators=(",", ":")), file=file)
            if number % 60 == 59:
                lost = {"RewardValue": 1.0, "EnqueuedTimeUtc": time, "EventId": f"lost-{number}"}
                print(json.dumps(lost, separators=(",", ":")), file=file)


def write_assignments():
    """GrowthBook: who was exposed to which variation of an experiment, every tenth twice; and who bought, among them some
    who never were exposed, the last of them after all windows ended."""
    hour = datetime.timedelta(hours=1)
    with open(HERE / "exposures.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["user_id", "timestamp", "experiment_id", "variation_id"])
        for play, event in enumerate(events()):
            for again in range(1 + (play % 10 == 0)):
                rows.writerow([f"user-{play:04d}", iso(event["time"] + again * hour), "docs", event["document"]])
    with open(HERE / "outcomes.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["user_id", "timestamp", "order_id"])
        for play, event in enumerate(events()):
            if event["reward"]:
                rows.writerow([f"user-{play:04d}", iso(event["time"] + hour / 2), f"order-{play:04d}"])
        for stranger in range(5):
            rows.writerow([f"stranger-{stranger}", iso(START + stranger * 48 * hour), f"order-{900 + stranger}"])


if __name__ == "__main__":
    write_events_csv()
    write_qortex_db()
    write_bandit_state_jsonl()
    write_qortex_jsonl()
    write_openclaw_json()
    write_parquet()
    write_vowpal_cb_txt()
    write_vowpal_adf_txt()
    write_vowpal_dsjson()
    write_assignments()
