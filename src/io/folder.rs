//! What lies beneath one folder, reached without ever following a symbolic link.

mod list;
mod open_folder;
mod write;

pub(super) use list::Found;
pub(super) use open_folder::OpenFolder;

use open_folder::AS_FILE;
#[cfg(target_os = "linux")]
use open_folder::whole;

use rustix::fs::AtFlags;
use rustix::fs::FileType;
use rustix::fs::Mode;
use rustix::fs::OFlags;
#[cfg(target_os = "linux")]
use rustix::fs::ResolveFlags;
use rustix::io::Errno;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
#[cfg(target_os = "linux")]
use std::sync::Arc;
#[cfg(target_os = "linux")]
use std::sync::OnceLock;

/// A folder. Names in it are relative, with `/` between parts.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// The root, once it was opened to be read from.
    #[cfg(target_os = "linux")]
    held: Arc<OnceLock<OwnedFd>>,
}

/// Why it did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FolderError {
    /// This user may not.
    NotAllowed,
    /// A symbolic link, a folder or a device stands where a file should, or a file where a folder.
    NotAFile,
    /// Larger than the limit.
    TooLarge,
    /// There is no room left.
    Full,
    /// Absolute, empty, or leads out of the folder.
    BadName,
    /// The system's words.
    Io(String),
}

impl From<Errno> for FolderError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::ACCESS | Errno::PERM | Errno::ROFS => Self::NotAllowed,
            Errno::LOOP | Errno::NOTDIR | Errno::ISDIR => Self::NotAFile,
            Errno::NOSPC | Errno::DQUOT => Self::Full,
            other => Self::Io(other.to_string()),
        }
    }
}

impl From<std::io::Error> for FolderError {
    fn from(error: std::io::Error) -> Self {
        Errno::from_io_error(&error).map_or_else(|| Self::Io(error.to_string()), Self::from)
    }
}

/// How a folder is opened: never through a link.
const AS_FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// A way that leads through no link and not out of the folder.
#[cfg(target_os = "linux")]
const BENEATH: ResolveFlags = ResolveFlags::NO_SYMLINKS.union(ResolveFlags::BENEATH);

impl Folder {
    /// The folder at `root`, which may itself be reached through a link and need not exist yet.
    pub(super) fn new(root: PathBuf) -> Self {
        Self {
            root,
            #[cfg(target_os = "linux")]
            held: Arc::default(),
        }
    }

    /// A file's bytes, `most` at most; `None` if there is none.
    pub(super) fn read(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, FolderError> {
        // Looked at before it is opened, as below. Links on the way are refused by the opening.
        if self.is_plain(name)
            && let Some(bytes) = self.read_known(name, most)
        {
            return Ok(Some(bytes));
        }
        let (parents, leaf) = split(name)?;
        let Some(folder) = self.open(&parents)? else {
            return Ok(None);
        };
        // Looked at before it is opened: opening a device or a pipe can do something.
        match rustix::fs::statat(&folder, leaf, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if !is_file(stat.st_mode) => return Err(FolderError::NotAFile),
            Ok(_) => {}
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(errno.into()),
        }
        let file = match rustix::fs::openat(&folder, leaf, AS_FILE, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(errno.into()),
        };
        if !is_file(rustix::fs::fstat(&file)?.st_mode) {
            return Err(FolderError::NotAFile);
        }
        contents(file, most)
    }

    /// Whether `name` is that of a file; `false` if anything is odd.
    #[cfg(target_os = "linux")]
    fn is_plain(&self, name: &str) -> bool {
        let stat = self.held().and_then(|root| {
            let stat = rustix::fs::statat(root, name, AtFlags::SYMLINK_NOFOLLOW);
            stat.ok()
        });
        stat.is_some_and(|stat| is_file(stat.st_mode))
    }

    /// As [`Self::read`], of a name that is known to be a file's, the whole way in one step, where
    /// the system has one that follows no link; `None` if anything is odd, for `read` to say what.
    #[cfg(target_os = "linux")]
    fn read_known(&self, name: &str, most: u64) -> Option<Vec<u8>> {
        if !name.split('/').all(is_part) {
            return None;
        }
        let root = self.held()?;
        let file = rustix::fs::openat2(root, name, AS_FILE, Mode::empty(), BENEATH).ok()?;
        whole(&file, most)
    }

    /// The root, opened once; `None` while it is not there.
    #[cfg(target_os = "linux")]
    fn held(&self) -> Option<&OwnedFd> {
        if self.held.get().is_none() {
            let how = AS_FOLDER.difference(OFlags::NOFOLLOW);
            let root = rustix::fs::open(&self.root, how, Mode::empty()).ok()?;
            // Whoever was first: both are the same folder.
            let _ = self.held.set(root);
        }
        self.held.get()
    }

    #[cfg(not(target_os = "linux"))]
    fn is_plain(&self, _: &str) -> bool {
        false
    }

    #[cfg(not(target_os = "linux"))]
    fn read_known(&self, _: &str, _: u64) -> Option<Vec<u8>> {
        None
    }

    /// Removes a file or a link; one that is not there is no error.
    pub(super) fn remove(&self, name: &str) -> Result<(), FolderError> {
        let (parents, leaf) = split(name)?;
        let Some(folder) = self.open(&parents)? else {
            return Ok(());
        };
        match rustix::fs::unlinkat(&folder, leaf, AtFlags::empty()) {
            Ok(()) => write::sync(folder),
            Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// The folder at the end of `parts`; `None` if it is not there.
    fn open(&self, parts: &[&str]) -> Result<Option<OwnedFd>, FolderError> {
        let how = AS_FOLDER.difference(OFlags::NOFOLLOW);
        let mut folder = match rustix::fs::open(&self.root, how, Mode::empty()) {
            Ok(folder) => folder,
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(errno.into()),
        };
        for part in parts {
            folder = match rustix::fs::openat(&folder, *part, AS_FOLDER, Mode::empty()) {
                Ok(inner) => inner,
                Err(Errno::NOENT) => return Ok(None),
                Err(errno) => return Err(errno.into()),
            };
        }
        Ok(Some(folder))
    }
}

fn is_file(mode: rustix::fs::RawMode) -> bool {
    FileType::from_raw_mode(mode) == FileType::RegularFile
}

/// What is in a file, `most` bytes at most.
fn contents(file: OwnedFd, most: u64) -> Result<Option<Vec<u8>>, FolderError> {
    let mut bytes = Vec::new();
    let read = File::from(file)
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(read).is_ok_and(|read| read <= most) {
        Ok(Some(bytes))
    } else {
        Err(FolderError::TooLarge)
    }
}

/// The folders of a name, and its last part.
fn split(name: &str) -> Result<(Vec<&str>, &str), FolderError> {
    let mut parts: Vec<&str> = name.split('/').collect();
    if parts.iter().any(|part| !is_part(part)) {
        return Err(FolderError::BadName);
    }
    let leaf = parts.pop().ok_or(FolderError::BadName)?;
    Ok((parts, leaf))
}

/// Whether `part` names something in a folder: not the folder itself, nor the one around it.
fn is_part(part: &str) -> bool {
    !matches!(part, "" | "." | "..") && !part.bytes().any(|byte| matches!(byte, b'\\' | 0))
}

#[cfg(test)]
mod tests;
