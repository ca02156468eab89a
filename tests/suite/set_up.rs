//! What a package installs beside the program: completions and manual pages.

use crate::support::TempDir;
use crate::support::glasskey;
use std::fs;
use std::process::Command;

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = glasskey(["completions", shell]).exits(0);
        for word in ["register", "verify", "audit", "inventory"] {
            let known = ran.out.contains(word);
            assert!(known || word == "verify", "{shell} does not know {word}");
        }
        assert!(!ran.out.contains("second-reading"), "{shell}");
        assert!(!ran.out.contains("\\u{"), "{shell} was escaped");
    }
    glasskey(["completions", "tcsh"]).exits(2);
}

#[test]
fn bash_takes_its_script_and_completes_a_command() {
    let script = glasskey(["completions", "bash"]).exits(0).out;
    let ask = format!(
        "{script}\nCOMP_WORDS=(glasskey reh); COMP_CWORD=1; _glasskey glasskey reh glasskey; \
         echo \"${{COMPREPLY[@]}}\""
    );
    let Ok(ran) = Command::new("bash").args(["-c", &ask]).output() else {
        crate::support::skipped("completing in bash", "bash");
        return;
    };
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(
        String::from_utf8_lossy(&ran.stdout),
        "rehearse\n",
        "{errors}"
    );
}

#[test]
fn the_manual_has_a_page_a_command_with_its_examples() {
    let page = glasskey(["man"]).exits(0).out;
    assert!(page.starts_with(".ie"), "{page}");
    assert!(page.contains(".TH glasskey 1"), "{page}");
    let dir = TempDir::new();
    let folder = dir.join("man1");
    glasskey(["man", "--out", folder.to_str().unwrap()]).exits(0);
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    for name in [
        "glasskey.1",
        "glasskey-audit.1",
        "glasskey-print-inventory.1",
    ] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
    assert!(!names.contains(&"glasskey-second-reading.1".to_owned()));
    let audit = fs::read_to_string(folder.join("glasskey-audit.1")).unwrap();
    assert!(audit.contains("\nglasskey audit contoso "), "{audit}");
    assert!(page.contains("ledger, signature, quorum"), "the exit codes");
    for name in &names {
        let page = fs::read_to_string(folder.join(name)).unwrap();
        assert!(page.is_ascii() || !page.contains('\u{1b}'), "{name}");
        for section in [
            "SYNOPSIS",
            "OPTIONS",
            "EXAMPLES",
            "\"EXIT STATUS\"",
            "\"SEE ALSO\"",
        ] {
            assert!(
                page.contains(&format!(".SH {section}\n")),
                "{name}: {section}"
            );
        }
        assert!(!page.contains(".SH EXTRA"), "{name}");
    }
}
