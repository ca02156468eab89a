//! What a person reads of each event's example.

use super::examples;
use crate::record::Event;

fn of(event: Event) -> Vec<String> {
    let all = examples::all();
    let record = all.iter().find(|one| one.statement.event == event);
    record.unwrap().statement.sentences()
}

/// The first sentences, up to when it began.
fn before_the_time(event: Event) -> Vec<String> {
    let all = of(event).into_iter();
    all.take_while(|line| !line.starts_with("It began at"))
        .collect()
}

#[test]
fn a_verification_is_read_as_it_happened() {
    assert_eq!(
        of(Event::Verification),
        [
            "Security key BG1-A of account BG-1 was verified by a real sign-in (level L2).",
            "BG1-A: model fa2b99dc-9e39-4257-8f92-4a30d23c4118, serial number 31415926 (read off \
             the key), firmware 5.7.4 (the key says), with a PIN that was changed, 7 PIN tries left.",
            "It came out of bag A1234567, found closed and whole.",
            "It is in bag A1234569, in safe SAFE-A, shelf 2.",
            "Its PIN is in envelope P-0007, held by cu-2 and cu-3.",
            "The tenant's log shows its sign-in at 2026-11-24T16:10:44Z (entry \
             5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a5a).",
            "w-1 saw the alert INC-20931 of it.",
            "List, safe-combinations: NOT DONE: nobody left since the last verification",
            "Exception 1, at step 3.1: the door was opened by cu-2 in place of cu-3",
            "Checks before the touch: 1 pass.",
            "PIN-RETRIES warns for key:BG1-A: 7 of 8 tries left",
            "It began at 2026-11-24T15:58:07Z, by the clock of the operator's machine.",
            "Change ticket: CHG-1041",
            "Fresh words were given by w-1.",
            "It builds on the first 2 records of the book \
             glasskey:9c2a6f0e-41d3-4b57-8a0c-6d1f2e3b4c5d/contoso-emergency-access.",
            "To be signed by op-7 (operator), and witnessed by w-1.",
        ]
    );
}

#[test]
fn each_event_says_what_only_it_has() {
    let genesis = before_the_time(Event::Genesis);
    assert_eq!(genesis[0], "This book begins.");
    assert_eq!(
        genesis[1..3],
        [
            "From here on, op-7 is operator, safe controller.",
            "From here on, w-1 is witness.",
        ]
    );
    assert!(genesis[4].contains("; verify-every-days = 90; witnesses.loss = 1;"));
    assert_eq!(
        before_the_time(Event::Custody),
        [
            "The bag of security key BG1-A (account BG-1) was opened.",
            "BG1-A was not plugged in; record 000002 is the last that shows it.",
            "Bag A1234569, found closed and whole, was opened in an incident at 2026-11-25T03:12:00Z \
             by cu-2. Why: a policy locked everyone out",
        ]
    );
    assert_eq!(
        before_the_time(Event::Loss),
        [
            "Security key BG1-A of account BG-1 is lost.",
            "BG1-A was not plugged in; record 000002 is the last that shows it.",
            "The opening of record 000003 is reviewed: a policy that locked everyone out was \
             switched off; INC-20931",
            "It was found to be gone at 2026-11-27T07:30:00Z.",
            "The tenant was read back without its method at 2026-11-27T07:41:22Z.",
            "Sign-ins of the account from 2026-11-24T15:58:07Z to 2026-11-27T07:44:10Z: 1. the \
             sign-in of the incident in record 000003, and no other",
        ]
    );
    assert_eq!(
        before_the_time(Event::Exception),
        [
            "Something went otherwise than the script.",
            "Exception 1, at step 4.2: the bag tore while it was closed; a new one was used",
        ]
    );
    assert_eq!(
        before_the_time(Event::Amendment)[..2],
        [
            "Record 000003 is corrected; it stays as it is.",
            "The correction: the shelf is 2; it was left out",
        ]
    );
    assert_eq!(
        before_the_time(Event::Acceptance),
        [
            "That SITE-PAIR fails for account:BG-1 is accepted until 2027-03-31T23:59:59Z.",
            "The reason: the second site opens in March",
        ]
    );
    assert_eq!(before_the_time(Event::Training)[1], "Trained: op-7, w-1.");
    assert_eq!(
        before_the_time(Event::People)[0],
        "Who may sign, and in which role, changes."
    );
    assert_eq!(
        before_the_time(Event::Policy)[0],
        "The book's policy changes."
    );
    assert_eq!(
        before_the_time(Event::Retirement)[0],
        "Security key BG1-B of account BG-1 was taken out of use."
    );
    assert_eq!(
        before_the_time(Event::Registration)[0],
        "Security key BG1-A was registered for account BG-1 and sealed."
    );
}

#[test]
fn a_rehearsal_says_so_before_anything_else() {
    let mut statement = examples::all()[1].statement.clone();
    statement.rehearsal = true;
    assert_eq!(
        statement.sentences()[0],
        "A REHEARSAL: nothing in it is real."
    );
}
