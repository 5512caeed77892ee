//! The tables of the widget. Each number stands with all its digits beside the four that are shown, under a name that the
//! script knows.

use std::fmt::Write;

use super::Widget;
use crate::beta::Beta;
use crate::decision::difference;
use crate::divergence::{hellinger, kl};
use crate::number::Plain;

/// Four significant digits, for people.
pub(super) fn text(number: f64) -> String {
    let rounded = format!("{number:.3e}").parse().map_or_else(|_| String::new(), |number| Plain(number).to_string());
    rounded.replace('-', "−")
}

/// The rows of the prior and both posteriors.
pub(super) fn rates(widget: &Widget) -> String {
    let laws = [("p", Some(widget.prior)), ("a", Some(widget.one)), ("b", widget.other)];
    let percent = format!("<span data-level>{}</span>", widget.percent());
    let row = |title: &str, quantities: &[&str]| {
        let cells = laws.map(|(key, law)| {
            let second = match (key, law) {
                ("b", None) => " data-second hidden",
                ("b", Some(_)) => " data-second",
                _ => "",
            };
            let numbers = quantities
                .iter()
                .map(|name| data(&format!("{key}-{name}"), law.and_then(|law| of(law, name, widget.level))));
            format!("<td{second}>{}</td>", numbers.collect::<String>())
        });
        format!("<tr><th scope=\"row\">{title}</th>{}</tr>\n", cells.concat())
    };
    [
        row("Mean", &["mean"]),
        row("Mode", &["mode"]),
        row("Median", &["median"]),
        row("Standard deviation", &["sd"]),
        row(&format!("{percent} equal-tailed"), &["lower", "upper"]),
        row(&format!("{percent} highest density"), &["hpd-lower", "hpd-upper"]),
    ]
    .concat()
}

fn of(law: Beta, quantity: &str, level: f64) -> Option<f64> {
    match quantity {
        "mean" => Some(law.mean()),
        "mode" => law.mode(),
        "median" => Some(law.median()),
        "sd" => Some(law.sd()),
        "lower" => Some(law.interval(level).lower),
        "upper" => Some(law.interval(level).upper),
        "hpd-lower" => law.hpd(level).ok().map(|hpd| hpd.lower),
        _ => law.hpd(level).ok().map(|hpd| hpd.upper),
    }
}

/// The rows of one posterior against the other.
pub(super) fn pair(widget: &Widget) -> String {
    let (one, other) = (widget.one, widget.other);
    let apart = other.map(|other| difference(one, other, widget.level));
    let number = |name: &str, value: Option<f64>| data(name, value);
    let interval = format!(
        "{}{}",
        number("difference-lower", apart.map(|apart| apart.lower)),
        number("difference-upper", apart.map(|apart| apart.upper))
    );
    let mut rows = String::new();
    for (title, cell) in [
        ("P(A &gt; B)".to_owned(), number("p-greater", apart.map(|apart| apart.p_greater))),
        ("Difference A − B".to_owned(), number("difference", apart.map(|apart| apart.mean))),
        (format!("its <span data-level>{}</span> interval", widget.percent()), interval),
        ("KL(A ‖ B), nats".to_owned(), number("kl", other.map(|other| kl(one, other)))),
        ("KL(B ‖ A), nats".to_owned(), number("kl-reverse", other.map(|other| kl(other, one)))),
        ("Hellinger distance".to_owned(), number("hellinger", other.map(|other| hellinger(one, other)))),
    ] {
        let _ = writeln!(rows, "<tr><th scope=\"row\">{title}</th><td>{cell}</td></tr>");
    }
    rows
}

/// A number under its name. The second end of an interval stands with its word, and not at all where there is no interval.
fn data(name: &str, value: Option<f64>) -> String {
    let whole = value.map_or_else(String::new, |value| Plain(value).to_string());
    let shown = match value {
        Some(value) if name.ends_with("upper") => format!(" to {}", text(value)),
        Some(value) => text(value),
        None if name.ends_with("upper") => String::new(),
        None => "none".to_owned(),
    };
    format!("<data id=\"beta-{name}\" value=\"{whole}\">{shown}</data>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_four_digits() {
        assert_eq!([text(4.0 / 7.0), text(-0.25), text(1234567.0), text(95.0)], ["0.5714", "−0.25", "1235000", "95"]);
    }
}
