//! Protects the contract of `simulate`: its scenario, its JSON, its log, its messages, and its sameness at any number of threads.
#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const SMALL: &str = r#"name = "small"
seed = 11
runs = 6
start = "2026-03-01"
days = 3
trials_per_day = 40
prior = [1, 2]
checkpoints = [1, 60, 120]

[environment]
kind = "stationary"
edges = { zebra = 0.7, "kg/cites>author" = 0.4, ant = 0 }

[[policy]]
kind = "thompson"

[[policy]]
kind = "ucb1"
label = "optimist"
c = 1

[[policy]]
kind = "epsilon_greedy"
epsilon = 0.2

[feedback]
delay = { kind = "exponential", mean_hours = 6 }
batch = 7
"#;

struct World {
    folder: TempDir,
}

impl World {
    fn new(scenario: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("scenario.toml"), scenario).unwrap();
        Self { folder }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_betadrift"))
            .current_dir(self.folder.path())
            .args(["simulate", "scenario.toml"])
            .args(arguments)
            .output()
            .unwrap()
    }

    fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Exit code and message of a scenario that is refused.
    fn refusal(scenario: &str) -> (i32, String) {
        let output = Self::new(scenario).run(&[]);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let value: Value = serde_json::from_str(&World::new(SMALL).stdout(&["--format", "json"])).unwrap();
    assert_eq!(keys(&value), ["horizon", "policies", "runs", "schema", "seed"]);
    assert_eq!(value["schema"], "betadrift.simulate/1");
    assert_eq!((&value["runs"], &value["horizon"], &value["seed"]), (&6.into(), &120.into(), &11.into()));
    let labels: Vec<&Value> = value["policies"].as_array().unwrap().iter().map(|policy| &policy["policy"]).collect();
    assert_eq!(labels, ["thompson", "optimist", "epsilon_greedy"]);
    for policy in value["policies"].as_array().unwrap() {
        assert_eq!(keys(policy), ["best_share", "policy", "regret"]);
        for curve in ["regret", "best_share"] {
            let points = policy[curve].as_array().unwrap();
            assert_eq!(points.iter().map(|point| point["t"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 60, 120]);
            assert!(points.iter().all(|point| keys(point) == ["mean", "se", "t"] && point["se"].is_f64()));
        }
    }
}

#[test]
fn one_run_has_no_standard_error() {
    let value: Value = serde_json::from_str(&World::new(SMALL).stdout(&["--runs", "1", "--format", "json"])).unwrap();
    assert_eq!(value["runs"], 1);
    assert!(value["policies"][0]["regret"][0]["se"].is_null());
}

#[test]
fn csv_has_a_row_a_policy_and_checkpoint() {
    let text = World::new(SMALL).stdout(&["--format", "csv"]);
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows[0], "policy,t,regret_mean,regret_se,best_share_mean,best_share_se");
    assert_eq!(rows.len(), 1 + 3 * 3);
    assert!(rows[4].starts_with("optimist,1,"), "{}", rows[4]);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let world = World::new(SMALL);
    let play = |threads: &str| {
        let stdout =
            world.stdout(&["--format", "json", "--threads", threads, "--log", "log.csv", "--posteriors", "p.csv"]);
        (stdout, world.read("log.csv"), world.read("p.csv"))
    };
    let one = play("1");
    assert!(one == play("2") && one == play("8"));
}

#[test]
fn a_seed_on_the_command_line_comes_before_the_scenarios() {
    let world = World::new(SMALL);
    let own = world.stdout(&["--format", "json"]);
    assert_eq!(own, world.stdout(&["--format", "json", "--seed", "11"]));
    let other = world.stdout(&["--format", "json", "--seed", "12"]);
    assert!(other.contains("\"seed\": 12") && other != own);
    let unseeded = World::new(&SMALL.replace("seed = 11\n", "")).stdout(&["--format", "json"]);
    assert!(unseeded.contains("\"seed\": 20260101"));
}

#[test]
fn the_log_holds_every_play_once_and_its_pending_ones_without_answer() {
    let world = World::new(SMALL);
    world.stdout(&["--log", "log.csv", "--log-policy", "optimist"]);
    let log = world.read("log.csv");
    let rows: Vec<Vec<&str>> = log.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["timestamp", "served_at", "edge", "reward", "propensity", "id"]);
    assert_eq!(rows.len(), 1 + 120);
    let ids: Vec<usize> = rows[1..].iter().map(|row| row[5].parse().unwrap()).collect();
    assert_eq!(ids, (0..120).collect::<Vec<_>>());
    assert!(rows[1..].windows(2).all(|pair| pair[0][1] < pair[1][1]), "served in order");
    let (pending, answered): (Vec<_>, Vec<_>) = rows[1..].iter().partition(|row| row[0].is_empty());
    assert!(!pending.is_empty() && pending.iter().all(|row| row[3].is_empty()));
    assert!(answered.iter().all(|row| row[0] > row[1] && row[0] < "2026-03-04" && ["0", "1"].contains(&row[3])));
    assert!(rows[1..].iter().all(|row| row[4].is_empty()), "the propensity of another policy is not known");
}

#[test]
fn a_thompson_log_has_the_exact_chance_of_each_choice() {
    let world = "[environment]\nkind = \"stationary\"\nrates = [1, 1]\n";
    let propensities = |keys: &str| -> Vec<String> {
        let world = World::new(&format!("runs = 1\ndays = 1\ntrials_per_day = 20\n{keys}\n{world}"));
        world.stdout(&["--log", "log.csv"]);
        let log = world.read("log.csv");
        let at = log.lines().next().unwrap().split(',').position(|name| name == "propensity").unwrap();
        log.lines().skip(1).map(|line| line.split(',').nth(at).unwrap().to_owned()).collect()
    };
    let chances: Vec<f64> = propensities("").iter().map(|chance| chance.parse().unwrap()).collect();
    assert_eq!(chances[0], 0.5);
    // One success: Beta(2, 1) against Beta(1, 1), ∫ 2x·x dx = 2/3.
    assert!((chances[1] - 2.0 / 3.0).abs() < 1e-12 || (chances[1] - 1.0 / 3.0).abs() < 1e-12, "{}", chances[1]);
    assert!(propensities("k = 2").iter().all(String::is_empty), "the chance of a pair is not P(best)");
}

#[test]
fn posteriors_are_the_prior_and_what_the_log_has() {
    let world = World::new(SMALL);
    world.stdout(&["--log", "log.csv", "--posteriors", "posteriors.csv"]);
    let log = world.read("log.csv");
    let counted = |edge: &str, reward: &str| {
        log.lines().filter(|line| line.contains(&format!(",{edge},{reward},"))).count() as f64
    };
    let mut expected = "edge,alpha,beta\n".to_owned();
    for edge in ["zebra", "kg/cites>author", "ant"] {
        expected += &format!("{edge},{},{}\n", 1.0 + counted(edge, "1"), 2.0 + counted(edge, "0"));
    }
    assert_eq!(world.read("posteriors.csv"), expected);
}

/// Replay ∘ simulate = identity: the log of a run, read back, gives the posteriors its engine held, text for text.
#[test]
fn a_replay_of_the_log_gives_the_posteriors_of_the_engine() {
    let world = World::new(SMALL);
    for (policy, log) in [("thompson", "log.csv"), ("optimist", "log.csv"), ("epsilon_greedy", "log.csv.gz")] {
        if log.ends_with(".gz") && cfg!(not(feature = "compression")) {
            continue;
        }
        world.stdout(&["--log", log, "--log-policy", policy, "--posteriors", "posteriors.csv"]);
        let replay = Command::new(env!("CARGO_BIN_EXE_betadrift"))
            .current_dir(world.folder.path())
            .args(["replay", log, "--prior", "1,2", "--format", "csv"])
            .output()
            .unwrap();
        assert!(replay.status.success(), "{}", String::from_utf8_lossy(&replay.stderr));
        let mut replayed: Vec<String> = String::from_utf8(replay.stdout)
            .unwrap()
            .lines()
            .map(|line| line.split(',').collect::<Vec<_>>())
            .map(|fields| [fields[0], fields[3], fields[4]].join(","))
            .collect();
        let held = world.read("posteriors.csv");
        let mut held: Vec<&str> = held.lines().collect();
        replayed.sort_unstable();
        held.sort_unstable();
        assert_eq!(replayed, held, "{policy}");
    }
}

#[test]
fn a_refused_scenario_says_where_and_what_would_be_right() {
    let refused = [
        ("runs = 6", "rns = 6", "3:1: unknown field `rns`"),
        ("c = 1", "d = 1", "20:1: unknown field `d`"),
        ("c = 1", "share = 0.3", "20:9: `share` has no meaning for policy ucb1"),
        ("days = 3", "days = 0", "5:8: `days` (0) must be between 1 and 3660"),
        ("days = 3\n", "", "missing field `days`"),
        ("days = 3", "days = 2.5", "5:8: invalid type"),
        ("ant = 0", "ant = 1.5", "`edges` (1.5) must be a number between 0 and 1"),
        ("ant = 0", "ant = nan", "`edges` (NaN) must be"),
        ("[1, 60, 120]", "[60, 1]", "8:20: `checkpoints` (1) must be ascending"),
        ("[1, 60, 120]", "[121]", "8:16: `checkpoints` (121) must be"),
        ("prior = [1, 2]", "prior = [0, 2]", "7:9: `prior` ([0, 2]) must be two finite numbers greater than zero"),
        ("prior = [1, 2]", "prior = [1e100, 2]", "7:9: `prior` ([1e100, 2]) must be two numbers between 1e-9 and 1e12"),
        ("\"stationary\"", "\"static\"", "11:8: `kind` (\"static\") must be one of stationary, drifting, abrupt"),
        ("\"stationary\"", "\"abrupt\"", "11:8: an abrupt environment needs `changes`"),
        (
            "edges = { zebra = 0.7, \"kg/cites>author\" = 0.4, ant = 0 }",
            "rates = []",
            "12:9: `rates` must not be empty",
        ),
        ("mean_hours = 6", "mean_hours = -1e300", "`mean_hours` (-1e300) must be finite and not negative"),
        ("\"stationary\"", "\"drifting\"", "11:8: a drifting environment needs `sd_per_day`"),
        ("\"ucb1\"", "\"ucb2\"", "18:8: `kind` (\"ucb2\") must be one of thompson, top_two"),
        ("label = \"optimist\"", "label = \"thompson\"", "19:9: two policies are called \"thompson\""),
        ("epsilon = 0.2", "", "policy epsilon_greedy needs `epsilon`"),
        ("mean_hours = 6", "", "delay exponential needs `mean_hours`"),
        ("\"exponential\"", "\"lognormal\"", "delay lognormal needs `sd_hours`"),
        ("batch = 7", "batch = 0", "28:9: `batch` (0) must be 1 or more"),
        ("[1, 60, 120]", "[1, 60", "10:1: missing comma between array elements"),
    ];
    for (good, bad, message) in refused {
        let (code, said) = World::refusal(&SMALL.replacen(good, bad, 1));
        assert!(code == 3 && said.contains("scenario.toml:") && said.contains(message), "{bad}: {code} {said}");
    }
}

/// What each policy needs, allows and refuses, in place of `ucb1` with its label and `c = 1` in lines 18 to 20.
#[test]
fn a_policy_with_wrong_parameters_says_what_would_be_right() {
    let refused = [
        ("exp3", "k = 2", "", "18:8: policy exp3 chooses one edge a trial; `k` (2) must be 1"),
        ("ids", "k = 3", "", "18:8: policy ids chooses one edge a trial; `k` (3) must be 1"),
        ("exp3", "", "gamma = 2", "20:9: `gamma` (2) must be a number between 0 and 1"),
        ("exp3", "", "window = 2", "20:10: `window` has no meaning for policy exp3"),
        ("ids", "", "gamma = 0", "20:9: `gamma` has no meaning for policy ids"),
        ("moss", "", "c = 1", "20:5: `c` has no meaning for policy moss"),
        ("bayes_ucb", "", "c = -1", "20:5: `c` (-1) must be finite and not negative"),
        ("discounted_thompson", "", "per = \"day\"", "18:8: policy discounted_thompson needs `gamma`"),
        ("discounted_thompson", "", "gamma = 1.5", "20:9: `gamma` (1.5) must be a number between 0 and 1"),
        (
            "discounted_thompson",
            "",
            "gamma = 1\nper = \"week\"",
            "21:7: `per` (\"week\") must be one of trial, pull, day",
        ),
        ("sliding_window_thompson", "", "", "18:8: policy sliding_window_thompson needs `window`"),
        ("sliding_window_thompson", "", "window = 0", "20:10: `window` (0) must be a number of trials, 1 or more"),
        ("sliding_window_thompson", "", "window = 1.5", "20:10: invalid type: floating point `1.5`, expected i64"),
        ("thompson", "", "per = 1", "20:7: `per` has no meaning for policy thompson"),
    ];
    for (kind, key, parameters, message) in refused {
        let text = SMALL.replacen("runs = 6", if key.is_empty() { "runs = 6" } else { key }, 1);
        let text = text.replacen("\"ucb1\"", &format!("\"{kind}\""), 1).replacen("c = 1", parameters, 1);
        let (code, said) = World::refusal(&text);
        assert!(code == 3 && said.contains(&format!("scenario.toml:{message}")), "{kind} {parameters}: {code} {said}");
    }
}

#[test]
fn an_edge_that_changes_is_named_or_counted() {
    let world = |edge: &str| {
        format!(
            "days = 1\ntrials_per_day = 9\n[environment]\nkind = \"abrupt\"\nrates = [0.5, 0.25]\n\
             changes = [{{ trial = 3, edge = {edge}, rate = 0 }}]"
        )
    };
    let play = |edge: &str| World::new(&world(edge)).stdout(&["--format", "json"]);
    assert_eq!(play("\"e1\""), play("1"));
    assert!(play("0") != play("1"));
    for (edge, column) in [("\"e2\"", 32), ("2", 32)] {
        let (code, said) = World::refusal(&world(edge));
        assert!(code == 3 && said.contains(&format!(":6:{column}: there is no edge \"")), "{said}");
    }
}

#[test]
fn what_no_log_can_hold_is_refused_where_it_stands() {
    let world = |start: &str, edges: &str| {
        format!(
            "days = 1\ntrials_per_day = 9\nstart = \"{start}\"\n[environment]\nkind = \"stationary\"\nedges = {{ {edges} }}"
        )
    };
    for (start, edges, place) in [
        ("2026-02-30", "a = 0.5", ":3:9: `2026-02-30` is not a day"),
        ("2026-02-28", "\"\" = 0.5", ":6:16: `edges` () must be names"),
        ("2026-02-28", "\"\\u0000\" = 0.5", ":6:22: `edges` (\\0) must be names"),
    ] {
        let (code, said) = World::refusal(&world(start, edges));
        assert!(code == 3 && said.contains(place), "{said}");
    }
}

#[test]
fn the_exit_code_tells_a_wrong_flag_from_a_missing_file() {
    let world = World::new(SMALL);
    let code = |arguments: &[&str]| world.run(arguments).status.code().unwrap();
    assert_eq!(code(&["--log-policy", "nobody", "--log", "x.csv"]), 2);
    assert_eq!(code(&["--runs", "0"]), 2);
    assert_eq!(code(&["--log", "no/such/folder/x.csv"]), 4);
    assert!(!Path::new(&world.folder.path().join("x.csv")).exists());
    fs::remove_file(world.folder.path().join("scenario.toml")).unwrap();
    assert_eq!(code(&[]), 4);
}

/// The message on a wrong kind lists all; the README beside the scenarios must know them.
#[test]
fn every_kind_is_described_beside_the_scenarios() {
    let readme = fs::read_to_string("simulations/README.md").unwrap();
    let kinds = |good: &str| -> Vec<String> {
        let (_, said) = World::refusal(&SMALL.replacen(good, "\"none such\"", 1));
        let list = said.split("must be one of ").nth(1).unwrap().lines().next().unwrap();
        list.split(", ").map(str::to_owned).collect()
    };
    let (policies, environments) = (kinds("\"ucb1\""), kinds("\"stationary\""));
    assert!(policies.len() >= 13 && environments.len() >= 3, "{policies:?} {environments:?}");
    for policy in policies {
        assert!(readme.contains(&format!("\n| `{policy}` |")), "{policy} has no row");
    }
    for environment in environments {
        assert!(readme.contains(&format!("`\"{environment}\"`")), "{environment} is not named");
    }
}

#[test]
fn every_kind_of_world_and_policy_plays() {
    let kinds = [
        "thompson",
        "top_two",
        "ucb1",
        "kl_ucb",
        "greedy",
        "uniform",
        "epsilon_greedy\"\nepsilon = \"0",
        "bayes_ucb",
        "moss",
        "discounted_thompson\"\ngamma = \"0\"\nper = \"pull",
        "sliding_window_thompson\"\nwindow = \"9",
    ];
    let unquoted = |text: String| text.replace("\"0\"", "0.1").replace("\"9\"", "9");
    let policies: String = kinds.iter().map(|kind| unquoted(format!("[[policy]]\nkind = \"{kind}\"\n"))).collect();
    for world in [
        "kind = \"drifting\"\nrates = [0.2, 1, 0.4]\nsd_per_day = 1",
        "kind = \"abrupt\"\nrates = [0.2, 0.3, 0.4]\nchanges = [{ trial = 30, edge = \"e1\", rate = 1 }]",
        "kind = \"stationary\"\ncount = 3\nrates_from = [2, 2]",
        "kind = \"seasonal\"\nrates = [0.2, 1, 0.4]\nweekday = [0, 0, 0, 1, -1, 0, 0]",
        "kind = \"burst\"\nrates = [0.2, 1, 0.4]\narrivals = [{ per_day = 3, mean_trials = 5, lift = 1 }]",
        "kind = \"renewing\"\ncount = 3\nrates_from = [2, 2]\nretire = 0.05",
        "kind = \"adversarial\"\nrates = [0.2, 0.3, 0.4]\nshift = 0.5",
    ] {
        for k in 1..=3 {
            let text = format!("k = {k}\nruns = 2\ndays = 2\ntrials_per_day = 30\n[environment]\n{world}\n{policies}");
            let value: Value = serde_json::from_str(&World::new(&text).stdout(&["--format", "json"])).unwrap();
            for policy in value["policies"].as_array().unwrap() {
                let (regret, share) = (&policy["regret"][1]["mean"], &policy["best_share"][1]["mean"]);
                assert!(regret.as_f64().unwrap() >= -1e-9, "{policy}");
                // All edges are best when all are played.
                assert!(k < 3 || (regret.as_f64().unwrap().abs() < 1e-9 && share == 1.0), "{policy}");
            }
        }
    }
}
