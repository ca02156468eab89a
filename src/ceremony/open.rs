//! What an unfinished ceremony holds on disk, in `open/<ceremony>/`: every prefix can be resumed.
//!
//! Files, in the order they appear: `begun.json`, `registration.json` (before the POST), `method.json`
//! (after the read-back), `statement.json` (before the touch), `presence.json`, `record.json`,
//! `<ref>.sig`, `<ref>.roster.sig`; beside them `ticks.json` and `exceptions.json`, and where the
//! roster changes `roster.allowed_signers` and `people.toml`. A folder without `begun.json` is what a finished ceremony left while it was tidied.

use super::Desk;
use super::DeskError;
use super::follow;
use super::script::Tick;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::primitives::bytes::Bytes;
use crate::primitives::json;
use crate::record::CeremonyRecord;
use crate::record::Exception;
use crate::record::Presence;
use crate::record::Registration;
use crate::record::Statement;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Files that are written before the statement, and that its throwing away leaves.
const BEFORE_THE_STATEMENT: &[&str] = &[
    "transcript.txt",
    "begun.json",
    "ticks.json",
    "exceptions.json",
    "depth.json",
    "bag.json",
    "opening.json",
    "moving.json",
    "probe.json",
    "registration.json",
    "method.json",
    "wish.json",
    "replaced.json",
    "portal.json",
    "found.json",
    "signed-in.json",
    "sent.json",
    "sign-in-entra.json",
    "sign-in-azure.json",
    "sign-in-m365-admin.json",
    "discovered.json",
    "erased.json",
    "erasing.json",
    "hunt.json",
    "revoked.json",
    "sessions.json",
    "shown.json",
];

/// Files that are written while nobody has answered anything.
const BEFORE_ANY_ANSWER: &[&str] = &[
    "transcript.txt",
    "begun.json",
    "ticks.json",
    "exceptions.json",
];

/// How a ceremony began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// The label of the key it is about; absent for genesis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The record's id to be.
    pub record_id: Guid,
    /// When it began.
    pub started: UtcTime,
}

/// What is known of a registration once the tenant was read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// The credential.
    pub credential_id: Bytes,
    /// The tenant's id of the method.
    pub method_id: String,
}

/// An exception that came after the statement of its ceremony, and waits to be noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateException {
    /// The record of that ceremony.
    pub record: u64,
    /// The step.
    pub step: String,
    /// What was done instead, and why.
    pub text: String,
}

impl LateException {
    /// All that wait, in order.
    ///
    /// # Errors
    /// [`OpenError`] if they cannot be read.
    pub fn all(desk: &dyn Desk) -> Result<Vec<Self>, OpenError> {
        Ok(typed(desk, follow::LATE.to_owned())?.unwrap_or_default())
    }

    /// Keeps these in place of all that waited.
    ///
    /// # Errors
    /// [`OpenError`] if they cannot be written.
    pub fn keep(desk: &mut dyn Desk, all: &[Self]) -> Result<(), OpenError> {
        if all.is_empty() {
            return Ok(desk.remove(follow::LATE)?);
        }
        let name = follow::LATE.to_owned();
        let bytes = json::encode(&all).map_err(|_| OpenError::Damaged { name })?;
        Ok(desk.put(follow::LATE, &bytes)?)
    }
}

/// Why an open ceremony cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The folder.
    Desk(DeskError),
    /// A file in it is not what was written.
    Damaged {
        /// The file, relative to the book.
        name: String,
    },
}

impl From<DeskError> for OpenError {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

/// An open ceremony's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCeremony {
    id: String,
}

impl OpenCeremony {
    /// The folder of the ceremony `kind` about `subject`: `registration-BG1-A`.
    #[must_use]
    pub fn new(kind: &str, subject: &str) -> Self {
        Self {
            id: format!("{kind}-{subject}"),
        }
    }

    /// The folder with this id, as [`Self::unfinished`] lists it.
    #[must_use]
    pub const fn of_id(id: String) -> Self {
        Self { id }
    }

    /// Its id: the folder's name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The ids of the ceremonies that have begun and not finished, sorted.
    ///
    /// # Errors
    /// [`OpenError`] if the folder cannot be read.
    pub fn unfinished(desk: &dyn Desk) -> Result<Vec<String>, OpenError> {
        let names = desk.list("open/")?;
        Ok(names
            .iter()
            .filter_map(|name| {
                let id = name.strip_prefix("open/")?.strip_suffix("/begun.json")?;
                Some(id.to_owned())
            })
            .collect())
    }

    /// The name of one of its files, relative to the book.
    #[must_use]
    pub fn name(&self, file: &str) -> String {
        format!("open/{}/{file}", self.id)
    }

    /// How it began; `None` if it has not.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read.
    pub fn begun(&self, desk: &dyn Desk) -> Result<Option<Begun>, OpenError> {
        self.typed(desk, "begun.json")
    }

    /// The registration's evidence; `None` before makeCredential.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read.
    pub fn registration(&self, desk: &dyn Desk) -> Result<Option<Registration>, OpenError> {
        self.typed(desk, "registration.json")
    }

    /// The method in the tenant; `None` before the read-back.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read.
    pub fn method(&self, desk: &dyn Desk) -> Result<Option<Method>, OpenError> {
        self.typed(desk, "method.json")
    }

    /// The statement; `None` before it was made.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read.
    pub fn statement(&self, desk: &dyn Desk) -> Result<Option<Statement>, OpenError> {
        self.typed(desk, "statement.json")
    }

    /// The presence assertion; `None` before the touch.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read.
    pub fn presence(&self, desk: &dyn Desk) -> Result<Option<Presence>, OpenError> {
        self.typed(desk, "presence.json")
    }

    /// The record's bytes, proven to be a record; `None` before they were put together.
    ///
    /// # Errors
    /// [`OpenError`] if they cannot be read.
    pub fn record(&self, desk: &dyn Desk) -> Result<Option<(Vec<u8>, CeremonyRecord)>, OpenError> {
        let name = self.name("record.json");
        let Some(bytes) = desk.read(&name)? else {
            return Ok(None);
        };
        match CeremonyRecord::parse(&bytes) {
            Ok(record) => Ok(Some((bytes, record))),
            Err(_) => Err(OpenError::Damaged { name }),
        }
    }

    /// A person's signature over the record; `None` before they signed.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read.
    pub fn signature(
        &self,
        desk: &dyn Desk,
        reference: &str,
    ) -> Result<Option<Vec<u8>>, OpenError> {
        Ok(desk.read(&self.name(&format!("{reference}.sig")))?)
    }

    /// A person's signature over the roster that the record brings; `None` before they signed.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read.
    pub fn roster_signature(
        &self,
        desk: &dyn Desk,
        reference: &str,
    ) -> Result<Option<Vec<u8>>, OpenError> {
        Ok(desk.read(&self.name(&format!("{reference}.roster.sig")))?)
    }

    /// The roster that the record brings; `None` if it brings none, or none is there yet.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read.
    pub fn roster(&self, desk: &dyn Desk) -> Result<Option<Vec<u8>>, OpenError> {
        Ok(desk.read(&self.name("roster.allowed_signers"))?)
    }

    /// What changes by the record, in sentences; empty where nothing was kept.
    ///
    /// # Errors
    /// [`OpenError`] if they cannot be read.
    pub fn changes(&self, desk: &dyn Desk) -> Result<Vec<String>, OpenError> {
        Ok(self.typed(desk, "changes.json")?.unwrap_or_default())
    }

    /// The steps that were begun, in that order; empty before the first.
    ///
    /// # Errors
    /// [`OpenError`] if they cannot be read.
    pub fn ticks(&self, desk: &dyn Desk) -> Result<Vec<Tick>, OpenError> {
        Ok(self.typed(desk, "ticks.json")?.unwrap_or_default())
    }

    /// Where the script was left so far; empty if it was not.
    ///
    /// # Errors
    /// [`OpenError`] if they cannot be read.
    pub fn exceptions(&self, desk: &dyn Desk) -> Result<Vec<Exception>, OpenError> {
        Ok(self.typed(desk, "exceptions.json")?.unwrap_or_default())
    }

    /// Whether it holds what somebody answered, or what came of it.
    ///
    /// # Errors
    /// [`OpenError`] if the folder cannot be read.
    pub fn holds_answers(&self, desk: &dyn Desk) -> Result<bool, OpenError> {
        let before: Vec<String> = BEFORE_ANY_ANSWER
            .iter()
            .map(|file| self.name(file))
            .collect();
        let names = desk.list(&self.name(""))?;
        Ok(names.iter().any(|name| !before.contains(name)))
    }

    /// Keeps a value as one of its files.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be written.
    pub fn put<T: Serialize>(
        &self,
        desk: &mut dyn Desk,
        file: &str,
        value: &T,
    ) -> Result<(), OpenError> {
        let name = self.name(file);
        let bytes = json::encode(value).map_err(|_| OpenError::Damaged { name: name.clone() })?;
        Ok(desk.put(&name, &bytes)?)
    }

    /// Keeps bytes as one of its files.
    ///
    /// # Errors
    /// [`OpenError`] if they cannot be written.
    pub fn put_bytes(
        &self,
        desk: &mut dyn Desk,
        file: &str,
        bytes: &[u8],
    ) -> Result<(), OpenError> {
        Ok(desk.put(&self.name(file), bytes)?)
    }

    /// Removes the statement and all that was made of it; what came before it stays.
    ///
    /// # Errors
    /// [`OpenError`] if a file cannot be removed.
    pub fn forget_statement(&self, desk: &mut dyn Desk) -> Result<(), OpenError> {
        let kept: Vec<String> = BEFORE_THE_STATEMENT
            .iter()
            .map(|file| self.name(file))
            .collect();
        // The statement last: without it nothing else of it counts.
        let statement = self.name("statement.json");
        for name in desk.list(&self.name(""))? {
            if !kept.contains(&name) && name != statement {
                desk.remove(&name)?;
            }
        }
        Ok(desk.remove(&statement)?)
    }

    /// Removes the folder's files, `begun.json` first: after that it is no longer open.
    ///
    /// # Errors
    /// [`OpenError`] if one cannot be removed.
    pub fn close(&self, desk: &mut dyn Desk) -> Result<(), OpenError> {
        desk.remove(&self.name("begun.json"))?;
        for name in desk.list(&self.name(""))? {
            desk.remove(&name)?;
        }
        Ok(())
    }

    /// A value that was kept as one of its files; `None` if there is none.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read.
    pub(super) fn value<T: DeserializeOwned + Serialize>(
        &self,
        desk: &dyn Desk,
        file: &str,
    ) -> Result<Option<T>, OpenError> {
        self.typed(desk, file)
    }

    fn typed<T: DeserializeOwned + Serialize>(
        &self,
        desk: &dyn Desk,
        file: &str,
    ) -> Result<Option<T>, OpenError> {
        typed(desk, self.name(file))
    }
}

fn typed<T: DeserializeOwned + Serialize>(
    desk: &dyn Desk,
    name: String,
) -> Result<Option<T>, OpenError> {
    let Some(bytes) = desk.read(&name)? else {
        return Ok(None);
    };
    json::decode(&bytes)
        .map(Some)
        .map_err(|_| OpenError::Damaged { name })
}
