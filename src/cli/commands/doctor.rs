//! `glasskey doctor`: why a key cannot be seen or opened, what else is missing, and the exact fix.

mod reach;

use crate::cli::Output;
use crate::cli::args::Doctor;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::cli::page::Style;
use crate::findings::DoctorFinding;
use crate::findings::Verdict;
use crate::findings::doctor;
use crate::io::SystemClock;
use crate::io::SystemProbe;
use crate::primitives::text;
use serde_json::json;
use std::fmt::Write as _;

/// Columns before what was read.
const HEAD: usize = 2 + 5 + 1 + 14 + 1;

/// Runs the command.
pub(crate) fn run(arguments: &Doctor, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let facts = SystemProbe::here().read(&arguments.book, &SystemClock::new());
    let mut findings = doctor(&facts);
    findings.extend(reach::findings(arguments));
    if output.json {
        let value = json!({"schema": "glasskey.doctor/1", "findings": findings});
        output.print(&format!("{value:#}\n"))?;
    } else {
        let page = page_of(output.style, output.verbose, &findings);
        output.print(&page)?;
    }
    Ok(exit(&findings))
}

fn exit(findings: &[DoctorFinding]) -> Exit {
    if findings.iter().any(|one| one.verdict.is_open()) {
        Exit::Findings
    } else {
        Exit::Done
    }
}

/// The findings for people; what does not apply only with `--verbose`.
fn page_of(style: Style, verbose: bool, findings: &[DoctorFinding]) -> String {
    let mut out = String::new();
    for one in findings
        .iter()
        .filter(|one| verbose || one.verdict != Verdict::NotRun)
    {
        let head = format!(
            "  {} {} ",
            style.item(one.verdict, 5),
            text::pad(one.item.id(), 14)
        );
        let detail = if one.subject.starts_with('/') {
            format!("{}: {}", one.subject, one.detail)
        } else {
            one.detail.clone()
        };
        out.push_str(&page::hang(&head, HEAD, &text::printable(&detail)));
        if let Some(fix) = &one.fix {
            let label = format!("{}do: ", " ".repeat(HEAD - 4));
            out.push_str(&page::hang(&label, HEAD, &text::printable(fix)));
        }
    }
    let count = |verdict| findings.iter().filter(|one| one.verdict == verdict).count();
    let _ = writeln!(
        out,
        "\n{} ok, {} to look at, {} to mend. What each line means: docs/doctor.md",
        count(Verdict::Pass),
        count(Verdict::Warn),
        count(Verdict::Fail)
    );
    out
}

#[cfg(test)]
mod tests;
