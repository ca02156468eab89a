//! An audit from beginning to end.

use super::ahead::Ahead;
use super::fault::Fault;
use super::files::RecordFiles;
use super::fold::Fold;
use super::inventory;
use super::inventory::Beside;
use super::inventory::End;
use super::inventory::Records;
use super::inventory::SharedStore;
use super::judge::Court;
use super::judge::RecordFacts;
use super::report::AuditReport;
use super::report::RecordRow;
use super::shelf::Shelf;
use crate::facts::evidence::HeadMatch;
use crate::facts::evidence::RememberedHead;
use crate::facts::evidence::TrustFacts;
use crate::findings;
use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::ledger::Origin;
use crate::ledger::StoreError;
use crate::ledger::Tree;
use crate::ledger::Trust;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::metadata::Metadata;
use std::sync::Arc;

/// Who judges records. Where there are threads, they are brought from outside.
pub trait Judges {
    /// Asks `next` for one record's files after the other, from any thread, until there are none;
    /// judges each with `court`; and hands what they show to `fold` in the order of their indices.
    fn judge(
        &mut self,
        next: &(dyn Fn() -> Option<RecordFiles> + Sync),
        court: &Court<'_>,
        fold: &mut dyn FnMut(RecordFacts),
    );
}

/// Judges one record after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct InOrder;

impl Judges for InOrder {
    fn judge(
        &mut self,
        next: &(dyn Fn() -> Option<RecordFiles> + Sync),
        court: &Court<'_>,
        fold: &mut dyn FnMut(RecordFacts),
    ) {
        while let Some(files) = next() {
            fold(court.judge(&files));
        }
    }
}

/// Who follows an audit while it runs.
pub trait Watch {
    /// The record at `index` was taken; `row` says what it is, if its statement could be read.
    fn record(&mut self, index: u64, row: Option<&RecordRow>);
}

/// Nobody follows it.
impl Watch for () {
    fn record(&mut self, _: u64, _: Option<&RecordRow>) {}
}

/// What an auditor holds and asks.
#[derive(Clone, Copy, Debug)]
pub struct Outside<'a> {
    /// The trust file; the default one is none.
    pub trust: &'a Trust,
    /// Remembered heads, beside those of the trust file.
    pub heads: &'a [Checkpoint],
    /// When a real book is judged. A rehearsal is judged as of its last record.
    pub as_of: UtcTime,
}

/// Verifies the whole ledger in `store`. Every fault is in the report.
///
/// # Errors
/// [`StoreError`] if the ledger cannot be listed.
pub fn audit(
    store: &SharedStore<'_>,
    outside: &Outside<'_>,
    judges: &mut dyn Judges,
) -> Result<AuditReport, StoreError> {
    audit_watched(store, outside, judges, &mut ())
}

/// As [`audit`], while `watch` follows. What is held at once does not grow with the number of
/// records, but for some 100 bytes each.
///
/// # Errors
/// [`StoreError`] if the ledger cannot be listed.
pub fn audit_watched(
    store: &SharedStore<'_>,
    outside: &Outside<'_>,
    judges: &mut dyn Judges,
    watch: &mut dyn Watch,
) -> Result<AuditReport, StoreError> {
    let mut beside = Beside::read(store)?;
    let (origin, fault) = origin(store, &beside);
    let mut fold = Fold::new(outside.as_of, origin);
    if let Some(fault) = fault {
        fold.fault(&FileName::Origin, fault);
    }
    let roots = outside.trust.metadata_roots();
    let shelf = Shelf::new(store, &beside.metadata, &roots);
    let records = Ahead::new(Records::new(store));
    let next = || {
        let mut files = records.next()?.read(store);
        if let Ok(record) = &files.record {
            files.metadata = shelf.for_record(record);
        }
        Some(files)
    };
    let court = Court::new(outside.trust);
    judges.judge(&next, &court, &mut |facts| {
        let index = facts.index;
        let row = fold.take(facts);
        watch.record(index, row.as_ref());
        if let Some(row) = row {
            fold.report.note(row);
        }
    });
    drop(shelf);
    let end = records.into_inner().end(&mut beside.unknown)?;
    let size = end.size;
    let newest = rest(&mut fold, store, beside, &end, &roots);
    let newest = newer(outside.trust.metadata.clone(), newest);
    Ok(close(fold, outside, size, newest.as_deref()))
}

/// The file `origin`, and what is wrong with it.
fn origin(store: &SharedStore<'_>, beside: &Beside) -> (Option<Origin>, Option<Fault>) {
    if !beside.origin {
        return (None, Some(Fault::Missing));
    }
    match inventory::contents(store, &FileName::Origin) {
        Ok(bytes) => match Origin::parse_file(&bytes) {
            Some(origin) => (Some(origin), None),
            None => (None, Some(Fault::NotAnOrigin)),
        },
        Err(error) => (None, Some(Fault::Store(error))),
    }
}

/// Files that come with no record, or with none that is there; returns the newest metadata kept, if
/// a registration asks for it.
fn rest(
    fold: &mut Fold,
    store: &SharedStore<'_>,
    beside: Beside,
    end: &End,
    roots: &[&[u8]],
) -> Option<Arc<Metadata>> {
    let mut newest = None;
    if fold.is_whole() {
        fold.demand_signed(end.size);
    }
    if end.size == 0 || end.reaches {
        fold.fault(&FileName::Record(end.size), Fault::Missing);
    }
    let (unknown, more) = beside.unknown.into_parts();
    for file in unknown {
        let fault = Fault::Unknown;
        fold.report.blame(super::LedgerFault { file, fault });
    }
    fold.report.faults_not_listed += more;
    for digest in &beside.metadata {
        let name = FileName::Metadata(*digest);
        match inventory::contents(store, &name) {
            Ok(bytes) if Digest::of(&bytes) == *digest => {
                if fold.registered.models().next().is_some() {
                    let kept = Metadata::verify_ever(&bytes, roots).ok().map(Arc::new);
                    newest = newer(newest, kept);
                }
            }
            Ok(_) => fold.fault(&name, Fault::MetadataDiffers),
            Err(error) => fold.fault(&name, Fault::Store(error)),
        }
    }
    let cited: Vec<Digest> = fold.metadata.keys().copied().collect();
    for digest in cited {
        if !beside.metadata.contains(&digest) {
            fold.fault(&FileName::Metadata(digest), Fault::Missing);
        }
    }
    newest
}

/// The one with the higher number; the first of equals.
fn newer(first: Option<Arc<Metadata>>, second: Option<Arc<Metadata>>) -> Option<Arc<Metadata>> {
    match (first, second) {
        (Some(first), Some(second)) if second.number() > first.number() => Some(second),
        (Some(first), _) => Some(first),
        (None, second) => second,
    }
}

/// Checks of the book as a whole. `newest` is the newest metadata at hand.
fn close(
    mut fold: Fold,
    outside: &Outside<'_>,
    size: u64,
    newest: Option<&Metadata>,
) -> AuditReport {
    let mut report = std::mem::replace(&mut fold.report, AuditReport::new(outside.as_of));
    if let (true, Some(last)) = (report.rehearsal, report.last_started) {
        report.judged_as_of = last;
    }
    report.head = fold.origin.clone().map(|origin| Checkpoint {
        origin,
        size,
        root: root_of(&fold, size),
    });
    if let Some(standing) = &fold.standing {
        let as_of = report.judged_as_of;
        let due = fold.keys.due(&fold.happened);
        report.add(due.map(|key| findings::due(&key, &standing.policy, as_of)));
        let left = fold.outstanding.follow_ups();
        report.add(findings::follow_ups(&left, as_of));
        report.anchors_needed = standing.policy.outside_anchors;
    }
    report.add(fold.registered.judge(newest, report.judged_as_of));
    let heads = outside.trust.heads.iter().chain(outside.heads);
    let trust = TrustFacts {
        genesis: report.genesis,
        genesis_trusted: outside.trust.genesis,
        heads: heads
            .map(|head| RememberedHead {
                size: head.size,
                root: head.root,
                found: compare(&fold, head, size),
            })
            .collect(),
    };
    report.heads.clone_from(&trust.heads);
    report.add([findings::trust_root(&trust)]);
    report.add(findings::ledger_head(&trust));
    let as_of = report.judged_as_of;
    fold.acceptances.apply(&mut report.findings, as_of);
    report
}

fn compare(fold: &Fold, head: &Checkpoint, size: u64) -> HeadMatch {
    if fold.origin.as_ref().is_some_and(|own| *own != head.origin) {
        HeadMatch::OtherLedger
    } else if head.size > size {
        HeadMatch::Shorter { has: size }
    } else if root_of(fold, head.size) == head.root {
        HeadMatch::Same
    } else {
        HeadMatch::OtherRoot
    }
}

/// The root of the first `size` records; of more than there are, that of all.
fn root_of(fold: &Fold, size: u64) -> Digest {
    let place = size.checked_sub(1).and_then(|at| usize::try_from(at).ok());
    place
        .and_then(|place| fold.heads.get(place))
        .map_or_else(|| Tree::empty().root(), |head| head.root)
}
