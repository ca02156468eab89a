//! Why nothing more was done with a PIN, in words: what it cost, and what to do.

use super::key;
use crate::ceremony::pins::PinStop;
use crate::ceremony::pins::PolicyChange;
use crate::ceremony::pins::TypedFault;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;

const NOTHING: &str = "nothing was changed on the key; no PIN try was spent";

/// Why it stopped.
pub(crate) fn pin(stop: &PinStop) -> Failure {
    match stop {
        PinStop::Declined => Failure::new(
            Exit::Declined,
            NOTHING,
            "somebody declined, or nobody at a terminal could be asked",
            "run the command again when the PIN is at hand",
        ),
        PinStop::NoPinSupport => Failure::new(
            Exit::Key,
            NOTHING,
            "this key takes no PIN at all (option clientPin absent)",
            "take a key that has a PIN",
        ),
        PinStop::AlreadySet => Failure::new(
            Exit::Usage,
            NOTHING,
            "the key has a PIN, and a PIN that is there is changed, not set",
            "run `glasskey pin change`; it asks for the PIN that the key has",
        ),
        PinStop::NotSet => Failure::new(
            Exit::Usage,
            NOTHING,
            "the key has no PIN yet",
            "run `glasskey pin set` first",
        ),
        PinStop::ChangeDemanded => Failure::new(
            Exit::Key,
            NOTHING,
            "the key gives nothing before its PIN is changed; the PIN is not wrong",
            "run `glasskey pin change`, then this again",
        ),
        PinStop::AtFloor { .. }
        | PinStop::Replug { .. }
        | PinStop::Blocked
        | PinStop::Wrong { .. } => tries(stop),
        PinStop::Typed(fault) => Failure::new(Exit::Usage, NOTHING, typed(*fault), advice(*fault)),
        PinStop::Mismatch => Failure::new(
            Exit::Declined,
            NOTHING,
            "the new PIN was typed differently each time",
            "write it down first, then run the command again",
        ),
        PinStop::Length { asked, least, most } => Failure::new(
            Exit::Usage,
            NOTHING,
            format!("{asked} digits were asked for; key and policy take {least} to {most}"),
            "give --length within that, or leave it out",
        ),
        PinStop::NoEntropy => Failure::new(
            Exit::Key,
            NOTHING,
            "no random digits could be made",
            "check the system's random source",
        ),
        PinStop::RefusedByKey => Failure::new(
            Exit::Key,
            "the key's PIN and rules are as they were; no PIN try was spent",
            "the key refused it by a rule of its own (CTAP2_ERR_PIN_POLICY_VIOLATION)",
            "take a PIN with no repeats or runs, or let `--generate` make one",
        ),
        PinStop::Lacks(what) => Failure::new(
            Exit::Key,
            NOTHING,
            format!("this key does not have {what}"),
            "only a key that has it can be set up so; `glasskey pin policy` says what it has",
        ),
        PinStop::WouldShrink { now, asked } => Failure::new(
            Exit::Usage,
            NOTHING,
            format!("the shortest PIN is {now} characters and cannot shrink to {asked}"),
            "only a reset lowers it, and a reset destroys every credential on the key",
        ),
        PinStop::NotShown => Failure::new(
            Exit::Key,
            "the key said that it was done, and does not show it",
            "what it says of itself is not what was asked of it",
            "look with `glasskey inspect`; if it stays so, do not use this key",
        ),
        PinStop::Partly { done, why } => partly(done, why),
        PinStop::Key(error) => key::ctap(error),
    }
}

/// What has to do with the count of tries.
fn tries(stop: &PinStop) -> Failure {
    match stop {
        PinStop::AtFloor { left } => Failure::new(
            Exit::Key,
            NOTHING,
            format!("{} left: that is the floor", count(*left)),
            "stop and find out who tried; the right PIN brings the count back to 8",
        ),
        PinStop::Replug { spent, left } => {
            let left = left.map_or_else(String::new, |left| format!("; {} left", count(left)));
            Failure::new(
                Exit::Key,
                match spent {
                    0 => NOTHING.to_owned(),
                    _ => format!("the PIN was wrong, and {} spent", count_was(*spent)),
                },
                format!("after three wrong PINs the key takes none until unplugged{left}"),
                "unplug it, plug it in, look the PIN up, then run the command again",
            )
        }
        PinStop::Wrong { left } => Failure::new(
            Exit::Key,
            "the PIN was wrong and one try is spent; nothing was changed on the key",
            format!("{} left", count(*left)),
            "look the PIN up before typing again; the right one brings the count back",
        ),
        PinStop::Blocked
        | PinStop::Declined
        | PinStop::NoPinSupport
        | PinStop::AlreadySet
        | PinStop::NotSet
        | PinStop::ChangeDemanded
        | PinStop::Typed(_)
        | PinStop::Mismatch
        | PinStop::Length { .. }
        | PinStop::NoEntropy
        | PinStop::RefusedByKey
        | PinStop::Lacks(_)
        | PinStop::WouldShrink { .. }
        | PinStop::NotShown
        | PinStop::Partly { .. }
        | PinStop::Key(_) => Failure::new(
            Exit::Key,
            "the PIN of this key is blocked for good; no PIN is taken any more",
            "no try is left (CTAP2_ERR_PIN_BLOCKED)",
            "use the account's other key; a reset frees this one and destroys what is on it",
        ),
    }
}

fn partly(done: &[PolicyChange], why: &PinStop) -> Failure {
    let why = pin(why);
    let done: Vec<&str> = done.iter().map(|change| name(*change)).collect();
    Failure::new(
        why.exit,
        format!(
            "{} was changed, and nothing after it; no PIN try was spent",
            done.join(", ")
        ),
        why.why,
        why.next,
    )
}

/// A change by its flag.
pub(crate) fn name(change: PolicyChange) -> &'static str {
    match change {
        PolicyChange::AlwaysUv(true) => "always-uv on",
        PolicyChange::AlwaysUv(false) => "always-uv off",
        PolicyChange::MinLength { .. } => "min-length",
        PolicyChange::ForceChange => "force-change",
    }
}

/// The state a stop leaves the key in, as one word for programs.
pub(crate) fn state(stop: &PinStop) -> &'static str {
    match stop {
        PinStop::Declined => "declined",
        PinStop::NoPinSupport => "no_pin_support",
        PinStop::AlreadySet => "already_set",
        PinStop::NotSet => "no_pin",
        PinStop::ChangeDemanded => "force_pin_change",
        PinStop::AtFloor { .. } => "at_floor",
        PinStop::Replug { .. } => "replug",
        PinStop::Blocked => "blocked",
        PinStop::Wrong { .. } => "wrong_pin",
        PinStop::Typed(_) | PinStop::Mismatch | PinStop::Length { .. } => "not_usable",
        PinStop::RefusedByKey => "refused_by_key",
        PinStop::Lacks(_) => "not_supported",
        PinStop::WouldShrink { .. } => "would_shrink",
        PinStop::NotShown => "not_shown",
        PinStop::Partly { .. } => "partly",
        PinStop::NoEntropy | PinStop::Key(_) => "failed",
    }
}

fn count(left: u32) -> String {
    let tries = if left == 1 { "try" } else { "tries" };
    format!("{left} PIN {tries}")
}

fn count_was(spent: u32) -> String {
    if spent == 1 {
        "one try was".to_owned()
    } else {
        format!("{spent} tries were")
    }
}

fn typed(fault: TypedFault) -> String {
    format!("what was given was not sent: {}", lower(&fault.words()))
}

fn advice(fault: TypedFault) -> &'static str {
    match fault {
        TypedFault::OneTimeCode => {
            "keep off the key's contact while typing; the code is used up, and that is all"
        }
        TypedFault::TooShort { .. }
        | TypedFault::TooManyCharacters { .. }
        | TypedFault::TooManyBytes
        | TypedFault::EndsInZero
        | TypedFault::Unchanged => "`glasskey pin policy` says what this key takes",
    }
}

fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_command_is_named() {
        assert!(
            pin(&PinStop::AlreadySet)
                .next
                .contains("`glasskey pin change`")
        );
        assert!(pin(&PinStop::NotSet).next.contains("`glasskey pin set`"));
        assert!(pin(&PinStop::ChangeDemanded).why.contains("not wrong"));
    }

    #[test]
    fn a_blocked_pin_says_how_to_recover_and_what_it_costs() {
        let blocked = pin(&PinStop::Blocked);
        assert!(blocked.next.contains("other key"));
        assert!(blocked.next.contains("reset"));
        assert_eq!(blocked.exit, Exit::Key);
        let replug = pin(&PinStop::Replug {
            spent: 1,
            left: Some(5),
        });
        assert_eq!(replug.what, "the PIN was wrong, and one try was spent");
        assert!(
            replug
                .why
                .ends_with("none until unplugged; 5 PIN tries left")
        );
        let asked_before = pin(&PinStop::Replug {
            spent: 0,
            left: None,
        });
        assert!(asked_before.what.contains("no PIN try was spent"));
    }

    #[test]
    fn every_line_is_80_columns_at_most() {
        let stops = [
            PinStop::Declined,
            PinStop::NoPinSupport,
            PinStop::AlreadySet,
            PinStop::NotSet,
            PinStop::ChangeDemanded,
            PinStop::AtFloor { left: 3 },
            PinStop::Replug {
                spent: 1,
                left: Some(5),
            },
            PinStop::Blocked,
            PinStop::Wrong { left: 7 },
            PinStop::Mismatch,
            PinStop::NoEntropy,
            PinStop::RefusedByKey,
            PinStop::Lacks("setMinPINLength"),
            PinStop::WouldShrink { now: 8, asked: 6 },
            PinStop::NotShown,
        ];
        for stop in stops {
            let failure = pin(&stop);
            for line in [&failure.what, &failure.why, &failure.next] {
                let long = line.chars().count();
                assert!(long <= 80, "{long}: {line}");
            }
        }
    }
}
