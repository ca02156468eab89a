//! Who counts and by which policy, as of the record being judged.

use super::fault::Rule;
use super::judge::Judged;
use super::judge::JudgedSignature;
use super::rules::MAX_SIGNERS;
use crate::facts::custody::SignerFacts;
use crate::plan::Policy;
use crate::plan::Role;
use crate::primitives::Digest;
use crate::primitives::json;
use crate::record::Event;
use crate::record::PersonPart;
use crate::record::Statement;
use std::collections::BTreeSet;

/// Bytes in a witness's nonce.
const NONCE_BYTES: usize = 16;

/// Roles and policy that count.
pub(super) struct Standing {
    people: Vec<PersonPart>,
    /// The refs of those among them who operate.
    operators: BTreeSet<String>,
    /// The policy.
    pub(super) policy: Policy,
    /// SHA-256 of the policy's canonical JSON.
    pub(super) policy_sha256: Option<Digest>,
}

impl Standing {
    /// What genesis brings; `None` if it brings no policy.
    pub(super) fn of_genesis(statement: &Statement) -> Option<Self> {
        let policy = statement.policy.clone()?;
        Some(Self {
            people: statement.people.clone(),
            operators: operators(&statement.people),
            policy_sha256: policy_sha256(&policy),
            policy,
        })
    }

    /// Takes over what a `people` or `policy` record brings, for the records after it.
    pub(super) fn take(&mut self, statement: &Statement) {
        if statement.event == Event::People {
            self.people.clone_from(&statement.people);
            self.operators = operators(&statement.people);
        }
        if statement.event == Event::Policy
            && let Some(policy) = &statement.policy
        {
            self.policy = policy.clone();
            self.policy_sha256 = policy_sha256(policy);
        }
    }

    /// Whether a person holds the operator's role.
    pub(super) fn operates(&self, reference: &str) -> bool {
        self.operators.contains(reference)
    }

    /// The expected signers, with the roles that counted and the keys they signed with.
    pub(super) fn signers(
        &self,
        statement: &Statement,
        signatures: &[JudgedSignature],
    ) -> Vec<SignerFacts> {
        let signer = |reference: &String| SignerFacts {
            reference: reference.clone(),
            roles: self
                .people
                .iter()
                .filter(|person| person.reference == *reference)
                .flat_map(|person| person.roles.clone())
                .collect(),
            key: signatures
                .iter()
                .find(|signature| signature.reference == *reference)
                .and_then(|signature| match &signature.judged {
                    Judged::Good { fingerprint } => Some(fingerprint.clone()),
                    Judged::Bad(_) | Judged::NotJudged => None,
                }),
            gave_nonce: statement
                .nonces
                .iter()
                .any(|nonce| nonce.reference == *reference && nonce.value.0.len() == NONCE_BYTES),
        };
        let signers = statement.expected_signers.iter().take(MAX_SIGNERS);
        signers.map(signer).collect()
    }
}

fn operators(people: &[PersonPart]) -> BTreeSet<String> {
    let operates = |person: &&PersonPart| person.roles.contains(&Role::Operator);
    let people = people.iter().filter(operates);
    people.map(|person| person.reference.clone()).collect()
}

/// SHA-256 of a policy's canonical JSON; `None` if it has none.
fn policy_sha256(policy: &Policy) -> Option<Digest> {
    Some(Digest::of(&json::encode(policy).ok()?))
}

/// Every rule that the list of signers and their nonces breaks.
pub(super) fn signer_offences(statement: &Statement, signers: &[SignerFacts]) -> Vec<Rule> {
    let mut rules = Vec::new();
    if signers.is_empty() {
        rules.push(Rule::NoSigners);
    }
    for (place, signer) in signers.iter().enumerate() {
        let reference = &signer.reference;
        let mut earlier = signers.iter().take(place);
        if earlier.any(|other| other.reference == *reference) {
            let reference = reference.clone();
            rules.push(Rule::SignerTwice { reference });
            continue;
        }
        let role = if place == 0 {
            Role::Operator
        } else {
            Role::Witness
        };
        if !signer.roles.contains(&role) {
            let reference = reference.clone();
            rules.push(Rule::RoleNotHeld { reference, role });
        }
    }
    for (place, nonce) in statement.nonces.iter().take(MAX_SIGNERS).enumerate() {
        let reference = &nonce.reference;
        let mut earlier = statement.nonces.iter().take(place);
        let known = statement.expected_signers.contains(reference);
        let again = earlier.any(|other| other.reference == *reference);
        if !known || again || nonce.value.0.len() != NONCE_BYTES {
            rules.push(Rule::Nonce {
                reference: reference.clone(),
            });
        }
    }
    rules
}

/// Every rule that `people` breaks beside the roster that comes with it.
pub(super) fn people_offences(people: &[PersonPart], roster: &[String]) -> Vec<Rule> {
    let mut known = BTreeSet::new();
    let mut twice = Vec::new();
    for person in people {
        if !known.insert(&person.reference) {
            twice.push(&person.reference);
        }
    }
    let with_roles: BTreeSet<&String> = people
        .iter()
        .filter(|person| !person.roles.is_empty())
        .map(|person| &person.reference)
        .collect();
    let without_roles = roster
        .iter()
        .filter(|reference| !with_roles.contains(reference));
    twice
        .into_iter()
        .chain(without_roles)
        .map(|reference| Rule::People {
            reference: reference.clone(),
        })
        .collect()
}
