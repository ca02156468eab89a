//! `--observe`: a key's line for `docs/keys-observed.tsv`. It changes nothing on the key.

use crate::ceremony::Wanted;
use crate::cli::Output;
use crate::cli::choosing;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::facts::claims::VendorAnswer;
use crate::facts::key::KeyFacts;
use crate::io::SystemClock;
use crate::primitives::text;
use crate::webauthn::KEYS_OBSERVED;
use crate::webauthn::model;
use serde_json::Map;
use serde_json::Value;

/// What nobody looked at.
const UNKNOWN: &str = "unknown";

/// Reads one key and prints its line.
pub(super) fn run(output: &mut Output<'_>) -> Result<Exit, Failure> {
    let clock = SystemClock::new();
    let chosen = choosing::one_key(&clock, Wanted::Any)?;
    let cells = line(&chosen.facts);
    if output.json {
        let columns = KEYS_OBSERVED.lines().next().unwrap_or_default().split('\t');
        let members: Map<String, Value> = columns
            .map(str::to_owned)
            .zip(cells.into_iter().map(Value::String))
            .collect();
        output.print(&format!("{:#}\n", Value::Object(members)))?;
    } else {
        output.print(&format!("{}\n", cells.join("\t")))?;
    }
    Ok(Exit::Done)
}

/// The cells, in the table's order. What needs a credential was not looked at.
fn line(facts: &KeyFacts) -> Vec<String> {
    let aaguid = facts.aaguid();
    let name = aaguid.known().and_then(model).map(|model| model.name);
    let name = name.or(facts.entry.product.as_deref());
    let vendor_pages = match &facts.vendor {
        VendorAnswer::NotAsked => "0".to_owned(),
        VendorAnswer::Said(said) => said.answers.to_string(),
        VendorAnswer::Failed(_) => UNKNOWN.to_owned(),
    };
    let or_unknown = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
    vec![
        or_unknown(name.map(text::printable)),
        or_unknown(aaguid.known().map(ToString::to_string)),
        or_unknown(facts.firmware().known().map(|said| text::printable(said))),
        UNKNOWN.to_owned(),
        facts.at.day(),
        UNKNOWN.to_owned(),
        UNKNOWN.to_owned(),
        UNKNOWN.to_owned(),
        UNKNOWN.to_owned(),
        vendor_pages,
    ]
}
