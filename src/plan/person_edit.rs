//! Writing people into the text of a plan, and out of it: the lines that must change, and no other.

use super::Person;
use super::Plan;
use super::people_file::quoted;
use super::read;
use std::fmt::Write as _;
use toml::de::DeTable;
use toml::de::DeValue;

/// The text of a plan with this person in it, at its end, or with the key and roles of the entry that
/// is there made theirs. Unchanged if it says so already. `None` if there is no place where the lines
/// mean what they should, or the plan could not be used after that.
#[must_use]
pub fn with_person(text: &str, person: &Person) -> Option<String> {
    let before = Plan::parse(text).ok()?;
    let mut meant = before.clone();
    let there = meant
        .people
        .iter_mut()
        .find(|one| one.reference == person.reference);
    match there {
        Some(one) if one == person => return Some(text.to_owned()),
        Some(one) => *one = person.clone(),
        None => {
            meant.people.push(person.clone());
            return usable(&format!("{}{}", ended(text), entry(person)), &meant);
        }
    }
    let roles = format!("[{}]", roles(person));
    let edited = replaced(text, &person.reference, "key", &quoted(&person.key))?;
    let edited = replaced(&edited, &person.reference, "roles", &roles)?;
    usable(&edited, &meant)
}

/// The text of a plan without this person. `None` as for [`with_person`]: a plan in which they still
/// hold a PIN envelope is left for a person to edit.
#[must_use]
pub fn without_person(text: &str, reference: &str) -> Option<String> {
    let mut meant = Plan::parse(text).ok()?;
    let count = meant.people.len();
    meant.people.retain(|one| one.reference != reference);
    if meant.people.len() == count {
        return Some(text.to_owned());
    }
    let at = value(text, reference, "ref")?.start;
    let (head, tail) = text.split_at_checked(at)?;
    let begins = head.rfind("[[person]]")?;
    let mut ends = at;
    let mut line_start = at;
    for line in tail.split_inclusive('\n') {
        let said = line.trim_start();
        if said.starts_with('[') && line_start > at {
            break;
        }
        line_start = line_start.saturating_add(line.len());
        if !said.trim_end().is_empty() && !said.starts_with('#') {
            ends = line_start;
        }
    }
    let after = text.get(ends..)?;
    let after = after.strip_prefix('\n').unwrap_or(after);
    usable(&format!("{}{after}", text.get(..begins)?), &meant)
}

/// The edited text, if it means what is meant and can be used.
fn usable(edited: &str, meant: &Plan) -> Option<String> {
    let same = read(edited).plan.is_some_and(|plan| plan == *meant);
    same.then(|| edited.to_owned())
}

/// The entry of a person, with an empty line before it.
pub(super) fn entry(person: &Person) -> String {
    let mut out = String::from("\n[[person]]\n");
    let _ = write!(
        out,
        "ref = {}\nroles = [{}]\nkey = {}\n",
        quoted(&person.reference),
        roles(person),
        quoted(&person.key)
    );
    out
}

fn roles(person: &Person) -> String {
    let names: Vec<String> = person
        .roles
        .iter()
        .map(|role| quoted(role.name()))
        .collect();
    names.join(", ")
}

fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') {
        text.to_owned()
    } else {
        format!("{text}\n")
    }
}

/// The text with another value of one member of a person's entry.
fn replaced(text: &str, reference: &str, member: &str, with: &str) -> Option<String> {
    let span = value(text, reference, member)?;
    Some(format!(
        "{}{with}{}",
        text.get(..span.start)?,
        text.get(span.end..)?
    ))
}

/// Where a value of a person's entry stands, in bytes.
fn value(text: &str, reference: &str, member: &str) -> Option<std::ops::Range<usize>> {
    let table = DeTable::parse(text).ok()?;
    let people = table.get_ref().get("person")?.get_ref().as_array()?;
    people.iter().find_map(|person| {
        let person = person.get_ref().as_table()?;
        let is = person.get("ref")?.get_ref();
        let is = matches!(is, DeValue::String(text) if text == reference);
        is.then(|| person.get(member).map(toml::Spanned::span))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Role;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";

    fn whole() -> String {
        let page = include_str!("../../docs/formats/plan.md");
        let (_, rest) = page.split_once("```toml\n").unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    }

    fn newcomer() -> Person {
        Person {
            reference: "w-3".to_owned(),
            roles: vec![Role::Witness, Role::SafeController],
            key: KEY.to_owned(),
        }
    }

    #[test]
    fn a_newcomer_comes_last_and_every_other_byte_stays() {
        let before = whole();
        let after = with_person(&before, &newcomer()).unwrap();
        let added = after.strip_prefix(before.as_str()).unwrap();
        assert_eq!(
            added,
            format!(
                "\n[[person]]\nref = \"w-3\"\nroles = [\"witness\", \"safe-controller\"]\n\
                 key = \"{KEY}\"\n"
            )
        );
        assert_eq!(with_person(&after, &newcomer()), Some(after.clone()));
        assert_eq!(without_person(&after, "w-3"), Some(format!("{before}\n")));
        assert_eq!(without_person(&before, "w-3"), Some(before));
    }

    #[test]
    fn a_new_key_and_new_roles_take_the_place_of_the_old_ones() {
        let before = whole();
        let old = Plan::parse(&before).unwrap().people[1].clone();
        let new = Person {
            key: KEY.to_owned(),
            roles: vec![Role::Witness],
            ..old.clone()
        };
        let after = with_person(&before, &new).unwrap();
        assert_eq!(
            after,
            before
                .replace(&old.key, KEY)
                .replace("[\"witness\", \"safe-controller\"]", "[\"witness\"]")
        );
        // Somebody else's key cannot be it.
        let twice = Person {
            key: Plan::parse(&before).unwrap().people[0].key.clone(),
            ..old
        };
        assert_eq!(with_person(&before, &twice), None);
    }

    #[test]
    fn who_still_holds_a_pin_envelope_or_makes_the_quorum_is_left_in() {
        let before = whole();
        for reference in ["cu-2", "w-1", "op-7"] {
            assert_eq!(without_person(&before, reference), None, "{reference}");
        }
        let two = before.clone()
            + "\n# the second witness\n[[person]]\nref = \"w-9\"\nroles = [\"witness\"]\nkey = \""
            + KEY
            + "\"\n";
        let after = without_person(&two, "w-1").unwrap();
        assert!(!after.contains("w-1") && after.contains("# the second witness\n[[person]]"));
        assert!(after.contains("[[person]]\nref = \"cu-2\""), "{after}");
        assert_eq!(with_person("not a plan", &newcomer()), None);
    }
}
