//! `inspect --second-opinion`: the other client, and what is said where this build has none.

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::io::SecondClient;

/// The other client of this build.
///
/// # Errors
/// [`Failure`] with exit 2 if it has none, before any key is touched.
pub(crate) fn client() -> Result<SecondClient, Failure> {
    let refuse = |why: String, next: &str| {
        Failure::new(
            Exit::Usage,
            "no second opinion was asked for, and no key was read",
            why,
            next,
        )
    };
    match SecondClient::of_this_build() {
        Ok(Some(client)) => Ok(client),
        Ok(None) => Err(refuse(
            "this build lacks the cargo feature `second-opinion`".to_owned(),
            "take a released binary or build with --features second-opinion",
        )),
        Err(error) => Err(refuse(
            format!("the system does not say which file this program is: {error}"),
            "start glasskey by its path",
        )),
    }
}

/// Runs the hidden command: this process is the other client, for one key.
///
/// # Errors
/// [`Failure`] with exit 7 if its answer cannot be written.
#[cfg(feature = "second-opinion")]
pub(crate) fn answer(path: &str) -> Result<Exit, Failure> {
    match crate::io::answer_as_other_client(path) {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(Failure::new(
            Exit::Output,
            "the other client's answer was not written",
            error.to_string(),
            "run `glasskey inspect --second-opinion`, which starts this command itself",
        )),
    }
}
