//! What stands on a page, and what must not.

use crate::samples;
use crate::tools;
use crate::values;
use crate::values::SERIAL;
use crate::values::UPN;
use glasskey::paper::Attachment;
use glasskey::paper::Paper;
use glasskey::paper::bag_face;

/// The text of the sample on A4 with this name.
fn text(name: &str) -> Option<String> {
    let sample = samples::one(&format!("{name}-a4"));
    tools::text(&tools::saved("contents", &sample.name, &sample.pdf))
}

#[test]
fn the_inside_sheet_says_what_an_emergency_needs() {
    let Some(text) = text("inside") else {
        return;
    };
    let digest = values::seal().digest;
    let mut expected = vec![
        "BG-1",
        UPN,
        "BG1-A",
        "YubiKey 5 NFC",
        "2fc0579f-8113-47ea-b116-bb5a8db9202a",
        SERIAL,
        "5.7.4",
        "P-0007",
        "entra.microsoft.com",
        "Sign-in options",
        "security key",
        "8 tries",
        "three wrong ones in a row",
        "+31 20 555 01 23",
        "What happens then",
        "The ledger before it",
        "ssh-keygen -Y verify",
    ];
    expected.extend(digest.words());
    for needed in expected {
        assert!(text.contains(needed), "{needed} is not in:\n{text}");
    }
    assert!(
        text.replace([' ', '\n'], "").contains(&digest.to_string()),
        "{text}"
    );
    assert!(!text.contains("REHEARSAL"), "{text}");
}

/// Each kind of page, and what must stand on it.
const NAMED: [(&str, &[&str]); 7] = [
    (
        "bag",
        &[
            "A1234567",
            "BG1-A",
            "record 000003",
            "2026-11-22",
            "2027-02-20",
            "Found open",
            "+31 20 555 01 23",
            "OPERATOR",
            "WITNESS",
        ],
    ),
    (
        "pin-envelope",
        &[
            "P-0007",
            "cu-2, cu-3",
            "+31 20 555 01 23",
            "SEALED BY",
            "SEEN BY",
        ],
    ),
    (
        "inventory",
        &[
            "SAFE-A", "SHELF", "A1234500", "BG1-A", "000001", "IN / OUT", "BY", "SEEN BY",
        ],
    ),
    (
        "minutes",
        &[
            "STEP",
            "DOES",
            "INITIALS",
            "TIME",
            "READ ALOUD",
            "A1234567",
            "sailboat",
            "enrollment",
            "the door was opened by cu-2",
            "page 1 of",
            "plan 64879f7d6b960a01",
        ],
    ),
    (
        "receipt",
        &[
            "w-1",
            "sailboat",
            "enrollment",
            "record 000003",
            "12",
            "--heads",
        ],
    ),
    (
        "script",
        &[
            "registration/",
            "STEP",
            "INITIALS",
            "page 1 of",
            "plan 64879f7d6b960a01",
            "Where the script was left",
        ],
    ),
    (
        "blank",
        &[
            UPN,
            "P-0007",
            "SERIAL NUMBER",
            "FIRMWARE",
            "AAGUID",
            "BAG NUMBER",
            "READ BACK BY",
            "IN HEXADECIMAL",
            "ssh-keygen -Y verify",
            "RECORDS BEFORE IT",
        ],
    ),
];

#[test]
fn every_kind_of_page_says_what_it_is_for() {
    for (kind, named) in NAMED {
        let Some(text) = text(kind) else {
            return;
        };
        for named in named {
            assert!(text.contains(named), "{kind}: {named} is not in:\n{text}");
        }
    }
}

#[test]
fn the_outside_of_a_bag_tells_a_finder_nothing() {
    let Some(text) = text("bag") else {
        return;
    };
    for secret in [UPN, SERIAL, "contoso", "9c2a7c1e", "Administrator", "@"] {
        assert!(!text.contains(secret), "{secret} is in:\n{text}");
    }
}

#[test]
fn every_page_of_a_rehearsal_says_so_and_no_other_does() {
    for sample in samples::all() {
        let path = tools::saved("rehearsal", &sample.name, &sample.pdf);
        let Some(text) = tools::text(&path) else {
            return;
        };
        let rehearsal = ["rehearsal", "long", "forty"]
            .iter()
            .any(|mark| sample.name.contains(mark));
        for page in text.trim_end_matches('\u{c}').split('\u{c}') {
            let marked = page.contains("REHEARSAL · NOT A REAL KEY")
                && page.contains("glasskey · REHEARSAL");
            assert_eq!(marked, rehearsal, "{}: {page}", sample.name);
            assert_eq!(
                page.contains("REHEARSAL"),
                rehearsal,
                "{}: {page}",
                sample.name
            );
        }
    }
}

#[test]
fn the_longest_values_are_printed_whole() {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let (sheet, stock) = (samples::long_sheet(), samples::long_stock());
    let mut values = vec![
        ("bag-long", sheet.bag.clone()),
        ("inside-long", sheet.serial.clone().unwrap()),
        ("inventory-long", stock.safe.clone()),
    ];
    for value in [
        &sheet.account_alias,
        &sheet.user_principal_name,
        &sheet.key_label,
    ] {
        values.extend([
            ("inside-long", value.clone()),
            ("blank-long", value.clone()),
        ]);
    }
    for value in [
        &sheet.model,
        &sheet.bag,
        &sheet.pin_envelope,
        &sheet.call,
        &sheet.ledger.origin,
    ] {
        values.push(("inside-long", value.clone()));
    }
    for line in &stock.lines {
        for value in [&line.shelf, &line.bag, &line.label] {
            values.push(("inventory-long", value.clone()));
        }
    }
    let mut read = std::collections::BTreeMap::new();
    for (page, value) in values {
        let entry = read.entry(page);
        let text = match entry {
            std::collections::btree_map::Entry::Occupied(text) => text.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let Some(text) = text(page) else {
                    return;
                };
                place.insert(squeezed(&text))
            }
        };
        assert!(
            text.contains(&squeezed(&value)),
            "{page}: {value} is not in:\n{text}"
        );
    }
}

#[test]
fn what_is_attached_comes_out_again() {
    let signature = Attachment::text("op-7.sig", "signature by op-7", b"-----BEGIN\n");
    let pdf = bag_face(
        &values::face(false),
        &[samples::record(), signature],
        Paper::A4,
    )
    .unwrap();
    let path = tools::saved("attached", "bag", &pdf);
    let file = path.to_str().unwrap();
    if let Some(list) = tools::run("pdfdetach", &["-list", file]) {
        let list = String::from_utf8(list).unwrap();
        assert!(
            list.contains("record.json") && list.contains("op-7.sig"),
            "{list}"
        );
        let out = path.with_extension("sig");
        let arguments = ["-savefile", "op-7.sig", "-o", out.to_str().unwrap(), file];
        if tools::run("pdfdetach", &arguments).is_some() {
            assert_eq!(std::fs::read(out).unwrap(), b"-----BEGIN\n");
        }
    }
}

#[test]
fn neither_an_inventory_nor_an_envelope_tells_what_a_key_opens() {
    for name in ["inventory", "receipt", "pin-envelope"] {
        let Some(text) = text(name) else {
            return;
        };
        let hidden: &[&str] = match name {
            "inventory" | "receipt" => &["@", "BG-1", "Administrator", "P-0007", SERIAL],
            "pin-envelope" => &[
                "@",
                "BG",
                "Administrator",
                "A12345",
                SERIAL,
                "contoso",
                "SAFE",
            ],
            _ => &[],
        };
        for word in hidden {
            assert!(!text.contains(word), "{name} tells {word}:\n{text}");
        }
    }
}

#[test]
fn a_script_is_read_in_the_order_in_which_it_is_done() {
    let Some(read) = text("script") else {
        return;
    };
    let read = read.replace('\n', " ");
    let mut from = 0;
    for step in values::script(None).steps {
        let at = read.get(from..).unwrap().find(&step.title);
        from += at.unwrap_or_else(|| panic!("{} is out of order in:\n{read}", step.title));
    }
}
