//! UTC time in whole seconds, and the clock port.

use crate::primitives::spelled;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use std::fmt;
use std::time::Duration;

/// A moment in UTC, in whole seconds, years 0001 to 9999; prints as `2026-11-22T15:58:07Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime(i64);

/// 9999-12-30T22:00:00Z, the last second that the calendar library can print.
const LAST_SECOND: i64 = 253_402_207_200;
/// 0001-01-01T00:00:00Z.
const FIRST_SECOND: i64 = -62_135_596_800;

impl UtcTime {
    /// The moment `seconds` after 1970-01-01T00:00:00Z, held within the calendar's range.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(FIRST_SECOND, LAST_SECOND))
    }

    /// Seconds since 1970-01-01T00:00:00Z; negative before.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Reads exactly `YYYY-MM-DDTHH:MM:SSZ`; `None` on any other form or an impossible date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let time = Self::from_unix(text.parse::<Timestamp>().ok()?.as_second());
        (time.to_string() == text).then_some(time)
    }

    /// Reads any RFC 3339 moment (Graph sends fractions) and drops the fraction.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        Some(Self::from_unix(text.parse::<Timestamp>().ok()?.as_second()))
    }

    /// Reads the HTTP `Date` header form (RFC 9110 §5.6.7), `Sun, 22 Nov 2026 15:58:07 GMT`.
    #[must_use]
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let zoned = jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(text)
            .ok()?;
        Some(Self::from_unix(zoned.as_second()))
    }

    /// `YYYYMMDDHHMMSSZ`, the form `ssh-keygen -O verify-time=` reads as UTC.
    #[must_use]
    pub fn compact(self) -> String {
        self.to_string()
            .chars()
            .filter(|c| !matches!(c, '-' | ':' | 'T'))
            .collect()
    }

    /// The calendar day, `YYYY-MM-DD`.
    #[must_use]
    pub fn day(self) -> String {
        self.to_string().chars().take(10).collect()
    }

    /// This moment moved by whole seconds, held within the calendar's range.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// This moment moved by whole days of 86,400 seconds.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.0) {
            Ok(timestamp) => fmt::Display::fmt(&timestamp, f),
            Err(_) => f.write_str("0001-01-01T00:00:00Z"), // never: the constructor clamps
        }
    }
}

impl fmt::Debug for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        spelled::read(deserializer, "not YYYY-MM-DDTHH:MM:SSZ", Self::parse)
    }
}

/// The clock port: real in `io`, moved by hand in a rehearsal.
pub trait Clock {
    /// The wall clock. Read once a step and passed on as a value.
    fn utc(&self) -> UtcTime;
    /// Time since an arbitrary fixed moment; never goes back. For deadlines.
    fn elapsed(&self) -> Duration;
    /// Lets `duration` pass.
    fn wait(&self, duration: Duration);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_prints_as_it_was_read() {
        let time = UtcTime::parse("2026-11-22T15:58:07Z").unwrap();
        assert_eq!(time.to_string(), "2026-11-22T15:58:07Z");
        assert_eq!(time.compact(), "20261122155807Z");
        assert_eq!(time.day(), "2026-11-22");
    }

    #[test]
    fn second_spellings_of_a_time_are_refused() {
        for text in [
            "2026-11-22T15:58:07.0Z",
            "2026-11-22t15:58:07Z",
            "2026-11-22T16:58:07+01:00",
        ] {
            assert_eq!(UtcTime::parse(text), None, "{text}");
        }
    }

    #[test]
    fn graph_and_http_times_are_read() {
        let time = UtcTime::parse("2026-11-22T15:58:07Z");
        assert_eq!(UtcTime::parse_rfc3339("2026-11-22T15:58:07.1234567Z"), time);
        assert_eq!(
            UtcTime::parse_http_date("Sun, 22 Nov 2026 15:58:07 GMT"),
            time
        );
    }

    #[test]
    fn the_ends_of_the_calendar_hold() {
        assert_eq!(
            UtcTime::from_unix(i64::MAX).to_string(),
            "9999-12-30T22:00:00Z"
        );
        assert_eq!(
            UtcTime::from_unix(i64::MIN).to_string(),
            "0001-01-01T00:00:00Z"
        );
    }
}
