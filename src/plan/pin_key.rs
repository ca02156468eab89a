//! Writing a key's model and serial number into the text of a plan, once they were seen on it: its own
//! lines more, every other byte as it was.

use super::Plan;
use super::pin::insert;
use crate::webauthn::Aaguid;
use toml::de::DeTable;
use toml::de::DeValue;

/// Longest serial number that is written into a plan, in characters.
const LONGEST_SERIAL: usize = 64;

/// What a key was seen to be, and is to be from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenKey<'s> {
    /// Its model; `None` if it claims none.
    pub aaguid: Option<Aaguid>,
    /// Its serial number; `None` if it has none, or one that is no plain word.
    pub serial: Option<&'s str>,
}

/// Why model and serial number were not written into a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenKeyFault {
    /// The text is no plan.
    NotAPlan,
    /// It has no key of that label.
    NoSuchKey,
    /// It names another model.
    NamesAnother,
    /// No place was found where the lines mean what they should.
    NoPlace,
}

/// The text of a plan with `aaguid` and `serial` of the key `label` in it, beneath its label. What is
/// there already stays. Comments, order and line ends stay.
///
/// # Errors
/// [`SeenKeyFault`]; then nothing may be written.
pub fn with_seen_key(text: &str, label: &str, seen: SeenKey<'_>) -> Result<String, SeenKeyFault> {
    let mut meant = Plan::parse(text).map_err(|_| SeenKeyFault::NotAPlan)?;
    let mut keys = meant
        .accounts
        .iter_mut()
        .flat_map(|account| &mut account.keys);
    let key = keys
        .find(|key| key.label == label)
        .ok_or(SeenKeyFault::NoSuchKey)?;
    let mut entries = Vec::new();
    if let Some(aaguid) = seen.aaguid {
        match key.aaguid {
            None => entries.push(("aaguid", aaguid.to_string())),
            Some(named) if named == aaguid => {}
            Some(_) => return Err(SeenKeyFault::NamesAnother),
        }
        key.aaguid = Some(aaguid);
    }
    // A number that is there was compared before the PIN, in whatever spelling it has.
    if let (None, Some(serial)) = (&key.serial, seen.serial.filter(|serial| is_plain(serial))) {
        entries.push(("serial", serial.to_owned()));
        key.serial = Some(serial.to_owned());
    }
    if entries.is_empty() {
        return Ok(text.to_owned());
    }
    let end = end_of_label(text, label).ok_or(SeenKeyFault::NoPlace)?;
    insert(text, end, &entries, &meant).ok_or(SeenKeyFault::NoPlace)
}

/// Whether a serial number can stand between quotes as it is.
fn is_plain(serial: &str) -> bool {
    (1..=LONGEST_SERIAL).contains(&serial.len())
        && serial
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

/// Where the value of the key's label ends, in bytes.
fn end_of_label(text: &str, label: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let accounts = table.get_ref().get("account")?.get_ref().as_array()?;
    accounts.iter().find_map(|account| {
        let keys = account.get_ref().as_table()?.get("key")?;
        keys.get_ref().as_array()?.iter().find_map(|key| {
            let value = key.get_ref().as_table()?.get("label")?;
            let is = matches!(value.get_ref(), DeValue::String(text) if text == label);
            is.then(|| value.span().end)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AAGUID: &str = "fa2b99dc-9e39-4257-8f92-4a30d23c4118";

    fn seen() -> SeenKey<'static> {
        SeenKey {
            aaguid: Aaguid::parse(AAGUID),
            serial: Some("31415926"),
        }
    }

    /// The plan of the page whose first key was seen by nobody yet.
    fn unseen() -> String {
        let page = include_str!("../../docs/formats/plan.md");
        let (_, rest) = page.split_once("```toml\n").unwrap();
        let text = rest.split_once("```").unwrap().0;
        let mut of_a_key = false;
        let kept = text.lines().filter(|line| {
            of_a_key |= line.starts_with("[[account.key]]");
            !(of_a_key && (line.starts_with("aaguid") || line.starts_with("serial")))
        });
        let kept: Vec<&str> = kept.collect();
        format!("{}\n", kept.join("\n"))
    }

    #[test]
    fn two_lines_come_in_and_every_other_byte_stays() {
        let before = unseen().replacen(
            "label = \"BG1-A\"\n",
            "  label = \"BG1-A\" # the blue one\n# bought in May\n",
            1,
        );
        let after = with_seen_key(&before, "BG1-A", seen()).unwrap();
        let lines = format!("  aaguid = \"{AAGUID}\"\n  serial = \"31415926\"\n");
        assert_eq!(after.replacen(&lines, "", 1), before);
        assert!(after.contains(&format!("# the blue one\n{lines}# bought in May\n")));
        assert_eq!(with_seen_key(&after, "BG1-A", seen()), Ok(after.clone()));
        let windows = before.replace('\n', "\r\n");
        let after = with_seen_key(&windows, "BG1-A", seen()).unwrap();
        assert_eq!(after.replacen(&lines.replace('\n', "\r\n"), "", 1), windows);
    }

    #[test]
    fn what_a_key_does_not_say_is_not_written() {
        let before = unseen();
        let nothing = SeenKey {
            aaguid: None,
            serial: None,
        };
        assert_eq!(with_seen_key(&before, "BG1-A", nothing), Ok(before.clone()));
        let odd = SeenKey {
            aaguid: None,
            serial: Some("1\"\nx"),
        };
        assert_eq!(with_seen_key(&before, "BG1-A", odd), Ok(before.clone()));
        let model = SeenKey {
            serial: None,
            ..seen()
        };
        let after = with_seen_key(&before, "BG1-A", model).unwrap();
        assert_eq!(
            after.replacen(&format!("aaguid = \"{AAGUID}\"\n"), "", 1),
            before
        );
    }

    #[test]
    fn another_key_than_planned_is_written_nowhere() {
        let text = with_seen_key(&unseen(), "BG1-A", seen()).unwrap();
        let other = SeenKey {
            aaguid: Some(Aaguid::ZERO),
            serial: None,
        };
        let fault = |text: &str, label, seen| with_seen_key(text, label, seen).unwrap_err();
        assert_eq!(fault(&text, "BG1-A", other), SeenKeyFault::NamesAnother);
        assert_eq!(fault(&text, "BG9-Z", seen()), SeenKeyFault::NoSuchKey);
        assert_eq!(fault("label = 1", "BG1-A", seen()), SeenKeyFault::NotAPlan);
    }
}
