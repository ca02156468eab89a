//! What else is on a key that is taken out of use: listed before anything of it is erased.

use super::Course;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::the_key::InHand;
use crate::ctap::CtapError;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::record::KeyEnd;

/// Says every credential on the key but the account's own.
pub(super) fn say(
    room: &mut Room<'_>,
    course: &Course<'_>,
    hand: &mut InHand<'_>,
    pin: &Pin,
) -> Result<(), CeremonyError> {
    let listed = match list(course, hand, pin) {
        Ok(listed) => listed,
        Err(CeremonyError::Key(CtapError::Unsupported { .. })) => {
            room.operator
                .say("This key cannot list what else is on it.");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let goes = match course.end {
        KeyEnd::Reset => "goes with the reset",
        KeyEnd::Deleted | KeyEnd::NotInHand => "stays on it",
    };
    if listed.is_empty() {
        room.operator
            .say("Nothing but the account's credential is on the key.");
    }
    for one in listed {
        room.operator
            .say(&format!("Also on the key, and {goes}: {one}"));
    }
    Ok(())
}

fn list(
    course: &Course<'_>,
    hand: &mut InHand<'_>,
    pin: &Pin,
) -> Result<Vec<String>, CeremonyError> {
    // The same PIN to the same open handle, where it succeeded in this ceremony (DESIGN §5).
    let options = hand.ctap.get_info()?.effective_options();
    if options.credential_management == crate::ctap::Support::No
        && options.credential_management_preview == crate::ctap::Support::No
    {
        return Err(CtapError::Unsupported { what: "credMgmt" }.into());
    }
    let token = hand
        .ctap
        .token(pin, Permissions::CREDENTIAL_MANAGEMENT, None)?;
    let mut others = Vec::new();
    for rp in hand.ctap.relying_parties(&token)? {
        let name = rp
            .rp_id
            .as_ref()
            .map_or_else(|| rp.rp_id_hash.to_string(), ToString::to_string);
        for one in hand.ctap.credentials(&token, &rp.rp_id_hash)? {
            if one.credential_id == course.credential.id {
                continue;
            }
            let user = one.user_name.or(one.user_display_name);
            let user = user.unwrap_or_else(|| "no user name".to_owned());
            others.push(format!("{name}, {user}"));
        }
    }
    Ok(others)
}
