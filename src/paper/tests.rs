mod further;
mod whole;

use super::bag_face;
use super::face::composed;
use super::inside_sheet;
use super::page::Faces;
use super::page::Mark;
use super::page::Page;
use super::qr::Matrix;
use super::seal;
use super::*;
use crate::primitives::Cloud;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::Aaguid;
use proptest::prelude::*;

const ORIGIN: &str = "glasskey:9c2a7c1e-0f6b-4f2e-9d53-1f6f6c0a7b11/contoso";

fn face(bag: &str, label: &str, call: &str, rehearsal: bool) -> BagFace {
    BagFace::new(
        outside::tests::bag(bag),
        outside::tests::label(label),
        Pointer::new(ORIGIN, 3, Digest::of(b"record")).unwrap(),
        UtcTime::parse("2026-11-22T15:58:07Z").unwrap(),
        UtcTime::parse("2027-02-20T15:58:07Z").unwrap(),
        outside::tests::call(call),
        rehearsal,
    )
}

fn plain_face() -> BagFace {
    face("A1234567", "BG1-A", "+31 20 555 01 23", false)
}

fn sheet() -> InsideSheet {
    InsideSheet {
        rehearsal: false,
        cloud: Cloud::Global,
        account_alias: "BG-1".into(),
        user_principal_name: "bg1@contoso.onmicrosoft.com".into(),
        key_label: "BG1-A".into(),
        model: "Security Key NFC".into(),
        aaguid: Aaguid::parse("2fc0579f-8113-47ea-b116-bb5a8db9202a").unwrap(),
        serial: Some("31415926".into()),
        firmware: None,
        bag: "A1234567".into(),
        pin_envelope: "P-0007".into(),
        pin_holders: vec!["cu-2".into(), "cu-3".into()],
        pin_tries: Some(8),
        call: "+31 20 555 01 23".into(),
        made: UtcTime::parse("2026-11-22T15:58:07Z").unwrap(),
        ledger: LedgerHead {
            origin: ORIGIN.into(),
            size: 3,
            root: Digest::of(b"root"),
        },
        seal: seal::tests::seal(),
        expected_signers: vec!["op-7".into(), "w-1".into()],
        roster: "000000.allowed_signers".into(),
    }
}

/// A sheet whose every text from outside is `text`.
fn sheet_of(text: &str) -> InsideSheet {
    InsideSheet {
        rehearsal: true,
        account_alias: text.into(),
        user_principal_name: text.into(),
        key_label: text.into(),
        model: text.into(),
        serial: Some(text.into()),
        firmware: Some(text.into()),
        bag: text.into(),
        pin_envelope: text.into(),
        pin_holders: vec![text.into()],
        call: text.into(),
        ..sheet()
    }
}

fn attachment(name: &str) -> Attachment {
    Attachment::json(name, "the record", b"{\"a\":1}")
}

/// Every line on the page, and its box: left, top, right, bottom.
fn boxes(page: &Page<'_>) -> Vec<(String, [i32; 4])> {
    let mut boxes = Vec::new();
    for mark in &page.marks {
        match mark {
            Mark::Text { style, lines, .. } => {
                for line in lines {
                    let area = [
                        line.x,
                        line.baseline - style.size * 3 / 4,
                        line.x + line.width,
                        line.baseline + style.size / 5,
                    ];
                    boxes.push((line.text.clone(), area));
                }
            }
            Mark::Code {
                matrix, at, module, ..
            } => {
                let quiet = Matrix::QUIET_ZONE * module;
                let side = matrix.side_with_quiet_zone(*module);
                assert!(*module >= 500, "a module of {module} micrometres");
                let (x, y) = (at.0 - quiet, at.1 - quiet);
                boxes.push(("a code".into(), [x, y, x + side, y + side]));
            }
            Mark::Fill { .. } | Mark::Frame { .. } | Mark::Rule { .. } => {}
        }
    }
    boxes
}

/// All text of the page, in reading order.
fn words(page: &Page<'_>) -> String {
    let lines: Vec<String> = boxes(page).into_iter().map(|(text, _)| text).collect();
    lines.join("\n")
}

fn assert_tidy(page: &Page<'_>) {
    let boxes = boxes(page);
    for (text, [left, top, right, bottom]) in &boxes {
        let inside = *left >= 14_000
            && *right <= page.paper.width() - 14_000
            && *top >= 5_000
            && *bottom <= page.paper.height() - 5_000;
        assert!(inside, "{text:?} leaves the page");
    }
    for (index, (text, a)) in boxes.iter().enumerate() {
        for (other, b) in &boxes[index + 1..] {
            let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
            assert!(apart, "{text:?} and {other:?} overlap");
        }
    }
}

#[test]
fn nothing_overlaps_and_nothing_leaves_the_page() {
    let faces = Faces::read().unwrap();
    let long = "ΑΘΗΝΑ-SAFE-OF-THE-NORTHERN-SITE-IN-THE-BASEMENT-SHELF-000007";
    assert_eq!(long.chars().count(), 60);
    for paper in [Paper::A4, Paper::Letter] {
        for text in ["A", "Центр безпеки, Київ", long] {
            let face = face(text, text, text, true);
            assert_tidy(&bag_face::layout(&face, paper, &faces).unwrap());
            for page in &inside_sheet::layout(&sheet_of(text), paper, &faces).unwrap() {
                assert_tidy(page);
            }
        }
        assert_tidy(&bag_face::layout(&plain_face(), paper, &faces).unwrap());
        for page in &inside_sheet::layout(&sheet(), paper, &faces).unwrap() {
            assert_tidy(page);
        }
    }
}

#[test]
fn the_same_values_give_the_same_bytes() {
    let files = [attachment("record.json")];
    let bag = || bag_face(&plain_face(), &files, Paper::A4).unwrap();
    let inside = || inside_sheet(&sheet(), &files, Paper::Letter).unwrap();
    assert_eq!(bag(), bag());
    assert_eq!(inside(), inside());
}

#[test]
fn a_pdf_declares_pdf_a_3b_and_its_attachments() {
    let files = [attachment("record.json"), attachment("second.json")];
    let pdf = bag_face(&plain_face(), &files, Paper::A4).unwrap();
    let holds = |needle: &str| {
        pdf.bytes
            .windows(needle.len())
            .any(|window| window == needle.as_bytes())
    };
    for needle in [
        "%PDF-1.7",
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
        "/AFRelationship/Source",
        "(record.json)",
        "(second.json)",
    ] {
        assert!(holds(needle), "{needle}");
    }
}

#[test]
fn what_cannot_be_attached_is_refused() {
    let twice = [attachment("record.json"), attachment("record.json")];
    let nameless = [attachment("")];
    let path = [attachment("../record.json")];
    let accent = [attachment("récord.json")];
    for files in [&twice[..], &nameless, &path, &accent] {
        let name = files[files.len() - 1].name.clone();
        assert_eq!(
            bag_face(&plain_face(), files, Paper::A4),
            Err(PaperError::Attachment { name })
        );
    }
    let mut untyped = attachment("record.json");
    untyped.media_type = "json".into();
    let name = untyped.name.clone();
    assert_eq!(
        bag_face(&plain_face(), &[untyped], Paper::A4),
        Err(PaperError::Attachment { name })
    );
}

#[test]
fn a_bag_face_shows_nothing_but_what_it_was_given() {
    let faces = Faces::read().unwrap();
    let words = words(&bag_face::layout(&plain_face(), Paper::A4, &faces).unwrap());
    for shown in ["A1234567", "BG1-A", "000003", "2026-11-22", "2027-02-20"] {
        assert!(words.contains(shown), "{shown} is not in:\n{words}");
    }
    for hidden in [
        "contoso",
        "9c2a7c1e",
        "@",
        "Administrator",
        "tenant",
        "REHEARSAL",
    ] {
        assert!(!words.contains(hidden), "{hidden} is in:\n{words}");
    }
}

#[test]
fn an_inside_sheet_names_the_portal_of_its_cloud() {
    let faces = Faces::read().unwrap();
    for (cloud, portal) in [
        (Cloud::Global, "entra.microsoft.com"),
        (Cloud::UsGov, "entra.microsoft.us"),
        (Cloud::UsGovDod, "entra.microsoft.us"),
        (Cloud::China, "entra.microsoftonline.cn"),
    ] {
        let sheet = InsideSheet { cloud, ..sheet() };
        let [front, _] = inside_sheet::layout(&sheet, Paper::A4, &faces).unwrap();
        assert!(
            words(&front).contains(&format!("Open {portal} in")),
            "{cloud:?}"
        );
    }
}

#[test]
fn what_is_too_long_is_refused_and_named() {
    let long = "x".repeat(600);
    assert_eq!(
        bag_face(&face(&long, "BG1-A", "1", false), &[], Paper::A4),
        Err(PaperError::TooLong {
            field: "BAG NUMBER"
        })
    );
    assert_eq!(
        bag_face(&face("A1", "BG1-A", &long, false), &[], Paper::A4),
        Err(PaperError::TooLong { field: "call" })
    );
    let sheet = InsideSheet {
        user_principal_name: long,
        ..sheet()
    };
    assert_eq!(
        inside_sheet(&sheet, &[], Paper::A4),
        Err(PaperError::TooLong {
            field: "USER NAME, TO BE TYPED EXACTLY"
        })
    );
}

#[test]
fn a_seal_that_no_scanner_would_read_is_refused() {
    let mut sheet = sheet();
    sheet.seal.signature = vec![0; 900];
    assert_eq!(
        inside_sheet(&sheet, &[], Paper::A4),
        Err(PaperError::TooLong { field: "seal" })
    );
}

#[test]
fn what_the_fonts_lack_is_refused_and_named() {
    assert_eq!(
        bag_face(&face("A1", "金庫", "1", false), &[], Paper::A4),
        Err(PaperError::Unprintable {
            field: "KEY",
            character: '金'
        })
    );
}

proptest! {
    // A page is laid out in milliseconds, not microseconds: a tenth of the usual cases.
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases() / 10))]

    #[test]
    fn a_value_is_printed_whole_or_refused(text in "[ -~Α-ΡΣ-Ωа-я]{1,200}|.{1,60}") {
        let faces = Faces::read().unwrap();
        let squeezed = |text: &str| text.replace([' ', '\n'], "");
        match bag_face::layout(&face(&text, "K", "1", false), Paper::A4, &faces) {
            Ok(page) => {
                assert_tidy(&page);
                prop_assert!(squeezed(&words(&page)).contains(&squeezed(&composed(&text))));
            }
            Err(PaperError::TooLong { field }) => prop_assert_eq!(field, "BAG NUMBER"),
            Err(PaperError::Unprintable { character, .. }) => {
                prop_assert_eq!(printable(&text), Err(character));
            }
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }
}
