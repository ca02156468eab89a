//! Holds `src/` to the layer order and keeps the outside world in `io` and `cli`.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Lowest first. Modules in one row may not name each other.
const ROWS: &[&[&str]] = &[
    &["primitives"],
    &["webauthn"],
    &["ctap", "entra", "plan"],
    &["facts"],
    &["findings"],
    &["record"],
    &["ledger"],
    &["paper"],
    &["ceremony"],
    &["io", "rehearsal"],
    &["cli"],
];

/// Names of the outside; allowed in `io` and `cli` alone.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "Zoned::now",
    "io::stdin",
    "io::stdout",
    "io::stderr",
    "println!",
    "eprintln!",
    ".exists()",
    ".is_file()",
    ".is_dir()",
    ".canonicalize()",
    "hidapi",
    "ctap_hid_fido2",
    "reqwest",
    "tokio",
    "azure_core",
    "azure_identity",
    "object_store",
    "tempfile",
    "rustix",
    "getrandom",
    "clap",
];

fn row(module: &str) -> usize {
    ROWS.iter()
        .position(|row| row.contains(&module))
        .unwrap_or_else(|| panic!("src/{module} has no row in tests/layers.rs"))
}

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// Every offence against the order in the sources under `root`.
fn offences(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    sources(root, &mut files);
    files.sort();
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(root).unwrap();
        if relative.components().count() == 1 {
            continue; // lib.rs and main.rs only list and start
        }
        let home = relative.iter().next().unwrap().to_str().unwrap();
        let test_only =
            relative.ends_with("tests.rs") || relative.iter().any(|part| part == "tests");
        let text = fs::read_to_string(&file).unwrap();
        let mut in_tests = test_only;
        for (index, line) in text.lines().enumerate() {
            in_tests |= line.starts_with("#[cfg(test)]");
            let code = line.split("//").next().unwrap();
            let at = format!("{}:{}", relative.display(), index + 1);
            if code.contains("super::super::super") {
                wrong.push(format!("{at}: write `crate::module::…`"));
            }
            for rest in code.split("crate::").skip(1) {
                let named: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if named.is_empty() {
                    wrong.push(format!("{at}: write one `use crate::module::…` per line"));
                } else if named != home
                    && !named.ends_with("test_cases")
                    && row(&named) >= row(home)
                {
                    wrong.push(format!("{at}: {home} may not name {named}"));
                }
            }
            if row(home) < row("io") || home == "rehearsal" {
                for outside in OUTSIDE.iter().filter(|name| code.contains(**name)) {
                    if !in_tests {
                        wrong.push(format!("{at}: {outside} belongs in io"));
                    }
                }
            }
        }
    }
    wrong
}

#[test]
fn every_module_names_only_lower_rows() {
    let wrong = offences(Path::new("src"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_library_has_a_row() {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    let modules: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "))
        .map(|rest| rest.trim_end_matches(';'))
        .collect();
    assert!(modules.contains(&"primitives"), "{modules:?}");
    for module in modules {
        row(module);
    }
}

#[test]
fn the_check_itself_bites() {
    let root = std::env::temp_dir().join(format!("glasskey-layers-{}", std::process::id()));
    fs::create_dir_all(root.join("facts")).unwrap();
    fs::create_dir_all(root.join("rehearsal")).unwrap();
    fs::write(
        root.join("facts/mod.rs"),
        "use crate::cli::Failure;\nuse std::fs;\nuse hidapi::HidApi;\nuse crate::{plan, record};\n",
    )
    .unwrap();
    fs::write(
        root.join("rehearsal/mod.rs"),
        "use crate::io::Folder;\nuse std::time::Instant;\n",
    )
    .unwrap();
    let wrong = offences(&root);
    fs::remove_dir_all(&root).unwrap();
    assert_eq!(
        wrong,
        [
            "facts/mod.rs:1: facts may not name cli",
            "facts/mod.rs:2: std::fs belongs in io",
            "facts/mod.rs:3: hidapi belongs in io",
            "facts/mod.rs:4: write one `use crate::module::…` per line",
            "rehearsal/mod.rs:1: rehearsal may not name io",
            "rehearsal/mod.rs:2: Instant belongs in io",
        ]
    );
}
