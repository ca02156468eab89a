//! The rehearsal's bags: which one each key is in, and how it is found.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Clone, Default)]
struct Bag {
    /// The number of the bag it is in; `None` before it was sealed.
    number: Option<String>,
    /// How often it was sealed.
    times: usize,
    torn: bool,
}

/// The bags of the rehearsal's keys. Clones are the same bags.
#[derive(Clone, Default)]
pub struct Bags {
    labels: Vec<&'static str>,
    of: Rc<RefCell<BTreeMap<String, Bag>>>,
}

impl Bags {
    /// Bags for keys with these labels; none is sealed.
    #[must_use]
    pub fn new(labels: Vec<&'static str>) -> Self {
        Self {
            labels,
            of: Rc::default(),
        }
    }

    /// The number of the next bag for this key: `R26-0101` for the first key's first one.
    #[must_use]
    pub fn next(&self, label: &str) -> String {
        let count = self.labels.len();
        let place = self.labels.iter().position(|name| *name == label);
        let times = self.times(label);
        format!("R26-{:04}", 101 + place.unwrap_or(count) + times * count)
    }

    /// How often this key was sealed.
    #[must_use]
    pub fn times(&self, label: &str) -> usize {
        self.of.borrow().get(label).map_or(0, |bag| bag.times)
    }

    /// What people read of the bag that holds this key, as they would type it.
    #[must_use]
    pub fn read(&self, label: &str) -> String {
        let of = self.of.borrow();
        match of.get(label) {
            Some(Bag {
                number: Some(number),
                torn,
                ..
            }) => {
                if *torn {
                    format!("broken {number}")
                } else {
                    number.clone()
                }
            }
            Some(Bag { number: None, .. }) | None => "missing".to_owned(),
        }
    }

    /// The key is in this bag now, closed.
    pub fn seal(&self, label: &str, number: &str) {
        let mut of = self.of.borrow_mut();
        let bag = of.entry(label.to_owned()).or_default();
        bag.number = Some(number.to_owned());
        bag.times += 1;
        bag.torn = false;
    }

    /// The bag that holds this key is opened, and the key taken out.
    pub fn open(&self, label: &str) {
        if let Some(bag) = self.of.borrow_mut().get_mut(label) {
            bag.number = None;
        }
    }

    /// Somebody opens the bag that holds this key.
    pub fn tear(&self, label: &str) {
        if let Some(bag) = self.of.borrow_mut().get_mut(label) {
            bag.torn = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sealing_takes_a_new_bag_and_each_opening_reads_the_last_one() {
        let bags = Bags::new(vec!["A", "B"]);
        assert_eq!(
            (bags.next("B"), bags.read("B")),
            ("R26-0102".into(), "missing".into())
        );
        bags.seal("B", "R26-0102");
        assert_eq!(
            (bags.next("B"), bags.read("B")),
            ("R26-0104".into(), "R26-0102".into())
        );
        bags.tear("B");
        assert_eq!(bags.read("B"), "broken R26-0102");
        bags.seal("B", "R26-0104");
        assert_eq!(bags.read("B"), "R26-0104");
    }
}
