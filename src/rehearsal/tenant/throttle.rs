//! Graph's published throttles, kept as Graph keeps them: whoever exceeds them gets 429.

use crate::entra::Target;
use crate::entra::Version;
use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::time::Duration;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Reports,
    SignInActivity,
    ConditionalAccess,
}

/// Requests lately seen.
#[derive(Default)]
pub(super) struct Throttle {
    seen: BTreeMap<Class, VecDeque<Duration>>,
    pub(super) refused: u32,
}

impl Throttle {
    /// Counts a request; the seconds to wait if it is one too many.
    pub(super) fn count(
        &mut self,
        version: Version,
        target: &Target,
        now: Duration,
    ) -> Option<u32> {
        if version == Version::Arm {
            return None;
        }
        let (class, limit, window) = class(target)?;
        let seen = self.seen.entry(class).or_default();
        seen.retain(|at| *at + window > now);
        let oldest = *seen.front().unwrap_or(&now);
        if seen.len() >= limit {
            self.refused += 1;
            let left = (oldest + window).saturating_sub(now);
            return Some(u32::try_from(left.as_secs()).unwrap_or(u32::MAX).max(1));
        }
        seen.push_back(now);
        None
    }
}

fn class(target: &Target) -> Option<(Class, usize, Duration)> {
    let path = target.path();
    let selects_activity = target
        .option("$select")
        .is_some_and(|select| select.split(',').any(|name| name == "signInActivity"));
    if path.starts_with("/auditLogs/")
        || path.starts_with("/reports/")
        || path.contains("/authentication/")
    {
        Some((Class::Reports, 5, Duration::from_secs(10)))
    } else if path.starts_with("/identity/conditionalAccess/") {
        Some((Class::ConditionalAccess, 1, Duration::from_secs(1)))
    } else if selects_activity {
        Some((Class::SignInActivity, 10, Duration::from_mins(1)))
    } else {
        None
    }
}
