//! Whether a key was seen to sign in: by a record of level L2, else by the tenant itself.

use super::Bench;
use crate::ceremony::Room;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::Session;
use crate::entra::Version;
use crate::entra::ask_fido2_methods;

/// Whether a key was seen to sign in. A sentence without its full stop says how.
pub(super) enum SignIn {
    /// It was.
    Seen(String),
    /// Whoever would know tells of none.
    NotSeen(String),
    /// Nobody can tell.
    CannotTell(String),
}

/// Looks for a sign-in with the key of this label.
pub(super) fn of(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
    label: &str,
) -> SignIn {
    let alias = &bench.account.alias;
    let Some(key) = bench.book.keys_of(alias).find(|key| key.label == label) else {
        return SignIn::NotSeen("it is not registered".to_owned());
    };
    let recorded = bench
        .book
        .sign_ins
        .iter()
        .rfind(|one| one.account == *alias && one.label == label && one.at >= key.registered);
    if let Some(one) = recorded {
        return SignIn::Seen(format!(
            "record {:06} tells of a sign-in on {}",
            one.record,
            one.at.day()
        ));
    }
    let Some(account) = bench.object_id else {
        return SignIn::CannotTell("there is no account yet".to_owned());
    };
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    // Only beta tells when a key was last used, and of each key by itself.
    let methods = graph.one(ask_fido2_methods(&account).in_version(Version::Beta));
    match methods {
        Answer::Known(methods) => {
            let mut own = methods
                .iter()
                .filter(|method| method.credential() == key.credential_id);
            match own.find_map(|method| method.last_used) {
                Some(at) if at >= key.registered => {
                    SignIn::Seen(format!("the tenant saw it used on {}", at.day()))
                }
                Some(_) | None => {
                    SignIn::CannotTell("the tenant does not tell that it was used".to_owned())
                }
            }
        }
        Answer::Denied(_) | Answer::Absent | Answer::Failed(_) => {
            SignIn::CannotTell("the tenant does not tell whether it was used".to_owned())
        }
    }
}
