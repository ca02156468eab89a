use super::*;
use crate::findings::DoctorItem;

fn finding(item: DoctorItem, verdict: Verdict, subject: &str, detail: &str) -> DoctorFinding {
    DoctorFinding {
        item,
        detail: detail.to_owned(),
        fix: (verdict == Verdict::Fail).then(|| "word ".repeat(40).trim_end().to_owned()),
        subject: subject.to_owned(),
        verdict,
    }
}

#[test]
fn a_page_has_80_columns_and_shows_what_a_device_says_harmlessly() {
    let hostile = format!("\u{1b}[2J{}", "long ".repeat(50));
    let findings = [
        finding(
            DoctorItem::KeyAccess,
            Verdict::Fail,
            "/dev/hidraw0",
            &hostile,
        ),
        finding(DoctorItem::Clock, Verdict::Pass, "machine", "fine"),
        finding(
            DoctorItem::Container,
            Verdict::NotRun,
            "machine",
            "not in one",
        ),
    ];
    let style = Style { colour: false };
    let page = page_of(style, false, &findings);
    assert!(
        page.lines().all(|line| text::display_width(line) <= 80),
        "{page}"
    );
    assert!(!page.contains('\u{1b}'), "{page}");
    assert!(
        page.starts_with("  FAIL  KEY-ACCESS     /dev/hidraw0: "),
        "{page}"
    );
    assert!(
        page.contains("\n                   do: word word"),
        "{page}"
    );
    assert!(page.contains("\n  ok    CLOCK          fine\n"), "{page}");
    assert!(!page.contains("CONTAINER"));
    assert!(page.contains("\n1 ok, 0 to look at, 1 to mend."), "{page}");
    let verbose = page_of(style, true, &findings);
    assert!(
        verbose.contains("\n  n/a   CONTAINER      not in one\n"),
        "{verbose}"
    );
}

#[test]
fn a_warning_is_exit_0_and_a_fail_is_exit_1() {
    let of = |verdict| exit(&[finding(DoctorItem::Clock, verdict, "machine", "x")]);
    assert_eq!(of(Verdict::Pass), Exit::Done);
    assert_eq!(of(Verdict::Warn), Exit::Done);
    assert_eq!(of(Verdict::NotRun), Exit::Done);
    assert_eq!(of(Verdict::Fail), Exit::Findings);
}
