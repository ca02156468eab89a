//! The plan of a book, for commands that do nothing without one.

use super::Output;
use super::exit::Exit;
use super::failure::Failure;
use super::held;
use crate::plan;
use crate::plan::Plan;
use crate::primitives::Digest;
use crate::primitives::text;
use std::fs;
use std::path::Path;

/// The plan's file in a book.
const NAME: &str = "glasskey.toml";

/// A plan, and the file it is from.
pub(crate) struct PlanFile {
    /// What it says.
    pub(crate) plan: Plan,
    /// SHA-256 of the file.
    pub(crate) sha256: Digest,
    /// The risks that it takes, in sentences.
    pub(crate) risks: Vec<String>,
}

/// Reads and lints the plan of the book in `folder`. All that is wrong is said on standard error, a
/// line each; risks that it takes are left to the checks. `what` says what was not done.
///
/// # Errors
/// [`Failure`] with exit 2.
pub(crate) fn read(
    folder: &Path,
    what: &str,
    output: &mut Output<'_>,
) -> Result<PlanFile, Failure> {
    let path = folder.join(NAME);
    let unusable = |why: String, next: &str| Failure::new(Exit::Usage, what, why, next);
    // A pipe would be waited for.
    if !fs::metadata(&path).is_ok_and(|meta| meta.is_file()) {
        return Err(unusable(
            format!("{} is not there, or no plain file", path.display()),
            "name the book's folder with --book DIR; `glasskey rehearse` makes one to look at",
        ));
    }
    let bytes = held::file(&path, what)?;
    of_text(&bytes, &path, what, output)
}

/// Reads and lints the text of a plan, as [`read`] does; `path` says where it is or will be.
///
/// # Errors
/// As [`read`].
pub(crate) fn of_text(
    bytes: &[u8],
    path: &Path,
    what: &str,
    output: &mut Output<'_>,
) -> Result<PlanFile, Failure> {
    let unusable = |why: String, next: &str| Failure::new(Exit::Usage, what, why, next);
    let text = std::str::from_utf8(bytes).map_err(|_| {
        let why = format!("{}: not UTF-8", path.display());
        unusable(why, "correct the plan: docs/formats/plan.md")
    })?;
    let reading = plan::read(text);
    let Some(plan) = reading.plan else {
        let faults = &reading.faults;
        if faults.len() > 1 {
            for fault in faults {
                let line = text::printable(&fault.to_string());
                let _ = writeln!(output.err, "glasskey: plan: {line}");
            }
        }
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        let more = match faults.len().saturating_sub(1) {
            0 => String::new(),
            1 => " (and 1 more fault, above)".to_owned(),
            more => format!(" (and {more} more faults, above)"),
        };
        return Err(unusable(
            format!("{}: {first}{more}", path.display()),
            "correct the plan: docs/formats/plan.md",
        ));
    };
    Ok(PlanFile {
        plan,
        sha256: Digest::of(bytes),
        risks: reading.faults.iter().map(ToString::to_string).collect(),
    })
}
