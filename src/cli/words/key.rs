//! Security keys in words.

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::ctap::Command;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::CtaphidError;
use crate::ctap::KeysError;

/// Why it stopped while the key waited for a touch.
pub(super) const CANCELLED: &str = "the touch was cancelled instead of given";
const REPLUG: &str = "unplug the key and plug it in again";

/// Keys that cannot be listed or opened.
pub(crate) fn keys(error: &KeysError) -> Failure {
    match error {
        KeysError::NotAllowed { path } => Failure::new(
            Exit::Key,
            "cannot talk to the security key; nothing was sent to it",
            format!("{path} may not be opened by this user"),
            "`glasskey doctor` says which rule or group is missing",
        ),
        KeysError::HeldByAnother { path } => Failure::new(
            Exit::Key,
            "cannot talk to the security key; nothing was sent to it",
            format!("another program holds {path}"),
            "`glasskey doctor` names the program: close it, then try again",
        ),
        KeysError::Gone { path } => Failure::new(
            Exit::Key,
            "cannot talk to the security key; nothing was sent to it",
            format!("the key at {path} was unplugged"),
            "plug it in and try again",
        ),
        KeysError::Io(words) => Failure::new(
            Exit::Key,
            "cannot list security keys; nothing was sent to any",
            words.clone(),
            "try another port; `glasskey doctor` says what else may be wrong",
        ),
    }
}

/// A key command that failed.
pub(crate) fn ctap(error: &CtapError) -> Failure {
    let what = "the security key did not do what was asked";
    let (why, next) = match error {
        CtapError::Status { command, status } => {
            let name = status
                .name()
                .map_or_else(|| format!("0x{:02x}", status.byte()), str::to_owned);
            (
                format!("{name} to {}", short(*command)),
                advice(*status).to_owned(),
            )
        }
        CtapError::Hid(error) => (
            format!("it refused the message: {}", hid(*error)),
            REPLUG.to_owned(),
        ),
        CtapError::Timeout => ("no whole answer came in time".to_owned(), REPLUG.to_owned()),
        CtapError::Cancelled => {
            return Failure::new(
                Exit::Declined,
                "the touch was cancelled; nothing was changed",
                CANCELLED,
                "run the command again",
            );
        }
        CtapError::Gone => (
            "it was unplugged".to_owned(),
            "plug it in and run the command again".to_owned(),
        ),
        CtapError::Malformed { what } => (
            format!("its answer is not what CTAP says: {what}"),
            "try another port; if it stays, do not use this key".to_owned(),
        ),
        CtapError::Unsupported { what } => (
            format!("it does not have {what}"),
            "take a key that has it".to_owned(),
        ),
        CtapError::Busy => (
            "another program kept it busy".to_owned(),
            "`glasskey doctor` names the program: close it, then try again".to_owned(),
        ),
        CtapError::TooMany { what, claimed } => (
            format!("impossible {what}: {claimed}"),
            "do not use this key".to_owned(),
        ),
        CtapError::TooLong { length, limit } => (
            format!("the request has {length} bytes and the key takes {limit}"),
            "take a key that takes longer messages".to_owned(),
        ),
        CtapError::NoEntropy => (
            "no random key could be made".to_owned(),
            "check the system's random source".to_owned(),
        ),
        CtapError::Transport(words) => (words.clone(), REPLUG.to_owned()),
    };
    Failure::new(Exit::Key, what, why, next)
}

/// A command's name without what all of them share: a line has 80 columns.
fn short(command: Command) -> &'static str {
    let name = command.name();
    let name = name.strip_prefix("authenticator").unwrap_or(name);
    name.strip_suffix(" (preview)").unwrap_or(name)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other status of the 256 gets the same advice"
)]
fn advice(status: CtapStatus) -> &'static str {
    if status.needs_replug() {
        return "unplug it and plug it in: until then it takes no PIN at all";
    }
    match status {
        CtapStatus::PinInvalid => "one PIN try is spent: look the PIN up before typing again",
        CtapStatus::PinBlocked => "blocked for good: only a reset helps, and it erases everything",
        CtapStatus::PinNotSet => "run `glasskey pin set`, or set it in the registration ceremony",
        CtapStatus::KeyStoreFull => "the key has no free slot: take another key",
        CtapStatus::CredentialExcluded => "this key is registered for this account already",
        CtapStatus::NoCredentials => "the key does not hold that credential: is it the right key?",
        CtapStatus::UserActionTimeout | CtapStatus::ActionTimeout => {
            "touch the key when it blinks, within half a minute"
        }
        CtapStatus::OperationDenied => {
            "run the same command again, and touch the key when it blinks"
        }
        CtapStatus::PinPolicyViolation => {
            "the PIN does not meet the key's own rules: take a longer one"
        }
        _ => REPLUG,
    }
}

fn hid(error: CtaphidError) -> &'static str {
    match error {
        CtaphidError::InvalidCommand => "it does not know the command",
        CtaphidError::InvalidParameter => "a parameter it does not take",
        CtaphidError::InvalidLength => "a length it does not take",
        CtaphidError::InvalidSequence => "packets out of order",
        CtaphidError::MessageTimeout => "it waited too long for the rest",
        CtaphidError::ChannelBusy => "busy with another program",
        CtaphidError::LockRequired => "another program has locked it",
        CtaphidError::InvalidChannel => "it forgot this channel",
        CtaphidError::Unspecified | CtaphidError::Other(_) => "an error of its own",
    }
}

#[cfg(test)]
mod tests;
