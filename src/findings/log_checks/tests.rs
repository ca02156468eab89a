//! What the sign-in log shows of the accounts, and what cannot be told from it.
//!
//! Past 400 lines: a test a case, all on one sample tenant.

use super::log;
use crate::findings::Check;
use crate::findings::sample_tenant::CEREMONY;
use crate::findings::sample_tenant::ONE;
use crate::findings::sample_tenant::Sample;
use crate::findings::sample_tenant::TWO;
use crate::findings::sample_tenant::sign_in;
use crate::primitives::UtcTime;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;

const SINCE: Check = Check::SigninSince;
const HOW: Check = Check::SigninFido2;

/// What is said of BG-1, a line each.
fn of_one(sample: &Sample, check: Check) -> Vec<String> {
    let lines = sample.said(log, check);
    let own = lines
        .into_iter()
        .filter(|line| line.contains("account:BG-1"));
    own.collect()
}

fn after(check: Check, name: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut sample = Sample::good();
    sample.change(name, change);
    of_one(&sample, check)
}

fn add_sign_in(sign_in: Value) -> impl FnOnce(&mut Value) {
    move |body| body["value"].as_array_mut().unwrap().push(sign_in)
}

const LICENCE: &str = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";

fn no_licence(sample: &mut Sample, name: &str) {
    sample.answer(
        name,
        403,
        json!({"error": {"code": LICENCE, "message": "no"}}),
    );
}

#[test]
fn signin_since_passes() {
    assert_eq!(
        of_one(&Sample::good(), SINCE),
        [
            "pass account:BG-1: no sign-in since the ceremony of 2026-02-05, by the account's last \
          activity (the tenant tells it some hours late); the log goes back to 2026-01-30 at most"
        ]
    );
}

#[test]
fn signin_since_fails() {
    let strange = "2026-02-20T03:04:05Z";
    let line = format!(
        "fail account:BG-1: 1 sign-in that no ceremony explains: {strange} at Azure Portal from \
         192.0.2.7"
    );
    let mut both = Sample::good();
    both.change("sign-ins", add_sign_in(sign_in(ONE, strange)));
    // The last activity tells the same one again: it is said once.
    both.change("activity BG-1", |body| {
        body["signInActivity"]["lastSuccessfulSignInDateTime"] = json!("2026-02-20T03:04:09Z");
    });
    assert_eq!(of_one(&both, SINCE), [line]);
    // The other account is not concerned.
    let lines = both.said(log, SINCE);
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("pass account:BG-2")),
        "{lines:?}"
    );
    let only_activity = after(SINCE, "activity BG-1", |body| {
        body["signInActivity"]["lastSuccessfulSignInDateTime"] = json!(strange);
    });
    assert_eq!(
        only_activity,
        [format!(
            "fail account:BG-1: the last sign-in that succeeded was at {strange}, and no ceremony \
             explains it"
        )]
    );
}

#[test]
fn a_ceremony_explains_an_hour_before_it_and_a_day_after_it() {
    for (at, explained) in [
        ("2026-02-05T07:59:59Z", true), // before the first ceremony: the account was being set up
        ("2026-02-05T08:00:00Z", true),
        ("2026-02-06T09:00:00Z", true),
        ("2026-02-06T09:00:01Z", false),
    ] {
        let lines = after(SINCE, "sign-ins", add_sign_in(sign_in(ONE, at)));
        assert_eq!(lines[0].starts_with("pass "), explained, "{at}: {lines:?}");
    }
}

#[test]
fn attempts_that_failed_warn_and_those_of_unknown_end_are_unknown() {
    let mut failed = sign_in(ONE, "2026-02-20T03:04:05Z");
    failed["status"]["errorCode"] = json!(50126);
    let lines = after(SINCE, "sign-ins", add_sign_in(failed.clone()));
    assert_eq!(
        lines,
        [
            "warn account:BG-1: 1 attempt that failed: 2026-02-20T03:04:05Z at Azure Portal from \
          192.0.2.7"
        ]
    );
    failed["status"] = json!(null);
    let lines = after(SINCE, "sign-ins", add_sign_in(failed));
    assert!(lines[0].starts_with("unknown "), "{lines:?}");
}

#[test]
fn without_last_activity_the_log_reaches_thirty_days_and_no_further() {
    let mut sample = Sample::good();
    no_licence(&mut sample, "activity BG-1");
    assert_eq!(
        of_one(&sample, SINCE),
        [
            "pass account:BG-1: no sign-in since the ceremony of 2026-02-05, by the sign-in log (the \
          tenant tells it some hours late)"
        ]
    );
    // The last ceremony is older than the log.
    sample.book.ceremonies[0].1 = UtcTime::parse("2026-01-05T09:00:00Z").unwrap();
    sample.change("sign-ins", |body| body["value"] = json!([]));
    assert_eq!(
        of_one(&sample, SINCE),
        [
            "unknown account:BG-1: nothing strange since 2026-01-30, but the last ceremony was on \
          2026-01-05: could not read when the account last signed in: the tenant has no licence \
          for it"
        ]
    );
}

#[test]
fn an_attempt_that_the_log_cannot_tell_of_is_unknown() {
    let mut sample = Sample::good();
    sample.book.ceremonies[0].1 = UtcTime::parse("2026-01-05T09:00:00Z").unwrap();
    sample.change("sign-ins", |body| body["value"] = json!([]));
    sample.change("activity BG-1", |body| {
        body["signInActivity"] = json!({"lastSignInDateTime": "2026-01-20T09:00:00Z"});
    });
    assert_eq!(
        of_one(&sample, SINCE),
        [
            "unknown account:BG-1: an attempt to sign in at 2026-01-20T09:00:00Z, which no ceremony \
          explains: whether it succeeded is not told"
        ]
    );
    // Where the log reaches, and tells of none that succeeded, there was none.
    sample.change("activity BG-1", |body| {
        body["signInActivity"] = json!({"lastSignInDateTime": "2026-02-20T09:00:00Z"});
    });
    let lines = of_one(&sample, SINCE);
    assert!(lines[0].starts_with("pass "), "{lines:?}");
}

#[test]
fn a_use_of_a_passkey_that_nothing_else_tells_fails() {
    let mut sample = Sample::good();
    no_licence(&mut sample, "sign-ins");
    no_licence(&mut sample, "activity BG-1");
    sample.change("last used BG-1", |body| {
        body["value"] = json!([{
            "id": "-2_GRUg2-HYz6_1YG4YRAQ2",
            "displayName": "BG1-A",
            "lastUsedDateTime": "2026-02-20T03:04:05Z",
        }]);
    });
    let lines = of_one(&sample, SINCE);
    assert_eq!(
        lines[0],
        "fail account:BG-1: the passkey \"BG1-A\", id -2_GRUg2-HYz6_1YG4YRAQ2 was used at \
         2026-02-20T03:04:05Z, and no ceremony explains it"
    );
}

#[test]
fn signin_since_unknown_when_denied() {
    let mut sample = Sample::good();
    sample.deny("activity BG-1");
    sample.deny("sign-ins");
    assert_eq!(
        of_one(&sample, SINCE),
        [
            "unknown account:BG-1: not allowed to read when the account last signed in (403): needs \
             AuditLog.Read.All",
            "unknown account:BG-1: not allowed to read the sign-in log (403): needs \
             AuditLog.Read.All",
        ]
    );
}

#[test]
fn signin_since_unknown_when_absent() {
    let mut sample = Sample::good();
    sample.forget("activity BG-1");
    sample.forget("sign-ins");
    // The user's own answer, which the file has at the same address, is not taken for an activity.
    let lines = of_one(&sample, SINCE);
    assert!(
        lines.iter().all(|line| line.starts_with("unknown ")),
        "{lines:?}"
    );
    let mut no_ceremony = Sample::good();
    no_ceremony.book.ceremonies.clear();
    assert!(of_one(&no_ceremony, SINCE)[0].starts_with("not_run "));
}

#[test]
fn where_beta_is_not_there_version_one_is_asked() {
    let mut sample = Sample::good();
    sample.lose("sign-ins");
    sample.add_v1_sign_ins(json!([sign_in(ONE, CEREMONY), sign_in(TWO, CEREMONY)]));
    let lines = of_one(&sample, SINCE);
    assert!(
        lines[0]
            .ends_with("; the log, of interactive sign-ins alone, goes back to 2026-01-30 at most"),
        "{lines:?}"
    );
}

#[test]
fn signin_fido2_passes() {
    assert_eq!(
        of_one(&Sample::good(), HOW),
        [
            "pass account:BG-1: 2026-02-05T09:20:00Z at Azure Portal from 192.0.2.7, with FIDO2 \
          security key \"BG1-A\""
        ]
    );
}

#[test]
fn signin_fido2_fails() {
    let mut other = sign_in(ONE, "2026-02-05T09:50:00Z");
    other["authenticationDetails"] = json!([
        {"authenticationMethod": "Password", "succeeded": true},
        {"authenticationMethod": "Text message", "succeeded": true},
        {"authenticationMethod": "FIDO2 security key", "succeeded": false},
    ]);
    assert_eq!(
        after(HOW, "sign-ins", add_sign_in(other)),
        [
            "fail account:BG-1: 2026-02-05T09:50:00Z at Azure Portal from 192.0.2.7, with Password, \
          Text message"
        ]
    );
}

#[test]
fn a_sign_in_that_rests_on_an_earlier_one_is_told_by_the_earlier_one() {
    let mut later = sign_in(ONE, "2026-02-05T09:50:00Z");
    later["authenticationDetails"] =
        json!([{"authenticationMethod": "Previously satisfied", "succeeded": true}]);
    let lines = after(HOW, "sign-ins", add_sign_in(later));
    assert!(
        lines[0].starts_with("pass account:BG-1: 2026-02-05T09:20:00Z"),
        "{lines:?}"
    );
}

#[test]
fn the_methods_of_a_fresh_sign_in_are_waited_for() {
    let mut sample = Sample::good();
    sample.book.sign_ins.clear();
    sample.change("sign-ins", |body| {
        body["value"] = json!([{
            "userId": ONE,
            "createdDateTime": "2026-03-01T08:50:00Z",
            "status": {"errorCode": 0},
            "authenticationDetails": [],
        }]);
    });
    let lines = of_one(&sample, HOW);
    assert_eq!(
        lines,
        [
            "unknown account:BG-1: the log does not tell yet with what the account signed in at \
          2026-03-01T08:50:00Z"
        ]
    );
    // The passkey's own last use tells at once.
    sample.change("last used BG-1", |body| {
        body["value"] = json!([{
            "id": "-2_GRUg2-HYz6_1YG4YRAQ2",
            "displayName": "BG1-A",
            "lastUsedDateTime": "2026-03-01T08:49:58Z",
        }]);
    });
    let lines = of_one(&sample, HOW);
    assert!(lines[0].starts_with("pass "), "{lines:?}");
}

#[test]
fn what_the_log_forgot_a_record_may_remember() {
    let mut sample = Sample::good();
    let then = UtcTime::parse("2026-01-05T09:00:00Z").unwrap();
    sample.book.ceremonies[0].1 = then;
    sample.book.sign_ins[0].at = then;
    sample.change("sign-ins", |body| body["value"] = json!([]));
    sample.change("activity BG-1", |body| {
        body["signInActivity"]["lastSuccessfulSignInDateTime"] = json!("2026-01-05T09:30:00Z");
    });
    assert_eq!(
        of_one(&sample, HOW),
        [
            "pass account:BG-1: 2026-01-05T09:30:00Z, in the ceremony of record 000001, which saw \
          BG1-A in the log"
        ]
    );
    sample.book.sign_ins.clear();
    assert_eq!(
        of_one(&sample, HOW),
        [
            "unknown account:BG-1: the last sign-in was at 2026-01-05T09:30:00Z; the log goes back to \
          2026-01-30 at most, and nothing else tells with what"
        ]
    );
}

#[test]
fn an_account_that_never_signed_in_is_not_judged() {
    let mut sample = Sample::good();
    sample.change("sign-ins", |body| body["value"] = json!([]));
    sample.change("activity BG-1", |body| body["signInActivity"] = json!(null));
    let lines = of_one(&sample, HOW);
    assert!(lines[0].starts_with("not_run "), "{lines:?}");
}

#[test]
fn signin_fido2_unknown_when_denied() {
    let mut sample = Sample::good();
    sample.book.sign_ins.clear();
    sample.deny("sign-ins");
    assert_eq!(
        of_one(&sample, HOW),
        [
            "unknown account:BG-1: not allowed to read the sign-in log (403): needs AuditLog.Read.All"
        ]
    );
}

#[test]
fn signin_fido2_unknown_when_absent() {
    let mut sample = Sample::good();
    sample.book.sign_ins.clear();
    sample.forget("sign-ins");
    let lines = of_one(&sample, HOW);
    assert!(lines[0].starts_with("unknown "), "{lines:?}");
}

fn ninety(check: Check, days: i64) -> String {
    let mut sample = Sample::good();
    let then = crate::findings::surveyed::now().plus_days(-days);
    for key in &mut sample.book.keys {
        key.pin_proven = Some(then);
    }
    for one in &mut sample.book.sign_ins {
        one.at = then;
    }
    of_one(&sample, check)[0].clone()
}

#[test]
fn ms_90d_passes_warns_and_fails_by_the_day() {
    for (days, verdict) in [
        (0, "pass"),
        (68, "pass"),
        (69, "warn"),
        (90, "warn"),
        (91, "fail"),
    ] {
        for check in [Check::Ms90d, Check::Ms90dSignin] {
            let line = ninety(check, days);
            assert!(line.starts_with(verdict), "{days}: {line}");
            assert!(line.contains(" ago"), "{line}");
        }
    }
    assert_eq!(
        of_one(&Sample::good(), Check::Ms90d),
        ["pass account:BG-1: BG1-B answered with PIN and touch on 2026-02-05, 24 days ago"]
    );
    assert_eq!(
        of_one(&Sample::good(), Check::Ms90dSignin),
        ["pass account:BG-1: BG1-A signed in on 2026-02-05, 24 days ago"]
    );
}

#[test]
fn ms_90d_signin_fails_where_only_the_desk_saw_the_key() {
    let mut sample = Sample::good();
    sample.book.sign_ins.clear();
    assert_eq!(
        of_one(&sample, Check::Ms90dSignin),
        [
            "warn account:BG-1: no record tells of a sign-in with a key of it yet; the first one is \
             due by 2026-05-06"
        ]
    );
    for key in &mut sample.book.keys {
        key.registered = key.registered.plus_days(-70);
    }
    assert_eq!(
        of_one(&sample, Check::Ms90dSignin),
        ["fail account:BG-1: no record tells of a sign-in with a key of it"]
    );
    assert!(of_one(&sample, Check::Ms90d)[0].starts_with("pass "));
}

#[test]
fn ms_90d_of_an_account_without_keys_is_not_run_and_of_the_future_unknown() {
    let mut sample = Sample::good();
    sample.book.keys.clear();
    sample.book.sign_ins.clear();
    assert!(of_one(&sample, Check::Ms90d)[0].starts_with("not_run "));
    assert!(of_one(&sample, Check::Ms90dSignin)[0].starts_with("not_run "));
    assert!(ninety(Check::Ms90dSignin, -2).starts_with("unknown "));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases().min(200)))]

    #[test]
    fn a_strange_success_within_the_log_never_passes(hours in 25_i64..560, known in any::<bool>()) {
        let began = UtcTime::parse(CEREMONY).unwrap();
        let at = began.plus_seconds(hours * 3_600).to_string();
        let mut sample = Sample::good();
        if known {
            sample.change("sign-ins", add_sign_in(sign_in(ONE, &at)));
        } else {
            sample.change("activity BG-1", |body| {
                body["signInActivity"]["lastSuccessfulSignInDateTime"] = json!(at);
            });
        }
        let lines = of_one(&sample, SINCE);
        prop_assert!(lines[0].starts_with("fail "), "{:?}", lines);
    }
}
