//! What a policy that applies demands, held against a security key: whether the key opens the
//! door, and whether anything weaker would. A pure decision.

use super::grant::Control;
use super::grant::Grant;
use super::grant::Operator;
use super::policy::CaPolicy;
use crate::entra::KeyFit;
use crate::entra::Resistance;
use crate::entra::Strength;
use crate::webauthn::Aaguid;

/// Why a strength does not take a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRefusal {
    /// The strength's name, or its id.
    pub strength: String,
    /// Whether it takes other keys: then its list of AAGUIDs lacks this one.
    pub takes_other_keys: bool,
}

/// What a policy demands of whom it applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// No access, whatever is brought.
    Block,
    /// Nothing before the session: only the session is controlled.
    Nothing,
    /// The key is enough, and nothing weaker would be: the strengths that see to it.
    PhishingResistant(Vec<String>),
    /// The key is enough, and something weaker would be, too.
    KeyIsEnough(Vec<Control>),
    /// The key is not enough.
    NotByKey {
        /// What it does not bring.
        lacks: Vec<Control>,
        /// Strengths that do not take it.
        refusals: Vec<KeyRefusal>,
    },
    /// It cannot be told: what could not be read.
    Unknown(Vec<String>),
}

/// How one control stands to what is brought.
enum Met {
    /// The bringer has it; whether it is phishing-resistant.
    Yes(Resistance),
    No,
    Refuses(KeyRefusal),
    Unknown(String),
}

/// What `policy` demands of somebody who brings a key of model `aaguid` and its PIN, on a machine
/// that the tenant does not know. `strengths` are the tenant's; where one is not among them, what
/// the policy itself says of it counts.
#[must_use]
pub fn demand(policy: &CaPolicy, strengths: &[Strength], aaguid: &Aaguid) -> Demand {
    weigh(&policy.grant, |control| match control {
        Control::Mfa | Control::TermsOfUse => Met::Yes(Resistance::No),
        Control::Strength(embedded) => by_key(resolve(strengths, embedded), aaguid),
        Control::Unread(word) => Met::Unknown(word.clone()),
        Control::Block
        | Control::CompliantDevice
        | Control::JoinedDevice
        | Control::ApprovedApp
        | Control::ProtectedApp
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Custom(_) => Met::No,
    })
}

/// What `policy` demands of somebody who brings a Temporary Access Pass. The pass is never
/// phishing-resistant.
#[must_use]
pub fn demand_of_pass(policy: &CaPolicy, strengths: &[Strength]) -> Demand {
    weigh(&policy.grant, |control| match control {
        Control::Mfa | Control::TermsOfUse => Met::Yes(Resistance::No),
        Control::Strength(embedded) => {
            let strength = resolve(strengths, embedded);
            match strength.takes_pass() {
                Some(true) => Met::Yes(Resistance::No),
                Some(false) => Met::No,
                None => Met::Unknown(strength.shown()),
            }
        }
        Control::Unread(word) => Met::Unknown(word.clone()),
        Control::Block
        | Control::CompliantDevice
        | Control::JoinedDevice
        | Control::ApprovedApp
        | Control::ProtectedApp
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Custom(_) => Met::No,
    })
}

/// The tenant's own word on a strength, where it is there.
fn resolve<'a>(strengths: &'a [Strength], embedded: &'a Strength) -> &'a Strength {
    strengths
        .iter()
        .find(|strength| strength.id == embedded.id)
        .unwrap_or(embedded)
}

fn by_key(strength: &Strength, aaguid: &Aaguid) -> Met {
    let refusal = |takes_other_keys| {
        Met::Refuses(KeyRefusal {
            strength: strength.shown(),
            takes_other_keys,
        })
    };
    match strength.takes_key(aaguid) {
        KeyFit::Taken => Met::Yes(strength.resistance()),
        KeyFit::NoKeys => refusal(false),
        KeyFit::OtherKeys => refusal(true),
        KeyFit::Unknown => Met::Unknown(strength.shown()),
    }
}

fn weigh(grant: &Grant, met: impl Fn(&Control) -> Met) -> Demand {
    if grant.controls.contains(&Control::Block) {
        return Demand::Block;
    }
    if grant.controls.is_empty() {
        return Demand::Nothing;
    }
    let all = match (&grant.operator, grant.controls.len()) {
        (_, 1) | (Operator::All, _) => true,
        (Operator::Any, _) => false,
        (Operator::Unread, _) => return Demand::Unknown(vec!["operator".to_owned()]),
    };
    let mut tally = Tally::default();
    for control in &grant.controls {
        tally.count(control, met(control));
    }
    tally.demand(all, &grant.controls)
}

/// The controls, sorted by how they stand.
#[derive(Default)]
struct Tally {
    strong: Vec<String>,
    weak: usize,
    /// Met, and it cannot be told whether by something phishing-resistant.
    unclear: Vec<String>,
    not: Vec<Control>,
    refusals: Vec<KeyRefusal>,
    unknown: Vec<String>,
}

impl Tally {
    fn count(&mut self, control: &Control, met: Met) {
        let name = if let Control::Strength(strength) = control {
            strength.shown()
        } else {
            String::new()
        };
        match met {
            Met::Yes(Resistance::Yes) => self.strong.push(name),
            Met::Yes(Resistance::No) => self.weak += 1,
            Met::Yes(Resistance::Unknown) => self.unclear.push(name),
            Met::No => self.not.push(control.clone()),
            Met::Refuses(refusal) => self.refusals.push(refusal),
            Met::Unknown(what) => self.unknown.push(what),
        }
    }

    fn demand(self, all: bool, controls: &[Control]) -> Demand {
        let unmet = Demand::NotByKey {
            lacks: self.not.clone(),
            refusals: self.refusals.clone(),
        };
        if all {
            return if !self.not.is_empty() || !self.refusals.is_empty() {
                unmet
            } else if !self.unknown.is_empty() {
                Demand::Unknown(self.unknown)
            } else if !self.strong.is_empty() {
                Demand::PhishingResistant(self.strong)
            } else if !self.unclear.is_empty() {
                Demand::Unknown(self.unclear)
            } else {
                Demand::KeyIsEnough(controls.to_vec())
            };
        }
        let met = self.strong.len() + self.weak + self.unclear.len();
        if met == 0 {
            return if self.unknown.is_empty() {
                unmet
            } else {
                Demand::Unknown(self.unknown)
            };
        }
        // One of them is enough, so each is a way in of its own: also those that a key does not open.
        if self.weak > 0 || !self.not.is_empty() || !self.refusals.is_empty() {
            Demand::KeyIsEnough(controls.to_vec())
        } else if self.unclear.is_empty() && self.unknown.is_empty() {
            Demand::PhishingResistant(self.strong)
        } else {
            Demand::Unknown([self.unclear, self.unknown].concat())
        }
    }
}
