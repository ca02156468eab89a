//! Names of models: from the list that is built in, else from the newest metadata of a book.

use crate::cli::commands::mds::newest;
use crate::cli::failure::Failure;
use crate::cli::key_page::ModelName;
use crate::facts::key::KeyFacts;
use crate::webauthn::metadata::Metadata;
use crate::webauthn::model;
use std::path::Path;

/// Where names are looked up.
pub(super) struct Names(Option<Metadata>);

impl Names {
    /// The built-in list, and the newest metadata that the ledger of `book` keeps, if it keeps any.
    ///
    /// # Errors
    /// [`Failure`] if the book's ledger cannot be read.
    pub(super) fn read(book: Option<&Path>) -> Result<Self, Failure> {
        Ok(Self(book.map(newest).transpose()?.flatten()))
    }

    /// The name of the model that a key claims to be; `None` if nobody names it.
    pub(super) fn of(&self, facts: &KeyFacts) -> Option<ModelName> {
        let aaguid = facts.aaguid().known().copied()?;
        if let Some(listed) = model(&aaguid) {
            return Some(ModelName {
                name: listed.name.to_owned(),
                transports: Some(listed.transports.to_owned()),
                source: "list",
            });
        }
        let entry = self.0.as_ref()?.entry(aaguid).ok()??;
        Some(ModelName {
            name: entry.description?,
            transports: None,
            source: "metadata",
        })
    }
}
