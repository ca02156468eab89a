//! What the records so far say of each key: its credential, its count, its bag, when it was seen.

use crate::facts::custody::BagFacts;
use crate::facts::custody::BagFound;
use crate::facts::custody::DueFacts;
use crate::facts::due::Happening;
use crate::facts::evidence::AttestEvidence;
use crate::facts::evidence::CredentialMatch;
use crate::facts::evidence::CredentialPart;
use crate::facts::evidence::EvidenceFacts;
use crate::facts::evidence::Shown;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::record::BagState;
use crate::record::Event;
use crate::record::KeyPart;
use crate::record::PortalPart;
use crate::record::Statement;
use crate::record::Thumbprint;
use crate::webauthn::AttestedCredentialData;
use crate::webauthn::attestation::SignatureFact;
use std::collections::BTreeMap;
use std::collections::HashMap;

/// A key for one account.
#[derive(Default)]
struct Key {
    /// The account's alias, as the latest record has it.
    alias: String,
    registration: Option<(u64, AttestedCredentialData)>,
    counter: Option<u32>,
    seen: Option<(UtcTime, u64)>,
    gone: bool,
}

/// Every key so far.
#[derive(Default)]
pub(super) struct Keys {
    by_account: BTreeMap<(Guid, String), Key>,
    /// Label → bag and the record that put it there.
    bags: BTreeMap<String, (String, u64)>,
    /// The first half of a bag number's SHA-256 → the record that used it.
    bag_numbers: HashMap<[u8; 16], u64>,
}

impl Keys {
    /// Completes `evidence` by what is known of the key, and takes over what the record adds.
    pub(super) fn take(
        &mut self,
        statement: &Statement,
        attested: Option<&AttestedCredentialData>,
        evidence: &mut EvidenceFacts,
    ) {
        let unseen = statement.unseen_key.as_ref().map(|key| &key.label);
        let label = statement.key.as_ref().map(|key| &key.label).or(unseen);
        let (Some(label), Some(account)) = (label, &statement.account) else {
            return;
        };
        let place = (account.object_id, label.clone());
        let key = self.by_account.entry(place).or_default();
        key.alias.clone_from(&account.alias);
        if let Some(attested) = attested
            && statement.event == Event::Registration
        {
            let same = key
                .registration
                .as_ref()
                .is_some_and(|(_, before)| before.credential_id == attested.credential_id);
            let count = evidence.registration.shown().map(|shown| shown.counter);
            key.counter = if same { key.counter.max(count) } else { count };
            key.registration = Some((evidence.record, attested.clone()));
            key.gone = false;
        }
        if let Some(part) = &statement.key {
            evidence.credential = compare(statement, part, key, evidence);
            let stated = matches!(
                &evidence.credential,
                CredentialMatch::Compared { differs, .. } if differs.is_empty()
            );
            if let (Event::Registration, Some(portal), true) =
                (statement.event, &statement.portal, stated)
            {
                let below = below_tenant_attested(portal, evidence.attest.shown());
                evidence.credential = CredentialMatch::AtPortal { below };
            }
        }
        if let Shown::Shown(presence) = &mut evidence.presence {
            presence.counter_before = key.counter;
            key.counter = key.counter.max(Some(presence.counter));
        }
        if statement.event.needs_presence(statement.level) {
            key.seen = Some((statement.time.started, evidence.record));
        }
        if matches!(statement.event, Event::Loss | Event::Retirement) {
            key.gone = true;
        }
        // The one in whose place this key is opens nothing any more.
        if let (Event::Registration, Some(old)) = (statement.event, &statement.replaces)
            && old.label != *label
            && let Some(old) = self
                .by_account
                .get_mut(&(account.object_id, old.label.clone()))
        {
            old.gone = true;
        }
    }

    /// What the record says of the key's bag; `None` if it says nothing.
    pub(super) fn bag(&mut self, index: u64, statement: &Statement) -> Option<BagFacts> {
        let (custody, opening) = (statement.custody.as_ref(), statement.opening.as_ref());
        let unseen = statement.unseen_key.as_ref().map(|key| &key.label);
        let label = statement.key.as_ref().map(|key| &key.label).or(unseen)?;
        let came_out_of = match (custody, opening) {
            (Some(custody), _) => custody.previous_bag.as_ref(),
            (None, Some(opening)) => opening.bag.as_ref(),
            (None, None) => return None,
        };
        let last_recorded = self.bags.remove(label);
        let mut used_by = None;
        if let Some(custody) = custody {
            let number = custody.bag.clone();
            // A bag that stayed closed keeps its number.
            let stayed = came_out_of.is_some_and(|bag| {
                bag.state == BagState::Intact
                    && bag.number == number
                    && last_recorded
                        .as_ref()
                        .is_some_and(|(last, _)| *last == bag.number)
            });
            let [half, _] = halves(&Digest::of(number.as_bytes()));
            let first = *self.bag_numbers.entry(half).or_insert(index);
            used_by = (first != index && !stayed).then_some(first);
            self.bags.insert(label.clone(), (number, index));
        }
        Some(BagFacts {
            label: label.clone(),
            bag: custody.map(|custody| custody.bag.clone()),
            used_by,
            came_out_of: came_out_of.map(|bag| {
                let found = match bag.state {
                    BagState::Intact => BagFound::Intact,
                    BagState::Broken => BagFound::Broken,
                    BagState::Missing => BagFound::Missing,
                };
                (bag.number.clone(), found)
            }),
            last_recorded,
        })
    }

    /// When each key that is still in use was last seen, in the order of accounts and labels.
    pub(super) fn due<'a>(
        &'a self,
        happened: &'a [Happening],
    ) -> impl Iterator<Item = DueFacts> + 'a {
        self.by_account
            .iter()
            .filter(|(_, key)| !key.gone)
            .filter_map(move |((_, label), key)| {
                let (last, record) = key.seen?;
                let concerning = happened
                    .iter()
                    .filter(|one| one.concerns.concerns(&key.alias, label, None));
                Some(DueFacts {
                    label: label.clone(),
                    last,
                    record,
                    happened: concerning.cloned().collect(),
                })
            })
    }
}

fn compare(
    statement: &Statement,
    part: &KeyPart,
    key: &Key,
    evidence: &EvidenceFacts,
) -> CredentialMatch {
    let stated = part.credential_id.is_some() || part.public_key.is_some();
    let used = evidence.presence != Shown::NotNeeded
        || evidence.registration != Shown::NotNeeded
        || evidence.probe != Shown::NotNeeded;
    if !stated && !used && statement.event != Event::Verification {
        return CredentialMatch::NotNeeded;
    }
    let (Some(id), Some(public_key)) = (&part.credential_id, &part.public_key) else {
        return CredentialMatch::NotStated;
    };
    let own = statement.event == Event::Registration;
    let registered = key
        .registration
        .as_ref()
        .filter(|(record, _)| !own || *record == evidence.record);
    let Some((registration, attested)) = registered else {
        return CredentialMatch::NotRegistered;
    };
    let differs = [
        (CredentialPart::Id, *id != attested.credential_id),
        (
            CredentialPart::PublicKey,
            public_key.cose != attested.public_key,
        ),
        (CredentialPart::Aaguid, part.aaguid != attested.aaguid),
    ];
    CredentialMatch::Compared {
        registration: *registration,
        differs: differs
            .into_iter()
            .filter(|(_, differs)| *differs)
            .map(|(part, _)| part)
            .collect(),
    }
}

/// Why a credential that was registered at a portal is not proven to be of a key that the tenant saw
/// attested; `None` if it is.
fn below_tenant_attested(
    portal: &PortalPart,
    made: Option<&AttestEvidence>,
) -> Option<&'static str> {
    if !portal.attested {
        return Some("the tenant does not say that it attested");
    }
    if !portal.enforced {
        return Some("the tenant did not demand attestation");
    }
    let Some(made) = made
        .filter(|made| made.binds_statement && made.attestation.signature == SignatureFact::Good)
    else {
        return Some("the key did not show who attests it");
    };
    let named = made
        .thumbprint
        .is_some_and(|shown| portal.certificates.contains(&Thumbprint(shown)));
    if named {
        None
    } else {
        Some("another certificate attests the key than the tenant names")
    }
}

fn halves(digest: &Digest) -> [[u8; 16]; 2] {
    let mut halves = [[0; 16]; 2];
    for (half, bytes) in halves.iter_mut().zip(digest.0.chunks_exact(16)) {
        half.copy_from_slice(bytes);
    }
    halves
}
