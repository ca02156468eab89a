//! The authenticator behind the reports: its state, and which command does what (CTAP 2.1 §6).

use super::assertion::NewAssertion;
use super::assertion::Remembered;
use super::client_pin::PinState;
use super::config::Config;
use super::credential::Master;
use super::credential::Resident;
use super::info::MAX_MESSAGE_SIZE;
use super::make_credential::NewCredential;
use super::pin_protocol::KeyAgreement;
use super::pin_protocol::PinProtocol;
use super::request::Request;
use super::spec::KeySpec;
use super::spec::Personality;
use super::statistics::Statistics;
use super::status::Status;
use super::token::Scope;
use super::token::Token;
use super::touch::Operation;
use crate::primitives::Clock;
use crate::primitives::cbor::Value;
use crate::rehearsal::RehearsalClock;
use crate::rehearsal::SeededEntropy;
use std::rc::Rc;
use std::time::Duration;

/// What a command answers: a map, nothing, or why not.
pub(super) type Answer = Result<Option<Value>, Status>;

/// How far a command came.
pub(super) enum Step {
    Done(Answer),
    /// It waits for a touch.
    Touch(Pending),
}

/// A command that waits for a touch.
pub(super) enum Pending {
    MakeCredential(Box<NewCredential>),
    GetAssertion(Box<NewAssertion>),
    /// Nothing is done after the touch but telling `touched`; `else_told` without one.
    Tell {
        operation: Operation,
        touched: Answer,
        else_told: Option<Status>,
    },
    Reset,
}

impl Pending {
    pub(super) const fn operation(&self) -> Operation {
        match self {
            Self::MakeCredential(_) => Operation::MakeCredential,
            Self::GetAssertion(_) => Operation::GetAssertion,
            Self::Tell { operation, .. } => *operation,
            Self::Reset => Operation::Reset,
        }
    }

    /// The answer when nobody touched, of which `usual` is the reason.
    pub(super) fn untouched(&self, usual: Status) -> Answer {
        match self {
            Self::Tell {
                else_told: Some(status),
                ..
            } => Err(*status),
            Self::MakeCredential(_) | Self::GetAssertion(_) | Self::Tell { .. } | Self::Reset => {
                Err(usual)
            }
        }
    }
}

/// The state of one authenticator.
pub(super) struct Authenticator {
    pub(super) spec: KeySpec,
    pub(super) entropy: SeededEntropy,
    pub(super) master: Master,
    pub(super) pin: PinState,
    pub(super) config: Config,
    pub(super) residents: Vec<Resident>,
    pub(super) counter: u32,
    pub(super) agreements: [KeyAgreement; 2],
    pub(super) token: Option<Token>,
    pub(super) remembered: Remembered,
    pub(super) statistics: Statistics,
    clock: Rc<RehearsalClock>,
    powered: Duration,
}

/// A reset is accepted this long after power-up (CTAP 2.1 §6.6).
const RESET_WINDOW: Duration = Duration::from_secs(10);

impl Authenticator {
    /// A key as it leaves the factory.
    pub(super) fn new(spec: KeySpec, clock: Rc<RehearsalClock>) -> Self {
        let label = format!("virtual key {} {}", spec.serial, spec.label);
        let mut entropy = SeededEntropy::new(&spec.seed, &label);
        Self {
            config: Config::of(&spec),
            spec,
            master: Master::new(entropy.bytes()),
            agreements: agreements(&mut entropy),
            entropy,
            pin: PinState::unset(),
            residents: Vec::new(),
            counter: 0,
            token: None,
            remembered: Remembered::Nothing,
            statistics: Statistics::default(),
            powered: clock.elapsed(),
            clock,
        }
    }

    /// What cutting the power and giving it again does.
    pub(super) fn power_cycle(&mut self) {
        self.agreements = agreements(&mut self.entropy);
        self.token = None;
        self.remembered = Remembered::Nothing;
        self.pin.power_cycle();
        self.powered = self.now();
    }

    pub(super) fn now(&self) -> Duration {
        self.clock.elapsed()
    }

    pub(super) fn is(&self, personality: Personality) -> bool {
        self.spec.personality == personality
    }

    /// Takes one CTAP2 command: its code and its parameters.
    pub(super) fn command(&mut self, code: u8, parameters: &[u8]) -> Step {
        if self.token.as_ref().is_some_and(|t| !t.lives(self.now())) {
            self.token = None;
            self.remembered = Remembered::Nothing;
        }
        if parameters.len() >= MAX_MESSAGE_SIZE {
            return Step::Done(Err(Status::RequestTooLarge));
        }
        match self.dispatch(code, parameters) {
            Ok(step) => step,
            Err(status) => Step::Done(Err(status)),
        }
    }

    fn dispatch(&mut self, code: u8, parameters: &[u8]) -> Result<Step, Status> {
        let done = |answer: Option<Value>| Ok(Step::Done(Ok(answer)));
        // Whatever is not the next part of a list ends the list (CTAP 2.1 §6).
        let remembered = std::mem::replace(&mut self.remembered, Remembered::Nothing);
        match code {
            0x01 => {
                self.statistics.note("makeCredential");
                self.make_credential(&Request::parse(parameters)?)
            }
            0x02 => {
                self.statistics.note("getAssertion");
                self.get_assertion(&Request::parse(parameters)?)
            }
            0x04 => {
                self.statistics.note("getInfo");
                empty(parameters)?;
                done(Some(self.info()))
            }
            0x06 => done(self.client_pin(&Request::parse(parameters)?)?),
            0x07 => {
                self.statistics.note("reset");
                empty(parameters)?;
                if self.now().saturating_sub(self.powered) > RESET_WINDOW {
                    return Err(Status::NotAllowed);
                }
                Ok(Step::Touch(Pending::Reset))
            }
            0x08 => {
                self.statistics.note("getNextAssertion");
                empty(parameters)?;
                done(Some(self.next_assertion(remembered)?))
            }
            // The prototype's code too: libfido2 1.12 sends no other, without looking at options.
            0x0a | 0x41 if !self.spec.is_fido_2_0() => {
                let request = Request::parse(parameters)?;
                done(self.credential_management(&request, remembered)?)
            }
            0x0b if !self.spec.is_fido_2_0() => {
                self.statistics.note("selection");
                empty(parameters)?;
                Ok(Step::Touch(Pending::Tell {
                    operation: Operation::Selection,
                    touched: Ok(None),
                    else_told: None,
                }))
            }
            0x0d if !self.spec.is_fido_2_0() => {
                done(self.authenticator_config(&Request::parse(parameters)?)?)
            }
            _ => {
                self.statistics.note("unknown");
                Err(Status::InvalidCommand)
            }
        }
    }

    /// What follows the touch.
    pub(super) fn touched(&mut self, pending: Pending) -> Answer {
        match pending {
            Pending::MakeCredential(new) => {
                self.spend_token();
                self.store(&new).map(Some)
            }
            Pending::GetAssertion(new) => {
                self.spend_token();
                self.assert(*new).map(Some)
            }
            Pending::Tell { touched, .. } => touched,
            Pending::Reset => {
                self.reset();
                Ok(None)
            }
        }
    }

    fn spend_token(&mut self) {
        if let Some(token) = self.token.as_mut().filter(|token| !token.is_lasting()) {
            token.spend();
        }
    }

    fn reset(&mut self) {
        self.master = Master::new(self.entropy.bytes());
        self.pin = PinState::unset();
        self.config = Config::of(&self.spec);
        self.residents.clear();
        self.counter = 0;
        self.token = None;
        self.agreements = agreements(&mut self.entropy);
    }

    /// The protocol named in `request` at `key`.
    pub(super) fn protocol(&self, request: &Request, key: i64) -> Result<PinProtocol, Status> {
        let number = request.required(key, Value::as_u64)?;
        match PinProtocol::numbered(number) {
            Some(PinProtocol::Two) if self.spec.is_fido_2_0() => Err(Status::InvalidParameter),
            Some(protocol) => Ok(protocol),
            None => Err(Status::InvalidParameter),
        }
    }

    /// Checks a `pinUvAuthParam` over `message` against the token in use.
    pub(super) fn authorise(
        &mut self,
        protocol: PinProtocol,
        message: &[u8],
        mac: &[u8],
        permission: u64,
        scope: &Scope<'_>,
    ) -> Result<(), Status> {
        self.token
            .as_mut()
            .ok_or(Status::PinAuthInvalid)?
            .authorises(protocol, message, mac, permission, scope)
    }

    /// The signature counter of the next signature.
    pub(super) fn next_counter(&mut self) -> u32 {
        let step = match self.spec.personality {
            Personality::ZeroCounter => 0,
            Personality::RandomGlobalCounter => {
                let [byte] = self.entropy.bytes();
                1 + u32::from(byte & 0x1f)
            }
            Personality::Standard
            | Personality::Fido20Only
            | Personality::AlwaysUv
            | Personality::CredProtect3
            | Personality::RefusesSilent
            | Personality::SelfAttestation
            | Personality::NoAttestation => 1,
        };
        self.counter = self.counter.saturating_add(step);
        self.counter
    }
}

fn empty(parameters: &[u8]) -> Result<(), Status> {
    if parameters.is_empty() {
        Ok(())
    } else {
        Err(Status::InvalidLength)
    }
}

fn agreements(entropy: &mut SeededEntropy) -> [KeyAgreement; 2] {
    [PinProtocol::One, PinProtocol::Two].map(|protocol| KeyAgreement::new(protocol, entropy))
}
