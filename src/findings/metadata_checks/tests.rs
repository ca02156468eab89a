use super::*;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::ChainFault;
use crate::webauthn::metadata::MetadataError;

fn day(text: &str) -> UtcTime {
    UtcTime::parse(&format!("{text}T00:00:00Z")).unwrap()
}

fn blob(number: u64) -> BlobRead {
    BlobRead {
        number,
        next_update: day("2026-01-01"),
        sha256: Digest::of(b"blob"),
        root: Digest::of(b"root"),
    }
}

fn facts(at: &str) -> BlobFacts {
    BlobFacts {
        at: day(at),
        blob: Ok(blob(7)),
        number_stated: Some(7),
        highest_before: Some(7),
    }
}

fn verdicts(facts: &BlobFacts) -> Vec<(Check, Verdict)> {
    let stale = MetadataStaleDays { warn: 14, fail: 90 };
    metadata(facts, &stale, &Subject::record(1))
        .iter()
        .map(|finding| (finding.check, finding.verdict))
        .collect()
}

fn of(check: Check, facts: &BlobFacts) -> Verdict {
    let all = verdicts(facts);
    all.iter().find(|(one, _)| *one == check).unwrap().1
}

#[test]
fn good_recent_metadata_passes() {
    assert_eq!(
        verdicts(&facts("2025-12-30")),
        [
            (Check::MdsSig, Verdict::Pass),
            (Check::MdsStale, Verdict::Pass),
            (Check::MdsRollback, Verdict::Pass),
        ]
    );
}

#[test]
fn mds_stale_warns_and_fails_on_the_days_of_the_policy() {
    for (at, expected) in [
        ("2026-01-14", Verdict::Pass),
        ("2026-01-15", Verdict::Warn),
        ("2026-03-31", Verdict::Warn),
        ("2026-04-01", Verdict::Fail),
    ] {
        assert_eq!(of(Check::MdsStale, &facts(at)), expected, "{at}");
    }
}

#[test]
fn mds_rollback_fails_below_the_highest_number_before() {
    let lower = BlobFacts {
        highest_before: Some(8),
        ..facts("2025-12-30")
    };
    assert_eq!(of(Check::MdsRollback, &lower), Verdict::Fail);
    let first = BlobFacts {
        highest_before: None,
        ..facts("2025-12-30")
    };
    assert_eq!(of(Check::MdsRollback, &first), Verdict::NotRun);
}

#[test]
fn mds_sig_fails_for_a_refused_blob_and_for_another_number_than_stated() {
    let refused = BlobFacts {
        blob: Err(BlobFault::Refused(MetadataError::NotToRoot(
            ChainFault::Expired,
        ))),
        ..facts("2025-12-30")
    };
    assert_eq!(verdicts(&refused), [(Check::MdsSig, Verdict::Fail)]);
    let other = BlobFacts {
        number_stated: Some(6),
        ..facts("2025-12-30")
    };
    assert_eq!(of(Check::MdsSig, &other), Verdict::Fail);
}

#[test]
fn mds_sig_unknown_when_the_ledger_does_not_keep_the_blob() {
    let missing = BlobFacts {
        blob: Err(BlobFault::NotKept),
        ..facts("2025-12-30")
    };
    assert_eq!(verdicts(&missing), [(Check::MdsSig, Verdict::Unknown)]);
}

fn model(firmware: Option<&str>) -> ModelFacts {
    ModelFacts {
        aaguid: Aaguid::parse("2fc0579f-8113-47ea-b116-bb5a8db9202a").unwrap(),
        certificates: vec![Digest::of(b"leaf")],
        firmware: firmware.map(str::to_owned),
    }
}

fn report(status: Status, effective: Option<&str>) -> StatusReport {
    StatusReport {
        status,
        effective: effective.map(day),
        authenticator_version: None,
        certificate: None,
        url: None,
    }
}

fn judged(reports: Vec<StatusReport>) -> Finding {
    let registered = Some(day("2025-06-01"));
    let listing = Listing::Listed(reports);
    let as_of = day("2026-01-01");
    status(
        &model(None),
        &listing,
        9,
        registered,
        as_of,
        &Subject::record(1),
    )
}

#[test]
fn mds_status_fails_on_what_is_reported_against_the_model() {
    for bad in [
        Status::Revoked,
        Status::UserVerificationBypass,
        Status::AttestationKeyCompromise,
        Status::UserKeyRemoteCompromise,
        Status::UserKeyPhysicalCompromise,
    ] {
        let finding = judged(vec![
            report(
                Status::FidoCertified("FIDO_CERTIFIED_L1".into()),
                Some("2020-01-01"),
            ),
            report(bad, Some("2025-01-01")),
            report(Status::UpdateAvailable, Some("2025-01-01")),
        ]);
        assert_eq!(finding.verdict, Verdict::Fail, "{finding:?}");
    }
}

#[test]
fn mds_status_says_that_a_report_came_after_the_registration() {
    let finding = judged(vec![report(Status::Revoked, Some("2025-09-01"))]);
    assert_eq!(
        finding.detail,
        "2fc0579f-8113-47ea-b116-bb5a8db9202a, no 9: REVOKED since 2025-09-01, after the registration of 2025-06-01"
    );
}

#[test]
fn mds_status_warns_of_what_is_not_known_or_not_yet_in_force() {
    for mild in [
        report(Status::Other("NEW_STATUS".into()), None),
        report(Status::UpdateAvailable, Some("2025-01-01")),
        report(Status::Revoked, Some("2026-02-01")),
    ] {
        assert_eq!(
            judged(vec![mild.clone()]).verdict,
            Verdict::Warn,
            "{mild:?}"
        );
    }
}

#[test]
fn mds_status_passes_what_is_certified_or_about_another_certificate() {
    let other = StatusReport {
        certificate: Some(b"other".to_vec()),
        ..report(Status::AttestationKeyCompromise, None)
    };
    for harmless in [
        report(Status::NotFidoCertified, None),
        report(Status::SelfAssertionSubmitted, None),
        report(Status::FidoCertified("FIDO_CERTIFIED_L2".into()), None),
        other,
    ] {
        assert_eq!(
            judged(vec![harmless.clone()]).verdict,
            Verdict::Pass,
            "{harmless:?}"
        );
    }
    let own = StatusReport {
        certificate: Some(b"leaf".to_vec()),
        ..report(Status::AttestationKeyCompromise, None)
    };
    assert_eq!(judged(vec![own]).verdict, Verdict::Fail);
}

#[test]
fn mds_status_not_run_for_a_model_that_is_not_listed_and_unknown_for_a_broken_entry() {
    let of = |listing| {
        let as_of = day("2026-01-01");
        status(&model(None), &listing, 9, None, as_of, &Subject::record(1)).verdict
    };
    assert_eq!(of(Listing::NotListed), Verdict::NotRun);
    assert_eq!(of(Listing::Malformed), Verdict::Unknown);
}

#[test]
fn fw_advisory_warns_below_the_fixed_firmware_and_where_it_is_not_known() {
    for (firmware, expected) in [
        (Some("5.4.3"), [Verdict::Warn; 3]),
        (Some("5.2.7"), [Verdict::Warn, Verdict::Warn, Verdict::Pass]),
        (Some("5.7.1"), [Verdict::Pass, Verdict::Pass, Verdict::Warn]),
        (Some("5.7.4"), [Verdict::Pass; 3]),
        (Some("new"), [Verdict::Warn; 3]),
        (None, [Verdict::Warn; 3]),
    ] {
        let model = model(firmware);
        let found: Vec<Finding> = crate::webauthn::advisories(model.aaguid)
            .map(|one| advisory(&model, &one, &Subject::record(1)))
            .collect();
        let verdicts: Vec<Verdict> = found.iter().map(|one| one.verdict).collect();
        assert_eq!(verdicts, expected, "{firmware:?}");
    }
}
