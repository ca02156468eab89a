//! Plugging in, pulling out, several keys.

use super::*;
use crate::ctap::Keys;
use crate::ctap::KeysError;
use crate::ctap::TransportError;
use crate::rehearsal::key::Access;
use crate::rehearsal::key::VirtualKeys;

#[test]
fn keys_are_listed_in_the_order_of_plugging_while_they_are_plugged_in() {
    let (first, clock) = key(KeySpec::new("BG1-A", 1_000_001));
    let second = VirtualKey::new(KeySpec::new("BG1-B", 1_000_002), Rc::clone(&clock));
    let mut keys = VirtualKeys::new(vec![first.clone(), second.clone()]);
    let serials = |keys: &mut VirtualKeys| -> Vec<String> {
        let listed = keys.list().unwrap().into_iter();
        listed.map(|entry| entry.serial.unwrap()).collect()
    };
    assert_eq!(serials(&mut keys), ["1000001", "1000002"]);
    let entry = keys.list().unwrap().remove(0);
    assert_eq!((entry.vendor_id, entry.product_id), (0x1209, 0x0001));
    assert_eq!(entry.product.as_deref(), Some("glasskey rehearsal key"));
    keys.unplug(&first);
    assert_eq!(serials(&mut keys), ["1000002"]);
    keys.plug(&first);
    assert_eq!(serials(&mut keys), ["1000002", "1000001"]);
    let path = entry.path;
    assert_eq!(keys.open(&path).err(), Some(KeysError::Gone { path }));
    let path = keys.list().unwrap().remove(1).path;
    keys.open(&path).unwrap();
}

#[test]
fn a_handle_is_dead_once_its_key_was_pulled_out() {
    let (key, mut client) = standard();
    key.unplug();
    let gone = Err(TransportError::Gone);
    assert_eq!(client.port.read_report(Duration::ZERO), gone);
    key.plug();
    assert_eq!(client.port.read_report(Duration::ZERO), gone);
    let written = client.port.write_report(&[0; 64]);
    assert_eq!(written, Err(TransportError::Gone));
    Client::open(&key, &client.clock).info();
}

#[test]
fn a_key_is_pulled_out_after_so_many_reports() {
    let (key, clock) = key(KeySpec::new("K", 1));
    key.unplug_after(3);
    let mut client = Client::open(&key, &clock); // two reports
    assert_eq!(
        client.port.write_report(&[0xff; 64]), // the third
        Ok(())
    );
    assert!(!key.is_plugged());
    assert_eq!(
        client.port.read_report(Duration::ZERO),
        Err(TransportError::Gone)
    );
}

#[test]
fn pulled_out_while_it_works_the_credential_is_made_but_never_told() {
    let (key, mut client) = standard();
    client.send(
        0x90,
        &[vec![1], Make::resident(b"u").request(None).encode()].concat(),
    );
    while client.read().unwrap()[7] == 2 {}
    key.power_cycle();
    assert_eq!(key.resident_credentials(), 1);
}

#[test]
fn a_key_may_be_forbidden_or_held() {
    let (key, _) = standard();
    let path = key.entry().path;
    key.set_access(Access::NotAllowed);
    let not_allowed = KeysError::NotAllowed { path: path.clone() };
    assert_eq!(key.open().err(), Some(not_allowed));
    key.set_access(Access::HeldByAnother);
    assert_eq!(key.open().err(), Some(KeysError::HeldByAnother { path }));
}

#[test]
fn every_handle_hears_what_the_key_says_to_any() {
    let (key, mut client) = standard();
    let mut other = key.open().unwrap();
    client.send(0x81, b"hello");
    let heard = other.read_report(Duration::ZERO).unwrap();
    assert_eq!(heard, client.read());
}

#[test]
fn time_passes_only_while_nothing_is_there_to_read() {
    let (_, mut client) = standard();
    let before = client.clock.elapsed();
    client.info();
    assert_eq!(client.clock.elapsed(), before);
    assert_eq!(client.port.read_report(Duration::from_secs(7)), Ok(None));
    assert_eq!(client.clock.elapsed(), before + Duration::from_secs(7));
}
