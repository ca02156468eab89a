//! Days by which something is due, as iCalendar (RFC 5545): all-day events with an alarm.

use crate::primitives::Digest;
use crate::primitives::UtcTime;
use crate::primitives::text::printable;

/// Octets of a line at most, its line break apart (RFC 5545 §3.1).
const LINE: usize = 75;

/// Days by which something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar<'a> {
    /// The book's name.
    pub book: &'a str,
    /// The ledger's origin: with kind and subject it makes an event's UID.
    pub origin: &'a str,
    /// When the last record began: it is when each event was made.
    pub made: UtcTime,
    /// Records in the book: it grows, so that later files replace earlier ones.
    pub records: u64,
    /// Days before, at which an alarm is given.
    pub remind_days: u32,
    /// The days.
    pub days: &'a [DueDay],
}

/// A day by which something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDay {
    /// What sort of thing: the same for the same thing in every file.
    pub kind: &'static str,
    /// What it is about: the same for the same thing in every file.
    pub subject: String,
    /// The day.
    pub on: UtcTime,
    /// What, in a line.
    pub summary: String,
    /// What to do.
    pub description: String,
}

/// The calendar's text.
#[must_use]
pub fn calendar(calendar: &Calendar<'_>) -> String {
    let mut out = String::new();
    let mut line = |text: &str| fold(&mut out, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//glasskey//report//EN");
    line("CALSCALE:GREGORIAN");
    line(&format!("X-WR-CALNAME:{}", escaped(calendar.book)));
    for day in calendar.days {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}@glasskey.invalid", uid(calendar, day)));
        line(&format!("DTSTAMP:{}", moment(calendar.made)));
        line(&format!("SEQUENCE:{}", calendar.records.min(2_147_483_647)));
        line(&format!("DTSTART;VALUE=DATE:{}", date(day.on)));
        line(&format!("DTEND;VALUE=DATE:{}", date(day.on.plus_days(1))));
        line(&format!("SUMMARY:{}", escaped(&day.summary)));
        line(&format!("DESCRIPTION:{}", escaped(&day.description)));
        line("CLASS:CONFIDENTIAL");
        line("TRANSP:TRANSPARENT");
        if calendar.remind_days > 0 {
            line("BEGIN:VALARM");
            line("ACTION:DISPLAY");
            line(&format!("DESCRIPTION:{}", escaped(&day.summary)));
            line(&format!("TRIGGER:-P{}D", calendar.remind_days));
            line("END:VALARM");
        }
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

fn uid(calendar: &Calendar<'_>, day: &DueDay) -> String {
    let named = format!("{}\n{}\n{}", calendar.origin, day.kind, day.subject);
    let digest = Digest::of(named.as_bytes()).to_string();
    digest.get(..32).unwrap_or(&digest).to_owned()
}

/// `20260105T093000Z`
fn moment(at: UtcTime) -> String {
    at.to_string().replace(['-', ':'], "")
}

/// `20260105`
fn date(at: UtcTime) -> String {
    at.day().replace('-', "")
}

/// A TEXT value (RFC 5545 §3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in printable(text).chars() {
        if matches!(c, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A line, folded between characters, with its line break.
fn fold(out: &mut String, text: &str) {
    let mut length = 0;
    for c in text.chars() {
        if length + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_characters_and_text_is_escaped() {
        let day = DueDay {
            kind: "verify",
            subject: "BG1-A".to_owned(),
            on: UtcTime::from_unix(1_767_225_600),
            summary: "a;b,c\\d\ne ".repeat(3) + &"ü".repeat(60),
            description: String::new(),
        };
        let text = calendar(&Calendar {
            book: "contoso",
            origin: "glasskey:x/contoso",
            made: UtcTime::from_unix(1_767_225_600),
            records: 7,
            remind_days: 21,
            days: &[day],
        });
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
        }
        let whole = text.replace("\r\n ", "");
        assert!(whole.contains("SUMMARY:a\\;b\\,c\\\\d\\\\u{a}e a\\;b"));
        assert!(whole.contains("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260102\r\n"));
        assert!(whole.contains("TRIGGER:-P21D\r\n"));
    }
}
