//! `check`, through the program: saved exchanges in, verdicts out.

use std::fs;
use std::path::Path;

use serde_json::Value;

#[test]
fn the_example_of_the_page_has_what_the_page_says() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats/check.md");
    let page = fs::read_to_string(Path::new(page)).unwrap();
    let example = page.split("```json\n").nth(1).unwrap();
    let example: Value = serde_json::from_str(example.split("```").next().unwrap()).unwrap();
    assert_eq!(example["schema"], "glasskey.check/1");
    let said: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split('`').next())
        .collect();
    for name in example.as_object().unwrap().keys() {
        assert!(said.contains(&name.as_str()), "{name} is not in the table");
    }
}
