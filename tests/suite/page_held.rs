//! `audit FILE.pdf`: pages that are whole in themselves, and are not what plan and ledger have.

use crate::page_audit::BAG;
use crate::page_audit::World;
use crate::page_audit::of_page;
use crate::support::Ran;
use glasskey::ledger::Ledger;
use glasskey::paper::PageValues;
use glasskey::paper::Paper;
use glasskey::paper::Pdf;
use glasskey::paper::blank_sheet;
use glasskey::paper::inventory;
use glasskey::paper::pin_envelope;
use glasskey::paper::pin_envelope_of;
use glasskey::paper::procedure;
use glasskey::paper::receipt;
use glasskey::paper::recorded_pin_envelope;
use glasskey::paper::with_record;
use glasskey::record::CeremonyRecord;
use std::fs;

const RECEIPT: &str = "000001-w-1-receipt.pdf";
const ENVELOPE: &str = "P-0001-envelope.pdf";

/// The verdicts of `PAGE-RECORD` and `PAGE-PLAN`.
fn held(ran: &Ran) -> [String; 2] {
    let [_, _, record, plan] = of_page(ran);
    [record, plan]
}

fn audited(world: &World, page: &Pdf, exit: i32) -> Ran {
    world.changed(&page.bytes).exits(exit)
}

#[test]
fn a_plan_that_nobody_signed_vouches_for_no_page() {
    let world = World::new();
    let plan = world.book().join("glasskey.toml");
    let signed = fs::read_to_string(&plan).unwrap();
    assert_eq!(
        held(&world.audit(BAG, &["--json"]).exits(0)),
        ["pass", "pass"]
    );
    // A number that somebody else wrote into the plan, and a face printed from it.
    let call = world.plan().book.call;
    let other = signed.replace(&call, "+00 111 1111 (somebody else)");
    assert_ne!(other, signed);
    fs::write(&plan, other).unwrap();
    world.print(&["bag", "1"]).exits(0);
    let ran = world.audit(BAG, &["--json"]).exits(1);
    assert_eq!(held(&ran), ["pass", "unknown"]);
    assert!(ran.out.contains("nobody signed this plan"), "{}", ran.out);
    // Nor does a plan that is not there.
    fs::remove_file(&plan).unwrap();
    let ran = world.audit(BAG, &["--json"]).exits(1);
    assert_eq!(held(&ran), ["pass", "unknown"]);
}

#[test]
fn a_blank_or_a_script_of_a_plan_that_no_record_states_is_found() {
    let world = World::new();
    let plan = world.book().join("glasskey.toml");
    let signed = fs::read_to_string(&plan).unwrap();
    let of = [
        (&["blank", "BG1-A"][..], "BG1-A-blank.pdf"),
        (
            &["script", "verification", "BG1-A"],
            "verification-BG1-A-script.pdf",
        ),
    ];
    for (what, name) in of {
        world.print(what).exits(0);
        assert_eq!(held(&world.audit(name, &["--json"]).exits(0)), ["", "pass"]);
    }
    fs::write(&plan, format!("{signed}\n# another\n")).unwrap();
    for (what, name) in of {
        // Of the signed plan: what it has is what the new one has, and nobody signed that.
        assert_eq!(
            held(&world.audit(name, &["--json"]).exits(1)),
            ["", "unknown"]
        );
        world.print(what).exits(0);
        assert_eq!(
            held(&world.audit(name, &["--json"]).exits(1)),
            ["", "unknown"]
        );
    }
    fs::write(&plan, signed).unwrap();
    for (_, name) in of {
        let ran = world.audit(name, &["--json"]).exits(6);
        assert_eq!(held(&ran), ["", "fail"]);
        assert!(ran.out.contains("no record states it"), "{}", ran.out);
    }
}

#[test]
fn a_pin_envelope_is_held_against_the_record_that_put_the_pin_away() {
    let world = World::new();
    let ran = world.audit(ENVELOPE, &["--json"]).exits(0);
    assert_eq!(held(&ran), ["pass", "pass"]);
    assert!(
        ran.out.contains("record 000001 put the PIN into it"),
        "{}",
        ran.out
    );
    let plan = world.plan();
    let statement = CeremonyRecord::parse(&world.record(1)).unwrap().statement;
    let part = statement.pin_envelope.clone().unwrap();
    let draw = |page| pin_envelope(&page, Paper::A4).unwrap();
    // Another day.
    let mut other = statement.clone();
    other.time.started = statement.time.started.plus_days(1);
    let page = draw(recorded_pin_envelope(&plan, &part, &other));
    assert_eq!(held(&audited(&world, &page, 6))[0], "fail");
    // Another holder.
    let mut other = part.clone();
    other.held_by.pop();
    let page = draw(recorded_pin_envelope(&plan, &other, &statement));
    assert_eq!(held(&audited(&world, &page, 6)), ["fail", "fail"]);
    // Another number to call.
    let mut other = plan.clone();
    other.book.call = "+00 111 1111".to_owned();
    let page = draw(recorded_pin_envelope(&other, &part, &statement));
    assert_eq!(held(&audited(&world, &page, 6)), ["pass", "fail"]);
    // One of the plan that no ceremony used yet.
    let (_, planned) = plan.key("BG2-B").unwrap();
    let page = draw(pin_envelope_of(
        &plan,
        planned,
        statement.time.started,
        true,
    ));
    let ran = audited(&world, &page, 0);
    assert_eq!(held(&ran), ["warn", "pass"]);
}

#[test]
fn minutes_are_warned_of_and_fail_where_they_leave_out_an_exception() {
    let world = World::of("exception");
    let name = names(&world, "-minutes.pdf").pop().unwrap();
    let ran = world.audit(&name, &["--json"]).exits(0);
    assert_eq!(held(&ran), ["pass", "warn"]);
    let said = world.audit(&name, &[]).exits(0).out;
    let verdict = "Clean. The page is what its book prints; read what is warned of: PAGE-PLAN.";
    assert!(said.replace('\n', " ").contains(verdict), "{said}");
    let PageValues::Minutes(mut minutes) = world.values(&name) else {
        panic!("{name}")
    };
    let outcome = minutes.outcome.as_mut().unwrap();
    assert!(!outcome.exceptions.is_empty());
    outcome.exceptions.clear();
    let record = world.record(u64::from(outcome.pointer.index()));
    let page = procedure(&minutes, &with_record(&record, &[]), Paper::A4).unwrap();
    let ran = audited(&world, &page, 6);
    assert_eq!(held(&ran), ["pass", "fail"]);
    assert!(ran.out.contains("leave out an exception"), "{}", ran.out);
    // Without the transcript nothing says what was done.
    fs::remove_dir_all(world.book().join("transcripts")).unwrap();
    assert_eq!(
        held(&world.audit(&name, &["--json"]).exits(1)),
        ["pass", "unknown"]
    );
}

#[test]
fn a_page_says_of_itself_whether_it_is_a_rehearsal_s() {
    let world = World::new();
    let PageValues::Receipt(mut values) = world.values(RECEIPT) else {
        panic!("{RECEIPT}")
    };
    assert_eq!(
        held(&world.audit(RECEIPT, &["--json"]).exits(0)),
        ["pass", ""]
    );
    values.rehearsal = false;
    let page = receipt(&values, Paper::A4).unwrap();
    let ran = audited(&world, &page, 6);
    assert_eq!(held(&ran), ["fail", ""]);
    assert!(ran.out.contains("does not say so"), "{}", ran.out);
    world.print(&["blank", "BG1-A"]).exits(0);
    let PageValues::Blank(mut values) = world.values("BG1-A-blank.pdf") else {
        panic!("no blank")
    };
    values.rehearsal = false;
    let page = blank_sheet(&values, Paper::A4).unwrap();
    assert_eq!(held(&audited(&world, &page, 6)), ["fail", "pass"]);
}

#[test]
fn an_inventory_of_a_safe_that_no_record_names_is_found() {
    let world = World::new();
    let name = names(&world, "SAFE-A-inventory.pdf").pop().unwrap();
    assert_eq!(
        held(&world.audit(&name, &["--json"]).exits(0)),
        ["pass", ""]
    );
    let PageValues::Inventory(mut values) = world.values(&name) else {
        panic!("{name}")
    };
    values.safe = "SAFE-Z".to_owned();
    values.lines.clear();
    let ran = audited(&world, &inventory(&values, Paper::A4).unwrap(), 6);
    assert_eq!(held(&ran), ["fail", ""]);
    assert!(ran.out.contains("names a safe SAFE-Z"), "{}", ran.out);
}

#[test]
fn a_receipt_whose_head_is_older_than_its_record_is_found() {
    let world = World::new();
    let PageValues::Receipt(mut values) = world.values(RECEIPT) else {
        panic!("{RECEIPT}")
    };
    let mut store = world.store();
    values.checkpoint = Ledger::new(&mut store).head_of(1).unwrap().text();
    let ran = audited(&world, &receipt(&values, Paper::A4).unwrap(), 6);
    assert_eq!(held(&ran), ["fail", ""]);
    assert!(ran.out.contains("is not in it"), "{}", ran.out);
}

#[test]
fn a_page_of_a_bag_that_was_replaced_is_warned_of() {
    let world = World::of("verification-without-sign-in");
    let record = world.record(1);
    let statement = CeremonyRecord::parse(&record).unwrap().statement;
    let label = statement.key.unwrap().label;
    let old = format!("000001-{label}-bag.pdf");
    let ran = world.audit(&old, &["--json"]).exits(0);
    assert_eq!(held(&ran), ["warn", "pass"]);
    assert!(
        ran.out
            .contains("record 000005 put the key into bag R26-0105 since"),
        "{}",
        ran.out
    );
    let bags = names(&world, &format!("-{label}-bag.pdf"));
    let newest = bags.iter().max().unwrap();
    assert_ne!(*newest, old);
    assert_eq!(
        held(&world.audit(newest, &["--json"]).exits(0)),
        ["pass", "pass"]
    );
}

#[test]
fn a_page_of_a_key_that_is_lost_or_retired_is_warned_of() {
    for (event, since) in [
        ("loss", "the key is lost since record 000003"),
        ("retirement", "the key is retired since record 000003"),
    ] {
        let world = World::of(event);
        for name in [BAG, "R26-0101-BG1-A-inside.pdf"] {
            let ran = world.audit(name, &["--json"]).exits(0);
            assert_eq!(held(&ran)[0], "warn", "{name}");
            assert!(ran.out.contains(since), "{name}: {}", ran.out);
        }
    }
}

/// Names of the book's pages that end so.
fn names(world: &World, end: &str) -> Vec<String> {
    let entries = fs::read_dir(world.book().join("paper")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(end)).collect();
    names.sort();
    names
}
