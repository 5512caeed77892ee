//! Protects the detectors: run lengths and evidence against sums over every segmentation, Page–Hinkley and ADWIN against other
//! programs, and the laws that hold for any rewards.

use betadrift::beta::Beta;
use betadrift::drift::{Adwin, Direction, PageHinkley, PageHinkleySettings, run_lengths};
use betadrift::special::ln_beta;
use proptest::prelude::*;

fn rewards(text: &str) -> Vec<f64> {
    let value = |letter| match letter {
        '0' => 0.0,
        '1' => 1.0,
        'a' => 0.25,
        'b' => 0.5,
        'c' => 0.75,
        'd' => 0.1,
        other => panic!("{other}"),
    };
    text.chars().map(value).collect()
}

fn places(text: &str) -> Vec<usize> {
    text.split_whitespace().map(|place| place.parse().unwrap()).collect()
}

fn alarms(rewards: &[f64], settings: PageHinkleySettings, direction: Direction) -> Vec<usize> {
    let mut test = PageHinkley::new(settings, direction);
    (0..rewards.len()).filter(|&at| test.observe(rewards[at])).collect()
}

fn cuts(rewards: &[f64], delta: f64) -> Vec<usize> {
    let mut window = Adwin::new(delta);
    (0..rewards.len()).filter(|&at| window.observe(rewards[at])).collect()
}

#[test]
fn agrees_with_the_reference() {
    let (mut cases, mut breaks, mut ups, mut downs, mut cut) = (0, 0, 0, 0, 0);
    for row in csv::Reader::from_path("tests/reference/change_points.csv").unwrap().records() {
        let row = row.unwrap();
        let (name, x) = (&row[0], rewards(&row[1]));
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        let prior = Beta::new(number(2), number(3)).unwrap();
        let runs = run_lengths(&x, prior, number(4), 10, &[x.len()]);
        let close = |got: f64, right: f64| (got - right).abs() < 1e-11 * (1.0 + right.abs());
        assert!(close(runs.ln_evidence, number(5)), "{name}: {} for {}", runs.ln_evidence, number(5));
        assert!(close(runs.p_within[0], number(8)), "{name}: {} for {}", runs.p_within[0], number(8));
        let as_usize = |list: &[u32]| list.iter().map(|&at| at as usize).collect::<Vec<_>>();
        assert_eq!(as_usize(&runs.most_probable), places(&row[6]), "{name}");
        assert_eq!(as_usize(&runs.starts), places(&row[7]), "{name}");
        let settings = PageHinkleySettings { delta: number(9), lambda: number(10), forgetting: number(11) };
        let (up, down) = (alarms(&x, settings, Direction::Up), alarms(&x, settings, Direction::Down));
        assert_eq!((&up, &down), (&places(&row[12]), &places(&row[13])), "{name}");
        let found = cuts(&x, number(14));
        assert_eq!(found, places(&row[15]), "{name}");
        cases += 1;
        breaks += runs.starts.len();
        (ups, downs, cut) = (ups + up.len(), downs + down.len(), cut + found.len());
    }
    assert!(cases >= 20 && breaks > 10 && ups > 2 && downs > 1 && cut > 10, "{cases} {breaks} {ups} {downs} {cut}");
}

fn sequences() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop::sample::select(vec![0.0, 1.0, 1.0, 0.0, 0.0, 0.5, 0.25]), 1..150)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn without_a_hazard_there_is_one_segment(x in sequences(), alpha in 0.1f64..9.0, beta in 0.1f64..9.0) {
        let runs = run_lengths(&x, Beta::new(alpha, beta).unwrap(), 0.0, 3, &[]);
        let s: f64 = x.iter().sum();
        let whole = ln_beta(alpha + s, beta + x.len() as f64 - s) - ln_beta(alpha, beta);
        prop_assert!((runs.ln_evidence - whole).abs() < 1e-11 * x.len() as f64);
        prop_assert!(runs.starts.is_empty());
        prop_assert!(runs.most_probable.iter().enumerate().all(|(at, &run)| run as usize == at + 1));
    }

    #[test]
    fn what_was_known_does_not_depend_on_later_rewards(x in sequences(), cut in 0usize..150, hazard in 0.0f64..0.9) {
        let cut = cut.min(x.len());
        let (whole, prefix) = (
            run_lengths(&x, Beta::UNIFORM, hazard, 5, &[]), run_lengths(&x[..cut], Beta::UNIFORM, hazard, 5, &[]),
        );
        prop_assert_eq!(&whole.most_probable[..cut], &prefix.most_probable[..]);
        let settings = PageHinkleySettings { delta: 0.0, lambda: 2.0, forgetting: 1.0 };
        let before = |all: Vec<usize>| all.into_iter().filter(|&at| at < cut).collect::<Vec<_>>();
        prop_assert_eq!(before(alarms(&x, settings, Direction::Up)), alarms(&x[..cut], settings, Direction::Up));
        prop_assert_eq!(before(cuts(&x, 0.3)), cuts(&x[..cut], 0.3));
    }

    #[test]
    fn failures_and_successes_are_alike(x in sequences(), hazard in 0.0f64..0.9) {
        let turned: Vec<f64> = x.iter().map(|x| 1.0 - x).collect();
        let of = |x: &[f64]| run_lengths(x, Beta::UNIFORM, hazard, 5, &[]).ln_evidence;
        prop_assert!((of(&x) - of(&turned)).abs() < 1e-10);
        let settings = PageHinkleySettings { delta: 0.01, lambda: 1.5, forgetting: 1.0 };
        prop_assert_eq!(alarms(&x, settings, Direction::Up), alarms(&turned, settings, Direction::Down));
    }

    #[test]
    fn run_lengths_are_probable(x in sequences(), hazard in 0.0f64..1.0) {
        let after: Vec<usize> = (1..=x.len()).collect();
        let runs = run_lengths(&x, Beta::JEFFREYS, hazard, 4, &after);
        prop_assert!(runs.ln_evidence.is_finite() && runs.ln_evidence <= 1e-12);
        prop_assert!(runs.p_within.iter().all(|p| *p >= hazard && *p <= 1.0));
        prop_assert!(runs.p_within.iter().take(4).all(|p| (p - 1.0).abs() < 1e-12));
    }
}

/// Old runs are let go after a break; the evidence is that of a program that keeps all of them.
#[test]
fn letting_go_of_old_runs_changes_nothing() {
    let x: Vec<f64> =
        (0..1_600).map(|t| f64::from(u8::from(if t < 800 { t % 10 == 0 } else { t % 10 != 0 }))).collect();
    let (alpha, beta, hazard) = (0.5, 2.0, 0.002f64);
    let ln_factorials = |a: f64, b: f64| ln_beta(a, b) - ln_beta(alpha, beta);
    // ln of the weight of a change right before t, as a sum over the last segment.
    let mut before = vec![0.0f64];
    let mut sums = vec![0.0];
    let mut total = 0.0;
    for t in 1..=x.len() {
        sums.push(sums[t - 1] + x[t - 1]);
        let terms: Vec<f64> = (0..t)
            .map(|c| {
                let (s, n) = (sums[t] - sums[c], (t - c) as f64);
                before[c] + ln_factorials(alpha + s, beta + n - s) + (n - 1.0) * f64::ln_1p(-hazard)
            })
            .collect();
        let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        total = top + terms.iter().map(|term| (term - top).exp()).sum::<f64>().ln();
        before.push(total + hazard.ln());
    }
    let runs = run_lengths(&x, Beta::new(alpha, beta).unwrap(), hazard, 1, &[]);
    assert!((runs.ln_evidence - total).abs() < 1e-8, "{} {total}", runs.ln_evidence);
    assert_eq!(runs.starts.len(), 1);
    assert!((795..805).contains(&runs.starts[0]), "{:?}", runs.starts);
}
