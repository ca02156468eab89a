//! `MDS-SIG` `MDS-STALE` `MDS-STATUS` `MDS-ROLLBACK` and `FW-ADVISORY`: what metadata is worth, and
//! what is known against a model.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::metadata_words;
use crate::facts::metadata::BlobFacts;
use crate::facts::metadata::BlobFault;
use crate::facts::metadata::BlobRead;
use crate::facts::metadata::Listing;
use crate::facts::metadata::ModelFacts;
use crate::plan::MetadataStaleDays;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::Advisory;
use crate::webauthn::attestation::FirmwareVersion;
use crate::webauthn::metadata::Status;
use crate::webauthn::metadata::StatusReport;
use std::fmt::Write as _;

const SECONDS_A_DAY: i64 = 86_400;
/// What to do where metadata is missing, stale or bad.
pub const FETCH_METADATA: &str =
    "fetch the current BLOB from https://mds3.fidoalliance.org/ and `glasskey mds import` it";

/// `MDS-SIG`, and of a BLOB that is good `MDS-STALE` and `MDS-ROLLBACK`.
#[must_use]
pub fn metadata(facts: &BlobFacts, stale: &MetadataStaleDays, subject: &Subject) -> Vec<Finding> {
    let make = |check, verdict, detail: String| {
        let finding = Finding::new(check, verdict, subject.clone(), detail);
        if verdict == Verdict::Pass {
            finding
        } else {
            finding.fix(FETCH_METADATA)
        }
    };
    let at = facts.at;
    let blob = match &facts.blob {
        Ok(blob) => blob,
        Err(BlobFault::NotKept) => {
            let detail = "the BLOB that is cited is not in the ledger".to_owned();
            return vec![make(Check::MdsSig, Verdict::Unknown, detail)];
        }
        Err(BlobFault::Refused(error)) => {
            let detail = format!("as of {at}: {}", metadata_words::refusal(error));
            return vec![make(Check::MdsSig, Verdict::Fail, detail)];
        }
    };
    let number = blob.number;
    let signature = match facts.number_stated {
        Some(stated) if stated != number => (
            Verdict::Fail,
            format!("the BLOB cited is no {number}, not {stated} as stated"),
        ),
        Some(_) | None => (
            Verdict::Pass,
            format!("no {number}, signed under root {} as of {at}", blob.root),
        ),
    };
    let (stale, stale_words) = staleness(blob, at, stale);
    let rollback = match facts.highest_before {
        Some(before) if number < before => {
            (Verdict::Fail, format!("no {number}, after no {before}"))
        }
        Some(before) => (
            Verdict::Pass,
            format!("no {number}, none above {before} before"),
        ),
        None => (Verdict::NotRun, format!("no {number} is the first")),
    };
    vec![
        make(Check::MdsSig, signature.0, signature.1),
        make(Check::MdsStale, stale, stale_words),
        if rollback.0 == Verdict::Fail {
            make(Check::MdsRollback, rollback.0, rollback.1)
        } else {
            Finding::new(Check::MdsRollback, rollback.0, subject.clone(), rollback.1)
        },
    ]
}

fn staleness(blob: &BlobRead, at: UtcTime, limits: &MetadataStaleDays) -> (Verdict, String) {
    let next = blob.next_update.day();
    let late = at
        .unix()
        .saturating_sub(blob.next_update.unix())
        .div_euclid(SECONDS_A_DAY);
    if late < 0 {
        return (Verdict::Pass, format!("the next was due {next}"));
    }
    let verdict = if late >= i64::from(limits.fail) {
        Verdict::Fail
    } else if late >= i64::from(limits.warn) {
        Verdict::Warn
    } else {
        Verdict::Pass
    };
    (
        verdict,
        format!("the next was due {next}, {late} days before {}", at.day()),
    )
}

/// `MDS-STATUS` of a registration: what metadata `number` reports against the model, with the
/// reports that are effective at `as_of`. `registered` tells which of them came later.
#[must_use]
pub fn status(
    model: &ModelFacts,
    listing: &Listing,
    number: u64,
    registered: Option<UtcTime>,
    as_of: UtcTime,
    subject: &Subject,
) -> Finding {
    let make =
        |verdict, detail: String| Finding::new(Check::MdsStatus, verdict, subject.clone(), detail);
    let aaguid = model.aaguid;
    let reports = match listing {
        Listing::NotListed => {
            let detail = format!("{aaguid} is not listed in no {number}");
            return make(Verdict::NotRun, detail);
        }
        Listing::Malformed => {
            let detail = format!("the entry of {aaguid} in no {number} cannot be read");
            return make(Verdict::Unknown, detail);
        }
        Listing::Listed(reports) => reports,
    };
    let mut worst = Verdict::Pass;
    let mut words = Vec::new();
    for report in reports {
        let verdict = weight(report, &model.certificates);
        if verdict == Verdict::Pass {
            continue;
        }
        let effective = report.effective;
        let in_force = effective.is_none_or(|from| from <= as_of);
        let verdict = if in_force { verdict } else { Verdict::Warn };
        if verdict == Verdict::Fail || worst == Verdict::Pass {
            worst = verdict;
        }
        words.push(one_report(report, registered, as_of));
    }
    if words.is_empty() {
        make(
            Verdict::Pass,
            format!("nothing against {aaguid} in no {number}"),
        )
    } else {
        let detail = format!("{aaguid}, no {number}: {}", words.join("; "));
        make(worst, detail).fix("read what is reported, and replace the key if it concerns you")
    }
}

/// What metadata says gravely of a model, with the day from which it counts and in words; of a key whose
/// certificates are not at hand, that one of them is compromised as well.
#[must_use]
pub fn grave(listing: &Listing) -> Vec<(Option<UtcTime>, String)> {
    let Listing::Listed(reports) = listing else {
        return Vec::new();
    };
    let is_grave = |report: &&StatusReport| {
        report.status == Status::AttestationKeyCompromise || weight(report, &[]) == Verdict::Fail
    };
    let all = reports.iter().filter(is_grave);
    all.map(|report| {
        let words = metadata_words::status(&report.status).to_owned();
        (report.effective, words)
    })
    .collect()
}

fn one_report(report: &StatusReport, registered: Option<UtcTime>, as_of: UtcTime) -> String {
    let mut words = metadata_words::status(&report.status).to_owned();
    if let Some(version) = report.authenticator_version {
        let _ = write!(words, " of version {version}");
    }
    match (report.effective, registered) {
        (Some(from), _) if from > as_of => {
            let _ = write!(words, " from {} on", from.day());
        }
        (Some(from), Some(registered)) if from > registered => {
            let after = registered.day();
            let _ = write!(
                words,
                " since {}, after the registration of {after}",
                from.day()
            );
        }
        (Some(from), _) => {
            let _ = write!(words, " since {}", from.day());
        }
        (None, _) => words.push_str(", undated"),
    }
    if let Some(url) = &report.url {
        let url: String = url.chars().take(200).collect();
        let _ = write!(words, " ({url})");
    }
    words
}

/// How much a report weighs against a key with these certificates.
fn weight(report: &StatusReport, certificates: &[Digest]) -> Verdict {
    match &report.status {
        Status::NotFidoCertified | Status::SelfAssertionSubmitted | Status::FidoCertified(_) => {
            Verdict::Pass
        }
        Status::UpdateAvailable | Status::Other(_) => Verdict::Warn,
        Status::AttestationKeyCompromise => match &report.certificate {
            Some(certificate) if !certificates.contains(&Digest::of(certificate)) => Verdict::Pass,
            Some(_) | None => Verdict::Fail,
        },
        Status::UserVerificationBypass
        | Status::UserKeyRemoteCompromise
        | Status::UserKeyPhysicalCompromise
        | Status::Revoked => Verdict::Fail,
    }
}

/// `MDS-STATUS` where there is no metadata to ask; `registrations` is how many wait for it.
#[must_use]
pub fn no_metadata(registrations: usize) -> Finding {
    let detail = format!(
        "no metadata at hand: reports against the models of {registrations} registrations are not known"
    );
    Finding::new(Check::MdsStatus, Verdict::NotRun, Subject::book(), detail).fix(FETCH_METADATA)
}

/// `FW-ADVISORY`: what `advisory`, about this model, says of its firmware.
#[must_use]
pub fn advisory(model: &ModelFacts, advisory: &Advisory, subject: &Subject) -> Finding {
    let make =
        |verdict, detail: String| Finding::new(Check::FwAdvisory, verdict, subject.clone(), detail);
    let Advisory {
        id,
        first,
        fixed,
        source,
        ..
    } = advisory;
    let concerned = if *first == FirmwareVersion::ZERO {
        format!("below {fixed}")
    } else {
        format!("from {first} to below {fixed}")
    };
    let firmware = model.firmware.as_deref();
    match firmware.map(FirmwareVersion::parse) {
        Some(Some(version)) if version < *first || version >= *fixed => {
            make(Verdict::Pass, format!("{version} is not concerned by {id}"))
        }
        Some(Some(version)) => make(
            Verdict::Warn,
            format!("{id} concerns {version}, {concerned}"),
        )
        .fix(format!("read {source}")),
        Some(None) | None => make(
            Verdict::Warn,
            format!("{id} concerns this model {concerned}; its firmware is not known"),
        )
        .fix(format!("read {source}")),
    }
}

#[cfg(test)]
mod tests;
