//! Gates as JUnit XML, which runners of continuous integration show as tests.

use std::fmt::Write;

use crate::compare::{Outcome, Side};

/// One test case for each gate; a gate that fired has failed. No times: the same comparison gives the same bytes.
///
/// ```
/// use betadrift::compare::{Gate, Side, compare};
/// use betadrift::report::comparison::junit;
/// let none = Side::default();
/// let gate: Gate = "p_best < 0.9".parse().unwrap();
/// let outcome = gate.judge(&none, &none, &compare(&none, &none, 0.95));
/// let xml = junit(&none, &none, &[outcome]);
/// assert!(xml.contains(r#"name="p_best &lt; 0.9""#) && xml.contains(r#"failures="1""#));
/// ```
pub fn junit(a: &Side, b: &Side, gates: &[Outcome]) -> String {
    let failures = gates.iter().filter(|gate| gate.fired()).count();
    let counts = format!(r#"tests="{}" failures="{failures}" errors="0" skipped="0""#, gates.len());
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let _ = writeln!(xml, "<testsuites name=\"betadrift\" {counts}>");
    let _ = writeln!(xml, "  <testsuite name=\"betadrift compare\" {counts}>\n    <properties>");
    for (side, of) in [("A", a), ("B", b)] {
        let _ = writeln!(xml, "      <property name=\"{side}\" value=\"{}\"/>", escaped(&of.name));
        for source in &of.sources {
            let value = escaped(&format!("{} {}", source.name, source.digest));
            let _ = writeln!(xml, "      <property name=\"{side} source\" value=\"{value}\"/>");
        }
    }
    xml.push_str("    </properties>\n");
    for gate in gates {
        let (name, why) = (escaped(&gate.gate), escaped(&gate.why));
        let _ = write!(xml, "    <testcase classname=\"betadrift.compare\" name=\"{name}\"");
        if gate.fired() {
            let _ = writeln!(
                xml,
                ">\n      <failure message=\"{why}\" type=\"gate\">{name}: {why}</failure>\n    </testcase>"
            );
        } else {
            let _ = writeln!(xml, ">\n      <system-out>{why}</system-out>\n    </testcase>");
        }
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

/// Text for XML 1.0, in an attribute or between tags; what XML cannot hold is `U+FFFD`.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(safe, "&#{};", u32::from(character));
            }
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(character),
        }
    }
    safe
}
