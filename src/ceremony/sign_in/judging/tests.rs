use super::*;
use crate::entra::MethodId;
use crate::primitives::Guid;
use serde_json::json;

const MODEL: &str = "ee882879-721c-4913-9775-3dfcce97072a";
const OTHER: &str = "fa2b99dc-9e39-4257-8f92-4a30d23c4118";

fn credential(byte: u8) -> CredentialId {
    CredentialId::new(vec![byte; 16]).unwrap()
}

fn at(second: i64) -> UtcTime {
    UtcTime::from_unix(1_790_000_000 + second)
}

fn judged(steps: Option<Vec<AuthenticationStep>>, change: impl FnOnce(&mut SignIn)) -> Entry {
    let ours = credential(1);
    let mut one = SignIn {
        id: Some(Guid([7; 16])),
        user: Guid([1; 16]),
        at: at(0),
        error: Some(0),
        interactive: Told::Yes,
        app: String::new(),
        ip: String::new(),
        steps,
    };
    change(&mut one);
    entry(
        &one,
        &Sought {
            user: Guid([1; 16]),
            since: at(0),
            until: None,
            label: "BG1-A",
            aaguid: Aaguid::parse(MODEL).unwrap(),
            credential: &ours,
            taken: &[],
        },
    )
}

fn with(method: &str, detail: &str) -> Vec<AuthenticationStep> {
    vec![AuthenticationStep {
        method: method.to_owned(),
        detail: detail.to_owned(),
        succeeded: Told::Yes,
    }]
}

fn by_key(name: &str, model: &str) -> Vec<AuthenticationStep> {
    with("FIDO2 security key", &format!("{name} - {model}"))
}

#[test]
fn a_sign_in_with_the_key_of_that_name_and_model_is_ours() {
    let ours = Entry::WithOurs("BG1-A".to_owned());
    assert_eq!(judged(Some(by_key("BG1-A", MODEL)), |_| {}), ours);
    let other = Entry::WithAnother("BG1-A".to_owned());
    assert_eq!(judged(Some(by_key("BG1-A", OTHER)), |_| {}), other);
    let named = Entry::WithOneOfOurModel("BG1 - B".to_owned());
    assert_eq!(judged(Some(by_key("BG1 - B", MODEL)), |_| {}), named);
    let bare = Entry::WithOneOfOurModel(String::new());
    assert_eq!(
        judged(Some(with("Passkey (device-bound)", "")), |_| {}),
        bare
    );
}

#[test]
fn what_is_of_before_of_another_or_of_nobody_there_is_of_no_concern() {
    let ours = || Some(by_key("BG1-A", MODEL));
    for change in [
        |one: &mut SignIn| one.at = at(-2),
        |one: &mut SignIn| one.user = Guid([2; 16]),
        |one: &mut SignIn| one.interactive = Told::No,
    ] {
        assert_eq!(judged(ours(), change), Entry::OfNoConcern);
    }
    // Clocks that tell whole seconds may differ by one.
    let within = judged(ours(), |one| one.at = at(-1));
    assert_eq!(within, Entry::WithOurs("BG1-A".to_owned()));
}

#[test]
fn what_failed_or_is_not_told_yet_is_not_taken() {
    let ours = || Some(by_key("BG1-A", MODEL));
    let refused = judged(ours(), |one| one.error = Some(135_011));
    assert_eq!(refused, Entry::Refused(135_011));
    assert_eq!(judged(ours(), |one| one.error = None), Entry::NotToldYet);
    assert_eq!(judged(Some(Vec::new()), |_| {}), Entry::NotToldYet);
    assert_eq!(
        judged(Some(with("Previously satisfied", "")), |_| {}),
        Entry::NotToldYet
    );
    assert_eq!(judged(None, |_| {}), Entry::NeverTold);
    let password = Entry::WithSomethingElse("Password".to_owned());
    assert_eq!(judged(Some(with("Password", "")), |_| {}), password);
}

fn method(byte: u8, name: &str, used: Option<UtcTime>) -> Fido2Method {
    let id = MethodId::of_credential(&credential(byte)).to_string();
    let mut json = json!({"id": id, "displayName": name, "aaGuid": MODEL});
    if let Some(used) = used {
        json["lastUsedDateTime"] = json!(used.to_string());
    }
    Fido2Method::read(json).unwrap()
}

#[test]
fn a_name_the_log_does_not_know_is_settled_by_the_keys_of_the_account() {
    let ours = credential(1);
    let sought = Sought {
        user: Guid([1; 16]),
        since: at(0),
        until: None,
        label: "BG1-A",
        aaguid: Aaguid::parse(MODEL).unwrap(),
        credential: &ours,
        taken: &[],
    };
    let settle = |methods: &[Fido2Method], name: &str| beside(methods, name, at(30), &sought);
    let ours = |name: &str| Entry::WithOurs(name.to_owned());
    let another = |name: &str| Entry::WithAnother(name.to_owned());
    let two = |mine: Option<UtcTime>, theirs: Option<UtcTime>| {
        [method(1, "first", mine), method(2, "second", theirs)]
    };
    // By the name it has in the tenant now.
    assert_eq!(settle(&two(None, None), "first"), ours("first"));
    assert_eq!(settle(&two(None, None), "second"), another("second"));
    // By its last use.
    assert_eq!(settle(&two(Some(at(31)), None), ""), ours("first"));
    assert_eq!(settle(&two(None, Some(at(31))), ""), Entry::NotToldYet);
    assert_eq!(
        settle(&two(Some(at(31)), Some(at(29))), ""),
        Entry::NotToldYet
    );
    // The only one of its model.
    assert_eq!(settle(&[method(1, "first", None)], ""), ours("first"));
    // Ours is not there at all.
    assert_eq!(settle(&[method(2, "second", None)], ""), another(""));
}
