//! The file in which this machine keeps the nonces that it made.

use super::exit::Exit;
use super::failure::Failure;
use crate::ceremony::nonces::Nonces;
use crate::io::own_file;
use crate::io::own_file::OwnFileError;
use std::env;
use std::path::Path;
use std::path::PathBuf;

/// `$XDG_STATE_HOME/glasskey/nonces`, else beneath `~/.local/state`.
///
/// # Errors
/// [`Failure`] with exit 7 without a home. A relative path in the variable does not count.
pub(crate) fn place() -> Result<PathBuf, Failure> {
    let absolute = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
    state
        .map(|state| state.join("glasskey").join("nonces"))
        .ok_or_else(|| {
            Failure::new(
                Exit::Output,
                "no nonce was made or looked up",
                "neither XDG_STATE_HOME nor HOME names a folder",
                "set HOME",
            )
        })
}

/// Changes the nonces in the file at `path`, which is made if it is not there, for its owner alone.
///
/// # Errors
/// [`Failure`] if it cannot be read or written, or is not what was written.
pub(crate) fn change(path: &Path, change: impl FnOnce(&mut Nonces)) -> Result<Nonces, Failure> {
    let io = |words: String| {
        Failure::new(
            Exit::Output,
            "the nonces of this machine were not changed",
            format!("{}: {words}", path.display()),
            "make the file readable and writable for this user",
        )
    };
    own_file::create_private(path, Nonces::default().text().as_bytes())
        .map_err(|error| io(error.to_string()))?;
    let mut after = Nonces::default();
    let changed = own_file::change(path, |old| {
        let before = Nonces::parse(old).ok_or(())?;
        after = before.clone();
        change(&mut after);
        Ok::<_, ()>((after != before).then(|| after.text()))
    });
    match changed {
        Ok(_) => Ok(after),
        Err(OwnFileError::Io(error)) => Err(io(error.to_string())),
        Err(OwnFileError::TooLarge | OwnFileError::Refused(())) => Err(Failure::new(
            Exit::Usage,
            "the nonces of this machine were not changed",
            format!("{} is not what glasskey wrote there", path.display()),
            "move it away; nonces that were read aloud before are then not yours any more",
        )),
    }
}
