//! Files that appear whole or not at all, on disk before the call returns.

use super::AS_FOLDER;
use super::Folder;
use super::FolderError;
use super::split;
use rustix::fs::AtFlags;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::fs::RenameFlags;
use rustix::io::Errno;
use std::fs;
use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::process;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// How a new file is opened: it is ours, or there is none.
const AS_NEW: OFlags = OFlags::WRONLY
    .union(OFlags::CREATE)
    .union(OFlags::EXCL)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// A file being written, in the scratch folder. Dropped before it is in its place, it is removed.
struct Draft {
    scratch: OwnedFd,
    name: String,
}

impl Drop for Draft {
    fn drop(&mut self) {
        // One that has been moved to its place is not there any more; a leftover does no harm.
        let _ = rustix::fs::unlinkat(&self.scratch, &*self.name, AtFlags::empty());
    }
}

impl Folder {
    /// Creates a file unless something of that name is there; `false` if it is. Half-written files
    /// lie in `scratch` only.
    pub(in crate::io) fn create(
        &self,
        scratch: &Self,
        name: &str,
        bytes: &[u8],
    ) -> Result<bool, FolderError> {
        let (parents, leaf) = split(name)?;
        let folder = self.open_or_make(&parents)?;
        match rustix::fs::statat(&folder, leaf, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => return Ok(false),
            Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno.into()),
        }
        let draft = scratch.draft(bytes)?;
        let created = place(&draft, &folder, leaf, bytes)?;
        if created {
            sync(folder)?;
        }
        Ok(created)
    }

    /// Writes a file; an older one is replaced in one step.
    pub(in crate::io) fn put(
        &self,
        scratch: &Self,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), FolderError> {
        let (parents, leaf) = split(name)?;
        let folder = self.open_or_make(&parents)?;
        let draft = scratch.draft(bytes)?;
        rustix::fs::renameat(&draft.scratch, &*draft.name, &folder, leaf)?;
        sync(folder)
    }

    /// Removes everything directly in the folder `name` that is not a folder.
    pub(in crate::io) fn sweep(&self, name: &str) -> Result<(), FolderError> {
        let inside = format!("{name}/");
        for name in self.list(&inside).map_err(|(_, error)| error)? {
            // An empty folder is listed with a slash at its end, `inside` itself too.
            let file = name.strip_prefix(&inside).unwrap_or_default();
            if !file.is_empty() && !file.contains('/') {
                self.remove(&name)?;
            }
        }
        Ok(())
    }

    /// A new file of this folder with `bytes`, on disk.
    fn draft(&self, bytes: &[u8]) -> Result<Draft, FolderError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let folder = self.open_or_make(&[])?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}-{number}", process::id());
            match rustix::fs::openat(&folder, &*name, AS_NEW, mode()) {
                Ok(file) => {
                    let draft = Draft {
                        scratch: folder,
                        name,
                    };
                    fill(file, bytes)?;
                    return Ok(draft);
                }
                // A crashed process of the same number left it behind.
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// The folder at the end of `parts`, made with everything above it where it is not there.
    fn open_or_make(&self, parts: &[&str]) -> Result<OwnedFd, FolderError> {
        fs::create_dir_all(&self.root)?;
        let how = AS_FOLDER.difference(OFlags::NOFOLLOW);
        let mut folder = rustix::fs::open(&self.root, how, Mode::empty())?;
        for part in parts {
            match rustix::fs::mkdirat(&folder, *part, Mode::from_raw_mode(0o777)) {
                Ok(()) => sync_ref(&folder)?,
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(errno.into()),
            }
            folder = rustix::fs::openat(&folder, *part, AS_FOLDER, Mode::empty())?;
        }
        Ok(folder)
    }
}

/// Moves a draft to its place without replacing anything; `false` if something is there.
fn place(draft: &Draft, folder: &OwnedFd, leaf: &str, bytes: &[u8]) -> Result<bool, FolderError> {
    let (scratch, name) = (&draft.scratch, &*draft.name);
    match rustix::fs::linkat(scratch, name, folder, leaf, AtFlags::empty()) {
        Ok(()) => return Ok(true),
        Err(Errno::EXIST) => return Ok(false),
        Err(errno) if !cannot(errno) => return Err(errno.into()),
        Err(_) => {} // no hard links here, as on a USB stick
    }
    match rustix::fs::renameat_with(scratch, name, folder, leaf, RenameFlags::NOREPLACE) {
        Ok(()) => return Ok(true),
        Err(Errno::EXIST) => return Ok(false),
        Err(errno) if !cannot(errno) => return Err(errno.into()),
        Err(_) => {} // another file system, or one that only replaces
    }
    copy(folder, leaf, bytes)
}

/// Whether an error says that the file system has no such operation.
fn cannot(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::XDEV | Errno::MLINK
    )
}

/// Writes the file in its place: the last resort, which a crash can cut short.
fn copy(folder: &OwnedFd, leaf: &str, bytes: &[u8]) -> Result<bool, FolderError> {
    let file = match rustix::fs::openat(folder, leaf, AS_NEW, mode()) {
        Ok(file) => file,
        Err(Errno::EXIST) => return Ok(false),
        Err(errno) => return Err(errno.into()),
    };
    if let Err(error) = fill(file, bytes) {
        rustix::fs::unlinkat(folder, leaf, AtFlags::empty())?;
        return Err(error);
    }
    Ok(true)
}

/// Writes all bytes and waits until they are on disk.
fn fill(file: OwnedFd, bytes: &[u8]) -> Result<(), FolderError> {
    let mut file = File::from(file);
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// Waits until the folder's own entries are on disk.
pub(super) fn sync(folder: OwnedFd) -> Result<(), FolderError> {
    match File::from(folder).sync_all() {
        // Some network file systems cannot, and keep their entries safe themselves.
        Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => Ok(()),
        result => Ok(result?),
    }
}

fn sync_ref(folder: &OwnedFd) -> Result<(), FolderError> {
    sync(folder.try_clone()?)
}

/// Files may be read by everyone whom the user's umask lets.
fn mode() -> Mode {
    Mode::from_raw_mode(0o666)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::temp_dir::TempDir;

    #[test]
    fn the_last_resort_replaces_nothing_either() {
        let temp = TempDir::new();
        let folder = Folder::new(temp.path().to_owned());
        let open = folder.open_or_make(&[]).unwrap();
        assert_eq!(copy(&open, "a", b"one"), Ok(true));
        assert_eq!(copy(&open, "a", b"two"), Ok(false));
        assert_eq!(folder.read("a", 9), Ok(Some(b"one".to_vec())));
    }

    #[test]
    fn a_draft_that_is_not_placed_leaves_nothing() {
        let temp = TempDir::new();
        let folder = Folder::new(temp.path().to_owned());
        drop(folder.draft(b"half").unwrap());
        assert_eq!(folder.list(""), Ok(Vec::new()));
    }

    #[test]
    fn a_sweep_leaves_folders_and_takes_the_rest() {
        let temp = TempDir::new();
        let folder = Folder::new(temp.path().to_owned());
        for name in ["tmp/keep/file", "tmp/1-1", "other"] {
            folder.put(&folder, name, b"").unwrap();
        }
        folder.sweep("tmp").unwrap();
        assert_eq!(
            folder.list(""),
            Ok(["other", "tmp/keep/file"].map(str::to_owned).to_vec())
        );
        folder.sweep("none").unwrap();
    }
}
