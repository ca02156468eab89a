//! What `open/` holds of sign-ins: what was asked for and seen at each portal, and what came of all.

use super::Seen;
use crate::ceremony::CeremonyError;
use crate::ceremony::Desk;
use crate::ceremony::OpenCeremony;
use crate::entra::Portal;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that holds what came of all sign-ins of a registration.
pub(in crate::ceremony) const ALL_SIGNED_IN: &str = "signed-in.json";

/// What an earlier run knows of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seen: Option<Seen>,
    /// Sign-ins from here on count, by the tenant's clock.
    pub(super) since: UtcTime,
}

/// The file of the sign-in at this portal.
pub(super) fn file(portal: Portal) -> String {
    format!("sign-in-{}.json", portal.name())
}

/// Whether an earlier run saw the sign-in at this portal.
///
/// # Errors
/// [`CeremonyError::Open`].
pub(in crate::ceremony) fn is_seen(
    desk: &dyn Desk,
    open: &OpenCeremony,
    portal: Portal,
) -> Result<bool, CeremonyError> {
    let kept: Option<Kept> = open.value(desk, &file(portal))?;
    Ok(kept.is_some_and(|kept| kept.seen.is_some()))
}

/// Forgets every sign-in that was asked for and seen: they were with a passkey that is gone. The files
/// `besides` go with them.
///
/// # Errors
/// [`CeremonyError::Open`].
pub(in crate::ceremony) fn forget(
    desk: &mut dyn Desk,
    open: &OpenCeremony,
    besides: &[&str],
) -> Result<(), CeremonyError> {
    let mut files = vec![ALL_SIGNED_IN.to_owned()];
    files.extend(Portal::ALL.into_iter().map(file));
    files.extend(besides.iter().map(|&file| file.to_owned()));
    for file in files {
        let name = open.name(&file);
        if desk.read(&name)?.is_some() {
            desk.remove(&name)?;
        }
    }
    Ok(())
}
