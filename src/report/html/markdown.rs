//! The Markdown that this room writes, as HTML: paragraphs, lists, tables, `code`, **strong** and *emphasis*. Whatever else
//! stands in a text is text.

use crate::report::page::escaped;

/// A section without its heading, as HTML.
pub(super) fn body(section: &str) -> String {
    let heading = section.starts_with('#');
    let blocks = section.split("\n\n").skip(usize::from(heading));
    blocks.map(|block| self::block(block.trim_end())).collect()
}

/// A list of Markdown sentences.
pub(super) fn list(points: &[String]) -> String {
    let points: String = points.iter().map(|point| format!("<li>{}</li>\n", inline(point))).collect();
    format!("<ul>\n{points}</ul>\n")
}

fn block(block: &str) -> String {
    if block.is_empty() {
        String::new()
    } else if block.starts_with("| ") || block.starts_with("|-") {
        table(block)
    } else if let Some(points) = block.strip_prefix("- ") {
        list(&points.split("\n- ").map(str::to_owned).collect::<Vec<_>>())
    } else {
        format!("<p>{}</p>\n", inline(block))
    }
}

/// A table in a region of its own, which scrolls where the screen is narrow. Without words in its head, its first column is
/// one of headings.
fn table(block: &str) -> String {
    let mut lines = block.lines();
    let head = cells(lines.next().unwrap_or_default());
    let is_number: Vec<bool> = cells(lines.next().unwrap_or_default()).iter().map(|rule| rule.ends_with(':')).collect();
    let class = |column: usize| if is_number.get(column) == Some(&true) { " class=\"number\"" } else { "" };
    let named = head.iter().any(|cell| !cell.is_empty());
    let headings: String = head
        .iter()
        .enumerate()
        .map(|(column, cell)| format!("<th scope=\"col\"{}>{}</th>", class(column), inline(cell)))
        .collect();
    let thead = if named { format!("<thead><tr>{headings}</tr></thead>\n") } else { String::new() };
    let row = |line: &str| -> String {
        let cells = cells(line);
        let cell = |(column, text): (usize, &String)| match column {
            0 => format!("<th scope=\"row\">{}</th>", inline(text)),
            _ => format!("<td{}>{}</td>", class(column), inline(text)),
        };
        format!("<tr>{}</tr>\n", cells.iter().enumerate().map(cell).collect::<String>())
    };
    let rows: String = lines.map(row).collect();
    format!("<div class=\"scrolls\" tabindex=\"0\"><table>\n{thead}<tbody>\n{rows}</tbody></table></div>\n")
}

/// The cells of a line, of which an escaped bar parts none.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim();
    let inner = inner.strip_prefix('|').unwrap_or(inner);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut cells = vec![String::new()];
    let mut before = ' ';
    for letter in inner.chars() {
        if letter == '|' && before != '\\' {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(letter);
        }
        before = letter;
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}

/// A text with its marks.
pub(super) fn inline(text: &str) -> String {
    let (mut out, mut rest, mut strong) = (String::new(), text, false);
    while let Some(at) = rest.find(['`', '*']) {
        let (before, marked) = rest.split_at(at);
        out.push_str(&escaped(before));
        let starts = before.is_empty() || before.ends_with([' ', '(']);
        if let Some((code, after)) = marked.strip_prefix('`').and_then(|text| text.split_once('`')) {
            out.push_str(&format!("<code>{}</code>", escaped(&code.replace("\\|", "|"))));
            rest = after;
        } else if let Some(after) = marked.strip_prefix("**").filter(|after| strong || after.contains("**")) {
            out.push_str(if strong { "</strong>" } else { "<strong>" });
            strong = !strong;
            rest = after;
        } else if let Some((words, after)) = emphasis(marked).filter(|_| starts) {
            out.push_str(&format!("<em>{}</em>", escaped(words)));
            rest = after;
        } else {
            out.push_str(&marked[..1]);
            rest = &marked[1..];
        }
    }
    out.push_str(&escaped(rest));
    if strong {
        out.push_str("</strong>");
    }
    out
}

fn emphasis(marked: &str) -> Option<(&str, &str)> {
    let (words, after) = marked.strip_prefix('*')?.split_once('*')?;
    let is_word = words.starts_with(char::is_alphabetic) && words.ends_with(char::is_alphabetic);
    is_word.then_some((words, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_elements_and_the_rest_stays_text() {
        assert_eq!(
            inline("**`a<b` leads** (see *By day*)"),
            "<strong><code>a&lt;b</code> leads</strong> (see <em>By day</em>)"
        );
        assert_eq!(inline("docs/*=2,8 and ** alone, `open"), "docs/*=2,8 and ** alone, `open");
        assert_eq!(inline("</script>"), "&lt;/script&gt;");
    }

    #[test]
    fn a_bar_in_a_name_parts_no_cell() {
        let html = body("## T\n\n| edge | pulls |\n|---|---:|\n| `a\\|b` | 3 |\n");
        assert!(html.contains("<tr><th scope=\"row\"><code>a|b</code></th><td class=\"number\">3</td></tr>"), "{html}");
        assert!(html.contains("<th scope=\"col\" class=\"number\">pulls</th>"), "{html}");
    }

    #[test]
    fn a_section_loses_its_heading_and_keeps_its_blocks() {
        assert_eq!(body("## T\n\n- a\n- b\n"), "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
        assert_eq!(body("# T\n\none\n\ntwo\n"), "<p>one</p>\n<p>two</p>\n");
        assert_eq!(body(""), "");
    }
}
