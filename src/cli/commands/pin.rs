//! `glasskey pin set|change|policy`: the wiring; the rules of a PIN are in `ceremony::pins`.

mod choose;
mod report;

use crate::ceremony::pins::AtFloor;
use crate::ceremony::pins::Generate;
use crate::ceremony::pins::NewPinFrom;
use crate::ceremony::pins::PinDesk;
use crate::ceremony::pins::PinRules;
use crate::ceremony::pins::PinStop;
use crate::ceremony::pins::PolicyChange;
use crate::ceremony::pins::PolicyWish;
use crate::cli::Output;
use crate::cli::args::PinChange;
use crate::cli::args::PinNew;
use crate::cli::args::PinPolicy;
use crate::cli::args::PinSet;
use crate::cli::args::Switch;
use crate::cli::at_terminal::AtTerminal;
use crate::cli::choosing;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::given::Given;
use crate::cli::page::Style;
use crate::cli::words;
use crate::ctap::Ctap;
use crate::facts::key;
use crate::facts::key::KeyFacts;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::primitives::Clock;
use choose::Wanted;
use report::Report;

/// Runs `pin set`.
pub(crate) fn set(arguments: &PinSet, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let wanted = Wanted::read(arguments.key.as_ref(), arguments.book.as_deref())?;
    let given = arguments.pin_fd.map(Given::read).transpose()?;
    let style = output.style;
    with_key(&wanted, "set", output, |hand| {
        if let Some(mut given) = given {
            let text = given.take().ok_or(PinStop::Declined)?;
            let mut desk = hand.desk(&mut given, AtFloor::Refuse);
            desk.set_given(&text)?;
            return Ok(Vec::new());
        }
        new_pin(hand, style, &arguments.new, Act::Set)
    })
}

/// Runs `pin change`.
pub(crate) fn change(arguments: &PinChange, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let wanted = Wanted::read(arguments.key.as_ref(), arguments.book.as_deref())?;
    let style = output.style;
    with_key(&wanted, "change", output, |hand| {
        let changed = new_pin(hand, style, &arguments.new, Act::Change)?;
        wanted.note_the_change()?;
        Ok(changed)
    })
}

/// Runs `pin policy`.
pub(crate) fn policy(arguments: &PinPolicy, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let wanted = Wanted::read(arguments.key.as_ref(), arguments.book.as_deref())?;
    let wish = PolicyWish {
        min_length: arguments.min_length,
        force_change: arguments.force_change,
        always_uv: arguments.always_uv.map(Switch::is_on),
    };
    let style = output.style;
    with_key(&wanted, "policy", output, |hand| {
        if wish == PolicyWish::default() {
            return Ok(Vec::new());
        }
        let mut operator = AtTerminal::open(style)?;
        let changed = hand.desk(&mut operator, AtFloor::Ask).change_policy(wish)?;
        Ok(changed)
    })
}

/// The key in the hand, opened once for the whole command.
struct Hand<'c> {
    ctap: Ctap<'c>,
    facts: KeyFacts,
    wanted: &'c Wanted,
}

impl<'c> Hand<'c> {
    fn desk<'d>(
        &'d mut self,
        operator: &'d mut dyn crate::ceremony::Operator,
        at_floor: AtFloor,
    ) -> PinDesk<'d, 'c> {
        PinDesk {
            name: self.facts.name(),
            ctap: &mut self.ctap,
            operator,
            floor: self.wanted.policy.pin_retries_floor,
            at_floor,
            min_length: self.wanted.policy.min_pin_length,
        }
    }
}

/// Why a command did not do it: a rule of PINs, or something beside them.
enum Why {
    Stop(PinStop),
    Other(Failure),
}

impl From<PinStop> for Why {
    fn from(stop: PinStop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Failure> for Why {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

/// What is done with a new PIN.
#[derive(Clone, Copy)]
enum Act {
    Set,
    Change,
}

impl Act {
    fn on(
        self,
        desk: &mut PinDesk<'_, '_>,
        from: NewPinFrom<'_>,
    ) -> Result<Vec<PolicyChange>, Why> {
        match self {
            Self::Set => {
                desk.set(from)?;
            }
            Self::Change => desk.change(from)?,
        }
        Ok(Vec::new())
    }
}

/// Sets or changes the PIN to one that is typed or generated.
fn new_pin(
    hand: &mut Hand<'_>,
    style: Style,
    how: &PinNew,
    act: Act,
) -> Result<Vec<PolicyChange>, Why> {
    let mut operator = AtTerminal::open(style)?;
    if !how.generate {
        let mut desk = hand.desk(&mut operator, AtFloor::Ask);
        return act.on(&mut desk, NewPinFrom::Typed);
    }
    if std::env::var_os("TERM").is_none_or(|term| term == "dumb") {
        return Err(Why::Other(Failure::new(
            Exit::Declined,
            "no PIN was made; nothing was changed on the key",
            "this terminal cannot be wiped (TERM is dumb or missing): the PIN would stay",
            "use another terminal, or think of a PIN and leave --generate out",
        )));
    }
    let mut entropy = entropy()?;
    let mut show = operator.clone();
    let generate = Generate {
        length: how.length,
        entropy: &mut entropy,
        show: &mut show,
    };
    let mut desk = hand.desk(&mut operator, AtFloor::Ask);
    act.on(&mut desk, NewPinFrom::Generated(generate))
}

/// Opens the key that is wanted, does `work` with it, and says how it ended.
fn with_key(
    wanted: &Wanted,
    command: &'static str,
    output: &mut Output<'_>,
    work: impl FnOnce(&mut Hand<'_>) -> Result<Vec<PolicyChange>, Why>,
) -> Result<Exit, Failure> {
    let clock = SystemClock::new();
    let opened = open(wanted, &clock);
    let mut hand = match opened {
        Ok(hand) => hand,
        Err(failure) => return Err(failed(command, None, None, failure, output)),
    };
    match work(&mut hand) {
        Ok(changed) => {
            let entry = hand.facts.entry.clone();
            let after = key::observe(&mut hand.ctap, &entry, clock.utc())
                .map_err(|error| words::ctap(&error))?;
            let rules = PinRules::of(&after.info, wanted.policy.min_pin_length);
            let report = Report {
                command,
                facts: &after,
                rules: &rules,
                changed: &changed,
                policy: &wanted.policy,
            };
            let text = if output.json {
                format!("{:#}\n", report.json())
            } else {
                report.text(output.style)
            };
            output.print(&text)?;
            Ok(report.exit())
        }
        Err(Why::Stop(stop)) => {
            let state = words::pin_state(&stop);
            let failure = words::pin(&stop);
            Err(failed(
                command,
                Some(&hand.facts),
                Some(state),
                failure,
                output,
            ))
        }
        Err(Why::Other(failure)) => Err(failed(command, Some(&hand.facts), None, failure, output)),
    }
}

/// With `--json` a failure is on standard output too.
fn failed(
    command: &str,
    facts: Option<&KeyFacts>,
    state: Option<&str>,
    failure: Failure,
    output: &mut Output<'_>,
) -> Failure {
    if output.json {
        let value = report::failure(command, facts, state, &failure);
        if let Err(unwritten) = output.print(&format!("{value:#}\n")) {
            return unwritten;
        }
    }
    failure
}

fn open<'c>(wanted: &'c Wanted, clock: &'c SystemClock) -> Result<Hand<'c>, Failure> {
    let chosen = choosing::one_key(clock, wanted.key())?;
    Ok(Hand {
        ctap: chosen.ctap,
        facts: chosen.facts,
        wanted,
    })
}

fn entropy() -> Result<SystemEntropy, Failure> {
    SystemEntropy::open().map_err(|error| {
        Failure::new(
            Exit::Key,
            "nothing was sent to the key",
            error.0,
            "check the system's random source",
        )
    })
}
