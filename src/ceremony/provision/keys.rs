//! Whether an account's keys are all that opens it, and known to work: before that it gets no role.

use super::Bench;
use super::State;
use super::Step;
use super::Told;
use super::role;
use super::sign_in;
use super::sign_in::SignIn;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Mode;
use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::entra::Graph;
use crate::entra::Session;
use crate::entra::ask_fido2_methods;

/// The keys: each registered and seen to sign in, and no other passkey beside them.
pub(super) fn keys(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
    _told: &[Told],
) -> Result<Told, CeremonyError> {
    let step = Step::Keys;
    let alias = &bench.account.alias;
    let (Some(account), false) = (bench.object_id, bench.account.keys.is_empty()) else {
        let detail = "the plan has no key for this account";
        return Ok(Told::new(step, State::ByHand, detail).next("plan its keys"));
    };
    let open = bench.unregistered();
    if !open.is_empty() {
        let detail = format!("not registered yet: {}", open.join(", "));
        let next = format!("glasskey register {}", open.first().unwrap_or(&""));
        return Ok(Told::new(step, State::Waiting, detail).next(next));
    }
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let methods = match graph.one(ask_fido2_methods(&account)) {
        Answer::Known(methods) => methods,
        Answer::Denied(denial) => {
            let why = tenant_change::denied(&denial);
            let detail = format!("its passkeys cannot be read: {why}");
            return Ok(Told::new(step, State::Unknown, detail)
                .next("have UserAuthMethod-Passkey.Read.All consented to, then run it again"));
        }
        other @ (Answer::Absent | Answer::Failed(_)) => {
            return Err(CeremonyError::Tenant {
                what: "reading the account's passkeys",
                why: TenantWhy::Read(other.map(|_| ())),
            });
        }
    };
    if let Some(told) = not_the_recorded(bench, &methods) {
        return Ok(told);
    }
    if role::all_held(room, session, bench) {
        let detail = format!("every planned key of {alias} is registered; it has its role already");
        return Ok(Told::new(step, State::Right, detail));
    }
    Ok(seen(room, session, bench))
}

/// What is wrong with the tenant's passkeys beside the recorded ones; `None` if nothing is.
fn not_the_recorded(bench: &Bench<'_>, methods: &[Fido2Method]) -> Option<Told> {
    let alias = &bench.account.alias;
    let recorded: Vec<_> = bench.book.keys_of(alias).collect();
    let missing: Vec<&str> = recorded
        .iter()
        .filter(|key| {
            !methods
                .iter()
                .any(|method| method.credential() == key.credential_id)
        })
        .map(|key| key.label.as_str())
        .collect();
    if !missing.is_empty() {
        let detail = format!("the tenant does not hold {}", missing.join(", "));
        return Some(
            Told::new(Step::Keys, State::ByHand, detail)
                .next("run `glasskey check`, and register what is missing anew"),
        );
    }
    let strangers: Vec<&str> = methods
        .iter()
        .filter(|method| {
            !recorded
                .iter()
                .any(|key| key.credential_id == method.credential())
        })
        .map(|method| method.display_name.as_str())
        .collect();
    if strangers.is_empty() {
        return None;
    }
    let names: Vec<String> = strangers.iter().map(|name| format!("\"{name}\"")).collect();
    let detail = format!(
        "passkeys that no record knows open it: {}",
        names.join(", ")
    );
    Some(
        Told::new(Step::Keys, State::ByHand, detail)
            .next("find out whose they are and have them deleted; the account gets no role before"),
    )
}

/// Whether each key was seen to sign in: by a record, by the tenant, or by a person's word.
fn seen(room: &mut Room<'_>, session: &mut Session, bench: &Bench<'_>) -> Told {
    let step = Step::Keys;
    let alias = &bench.account.alias;
    let mut by_word = Vec::new();
    for planned in &bench.account.keys {
        let label = &planned.label;
        match sign_in::of(room, session, bench, label) {
            SignIn::Seen(how) => room.operator.say(&format!("{label}: {how}.")),
            SignIn::NotSeen(why) => {
                let detail = format!("{label} has not signed in yet: {why}");
                let next = format!(
                    "sign in once as {} with {label}, wait until the log tells, then run it again",
                    bench.account.upn
                );
                return Told::new(step, State::Waiting, detail).next(next);
            }
            SignIn::CannotTell(why) => {
                room.operator.say(&format!("{label}: {why}."));
                if bench.course.mode == Mode::DryRun {
                    let detail = format!("you would be asked whether {label} was seen to sign in");
                    return Told::new(step, State::Would, detail);
                }
                let prompt = Prompt::SignInSeen {
                    label: label.clone(),
                    alias: alias.clone(),
                };
                if !room.operator.confirm(&prompt) {
                    let detail = format!("nobody has seen {label} sign in");
                    let next = format!("sign in once as {} with {label}", bench.account.upn);
                    return Told::new(step, State::Declined, detail).next(next);
                }
                by_word.push(label.as_str());
            }
        }
    }
    let detail = if by_word.is_empty() {
        "every planned key is registered and was seen to sign in".to_owned()
    } else {
        format!(
            "every planned key is registered; that {} signed in is your word alone",
            by_word.join(", ")
        )
    };
    Told::new(step, State::Right, detail)
}
