//! What an emergency access account must be, mended where it is not.

use super::Bench;
use super::State;
use super::Step;
use super::Told;
use crate::ceremony::CeremonyError;
use crate::ceremony::Room;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Ended;
use crate::entra::Answer;
use crate::entra::DirectorySync;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::Session;
use crate::entra::Told as Flag;
use crate::entra::User;
use crate::entra::UserMend;
use crate::entra::UserType;
use crate::entra::ask_user;

/// How it is noted.
const MEND: &str = "mend account";

/// Mends what an account of this kind must be; what cannot be mended stops.
pub(super) fn mend(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &Bench<'_>,
    user: &User,
    so_far: State,
) -> Result<Told, CeremonyError> {
    let id = user.id;
    let by_hand = |detail: String, next: &str| {
        Ok(Told::new(Step::Account, State::ByHand, detail)
            .next(next.to_owned())
            .stop())
    };
    if user.sync == DirectorySync::Synced || user.immutable_id.is_some() {
        return by_hand(
            format!("{id} is synced from an on-premises directory, and falls with it"),
            "name another account in the plan, cloud only, and have it made here",
        );
    }
    if user.user_type == UserType::Guest {
        return by_hand(
            format!("{id} is a guest: no key can be registered for it"),
            "name an account of this tenant in the plan",
        );
    }
    let wish = UserMend {
        enable: user.enabled == Flag::No,
        password_lasts: user
            .password_policies
            .as_ref()
            .is_some_and(|words| !lasts(words)),
    };
    if wish == UserMend::default() {
        bench.course.settle_one(&mut *room.desk, MEND)?;
        return Ok(Told::new(Step::Account, so_far, described(bench, user)));
    }
    let mut is = Vec::new();
    let mut would = Vec::new();
    if wish.enable {
        is.push("may not sign in");
        would.push("enable it");
    }
    if wish.password_lasts {
        is.push("has a password that expires or may be weak");
        would.push("let the password last, and be strong");
    }
    let change = Change {
        id: MEND,
        what: "mending the account",
        is: format!("{} {}.", bench.account.upn, is.join(" and ")),
        would: capital(&would.join(" and ")),
        loosens: None,
    };
    let mut send = |graph: &mut GraphWrite<'_>| graph.mend_user(&id, wish);
    let mut look = |graph: &mut Graph<'_>| {
        graph.one(ask_user(&id)).and_then(|user| {
            let good = user.enabled != Flag::No
                && user
                    .password_policies
                    .as_ref()
                    .is_none_or(|words| lasts(words));
            if good {
                Answer::Known(user)
            } else {
                Answer::Absent
            }
        })
    };
    let ended = tenant_change::make(room, session, &bench.course, &change, &mut send, &mut look)?;
    Ok(match ended {
        Ended::Made(user) | Ended::Found(user) => {
            Told::new(Step::Account, State::Changed, described(bench, &user))
        }
        Ended::Would => Told::new(Step::Account, State::Would, "it would be mended"),
        Ended::Declined => Told::new(
            Step::Account,
            State::Declined,
            "it was not mended: declined",
        ),
        Ended::NotLet(why) => Told::new(
            Step::Account,
            State::ByHand,
            format!("it was not mended: {why}"),
        )
        .next(format!("have somebody who may {}", would.join(" and "))),
        Ended::NotShown => return Err(tenant_change::not_shown(&change)),
    })
}

/// Whether the password never expires and must be strong.
fn lasts(policies: &[String]) -> bool {
    let has = |name: &str| policies.iter().any(|word| word.eq_ignore_ascii_case(name));
    has("DisablePasswordExpiration") && !has("DisableStrongPassword")
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn described(bench: &Bench<'_>, user: &User) -> String {
    let mut words = format!("it is {}, cloud only, enabled", user.id);
    if let Some(upn) = &user.upn
        && !upn.eq_ignore_ascii_case(&bench.account.upn)
    {
        words = format!(
            "{words}; its name is {upn}, and {} in the plan",
            bench.account.upn
        );
    }
    if user.management_restricted == Flag::Yes {
        words.push_str("; in a restricted unit, whose own administrators alone may change it");
    }
    words
}
