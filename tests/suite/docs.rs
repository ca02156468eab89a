//! What the documents say is what the program does.

use crate::support::TempDir;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust source below a folder.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The blocks of a document that are fenced as `language`.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}");
    let mut all = Vec::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if line.trim_end() == fence {
            let block = lines.by_ref().take_while(|line| line.trim_end() != "```");
            all.push(
                block
                    .flat_map(|line| {
                        [
                            line, "
",
                        ]
                    })
                    .collect(),
            );
        }
    }
    all
}

#[test]
fn every_format_has_a_test_that_reads_its_page() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    sources(&root().join("tests"), &mut files);
    let files: Vec<String> = files
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    for entry in fs::read_dir(root().join("docs/formats")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let quoted = format!("docs/formats/{name}\"");
        let read = files.iter().any(|text| text.contains(&quoted));
        assert!(read, "no test reads docs/formats/{name}");
    }
}

#[test]
fn the_saved_exchanges_of_the_page_are_read_back() {
    let Ok(page) = fs::read_to_string(root().join("docs/formats/exchanges.md")) else {
        return;
    };
    let mut count = 0;
    for language in ["json", "jsonl"] {
        for block in blocks(&page, language) {
            let read = glasskey::entra::Exchange::read_all(&block).unwrap();
            count += read.len();
            let lines = block.lines().filter(|line| !line.is_empty());
            for (line, exchange) in lines.zip(read) {
                assert_eq!(exchange.line(), line, "one spelling");
            }
        }
    }
    assert!(count > 0, "an example");
}

/// A command of the README and what it shows as its output.
#[derive(Debug)]
struct Session {
    command: String,
    output: Vec<String>,
}

fn sessions(readme: &str) -> Vec<Session> {
    let mut all: Vec<Session> = Vec::new();
    for block in blocks(readme, "console") {
        let mut continued = false;
        for line in block.lines() {
            let command = line.strip_prefix("$ ");
            match (command, all.last_mut()) {
                (Some(command), _) => {
                    all.push(Session {
                        command: command.to_owned(),
                        output: Vec::new(),
                    });
                }
                (None, Some(session)) if continued => {
                    session.command.push('\n');
                    session
                        .command
                        .push_str(line.strip_prefix("> ").unwrap_or(line));
                }
                (None, Some(session)) => session.output.push(line.to_owned()),
                (None, None) => panic!("output before any command: {line}"),
            }
            let tail = if command.is_some() || continued {
                line
            } else {
                ""
            };
            continued = tail.ends_with('\\');
        }
    }
    all
}

/// Whether `shown` is `real`, where a line `…` stands for any lines.
fn agrees(shown: &[String], real: &[&str]) -> bool {
    let Some((first, rest)) = shown.split_first() else {
        return real.is_empty();
    };
    if first.trim() == "…" || first.trim() == "..." {
        return (0..=real.len()).any(|from| agrees(rest, &real[from..]));
    }
    real.split_first()
        .is_some_and(|(line, more)| line.trim_end() == first.trim_end() && agrees(rest, more))
}

#[test]
fn the_session_of_the_readme_is_what_really_happens() {
    play("README.md");
}

/// Runs every command of a document's sessions in one fresh folder, in their order, as a reader would
/// type them, and holds what they say against what the document shows.
#[track_caller]
pub(crate) fn play(name: &str) {
    let document = fs::read_to_string(root().join(name)).unwrap();
    let dir = TempDir::new();
    let bin = Path::new(env!("CARGO_BIN_EXE_glasskey")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut played = 0;
    for session in sessions(&document) {
        let words = session.command.as_str();
        let program = words.split_whitespace().next().unwrap_or_default();
        let harmless = ["glasskey", "ssh-keygen", "python3", "cd", "cp", "sed"];
        assert!(harmless.contains(&program), "{name} plays `{words}`");
        for tool in ["ssh-keygen", "python3"] {
            if words.contains(tool) && Command::new(tool).arg("-?").output().is_err() {
                crate::support::skipped(&format!("a command of {name}"), tool);
            }
        }
        let output = Command::new("sh")
            .args(["-c", words])
            .current_dir(dir.path())
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("TERM", "dumb")
            .env("TMPDIR", dir.path())
            .env("HOME", dir.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_STATE_HOME")
            .output()
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let said = said.replace(dir.path().to_str().unwrap(), "/tmp");
        let real: Vec<&str> = said.trim_matches('\n').lines().collect();
        let from = session
            .output
            .iter()
            .position(|line| !line.is_empty())
            .unwrap_or(0);
        let to = session
            .output
            .iter()
            .rposition(|line| !line.is_empty())
            .map_or(0, |at| at + 1);
        let shown = &session.output[from..to.max(from)];
        assert!(
            agrees(shown, &real),
            "$ {words}\n--- {name} shows\n{}\n--- it really says\n{said}",
            shown.join("\n")
        );
        played += 1;
    }
    assert!(played > 0, "{name} shows no session");
}

#[test]
fn sessions_are_read_and_compared_line_by_line() {
    let readme = "x\n```console\n$ glasskey a \\\n    --b\none\n…\nthree\n$ glasskey c\n```\n";
    let all = sessions(readme);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].command, "glasskey a \\\n    --b");
    assert_eq!(all[0].output, ["one", "…", "three"]);
    assert!(all[1].output.is_empty());
    assert!(agrees(&all[0].output, &["one", "two", "2", "three"]));
    assert!(agrees(&all[0].output, &["one", "three"]));
    assert!(!agrees(&all[0].output, &["one", "two", "four"]));
    assert!(!agrees(&all[0].output, &["two", "three"]));
    assert!(agrees(&all[1].output, &[]));
    assert!(!agrees(&all[1].output, &["more"]));
}

/// What stands between backticks.
fn code_spans(document: &str) -> Vec<&str> {
    document.split('`').skip(1).step_by(2).collect()
}

#[test]
fn everything_that_the_assurance_case_names_exists() {
    let page = fs::read_to_string(root().join("docs/assurance.md")).unwrap();
    let mut missing = Vec::new();
    let mut named = 0;
    for span in code_spans(&page) {
        let Some((path, name)) = span.split_once("::").filter(|(path, _)| path.contains('/'))
        else {
            continue;
        };
        named += 1;
        let text = fs::read_to_string(root().join(path)).unwrap_or_default();
        let is_there = text.split("fn ").skip(1).any(|rest| {
            rest.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['(', '<']))
        });
        let in_src = path.starts_with("src/") || path.starts_with("tests/");
        if !is_there || !in_src {
            missing.push(span);
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(named > 60, "{named}");
    // One row for each threat, each with a claim or with what is not claimed.
    let threats: Vec<&str> = page.split("\n## ").skip(1).collect();
    assert_eq!(threats.len(), 17);
    for threat in threats {
        let title = threat.lines().next().unwrap_or_default();
        let says = ["**Claim.**", "**Not claimed.**", "no book"];
        assert!(says.iter().any(|one| threat.contains(one)), "{title}");
        let claims = threat.contains("**Claim.**");
        assert_eq!(claims, threat.contains("**Evidence.**"), "{title}");
    }
}
