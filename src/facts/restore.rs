//! What a ceremony loosened, to be put back and read back (`open/restore.json`).

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::primitives::json;
use crate::primitives::json::NotCanonical;
use serde::Deserialize;
use serde::Serialize;

/// What was loosened, with the value to put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "kind")]
pub enum Loosened {
    /// `isSelfServiceRegistrationAllowed` was turned on: turn it off.
    SelfService,
    /// The account was put into the group that may use a Temporary Access Pass: take it out.
    TapGroup {
        /// The group.
        group: Guid,
        /// The account.
        account: Guid,
    },
    /// A Temporary Access Pass was made: delete it.
    Pass {
        /// The account.
        account: Guid,
    },
    /// Something that Graph cannot put back, done by hand: a person says it is back.
    ByHand {
        /// What was changed, and to what it goes back.
        what: String,
    },
}

/// One thing to put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreItem {
    /// What was loosened.
    pub loosened: Loosened,
    /// The ceremony that did it: `provision/BG-1`, `registration/BG1-A`.
    pub by: String,
    /// When.
    pub since: UtcTime,
}

/// The file's name, relative to the book.
pub const RESTORE_FILE: &str = "open/restore.json";

/// `open/restore.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RestoreList {
    schema: String,
    items: Vec<RestoreItem>,
}

const SCHEMA: &str = "glasskey.restore/1";

/// Reads the file (canonical JSON); `None` if it is not what was written.
#[must_use]
pub fn read_restore_list(bytes: &[u8]) -> Option<Vec<RestoreItem>> {
    let list: RestoreList = json::decode(bytes).ok()?;
    (list.schema == SCHEMA).then_some(list.items)
}

/// The bytes of the file.
///
/// # Errors
/// [`NotCanonical`]: never for these types.
pub fn write_restore_list(items: &[RestoreItem]) -> Result<Vec<u8>, NotCanonical> {
    json::encode(&RestoreList {
        schema: SCHEMA.to_owned(),
        items: items.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(loosened: Loosened) -> RestoreItem {
        RestoreItem {
            loosened,
            by: "provision/BG-1".to_owned(),
            since: UtcTime::from_unix(1_767_603_600),
        }
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let (group, account) = (Guid([1; 16]), Guid([2; 16]));
        let items = [
            item(Loosened::SelfService),
            item(Loosened::TapGroup { group, account }),
            item(Loosened::Pass { account }),
            item(Loosened::ByHand {
                what: "BG-1 back into its restricted unit".to_owned(),
            }),
        ];
        let bytes = write_restore_list(&items).unwrap();
        assert_eq!(read_restore_list(&bytes), Some(items.to_vec()));
        let one = write_restore_list(&items[..1]).unwrap();
        assert_eq!(
            String::from_utf8(one).unwrap(),
            r#"{"items":[{"by":"provision/BG-1","loosened":{"kind":"self_service"},"since":"2026-01-05T09:00:00Z"}],"schema":"glasskey.restore/1"}"#
        );
    }

    #[test]
    fn what_was_not_written_by_us_is_no_list() {
        for text in [
            "",
            "[]",
            r#"{"items":[],"schema":"glasskey.restore/2"}"#,
            r#"{"items":[], "schema":"glasskey.restore/1"}"#,
            r#"{"items":[{"by":"x","loosened":{"kind":"everything"},"since":"2026-01-05T09:00:00Z"}],"schema":"glasskey.restore/1"}"#,
        ] {
            assert_eq!(read_restore_list(text.as_bytes()), None, "{text}");
        }
    }
}
