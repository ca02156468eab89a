//! What this machine lets a program see of security keys. Everything is read, nothing changed.

mod certificates;
mod keys;
mod programs;
mod surroundings;
mod udev;

use crate::facts::system::SystemFacts;
use crate::facts::system::User;
use crate::primitives::Clock;
use rustix::io::Errno;
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

/// The most bytes of a file that are read.
const MAX_BYTES: u64 = 4 << 20;
/// The most entries of a folder that are looked at.
const MAX_ENTRIES: usize = 65_536;

/// Where a machine is read: its file system, and what the process was given.
pub struct SystemProbe {
    root: PathBuf,
    uid: u32,
    groups: Vec<u32>,
    open: fn(&Path) -> Option<Errno>,
    path: OsString,
    ssl_cert_file: Option<PathBuf>,
    ssl_cert_dir: Option<PathBuf>,
    locale: Option<String>,
}

impl SystemProbe {
    /// This machine, as this process sees it.
    #[must_use]
    pub fn here() -> Self {
        let file = |name| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty());
            value.map(PathBuf::from)
        };
        // POSIX.1 §8.2: the first that is set and not empty counts.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| {
            let value = std::env::var(name).ok()?;
            (!value.is_empty()).then_some(value)
        });
        Self {
            root: PathBuf::from("/"),
            uid: rustix::process::geteuid().as_raw(),
            groups: own_groups(),
            open: opening,
            path: std::env::var_os("PATH").unwrap_or_default(),
            ssl_cert_file: file("SSL_CERT_FILE"),
            ssl_cert_dir: file("SSL_CERT_DIR"),
            locale,
        }
    }

    /// Reads it all; `book` is the folder that may be a book.
    #[must_use]
    pub fn read(&self, book: &Path, clock: &dyn Clock) -> SystemFacts {
        let (nodes, without_node) = self.keys();
        SystemFacts {
            platform: self.platform(),
            user: User {
                uid: self.uid,
                name: self.name_of("etc/passwd", self.uid),
                groups: self.groups.clone(),
            },
            kernel: self.kernel(),
            nodes,
            without_node,
            rules: self.rules(),
            udev: self.is_there("run/udev/control"),
            seat: self.seat(),
            container: self.container(),
            pcscd: self.pcscd(),
            openssh: self.openssh(),
            now: clock.utc(),
            terminal: self.terminal(),
            certificates: self.certificates(),
            random: surroundings::random(),
            book: surroundings::book(book),
        }
    }

    /// A path of the machine.
    fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    fn is_there(&self, path: impl AsRef<Path>) -> bool {
        fs::symlink_metadata(self.at(path)).is_ok()
    }

    /// A small file as text; `None` if it is not there or may not be read.
    fn text(&self, path: impl AsRef<Path>) -> Option<String> {
        let bytes = bytes_of(&self.at(path)).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The names in a folder, sorted; none if it cannot be listed.
    fn names(&self, folder: impl AsRef<Path>) -> Vec<String> {
        let entries = fs::read_dir(self.at(folder)).into_iter().flatten();
        let mut names: Vec<String> = entries
            .take(MAX_ENTRIES)
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort_unstable();
        names
    }

    /// The name that `file` (passwd or group) gives an id.
    fn name_of(&self, file: &str, id: u32) -> Option<String> {
        let text = self.text(file)?;
        let wanted = id.to_string();
        text.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)? == wanted).then(|| name.to_owned())
        })
    }
}

/// The first bytes of a file, [`MAX_BYTES`] at most.
fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MAX_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The effective and the further groups of this process.
fn own_groups() -> Vec<u32> {
    let further = rustix::process::getgroups().unwrap_or_default();
    let mut groups: Vec<u32> = further.into_iter().map(rustix::fs::Gid::as_raw).collect();
    groups.push(rustix::process::getegid().as_raw());
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// Why the node does not open for reading and writing; `None` if it does.
fn opening(path: &Path) -> Option<Errno> {
    let error = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .err()?;
    Some(Errno::from_io_error(&error).unwrap_or(Errno::IO))
}

#[cfg(test)]
mod tests;
