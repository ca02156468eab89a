//! The depth that an open verification was begun at.

use super::Depth;
use crate::ceremony::CeremonyError;
use crate::ceremony::Desk;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that holds it.
const DEPTH: &str = "depth.json";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptDepth {
    with_pin: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    sign_in: bool,
}

/// The depth that an earlier run began with; `None` if it kept none.
pub(super) fn depth(desk: &dyn Desk, open: &OpenCeremony) -> Result<Option<Depth>, CeremonyError> {
    let kept: Option<KeptDepth> = open.value(desk, DEPTH)?;
    Ok(kept.map(|kept| match (kept.with_pin, kept.sign_in) {
        (_, true) => Depth::WithSignIn,
        (true, false) => Depth::WithPin,
        (false, false) => Depth::WithoutPin,
    }))
}

/// Keeps the depth.
pub(super) fn keep_depth(
    room: &mut Room<'_>,
    open: &OpenCeremony,
    depth: Depth,
) -> Result<(), CeremonyError> {
    let kept = KeptDepth {
        with_pin: depth != Depth::WithoutPin,
        sign_in: depth == Depth::WithSignIn,
    };
    Ok(open.put(&mut *room.desk, DEPTH, &kept)?)
}
