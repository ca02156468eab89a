//! Holds `udev/70-glasskey.rules` to `udev/keys.tsv`, from which it is made. After a change of the
//! table: `GLASSKEY_BLESS=1 cargo test --test udev`.

use std::collections::BTreeMap;
use std::fs;

const TABLE: &str = "udev/keys.tsv";
const RULES: &str = "udev/70-glasskey.rules";

const HEAD: &str = r#"# Lets the person at this machine, and the group glasskey where there is one, talk to FIDO security
# keys. Made from udev/keys.tsv; do not edit.
# The name must sort before 73-seat-late.rules, which is what gives access to uaccess.
#
#   install -m 644 70-glasskey.rules /etc/udev/rules.d/ && udevadm control --reload
#
# Then unplug the key and plug it in. uaccess needs a seat; on a machine that is reached from afar
# only: groupadd --system glasskey && usermod --append --groups glasskey USER, then reload and replug.

ACTION=="remove", GOTO="glasskey_end"
KERNEL!="hidraw*", GOTO="glasskey_end"
SUBSYSTEM!="hidraw", GOTO="glasskey_end"

# Every key that systemd knows to be one by its report descriptor (60-fido-id.rules).
ENV{ID_FIDO_TOKEN}=="1", GOTO="glasskey_key"

# The HID device above the node: bus (USB), vendor, product, instance.
"#;

const TAIL: &str = r#"GOTO="glasskey_end"

LABEL="glasskey_key"
MODE="0660", TAG+="uaccess"
GROUP="glasskey"

LABEL="glasskey_end"
"#;

/// The rows of the table: vendor, product, name.
fn rows(table: &str) -> Vec<(&str, &str, &str)> {
    table
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 3, "{line}");
            (cells[0], cells[1], cells[2])
        })
        .collect()
}

/// The rules of a table.
fn rules(table: &str) -> String {
    let mut vendors: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (vendor, product, _) in rows(table) {
        vendors.entry(vendor).or_default().push(product);
    }
    let lines: Vec<String> = vendors
        .iter()
        .map(|(vendor, products)| {
            let devices = products.iter().map(|product| {
                let name = format!("0003:{vendor}:{product}");
                format!("{}.*", name.to_uppercase())
            });
            let devices: Vec<String> = devices.collect();
            format!(
                "KERNELS==\"{}\", GOTO=\"glasskey_key\"\n",
                devices.join("|")
            )
        })
        .collect();
    [HEAD, &lines.concat(), TAIL].concat()
}

#[test]
fn the_rules_are_those_of_the_table() {
    let wanted = rules(&fs::read_to_string(TABLE).unwrap());
    if std::env::var_os("GLASSKEY_BLESS").is_some() {
        fs::write(RULES, &wanted).unwrap();
    }
    assert_eq!(fs::read_to_string(RULES).unwrap(), wanted);
}

#[test]
fn the_table_is_sorted_and_has_no_row_twice() {
    let table = fs::read_to_string(TABLE).unwrap();
    let ids: Vec<(&str, &str)> = rows(&table).iter().map(|(v, p, _)| (*v, *p)).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
    for id in ids.iter().flat_map(|(vendor, product)| [vendor, product]) {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        assert!(id.len() == 4 && id.bytes().all(hex), "{id}");
    }
}

#[test]
fn no_rule_opens_a_key_to_everyone() {
    let rules = fs::read_to_string(RULES).unwrap();
    let modes: Vec<&str> = rules
        .match_indices("MODE=")
        .filter_map(|(at, _)| rules.get(at..)?.split(['"', '\n']).nth(1))
        .collect();
    assert_eq!(modes, ["0660"]);
}

#[test]
fn the_rules_sort_before_the_ones_that_give_access() {
    assert!(RULES < "udev/73-seat-late.rules");
}
