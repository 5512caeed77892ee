//! Numbers and days as figures write them.

use jiff::civil::Date;

/// A number with so many decimals and a true minus sign.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    match fraction {
        Some(fraction) => format!("{sign}{}.{fraction}", grouped(whole)),
        None => format!("{sign}{}", grouped(whole)),
    }
}

/// A count, its thousands apart: `30,000`.
pub(super) fn count(value: f64) -> String {
    if value.fract() == 0.0 { fixed(value, 0) } else { fixed(value, 1) }
}

/// A number with the decimals it needs, up to twelve, as on an axis: `0.005`, `97.5`, `10,000`.
pub(super) fn plain(value: f64) -> String {
    const MOST: usize = 12;
    let is_enough = |decimals: usize| {
        let scale = 10f64.powi(decimals as i32);
        ((value * scale).round() / scale - value).abs() <= 1e-12 * value.abs()
    };
    fixed(value, (0..MOST).find(|&decimals| is_enough(decimals)).unwrap_or(MOST))
}

/// Three significant digits, as a power of ten where the number is very small or large.
pub(super) fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let exponent = value.abs().log10().floor() as i32;
    match exponent {
        -4..=5 => fixed(value, (2 - exponent).max(0) as usize),
        _ => format!("{}·10{}", fixed(value / 10f64.powi(exponent), 1), superscript(exponent)),
    }
}

/// `digit · 10^exponent`.
pub(super) fn power(digit: u32, exponent: i32) -> String {
    match digit {
        1 => format!("10{}", superscript(exponent)),
        _ => format!("{digit}·10{}", superscript(exponent)),
    }
}

/// A day, with its year where that is news.
pub(super) fn day(date: Date, with_year: bool) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS[date.month() as usize - 1];
    if with_year { format!("{} {month} {}", date.day(), date.year()) } else { format!("{} {month}", date.day()) }
}

/// `1 edge`, `12 edges`.
pub(super) fn several(number: usize, noun: &str) -> String {
    counted(number as f64, noun)
}

/// The same of what need not be whole: `1 pull`, `2.5 pulls`.
pub(super) fn counted(number: f64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1.0 { "" } else { "s" })
}

fn grouped(digits: &str) -> String {
    // Four digits read well without a comma; from five on it helps.
    if digits.len() < 5 {
        return digits.to_owned();
    }
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn superscript(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    exponent.to_string().chars().map(|c| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_print() {
        assert_eq!(fixed(-0.25, 2), "−0.25");
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(count(1234567.0), "1,234,567");
        assert_eq!(count(9999.0), "9999");
        assert_eq!(plain(0.005), "0.005");
        assert_eq!(plain(200.0), "200");
        assert_eq!([plain(100.0 * 0.975), plain(100.0 * 0.9999), plain(0.015)], ["97.5", "99.99", "0.015"]);
        assert_eq!(
            [plain(1.0 - 0.95), plain(100.0 * 0.57), plain(0.0), plain(1e-9)],
            ["0.05", "57", "0", "0.000000001"]
        );
        assert_eq!(significant(0.01234), "0.0123");
        assert_eq!(significant(1.25e-9), "1.2·10⁻⁹");
        assert_eq!(power(2, -12), "2·10⁻¹²");
        assert_eq!(several(1, "edge"), "1 edge");
    }
}
