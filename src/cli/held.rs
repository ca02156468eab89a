//! What a person hands to `audit` and `mds` beside a book: files, and a time to judge as of.

use super::exit::Exit;
use super::failure::Failure;
use crate::io::SystemClock;
use crate::ledger::MAX_FILE_BYTES;
use crate::ledger::Trust;
use crate::primitives::Clock;
use crate::primitives::UtcTime;
use crate::primitives::bytes::from_base64url;
use crate::webauthn::CredentialId;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;

/// U+FEFF in UTF-8, as editors may put it before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The time as of which something is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AsOf {
    /// The time.
    pub(crate) time: UtcTime,
    /// Whether a person named it; then the result is hypothetical.
    pub(crate) hypothetical: bool,
}

impl AsOf {
    /// The time that `--as-of` names, else now.
    pub(crate) fn of(argument: Option<&UtcTime>) -> Self {
        Self {
            time: argument
                .copied()
                .unwrap_or_else(|| SystemClock::new().utc()),
            hypothetical: argument.is_some(),
        }
    }

    /// A sentence about it.
    pub(crate) fn words(self) -> String {
        if self.hypothetical {
            format!(
                "Judged as of {}, as asked: hypothetical, not this machine's clock.",
                self.time
            )
        } else {
            format!("Judged as of {}.", self.time)
        }
    }
}

/// Reads the value of `--reference`: 1 to 100 characters, none of them a control character.
///
/// # Errors
/// What it should look like.
pub(crate) fn reference(text: &str) -> Result<String, String> {
    let length = text.chars().count();
    if (1..=100).contains(&length) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err("not 1 to 100 characters without control characters".to_owned())
    }
}

/// Reads the value of `--as-of`: `YYYY-MM-DDTHH:MM:SSZ`, `YYYYMMDDHHMMSSZ`, or the start of a day.
///
/// # Errors
/// What it should look like.
pub(crate) fn time(text: &str) -> Result<UtcTime, String> {
    let compact = || {
        let digits: Vec<char> = text.strip_suffix('Z')?.chars().collect();
        let all = digits.len() == 14 && digits.iter().all(char::is_ascii_digit);
        let mut written = String::new();
        for (place, digit) in digits.into_iter().enumerate() {
            match place {
                4 | 6 => written.push('-'),
                8 => written.push('T'),
                10 | 12 => written.push(':'),
                _ => {}
            }
            written.push(digit);
        }
        written.push('Z');
        all.then(|| UtcTime::parse(&written)).flatten()
    };
    UtcTime::parse(text)
        .or_else(|| UtcTime::parse(&format!("{text}T00:00:00Z")))
        .or_else(compact)
        .ok_or_else(|| "not YYYY-MM-DDTHH:MM:SSZ, YYYYMMDDHHMMSSZ or YYYY-MM-DD".to_owned())
}

/// Reads a time as [`time`] does, but a day means its last second.
///
/// # Errors
/// What it should look like.
pub(crate) fn end_of(text: &str) -> Result<UtcTime, String> {
    UtcTime::parse(&format!("{text}T23:59:59Z")).map_or_else(|| time(text), Ok)
}

/// Reads the value of `--credential`: a credential id in base64url, with or without padding.
///
/// # Errors
/// What it should look like.
pub(crate) fn credential(text: &str) -> Result<CredentialId, String> {
    from_base64url(text.trim_end_matches('='))
        .and_then(CredentialId::new)
        .ok_or_else(|| "not base64url".to_owned())
}

/// Reads the value of `--since`: a record's index, `000004` or `4`, or `record:000004`.
///
/// # Errors
/// What it should look like.
pub(crate) fn record(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix("record:").unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let index = if plain { digits.parse().ok() } else { None };
    index.ok_or_else(|| "not the number of a record, such as 000004".to_owned())
}

/// The bytes of a plain file of up to 32 MiB; `what` says what was not done without it.
///
/// # Errors
/// [`Failure`] with exit 2.
pub(crate) fn file(path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    up_to(MAX_FILE_BYTES, path, what)
}

/// As [`file`], of up to `most` bytes, a whole number of MiB.
///
/// # Errors
/// As [`file`].
pub(crate) fn up_to(most: u64, path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    let cannot = |words: String| {
        Failure::new(
            Exit::Usage,
            what,
            format!("{}: {words}", path.display()),
            "name a file that is there and that this user may read",
        )
    };
    let bytes = opened(path).and_then(|opened| {
        let mut bytes = Vec::new();
        let Some(file) = opened else { return Ok(None) };
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    });
    let bytes = bytes
        .map_err(|error| cannot(error.to_string()))?
        .ok_or_else(|| cannot("not a plain file".to_owned()))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        return Err(cannot(format!("larger than {} MiB", most >> 20)));
    }
    Ok(bytes)
}

/// The file at `path`, to be read; `None` if it is no plain file. What was opened for this process is
/// waited for; no other pipe is.
fn opened(path: &Path) -> io::Result<Option<File>> {
    let handed = path == Path::new("/dev/stdin") || path.parent() == Some(Path::new("/dev/fd"));
    let wait = if handed {
        OFlags::empty()
    } else {
        OFlags::NONBLOCK
    };
    let how = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | wait;
    let file = rustix::io::retry_on_intr(|| rustix::fs::open(path, how, Mode::empty()))?;
    let file = File::from(file);
    let plain = handed || file.metadata()?.is_file();
    Ok(plain.then_some(file))
}

/// The trust file; without one, the trust of an auditor who brought nothing.
///
/// # Errors
/// [`Failure`] with exit 2.
pub(crate) fn trust(path: Option<&Path>, what: &str) -> Result<Trust, Failure> {
    let Some(path) = path else {
        return Ok(Trust::default());
    };
    let unusable = |why: String| {
        Failure::new(
            Exit::Usage,
            what,
            format!("{}: {why}", path.display()),
            "correct the file; docs/formats/trust.md has an example",
        )
    };
    let bytes = file(path, what)?;
    // Other readers of TOML refuse it, and both verifiers must read the same.
    if bytes.starts_with(BYTE_ORDER_MARK) {
        return Err(unusable("a byte order mark stands before it".to_owned()));
    }
    Trust::parse(&bytes).map_err(|fault| unusable(fault.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_named_by_its_number() {
        for text in ["4", "000004", "record:000004"] {
            assert_eq!(record(text), Ok(4), "{text}");
        }
        for text in ["", "-1", "+4", "record:", "four", "99999999999999999999"] {
            assert!(record(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_to_judge_as_of_is_written_in_three_ways() {
        let noon = UtcTime::parse("2024-12-21T12:00:00Z").unwrap();
        let day = UtcTime::parse("2024-12-21T00:00:00Z").unwrap();
        assert_eq!(time("2024-12-21T12:00:00Z"), Ok(noon));
        assert_eq!(time("20241221120000Z"), Ok(noon));
        assert_eq!(time("2024-12-21"), Ok(day));
        for text in [
            "",
            "now",
            "2024-13-01",
            "20241221120000",
            "2024122112000Z",
            "2024-12-21 12:00",
            "20241321120000Z",
            "２０２４1221120000Z",
        ] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
