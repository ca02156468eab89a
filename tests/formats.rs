//! The examples in `docs/formats/` are read by the parsers they are about.

use glasskey::entra::Exchange;
use glasskey::findings::Check;
use glasskey::ledger::Checkpoint;
use glasskey::ledger::Origin;
use glasskey::paper::Pointer;
use glasskey::paper::Seal;
use glasskey::primitives::bytes;
use glasskey::webauthn::AttestationObject;
use glasskey::webauthn::RpId;
use serde_json::Value;

const QR: &str = include_str!("../docs/formats/qr.md");
const EXCHANGES: &str = include_str!("../docs/formats/exchanges.md");
const EVIDENCE: &str = include_str!("../docs/formats/evidence.md");
const VERIFY_PY: &str = include_str!("../docs/verify/verify.py");

/// What stands in the first fence after `heading`, its last newline included.
fn example<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, after) = page.split_once(heading).unwrap();
    let (_, after) = after.split_once("```").unwrap();
    let (_, body) = after.split_once('\n').unwrap();
    let (body, _) = body.split_once("```").unwrap();
    body
}

#[test]
fn the_file_for_strangers_knows_the_checks_that_there_are() {
    let (_, after) = VERIFY_PY.split_once("\nCHECKS = (\n").unwrap();
    let (list, _) = after.split_once("\n)\n").unwrap();
    let named: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    let mut ids: Vec<&str> = Check::ALL.iter().map(|check| check.id()).collect();
    ids.sort_unstable();
    assert_eq!(named, ids);
}

#[test]
fn every_code_has_a_row_and_an_example_that_reads_back() {
    let rows: Vec<&str> = QR
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"))
        .map(|line| line.split(" | ").next().unwrap().trim_start_matches("| "))
        .collect();
    assert_eq!(rows, ["code", "pointer", "seal", "checkpoint"]);

    let checkpoint = example(QR, "### checkpoint");
    let read = Checkpoint::parse(checkpoint.as_bytes()).unwrap();
    assert_eq!(read.text(), checkpoint);

    let pointer = example(QR, "### pointer").trim_end();
    let read_pointer = Pointer::parse(pointer).unwrap();
    assert_eq!(read_pointer.to_string(), pointer);
    assert_eq!(read_pointer.index(), 1);
    assert!(read_pointer.is_into(&read.origin.to_string()));

    let seal = example(QR, "### seal").trim_end();
    let read = Seal::parse(seal).unwrap();
    assert_eq!(read.to_string(), seal);
    let data = &read.authenticator_data;
    assert!(data.user_present() && data.user_verified());
    assert_eq!(
        *data.rp_id_hash(),
        RpId::new("login.microsoft.com").hash().0
    );
}

#[test]
fn the_saved_exchanges_read_back_with_every_secret_blanked() {
    let file = example(EXCHANGES, "## Example");
    let exchanges = Exchange::read_all(file).unwrap();
    let statuses: Vec<u16> = exchanges.iter().map(|one| one.reply().status).collect();
    assert_eq!(statuses, [200, 201, 503]);
    assert_eq!(exchanges[2].reply().body, b"Service Unavailable");
    assert_eq!(exchanges[0].method(), "GET");
    for (exchange, line) in exchanges
        .iter()
        .zip(file.lines().filter(|line| !line.is_empty()))
    {
        let read: Value = serde_json::from_str(line).unwrap();
        let written: Value = serde_json::from_str(&exchange.line()).unwrap();
        assert_eq!(read, written);
    }
    assert!(file.contains("\"temporaryAccessPass\":\"(blanked)\""));
}

#[test]
fn the_registration_alone_has_an_attestation_object_that_is_read() {
    let value: Value =
        serde_json::from_str(example(EVIDENCE, "## One registration alone")).unwrap();
    let object = bytes::from_base64url(value["attestation_object"].as_str().unwrap()).unwrap();
    let object = AttestationObject::parse(&object).unwrap();
    assert_eq!(object.format(), "none");
    let rp_id = RpId::new(value["rp_id"].as_str().unwrap());
    assert_eq!(*object.auth_data().rp_id_hash(), rp_id.hash().0);
}

#[test]
fn the_origin_of_the_checkpoint_is_a_rehearsals() {
    let line = example(QR, "### checkpoint").lines().next().unwrap();
    assert!(Origin::parse(line).unwrap().is_rehearsal());
}
