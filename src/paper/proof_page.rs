//! The back of the inside sheet: what the key signed, to read aloud, to scan and to check by hand.

use super::InsideSheet;
use super::Paper;
use super::PaperError;
use super::face::Face;
use super::furniture;
use super::furniture::BODY;
use super::furniture::HEADING;
use super::furniture::MARGIN;
use super::furniture::MONO;
use super::furniture::SMALL;
use super::furniture::TOP;
use super::page::Faces;
use super::page::Page;
use super::qr::Matrix;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use super::unit::mm;
use super::unit::pt;
use super::word_grid;
use qrcode::EcLevel;

/// Sides of a module of the seal code: the first that leaves room for all else is taken.
const MODULES: [i32; 4] = [800, 700, 600, 500];
/// The largest square, quiet zone included, that the seal code may take.
const LARGEST_CODE: i32 = mm(66);

pub(super) fn layout<'f>(
    sheet: &InsideSheet,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Page<'f>, PaperError> {
    let mut last = PaperError::TooLong { field: "seal" };
    for module in MODULES {
        match with_module(sheet, module, paper, faces) {
            Err(PaperError::TooLong { field }) => last = PaperError::TooLong { field },
            done => return done,
        }
    }
    Err(last)
}

fn with_module<'f>(
    sheet: &InsideSheet,
    module: i32,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Page<'f>, PaperError> {
    let mut page = Page::new(paper, faces);
    furniture::frame(
        &mut page,
        sheet.rehearsal,
        "INSIDE SHEET · PROOF",
        ("KEY", &sheet.key_label),
        "inside the bag · page 2 of 2",
    )?;
    let (x, w) = (MARGIN, furniture::measure(&page));
    let title = Style::new(Face::SansBold, pt(200));
    let at = Rect::new(x, TOP, w, mm(8));
    page.text("title", Role::Heading(1), title, at, "What this key signed")?;
    let text = format!(
        "Made {}, before the bag was closed: with a touch and its PIN this key signed the digest \
         below, of the statement that names it, its account, its safe and its bag. What people \
         signed afterwards is the record that holds this statement.",
        sheet.made
    );
    let at = Rect::new(x, TOP + mm(9), w, mm(14));
    page.text("title", Role::Paragraph, BODY, at, &text)?;
    digest(&mut page, sheet, mm(64))?;
    // Below the fold, so that no crease runs through the code.
    let y = evidence(&mut page, sheet, module, paper.height() / 2 + mm(7))?;
    let signer = sheet.expected_signers.first().map_or("REF", String::as_str);
    let by = ByHand {
        digest: "In ledger/records/, in the folder that the bag names, the statement has the digest above:",
        signed: format!(
            "The record is signed by {}; for {signer}:",
            sheet.expected_signers.join(", ")
        ),
        signer,
        roster: &sheet.roster,
        time: sheet.made.compact(),
    };
    by_hand(&mut page, &by, y)?;
    furniture::fold_ticks(&mut page);
    Ok(page)
}

fn heading(page: &mut Page<'_>, area: Rect, text: &str) -> Result<(), PaperError> {
    page.text("heading", Role::Heading(2), HEADING, area, text)?;
    Ok(())
}

fn digest(page: &mut Page<'_>, sheet: &InsideSheet, y: i32) -> Result<(), PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    let digest = sheet.seal.digest;
    heading(page, Rect::new(x, y, w, mm(5)), "Statement digest, SHA-256")?;
    let hex = Style::new(Face::MonoBold, pt(102)).leading(1_450);
    let at = Rect::new(x, y + mm(7), w, mm(11));
    let digits = furniture::grouped(&digest.to_string());
    page.fit("digest", hex, pt(90), at, &digits)?;
    let top = y + mm(15);
    let text = "The same in words, to be read aloud and compared by a second pair of eyes:";
    page.text(
        "digest",
        Role::Paragraph,
        SMALL,
        Rect::new(x, top, w, mm(4)),
        text,
    )?;
    word_grid::draw(page, top + mm(6), mm(6), &digest)?;
    Ok(())
}

/// The seal code and, beside it, the head of the ledger; returns where the next part stands.
fn evidence(
    page: &mut Page<'_>,
    sheet: &InsideSheet,
    module: i32,
    y: i32,
) -> Result<i32, PaperError> {
    let matrix = Matrix::of("seal", &sheet.seal.to_string(), EcLevel::M)?;
    if matrix.side_with_quiet_zone(module) > LARGEST_CODE {
        return Err(PaperError::TooLong { field: "seal" });
    }
    let quiet = Matrix::QUIET_ZONE * module;
    let side = page.code(
        matrix,
        (MARGIN - quiet, y - quiet),
        module,
        "QR code: the statement's digest, the key's public key and its signature",
    );
    let dark = side - 2 * quiet;
    let x = MARGIN + dark + mm(9);
    let w = furniture::right(page) - x;
    heading(page, Rect::new(x, y, w, mm(5)), "The key’s own signature")?;
    let text = "The code holds the digest, the public key and what the key signed. \
                With the statement it needs no one’s word but the key’s.";
    let at = Rect::new(x, y + mm(6), w, mm(14));
    let after = page.text("seal", Role::Paragraph, BODY, at, text)? + mm(7);
    heading(page, Rect::new(x, after, w, mm(5)), "The ledger before it")?;
    let mono = MONO.leading(1_350);
    let [upper, lower] = furniture::halves(&sheet.ledger.root.to_string());
    let rows = [
        ("origin", sheet.ledger.origin.clone()),
        ("records", sheet.ledger.size.to_string()),
        ("root", upper),
        ("", lower),
    ];
    let mut line = after + mm(6) + 500;
    for (label, value) in rows {
        let at = Rect::new(x, line, mm(14), mm(4));
        page.text("ledger", Role::Paragraph, SMALL, at, label)?;
        let at = Rect::new(x + mm(15), line, w - mm(15), mm(20));
        line = page.text("ledger", Role::Paragraph, mono, at, &value)? + mm(2) + 300;
    }
    Ok(line.max(y + dark + mm(2)) + mm(7))
}

/// How the record is checked with tools that are everywhere.
pub(super) struct ByHand<'s> {
    /// Where the statement's digest stands, in words of the sheet.
    pub(super) digest: &'s str,
    /// Who signed: a sentence up to the colon.
    pub(super) signed: String,
    /// The ref of the signer whose signature is checked, or what stands for it.
    pub(super) signer: &'s str,
    /// File name of the roster.
    pub(super) roster: &'s str,
    /// When it was signed, `20261122155807Z`.
    pub(super) time: String,
}

/// Sets how to check it by hand at `y`.
///
/// # Errors
/// As [`Page::text`].
pub(super) fn by_hand(page: &mut Page<'_>, of: &ByHand<'_>, y: i32) -> Result<(), PaperError> {
    let (x, w) = (MARGIN, furniture::measure(page));
    heading(
        page,
        Rect::new(x, y, w, mm(5)),
        "Check it by hand, without glasskey",
    )?;
    let ByHand { signer, time, .. } = of;
    let steps = [
        (
            of.digest.to_owned(),
            vec![
                "sed 's/.*\"statement\"://;s/}$//' record.json | tr -d '\\n' | sha256sum"
                    .to_owned(),
            ],
        ),
        (
            of.signed.clone(),
            vec![
                format!(
                    "ssh-keygen -Y verify -n glasskey-record-v1 -f ../../roster/{} \\",
                    of.roster
                ),
                format!("-I {signer} -O verify-time={time} -s {signer}.sig < record.json"),
            ],
        ),
        (
            "In the book, all of it, this key’s signature included (VERIFY.md explains each line):"
                .to_owned(),
            vec!["python3 verify.py .".to_owned()],
        ),
    ];
    let mut y = y + mm(7);
    let bottom = furniture::floor(page);
    for (text, command) in steps {
        y = page.text(
            "by hand",
            Role::Paragraph,
            BODY,
            Rect::new(x, y, w, bottom - y),
            &text,
        )?;
        let top = y + mm(2) + 300;
        let start = page.marks.len();
        y = top + mm(2);
        for (line, text) in (0..).zip(command) {
            let indent = mm(3) + line.min(1) * mm(7);
            let at = Rect::new(x + indent, y, w - indent - mm(3), bottom - y - mm(2));
            y = page.text("by hand", Role::Paragraph, MONO, at, &text)? + mm(2) + 300;
        }
        page.ground(start, Rect::new(x, top, w, y - top));
        y += mm(4);
    }
    Ok(())
}
