//! The tuned prior as a file that `--prior` reads.

use std::fmt::Write;

use super::Tuning;
use super::groups::Groups;
use crate::beta::Beta;
use crate::posterior::Group;

impl Tuning {
    /// The recommended priors as TOML: `alpha` and `beta` of all edges, and `groups`, each with its `glob`; why as comments.
    /// `None` where there is nothing to recommend.
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
