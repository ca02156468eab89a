//! The front of the inside sheet: what to do in an emergency.

use super::Paper;
use super::PaperError;
use super::face::Face;
use super::furniture;
use super::furniture::LABEL;
use super::furniture::MARGIN;
use super::furniture::SMALL;
use super::furniture::TOP;
use super::page::Faces;
use super::page::Page;
use super::style::Align;
use super::style::Ink;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
use super::unit::pt;
use crate::entra::Portal;
use crate::primitives::Cloud;

/// What the front shows: all but `key` is known from the plan.
pub(super) struct Front<'s> {
    pub(super) rehearsal: bool,
    pub(super) cloud: Cloud,
    pub(super) account_alias: &'s str,
    pub(super) user_principal_name: &'s str,
    pub(super) key_label: &'s str,
    pub(super) pin_envelope: &'s str,
    pub(super) pin_holders: &'s [String],
    pub(super) call: &'s str,
    /// `None` on a blank, where people write it in.
    pub(super) key: Option<FrontKey>,
}

/// What is known once the key was in the hand.
pub(super) struct FrontKey {
    pub(super) model: String,
    pub(super) aaguid: String,
    pub(super) serial: Option<String>,
    pub(super) firmware: Option<String>,
    pub(super) bag: String,
    pub(super) pin_tries: Option<u8>,
}

/// How large the steps are set. They are read at arm's length, in a hurry: as large as fits.
struct Scale {
    /// What to do.
    lead: Style,
    /// What to know about it.
    body: Style,
    /// Between two steps.
    gap: i32,
}

impl Scale {
    const fn new(lead: i32, body: i32, gap: i32) -> Self {
        Self {
            lead: Style::new(Face::SansBold, pt(lead)).leading(1_280),
            body: Style::new(Face::Sans, pt(body)).leading(1_380),
            gap,
        }
    }

    /// From the last baseline of what to do to the capitals of what to know.
    const fn drop(&self) -> i32 {
        self.body.step() - self.body.capital() + 700
    }
}

/// From the largest to the smallest.
const SCALES: [Scale; 4] = [
    Scale::new(140, 115, mm(7)),
    Scale::new(130, 108, mm(6) + 500),
    Scale::new(120, 100, mm(6)),
    Scale::new(112, 92, mm(5)),
];

pub(super) fn layout<'f>(
    sheet: &Front<'_>,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Page<'f>, PaperError> {
    let mut last = PaperError::TooLong { field: "step" };
    for scale in &SCALES {
        match at_scale(sheet, scale, paper, faces) {
            Err(PaperError::TooLong {
                field: field @ ("step" | "afterwards"),
            }) => last = PaperError::TooLong { field },
            done => return done,
        }
    }
    Err(last)
}

fn at_scale<'f>(
    sheet: &Front<'_>,
    scale: &Scale,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Page<'f>, PaperError> {
    let mut page = Page::new(paper, faces);
    furniture::frame(
        &mut page,
        sheet.rehearsal,
        "INSIDE SHEET · KEEP WITH THE KEY",
        ("KEY", sheet.key_label),
        "inside the bag · page 1 of 2",
    )?;
    let (x, w) = (MARGIN, furniture::measure(&page));
    let title = Style::new(Face::SansBold, pt(270));
    let at = Rect::new(x, TOP, w, mm(10));
    page.text("title", Role::Heading(1), title, at, "In an emergency")?;
    let text = "For when nobody can sign in any other way. It takes a computer with a browser, \
                this key and its PIN; nothing else.";
    let at = Rect::new(x, TOP + mm(11), w, mm(6));
    page.text("title", Role::Paragraph, SMALL, at, text)?;
    account(&mut page, sheet, TOP + mm(17))?;
    let mut y = TOP + mm(49);
    for (number, (lead, text)) in (1..).zip(steps(sheet)) {
        y = step(&mut page, scale, y, number, (&lead, &text))?;
    }
    let y = afterwards(&mut page, scale, y)?;
    notes(&mut page, y + mm(8))?;
    this_key(&mut page, sheet)?;
    furniture::fold_ticks(&mut page);
    Ok(page)
}

fn account(page: &mut Page<'_>, sheet: &Front<'_>, y: i32) -> Result<(), PaperError> {
    let area = Rect::new(MARGIN, y, furniture::measure(page), mm(24));
    page.fill(area, Ink::Pale);
    page.fill(Rect::new(area.x, area.y, mm(1) + 500, area.h), Ink::Black);
    let (x, w) = (area.x + mm(7), area.w - mm(13));
    let alias = Style::new(Face::MonoBold, pt(170));
    let at = Rect::new(x, y + mm(7), mm(38), mm(15));
    furniture::labelled(page, "ACCOUNT", alias, pt(80), at, sheet.account_alias)?;
    let name = Style::new(Face::MonoBold, pt(170));
    let at = Rect::new(x + mm(44), y + mm(7), w - mm(44), mm(15));
    let upn = sheet.user_principal_name;
    furniture::labelled(
        page,
        "USER NAME, TO BE TYPED EXACTLY",
        name,
        pt(80),
        at,
        upn,
    )?;
    Ok(())
}

/// The steps: what to do in a line, and what to know about it.
fn steps(sheet: &Front<'_>) -> Vec<(String, String)> {
    let entra = Portal::Entra.host(sheet.cloud);
    let azure = Portal::Azure.host(sheet.cloud);
    let holders = if sheet.pin_holders.is_empty() {
        String::new()
    } else {
        format!(" It is held by {}.", sheet.pin_holders.join(" and "))
    };
    let tries = match sheet.key.as_ref().and_then(|key| key.pin_tries) {
        Some(1) => "1 try in all when this was printed".to_owned(),
        Some(tries) => format!("{tries} tries in all when this was printed"),
        None => "The tries are few".to_owned(),
    };
    [
        (
            format!("Fetch the PIN envelope {}.", sheet.pin_envelope),
            format!(
                "It is kept apart from this key.{holders} Two people open it; one reads, one types."
            ),
        ),
        (
            format!("Open {entra} in a private browser window."),
            format!("If that page is down: {azure}."),
        ),
        (
            "Type the user name above, then choose “Sign-in options”.".to_owned(),
            "Take “Face, fingerprint, PIN or security key”. If the browser asks where the passkey \
             is, take “Security key”. No password is asked for."
                .to_owned(),
        ),
        (
            "Plug in the key, type its PIN, and touch the key when it blinks.".to_owned(),
            format!(
                "{tries}; after three wrong ones in a row the key is silent until it is unplugged \
                 and plugged in. With the last try this key is lost: fetch the account’s other key."
            ),
        ),
        (
            "Do what the emergency needs, and only that.".to_owned(),
            "Write down each time, what was done and who was there. Then sign out, close the \
             browser and unplug the key."
                .to_owned(),
        ),
        (
            if sheet.call.is_empty() {
                "Tell whoever answers for this account, at once.".to_owned()
            } else {
                format!("Call {}.", sheet.call)
            },
            "Say that this bag was opened, when, by whom and why. Every sign-in with this account \
             must be explained: somebody has to hear that it was you."
                .to_owned(),
        ),
    ]
    .into()
}

/// Sets one step and returns where the next one stands.
fn step(
    page: &mut Page<'_>,
    scale: &Scale,
    y: i32,
    number: i32,
    (lead, text): (&str, &str),
) -> Result<i32, PaperError> {
    let floor = floor(page);
    let side = mm(7);
    // The square stands in the middle of the first line's capitals.
    let up = (side - scale.lead.capital()) / 2;
    page.fill(Rect::new(MARGIN, y - up, side, side), Ink::Black);
    let digit = scale.lead.ink(Ink::White).align(Align::Centre);
    let at = Rect::new(MARGIN, y, side, side);
    page.text("step", Role::Paragraph, digit, at, &number.to_string())?;
    let x = MARGIN + mm(12);
    let w = furniture::right(page) - x;
    let at = Rect::new(x, y, w, floor - y);
    let heading = Role::Heading(2);
    let y = page.text("step", heading, scale.lead, at, lead)? + scale.drop();
    let at = Rect::new(x, y, w, floor - y);
    Ok(page.text("step", Role::Paragraph, scale.body, at, text)? + scale.gap)
}

/// Where the steps must end and the facts about the key begin.
const fn floor(page: &Page<'_>) -> i32 {
    furniture::floor(page) - mm(35)
}

fn afterwards(page: &mut Page<'_>, scale: &Scale, y: i32) -> Result<i32, PaperError> {
    let x = MARGIN + mm(12);
    let w = furniture::right(page) - x;
    let at = Rect::new(x, y, w, floor(page) - y);
    let heading = Style {
        face: Face::SansBold,
        ..scale.body
    };
    let text = "What happens then";
    let y = page.text("afterwards", Role::Heading(2), heading, at, text)? + scale.drop();
    let text = "The sign-in is reviewed within 5 days and the opening goes into the ledger. The PIN \
                is changed, the key checked and sealed in a new bag; bag, sheet and PIN envelope are \
                not used again.";
    let at = Rect::new(x, y, w, floor(page) - y);
    page.text("afterwards", Role::Paragraph, scale.body, at, text)
}

/// Lines to write on, where the sheet has room for two or more.
fn notes(page: &mut Page<'_>, y: i32) -> Result<(), PaperError> {
    let (x, right) = (MARGIN + mm(12), furniture::right(page));
    let row = mm(8);
    let rows = (floor(page) - y - mm(5)) / row;
    if rows < 2 {
        return Ok(());
    }
    let at = Rect::new(x, y, right - x, mm(4));
    let label = "TIMES, WHAT WAS DONE, WHO WAS THERE";
    page.text("notes", Role::Paragraph, LABEL, at, label)?;
    for line in 1..=rows {
        page.rule(x, right, y + mm(1) + line * row, 150, Ink::Light);
    }
    Ok(())
}

fn this_key(page: &mut Page<'_>, sheet: &Front<'_>) -> Result<(), PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    let top = floor(page) + mm(3);
    page.rule(x, x + w, top, 300, Ink::Black);
    let known = |value: fn(&FrontKey) -> String| sheet.key.as_ref().map(value);
    let cells = [
        ("KEY", Some(sheet.key_label.to_owned()), 0, 0),
        ("MODEL", known(|key| key.model.clone()), 1, 0),
        ("AAGUID", known(|key| key.aaguid.clone()), 2, 0),
        (
            "SERIAL NUMBER",
            known(|key| told(key.serial.as_ref())),
            0,
            1,
        ),
        ("FIRMWARE", known(|key| told(key.firmware.as_ref())), 1, 1),
        ("BAG NUMBER", known(|key| key.bag.clone()), 2, 1),
    ];
    let lefts = [0, 27, 60, 100];
    for (label, value, column, row) in cells {
        let edge = |index: usize| lefts.get(index).map_or(0, |percent| w * percent / 100);
        let area = Rect::new(
            x + edge(column),
            top + mm(5) + row * mm(15),
            edge(column + 1) - edge(column) - mm(4),
            mm(13),
        );
        let style = Style::new(Face::Mono, pt(95));
        if let Some(value) = value {
            furniture::labelled(page, label, style, pt(60), area, &value)?;
        } else {
            page.text(label, Role::Paragraph, LABEL, area, label)?;
            page.rule(area.x, area.right(), area.y + mm(10), 150, Ink::Grey);
        }
    }
    Ok(())
}

fn told(value: Option<&String>) -> String {
    value.map_or_else(|| "not told by the key".to_owned(), Clone::clone)
}
