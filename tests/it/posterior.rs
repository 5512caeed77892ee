//! Protects the posterior store: what it observes is what it holds, in any order, under any prior.

use betadrift::beta::Beta;
use betadrift::feedback::Reward;
use betadrift::posterior::{PosteriorStore, Priors, StoreError};
use proptest::prelude::*;

fn store(prior: Beta, events: &[(u8, f64)]) -> PosteriorStore {
    let mut store = PosteriorStore::new(Priors::new(prior));
    for (edge, reward) in events {
        store.observe(&format!("e{edge}"), Reward::new(*reward).unwrap());
    }
    store
}

proptest! {
    #[test]
    fn order_and_splits_do_not_change_a_bit(
        events in prop::collection::vec((0u8..5, 0.0f64..=1.0), 0..60),
        cut in 0usize..60,
    ) {
        let whole = store(Beta::UNIFORM, &events);
        let (left, right) = events.split_at(cut.min(events.len()));
        let mut merged = store(Beta::UNIFORM, right);
        merged.merge(&store(Beta::UNIFORM, left)).unwrap();
        prop_assert_eq!(whole.iter().collect::<Vec<_>>(), merged.iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_written_store_reads_back_the_same(events in prop::collection::vec((0u8..5, 0.0f64..=1.0), 0..40)) {
        let mut whole = store(Beta::JEFFREYS, &events);
        whole = whole.with_priors({
            let mut priors = Priors::new(Beta::UNIFORM);
            priors.push("e[12]", Beta::new(2.0, 3.0).unwrap()).unwrap();
            priors.push_edge("e*", Beta::new(4.0, 5.0).unwrap());
            priors
        });
        let text = serde_json::to_string(&whole).unwrap();
        let read: PosteriorStore = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read.iter().collect::<Vec<_>>(), whole.iter().collect::<Vec<_>>());
        prop_assert_eq!(read.priors().groups(), whole.priors().groups());
    }
}

#[test]
fn an_unseen_edge_has_the_prior() {
    let prior = Beta::new(2.0, 5.0).unwrap();
    assert_eq!(store(prior, &[(0, 1.0)]).posterior("elsewhere"), prior);
}

#[test]
fn a_change_of_prior_needs_no_second_look_at_the_feedback() {
    let events = [(0, 1.0), (1, 0.0), (0, 0.5)];
    let other = Beta::new(3.0, 4.0).unwrap();
    let changed = store(Beta::UNIFORM, &events).with_priors(Priors::new(other));
    assert_eq!(changed.posterior("e0"), store(other, &events).posterior("e0"));
    assert_eq!(changed.posterior("e0"), Beta::new(4.5, 4.5).unwrap());
}

#[test]
fn stores_with_other_priors_do_not_merge() {
    let mut one = store(Beta::UNIFORM, &[(0, 1.0)]);
    assert_eq!(one.merge(&store(Beta::JEFFREYS, &[(0, 1.0)])), Err(StoreError::PriorsDiffer));
    assert_eq!(one.posterior("e0"), Beta::new(2.0, 1.0).unwrap());
}

#[test]
fn a_glob_that_is_none_is_refused() {
    let error = Priors::new(Beta::UNIFORM).push("docs/[", Beta::UNIFORM).unwrap_err();
    assert!(error.to_string().contains("`docs/[`"), "{error}");
}
