//! Nothing that a book says becomes markup, and the same view gives the same bytes.

use super::ReportPage;
use super::report_page;
use crate as product;
use crate::primitives::UtcTime;
use proptest::prelude::*;

#[path = "../../../tests/report_page/sample.rs"]
mod sample;

/// Everything between `<` and `>`, in order; style and texts left out, and values that hold words.
fn skeleton(page: &[u8]) -> Vec<String> {
    let page = std::str::from_utf8(page).unwrap();
    let (_, body) = page.split_once("</style>").unwrap();
    let mut tags = Vec::new();
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or_else(|| panic!("<{part}"));
        assert!(!text.contains('>'), "{text}");
        tags.push(tag.to_owned());
    }
    tags
}

/// As many letters as a text has once it is printable: nothing in it can be markup.
fn harmless(text: &str) -> String {
    crate::primitives::text::printable(text)
        .chars()
        .map(|_| 'x')
        .collect()
}

fn page_of(said: &dyn Fn() -> String) -> Vec<u8> {
    let sample = sample::Sample::new(2, &mut |_| said());
    report_page(&sample.page())
}

fn markup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<script>alert(1)</script>",
        "\"",
        "'",
        "&",
        "<",
        ">",
        "</td>",
        "<!--",
        "-->",
        "]]>",
        "&lt;",
        "\u{202e}",
        "\u{0}",
        "a",
        " ",
        "שלום",
        "\u{1f511}",
        "onload=x ",
        "</style>",
        "=1+1",
        "\r\n",
    ]);
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases((crate::test_cases() / 10).min(1_000)))]
    #[test]
    fn no_text_of_the_book_is_markup(hostile in markup()) {
        let quiet = harmless(&hostile);
        prop_assert_eq!(
            skeleton(&page_of(&|| hostile.clone())),
            skeleton(&page_of(&|| quiet.clone()))
        );
    }
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing() {
    let page = String::from_utf8(page_of(&|| "javascript:alert(1)".to_owned())).unwrap();
    for never in [
        "<script",
        "<img",
        "<iframe",
        "<object",
        "@import",
        "url(",
        "http-equiv=\"refresh",
    ] {
        assert!(!page.contains(never), "{never}");
    }
    for link in page.split("href=\"").skip(1) {
        let (to, _) = link.split_once('"').unwrap();
        assert!(to.starts_with('#') || to == "data:,", "{to}");
    }
}

#[test]
fn every_id_is_there_once_and_every_name_leads_to_one() {
    let page = String::from_utf8(page_of(&|| "a b".to_owned())).unwrap();
    let of = |attribute: &str| -> Vec<String> {
        let head = format!(" {attribute}=\"");
        let values = page.split(&head).skip(1);
        let words = values.flat_map(|rest| rest.split_once('"').unwrap().0.split(' '));
        words.map(str::to_owned).collect()
    };
    let mut ids = of("id");
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for name in of("aria-labelledby") {
        assert!(ids.contains(&name), "{name}");
    }
}

#[test]
fn a_book_without_a_record_has_a_page_too() {
    let at = UtcTime::from_unix(1_767_225_600);
    let report = sample::empty(at, at);
    let page = report_page(&ReportPage {
        book: "",
        report: &report,
        bad: None,
        as_of: at,
        dues: &[],
        to_do: &[],
        findings: &[],
        recovery: None,
        ledger: None,
        anchors: &[],
        anchors_needed: 0,
        tool: "glasskey",
    });
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("No key is in use."));
    assert!(page.contains("there is no plan beside the ledger"));
}
