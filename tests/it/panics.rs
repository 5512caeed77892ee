//! Protects callers from riddles: what must not be asked for is refused at the door, with the value in the message.

use std::panic::{AssertUnwindSafe, catch_unwind};

use betadrift::beta::Beta;
use betadrift::convergence::{self, DelayLaw, convergence, delay_law, model_regret, weighted_means};
use betadrift::decision::{decide, lead};
use betadrift::drift::{self, drift};
use betadrift::feedback::{Counts, Day, EdgeId};
use betadrift::log::Reason;
use betadrift::posterior::Priors;
use betadrift::replay::{Reject, write_rejects};
use betadrift::seed::{Purpose, stream};
use betadrift::timeline::{Delays, Fold, Sequences, Timeline, View, Weights};
use betadrift::tune::{Evidence, Fit};

fn message(refused: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(refused)).unwrap_err();
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap()
}

fn timeline() -> Timeline {
    let mut fold = Fold::default();
    let edge = fold.edge("a");
    fold.add(Day::from_days(0), edge, Counts::whole(1, 0));
    fold.finish()
}

#[test]
fn a_level_that_is_none_is_refused_by_name() {
    let (timeline, priors, view) = (timeline(), Priors::new(Beta::UNIFORM), View::Cumulative);
    let settings = convergence::Settings::default();
    let analysis = convergence(&timeline, &priors, view, &settings);
    for level in [95.0, 0.0, 1.0, -0.5, f64::NAN] {
        let refusals: [&dyn Fn(); 8] = [
            &|| _ = convergence(&timeline, &priors, view, &convergence::Settings { level, ..settings }),
            &|| _ = model_regret(&timeline, &priors, view, level, |day| stream(1, Purpose::Beliefs, &[day])),
            &|| _ = delay_law([], level),
            &|| _ = DelayLaw::of(&Delays::default(), level),
            &|| _ = weighted_means(&Weights::default(), level),
            &|| _ = analysis.clone().weighted(&Weights::default(), level),
            &|| _ = Fit::new(&Evidence::new([Counts::whole(1, 0)]), level),
            &|| _ = drift(&timeline, None, &priors, &drift::Settings { level, ..Default::default() }),
        ];
        for (at, refused) in refusals.into_iter().enumerate() {
            assert_eq!(message(refused), format!("a level lies between 0 and 1, not {level}"), "{at}");
        }
    }
}

#[test]
fn other_settings_that_are_none_are_refused_by_name() {
    let (timeline, priors) = (timeline(), Priors::new(Beta::UNIFORM));
    for epsilon in [-0.02, f64::NAN] {
        let settings = convergence::Settings { epsilon, ..Default::default() };
        let refused = message(|| _ = convergence(&timeline, &priors, View::Cumulative, &settings));
        assert_eq!(refused, format!("ε is at least 0, not {epsilon}"));
    }
    for view in [View::Window(0), View::HalfLife(f64::NAN)] {
        let refused = message(|| _ = convergence(&timeline, &priors, view, &convergence::Settings::default()));
        let right =
            ["a window must hold at least one day", "half-life (NaN) must be finite and greater than zero, in days"];
        assert!(right.contains(&&*refused), "{refused}");
    }
    for hazard in [1.0, -0.1, f64::NAN] {
        let settings = drift::Settings { hazard, ..Default::default() };
        let refused = message(|| _ = drift(&timeline, None, &priors, &settings));
        assert_eq!(refused, format!("a hazard lies in [0, 1), not {hazard}"));
    }
}

#[test]
fn what_belongs_to_others_is_refused_by_name() {
    let edge = EdgeId::new(3);
    assert_eq!(message(|| _ = Sequences::default().of(edge).len()), "edge 3 is not among these 0");
    assert_eq!(message(|| _ = Weights::default().of(edge).rows), "edge 3 is not among these 0");
    let [few, many] = [vec![Beta::UNIFORM; 1], vec![Beta::UNIFORM; 2]];
    for (posteriors, decided) in [(&many, &few), (&few, &many)] {
        let refused = message(|| _ = lead(posteriors, &decide(decided)));
        assert!(refused.contains("a decision is over as many posteriors as it was given"), "{refused}");
    }
    let reject = Reject { file: 1, line: 2, column: 1, reason: Reason::EmptyEdge, message: String::new(), row: vec![] };
    let mut csv = Vec::new();
    let refused = message(|| _ = write_rejects(&[reject], &["log.csv"], &mut csv));
    assert_eq!(refused, "a row is of file 1, and there are 1, counted from 0");
    assert!(csv.is_empty());
}
