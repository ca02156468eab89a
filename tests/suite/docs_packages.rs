//! What a package installs: the table that `.ci/dist` makes packages from is the one that
//! docs/install.md shows, and all it needs is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// A line of the table.
struct Line {
    tarball: String,
    deb: String,
    from: String,
}

fn table() -> Vec<Line> {
    read(".ci/package.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [tarball, deb, from] = cells.as_slice() else {
                panic!("not three cells: {line}")
            };
            Line {
                tarball: (*tarball).to_owned(),
                deb: (*deb).to_owned(),
                from: (*from).to_owned(),
            }
        })
        .collect()
}

#[test]
fn the_page_shows_what_the_packages_install() {
    let page = read("docs/install.md");
    let shown: Vec<(String, String)> = page
        .lines()
        .filter(|line| line.starts_with("| `") || line.starts_with("| - "))
        .map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let mut next = || cells.next().unwrap().trim_matches('`').to_owned();
            (next(), next())
        })
        .collect();
    let installed: Vec<(String, String)> = table()
        .into_iter()
        .map(|line| (line.tarball, line.deb))
        .collect();
    assert_eq!(shown, installed);
}

#[test]
fn everything_a_package_is_made_from_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut places = BTreeSet::new();
    for Line { tarball, deb, from } in table() {
        let made = from.starts_with("cargo ") || from.starts_with("glasskey ");
        assert!(made || root.join(&from).exists(), "{from}");
        assert!(tarball == "-" || !tarball.starts_with('/'), "{tarball}");
        assert!(deb == "-" || deb.starts_with("/usr/"), "{deb}");
        for place in [tarball, deb] {
            assert!(
                place == "-" || places.insert(place.clone()),
                "twice: {place}"
            );
        }
    }
    let licence = read("src/paper/fonts/OFL.txt");
    assert!(licence.contains("SIL OPEN FONT LICENSE"), "{licence}");
    let script = read(".ci/dist");
    assert!(
        script.contains(".ci/package.tsv"),
        "the script reads the table"
    );
}

#[test]
fn a_released_program_has_every_feature() {
    let manifest = read("Cargo.toml");
    let features = manifest.split("\n[features]\n").nth(1).unwrap();
    let features = features.split("\n[").next().unwrap();
    let names: Vec<&str> = features
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .collect();
    let script = read(".ci/dist");
    assert!(
        script.contains(&format!("features={}\n", names.join(","))),
        "{names:?}"
    );
}

/// What the script sets a variable to.
fn set(name: &str) -> String {
    let script = read(".ci/dist");
    let line = script
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name}=")));
    line.unwrap().trim_matches('"').to_owned()
}

#[test]
fn what_the_package_needs_and_suggests_is_what_the_page_says() {
    let page = read("docs/install.md").replace('\n', " ");
    // The packages that stand in a sentence which begins so.
    let named = |begins: &str| -> String {
        let (_, sentence) = page.split_once(begins).unwrap();
        let sentence = sentence.split(". ").next().unwrap();
        let words = sentence.split('`').skip(1).step_by(2);
        let packages: Vec<&str> = words.filter(|word| **word != *"verify.py").collect();
        packages.join(" ")
    };
    assert_eq!(named("`apt` brings "), set("brings"));
    assert_eq!(named("It suggests "), set("suggests"));
    let glibc = format!("It needs glibc {} or later", set("glibc"));
    assert!(page.contains(&glibc), "{glibc}");
    let script = read(".ci/dist");
    for written in ["\nDepends: $depends\n", "\nSuggests: ${suggests// /, }\n"] {
        assert!(script.contains(written), "{written}");
    }
}
