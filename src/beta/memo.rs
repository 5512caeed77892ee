//! What a pure function of a few numbers gave, kept for the next edge with the same: many edges have the same counts.

use std::collections::HashMap;

use super::Beta;

/// The values of one function, by the bits of its arguments.
pub(crate) struct Memo<const N: usize, T>(HashMap<[u64; N], T, foldhash::fast::FixedState>);

impl<const N: usize, T: Copy> Memo<N, T> {
    pub(crate) fn new() -> Self {
        Self(HashMap::default())
    }

    /// The value at these arguments, which `value` works out where it is not known.
    pub(crate) fn at(&mut self, arguments: [f64; N], value: impl FnOnce() -> T) -> T {
        *self.0.entry(arguments.map(f64::to_bits)).or_insert_with(value)
    }
}

/// The parameters of two beliefs.
pub(crate) fn pair(one: Beta, other: Beta) -> [f64; 4] {
    [one.alpha(), one.beta(), other.alpha(), other.beta()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_worked_out_once() {
        let (mut memo, mut asked) = (Memo::new(), 0);
        let uniform_and_jeffreys = [pair(Beta::UNIFORM, Beta::JEFFREYS), pair(Beta::JEFFREYS, Beta::UNIFORM)];
        for arguments in [uniform_and_jeffreys, uniform_and_jeffreys].concat() {
            let value = memo.at(arguments, || {
                asked += 1;
                arguments[0]
            });
            assert_eq!(value, arguments[0]);
        }
        assert_eq!(asked, 2);
    }
}
