//! Writing an account's object id into the text of a plan: one line more, every other byte as it was.

use super::Plan;
use crate::primitives::Guid;
use std::fmt::Write as _;
use toml::de::DeTable;
use toml::de::DeValue;

/// Why an object id was not written into a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinFault {
    /// The text is no plan.
    NotAPlan,
    /// It has no account of that alias.
    NoSuchAccount,
    /// It pins another object id.
    PinsAnother(Guid),
    /// No place was found where the line means what it should.
    NoPlace,
}

/// The text of a plan with `object-id` of the account `alias` in it, beneath its alias. Unchanged if
/// it is there already. Comments, order and line ends stay.
///
/// # Errors
/// [`PinFault`]; then nothing may be written.
pub fn with_object_id(text: &str, alias: &str, id: &Guid) -> Result<String, PinFault> {
    let before = Plan::parse(text).map_err(|_| PinFault::NotAPlan)?;
    let mut meant = before.clone();
    let account = meant
        .accounts
        .iter_mut()
        .find(|account| account.alias == alias)
        .ok_or(PinFault::NoSuchAccount)?;
    match account.object_id {
        Some(pinned) if pinned == *id => return Ok(text.to_owned()),
        Some(pinned) => return Err(PinFault::PinsAnother(pinned)),
        None => account.object_id = Some(*id),
    }
    let end = end_of_alias(text, alias).ok_or(PinFault::NoPlace)?;
    let entries = [("object-id", id.to_string())];
    insert(text, end, &entries, &meant).ok_or(PinFault::NoPlace)
}

/// The text with `entries`, whose values need no escape, after the value that ends at `end`; `None`
/// where that would not mean `meant`.
pub(super) fn insert(
    text: &str,
    end: usize,
    entries: &[(&str, String)],
    meant: &Plan,
) -> Option<String> {
    // A table has its own lines; a table in braces is one. Whichever means what is meant is right.
    [lines(text, end, entries), in_braces(text, end, entries)]
        .into_iter()
        .flatten()
        .find(|edited| Plan::parse(edited).is_ok_and(|plan| plan == *meant))
}

/// Where the value of the account's alias ends, in bytes.
fn end_of_alias(text: &str, alias: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let accounts = table.get_ref().get("account")?.get_ref().as_array()?;
    accounts.iter().find_map(|account| {
        let value = account.get_ref().as_table()?.get("alias")?;
        let is = matches!(value.get_ref(), DeValue::String(text) if text == alias);
        is.then(|| value.span().end)
    })
}

fn lines(text: &str, end: usize, entries: &[(&str, String)]) -> Option<String> {
    let (head, tail) = text.split_at_checked(end)?;
    let begun = head.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let line = head.get(begun..)?;
    let indent: String = line.chars().take_while(|c| " \t".contains(*c)).collect();
    let (rest, after) = tail.split_once('\n').unwrap_or((tail, ""));
    let end = if rest.ends_with('\r') { "\r\n" } else { "\n" };
    let mut edited = format!("{head}{rest}\n");
    for (name, value) in entries {
        let _ = write!(edited, "{indent}{name} = \"{value}\"{end}");
    }
    edited.push_str(after);
    Some(edited)
}

fn in_braces(text: &str, end: usize, entries: &[(&str, String)]) -> Option<String> {
    let (head, tail) = text.split_at_checked(end)?;
    let mut edited = head.to_owned();
    for (name, value) in entries {
        let _ = write!(edited, ", {name} = \"{value}\"");
    }
    edited.push_str(tail);
    Some(edited)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "3b1f0a52-7c4d-4e8b-a1c9-5d6e7f809102";

    fn id() -> Guid {
        Guid::parse(ID).unwrap()
    }

    fn whole() -> String {
        let page = include_str!("../../docs/formats/plan.md");
        let (_, rest) = page.split_once("```toml\n").unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    }

    /// The plan of the page with its first account unpinned.
    fn unpinned() -> String {
        let text = whole();
        let line = text
            .lines()
            .find(|line| line.starts_with("object-id"))
            .unwrap();
        text.replacen(&format!("{line}\n"), "", 1)
    }

    #[test]
    fn one_line_comes_in_and_every_other_byte_stays() {
        let before = unpinned().replacen(
            "alias = \"BG-1\"\n",
            "  alias = \"BG-1\"    # the first one, see the minutes of 3 May\n# not yet pinned\n",
            1,
        );
        let after = with_object_id(&before, "BG-1", &id()).unwrap();
        let line = format!("  object-id = \"{ID}\"\n");
        assert_eq!(after.replacen(&line, "", 1), before);
        assert!(after.contains(&format!(
            "see the minutes of 3 May\n{line}# not yet pinned\n"
        )));
        // Once is enough.
        assert_eq!(with_object_id(&after, "BG-1", &id()), Ok(after.clone()));
    }

    #[test]
    fn windows_line_ends_and_a_table_in_braces_stay_what_they_are() {
        let before = unpinned().replace('\n', "\r\n");
        let after = with_object_id(&before, "BG-1", &id()).unwrap();
        let line = format!("object-id = \"{ID}\"\r\n");
        assert_eq!(after.replacen(&line, "", 1), before);
        assert!(!after.replace("\r\n", "").contains('\n'));

        let text = unpinned();
        let (head, accounts) = text.split_once("[[account]]").unwrap();
        assert!(accounts.contains("[[account.key]]"));
        let braces = r#"account = [{ alias = "BG-1", upn = "bg1@contoso.onmicrosoft.com", roles = [], conditional-access = "excluded" }]"#;
        let before = format!("{braces}\n{head}");
        let after = with_object_id(&before, "BG-1", &id()).unwrap();
        let entry = format!(", object-id = \"{ID}\"");
        assert_eq!(after.replacen(&entry, "", 1), before);
    }

    #[test]
    fn what_cannot_be_done_rightly_is_not_done() {
        let text = whole();
        let pinned = Plan::parse(&text).unwrap().accounts[0].object_id.unwrap();
        let other = Guid([7; 16]);
        assert_eq!(
            with_object_id(&text, "BG-1", &other),
            Err(PinFault::PinsAnother(pinned))
        );
        assert_eq!(
            with_object_id(&text, "BG-9", &other),
            Err(PinFault::NoSuchAccount)
        );
        assert_eq!(
            with_object_id("alias = 1", "BG-1", &other),
            Err(PinFault::NotAPlan)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn wherever_comments_stand_only_one_line_is_new(
            places in proptest::collection::vec((0_usize..80, "[ -~]{0,20}"), 0..6),
            tail in any::<bool>(),
        ) {
            let mut lines: Vec<String> = unpinned().lines().map(str::to_owned).collect();
            for (at, comment) in &places {
                let at = at % lines.len();
                lines.insert(at, format!("# {comment}"));
            }
            let mut before = lines.join("\n");
            if tail {
                before.push('\n');
            }
            let after = with_object_id(&before, "BG-1", &id()).unwrap();
            let line = format!("object-id = \"{ID}\"");
            let left: Vec<&str> = after.lines().filter(|one| *one != line).collect();
            let was: Vec<&str> = before.lines().collect();
            prop_assert_eq!(left, was);
        }
    }
}
