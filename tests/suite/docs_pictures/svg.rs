//! A terminal of 80 columns as an SVG: text that can be selected, in the colours of a light or a dark
//! screen, with a title and a description for those who do not see it.

use std::fmt::Write as _;

/// Columns of the terminal.
const COLUMNS: usize = 80;
/// A column, in tenths of a unit.
const ADVANCE: usize = 84;
/// A line, in units.
const LINE: usize = 20;
/// What is left free around the text.
const MARGIN: usize = 20;
/// The bar above the text.
const BAR: usize = 34;

const STYLE: &str = "\
.w{fill:#fff;stroke:#d1d9e0}.b{stroke:#d1d9e0}.d{fill:#d1d9e0}\
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;\
fill:#1f2328;white-space:pre}\
.s{font-weight:700}.f{fill:#59636e}.g{fill:#1a7f37}.y{fill:#8a5a00}.r{fill:#cf222e}.m{fill:#8250df}.c{fill:#1b7c83}\
@media(prefers-color-scheme:dark){.w{fill:#0d1117;stroke:#3d444d}.b{stroke:#3d444d}.d{fill:#3d444d}\
text{fill:#e6edf3}.f{fill:#9198a1}.g{fill:#3fb950}.y{fill:#d29922}.r{fill:#ff7b72}.m{fill:#ab7df8}.c{fill:#39c5cf}}";

/// Text in one style.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    /// The classes of its style, separated by spaces.
    pub(super) class: String,
    /// The text.
    pub(super) text: String,
}

/// A line of a terminal in pieces of one style each.
pub(super) fn spans(line: &str) -> Vec<Span> {
    let mut all = Vec::new();
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default();
    if !first.is_empty() {
        all.push(Span {
            class: String::new(),
            text: first.to_owned(),
        });
    }
    for piece in pieces {
        let (codes, text) = piece.split_once('m').expect("colours alone are written");
        if !text.is_empty() {
            let classes: Vec<&str> = codes.split(';').filter_map(class).collect();
            all.push(Span {
                class: classes.join(" "),
                text: text.to_owned(),
            });
        }
    }
    all
}

fn class(code: &str) -> Option<&'static str> {
    Some(match code {
        "0" => return None,
        "1" => "s",
        "2" => "f",
        "31" => "r",
        "32" => "g",
        "33" => "y",
        "35" => "m",
        "36" => "c",
        other => panic!("a picture has no colour {other}"),
    })
}

/// As text of XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Tenths of a unit as SVG writes them.
fn tenths(value: usize) -> String {
    match value % 10 {
        0 => (value / 10).to_string(),
        tenth => format!("{}.{tenth}", value / 10),
    }
}

/// One line at its place. Its length is given, so that columns stand beneath each other in any font.
fn text(into: &mut String, y: usize, spans: &[Span]) {
    let whole: String = spans.iter().map(|span| span.text.as_str()).collect();
    let columns = whole.trim_end().chars().count();
    assert!(columns <= COLUMNS, "more than {COLUMNS} columns: {whole}");
    if columns == 0 {
        return;
    }
    let indent = whole.len() - whole.trim_start().len();
    let (mut skip, mut left) = (indent, columns - indent);
    let x = tenths(MARGIN * 10 + indent * ADVANCE);
    let length = tenths(left * ADVANCE);
    let _ = write!(into, "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\">");
    for span in spans {
        let shown: String = span.text.chars().skip(skip).take(left).collect();
        skip = skip.saturating_sub(span.text.chars().count());
        left -= shown.chars().count();
        match (shown.is_empty(), span.class.is_empty()) {
            (true, _) => {}
            (false, true) => into.push_str(&escaped(&shown)),
            (false, false) => {
                let _ = write!(
                    into,
                    "<tspan class=\"{}\">{}</tspan>",
                    span.class,
                    escaped(&shown)
                );
            }
        }
    }
    into.push_str("</text>\n");
}

/// The picture of a terminal in which `typed` was typed and `lines` came.
pub(super) fn drawn(title: &str, desc: &str, typed: &str, lines: &[String]) -> String {
    let count = lines.len() + 2;
    let width = (COLUMNS * ADVANCE).div_ceil(10) + 2 * MARGIN;
    let height = BAR + count * LINE + MARGIN + 8;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n<style>{STYLE}</style>\n\
         <rect class=\"w\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n\
         <path class=\"b\" d=\"M1 {BAR}.5H{}\"/>\n",
        escaped(title),
        escaped(desc),
        width - 1,
        height - 1,
        width - 1,
    );
    for x in [20, 38, 56] {
        let _ = writeln!(
            out,
            "<circle class=\"d\" cx=\"{x}\" cy=\"{}\" r=\"5\"/>",
            BAR / 2
        );
    }
    let prompt = [
        Span {
            class: "f".to_owned(),
            text: "$ ".to_owned(),
        },
        Span {
            class: "s".to_owned(),
            text: typed.to_owned(),
        },
    ];
    let line = |at: usize| BAR + MARGIN + 6 + at * LINE;
    text(&mut out, line(0), &prompt);
    for (at, one) in lines.iter().enumerate() {
        let left_out = [Span {
            class: "f".to_owned(),
            text: "…".to_owned(),
        }];
        if one == "…" {
            text(&mut out, line(at + 2), &left_out);
        } else {
            text(&mut out, line(at + 2), &spans(one));
        }
    }
    out.push_str("</svg>\n");
    out
}

#[test]
fn colours_become_classes_and_columns_keep_their_places() {
    let line = "  \u{1b}[1;31mFAIL\u{1b}[0m  a<b";
    let all = spans(line);
    assert_eq!(all.len(), 3);
    assert_eq!(
        (all[1].class.as_str(), all[1].text.as_str()),
        ("s r", "FAIL")
    );
    let mut out = String::new();
    text(&mut out, 60, &all);
    assert_eq!(
        out,
        "<text x=\"36.8\" y=\"60\" textLength=\"75.6\"><tspan class=\"s r\">FAIL</tspan>  a&lt;b</text>\n"
    );
}
