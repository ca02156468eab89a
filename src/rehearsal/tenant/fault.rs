//! What can go wrong on the way to a tenant.

/// A verb of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// GET
    Get,
    /// POST
    Post,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Status 429, with `Retry-After` in seconds where it is named.
    Throttled(Option<u32>),
    /// Status 503 without `Retry-After`.
    Unavailable,
    /// Status 403: a permission or role is missing.
    Forbidden,
    /// Status 403: no licence.
    NoLicence,
    /// The request is lost: nothing happens, and no answer comes.
    RequestLost,
    /// It happens, but the answer is lost.
    AnswerLost,
    /// A success whose body is not JSON.
    Garbled,
    /// A list that names this as its next page.
    NextLink(&'static str),
}

/// Trouble with some exchanges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The verb it hits.
    pub verb: Verb,
    /// A part of the path it hits: `/fido2Methods`.
    pub path: String,
    /// What goes wrong.
    pub trouble: Trouble,
    /// How many times.
    pub times: u32,
}

/// The faults that are set.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The trouble that this exchange has; it is used up.
    pub(super) fn strike(&mut self, verb: Verb, path: &str) -> Option<Trouble> {
        let fault = self
            .0
            .iter_mut()
            .find(|fault| fault.times > 0 && fault.verb == verb && path.contains(&fault.path))?;
        fault.times -= 1;
        Some(fault.trouble)
    }
}
