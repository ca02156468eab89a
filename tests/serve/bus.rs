//! umockdev: a program on a USB bus of its own.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

const PYTHON: &str = "/usr/bin/python3";
const NODES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/serve/hidraw.py");

/// What runs a program, whose name and arguments come last, with the keys at these sockets behind
/// `/dev/hidraw0` and so on.
pub(crate) fn around(sockets: &[&Path]) -> Command {
    let mut command = Command::new("umockdev-wrapper");
    command.args([PYTHON, NODES]).args(sockets).arg("--");
    command
}

/// Whether umockdev and libfido2's tools are installed; a line says so if not. The gate has them.
pub(crate) fn installed() -> bool {
    let import = "import gi; gi.require_version('UMockdev', '1.0'); \
                  from gi.repository import GLib, UMockdev; UMockdev.Testbed.new()";
    let mut umockdev = Command::new("umockdev-wrapper");
    umockdev.args([PYTHON, "-c", import]);
    let mut token = Command::new("fido2-token");
    token.arg("-V");
    let runs = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let installed = runs(&mut umockdev) && runs(&mut token);
    assert!(
        installed || std::env::var("CI").as_deref() != Ok("true"),
        "umockdev is not installed"
    );
    if !installed {
        say(
            "skipped: umockdev is not installed (Debian: umockdev gir1.2-umockdev-1.0 python3-gi \
             fido2-tools)",
        );
    }
    installed
}

/// Says a line even of a test that passes.
pub(crate) fn say(line: &str) {
    std::io::stderr()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}
