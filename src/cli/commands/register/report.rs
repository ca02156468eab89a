//! What a registration would be, for people and for programs.

use crate::ceremony::WouldRegister;
use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::page;
use crate::findings::Verdict;
use crate::primitives::text;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;

/// How it ended: what fails or cannot be told is a finding.
pub(super) fn exit(would: &WouldRegister) -> Exit {
    let open = |verdict| matches!(verdict, Verdict::Fail | Verdict::Unknown);
    if would.findings.iter().any(|one| open(one.verdict)) {
        Exit::Findings
    } else {
        Exit::Done
    }
}

/// The page, or its JSON.
pub(super) fn page(would: &WouldRegister, exit: Exit, output: &Output<'_>) -> String {
    if output.json {
        return format!("{:#}\n", value(would, exit));
    }
    let (label, account) = (
        text::printable(&would.label),
        text::printable(&would.account),
    );
    let heading = format!("{label} for {account}: a dry run, nothing was changed");
    let mut page = format!("\n{}\n", output.style.strong(&heading));
    for (number, line) in (1..).zip(&would.would) {
        let head = format!("  {number}. ");
        page.push_str(&page::hang(&head, head.len(), &text::printable(line)));
    }
    let said = |verdict| !matches!(verdict, Verdict::Pass | Verdict::NotRun);
    for finding in would.findings.iter().filter(|one| said(one.verdict)) {
        let line = format!(
            "{} {}: {}",
            finding.verdict.word(),
            finding.check,
            finding.detail
        );
        page.push_str(&page::hang("  ", 4, &text::printable(&line)));
    }
    let _ = write!(page, "\nTo do it:\n  glasskey register {label}\n");
    page
}

fn value(would: &WouldRegister, exit: Exit) -> Value {
    json!({
        "schema": "glasskey.register/1",
        "exit": exit.code(),
        "dry_run": true,
        "key": would.label,
        "account": would.account,
        "would": would.would,
        "findings": would.findings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::page::Style;
    use crate::findings::Check;
    use crate::findings::Finding;
    use crate::findings::Subject;

    fn would() -> WouldRegister {
        WouldRegister {
            label: "BG1-A".to_owned(),
            account: "BG-1".to_owned(),
            findings: vec![Finding::new(
                Check::SerialBasis,
                Verdict::Warn,
                Subject::key("BG1-A"),
                "a \u{1b}[2J number",
            )],
            would: vec!["The PIN of BG1-A would be typed once.".to_owned()],
        }
    }

    fn shown(would: &WouldRegister, json: bool) -> String {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let output = Output {
            out: &mut out,
            err: &mut err,
            style: Style { colour: false },
            json,
            verbose: false,
        };
        page(would, exit(would), &output)
    }

    #[test]
    fn a_dry_run_says_what_would_be_done_and_how_to_do_it() {
        let page = shown(&would(), false);
        assert_eq!(
            page,
            "\nBG1-A for BG-1: a dry run, nothing was changed\n  1. The PIN of BG1-A would be typed \
             once.\n  warn SERIAL-BASIS: a \\u{1b}[2J number\n\nTo do it:\n  glasskey register BG1-A\n"
        );
    }

    #[test]
    fn what_warns_is_done_and_what_is_unknown_is_a_finding() {
        assert_eq!(exit(&would()), Exit::Done);
        let mut unknown = would();
        for one in &mut unknown.findings {
            one.verdict = Verdict::Unknown;
        }
        assert_eq!(exit(&unknown), Exit::Findings);
        let value: Value = serde_json::from_str(&shown(&unknown, true)).unwrap();
        assert_eq!(value["schema"], "glasskey.register/1");
        assert_eq!(value["exit"], 1);
        assert_eq!(value["dry_run"], true);
        assert_eq!(value["findings"][0]["check"], "SERIAL-BASIS");
    }
}
