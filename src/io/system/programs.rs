//! Other programs: OpenSSH, and the daemon of smart cards.

use super::SystemProbe;
use crate::facts::system::OpenSsh;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

impl SystemProbe {
    /// Whether the daemon of smart cards runs.
    pub(super) fn pcscd(&self) -> bool {
        let is_pcscd = |pid: String| {
            let name = self.text(format!("proc/{pid}/comm"));
            name.is_some_and(|name| name.trim() == "pcscd")
        };
        self.is_there("run/pcscd/pcscd.comm")
            || self
                .names("proc")
                .into_iter()
                .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
                .any(is_pcscd)
    }

    /// `ssh-keygen`, the first on the path, and the version of the `ssh` beside it.
    pub(super) fn openssh(&self) -> OpenSsh {
        let Some(program) = self.on_path("ssh-keygen") else {
            return OpenSsh::default();
        };
        let usage = said(&program, "-Y");
        let ssh = program.with_file_name("ssh");
        let version = said(&ssh, "-V").and_then(|text| version(&text));
        OpenSsh {
            signs: usage.map(|text| text.contains("-Y sign")),
            version,
            program: Some(program.display().to_string()),
        }
    }

    fn on_path(&self, name: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path)
            .map(|folder| folder.join(name))
            .find(|program| is_program(program))
    }
}

/// What a program says on standard error; `None` if it does not start.
fn said(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Major and minor of `OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.22`, also of `OpenSSH_for_Windows_9.5p1`.
fn version(text: &str) -> Option<(u32, u32)> {
    let name = text
        .split([' ', ','])
        .find(|word| word.starts_with("OpenSSH_"))?;
    let numbers = name.rsplit('_').next()?;
    let (major, rest) = numbers.split_once('.')?;
    let minor: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_openssh_writes_them() {
        for (text, expected) in [
            (
                "OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.22",
                Some((9, 2)),
            ),
            ("OpenSSH_for_Windows_9.5p1, LibreSSL 3.8.2", Some((9, 5))),
            ("OpenSSH_10.0p2, OpenSSL 3.5", Some((10, 0))),
            ("OpenSSH_8.1", Some((8, 1))),
            ("Sun_SSH_1.1", None),
            ("", None),
            ("OpenSSH_x.y", None),
        ] {
            assert_eq!(version(text), expected, "{text}");
        }
    }
}
