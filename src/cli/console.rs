//! A ceremony on a plain screen: a scrolling transcript, 80 columns, that can be read aloud.

use super::page;
use super::page::Style;
use crate::ceremony::Screen;
use crate::findings::Finding;
use crate::findings::Verdict;
use crate::primitives::Digest;
use crate::primitives::text;
use std::fmt::Write as _;
use std::io::Write;

/// Words of a digest on a line.
const WORDS_ON_A_LINE: usize = 4;

/// Writes a ceremony as it goes.
pub(crate) struct Console<'a> {
    out: &'a mut dyn Write,
    style: Style,
    verbose: bool,
    /// What the findings were about that were written last; empty after anything else.
    about: String,
}

impl<'a> Console<'a> {
    /// A console that writes to `out`; with `verbose`, what passes is listed one by one.
    pub(crate) fn new(out: &'a mut dyn Write, style: Style, verbose: bool) -> Self {
        Self {
            out,
            style,
            verbose,
            about: String::new(),
        }
    }

    fn write(&mut self, text: &str) {
        self.about.clear();
        // A ceremony does not stop because nobody reads along.
        let _ = self.out.write_all(text.as_bytes());
        let _ = self.out.flush();
    }

    fn line(&mut self, head: &str, text: &str) {
        let out = page::hang(head, text::display_width(head), &text::printable(text));
        self.write(&out);
    }
}

/// What passes in one line, what does not one by one.
pub(crate) fn findings(style: Style, verbose: bool, all: &[Finding], indent: usize) -> String {
    let mut out = String::new();
    let good = |one: &&Finding| one.verdict == Verdict::Pass;
    let passed: Vec<&str> = all.iter().filter(good).map(|one| one.check.id()).collect();
    for one in all
        .iter()
        .filter(|one| verbose || one.verdict != Verdict::Pass)
    {
        if verbose || one.verdict != Verdict::NotRun {
            out.push_str(&page::finding(style, one));
        }
    }
    if !verbose && !passed.is_empty() {
        let head = format!("{}{} ", " ".repeat(indent), style.verdict(Verdict::Pass, 8));
        out.push_str(&page::hang(&head, indent + 9, &passed.join(" ")));
    }
    out
}

impl Screen for Console<'_> {
    fn part(&mut self, title: &str) {
        let mut out = "\n".to_owned();
        for line in page::hang("", 0, &text::printable(title)).lines() {
            let _ = writeln!(out, "{}", self.style.strong(line));
        }
        self.write(&out);
    }

    fn step(&mut self, number: u32, of: u32, title: &str) {
        let head = format!("  {number}/{of} ");
        let width = text::display_width(&head);
        let mut out = String::new();
        let wrapped = page::hang("", width, &text::printable(title));
        for (place, line) in wrapped.lines().enumerate() {
            let before = if place == 0 {
                head.clone()
            } else {
                " ".repeat(width)
            };
            let heading = self.style.strong(line.trim_start());
            let _ = writeln!(out, "{before}{heading}");
        }
        self.write(&out);
    }

    fn say(&mut self, text: &str) {
        self.line("      ", text);
    }

    fn findings(&mut self, all: &[Finding]) {
        let mut out = String::new();
        let mut about = std::mem::take(&mut self.about);
        let mut subjects: Vec<String> = all.iter().map(|one| one.subject.to_string()).collect();
        subjects.dedup();
        subjects.sort_unstable();
        subjects.dedup();
        for subject in subjects {
            let of: Vec<Finding> = all
                .iter()
                .filter(|one| one.subject.to_string() == subject)
                .cloned()
                .collect();
            if subject != about {
                let heading = self.style.faint(&text::printable(&subject));
                let _ = writeln!(out, "      {heading}");
            }
            out.push_str(&findings(self.style, self.verbose, &of, 2));
            about = subject;
        }
        self.write(&out);
        self.about = about;
    }

    fn digest(&mut self, digest: &Digest) {
        let mut out =
            format!("      Digest of the statement: {digest}\n").replace(": ", ":\n      ");
        for (number, words) in digest.words().chunks(WORDS_ON_A_LINE).enumerate() {
            let first = number * WORDS_ON_A_LINE + 1;
            let cells: Vec<String> = words.iter().map(|word| text::pad(word, 14)).collect();
            let _ = writeln!(out, "      {first:>2}  {}", cells.join(" ").trim_end());
        }
        self.write(&out);
    }

    fn touch(&mut self, label: &str) {
        let what = self
            .style
            .strong(&format!("Touch {} now: it blinks.", text::printable(label)));
        self.write(&format!("    > {what}\n"));
    }

    fn answered(&mut self, question: &str, answer: &str) {
        self.line("    ? ", &format!("{question} {answer}"));
    }
}
