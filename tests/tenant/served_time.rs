//! Throttles, delays and late logs of the virtual tenant.

use crate::rich::CREDENTIAL;
use crate::rich::other;
use crate::rich::rich_world;
use crate::support::Asker;
use glasskey::entra::Get;
use glasskey::entra::Tenant;
use glasskey::entra::Version;
use glasskey::entra::WriteMethod;
use glasskey::primitives::Clock;
use glasskey::rehearsal::World;
use glasskey::webauthn::CredentialId;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

#[test]
fn throttles_are_kept_per_bucket_and_named_where_graph_names_them() {
    let user = World::id("BG-1");
    for (target, allowed) in [
        (format!("/users/{user}/authentication/methods"), 5),
        ("/identity/conditionalAccess/policies".to_owned(), 1),
        (format!("/users/{user}?$select=id,signInActivity"), 10),
    ] {
        let mut asker = Asker::new(rich_world());
        let get = Get {
            version: Version::V1,
            target: target.clone(),
            eventual: false,
        };
        let replies = asker.world.tenant.fetch(&vec![get; allowed + 1]);
        let statuses: Vec<u16> = replies.iter().flatten().map(|reply| reply.status).collect();
        assert_eq!(statuses[..allowed], vec![200; allowed], "{target}");
        assert_eq!(statuses[allowed], 429, "{target}");
        let of = asker.api.find(Version::V1, "GET", &target).unwrap();
        let last = replies[allowed].as_ref().unwrap();
        assert_eq!(asker.api.answer_faults(&of, 429, &last.body), [""; 0]);
        asker.get(Version::V1, &target, 200);
    }
}

#[test]
fn a_change_is_seen_after_the_delay_and_a_sign_in_after_the_lag() {
    let user = World::id("BG-1");
    let target = format!("/users/{user}");
    let name = |asker: &mut Asker| {
        let get = Get {
            version: Version::V1,
            target: target.clone(),
            eventual: false,
        };
        let reply = asker.world.tenant.fetch(&[get]).remove(0).unwrap();
        let user: Value = serde_json::from_slice(&reply.body).unwrap();
        user["displayName"].as_str().unwrap().to_owned()
    };
    let mut asker = Asker::new(rich_world());
    asker.world.tenant.set_delay(Duration::from_secs(30));
    let before = name(&mut asker);
    let renamed = json!({"displayName": "Another name"});
    asker.send(WriteMethod::Patch, &target, &renamed, 204);
    assert_eq!(name(&mut asker), before);
    asker.world.clock.wait(Duration::from_secs(29));
    assert_eq!(name(&mut asker), before);
    asker.world.clock.wait(Duration::from_secs(1));
    assert_eq!(name(&mut asker), "Another name");

    asker.world.tenant.set_log_lag(Duration::from_mins(10));
    asker.world.tenant.set_detail_lag(Duration::from_mins(5));
    let log = format!("/auditLogs/signIns?$filter=userId%20eq%20'{user}'");
    let known = asker.get(Version::Beta, &log, 200)["value"]
        .as_array()
        .unwrap()
        .len();
    let mut world = asker.world;
    world.tenant.policy_mut().profiles[0].rules.restriction =
        glasskey::rehearsal::tenant::Restriction::None;
    let credential = CredentialId::new(CREDENTIAL.to_vec()).unwrap();
    assert_eq!(
        world.tenant.sign_in(user, &credential, "Azure Portal"),
        Ok(())
    );
    let mut asker = Asker::new(world);
    let read = |asker: &mut Asker| asker.get(Version::Beta, &log, 200)["value"].clone();
    assert_eq!(read(&mut asker).as_array().unwrap().len(), known);
    asker.world.clock.wait(Duration::from_mins(9));
    let entry = read(&mut asker)[0].clone();
    assert_eq!(entry["authenticationDetails"], json!([]));
    asker.world.clock.wait(Duration::from_mins(5));
    let entry = read(&mut asker)[0].clone();
    let step = &entry["authenticationDetails"][0];
    assert_eq!(step["authenticationMethod"], "Passkey (device-bound)");
    assert_eq!(
        step["authenticationMethodDetail"],
        format!("key 0 - {}", other(7))
    );
    let methods = format!("/users/{user}/authentication/fido2Methods");
    let list = asker.get(Version::Beta, &methods, 200);
    assert!(list["value"][0]["lastUsedDateTime"].is_string());
    assert_eq!(asker.wrong, [""; 0]);
}
