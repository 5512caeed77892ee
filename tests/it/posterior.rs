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

fn copy(store: &PosteriorStore) -> PosteriorStore {
    serde_json::from_str(&serde_json::to_string(store).unwrap()).unwrap()
}

#[test]
fn a_name_with_signs_of_a_glob_is_read_back_as_a_name() {
    let mut priors = Priors::new(Beta::UNIFORM);
    for name in ["why?", "e*", "[a]", "a]", "[!]", "[", "plain"] {
        priors.push_edge(name, Beta::JEFFREYS);
    }
    let mut store = PosteriorStore::new(priors);
    store.observe("why?", Reward::SUCCESS);
    let read = copy(&store);
    assert_eq!(read.priors(), store.priors());
    assert_eq!(store.merge(&read), Ok(()));
}

#[test]
fn a_class_of_one_letter_stays_a_glob() {
    let mut priors = Priors::new(Beta::UNIFORM);
    for glob in ["why[?]*", "[a]", "[!?]", "[?*]", "a[[]?"] {
        priors.push(glob, Beta::JEFFREYS).unwrap();
    }
    let globs: Vec<String> = priors.groups().into_iter().map(|group| group.glob).collect();
    assert_eq!(globs, ["why[?]*", "[a]", "[!?]", "[?*]", "a[[]?"]);
    assert!(["why?ever", "a", "b", "*", "a[b"].iter().all(|edge| priors.of(edge) == Beta::JEFFREYS));
    assert_eq!(copy(&PosteriorStore::new(priors.clone())).priors(), &priors);
}

#[test]
fn priors_beneath_others_are_read_back_the_same() {
    let [one, other] = [Beta::new(2.0, 8.0).unwrap(), Beta::new(5.0, 5.0).unwrap()];
    let mut priors = Priors::new(Beta::UNIFORM);
    priors.push_edge("a", one);
    priors.push_beneath([("a", other), ("b", other)]);
    priors.push_beneath([("b", one), ("c", one)]);
    priors.push_beneath([]);
    assert_eq!(["a", "b", "c", "d"].map(|edge| priors.of(edge)), [one, other, one, Beta::UNIFORM]);
    let mut store = PosteriorStore::new(priors);
    store.observe("a", Reward::SUCCESS);
    let read = copy(&store);
    assert_eq!(store.merge(&read), Ok(()));
    assert_eq!(store.posterior("a"), Beta::new(4.0, 8.0).unwrap());
}

#[test]
fn two_stores_of_the_same_are_equal_in_whatever_order_edges_came() {
    let (one, other) = (store(Beta::UNIFORM, &[(1, 1.0), (0, 0.0)]), store(Beta::UNIFORM, &[(0, 0.0), (1, 1.0)]));
    assert_eq!(one, other);
    assert_eq!(one, copy(&one));
    assert_ne!(one, store(Beta::UNIFORM, &[(0, 1.0), (1, 0.0)]));
    assert_ne!(one, store(Beta::UNIFORM, &[(0, 0.0)]));
    assert_ne!(one, store(Beta::JEFFREYS, &[(1, 1.0), (0, 0.0)]));
}
