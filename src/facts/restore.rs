//! What a ceremony loosened, to be put back and read back (`open/restore.json`).

use crate::primitives::Guid;
use crate::primitives::UtcTime;
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
