//! What stands in for a part that is not there: no key, nobody to ask, a tenant that takes nothing.

use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ctap::KeepAlive;
use crate::ctap::KeyEntry;
use crate::ctap::KeyTransport;
use crate::ctap::Keys;
use crate::ctap::KeysError;
use crate::entra::Get;
use crate::entra::NoReply;
use crate::entra::Reply;
use crate::entra::Tenant;
use crate::entra::TenantWrite;
use crate::entra::Write;
use crate::findings::Finding;
use crate::primitives::Digest;
use crate::primitives::Secret;

/// No key: provisioning touches none.
pub(super) struct NoKeys;

impl Keys for NoKeys {
    fn list(&mut self) -> Result<Vec<KeyEntry>, KeysError> {
        Ok(Vec::new())
    }

    fn open(&mut self, path: &str) -> Result<Box<dyn KeyTransport>, KeysError> {
        Err(KeysError::Gone {
            path: path.to_owned(),
        })
    }
}

/// Nobody to ask: what a dry run says is in its result.
pub(super) struct Reads;

impl Operator for Reads {
    fn step(&mut self, _: u32, _: u32, _: &str) {}

    fn say(&mut self, _: &str) {}

    fn findings(&mut self, _: &[Finding]) {}

    fn digest(&mut self, _: &Digest) {}

    fn keep_alive(&mut self, _: &str, _: KeepAlive) {}

    fn line(&mut self, _: &Prompt) -> Option<String> {
        None
    }

    fn pin(&mut self, _: &Prompt) -> Option<Secret<String>> {
        None
    }

    fn confirm(&mut self, _: &Prompt) -> bool {
        false
    }
}

/// A tenant that is read and never written to, whatever is sent.
pub(super) struct ReadOnly<'a>(pub(super) &'a mut dyn Tenant);

impl Tenant for ReadOnly<'_> {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        self.0.fetch(wave)
    }
}

impl TenantWrite for ReadOnly<'_> {
    fn send(&mut self, _: &Write) -> Reply {
        Err(NoReply::NotSent("a dry run sends nothing".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::Version;
    use crate::entra::WriteMethod;

    /// Counts what reaches it.
    #[derive(Default)]
    struct Counts(usize);

    impl Tenant for Counts {
        fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
            self.0 += wave.len();
            wave.iter().map(|_| Err(NoReply::NotRecorded)).collect()
        }
    }

    #[test]
    fn a_dry_run_reads_and_sends_nothing_whatever_is_sent() {
        let mut behind = Counts::default();
        let mut tenant = ReadOnly(&mut behind);
        for method in [WriteMethod::Post, WriteMethod::Patch, WriteMethod::Delete] {
            let reply = tenant.send(&Write {
                method,
                version: Version::V1,
                target: "/users".to_owned(),
                body: Secret::new(Vec::new()),
            });
            assert!(matches!(reply, Err(NoReply::NotSent(_))));
        }
        let get = Get {
            version: Version::V1,
            target: "/domains".to_owned(),
            eventual: false,
        };
        assert_eq!(tenant.fetch(&[get.clone(), get]).len(), 2);
        assert_eq!(behind.0, 2);
    }
}
