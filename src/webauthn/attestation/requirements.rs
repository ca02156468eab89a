//! What WebAuthn §8.2.1 demands of a packed attestation certificate.

use super::certificate::Certificate;
use super::certificate::octet_string;
use super::certificate::says_authority;
use super::oid;

/// A demand of WebAuthn §8.2.1 that an attestation certificate does not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// The certificate cannot be read at all.
    Unreadable,
    /// The version is this, not 3.
    Version(u8),
    /// The subject has no two-letter country (C).
    Country,
    /// The subject names no vendor (O).
    Organization,
    /// The subject's OU is not `Authenticator Attestation`.
    OrganizationalUnit,
    /// The subject has no common name (CN).
    CommonName,
    /// BasicConstraints is missing or malformed.
    BasicConstraints,
    /// BasicConstraints says that this is an authority.
    IsAuthority,
    /// The AAGUID extension is marked critical.
    AaguidCritical,
    /// The enterprise serial extension is marked critical or malformed.
    EnterpriseSerial,
    /// The firmware extension is malformed.
    Firmware,
}

/// Everything `certificate` lacks, in the order of the section.
pub(super) fn faults(certificate: &Certificate<'_>) -> Vec<CertificateFault> {
    let mut faults = Vec::new();
    if certificate.version != 3 {
        faults.push(CertificateFault::Version(certificate.version));
    }
    faults.extend(subject_faults(certificate));
    match certificate.extension(oid::BASIC_CONSTRAINTS) {
        Some(found) => match says_authority(found.value) {
            Some(false) => {}
            Some(true) => faults.push(CertificateFault::IsAuthority),
            None => faults.push(CertificateFault::BasicConstraints),
        },
        None => faults.push(CertificateFault::BasicConstraints),
    }
    if certificate
        .extension(oid::AAGUID)
        .is_some_and(|found| found.critical)
    {
        faults.push(CertificateFault::AaguidCritical);
    }
    if certificate
        .extension(oid::ENTERPRISE_SERIAL)
        .is_some_and(|found| found.critical || octet_string(found.value).is_none())
    {
        faults.push(CertificateFault::EnterpriseSerial);
    }
    if certificate
        .extension(oid::FIRMWARE)
        .is_some_and(|found| octet_string(found.value).is_none_or(|bytes| bytes.len() != 3))
    {
        faults.push(CertificateFault::Firmware);
    }
    faults
}

fn subject_faults(certificate: &Certificate<'_>) -> Vec<CertificateFault> {
    let says = |id, accepted: fn(&str) -> bool| {
        certificate
            .subject_texts(id)
            .iter()
            .any(|text| accepted(text))
    };
    let named = |text: &str| !text.trim().is_empty();
    [
        (
            says(oid::COUNTRY, |text| {
                text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
            }),
            CertificateFault::Country,
        ),
        (
            says(oid::ORGANIZATION, named),
            CertificateFault::Organization,
        ),
        (
            says(oid::ORGANIZATIONAL_UNIT, |text| {
                text == "Authenticator Attestation"
            }),
            CertificateFault::OrganizationalUnit,
        ),
        (says(oid::COMMON_NAME, named), CertificateFault::CommonName),
    ]
    .into_iter()
    .filter_map(|(met, fault)| (!met).then_some(fault))
    .collect()
}
