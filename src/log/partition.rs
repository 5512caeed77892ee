//! Columns whose value stands in the path of a file, as Hive lays out tables: `day=2026-01-01/part-0.parquet`.

use std::borrow::Cow;
use std::path::{Component, Path};

use super::row::Fields;
use crate::feedback::Day;

/// A column that is the same in all rows of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Partition {
    pub(super) name: String,
    /// `None` where Hive writes that there is none.
    value: Option<Vec<u8>>,
}

/// How Hive calls the folder of the rows without a value.
const NOTHING: &[u8] = b"__HIVE_DEFAULT_PARTITION__";

impl Partition {
    /// The folders `name=value` on the way to a file; of several with one name, the innermost.
    pub(super) fn of(path: &Path) -> Vec<Self> {
        let folders = path.parent().into_iter().flat_map(Path::components);
        let mut partitions: Vec<Self> = Vec::new();
        for folder in folders {
            let Component::Normal(folder) = folder else { continue };
            let Some((name, value)) = split(folder.as_encoded_bytes()) else { continue };
            partitions.retain(|other| other.name != name);
            partitions.push(Self { name, value: (value != NOTHING).then_some(value) });
        }
        write_out_day(&mut partitions);
        partitions
    }

    /// Whether it can be the day of its rows: a date, or missing. A number is none, and no time since 1970 either.
    pub(super) fn is_day(&self) -> bool {
        self.value.as_ref().is_none_or(|value| date(value).is_some())
    }
}

/// Writes `day` as a date where it is one otherwise: `20260131`, or the folders `year=2026/month=1/day=31` together.
fn write_out_day(partitions: &mut [Partition]) {
    let digits = |name: &str, longest: usize| {
        let value = partitions.iter().find(|partition| partition.name == name)?.value.as_deref()?;
        let number = (1..=longest).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
        std::str::from_utf8(value).ok().filter(|_| number)
    };
    let written = match (digits("year", 4), digits("month", 2), digits("day", 8)) {
        (_, _, Some(day)) if day.len() == 8 => format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]),
        (Some(year), Some(month), Some(day)) if day.len() <= 2 => format!("{year:0>4}-{month:0>2}-{day:0>2}"),
        _ => return,
    };
    if let Some(day) = partitions.iter_mut().find(|partition| partition.name == "day") {
        day.value = Some(written.into_bytes());
    }
}

fn date(value: &[u8]) -> Option<Day> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn split(folder: &[u8]) -> Option<(String, Vec<u8>)> {
    let at = folder.iter().position(|&byte| byte == b'=')?;
    let name = String::from_utf8(decoded(&folder[..at])).ok().filter(|name| !name.is_empty())?;
    Some((name, decoded(&folder[at + 1..])))
}

/// Bytes with `%2F` and the like undone; what is no such escape stays.
fn decoded(text: &[u8]) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text);
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).filter(|digits| *first == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let escaped = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    bytes
}

/// The fields of a row, and after so many those that the path of its file says.
pub(super) struct Partitioned<'a, F> {
    pub(super) fields: &'a F,
    pub(super) width: usize,
    pub(super) partitions: &'a [Partition],
}

impl<F: Fields> Fields for Partitioned<'_, F> {
    fn get(&self, column: usize) -> Option<Cow<'_, [u8]>> {
        match column.checked_sub(self.width) {
            None => self.fields.get(column),
            Some(partition) => self.partitions.get(partition)?.value.as_deref().map(Cow::Borrowed),
        }
    }

    fn other(&self, column: usize) -> Option<&'static str> {
        if column < self.width { self.fields.other(column) } else { None }
    }
}

/// The last part of a path, after the folders `name=value` directly before it, which hold columns of their files.
///
/// ```
/// use betadrift::log::base_name;
/// assert_eq!(base_name("logs/monday.csv"), "monday.csv");
/// assert_eq!(base_name("logs/day=2026-01-05/part-0.parquet"), "day=2026-01-05/part-0.parquet");
/// ```
pub fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches(std::path::is_separator);
    let start = |end: usize| path[..end].rfind(std::path::is_separator).map_or(0, |at| at + 1);
    let mut at = start(path.len());
    while at > 0 && path[start(at - 1)..at].contains('=') {
        at = start(at - 1);
    }
    &path[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_with_an_equals_sign_are_columns() {
        let found = |path: &str| {
            let text = |value: Vec<u8>| String::from_utf8(value).unwrap();
            Partition::of(Path::new(path)).into_iter().map(|p| (p.name, p.value.map(text))).collect::<Vec<_>>()
        };
        let column = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
        assert_eq!(found("a=1/x/b=c%2Fd%zz/e=f.csv"), [column("a", "1"), column("b", "c/d%zz")]);
        assert_eq!(found("/t/a=1/a=2/=3/p.parquet"), [column("a", "2")]);
        assert_eq!(found("t/day=__HIVE_DEFAULT_PARTITION__/p"), [("day".to_owned(), None)]);
        assert_eq!(found("rate=50%/p"), [column("rate", "50%")]);
        assert_eq!(found("p.parquet"), []);
        assert_eq!(found("day=20260131/p"), [column("day", "2026-01-31")]);
        let apart = [column("year", "2026"), column("month", "1"), column("day", "2026-01-05")];
        assert_eq!(found("year=2026/month=1/day=5/p"), apart);
        assert_eq!(found("month=1/day=5/p"), [column("month", "1"), column("day", "5")]);
    }
}
