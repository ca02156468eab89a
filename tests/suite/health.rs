//! PIN-free health (level L0) of every personality, against what the book has on record.

use crate::table::Table;
use glasskey::ctap::Ctap;
use glasskey::ctap::CtapError;
use glasskey::ctap::CtapStatus;
use glasskey::facts::Observed;
use glasskey::facts::key;
use glasskey::facts::key::Health;
use glasskey::facts::key::OnRecord;
use glasskey::facts::key::Probe;
use glasskey::facts::key::RecognisedBy;
use glasskey::facts::key::TouchSensor;
use glasskey::findings::Check;
use glasskey::findings::Finding;
use glasskey::findings::Verdict;
use glasskey::findings::health;
use glasskey::ledger::Ledger;
use glasskey::plan::Policy;
use glasskey::primitives::Clock;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::Touch;
use glasskey::rehearsal::key::TouchScript;
use glasskey::rehearsal::key::VirtualKey;
use std::rc::Rc;

use Verdict::Fail;
use Verdict::NotRun;
use Verdict::Pass;
use Verdict::Unknown;

/// Genesis and one registration by a key of this personality, and what is on record of it.
fn registered(personality: Personality) -> (Table, Vec<OnRecord>) {
    let mut table = Table::new(personality);
    table.genesis().unwrap();
    for profile in &mut table.world.tenant.policy_mut().profiles {
        // Not every personality attests.
        profile.rules.attested = false;
    }
    table.register("BG1-A").unwrap();
    let book = on_record(&mut table);
    (table, book)
}

fn on_record(table: &mut Table) -> Vec<OnRecord> {
    Ledger::new(&mut table.store).keys_on_record().unwrap()
}

/// What `inspect` sees of a key that is plugged in.
fn seen(table: &Table, key: &VirtualKey, book: &[OnRecord]) -> Result<Option<Health>, CtapError> {
    key.plug();
    let clock = Rc::clone(&table.world.clock);
    let entropy = Box::new(SeededEntropy::new(b"health", "key"));
    let mut ctap = Ctap::open(Box::new(key.open().unwrap()), &*clock, entropy)?;
    let facts = key::observe(&mut ctap, &key.entry(), clock.utc())?;
    let tenant = table.plan.tenant.id;
    let mut nonces = 0;
    key::recognise(&mut ctap, &facts, book, &tenant, &mut || {
        nonces += 1;
        [nonces; 16]
    })
}

fn verdicts(findings: &[Finding], checks: &[Check]) -> Vec<Verdict> {
    let of = |check: &Check| {
        let mut of = findings.iter().filter(|one| one.check == *check);
        let verdict = of.next().unwrap().verdict;
        assert!(of.next().is_none(), "{check} once");
        verdict
    };
    checks.iter().map(of).collect()
}

#[test]
fn every_personality_has_its_exact_verdicts() {
    for personality in Personality::ALL {
        let (table, book) = registered(personality);
        let key = table.world.key("BG1-A").unwrap();
        let before = key.statistics();
        let health_of = seen(&table, key, &book).unwrap().unwrap();
        assert_eq!(health_of.by, RecognisedBy::Serial, "{personality:?}");
        let findings = health(&health_of, &Policy::default());
        // CRED-PRESENT, SAME-KEY, CTR-MONO
        let expected = match personality {
            Personality::Standard
            | Personality::RandomGlobalCounter
            | Personality::Fido20Only
            | Personality::AlwaysUv
            | Personality::SelfAttestation
            | Personality::NoAttestation => [Pass, Pass, Pass],
            Personality::ZeroCounter => [Pass, Pass, NotRun],
            Personality::CredProtect3 => [Unknown, Pass, NotRun],
            Personality::RefusesSilent => [NotRun, Pass, NotRun],
        };
        let checks = [Check::CredPresent, Check::SameKey, Check::CtrMono];
        assert_eq!(verdicts(&findings, &checks), expected, "{personality:?}");
        let presence = [Check::Up, Check::Uv, Check::PresSig, Check::PresBind];
        assert_eq!(
            verdicts(&findings, &presence),
            [NotRun; 4],
            "{personality:?}"
        );
        let pin = [Check::PinSet, Check::PinRetries, Check::PinForceChange];
        assert_eq!(verdicts(&findings, &pin), [Pass; 3], "{personality:?}");
        let after = key.statistics();
        assert_eq!(after.pins_compared, before.pins_compared, "{personality:?}");
        assert_eq!(after.touches_asked, before.touches_asked, "{personality:?}");
        let probes = after.seen("getAssertion") - before.seen("getAssertion");
        assert_eq!(probes, 1, "{personality:?}");
    }
}

#[test]
fn what_was_signed_is_evidence_that_anybody_can_verify() {
    let (table, book) = registered(Personality::Standard);
    let key = table.world.key("BG1-A").unwrap();
    let found = seen(&table, key, &book).unwrap().unwrap();
    let signed = found.probe.signed().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&signed.client_data_json).unwrap();
    assert_eq!(json["type"], "glasskey.v1.probe");
    let hash = glasskey::primitives::Digest::of(&signed.client_data_json).0;
    let message = [signed.auth_data.raw(), &hash].concat();
    let credential = book[0].credential.as_ref().unwrap();
    let check = credential
        .public_key
        .verify(&message, &signed.signature_bytes);
    assert_eq!(check, glasskey::webauthn::SignatureCheck::Good);
    assert_eq!(signed.auth_data.raw()[32], 0, "neither UP nor UV");
}

#[test]
fn a_serial_number_that_is_written_with_zeros_before_it_is_the_same() {
    let (mut table, _) = registered(Personality::Standard);
    let mut book = on_record(&mut table);
    for recorded in &mut book {
        let serial = recorded.serial.take().unwrap();
        recorded.serial = Some(format!("00{serial}"));
    }
    let key = table.world.key("BG1-A").unwrap();
    let found = seen(&table, key, &book).unwrap().unwrap();
    assert_eq!(found.by, RecognisedBy::Serial);
    assert_eq!(found.recorded.label, "BG1-A");
}

#[test]
fn a_key_without_a_recorded_serial_is_recognised_by_its_credential() {
    let (mut table, _) = registered(Personality::Standard);
    table.register("BG1-B").unwrap();
    let mut book = on_record(&mut table);
    for recorded in &mut book {
        recorded.serial = None;
    }
    for label in ["BG1-A", "BG1-B"] {
        let key = table.world.key(label).unwrap();
        let found = seen(&table, key, &book).unwrap().unwrap();
        assert_eq!(found.by, RecognisedBy::Credential);
        assert_eq!(found.recorded.label, label);
        let findings = health(&found, &Policy::default());
        let checks = [Check::CredPresent, Check::SameKey, Check::CtrMono];
        assert_eq!(verdicts(&findings, &checks), [Pass; 3], "{label}");
        table.world.ports.unplug(key);
    }
    let stranger = table.world.key("BG2-A").unwrap();
    assert_eq!(seen(&table, stranger, &book).unwrap(), None);
}

#[test]
fn no_more_probes_are_made_than_the_bound() {
    let (table, book) = registered(Personality::Standard);
    let mut stranger = book[0].clone();
    stranger.serial = None;
    let many = vec![stranger; key::MOST_PROBES + 9];
    let other = table.world.key("BG2-B").unwrap();
    assert_eq!(seen(&table, other, &many).unwrap(), None);
    let probes = other.statistics().seen("getAssertion");
    assert_eq!(usize::try_from(probes).unwrap(), key::MOST_PROBES);
}

#[test]
fn a_reset_key_or_one_that_claims_its_serial_is_found_out() {
    let (table, book) = registered(Personality::Standard);
    let real = table.world.key("BG1-A").unwrap().spec();
    let imposter = KeySpec {
        seed: b"made elsewhere".to_vec(),
        ..real
    };
    let imposter = VirtualKey::new(imposter, Rc::clone(&table.world.clock));
    let found = seen(&table, &imposter, &book).unwrap().unwrap();
    assert_eq!(found.probe, Probe::Refused(CtapStatus::NoCredentials));
    let level = &book[0].credential.as_ref().unwrap().cred_protect;
    assert!(matches!(level, Observed::Known(1 | 2)), "{level:?}");
    let findings = health(&found, &Policy::default());
    let checks = [Check::CredPresent, Check::SameKey, Check::CtrMono];
    assert_eq!(verdicts(&findings, &checks), [Fail, Unknown, NotRun]);
}

#[test]
fn a_signature_by_another_key_than_the_recorded_one_fails() {
    let (mut table, _) = registered(Personality::Standard);
    table.register("BG1-B").unwrap();
    let mut book = on_record(&mut table);
    let other = book[1].credential.clone().unwrap().public_key;
    book[0].credential.as_mut().unwrap().public_key = other;
    let key = table.world.key("BG1-A").unwrap();
    let found = seen(&table, key, &book).unwrap().unwrap();
    let findings = health(&found, &Policy::default());
    let checks = [Check::CredPresent, Check::SameKey, Check::CtrMono];
    assert_eq!(verdicts(&findings, &checks), [Fail, Fail, NotRun]);
}

#[test]
fn a_counter_that_fell_behind_the_record_fails() {
    let (table, mut book) = registered(Personality::Standard);
    book[0].credential.as_mut().unwrap().counter = Some(1_000);
    let key = table.world.key("BG1-A").unwrap();
    let found = seen(&table, key, &book).unwrap().unwrap();
    let findings = health(&found, &Policy::default());
    assert_eq!(verdicts(&findings, &[Check::CtrMono]), [Fail]);
    assert_eq!(verdicts(&findings, &[Check::CredPresent]), [Pass]);
}

#[test]
fn a_key_of_another_model_is_asked_nothing() {
    let (table, mut book) = registered(Personality::Standard);
    book[0].aaguid = glasskey::webauthn::Aaguid::ZERO;
    let key = table.world.key("BG1-A").unwrap();
    let before = key.statistics().seen("getAssertion");
    assert_eq!(seen(&table, key, &book).unwrap(), None);
    assert_eq!(key.statistics().seen("getAssertion"), before);
}

#[test]
fn a_touch_is_felt_or_not_and_a_ctap_2_0_key_cannot_be_asked() {
    for (personality, script, expected) in [
        (
            Personality::Standard,
            TouchScript::after_millis(100),
            TouchSensor::Felt,
        ),
        (
            Personality::Standard,
            TouchScript::always(Touch::Never),
            TouchSensor::NotFelt,
        ),
        (
            Personality::Fido20Only,
            TouchScript::after_millis(100),
            TouchSensor::NotSupported,
        ),
    ] {
        let table = Table::new(personality);
        let key = table.world.key("BG1-A").unwrap();
        key.touch_script(script);
        key.plug();
        let clock = Rc::clone(&table.world.clock);
        let entropy = Box::new(SeededEntropy::new(b"health", "touch"));
        let mut ctap = Ctap::open(Box::new(key.open().unwrap()), &*clock, entropy).unwrap();
        ctap.get_info().unwrap();
        let felt = key::touch_sensor(&mut ctap, &mut |_| {}).unwrap();
        assert_eq!(felt, expected, "{personality:?}");
        assert_eq!(key.statistics().pins_compared, 0);
    }
}
