//! What there is beneath a folder, odd things included.

use super::Folder;
use super::FolderError;
use super::is_part;
use rustix::fs::AtFlags;
use rustix::fs::Dir;
use rustix::fs::FileType;
use rustix::io::Errno;
use std::os::fd::OwnedFd;

/// Folders within folders that are looked into; deeper ones are listed as if they were empty.
const DEEPEST: usize = 32;

impl Folder {
    /// Everything whose name begins with `prefix` and that is not a folder with something in it,
    /// sorted; empty folders end in `/`. Bytes that are not UTF-8 are shown as U+FFFD. An error comes
    /// with the folder that cannot be looked into.
    pub(in crate::io) fn list(&self, prefix: &str) -> Result<Vec<String>, (String, FolderError)> {
        let start = prefix.rsplit_once('/').map_or("", |(folders, _)| folders);
        if !start.is_empty() && !start.split('/').all(is_part) {
            return Err((prefix.to_owned(), FolderError::BadName));
        }
        let mut names = Vec::new();
        let mut waiting = vec![start.to_owned()];
        while let Some(at) = waiting.pop() {
            let parts: Vec<&str> = at.split('/').filter(|part| !part.is_empty()).collect();
            let folder = match self.open(&parts) {
                Ok(Some(folder)) => folder,
                Ok(None) => continue,
                // The prefix leads through something that is no folder: nothing is beneath it.
                Err(FolderError::NotAFile) if at == start => continue,
                Err(error) => return Err((at, error)),
            };
            let entries = match entries(&folder) {
                Ok(entries) => entries,
                Err(error) => return Err((at, error)),
            };
            if entries.is_empty() && !at.is_empty() {
                names.push(format!("{at}/"));
            }
            for (entry, is_folder) in entries {
                let name = if at.is_empty() {
                    entry
                } else {
                    format!("{at}/{entry}")
                };
                let deeper = format!("{name}/");
                if !is_folder {
                    names.push(name);
                } else if parts.len() >= DEEPEST || name.contains('\u{fffd}') {
                    names.push(deeper);
                } else if deeper.starts_with(prefix) || prefix.starts_with(&deeper) {
                    waiting.push(name);
                }
            }
        }
        names.retain(|name| name.starts_with(prefix));
        names.sort();
        Ok(names)
    }
}

/// The names in one folder, and which of them are folders.
fn entries(folder: &OwnedFd) -> Result<Vec<(String, bool)>, FolderError> {
    let mut entries = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let is_folder = match entry.file_type() {
            FileType::Directory => true,
            FileType::Unknown => {
                match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(stat) => FileType::from_raw_mode(stat.st_mode) == FileType::Directory,
                    Err(Errno::NOENT) => continue,
                    Err(errno) => return Err(errno.into()),
                }
            }
            FileType::RegularFile
            | FileType::Symlink
            | FileType::Fifo
            | FileType::Socket
            | FileType::CharacterDevice
            | FileType::BlockDevice => false,
        };
        entries.push((name.to_string_lossy().into_owned(), is_folder));
    }
    Ok(entries)
}
