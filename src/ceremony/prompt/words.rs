//! The words of each question. They are the script's, so that paper and screen say the same.

use super::Prompt;
use crate::primitives::UtcTime;

impl Prompt {
    /// What is typed to spend one of the last tries.
    #[must_use]
    pub fn spend_words(tries_left: u32) -> String {
        format!("spend 1 of {tries_left}")
    }

    /// The question.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one arm a question")]
    pub fn words(&self) -> String {
        match self {
            Self::Meant { label, key } => format!(
                "Neither a serial number nor a credential tells which key this is: {key}. Is it {label}?"
            ),
            Self::Replug { label, tries_left } => format!(
                "{label} takes no PIN until it is unplugged{}. Unplug it and plug it in again. Done?",
                tries(*tries_left)
            ),
            Self::Pin { key, tries_left } => format!("FIDO2 PIN of {key}{}:", tries(*tries_left)),
            Self::AnotherTry {
                key,
                tries_left,
                last_before_replug,
            } => another_try(key, *tries_left, *last_before_replug),
            Self::SpendAtFloor { key, tries_left } => spend_at_floor(key, *tries_left),
            Self::TypeBack { key } => {
                format!("The new FIDO2 PIN for {key}, from what you wrote down:")
            }
            Self::ChangePolicy { key, changes } => {
                format!("On {key}: {}. Do it?", changes.join("; "))
            }
            Self::NewPin {
                key,
                min_length,
                again: false,
            } => {
                format!("New FIDO2 PIN for {key}, {min_length} characters or more:")
            }
            Self::NewPin { again: true, .. } => "The same PIN once more:".to_owned(),
            Self::OldBag { label } => format!(
                "Number of the closed bag with {label} (torn or opened: `broken NUMBER`; not there: \
                 `missing`):"
            ),
            Self::OpenedBag { label } => format!(
                "Number of the bag that {label} was taken out of, as it was before (nobody looked: \
                 `unread`):"
            ),
            Self::GiveUp { alias } => format!(
                "Nothing is left to open {alias} with. To give the account up all the same, type \
                 its alias:"
            ),
            Self::Erase { label } => {
                format!(
                    "Everything on the key goes for ever. To reset it, type its label, {label}:"
                )
            }
            Self::PowerUp { label } => power_up(label),
            Self::Explain { what } => {
                format!("{} One sentence for the record:", asked_in(what))
            }
            Self::Bag {
                label,
                again: false,
            } => {
                format!("Number of the new bag for {label}, read aloud:")
            }
            Self::Bag { again: true, .. } => "The bag number once more, from the bag:".to_owned(),
            Self::Nonce { witness } => {
                format!("{witness} reads the 12 words from their own screen:")
            }
            Self::TenantChange { is, would } => format!("{is} {would}?"),
            Self::PinAccount { alias, object_id } => {
                format!("Write object-id \"{object_id}\" of {alias} into glasskey.toml?")
            }
            Self::SignInSeen { label, alias } => sign_in_seen(label, alias),
            Self::AtPortal { label, upn } => {
                format!("Register {label} for {upn} at the portal, under the name {label}. Done?")
            }
            Self::Rename { from, label, .. } => {
                format!("The portal has it as \"{from}\", not as {label}. Rename it there. Done?")
            }
            Self::SignIn {
                label,
                upn,
                portal,
                task: _,
                sign_out: _,
            } => format!(
                "Sign in as {upn} with {label} at the {}. Done?",
                portal.title()
            ),
            Self::SignOut { alias, .. } => {
                format!("{alias} has signed out everywhere now, and the window is closed. Done?")
            }
            Self::NextKey {
                label,
                safe,
                number,
                of,
            } => next_key(label, safe.as_deref(), *number, *of),
            Self::Alert { alias } => format!(
                "Who saw the alert of this sign-in of {alias}, never the operator, and its id (`w-1 \
                 INC-123`; `later` if nobody has yet):"
            ),
            Self::NotDone => "Numbers of what was NOT done, or `all` if all was done:".to_owned(),
            Self::Because { .. } => "Why not? One sentence for the record:".to_owned(),
            Self::WaitOn { what, minutes } => wait_on(what, *minutes),
            Self::SignInWasOurs { label, at, app } => was_ours(label, *at, app),
            Self::BackByHand { what } => format!("Done by hand: {what}. Is it back?"),
            Self::Correction { record } => {
                format!("What should record {record:06} have said, and why did it not?")
            }
            Self::WordsAgree => {
                "The words were read aloud and agree on every screen. Go on to the touch?"
                    .to_owned()
            }
            Self::AnotherBag { bag, label } => format!(
                "Take another bag for {label} in place of {bag}? Then it is stated anew, with another \
                 number, PIN and touch, and a new inside sheet; tear this one up."
            ),
            Self::StateAnew { signed } => state_anew(signed),
            Self::Agreed => {
                "The statement was read aloud and says what is meant. Sign it?".to_owned()
            }
            Self::Question(words) => words.clone(),
            Self::Sealed {
                bag,
                label,
                words: false,
            } => format!(
                "{label} and its inside sheet are in bag {bag}, closed in sight of all. Sign the \
                 record?"
            ),
            Self::Sealed {
                bag,
                label,
                words: true,
            } => format!(
                "{label} and its inside sheet are in bag {bag}, closed in sight of all, and the words \
                 agree on every screen. Sign the record?"
            ),
        }
    }
}

/// The question that the sentence ends with; else what is asked of anything that is not as it should be.
fn asked_in(what: &str) -> &str {
    if what.ends_with('?') {
        what.rsplit_once(". ")
            .map_or(what, |(_, question)| question)
    } else {
        "What happened?"
    }
}

fn tries(left: Option<u32>) -> String {
    match left {
        None => String::new(),
        Some(1) => " (1 try left)".to_owned(),
        Some(left) => format!(" ({left} tries left)"),
    }
}

fn another_try(key: &str, tries_left: u32, last_before_replug: bool) -> String {
    let next = if last_before_replug {
        "; after another wrong one the key must be unplugged"
    } else {
        ""
    };
    format!("Wrong PIN for {key}: one try was spent, {tries_left} left{next}. Type it again?")
}

fn spend_at_floor(key: &str, tries_left: u32) -> String {
    let left = if tries_left == 1 {
        "try is"
    } else {
        "tries are"
    };
    format!(
        "Only {tries_left} PIN {left} left on {key}. At 0 the key and its credentials are lost. Find \
         out first who tried. To spend one all the same, type `{}`:",
        Prompt::spend_words(tries_left)
    )
}

fn next_key(label: &str, safe: Option<&str>, number: usize, of: usize) -> String {
    let safe = safe.map_or_else(String::new, |safe| format!(", in {safe}"));
    format!("Key {number} of {of} is {label}{safe}. Go on with it? (no: later, from here)")
}

fn sign_in_seen(label: &str, alias: &str) -> String {
    format!(
        "Neither a record nor the tenant's log tells that {label} has signed in as {alias}. Your word \
         alone would stand for it: if the key does not work, the account has its role and nobody can \
         use it. Did you see it sign in?"
    )
}

fn wait_on(what: &str, minutes: u32) -> String {
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("{what} {minutes} {unit} have passed. Wait on? (no: it is collected later)")
}

fn was_ours(label: &str, at: UtcTime, app: &str) -> String {
    let app = if app.is_empty() {
        String::new()
    } else {
        format!(" to {app}")
    };
    format!(
        "The log has a sign-in at {at}{app}, and this cloud's log never tells with what. Was it the \
         one with {label}?"
    )
}

fn state_anew(signed: &[String]) -> String {
    format!(
        "Others are here than the statement expects, and it is signed by {}. Nothing of it is in the \
         ledger. Stated anew for those who are here, those signatures count no more, and all sign again. \
         State it anew?",
        signed.join(" and ")
    )
}

fn power_up(label: &str) -> String {
    format!(
        "Unplug {label}, plug it in again, and answer at once: a key takes a reset only in the 10 \
         seconds after that. Done?"
    )
}
