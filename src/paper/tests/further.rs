//! The pages beside sheet and bag face: nothing overlaps, nothing is cut, nothing runs on for ever.

use super::super::blank_sheet;
use super::super::inventory;
use super::super::page::Faces;
use super::super::pin_envelope;
use super::super::procedure;
use super::super::receipt;
use super::super::*;
use super::ORIGIN;
use super::assert_tidy;
use super::words;
use crate::plan::PinCustody;
use crate::primitives::Cloud;
use crate::primitives::Digest;
use crate::primitives::UtcTime;

const LONG: &str = "ΑΘΗΝΑ-SAFE-OF-THE-NORTHERN-SITE-IN-THE-BASEMENT-SHELF-000007";

fn made() -> UtcTime {
    UtcTime::parse("2026-11-22T15:58:07Z").unwrap()
}

fn checkpoint() -> String {
    format!("{ORIGIN}\n12\nq8s7C0AHhC5T0Y3rKeSjUXJLw1vA+Gf7cLmDk1J6kE8=\n")
}

fn stock(text: &str, count: u64) -> Inventory {
    let line = |number: u64| InventoryLine {
        shelf: text.into(),
        bag: format!("{text}{number}"),
        label: text.into(),
        record: number,
    };
    Inventory {
        safe: text.into(),
        made: made(),
        lines: (0..count).map(line).collect(),
        checkpoint: checkpoint(),
        rehearsal: true,
    }
}

fn script(text: &str, steps: usize, outcome: Option<ProcedureOutcome>) -> Procedure {
    let activity = ProcedureActivity {
        who: "safe controller".into(),
        does: format!("Does {text} with `glasskey sign`."),
        aloud: Some(text.into()),
    };
    let step = ProcedureStep {
        title: format!("The step {text}"),
        activities: vec![activity; 3],
        at: None,
    };
    Procedure {
        rehearsal: true,
        title: text.into(),
        script: "registration/3".into(),
        script_sha256: Digest::of(b"script"),
        plan_sha256: Digest::of(b"plan"),
        origin: ORIGIN.into(),
        purpose: text.into(),
        needs: vec![text.into(); 3],
        people: vec![text.into(); 4],
        steps: vec![step; steps],
        made: made(),
        outcome,
    }
}

fn outcome(text: &str) -> ProcedureOutcome {
    ProcedureOutcome {
        pointer: Pointer::new(ORIGIN, 3, Digest::of(b"record")).unwrap(),
        bag: Some(text.into()),
        statement: Digest::of(b"statement"),
        exceptions: vec![("3".into(), text.repeat(6))],
    }
}

#[test]
fn nothing_overlaps_and_nothing_leaves_the_page() {
    let faces = Faces::read().unwrap();
    for paper in [Paper::A4, Paper::Letter] {
        for text in ["A", "Центр безпеки, Київ", LONG] {
            let holders = vec![text.to_owned(), text.to_owned()];
            let pin = PinCustody {
                envelope: text.to_owned(),
                held_by: holders.clone(),
            };
            let call = outside::tests::call(text);
            let envelope = PinEnvelope::new(&pin, made(), call, true);
            assert_tidy(&pin_envelope::layout(&envelope, paper, &faces).unwrap());
            let blank = BlankSheet {
                rehearsal: true,
                cloud: Cloud::China,
                account_alias: text.into(),
                user_principal_name: text.into(),
                key_label: text.into(),
                pin_envelope: text.into(),
                pin_holders: vec![text.into()],
                call: text.into(),
                made: made(),
                plan_sha256: Digest::of(b"plan"),
            };
            let slip = Receipt {
                witness: text.into(),
                record: 3,
                statement: Digest::of(b"statement"),
                sha256: Digest::of(b"record"),
                made: made(),
                checkpoint: checkpoint(),
                rehearsal: true,
            };
            let mut pages = Vec::from(blank_sheet::layout(&blank, paper, &faces).unwrap());
            pages.extend(receipt::layout(&slip, paper, &faces).unwrap());
            pages.extend(inventory::layout(&stock(text, 20), paper, &faces).unwrap());
            for what in [None, Some(outcome(text))] {
                let script = script(text, 9, what);
                pages.extend(procedure::layout(&script, paper, &faces).unwrap());
            }
            for page in &pages {
                assert_tidy(page);
            }
        }
    }
}

#[test]
fn a_step_that_is_higher_than_can_be_counted_is_refused() {
    let faces = Faces::read().unwrap();
    let mut page = script("A", 1, None);
    let activity = ProcedureActivity {
        who: "WWW ".repeat(499),
        does: String::new(),
        aloud: None,
    };
    page.steps[0].activities = vec![activity; 920];
    assert!(procedure::layout(&page, Paper::A4, &faces).is_err());
}

#[test]
fn a_table_goes_on_beneath_its_titles_and_every_page_has_its_number() {
    let faces = Faces::read().unwrap();
    let pages = inventory::layout(&stock("A", 40), Paper::A4, &faces).unwrap();
    assert_eq!(pages.len(), 3);
    for (number, page) in (1..).zip(&pages) {
        let words = words(page);
        assert!(words.contains(&format!("page {number} of 3")), "{words}");
        assert!(
            words.contains("BAG NUMBER") || words.contains("SEEN BY"),
            "{words}"
        );
    }
    let all: String = pages.iter().map(words).collect();
    assert!((0..40).all(|number| all.contains(&format!("A{number}"))));
}

#[test]
fn more_than_forty_pages_are_refused() {
    let endless = procedure(&script("A", 400, None), &[], Paper::A4);
    assert_eq!(endless, Err(PaperError::TooLong { field: "step" }));
    let safe = inventory(&stock("A", 2_000), Paper::Letter);
    assert_eq!(safe, Err(PaperError::TooLong { field: "bag" }));
}

#[test]
fn minutes_say_when_each_step_was_begun_and_what_went_otherwise() {
    let faces = Faces::read().unwrap();
    let mut held = script("A", 2, Some(outcome("the door stood open")));
    held.steps[0].at = Some(made());
    let pages = procedure::layout(&held, Paper::A4, &faces).unwrap();
    let all: String = pages.iter().map(|page| words(page) + "\n").collect();
    for said in [
        "1. The step A\n2026-11-22T15:58:07Z",
        "2. The step A\nnot begun",
        "the door stood open",
        "Does A with glasskey sign.",
        "record 000003",
    ] {
        assert!(all.contains(said), "{said} is not in:\n{all}");
    }
}
