//! A ceremony's script before it is held, and its minutes after: the same steps, with room for
//! initials and times, or with what was done.

mod pages;

use super::Attachment;
use super::Paper;
use super::PaperError;
use super::Pdf;
use super::Pointer;
use super::page::Faces;
use super::page_file;
use super::page_file::PageValues;
use super::pdf;
use super::pdf::About;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
pub(super) use pages::layout;
use serde::Deserialize;
use serde::Serialize;

/// One thing that is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureActivity {
    /// Who does it.
    pub who: String,
    /// What they do.
    pub does: String,
    /// The value that is read aloud: what kind before, the value itself in minutes; `None` if none
    /// is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aloud: Option<String>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureStep {
    /// Its title.
    pub title: String,
    /// What is done in it, in order.
    pub activities: Vec<ProcedureActivity>,
    /// When it was begun; `None` on a script, and of a step that was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcTime>,
}

/// What minutes have and a script has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureOutcome {
    /// The record.
    pub pointer: Pointer,
    /// The bag that the key went into; `None` if it is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bag: Option<String>,
    /// The statement's digest, whose words were read aloud.
    pub statement: Digest,
    /// Where the script was left: step and reason.
    pub exceptions: Vec<(String, String)>,
}

/// A script or minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Whether this is a rehearsal.
    pub rehearsal: bool,
    /// The ceremony's name, for people.
    pub title: String,
    /// The script's name and version: `registration/3`.
    pub script: String,
    /// SHA-256 of the script's text.
    pub script_sha256: Digest,
    /// SHA-256 of the plan's file.
    pub plan_sha256: Digest,
    /// The book's origin.
    pub origin: String,
    /// What it is for.
    pub purpose: String,
    /// Who has to be there, and with what.
    pub needs: Vec<String>,
    /// Who signs: refs, the operator first; empty where that is not known yet.
    pub people: Vec<String>,
    /// Its steps.
    pub steps: Vec<ProcedureStep>,
    /// When it was printed for, or began.
    pub made: UtcTime,
    /// What came of it; `None` makes it a script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ProcedureOutcome>,
}

/// The script, or the minutes, as pages.
///
/// # Errors
/// Which field does not fit or cannot be printed, or which attachment is refused.
pub fn procedure(
    procedure: &Procedure,
    attachments: &[Attachment],
    paper: Paper,
) -> Result<Pdf, PaperError> {
    let faces = Faces::read()?;
    let pages = layout(procedure, paper, &faces)?;
    let (kind, of) = match &procedure.outcome {
        Some(outcome) => ("Minutes", outcome.pointer.record()),
        None => ("Script", procedure.script_sha256),
    };
    let about = About {
        title: format!("{kind}, {}", procedure.title),
        made: procedure.made,
        of,
    };
    let values = match &procedure.outcome {
        Some(_) => PageValues::Minutes(procedure.clone()),
        None => PageValues::Script(procedure.clone()),
    };
    let attachments = page_file::with(values, attachments)?;
    pdf::write(&about, &faces, &pages, &attachments)
}
