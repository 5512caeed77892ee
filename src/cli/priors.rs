//! The prior as it is given on a command line.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow};
use betadrift::beta::Beta;
use betadrift::posterior::{Group, Priors};
use serde::Deserialize;

use super::exit::Usage;
use super::posteriors::{read_posteriors, trusted};

/// What one `--prior` says.
#[derive(Debug, PartialEq)]
enum Spec<'a> {
    /// `A,B`: of every edge.
    Default(Beta),
    /// `GLOB=A,B`: of the edges that match.
    Group(&'a str, Beta),
    /// Anything else: a file.
    File(&'a str),
}

/// Priors as a TOML file has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    alpha: Option<f64>,
    beta: Option<f64>,
    #[serde(default)]
    groups: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    glob: String,
    alpha: f64,
    beta: f64,
}

/// What all `--prior` together say; of groups that match an edge, the last counts.
pub(super) struct Given {
    /// The prior of edges in no group, where one is given.
    default: Option<Beta>,
    priors: Priors,
}

impl Given {
    /// The priors of all edges: as given, else as the logs have them, else Beta(1, 1).
    pub(super) fn over(mut self, read: &[(Box<str>, Beta)]) -> Priors {
        if self.default.is_none() && !read.is_empty() {
            self.priors.push_beneath(read.iter().map(|(edge, prior)| (&**edge, *prior)));
        }
        self.priors
    }
}

/// Reads all `--prior`.
pub(super) fn given(specs: &[String]) -> anyhow::Result<Given> {
    let parsed = specs.iter().map(|text| spec(text)).collect::<Result<Vec<_>, _>>()?;
    let (mut default, mut groups) = (None, Vec::new());
    for spec in parsed {
        match spec {
            Spec::Default(prior) => default = Some(prior),
            Spec::Group(glob, prior) => groups.push((Group { glob: glob.to_owned(), prior }, "--prior".to_owned())),
            Spec::File(path) => {
                let (prior, rules) = file(Path::new(path))?;
                default = prior.or(default);
                groups.extend(rules.into_iter().map(|rule| (rule, path.to_owned())));
            }
        }
    }
    let mut priors = Priors::new(default.unwrap_or(Beta::UNIFORM));
    for (Group { glob, prior }, origin) in groups {
        let pushed = priors.push(&glob, prior);
        pushed.map_err(|error| match &*origin {
            "--prior" => Usage(format!("--prior: {error}")).into(),
            file => anyhow!("{file}: {error}"),
        })?;
    }
    Ok(Given { default, priors })
}

/// The file that a `--prior` names, if it names one.
pub(super) fn file_of(text: &str) -> Option<&Path> {
    match spec(text) {
        Ok(Spec::File(path)) => Some(Path::new(path)),
        _ => None,
    }
}

fn spec(text: &str) -> Result<Spec<'_>, Usage> {
    let wrong = |error: anyhow::Error| Usage(format!("--prior {text}: {error}"));
    if let Some(prior) = parameters(text) {
        return prior.map(Spec::Default).map_err(wrong);
    }
    match text.rsplit_once('=') {
        Some((glob, numbers)) if !Path::new(text).exists() => match parameters(numbers) {
            Some(prior) => prior.map(|prior| Spec::Group(glob, prior)).map_err(wrong),
            None => Err(Usage(format!("--prior {text}: `{numbers}` is not a prior; write it as GLOB=2,8"))),
        },
        _ => Ok(Spec::File(text)),
    }
}

/// The Beta of `A,B`; `None` if these are not two numbers.
fn parameters(text: &str) -> Option<anyhow::Result<Beta>> {
    let (alpha, beta) = text.split_once(',')?;
    Some(trusted(alpha.trim().parse().ok()?, beta.trim().parse().ok()?))
}

/// The default and the groups of a file.
fn file(path: &Path) -> anyhow::Result<(Option<Beta>, Vec<Group>)> {
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        let text = fs::read_to_string(path).with_context(|| format!("prior {}", path.display()))?;
        return document(&text).with_context(|| path.display().to_string());
    }
    let rows = read_posteriors(path).context("prior: neither A,B nor GLOB=A,B, so it is read as a file")?;
    let escape = |edge: &str| glob::Pattern::escape(edge);
    Ok((None, rows.iter().map(|row| Group { glob: escape(&row.edge), prior: row.posterior }).collect()))
}

fn document(text: &str) -> anyhow::Result<(Option<Beta>, Vec<Group>)> {
    let Document { alpha, beta, groups } = toml::from_str(text)?;
    let default = match (alpha, beta) {
        (Some(alpha), Some(beta)) => Some(trusted(alpha, beta)?),
        (None, None) => None,
        _ => return Err(anyhow!("alpha and beta go together")),
    };
    let group = |Rule { glob, alpha, beta }| Ok(Group { prior: trusted(alpha, beta)?, glob });
    Ok((default, groups.into_iter().map(group).collect::<anyhow::Result<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beta(alpha: f64, beta: f64) -> Beta {
        Beta::new(alpha, beta).unwrap()
    }

    #[test]
    fn a_prior_is_a_pair_a_group_or_a_file() {
        assert_eq!(spec("2, 8").unwrap(), Spec::Default(beta(2.0, 8.0)));
        assert_eq!(spec("a=b*=2,8").unwrap(), Spec::Group("a=b*", beta(2.0, 8.0)));
        assert_eq!(spec("priors.csv").unwrap(), Spec::File("priors.csv"));
        for wrong in ["1,-1", "-1,1", "nan,1", "docs/*=1", "docs/*=0,1", "1e100,1", "a=1,1e-10"] {
            assert!(spec(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_document_has_a_default_and_groups() {
        let text = "alpha = 2\nbeta = 8\n[[groups]]\nglob = \"docs/*\"\nalpha = 1.5\nbeta = 3\n";
        let (default, groups) = document(text).unwrap();
        assert_eq!(default, Some(beta(2.0, 8.0)));
        assert_eq!(groups, [Group { glob: "docs/*".to_owned(), prior: beta(1.5, 3.0) }]);
        assert!(document("alpha = 2").is_err());
        assert!(document("alfa = 2").is_err());
        assert!(document("alpha = 0\nbeta = 1").is_err());
        assert!(document("alpha = 1\nbeta = 1e13").is_err());
    }
}
