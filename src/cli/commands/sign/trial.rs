//! `sign --trial REF`: a signature that counts for nothing, to show that a key can sign.

use super::records::write_new;
use crate::ceremony::Signer;
use crate::ceremony::trial;
use crate::cli::Output;
use crate::cli::args::Sign;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::own_key;
use crate::cli::page;
use crate::cli::words;
use crate::record::Namespace;
use serde_json::json;
use std::path::PathBuf;

const NOTHING: &str = "nothing was signed";

/// Signs on trial.
pub(super) fn run(
    reference: &str,
    arguments: &Sign,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let Some(file) = &arguments.own.key else {
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            "no key was named",
            "name the key that you will sign with: --key FILE",
        ));
    };
    let mine = own_key::read(file, NOTHING)?;
    let signatory = own_key::Signatory {
        reference: reference.to_owned(),
        mine,
    };
    let _ = writeln!(output.err, "glasskey: {}", signatory.what_to_do());
    let message = trial::message(reference, &signatory.mine.public);
    let signature = signatory
        .signer()
        .sign(Namespace::Trial, message.as_bytes())
        .map_err(|why| words::signed(reference, &why, NOTHING))?;
    trial::judge(reference, &signatory.mine.public, &signature)
        .map_err(|fault| words::trial(reference, &fault, NOTHING))?;
    let file = trial::Trial {
        key: signatory.mine.public.clone(),
        signature,
    };
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{reference}.trial")));
    write_new(&out, &file.text(), "the trial was good, and is not written")?;
    let shown = if output.json {
        let value = json!({
            "schema": "glasskey.trial/1",
            "ref": reference,
            "key": signatory.mine.public.to_string(),
            "file": out.display().to_string(),
        });
        format!("{value:#}\n")
    } else {
        page::hang(
            "",
            0,
            &format!(
                "Your key signs as it should. Give {} to the operator, for `glasskey people add \
                 {reference} --trial {}`.",
                out.display(),
                out.display()
            ),
        )
    };
    output.print(&shown)?;
    Ok(Exit::Done)
}
