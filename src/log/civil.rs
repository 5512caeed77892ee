//! Times that are written as people write them: dates, and RFC 3339.

/// A date and time as written: days since 1970-01-01, nanoseconds of the day, and the offset from UTC in nanoseconds.
pub(super) struct Civil {
    pub(super) days: i64,
    pub(super) of_day: Option<i64>,
    pub(super) offset: Option<i64>,
}

/// Reads `2026-01-31` or RFC 3339 with `T` or a blank, the offset as `Z`, `+01:00`, `+0100`, `+01` or not at all.
pub(super) fn date_and_time(text: &[u8]) -> Option<Civil> {
    let (text, rest) = text.split_first_chunk::<10>()?;
    let days = date(text)?;
    let [b'T' | b't' | b' ', rest @ ..] = rest else {
        return rest.is_empty().then_some(Civil { days, of_day: None, offset: None });
    };
    let (clock, rest) = rest.split_at_checked(8)?;
    let (hour, minute, second) = (number(&clock[..2])?, number(&clock[3..5])?, number(&clock[6..])?);
    if clock[2] != b':' || clock[5] != b':' || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction, offset) = fraction(rest)?;
    // RFC 3339 allows a leap second; it is counted to the second before, which is of the same day.
    let seconds = hour * 3600 + minute * 60 + second.min(59);
    Some(Civil { days, of_day: Some(seconds * 1_000_000_000 + fraction), offset: utc_offset(offset)? })
}

/// The days from 1970-01-01 to `2026-01-31`.
pub(super) fn date(text: &[u8; 10]) -> Option<i64> {
    let days = days_since_1970(number(&text[..4])?, number(&text[5..7])?, number(&text[8..])?)?;
    (text[4] == b'-' && text[7] == b'-').then_some(days)
}

/// Splits `.123456+01:00` into nanoseconds, cut at the ninth digit, and the rest.
pub(super) fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.' | b',', digits @ ..] = text else { return Some((0, text)) };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let kept = number(&digits[..length.min(9)])?;
    Some((kept * 10i64.pow(9 - length.min(9) as u32), &digits[length..]))
}

/// The offset from UTC in nanoseconds: `None` outside if it is none, inside if there is none.
pub(super) fn utc_offset(text: &[u8]) -> Option<Option<i64>> {
    let (sign, rest) = match text {
        [] => return Some(None),
        [b'Z' | b'z'] => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest {
        [hours @ .., b':', _, _] if hours.len() == 2 => (hours, &rest[3..]),
        [_, _, _, _] => rest.split_at(2),
        [_, _] => (rest, &b"00"[..]),
        _ => return None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 23 && minutes <= 59).then_some(Some(sign * (hours * 60 + minutes) * 60_000_000_000))
}

/// A number of digits only.
fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0i64, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, by counting years from March (Hinnant 2013, *chrono-compatible
/// low-level date algorithms*, `days_from_civil`).
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}
