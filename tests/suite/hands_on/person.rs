//! The person at the keyboard, who does what each question asks: PINs from the rehearsal's world, bag
//! numbers and words from the screen.

use glasskey::rehearsal::World;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What is typed at a question with these words; several for the same words come in this order, and
/// the last one stays.
pub(crate) type Answers<'a> = &'a [(&'a str, &'a str)];

/// What a person has in mind while a ceremony is held.
pub(crate) struct Person<'a> {
    answers: Answers<'a>,
    given: Vec<usize>,
    label: String,
    /// The bag that each key is to go into.
    next_bag: BTreeMap<String, String>,
    /// Keys whose PIN was typed, and those of them that get a new one.
    typed: BTreeSet<String>,
    changed: BTreeSet<String>,
}

impl<'a> Person<'a> {
    /// A person who answers like this, and else as each question asks.
    pub(crate) fn new(answers: Answers<'a>) -> Self {
        Self {
            answers,
            given: Vec::new(),
            label: String::new(),
            next_bag: BTreeMap::new(),
            typed: BTreeSet::new(),
            changed: BTreeSet::new(),
        }
    }

    /// What is typed at a question, without Enter. `screen` is all that is on the screen.
    pub(crate) fn answer(&mut self, question: &str, screen: &str) -> String {
        if let Some(answer) = self.told(question) {
            return answer;
        }
        let seen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        if question.starts_with("Press Enter") || question.contains("then press Enter") {
            String::new()
        } else if question.ends_with("[y/n]") {
            "y".to_owned()
        } else if let Some(label) = between(question, "Number of the new bag for ", ",") {
            let number = new_bag(label, &seen);
            self.next_bag.insert(label.to_owned(), number.clone());
            label.clone_into(&mut self.label);
            number
        } else if question.starts_with("The bag number once more") {
            self.next_bag.get(&self.label).cloned().unwrap_or_default()
        } else if let Some(label) = between(question, "Number of the closed bag with ", " ") {
            bag_of(label, &seen).unwrap_or_else(|| "missing".to_owned())
        } else if let Some(witness) = question.split(" reads the 12 words").nth(1).and(
            question
                .split(" reads the 12 words")
                .next()
                .filter(|name| !name.contains(' ')),
        ) {
            let shown = format!("{witness}'s own screen shows: ");
            let words = seen.rsplit(&shown).next().unwrap_or_default();
            words.split(' ').take(12).collect::<Vec<_>>().join(" ")
        } else if let Some(label) = between(question, "Number of the bag that ", " ") {
            bag_of(label, &seen).unwrap_or_else(|| "unread".to_owned())
        } else if let Some(label) = between(question, "The portal asks for a name for ", ":") {
            label.to_owned()
        } else if let Some(alias) = between(question, "Who saw the alert of this sign-in of ", ",")
        {
            format!("w-1 ALERT-{alias}")
        } else if question.starts_with("Numbers of what was NOT done") {
            "all".to_owned()
        } else if let Some(label) = between(question, "To reset it, type its label, ", ":") {
            label.to_owned()
        } else if question.ends_with("One sentence for the record:") {
            "all was as we had planned it".to_owned()
        } else if question.contains("PIN") || question.starts_with("The same PIN") {
            self.pin(question)
        } else {
            panic!("nobody knows what to type at {question:?}:\n{screen}")
        }
    }

    /// The answer that the test has for a question.
    fn told(&mut self, question: &str) -> Option<String> {
        let fits = |(_, (words, _)): &(usize, &(&str, &str))| question.contains(words);
        let mut all = self.answers.iter().enumerate().filter(fits);
        let last = all.clone().next_back()?;
        let (number, (_, answer)) = all
            .find(|(number, _)| !self.given.contains(number))
            .unwrap_or(last);
        self.given.push(number);
        Some((*answer).to_owned())
    }

    /// The PIN on the newest sheet of the key that is asked for.
    fn pin(&mut self, question: &str) -> String {
        let label = self.pin_of(question);
        if !question.starts_with("New FIDO2 PIN") && !question.starts_with("The same PIN") {
            self.typed.insert(label.clone());
        } else if self.typed.contains(&label) {
            self.changed.insert(label.clone());
        }
        if self.changed.contains(&label) {
            World::pin(&format!("{label} 1"))
        } else {
            World::pin(&label)
        }
    }

    /// Whose PIN is asked for: the key that the question names by its serial number or its label, else
    /// the one that was asked for last.
    fn pin_of(&mut self, question: &str) -> String {
        let serials = 26_010_001..;
        let mut keys = World::labels().into_iter().zip(serials);
        let by_serial = keys.find(|(_, serial)| question.contains(&serial.to_string()));
        let by_label = between(question, "the PIN of ", ":");
        if let Some(label) = by_serial.map(|(label, _)| label).or(by_label) {
            label.clone_into(&mut self.label);
        }
        self.label.clone()
    }
}

/// The number of a bag that was not used yet.
fn new_bag(label: &str, seen: &str) -> String {
    let labels = World::labels();
    let count = labels.len();
    let place = labels.iter().position(|one| *one == label).unwrap_or(count);
    let used = bag_of(label, seen).and_then(|bag| bag.strip_prefix("R26-")?.parse().ok());
    let number = used.map_or(101 + place, |used: usize| used + count);
    format!("R26-{number:04}")
}

/// The bag that a key is in, by what was last on the screen.
fn bag_of(label: &str, seen: &str) -> Option<String> {
    let head = format!("{label} and its inside sheet are in bag ");
    let after = seen.rsplit_once(&head)?.1;
    Some(after.split(',').next()?.to_owned())
}

/// What stands between two pieces of a question.
fn between<'q>(question: &'q str, head: &str, end: &str) -> Option<&'q str> {
    question.split_once(head)?.1.split(end).next()
}
