//! The stamps that a book keeps in `anchors/`, against its ledger.

use super::MAX_STAMP_BYTES;
use super::Stamp;
use super::StampFault;
use super::StampName;
use super::StampRequest;
use super::verify;
use crate::ledger::LedgerStore;
use crate::ledger::StoreError;
use crate::primitives::Digest;
use std::collections::BTreeSet;

/// Stamps and requests that are read; more are a fault of their own.
const MAX_FILES: usize = 10_000;

/// How a request's name ends.
const REQUEST: &str = ".tsq";

/// Why a kept stamp is bad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptFault {
    /// Its bytes are not those its name states.
    NotItsName,
    /// It cannot be read.
    Store(StoreError),
    /// It is no good stamp.
    Stamp(StampFault),
    /// It is a stamp of something else than this ledger's head of that size.
    OtherHead,
    /// It is a stamp of more records than there are.
    Beyond {
        /// Records that are there.
        has: u64,
    },
    /// Requests for that head are kept, and it answers none of them.
    OtherRequest,
    /// There are more files here than are read.
    TooMany,
}

/// A stamp that is kept, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStamp {
    /// Its name in `anchors/`.
    pub file: String,
    /// Records in the head that it stamps, by its name.
    pub size: u64,
    /// The stamp, or why it is bad.
    pub judged: Result<Stamp, KeptFault>,
}

/// Judges every stamp in `anchors` that has a stamp's name, by name. `head_of` is SHA-256 of the
/// ledger's checkpoint of a size, `None` if it has none; `has` is how many records there are;
/// `roots` (DER) are the auditor's.
///
/// # Errors
/// [`StoreError`] if the folder cannot be listed; one that is not there is empty.
pub fn judge_kept(
    anchors: &dyn LedgerStore,
    has: u64,
    head_of: &dyn Fn(u64) -> Option<Digest>,
    roots: &[&[u8]],
) -> Result<Vec<KeptStamp>, StoreError> {
    let requests = requests(anchors)?;
    // A folder in the place of a stamp is listed as what is in it, or with a `/`.
    let files: BTreeSet<String> = anchors
        .list("")?
        .iter()
        .filter_map(|file| file.split('/').next())
        .map(str::to_owned)
        .collect();
    Ok(files
        .into_iter()
        .filter_map(|file| Some((StampName::parse(&file)?, file)))
        .enumerate()
        .map(|(place, (name, file))| KeptStamp {
            judged: if place < MAX_FILES {
                judge(anchors, &file, name, has, head_of, roots, &requests)
            } else {
                Err(KeptFault::TooMany)
            },
            size: name.size,
            file,
        })
        .collect())
}

fn judge(
    anchors: &dyn LedgerStore,
    file: &str,
    name: StampName,
    has: u64,
    head_of: &dyn Fn(u64) -> Option<Digest>,
    roots: &[&[u8]],
    requests: &[StampRequest],
) -> Result<Stamp, KeptFault> {
    let bytes = match anchors.read(file) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(KeptFault::NotItsName),
        Err(error) => return Err(KeptFault::Store(error)),
    };
    if bytes.len() > MAX_STAMP_BYTES || Digest::of(&bytes) != name.sha256 {
        return Err(KeptFault::NotItsName);
    }
    let stamp = verify(&bytes, roots).map_err(KeptFault::Stamp)?;
    if name.size > has {
        return Err(KeptFault::Beyond { has });
    }
    if head_of(name.size) != Some(stamp.imprint) {
        return Err(KeptFault::OtherHead);
    }
    if !answers(&stamp, requests) {
        return Err(KeptFault::OtherRequest);
    }
    Ok(stamp)
}

/// The requests that `anchors` keeps.
///
/// # Errors
/// [`StoreError`] if the folder cannot be listed; one that is not there is empty.
pub fn requests(anchors: &dyn LedgerStore) -> Result<Vec<StampRequest>, StoreError> {
    let names = anchors.list("")?;
    let requests = names.iter().filter(|name| name.ends_with(REQUEST));
    Ok(requests
        .take(MAX_FILES)
        .filter_map(|name| StampRequest::parse(&anchors.read(name).ok()??))
        .collect())
}

/// Whether a stamp answers one of the requests for what it stamps; where none is kept, any does.
#[must_use]
pub fn answers(stamp: &Stamp, requests: &[StampRequest]) -> bool {
    let mut of = requests
        .iter()
        .filter(|request| request.imprint == stamp.imprint)
        .peekable();
    of.peek().is_none() || of.any(|request| request.nonce == stamp.nonce)
}
