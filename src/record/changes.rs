//! What a new roster changes, in words: a signer must see which key comes under which ref.

use super::PersonPart;
use super::Roster;
use super::RosterEntry;
use crate::plan::Role;

/// Each person whose line on the roster is new, gone or another.
#[must_use]
pub fn roster_changes(before: &Roster, after: &Roster) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in before.entries() {
        let reference = &entry.reference;
        match after.entry(reference) {
            None => lines.push(format!("{reference} signs no more.")),
            Some(new) if new.key != entry.key => lines.push(format!(
                "{reference} signs with another key: {} in place of {}.",
                key(new),
                entry.key.fingerprint()
            )),
            Some(new) if new != entry => lines.push(format!(
                "{reference} signs with the same key, other documents or times."
            )),
            Some(_) => {}
        }
    }
    for entry in after.entries() {
        if before.entry(&entry.reference).is_none() {
            lines.push(format!("{} signs with {}.", entry.reference, key(entry)));
        }
    }
    lines
}

/// Each person whose roles are new, gone or others.
#[must_use]
pub fn people_changes(before: &[PersonPart], after: &[PersonPart]) -> Vec<String> {
    let of = |people: &[PersonPart], reference: &str| {
        let mut found = people.iter().filter(|one| one.reference == reference);
        found.next().map(|one| roles(&one.roles))
    };
    let mut lines = Vec::new();
    for person in before {
        let reference = &person.reference;
        let had = roles(&person.roles);
        match of(after, reference) {
            None => lines.push(format!("{reference} is no longer {had}.")),
            Some(now) if now != had => {
                lines.push(format!("{reference} is {now}, and was {had}."));
            }
            Some(_) => {}
        }
    }
    for person in after {
        if of(before, &person.reference).is_none() {
            lines.push(format!(
                "{} becomes {}.",
                person.reference,
                roles(&person.roles)
            ));
        }
    }
    lines
}

fn roles(roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    words.join(", ")
}

fn key(entry: &RosterEntry) -> String {
    format!(
        "{} key {}",
        entry.key.key_type().name(),
        entry.key.fingerprint()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Namespace;
    use crate::record::SshPublicKey;

    fn entry(reference: &str, key: u8) -> RosterEntry {
        RosterEntry {
            reference: reference.to_owned(),
            namespaces: vec![Namespace::Record],
            valid_after: None,
            valid_before: None,
            key: SshPublicKey::ed25519([key; 32]),
        }
    }

    #[test]
    fn a_roster_s_changes_name_refs_and_keys() {
        let before = vec![entry("op-7", 1), entry("w-1", 2), entry("w-2", 3)];
        let mut after = vec![entry("op-7", 1), entry("w-1", 4), entry("w-3", 5)];
        after[0].namespaces.push(Namespace::Roster);
        let print = |key: u8| SshPublicKey::ed25519([key; 32]).fingerprint();
        let (before, after) = (Roster::new(before).unwrap(), Roster::new(after).unwrap());
        assert_eq!(
            roster_changes(&before, &after),
            [
                "op-7 signs with the same key, other documents or times.".to_owned(),
                format!(
                    "w-1 signs with another key: ssh-ed25519 key {} in place of {}.",
                    print(4),
                    print(2)
                ),
                "w-2 signs no more.".to_owned(),
                format!("w-3 signs with ssh-ed25519 key {}.", print(5)),
            ]
        );
        assert!(roster_changes(&after, &after).is_empty());
    }

    #[test]
    fn roles_that_change_are_told_for_each_person() {
        let person = |reference: &str, roles: &[Role]| PersonPart {
            reference: reference.to_owned(),
            roles: roles.to_vec(),
        };
        let before = [
            person("op-7", &[Role::Operator]),
            person("w-1", &[Role::Witness]),
            person("w-2", &[Role::Witness]),
        ];
        let after = [
            person("op-7", &[Role::Operator]),
            person("w-1", &[Role::Witness, Role::SafeController]),
            person("cu-3", &[Role::Custodian]),
        ];
        assert_eq!(
            people_changes(&before, &after),
            [
                "w-1 is witness, safe controller, and was witness.",
                "w-2 is no longer witness.",
                "cu-3 becomes custodian.",
            ]
        );
    }
}
