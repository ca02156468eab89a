//! Graph's published throttles, kept on our side so that they are never exceeded.
//!
//! A request is counted at the moment its answer came, never earlier than Graph counted it. So two
//! of ours are at least as far apart for Graph as they are here.

use super::Target;
use std::collections::VecDeque;
use std::time::Duration;

/// A published throttle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bucket {
    /// Audit logs, registration reports, a user's authentication methods: 5 in 10 s.
    Reports,
    /// `signInActivity` of a user: 10 a minute.
    SignInActivity,
    /// Conditional Access: 1 a second, shared by every app of the tenant.
    ConditionalAccess,
    /// Users, groups, roles, policies: thousands in 10 s, so only a 429 holds us.
    Directory,
}

impl Bucket {
    /// The bucket that a path and query fall into.
    pub(super) fn of(target: &str) -> Self {
        let Some(target) = Target::parse(target) else {
            return Self::Directory;
        };
        let segment = |at: usize| target.segments.get(at).map(String::as_str);
        let is = |at: usize, name: &str| segment(at).is_some_and(|s| s.eq_ignore_ascii_case(name));
        let asks_activity = target
            .query
            .iter()
            .any(|(_, value)| value.contains("signInActivity"));
        if is(0, "auditLogs")
            || is(0, "reports")
            || (is(0, "users") && is(2, "authentication"))
            || (is(0, "me") && is(1, "authentication"))
        {
            Self::Reports
        } else if is(0, "identity") || is(0, "identityProtection") {
            Self::ConditionalAccess
        } else if is(0, "users") && asks_activity {
            Self::SignInActivity
        } else {
            Self::Directory
        }
    }

    const fn limit(self) -> Option<(usize, Duration)> {
        match self {
            Self::Reports => Some((5, Duration::from_secs(10))),
            Self::SignInActivity => Some((10, Duration::from_mins(1))),
            Self::ConditionalAccess => Some((1, Duration::from_secs(1))),
            Self::Directory => None,
        }
    }
}

#[derive(Default)]
struct State {
    counted: VecDeque<Duration>,
    paused_until: Duration,
}

/// What was asked of each bucket lately.
#[derive(Default)]
pub(super) struct Pace {
    reports: State,
    activity: State,
    access: State,
    directory: State,
}

impl Pace {
    fn state(&mut self, bucket: Bucket) -> &mut State {
        match bucket {
            Bucket::Reports => &mut self.reports,
            Bucket::SignInActivity => &mut self.activity,
            Bucket::ConditionalAccess => &mut self.access,
            Bucket::Directory => &mut self.directory,
        }
    }

    /// Takes a place at `now`, or says when to ask again.
    pub(super) fn take(&mut self, bucket: Bucket, now: Duration) -> Result<(), Duration> {
        let state = self.state(bucket);
        if now < state.paused_until {
            return Err(state.paused_until);
        }
        let Some((limit, window)) = bucket.limit() else {
            return Ok(());
        };
        while state.counted.front().is_some_and(|at| *at + window <= now) {
            state.counted.pop_front();
        }
        if let Some(oldest) = state
            .counted
            .front()
            .filter(|_| state.counted.len() >= limit)
        {
            return Err(*oldest + window);
        }
        state.counted.push_back(now);
        Ok(())
    }

    /// Moves places taken at `taken` or later to `answered`, when the answers came.
    pub(super) fn answered(&mut self, taken: Duration, answered: Duration) {
        for bucket in [
            Bucket::Reports,
            Bucket::SignInActivity,
            Bucket::ConditionalAccess,
        ] {
            for at in &mut self.state(bucket).counted {
                if *at >= taken {
                    *at = (*at).max(answered);
                }
            }
        }
    }

    /// Leaves the bucket alone until `until`: it said 429.
    pub(super) fn pause(&mut self, bucket: Bucket, until: Duration) {
        let state = self.state(bucket);
        state.paused_until = state.paused_until.max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_path_falls_into_the_bucket_that_is_published_for_it() {
        let cases = [
            ("/users/x/authentication/fido2Methods", Bucket::Reports),
            (
                "/users/x/authentication/fido2Methods/creationOptions",
                Bucket::Reports,
            ),
            ("/auditLogs/signIns?$top=50", Bucket::Reports),
            (
                "/reports/authenticationMethods/userRegistrationDetails/x",
                Bucket::Reports,
            ),
            ("/users/x?$select=id,signInActivity", Bucket::SignInActivity),
            ("/users/x?$select=id", Bucket::Directory),
            (
                "/identity/conditionalAccess/policies",
                Bucket::ConditionalAccess,
            ),
            (
                "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/fido2",
                Bucket::Directory,
            ),
        ];
        for (target, bucket) in cases {
            assert_eq!(Bucket::of(target), bucket, "{target}");
        }
    }

    #[test]
    fn the_sixth_report_in_ten_seconds_waits_for_the_first_to_be_ten_seconds_old() {
        let mut pace = Pace::default();
        for second in 0..5 {
            assert_eq!(
                pace.take(Bucket::Reports, Duration::from_secs(second)),
                Ok(())
            );
        }
        assert_eq!(
            pace.take(Bucket::Reports, Duration::from_secs(5)),
            Err(Duration::from_secs(10))
        );
        assert_eq!(pace.take(Bucket::Reports, Duration::from_secs(10)), Ok(()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_window_ever_holds_more_than_its_limit(
            steps in proptest::collection::vec((0_u64..4_000, 0_u64..900), 1..80),
        ) {
            for bucket in [Bucket::Reports, Bucket::SignInActivity, Bucket::ConditionalAccess] {
                let (limit, window) = bucket.limit().unwrap();
                let mut pace = Pace::default();
                let mut now = Duration::ZERO;
                let mut sent = Vec::new();
                for (pause, latency) in &steps {
                    now += Duration::from_millis(*pause);
                    if let Err(at) = pace.take(bucket, now) {
                        prop_assert!(at > now);
                        now = at;
                        prop_assert_eq!(pace.take(bucket, now), Ok(()));
                    }
                    let taken = now;
                    now += Duration::from_millis(*latency);
                    pace.answered(taken, now);
                    // Graph counts it at any moment between sending and answering; take the worst.
                    sent.push((taken, now));
                }
                for (_, first) in &sent {
                    let within = sent
                        .iter()
                        .filter(|(taken, answered)| answered >= first && *taken < *first + window)
                        .count();
                    prop_assert!(within <= limit, "{:?}: {}", bucket, within);
                }
            }
        }
    }
}
