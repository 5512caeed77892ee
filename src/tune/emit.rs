//! The tuned prior as a file that `--prior` reads.

use std::fmt::Write;

use super::Tuning;
use super::groups::Groups;
use crate::beta::Beta;
use crate::posterior::Group;

impl Tuning {
    /// The recommended priors as TOML: `alpha` and `beta` of all edges, and `groups`, each with its `glob`; why as comments.
    /// `None` where there is nothing to recommend.
    ///
    /// Five edges that won 5, 15, 25, 35 and 45 of 50 on each of three days:
    ///
    /// ```
    /// # use betadrift::beta::Beta;
    /// # use betadrift::feedback::{Counts, Day};
    /// # use betadrift::posterior::Priors;
    /// # use betadrift::timeline::{Fold, View};
    /// use betadrift::tune::{Grouping, Request, tune};
    /// # let mut fold = Fold::default();
    /// # for (name, successes) in [("a", 5), ("b", 15), ("c", 25), ("d", 35), ("e", 45)] {
    /// #     let edge = fold.edge(name);
    /// #     (0..3).for_each(|day| fold.add(Day::from_days(day), edge, Counts::whole(successes, 50 - successes)));
    /// # }
    /// # let (timeline, priors) = (fold.finish(), Priors::new(Beta::UNIFORM));
    /// # let (timeline, priors, view, until) = (&timeline, &priors, View::Cumulative, None);
    /// # let request = Request { timeline, until, priors, view, level: 0.95, grouping: Grouping::None, dated: true };
    /// let tuning = tune(&request);
    /// let (text, prior) = (tuning.prior_file().unwrap(), tuning.recommended().unwrap().default_prior());
    /// assert!(text.starts_with("# The prior of betadrift tune;"));
    /// assert!(text.ends_with(&format!("\nalpha = {:?}\nbeta = {:?}\n", prior.alpha(), prior.beta())));
    /// ```
    pub fn prior_file(&self) -> Option<String> {
        let priors = self.recommended()?;
        let mut text = String::new();
        let mut line =
            |line: &str| writeln!(text, "{line}").expect("valid by construction: a string takes all that is written");
        line("# The prior of betadrift tune; read by --prior of every command.");
        self.sentences().iter().for_each(|sentence| line(&format!("# {}", sentence.escape_debug())));
        if self.fit.usable().is_none() {
            line("# The prior of edges in no group is the one that was given.");
        }
        self.groups.iter().filter(|groups| groups.segments).for_each(|groups| segments(groups, &mut line));
        line(&parameters(priors.default_prior()));
        for Group { glob, prior } in priors.groups() {
            line(&format!("\n[[groups]]\nglob = {}\n{}", quoted(&glob), parameters(prior)));
        }
        Some(text)
    }
}

/// The priors of segments, which a prior by edge cannot have.
fn segments(groups: &Groups, line: &mut impl FnMut(&str)) {
    line("# Segments of one edge share its prior; those that bear one of their own:");
    for group in &groups.groups {
        if let Some(own) = group.own() {
            line(&format!(
                "# segment {}: alpha = {:?}, beta = {:?}",
                group.name.escape_debug(),
                own.alpha(),
                own.beta()
            ));
        }
    }
}

fn parameters(prior: Beta) -> String {
    format!("alpha = {:?}\nbeta = {:?}", prior.alpha(), prior.beta())
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted += &format!("\\u{:04X}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
