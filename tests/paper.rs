//! Paper as others read it: poppler renders it, zbar reads its codes, qpdf checks its syntax.
//!
//! The files stay in the test's folder under `target/`, to be looked at.

use glasskey::paper::Attachment;
use glasskey::paper::BagFace;
use glasskey::paper::InsideSheet;
use glasskey::paper::LedgerHead;
use glasskey::paper::Paper;
use glasskey::paper::Pdf;
use glasskey::paper::Pointer;
use glasskey::paper::Seal;
use glasskey::paper::bag_face;
use glasskey::paper::inside_sheet;
use glasskey::primitives::Cloud;
use glasskey::primitives::Digest;
use glasskey::primitives::UtcTime;
use glasskey::primitives::cbor::Value;
use glasskey::webauthn::Aaguid;
use glasskey::webauthn::AuthenticatorData;
use glasskey::webauthn::CoseKey;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

const ORIGIN: &str = "glasskey:9c2a7c1e-0f6b-4f2e-9d53-1f6f6c0a7b11/contoso-emergency-access";
const UPN: &str = "bg1@contoso.onmicrosoft.com";
const SERIAL: &str = "31415926";

fn pointer() -> Pointer {
    Pointer::new(ORIGIN, 3, Digest::of(b"record")).unwrap()
}

fn time(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

fn face(rehearsal: bool) -> BagFace {
    BagFace::new(
        "A1234567",
        "BG1-A",
        pointer(),
        time("2026-11-22T15:58:07Z"),
        time("2027-02-20T15:58:07Z"),
        "+31 20 555 01 23 (security desk)",
        rehearsal,
    )
}

fn seal() -> Seal {
    let key = Value::numbered(vec![
        (1, Some(Value::int(2))),
        (3, Some(Value::int(CoseKey::ES256))),
        (-1, Some(Value::int(1))),
        (-2, Some(Value::bytes(&Digest::of(b"x").0))),
        (-3, Some(Value::bytes(&Digest::of(b"y").0))),
    ]);
    let mut data = Digest::of(b"login.microsoft.com").0.to_vec();
    data.extend([0x05, 0, 0, 0, 43]);
    Seal {
        digest: Digest::of(b"statement"),
        public_key: CoseKey::parse(&key.encode()).unwrap(),
        authenticator_data: AuthenticatorData::parse(&data).unwrap(),
        signature: [Digest::of(b"r").0, Digest::of(b"s").0, [0x30; 32]].concat()[..72].to_vec(),
    }
}

fn sheet(rehearsal: bool) -> InsideSheet {
    InsideSheet {
        rehearsal,
        cloud: Cloud::Global,
        account_alias: "BG-1".into(),
        user_principal_name: UPN.into(),
        key_label: "BG1-A".into(),
        model: "YubiKey 5 NFC".into(),
        aaguid: Aaguid::parse("2fc0579f-8113-47ea-b116-bb5a8db9202a").unwrap(),
        serial: Some(SERIAL.into()),
        firmware: Some("5.7.4".into()),
        bag: "A1234567".into(),
        pin_envelope: "P-0007".into(),
        pin_holders: vec!["cu-2".into(), "cu-3".into()],
        pin_tries: Some(8),
        call: "+31 20 555 01 23 (security desk)".into(),
        made: time("2026-11-22T15:58:07Z"),
        ledger: LedgerHead {
            origin: ORIGIN.into(),
            size: 3,
            root: Digest::of(b"root"),
        },
        seal: seal(),
        expected_signers: vec!["op-7".into(), "w-1".into()],
        roster: "000000.allowed_signers".into(),
    }
}

/// The longest values that people have, in three scripts.
fn long_face() -> BagFace {
    BagFace::new(
        "BAG-2026-NORTH-0000000000000000000000000000000000000000000001",
        "ΑΘΗΝΑ-BREAK-GLASS-1-KEY-A-OF-2-NORTHERN-SITE-SAFE-ROOM-00041",
        pointer(),
        time("2026-11-22T15:58:07Z"),
        time("2027-02-20T15:58:07Z"),
        "Центр безпеки, Київ, +380 44 555 01 23, day and night, or the duty officer at +31 20 555",
        true,
    )
}

fn long_sheet() -> InsideSheet {
    InsideSheet {
        account_alias: "EMERGENCY-ACCESS-ACCOUNT-NUMBER-1-OF-2-NORTHERN-EUROPE-00041".into(),
        user_principal_name: format!(
            "{}@{}.onmicrosoft.com",
            "break-glass-account-number-one-of-two-in-the-north-of-the-country"
                .get(..64)
                .unwrap(),
            "contoso-emergency-access-abcdefgh"
        ),
        key_label: "ΑΘΗΝΑ-BREAK-GLASS-1-KEY-A-OF-2-NORTHERN-SITE-SAFE-ROOM-00041".into(),
        model: "YubiKey 5C NFC FIPS with a very long marketing name, Enterprise Edition".into(),
        serial: Some("00000000000000000000031415926535".into()),
        firmware: None,
        bag: "BAG-2026-NORTH-0000000000000000000000000000000000000000000001".into(),
        pin_envelope: "PIN-ENVELOPE-2026-NORTH-000000000000000000000000000000000007".into(),
        pin_holders: vec!["custodian-north-2".into(), "custodian-south-3".into()],
        call: "Центр безпеки, Київ, +380 44 555 01 23, day and night, or the duty officer".into(),
        ledger: LedgerHead {
            origin: format!("{ORIGIN}-with-a-name-that-goes-on-for-sixty-characters-or-so"),
            size: 123_456,
            root: Digest::of(b"root"),
        },
        expected_signers: vec![
            "operator-north-7".into(),
            "witness-north-1".into(),
            "witness-2".into(),
        ],
        ..sheet(true)
    }
}

fn record() -> Attachment {
    Attachment::json("record.json", "the record that this page shows", b"{}")
}

/// Runs a tool and returns its standard output; `None` where it is not installed.
#[expect(clippy::print_stdout, reason = "a skipped test says what it lacked")]
fn run(tool: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let Ok(output) = Command::new(tool).args(arguments).output() else {
        println!("skipped: paper as others read it (no {tool})");
        let ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!ci, "CI needs {tool}");
        return None;
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} {arguments:?}: {errors}");
    Some(output.stdout)
}

fn saved(name: &str, pdf: &Pdf) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, &pdf.bytes).unwrap();
    path
}

/// The codes of a page as zbar reads them from a rendering at 150 dpi.
fn codes(pdf: &Path, page: u8) -> Option<String> {
    let root = pdf.with_extension(format!("{page}"));
    let (file, root) = (pdf.to_str().unwrap(), root.to_str().unwrap());
    let page = page.to_string();
    let arguments = [
        "-r",
        "150",
        "-f",
        &page,
        "-l",
        &page,
        "-gray",
        "-singlefile",
    ];
    run("pdftoppm", &[&arguments[..], &[file, root]].concat())?;
    let read = run("zbarimg", &["-q", "--raw", &format!("{root}.pgm")])?;
    Some(String::from_utf8(read).unwrap())
}

fn text(pdf: &Path) -> Option<String> {
    let read = run("pdftotext", &["-layout", pdf.to_str().unwrap(), "-"])?;
    Some(String::from_utf8(read).unwrap())
}

#[test]
fn the_pointer_code_of_a_bag_face_reads_back() {
    for paper in [Paper::A4, Paper::Letter] {
        let pdf = bag_face(&face(false), &[record()], paper).unwrap();
        let path = saved(&format!("bag-face-{paper:?}.pdf"), &pdf);
        if let Some(read) = codes(&path, 1) {
            assert_eq!(Pointer::parse(read.trim_end()), Some(pointer()), "{read}");
        }
    }
}

#[test]
fn the_seal_code_of_an_inside_sheet_reads_back() {
    for paper in [Paper::A4, Paper::Letter] {
        let pdf = inside_sheet(&sheet(false), &[record()], paper).unwrap();
        let path = saved(&format!("inside-sheet-{paper:?}.pdf"), &pdf);
        if let Some(read) = codes(&path, 2) {
            assert_eq!(Seal::parse(read.trim_end()), Some(seal()), "{read}");
        }
    }
}

#[test]
fn qpdf_finds_nothing_wrong() {
    let bag = bag_face(&face(true), &[record()], Paper::A4).unwrap();
    let inside = inside_sheet(&sheet(true), &[record()], Paper::A4).unwrap();
    for (name, pdf) in [
        ("bag-face-qpdf.pdf", bag),
        ("inside-sheet-qpdf.pdf", inside),
    ] {
        if let Some(said) = run("qpdf", &["--check", saved(name, &pdf).to_str().unwrap()]) {
            let said = String::from_utf8(said).unwrap();
            assert!(
                said.contains("No syntax or stream encoding errors"),
                "{said}"
            );
        }
    }
}

#[test]
fn the_inside_sheet_says_what_an_emergency_needs() {
    let pdf = inside_sheet(&sheet(false), &[record()], Paper::A4).unwrap();
    let Some(text) = text(&saved("inside-sheet-text.pdf", &pdf)) else {
        return;
    };
    let digest = seal().digest;
    let mut expected = vec![
        UPN,
        SERIAL,
        "P-0007",
        "entra.microsoft.com",
        "Sign-in options",
        "+31 20 555 01 23",
        "5.7.4",
    ];
    expected.extend(digest.words());
    for needed in expected {
        assert!(text.contains(needed), "{needed} is not in:\n{text}");
    }
    assert!(!text.contains("REHEARSAL"), "{text}");
}

#[test]
fn the_outside_of_a_bag_tells_a_finder_nothing() {
    let pdf = bag_face(&face(false), &[record()], Paper::A4).unwrap();
    let Some(text) = text(&saved("bag-face-text.pdf", &pdf)) else {
        return;
    };
    assert!(
        text.contains("A1234567") && text.contains("2027-02-20"),
        "{text}"
    );
    for secret in [UPN, SERIAL, "contoso", "9c2a7c1e", "Administrator", "@"] {
        assert!(!text.contains(secret), "{secret} is in:\n{text}");
    }
}

#[test]
fn every_page_of_a_rehearsal_says_so() {
    let bag = bag_face(&face(true), &[record()], Paper::Letter).unwrap();
    let inside = inside_sheet(&sheet(true), &[record()], Paper::Letter).unwrap();
    for (name, pdf, pages) in [
        ("bag-face-rehearsal.pdf", bag, 1),
        ("inside-sheet-rehearsal.pdf", inside, 2),
    ] {
        if let Some(text) = text(&saved(name, &pdf)) {
            let marked = text.matches("REHEARSAL · NOT A REAL KEY").count();
            assert_eq!(marked, pages, "{text}");
        }
    }
}

#[test]
fn the_longest_values_are_printed_whole() {
    for paper in [Paper::A4, Paper::Letter] {
        let bag = bag_face(&long_face(), &[], paper).unwrap();
        let inside = inside_sheet(&long_sheet(), &[], paper).unwrap();
        saved(&format!("bag-face-long-{paper:?}.pdf"), &bag);
        let path = saved(&format!("inside-sheet-long-{paper:?}.pdf"), &inside);
        if let Some(read) = codes(&path, 2) {
            assert_eq!(Seal::parse(read.trim_end()), Some(seal()), "{read}");
        }
    }
}

#[test]
fn what_is_attached_comes_out_again() {
    let signature = Attachment::text("op-7.sig", "signature by op-7", b"-----BEGIN\n");
    let pdf = bag_face(&face(false), &[record(), signature], Paper::A4).unwrap();
    let path = saved("bag-face-attached.pdf", &pdf);
    let file = path.to_str().unwrap();
    if let Some(list) = run("pdfdetach", &["-list", file]) {
        let list = String::from_utf8(list).unwrap();
        assert!(
            list.contains("record.json") && list.contains("op-7.sig"),
            "{list}"
        );
        let out = path.with_extension("sig");
        let arguments = ["-savefile", "op-7.sig", "-o", out.to_str().unwrap(), file];
        if run("pdfdetach", &arguments).is_some() {
            assert_eq!(std::fs::read(out).unwrap(), b"-----BEGIN\n");
        }
    }
}
