use super::*;
use crate::plan::Weight;
use crate::plan::Witnesses;
use crate::plan::read;
use proptest::prelude::*;

const DOC: &str = include_str!("../../../docs/formats/plan.md");

/// The fenced TOML of the format's page: the whole plan, then the smallest.
fn samples() -> Vec<&'static str> {
    DOC.split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

fn faults(text: &str) -> Vec<String> {
    read(text).faults.iter().map(ToString::to_string).collect()
}

#[test]
fn the_documented_plan_has_no_fault() {
    let reading = read(samples()[0]);
    assert_eq!(reading.faults, []);
    let plan = reading.plan.unwrap();
    assert_eq!(plan, Plan::parse(samples()[0]).unwrap());
    assert_eq!(plan.book.name, "contoso-emergency-access");
    assert_eq!(plan.policy, Policy::default());
    assert_eq!(plan.keys().count(), 4);
    let (account, key) = plan.key("BG1-A").unwrap();
    assert_eq!(account.alias, "BG-1");
    assert_eq!(key.shelf.as_deref(), Some("2"));
    assert_eq!(key.pin.held_by, ["cu-2", "cu-3"]);
    assert_eq!(
        key.aaguid.unwrap().to_string(),
        "fa2b99dc-9e39-4257-8f92-4a30d23c4118"
    );
    assert_eq!(plan.people[1].roles, [Role::Witness, Role::SafeController]);
    assert_eq!(
        plan.accounts[1].conditional_access,
        ConditionalAccess::PhishingResistant
    );
}

#[test]
fn the_smallest_plan_is_a_plan() {
    let reading = read(samples()[1]);
    assert_eq!(reading.faults, []);
    let plan = reading.plan.unwrap();
    assert_eq!(plan.book.name, "emergency-access");
    assert_eq!(plan.book.ledger, "ledger");
    assert_eq!(plan.book.call, "");
    assert_eq!(plan.tenant.cloud, Cloud::Global);
    assert_eq!(plan.sign_in.method, SignInMethod::Browser);
    assert_eq!(plan.groups, Groups::default());
    assert_eq!(plan.azure, None);
    assert_eq!(plan.accounts[0].object_id, None);
}

#[test]
fn every_word_means_what_a_record_means_by_it() {
    fn same<T: serde::Serialize>(words: &[(&str, T)]) {
        for (word, value) in words {
            let written = serde_json::to_string(value).unwrap();
            assert_eq!(written, format!("\"{word}\""));
        }
    }
    same(CLOUDS);
    same(METHODS);
    same(ACCESS);
    same(ROLES);
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_what_was_meant() {
    let text = "[policy]\nkeys_per_account = 2\n[[safe]]\nid = \"S\"\nsite = \"n\"\ncolour = 1\n";
    let said = faults(text);
    assert_eq!(
        said[0],
        "line 2: policy.keys_per_account: no plan has this key; did you mean keys-per-account?"
    );
    assert_eq!(
        said[1],
        "line 6: safe[1].colour: no plan has this key; write one of id, site, location"
    );
}

#[test]
fn everything_is_said_at_once() {
    let text = samples()[0]
        .replace("cloud = \"global\"", "cloud = \"Global\"")
        .replace("id = \"9c2a", "id = \"zc2a")
        .replace("remind-days = 21", "remind-days = \"21\"")
        .replace("verify-every-days = 90", "verify-every-days = 0")
        .replace("warn = 180", "warn = 400")
        .replace("shelf = \"2\"", "shelf = 2")
        .replace("label = \"BG2-A\"", "label = \"BG1-A\"")
        .replace(
            "safe = \"SAFE-B\"\npin = { envelope = \"P-0010\"",
            "safe = \"SAFE-X\"\npin = { envelope = \"P-0010\"",
        );
    let reading = read(&text);
    assert_eq!(reading.plan, None);
    let said: Vec<String> = reading.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "line 7: tenant.id: is not a GUID; copy the id from the portal: 8-4-4-4-12 hexadecimal digits",
            "line 8: tenant.cloud: is not a word that may stand here: Global; did you mean global?",
            "line 23: policy.verify-every-days: is not a whole number from 1 to 3653; write such a number without quotes",
            "line 24: policy.remind-days: is string, and must be integer; write a whole number without quotes",
            "line 28: policy.pin-proven-days: warns later than it fails; make `warn` the smaller number",
            "line 58: account[1].key[1].shelf: is integer, and must be string; put it in double quotes",
            "line 75: account[2].key[1].label: is the same as account[1].key[1].label; give each its own",
            "line 81: account[2].key[2].safe: names a safe that the plan does not have; did you mean SAFE-A? if not, add the [[safe]]",
        ]
    );
}

#[test]
fn a_missing_key_has_the_line_of_its_table() {
    let text = samples()[1].replace("site = \"south\"\n", "");
    assert_eq!(
        faults(&text),
        ["line 11: safe[2].site: is missing; add it; docs/formats/plan.md shows site"]
    );
}

#[test]
fn a_fault_is_not_said_again_for_what_follows_from_it() {
    let text = samples()[1].replace("ref = \"cu-2\"", "reff = \"cu-2\"");
    assert_eq!(
        faults(&text),
        [
            "line 41: person[3].ref: is missing; add it; docs/formats/plan.md shows ref",
            "line 42: person[3].reff: no plan has this key; did you mean ref?",
        ]
    );
}

#[test]
fn every_broken_line_is_said_with_its_number() {
    let text = samples()[1]
        .replace("site = \"north\"", "site = north !")
        .replace("alias = \"BG-1\"", "alias = \"BG-1");
    let lines: Vec<Option<u32>> = read(&text).faults.iter().map(|fault| fault.line).collect();
    assert!(lines.contains(&Some(9)), "{lines:?}");
    assert!(lines.contains(&Some(16)), "{lines:?}");
}

#[test]
fn a_table_said_twice_is_refused() {
    let text = format!("{}\n[tenant]\nid = \"x\"\n", samples()[1]);
    assert_eq!(read(&text).plan, None);
}

#[test]
fn a_pin_in_the_wrong_place_is_never_repeated() {
    let text = samples()[1].replace(
        "pin = { envelope = \"P-0007\", held-by = [\"cu-2\", \"w-1\"] }",
        "pin = \"493817\"",
    );
    let said = faults(&text).join("\n");
    assert!(said.contains("account[1].key[1].pin: is string"), "{said}");
    assert!(!said.contains("493817"), "{said}");
}

#[test]
fn what_a_plan_says_cannot_move_the_cursor() {
    let text = "[tenant]\nid = 1\n\"\\u001b[2J\" = 2\ncloud = \"\\u001b[2J\"\n";
    let said = faults(text).join("\n");
    assert!(said.contains(r"\u{1b}"), "{said:?}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn one_site_is_a_risk_and_still_a_plan() {
    let text = samples()[1].replace("\"south\"", "\"north\"");
    let reading = read(&text);
    assert_eq!(reading.plan.unwrap().safes[1].site, "north");
    let weights: Vec<Weight> = reading.faults.iter().map(PlanFault::weight).collect();
    assert_eq!(weights, [Weight::Risk]);
}

#[test]
fn a_comment_after_a_public_key_is_not_read() {
    let text = samples()[1].replace("DDAT7\"", "DDAT7 Anna de Vries\"");
    let plan = read(&text).plan.unwrap();
    assert!(!format!("{plan:?}").contains("Anna"));
}

#[test]
fn part_of_the_policy_keeps_the_other_defaults() {
    let text = format!("[policy]\nwitnesses = {{ loss = 0 }}\n{}", samples()[1]);
    let plan = read(&text).plan.unwrap();
    let witnesses = Witnesses {
        loss: 0,
        ..Witnesses::default()
    };
    assert_eq!(
        plan.policy,
        Policy {
            witnesses,
            ..Policy::default()
        }
    );
}

#[test]
fn a_plan_larger_than_a_mebibyte_is_not_read() {
    let text = " ".repeat(MAX_PLAN_BYTES + 1);
    let bytes = text.len();
    assert_eq!(read(&text).faults[0].what, What::TooLarge { bytes });
    assert_eq!(read(&text[..MAX_PLAN_BYTES]).plan, None);
}

#[test]
fn a_flood_of_faults_does_not_fill_the_memory() {
    let lines: Vec<String> = (0..60_000).map(|n| format!("x{n} = 1\n")).collect();
    let text = lines.concat();
    assert_eq!(read(&text).faults.len(), 201);
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let text = format!("x = {}{}", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(read(&text).plan, None);
    }
    let text = format!("[{}x]", "a.".repeat(200_000));
    assert_eq!(read(&text).plan, None);
}

#[test]
fn the_pages_table_has_every_key_and_no_other() {
    // A plan with a wrong key in every table makes the reader list the names it knows.
    let mut text = "zz = 1\n".to_owned();
    for table in ["book", "tenant", "sign-in", "groups", "azure"] {
        text += &["[", table, "]\nzz = 1\n"].concat();
    }
    text += "[policy]\nzz = 1\nwitnesses.zz = 1\npin-proven-days.zz = 1\n";
    text += "metadata-stale-days.zz = 1\n";
    for table in ["safe", "person", "account", "account.key"] {
        text += &["[[", table, "]]\nzz = 1\n"].concat();
    }
    text += "pin.zz = 1\n";
    let mut known = Vec::new();
    for fault in read(&text).faults {
        if let What::UnknownKey { known: names, .. } = fault.what {
            let parent = fault.key.replace("[1]", "");
            let parent = parent.strip_suffix("zz").unwrap();
            known.extend(names.iter().map(|name| format!("{parent}{name}")));
        }
    }
    let all = known.clone();
    known.retain(|name| {
        let inside = format!("{name}.");
        !all.iter().any(|other| other.starts_with(&inside))
    });
    let mut listed: Vec<String> = DOC
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(|name| name.trim_end_matches(".<vendor>").to_owned())
        .collect();
    known.sort();
    listed.sort();
    assert_eq!(listed, known);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn random_text_never_panics(text in any::<String>()) {
        let reading = read(&text);
        prop_assert!(reading.plan.is_some() || !reading.faults.is_empty());
    }

    #[test]
    fn toml_like_text_never_panics(
        text in r#"(\[{1,2}(safe|account|account\.key|person|policy|x)\]{1,2}|[a-z\-]{1,8} ?= ?("[^"\n]{0,8}"|\[.{0,6}\]|\{.{0,6}\}|-?[0-9]{1,12}|true|''')|\n){0,40}"#
    ) {
        let _ = read(&text);
    }

    #[test]
    fn a_mutated_plan_never_panics(
        at in any::<prop::sample::Index>(),
        length in 0usize..40,
        insert in ".{0,12}",
    ) {
        let mut chars: Vec<char> = samples()[0].chars().collect();
        let at = at.index(chars.len());
        let end = (at + length).min(chars.len());
        chars.splice(at..end, insert.chars());
        let text: String = chars.into_iter().collect();
        let reading = read(&text);
        let most = u32::try_from(text.split('\n').count()).unwrap();
        for fault in &reading.faults {
            prop_assert!(fault.line.is_none_or(|line| (1..=most).contains(&line)));
            prop_assert!(!fault.to_string().is_empty());
        }
        if let Some(plan) = reading.plan {
            prop_assert_eq!(Plan::parse(&text), Ok(plan));
        }
    }
}
