//! The rules of the verdict, in the order in which they are tried.

use super::markdown::inline;
use crate::convergence::{
    CONTENDER, DRIFT_FALSE_DISCOVERIES, LEAST_OUTCOMES, STARVED_SHARE, SURELY_BEST, Settings, VerdictState,
};
use crate::number::brief;

/// The rules with their thresholds, to be opened.
pub(super) fn rules(settings: &Settings) -> String {
    let rules = [
        VerdictState::Starved,
        VerdictState::Drifting,
        VerdictState::Settled,
        VerdictState::Tied,
        VerdictState::Exploring,
    ];
    let items: String = rules
        .into_iter()
        .map(|state| format!("<li>{}</li>\n", inline(&format!("**{state}** {}.", rule(state, settings)))))
        .collect();
    format!(
        "<details><summary>The rules of the verdict, of which the first that applies decides</summary>\n<ol>\n{items}</ol>\n</details>\n"
    )
}

fn rule(state: VerdictState, settings: &Settings) -> String {
    let remaining = format!(
        "on the last {} the value remaining is within ε, {} of the leader’s mean",
        if settings.hold_days == 1 { "day".to_owned() } else { format!("{} days in a row", settings.hold_days) },
        brief(settings.epsilon)
    );
    match state {
        VerdictState::Starved => format!(
            "if fewer than {LEAST_OUTCOMES} successes or fewer than {LEAST_OUTCOMES} failures count, or {} % of the pulls or more lie on \
             starved edges",
            brief(100.0 * STARVED_SHARE)
        ),
        VerdictState::Drifting => format!(
            "if within the last {} days an edge with P(best) {CONTENDER} or more has not kept one rate: e-BH rejects it at \
             {DRIFT_FALSE_DISCOVERIES}, which holds however often one looks",
            settings.drift_days
        ),
        VerdictState::Settled => format!("if {remaining} and the same leader’s P(best) is {SURELY_BEST} or more"),
        VerdictState::Tied => format!("if {remaining}, whoever leads"),
        VerdictState::Exploring => "in all other cases".to_owned(),
    }
}
