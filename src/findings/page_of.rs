//! Why a check matters, by its own page: `docs/checks.md` is the one place that says so.

use super::Check;

const PAGES: &str = include_str!("../../docs/checks.md");

impl Check {
    /// Why it matters: the first sentence of its page.
    #[must_use]
    pub fn why(self) -> &'static str {
        let heading = |page: &&str| page.lines().next() == Some(self.id());
        let page = PAGES.split("\n## ").find(heading).unwrap_or_default();
        let why = page
            .lines()
            .find_map(|line| line.strip_prefix("- Why: "))
            .unwrap_or_default();
        why.split_once(". ").map_or(why, |(first, _)| first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_says_why_in_one_sentence_of_at_most_200_letters() {
        for check in Check::ALL {
            let why = check.why();
            assert!(!why.is_empty(), "{check}");
            assert!(why.chars().count() <= 200, "{check}: {why}");
            assert!(!why.contains(". "), "{check}: {why}");
        }
        assert_eq!(Check::Recovery.why(), "This is what the book is for.");
    }
}
