//! `page.json`: the values on a page that nothing else in its file holds (`docs/formats/paper.md`).

use super::Attachment;
use super::BagFace;
use super::BlankSheet;
use super::InsideSheet;
use super::Inventory;
use super::PaperError;
use super::PinEnvelope;
use super::Procedure;
use super::Receipt;
use crate::primitives::Cloud;
use crate::primitives::UtcTime;
use crate::primitives::json;
use serde::Deserialize;
use serde::Serialize;

/// The name of the file.
pub(super) const NAME: &str = "page.json";

const SCHEMA: &str = "glasskey.page/1";
/// The version that draws pages now.
const TOOL: &str = env!("CARGO_PKG_VERSION");

/// The values of one kind of page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageValues {
    /// A bag face; the rest is in its record.
    Bag(BagValues),
    /// A blank inside sheet.
    Blank(BlankSheet),
    /// An inside sheet; the rest is in its statement.
    Inside(InsideValues),
    /// An inventory.
    Inventory(Inventory),
    /// Minutes, of the record that is attached.
    Minutes(Procedure),
    /// The face of a PIN envelope.
    PinEnvelope(EnvelopeValues),
    /// A witness's receipt.
    Receipt(Receipt),
    /// A script.
    Script(Procedure),
}

impl PageValues {
    /// The kind, as people and `page.json` name it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Bag(_) => "bag",
            Self::Blank(_) => "blank",
            Self::Inside(_) => "inside",
            Self::Inventory(_) => "inventory",
            Self::Minutes(_) => "minutes",
            Self::PinEnvelope(_) => "pin-envelope",
            Self::Receipt(_) => "receipt",
            Self::Script(_) => "script",
        }
    }
}

/// What a bag face shows that its record does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BagValues {
    /// Whom the finder calls.
    pub call: String,
    /// The record's index.
    pub index: u64,
    /// When the next verification is due.
    pub next_check_due: UtcTime,
}

impl BagValues {
    /// Those of a face.
    #[must_use]
    pub fn of(face: &BagFace) -> Self {
        Self {
            call: face.call().to_owned(),
            index: u64::from(face.pointer().index()),
            next_check_due: face.next_check_due(),
        }
    }
}

/// What an inside sheet shows that its statement does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsideValues {
    /// The account's alias.
    pub account_alias: String,
    /// Whom to call afterwards.
    pub call: String,
    /// The cloud whose portals the steps name.
    pub cloud: Cloud,
    /// The model, in words.
    pub model: String,
    /// The number of the PIN envelope.
    pub pin_envelope: String,
    /// Who holds it.
    pub pin_holders: Vec<String>,
    /// File name of the roster that holds for the record.
    pub roster: String,
    /// The name that is typed at sign-in.
    pub user_principal_name: String,
}

impl InsideValues {
    /// Those of a sheet.
    #[must_use]
    pub fn of(sheet: &InsideSheet) -> Self {
        Self {
            account_alias: sheet.account_alias.clone(),
            call: sheet.call.clone(),
            cloud: sheet.cloud,
            model: sheet.model.clone(),
            pin_envelope: sheet.pin_envelope.clone(),
            pin_holders: sheet.pin_holders.clone(),
            roster: sheet.roster.clone(),
            user_principal_name: sheet.user_principal_name.clone(),
        }
    }
}

/// What stands on a PIN envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeValues {
    /// Whom the finder calls.
    pub call: String,
    /// Who holds it.
    pub holders: Vec<String>,
    /// When it was made.
    pub made: UtcTime,
    /// Its number.
    pub number: String,
    /// Whether this is a rehearsal.
    pub rehearsal: bool,
}

impl EnvelopeValues {
    /// Those of an envelope.
    #[must_use]
    pub fn of(envelope: &PinEnvelope) -> Self {
        Self {
            call: envelope.call().to_owned(),
            holders: envelope.holders().to_vec(),
            made: envelope.made(),
            number: envelope.number().to_owned(),
            rehearsal: envelope.rehearsal(),
        }
    }
}

/// `page.json`, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageFile {
    pub(super) page: PageValues,
    schema: String,
    /// The version that drew the page.
    pub(super) tool: String,
}

impl PageFile {
    /// Reads the file; `None` if it is none, or of another schema.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let file: Self = json::decode(bytes).ok()?;
        (file.schema == SCHEMA).then_some(file)
    }

    /// Whether the page was drawn by this version.
    pub(super) fn is_of_this_version(&self) -> bool {
        self.tool == TOOL
    }
}

/// `attachments`, and before them the values of the page.
///
/// # Errors
/// `Writer` if they have no canonical form.
pub(super) fn with(
    page: PageValues,
    attachments: &[Attachment],
) -> Result<Vec<Attachment>, PaperError> {
    let file = PageFile {
        page,
        schema: SCHEMA.to_owned(),
        tool: TOOL.to_owned(),
    };
    let bytes = json::encode(&file)
        .map_err(|_| super::pdf::refused("its values have no canonical form"))?;
    let own = Attachment::json(NAME, "What this page shows beside its attachments", &bytes);
    Ok([&[own], attachments].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_page_are_read_and_written_back() {
        let page = include_str!("../../docs/formats/paper.md");
        let examples: Vec<&str> = page
            .split("```json\n")
            .skip(1)
            .filter_map(|rest| rest.split("\n```").next())
            .collect();
        assert_eq!(examples.len(), 2);
        for example in examples {
            let file = PageFile::parse(example.as_bytes()).unwrap();
            assert_eq!(json::encode(&file).unwrap(), example.as_bytes());
        }
    }

    #[test]
    fn another_schema_and_a_second_spelling_are_refused() {
        let page = include_str!("../../docs/formats/paper.md");
        let example = page.split("```json\n").nth(1).unwrap();
        let example = example.split("\n```").next().unwrap();
        for other in [
            example.replace("page/1", "page/2"),
            example.replace(":{", ": {"),
            example.replace("\"call\"", "\"upn\":\"a\",\"call\""),
        ] {
            assert_eq!(PageFile::parse(other.as_bytes()), None, "{other}");
        }
    }
}
