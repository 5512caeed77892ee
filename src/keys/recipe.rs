//! What a table of a scenario describes, ready to be made as often as it is needed.

use std::fmt;
use std::sync::Arc;

use toml::Table;

use super::{Fault, Keys, Kind};

/// How a kind of thing is made from its parameters and an `Input`.
pub(crate) type Make<Input, Thing> = Arc<dyn Fn(Input) -> Box<Thing> + Send + Sync>;

/// A kind with its parameters. Two recipes are equal when the same was written.
pub(crate) struct Recipe<Input, Thing: ?Sized> {
    word: &'static str,
    written: Table,
    make: Make<Input, Thing>,
}

impl<Input, Thing: ?Sized> Recipe<Input, Thing> {
    /// Reads the kind and its parameters; see [`Keys::choose`].
    pub(crate) fn read<S>(
        keys: &mut Keys<'_>,
        kinds: &[Kind<S, Make<Input, Thing>>],
        name: fn(&str) -> String,
        setting: &S,
    ) -> Result<Self, Fault> {
        let written = keys.written()?;
        let (word, make) = keys.choose(kinds, name, setting)?;
        Ok(Self { word, written, make })
    }

    /// The word for the kind.
    pub(crate) fn word(&self) -> &'static str {
        self.word
    }

    /// Makes one.
    pub(crate) fn make(&self, input: Input) -> Box<Thing> {
        (self.make)(input)
    }
}

impl<Input, Thing: ?Sized> Clone for Recipe<Input, Thing> {
    fn clone(&self) -> Self {
        Self { word: self.word, written: self.written.clone(), make: Arc::clone(&self.make) }
    }
}

impl<Input, Thing: ?Sized> PartialEq for Recipe<Input, Thing> {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl<Input, Thing: ?Sized> fmt::Debug for Recipe<Input, Thing> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.written)
    }
}
