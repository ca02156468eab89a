//! `check KEY`: the key that is plugged in, judged for its account. No PIN, and no touch but to choose.

use super::NOTHING;
use super::book::Book;
use crate::ceremony::Chosen;
use crate::ceremony::Wanted;
use crate::ceremony::same_key_as_planned;
use crate::cli::choosing;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::ctap::Keys;
use crate::entra::Attestation;
use crate::facts::key;
use crate::facts::key::Health;
use crate::facts::key::KeyFacts;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Judged;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::aaguid_allowed;
use crate::findings::health;
use crate::findings::key_checks;
use crate::io::HidKeys;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::plan::Plan;
use crate::plan::PlannedKey;
use crate::primitives::Entropy;

/// A key that was read, and what of it does not hang on the tenant.
pub(super) struct InHand {
    facts: KeyFacts,
    planned: PlannedKey,
    account: String,
    /// Which key of the book it is; `None` if it is none that its records know.
    known: Option<Box<Health>>,
}

/// What a report says of the key.
pub(super) struct Shown {
    /// Its label.
    pub(super) label: String,
    /// The account it is for.
    pub(super) account: String,
    /// The key in words.
    pub(super) name: String,
    /// Its model, as it says; `None` if it does not.
    pub(super) aaguid: Option<String>,
}

/// Reads the key that `label` names.
pub(super) fn read(label: &str, plan: &Plan, book: &Book) -> Result<InHand, Failure> {
    let Some((account, planned)) = plan.key(label) else {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            format!("the plan names no key {label}"),
            "name a label of glasskey.toml; `glasskey inspect` shows what a key is",
        ));
    };
    let clock = SystemClock::new();
    // What is alone in the hand is judged, whatever it is; of several the planned one is meant.
    let here = HidKeys::new().and_then(|mut keys| keys.list());
    let wanted = match here.map_err(|error| words::keys(&error))?.len() {
        0 | 1 => Wanted::Any,
        _ => Wanted::Planned(planned),
    };
    let chosen = choosing::one_key(&clock, wanted)?;
    let Chosen {
        mut ctap, facts, ..
    } = chosen;
    let mut entropy = SystemEntropy::open().map_err(|error| {
        Failure::new(
            Exit::Key,
            NOTHING,
            error.0,
            "check the system's random source",
        )
    })?;
    let mut nonce = || {
        let mut nonce = [0; 16];
        entropy.fill(&mut nonce);
        nonce
    };
    let on_record = &book.reading.on_record;
    let known = match &book.reading.tenant {
        Some(tenant) => key::recognise(&mut ctap, &facts, on_record, tenant, &mut nonce)
            .map_err(|error| words::ctap(&error).saying(NOTHING))?
            .map(Box::new),
        None => None,
    };
    Ok(InHand {
        facts,
        planned: planned.clone(),
        account: account.alias.clone(),
        known,
    })
}

/// Everything about the key: what it says of itself, whether it is the one the label names, and
/// whether the tenant takes its model for its account.
pub(super) fn findings(hand: &InHand, judged: &Judged<'_>) -> Vec<Finding> {
    let label = &hand.planned.label;
    let subject = Subject::key(label);
    let mut findings = match &hand.known {
        Some(known) if known.recorded.label == *label => health(known, judged.policy),
        Some(known) => {
            let mut findings = key_checks(&hand.facts, judged.policy, &subject);
            findings.push(another(&subject, &known.recorded.label, label));
            findings
        }
        None => {
            let mut findings = key_checks(&hand.facts, judged.policy, &subject);
            let registered = judged.book.keys.iter().any(|key| key.label == *label);
            findings.push(unknown_to_the_book(hand, &subject, registered));
            findings
        }
    };
    findings.push(allowed(hand, judged, &subject));
    findings
}

fn another(subject: &Subject, is: &str, wanted: &str) -> Finding {
    Finding::new(
        Check::SameKey,
        Verdict::Fail,
        subject.clone(),
        format!("this is {is}, by the records"),
    )
    .fix(format!("plug in {wanted}, or check {is}"))
}

/// A key that no record knows is right where none should, and otherwise another one.
fn unknown_to_the_book(hand: &InHand, subject: &Subject, registered: bool) -> Finding {
    let planned = same_key_as_planned(&hand.facts, &hand.planned);
    if registered && planned.verdict != Verdict::Fail {
        return Finding::new(
            Check::SameKey,
            Verdict::Fail,
            subject.clone(),
            format!("not the key on record: {}", planned.detail),
        )
        .fix("compare what is engraved on it with the record");
    }
    planned
}

/// `AAGUID-ALLOWED` of the model that this key says it is.
fn allowed(hand: &InHand, judged: &Judged<'_>, subject: &Subject) -> Finding {
    let account = judged.survey.account(&hand.account);
    let aaguid = hand.facts.aaguid();
    let (Some(account), Some(aaguid)) = (account, aaguid.known()) else {
        let why = if account.is_none() {
            "the plan pins no object id for its account"
        } else {
            "the key does not say which model it is"
        };
        return Finding::new(Check::AaguidAllowed, Verdict::Unknown, subject.clone(), why);
    };
    let mut finding = aaguid_allowed(&judged.survey.tenant, account, aaguid, Attestation::Unseen);
    finding.subject = subject.clone();
    finding
}

impl InHand {
    /// Whether a finding about this subject bears on the key: its own, its account's, the tenant's.
    pub(super) fn concerns(&self, plan: &Plan, subject: &Subject) -> bool {
        let mine = [
            Subject::key(&self.planned.label),
            Subject::account(&self.account),
        ];
        let others = plan.accounts.iter().flat_map(|account| {
            let keys = account.keys.iter().map(|key| Subject::key(&key.label));
            keys.chain([Subject::account(&account.alias)])
        });
        mine.contains(subject) || !others.into_iter().any(|other| other == *subject)
    }

    /// What a report says of it.
    pub(super) fn into_shown(self) -> Shown {
        Shown {
            name: self.facts.name(),
            aaguid: self.facts.aaguid().known().map(ToString::to_string),
            label: self.planned.label,
            account: self.account,
        }
    }
}
