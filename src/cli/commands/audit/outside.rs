//! What outside the book vouches for it: which anchors there are, and how far back each reaches.

use super::Audited;
use crate::cli::page;
use crate::cli::pinned::Source;
use crate::cli::words;
use crate::facts::evidence::HeadMatch;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::ledger::StoreError;
use crate::ledger::Trust;
use crate::ledger::audit::AuditReport;
use crate::ledger::stamp::Authority;
use crate::ledger::stamp::KeptStamp;
use crate::ledger::stamp::judge_kept;
use crate::paper::AnchorRow;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::primitives::text;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The folder of a book in which outside anchors are kept.
pub(in crate::cli::commands) const FOLDER: &str = "anchors";

/// The stamps that a book keeps in `anchors`, judged against its audited ledger.
pub(super) fn stamps(
    anchors: &dyn LedgerStore,
    ledger: &dyn LedgerStore,
    report: &AuditReport,
    trust: &Trust,
) -> Result<Vec<KeptStamp>, StoreError> {
    let has = report.head.as_ref().map_or(0, |head| head.size);
    let head_of = |size| {
        let file = ledger.read(&FileName::Checkpoint(size).to_string());
        // A checkpoint that is not the ledger's own is a fault of the audit.
        let text = file.ok()??;
        Checkpoint::parse(&text).map(|_| Digest::of(&text))
    };
    let roots: Vec<&[u8]> = trust.tsa_roots.iter().map(Vec::as_slice).collect();
    judge_kept(anchors, has, &head_of, &roots)
}

/// One outside anchor.
struct Anchor {
    /// `genesis`, `head` or `stamp`.
    kind: &'static str,
    /// Records up to which it speaks.
    size: u64,
    /// When it was made; `None` if it does not say.
    time: Option<UtcTime>,
    /// The root it names; `None` if it names none.
    root: Option<Digest>,
    /// Where it came from.
    source: String,
    /// Whether it holds, and somebody outside vouches for it: `Pass`; `Unknown` where nobody does,
    /// and `Fail` where the book is not what it names.
    verdict: Verdict,
    /// What it comes to.
    detail: String,
}

fn anchors(audited: &Audited) -> Vec<Anchor> {
    let mut all = Vec::new();
    let report = &audited.report;
    let file = audited.source.file().map(|path| path.display().to_string());
    let root = report
        .findings
        .iter()
        .find(|one| one.check == Check::TrustRoot);
    if let (Some(file), Some(root)) = (&file, root)
        && root.verdict != Verdict::Unknown
    {
        all.push(Anchor {
            kind: "genesis",
            size: 1,
            time: None,
            root: None,
            source: file.clone(),
            verdict: root.verdict,
            detail: match &audited.source {
                Source::Pinned(_) => "pinned at first use".to_owned(),
                Source::Given(_) | Source::Nobody(_) => "named by the trust file".to_owned(),
            },
        });
    }
    for (place, head) in report.heads.iter().enumerate() {
        all.push(Anchor {
            kind: "head",
            size: head.size,
            time: None,
            source: match (place < audited.trust_heads, &file) {
                (true, Some(file)) => file.clone(),
                (true, None) => "the trust file".to_owned(),
                (false, _) => audited.heads_file.clone().unwrap_or_default(),
            },
            verdict: match head.found {
                HeadMatch::Same => Verdict::Pass,
                HeadMatch::OtherRoot | HeadMatch::Shorter { .. } => Verdict::Fail,
                HeadMatch::OtherLedger => Verdict::Unknown,
            },
            root: Some(head.root),
            detail: match head.found {
                HeadMatch::Same => "still in the ledger",
                HeadMatch::OtherRoot => "the ledger has another root",
                HeadMatch::Shorter { .. } => "the ledger is shorter",
                HeadMatch::OtherLedger => "of another ledger",
            }
            .to_owned(),
        });
    }
    all.extend(audited.stamps.iter().map(stamp));
    all
}

fn stamp(kept: &KeptStamp) -> Anchor {
    let (time, verdict, detail) = match &kept.judged {
        Ok(stamp) => match &stamp.authority {
            Authority::Trusted { .. } => (
                Some(stamp.time),
                Verdict::Pass,
                format!("by {}", stamp.signer),
            ),
            Authority::NoRoots => (
                Some(stamp.time),
                Verdict::Unknown,
                format!("by {}: your trust file names no tsa-root", stamp.signer),
            ),
            Authority::NotToRoot { why } => (
                Some(stamp.time),
                Verdict::Unknown,
                format!(
                    "by {}: it leads to no tsa-root of yours ({why})",
                    stamp.signer
                ),
            ),
        },
        Err(fault) => (None, Verdict::Fail, words::kept_stamp(fault)),
    };
    Anchor {
        kind: "stamp",
        size: kept.size,
        time,
        root: None,
        source: format!("{FOLDER}/{}", kept.file),
        verdict,
        detail,
    }
}

impl Anchor {
    fn verified(&self) -> bool {
        self.verdict == Verdict::Pass
    }
}

/// Kinds of anchor that hold; genesis alone says nothing of what came after it.
fn kinds(all: &[Anchor]) -> u32 {
    let kinds: BTreeSet<&str> = all
        .iter()
        .filter(|one| one.verified() && one.size > 0 && one.kind != "genesis")
        .map(|one| one.kind)
        .collect();
    u32::try_from(kinds.len()).unwrap_or(u32::MAX)
}

/// What the policy says to it: a warning where it asks for more kinds than hold. Where none holds,
/// `LEDGER-HEAD` has said so.
pub(super) fn finding(audited: &Audited) -> Option<Finding> {
    let (have, need) = (kinds(&anchors(audited)), audited.report.anchors_needed);
    (0 < have && have < need).then(|| {
        Finding::new(
            Check::LedgerHead,
            Verdict::Warn,
            Subject::book(),
            format!("the policy asks for {need} kinds of outside anchor, and {have} holds here"),
        )
        .fix("docs/anchors.md shows how each kind is made")
    })
}

/// As the page of a report shows them. Where a trust file lies on this machine is left out.
pub(in crate::cli::commands) fn rows(audited: &Audited) -> Vec<AnchorRow> {
    let row = |one: Anchor| AnchorRow {
        kind: one.kind,
        size: one.size,
        time: one.time,
        verdict: one.verdict,
        source: match one.kind {
            "stamp" => one.source,
            _ => "the trust file".to_owned(),
        },
        detail: one.detail,
    };
    anchors(audited).into_iter().map(row).collect()
}

/// For programs.
pub(in crate::cli::commands) fn json(audited: &Audited) -> Value {
    let all = anchors(audited);
    let list: Vec<Value> = all
        .iter()
        .map(|one| {
            let mut value = json!({
                "kind": one.kind,
                "size": one.size,
                "covers_records": if one.verified() { one.size } else { 0 },
                "verified": one.verified(),
                "source": one.source,
                "detail": one.detail,
            });
            if let Some(members) = value.as_object_mut() {
                if let Some(time) = one.time {
                    members.insert("time".to_owned(), json!(time));
                }
                if let Some(root) = one.root {
                    members.insert("root".to_owned(), json!(root));
                }
            }
            value
        })
        .collect();
    json!(list)
}

/// For people.
pub(in crate::cli::commands) fn lines(audited: &Audited, style: page::Style) -> String {
    let all = anchors(audited);
    let records = audited.report.head.as_ref().map_or(0, |head| head.size);
    let mut out = String::new();
    let _ = writeln!(out, "  {}", style.faint("outside anchors"));
    for one in &all {
        let head = format!(
            "  {} {} ",
            style.verdict(one.verdict, 8),
            text::pad(one.kind, 8)
        );
        let reach = match (one.kind, one.verified(), one.time) {
            ("genesis", _, _) => "the first record".to_owned(),
            (_, true, Some(time)) => {
                format!("{} of {records} records, there on {time}", one.size)
            }
            (_, true, None) => format!("the first {} of {records} records", one.size),
            (_, false, _) => format!("size {}", one.size),
        };
        let line = format!("{reach}; {}; from {}", one.detail, one.source);
        out.push_str(&page::hang(&head, 20, &text::printable(&line)));
    }
    let reach = |kind| {
        let of = all.iter().filter(|one| one.verified() && one.kind == kind);
        of.map(|one| one.size).max().unwrap_or(0)
    };
    let (have, need) = (kinds(&all), audited.report.anchors_needed);
    let mut sum = match (reach("head"), reach("stamp")) {
        (0, 0) => "No anchor outside holds any record after the first: whoever wrote this book \
                   could have written another, or cut its end."
            .to_owned(),
        (0, stamped) => format!(
            "Of {records} records {stamped} are stamped. No head is remembered outside: an older \
             copy, or a cut end, would not be found."
        ),
        (held, _) if held >= records => "Every record is held by a head outside.".to_owned(),
        (held, _) => format!(
            "No head outside holds the last {} of {records} records: if more followed and were \
             cut, it would not be found.",
            records.saturating_sub(held)
        ),
    };
    if have < need {
        let _ = write!(
            sum,
            " The policy asks for {need} of them, and {have} holds here."
        );
    }
    out.push_str(&page::hang("  ", 2, &sum));
    out
}
