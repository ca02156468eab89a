//! How long to wait before a read is tried again.

use super::HttpReply;
use super::NoReply;
use super::Reply;
use crate::primitives::Entropy;
use crate::primitives::UtcTime;
use std::time::Duration;

/// Tries of one read.
pub(super) const TRIES: u32 = 6;
/// First wait where Graph names none.
const FIRST: Duration = Duration::from_secs(2);
/// Longest wait where Graph names none.
const LONGEST: Duration = Duration::from_mins(1);
/// Longest wait that Graph may name; beyond it the read is given up.
const LONGEST_NAMED: Duration = Duration::from_mins(5);

/// Whether a reply may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// It is final.
    No,
    /// After this wait.
    After(Duration),
}

/// Whether the `tries`-th reply to a read (1 is the first) is tried again. `share` is random,
/// 0 to 255, and spreads waits so that programs do not return in step.
pub(super) fn again(reply: &Reply, tries: u32, now: UtcTime, share: u8) -> Again {
    let named = match reply {
        Ok(reply) if matches!(reply.status, 429 | 503 | 504) => retry_after(reply, now),
        // A read whose answer was lost changed nothing.
        Err(NoReply::MayHaveHappened(_)) => None,
        Ok(_) | Err(NoReply::NotSent(_) | NoReply::TooLarge(_) | NoReply::NotRecorded) => {
            return Again::No;
        }
    };
    if tries >= TRIES {
        return Again::No;
    }
    match named {
        Some(wait) if wait > LONGEST_NAMED => Again::No,
        Some(wait) => Again::After(wait),
        None => Again::After(growing(tries, share)),
    }
}

/// 2 s, 4 s, 8 s, … plus up to a half, at most 60 s.
pub(super) fn growing(tries: u32, share: u8) -> Duration {
    let base = FIRST.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1)));
    let jitter = base.saturating_mul(u32::from(share)) / 512;
    base.saturating_add(jitter).min(LONGEST)
}

/// The `Retry-After` header (RFC 9110 §10.2.3), in seconds or as a date; `None` if absent or
/// unreadable.
pub(super) fn retry_after(reply: &HttpReply, now: UtcTime) -> Option<Duration> {
    let text = reply.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = UtcTime::parse_http_date(text)?;
    let seconds = until.unix().saturating_sub(now.unix());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// Random shares for waits, from one seed (SplitMix64).
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn new(entropy: &mut dyn Entropy) -> Self {
        let mut seed = [0; 8];
        entropy.fill(&mut seed);
        Self(u64::from_be_bytes(seed))
    }

    pub(super) fn share(&mut self) -> u8 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_be_bytes()[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "what is judged is a reply")]
    fn reply(status: u16, retry_after: Option<&str>) -> Reply {
        Ok(HttpReply {
            status,
            headers: retry_after
                .map(|value| ("retry-after".to_owned(), value.to_owned()))
                .into_iter()
                .collect(),
            body: Vec::new(),
        })
    }

    #[test]
    fn the_wait_that_graph_names_is_kept() {
        let now = UtcTime::parse("2026-11-22T15:58:00Z").unwrap();
        let wait = |text: &str| again(&reply(429, Some(text)), 1, now, 9);
        assert_eq!(wait("10"), Again::After(Duration::from_secs(10)));
        assert_eq!(
            wait("Sun, 22 Nov 2026 15:58:07 GMT"),
            Again::After(Duration::from_secs(7))
        );
        assert_eq!(wait("301"), Again::No);
    }

    #[test]
    fn without_a_named_wait_it_doubles_from_two_seconds_to_sixty() {
        let now = UtcTime::from_unix(0);
        let waits: Vec<Again> = (1..=6)
            .map(|tries| again(&reply(503, None), tries, now, 0))
            .collect();
        let after = |seconds| Again::After(Duration::from_secs(seconds));
        assert_eq!(
            waits,
            [
                after(2),
                after(4),
                after(8),
                after(16),
                after(32),
                Again::No
            ]
        );
        assert_eq!(growing(1, 255), Duration::from_nanos(2_996_093_750));
        assert_eq!(growing(6, 255), Duration::from_mins(1));
    }

    #[test]
    fn what_is_final_is_not_tried_again() {
        let now = UtcTime::from_unix(0);
        for reply in [
            reply(200, None),
            reply(400, None),
            reply(403, None),
            reply(500, None),
            Err(NoReply::NotSent("no route".into())),
            Err(NoReply::NotRecorded),
            Err(NoReply::TooLarge(1)),
        ] {
            assert_eq!(again(&reply, 1, now, 0), Again::No, "{reply:?}");
        }
    }
}
