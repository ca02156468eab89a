use super::super::forge::AAGUID;
use super::super::forge::BASIC;
use super::super::forge::FIRMWARE;
use super::super::forge::Key;
use super::super::forge::Paper;
use super::super::forge::SERIAL;
use super::super::forge::USAGE;
use super::super::forge::model;
use super::super::forge::noon;
use super::super::forge::packed;
use super::super::forge::tlv;
use super::super::*;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;

const DATA: &[u8] = b"{}";

fn anchor(der: &[u8]) -> Anchor {
    Anchor {
        der: der.to_vec(),
        source: AnchorSource::Metadata,
        serves: 3,
    }
}

/// A root, an authority below it, and the key of an attestation certificate.
struct World {
    root_key: Key,
    middle_key: Key,
    leaf_key: Key,
    root: Vec<u8>,
    middle: Vec<u8>,
}

fn world() -> World {
    let (root_key, middle_key, leaf_key) = (Key::p384(), Key::p256(), Key::p256());
    let root = Paper::authority("Root", "Root").sign(&root_key, &root_key);
    let middle = Paper::authority("Middle", "Root").sign(&middle_key, &root_key);
    World {
        root_key,
        middle_key,
        leaf_key,
        root,
        middle,
    }
}

impl World {
    fn facts(&self, leaf: &Paper, issuers: &[&[u8]], anchors: &[Anchor]) -> AttestationFacts {
        self.facts_at(leaf, issuers, anchors, noon())
    }

    fn facts_at(
        &self,
        leaf: &Paper,
        issuers: &[&[u8]],
        anchors: &[Anchor],
        as_of: UtcTime,
    ) -> AttestationFacts {
        let issuer = if leaf.issuer == "Root" {
            &self.root_key
        } else {
            &self.middle_key
        };
        let mut x5c = vec![leaf.sign(&self.leaf_key, issuer)];
        x5c.extend(issuers.iter().map(|der| der.to_vec()));
        judge(
            &packed(&self.leaf_key, -7, &x5c, DATA),
            DATA,
            anchors,
            as_of,
        )
    }
}

fn leaf() -> Paper {
    Paper::leaf("Middle", model())
}

fn not(why: ChainFault) -> ChainFact {
    ChainFact::NotToAnchor { why }
}

#[test]
fn a_chain_through_an_intermediate_ends_at_its_root() {
    let world = world();
    let other = Paper::authority("Root", "Root").sign(&Key::p256(), &Key::p256());
    let anchors = [
        anchor(&other),
        anchor(b"not a certificate"),
        anchor(&world.root),
    ];
    let facts = world.facts(&leaf(), &[&world.middle], &anchors);
    assert_eq!(facts.signature, SignatureFact::Good);
    assert_eq!(facts.aaguid_extension, ExtensionFact::Matches);
    assert_eq!(facts.certificate_requirements, []);
    assert_eq!(
        facts.chain,
        ChainFact::ToAnchor {
            anchor: anchors[2].sha256(),
            index: 2,
            source: AnchorSource::Metadata,
            serves: 3
        }
    );
}

#[test]
fn an_anchor_need_not_be_a_root() {
    let world = world();
    for issuers in [&[][..], &[world.middle.as_slice()]] {
        let facts = world.facts(&leaf(), issuers, &[anchor(&world.middle)]);
        let ChainFact::ToAnchor { index: 0, .. } = facts.chain else {
            panic!("{:?}", facts.chain)
        };
    }
}

#[test]
fn a_missing_intermediate_a_foreign_root_and_a_foreign_signature_are_told_apart() {
    let world = world();
    assert_eq!(
        world.facts(&leaf(), &[], &[anchor(&world.root)]).chain,
        not(ChainFault::UnknownIssuer)
    );
    let elsewhere = Paper::authority("Elsewhere", "Elsewhere").sign(&Key::p256(), &Key::p256());
    assert_eq!(
        world
            .facts(&leaf(), &[&world.middle], &[anchor(&elsewhere)])
            .chain,
        not(ChainFault::UnknownIssuer)
    );
    let same_name = Paper::authority("Root", "Root").sign(&Key::p256(), &Key::p256());
    assert_eq!(
        world
            .facts(&leaf(), &[&world.middle], &[anchor(&same_name)])
            .chain,
        not(ChainFault::SignatureInvalid)
    );
    assert_eq!(
        world
            .facts(&leaf(), &[&world.middle], &[anchor(b"junk")])
            .chain,
        not(ChainFault::AnchorUnreadable)
    );
    assert_eq!(
        world.facts(&leaf(), &[&world.middle], &[]).chain,
        ChainFact::NoAnchorKnown
    );
}

#[test]
fn a_chain_holds_as_of_its_time_and_no_other() {
    let world = world();
    let anchors = [anchor(&world.root)];
    let old = Paper {
        from: "20210101000000Z",
        until: "20220101000000Z",
        ..leaf()
    };
    let at = |text: &str| {
        let time = UtcTime::parse(text).unwrap();
        world.facts_at(&old, &[&world.middle], &anchors, time).chain
    };
    assert!(matches!(
        at("2021-01-01T00:00:00Z"),
        ChainFact::ToAnchor { .. }
    ));
    assert!(matches!(
        at("2022-01-01T00:00:00Z"),
        ChainFact::ToAnchor { .. }
    ));
    assert_eq!(at("2020-12-31T23:59:59Z"), not(ChainFault::NotValidYet));
    assert_eq!(at("2022-01-01T00:00:01Z"), not(ChainFault::Expired));
}

#[test]
fn an_anchor_is_trusted_only_while_it_is_valid() {
    let world = world();
    let lapsed = Paper {
        until: "20250101000000Z",
        ..Paper::authority("Root", "Root")
    };
    let lapsed = anchor(&lapsed.sign(&world.root_key, &world.root_key));
    let lapsed = std::slice::from_ref(&lapsed);
    let chain = |time: &str| {
        let time = UtcTime::parse(time).unwrap();
        world
            .facts_at(&leaf(), &[&world.middle], lapsed, time)
            .chain
    };
    assert!(matches!(
        chain("2024-12-21T00:00:00Z"),
        ChainFact::ToAnchor { .. }
    ));
    assert_eq!(
        chain("2025-01-02T00:00:00Z"),
        not(ChainFault::AnchorOutOfDate)
    );
}

#[test]
fn certificates_that_the_path_builder_cannot_take_are_a_reason_and_not_a_crash() {
    let world = world();
    let anchors = [anchor(&world.root)];
    let first_version = Paper {
        version: None,
        extensions: Vec::new(),
        ..leaf()
    };
    let facts = world.facts(&first_version, &[&world.middle], &anchors);
    assert_eq!(facts.chain, not(ChainFault::Malformed));
    assert_eq!(facts.signature, SignatureFact::Good);
    assert_eq!(
        facts.certificate_requirements,
        [
            CertificateFault::Version(1),
            CertificateFault::BasicConstraints
        ]
    );
    let authority = leaf().with(BASIC, true, tlv(0x30, &[&tlv(0x01, &[&[0xff]])]));
    let facts = world.facts(&authority, &[&world.middle], &anchors);
    assert_eq!(facts.chain, not(ChainFault::LeafIsAuthority));
    assert_eq!(
        facts.certificate_requirements,
        [CertificateFault::IsAuthority]
    );
    let strange = leaf().with("1.2.3.4", true, vec![5, 0]);
    assert_eq!(
        world.facts(&strange, &[&world.middle], &anchors).chain,
        not(ChainFault::UnknownCriticalExtension)
    );
    let no_authority = Paper::authority("Middle", "Root")
        .without(BASIC)
        .sign(&world.middle_key, &world.root_key);
    assert_eq!(
        world.facts(&leaf(), &[&no_authority], &anchors).chain,
        not(ChainFault::IssuerIsNoAuthority)
    );
    assert_eq!(
        world
            .facts(&leaf(), &[world.middle.as_slice(); 16], &anchors)
            .chain,
        not(ChainFault::TooComplex)
    );
}

#[test]
fn a_certificate_that_may_not_issue_is_no_way_to_an_anchor() {
    let world = world();
    let anchors = [anchor(&world.root)];
    let chain = |middle: &Paper| {
        let middle = middle.sign(&world.middle_key, &world.root_key);
        world.facts(&leaf(), &[&middle], &anchors).chain
    };
    let middle = || Paper::authority("Middle", "Root");
    let signs = middle().with(USAGE, true, vec![3, 2, 1, 0b0000_0110]);
    assert!(matches!(chain(&signs), ChainFact::ToAnchor { .. }));
    for bits in [
        &[3, 2, 1, 0b1000_0010][..], // digitalSignature and cRLSign
        &[3, 2, 3, 0b1111_1000],     // ends before the bit
        &[3, 1, 0],
        &[4, 2, 1, 0b0000_0110],
        &[],
    ] {
        let usage = middle().with(USAGE, true, bits.to_vec());
        let why = ChainFault::IssuerIsNoAuthority;
        assert_eq!(chain(&usage), not(why), "{bits:?}");
    }
    let mut twice = middle();
    twice.extensions.push(("1.2.3.4", false, vec![5, 0]));
    assert!(matches!(chain(&twice), ChainFact::ToAnchor { .. }));
    twice.extensions.push(("1.2.3.4", false, vec![5, 0]));
    assert_eq!(chain(&twice), not(ChainFault::Malformed));
}

#[test]
fn a_broken_certificate_beside_the_chain_is_passed_over() {
    let world = world();
    let facts = world.facts(&leaf(), &[b"junk", &world.middle], &[anchor(&world.root)]);
    assert!(matches!(facts.chain, ChainFact::ToAnchor { .. }));
}

#[test]
fn at_most_eight_certificates_are_read() {
    let world = world();
    let chain = |issuers: usize| {
        let all = vec![world.middle.as_slice(); issuers];
        world.facts(&leaf(), &all, &[anchor(&world.root)]).chain
    };
    assert!(matches!(chain(7), ChainFact::ToAnchor { .. }));
    assert_eq!(chain(8), not(ChainFault::TooComplex));
}

#[test]
fn an_algorithm_that_is_not_checked_leaves_the_chain_open_only_to_a_valid_anchor() {
    let world = world();
    let lapsed = Paper {
        until: "20250101000000Z",
        ..Paper::authority("Root", "Root")
    };
    let lapsed = anchor(&lapsed.sign(&world.root_key, &world.root_key));
    let leaf = Paper {
        algorithm: "1.2.840.10045.4.3.4", // ECDSA with SHA-512
        ..Paper::leaf("Root", model())
    };
    let chain = |anchor: Anchor| world.facts(&leaf, &[], &[anchor]).chain;
    assert_eq!(
        chain(anchor(&world.root)),
        not(ChainFault::UnsupportedAlgorithm)
    );
    assert_eq!(chain(lapsed), not(ChainFault::AnchorOutOfDate));
}

#[test]
fn object_identifiers_of_any_numbers_are_read() {
    let world = world();
    let anchors = [anchor(&world.root)];
    for id in [
        "1.3.6.1.4.1.4294967296.1",
        "1.3.18446744073709551615",
        "2.999.1",
        "1.3.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
    ] {
        let named = leaf().with(id, false, vec![5, 0]);
        let facts = world.facts(&named, &[&world.middle], &anchors);
        assert!(matches!(facts.chain, ChainFact::ToAnchor { .. }), "{id}");
        assert_eq!(facts.signature, SignatureFact::Good, "{id}");
        assert_eq!(facts.certificate_requirements, [], "{id}");
    }
}

#[test]
fn a_version_1_root_is_an_anchor_all_the_same() {
    let world = world();
    let root = Paper {
        version: None,
        extensions: Vec::new(),
        ..Paper::authority("Root", "Root")
    };
    let root = root.sign(&world.root_key, &world.root_key);
    let facts = world.facts(&leaf(), &[&world.middle], &[anchor(&root)]);
    assert!(matches!(facts.chain, ChainFact::ToAnchor { .. }));
}

#[test]
fn each_requirement_that_is_not_met_is_named() {
    let world = world();
    let bare = Paper {
        country: "Sweden",
        vendor: "",
        unit: "Authenticator  Attestation",
        common: "",
        ..leaf()
    }
    .with(AAGUID, true, tlv(0x04, &[model().bytes()]))
    .with(BASIC, true, vec![5, 0])
    .with(SERIAL, true, tlv(0x04, &[b"1"]))
    .with(FIRMWARE, false, tlv(0x04, &[&[5, 7]]));
    assert_eq!(
        world.facts(&bare, &[], &[]).certificate_requirements,
        [
            CertificateFault::Country,
            CertificateFault::Organization,
            CertificateFault::OrganizationalUnit,
            CertificateFault::CommonName,
            CertificateFault::BasicConstraints,
            CertificateFault::AaguidCritical,
            CertificateFault::EnterpriseSerial,
            CertificateFault::Firmware,
        ]
    );
}

#[test]
fn the_aaguid_extension_is_compared_with_authenticator_data() {
    let world = world();
    let told = |paper: Paper| world.facts(&paper, &[], &[]).aaguid_extension;
    let other = Aaguid::parse("ffffffff-4b5a-6978-8796-a5b4c3d2e1f0").unwrap();
    assert_eq!(told(leaf()), ExtensionFact::Matches);
    assert_eq!(
        told(Paper::leaf("Root", other)),
        ExtensionFact::Differs(other)
    );
    assert_eq!(told(leaf().without(AAGUID)), ExtensionFact::Missing);
    let unwrapped = leaf().with(AAGUID, false, model().bytes().to_vec());
    assert_eq!(told(unwrapped), ExtensionFact::Malformed);
    let short = leaf().with(AAGUID, false, tlv(0x04, &[&[1; 15]]));
    assert_eq!(told(short), ExtensionFact::Malformed);
    let mut twice = leaf();
    twice.extensions.extend(leaf().extensions);
    assert_eq!(told(twice), ExtensionFact::Malformed);
}

#[test]
fn firmware_and_enterprise_serial_are_read_where_the_certificate_has_them() {
    let world = world();
    let paper = leaf().with(FIRMWARE, false, tlv(0x04, &[&[5, 7, 4]])).with(
        SERIAL,
        false,
        tlv(0x04, &[b"\x01\x02\x03"]),
    );
    let facts = world.facts(&paper, &[], &[]);
    assert_eq!(facts.attested_firmware.unwrap().to_string(), "5.7.4");
    assert_eq!(facts.enterprise_serial, Some(vec![1, 2, 3]));
    assert_eq!(facts.certificate_requirements, []);
}
