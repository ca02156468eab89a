//! Starting this machine's browser, where it has one.

use std::env;
use std::process::Command;
use std::process::Stdio;

/// Starts the browser of this session on `address`; `false` if there is none. The program is not
/// waited for. `address` is one argument, never a line for a shell.
pub(super) fn open_browser(address: &str) -> bool {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        let screen = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        if !screen("DISPLAY") && !screen("WAYLAND_DISPLAY") {
            return false;
        }
        Command::new("xdg-open")
    };
    let started = command
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        // Taken from the table of processes when it ends.
        Ok(mut child) => std::thread::Builder::new()
            .spawn(move || child.wait())
            .is_ok(),
        Err(_) => false,
    }
}
