//! Values as people have them, and every page made of them: for tests and measurements.

use glasskey::paper::BagFace;
use glasskey::paper::BagNumber;
use glasskey::paper::BlankSheet;
use glasskey::paper::CallLine;
use glasskey::paper::InsideSheet;
use glasskey::paper::Inventory;
use glasskey::paper::InventoryLine;
use glasskey::paper::KeyLabel;
use glasskey::paper::LedgerHead;
use glasskey::paper::Paper;
use glasskey::paper::Pdf;
use glasskey::paper::PinEnvelope;
use glasskey::paper::Pointer;
use glasskey::paper::Procedure;
use glasskey::paper::ProcedureActivity;
use glasskey::paper::ProcedureOutcome;
use glasskey::paper::ProcedureStep;
use glasskey::paper::Receipt;
use glasskey::paper::Seal;
use glasskey::paper::blank_sheet;
use glasskey::paper::inventory;
use glasskey::paper::pin_envelope;
use glasskey::paper::procedure;
use glasskey::paper::receipt;
use glasskey::plan::Book;
use glasskey::plan::PinCustody;
use glasskey::primitives::Cloud;
use glasskey::primitives::Digest;
use glasskey::primitives::UtcTime;
use glasskey::primitives::cbor::Value;
use glasskey::record::Custody;
use glasskey::record::KeyPart;
use glasskey::webauthn::Aaguid;
use glasskey::webauthn::AuthenticatorData;
use glasskey::webauthn::CoseKey;

pub(crate) const ORIGIN: &str =
    "glasskey:9c2a7c1e-0f6b-4f2e-9d53-1f6f6c0a7b11/contoso-emergency-access";
pub(crate) const CHECKPOINT: &str = "ORIGIN\n12\nq8s7C0AHhC5T0Y3rKeSjUXJLw1vA+Gf7cLmDk1J6kE8=\n";
pub(crate) const UPN: &str = "bg1@contoso.onmicrosoft.com";
pub(crate) const SERIAL: &str = "31415926";

pub(crate) fn pointer() -> Pointer {
    Pointer::new(ORIGIN, 3, Digest::of(b"record")).unwrap()
}

pub(crate) fn time(text: &str) -> UtcTime {
    UtcTime::parse(text).unwrap()
}

pub(crate) fn bag(number: &str) -> BagNumber {
    BagNumber::of(&Custody {
        bag: number.into(),
        previous_bag: None,
        safe: "SAFE-A".into(),
        shelf: None,
    })
}

pub(crate) fn label(label: &str) -> KeyLabel {
    let key = serde_json::json!({
        "aaguid": "2fc0579f-8113-47ea-b116-bb5a8db9202a",
        "label": label,
        "pin": {"set": true},
        "serial": {"basis": "usb", "value": SERIAL},
        "slots": {},
    });
    KeyLabel::of(&serde_json::from_value::<KeyPart>(key).unwrap())
}

pub(crate) fn call(line: &str) -> CallLine {
    CallLine::of(&Book {
        name: "contoso-emergency-access".into(),
        ledger: "ledger".into(),
        call: line.into(),
    })
}

pub(crate) fn face(rehearsal: bool) -> BagFace {
    BagFace::new(
        bag("A1234567"),
        label("BG1-A"),
        pointer(),
        time("2026-11-22T15:58:07Z"),
        time("2027-02-20T15:58:07Z"),
        call("+31 20 555 01 23 (security desk)"),
        rehearsal,
    )
}

pub(crate) fn seal() -> Seal {
    let key = Value::numbered(vec![
        (1, Some(Value::int(2))),
        (3, Some(Value::int(CoseKey::ES256))),
        (-1, Some(Value::int(1))),
        (-2, Some(Value::bytes(&Digest::of(b"x").0))),
        (-3, Some(Value::bytes(&Digest::of(b"y").0))),
    ]);
    let mut data = Digest::of(b"login.microsoft.com").0.to_vec();
    data.extend([0x05, 0, 0, 0, 43]);
    Seal {
        digest: Digest::of(b"statement"),
        public_key: CoseKey::parse(&key.encode()).unwrap(),
        authenticator_data: AuthenticatorData::parse(&data).unwrap(),
        signature: [Digest::of(b"r").0, Digest::of(b"s").0, [0x30; 32]].concat()[..72].to_vec(),
    }
}

pub(crate) fn sheet(rehearsal: bool) -> InsideSheet {
    InsideSheet {
        rehearsal,
        cloud: Cloud::Global,
        account_alias: "BG-1".into(),
        user_principal_name: UPN.into(),
        key_label: "BG1-A".into(),
        model: "YubiKey 5 NFC".into(),
        aaguid: Aaguid::parse("2fc0579f-8113-47ea-b116-bb5a8db9202a").unwrap(),
        serial: Some(SERIAL.into()),
        firmware: Some("5.7.4".into()),
        bag: "A1234567".into(),
        pin_envelope: "P-0007".into(),
        pin_holders: vec!["cu-2".into(), "cu-3".into()],
        pin_tries: Some(8),
        call: "+31 20 555 01 23 (security desk)".into(),
        made: time("2026-11-22T15:58:07Z"),
        ledger: LedgerHead {
            origin: ORIGIN.into(),
            size: 3,
            root: Digest::of(b"root"),
        },
        seal: seal(),
        expected_signers: vec!["op-7".into(), "w-1".into()],
        roster: "000000.allowed_signers".into(),
    }
}

fn checkpoint() -> String {
    CHECKPOINT.replace("ORIGIN", ORIGIN)
}

fn holders() -> Vec<String> {
    vec!["cu-2".into(), "cu-3".into()]
}

pub(crate) fn envelope() -> PinEnvelope {
    let pin = PinCustody {
        envelope: "P-0007".into(),
        held_by: holders(),
    };
    let desk = call("+31 20 555 01 23 (security desk)");
    PinEnvelope::new(&pin, time("2026-11-22T15:58:07Z"), desk, false)
}

pub(crate) fn stock(count: u64) -> Inventory {
    let line = |number: u64| InventoryLine {
        shelf: (number / 2 + 1).to_string(),
        bag: format!("A12345{number:02}"),
        label: format!("BG{}-A", number + 1),
        record: number + 1,
    };
    Inventory {
        safe: "SAFE-A".into(),
        made: time("2026-11-22T15:58:07Z"),
        lines: (0..count).map(line).collect(),
        checkpoint: checkpoint(),
        rehearsal: false,
    }
}

pub(crate) fn slip() -> Receipt {
    Receipt {
        witness: "w-1".into(),
        record: 3,
        statement: Digest::of(b"statement"),
        sha256: Digest::of(b"record"),
        made: time("2026-11-22T15:58:07Z"),
        checkpoint: checkpoint(),
        rehearsal: false,
    }
}

pub(crate) fn blank() -> BlankSheet {
    BlankSheet {
        rehearsal: false,
        cloud: Cloud::Global,
        account_alias: "BG-1".into(),
        user_principal_name: UPN.into(),
        key_label: "BG1-A".into(),
        pin_envelope: "P-0007".into(),
        pin_holders: holders(),
        call: "+31 20 555 01 23 (security desk)".into(),
        made: time("2026-11-22T15:58:07Z"),
        plan_sha256: Digest::of(b"plan"),
    }
}

/// Everything else that is printed, with values as they come.
pub(crate) fn further(paper: Paper) -> Vec<(&'static str, Pdf)> {
    vec![
        ("pin-envelope", pin_envelope(&envelope(), paper).unwrap()),
        ("inventory", inventory(&stock(3), paper).unwrap()),
        ("inventory-of-twenty", inventory(&stock(20), paper).unwrap()),
        ("receipt", receipt(&slip(), paper).unwrap()),
        ("blank", blank_sheet(&blank(), paper).unwrap()),
        ("script", procedure(&script(None), &[], paper).unwrap()),
        (
            "minutes",
            procedure(&script(Some(outcome())), &[], paper).unwrap(),
        ),
    ]
}

pub(crate) fn outcome() -> ProcedureOutcome {
    ProcedureOutcome {
        pointer: pointer(),
        bag: Some("A1234567".into()),
        statement: Digest::of(b"statement"),
        exceptions: vec![(
            "3".into(),
            "the door was opened by cu-2 in place of cu-3".into(),
        )],
    }
}

pub(crate) fn script(outcome: Option<ProcedureOutcome>) -> Procedure {
    let begun = outcome.is_some();
    let steps = glasskey::ceremony::scripts::REGISTRATION
        .steps
        .iter()
        .map(|step| {
            let activity = |one: &glasskey::ceremony::Activity| ProcedureActivity {
                who: one.who.word().into(),
                does: one.does.into(),
                aloud: one.aloud.map(str::to_owned),
            };
            ProcedureStep {
                title: step.title.replace("{}", "BG1-A"),
                activities: step.activities.iter().map(activity).collect(),
                at: begun.then(|| time("2026-11-22T15:58:07Z")),
            }
        });
    let of = &glasskey::ceremony::scripts::REGISTRATION;
    Procedure {
        rehearsal: false,
        title: of.title.into(),
        script: format!("{}/{}", of.name, of.version),
        script_sha256: of.digest(),
        plan_sha256: Digest::of(b"plan"),
        origin: ORIGIN.into(),
        purpose: of.purpose.into(),
        needs: of.needs.iter().map(|need| (*need).to_owned()).collect(),
        people: vec!["op-7".into(), "w-1".into()],
        steps: steps.collect(),
        made: time("2026-11-22T15:58:07Z"),
        outcome,
    }
}
