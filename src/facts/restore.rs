//! What a ceremony loosened, to be put back and read back (`open/restore.json`).
//!
//! The file is a JSON array of [`RestoreItem`]; it is not there when nothing is loose.

use crate::primitives::Guid;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Serialize;

/// The file's name in the book's folder.
pub const RESTORE_FILE: &str = "open/restore.json";

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

/// Reads the file; `None` if it is not one of these.
#[must_use]
pub fn read_items(bytes: &[u8]) -> Option<Vec<RestoreItem>> {
    serde_json::from_slice(bytes).ok()
}

/// The file's bytes.
#[must_use]
pub fn written(items: &[RestoreItem]) -> Vec<u8> {
    let text = serde_json::to_string_pretty(items).unwrap_or_default(); // never fails: all is text
    (text + "\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_every_kind_of_item_is_read_back() {
        let since = UtcTime::from_unix(1_767_603_600);
        let (group, account) = (Guid([1; 16]), Guid([2; 16]));
        let kinds = [
            Loosened::SelfService,
            Loosened::TapGroup { group, account },
            Loosened::Pass { account },
            Loosened::ByHand {
                what: "unit \"restricted\": put BG-1 back".to_owned(),
            },
        ];
        let items = kinds.map(|loosened| RestoreItem {
            loosened,
            by: "provision/BG-1".to_owned(),
            since,
        });
        assert_eq!(read_items(&written(&items)), Some(items.to_vec()));
        assert_eq!(read_items(b"[]\n"), Some(Vec::new()));
        for bad in [&b""[..], b"{}", b"[{}]", b"[null]", b"\xff"] {
            assert_eq!(read_items(bad), None);
        }
    }
}
