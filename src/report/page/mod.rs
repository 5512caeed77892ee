//! A page: one HTML document that opens from a disk and asks nothing of a network.
//!
//! Its Content-Security-Policy lets run and apply exactly what was written into it, known by SHA-256, and load nothing.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::base64;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = concat!("(() => {\n\"use strict\";\n", include_str!("theme.js"), "})();\n");

/// A page and its parts. Text is escaped; what is called HTML stands as it is.
///
/// A browser applies a style and runs a script only if its SHA-256 is that of one which was written into the page:
///
/// ```
/// use betadrift::report::Page;
/// let bare = Page { title: "Rates", summary: "Two rates.", main: "", styles: &[], scripts: &[] };
/// let styled = Page { styles: &["p { color: #0072b2 }"], ..bare };
/// let known = |page: Page| page.html().matches("'sha256-").count();
/// assert_eq!((known(bare), known(styled)), (2, 3)); // a style and a script are in every page
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The title, also the heading.
    pub title: &'a str,
    /// What the page is, in a sentence.
    pub summary: &'a str,
    /// HTML below the heading.
    pub main: &'a str,
    /// Styles beside those of every page: no `</style` may stand in one.
    pub styles: &'a [&'a str],
    /// Scripts beside those of every page: no `</script` may stand in one.
    pub scripts: &'a [&'a str],
}

impl Page<'_> {
    /// The document: the same parts give the same bytes.
    ///
    /// ```
    /// use betadrift::report::Page;
    /// let page = Page { title: "A < B", summary: "Two rates.", main: "<p>0.9</p>", styles: &[], scripts: &[] };
    /// let html = page.html();
    /// assert!(html.contains("<title>A &lt; B</title>") && html.contains("default-src 'none'"));
    /// ```
    pub fn html(&self) -> String {
        let styles: Vec<&str> = std::iter::once(STYLE).chain(self.styles.iter().copied()).collect();
        let scripts: Vec<&str> = std::iter::once(SCRIPT).chain(self.scripts.iter().copied()).collect();
        let (title, summary) = (escaped(self.title), escaped(self.summary));
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <meta name=\"description\" content=\"{summary}\">\n<link rel=\"icon\" href=\"data:,\">\n",
            policy(&styles, &scripts)
        );
        for style in styles {
            let _ = writeln!(html, "<style>{style}</style>");
        }
        let _ = write!(
            html,
            "</head>\n<body>\n<div class=\"page\">\n<header class=\"page-head\"><h1>{title}</h1>\
             <button type=\"button\" class=\"theme scripted-only\" id=\"theme\">Dark</button></header>\n\
             <main>\n{}</main>\n<footer class=\"page-foot\">{summary} betadrift {}.</footer>\n</div>\n",
            self.main,
            env!("CARGO_PKG_VERSION"),
        );
        for script in scripts {
            let _ = writeln!(html, "<script>{script}</script>");
        }
        html.push_str("</body>\n</html>\n");
        html
    }
}

/// What the page may do: run these scripts and WebAssembly, apply these styles, show pictures and letters that are written into it.
fn policy(styles: &[&str], scripts: &[&str]) -> String {
    let known = |parts: &[&str]| parts.iter().map(|part| format!(" 'sha256-{}'", digest(part))).collect::<String>();
    format!(
        "default-src 'none'; script-src{} 'wasm-unsafe-eval'; style-src{}; img-src data:; font-src data:; base-uri 'none'; form-action 'none'",
        known(scripts),
        known(styles)
    )
}

fn digest(part: &str) -> String {
    base64::encode(&Sha256::digest(part))
}

/// Text as it stands in HTML, between tags and in attributes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_known_by_the_digest_of_its_bytes() {
        // NIST's example of SHA-256, as base64.
        assert_eq!(digest("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assert!(policy(&[], &["abc"]).contains("script-src 'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='"));
    }

    #[test]
    fn no_part_ends_the_element_it_stands_in() {
        for part in [STYLE, SCRIPT] {
            assert!(!part.contains("</"), "{part}");
        }
    }
}
