//! Priors: one for all, one for a group of edges, one for an edge.

use glob::Pattern;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::beta::Beta;

/// The prior of every edge: a default, and groups by glob of the edge's name, of which the last match wins.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::posterior::Priors;
/// let mut priors = Priors::new(Beta::UNIFORM);
/// priors.push("docs/*", Beta::new(2.0, 8.0).unwrap()).unwrap();
/// priors.push_edge("docs/faq", Beta::new(5.0, 5.0).unwrap());
/// assert_eq!(priors.of("docs/intro").mean(), 0.2);
/// assert_eq!(priors.of("docs/faq").mean(), 0.5);
/// assert_eq!(priors.of("chat"), Beta::UNIFORM);
/// priors.push_beneath([("chat", Beta::JEFFREYS), ("docs/faq", Beta::JEFFREYS)]);
/// assert_eq!(priors.of("chat"), Beta::JEFFREYS);
/// assert_eq!(priors.of("docs/faq").alpha(), 5.0);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Contents", into = "Contents")]
pub struct Priors {
    default: Beta,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq)]
enum Rule {
    Glob(Pattern, Beta),
    /// Names that stand for themselves, kept together so that a file of 100 000 edges costs one look-up. Never two of these in a row,
    /// so that the same priors are the same rules.
    Edges(IndexMap<Box<str>, Beta, foldhash::fast::FixedState>),
}

/// A glob of edge names and the prior of the edges it matches. `*` matches any characters, `/` included.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::posterior::{Group, Priors};
/// let mut priors = Priors::new(Beta::UNIFORM);
/// priors.push("docs/*", Beta::JEFFREYS)?;
/// priors.push_edge("why?", Beta::JEFFREYS);
/// let globs: Vec<String> = priors.groups().into_iter().map(|Group { glob, .. }| glob).collect();
/// assert_eq!(globs, ["docs/*", "why[?]"]); // the second one stands for itself
/// # Ok::<(), betadrift::posterior::GlobError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The glob; a name with `*`, `?` or `[` in it has them escaped as `[*]`.
    pub glob: String,
    /// The prior.
    #[serde(flatten)]
    pub prior: Beta,
}

#[derive(Serialize, Deserialize)]
struct Contents {
    #[serde(flatten)]
    default: Beta,
    groups: Vec<Group>,
}

/// Why a text is not a glob.
///
/// ```
/// use betadrift::beta::Beta;
/// use betadrift::posterior::Priors;
/// let error = Priors::new(Beta::UNIFORM).push("docs/[ab", Beta::JEFFREYS).unwrap_err();
/// assert_eq!(error.to_string(), "`docs/[ab` is not a glob: invalid range pattern");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{glob}` is not a glob: {reason}")]
pub struct GlobError {
    glob: String,
    reason: &'static str,
}

impl Priors {
    /// The same prior for every edge.
    pub fn new(default: Beta) -> Self {
        Self { default, rules: Vec::new() }
    }

    /// The prior of edges that no group matches.
    pub fn default_prior(&self) -> Beta {
        self.default
    }

    /// Gives the edges that match `glob` a prior of their own; it wins over all groups given before. A glob that only one name
    /// matches, such as `why[?]`, is that edge, as in [`Priors::push_edge`].
    ///
    /// # Errors
    /// [`GlobError`] if `glob` is none, such as an unclosed `[`.
    pub fn push(&mut self, glob: &str, prior: Beta) -> Result<(), GlobError> {
        if let Some(name) = only_name(glob) {
            self.push_edge(&name, prior);
            return Ok(());
        }
        let pattern = Pattern::new(glob).map_err(|error| GlobError { glob: glob.to_owned(), reason: error.msg })?;
        self.rules.push(Rule::Glob(pattern, prior));
        Ok(())
    }

    /// Gives one edge a prior of its own; it wins over all groups given before.
    pub fn push_edge(&mut self, edge: &str, prior: Beta) {
        if !matches!(self.rules.last(), Some(Rule::Edges(_))) {
            self.rules.push(Rule::Edges(IndexMap::default()));
        }
        if let Some(Rule::Edges(edges)) = self.rules.last_mut() {
            edges.insert(edge.into(), prior);
        }
    }

    /// Gives edges priors of their own that lose against all groups, those given before included. What has a prior of its own
    /// beneath all globs keeps it.
    pub fn push_beneath<'a>(&mut self, edges: impl IntoIterator<Item = (&'a str, Beta)>) {
        let mut beneath: IndexMap<Box<str>, Beta, _> =
            edges.into_iter().map(|(edge, prior)| (edge.into(), prior)).collect();
        if let Some(Rule::Edges(edges)) = self.rules.first_mut() {
            beneath.retain(|edge, _| !edges.contains_key(edge));
            beneath.append(edges);
            *edges = beneath;
        } else if !beneath.is_empty() {
            self.rules.insert(0, Rule::Edges(beneath));
        }
    }

    /// The prior of an edge.
    pub fn of(&self, edge: &str) -> Beta {
        let matched = self.rules.iter().rev().find_map(|rule| match rule {
            Rule::Glob(pattern, prior) => pattern.matches(edge).then_some(*prior),
            Rule::Edges(edges) => edges.get(edge).copied(),
        });
        matched.unwrap_or(self.default)
    }

    /// The groups, in the order in which they were given.
    pub fn groups(&self) -> Vec<Group> {
        let group = |rule: &Rule| match rule {
            Rule::Glob(pattern, prior) => vec![Group { glob: pattern.as_str().to_owned(), prior: *prior }],
            Rule::Edges(edges) => {
                edges.iter().map(|(name, prior)| Group { glob: Pattern::escape(name), prior: *prior }).collect()
            }
        };
        self.rules.iter().flat_map(group).collect()
    }

    /// Every prior replaced by what `change` makes of it, such as the same mean at twice the strength.
    ///
    /// ```
    /// use betadrift::beta::Beta;
    /// use betadrift::posterior::Priors;
    /// let mut priors = Priors::new(Beta::UNIFORM);
    /// priors.push_edge("a", Beta::new(2.0, 8.0)?);
    /// let twice = priors.map(|prior| Beta::new(2.0 * prior.alpha(), 2.0 * prior.beta()).expect("twice a prior is one"));
    /// assert_eq!(twice.default_prior(), Beta::new(2.0, 2.0)?);
    /// assert_eq!(twice.of("a").mean(), priors.of("a").mean());
    /// # Ok::<(), betadrift::beta::BetaError>(())
    /// ```
    pub fn map(&self, change: impl Fn(Beta) -> Beta) -> Self {
        let rule = |rule: &Rule| match rule {
            Rule::Glob(pattern, prior) => Rule::Glob(pattern.clone(), change(*prior)),
            Rule::Edges(edges) => {
                Rule::Edges(edges.iter().map(|(name, prior)| (name.clone(), change(*prior))).collect())
            }
        };
        Self { default: change(self.default), rules: self.rules.iter().map(rule).collect() }
    }
}

/// The only name that a glob matches, if no sign in it stands for others: the inverse of [`Pattern::escape`].
fn only_name(glob: &str) -> Option<String> {
    let (mut name, mut rest) = (String::new(), glob);
    while let Some(sign) = rest.chars().next() {
        let escaped = ["[*]", "[?]", "[[]", "[]]"].into_iter().find(|escaped| rest.starts_with(escaped));
        match escaped {
            Some(escaped) => name.push_str(&escaped[1..2]),
            None if matches!(sign, '*' | '?' | '[') => return None,
            None => name.push(sign),
        }
        rest = &rest[escaped.map_or(sign.len_utf8(), str::len)..];
    }
    Some(name)
}

impl TryFrom<Contents> for Priors {
    type Error = GlobError;

    fn try_from(contents: Contents) -> Result<Self, GlobError> {
        let mut priors = Self::new(contents.default);
        for Group { glob, prior } in contents.groups {
            priors.push(&glob, prior)?;
        }
        Ok(priors)
    }
}

impl From<Priors> for Contents {
    fn from(priors: Priors) -> Self {
        Self { default: priors.default, groups: priors.groups() }
    }
}
