//! `UP`, `UV` and `RP-HASH` of a registration that is judged alone, without a record.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use crate::webauthn::attestation::ClientDataFault;
use crate::webauthn::attestation::OriginFact;
use crate::webauthn::attestation::RegistrationFacts;
use crate::webauthn::attestation::RpIdHashFact;

/// What the registration says of itself. `rp_id` is the one it should be for, if that is known.
#[must_use]
pub fn registration(
    claims: &RegistrationFacts,
    rp_id: Option<&str>,
    subject: &Subject,
) -> Vec<Finding> {
    let flag = |check, is_set, name: &str| {
        let (verdict, words) = if is_set {
            (Verdict::Pass, "is set")
        } else {
            (Verdict::Fail, "is not set")
        };
        Finding::new(
            check,
            verdict,
            subject.clone(),
            format!("{name} {words} in the registration"),
        )
    };
    let (verdict, detail) = rp_id_hash(claims, rp_id);
    vec![
        flag(Check::Up, claims.user_present, "UP"),
        flag(Check::Uv, claims.user_verified, "UV"),
        Finding::new(Check::RpHash, verdict, subject.clone(), detail),
    ]
}

/// `RP-HASH`: client data first, which needs no rp id to be wrong.
fn rp_id_hash(claims: &RegistrationFacts, rp_id: Option<&str>) -> (Verdict, String) {
    let data = match &claims.client_data {
        Ok(data) => data,
        Err(ClientDataFault::TooLong { bytes }) => {
            return (Verdict::Fail, format!("the client data has {bytes} bytes"));
        }
        Err(ClientDataFault::Malformed) => {
            return (Verdict::Fail, "the client data cannot be read".to_owned());
        }
    };
    if data.kind != "webauthn.create" {
        let kind: String = data.kind.chars().take(64).collect();
        return (
            Verdict::Fail,
            format!("the client data is of type {kind:?}, not webauthn.create"),
        );
    }
    let Some(rp_id) = rp_id else {
        let detail = "no rp id is given to compare with".to_owned();
        return (Verdict::NotRun, detail);
    };
    if claims.rp_id_hash != RpIdHashFact::Matches {
        return (
            Verdict::Fail,
            format!("the registration is not for {rp_id}"),
        );
    }
    let origin: String = data.origin.chars().take(256).collect();
    match claims.origin {
        OriginFact::Within if !data.is_top_level() => (
            Verdict::Fail,
            format!("for {rp_id}, inside a page of another origin"),
        ),
        OriginFact::Within => (Verdict::Pass, format!("for {rp_id}, at {origin}")),
        OriginFact::Outside | OriginFact::NotCompared => (
            Verdict::Fail,
            format!("the origin {origin:?} is not of {rp_id}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webauthn::attestation::CollectedClientData;

    fn claims() -> RegistrationFacts {
        RegistrationFacts {
            client_data: Ok(CollectedClientData {
                kind: "webauthn.create".into(),
                challenge: "x".into(),
                origin: "https://example.com".into(),
                cross_origin: None,
                has_top_origin: false,
            }),
            origin: OriginFact::Within,
            rp_id_hash: RpIdHashFact::Matches,
            user_present: true,
            user_verified: true,
        }
    }

    fn verdicts(claims: &RegistrationFacts, rp_id: Option<&str>) -> Vec<(Check, Verdict)> {
        registration(claims, rp_id, &Subject::key("evidence"))
            .iter()
            .map(|finding| (finding.check, finding.verdict))
            .collect()
    }

    fn rp_hash(claims: &RegistrationFacts, rp_id: Option<&str>) -> Verdict {
        verdicts(claims, rp_id)[2].1
    }

    #[test]
    fn a_registration_for_the_rp_id_with_touch_and_pin_passes() {
        assert_eq!(
            verdicts(&claims(), Some("example.com")),
            [
                (Check::Up, Verdict::Pass),
                (Check::Uv, Verdict::Pass),
                (Check::RpHash, Verdict::Pass)
            ]
        );
    }

    #[test]
    fn flags_that_are_not_set_fail() {
        let bare = RegistrationFacts {
            user_present: false,
            user_verified: false,
            ..claims()
        };
        let found = verdicts(&bare, None);
        assert_eq!(found[0], (Check::Up, Verdict::Fail));
        assert_eq!(found[1], (Check::Uv, Verdict::Fail));
    }

    #[test]
    fn without_an_rp_id_rp_hash_is_not_run_unless_the_client_data_is_no_registration() {
        assert_eq!(rp_hash(&claims(), None), Verdict::NotRun);
        let mut login = claims();
        login.client_data.as_mut().unwrap().kind = "webauthn.get".into();
        assert_eq!(rp_hash(&login, None), Verdict::Fail);
        let unreadable = RegistrationFacts {
            client_data: Err(ClientDataFault::Malformed),
            ..claims()
        };
        assert_eq!(rp_hash(&unreadable, None), Verdict::Fail);
    }

    #[test]
    fn another_rp_id_another_origin_or_a_page_inside_another_fails() {
        let hash = RegistrationFacts {
            rp_id_hash: RpIdHashFact::Differs,
            ..claims()
        };
        let origin = RegistrationFacts {
            origin: OriginFact::Outside,
            ..claims()
        };
        let mut inside = claims();
        inside.client_data.as_mut().unwrap().cross_origin = Some(true);
        let mut below = claims();
        below.client_data.as_mut().unwrap().has_top_origin = true;
        for claims in [hash, origin, inside, below] {
            assert_eq!(rp_hash(&claims, Some("example.com")), Verdict::Fail);
        }
    }
}
