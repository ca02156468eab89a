//! A script or minutes, laid out.

use super::Procedure;
use super::ProcedureOutcome;
use super::ProcedureStep;
use crate::paper::Paper;
use crate::paper::PaperError;
use crate::paper::face::Face;
use crate::paper::flow;
use crate::paper::flow::Column;
use crate::paper::flow::Flow;
use crate::paper::flow::Sheet;
use crate::paper::furniture;
use crate::paper::furniture::BODY;
use crate::paper::furniture::BOLD;
use crate::paper::furniture::HEADING;
use crate::paper::furniture::LABEL;
use crate::paper::furniture::MARGIN;
use crate::paper::furniture::MONO;
use crate::paper::furniture::SMALL;
use crate::paper::page::Faces;
use crate::paper::page::Page;
use crate::paper::qr::Matrix;
use crate::paper::style::Ink;
use crate::paper::style::Role;
use crate::paper::style::Style;
use crate::paper::unit::Rect;
use crate::paper::unit::mm;
use crate::paper::unit::pt;
use crate::paper::word_grid;
use crate::primitives::Digest;
use qrcode::EcLevel;

/// Side of a module of the pointer code.
const MODULE: i32 = 800;
/// Height of a line of the digest's words.
const WORD_ROW: i32 = mm(5) + 500;
/// Width of the labels of what a procedure is about.
const LABELS: i32 = mm(26);
/// Height of a row to write in.
const ROW: i32 = mm(9);
/// Rows for exceptions on a script.
const EXCEPTIONS: usize = 3;

pub(in crate::paper) fn layout<'f>(
    procedure: &Procedure,
    paper: Paper,
    faces: &'f Faces,
) -> Result<Vec<Page<'f>>, PaperError> {
    let short: String = procedure.plan_sha256.to_string().chars().take(16).collect();
    let (kind, which) = match &procedure.outcome {
        Some(outcome) => (
            "MINUTES · KEEP WITH THE BOOK",
            ("record", format!("record {:06}", outcome.pointer.index())),
        ),
        None => (
            "SCRIPT · TICK AS YOU GO",
            ("script", procedure.script.clone()),
        ),
    };
    let sheet = Sheet {
        rehearsal: procedure.rehearsal,
        kind,
        which,
        foot: format!("plan {short}"),
    };
    flow::pages(&sheet, paper, faces, |flow| {
        opening(flow, procedure)?;
        people(flow, procedure)?;
        for (number, step) in (1..).zip(&procedure.steps) {
            one(flow, procedure, number, step)?;
        }
        exceptions(flow, procedure)?;
        closing(flow, procedure)
    })
}

fn opening(flow: &mut Flow<'_>, procedure: &Procedure) -> Result<(), PaperError> {
    let title = Style::new(Face::SansBold, pt(200)).leading(1_200);
    let heading = Role::Heading(1);
    flow.text("title", heading, title, &procedure.title, mm(4))?;
    let purpose = &procedure.purpose.replace('`', "");
    flow.text("purpose", Role::Paragraph, BODY, purpose, mm(3))?;
    if procedure.outcome.is_none() {
        for need in &procedure.needs {
            let line = format!("· {}", need.replace('`', ""));
            flow.text("needs", Role::Paragraph, BODY, &line, mm(2))?;
        }
    }
    flow.skip(mm(2));
    let digest = |of: Digest| furniture::grouped(&of.to_string());
    for (label, value) in [
        ("book", procedure.origin.clone()),
        ("script", procedure.script.clone()),
        ("its SHA-256", digest(procedure.script_sha256)),
        ("plan, SHA-256", digest(procedure.plan_sha256)),
    ] {
        fact(flow, label, &value)?;
    }
    flow.skip(mm(4));
    let Some(outcome) = &procedure.outcome else {
        return Ok(());
    };
    flow.need("pointer", mm(45))?;
    flow.place(|page, y| result(page, y, outcome))?;
    let text = "The digest in words, as they were read aloud:";
    let grid = word_grid::height(WORD_ROW);
    flow.need("words", grid + mm(12))?;
    flow.text("words", Role::Paragraph, SMALL, text, mm(2))?;
    flow.place(|page, y| {
        let end = word_grid::draw(page, y, WORD_ROW, &outcome.statement)?;
        Ok(end + mm(8))
    })
}

/// A line of what it is about: a label, and its value beside it.
fn fact(flow: &mut Flow<'_>, label: &str, value: &str) -> Result<(), PaperError> {
    let mono = MONO.leading(1_350);
    let width = flow.measure() - LABELS;
    let height = flow.height("script", mono, width, value)?;
    flow.need("script", height)?;
    flow.place(|page, y| {
        let at = Rect::new(MARGIN, y, LABELS, height);
        page.text("script", Role::Paragraph, SMALL, at, label)?;
        let at = Rect::new(MARGIN + LABELS, y, width, height);
        page.text("script", Role::Paragraph, mono, at, value)?;
        Ok(y + height + mm(1) + 200)
    })
}

/// What came of it, with the code that points to the record.
fn result(page: &mut Page<'_>, y: i32, outcome: &ProcedureOutcome) -> Result<i32, PaperError> {
    let matrix = Matrix::of("pointer", &outcome.pointer.to_string(), EcLevel::Q)?;
    let quiet = Matrix::QUIET_ZONE * MODULE;
    let top = y + mm(1);
    let side = page.code(
        matrix,
        (MARGIN - quiet, top - quiet),
        MODULE,
        "QR code: the record of this ceremony, with its SHA-256",
    ) - 2 * quiet;
    let x = MARGIN + side + mm(8);
    let w = furniture::right(page) - x;
    let mono = Style::new(Face::MonoBold, pt(85)).leading(1_450);
    let mut line = top;
    let mut rows = vec![(
        "RECORD",
        furniture::halves(&outcome.pointer.record().to_string()).join(" "),
    )];
    rows.push((
        "STATEMENT",
        furniture::halves(&outcome.statement.to_string()).join(" "),
    ));
    if let Some(bag) = &outcome.bag {
        rows.push(("BAG, READ ALOUD", bag.clone()));
    }
    for (label, value) in rows {
        let at = Rect::new(x, line, w, mm(15));
        line = furniture::labelled(page, label, mono, pt(60), at, &value)? + mm(4);
    }
    Ok(line.max(top + side) + mm(6))
}

fn people(flow: &mut Flow<'_>, procedure: &Procedure) -> Result<(), PaperError> {
    let held = procedure.outcome.is_some();
    let columns = [
        Column::new("WHO", 30, BOLD),
        Column::new("NAME IN PRINT", 30, BODY),
        Column::new("SIGNATURE", 27, BODY),
        Column::new("INITIALS", 13, BODY).boxed(),
    ];
    flow.titles(&columns)?;
    let mut refs: Vec<String> = procedure.people.clone();
    if refs.is_empty() {
        refs = vec!["operator".to_owned(), "witness".to_owned()];
    }
    if !held {
        // Whoever opens the safe or hands over an envelope signs as well.
        refs.extend([String::new(), String::new()]);
    }
    for who in &refs {
        flow.row("people", &columns, &[who], ROW)?;
    }
    flow.skip(mm(7));
    flow.other_columns();
    Ok(())
}

fn one(
    flow: &mut Flow<'_>,
    procedure: &Procedure,
    number: usize,
    step: &ProcedureStep,
) -> Result<(), PaperError> {
    let title = format!("{number}. {}", step.title);
    let begun = match step.at {
        Some(at) => at.to_string(),
        None if procedure.outcome.is_some() => "not begun".to_owned(),
        None => String::new(),
    };
    let mono = Style::new(Face::MonoBold, pt(85)).leading(1_400);
    let columns = [
        Column::new("STEP", 7, SMALL),
        Column::new("WHO", 13, BOLD),
        Column::new("DOES", 39, BODY),
        Column::new("READ ALOUD", 19, mono),
        Column::new("INITIALS", 11, BODY).boxed(),
        Column::new("TIME", 11, BODY).boxed(),
    ];
    let rows: Vec<[String; 4]> = (1..)
        .zip(&step.activities)
        .map(|(line, activity)| {
            [
                format!("{number}.{line}"),
                activity.who.clone(),
                // Commands stand between backticks where pages are Markdown.
                activity.does.replace('`', ""),
                activity.aloud.clone().unwrap_or_default(),
            ]
        })
        .collect();
    // A step stands whole on a page, unless it takes more than half of one; then at least its title
    // does not stand alone.
    let mut whole = flow.heading_height("step", &title, &begun)? + mm(11);
    for cells in &rows {
        let row = flow.row_height("step", &columns, &cells.each_ref().map(String::as_str), ROW)?;
        // More than any page has is as much as is told of it.
        whole = whole.saturating_add(row);
    }
    let torn = whole > flow.whole() / 2;
    flow.need("step", if torn { mm(30) } else { whole })?;
    flow.heading("step", &title, &begun)?;
    flow.titles_once(&columns)?;
    for cells in &rows {
        flow.row("step", &columns, &cells.each_ref().map(String::as_str), ROW)?;
    }
    flow.skip(mm(6));
    Ok(())
}

fn exceptions(flow: &mut Flow<'_>, procedure: &Procedure) -> Result<(), PaperError> {
    flow.need("exceptions", mm(30))?;
    let text = "Where the script was left";
    flow.text("exceptions", Role::Heading(2), HEADING, text, mm(2))?;
    let columns = [
        Column::new("NUMBER", 10, SMALL),
        Column::new("STEP", 10, SMALL),
        Column::new("WHAT WAS DONE INSTEAD, AND WHY", 66, BODY),
        Column::new("INITIALS", 14, BODY).boxed(),
    ];
    let said = procedure
        .outcome
        .as_ref()
        .map(|outcome| &outcome.exceptions);
    if said.is_some_and(Vec::is_empty) {
        flow.text("exceptions", Role::Paragraph, BODY, "Nowhere.", mm(6))?;
        return Ok(());
    }
    flow.titles(&columns)?;
    match said {
        Some(said) => {
            for (number, (step, text)) in (1..).zip(said) {
                let number = number.to_string();
                flow.row("exceptions", &columns, &[&number, step, text], ROW)?;
            }
        }
        None => {
            for number in 1..=EXCEPTIONS {
                let number = number.to_string();
                flow.row("exceptions", &columns, &[&number], mm(14))?;
            }
        }
    }
    flow.skip(mm(7));
    Ok(())
}

/// Where everyone signs that it was so.
fn closing(flow: &mut Flow<'_>, procedure: &Procedure) -> Result<(), PaperError> {
    flow.need("closing", mm(36))?;
    let text = if procedure.outcome.is_some() {
        "We were there, and these minutes say what was done."
    } else {
        "We were there; what is initialled was done as it stands here, and what was not is written \
         under the numbers above."
    };
    flow.text("closing", Role::Paragraph, BOLD, text, mm(4))?;
    flow.place(|page, y| {
        let (w, gap) = (furniture::measure(page), mm(6));
        let width = (w - gap) / 2;
        for (left, who) in [(MARGIN, "OPERATOR"), (MARGIN + width + gap, "WITNESS")] {
            let area = Rect::new(left, y, width, mm(20));
            page.frame(area, 300, Ink::Black);
            let inner = Rect::new(left + mm(3), y + mm(3), width - mm(6), mm(4));
            page.text("closing", Role::Paragraph, LABEL, inner, who)?;
            let below = Rect::new(inner.x, area.bottom() - mm(4), inner.w, mm(4));
            page.text(
                "closing",
                Role::Paragraph,
                SMALL,
                below,
                "Signature, date, time",
            )?;
        }
        Ok(y + mm(22))
    })
}
