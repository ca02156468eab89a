//! How often a tenant may leave us without an answer before it is asked no more.
//!
//! Whoever reads through the port asks again after a lost answer. A host that stalls would so hold a
//! command for as long as it likes; here it ends.

use crate::entra::Get;
use crate::entra::NoReply;
use crate::entra::Reply;
use std::collections::BTreeMap;

/// Lost answers to one read, after which it is not sent again.
const LOST: u32 = 2;
/// Waves without a single answer, after which nothing is read any more.
const SILENT: u32 = 4;

/// What was lost so far.
#[derive(Debug, Default)]
pub(super) struct Patience {
    lost: BTreeMap<String, u32>,
    silent: u32,
}

impl Patience {
    /// Why a read is not sent; `None` if it may be.
    pub(super) fn ended(&self, get: &Get) -> Option<NoReply> {
        let words = if self.silent >= SILENT {
            "the tenant left every question unanswered, and is asked no more"
        } else if self.lost.get(&name(get)).is_some_and(|lost| *lost >= LOST) {
            "the tenant left this question unanswered twice"
        } else {
            return None;
        };
        Some(NoReply::NotSent(words.to_owned()))
    }

    /// Takes what a wave brought.
    pub(super) fn take(&mut self, wave: &[Get], replies: &[Reply]) {
        let mut answered = false;
        let mut lost = false;
        for (get, reply) in wave.iter().zip(replies) {
            match reply {
                Ok(_) | Err(NoReply::TooLarge(_)) => answered = true,
                Err(NoReply::MayHaveHappened(_)) => {
                    lost = true;
                    *self.lost.entry(name(get)).or_default() += 1;
                }
                Err(NoReply::NotSent(_) | NoReply::NotRecorded) => {}
            }
        }
        if answered {
            self.silent = 0;
        } else if lost {
            self.silent = self.silent.saturating_add(1);
        }
    }
}

fn name(get: &Get) -> String {
    format!("{}{}", get.version.path(), get.target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::HttpReply;
    use crate::entra::Version;

    fn get(target: &str) -> Get {
        Get {
            version: Version::V1,
            target: target.to_owned(),
            eventual: false,
        }
    }

    fn lost() -> Reply {
        Err(NoReply::MayHaveHappened("stalled".to_owned()))
    }

    #[expect(clippy::unnecessary_wraps, reason = "what is taken is a reply")]
    fn came() -> Reply {
        Ok(HttpReply {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
        })
    }

    #[test]
    fn a_question_that_is_lost_twice_is_not_put_again_and_others_are() {
        let mut patience = Patience::default();
        let (slow, quick) = (get("/slow"), get("/quick"));
        for _ in 0..2 {
            assert_eq!(patience.ended(&slow), None);
            patience.take(&[slow.clone(), quick.clone()], &[lost(), came()]);
        }
        assert!(patience.ended(&slow).is_some());
        assert_eq!(patience.ended(&quick), None);
    }

    #[test]
    fn a_tenant_that_never_answers_is_asked_four_times_in_all() {
        let mut patience = Patience::default();
        for number in 0..4 {
            let other = get(&format!("/{number}"));
            assert_eq!(patience.ended(&other), None);
            patience.take(&[other], &[lost()]);
        }
        assert!(patience.ended(&get("/new")).is_some());
    }
}
