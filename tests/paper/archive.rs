//! Whether the files are what archives take: PDF/A-3b, tagged, whole in themselves, always the same.

use crate::samples;
use crate::samples::Sample;
use crate::told::told;
use crate::tools;
use serde_json::Value;
use std::path::Path;

#[test]
fn two_runs_give_the_same_bytes() {
    for (one, again) in samples::all().iter().zip(samples::made_anew()) {
        assert!(one.pdf == again.pdf, "{}", one.name);
    }
}

#[test]
fn qpdf_finds_nothing_wrong() {
    for sample in samples::all() {
        let path = tools::saved("qpdf", &sample.name, &sample.pdf);
        let Some(said) = tools::said("qpdf", &["--check", path.to_str().unwrap()]) else {
            return;
        };
        assert!(
            said.contains("No syntax or stream encoding errors"),
            "{}: {said}",
            sample.name
        );
    }
}

#[test]
fn every_file_is_tagged_titled_and_has_its_fonts_in_it() {
    for sample in samples::all() {
        let path = tools::saved("info", &sample.name, &sample.pdf);
        let file = path.to_str().unwrap();
        let (Some(info), Some(fonts)) = (
            tools::said("pdfinfo", &[file]),
            tools::said("pdffonts", &[file]),
        ) else {
            return;
        };
        let told = |key: &str| {
            let line = info.lines().find_map(|line| line.strip_prefix(key));
            line.map(str::trim).unwrap_or_default()
        };
        let name = &sample.name;
        for (key, value) in [
            ("Creator:", "glasskey"),
            ("CreationDate:", "Sun Nov 22 15:58:07 2026 UTC"),
            ("Tagged:", "yes"),
            ("Form:", "none"),
            ("JavaScript:", "no"),
            ("Encrypted:", "no"),
        ] {
            // The time zone is that of the machine.
            let same = key == "CreationDate:" || told(key) == value;
            assert!(same, "{name}: {key} {}", told(key));
        }
        assert!(!told("Title:").is_empty(), "{name}");
        assert!(told("CreationDate:").contains("2026"), "{name}");
        let rows: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(rows.len() >= 3, "{name}: {fonts}");
        for row in rows {
            // Embedded, subset, with a map to Unicode.
            let words: Vec<&str> = row.split_whitespace().collect();
            assert_eq!(
                words[words.len() - 5..][..3],
                ["yes", "yes", "yes"],
                "{name}: {row}"
            );
        }
    }
}

/// All objects of a file as qpdf reads them.
fn objects(path: &Path) -> Option<Vec<Value>> {
    let said = tools::run("qpdf", &["--json=2", path.to_str().unwrap()])?;
    let read: Value = serde_json::from_slice(&said).unwrap();
    let objects = read["qpdf"][1].as_object().unwrap().values();
    Some(
        objects
            .map(|object| match object.get("stream") {
                Some(stream) => stream["dict"].clone(),
                None => object["value"].clone(),
            })
            .collect(),
    )
}

/// Every dictionary in a value, itself included.
fn dictionaries(value: &Value, into: &mut Vec<serde_json::Map<String, Value>>) {
    match value {
        Value::Object(map) => {
            into.push(map.clone());
            map.values().for_each(|value| dictionaries(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| dictionaries(value, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn nothing_is_in_a_file_that_pdf_a_3_forbids_and_all_that_it_asks_for_is() {
    for sample in samples::all() {
        let path = tools::saved("archive", &sample.name, &sample.pdf);
        let Some(objects) = objects(&path) else {
            return;
        };
        let name = &sample.name;
        let mut all = Vec::new();
        for object in &objects {
            dictionaries(object, &mut all);
        }
        // ISO 19005-3 §6.1.3, §6.1.7.2, §6.2.10, §6.5, §6.6.
        for forbidden in [
            "/Encrypt",
            "/JS",
            "/AA",
            "/OpenAction",
            "/SMask",
            "/LZWDecode",
            "/XFA",
            "/Ref",
            "/OPI",
            "/Alternates",
            "/NeedAppearances",
            "/TR",
            "/HTP",
        ] {
            assert!(
                all.iter().all(|one| !one.contains_key(forbidden)),
                "{name}: {forbidden}"
            );
        }
        let of_type = |kind: &str| {
            let kind = kind.to_owned();
            all.iter()
                .filter(move |one| one.get("/Type") == Some(&Value::from(kind.clone())))
        };
        let catalog = of_type("/Catalog").next().unwrap();
        assert_eq!(catalog["/Lang"], "u:en", "{name}");
        for asked in [
            "/Metadata",
            "/MarkInfo",
            "/StructTreeRoot",
            "/OutputIntents",
        ] {
            assert!(catalog.contains_key(asked), "{name}: {asked}");
        }
        assert!(
            all.iter()
                .any(|one| one.get("/S") == Some(&Value::from("/GTS_PDFA1"))),
            "{name}"
        );
        assert!(
            of_type("/FontDescriptor")
                .all(|font| { font.contains_key("/FontFile2") || font.contains_key("/FontFile3") }),
            "{name}"
        );
        // Nothing shines through: every printer prints the same.
        for state in &all {
            for alpha in ["/ca", "/CA"] {
                assert!(
                    state
                        .get(alpha)
                        .is_none_or(|alpha| alpha.as_f64() == Some(1.0)),
                    "{name}"
                );
            }
            let mode = state.get("/BM");
            assert!(
                mode.is_none_or(|mode| mode == "/Normal"),
                "{name}: {mode:?}"
            );
        }
        files(name, sample, catalog, &all);
        let bytes = String::from_utf8_lossy(&sample.pdf.bytes);
        for told in [
            "<pdfaid:part>3</pdfaid:part>",
            "<pdfaid:conformance>B</pdfaid:conformance>",
            "<dc:title>",
            "<dc:language>",
            "<xmp:CreateDate>2026-11-22T15:58:07",
        ] {
            assert!(bytes.contains(told), "{name}: {told}");
        }
    }
}

/// What is attached says what it is, and the document says that it is its source.
fn files(
    name: &str,
    sample: &Sample,
    catalog: &serde_json::Map<String, Value>,
    all: &[serde_json::Map<String, Value>],
) {
    let attached: Vec<_> = all.iter().filter(|one| one.contains_key("/EF")).collect();
    let carries = ["bag", "inside", "script", "minutes"];
    // What every page shows, and in some the record that it shows it of.
    let mut expected = vec![Value::from("u:page.json")];
    if carries.iter().any(|kind| sample.name.starts_with(kind)) {
        expected.push(Value::from("u:record.json"));
    }
    assert!(catalog.contains_key("/AF"), "{name}");
    let mut names = Vec::new();
    for file in attached {
        assert_eq!(file["/AFRelationship"], "/Source", "{name}");
        assert_eq!(file["/F"], file["/UF"], "{name}");
        assert!(file.contains_key("/Desc"), "{name}");
        names.push(file["/F"].clone());
    }
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, expected, "{name}");
    let typed = |one: &&serde_json::Map<String, Value>| {
        one.get("/Type") == Some(&Value::from("/EmbeddedFile"))
    };
    assert!(
        all.iter()
            .filter(typed)
            .all(|one| one.contains_key("/Subtype")),
        "{name}"
    );
}

/// veraPDF is on no registry that every machine reaches: where it is, `GLASSKEY_TEST_VERAPDF` names it;
/// elsewhere this one test is not applicable.
#[test]
fn verapdf_finds_every_file_to_be_pdf_a_3b() {
    let Ok(verapdf) = std::env::var("GLASSKEY_TEST_VERAPDF") else {
        told("not applicable: GLASSKEY_TEST_VERAPDF names no veraPDF, the reference validator");
        return;
    };
    let saved = |sample: &Sample| tools::saved("verapdf", &sample.name, &sample.pdf);
    let files: Vec<String> = samples::all()
        .iter()
        .map(|sample| saved(sample).display().to_string())
        .collect();
    let mut arguments = vec!["--flavour", "3b", "--format", "text"];
    arguments.extend(files.iter().map(String::as_str));
    let Some(said) = tools::said(&verapdf, &arguments) else {
        return;
    };
    let passed = said.lines().filter(|line| line.starts_with("PASS")).count();
    assert_eq!(passed, files.len(), "{said}");
}
