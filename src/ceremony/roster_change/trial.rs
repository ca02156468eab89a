//! A key signs on trial before it comes on the roster.

use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::SignError;
use crate::ceremony::Signer;
use crate::ceremony::trial;
use crate::record::Namespace;
use crate::record::SshPublicKey;

/// How a key shows that it signs.
pub enum Trial<'t> {
    /// By a signature that was made elsewhere, armoured.
    Made(Vec<u8>),
    /// Here and now.
    Here(&'t mut dyn Signer),
}

/// Demands a trial signature of `reference` with `key`.
///
/// # Errors
/// [`CeremonyError::Trial`]; [`CeremonyError::Matter`] without one; [`CeremonyError::Declined`].
pub(super) fn demand(
    room: &mut Room<'_>,
    reference: &str,
    key: &SshPublicKey,
    how: Option<Trial<'_>>,
) -> Result<(), CeremonyError> {
    let made = match how {
        Some(Trial::Made(made)) => made,
        Some(Trial::Here(signer)) => {
            room.operator.say(&format!(
                "{reference} signs a text on trial, so that a key that cannot is found out now."
            ));
            let message = trial::message(reference, key);
            signer
                .sign(Namespace::Trial, message.as_bytes())
                .map_err(|why| unsigned(reference, why))?
        }
        None => {
            return Err(CeremonyError::Matter {
                why: format!("{reference} has signed nothing on trial"),
                next: format!(
                    "have it made there: `glasskey sign --trial {reference} --key FILE`; then name it \
                     with --trial FILE"
                ),
            });
        }
    };
    trial::judge(reference, key, &made).map_err(|why| CeremonyError::Trial {
        reference: reference.to_owned(),
        why,
    })?;
    room.operator
        .say(&format!("The trial of {reference} verifies."));
    Ok(())
}

/// Nothing was kept yet: the change is as good as never asked for.
fn unsigned(reference: &str, why: SignError) -> CeremonyError {
    match why {
        SignError::Declined => CeremonyError::Declined,
        SignError::NoProgram(words) | SignError::Failed(words) => CeremonyError::Matter {
            why: format!("{reference} did not sign on trial: {words}"),
            next: format!(
                "have the trial made where their key is: `glasskey sign --trial {reference} --key FILE`"
            ),
        },
    }
}
