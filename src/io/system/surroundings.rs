//! Platform, container, terminal, randomness, and the book's folder.

use super::SystemProbe;
use crate::facts::system::BookFolder;
use crate::facts::system::LockState;
use crate::facts::system::Platform;
use crate::facts::system::Terminal;
use crate::io::FolderLedger;
use crate::io::SystemEntropy;
use crate::io::Tty;
use crate::ledger::Ledger;
use crate::primitives::UtcTime;
use rustix::fs::Access;
use std::fs;
use std::fs::File;
use std::fs::TryLockError;
use std::path::Path;

impl SystemProbe {
    /// What this machine runs.
    pub(super) fn platform(&self) -> Platform {
        if cfg!(windows) {
            return Platform::Windows {
                elevated: elevated(),
            };
        }
        if cfg!(target_os = "macos") {
            return Platform::MacOs;
        }
        if !cfg!(target_os = "linux") {
            return Platform::Other;
        }
        let release = self.text("proc/sys/kernel/osrelease").unwrap_or_default();
        if release.to_lowercase().contains("microsoft") {
            Platform::Wsl
        } else {
            Platform::Linux
        }
    }

    /// The container this is, by what tells it.
    pub(super) fn container(&self) -> Option<String> {
        for file in ["/.dockerenv", "/run/.containerenv"] {
            if self.is_there(file) {
                return Some(file.to_owned());
            }
        }
        if let Some(kind) = self.text("run/systemd/container") {
            return Some(format!("/run/systemd/container: {}", kind.trim()));
        }
        let groups = self.text("proc/1/cgroup").unwrap_or_default();
        ["docker", "kubepods", "libpod", "containerd", "/lxc"]
            .into_iter()
            .find(|mark| groups.contains(mark))
            .map(|mark| format!("/proc/1/cgroup: {}", mark.trim_start_matches('/')))
    }

    /// The terminal of this process.
    pub(super) fn terminal(&self) -> Terminal {
        let tty = Tty::open().ok();
        Terminal {
            present: tty.is_some(),
            columns: tty.and_then(|tty| tty.columns()),
            locale: self.locale.clone(),
        }
    }
}

/// Whether this program may open what only an administrator may; `None` if that cannot be told.
fn elevated() -> Option<bool> {
    match File::open(r"\\.\PhysicalDrive0") {
        Ok(_) => Some(true),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Some(false),
        Err(_) => None,
    }
}

/// Whether randomness comes.
pub(super) fn random() -> Result<(), String> {
    SystemEntropy::open()
        .map(|_| ())
        .map_err(|error| error.0.clone())
}

/// The book in `folder`; `None` if it has neither plan nor ledger.
pub(super) fn book(folder: &Path) -> Option<BookFolder> {
    let has = |name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
    if !has("glasskey.toml") && !has("ledger") {
        return None;
    }
    Some(BookFolder {
        path: folder.display().to_string(),
        writable: writable(folder),
        lock: lock(folder),
        last_record: last_record(folder),
    })
}

fn writable(folder: &Path) -> Result<(), String> {
    for part in ["", "ledger", "ledger/records", "open"] {
        let path = folder.join(part);
        if fs::symlink_metadata(&path).is_ok() {
            rustix::fs::access(&path, Access::WRITE_OK | Access::EXEC_OK)
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(())
}

/// Tries a lock on the folder itself, which nobody else takes, and on the book's lock if there is
/// one; both are let go at once.
fn lock(folder: &Path) -> LockState {
    let tried = |path: &Path| -> Result<(), TryLockError> {
        let file = File::open(path).map_err(TryLockError::Error)?;
        file.try_lock()
    };
    if let Err(TryLockError::Error(error)) = tried(folder) {
        return LockState::Unsupported(error.to_string());
    }
    let own = folder.join("open/.lock");
    match fs::symlink_metadata(&own) {
        Ok(found) if found.is_file() => match tried(&own) {
            Ok(()) => LockState::Free,
            Err(TryLockError::WouldBlock) => LockState::Taken,
            Err(TryLockError::Error(error)) => LockState::Unsupported(error.to_string()),
        },
        Ok(_) => LockState::Unsupported("open/.lock is not a plain file".to_owned()),
        Err(_) => LockState::Free,
    }
}

fn last_record(folder: &Path) -> Result<Option<(u64, UtcTime)>, String> {
    let mut store = FolderLedger::new(folder.join("ledger"), folder.join("open"));
    let ledger = Ledger::new(&mut store);
    let read = ledger.size().and_then(|size| {
        let Some(last) = size.checked_sub(1) else {
            return Ok(None);
        };
        Ok(Some((last, ledger.record(last)?.statement.time.started)))
    });
    read.map_err(|error| format!("{error:?}"))
}
