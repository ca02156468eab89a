//! `glasskey completions` and `glasskey man`: what a package installs beside the program.

mod manual;

use crate::cli::Output;
use crate::cli::args;
use crate::cli::args::Completions;
use crate::cli::args::Man;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use clap::Command;
use manual::FIRST;
use std::fs;
use std::io;
use std::path::Path;

/// Runs `completions`.
pub(crate) fn completions(
    arguments: &Completions,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut args::command_line(),
        FIRST,
        &mut script,
    );
    output.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// Runs `man`.
pub(crate) fn man(arguments: &Man, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut command = args::command_line();
    command.build();
    let Some(folder) = &arguments.out else {
        let page = manual::page(&command).map_err(|error| unwritten(Path::new("-"), &error))?;
        output.print(&String::from_utf8_lossy(&page))?;
        return Ok(Exit::Done);
    };
    fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error))?;
    for (name, command) in pages(FIRST, &command) {
        let path = folder.join(format!("{name}.1"));
        manual::page(&command)
            .and_then(|page| fs::write(&path, page))
            .map_err(|error| unwritten(&path, &error))?;
    }
    Ok(Exit::Done)
}

/// A command and all beneath it that are shown, each with the name of its page.
fn pages(name: &str, command: &Command) -> Vec<(String, Command)> {
    let mut all = vec![(name.to_owned(), command.clone().name(name.to_owned()))];
    for inner in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        all.extend(pages(&format!("{name}-{}", inner.get_name()), inner));
    }
    all
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Output,
        "not every page was written",
        format!("{}: {error}", path.display()),
        "name a folder where this user may write: --out DIR",
    )
}
