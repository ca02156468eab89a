//! A check as JUnit XML, which pipelines show: a suite an account, a case a finding.
//!
//! `fail` is a failure, `unknown` an error, `not_run` and `accepted` are skipped; `warn` passes and says
//! so in its output.

use super::report::Group;
use super::report::Report;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::primitives::text::printable;
use std::fmt::Write as _;

/// The report.
pub(super) fn report(report: &Report) -> String {
    let groups = report.groups();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all: Vec<&Finding> = report.findings.iter().collect();
    let _ = writeln!(out, "<testsuites name=\"glasskey check\" {}>", counts(&all));
    for group in &groups {
        suite(&mut out, group, &report.when.time().to_string());
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, group: &Group<'_>, at: &str) {
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" {} timestamp=\"{at}\">",
        escaped(group.name),
        counts(&group.findings)
    );
    for finding in &group.findings {
        case(out, group.name, finding);
    }
    out.push_str("  </testsuite>\n");
}

fn case(out: &mut String, group: &str, finding: &Finding) {
    let name = format!("{} {}", finding.check, finding.subject);
    let _ = write!(
        out,
        "    <testcase classname=\"glasskey.{}\" name=\"{}\"",
        escaped(group),
        escaped(&name)
    );
    let detail = escaped(&finding.detail);
    let body = match finding.verdict {
        Verdict::Pass => String::new(),
        Verdict::Warn => format!("<system-out>warn: {detail}{}</system-out>", fix(finding)),
        Verdict::Fail => format!(
            "<failure type=\"fail\" message=\"{detail}\">{}</failure>",
            told(finding)
        ),
        Verdict::Unknown => format!(
            "<error type=\"unknown\" message=\"{detail}\">{}</error>",
            told(finding)
        ),
        Verdict::NotRun | Verdict::Accepted => format!(
            "<skipped message=\"{}: {detail}\"/>",
            finding.verdict.word()
        ),
    };
    if body.is_empty() {
        out.push_str("/>\n");
    } else {
        let _ = writeln!(out, ">\n      {body}\n    </testcase>");
    }
}

/// Why it matters, and what to do.
fn told(finding: &Finding) -> String {
    format!("why: {}{}", escaped(finding.check.why()), fix(finding))
}

fn fix(finding: &Finding) -> String {
    let fix = finding.fix.as_deref().map(escaped);
    fix.map_or_else(String::new, |fix| format!("\ndo: {fix}"))
}

fn counts(findings: &[&Finding]) -> String {
    let count = |verdicts: &[Verdict]| {
        let of = findings.iter();
        of.filter(|one| verdicts.contains(&one.verdict)).count()
    };
    format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        findings.len(),
        count(&[Verdict::Fail]),
        count(&[Verdict::Unknown]),
        count(&[Verdict::NotRun, Verdict::Accepted])
    )
}

/// Text for XML 1.0 §2.2 and §2.4: what no document may hold is made visible first.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in printable(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_said_is_taken_for_markup() {
        assert_eq!(
            escaped("<a href=\"x\">&'\u{1b}[2J\u{ffff}\n"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&apos;\\u{1b}[2J\u{fffd}\\u{a}"
        );
    }
}
