//! Serial number and firmware, asked by the vendor's own commands.

use super::command::VendorCommand;
use super::page::Page;
use super::trussed;
use crate::ctap::Ctap;
use crate::ctap::CtapError;

/// More pages than a YubiKey has: its tags fill two.
const MOST_PAGES: u8 = 8;

/// What a vendor's own commands tell. Claims, all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VendorIdentity {
    /// The serial number as it is printed on the key or by its vendor's tool; `None` if there is
    /// none.
    pub serial: Option<String>,
    /// The firmware, `5.7.4`; `None` if it does not say.
    pub firmware: Option<String>,
    /// How many commands were answered.
    pub answers: u8,
}

impl Ctap<'_> {
    /// Who the key is by its vendor's own commands; `None` if no command is known for a key with
    /// these USB ids, and then nothing is sent.
    ///
    /// # Errors
    /// [`CtapError`]; a key that refuses the command answers [`CtapError::Hid`], one whose pages
    /// have no end or do not read, [`CtapError::Malformed`].
    pub fn vendor_identity(
        &mut self,
        vendor_id: u16,
        product_id: u16,
    ) -> Result<Option<VendorIdentity>, CtapError> {
        let version = self.init().device_version;
        let commands = VendorCommand::allowed(vendor_id, product_id, version);
        if commands.is_empty() {
            return Ok(None);
        }
        let mut identity = VendorIdentity::default();
        for command in commands {
            match command {
                VendorCommand::YubicoConfiguration => self.pages(&mut identity)?,
                VendorCommand::TrussedVersion => {
                    let answer = self.vendor(*command, &[])?;
                    identity.firmware = trussed::version(&answer)?;
                    identity.answers = identity.answers.saturating_add(1);
                }
                VendorCommand::TrussedUuid => {
                    let answer = self.vendor(*command, &[])?;
                    identity.serial = trussed::uuid(&answer)?;
                    identity.answers = identity.answers.saturating_add(1);
                }
            }
        }
        Ok(Some(identity))
    }

    /// Page after page, while each says that another follows.
    fn pages(&mut self, identity: &mut VendorIdentity) -> Result<(), CtapError> {
        for number in 0..MOST_PAGES {
            let answer = self.vendor(VendorCommand::YubicoConfiguration, &[number])?;
            let page = Page::read(&answer)?;
            identity.answers = identity.answers.saturating_add(1);
            let serial = page.serial.map(|serial| serial.to_string());
            let firmware = page
                .version
                .map(|[major, minor, patch]| format!("{major}.{minor}.{patch}"));
            agree(&mut identity.serial, serial, "vendor page serial number")?;
            agree(&mut identity.firmware, firmware, "vendor page firmware")?;
            if !page.more {
                return Ok(());
            }
        }
        Err(CtapError::Malformed {
            what: "vendor pages without end",
        })
    }
}

/// Takes what a page says, which no other page may contradict.
fn agree(
    known: &mut Option<String>,
    said: Option<String>,
    what: &'static str,
) -> Result<(), CtapError> {
    match (&*known, said) {
        (Some(known), Some(said)) if *known != said => Err(CtapError::Malformed { what }),
        (_, None) => Ok(()),
        (_, said) => {
            *known = said;
            Ok(())
        }
    }
}
