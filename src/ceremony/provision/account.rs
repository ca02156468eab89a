//! Domain, account, and the account's object id in the plan.

use super::Bench;
use super::State;
use super::Step;
use super::Told;
use crate::ceremony::CeremonyError;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::error::TenantWhy;
use crate::ceremony::tenant_change;
use crate::ceremony::tenant_change::Change;
use crate::ceremony::tenant_change::Ended;
use crate::ceremony::tenant_change::Mode;
use crate::entra::Answer;
use crate::entra::DirectorySync;
use crate::entra::Domain;
use crate::entra::DomainAuthentication;
use crate::entra::Graph;
use crate::entra::GraphWrite;
use crate::entra::NewUser;
use crate::entra::Password;
use crate::entra::READ_BACK;
use crate::entra::Session;
use crate::entra::Told as Flag;
use crate::entra::User;
use crate::entra::UserMend;
use crate::entra::UserType;
use crate::entra::Wave;
use crate::entra::Written;
use crate::entra::ask_domains;
use crate::entra::ask_licence;
use crate::entra::ask_user;
use crate::entra::ask_user_by_upn;
use crate::plan::PinFault;
use crate::plan::with_object_id;
use crate::primitives::Guid;
use std::cell::Cell;

const PLAN: &str = "glasskey.toml";

/// Whether the account's name is in the tenant's initial domain; reads the licence beside it.
pub(super) fn domain(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &mut Bench<'_>,
) -> Result<Told, CeremonyError> {
    let clock = room.clock;
    let mut wave = Wave::new();
    let tickets = (wave.ask(ask_domains()), wave.ask(ask_licence()));
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let mut answers = graph.exchange(&wave);
    bench.licence = answers.take(&tickets.1).known();
    let domains = match answers.take(&tickets.0) {
        Answer::Known(domains) => domains,
        Answer::Denied(denial) => {
            let detail = format!(
                "the domains cannot be read: {}",
                tenant_change::denied(&denial)
            );
            let next = "have Domain.Read.All consented to, then run it again";
            let told = Told::new(Step::Domain, State::Unknown, detail).next(next);
            // An account that is there needs no domain to be chosen.
            return Ok(if bench.object_id.is_some() {
                told
            } else {
                told.stop()
            });
        }
        other @ (Answer::Absent | Answer::Failed(_)) => {
            return Err(CeremonyError::Tenant {
                what: "reading the domains",
                why: TenantWhy::Read(other.map(|_| ())),
            });
        }
    };
    Ok(judge_domain(bench, &domains))
}

fn judge_domain(bench: &Bench<'_>, domains: &[Domain]) -> Told {
    let upn = &bench.account.upn;
    let suffix = upn
        .rsplit_once('@')
        .map(|(_, domain)| domain.to_ascii_lowercase())
        .unwrap_or_default();
    let initial = domains.iter().find(|domain| domain.initial == Flag::Yes);
    let Some(initial) = initial else {
        let detail = "the tenant names no initial domain";
        return Told::new(Step::Domain, State::Unknown, detail)
            .next("look at Domain names in the portal")
            .stop();
    };
    let good = initial.name == suffix && initial.authentication == DomainAuthentication::Managed;
    if good {
        let detail = format!("{upn} is in the initial domain {}", initial.name);
        return Told::new(Step::Domain, State::Right, detail);
    }
    let detail = format!(
        "the plan names {upn}; the tenant's initial domain, which nothing federates, is {}",
        initial.name
    );
    let told = Told::new(Step::Domain, State::ByHand, detail);
    if bench.object_id.is_some() {
        told.next("an account of another domain falls with that domain: make a new one")
    } else {
        let next = format!("write a name that ends in @{} into the plan", initial.name);
        told.next(next).stop()
    }
}

/// The account: found by its pinned id, else by its name, else made; then mended.
pub(super) fn account(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &mut Bench<'_>,
) -> Result<Told, CeremonyError> {
    let found = match find(room, session, bench) {
        Answer::Known(user) => user,
        Answer::Absent => match bench.account.object_id {
            Some(id) => return Ok(pinned_is_gone(id)),
            None => return make(room, session, bench),
        },
        Answer::Denied(denial) => {
            let detail = format!("it cannot be read: {}", tenant_change::denied(&denial));
            return Ok(Told::new(Step::Account, State::Unknown, detail)
                .next("have User.Read.All consented to, then run it again")
                .stop());
        }
        failed @ Answer::Failed(_) => {
            return Err(CeremonyError::Tenant {
                what: "reading the account",
                why: TenantWhy::Read(failed.map(|_| ())),
            });
        }
    };
    bench.course.settle(&mut *room.desk)?;
    bench.object_id = Some(found.id);
    mend(room, session, bench, &found, State::Right)
}

fn find(room: &mut Room<'_>, session: &mut Session, bench: &Bench<'_>) -> Answer<User> {
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    match bench.account.object_id {
        Some(id) => graph.one(ask_user(&id)),
        None => graph.one(ask_user_by_upn(&bench.account.upn)),
    }
}

fn pinned_is_gone(id: Guid) -> Told {
    let detail = format!("the plan pins {id}, and the tenant has no such account");
    Told::new(Step::Account, State::ByHand, detail)
        .next(
            "look among the deleted users; only if it is gone for good, take object-id out of \
             the plan, and a new account with new keys is made",
        )
        .stop()
}

fn make(
    room: &mut Room<'_>,
    session: &mut Session,
    bench: &mut Bench<'_>,
) -> Result<Told, CeremonyError> {
    let account = bench.account;
    let display_name = format!("Emergency Access {}", account.alias);
    let password = Password::draw(&mut *room.entropy.source());
    let Some(user) = NewUser::new(&account.upn, &display_name, password) else {
        let detail = format!("Entra takes no account of the name {}", account.upn);
        return Ok(Told::new(Step::Account, State::ByHand, detail)
            .next("before the @ take letters, digits and ' . - _ ! # ^ ~")
            .stop());
    };
    let change = Change {
        id: "create account",
        what: "creating the account",
        is: format!("{} is not in the tenant.", account.upn),
        would: "Create it: cloud only, with a password that is shown to no one and kept nowhere"
            .to_owned(),
        loosens: None,
    };
    let made: Cell<Option<Guid>> = Cell::new(None);
    let mut send = |graph: &mut GraphWrite<'_>| {
        let written = graph.create_user(&user);
        if let Written::Done(id) = &written {
            made.set(Some(*id));
        }
        written
    };
    let mut look = |graph: &mut Graph<'_>| match made.get() {
        Some(id) => graph.one(ask_user(&id)),
        None => graph.one(ask_user_by_upn(&account.upn)),
    };
    let ended = tenant_change::make(room, session, &bench.course, &change, &mut send, &mut look)?;
    let (Ended::Made(found) | Ended::Found(found)) = ended else {
        return match ended {
            Ended::Would => Ok(Told::new(Step::Account, State::Would, "it would be made").stop()),
            Ended::Declined => Ok(Told::new(
                Step::Account,
                State::Declined,
                "it was not made: declined",
            )),
            Ended::NotLet(why) => Ok(Told::new(
                Step::Account,
                State::ByHand,
                format!("it was not made: {why}"),
            )
            .next(format!(
                "have an administrator make {}, cloud only, with a random password that is \
                 thrown away; then run it again",
                account.upn
            ))
            .stop()),
            Ended::NotShown | Ended::Made(_) | Ended::Found(_) => {
                Err(tenant_change::not_shown(&change))
            }
        };
    };
    bench.object_id = Some(found.id);
    bench.course.young_until = room.clock.elapsed().saturating_add(READ_BACK);
    mend(room, session, bench, &found, State::Changed)
}

/// Mends what an account of this kind must be; what cannot be mended stops.
fn mend(
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
        id: "mend account",
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

/// The object id in the plan's own text.
pub(super) fn plan(room: &mut Room<'_>, bench: &Bench<'_>) -> Result<Told, CeremonyError> {
    let alias = &bench.account.alias;
    let told = |state, detail: String| Told::new(Step::Plan, state, detail);
    let Some(object_id) = bench.object_id else {
        return Ok(told(State::Waiting, "there is no object id yet".to_owned()).stop());
    };
    if bench.account.object_id == Some(object_id) {
        return Ok(told(
            State::Right,
            format!("{alias} is pinned as {object_id}"),
        ));
    }
    if bench.course.mode == Mode::DryRun {
        let detail = format!("object-id \"{object_id}\" would be written into it");
        return Ok(told(State::Would, detail));
    }
    let by_hand = |why: &str| {
        told(State::ByHand, format!("it was not changed: {why}")).next(format!(
            "write object-id = \"{object_id}\" beneath the alias {alias} in {PLAN}"
        ))
    };
    let before = room.desk.read(PLAN)?;
    let Some(text) = before.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Ok(by_hand("it is not here, or no text"));
    };
    let after = match with_object_id(&text, alias, &object_id) {
        Ok(after) => after,
        Err(PinFault::PinsAnother(other)) => {
            let why = format!("it pins {other} by now");
            return Ok(by_hand(&why).stop());
        }
        Err(PinFault::NotAPlan) => return Ok(by_hand("it is not a plan any more")),
        Err(PinFault::NoSuchAccount) => return Ok(by_hand("the account is not in it any more")),
        Err(PinFault::NoPlace) => return Ok(by_hand("no line can be put in safely")),
    };
    if after == text {
        return Ok(told(
            State::Right,
            format!("{alias} is pinned as {object_id}"),
        ));
    }
    let prompt = Prompt::PinAccount {
        alias: alias.clone(),
        object_id,
    };
    if !room.operator.confirm(&prompt) {
        return Ok(told(
            State::Declined,
            "it was not changed: declined".to_owned(),
        ));
    }
    room.desk.put(PLAN, after.as_bytes())?;
    Ok(told(
        State::Changed,
        format!("{alias} is pinned as {object_id}; every other line stands as it was"),
    ))
}
