//! Holds `src/webauthn/models.tsv` to the list it is made from, which Microsoft publishes. The list is
//! named by `GLASSKEY_TEST_ENTRA_KEYS` (a JSON file: `source`, `commit`, `msDate`, `mdsVersion`,
//! `retrieved`, `keys` with `aaguid`, `description`, `bio`, `usb`, `nfc`, `ble`); unset, that one test is
//! not applicable. `GLASSKEY_BLESS=1` writes the table anew.

#[path = "serve/told.rs"]
mod told;

use serde_json::Value;
use std::fs;
use told::told;

const TABLE: &str = "src/webauthn/models.tsv";

/// The table that the list makes.
fn table(list: &Value) -> String {
    let text = |name: &str| list[name].as_str().unwrap();
    let mut rows: Vec<String> = list["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| {
            let means: Vec<&str> = ["usb", "nfc", "ble"]
                .into_iter()
                .filter(|name| key[*name] == true)
                .collect();
            let bio = if key["bio"] == true { ",bio" } else { "" };
            let aaguid = key["aaguid"].as_str().unwrap();
            let name = key["description"].as_str().unwrap();
            format!("{aaguid}\t{name}\t{}{bio}\n", means.join(","))
        })
        .collect();
    rows.sort();
    format!(
        "# Security keys that Microsoft Entra ID takes with attestation: AAGUID, description, transports (and bio).\n\
         # Source: {} at {}, page of {}, MDS {}; retrieved {}. Text CC-BY-4.0, Microsoft.\n\
         # Sorted by AAGUID. A key that is not listed is not therefore refused: the tenant's policy decides.\n\
         {}",
        text("source"),
        text("commit"),
        text("msDate"),
        list["mdsVersion"],
        text("retrieved"),
        rows.concat()
    )
}

#[test]
fn the_table_is_made_from_the_list() {
    let Ok(path) = std::env::var("GLASSKEY_TEST_ENTRA_KEYS") else {
        told("not applicable: GLASSKEY_TEST_ENTRA_KEYS names no list of eligible keys");
        return;
    };
    let list: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let made = table(&list);
    if std::env::var_os("GLASSKEY_BLESS").is_some() {
        fs::write(TABLE, &made).unwrap();
    }
    assert_eq!(fs::read_to_string(TABLE).unwrap(), made);
}

#[test]
fn the_table_says_where_it_is_from_and_when_and_every_transport_is_a_known_word() {
    let table = fs::read_to_string(TABLE).unwrap();
    let source = table.lines().nth(1).unwrap();
    for word in [
        "MicrosoftDocs/entra-docs",
        "page of 20",
        "MDS ",
        "retrieved 20",
    ] {
        assert!(source.contains(word), "{word}: {source}");
    }
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(rows.clone().count(), 265);
    for row in rows {
        let means = row.split('\t').nth(2).unwrap();
        for word in means.split(',').filter(|word| !word.is_empty()) {
            assert!(["usb", "nfc", "ble", "bio"].contains(&word), "{row}");
        }
    }
}
