//! A statement in sentences: what a person reads before signing, and what a report says of a record.

mod own;

use super::BagState;
use super::Basis;
use super::Claim;
use super::Custody;
use super::Event;
use super::KeyPart;
use super::Level;
use super::OpeningPart;
use super::OpeningReason;
use super::SignInPart;
use super::Statement;
use super::TimeSource;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::plan::Role;
use std::fmt::Write as _;

impl Statement {
    /// Everything that the statement says and a person can judge, one sentence or two a line: what
    /// happened first, then the circumstances, then who signs. Texts from outside stand as they are;
    /// whoever shows them makes them printable.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.rehearsal {
            lines.push("A REHEARSAL: nothing in it is real.".to_owned());
        }
        lines.push(self.happened());
        lines.extend(self.key.as_ref().map(key));
        lines.extend(self.unseen_key.as_ref().map(|key| {
            format!(
                "{} was not plugged in; record {:06} is the last that shows it.",
                key.label, key.record
            )
        }));
        lines.extend(self.opening.as_ref().map(opened));
        lines.extend(self.review.as_ref().map(|review| {
            format!(
                "The opening of record {:06} is reviewed: {}",
                review.record, review.text
            )
        }));
        lines.extend(self.custody.as_ref().and_then(came_out));
        lines.extend(self.custody.as_ref().map(put));
        lines.extend(self.pin_envelope.as_ref().map(|pin| {
            format!(
                "Its PIN is in envelope {}, held by {}.",
                pin.number,
                pin.held_by.join(" and ")
            )
        }));
        lines.extend(self.own());
        lines.extend(self.sign_in.iter().flat_map(signed_in));
        lines.extend(self.checklist.iter().map(|line| {
            let done = if line.done { "done" } else { "NOT DONE" };
            format!("List, {}: {done}: {}", line.item, line.text)
        }));
        for (number, exception) in self.exceptions.iter().enumerate() {
            lines.push(format!(
                "Exception {}, at step {}: {}",
                number + 1,
                exception.step,
                exception.text
            ));
        }
        lines.extend(checks(&self.findings));
        lines.extend(self.circumstances());
        lines
    }

    /// What happened, in one sentence.
    #[must_use]
    pub fn happened(&self) -> String {
        let key = self.key.as_ref().map(|key| key.label.as_str());
        let unseen = self.unseen_key.as_ref().map(|key| key.label.as_str());
        let key = key.or(unseen).unwrap_or("a key");
        let account = self.account.as_ref();
        let account = account.map_or("no account", |account| account.alias.as_str());
        match self.event {
            Event::Genesis => "This book begins.".to_owned(),
            Event::Registration => {
                format!("Security key {key} was registered for account {account} and sealed.")
            }
            Event::Verification => {
                let how = match self.level {
                    Some(Level::L0) => "without its PIN (level L0)",
                    Some(Level::L1) => "with PIN and touch (level L1)",
                    Some(Level::L2) => "by a real sign-in (level L2)",
                    None => "to no stated level",
                };
                format!("Security key {key} of account {account} was verified {how}.")
            }
            Event::Custody if self.review.is_some() => {
                format!("An incident with security key {key} (account {account}) was reviewed.")
            }
            Event::Custody if self.opening.is_some() => {
                format!("The bag of security key {key} (account {account}) was opened.")
            }
            Event::Custody => {
                format!("The bag of security key {key} (account {account}) was handled.")
            }
            Event::Retirement => {
                format!("Security key {key} of account {account} was taken out of use.")
            }
            Event::Loss => format!("Security key {key} of account {account} is lost."),
            Event::Exception => "Something went otherwise than the script.".to_owned(),
            Event::Amendment => match &self.amendment {
                Some(amendment) => format!(
                    "Record {:06} is corrected; it stays as it is.",
                    amendment.record
                ),
                None => "A record is corrected.".to_owned(),
            },
            Event::People => "Who may sign, and in which role, changes.".to_owned(),
            Event::Policy => "The book's policy changes.".to_owned(),
            Event::Acceptance => match &self.acceptance {
                Some(accepted) => format!(
                    "That {} fails for {} is accepted until {}.",
                    accepted.check, accepted.subject, accepted.until
                ),
                None => "A finding is accepted.".to_owned(),
            },
            Event::Training => "People were trained.".to_owned(),
        }
    }

    /// When, where, on what, and who signs.
    fn circumstances(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let clock = match self.time.source {
            TimeSource::HostClock => "by the clock of the operator's machine",
            TimeSource::Rehearsal => "by the rehearsal's clock",
        };
        lines.push(format!("It began at {}, {clock}.", self.time.started));
        lines.extend(
            self.reference
                .as_ref()
                .map(|ticket| format!("Change ticket: {ticket}")),
        );
        if !self.nonces.is_empty() {
            let who: Vec<&str> = self
                .nonces
                .iter()
                .map(|nonce| nonce.reference.as_str())
                .collect();
            lines.push(format!("Fresh words were given by {}.", who.join(", ")));
        }
        let origin = &self.ledger.origin;
        lines.push(match self.ledger.size {
            0 => format!("It is the first record of the book {origin}."),
            1 => format!("It builds on the first record of the book {origin}."),
            size => format!("It builds on the first {size} records of the book {origin}."),
        });
        let mut signers = self.expected_signers.iter();
        let operator = signers.next().map_or("nobody", String::as_str);
        let witnesses: Vec<&str> = signers.map(String::as_str).collect();
        lines.push(if witnesses.is_empty() {
            format!(
                "To be signed by {operator} ({}) alone.",
                Role::Operator.word()
            )
        } else {
            format!(
                "To be signed by {operator} ({}), and witnessed by {}.",
                Role::Operator.word(),
                witnesses.join(", ")
            )
        });
        lines
    }
}

fn key(key: &KeyPart) -> String {
    let mut text = format!("{}: model {}", key.label, key.aaguid);
    for (what, claimed) in [("serial number", &key.serial), ("firmware", &key.firmware)] {
        if let Some(claimed) = claimed {
            let _ = write!(text, ", {what} {}", claim(claimed));
        }
    }
    text.push_str(if key.pin.set {
        ", with a PIN"
    } else {
        ", without a PIN"
    });
    if key.pin.changed == Some(true) {
        text.push_str(" that was changed");
    }
    if let Some(left) = key.pin.retries {
        let _ = write!(text, ", {left} PIN tries left");
    }
    text.push('.');
    text
}

fn claim(claim: &Claim) -> String {
    let basis = match claim.basis {
        Basis::Getinfo => "the key says",
        Basis::Usb => "USB says",
        Basis::Init => "the key's first answer says",
        Basis::Vendor => "the vendor's command says",
        Basis::Attested => "its certificate says",
        Basis::Listed => "the key's own list says",
        Basis::Engraved => "read off the key",
        Basis::Registration => "from its registration",
        Basis::Record => "from an earlier record",
    };
    format!("{} ({basis})", claim.value)
}

fn opened(opening: &OpeningPart) -> String {
    let why = match opening.reason {
        OpeningReason::Incident => "in an incident",
        OpeningReason::Test => "for a test",
        OpeningReason::Inspection => "for an inspection",
        OpeningReason::Move => "to move the key",
    };
    let bag = opening.bag.as_ref().map_or_else(
        || "Its bag, which nobody looked at before,".to_owned(),
        |bag| format!("Bag {}, found {},", bag.number, found(bag.state)),
    );
    let who = match opening.opened_by.as_slice() {
        [] => String::new(),
        some => format!(" by {}", some.join(" and ")),
    };
    let text = opening.text.as_ref();
    let text = text.map_or_else(String::new, |text| format!(" Why: {text}"));
    format!("{bag} was opened {why} at {}{who}.{text}", opening.at)
}

fn signed_in(sign_in: &SignInPart) -> Vec<String> {
    let (at, id) = (sign_in.at, sign_in.id);
    let mut lines = vec![format!(
        "The tenant's log shows its sign-in at {at} (entry {id})."
    )];
    lines.push(sign_in.alert.as_ref().map_or_else(
        || "Nobody saw an alert of it.".to_owned(),
        |alert| format!("{} saw the alert {} of it.", alert.seen_by, alert.id),
    ));
    lines
}

const fn found(state: BagState) -> &'static str {
    match state {
        BagState::Intact => "closed and whole",
        BagState::Broken => "BROKEN",
        BagState::Missing => "MISSING",
    }
}

/// `None` if the key came out of no bag.
fn came_out(custody: &Custody) -> Option<String> {
    let bag = custody.previous_bag.as_ref()?;
    let state = found(bag.state);
    Some(if bag.number == custody.bag {
        format!(
            "Bag {} was found {state}, and stayed as it was.",
            bag.number
        )
    } else {
        format!("It came out of bag {}, found {state}.", bag.number)
    })
}

fn put(custody: &Custody) -> String {
    let shelf = custody.shelf.as_ref();
    let shelf = shelf.map_or_else(String::new, |shelf| format!(", shelf {shelf}"));
    format!(
        "It is in bag {}, in safe {}{shelf}.",
        custody.bag, custody.safe
    )
}

/// What the checks before the touch said: how many passed, and each that did not.
fn checks(findings: &[Finding]) -> Vec<String> {
    if findings.is_empty() {
        return Vec::new();
    }
    let count = |verdict| findings.iter().filter(|one| one.verdict == verdict).count();
    let not_run = match count(Verdict::NotRun) {
        0 => String::new(),
        1 => ", 1 was not run".to_owned(),
        some => format!(", {some} were not run"),
    };
    let passed = count(Verdict::Pass);
    let mut lines = vec![format!("Checks before the touch: {passed} pass{not_run}.")];
    lines.extend(findings.iter().filter_map(|one| {
        let word = match one.verdict {
            Verdict::Pass | Verdict::NotRun => return None,
            Verdict::Warn => "warns",
            Verdict::Fail => "FAILS",
            Verdict::Unknown => "is UNKNOWN",
            Verdict::Accepted => "fails, and is accepted",
        };
        Some(format!(
            "{} {word} for {}: {}",
            one.check, one.subject, one.detail
        ))
    }));
    lines
}
