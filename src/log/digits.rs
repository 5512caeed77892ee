//! Numbers of a few digits, eight at a time.

/// Powers of ten.
const POWERS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Reads numbers that mostly have as many digits as the one before, and begin with the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digits {
    /// Eight digits as they are written, and their number.
    first: ([u8; 8], u64),
    /// How many digits a number has, from nine to sixteen.
    length: usize,
    /// The power of ten by which its first eight are multiplied.
    power: u64,
    /// Those of its last eight digits that are not of the first.
    rest: u64,
}

impl Default for Digits {
    fn default() -> Self {
        let (first, length) = ((*b"00000000", 0), 0);
        Self { first, length, power: 1, rest: 0 }
    }
}

impl Digits {
    /// The number that up to nineteen digits make, if nothing else is among them and there are at least eight.
    #[inline(always)]
    pub(super) fn whole(&mut self, digits: &[u8]) -> Option<u64> {
        let (first, last) = (digits.first_chunk()?, word(*digits.last_chunk()?)?);
        let first = if *first == self.first.0 { self.first.1 } else { self.read_first(*first)? };
        if digits.len() == self.length {
            return Some(first * self.power + eight(last & self.rest));
        }
        self.read_length(digits, first, last)
    }

    #[inline(never)]
    fn read_length(&mut self, digits: &[u8], first: u64, last: u64) -> Option<u64> {
        match digits.len() {
            8 => Some(first),
            length @ 9..=16 => {
                (self.length, self.power, self.rest) = (length, POWERS[length - 8], !0 << (8 * (16 - length)));
                Some(first * self.power + eight(last & self.rest))
            }
            length @ 17..=19 => {
                let second = word(*digits[8..].first_chunk()?)?;
                let rest = eight(last & !0 << (8 * (24 - length)));
                Some((first * 100_000_000 + eight(second)) * POWERS[length - 16] + rest)
            }
            _ => None,
        }
    }

    fn read_first(&mut self, first: [u8; 8]) -> Option<u64> {
        let number = eight(word(first)?);
        self.first = (first, number);
        Some(number)
    }
}

/// Eight digits as their values, the first in the lowest byte.
fn word(bytes: [u8; 8]) -> Option<u64> {
    let values = u64::from_le_bytes(bytes).wrapping_sub(0x3030_3030_3030_3030);
    // A byte below '0' borrows, which shows in its own upper bits; one above '9' shows when six are added.
    let are_digits = (values | values.wrapping_add(0x0606_0606_0606_0606)) & 0xf0f0_f0f0_f0f0_f0f0 == 0;
    are_digits.then_some(values)
}

/// The number of eight values: pairs, fours, then the whole.
fn eight(values: u64) -> u64 {
    let pairs = (values * 10 + (values >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours * 10_000 + (fours >> 32)) & 0xffff_ffff
}

/// The nanoseconds of a day at which a clock shows `10:07:59`; leap seconds are for others to read.
pub(super) fn of_day(clock: [u8; 8]) -> Option<i64> {
    let [hours, tens, first, minutes, unit, second, seconds, last] = clock;
    let digits = word([hours, tens, minutes, unit, seconds, last, b'0', b'0'])?;
    let pairs = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let (hours, minutes, seconds) = (pairs & 0xff, pairs >> 16 & 0xff, pairs >> 32 & 0xff);
    let is_shown = first == b':' && second == b':' && hours <= 23 && minutes <= 59 && seconds <= 59;
    is_shown.then_some((hours * 3600 + minutes * 60 + seconds) as i64 * 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(digits: &[u8]) -> Option<u64> {
        Digits::default().whole(digits)
    }

    #[test]
    fn digits_are_the_number_that_they_make() {
        for length in 0..25 {
            let digits = &"9876543210123456789012345"[..length];
            let expected = digits.parse().ok().filter(|_| (8..20).contains(&length));
            assert_eq!(whole(digits.as_bytes()), expected, "{digits}");
            let leading = "0".repeat(length);
            assert_eq!(whole(leading.as_bytes()), (8..20).contains(&length).then_some(0));
        }
    }

    #[test]
    fn any_other_byte_anywhere_is_seen() {
        let mut used = Digits::default();
        for (length, byte) in (8..20).flat_map(|length| (0..=u8::MAX).map(move |byte| (length, byte))) {
            for at in 0..length {
                for filling in [b'0', b'5', b'9'] {
                    let mut digits = vec![filling; length];
                    digits[at] = byte;
                    assert_eq!(whole(&digits).is_some(), byte.is_ascii_digit(), "{byte} at {at} of {length}");
                    assert_eq!(used.whole(&digits), whole(&digits));
                }
            }
        }
    }

    #[test]
    fn a_clock_shows_hours_minutes_and_seconds() {
        let shown = |text: &str| of_day(*text.as_bytes().first_chunk().unwrap());
        for second in 0..86_400 {
            let (hour, minute, rest) = (second / 3600, second / 60 % 60, second % 60);
            assert_eq!(shown(&format!("{hour:02}:{minute:02}:{rest:02}")), Some(second * 1_000_000_000));
        }
        for text in ["24:00:00", "00:60:00", "00:00:60", "00.00:00", "00:00 00", "0a:00:00", "00:00:0/", "00:00:0:"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
