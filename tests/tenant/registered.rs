//! No request is made but by a function of the list, read from the sources.

use crate::requests::ALL;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The only files that put a request together themselves.
const MAKERS: [&str; 5] = [
    "entra/ask.rs",
    "entra/deletion.rs",
    "entra/graph.rs",
    "entra/graph_write.rs",
    "entra/tenant_write.rs",
];

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            into.push(path);
        }
    }
}

/// Name and signature of each public function of a text.
fn functions(text: &str) -> Vec<(String, String)> {
    text.split("pub fn ")
        .skip(1)
        .map(|rest| {
            let signature = rest.split(" {").next().unwrap();
            let name = rest.split(['(', '<']).next().unwrap();
            (name.to_owned(), signature.to_owned())
        })
        .collect()
}

/// The functions that make requests in a tree of sources, and what makes one beside them.
fn read(root: &Path) -> (BTreeSet<String>, Vec<String>) {
    let mut files = Vec::new();
    sources(root, &mut files);
    let mut names = BTreeSet::new();
    let mut beside = Vec::new();
    for file in files {
        let relative = file.strip_prefix(root).unwrap().display().to_string();
        let whole = fs::read_to_string(&file).unwrap();
        let text = whole.split("#[cfg(test)]").next().unwrap();
        if relative.starts_with("rehearsal/tenant") {
            continue; // it answers
        }
        if relative.starts_with("rehearsal/provisioning") {
            continue; // tests alone: `rehearsal/mod.rs` compiles it for nothing else
        }
        let writes = text.contains("impl GraphWrite<") || text.contains("impl<'a> GraphWrite<'a>");
        for (name, signature) in functions(text) {
            let asks = signature.contains("-> Ask<");
            if asks || (writes && signature.contains("&mut self") && signature.contains("Written<"))
            {
                names.insert(name);
            }
        }
        let made = ["Write {\n", "Get {\n", "Ask::one(", "Ask::list("];
        let made = made.iter().filter(|what| {
            let asks = what.starts_with("Ask::") && relative.starts_with("entra/");
            text.contains(*what) && !asks && !MAKERS.contains(&relative.as_str())
        });
        // `struct Write {` and a function that returns one make none.
        for what in made.filter(|_| !relative.ends_with("entra/tenant.rs")) {
            let whole = text.match_indices(*what).filter(|(at, _)| {
                !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            });
            if whole.count() > 0 {
                beside.push(format!("{relative}: {}", what.trim_end()));
            }
        }
        for (at, _) in text.match_indices(".in_version(Version::") {
            if relative.starts_with("entra/") {
                continue; // inside of a function of the list
            }
            let version = text[at..].split(['(', ')']).nth(1).unwrap();
            let version = version.trim_start_matches("Version::").to_lowercase();
            let asked = text[..at].rfind("ask_").map(|begin| &text[begin..at]);
            match asked.and_then(|call| call.split('(').next()) {
                Some(name) if at - text[..at].rfind("ask_").unwrap() < 60 => {
                    names.insert(format!("{name} in {version}"));
                }
                _ => beside.push(format!("{relative}: in {version}")),
            }
        }
    }
    (names, beside)
}

#[test]
fn every_function_that_makes_a_request_is_in_the_list() {
    let (names, beside) = read(Path::new("src"));
    let listed: BTreeSet<String> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, listed);
    assert_eq!(beside, [""; 0]);
}

#[test]
fn a_request_that_is_made_beside_the_list_is_found() {
    let root = std::env::temp_dir().join(format!("glasskey-requests-{}", std::process::id()));
    fs::create_dir_all(root.join("facts")).unwrap();
    fs::create_dir_all(root.join("entra")).unwrap();
    fs::write(
        root.join("facts/mod.rs"),
        "fn f() {\n    let get = Get {\n    };\n    g.one(ask_user(&id).in_version(Version::Beta));\n}\n",
    )
    .unwrap();
    fs::write(
        root.join("entra/new.rs"),
        "pub fn ask_new(id: &Guid) -> Ask<New> {\n    Ask::one()\n}\n",
    )
    .unwrap();
    fs::write(
        root.join("entra/more.rs"),
        "impl GraphWrite<'_> {\n    pub fn burn(\n        &mut self,\n    ) -> Written<()> {\n    }\n}\n",
    )
    .unwrap();
    let (names, beside) = read(&root);
    fs::remove_dir_all(&root).unwrap();
    let found: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(found, ["ask_new", "ask_user in beta", "burn"]);
    assert_eq!(beside, ["facts/mod.rs: Get {"]);
}
