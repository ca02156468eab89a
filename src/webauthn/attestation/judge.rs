//! Judging an attestation object (WebAuthn §6.5.4, §8).

use super::Anchor;
use super::AttestationFacts;
use super::CertificateFault;
use super::ChainFact;
use super::ExtensionFact;
use super::FirmwareVersion;
use super::Format;
use super::SignatureFact;
use super::certificate::Certificate;
use super::certificate::octet_string;
use super::chain;
use super::oid;
use super::requirements;
use super::statement;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use crate::webauthn::AttestationObject;

/// What `object` shows, made over the bytes `client_data_json`, as of a time.
///
/// `anchors` are those of the model that authenticator data names, most trusted first; with none,
/// the chain is unknown. Total: any object and any bytes give facts.
#[must_use]
pub fn judge(
    object: &AttestationObject,
    client_data_json: &[u8],
    anchors: &[Anchor],
    as_of: UtcTime,
) -> AttestationFacts {
    judge_by(object, client_data_json, |x5c| {
        chain::follow(x5c, anchors, as_of)
    })
}

/// As [`judge`], with `follow` to follow the certificates.
pub(super) fn judge_by(
    object: &AttestationObject,
    client_data_json: &[u8],
    follow: impl FnOnce(&[&[u8]]) -> ChainFact,
) -> AttestationFacts {
    let format = Format::of(object);
    let hash = Digest::of(client_data_json);
    let x5c = certificates(object);
    let mut facts = AttestationFacts {
        aaguid: object.auth_data().credential().map(|made| made.aaguid),
        signature: SignatureFact::NotApplicable,
        chain: ChainFact::NotApplicable,
        aaguid_extension: ExtensionFact::NotApplicable,
        certificate_requirements: Vec::new(),
        attested_firmware: None,
        enterprise_serial: None,
        leaf: x5c.first().map(|leaf| Digest::of(leaf)),
        format,
    };
    match &facts.format {
        Format::Packed => {
            facts.signature = statement::packed(object, &hash, &x5c);
            facts.chain = follow(&x5c);
            if let Some(leaf) = x5c.first() {
                read_leaf(leaf, &mut facts);
            }
        }
        Format::PackedSelf => facts.signature = statement::packed_self(object, &hash),
        Format::None => facts.signature = statement::none(object),
        Format::FidoU2f => facts.signature = statement::fido_u2f(object, &hash, &x5c),
        Format::Apple | Format::Tpm | Format::AndroidKey | Format::Other(_) => {}
    }
    facts
}

/// The certificates of the statement (DER), attestation certificate first; empty if it has none or
/// they are not a list of byte strings.
#[must_use]
pub fn certificates(object: &AttestationObject) -> Vec<&[u8]> {
    object
        .statement()
        .named_member("x5c")
        .and_then(|list| {
            list.as_array()?
                .iter()
                .map(|certificate| certificate.as_bytes())
                .collect()
        })
        .unwrap_or_default()
}

/// SHA-1 of a certificate (DER): how Microsoft Graph names one. It identifies, and proves nothing.
#[must_use]
pub fn thumbprint(certificate: &[u8]) -> [u8; 20] {
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, certificate);
    let mut thumbprint = [0; 20];
    for (to, from) in thumbprint.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    thumbprint
}

fn read_leaf(leaf: &[u8], facts: &mut AttestationFacts) {
    let Some(certificate) = Certificate::parse(leaf) else {
        facts.aaguid_extension = ExtensionFact::Malformed;
        facts.certificate_requirements = vec![CertificateFault::Unreadable];
        return;
    };
    facts.aaguid_extension = aaguid_extension(&certificate, facts.aaguid);
    facts.certificate_requirements = requirements::faults(&certificate);
    facts.attested_firmware = certificate
        .extension(oid::FIRMWARE)
        .and_then(|found| FirmwareVersion::from_bytes(octet_string(found.value)?));
    facts.enterprise_serial = certificate
        .extension(oid::ENTERPRISE_SERIAL)
        .and_then(|found| Some(octet_string(found.value)?.to_vec()));
}

fn aaguid_extension(certificate: &Certificate<'_>, claimed: Option<Aaguid>) -> ExtensionFact {
    let Some(found) = certificate.extension(oid::AAGUID) else {
        return ExtensionFact::Missing;
    };
    match octet_string(found.value).and_then(Aaguid::from_bytes) {
        Some(aaguid) if Some(aaguid) == claimed => ExtensionFact::Matches,
        Some(aaguid) => ExtensionFact::Differs(aaguid),
        None => ExtensionFact::Malformed,
    }
}
