//! What a page's own record or statement proves: the key's signature, and people's.

use crate::cli::words;
use crate::findings;
use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::ledger::FileName;
use crate::ledger::InForce;
use crate::ledger::Signing;
use crate::ledger::Trust;
use crate::ledger::audit::CitedMetadata;
use crate::ledger::audit::CountingRoster;
use crate::ledger::audit::Court;
use crate::ledger::audit::Judged;
use crate::ledger::audit::JudgedSignature;
use crate::ledger::audit::LedgerFault;
use crate::ledger::audit::RecordFacts;
use crate::ledger::audit::RecordFiles;
use crate::ledger::audit::Signed;
use crate::paper::PageValues;
use crate::paper::Reprint;
use crate::record::CeremonyRecord;
use crate::record::Evidence;
use crate::record::Namespace;
use crate::record::Roster;
use crate::record::SshSignature;
use crate::record::Statement;
use std::sync::Arc;

/// Checks of the key's signature over its statement.
const PRESENCE: [Check; 5] = [
    Check::Up,
    Check::Uv,
    Check::PresSig,
    Check::PresBind,
    Check::RpHash,
];

/// `UP` `UV` `PRES-*` `RP-HASH` and `PAGE-SIGNED` of what the page holds; none of a page that holds
/// neither record nor statement. `force` is what counted for it in its book.
pub(super) fn findings(
    reprint: &Reprint,
    index: Option<u64>,
    force: Option<&InForce>,
    trust: &Trust,
) -> Vec<Finding> {
    let Some(record) = record_in(reprint) else {
        return Vec::new();
    };
    let facts = judged(reprint, &record, index, force, trust);
    let mut all = findings::evidence(&facts.evidence);
    all.retain(|one| PRESENCE.contains(&one.check));
    if index.is_none() {
        // Which number the record has is the ledger's to say.
        let about = super::subject(reprint);
        for one in &mut all {
            one.subject = about.clone();
        }
    }
    match reprint.values() {
        PageValues::Bag(_) => {
            all.push(people(reprint, &record.1, &facts, index, force));
        }
        PageValues::Minutes(_) => all.push(Finding::new(
            Check::PageSigned,
            Verdict::NotRun,
            super::subject(reprint),
            "minutes carry no signatures: the bag face does, and the ledger",
        )),
        PageValues::Blank(_)
        | PageValues::Inside(_)
        | PageValues::Inventory(_)
        | PageValues::PinEnvelope(_)
        | PageValues::Receipt(_)
        | PageValues::Script(_) => {}
    }
    all
}

/// The record in a page, or one of nothing but the statement and presence of an inside sheet.
fn record_in(reprint: &Reprint) -> Option<(Vec<u8>, Statement)> {
    if let Some((record, bytes)) = reprint.record() {
        return Some((bytes.to_vec(), record.statement));
    }
    let (statement, presence) = reprint.sealed()?;
    let evidence = Evidence {
        presence: Some(presence),
        ..Evidence::default()
    };
    let record = CeremonyRecord {
        evidence,
        statement,
    };
    Some((record.bytes().ok()?, record.statement))
}

fn judged(
    reprint: &Reprint,
    (bytes, _): &(Vec<u8>, Statement),
    index: Option<u64>,
    force: Option<&InForce>,
    trust: &Trust,
) -> RecordFacts {
    let counting = force.and_then(|force| {
        let roster = Roster::parse(&force.roster).ok()?;
        Some(Arc::new(CountingRoster::new(force.roster_sha256(), roster)))
    });
    let signed = |(reference, signature)| Signed {
        reference,
        contents: Ok(signature),
    };
    Court::new(trust).judge(&RecordFiles {
        index: index.unwrap_or_default(),
        record: Ok(bytes.clone()),
        signatures: reprint.signatures().into_iter().map(signed).collect(),
        roster: None,
        roster_signatures: Vec::new(),
        checkpoint: None,
        checkpoint_signatures: Vec::new(),
        counting,
        metadata: CitedMetadata::None,
    })
}

/// `PAGE-SIGNED`
fn people(
    reprint: &Reprint,
    statement: &Statement,
    facts: &RecordFacts,
    index: Option<u64>,
    force: Option<&InForce>,
) -> Finding {
    let finding = |verdict, detail: String| {
        Finding::new(Check::PageSigned, verdict, super::subject(reprint), detail)
    };
    let Some(force) = force else {
        return by_their_own_keys(reprint, statement);
    };
    for one in &facts.signatures {
        if let Judged::Bad(fault) = &one.judged {
            let why = words::fault(&LedgerFault {
                file: FileName::RecordSignature(facts.index, one.reference.clone()).to_string(),
                fault: fault.clone(),
            });
            return finding(
                Verdict::Fail,
                format!("{}.sig does not count: {why}", one.reference),
            );
        }
    }
    let not_judged = |one: &JudgedSignature| one.judged == Judged::NotJudged;
    if facts.signatures.iter().any(not_judged) {
        let detail = "the book has no roster that can be read to judge its signatures by";
        return finding(Verdict::Unknown, detail.to_owned());
    }
    let signed = |who: &str, document: Namespace| {
        document != Namespace::Record || facts.signatures.iter().any(|one| one.reference == who)
    };
    let needed = statement.event.witnesses(&force.policy);
    let signing = Signing::of(index, statement, &force.people, needed, &signed);
    match signing.words() {
        None => finding(
            Verdict::Pass,
            format!("signed by {}", statement.expected_signers.join(", ")),
        ),
        Some(words) => finding(Verdict::Warn, format!("when it was printed {words}"))
            .fix("print it again: the book has what was signed since"),
    }
}

/// Without a roster: whether each signature holds by the key that it brings itself.
fn by_their_own_keys(reprint: &Reprint, statement: &Statement) -> Finding {
    let finding = |verdict, detail: String| {
        Finding::new(Check::PageSigned, verdict, super::subject(reprint), detail)
    };
    let record = reprint.attached("record.json").unwrap_or_default();
    let mut held = Vec::new();
    for (who, signature) in reprint.signatures() {
        let holds = SshSignature::parse(&signature)
            .is_ok_and(|signature| signature.verify(Namespace::Record, record).is_ok());
        if !holds {
            let detail = format!("{who}.sig is no signature over the record in this page");
            return finding(Verdict::Fail, detail);
        }
        held.push(who);
    }
    let gone: Vec<&str> = statement
        .expected_signers
        .iter()
        .filter(|who| !held.contains(who))
        .map(String::as_str)
        .collect();
    let missing = if gone.is_empty() {
        String::new()
    } else {
        format!("; {} had not signed", gone.join(", "))
    };
    finding(
        Verdict::Unknown,
        format!(
            "{} signatures hold, each by the key that it brings; whose keys those are says the book’s \
             roster{missing}",
            held.len()
        ),
    )
    .fix("name the book: --book DIR")
}
