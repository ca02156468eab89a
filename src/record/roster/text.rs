//! The roster's text, in one spelling.

use super::MAX_ROSTER_BYTES;
use super::Namespace;
use super::Roster;
use super::RosterEntry;
use super::RosterError;
use super::RosterFault;
use super::SshPublicKey;
use crate::primitives::UtcTime;

/// Our namespaces, in the order in which a line names them.
pub(super) const NAMESPACES: [Namespace; 3] =
    [Namespace::Record, Namespace::Checkpoint, Namespace::Roster];

impl Roster {
    /// Reads a roster strictly: only what [`Self::text`] writes.
    ///
    /// # Errors
    /// [`RosterError`] with the line and the reason.
    pub fn parse(bytes: &[u8]) -> Result<Self, RosterError> {
        if bytes.len() > MAX_ROSTER_BYTES {
            return Err(RosterFault::TooLarge.at(0));
        }
        if bytes.is_empty() {
            return Err(RosterFault::Empty.at(0));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| RosterFault::NotText.at(0))?;
        let body = text
            .strip_suffix('\n')
            .filter(|text| {
                text.chars()
                    .all(|c| c == '\n' || c == ' ' || c.is_ascii_graphic())
            })
            .ok_or(RosterFault::NotText.at(0))?;
        let mut entries = Vec::new();
        for (index, line) in body.split('\n').enumerate() {
            entries.push(entry(line).map_err(|fault| fault.at(index + 1))?);
        }
        let roster = Self::new(entries)?;
        if roster.text() == text {
            Ok(roster)
        } else {
            Err(RosterFault::SecondSpelling.at(0))
        }
    }

    /// The text: one line a person, each ended by a newline.
    #[must_use]
    pub fn text(&self) -> String {
        self.entries().iter().map(line).collect()
    }
}

/// Whether `text` may name a person: 1 to 64 letters, digits, `-` or `_`, the first a letter or
/// digit; so it is no pattern to OpenSSH, and safe in a file name.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn line(entry: &RosterEntry) -> String {
    let namespaces: Vec<&str> = entry.namespaces.iter().map(|n| n.name()).collect();
    let mut options = vec![format!("namespaces=\"{}\"", namespaces.join(","))];
    for (name, time) in [
        ("valid-after", entry.valid_after),
        ("valid-before", entry.valid_before),
    ] {
        options.extend(time.map(|time| format!("{name}=\"{}\"", time.compact())));
    }
    let options = options.join(",");
    format!("{} {options} {}\n", entry.reference, entry.key)
}

fn entry(line: &str) -> Result<RosterEntry, RosterFault> {
    let mut parts = line.splitn(3, ' ');
    let (Some(reference), Some(options), Some(key)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(RosterFault::Form);
    };
    if !is_reference(reference) {
        return Err(RosterFault::Reference(reference.to_owned()));
    }
    let mut entry = RosterEntry {
        reference: reference.to_owned(),
        namespaces: Vec::new(),
        valid_after: None,
        valid_before: None,
        key: SshPublicKey::parse(key).map_err(RosterFault::Key)?,
    };
    let mut rest = options;
    loop {
        let name: &str = rest.split(['=', ',']).next().unwrap_or_default();
        if !matches!(name, "namespaces" | "valid-after" | "valid-before") {
            return Err(RosterFault::Option(name.to_owned()));
        }
        let quoted = rest
            .get(name.len()..)
            .and_then(|rest| rest.strip_prefix("=\""));
        let (value, after) = quoted
            .and_then(|quoted| quoted.split_once('"'))
            .ok_or(RosterFault::Form)?;
        match name {
            "namespaces" => entry.namespaces = namespaces(value)?,
            "valid-after" => entry.valid_after = Some(time(value)?),
            _ => entry.valid_before = Some(time(value)?),
        }
        if after.is_empty() {
            return Ok(entry);
        }
        rest = after.strip_prefix(',').ok_or(RosterFault::Form)?;
    }
}

fn namespaces(value: &str) -> Result<Vec<Namespace>, RosterFault> {
    value
        .split(',')
        .map(|name| {
            NAMESPACES
                .into_iter()
                .find(|namespace| namespace.name() == name)
                .ok_or_else(|| RosterFault::Namespace(name.to_owned()))
        })
        .collect()
}

/// `YYYYMMDDHHMMSSZ`.
fn time(value: &str) -> Result<UtcTime, RosterFault> {
    let mut dashed = String::new();
    for (index, c) in value.chars().enumerate() {
        match index {
            4 | 6 => dashed.push('-'),
            8 => dashed.push('T'),
            10 | 12 => dashed.push(':'),
            _ => {}
        }
        dashed.push(c);
    }
    UtcTime::parse(&dashed)
        .filter(|time| time.compact() == value)
        .ok_or_else(|| RosterFault::Time(value.to_owned()))
}
