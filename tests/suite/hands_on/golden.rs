//! Golden files: what was on the screen, to be compared and to be read. `GLASSKEY_BLESS=1` renews them.

use std::fs;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/golden");

/// Compares `text` with the golden file of this name.
#[track_caller]
pub(crate) fn is_golden(name: &str, text: &str) {
    let path = Path::new(FOLDER).join(name);
    if std::env::var_os("GLASSKEY_BLESS").is_some() {
        fs::create_dir_all(FOLDER).unwrap();
        fs::write(&path, text).unwrap();
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    if golden == text {
        return;
    }
    let first = golden
        .lines()
        .zip(text.lines())
        .position(|(left, right)| left != right)
        .unwrap_or_else(|| golden.lines().count().min(text.lines().count()));
    let line = |text: &str| text.lines().nth(first).unwrap_or("(the end)").to_owned();
    panic!(
        "tests/suite/golden/{name}:{}:\n- {}\n+ {}\nGLASSKEY_BLESS=1 renews it; look at the \
         difference before it is committed. The whole:\n{text}",
        first + 1,
        line(&golden),
        line(text)
    );
}
