//! Every kind of page, with values as they come, in a rehearsal, and at their longest.

use crate::values::ORIGIN;
use crate::values::bag;
use crate::values::blank;
use crate::values::call;
use crate::values::envelope;
use crate::values::face;
use crate::values::label;
use crate::values::outcome;
use crate::values::pointer;
use crate::values::script;
use crate::values::seal;
use crate::values::sheet;
use crate::values::slip;
use crate::values::stock;
use crate::values::time;
use glasskey::paper::Attachment;
use glasskey::paper::BagFace;
use glasskey::paper::BlankSheet;
use glasskey::paper::InsideSheet;
use glasskey::paper::Inventory;
use glasskey::paper::InventoryLine;
use glasskey::paper::LedgerHead;
use glasskey::paper::Paper;
use glasskey::paper::Pdf;
use glasskey::paper::PinEnvelope;
use glasskey::paper::Procedure;
use glasskey::paper::ProcedureOutcome;
use glasskey::paper::ProcedureStep;
use glasskey::paper::Receipt;
use glasskey::paper::bag_face;
use glasskey::paper::blank_sheet;
use glasskey::paper::inside_sheet;
use glasskey::paper::inventory;
use glasskey::paper::pin_envelope;
use glasskey::paper::procedure;
use glasskey::paper::receipt;
use glasskey::plan::PinCustody;
use glasskey::primitives::Cloud;
use glasskey::primitives::Digest;
use glasskey::primitives::UtcTime;
use std::sync::OnceLock;

const LONG: &str = "ΑΘΗΝΑ-BREAK-GLASS-1-KEY-A-OF-2-NORTHERN-SITE-SAFE-ROOM-00041";
const LONG_CALL: &str =
    "Центр безпеки, Київ, +380 44 555 01 23, day and night, or the duty officer at +31 20 555";

/// The longest values that people have, in three scripts.
fn long_face() -> BagFace {
    BagFace::new(
        bag("BAG-2026-NORTH-0000000000000000000000000000000000000000000001"),
        label(LONG),
        pointer(),
        made(),
        time("2027-02-20T15:58:07Z"),
        call(LONG_CALL),
        true,
    )
}

pub(crate) fn long_sheet() -> InsideSheet {
    InsideSheet {
        account_alias: "EMERGENCY-ACCESS-ACCOUNT-NUMBER-1-OF-2-NORTHERN-EUROPE-00041".into(),
        user_principal_name: format!(
            "{}@{}.onmicrosoft.com",
            "break-glass-account-number-one-of-two-in-the-north-of-the-country"
                .get(..64)
                .unwrap(),
            "contoso-emergency-access-abcdefgh"
        ),
        key_label: LONG.into(),
        model: "YubiKey 5C NFC FIPS with a very long marketing name, Enterprise Edition".into(),
        serial: Some("00000000000000000000031415926535".into()),
        firmware: None,
        bag: "BAG-2026-NORTH-0000000000000000000000000000000000000000000001".into(),
        pin_envelope: "PIN-ENVELOPE-2026-NORTH-000000000000000000000000000000000007".into(),
        pin_holders: vec!["custodian-north-2".into(), "custodian-south-3".into()],
        call: LONG_CALL.into(),
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

pub(crate) fn record() -> Attachment {
    Attachment::json("record.json", "the record that this page shows", b"{}")
}

/// The text of a ledger's head.
pub(crate) fn checkpoint(origin: &str) -> String {
    format!("{origin}\n12\nq8s7C0AHhC5T0Y3rKeSjUXJLw1vA+Gf7cLmDk1J6kE8=\n")
}

fn made() -> UtcTime {
    time("2026-11-22T15:58:07Z")
}

fn envelope_in_a_rehearsal() -> PinEnvelope {
    let pin = PinCustody {
        envelope: "P-0007".into(),
        held_by: vec!["cu-2".into(), "cu-3".into()],
    };
    PinEnvelope::new(&pin, made(), call("+31 20 555 01 23 (security desk)"), true)
}

fn long_envelope() -> PinEnvelope {
    let holder = |number: u8| format!("custodian-of-the-northern-site-{number}");
    let holders: Vec<String> = (1..=5).map(holder).collect();
    let pin = PinCustody {
        envelope: "PIN-ENVELOPE-2026-NORTH-000000000000000000000000000000000007".into(),
        held_by: holders,
    };
    PinEnvelope::new(&pin, made(), call(LONG_CALL), true)
}

/// Twenty keys whose every value is as long as a plan allows.
pub(crate) fn long_stock() -> Inventory {
    let line = |number: u64| InventoryLine {
        shelf: format!("shelf {number}, behind the grey cash box, left, under the deeds"),
        bag: format!("BAG-2026-NORTH-0000000000000000000000000{number:02}"),
        label: format!("BREAK-GLASS-{number:02}-KEY-A-OF-2-NORTHERN-SITE-SAFE-ROOM-000041"),
        record: 100_000 + number,
    };
    Inventory {
        safe: "SAFE-OF-THE-NORTHERN-SITE-IN-THE-BASEMENT-SHELF-ROW-00000007".into(),
        lines: (1..=20).map(line).collect(),
        checkpoint: checkpoint(&format!("rehearsal.glasskey.invalid/{}", &ORIGIN[9..])),
        rehearsal: true,
        ..stock(0)
    }
}

fn long_blank() -> BlankSheet {
    let long = long_sheet();
    BlankSheet {
        rehearsal: true,
        cloud: Cloud::China,
        account_alias: long.account_alias,
        user_principal_name: long.user_principal_name,
        key_label: long.key_label,
        pin_envelope: long.pin_envelope,
        pin_holders: long.pin_holders,
        call: long.call,
        ..blank()
    }
}

/// Minutes of forty steps with nine people, and exceptions in each.
fn forty_steps() -> Procedure {
    let held = script(Some(ProcedureOutcome {
        exceptions: (1..=12)
            .map(|step| {
                let said = "the door was opened by the custodian of the northern site in place of \
                            the one of the southern, who was ill; both had been told";
                (format!("{step}.2"), said.to_owned())
            })
            .collect(),
        ..outcome()
    }));
    let mut steps: Vec<ProcedureStep> = held.steps.iter().cycle().take(40).cloned().collect();
    for late in steps.iter_mut().skip(38) {
        late.at = None;
    }
    Procedure {
        rehearsal: true,
        people: (1..=9)
            .map(|n| format!("witness-of-the-north-{n}"))
            .collect(),
        steps,
        ..held
    }
}

/// A document, and what its codes say, in the order of its pages.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) pdf: Pdf,
    /// On which page, 0 for the last, and what it says.
    pub(crate) codes: Vec<(u32, String)>,
}

/// All of them: every kind on both papers, the rest on A4.
pub(crate) fn all() -> &'static [Sample] {
    static ALL: OnceLock<Vec<Sample>> = OnceLock::new();
    ALL.get_or_init(made_anew)
}

/// All of them, made once more.
pub(crate) fn made_anew() -> Vec<Sample> {
    [Paper::A4, Paper::Letter]
        .into_iter()
        .flat_map(on)
        .collect()
}

/// The one with this name, as `bag-a4`.
pub(crate) fn one(name: &str) -> &'static Sample {
    let of = |sample: &&Sample| sample.name == name;
    all().iter().find(of).unwrap()
}

/// Every document on this paper.
fn on(paper: Paper) -> Vec<Sample> {
    let files = [record()];
    let bag = |face: &BagFace| bag_face(face, &files, paper).unwrap();
    let inside = |sheet: &InsideSheet| inside_sheet(sheet, &files, paper).unwrap();
    let envelope_of = |of: &PinEnvelope| pin_envelope(of, paper).unwrap();
    let stock_of = |of: &Inventory| inventory(of, paper).unwrap();
    let held = |of: &Procedure| procedure(of, &files, paper).unwrap();
    let untold = InsideSheet {
        cloud: Cloud::UsGov,
        serial: None,
        firmware: None,
        pin_tries: None,
        ..sheet(false)
    };
    let rehearsed = Receipt {
        rehearsal: true,
        ..slip()
    };
    let (points, seals, ledger) = (
        pointer().to_string(),
        seal().to_string(),
        checkpoint(ORIGIN),
    );
    let far = long_stock().checkpoint;
    let mut samples = vec![
        ("bag", bag(&face(false)), vec![(1, points.clone())]),
        ("bag-long", bag(&long_face()), vec![(1, points.clone())]),
        ("inside", inside(&sheet(false)), vec![(2, seals.clone())]),
        (
            "inside-long",
            inside(&long_sheet()),
            vec![(2, seals.clone())],
        ),
        ("blank", blank_sheet(&blank(), paper).unwrap(), vec![]),
        ("pin-envelope", envelope_of(&envelope()), vec![]),
        ("inventory", stock_of(&stock(3)), vec![(0, ledger.clone())]),
        (
            "receipt",
            receipt(&slip(), paper).unwrap(),
            vec![(1, ledger.clone())],
        ),
        ("script", held(&script(None)), vec![]),
        (
            "minutes",
            held(&script(Some(outcome()))),
            vec![(1, points.clone())],
        ),
    ];
    if paper == Paper::A4 {
        samples.extend([
            ("bag-rehearsal", bag(&face(true)), vec![(1, points.clone())]),
            (
                "inside-rehearsal",
                inside(&sheet(true)),
                vec![(2, seals.clone())],
            ),
            ("inside-untold", inside(&untold), vec![(2, seals)]),
            (
                "blank-long",
                blank_sheet(&long_blank(), paper).unwrap(),
                vec![],
            ),
            (
                "pin-envelope-rehearsal",
                envelope_of(&envelope_in_a_rehearsal()),
                vec![],
            ),
            ("pin-envelope-long", envelope_of(&long_envelope()), vec![]),
            (
                "inventory-of-none",
                stock_of(&stock(0)),
                vec![(0, ledger.clone())],
            ),
            (
                "inventory-of-twenty",
                stock_of(&stock(20)),
                vec![(0, ledger.clone())],
            ),
            ("inventory-long", stock_of(&long_stock()), vec![(0, far)]),
            (
                "receipt-rehearsal",
                receipt(&rehearsed, paper).unwrap(),
                vec![(1, ledger)],
            ),
            ("minutes-of-forty", held(&forty_steps()), vec![(1, points)]),
        ]);
    }
    let name = |name: &str| format!("{name}-{paper:?}").to_lowercase();
    samples
        .into_iter()
        .map(|(kind, pdf, codes)| Sample {
            name: name(kind),
            pdf,
            codes,
        })
        .collect()
}
