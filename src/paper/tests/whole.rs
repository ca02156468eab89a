//! Whatever a plan or a record may hold is printed whole, or refused by name; nothing is cut silently.

use super::super::bag_face;
use super::super::blank_sheet;
use super::super::face::composed;
use super::super::inside_sheet;
use super::super::inventory;
use super::super::outside;
use super::super::page::Faces;
use super::super::page::Page;
use super::super::pin_envelope;
use super::super::procedure;
use super::super::receipt;
use super::super::*;
use super::assert_tidy;
use super::face;
use super::sheet;
use super::words;
use crate::plan::PinCustody;
use crate::primitives::Cloud;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use proptest::prelude::*;

/// A name as the plan's forms allow it.
const NAME: &str = "[A-Za-z0-9][A-Za-z0-9._-]{0,59}";
/// A line of text in three scripts, with spaces or without any.
const LINE: &str = "[!-~À-žΑ-ΡΣ-Ωα-ωА-яЁёҐґЇїЄє]{1,120}|[!-~Α-Ρа-я]{1,9}( [!-~Α-Ρа-я]{1,9}){0,11}";
/// A shelf, a site.
const SHORT: &str = "[!-~À-žΑ-ΡА-я]{1,60}|[!-~Α-Ρа-я]{1,5}( [!-~Α-Ρа-я]{1,5}){0,9}";
/// A bag's number as a ceremony takes it.
const BAG: &str = "[A-Z0-9./-]{1,40}";
const SERIAL: &str = "[A-Za-z0-9]{1,64}";
const UPN: &str = "[a-zA-Z0-9.!#_-]{1,64}@[a-z0-9-]{1,34}\\.onmicrosoft\\.com";

fn squeezed(text: &str) -> String {
    text.replace([' ', '\n'], "")
}

/// Every page is tidy and every value stands on one, or the refusal names a field.
fn whole(made: Result<Vec<Page<'_>>, PaperError>, values: &[&str]) -> Result<bool, TestCaseError> {
    match made {
        Ok(pages) => {
            let mut text = String::new();
            for page in &pages {
                assert_tidy(page);
                text.push_str(&squeezed(&words(page)));
            }
            for value in values {
                let value = squeezed(&composed(value));
                prop_assert!(text.contains(&value), "{value} is not in:\n{text}");
            }
            Ok(true)
        }
        Err(PaperError::TooLong { field }) => {
            prop_assert!(!field.is_empty());
            Ok(false)
        }
        Err(PaperError::Unprintable { field, character }) => {
            prop_assert!(!field.is_empty());
            // The linter refuses it too, if perhaps for another of its characters.
            let lacks =
                |value: &&str| composed(value).contains(character) && printable(value).is_err();
            prop_assert!(values.iter().any(lacks), "{character:?}");
            Ok(true)
        }
        Err(other) => Err(TestCaseError::fail(format!("{other:?}"))),
    }
}

fn made() -> UtcTime {
    UtcTime::parse("2026-11-22T15:58:07Z").unwrap()
}

fn paper() -> impl Strategy<Value = Paper> {
    prop_oneof![Just(Paper::A4), Just(Paper::Letter)]
}

fn cloud() -> impl Strategy<Value = Cloud> {
    prop_oneof![Just(Cloud::Global), Just(Cloud::UsGov), Just(Cloud::China)]
}

fn refs(most: usize) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[A-Za-z0-9][A-Za-z0-9_-]{0,59}", 0..=most)
}

fn checkpoint(name: &str) -> String {
    let host = "rehearsal.glasskey.invalid/9c2a7c1e-0f6b-4f2e-9d53-1f6f6c0a7b11";
    format!("{host}/{name}\n123456\nq8s7C0AHhC5T0Y3rKeSjUXJLw1vA+Gf7cLmDk1J6kE8=\n")
}

proptest! {
    // A document is laid out in milliseconds: a twentieth of the usual cases.
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases() / 20))]

    #[test]
    fn a_bag_face_is_whole(bag in BAG, label in NAME, call in LINE, on in paper()) {
        let faces = Faces::read().unwrap();
        let made = bag_face::layout(&face(&bag, &label, &call, true), on, &faces);
        prop_assert!(whole(made.map(|page| vec![page]), &[&bag, &label, &call])?);
    }

    #[test]
    fn an_envelopes_face_is_whole(number in NAME, holders in refs(4), call in LINE, on in paper()) {
        let faces = Faces::read().unwrap();
        let pin = PinCustody {
            envelope: number.clone(),
            held_by: holders.clone(),
        };
        let envelope = PinEnvelope::new(&pin, made(), outside::tests::call(&call), true);
        let laid = pin_envelope::layout(&envelope, on, &faces).map(|page| vec![page]);
        let mut values: Vec<&str> = holders.iter().map(String::as_str).collect();
        values.extend([number.as_str(), &call]);
        whole(laid, &values)?;
    }

    #[test]
    fn both_inside_sheets_are_whole(
        (alias, label, envelope) in (NAME, NAME, NAME),
        upn in UPN,
        model in SHORT,
        (serial, firmware, bag) in (proptest::option::of(SERIAL), proptest::option::of("[0-9.]{1,20}"), BAG),
        (holders, signers) in (refs(3), refs(5)),
        call in LINE,
        (cloud, on) in (cloud(), paper()),
    ) {
        let faces = Faces::read().unwrap();
        let filled = InsideSheet {
            rehearsal: true,
            cloud,
            account_alias: alias.clone(),
            user_principal_name: upn.clone(),
            key_label: label.clone(),
            model: model.clone(),
            serial: serial.clone(),
            firmware: firmware.clone(),
            bag: bag.clone(),
            pin_envelope: envelope.clone(),
            pin_holders: holders.clone(),
            call: call.clone(),
            expected_signers: signers.clone(),
            ..sheet()
        };
        let mut values = vec![alias.as_str(), &upn, &label, &envelope, &call];
        values.extend(holders.iter().map(String::as_str));
        let blank = BlankSheet {
            rehearsal: true,
            cloud,
            account_alias: alias.clone(),
            user_principal_name: upn.clone(),
            key_label: label.clone(),
            pin_envelope: envelope.clone(),
            pin_holders: holders.clone(),
            call: call.clone(),
            made: made(),
            plan_sha256: Digest::of(b"plan"),
        };
        whole(blank_sheet::layout(&blank, on, &faces).map(Vec::from), &values)?;
        values.extend([model.as_str(), &bag]);
        values.extend([&serial, &firmware].into_iter().flatten().map(String::as_str));
        values.extend(signers.iter().map(String::as_str));
        whole(inside_sheet::layout(&filled, on, &faces).map(Vec::from), &values)?;
    }

    #[test]
    fn an_inventory_and_a_receipt_are_whole(
        (safe, book, witness) in (NAME, NAME, NAME),
        shelves in proptest::collection::vec((SHORT, BAG, NAME, 0u64..1_000_000), 0..24),
        on in paper(),
    ) {
        let faces = Faces::read().unwrap();
        let line = |(shelf, bag, label, record): &(String, String, String, u64)| InventoryLine {
            shelf: shelf.clone(),
            bag: bag.clone(),
            label: label.clone(),
            record: *record,
        };
        let stock = Inventory {
            safe: safe.clone(),
            made: made(),
            lines: shelves.iter().map(line).collect(),
            checkpoint: checkpoint(&book),
            rehearsal: true,
        };
        let mut values = vec![safe.as_str(), &book];
        for (shelf, bag, label, _) in &shelves {
            values.extend([shelf.as_str(), bag, label]);
        }
        prop_assert!(whole(inventory::layout(&stock, on, &faces), &values)?);
        let slip = Receipt {
            witness: witness.clone(),
            record: 3,
            statement: Digest::of(b"statement"),
            sha256: Digest::of(b"record"),
            made: made(),
            checkpoint: checkpoint(&book),
            rehearsal: true,
        };
        prop_assert!(whole(receipt::layout(&slip, on, &faces), &[&witness, &book])?);
    }

    #[test]
    fn a_procedure_is_whole(
        (title, purpose, bag) in (LINE, LINE, BAG),
        people in refs(12),
        steps in proptest::collection::vec((LINE, LINE, proptest::option::of(LINE)), 1..12),
        exceptions in proptest::collection::vec(LINE, 0..6),
        (held, on) in (any::<bool>(), paper()),
    ) {
        let faces = Faces::read().unwrap();
        let plain = |text: &str| text.replace('`', "");
        let step = |(title, does, aloud): &(String, String, Option<String>)| ProcedureStep {
            title: title.clone(),
            activities: vec![
                ProcedureActivity {
                    who: "safe controller".into(),
                    does: does.clone(),
                    aloud: aloud.clone(),
                };
                2
            ],
            at: held.then(made),
        };
        let outcome = ProcedureOutcome {
            pointer: Pointer::new(super::ORIGIN, 3, Digest::of(b"record")).unwrap(),
            bag: Some(bag.clone()),
            statement: Digest::of(b"statement"),
            exceptions: exceptions.iter().map(|text| ("3".into(), text.clone())).collect(),
        };
        let script = Procedure {
            rehearsal: true,
            title: title.clone(),
            script: "registration/3".into(),
            script_sha256: Digest::of(b"script"),
            plan_sha256: Digest::of(b"plan"),
            origin: super::ORIGIN.into(),
            purpose: purpose.clone(),
            needs: vec![],
            people: people.clone(),
            steps: steps.iter().map(step).collect(),
            made: made(),
            outcome: held.then_some(outcome),
        };
        let mut values: Vec<String> = vec![title.clone(), plain(&purpose)];
        values.extend(people.iter().cloned());
        for (title, does, aloud) in &steps {
            values.extend([title.clone(), plain(does)]);
            values.extend(aloud.clone());
        }
        if held {
            values.push(bag.clone());
            values.extend(exceptions.iter().cloned());
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        prop_assert!(whole(procedure::layout(&script, on, &faces), &values)?);
    }
}
