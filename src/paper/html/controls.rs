//! Questions that reviewers of controls commonly ask, and what in a book is evidence for an answer. Which
//! control of which framework a question belongs to is the reviewer's to say.

use super::markup::Html;
use super::table::Cell;
use super::table::Table;
use super::view::ReportPage;
use crate::findings::Check;
use crate::ledger::report::Report;
use crate::primitives::text::printable;
use crate::record::Event;
use std::fmt::Write as _;

/// A question, and where evidence for an answer lies.
struct Control {
    /// What is asked.
    question: &'static str,
    /// Events whose records are evidence.
    events: &'static [Event],
    /// Checks whose findings are evidence.
    checks: &'static [Check],
    /// Files of the book that are evidence.
    files: &'static str,
    /// Sections of the report that sum it up.
    sections: &'static str,
}

/// The questions, in the order in which they are asked.
const CONTROLS: [Control; 12] = [
    Control {
        question: "Is emergency access tested regularly?",
        events: &[Event::Verification],
        checks: &[Check::Due, Check::Ms90d, Check::Ms90dSignin],
        files: "ledger/records",
        sections: "Verifications of the period; What is due",
    },
    Control {
        question: "Who can use the emergency access accounts?",
        events: &[Event::Genesis, Event::People, Event::Registration],
        checks: &[
            Check::PinCustody,
            Check::AccountCount,
            Check::AccountUndeclared,
        ],
        files: "glasskey.toml, ledger/roster",
        sections: "Who can open what, from where; People, roles and policy",
    },
    Control {
        question: "Are the credentials kept separately, and would one loss lock everybody out?",
        events: &[Event::Registration, Event::Custody],
        checks: &[
            Check::SitePair,
            Check::Recovery,
            Check::CommonMode,
            Check::PinCustody,
        ],
        files: "glasskey.toml, ledger/records",
        sections: "Who can open what, from where; What a loss would leave",
    },
    Control {
        question: "Would an opened bag be noticed?",
        events: &[Event::Registration, Event::Verification, Event::Custody],
        checks: &[Check::BagContinuity, Check::BagUnique],
        files: "ledger/records, paper",
        sections: "Each key’s history; Records of the period",
    },
    Control {
        question: "Is use detected and reviewed?",
        events: &[Event::Verification, Event::Custody],
        checks: &[
            Check::AlertRule,
            Check::LogExport,
            Check::SigninSince,
            Check::SigninFido2,
            Check::IncidentReview,
        ],
        files: "ledger/records",
        sections: "Records of the period: bags that were opened; What failed, and why",
    },
    Control {
        question: "Are the credentials of a kind that resists phishing, and genuine?",
        events: &[Event::Registration],
        checks: &[
            Check::AttChain,
            Check::AttSig,
            Check::MdsStatus,
            Check::MethodsOnlyStrong,
        ],
        files: "ledger/records, ledger/mds",
        sections: "Each key’s history; What failed, and why",
    },
    Control {
        question: "Are changes approved, by more than one person?",
        events: &[
            Event::People,
            Event::Policy,
            Event::Acceptance,
            Event::Registration,
        ],
        checks: &[Check::WitnessCount, Check::RoleSeparation],
        files: "ledger/records (signatures), ledger/roster",
        sections: "Records of the period: who approved each",
    },
    Control {
        question: "Are lost or departing credentials and people dealt with?",
        events: &[Event::Loss, Event::Retirement, Event::People],
        checks: &[
            Check::LossRevoked,
            Check::PinChange,
            Check::MethodUnexpected,
        ],
        files: "ledger/records",
        sections: "Records of the period; What is due",
    },
    Control {
        question: "Are deviations recorded, justified and limited in time?",
        events: &[Event::Exception, Event::Amendment, Event::Acceptance],
        checks: &[Check::RestoreOpen],
        files: "ledger/records",
        sections: "Accepted for a while, and still to be put back; Records of the period",
    },
    Control {
        question: "Are the people who would act trained?",
        events: &[Event::Training],
        checks: &[],
        files: "ledger/records",
        sections: "Records of the period: trainings",
    },
    Control {
        question: "Could the evidence have been changed afterwards?",
        events: &[],
        checks: &[Check::TrustRoot, Check::LedgerHead],
        files: "ledger/checkpoints, anchors, verify.py, VERIFY.md",
        sections: "The ledger, and what holds it from outside",
    },
    Control {
        question: "Does the tenant’s configuration let the accounts in when they are needed?",
        events: &[Event::Verification, Event::Registration],
        checks: &[
            Check::CaExclusion,
            Check::AaguidAllowed,
            Check::RolePermanent,
            Check::MfaReady,
            Check::AccountEnabled,
        ],
        files: "ledger/records (findings before the touch)",
        sections: "What failed, and why; Drift",
    },
];

/// What the table is for, and what it is not.
const MEANT: &str = "What in this book is evidence for an answer. Whether that evidence is enough, and for \
                     which requirement, is the reviewer’s to judge; nothing here claims that a \
                     requirement is met.";

/// The numbers of the period's records of these events.
fn records(report: &Report, events: &[Event]) -> Vec<String> {
    let all = report.approvals.iter();
    let of = all.filter(|one| events.contains(&one.event));
    of.map(|one| format!("{:06}", one.mark.record)).collect()
}

fn checks(control: &Control) -> Vec<String> {
    control
        .checks
        .iter()
        .map(|check| check.id().to_owned())
        .collect()
}

/// As a section of the page.
pub(super) fn put(html: &mut Html, page: &ReportPage<'_>) {
    html.of("p", MEANT);
    let rows = CONTROLS.iter().map(|control| {
        let none = if control.events.is_empty() {
            "the ledger as a whole"
        } else {
            "none in the period"
        };
        vec![
            Cell::text(control.question),
            Cell::text(control.sections),
            Cell::several(&records(page.report, control.events), none),
            Cell::several(&checks(control), "none"),
            Cell::text(control.files),
        ]
    });
    let table = Table {
        id: "evidence-table",
        caption: "Evidence for common control questions",
        heads: &[
            "Question",
            "Evidence for it: here",
            "Records of the period",
            "Checks",
            "In the book",
        ],
        rows: rows.collect(),
        none: "",
    };
    table.put(html);
}

/// The same as a text in Markdown, for a bundle.
#[must_use]
pub fn evidence_markdown(report: &Report) -> String {
    let mut out = format!(
        "# Evidence for common control questions\n\n{MEANT} Period: {} to {}.\n\n\
         | question | evidence for it: report.html | records of the period | checks | in the book |\n\
         | --- | --- | --- | --- | --- |\n",
        report.period.from.day(),
        report.period.to.day()
    );
    for control in &CONTROLS {
        let records = records(report, control.events).join(" ");
        let none = if control.events.is_empty() {
            "the ledger as a whole"
        } else {
            "none"
        };
        let line = format!(
            "| {} | {} | {} | {} | {} |",
            control.question,
            control.sections,
            if records.is_empty() { none } else { &records },
            checks(control).join(" "),
            control.files
        );
        let _ = writeln!(out, "{}", printable(&line));
    }
    out
}
