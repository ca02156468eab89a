//! authenticatorSelection (CTAP 2.1 §6.9) on several keys at once: the one that is touched is meant.

use super::client::Ctap;
use super::command::Command;
use super::command::TOUCH;
use super::error::CtapError;
use super::exchange::Exchange;
use super::status::CtapStatus;
use std::time::Duration;

/// How long one key is listened to before it is the next one's turn.
const TURN: Duration = Duration::from_millis(20);

/// What one key does while several wait for a touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It blinks and waits for a touch.
    Waiting,
    /// It was touched first: it is meant.
    Touched,
    /// It was asked to stop waiting, because another was touched or nobody wants a touch any more.
    Cancelled,
    /// It does not have the command (CTAP 2.0): a touch cannot choose it.
    CannotSelect,
    /// Nobody touched it until it gave up.
    Untouched,
    /// A person refused on the key.
    Refused,
    /// Another program keeps it busy.
    Busy,
    /// It was unplugged.
    Gone,
    /// It did not do what was asked.
    Failed(CtapError),
}

/// Several keys that wait for one touch.
struct Selection {
    keys: Vec<One>,
}

struct One {
    standing: Standing,
    exchange: Option<Exchange>,
}

/// Asks every key for a touch at once and waits until one is touched, all have given up, or `stop`
/// says so; it is asked between turns. Whatever comes, no key is left waiting. `keys` stay open, and
/// can be used on.
///
/// Returns what each key did, in their order: at most one is [`Standing::Touched`].
pub fn touch_to_select(
    keys: &mut [&mut Ctap<'_>],
    told: &mut dyn FnMut(usize, &Standing),
    stop: &dyn Fn() -> bool,
) -> Vec<Standing> {
    let mut selection = Selection::begin(keys);
    for (index, one) in selection.keys.iter().enumerate() {
        told(index, &one.standing);
    }
    while selection.waiting() && !selection.touched() && !stop() {
        selection.poll(keys, told);
    }
    selection.end(keys);
    selection.keys.into_iter().map(|one| one.standing).collect()
}

impl Selection {
    /// Asks every key.
    fn begin(keys: &mut [&mut Ctap<'_>]) -> Self {
        let begun = keys
            .iter_mut()
            .map(|ctap| match ctap.begin(Command::Selection, TOUCH) {
                Ok(exchange) => One {
                    standing: Standing::Waiting,
                    exchange: Some(exchange),
                },
                Err(error) => One {
                    standing: standing(error),
                    exchange: None,
                },
            });
        Self {
            keys: begun.collect(),
        }
    }

    fn waiting(&self) -> bool {
        self.keys.iter().any(|one| one.exchange.is_some())
    }

    fn touched(&self) -> bool {
        self.keys
            .iter()
            .any(|one| one.standing == Standing::Touched)
    }

    /// Gives each key a turn, until one is touched.
    fn poll(&mut self, keys: &mut [&mut Ctap<'_>], told: &mut dyn FnMut(usize, &Standing)) {
        for (index, (ctap, one)) in keys.iter_mut().zip(&mut self.keys).enumerate() {
            let Some(exchange) = &mut one.exchange else {
                continue;
            };
            let now = match ctap.poll(Command::Selection, exchange, TURN) {
                Ok(None) => continue,
                Ok(Some(_)) => Standing::Touched,
                Err(error) => standing(error),
            };
            one.exchange = None;
            told(index, &now);
            one.standing = now;
            if one.standing == Standing::Touched {
                return;
            }
        }
    }

    /// Asks those that still wait to stop: all at once, then hears each out. A touch that comes now
    /// is too late to choose.
    fn end(&mut self, keys: &mut [&mut Ctap<'_>]) {
        for (ctap, one) in keys.iter_mut().zip(&mut self.keys) {
            if let Some(exchange) = &mut one.exchange
                && let Err(error) = ctap.cancel(exchange)
            {
                one.exchange = None;
                one.standing = standing(error);
            }
        }
        for (ctap, one) in keys.iter_mut().zip(&mut self.keys) {
            while let Some(exchange) = &mut one.exchange {
                let now = match ctap.poll(Command::Selection, exchange, TURN) {
                    Ok(None) => continue,
                    Ok(Some(_)) => Standing::Cancelled,
                    Err(error) => standing(error),
                };
                one.exchange = None;
                one.standing = now;
            }
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other status of the 256 is a failure like any other"
)]
fn standing(error: CtapError) -> Standing {
    match error {
        CtapError::Cancelled => Standing::Cancelled,
        CtapError::Busy => Standing::Busy,
        CtapError::Gone => Standing::Gone,
        CtapError::Timeout => Standing::Untouched,
        CtapError::Unsupported { .. } => Standing::CannotSelect,
        CtapError::Status { status, .. } => match status {
            CtapStatus::InvalidCommand => Standing::CannotSelect,
            CtapStatus::UserActionTimeout | CtapStatus::ActionTimeout => Standing::Untouched,
            CtapStatus::OperationDenied => Standing::Refused,
            CtapStatus::ChannelBusy => Standing::Busy,
            _ => Standing::Failed(error),
        },
        CtapError::Hid(_)
        | CtapError::Malformed { .. }
        | CtapError::TooMany { .. }
        | CtapError::TooLong { .. }
        | CtapError::NoEntropy
        | CtapError::Transport(_) => Standing::Failed(error),
    }
}
