//! Pages read back, changed and torn.

use super::*;
use crate::paper::CallLine;
use crate::paper::Paper;
use crate::paper::Pdf;
use crate::paper::PinEnvelope;
use crate::paper::pin_envelope;
use crate::plan::PinCustody;
use crate::primitives::UtcTime;
use proptest::prelude::*;
use std::sync::LazyLock;

fn envelope(paper: Paper) -> Pdf {
    let pin = PinCustody {
        envelope: "P-0007".to_owned(),
        held_by: vec!["cu-2".to_owned(), "cu-3".to_owned()],
    };
    let made = UtcTime::parse("2026-11-22T15:58:07Z").unwrap();
    let call = CallLine::of_page("+31 20 555 01 23, Київ");
    pin_envelope(&PinEnvelope::new(&pin, made, call, false), paper).unwrap()
}

static PAGE: LazyLock<Vec<u8>> = LazyLock::new(|| envelope(Paper::A4).bytes);

#[test]
fn what_a_page_holds_prints_it_again() {
    for paper in [Paper::A4, Paper::Letter] {
        let page = Reprint::read(&envelope(paper).bytes).unwrap();
        assert_eq!(page.values().kind(), "pin-envelope");
        assert_eq!(page.drawn(), Drawn::Same(paper));
        let said = page.said.concat().join("\n");
        for word in [
            "P-0007",
            "cu-2, cu-3",
            "2026-11-22",
            "+31 20 555 01 23, Київ",
        ] {
            assert!(said.contains(word), "{word} is not in:\n{said}");
        }
    }
}

#[test]
fn what_was_appended_and_what_another_version_drew_are_told() {
    let page = [PAGE.as_slice(), b"\n% more\n"].concat();
    let page = Reprint::read(&page).unwrap();
    assert_eq!(
        page.drawn(),
        Drawn::Differs("8 bytes were appended to it".to_owned())
    );
    let mut page = Reprint::read(&PAGE).unwrap();
    page.bytes[20] ^= 1;
    page.file.tool = "0.0.9".to_owned();
    assert_eq!(page.drawn(), Drawn::ByAnother("0.0.9".to_owned(), None));
    page.said[0][3] = "P-0008".to_owned();
    assert!(matches!(page.drawn(), Drawn::ByAnother(_, Some(what)) if what.contains("“P-0008”")));
}

#[test]
fn what_is_not_ours_is_refused() {
    let plain = String::from_utf8_lossy(&PAGE);
    assert!(plain.contains("/Creator(glasskey)"));
    let swap = |from: &[u8], to: &[u8]| {
        let at = PAGE.windows(from.len()).position(|window| window == from);
        let mut bytes = PAGE.clone();
        bytes[at.unwrap()..][..to.len()].copy_from_slice(to);
        bytes
    };
    for (bytes, fault) in [
        (Vec::new(), PdfFault::NotPdf),
        (b"%PDF-1.7\n".to_vec(), PdfFault::NotPdf),
        (vec![b' '; MAX + 1], PdfFault::TooLarge),
        (swap(b"(glasskey)", b"(glasskez)"), PdfFault::Foreign),
        (swap(b"/Lang(en)", b"/#4fbjStm"), PdfFault::Foreign),
        (swap(b"/Lang(en)", b"/Encrypt "), PdfFault::Foreign),
        (swap(b"/F(page.json)", b"/F(page.txt) "), PdfFault::NoValues),
    ] {
        assert_eq!(Reprint::read(&bytes), Err(fault));
    }
}

/// A file that is a few objects and a table of them; the first is its root, the last says who made it.
fn file(objects: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(bytes.len());
        bytes.extend(format!("{number} 0 obj\n").into_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let (table, last) = (bytes.len(), objects.len());
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f\r\n", last + 1).into_bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n\r\n").into_bytes());
    }
    let trailer = format!("trailer\n<</Root 1 0 R/Info {last} 0 R>>\nstartxref\n{table}\n%%EOF");
    bytes.extend(trailer.into_bytes());
    bytes
}

/// A stream of this many zeroes, deflated.
fn zeroes(count: usize, dict: &str) -> Vec<u8> {
    let data = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; count], 9);
    let head = format!(
        "<<{dict}/Filter/FlateDecode/Length {}>>stream\n",
        data.len()
    );
    [head.into_bytes(), data, b"\nendstream".to_vec()].concat()
}

const INFO: &[u8] = b"<</Creator(glasskey)>>";

#[test]
fn a_file_that_would_take_all_memory_is_refused() {
    // Its table is a stream of no type: gigabytes of it in a few of them.
    let stream = zeroes(64 << 20, "/W[1 2 1]/Size 16777216/Root 1 0 R");
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let place = bytes.len();
    bytes.extend_from_slice(b"1 0 obj\n");
    bytes.extend_from_slice(&stream);
    bytes.extend(format!("\nendobj\nstartxref\n{place}\n%%EOF").into_bytes());
    assert_eq!(Reprint::read(&bytes), Err(PdfFault::Foreign));
    // A plain table that points to one such as the one before it.
    let place = bytes.len();
    let table = "xref\n0 1\n0000000000 65535 f\r\ntrailer\n<</Root 1 0 R/Prev 9>>\n";
    bytes.extend(format!("{table}startxref\n{place}\n%%EOF").into_bytes());
    assert_eq!(Reprint::read(&bytes), Err(PdfFault::Foreign));
    // A table before which it stands itself.
    let (head, table) = (
        "%PDF-1.7\n",
        "xref\n0 1\n0000000000 65535 f\r\ntrailer\n<</Prev 9>>\n",
    );
    let bytes = format!("{head}{table}startxref\n9\n%%EOF");
    assert_eq!(Reprint::read(bytes.as_bytes()), Err(PdfFault::TooMuch));
}

#[test]
fn what_makes_much_of_little_is_refused_in_bounded_time() {
    let root = b"<</Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a)3 0 R]>>>>>>";
    let none = b"<</Kids[]>>";
    let attached = |stored: &[u8]| file(&[root, none, b"<</F(a)/EF<</F 4 0 R>>>>", stored, INFO]);
    let read = |bytes: &[u8]| Reprint::read(bytes);
    assert_eq!(read(&attached(&zeroes(3, ""))), Err(PdfFault::NoValues));
    for stored in [
        zeroes(64 << 20, ""),
        zeroes(3, "/DecodeParms<<>>"),
        b"<</Filter[/FlateDecode/FlateDecode]/Length 0>>stream\n\nendstream".to_vec(),
        b"<</Filter/LZWDecode/Length 0>>stream\n\nendstream".to_vec(),
    ] {
        assert_eq!(read(&attached(&stored)), Err(PdfFault::TooMuch));
    }
    for stored in [
        b"<</Length 4294967295>>stream\n\nendstream".to_vec(),
        b"<</Length 4 0 R>>stream\n\nendstream".to_vec(),
        b"<<>>stream\n\nendstream".to_vec(),
    ] {
        assert_eq!(read(&attached(&stored)), Err(PdfFault::NotPdf));
    }
    let pages = |node: &[u8]| file(&[b"<</Pages 2 0 R>>", node, INFO]);
    for node in [
        // Pages that are pages of themselves, and a million of them that are nothing.
        b"<</Kids[2 0 R 2 0 R]>>".to_vec(),
        [
            b"<</Kids[".to_vec(),
            b"<<>>".repeat(1 << 20),
            b"]>>".to_vec(),
        ]
        .concat(),
        b"[".repeat(1 << 20),
        b"2 0 R".to_vec(),
    ] {
        assert_eq!(read(&pages(&node)), Err(PdfFault::TooMuch));
    }
    // Objects that never end, each from its place to the end of the file.
    let open: Vec<&[u8]> = vec![b"("; 100_000];
    assert_eq!(read(&file(&open)), Err(PdfFault::TooMuch));
    let open: Vec<&[u8]> = vec![b"("; 60_000];
    assert_eq!(read(&file(&open)), Err(PdfFault::NotPdf));
}

#[test]
fn a_map_or_a_page_that_says_too_much_is_refused() {
    let with = |map: &str, content: &str| {
        let font = b"<</ToUnicode 5 0 R>>";
        let stream = |text: &str| {
            format!("<</Length {}>>stream\n{text}\nendstream", text.len()).into_bytes()
        };
        let page = b"<</Contents 4 0 R/Resources<</Font<</f 3 0 R>>>>>>";
        let (content, map) = (stream(content), stream(map));
        let pages = b"<</Pages<</Kids[2 0 R]>>>>";
        Reprint::read(&file(&[pages, page, font, &content, &map, INFO]))
    };
    let map = |units: usize| format!("beginbfchar <0001> <{}> endbfchar", "0041".repeat(units));
    let content = |times: usize| format!("BT /f 1 Tf <{}> Tj ET", "0001".repeat(times));
    assert_eq!(with(&map(1), &content(9)), Err(PdfFault::NoValues));
    // A megabyte a code, a hundred thousand times.
    assert_eq!(
        with(&map(250_000), &content(100_000)),
        Err(PdfFault::TooMuch)
    );
    assert_eq!(with(&map(16), &content(100_000)), Err(PdfFault::TooMuch));
    assert_eq!(
        with(&map(1), "BT /f 1 Tf BI ID EI ET"),
        Err(PdfFault::TooMuch)
    );
}

const MAX: usize = pdf_file::MAX_PDF_BYTES;

proptest! {
    // A page takes milliseconds, not microseconds.
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases() / 100))]

    #[test]
    fn no_changed_page_is_taken_for_the_one_it_was(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = PAGE.clone();
        for (at, with) in changes {
            let at = at.index(bytes.len());
            bytes[at] = with;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if bytes != *PAGE && let Ok(page) = Reprint::read(&bytes) {
            prop_assert!(!matches!(page.drawn(), Drawn::Same(_)));
        }
    }

    #[test]
    fn random_bytes_are_no_page(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(Reprint::read(&bytes).is_err());
        prop_assert!(Reprint::read(&[b"%PDF-1.7\n", bytes.as_slice()].concat()).is_err());
    }
}
