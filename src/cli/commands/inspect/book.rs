//! `inspect` beside a book: which of its keys this is, and how it is with its PIN envelope closed.

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::page;
use crate::cli::place;
use crate::cli::words;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::facts::key;
use crate::facts::key::Health;
use crate::facts::key::KeyFacts;
use crate::facts::key::OnRecord;
use crate::facts::key::Probe;
use crate::facts::key::RecognisedBy;
use crate::ledger::Ledger;
use crate::plan::Policy;
use crate::primitives::TenantId;
use crate::primitives::text;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::path::Path;

/// What `inspect` needs of a book. Nothing in it was judged: `audit` does that.
pub(super) struct Book {
    pub(super) tenant: TenantId,
    pub(super) policy: Policy,
    pub(super) keys: Vec<OnRecord>,
}

/// Whether a key is one of the book's.
pub(super) enum InBook {
    /// It is, and so it is.
    Known(Box<Health>),
    /// It is none that could be recognised.
    Stranger,
}

impl Book {
    /// The book in `folder`.
    ///
    /// # Errors
    /// [`Failure`] with exit 2 if it is none, 6 if its records cannot be read.
    pub(super) fn open(folder: &Path) -> Result<Self, Failure> {
        let what = "no key was read; nothing was sent to any";
        let mut store = place::find(folder, what)?.ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                what,
                format!("{} has no ledger", folder.display()),
                "name the book's folder with --book, or leave --book out",
            )
        })?;
        let ledger = Ledger::new(&mut store);
        let read = || {
            Ok(Self {
                tenant: ledger.record(0)?.statement.tenant_id,
                policy: ledger.in_force()?.policy,
                keys: ledger.keys_on_record()?,
            })
        };
        read().map_err(|error| words::ledger(&error))
    }

    /// Which of the book's keys this is.
    ///
    /// # Errors
    /// [`CtapError`] if the key gave no answer.
    pub(super) fn look_up(
        &self,
        ctap: &mut Ctap<'_>,
        facts: &KeyFacts,
        nonce: &mut dyn FnMut() -> [u8; 16],
    ) -> Result<InBook, CtapError> {
        let found = key::recognise(ctap, facts, &self.keys, &self.tenant, nonce)?;
        Ok(found.map_or(InBook::Stranger, |health| InBook::Known(Box::new(health))))
    }
}

/// Whether a folder holds a ledger with records.
pub(super) fn is_book(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join("ledger/records/000000")).is_ok()
}

/// For people: a line or two below the key's own.
pub(super) fn as_text(known: &InBook) -> String {
    const COLUMNS: usize = 18;
    let line = |label: &str, words: &str| {
        let head = text::pad(&format!("  {label}"), COLUMNS);
        page::hang(&head, COLUMNS, &text::printable(words))
    };
    let InBook::Known(health) = known else {
        return line("in the book", "no key that its records know");
    };
    let key = &health.recorded;
    let how = match health.by {
        RecognisedBy::Serial => "its serial number",
        RecognisedBy::Credential => "its credential",
    };
    let bag = key.bag.as_deref().map_or_else(
        || "no bag on record".to_owned(),
        |bag| format!("sealed in bag {bag}"),
    );
    let safe = key
        .safe
        .as_deref()
        .map_or_else(String::new, |safe| format!(", {safe}"));
    let (index, at) = key.last;
    let mut out = line(
        "in the book",
        &format!(
            "this is {} (account {}, {bag}{safe}); known by {how}; record {index:06} of {}",
            key.label,
            key.account,
            at.day()
        ),
    );
    if let Some(index) = key.gone {
        let words = format!("lost or retired by record {index:06}: it should not be here");
        out.push_str(&line("", &words));
    }
    let probe = match &health.probe {
        Probe::NotAsked => "no credential on record to ask for".to_owned(),
        Probe::Refused(status) => {
            let name = status.name().unwrap_or("an unknown status");
            format!("silent probe: {name}")
        }
        Probe::Signed(signed) if signed.is_genuine() => format!(
            "silent probe: signed by the credential on record, counter {}",
            signed.auth_data.counter()
        ),
        Probe::Signed(_) => "silent probe: NOT signed by the credential on record".to_owned(),
    };
    out.push_str(&line(
        "health (L0)",
        &format!("{probe}; no PIN, no touch, no presence"),
    ));
    out
}

/// For programs: the member `book` of a key.
pub(super) fn as_json(known: &InBook) -> Value {
    let InBook::Known(health) = known else {
        return json!({"recognised": false});
    };
    let key = &health.recorded;
    let by = match health.by {
        RecognisedBy::Serial => "serial",
        RecognisedBy::Credential => "credential",
    };
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    put("recognised", json!(true));
    put("recognised_by", json!(by));
    put("label", json!(key.label));
    put("account", json!(key.account));
    put("record", json!(key.last.0));
    put("recorded_at", json!(key.last.1));
    if let Some(bag) = &key.bag {
        put("bag", json!(bag));
    }
    if let Some(safe) = &key.safe {
        put("safe", json!(safe));
    }
    if let Some(index) = key.gone {
        put("gone", json!(index));
    }
    put("level", json!("L0"));
    put(
        "probe",
        match &health.probe {
            Probe::NotAsked => json!({"outcome": "not_asked"}),
            Probe::Refused(status) => {
                json!({"outcome": "refused", "status": status.byte(), "name": status.name()})
            }
            Probe::Signed(signed) => json!({
                "outcome": "signed",
                "genuine": signed.is_genuine(),
                "counter": signed.auth_data.counter(),
            }),
        },
    );
    Value::Object(members)
}
