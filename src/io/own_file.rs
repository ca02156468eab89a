//! Files of the person's own, outside every book: pinned trust, remembered heads.

use rustix::io::Errno;
use std::fs;
use std::fs::DirBuilder;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// Largest file that is changed, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Why a file of one's own was not changed.
#[derive(Debug)]
pub enum OwnFileError<E> {
    /// The system's error.
    Io(io::Error),
    /// It is larger than 1 MiB.
    TooLarge,
    /// What is in it cannot be gone on from.
    Refused(E),
}

impl<E> From<io::Error> for OwnFileError<E> {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Creates a file that only its owner may read (0600), whole or not at all, with the folders above
/// it (0700); `false`, and nothing changed, if something of that name is there.
///
/// # Errors
/// The system's error; then no file was made.
pub fn create_private(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = parent(path);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let draft = Draft::write(folder, bytes, 0o600)?;
    let placed = match fs::hard_link(&draft.0, path) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
        Err(error) if has_no_links(&error) => match new(path, 0o600) {
            Ok(mut file) => {
                if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
                    fs::remove_file(path)?;
                    return Err(error);
                }
                true
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(error),
        },
        Err(error) => return Err(error),
    };
    drop(draft);
    File::open(folder)?.sync_all()?;
    Ok(placed)
}

/// Gives the file's bytes (none if there is no file) to `change` and puts what it returns in their
/// place, in one step; `None` leaves the file as it is. Another glasskey that changes a file of the
/// same folder is waited for. Returns whether it was changed.
///
/// # Errors
/// [`OwnFileError`]; then the file is as it was.
pub fn change<E>(
    path: &Path,
    change: impl FnOnce(&[u8]) -> Result<Option<String>, E>,
) -> Result<bool, OwnFileError<E>> {
    // A link stays a link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = parent(&path);
    let locked = File::open(folder)?;
    locked.lock()?;
    let (mut bytes, mut mode) = (Vec::new(), 0o666);
    match File::open(&path) {
        Ok(file) => {
            let meta = file.metadata()?;
            if !meta.is_file() {
                return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
            }
            mode = std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o777;
            file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    if u64::try_from(bytes.len()).map_or(true, |length| length > MAX_BYTES) {
        return Err(OwnFileError::TooLarge);
    }
    let Some(text) = change(&bytes).map_err(OwnFileError::Refused)? else {
        return Ok(false);
    };
    let draft = Draft::write(folder, text.as_bytes(), mode)?;
    fs::rename(&draft.0, &path)?;
    locked.sync_all()?;
    Ok(true)
}

/// A file on its way to its place; dropped, it is removed unless it was moved there.
struct Draft(PathBuf);

impl Draft {
    fn write(folder: &Path, bytes: &[u8], mode: u32) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!(".glasskey-{}-{number}", process::id()));
            match new(&path, mode) {
                Ok(mut file) => {
                    let draft = Self(path);
                    file.write_all(bytes)?;
                    file.sync_all()?;
                    return Ok(draft);
                }
                // A crashed process of the same number left it behind.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // One that was moved is not there any more; a leftover does no harm.
        let _ = fs::remove_file(&self.0);
    }
}

fn new(path: &Path, mode: u32) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
}

fn parent(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

/// Whether the error says that the file system has no hard links.
fn has_no_links(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::MLINK)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::temp_dir::TempDir;
    use std::convert::Infallible;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let all = fs::read_dir(folder).unwrap().map(name);
        all.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn a_private_file_is_its_owners_alone_and_is_made_once() {
        let temp = TempDir::new();
        let path = temp.path().join("glasskey/trust/a.toml");
        assert!(create_private(&path, b"one").unwrap());
        assert!(!create_private(&path, b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(names(path.parent().unwrap()), ["a.toml"]);
    }

    #[test]
    fn a_change_keeps_mode_and_link_and_leaves_nothing_beside() {
        let temp = TempDir::new();
        let (path, link) = (temp.path().join("heads"), temp.path().join("link"));
        let add = |text: &'static str| {
            move |old: &[u8]| {
                let old = String::from_utf8(old.to_owned()).unwrap();
                Ok::<_, Infallible>(Some(old + text))
            }
        };
        assert!(change(&path, add("a")).unwrap());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("heads", &link).unwrap();
        assert!(change(&link, add("b")).unwrap());
        assert!(!change(&link, |_| Ok::<_, Infallible>(None)).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"ab");
        assert_eq!(mode(&path), 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(names(temp.path()).len(), 2);
    }

    #[test]
    fn what_is_refused_stays_as_it_was() {
        let temp = TempDir::new();
        let path = temp.path().join("heads");
        fs::write(&path, "x").unwrap();
        let refused = change(&path, |_| Err("no"));
        assert!(matches!(refused, Err(OwnFileError::Refused("no"))));
        fs::write(&path, vec![0; 1 << 21]).unwrap();
        let large = change(&path, |_| Ok::<_, Infallible>(Some(String::new())));
        assert!(matches!(large, Err(OwnFileError::TooLarge)));
        assert_eq!(fs::metadata(&path).unwrap().len(), 1 << 21);
        assert!(change(temp.path(), |_| Ok::<_, Infallible>(None)).is_err());
    }

    #[test]
    fn many_at_once_lose_nothing() {
        let temp = TempDir::new();
        let path = temp.path().join("heads");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let add = |old: &[u8]| {
                            let mut text = String::from_utf8(old.to_owned()).unwrap();
                            text.push('x');
                            Ok::<_, Infallible>(Some(text))
                        };
                        change(&path, add).unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read(&path).unwrap().len(), 160);
    }
}
