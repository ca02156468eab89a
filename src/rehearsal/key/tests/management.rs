//! credentialManagement and reset.

use super::*;

const CM: u64 = 4;

fn fill(client: &mut Client) -> Vec<Made> {
    let mut all = Vec::new();
    for (rp, user) in [(RP, b"1"), ("example.org", b"2"), (RP, b"3")] {
        let token = client.token(2, PIN, Some(1), Some(rp)).unwrap();
        let wish = Make {
            rp,
            ..Make::resident(user)
        };
        all.push(client.make(&wish, Some(&token)).unwrap());
    }
    all
}

fn by_hash(made: &Made) -> Value {
    map(vec![(1, Value::bytes(made.data.rp_id_hash()))])
}

fn by_id(made: &Made) -> Value {
    map(vec![(2, descriptor(made.id()))])
}

#[test]
fn the_prototype_s_code_is_answered_alike() {
    let (_, mut client) = standard_with_pin();
    fill(&mut client);
    let token = client.token(2, PIN, Some(CM), None).unwrap();
    let request = map(vec![
        (1, Value::Unsigned(1)),
        (3, Value::Unsigned(2)),
        (4, token.mac(&[1])),
    ]);
    let metadata = map(vec![(1, Value::Unsigned(3)), (2, Value::Unsigned(22))]);
    assert_eq!(client.cbor(0x41, Some(&request)), Ok(metadata));
}

#[test]
fn slots_rps_and_credentials_are_listed() {
    for protocol in [1, 2] {
        let (_, mut client) = standard_with_pin();
        let all = fill(&mut client);
        let token = client.token(protocol, PIN, Some(CM), None).unwrap();
        let metadata = client.manage(1, None, Some(&token)).unwrap();
        let expected = map(vec![(1, Value::Unsigned(3)), (2, Value::Unsigned(22))]);
        assert_eq!(metadata, expected);
        let rp = client.manage(2, None, Some(&token)).unwrap();
        assert_eq!(rp.at(5), Some(&Value::Unsigned(2)));
        let first = Value::named(vec![("id", Value::text("example.org"))]);
        assert_eq!(rp.at(3), Some(&first));
        assert_eq!(rp.at(4), Some(&Value::bytes(all[1].data.rp_id_hash())));
        let rp = client.manage(3, None, None).unwrap();
        assert_eq!(rp.at(4), Some(&Value::bytes(all[0].data.rp_id_hash())));
        assert_eq!(client.manage(3, None, None).err(), Some(0x30));
        let parameters = Some(by_hash(&all[0]));
        let credential = client.manage(4, parameters, Some(&token)).unwrap();
        assert_eq!(credential.at(7), Some(&descriptor(all[0].id())));
        assert_eq!(credential.at(9), Some(&Value::Unsigned(2)));
        assert_eq!(credential.at(10), Some(&Value::Unsigned(1)));
        let key = &all[0].data.credential().unwrap().public_key;
        assert_eq!(credential.at(8).unwrap().encode(), key.raw());
        let credential = client.manage(5, None, None).unwrap();
        assert_eq!(credential.at(7), Some(&descriptor(all[2].id())));
        let user = credential.at(6).unwrap();
        assert_eq!(user.named_member("id"), Some(&Value::bytes(b"3")));
        assert_eq!(client.manage(5, None, None).err(), Some(0x30));
    }
}

#[test]
fn a_token_bound_to_one_rp_lists_that_one_and_then_asserts() {
    let (_, mut client) = standard_with_pin();
    let all = fill(&mut client);
    let token = client.token(2, PIN, Some(CM | 2), Some(RP)).unwrap();
    assert_eq!(client.manage(1, None, Some(&token)).err(), Some(0x33));
    assert_eq!(client.manage(2, None, Some(&token)).err(), Some(0x33));
    let other = client.manage(4, Some(by_hash(&all[1])), Some(&token));
    assert_eq!(other.err(), Some(0x33));
    let other = client.manage(6, Some(by_id(&all[1])), Some(&token));
    assert_eq!(other.err(), Some(0x33));
    client
        .manage(4, Some(by_hash(&all[0])), Some(&token))
        .unwrap();
    client.assert(&Get::of(all[0].id()), Some(&token)).unwrap();
    let after = client.manage(4, Some(by_hash(&all[0])), Some(&token));
    assert_eq!(after.err(), Some(0x33));
}

#[test]
fn a_deleted_credential_is_gone_and_its_slot_free() {
    let (key, mut client) = standard_with_pin();
    let all = fill(&mut client);
    let token = client.token(2, PIN, Some(CM), None).unwrap();
    client
        .manage(6, Some(by_id(&all[0])), Some(&token))
        .unwrap();
    let again = client.manage(6, Some(by_id(&all[0])), Some(&token));
    assert_eq!(again.err(), Some(0x2e));
    assert_eq!(key.resident_credentials(), 2);
    let silent = client.assert(&Get::silent(all[0].id()), None);
    assert_eq!(silent.err(), Some(0x2e));
}

#[test]
fn a_user_is_renamed_but_not_replaced() {
    let (_, mut client) = standard_with_pin();
    let all = fill(&mut client);
    let token = client.token(2, PIN, Some(CM), None).unwrap();
    let renamed = |id: &[u8]| {
        let user = Value::named(vec![("id", Value::bytes(id)), ("name", Value::text("new"))]);
        map(vec![(2, descriptor(all[1].id())), (3, user)])
    };
    let wrong = client.manage(7, Some(renamed(b"9")), Some(&token));
    assert_eq!(wrong.err(), Some(0x02));
    client.manage(7, Some(renamed(b"2")), Some(&token)).unwrap();
    let listed = client
        .manage(4, Some(by_hash(&all[1])), Some(&token))
        .unwrap();
    let name = listed.at(6).unwrap().named_member("name");
    assert_eq!(name, Some(&Value::text("new")));
}

#[test]
fn management_needs_a_token_over_what_is_asked() {
    let (_, mut client) = standard_with_pin();
    assert_eq!(client.manage(1, None, None).err(), Some(0x36));
    let token = client.token(2, PIN, Some(CM), None).unwrap();
    assert_eq!(client.manage(2, None, Some(&token)).err(), Some(0x2e));
    assert_eq!(client.manage(8, None, Some(&token)).err(), Some(0x3e));
    let request = map(vec![
        (1, Value::Unsigned(1)),
        (3, Value::Unsigned(2)),
        (4, token.mac(&[2])),
    ]);
    assert_eq!(client.cbor(0x0a, Some(&request)).err(), Some(0x33));
    let token = client.token(2, PIN, Some(1), Some(RP)).unwrap();
    assert_eq!(client.manage(1, None, Some(&token)).err(), Some(0x33));
}

#[test]
fn a_reset_is_taken_in_the_first_ten_seconds_and_with_a_touch() {
    let (key, mut client) = standard_with_pin();
    let all = fill(&mut client);
    client.wait(10);
    assert_eq!(client.cbor(0x07, None).err(), Some(0x30));
    assert_eq!(key.resident_credentials(), 3);
    key.power_cycle();
    let mut client = Client::open(&key, &client.clock);
    client.cbor(0x07, None).unwrap();
    assert_eq!(key.resident_credentials(), 0);
    let options = client.info().at(4).unwrap().clone();
    assert_eq!(options.named_member("clientPin"), Some(&Value::Bool(false)));
    let silent = client.assert(&Get::silent(all[0].id()), None);
    assert_eq!(silent.err(), Some(0x2e));
}
