//! What reading a plan's text has found so far: faults, and the line of every key.

use super::fault::PlanFault;
use super::fault::What;
use std::collections::BTreeMap;

/// The most faults that are listed.
const MAX_FAULTS: usize = 200;

/// Faults and lines.
pub(super) struct Found {
    newlines: Vec<usize>,
    lines: BTreeMap<String, u32>,
    faults: Vec<PlanFault>,
    more: bool,
}

impl Found {
    /// Nothing found yet in `text`.
    pub(super) fn new(text: &str) -> Self {
        Self {
            newlines: text.match_indices('\n').map(|(at, _)| at).collect(),
            lines: BTreeMap::new(),
            faults: Vec::new(),
            more: false,
        }
    }

    /// The line, from 1, of the byte at `offset`.
    pub(super) fn line(&self, offset: usize) -> u32 {
        let before = self.newlines.partition_point(|newline| *newline < offset);
        u32::try_from(before.saturating_add(1)).unwrap_or(u32::MAX)
    }

    /// Remembers that `key` stands at the byte `offset`.
    pub(super) fn place(&mut self, key: &str, offset: usize) {
        let line = self.line(offset);
        self.lines.insert(key.to_owned(), line);
    }

    /// The line of `key` or, where it is absent, of the nearest thing around it.
    pub(super) fn line_of(&self, key: &str) -> Option<u32> {
        let mut around = key;
        loop {
            if let Some(line) = self.lines.get(around) {
                return Some(*line);
            }
            around = around.rsplit_once(['.', '['])?.0;
        }
    }

    /// Adds a fault; only a number of them is kept.
    pub(super) fn fault(&mut self, line: Option<u32>, key: &str, what: What) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(PlanFault {
                line,
                key: key.to_owned(),
                what,
            });
        } else {
            self.more = true;
        }
    }

    /// Adds a fault of `key`, at its line.
    pub(super) fn fault_of(&mut self, key: &str, what: What) {
        let line = self.line_of(key);
        self.fault(line, key, what);
    }

    /// The faults so far.
    pub(super) fn faults(&self) -> &[PlanFault] {
        &self.faults
    }

    /// Drops the faults that `keep` refuses.
    pub(super) fn retain(&mut self, keep: impl FnMut(&PlanFault) -> bool) {
        self.faults.retain(keep);
    }

    /// All faults in the order of the lines; those without a line come last.
    pub(super) fn into_faults(self) -> Vec<PlanFault> {
        let mut faults = self.faults;
        faults.sort_by_key(|fault| fault.line.unwrap_or(u32::MAX));
        if self.more {
            faults.push(PlanFault {
                line: None,
                key: String::new(),
                what: What::More,
            });
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one() {
        let found = Found::new("a\nbc\n");
        let lines: Vec<u32> = (0..6).map(|offset| found.line(offset)).collect();
        assert_eq!(lines, [1, 1, 2, 2, 2, 3]);
    }

    #[test]
    fn an_absent_key_has_the_line_of_what_is_around_it() {
        let mut found = Found::new("\n\n\n");
        found.place("account[1]", 1);
        assert_eq!(found.line_of("account[1].key[2].safe"), Some(2));
        assert_eq!(found.line_of("safe[1].id"), None);
    }

    #[test]
    fn faults_past_a_number_are_only_mentioned() {
        let mut found = Found::new("");
        for _ in 0..300 {
            found.fault(Some(7), "x", What::Missing);
        }
        found.retain(|_| true);
        let faults = found.into_faults();
        assert_eq!(faults.len(), 201);
        assert_eq!(faults.last().map(|fault| &fault.what), Some(&What::More));
    }
}
