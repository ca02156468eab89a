//! What the operator of a rehearsal does at the tenant's portal: as asked, or wrong in one way.

use super::key::VirtualKey;
use super::tenant::Browser;
use super::tenant::Enrolled;
use super::world::World;
use crate::primitives::Clock;
use crate::primitives::Secret;
use std::time::Duration;

/// How a person registers a key at the portal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtPortal {
    /// As asked.
    #[default]
    AsAsked,
    /// After the pass has run out.
    TooLate,
    /// Under another name than the label.
    OtherName,
    /// Another key than the one that is meant.
    OtherKey,
    /// The key, and another one as well.
    Twice,
}

/// Longer than a pass counts.
const LATE: Duration = Duration::from_mins(61);
/// A name that people type.
const ANOTHER_NAME: &str = "My security key";

impl AtPortal {
    /// Registers the key of `label`, with `pin` at the portal's own prompt, as this way has it.
    pub(super) fn act(
        self,
        browser: &Browser,
        clock: &dyn Clock,
        keys: &[(String, VirtualKey)],
        (label, upn): (&str, &str),
        (name, pin): (&str, Secret<String>),
    ) {
        let key_of = |label: &str| keys.iter().find(|(name, _)| name == label);
        let another = keys.iter().rfind(|(name, _)| name != label);
        let wrong = another.map(|(other, key)| {
            // A key from the shelf, whose PIN is known.
            let pin = World::pin(other);
            key.set_pin_directly(&pin);
            (key.clone(), Secret::new(pin))
        });
        let (own, name) = (key_of(label), name.to_owned());
        let own = own.map(|(_, key)| (key.clone(), pin));
        let enrolled = |name: &str, (key, pin): (VirtualKey, Secret<String>)| {
            key.plug();
            Enrolled {
                name: name.to_owned(),
                key,
                pin,
            }
        };
        let all: Vec<Enrolled> = match self {
            Self::AsAsked | Self::TooLate => {
                own.map(|own| enrolled(&name, own)).into_iter().collect()
            }
            Self::OtherName => own
                .map(|own| enrolled(ANOTHER_NAME, own))
                .into_iter()
                .collect(),
            Self::OtherKey => wrong.map(|key| enrolled(&name, key)).into_iter().collect(),
            Self::Twice => [
                own.map(|own| enrolled(&name, own)),
                wrong.map(|key| enrolled(ANOTHER_NAME, key)),
            ]
            .into_iter()
            .flatten()
            .collect(),
        };
        if self == Self::TooLate {
            clock.wait(LATE);
        }
        browser.enrol(upn, all);
    }
}
