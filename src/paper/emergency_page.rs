//! The front of the inside sheet: what to do in an emergency.

use super::InsideSheet;
use super::Paper;
use super::PaperError;
use super::face::Face;
use super::furniture;
use super::furniture::BODY;
use super::furniture::BOLD;
use super::furniture::HEADING;
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
use crate::primitives::Cloud;

pub(super) fn layout<'f>(
    sheet: &InsideSheet,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Page<'f>, PaperError> {
    let mut page = Page::new(paper, faces);
    furniture::frame(
        &mut page,
        sheet.rehearsal,
        "INSIDE SHEET · KEEP WITH THE KEY",
        ("KEY", &sheet.key_label),
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
        y = step(&mut page, y, number, &lead, &text)?;
    }
    let y = afterwards(&mut page, y + mm(1))?;
    notes(&mut page, y + mm(8))?;
    this_key(&mut page, sheet)?;
    furniture::fold_ticks(&mut page);
    Ok(page)
}

fn account(page: &mut Page<'_>, sheet: &InsideSheet, y: i32) -> Result<(), PaperError> {
    let area = Rect::new(MARGIN, y, furniture::measure(page), mm(24));
    page.fill(area, Ink::Pale);
    page.fill(Rect::new(area.x, area.y, mm(1) + 500, area.h), Ink::Black);
    let (x, w) = (area.x + mm(7), area.w - mm(13));
    let alias = Style::new(Face::MonoBold, pt(170));
    let at = Rect::new(x, y + mm(7), mm(38), mm(15));
    furniture::labelled(page, "ACCOUNT", alias, pt(80), at, &sheet.account_alias)?;
    let name = Style::new(Face::MonoBold, pt(170));
    let at = Rect::new(x + mm(44), y + mm(7), w - mm(44), mm(15));
    let upn = &sheet.user_principal_name;
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
fn steps(sheet: &InsideSheet) -> Vec<(String, String)> {
    let (entra, azure) = portals(sheet.cloud);
    let holders = if sheet.pin_holders.is_empty() {
        String::new()
    } else {
        format!(" It is held by {}.", sheet.pin_holders.join(" and "))
    };
    let tries = match sheet.pin_tries {
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
            format!("Call {}.", sheet.call),
            "Say that this bag was opened, when, by whom and why. Every sign-in with this account \
             must be explained: somebody has to hear that it was you."
                .to_owned(),
        ),
    ]
    .into()
}

/// The admin centre and the Azure portal of `cloud`, without `https://`.
const fn portals(cloud: Cloud) -> (&'static str, &'static str) {
    match cloud {
        Cloud::Global => ("entra.microsoft.com", "portal.azure.com"),
        Cloud::UsGov | Cloud::UsGovDod => ("entra.microsoft.us", "portal.azure.us"),
        Cloud::China => ("entra.microsoftonline.cn", "portal.azure.cn"),
    }
}

/// Sets one step and returns where the next one stands.
fn step(
    page: &mut Page<'_>,
    y: i32,
    number: i32,
    lead: &str,
    text: &str,
) -> Result<i32, PaperError> {
    let floor = floor(page);
    let side = mm(7);
    page.fill(Rect::new(MARGIN, y - mm(1) - 800, side, side), Ink::Black);
    let digit = Style::new(Face::SansBold, pt(120))
        .ink(Ink::White)
        .align(Align::Centre);
    let at = Rect::new(MARGIN, y + 150, side, side);
    page.text("step", Role::Paragraph, digit, at, &number.to_string())?;
    let x = MARGIN + mm(12);
    let w = furniture::right(page) - x;
    let at = Rect::new(x, y, w, floor - y);
    let y = page.text("step", Role::Paragraph, HEADING, at, lead)? + mm(2) + 200;
    let at = Rect::new(x, y, w, floor - y);
    Ok(page.text("step", Role::Paragraph, BODY, at, text)? + mm(6) + 500)
}

/// Where the steps must end and the facts about the key begin.
const fn floor(page: &Page<'_>) -> i32 {
    furniture::floor(page) - mm(35)
}

fn afterwards(page: &mut Page<'_>, y: i32) -> Result<i32, PaperError> {
    let x = MARGIN + mm(12);
    let w = furniture::right(page) - x;
    let at = Rect::new(x, y, w, mm(5));
    page.text("afterwards", Role::Paragraph, BOLD, at, "What happens then")?;
    let text = "The sign-in is reviewed within 5 days and the opening goes into the ledger. The PIN \
                is changed, the key is checked and sealed in a new bag; this bag, this sheet and the \
                PIN envelope are not used again.";
    let y = y + mm(4) + 500;
    let at = Rect::new(x, y, w, floor(page) - y);
    page.text("afterwards", Role::Paragraph, BODY, at, text)
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

fn this_key(page: &mut Page<'_>, sheet: &InsideSheet) -> Result<(), PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    let top = floor(page) + mm(3);
    page.rule(x, x + w, top, 300, Ink::Black);
    let not_told = || "not told by the key".to_owned();
    let cells = [
        ("KEY", sheet.key_label.clone(), 0, 0),
        ("MODEL", sheet.model.clone(), 1, 0),
        ("AAGUID", sheet.aaguid.to_string(), 2, 0),
        (
            "SERIAL NUMBER",
            sheet.serial.clone().unwrap_or_else(not_told),
            0,
            1,
        ),
        (
            "FIRMWARE",
            sheet.firmware.clone().unwrap_or_else(not_told),
            1,
            1,
        ),
        ("BAG NUMBER", sheet.bag.clone(), 2, 1),
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
        furniture::labelled(page, label, style, pt(60), area, &value)?;
    }
    Ok(())
}
