//! The inventory that hangs in a safe: what lies on which shelf, and who took it out and put it back.

use super::Paper;
use super::PaperError;
use super::Pdf;
use super::checkpoint_code;
use super::face::Face;
use super::flow;
use super::flow::Column;
use super::flow::Flow;
use super::flow::Sheet;
use super::furniture::BODY;
use super::furniture::BOLD;
use super::furniture::SMALL;
use super::page::Faces;
use super::page::Page;
use super::page_file;
use super::page_file::PageValues;
use super::pdf;
use super::pdf::About;
use super::style::Role;
use super::style::Style;
use super::unit::mm;
use super::unit::pt;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde::Serialize;

/// Rows of the log, at least.
const LOG: i32 = 8;
/// Height of a row of the log.
const ROW: i32 = mm(10);
/// Between the log and the ledger's head.
const GAP: i32 = mm(7);

/// A bag in a safe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventoryLine {
    /// The shelf.
    pub shelf: String,
    /// The bag's number.
    pub bag: String,
    /// The key's label.
    pub label: String,
    /// Index of the record that put it there.
    pub record: u64,
}

/// What lies in one safe. As on a bag, no user name, serial number or role has a place here; the checkpoint names the
/// tenant by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// The safe.
    pub safe: String,
    /// When it was so.
    pub made: UtcTime,
    /// The bags, in the order of shelves.
    pub lines: Vec<InventoryLine>,
    /// The ledger's head: a checkpoint's text.
    pub checkpoint: String,
    /// Whether this is a rehearsal.
    pub rehearsal: bool,
}

/// The inventory as pages.
///
/// # Errors
/// Which field does not fit or cannot be printed.
pub fn inventory(inventory: &Inventory, paper: Paper) -> Result<Pdf, PaperError> {
    let faces = Faces::read()?;
    let pages = layout(inventory, paper, &faces)?;
    let about = About {
        title: format!("Inventory of {}", inventory.safe),
        made: inventory.made,
        of: Digest::of(inventory.checkpoint.as_bytes()),
    };
    let attachments = page_file::with(PageValues::Inventory(inventory.clone()), &[])?;
    pdf::write(&about, &faces, &pages, &attachments)
}

pub(super) fn layout<'f>(
    inventory: &Inventory,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Vec<Page<'f>>, PaperError> {
    let sheet = Sheet {
        rehearsal: inventory.rehearsal,
        kind: "INVENTORY · STAYS IN THE SAFE",
        which: ("SAFE", inventory.safe.clone()),
        foot: "inside the safe".to_owned(),
    };
    flow::pages(&sheet, paper, faces, |flow| {
        head(flow, inventory)?;
        bags(flow, inventory)?;
        log(flow)?;
        let what = "The ledger’s head when this was printed. Keep it: glasskey audit --heads finds \
                    out with it whether the ledger was cut or written anew since.";
        checkpoint_code::place(flow, &inventory.checkpoint, what)
    })
}

fn head(flow: &mut Flow<'_>, inventory: &Inventory) -> Result<(), PaperError> {
    let title = Style::new(Face::SansBold, pt(200)).leading(1_200);
    let text = format!("What lies in {}", inventory.safe);
    flow.text("safe", Role::Heading(1), title, &text, mm(3))?;
    let text = format!(
        "As the ledger has it on {}. Whoever puts something in or takes something out writes it \
         below, two people each time.",
        inventory.made.day()
    );
    flow.text("safe", Role::Paragraph, BODY, &text, mm(5))
}

fn bags(flow: &mut Flow<'_>, inventory: &Inventory) -> Result<(), PaperError> {
    let mono = Style::new(Face::MonoBold, pt(110)).leading(1_300);
    let columns = [
        Column::new("SHELF", 22, BOLD),
        Column::new("BAG NUMBER", 29, mono),
        Column::new("KEY", 27, mono),
        Column::new("RECORD", 12, SMALL),
        Column::new("SEEN", 10, SMALL).boxed(),
    ];
    flow.titles(&columns)?;
    for line in &inventory.lines {
        let record = format!("{:06}", line.record);
        let cells = [&line.shelf, &line.bag, &line.label, &record].map(String::as_str);
        flow.row("bag", &columns, &cells, mm(9))?;
    }
    if inventory.lines.is_empty() {
        flow.row("bag", &columns, &["", "no bag"], mm(9))?;
    }
    flow.skip(mm(8));
    Ok(())
}

fn log(flow: &mut Flow<'_>) -> Result<(), PaperError> {
    let columns = [
        Column::new("DATE AND TIME", 17, BODY),
        Column::new("BAG", 19, BODY),
        Column::new("IN / OUT", 10, BODY),
        Column::new("WHY", 24, BODY),
        Column::new("BY", 15, BODY).boxed(),
        Column::new("SEEN BY", 15, BODY).boxed(),
    ];
    flow.need("log", mm(40))?;
    flow.titles(&columns)?;
    // As many rows as the page has room for beside the ledger's head; if those are few, that goes to
    // the next page, and rows fill both.
    let head = GAP + checkpoint_code::HEIGHT + mm(5);
    let beside = (flow.left() - head) / ROW;
    let rows = if beside >= LOG {
        beside
    } else {
        (flow.left() - mm(5)) / ROW + (flow.whole() - mm(4) - head) / ROW
    };
    for _ in 0..rows {
        flow.row("log", &columns, &[], ROW)?;
    }
    flow.skip(GAP);
    Ok(())
}
