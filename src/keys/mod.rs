//! The keys of one table of a scenario: each is read by what it means, and none may be left over.
//!
//! A kind of policy or environment has a reader, which asks for the keys that it knows; the tables of kinds hold the words
//! and the readers. What a reader did not ask for is refused with its place.

mod number;
mod problem;
mod recipe;

pub(crate) use number::{in_range, probability};
pub(crate) use problem::Fault;
pub use problem::Problem;
pub(crate) use recipe::{Make, Recipe};

use std::ops::Range;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, Deserializer, Error, ValueDeserializer};
use toml::{Spanned, Table};

/// A line of a table of kinds: the word for a kind, and what reads its keys and says what they describe. `S` is what else
/// the reader has to know.
pub(crate) type Kind<S, T> = (&'static str, fn(&mut Keys<'_>, &S) -> Result<T, Fault>);

/// The keys of one table.
#[derive(Debug)]
pub(crate) struct Keys<'t> {
    unread: DeTable<'t>,
    span: Range<usize>,
    /// What the table describes, in words, and where its `kind` stands.
    kind: Option<(String, Range<usize>)>,
    asked: Vec<&'static str>,
    /// Of no file: asked only to learn which keys a kind has, and answered by any value that is right.
    listing: bool,
}

impl<'t> Keys<'t> {
    /// The keys of a whole file.
    pub(crate) fn parse(text: &'t str) -> Result<Self, Fault> {
        DeTable::parse(text).map(Self::new).map_err(toml_fault)
    }

    fn new(table: Spanned<DeTable<'t>>) -> Self {
        let span = table.span();
        Self { unread: table.into_inner(), span, kind: None, asked: Vec::new(), listing: false }
    }

    fn listing() -> Self {
        Self { unread: DeTable::new(), span: 0..0, kind: None, asked: Vec::new(), listing: true }
    }

    /// Where the table stands.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where the table says what kind it describes; where it stands, if it does not.
    pub(crate) fn kind_span(&self) -> Range<usize> {
        self.kind.as_ref().map_or(self.span(), |(_, span)| span.clone())
    }

    /// What the table describes, in words.
    pub(crate) fn of(&self) -> String {
        self.kind.as_ref().map_or(String::new(), |(of, _)| of.clone())
    }

    /// All that is not read yet, as plain values.
    pub(crate) fn written(&self) -> Result<Table, Fault> {
        let table = Spanned::new(self.span(), self.unread.clone());
        Table::deserialize(Deserializer::from(table)).map_err(toml_fault)
    }

    /// Whether a key stands in the table; to ask is to know it.
    pub(crate) fn has(&mut self, key: &'static str) -> bool {
        self.asked.push(key);
        self.unread.contains_key(key)
    }

    /// The value of a key, of any type that TOML can hold.
    pub(crate) fn get<T: DeserializeOwned>(&mut self, key: &'static str) -> Result<Option<Spanned<T>>, Fault> {
        let read = |value: Spanned<DeValue<'t>>| {
            let span = value.span();
            // A type that refuses a value does not know where it stands.
            let placed = |error: Error| (error.span().unwrap_or(span), Problem::Toml(error.message().into()));
            Spanned::deserialize(ValueDeserializer::from(value)).map_err(placed)
        };
        self.take(key).map(read).transpose()
    }

    /// The same, where it is needed.
    pub(crate) fn need<T: DeserializeOwned>(&mut self, key: &'static str) -> Result<Spanned<T>, Fault> {
        self.get(key)?.ok_or_else(|| self.missing(key))
    }

    /// A table below this one.
    pub(crate) fn table(&mut self, key: &'static str) -> Result<Option<Self>, Fault> {
        self.take(key).map(Self::of_value).transpose()
    }

    /// A list of tables below this one; `None` where the key is absent.
    pub(crate) fn tables(&mut self, key: &'static str) -> Result<Option<Vec<Self>>, Fault> {
        let Some(value) = self.take(key) else { return Ok(self.listing.then(Vec::new)) };
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(tables) => tables.into_iter().map(Self::of_value).collect::<Result<_, _>>().map(Some),
            other => Err(wrong_type(&other, span, "a sequence")),
        }
    }

    /// Reads `kind` and what goes with it, and refuses whatever is left. Keys that all kinds share are read before. `name` makes
    /// the word of the kind into words for a message.
    pub(crate) fn choose<S, T>(
        &mut self,
        kinds: &[Kind<S, T>],
        name: fn(&str) -> String,
        setting: &S,
    ) -> Result<(&'static str, T), Fault> {
        let word = self.need::<String>("kind")?;
        let Some(&(known, read)) = kinds.iter().find(|(known, _)| known == word.get_ref()) else {
            let words: Vec<&str> = kinds.iter().map(|(known, _)| *known).collect();
            return Err(choice("kind", &word, &words));
        };
        self.kind = Some((name(known), word.span()));
        let elsewhere = |key: &str| kinds.iter().any(|&kind| knows(kind, setting, key));
        let described = read(self, setting).or_else(|fault| {
            // A key that is missed may be there misspelt, which says more.
            let keys = asked((known, read), setting);
            self.refuse_all_but(&keys, elsewhere).and(Err(fault))
        })?;
        self.refuse_all_but(&[], elsewhere)?;
        Ok((known, described))
    }

    /// Refuses the first key that is none of these.
    pub(crate) fn only(&self, keys: &[&'static str]) -> Result<(), Fault> {
        self.refuse_all_but(keys, |_| false)
    }

    /// Refuses the first key that nobody asked for.
    pub(crate) fn finish(self) -> Result<(), Fault> {
        self.only(&[])
    }

    /// That a key is absent and needed.
    pub(crate) fn missing(&self, key: &'static str) -> Fault {
        match &self.kind {
            Some((of, span)) => (span.clone(), Problem::Missing { key, of: of.clone() }),
            None => (self.span(), Problem::Toml(format!("missing field `{key}`").into())),
        }
    }

    fn of_value(value: Spanned<DeValue<'t>>) -> Result<Self, Fault> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => Ok(Self::new(Spanned::new(span, table))),
            other => Err(wrong_type(&other, span, "a table")),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.unread.remove(key)
    }

    fn refuse_all_but(&self, keys: &[&'static str], elsewhere: impl Fn(&str) -> bool) -> Result<(), Fault> {
        let others = self.unread.iter().filter(|(key, _)| !keys.contains(&&**key.get_ref()));
        let Some((key, value)) = others.min_by_key(|(key, _)| key.span().start) else { return Ok(()) };
        if let Some((of, _)) = self.kind.as_ref().filter(|_| elsewhere(key.get_ref())) {
            return Err((value.span(), Problem::Misplaced { key: key.to_string(), of: of.clone() }));
        }
        let known = self.asked.iter().chain(keys.iter().filter(|key| !self.asked.contains(key)));
        let known: Vec<String> = known.map(|key| format!("`{key}`")).collect();
        let problem = format!("unknown field `{}`, expected one of {}", key.get_ref(), known.join(", "));
        Err((key.span(), Problem::Toml(problem.into())))
    }
}

/// Whether the reader of a kind asks for a key.
fn knows<S, T>(kind: Kind<S, T>, setting: &S, key: &str) -> bool {
    asked(kind, setting).contains(&key)
}

/// The keys that the reader of a kind asks for.
fn asked<S, T>((_, read): Kind<S, T>, setting: &S) -> Vec<&'static str> {
    let mut listing = Keys::listing();
    // What it makes of the values is of no interest.
    let _ = read(&mut listing, setting);
    listing.asked
}

/// That a word is none of the choices.
pub(crate) fn choice(key: &'static str, word: &Spanned<String>, choices: &[&str]) -> Fault {
    (word.span(), Problem::Choice { key, word: word.get_ref().clone(), choices: choices.join(", ") })
}

/// That a value is empty, if it is.
pub(crate) fn not_empty<T>(key: &'static str, value: &Spanned<T>, empty: bool) -> Result<(), Fault> {
    if empty { Err((value.span(), Problem::Empty(key))) } else { Ok(()) }
}

fn wrong_type(value: &DeValue<'_>, span: Range<usize>, expected: &str) -> Fault {
    (span, Problem::Toml(format!("invalid type: {}, expected {expected}", value.type_str()).into()))
}

fn toml_fault(error: Error) -> Fault {
    (error.span().unwrap_or(0..0), Problem::Toml(error.message().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind<(), f64>; 2] = [
        ("plain", |keys, ()| keys.probability("share", 0.5)),
        ("odd", |keys, ()| Ok(keys.not_negative("first", None)? + keys.not_negative("last", None)?)),
    ];

    fn read(text: &str) -> Result<f64, String> {
        let mut keys = Keys::parse(text).unwrap();
        keys.choose(&KINDS, str::to_owned, &())
            .map(|(_, value)| value)
            .map_err(|(span, problem)| format!("{} {problem}", &text[span]))
    }

    #[test]
    fn a_kind_is_read_with_its_defaults() {
        assert_eq!(read("kind = \"plain\""), Ok(0.5));
        assert_eq!(read("kind = \"plain\"\nshare = 1"), Ok(1.0));
        assert_eq!(read("kind = \"odd\"\nfirst = 1\nlast = 2"), Ok(3.0));
    }

    /// A key that stands behind another needed one is known to be a key of its kind.
    #[test]
    fn what_is_left_over_is_misplaced_or_unknown() {
        let left = |key: &str| read(&format!("kind = \"plain\"\n{key} = 7")).unwrap_err();
        assert_eq!(left("last"), "7 `last` has no meaning for plain");
        assert_eq!(left("lost"), "lost unknown field `lost`, expected one of `kind`, `share`");
    }

    #[test]
    fn what_is_needed_is_missed_where_the_kind_stands() {
        assert_eq!(read("kind = \"odd\"\nfirst = 1"), Err("\"odd\" odd needs `last`".to_owned()));
        assert_eq!(read("kind = \"even\""), Err("\"even\" `kind` (\"even\") must be one of plain, odd".to_owned()));
    }

    #[test]
    fn a_misspelt_key_is_named_before_the_one_that_is_missed() {
        let known = "expected one of `kind`, `first`, `last`";
        let misspelt = format!("lats unknown field `lats`, {known}");
        assert_eq!(read("kind = \"odd\"\nlats = 2\nfirst = 1"), Err(misspelt));
    }

    #[test]
    fn recipes_are_equal_when_the_same_is_written() {
        let kinds: [Kind<(), Make<(), f64>>; 1] = [("half", |keys, ()| {
            let share = keys.probability("share", 0.5)?;
            Ok(std::sync::Arc::new(move |()| Box::new(share)))
        })];
        let recipe = |text: &str| Recipe::read(&mut Keys::parse(text).unwrap(), &kinds, str::to_owned, &()).unwrap();
        let half = recipe("kind = \"half\"");
        assert_eq!((half.word(), *half.make(()), *half.clone().make(())), ("half", 0.5, 0.5));
        assert!(half == recipe("  kind = \"half\"") && half != recipe("kind = \"half\"\nshare = 0"));
    }
}
