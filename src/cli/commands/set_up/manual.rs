//! A page of the manual: what clap knows of a command, its examples, and how it ends.

use crate::cli::args;
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::Roff;
use clap_mangen::roff::bold;
use clap_mangen::roff::roman;
use std::io;

/// The table of `docs/exit-codes.md`, which the first page shows.
const EXIT_CODES: &str = include_str!("../../../../docs/exit-codes.md");
/// The name of the first page.
pub(super) const FIRST: &str = "glasskey";

/// The page of a command whose name is that of its page: `glasskey-audit`.
///
/// # Errors
/// None of a page in memory.
pub(super) fn page(command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone())
        .source(format!("glasskey {}", env!("CARGO_PKG_VERSION")))
        .manual("Emergency access keys");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    synopsis(command).to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.get_subcommands().any(|one| !one.is_hide_set()) {
        man.render_subcommands_section(&mut page)?;
    }
    examples(command).to_writer(&mut page)?;
    exit_status(command).to_writer(&mut page)?;
    see_also(command).to_writer(&mut page)?;
    Ok(page)
}

fn synopsis(command: &Command) -> Roff {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    for (at, line) in usage.lines().enumerate() {
        if at > 0 {
            roff.control("br", []);
        }
        roff.text([roman(line.trim())]);
    }
    roff
}

fn examples(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let all = args::examples(command);
    if all.is_empty() {
        return roff;
    }
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    for example in all {
        roff.text([roman(example)]);
    }
    roff.control("fi", []);
    roff
}

/// The first page has the table, the others point there.
fn exit_status(command: &Command) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    if command.get_name() != FIRST {
        roff.text([
            roman("As of every command: see "),
            bold("glasskey"),
            roman("(1)."),
        ]);
        return roff;
    }
    roff.text([roman("If several apply, the highest counts.")]);
    for line in EXIT_CODES.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if let [code, meaning] = cells.as_slice()
            && code.starts_with('`')
        {
            roff.control("TP", []);
            roff.text([bold(code.trim_matches('`'))]);
            roff.text([roman(meaning.replace('`', ""))]);
        }
    }
    roff
}

fn see_also(command: &Command) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    if command.get_name() == FIRST {
        roff.text([
            bold("ssh-keygen"),
            roman("(1), "),
            bold("fido2-token"),
            roman("(1)."),
        ]);
        roff.text([roman(
            "The documents of this version lie where it was installed: share/doc/glasskey/docs, \
             and the five quick starts in quick-start/ there.",
        )]);
    } else {
        let page = command.get_name().rsplit_once('-');
        let above = page.map_or(FIRST, |(above, _)| above);
        let above = if above.is_empty() { FIRST } else { above };
        roff.text([bold(above), roman("(1).")]);
    }
    roff
}
