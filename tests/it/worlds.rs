//! Protects the moving worlds and the click models: regret as an independent simulation has it, with mistakes that it must tell
//! apart; credit that recovers true rates; and logs that replay to the posteriors of every edge that ever was.

use std::collections::HashMap;
use std::path::Path;

use betadrift::beta::Beta;
use betadrift::feedback::{Counts, Day, EdgeId};
use betadrift::log::Input;
use betadrift::posterior::{Priors, update};
use betadrift::replay::{Options, replay};
use betadrift::simulate::{Event, Scenario, plays, record, record_log, simulate, timeline};
use betadrift::timeline::Timeline;

/// How many standard errors two simulated means may lie apart: a chance of 6e-5 at a fixed seed.
const STANDARD_ERRORS: f64 = 4.0;

/// Regret at the end, with its standard error.
#[derive(Debug, Clone, Copy)]
struct Regret {
    mean: f64,
    se: f64,
}

/// How many standard errors lie between two.
fn distance(one: Regret, other: Regret) -> f64 {
    (one.mean - other.mean).abs() / one.se.hypot(other.se)
}

/// `tests/reference/worlds.csv`, made by `worlds.py`.
fn reference(world: &str, policy: &str) -> Regret {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/worlds.csv");
    let mut rows = csv::Reader::from_path(path).unwrap();
    let row = rows.records().map(Result::unwrap).find(|row| row[0] == *world && row[1] == *policy).unwrap();
    Regret { mean: row[4].parse().unwrap(), se: row[5].parse().unwrap() }
}

fn scenario(text: &str) -> Scenario {
    Scenario::from_toml(text).unwrap()
}

fn regret(text: &str) -> Regret {
    let simulation = simulate(&scenario(text));
    let last = simulation.policies[0].regret.last().unwrap();
    Regret { mean: last.mean, se: last.se.unwrap() }
}

fn play(keys: &str, environment: &str, policy: &str) -> Regret {
    regret(&format!("{keys}\n[environment]\n{environment}\n[[policy]]\nkind = \"{policy}\"\n"))
}

const SEASONAL: &str = "kind = \"seasonal\"\nrates = [0.40, 0.35, 0.30]\nweekday = [0, 0, 0, 0, 0.5, -1, -1]\n\
                        own = [{ edge = \"e1\", weekday = [0, 0, 0, 0, 0, 0, 2] }, { edge = 2, weekday = [0.8, 0, 0, 0, 0, 0, 0] }]";

#[test]
fn seasons_have_the_regret_of_the_reference_and_their_sign_matters() {
    for policy in ["thompson", "uniform"] {
        let ours = play("runs = 600\ndays = 14\ntrials_per_day = 100", SEASONAL, policy);
        let (right, wrong) = (reference("seasonal", policy), reference("wrong_season", policy));
        assert!(distance(ours, right) < STANDARD_ERRORS, "{policy}: {ours:?} {right:?}");
        assert!(distance(ours, wrong) > STANDARD_ERRORS, "{policy}: {ours:?} {wrong:?}");
    }
    let another_day = play("runs = 600\nstart = \"2026-01-05\"\ndays = 14\ntrials_per_day = 100", SEASONAL, "thompson");
    assert!(distance(another_day, reference("seasonal", "thompson")) > STANDARD_ERRORS, "{another_day:?}");
}

#[test]
fn bursts_have_the_regret_of_the_reference() {
    let given =
        "bursts = [{ trial = 600, trials = 400, lift = -0.5 }, { trial = 300, trials = 400, lift = 1, edge = 0 }]";
    let at_random = "arrivals = [{ per_day = 6, mean_trials = 100, lift = 1.5, edge = \"e2\" }]";
    for (world, keys) in [("burst_given", given), ("burst_at_random", at_random)] {
        for policy in ["thompson", "ucb1"] {
            let environment = format!("kind = \"burst\"\nrates = [0.30, 0.35, 0.20]\n{keys}");
            let ours = play("runs = 600\ndays = 1\ntrials_per_day = 1500", &environment, policy);
            let right = reference(world, policy);
            assert!(distance(ours, right) < STANDARD_ERRORS, "{world} {policy}: {ours:?} {right:?}");
        }
    }
}

#[test]
fn the_adversary_has_the_regret_of_the_reference() {
    let world = "kind = \"adversarial\"\nrates = [0.125, 0, 0, 0]\nshift = 0.875\nfirst = 20";
    for policy in ["thompson", "ucb1"] {
        let ours = play("runs = 400\ndays = 1\ntrials_per_day = 3000", world, policy);
        let right = reference("adversarial", policy);
        assert!(distance(ours, right) < STANDARD_ERRORS, "{policy}: {ours:?} {right:?}");
    }
}

/// The setting of Chapelle & Li (2011), table 1, at a hundredth of its length and ten times as restless.
fn renewing(batch: u32, prior: &str, policy: &str) -> Regret {
    regret(&format!(
        "runs = 120\ndays = 10\ntrials_per_day = 1000\nprior = {prior}\ncheckpoints = [10000]\n[environment]\n\
         kind = \"renewing\"\ncount = 10\nrates_from = [4, 4]\nretire = 1e-2\n[[policy]]\nkind = \"{policy}\"\n\
         [feedback]\nbatch = {batch}"
    ))
}

#[test]
fn edges_that_come_and_go_have_the_regret_of_the_reference_and_it_grows_with_the_delay() {
    let ours = [1, 100, 1000].map(|batch| renewing(batch, "[4, 4]", "thompson"));
    for (ours, batch) in ours.iter().zip([1, 100, 1000]) {
        let right = reference(&format!("renewing_{batch}"), "thompson");
        assert!(distance(*ours, right) < STANDARD_ERRORS, "{batch}: {ours:?} {right:?}");
    }
    for pair in ours.windows(2) {
        assert!(pair[1].mean > pair[0].mean && distance(pair[0], pair[1]) > STANDARD_ERRORS, "{pair:?}");
    }
    let optimist = renewing(1, "[1, 1]", "ucb1");
    assert!(distance(optimist, reference("renewing_1", "ucb1")) < STANDARD_ERRORS, "{optimist:?}");
    assert!(optimist.mean / ours[0].mean > 2.5, "{optimist:?} {ours:?}");
    for (ours, batch) in ours.iter().zip([1, 100, 1000]).skip(1) {
        let wrong = reference(&format!("wrong_successor_{batch}"), "thompson");
        assert!(distance(*ours, wrong) > STANDARD_ERRORS, "{batch}: {ours:?} {wrong:?}");
    }
}

/// Lists of three, under a click model.
fn lists(model: &str, credit: &str, policy: &str, keys: &str) -> String {
    let examination = if model == "pbm" { "examination = [1, 0.6, 0.3]\n" } else { "" };
    format!(
        "{keys}\nk = 3\ndays = 1\n[environment]\nkind = \"stationary\"\nrates = [0.5, 0.4, 0.3, 0.2, 0.1]\n\
         [clicks]\nmodel = \"{model}\"\n{examination}credit = \"{credit}\"\n[[policy]]\nkind = \"{policy}\"\n"
    )
}

#[test]
fn click_models_have_the_regret_of_the_reference_and_credit_matters() {
    for model in ["pbm", "cascade"] {
        let [position, naive] = ["position", "naive"].map(|credit| {
            let ours = regret(&lists(model, credit, "thompson", "runs = 800\ntrials_per_day = 1000"));
            let right = reference(&format!("{model}_{credit}"), "thompson");
            assert!(distance(ours, right) < STANDARD_ERRORS, "{model} {credit}: {ours:?} {right:?}");
            ours
        });
        assert!(naive.mean > position.mean && distance(position, naive) > STANDARD_ERRORS, "{position:?} {naive:?}");
    }
}

/// Naive credit makes of a rate θ at positions of examination κ, all equally often, θ·mean(κ); credit by position makes θ of it.
#[test]
fn credit_by_position_recovers_the_true_rates_and_naive_credit_does_not() {
    let trials = 40_000.0;
    for model in ["pbm", "cascade"] {
        for credit in ["position", "naive"] {
            let text = lists(model, credit, "uniform", "trials_per_day = 40000");
            let posteriors = record(&scenario(&text), 0, 0, |_| ());
            for (posterior, rate) in posteriors.iter().zip([0.5, 0.4, 0.3, 0.2, 0.1]) {
                // Each edge has 3/5 of the trials, a fifth at each position: 24 000 plays, of which 0.63 are examined under the
                // model of positions, and no fewer than 0.5 of those of the cascade.
                let examined = 0.5 * 0.6 * trials;
                let within = STANDARD_ERRORS * f64::sqrt(rate * (1.0 - 0.3 * rate) / examined);
                let error = posterior.mean() - rate;
                assert_eq!(error.abs() < within, credit == "position", "{model} {credit} {rate}: {posterior:?}");
                if (model, credit) == ("pbm", "naive") {
                    assert!((posterior.mean() - rate * 1.9 / 3.0).abs() < within, "{rate}: {posterior:?}");
                }
            }
        }
    }
}

#[test]
fn nobody_sees_below_the_click_of_a_cascade() {
    let scenario = scenario(&lists("cascade", "position", "thompson", "trials_per_day = 500"));
    let mut events: Vec<Event> = Vec::new();
    record(&scenario, 0, 0, |event| events.push(event));
    for list in events.chunks(3) {
        let clicks: Vec<Option<bool>> =
            list.iter().map(|event| event.feedback.map(|feedback| feedback.success)).collect();
        let seen = clicks.iter().position(|click| *click == Some(true)).map_or(3, |at| at + 1);
        assert!(clicks[..seen].iter().all(Option::is_some) && clicks[seen..].iter().all(Option::is_none), "{clicks:?}");
        assert!(
            clicks[..seen - 1].iter().all(|click| *click == Some(false)) && list.iter().all(|event| !event.pending)
        );
    }
}

/// Worlds whose logs are hardest to keep faithful.
fn hard_worlds() -> Vec<String> {
    let delay = "[feedback]\ndelay = { kind = \"lognormal\", mean_hours = 9, sd_hours = 12 }\nbatch = 7\n";
    let renewing = "days = 6\ntrials_per_day = 300\nprior = [0.3, 2.7]\n[environment]\nkind = \"renewing\"\ncount = 5\n\
                    rates_from = [1, 1]\nretire = 2e-2\n";
    vec![
        format!("{renewing}{delay}"),
        format!("k = 2\n{renewing}{delay}"),
        format!("k = 3\n{renewing}{delay}[clicks]\nmodel = \"pbm\"\nexamination = [0.9, 0.35, 0.1]\n"),
        format!("k = 3\n{renewing}{delay}[clicks]\nmodel = \"cascade\"\ncredit = \"naive\"\n"),
        lists("pbm", "position", "kl_ucb", "trials_per_day = 700\nprior = [0.1, 0.2]"),
        lists("cascade", "position", "greedy", "trials_per_day = 700\nprior = [0.1, 0.2]") + delay,
        format!("days = 15\ntrials_per_day = 100\n[environment]\n{SEASONAL}\n{delay}"),
    ]
}

fn named_cells(timeline: &Timeline) -> Vec<(Day, String, Counts)> {
    let cells = timeline.days().iter().flat_map(|day| day.cells.iter().map(|cell| (day.day, cell)));
    cells.map(|(day, cell)| (day, timeline.edges().name(cell.edge).to_owned(), cell.counts)).collect()
}

/// Replay ∘ simulate = identity, for every edge that ever was.
#[test]
fn a_replay_gives_the_posteriors_of_every_edge_there_has_been() {
    for text in hard_worlds() {
        let scenario = scenario(&text);
        let mut log = Vec::new();
        let held = record_log(&scenario, 0, 0, &mut log).unwrap();
        let read =
            replay(vec![Input::reader("log.csv", std::io::Cursor::new(log))], &Options::default(), &|_| ()).unwrap();
        let totals = read.timeline.totals();
        let priors = Priors::new(scenario.prior());
        let mut seen = 0;
        for (number, held) in held.iter().enumerate() {
            let name = scenario.edge_name(EdgeId::new(number));
            let counts = read.timeline.edges().get(&name).map(|edge| totals[edge.index()]).unwrap_or_default();
            let (successes, failures) = (counts.successes.to_f64(), counts.failures.to_f64());
            assert_eq!(update(priors.of(&name), (successes, failures)), *held, "{name}\n{text}");
            seen += usize::from(counts.pulls() > 0.0);
        }
        assert!(seen >= 3 && (!text.contains("renewing") || held.len() > 20), "{seen} of {}\n{text}", held.len());
        assert!(named_cells(&timeline(&scenario, 0, 0)) == named_cells(&read.timeline), "{text}");
    }
}

/// What arrives of an edge that has retired is in the log under its own name, and never in the posterior of its successor.
#[test]
fn feedback_of_the_retired_does_not_reach_their_successors() {
    let scenario = scenario(&hard_worlds()[0]);
    let mut counts: HashMap<EdgeId, (f64, f64)> = HashMap::new();
    let (mut holders, mut late) = (HashMap::new(), 0);
    let mut events: Vec<Event> = Vec::new();
    let held = plays(&scenario, 0, 0, |event| events.push(event));
    for event in &events {
        // A place goes to ever newer edges, and each edge has one place.
        let before = holders.insert(event.place, event.edge);
        assert!(before.is_none_or(|before| before <= event.edge), "{event:?}");
        if let Some(feedback) = event.feedback {
            let (successes, failures) = counts.entry(event.edge).or_default();
            *(if feedback.success { successes } else { failures }) += 1.0;
            let succeeded = |other: &&Event| other.place == event.place && other.edge > event.edge;
            let successor = events.iter().find(succeeded);
            late += usize::from(successor.is_some_and(|successor| feedback.arrived_ms > successor.served_ms));
        }
    }
    assert!(late > 20, "{late} answers came late: nothing was tested");
    for (number, held) in held.iter().enumerate() {
        let counts = counts.get(&EdgeId::new(number)).copied().unwrap_or_default();
        assert_eq!(update(scenario.prior(), counts), *held, "e{number}");
    }
}

#[test]
fn an_answer_that_comes_after_its_edge_has_retired_counts_for_it() {
    // The only edge retires before every trial but the first, so that each is played once and answered later.
    let text = "days = 1\ntrials_per_day = 50\nprior = [2, 5]\n[environment]\nkind = \"renewing\"\ncount = 1\nrates_from = [1, 1]\n\
                retire = 1\n";
    let mut successes = Vec::new();
    let held = record(&scenario(text), 0, 0, |event| successes.push(f64::from(event.feedback.unwrap().success)));
    let right: Vec<Beta> = successes.iter().map(|&won| Beta::new(2.0 + won, 6.0 - won).unwrap()).collect();
    assert_eq!((held, successes.len()), (right, 50));
}

#[test]
fn lists_are_logged_with_positions_and_single_edges_without() {
    let header = |text: &str| {
        let mut log = Vec::new();
        record_log(&scenario(text), 0, 0, &mut log).unwrap();
        String::from_utf8(log).unwrap()
    };
    let list = header(&lists("pbm", "position", "thompson", "trials_per_day = 40"));
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["timestamp", "served_at", "edge", "position", "reward", "propensity", "id"]);
    assert!(rows[1..].iter().enumerate().all(|(i, row)| row[3] == ["1", "2", "3"][i % 3] && row[6] == i.to_string()));
    let single = header("days = 1\ntrials_per_day = 4\n[environment]\nkind = \"stationary\"\nrates = [0.5, 0.4]");
    assert!(single.starts_with("timestamp,served_at,edge,reward,propensity,id\n"));
}

#[test]
fn a_wrong_world_is_refused_with_its_place() {
    let world =
        |keys: &str| format!("days = 2\ntrials_per_day = 10\nk = 2\n[environment]\nrates = [0.5, 0.25]\n{keys}");
    let drawn = |keys: &str| world(keys).replace("rates = [0.5, 0.25]", "count = 1000\nrates_from = [1, 1]");
    let clicks = |keys: &str| world(&format!("kind = \"stationary\"\n[clicks]\n{keys}"));
    let refused = [
        (world("kind = \"seasonal\""), "6:8: a seasonal environment needs `weekday` or `own`"),
        (world("kind = \"seasonal\"\nweekday = [1, 2]"), "7:11: "),
        (
            world("kind = \"seasonal\"\nweekday = [1, 2, 3, 4, 5, 6, 700]"),
            "7:30: `weekday` (700) must be between -100 and 100",
        ),
        (
            world("kind = \"seasonal\"\nown = [{ edge = \"e2\", weekday = [1, 2, 3, 4, 5, 6, 7] }]"),
            "7:17: there is no edge \"e2\"",
        ),
        (world("kind = \"burst\""), "6:8: a burst environment needs `bursts` or `arrivals`"),
        (
            world("kind = \"burst\"\nbursts = [{ trial = 1, trials = 0, lift = 1 }]"),
            "7:33: `trials` (0) must be 1 or more",
        ),
        (world("kind = \"burst\"\nbursts = [{ trial = 1, trials = 1 }]"), "missing field `lift`"),
        (
            world("kind = \"burst\"\narrivals = [{ per_day = 11, mean_trials = 1, lift = 1 }]"),
            "`per_day` (11) must be between 0",
        ),
        (world("kind = \"renewing\"\nretire = 0.1"), "6:8: a renewing environment needs `count` and `rates_from`"),
        (drawn("kind = \"renewing\""), "a renewing environment needs `retire`"),
        (drawn("kind = \"renewing\"\nretire = 1.5"), "`retire` (1.5) must be a number between 0 and 1"),
        (
            drawn("kind = \"renewing\"\nretire = 1")
                .replace("days = 2\ntrials_per_day = 10", "days = 20\ntrials_per_day = 86400000"),
            "about 1.7e9 edges would come and go",
        ),
        (
            world("kind = \"adversarial\"\nshift = 0.6"),
            "6:8: the greatest rate (0.5) and `shift` (0.6) must not exceed 1 together",
        ),
        (drawn("kind = \"adversarial\"\nshift = 0.6"), "an adversarial environment needs `rates` or `edges`"),
        (world("kind = \"stationary\"\nshift = 0.6"), "7:9: `shift` has no meaning for a stationary environment"),
        (clicks("model = \"pmb\""), "8:9: `model` (\"pmb\") must be one of independent, pbm, cascade"),
        (clicks("model = \"pbm\""), "clicks pbm needs `examination`"),
        (clicks("model = \"pbm\"\nexamination = [1]"), "9:15: `examination` must have 2 chances"),
        (clicks("model = \"pbm\"\nexamination = [0.5, 1]"), "none greater than the one before"),
        (
            clicks("model = \"pbm\"\nexamination = [1.5, 1]"),
            "9:16: `examination` (1.5) must be a number between 0 and 1",
        ),
        (clicks("model = \"cascade\"\nexamination = [1, 1]"), "`examination` has no meaning for clicks cascade"),
        (clicks("credit = \"naive\""), "`credit` has no meaning for independent clicks"),
        (clicks("model = \"cascade\"\ncredit = \"wishful\""), "`credit` (\"wishful\") must be one of position, naive"),
        (clicks("model = \"cascade\"").replace("k = 2", "k = 1"), "a click model needs lists: `k` of 2 or more"),
    ];
    for (text, message) in refused {
        let said = Scenario::from_toml(&text).unwrap_err().to_string();
        assert!(said.contains(message), "{said}\n{text}");
    }
}
