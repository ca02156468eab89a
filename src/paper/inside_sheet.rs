//! The sheet that goes into the bag with the key: printed from the statement, before sealing.

use super::Attachment;
use super::Paper;
use super::PaperError;
use super::Pdf;
use super::Seal;
use super::emergency_page;
use super::emergency_page::Front;
use super::emergency_page::FrontKey;
use super::page::Faces;
use super::page::Page;
use super::page_file;
use super::page_file::InsideValues;
use super::page_file::PageValues;
use super::pdf;
use super::pdf::About;
use super::proof_page;
use crate::primitives::Cloud;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;

/// The head of a ledger: how many records and their tree's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerHead {
    /// The ledger's origin line.
    pub origin: String,
    /// Records in it.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Digest,
}

/// What the inside sheet shows; all from the statement, but for the user name, the PIN envelope
/// and whom to call, which are from the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsideSheet {
    /// Whether this is a rehearsal: then every page says so.
    pub rehearsal: bool,
    /// The cloud whose portals the steps name.
    pub cloud: Cloud,
    /// The account's alias, `BG-1`.
    pub account_alias: String,
    /// The name that is typed at sign-in.
    pub user_principal_name: String,
    /// The key's label, `BG1-A`.
    pub key_label: String,
    /// The model, in words.
    pub model: String,
    /// The model, as the key says it.
    pub aaguid: Aaguid,
    /// Serial number; `None` where the key has none to tell.
    pub serial: Option<String>,
    /// Firmware version; `None` where the key does not tell it.
    pub firmware: Option<String>,
    /// The number of the bag that this sheet goes into.
    pub bag: String,
    /// The number of the PIN envelope.
    pub pin_envelope: String,
    /// Who holds the PIN envelope; never where.
    pub pin_holders: Vec<String>,
    /// PIN attempts left when the statement was made; `None` where it is not known.
    pub pin_tries: Option<u8>,
    /// Whom to call afterwards.
    pub call: String,
    /// When the statement was made.
    pub made: UtcTime,
    /// The ledger's head that the statement names.
    pub ledger: LedgerHead,
    /// The key's signature over the statement, with the statement's digest.
    pub seal: Seal,
    /// Who is expected to sign the record, by ref.
    pub expected_signers: Vec<String>,
    /// File name of the roster that holds for the record, `000000.allowed_signers`.
    pub roster: String,
}

/// The inside sheet: what to do in an emergency, and on its back what the key signed.
///
/// # Errors
/// Which field does not fit or cannot be printed, or which attachment is refused.
pub fn inside_sheet(
    sheet: &InsideSheet,
    attachments: &[Attachment],
    paper: Paper,
) -> Result<Pdf, PaperError> {
    let faces = Faces::read()?;
    let pages = layout(sheet, paper, &faces)?;
    let about = About {
        title: format!("Inside sheet, key {}", sheet.key_label),
        made: sheet.made,
        of: sheet.seal.digest,
    };
    let values = PageValues::Inside(InsideValues::of(sheet));
    let attachments = page_file::with(values, attachments)?;
    pdf::write(&about, &faces, &pages, &attachments)
}

pub(super) fn layout<'f>(
    sheet: &InsideSheet,
    paper: Paper,
    faces: &'f Faces,
) -> Result<[Page<'f>; 2], PaperError> {
    Ok([
        emergency_page::layout(&front(sheet), paper, faces)?,
        proof_page::layout(sheet, paper, faces)?,
    ])
}

fn front(sheet: &InsideSheet) -> Front<'_> {
    Front {
        rehearsal: sheet.rehearsal,
        cloud: sheet.cloud,
        account_alias: &sheet.account_alias,
        user_principal_name: &sheet.user_principal_name,
        key_label: &sheet.key_label,
        pin_envelope: &sheet.pin_envelope,
        pin_holders: &sheet.pin_holders,
        call: &sheet.call,
        key: Some(FrontKey {
            model: sheet.model.clone(),
            aaguid: sheet.aaguid.to_string(),
            serial: sheet.serial.clone(),
            firmware: sheet.firmware.clone(),
            bag: sheet.bag.clone(),
            pin_tries: sheet.pin_tries,
        }),
    }
}
