//! Conditional Access in words.

use super::accounts::Seen;
use crate::entra::Because;
use crate::entra::CaPolicy;
use crate::entra::CaSession;
use crate::entra::Control;
use crate::entra::Demand;
use crate::entra::Doubt;
use crate::entra::ENROLLING_ROLES;
use crate::entra::KeyRefusal;
use crate::entra::Narrowing;
use crate::findings::words::listed;
use crate::primitives::Guid;

/// Names that are listed before the rest is counted.
const MOST: usize = 3;

/// A policy's name, and whose it is.
pub(super) fn name(policy: &CaPolicy) -> String {
    let name = if policy.name.is_empty() {
        format!("policy {}", policy.id)
    } else {
        format!("\"{}\"", policy.name)
    };
    let managed = policy
        .name
        .to_ascii_lowercase()
        .starts_with("microsoft-managed");
    match (&policy.template, managed) {
        (_, true) => format!("{name} (Microsoft-managed)"),
        (Some(_), false) => format!("{name} (Microsoft-managed, or made from its template)"),
        (None, false) => name,
    }
}

/// Why a policy means an account.
pub(super) fn reasons(reasons: &[Because], account: &Seen<'_>) -> String {
    let words: Vec<String> = reasons
        .iter()
        .map(|reason| match reason {
            Because::Everybody => "all users".to_owned(),
            Because::User => "by name".to_owned(),
            Because::Group(id) => group(*id, account),
            Because::Role(id) => role(*id),
            Because::Guest => "guests".to_owned(),
        })
        .collect();
    listed(&words, MOST)
}

fn group(id: Guid, account: &Seen<'_>) -> String {
    let known = account.membership.groups.iter();
    let name = known
        .filter(|group| group.id == id)
        .find_map(|group| group.display_name.as_deref());
    name.map_or_else(|| format!("group {id}"), |name| format!("group {name}"))
}

fn role(id: Guid) -> String {
    let known = ENROLLING_ROLES.iter().find(|(_, known)| *known == id);
    known.map_or_else(|| format!("role {id}"), |(name, _)| format!("role {name}"))
}

/// Why it cannot be told whether a policy means an account.
pub(super) fn doubts(doubts: &[Doubt]) -> String {
    let words: Vec<String> = doubts
        .iter()
        .map(|doubt| match doubt {
            Doubt::UsersNotTold => "the policy's users are not told".to_owned(),
            Doubt::IncludeNotTold => "it is not told whom it includes".to_owned(),
            Doubt::ExcludeNotTold => "it is not told whom it excludes".to_owned(),
            Doubt::Entry(entry) => format!("an entry that this version does not know ({entry})"),
            Doubt::Condition(name) => {
                format!("a condition that this version does not know ({name})")
            }
            Doubt::Group(id) => format!("whether the account is in group {id}"),
            Doubt::Role(id) => format!("whether the account holds {}", role(*id)),
            Doubt::Kind => "whether the account is a guest".to_owned(),
            Doubt::HomeTenant => "which tenant the account is from".to_owned(),
        })
        .collect();
    listed(&words, MOST)
}

/// What a policy demands, as far as a key answers it.
pub(super) fn demand(demand: &Demand, policy: &CaPolicy) -> String {
    match demand {
        Demand::Block => "it blocks access".to_owned(),
        Demand::Nothing if policy.session.is_empty() => "it demands nothing".to_owned(),
        Demand::Nothing => "it only controls the session".to_owned(),
        Demand::PhishingResistant(strengths) => {
            format!(
                "it demands {}, which the key satisfies",
                strengths.join(", ")
            )
        }
        Demand::KeyIsEnough(of) => format!(
            "it demands {}, which the key satisfies, as something weaker would",
            controls(of)
        ),
        Demand::NotByKey {
            lacks,
            refusals: of,
        } => {
            let mut words = Vec::new();
            if !lacks.is_empty() {
                words.push(format!(
                    "it demands {}, which no key brings",
                    controls(lacks)
                ));
            }
            if !of.is_empty() {
                words.push(refusals(of));
            }
            words.join("; ")
        }
        Demand::Unknown(what) => {
            let what: Vec<&str> = what.iter().map(String::as_str).collect();
            format!("what it demands cannot be told ({})", listed(&what, MOST))
        }
    }
}

/// Strengths that do not take a key.
pub(super) fn refusals(refusals: &[KeyRefusal]) -> String {
    let words: Vec<String> = refusals
        .iter()
        .map(|refusal| {
            let strength = &refusal.strength;
            if refusal.takes_other_keys {
                format!("its strength {strength} lists other models alone")
            } else {
                format!("its strength {strength} takes no security keys")
            }
        })
        .collect();
    words.join("; ")
}

fn controls(controls: &[Control]) -> String {
    let words: Vec<String> = controls
        .iter()
        .map(|control| match control {
            Control::Block => "no access".to_owned(),
            Control::Mfa => "multifactor authentication".to_owned(),
            Control::Strength(strength) => format!("strength {}", strength.shown()),
            Control::CompliantDevice => "a compliant device".to_owned(),
            Control::JoinedDevice => "a device of the domain".to_owned(),
            Control::ApprovedApp => "an approved app".to_owned(),
            Control::ProtectedApp => "an app under a protection policy".to_owned(),
            Control::PasswordChange => "a new password".to_owned(),
            Control::RiskRemediation => "a risk to be remedied".to_owned(),
            Control::TermsOfUse => "terms of use".to_owned(),
            Control::Custom(name) => format!("the custom control {name}"),
            Control::Unread(word) => format!("something that this version does not know ({word})"),
        })
        .collect();
    listed(&words, MOST)
}

/// When a policy acts, and what it does to a session; begins with `; `, empty if always and
/// nothing.
pub(super) fn when(policy: &CaPolicy) -> String {
    let circumstances = &policy.circumstances;
    let mut words: Vec<String> = Vec::new();
    if !circumstances.flows.is_empty() {
        let flows: Vec<&str> = circumstances.flows.iter().map(|word| flow(word)).collect();
        words.push(format!("only for {}", flows.join(" and ")));
    }
    if !circumstances.contexts.is_empty() {
        words.push(format!(
            "only where authentication context {} is asked for, as protected actions do",
            listed(&circumstances.contexts, MOST)
        ));
    }
    if !circumstances.resources.is_empty() && !circumstances.all_resources() {
        let names: Vec<&str> = circumstances
            .resources
            .iter()
            .map(|id| resource(id))
            .collect();
        words.push(format!("only at {}", listed(&names, MOST)));
    }
    if !circumstances.except_resources.is_empty() {
        let names: Vec<&str> = circumstances
            .except_resources
            .iter()
            .map(|id| resource(id))
            .collect();
        words.push(format!("not at {}", listed(&names, MOST)));
    }
    words.extend(circumstances.narrowings.iter().map(narrowing));
    let unread = circumstances.unread.iter();
    words.extend(unread.map(|name| format!("under {name}, which this version does not know")));
    let mut said = String::new();
    if !words.is_empty() {
        said = format!("; it acts {}", words.join(", "));
    }
    if !policy.session.is_empty() {
        let sessions: Vec<String> = policy.session.iter().map(session).collect();
        said.push_str("; of the session, ");
        said.push_str(&sessions.join(", "));
    }
    said
}

fn flow(word: &str) -> &str {
    if word.eq_ignore_ascii_case("deviceCodeFlow") {
        "device code flow"
    } else if word.eq_ignore_ascii_case("authenticationTransfer") {
        "authentication transfer"
    } else {
        word
    }
}

fn resource(id: &str) -> &str {
    if id.eq_ignore_ascii_case("MicrosoftAdminPortals") {
        "Microsoft's admin portals"
    } else if id.eq_ignore_ascii_case("Office365") {
        "Office 365"
    } else if id.eq_ignore_ascii_case("797f4846-ba00-4fd7-ba43-dac1f8f63013") {
        "Azure's management"
    } else {
        id
    }
}

fn narrowing(narrowing: &Narrowing) -> String {
    match narrowing {
        Narrowing::ClientApps(kinds) if old_protocols(kinds) => "only for old protocols".to_owned(),
        Narrowing::ClientApps(kinds) => format!("only for clients {}", listed(kinds, MOST)),
        Narrowing::Platforms(names) => format!("only on {}", listed(names, MOST)),
        Narrowing::Locations(ids) => format!("only from locations {}", listed(ids, MOST)),
        Narrowing::ExceptLocations(ids) => {
            let trusted = |id: &String| id.eq_ignore_ascii_case("AllTrusted");
            if ids.iter().all(trusted) {
                "not from trusted locations".to_owned()
            } else {
                format!("not from locations {}", listed(ids, MOST))
            }
        }
        Narrowing::Devices => "only on devices that a filter picks".to_owned(),
        Narrowing::Risk(what, levels) => format!("only at {what} {}", listed(levels, MOST)),
    }
}

/// Whether these kinds of client are all ones that know no multifactor authentication.
pub(super) fn old_protocols(kinds: &[String]) -> bool {
    let old = |kind: &String| {
        ["exchangeActiveSync", "easSupported", "other"]
            .iter()
            .any(|word| kind.eq_ignore_ascii_case(word))
    };
    !kinds.is_empty() && kinds.iter().all(old)
}

fn session(control: &CaSession) -> String {
    match control {
        CaSession::SignInFrequency => "how often one signs in".to_owned(),
        CaSession::PersistentBrowser => "whether a browser remembers".to_owned(),
        CaSession::AppRestrictions => "restrictions that apps enforce".to_owned(),
        CaSession::CloudAppSecurity => "a proxy of Defender for Cloud Apps".to_owned(),
        CaSession::NoResilience => "no access while Entra is impaired".to_owned(),
        CaSession::TokenProtection => "tokens bound to a registered device".to_owned(),
        CaSession::ContinuousEvaluation => "continuous access evaluation".to_owned(),
        CaSession::Unread(name) => format!("{name}, which this version does not know"),
    }
}
