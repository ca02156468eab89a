//! `ATT-*` and `FW-ATTESTED`: what an attestation proves about the key's model.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use crate::webauthn::attestation::AnchorSource;
use crate::webauthn::attestation::AttestationFacts;
use crate::webauthn::attestation::CertificateFault;
use crate::webauthn::attestation::ChainFact;
use crate::webauthn::attestation::ChainFault;
use crate::webauthn::attestation::ExtensionFact;
use crate::webauthn::attestation::Format;
use crate::webauthn::attestation::SignatureFact;

/// Every check of an attestation. `firmware_stated` is what the statement claims; `None` if it
/// claims nothing.
#[must_use]
pub fn attestation(
    facts: &AttestationFacts,
    firmware_stated: Option<&str>,
    subject: &Subject,
) -> Vec<Finding> {
    let make = |check, (verdict, detail): (Verdict, String)| {
        Finding::new(check, verdict, subject.clone(), detail)
    };
    let chain = make(Check::AttChain, chain(facts));
    let chain = if chain.verdict == Verdict::Unknown {
        chain.fix("import FIDO metadata, or name the anchor of this model in the trust file")
    } else {
        chain
    };
    vec![
        make(Check::AttFmt, format(facts)),
        make(Check::AttSig, signature(facts)),
        chain,
        make(Check::AttAaguidExt, aaguid_extension(facts)),
        make(Check::AttCertReq, certificate_requirements(facts)),
        make(Check::FwAttested, firmware(facts, firmware_stated)),
    ]
}

/// `ATT-FMT`
fn format(facts: &AttestationFacts) -> (Verdict, String) {
    let proves_nothing = |what: &str| {
        let detail = format!("{what}: proves nothing about a security key's model");
        (Verdict::Unknown, detail)
    };
    match &facts.format {
        Format::Packed => (Verdict::Pass, "packed, with certificates".to_owned()),
        Format::PackedSelf => proves_nothing("packed, signed by the credential itself"),
        Format::None => proves_nothing("none"),
        Format::FidoU2f => proves_nothing("fido-u2f, whose AAGUID is always zero"),
        Format::Apple => proves_nothing("apple, an Apple device"),
        Format::Tpm => proves_nothing("tpm, a computer's own"),
        Format::AndroidKey => proves_nothing("android-key, a phone's key store"),
        Format::Other(name) => proves_nothing(&format!("unknown format {name:?}")),
    }
}

/// `ATT-SIG`
fn signature(facts: &AttestationFacts) -> (Verdict, String) {
    match facts.signature {
        SignatureFact::Good => (Verdict::Pass, "good".to_owned()),
        SignatureFact::Bad => (
            Verdict::Fail,
            "not made over this authenticator data and client data".to_owned(),
        ),
        SignatureFact::UnknownAlgorithm(number) => (
            Verdict::Unknown,
            format!("COSE algorithm {number} is not checked"),
        ),
        SignatureFact::OtherThanKey(number) => (
            Verdict::Fail,
            format!("COSE algorithm {number} is not one of the attesting key"),
        ),
        SignatureFact::NotApplicable => (
            Verdict::NotRun,
            format!("{} has no signature that is checked here", facts.format),
        ),
        SignatureFact::Malformed => (
            Verdict::Fail,
            format!("the statement is not of the form of {}", facts.format),
        ),
    }
}

/// `ATT-CHAIN`
fn chain(facts: &AttestationFacts) -> (Verdict, String) {
    match &facts.chain {
        ChainFact::ToAnchor { anchor, source, .. } => match source {
            AnchorSource::Metadata => (
                Verdict::Pass,
                format!("to the metadata entry's anchor {anchor}"),
            ),
            AnchorSource::TrustFile => (
                Verdict::Pass,
                format!("to the trust file's anchor {anchor}"),
            ),
            AnchorSource::Book => (
                Verdict::Unknown,
                format!("to {anchor}, which the book alone vouches for"),
            ),
        },
        ChainFact::NoAnchorKnown => {
            let model = facts
                .aaguid
                .map_or_else(|| "the model".to_owned(), |aaguid| aaguid.to_string());
            (
                Verdict::Unknown,
                format!("no anchor of {model} in metadata or in a trust file"),
            )
        }
        ChainFact::NotToAnchor {
            why: ChainFault::UnsupportedAlgorithm,
        } => (
            Verdict::Unknown,
            "signed with an algorithm that is not checked".to_owned(),
        ),
        ChainFact::NotToAnchor { why } => (
            Verdict::Fail,
            format!("to no anchor of this model: {}", chain_words(why)),
        ),
        ChainFact::NoCertificates => (Verdict::Fail, "no certificates".to_owned()),
        ChainFact::NotApplicable => (
            Verdict::NotRun,
            format!("{} has no chain that is followed", facts.format),
        ),
    }
}

pub(super) fn chain_words(why: &ChainFault) -> &str {
    match why {
        ChainFault::Malformed => "a certificate cannot be read",
        ChainFault::UnknownIssuer => "the issuer is unknown",
        ChainFault::SignatureInvalid => "the issuer of that name did not sign it",
        ChainFault::UnsupportedAlgorithm => "an algorithm that is not checked",
        ChainFault::NotValidYet => "a certificate was not valid yet",
        ChainFault::Expired => "a certificate had expired",
        ChainFault::AnchorOutOfDate => "the anchor was out of date",
        ChainFault::AnchorUnreadable => "the anchor cannot be read",
        ChainFault::LeafIsAuthority => "the attestation certificate is an authority's",
        ChainFault::IssuerIsNoAuthority => "an issuer is no authority",
        ChainFault::UnknownCriticalExtension => "an unknown critical extension",
        ChainFault::Constrained => "an issuer's constraints forbid it",
        ChainFault::TooComplex => "more certificates than are tried",
        ChainFault::Other(words) => words,
    }
}

/// `ATT-AAGUID-EXT`
fn aaguid_extension(facts: &AttestationFacts) -> (Verdict, String) {
    match facts.aaguid_extension {
        ExtensionFact::Matches => (Verdict::Pass, "equal to authenticator data".to_owned()),
        ExtensionFact::Differs(other) => (
            Verdict::Fail,
            format!("the certificate is for model {other}"),
        ),
        ExtensionFact::Missing => match facts.chain {
            ChainFact::ToAnchor { serves: 1, .. } => (
                Verdict::Pass,
                "not in the certificate; its anchor serves this model alone".to_owned(),
            ),
            ChainFact::ToAnchor { serves, .. } => (
                Verdict::Fail,
                format!("not in the certificate, and its anchor serves {serves} models"),
            ),
            ChainFact::NoAnchorKnown
            | ChainFact::NotToAnchor { .. }
            | ChainFact::NoCertificates
            | ChainFact::NotApplicable => (
                Verdict::Unknown,
                "not in the certificate, and its anchor is not known".to_owned(),
            ),
        },
        ExtensionFact::Malformed => (Verdict::Fail, "cannot be read".to_owned()),
        ExtensionFact::NotApplicable => (
            Verdict::NotRun,
            "no attestation certificate of a FIDO2 model".to_owned(),
        ),
    }
}

/// `ATT-CERT-REQ`
fn certificate_requirements(facts: &AttestationFacts) -> (Verdict, String) {
    if facts.format != Format::Packed {
        let detail = format!("{} has no such certificate", facts.format);
        return (Verdict::NotRun, detail);
    }
    if facts.certificate_requirements.is_empty() {
        return (Verdict::Pass, "as WebAuthn §8.2.1 demands".to_owned());
    }
    let all: Vec<String> = facts
        .certificate_requirements
        .iter()
        .map(|fault| requirement_words(*fault))
        .collect();
    (Verdict::Fail, all.join("; "))
}

fn requirement_words(fault: CertificateFault) -> String {
    match fault {
        CertificateFault::Unreadable => "cannot be read".to_owned(),
        CertificateFault::Version(version) => format!("version {version}, not 3"),
        CertificateFault::Country => "no two-letter country".to_owned(),
        CertificateFault::Organization => "no vendor (O)".to_owned(),
        CertificateFault::OrganizationalUnit => {
            "OU is not \"Authenticator Attestation\"".to_owned()
        }
        CertificateFault::CommonName => "no common name".to_owned(),
        CertificateFault::BasicConstraints => "no basic constraints".to_owned(),
        CertificateFault::IsAuthority => "it is an authority's".to_owned(),
        CertificateFault::AaguidCritical => "the AAGUID extension is critical".to_owned(),
        CertificateFault::EnterpriseSerial => "the serial extension is malformed".to_owned(),
        CertificateFault::Firmware => "the firmware extension is malformed".to_owned(),
    }
}

/// `FW-ATTESTED`: worth something only where signature and chain hold.
fn firmware(facts: &AttestationFacts, stated: Option<&str>) -> (Verdict, String) {
    let Some(attested) = facts.attested_firmware.map(|version| version.to_string()) else {
        let detail = "the certificate names no firmware".to_owned();
        return (Verdict::NotRun, detail);
    };
    let proven = facts.signature == SignatureFact::Good
        && matches!(
            facts.chain,
            ChainFact::ToAnchor {
                source: AnchorSource::Metadata | AnchorSource::TrustFile,
                ..
            }
        );
    match stated {
        Some(stated) if stated != attested => (
            Verdict::Fail,
            format!("{attested} in the certificate, {stated} in the statement"),
        ),
        Some(_) | None if proven => (Verdict::Pass, attested),
        Some(_) | None => (
            Verdict::Unknown,
            format!("{attested}, in a certificate that is not proven"),
        ),
    }
}

#[cfg(test)]
mod tests;
