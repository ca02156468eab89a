//! Stamps that OpenSSL made (`tests/vectors/stamps/`), whole, changed and misused.

use super::*;
use crate::ledger::Checkpoint;
use crate::ledger::LedgerStore;
use crate::ledger::MemoryStore;
use crate::primitives::Digest;
use crate::primitives::Entropy;
use crate::primitives::UtcTime;
use proptest::prelude::*;

/// A file of the vectors.
macro_rules! vector {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/vectors/stamps/", $name)).as_slice()
    };
}

/// Stamps of one head by four authorities: RSA with a SHA-1 signingCertificate, RSA with SHA-512,
/// ECDSA on both curves; each with the root it leads to.
const GOOD: [(&str, &[u8], &[u8]); 4] = [
    (
        "rsa2048 stamps",
        vector!("rsa2048.tsr"),
        vector!("rsa2048-root.der"),
    ),
    (
        "rsa4096 stamps",
        vector!("rsa4096.tsr"),
        vector!("rsa4096-root.der"),
    ),
    ("p256 stamps", vector!("p256.tsr"), vector!("p256-root.der")),
    ("p384 stamps", vector!("p384.tsr"), vector!("p384-root.der")),
];

fn checkpoint() -> Checkpoint {
    Checkpoint::parse(vector!("checkpoint.txt")).unwrap()
}

fn imprint() -> Digest {
    Digest::of(vector!("checkpoint.txt"))
}

fn request() -> StampRequest {
    StampRequest::parse(vector!("request.tsq")).unwrap()
}

/// A token in a response that grants it.
fn granted(token: &[u8]) -> Vec<u8> {
    let status = asn1::element(asn1::INTEGER, &[&[0]]);
    let info = asn1::element(asn1::SEQUENCE, &[&status]);
    asn1::element(asn1::SEQUENCE, &[&info, token])
}

#[test]
fn a_stamp_says_what_and_when_and_leads_to_the_root_that_the_auditor_names() {
    for (name, response, root) in GOOD {
        let stamp = verify(response, &[GOOD[3].2, root]).unwrap();
        assert_eq!(stamp.imprint, imprint(), "{name}");
        assert_eq!(stamp.nonce, request().nonce);
        assert_eq!(stamp.signer, name);
        assert!(
            stamp.time.to_string().starts_with("2026-11-22T21:"),
            "{name}"
        );
        let root = Digest::of(root);
        assert_eq!(stamp.authority, Authority::Trusted { root }, "{name}");
    }
}

#[test]
fn a_root_that_only_the_stamp_brings_never_counts() {
    for (name, response, _) in GOOD {
        let stamp = verify(response, &[]).unwrap();
        assert_eq!(stamp.authority, Authority::NoRoots, "{name}");
        let others: Vec<&[u8]> = GOOD
            .iter()
            .filter(|one| one.0 != name)
            .map(|one| one.2)
            .collect();
        let stamp = verify(response, &others).unwrap();
        assert!(
            matches!(stamp.authority, Authority::NotToRoot { .. }),
            "{name}"
        );
        let broken: [&[u8]; 2] = [b"", &[0x30, 0x00]];
        let stamp = verify(response, &broken).unwrap();
        assert!(
            matches!(stamp.authority, Authority::NotToRoot { .. }),
            "{name}"
        );
    }
}

/// The certificates of a response, the signer's first.
fn certificates(response: &[u8]) -> Vec<Vec<u8>> {
    let token = response::token(response).unwrap();
    let signed = signed_data::SignedData::parse(&token).unwrap();
    let (leaf, issuers): (Vec<Vec<u8>>, Vec<Vec<u8>>) =
        signed.certificates.iter().cloned().partition(|der| {
            certificate::Certificate::parse(der)
                .unwrap()
                .is(&signed.signer)
        });
    leaf.into_iter().chain(issuers).collect()
}

#[test]
fn the_authority_and_an_issuer_of_it_may_be_what_the_auditor_trusts() {
    let (_, response, _) = GOOD[2];
    for der in certificates(response) {
        let stamp = verify(response, &[&der]).unwrap();
        let root = Digest::of(&der);
        assert_eq!(stamp.authority, Authority::Trusted { root });
    }
}

#[test]
fn a_chain_counts_at_the_stamps_own_time_and_at_no_time_when_part_of_it_is_not_valid() {
    let (_, response, root) = GOOD[0];
    let all = certificates(response);
    let issuers: Vec<&[u8]> = all[1..].iter().map(Vec::as_slice).collect();
    let time = verify(response, &[root]).unwrap().time;
    let at = |days: i64| chain::follow(&all[0], &issuers, &[root], time.plus_days(days));
    assert_eq!(at(0), Ok(0));
    assert_eq!(at(2999), Ok(0));
    for days in [-1, 3001, 5001, 7301, 100_000] {
        assert!(at(days).is_err(), "{days}");
    }
    // Without the certificate between, nothing leads anywhere.
    assert!(chain::follow(&all[0], &[], &[root], time).is_err());
    assert!(chain::follow(&all[0], &issuers, &[], time).is_err());
}

#[test]
fn what_an_authority_must_not_do_is_refused_for_its_reason() {
    let refused = |bytes: &[u8]| verify(bytes, &[GOOD[2].2]).unwrap_err();
    assert_eq!(
        refused(vector!("no-certificate.tsr")),
        StampFault::NoCertificate
    );
    assert_eq!(
        refused(vector!("other-digest.tsr")),
        StampFault::OtherDigest
    );
    assert_eq!(
        refused(vector!("rejected.tsr")),
        StampFault::Refused {
            status: 2,
            words: "Message digest algorithm is not supported.".to_owned()
        }
    );
    for token in [
        vector!("purpose-not-critical.token"),
        vector!("purpose-not-alone.token"),
    ] {
        assert_eq!(refused(&granted(token)), StampFault::Purpose);
    }
    assert_eq!(
        refused(&granted(vector!("no-signing-certificate.token"))),
        StampFault::Attribute("signingCertificate")
    );
    // The same, made well, is good: what is refused above is refused for that alone.
    let stamp = verify(&granted(vector!("purpose-alone.token")), &[GOOD[2].2]).unwrap();
    assert!(matches!(stamp.authority, Authority::Trusted { .. }));
    assert_eq!(
        refused(&vec![0x30; MAX_STAMP_BYTES + 1]),
        StampFault::TooLarge
    );
    assert_eq!(refused(b""), StampFault::Malformed("not one SEQUENCE"));
    assert_eq!(
        refused(vector!("request.tsq")),
        StampFault::Malformed("its status")
    );
}

#[test]
fn no_flipped_bit_of_a_stamp_says_anything_else() {
    for (name, response, root) in GOOD {
        let whole = verify(response, &[root]).unwrap();
        let mut taken = 0;
        for bit in 0..response.len() * 8 {
            let mut changed = response.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            if let Ok(stamp) = verify(&changed, &[root]) {
                taken += usize::from(stamp.authority == whole.authority);
                assert_eq!(
                    (stamp.imprint, stamp.time, stamp.nonce, stamp.serial),
                    (
                        whole.imprint,
                        whole.time,
                        whole.nonce.clone(),
                        whole.serial.clone()
                    ),
                    "{name} bit {bit}"
                );
            }
        }
        // Version numbers, the authority's words, a list of digests: nothing signs those.
        assert!(taken < 600, "{name}: {taken}");
    }
}

struct Counting(u8);

impl Entropy for Counting {
    fn fill(&mut self, buffer: &mut [u8]) {
        for byte in buffer {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
    }
}

#[test]
fn a_request_is_what_openssl_writes_but_for_its_nonce() {
    let read = request();
    assert_eq!(read.imprint, imprint());
    assert_eq!(read.der(), vector!("request.tsq"));
    for seed in [0, 0x7f, 0x80, 0xff] {
        let made = StampRequest::new(&checkpoint(), &mut Counting(seed));
        assert_eq!(made.imprint, imprint());
        assert_eq!(made.nonce.as_ref().unwrap().len(), 8);
        assert_eq!(StampRequest::parse(&made.der()), Some(made));
    }
}

#[test]
fn the_page_of_the_format_shows_what_is_read() {
    let page = include_str!("../../../docs/formats/anchors.md");
    let examples: Vec<&str> = page
        .split("```text\n")
        .skip(1)
        .map(|rest| rest.split_once('\n').unwrap().0)
        .collect();
    let [asked, name] = examples.as_slice() else {
        panic!("{examples:?}");
    };
    let asked = crate::primitives::bytes::from_base64(asked).unwrap();
    assert_eq!(StampRequest::parse(&asked), Some(request()));
    let sha256 = Digest::of(GOOD[2].1);
    assert_eq!(StampName::parse(name), Some(StampName { size: 15, sha256 }));
}

#[test]
fn names_read_back_and_others_are_none() {
    let name = StampName {
        size: 15,
        sha256: imprint(),
    };
    let text = format!("000015.{}.tsr", imprint());
    assert_eq!(name.to_string(), text);
    assert_eq!(StampName::parse(&text), Some(name));
    for other in [
        "",
        "answer.tsr",
        &text.replace("0000", "000"),
        &text.replace(".tsr", ".tsq"),
        &text.to_uppercase(),
        &format!("sub/{text}"),
    ] {
        assert_eq!(StampName::parse(other), None, "{other}");
    }
}

/// A folder of anchors with these files, judged against a ledger of 20 with that head of 15.
fn kept(files: &[(&str, &[u8])], has: u64, head: Digest) -> Vec<Result<UtcTime, KeptFault>> {
    let mut store = MemoryStore::new();
    for (name, bytes) in files {
        store.create(name, bytes).unwrap();
    }
    let head_of = |size| (size == 15).then_some(head);
    let judged = judge_kept(&store, has, &head_of, &[GOOD[2].2]).unwrap();
    judged
        .into_iter()
        .map(|one| one.judged.map(|stamp| stamp.time))
        .collect()
}

#[test]
fn a_kept_stamp_is_held_against_its_name_the_ledger_and_the_kept_requests() {
    let (_, response, root) = GOOD[2];
    let time = verify(response, &[root]).unwrap().time;
    let name = |size: u64, bytes: &[u8]| {
        let sha256 = Digest::of(bytes);
        StampName { size, sha256 }.to_string()
    };
    let (good, other) = (name(15, response), imprint());
    let alone = [(good.as_str(), response)];
    assert_eq!(kept(&alone, 20, other), [Ok(time)]);
    assert_eq!(
        kept(&alone, 14, other),
        [Err(KeptFault::Beyond { has: 14 })]
    );
    assert_eq!(
        kept(&alone, 20, Digest::of(b"")),
        [Err(KeptFault::OtherHead)]
    );
    assert_eq!(
        kept(&[(&name(16, response), response)], 20, other),
        [Err(KeptFault::OtherHead)]
    );
    assert_eq!(
        kept(&[(good.as_str(), GOOD[0].1)], 20, other),
        [Err(KeptFault::NotItsName)]
    );
    assert_eq!(
        kept(&[(&name(15, b"x"), b"x")], 20, other),
        [Err(KeptFault::Stamp(StampFault::Malformed(
            "not one SEQUENCE"
        )))]
    );
    let asked = vector!("request.tsq");
    let again = StampRequest::new(&checkpoint(), &mut Counting(1)).der();
    let answers = |requests: &[&[u8]]| {
        let names: Vec<String> = (0..requests.len()).map(|at| format!("{at}.tsq")).collect();
        let mut files = vec![(good.as_str(), response), ("notes.txt", b"x".as_slice())];
        files.extend(
            names
                .iter()
                .map(String::as_str)
                .zip(requests.iter().copied()),
        );
        kept(&files, 20, other)
    };
    assert_eq!(answers(&[asked]), [Ok(time)]);
    assert_eq!(answers(&[&again, asked, b"x"]), [Ok(time)]);
    assert_eq!(answers(&[&again]), [Err(KeptFault::OtherRequest)]);
    assert_eq!(kept(&[], 20, other), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn no_bytes_make_it_panic(
        noise in proptest::collection::vec(any::<u8>(), 0..300),
        which in 0_usize..4,
        cut in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let (_, response, _) = GOOD[which];
        let mut mutated = response.to_vec();
        for (at, byte) in changes {
            let at = at.index(mutated.len());
            mutated[at] = byte;
        }
        let short = &response[..cut.index(response.len())];
        prop_assert!(verify(short, &[]).is_err());
        for bytes in [&noise, &mutated] {
            let _ = verify(bytes, &[bytes]);
            let _ = StampRequest::parse(bytes);
            let _ = certificate::Certificate::parse(bytes);
            if let Ok(stamp) = verify(bytes, &[]) {
                prop_assert_eq!(stamp.imprint, imprint());
            }
        }
    }
}
