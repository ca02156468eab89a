//! A page of ours that came from elsewhere: what it holds, and whether what it holds prints this page.

mod drawn;

use super::PageValues;
use super::PdfFault;
use super::page_file;
use super::page_file::PageFile;
use super::pdf_file;
use crate::primitives::json;
use crate::record::CeremonyRecord;
use crate::record::Presence;
use crate::record::Statement;
pub use drawn::Drawn;

/// A page of ours, read out of its file. Nothing in it is true yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reprint {
    file: PageFile,
    bytes: Vec<u8>,
    /// Every attachment but `page.json`.
    attachments: Vec<(String, Vec<u8>)>,
    said: Vec<Vec<String>>,
}

impl Reprint {
    /// Reads a page of ours.
    ///
    /// # Errors
    /// [`PdfFault`].
    pub fn read(bytes: &[u8]) -> Result<Self, PdfFault> {
        let pdf = pdf_file::read(bytes)?;
        let (own, attachments): (Vec<_>, Vec<_>) = pdf
            .attachments
            .into_iter()
            .partition(|(name, _)| name == page_file::NAME);
        let [(_, own)] = own.as_slice() else {
            return Err(PdfFault::NoValues);
        };
        Ok(Self {
            file: PageFile::parse(own).ok_or(PdfFault::NoValues)?,
            bytes: bytes.to_vec(),
            attachments,
            said: pdf.pages,
        })
    }

    /// The values that nothing else in the file holds.
    #[must_use]
    pub const fn values(&self) -> &PageValues {
        &self.file.page
    }

    /// The version of glasskey that says it drew the page.
    #[must_use]
    pub fn tool(&self) -> &str {
        &self.file.tool
    }

    /// Whether it is a page of a rehearsal, by its values or by what is attached.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        match self.values() {
            PageValues::Bag(_) => self
                .record()
                .is_some_and(|(one, _)| one.statement.rehearsal),
            PageValues::Inside(_) => self
                .sealed()
                .is_some_and(|(statement, _)| statement.rehearsal),
            PageValues::Blank(page) => page.rehearsal,
            PageValues::Inventory(page) => page.rehearsal,
            PageValues::Minutes(page) | PageValues::Script(page) => page.rehearsal,
            PageValues::PinEnvelope(page) => page.rehearsal,
            PageValues::Receipt(page) => page.rehearsal,
        }
    }

    /// Every attachment but `page.json`, as the file's table of names has them.
    #[must_use]
    pub fn attachments(&self) -> &[(String, Vec<u8>)] {
        &self.attachments
    }

    /// The attachment of this name; `None` if there is none, or more than one.
    #[must_use]
    pub fn attached(&self, name: &str) -> Option<&[u8]> {
        let mut all = self.attachments.iter().filter(|(one, _)| one == name);
        let (_, bytes) = all.next()?;
        all.next().is_none().then_some(bytes.as_slice())
    }

    /// The record that is attached, and its bytes; `None` if there is none that can be read.
    #[must_use]
    pub fn record(&self) -> Option<(CeremonyRecord, &[u8])> {
        let bytes = self.attached("record.json")?;
        Some((CeremonyRecord::parse(bytes).ok()?, bytes))
    }

    /// The statement and the presence of an inside sheet; `None` if one cannot be read.
    #[must_use]
    pub fn sealed(&self) -> Option<(Statement, Presence)> {
        let statement: Statement = json::decode(self.attached("statement.json")?).ok()?;
        let presence = json::decode(self.attached("presence.json")?).ok()?;
        (statement.schema == Statement::SCHEMA).then_some((statement, presence))
    }

    /// Signatures that are attached, by whose they are.
    #[must_use]
    pub fn signatures(&self) -> Vec<(String, Vec<u8>)> {
        let signed = |(name, bytes): &(String, Vec<u8>)| {
            let who = name.strip_suffix(".sig")?;
            Some((who.to_owned(), bytes.clone()))
        };
        self.attachments.iter().filter_map(signed).collect()
    }
}

#[cfg(test)]
mod tests;
