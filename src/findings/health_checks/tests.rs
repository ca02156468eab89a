use super::*;
use crate::ctap::AuthenticatorInfo;
use crate::ctap::Capabilities;
use crate::ctap::ClientPin;
use crate::ctap::InitResponse;
use crate::ctap::KeyEntry;
use crate::facts::Observed;
use crate::facts::claims::VendorAnswer;
use crate::facts::key::KeyFacts;
use crate::facts::key::OnRecord;
use crate::facts::key::RecordedCredential;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::primitives::cbor::Value;
use crate::webauthn::Aaguid;
use crate::webauthn::AuthenticatorData;
use crate::webauthn::CoseKey;
use crate::webauthn::CredentialId;
use crate::webauthn::RpId;

/// `glasskey-rehears`, which `docs/keys-observed.tsv` lists.
const REHEARSAL: Aaguid = Aaguid(Guid(*b"glasskey-rehears"));

fn cose() -> CoseKey {
    let key = Value::numbered(vec![
        (1, Some(Value::int(1))),
        (3, Some(Value::int(-8))),
        (-1, Some(Value::int(6))),
        (-2, Some(Value::bytes(&[7; 32]))),
    ]);
    CoseKey::parse(&key.encode()).unwrap()
}

fn auth_data(flags: u8, counter: u32) -> AuthenticatorData {
    let rp_id_hash = RpId::new("login.microsoft.com").hash().0;
    let raw = [&rp_id_hash[..], &[flags], &counter.to_be_bytes()].concat();
    AuthenticatorData::parse(&raw).unwrap()
}

fn signed() -> Signed {
    Signed {
        same_credential: true,
        signature: SignatureCheck::Good,
        rp_id_hash_matches: true,
        auth_data: auth_data(0, 9),
        client_data_json: Vec::new(),
        signature_bytes: Vec::new(),
    }
}

fn healthy(probe: Probe) -> Health {
    let at = UtcTime::from_unix(1_767_603_600);
    Health {
        facts: KeyFacts {
            entry: KeyEntry::default(),
            at,
            init: InitResponse {
                channel: crate::ctap::ChannelId(1),
                protocol_version: 2,
                device_version: [5, 7, 4],
                capabilities: Capabilities(0x04),
            },
            // A model of which it is known that it answers silent probes.
            info: AuthenticatorInfo {
                aaguid: Some(REHEARSAL),
                firmware_version: Some(0x0005_0704),
                ..AuthenticatorInfo::default()
            },
            client_pin: ClientPin::Set,
            pin_retries: Observed::Known(8),
            power_cycle_needed: Observed::Known(false),
            uv_retries: Observed::NotReported,
            vendor: VendorAnswer::NotAsked,
        },
        recorded: OnRecord {
            label: "BG1-A".into(),
            account: "BG-1".into(),
            aaguid: Aaguid(Guid([7; 16])),
            serial: Some("7".into()),
            credential: Some(RecordedCredential {
                rp_id: RpId::new("login.microsoft.com"),
                id: CredentialId::new(vec![7; 16]).unwrap(),
                public_key: cose(),
                cred_protect: Observed::Known(1),
                counter: Some(8),
            }),
            bag: None,
            safe: None,
            last: (1, at),
            gone: None,
        },
        by: RecognisedBy::Serial,
        probe,
        touch: TouchSensor::NotAsked,
    }
}

fn protected(level: Observed<u8>) -> Health {
    let mut health = healthy(Probe::Refused(CtapStatus::NoCredentials));
    health.recorded.credential.as_mut().unwrap().cred_protect = level;
    health
}

fn of(health: &Health, check: Check) -> Finding {
    let findings = super::health(health, &Policy::default());
    let mut of = findings.iter().filter(|one| one.check == check);
    let finding = of.next().unwrap().clone();
    assert!(of.next().is_none(), "{check} once");
    finding
}

fn verdict(health: &Health, check: Check) -> Verdict {
    of(health, check).verdict
}

fn with(change: impl Fn(&mut Signed)) -> Health {
    let mut one = signed();
    change(&mut one);
    healthy(Probe::Signed(Box::new(one)))
}

#[test]
fn a_silent_signature_by_the_recorded_key_passes_and_is_no_presence() {
    let health = with(|_| {});
    for check in [Check::SameKey, Check::CredPresent, Check::CtrMono] {
        assert_eq!(verdict(&health, check), Verdict::Pass, "{check}");
    }
    for check in [Check::Up, Check::Uv, Check::PresSig, Check::PresBind] {
        assert_eq!(verdict(&health, check), Verdict::NotRun, "{check}");
    }
    let subject = of(&health, Check::CredPresent).subject;
    assert_eq!(subject, Subject::key("BG1-A"));
}

#[test]
fn a_signature_that_is_not_the_recorded_keys_fails_whatever_is_wrong_with_it() {
    type Change = fn(&mut Signed);
    let wrong: [(Change, &str); 3] = [
        (
            |one| one.signature = SignatureCheck::Bad,
            "not by the key on record",
        ),
        (|one| one.same_credential = false, "another credential"),
        (
            |one| one.rp_id_hash_matches = false,
            "another relying party",
        ),
    ];
    for (change, words) in wrong {
        let health = with(change);
        for check in [Check::SameKey, Check::CredPresent] {
            let finding = of(&health, check);
            assert_eq!(finding.verdict, Verdict::Fail, "{words}");
            assert!(finding.detail.contains(words), "{}", finding.detail);
            assert!(finding.fix.is_some());
        }
        assert_eq!(verdict(&health, Check::CtrMono), Verdict::NotRun, "{words}");
    }
}

#[test]
fn a_probe_that_claims_a_touch_or_a_pin_fails() {
    for (flags, words) in [
        (0x01, "claims a touch that"),
        (0x04, "claims a PIN that"),
        (0x05, "claims a touch and a PIN that"),
    ] {
        let health = with(|one| one.auth_data = auth_data(flags, 9));
        let finding = of(&health, Check::CredPresent);
        assert_eq!(finding.verdict, Verdict::Fail);
        assert!(finding.detail.contains(words), "{}", finding.detail);
        assert_eq!(verdict(&health, Check::Up), Verdict::NotRun);
        assert_eq!(verdict(&health, Check::Uv), Verdict::NotRun);
    }
}

#[test]
fn no_credentials_fails_only_where_the_credential_is_known_to_answer() {
    for (level, present, same) in [
        (Observed::Known(1), Verdict::Fail, Verdict::Unknown),
        (Observed::Known(2), Verdict::Fail, Verdict::Unknown),
        (Observed::Known(3), Verdict::Unknown, Verdict::Pass),
        (Observed::Known(0), Verdict::Unknown, Verdict::Pass),
        (Observed::Known(9), Verdict::Unknown, Verdict::Pass),
        (Observed::NotReported, Verdict::Unknown, Verdict::Pass),
        (
            Observed::Denied("x".into()),
            Verdict::Unknown,
            Verdict::Pass,
        ),
    ] {
        let health = protected(level.clone());
        assert_eq!(verdict(&health, Check::CredPresent), present, "{level:?}");
        assert_eq!(verdict(&health, Check::SameKey), same, "{level:?}");
    }
}

#[test]
fn every_status_is_a_verdict_and_only_a_missing_credential_ever_fails() {
    for byte in 1..=u8::MAX {
        let status = CtapStatus::from_byte(byte);
        let expected = match byte {
            0x2b | 0x36 | 0x3b => Verdict::NotRun,
            0x2e => Verdict::Fail,
            _ => Verdict::Unknown,
        };
        let health = healthy(Probe::Refused(status));
        assert_eq!(verdict(&health, Check::CredPresent), expected, "{byte:#x}");
        assert_eq!(verdict(&health, Check::CtrMono), Verdict::NotRun);
    }
}

#[test]
fn a_counter_must_rise_unless_the_key_has_none() {
    for (before, now, expected) in [
        (Some(8), 9, Verdict::Pass),
        (Some(8), 8, Verdict::Fail),
        (Some(8), 7, Verdict::Fail),
        (Some(8), 0, Verdict::Fail),
        (Some(0), 0, Verdict::NotRun),
        (Some(0), 1, Verdict::Pass),
        (None, 9, Verdict::NotRun),
    ] {
        let mut health = with(|one| one.auth_data = auth_data(0, now));
        health.recorded.credential.as_mut().unwrap().counter = before;
        let finding = of(&health, Check::CtrMono);
        assert_eq!(finding.verdict, expected, "{before:?} {now}");
        assert_eq!(finding.fix.is_some(), expected == Verdict::Fail);
        let step = verdict(&health, Check::CtrDelta);
        assert!(matches!(step, Verdict::Pass | Verdict::NotRun));
    }
}

#[test]
fn an_algorithm_that_cannot_be_checked_is_unknown_and_never_passes() {
    let health = with(|one| one.signature = SignatureCheck::UnknownAlgorithm(-49));
    for check in [Check::SameKey, Check::CredPresent] {
        assert_eq!(verdict(&health, check), Verdict::Unknown, "{check}");
    }
}

#[test]
fn without_a_credential_on_record_nothing_is_asked() {
    let mut health = healthy(Probe::NotAsked);
    health.recorded.credential = None;
    assert_eq!(verdict(&health, Check::CredPresent), Verdict::NotRun);
    assert_eq!(verdict(&health, Check::SameKey), Verdict::Pass);
}

#[test]
fn a_touch_is_felt_or_not() {
    for (touch, expected) in [
        (TouchSensor::NotAsked, Verdict::NotRun),
        (TouchSensor::NotSupported, Verdict::NotRun),
        (TouchSensor::Felt, Verdict::Pass),
        (TouchSensor::NotFelt, Verdict::Fail),
    ] {
        let mut health = healthy(Probe::NotAsked);
        health.touch = touch;
        assert_eq!(verdict(&health, Check::TouchSensor), expected);
    }
}

#[test]
fn what_nobody_saw_a_model_do_is_unknown_and_never_a_failure() {
    let listed = protected(Observed::Known(1));
    assert_eq!(verdict(&listed, Check::CredPresent), Verdict::Fail);
    let mut unlisted = listed.clone();
    unlisted.facts.info.firmware_version = Some(0x0009_0909);
    let mut nameless = listed.clone();
    nameless.facts.info.aaguid = None;
    let mut hides = listed;
    hides.facts.info.firmware_version = Some(0x0005_0705);
    for health in [unlisted, nameless, hides] {
        let finding = of(&health, Check::CredPresent);
        assert_eq!(finding.verdict, Verdict::Unknown);
        assert!(
            finding.detail.contains("nobody has seen"),
            "{}",
            finding.detail
        );
        assert_eq!(verdict(&health, Check::SameKey), Verdict::Pass);
    }
}
