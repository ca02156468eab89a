use super::*;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::webauthn::Aaguid;
use crate::webauthn::attestation::FirmwareVersion;

fn genuine() -> AttestationFacts {
    AttestationFacts {
        format: Format::Packed,
        aaguid: Some(Aaguid(Guid([1; 16]))),
        signature: SignatureFact::Good,
        chain: to_anchor(AnchorSource::Metadata, 1),
        aaguid_extension: ExtensionFact::Matches,
        certificate_requirements: Vec::new(),
        attested_firmware: Some(FirmwareVersion {
            major: 5,
            minor: 7,
            patch: 4,
        }),
        enterprise_serial: None,
        leaf: None,
    }
}

fn to_anchor(source: AnchorSource, serves: usize) -> ChainFact {
    ChainFact::ToAnchor {
        anchor: Digest::of(b""),
        index: 0,
        source,
        serves,
    }
}

fn verdict(check: Check, facts: &AttestationFacts, firmware: Option<&str>) -> Verdict {
    let all = attestation(facts, firmware, &Subject::record(1));
    let of: Vec<&Finding> = all.iter().filter(|one| one.check == check).collect();
    assert_eq!(of.len(), 1);
    of[0].verdict
}

#[test]
fn a_genuine_key_passes() {
    for finding in attestation(&genuine(), Some("5.7.4"), &Subject::record(1)) {
        assert_eq!(finding.verdict, Verdict::Pass, "{finding:?}");
    }
}

#[test]
fn att_fmt_unknown_when_the_format_proves_nothing() {
    for format in [
        Format::PackedSelf,
        Format::None,
        Format::FidoU2f,
        Format::Apple,
        Format::Tpm,
        Format::AndroidKey,
        Format::Other("x".into()),
    ] {
        let facts = AttestationFacts {
            format,
            ..genuine()
        };
        assert_eq!(verdict(Check::AttFmt, &facts, None), Verdict::Unknown);
    }
}

#[test]
fn att_sig_fails() {
    for (signature, expected) in [
        (SignatureFact::Bad, Verdict::Fail),
        (SignatureFact::Malformed, Verdict::Fail),
        (SignatureFact::OtherThanKey(-7), Verdict::Fail),
        (SignatureFact::UnknownAlgorithm(-50), Verdict::Unknown),
        (SignatureFact::NotApplicable, Verdict::NotRun),
    ] {
        let facts = AttestationFacts {
            signature,
            ..genuine()
        };
        assert_eq!(verdict(Check::AttSig, &facts, None), expected);
    }
}

#[test]
fn att_chain_fails_beside_an_anchor_and_is_unknown_without_one() {
    for (chain, expected) in [
        (to_anchor(AnchorSource::TrustFile, 1), Verdict::Pass),
        (to_anchor(AnchorSource::Book, 1), Verdict::Unknown),
        (ChainFact::NoAnchorKnown, Verdict::Unknown),
        (
            ChainFact::NotToAnchor {
                why: ChainFault::UnknownIssuer,
            },
            Verdict::Fail,
        ),
        (
            ChainFact::NotToAnchor {
                why: ChainFault::UnsupportedAlgorithm,
            },
            Verdict::Unknown,
        ),
        (ChainFact::NoCertificates, Verdict::Fail),
        (ChainFact::NotApplicable, Verdict::NotRun),
    ] {
        let facts = AttestationFacts { chain, ..genuine() };
        assert_eq!(verdict(Check::AttChain, &facts, None), expected);
    }
}

#[test]
fn att_aaguid_ext_fails_when_missing_under_an_anchor_of_several_models() {
    for (aaguid_extension, serves, expected) in [
        (ExtensionFact::Missing, 1, Verdict::Pass),
        (ExtensionFact::Missing, 2, Verdict::Fail),
        (ExtensionFact::Differs(Aaguid::ZERO), 1, Verdict::Fail),
        (ExtensionFact::Malformed, 1, Verdict::Fail),
        (ExtensionFact::NotApplicable, 1, Verdict::NotRun),
    ] {
        let facts = AttestationFacts {
            aaguid_extension,
            chain: to_anchor(AnchorSource::Metadata, serves),
            ..genuine()
        };
        assert_eq!(verdict(Check::AttAaguidExt, &facts, None), expected);
    }
}

#[test]
fn att_aaguid_ext_unknown_when_missing_and_no_anchor_is_known() {
    let facts = AttestationFacts {
        aaguid_extension: ExtensionFact::Missing,
        chain: ChainFact::NoAnchorKnown,
        ..genuine()
    };
    assert_eq!(verdict(Check::AttAaguidExt, &facts, None), Verdict::Unknown);
}

#[test]
fn att_cert_req_fails_and_names_everything() {
    let facts = AttestationFacts {
        certificate_requirements: vec![CertificateFault::Version(1), CertificateFault::Country],
        ..genuine()
    };
    let all = attestation(&facts, None, &Subject::record(1));
    let found = all.iter().find(|one| one.check == Check::AttCertReq);
    let found = found.unwrap();
    assert_eq!(found.verdict, Verdict::Fail);
    assert_eq!(found.detail, "version 1, not 3; no two-letter country");
}

#[test]
fn fw_attested_fails_when_the_statement_says_otherwise() {
    assert_eq!(
        verdict(Check::FwAttested, &genuine(), Some("5.4.3")),
        Verdict::Fail
    );
}

#[test]
fn fw_attested_unknown_when_the_chain_is_not_proven() {
    let facts = AttestationFacts {
        chain: ChainFact::NoAnchorKnown,
        ..genuine()
    };
    assert_eq!(verdict(Check::FwAttested, &facts, None), Verdict::Unknown);
    let facts = AttestationFacts {
        attested_firmware: None,
        ..genuine()
    };
    assert_eq!(verdict(Check::FwAttested, &facts, None), Verdict::NotRun);
}
