use super::key::Key;
use super::stage::BG1;
use super::stage::BG2;
use super::stage::Stage;
use super::stage::model;
use crate::entra::AttestationLevel;
use crate::entra::Fido2Method;
use crate::entra::MethodId;
use crate::entra::NoReply;
use crate::entra::PasskeyType;
use crate::entra::ReadBack;
use crate::entra::Unclear;
use crate::entra::Written;
use crate::primitives::Clock;
use crate::primitives::UtcTime;
use crate::rehearsal::tenant::Fault;
use crate::rehearsal::tenant::IdEncoding;
use crate::rehearsal::tenant::Trouble;
use crate::rehearsal::tenant::Verb;
use crate::webauthn::CredentialId;
use std::time::Duration;

fn posts(stage: &Stage) -> u32 {
    stage.tenant.writes().values().sum()
}

fn since(stage: &Stage, began: Duration) -> Duration {
    stage.clock.elapsed().saturating_sub(began)
}

fn trouble(verb: Verb, path: &str, trouble: Trouble, times: u32) -> Fault {
    Fault {
        verb,
        path: path.into(),
        trouble,
        times,
    }
}

#[test]
fn a_registered_key_shows_up_after_the_delay_with_its_attestation() {
    let mut stage = Stage::new();
    let (offer, methods) = stage.offer(BG1);
    assert_eq!(methods, []);
    assert_eq!(offer.options.challenge.len(), 6_931);
    assert_eq!(offer.options.user_id.expose().len(), 51);
    assert_eq!(offer.expires, UtcTime::parse("2027-01-04T09:05:00Z"));
    let registration = Key::new(7).answer(&offer);
    let written = stage.graph().register(&BG1, &registration);
    let Written::Done(posted) = written else {
        panic!("{written:?}")
    };
    assert_eq!(
        posted.credential().as_ref(),
        Some(registration.credential())
    );
    let began = stage.clock.elapsed();
    let seen =
        stage
            .graph()
            .reads()
            .read_back_method(&BG1, registration.credential(), Some(&posted.id));
    let ReadBack::Seen(method) = seen else {
        panic!("{seen:?}")
    };
    assert_eq!(method, posted);
    assert_eq!(method.display_name, "BG1-A");
    assert_eq!(method.aaguid, Some(model()));
    assert_eq!(method.attestation, AttestationLevel::Attested);
    assert_eq!(method.certificates[0].len(), 40);
    assert_eq!(method.passkey_type, PasskeyType::DeviceBound);
    assert_eq!(method.created, UtcTime::parse("2027-01-04T09:00:00Z"));
    assert!(since(&stage, began) >= Duration::from_secs(5));
    assert_eq!(posts(&stage), 1);
}

#[test]
fn a_second_key_is_told_of_the_first_in_every_encoding() {
    for encoding in [
        IdEncoding::PaddingDigit,
        IdEncoding::Unpadded,
        IdEncoding::Standard,
    ] {
        let mut stage = Stage::new();
        stage.tenant.set_delay(Duration::ZERO);
        stage.tenant.set_id_encoding(encoding);
        // 0xff: the standard form has `/`, the others `_`.
        for credential in [0xff, 2] {
            let (offer, methods) = stage.offer(BG1);
            let known: Vec<CredentialId> =
                methods.iter().filter_map(Fido2Method::credential).collect();
            assert_eq!(offer.options.exclude, known);
            let registration = Key::new(credential).answer(&offer);
            let written = stage.graph().register(&BG1, &registration);
            assert!(matches!(written, Written::Done(_)), "{written:?}");
        }
        let (offer, _) = stage.offer(BG1);
        assert_eq!(offer.options.exclude.len(), 2);
        assert_eq!(stage.offer(BG2).1, []);
    }
}

#[test]
fn a_post_whose_answer_is_lost_is_read_back_and_never_sent_again() {
    let mut stage = Stage::new();
    let (offer, _) = stage.offer(BG1);
    let fault = trouble(Verb::Post, "/fido2Methods", Trouble::AnswerLost, 1);
    stage.tenant.inject(fault);
    let registration = Key::new(7).answer(&offer);
    let written = stage.graph().register(&BG1, &registration);
    assert!(matches!(
        written,
        Written::MayHaveHappened(Unclear::NoReply(NoReply::MayHaveHappened(_)))
    ));
    let mut graph = stage.graph();
    let mut reads = graph.reads();
    let seen = reads.read_back_method(&BG1, registration.credential(), None);
    assert!(matches!(seen, ReadBack::Seen(_)), "{seen:?}");
    assert_eq!(posts(&stage), 1);
}

#[test]
fn a_post_that_never_arrived_is_not_seen_within_two_minutes() {
    let mut stage = Stage::new();
    let (offer, _) = stage.offer(BG1);
    let fault = trouble(Verb::Post, "/fido2Methods", Trouble::RequestLost, 1);
    stage.tenant.inject(fault);
    let registration = Key::new(7).answer(&offer);
    let written = stage.graph().register(&BG1, &registration);
    assert!(matches!(written, Written::MayHaveHappened(_)));
    let began = stage.clock.elapsed();
    let seen = stage
        .graph()
        .reads()
        .read_back_method(&BG1, registration.credential(), None);
    assert_eq!(seen, ReadBack::NotSeen);
    let took = since(&stage, began);
    assert_eq!(took, Duration::from_mins(2));
    assert_eq!(posts(&stage), 1);
    assert_eq!(stage.tenant.over_throttle(), 0);
}

#[test]
fn a_garbled_success_may_have_happened() {
    let mut stage = Stage::new();
    let (offer, _) = stage.offer(BG1);
    let fault = trouble(Verb::Post, "/fido2Methods", Trouble::Garbled, 1);
    stage.tenant.inject(fault);
    let registration = Key::new(7).answer(&offer);
    assert_eq!(
        stage.graph().register(&BG1, &registration),
        Written::MayHaveHappened(Unclear::Unreadable)
    );
}

#[test]
fn a_throttled_post_did_not_happen_and_may_be_sent_again_by_whoever_decides_to() {
    let mut stage = Stage::new();
    let (offer, _) = stage.offer(BG1);
    let fault = trouble(Verb::Post, "/fido2Methods", Trouble::Throttled(Some(10)), 1);
    stage.tenant.inject(fault);
    let registration = Key::new(7).answer(&offer);
    let wait = Duration::from_secs(10);
    assert_eq!(
        stage.graph().register(&BG1, &registration),
        Written::Throttled(Some(wait))
    );
    assert_eq!(posts(&stage), 1);
    let before = stage.clock.elapsed();
    let written = stage.graph().register(&BG1, &registration);
    assert!(matches!(written, Written::Done(_)), "{written:?}");
    assert_eq!(since(&stage, before), wait);
}

#[test]
fn a_deleted_key_is_gone_after_the_delay_and_may_be_deleted_once() {
    let mut stage = Stage::new();
    stage.tenant.set_delay(Duration::from_secs(3));
    let (offer, _) = stage.offer(BG1);
    let registration = Key::new(7).answer(&offer);
    let id = MethodId::of_credential(registration.credential());
    assert!(matches!(
        stage.graph().register(&BG1, &registration),
        Written::Done(_)
    ));
    assert_eq!(stage.graph().delete_method(&BG1, &id), Written::Absent);
    stage.clock.wait(Duration::from_secs(3));
    assert_eq!(stage.graph().delete_method(&BG1, &id), Written::Done(()));
    let gone = stage.graph().reads().read_back_deletion(&BG1, &id);
    assert_eq!(gone, ReadBack::Seen(Vec::new()));
    assert_eq!(stage.graph().delete_method(&BG1, &id), Written::Absent);
}

#[test]
fn a_registration_that_may_not_be_made_says_which_permission_it_needs() {
    let mut stage = Stage::new();
    let (offer, _) = stage.offer(BG1);
    let fault = trouble(Verb::Post, "/fido2Methods", Trouble::Forbidden, 1);
    stage.tenant.inject(fault);
    let registration = Key::new(7).answer(&offer);
    let written = stage.graph().register(&BG1, &registration);
    let Written::Denied(denial) = written else {
        panic!("{written:?}")
    };
    assert_eq!(denial.needs, "UserAuthMethod-Passkey.ReadWrite.All");
}
