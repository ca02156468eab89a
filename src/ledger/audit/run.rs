//! An audit from beginning to end.

use super::fault::Fault;
use super::files::RecordFiles;
use super::fold::Fold;
use super::inventory;
use super::inventory::Inventory;
use super::judge::RecordFacts;
use super::judge::judge;
use super::report::AuditReport;
use super::shelf::Shelf;
use crate::facts::evidence::HeadMatch;
use crate::facts::evidence::RememberedHead;
use crate::facts::evidence::TrustFacts;
use crate::findings;
use crate::ledger::Checkpoint;
use crate::ledger::FileName;
use crate::ledger::LedgerStore;
use crate::ledger::Origin;
use crate::ledger::StoreError;
use crate::ledger::Tree;
use crate::ledger::Trust;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::metadata::Metadata;
use std::sync::Arc;

/// Records judged at once, at most.
const BATCH_RECORDS: usize = 256;

/// Bytes of records held at once; one record more may be read.
const BATCH_BYTES: usize = 8 << 20;

/// Who judges a batch of records. Where there are threads, they are brought from outside.
pub trait Judges {
    /// What each of `batch` shows, in the same order.
    fn judge(&mut self, batch: Vec<RecordFiles>, trust: &Trust) -> Vec<RecordFacts>;
}

/// Judges one record after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct InOrder;

impl Judges for InOrder {
    fn judge(&mut self, batch: Vec<RecordFiles>, trust: &Trust) -> Vec<RecordFacts> {
        batch.iter().map(|files| judge(files, trust)).collect()
    }
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
    store: &dyn LedgerStore,
    outside: &Outside<'_>,
    judges: &mut dyn Judges,
) -> Result<AuditReport, StoreError> {
    let inventory = Inventory::read(store)?;
    let (origin, fault) = origin(store, &inventory);
    let mut fold = Fold::new(outside.as_of, origin);
    if let Some(fault) = fault {
        fold.fault(&FileName::Origin, fault);
    }
    let size = inventory.size();
    let mut counting = None;
    let mut batch = Vec::new();
    let mut bytes = 0;
    let roots = outside.trust.metadata_roots();
    let mut shelf = Shelf::new(store, &inventory, &roots);
    for index in 0..size {
        let mut files = inventory.record_files(store, index, &mut counting);
        bytes += files.bytes();
        if let Ok(record) = &files.record {
            let (metadata, added) = shelf.for_record(record);
            files.metadata = metadata;
            bytes += added;
        }
        batch.push(files);
        if batch.len() >= BATCH_RECORDS || bytes >= BATCH_BYTES || index + 1 == size {
            bytes = 0;
            for facts in judges.judge(std::mem::take(&mut batch), outside.trust) {
                fold.take(facts);
            }
        }
    }
    drop(shelf);
    let newest = rest(&mut fold, store, &inventory, size, &roots);
    let newest = newer(outside.trust.metadata.clone(), newest);
    Ok(close(fold, outside, size, newest.as_deref()))
}

/// The file `origin`, and what is wrong with it.
fn origin(store: &dyn LedgerStore, inventory: &Inventory) -> (Option<Origin>, Option<Fault>) {
    if !inventory.has(&FileName::Origin) {
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
    store: &dyn LedgerStore,
    inventory: &Inventory,
    size: u64,
    roots: &[&[u8]],
) -> Option<Arc<Metadata>> {
    let mut newest = None;
    if fold.is_whole() {
        fold.demand_signed(size);
    }
    if size == 0 || inventory.reaches(size) {
        fold.fault(&FileName::Record(size), Fault::Missing);
    }
    for name in inventory.unknown() {
        fold.report.faults.push(super::LedgerFault {
            file: name.clone(),
            fault: Fault::Unknown,
        });
    }
    for digest in inventory.metadata() {
        let name = FileName::Metadata(digest);
        match inventory::contents(store, &name) {
            Ok(bytes) if Digest::of(&bytes) == digest => {
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
    for name in cited.into_iter().map(FileName::Metadata) {
        if !inventory.has(&name) {
            fold.fault(&name, Fault::Missing);
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
    if let (true, Some(last)) = (report.rehearsal, report.records.last()) {
        report.judged_as_of = last.started;
    }
    report.head = fold.origin.clone().map(|origin| Checkpoint {
        origin,
        size,
        root: root_of(&fold, size),
    });
    if let Some(standing) = &fold.standing {
        let as_of = report.judged_as_of;
        let due = fold.keys.due();
        report.add(due.map(|key| findings::due(&key, &standing.policy, as_of)));
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
