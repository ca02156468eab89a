//! Chains that were followed before: keys of one model lead the same way, and following it takes
//! as long as all else about a registration.

use super::Anchor;
use super::AnchorSource;
use super::AttestationFacts;
use super::ChainFact;
use super::certificate::Certificate;
use super::chain;
use super::judge::judge_by;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::webauthn::AttestationObject;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Chains that are remembered; then all are forgotten.
const REMEMBERED: usize = 1_024;

/// From when until when a chain leads where it leads.
#[derive(Clone, Debug)]
struct Led {
    from: i64,
    until: i64,
    to: ChainFact,
}

/// Chains that were followed before; asked from many threads.
#[derive(Debug, Default)]
pub struct Chains {
    followed: Mutex<HashMap<Digest, Vec<Led>>>,
}

impl Chains {
    /// As [`super::judge`], which it equals for every object, anchors and time.
    #[must_use]
    pub fn judge(
        &self,
        object: &AttestationObject,
        client_data_json: &[u8],
        anchors: &[Anchor],
        as_of: UtcTime,
    ) -> AttestationFacts {
        judge_by(object, client_data_json, |x5c| {
            self.follow(x5c, anchors, as_of)
        })
    }

    fn follow(&self, x5c: &[&[u8]], anchors: &[Anchor], as_of: UtcTime) -> ChainFact {
        let name = name(x5c, anchors);
        let at = as_of.unix();
        let known = {
            let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
            followed.get(&name).and_then(|all| {
                let led = all.iter().find(|led| led.from <= at && at <= led.until);
                led.map(|led| led.to.clone())
            })
        };
        if let Some(to) = known {
            return to;
        }
        let to = chain::follow(x5c, anchors, as_of);
        if let Some((from, until)) = between_changes(x5c, anchors, at) {
            let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
            if followed.values().map(Vec::len).sum::<usize>() >= REMEMBERED {
                followed.clear();
            }
            let led = Led {
                from,
                until,
                to: to.clone(),
            };
            followed.entry(name).or_default().push(led);
        }
        to
    }
}

/// What is followed: every certificate, and all that is known of the anchors.
fn name(x5c: &[&[u8]], anchors: &[Anchor]) -> Digest {
    let mut text = Vec::new();
    for der in x5c {
        text.extend_from_slice(&Digest::of(der).0);
    }
    for anchor in anchors {
        let who = match anchor.source {
            AnchorSource::Metadata => 0,
            AnchorSource::TrustFile => 1,
            AnchorSource::Book => 2,
        };
        text.extend_from_slice(&anchor.sha256().0);
        text.push(who);
        text.extend_from_slice(&anchor.serves.to_be_bytes());
    }
    text.extend_from_slice(&x5c.len().to_be_bytes());
    Digest::of(&text)
}

/// The seconds around `at` in which no certificate begins or ceases to be valid; `None` at the very
/// edge of one's validity, before 1970, or if one cannot be read.
fn between_changes(x5c: &[&[u8]], anchors: &[Anchor], at: i64) -> Option<(i64, i64)> {
    let (mut from, mut until) = (0, i64::MAX);
    let anchors = anchors.iter().map(|anchor| anchor.der.as_slice());
    for der in x5c.iter().copied().chain(anchors) {
        let certificate = Certificate::parse(der)?;
        for edge in [certificate.not_before.unix(), certificate.not_after.unix()] {
            if edge < at {
                from = from.max(edge.saturating_add(2));
            } else {
                until = until.min(edge.saturating_sub(2));
            }
        }
    }
    (from <= at && at <= until).then_some((from, until))
}
