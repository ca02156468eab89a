//! A tenant that lies, stalls and floods: a check of it ends soon, and passes nothing.

use glasskey::entra::Get;
use glasskey::entra::Graph;
use glasskey::entra::HttpReply;
use glasskey::entra::NoReply;
use glasskey::entra::Reply;
use glasskey::entra::Session;
use glasskey::entra::Tenant;
use glasskey::entra::Version;
use glasskey::facts::book::BookFacts;
use glasskey::facts::tenant::survey;
use glasskey::findings::Judged;
use glasskey::findings::Verdict;
use glasskey::findings::tenant;
use glasskey::plan::Plan;
use glasskey::primitives::Clock;
use glasskey::primitives::Cloud;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::World;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// Most a check may ask, in waves, whatever it is answered: five rounds of a hundred pages, each
/// tried six times.
const MOST_WAVES: usize = 5 * 100 * 6;
/// Longest a check may take on a tenant that always answers at once.
const LONGEST: Duration = Duration::from_hours(6);

/// What a check came to.
struct Ended {
    /// Checks that have a pass.
    passed: BTreeSet<String>,
    /// Checks that have an unknown.
    unknown: BTreeSet<String>,
    waves: usize,
    took: Duration,
}

/// A tenant whose answers somebody spoils: the honest tenant's answer goes in, the lie comes out.
struct Liar<'a> {
    world: &'a mut World,
    spoil: &'a mut dyn FnMut(&Get, Reply) -> Reply,
    waves: usize,
}

impl Tenant for Liar<'_> {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        self.waves += 1;
        let honest = self.world.tenant.fetch(wave);
        wave.iter()
            .zip(honest)
            .map(|(get, reply)| (self.spoil)(get, reply))
            .collect()
    }
}

fn plan() -> Plan {
    Plan::parse(&World::plan().unwrap()).unwrap()
}

/// A whole check, survey and verdicts, of a tenant whose answers are spoiled.
fn check(spoil: &mut dyn FnMut(&Get, Reply) -> Reply) -> Ended {
    let mut world = crate::rich::rich_world();
    let clock = std::rc::Rc::clone(&world.clock);
    let begun = clock.elapsed();
    let plan = plan();
    let mut liar = Liar {
        world: &mut world,
        spoil,
        waves: 0,
    };
    let mut session = Session::new(Cloud::Global, &mut SeededEntropy::new(b"liar", "session"));
    let survey = survey(&mut Graph::new(&mut liar, &*clock, &mut session), &plan);
    let waves = liar.waves;
    let findings = tenant(&Judged {
        survey: &survey,
        plan: &plan,
        policy: &plan.policy,
        book: &BookFacts::default(),
        as_of: clock.utc(),
    });
    let with = |verdict: Verdict| {
        let found = findings.iter().filter(|finding| finding.verdict == verdict);
        found.map(|finding| finding.check.id().to_owned()).collect()
    };
    Ended {
        passed: with(Verdict::Pass),
        unknown: with(Verdict::Unknown),
        waves,
        took: clock.elapsed().saturating_sub(begun),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands beside replies that never came"
)]
fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    Ok(HttpReply {
        status,
        headers: headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect(),
        body: body.to_vec(),
    })
}

/// Checks that pass though every read fails: they look at plan and book alone.
fn without_a_tenant() -> BTreeSet<String> {
    check(&mut |_, _| Err(NoReply::NotRecorded)).passed
}

#[test]
fn what_passes_without_a_tenant_is_of_plan_and_book_alone() {
    let passed = without_a_tenant();
    let of_the_tenant = [
        "FIDO2-ENABLED",
        "AAGUID-ALLOWED",
        "MFA-READY",
        "ACCOUNT-CLOUD-ONLY",
        "ACCOUNT-ENABLED",
        "ACCOUNT-DOMAIN",
        "ACCOUNT-UNDECLARED",
        "ROLE-PERMANENT",
        "CA-EXCLUSION",
        "CA-REPORT-ONLY",
        "CA-REGISTRATION",
        "CA-GROUP-PROTECTED",
        "SECURITY-DEFAULTS",
        "METHODS-ONLY-STRONG",
        "METHOD-UNEXPECTED",
        "METHOD-ATTESTED",
        "SSPR-OFF",
        "TAP-LEFT",
        "TAP-EXCLUDED",
        "RMAU",
        "PASSWORD-CHANGED",
        "SESSIONS-REVOKED",
        "ENROL-PATHS",
        "SIGNIN-SINCE",
        "SIGNIN-FIDO2",
        "ALERT-RULE",
        "LOG-EXPORT",
    ];
    for check in of_the_tenant {
        assert!(!passed.contains(check), "{check} passes without a tenant");
    }
    let honest = check(&mut |_, reply| reply);
    assert!(
        honest.passed.len() > passed.len() + 5,
        "{:?}",
        honest.passed
    );
    assert!(honest.waves <= 60, "{}", honest.waves);
}

#[test]
fn a_tenant_that_tells_nothing_is_unknown_soon_and_passes_nothing() {
    let alone = without_a_tenant();
    let html = b"<!DOCTYPE html><html><body>Sign in</body></html>";
    let nested = "[".repeat(100_000);
    let lies: Vec<(&str, Reply)> = vec![
        (
            "403",
            answer(403, &[], br#"{"error":{"code":"x","message":"no"}}"#),
        ),
        ("401", answer(401, &[], b"")),
        ("429 for ever", answer(429, &[("retry-after", "30")], b"")),
        ("429 without a word", answer(429, &[], b"")),
        (
            "429 for a year",
            answer(429, &[("retry-after", "31536000")], b""),
        ),
        (
            "429 with nonsense",
            answer(429, &[("retry-after", "-1 soon")], b""),
        ),
        ("503", answer(503, &[], html)),
        ("500", answer(500, &[], b"\xff\xfe")),
        ("HTML", answer(200, &[("content-type", "text/html")], html)),
        ("nothing", answer(200, &[], b"")),
        ("204", answer(204, &[], b"")),
        ("garbage", answer(200, &[], &[0x9f; 4_096])),
        ("nested", answer(200, &[], nested.as_bytes())),
        ("null", answer(200, &[], b"null")),
        ("a number", answer(200, &[], b"7")),
        (
            "value of another type",
            answer(200, &[], br#"{"value":"yes","id":7}"#),
        ),
        (
            "items of another type",
            answer(200, &[], br#"{"value":[1,"x",true,[{}]]}"#),
        ),
        (
            "elsewhere",
            answer(302, &[("location", "https://evil.example/")], b""),
        ),
        ("a status of 0", answer(0, &[], b"{}")),
        ("a reset", Err(NoReply::MayHaveHappened("reset".into()))),
        ("no route", Err(NoReply::NotSent("no route".into()))),
        ("too large", Err(NoReply::TooLarge(1 << 30))),
    ];
    for (name, lie) in lies {
        let ended = check(&mut |_, _| lie.clone());
        let more: Vec<&String> = ended.passed.difference(&alone).collect();
        assert_eq!(more, [""; 0], "{name}");
        assert!(ended.unknown.len() > 10, "{name}: {:?}", ended.unknown);
        assert!(ended.waves <= MOST_WAVES, "{name}: {}", ended.waves);
        assert!(ended.took <= LONGEST, "{name}: {:?}", ended.took);
    }
}

/// A list answer with this next page.
fn linked(reply: Reply, link: &str) -> Reply {
    let mut reply = reply?;
    if let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body)
        && body.get("value").is_some_and(Value::is_array)
    {
        // Graph's word for it, and that of Azure Resource Manager.
        body["@odata.nextLink"] = json!(link);
        body["nextLink"] = json!(link);
        reply.body = body.to_string().into_bytes();
    }
    Ok(reply)
}

fn here(get: &Get, token: &str) -> String {
    let host = match get.version {
        Version::Arm => "https://management.azure.com",
        Version::V1 | Version::Beta => "https://graph.microsoft.com",
    };
    let path = get.target.split('?').next().unwrap();
    format!("{host}{}{path}?{token}", get.version.path())
}

#[test]
fn pages_that_loop_or_lead_elsewhere_or_never_end_pass_no_list() {
    // Each of these is read from a list.
    let lists = [
        "CA-EXCLUSION",
        "ACCOUNT-UNDECLARED",
        "METHODS-ONLY-STRONG",
        "ENROL-PATHS",
        "LOG-EXPORT",
    ];
    let mut number = 0_u32;
    let mut endless = |get: &Get, reply: Reply| {
        number += 1;
        linked(reply, &here(get, &format!("page={number}")))
    };
    let ended = check(&mut endless);
    assert!(ended.waves <= MOST_WAVES, "{}", ended.waves);
    let mut looping = |get: &Get, reply: Reply| linked(reply, &here(get, "again=1"));
    let mut elsewhere =
        |_: &Get, reply: Reply| linked(reply, "https://evil.example/v1.0/users?$skiptoken=1");
    let mut down = |_: &Get, reply: Reply| linked(reply, "http://graph.microsoft.com/v1.0/users");
    let others = [check(&mut looping), check(&mut elsewhere), check(&mut down)];
    for ended in others.iter().chain([&ended]) {
        assert!(ended.waves <= MOST_WAVES, "{}", ended.waves);
        for list in lists {
            assert!(!ended.passed.contains(list), "{list}");
        }
        for list in ["ACCOUNT-DOMAIN", "ENROL-PATHS", "METHODS-ONLY-STRONG"] {
            assert!(ended.unknown.contains(list), "{list}: {:?}", ended.unknown);
        }
    }
}

/// Another value than this one, of another type.
fn another(value: &Value, choice: u8) -> Value {
    let values = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!("\u{1b}[2J\u{202e}"),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({"id": {"id": []}}),
        json!("x".repeat(5_000)),
    ];
    let start = usize::from(choice);
    let turned = (0..values.len()).map(|step| &values[(start + step) % values.len()]);
    let kind = std::mem::discriminant(value);
    let mut turned = turned.filter(|other| std::mem::discriminant(*other) != kind);
    turned.next().unwrap().clone()
}

/// Spoils one value in a body: the `at`th, counted over all of them.
fn spoil_one(value: &mut Value, at: &mut usize, choice: u8) -> bool {
    if *at == 0 {
        *value = another(value, choice);
        return true;
    }
    *at -= 1;
    match value {
        Value::Object(members) => members.values_mut().any(|v| spoil_one(v, at, choice)),
        Value::Array(items) => items.iter_mut().any(|v| spoil_one(v, at, choice)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(members) => members.values().map(count).sum(),
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// How many cases each property tries; a whole check each.
fn cases() -> u32 {
    let asked = std::env::var("GLASSKEY_CASES").ok();
    let asked: Option<u32> = asked.and_then(|cases| cases.parse().ok());
    asked.map_or(24, |cases| (cases / 100).max(24))
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases())
    })]

    /// One value of every body has another type.
    #[test]
    fn wrong_types_anywhere_end_and_never_panic(
        places in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..40),
    ) {
        let mut next = 0_usize;
        let ended = check(&mut |_, reply| {
            let mut reply = reply?;
            let (place, choice) = places[next % places.len()];
            next += 1;
            if let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) {
                let mut at = usize::from(place) % count(&body);
                spoil_one(&mut body, &mut at, choice);
                reply.body = body.to_string().into_bytes();
            }
            Ok(reply)
        });
        prop_assert!(ended.waves <= MOST_WAVES);
        prop_assert!(ended.took <= LONGEST);
    }

    /// Bytes are flipped and bodies cut.
    #[test]
    fn spoiled_bytes_end_and_never_panic(
        places in proptest::collection::vec((any::<u16>(), any::<u8>(), any::<bool>()), 1..40),
    ) {
        let mut next = 0_usize;
        let ended = check(&mut |_, reply| {
            let mut reply = reply?;
            let (place, byte, cut) = places[next % places.len()];
            next += 1;
            if !reply.body.is_empty() {
                let at = usize::from(place) % reply.body.len();
                if cut {
                    reply.body.truncate(at);
                } else {
                    reply.body[at] = byte;
                }
            }
            Ok(reply)
        });
        prop_assert!(ended.waves <= MOST_WAVES);
        prop_assert!(ended.took <= LONGEST);
    }
}

#[test]
fn every_example_with_every_value_of_another_type_ends_a_check() {
    let mut bodies = Vec::new();
    for entry in std::fs::read_dir("tests/graph").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "json") {
            let text = std::fs::read(&path).unwrap();
            bodies.push((path, serde_json::from_slice::<Value>(&text).unwrap()));
        }
    }
    assert!(bodies.len() > 15);
    for (path, body) in bodies {
        // Every read is answered with the same example, each time with the next value spoiled.
        let places = count(&body);
        let mut next = 0;
        let ended = check(&mut |_, _| {
            let mut body = body.clone();
            let mut at = next % places;
            spoil_one(&mut body, &mut at, u8::try_from(next % 251).unwrap());
            next += 1;
            answer(200, &[], body.to_string().as_bytes())
        });
        assert!(ended.waves <= MOST_WAVES, "{}", path.display());
        assert!(ended.took <= LONGEST, "{}", path.display());
    }
}
