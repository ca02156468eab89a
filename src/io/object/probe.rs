//! Whether a store would refuse an overwrite, tried on an object of our own.

use super::container::Container;
use super::fault::names_retention;
use super::fault::remote;
use crate::ledger::RemoteFault;
use crate::plan::ObjectUrl;
use object_store::Error;

/// What a store said to being asked to change an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It did it.
    Allowed,
    /// It refused, and named retention as its reason.
    Retained,
    /// It refused these credentials; others may be allowed to.
    NotByUs,
    /// It did not do it, for another reason.
    Unclear(RemoteFault),
}

/// What came of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    /// The object that was made, as the container has it.
    pub object: String,
    /// What was said to writing over it.
    pub overwrite: Answer,
    /// What was said to removing it.
    pub delete: Answer,
    /// Whether it is still there.
    pub left: bool,
}

impl Container {
    /// Makes an object named `name` beneath `place`, writes over it and removes it. Nothing else is
    /// touched.
    ///
    /// # Errors
    /// [`RemoteFault`] if the object cannot be made, or is there already: then nothing is known.
    pub fn probe(&self, place: &ObjectUrl, name: &str) -> Result<Probed, RemoteFault> {
        const FIRST: &[u8] = b"glasskey tries whether this can be replaced\n";
        const SECOND: &[u8] = b"it can\n";
        let object = place.name_of(name);
        if !self.create(&object, FIRST)? {
            return Err(RemoteFault::Status(409));
        }
        let overwrite = answer(&self.overwrite(&object, SECOND)?);
        let delete = answer(&self.delete(&object)?);
        let left = match self.get(&object, 1 << 10) {
            Ok(found) => found.is_some(),
            Err(_) => delete != Answer::Allowed,
        };
        Ok(Probed {
            object,
            overwrite,
            delete,
            left,
        })
    }
}

fn answer(said: &Result<(), Error>) -> Answer {
    match said {
        Ok(()) => Answer::Allowed,
        Err(error) if names_retention(error) => Answer::Retained,
        Err(error) => match remote(error) {
            RemoteFault::Refused => Answer::NotByUs,
            fault => Answer::Unclear(fault),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_that_names_retention_is_retention() {
        let said = |words: &str| {
            answer(&Err(Error::Generic {
                store: "test",
                source: format!("Server returned non-2xx status code: {words}").into(),
            }))
        };
        assert_eq!(answer(&Ok(())), Answer::Allowed);
        assert_eq!(
            said("409 Conflict: <Code>BlobImmutableDueToPolicy</Code>"),
            Answer::Retained
        );
        assert_eq!(
            said("403 Forbidden: <Code>AuthorizationFailure</Code>"),
            Answer::NotByUs
        );
        assert_eq!(
            said("409 Conflict: <Code>LeaseIdMissing</Code>"),
            Answer::Unclear(RemoteFault::Status(409))
        );
    }
}
