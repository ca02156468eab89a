//! `sign --nonce`: 16 fresh bytes as 12 words, kept on this machine.

use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::nonce_file;
use crate::cli::page;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use crate::primitives::nonce_words;
use crate::primitives::text;
use serde_json::json;
use std::fmt::Write as _;

/// Words on a line.
const ON_A_LINE: usize = 4;

/// Makes a nonce.
pub(super) fn run(output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut entropy = SystemEntropy::open().map_err(|error| {
        Failure::new(
            Exit::Key,
            "no nonce was made",
            error.0,
            "check the system's random source",
        )
    })?;
    let mut value = [0; nonce_words::NONCE_LEN];
    entropy.fill(&mut value);
    let made = SystemClock::new().utc();
    let path = nonce_file::place()?;
    nonce_file::change(&path, |nonces| nonces.add(value, made))?;
    let words = nonce_words::words(&value);
    let shown = if output.json {
        let value = json!({"schema": "glasskey.nonce/1", "made": made, "words": words});
        format!("{value:#}\n")
    } else {
        let mut shown = format!(
            "{}\n\n",
            output.style.strong("Read these 12 words to the operator:")
        );
        for (number, line) in words.chunks(ON_A_LINE).enumerate() {
            let first = number * ON_A_LINE + 1;
            let cells: Vec<String> = line.iter().map(|word| text::pad(word, 12)).collect();
            let _ = writeln!(shown, "  {first:>2}  {}", cells.join(" ").trim_end());
        }
        shown.push('\n');
        shown.push_str(&page::hang(
            "",
            0,
            &format!(
                "They stand for 16 fresh bytes, kept in {}. They go into the statement before the \
                 key is touched, and `glasskey sign` on this machine signs it only with them in it.",
                path.display()
            ),
        ));
        shown
    };
    output.print(&shown)?;
    Ok(Exit::Done)
}
