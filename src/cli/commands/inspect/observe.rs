//! `--observe`: a key's line for `docs/keys-observed.tsv`. It changes nothing on the key.

use crate::ceremony::Wanted;
use crate::cli::Output;
use crate::cli::args::InspectInstead;
use crate::cli::choosing;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::CtapStatus;
use crate::ctap::GetAssertion;
use crate::facts::claims::VendorAnswer;
use crate::facts::key::KeyFacts;
use crate::io::SystemClock;
use crate::primitives::Guid;
use crate::primitives::text;
use crate::webauthn::ClientData;
use crate::webauthn::CredentialId;
use crate::webauthn::KEYS_OBSERVED;
use crate::webauthn::RpId;
use crate::webauthn::model;
use serde_json::Map;
use serde_json::Value;

/// What nobody looked at.
const UNKNOWN: &str = "unknown";

/// Reads one key and prints its line.
pub(super) fn run(asked: &InspectInstead, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let clock = SystemClock::new();
    let mut chosen = choosing::one_key(&clock, Wanted::Any)?;
    let probed = match &asked.credential {
        Some(id) => probe_twice(&mut chosen.ctap, &RpId::new(&asked.rp_id), id)?,
        None => [UNKNOWN; 2],
    };
    let cells = line(&chosen.facts, probed);
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

/// What two silent probes of a credential show: whether they are answered, and how the counter steps.
/// No PIN, no touch.
fn probe_twice(
    ctap: &mut Ctap<'_>,
    rp_id: &RpId,
    id: &CredentialId,
) -> Result<[&'static str; 2], Failure> {
    let mut counters = Vec::new();
    for nonce in [[0; 16], [1; 16]] {
        // Of no tenant: nothing that is signed here means anything to anybody.
        let client_data = ClientData::probe(&Guid([0; 16]), &nonce);
        let allow = [id.clone()];
        let request = GetAssertion {
            rp_id,
            client_data: &client_data,
            allow: &allow,
            user_presence: false,
        };
        let answer = match ctap.get_assertion(&request, None, &mut |_| {}) {
            Ok(answer) => answer,
            Err(CtapError::Status { status, .. }) => return Ok([refused(status), UNKNOWN]),
            Err(error) => return Err(words::ctap(&error)),
        };
        if answer.credential_id != *id || answer.auth_data.rp_id_hash() != &rp_id.hash().0 {
            return Ok([UNKNOWN; 2]);
        }
        counters.push(answer.auth_data.counter());
    }
    Ok(["answered", step(&counters)])
}

/// What a status says of silence. That no credential is there may be true: nothing follows from it.
fn refused(status: CtapStatus) -> &'static str {
    const SILENCE: [CtapStatus; 3] = [
        CtapStatus::UpRequired,
        CtapStatus::PuatRequired,
        CtapStatus::UnsupportedOption,
    ];
    if SILENCE.contains(&status) {
        "refused"
    } else {
        UNKNOWN
    }
}

/// How a counter steps from one signature to the next.
fn step(counters: &[u32]) -> &'static str {
    match counters {
        [0, 0] => "zero",
        [first, second] if first.checked_add(1) == Some(*second) => "one",
        [first, second] if second > first => "random",
        _ => UNKNOWN,
    }
}

/// The cells, in the table's order. What needs a credential was not looked at.
fn line(facts: &KeyFacts, [silent_probe, counter_step]: [&str; 2]) -> Vec<String> {
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
        silent_probe.to_owned(),
        UNKNOWN.to_owned(),
        counter_step.to_owned(),
        UNKNOWN.to_owned(),
        vendor_pages,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_named_only_where_two_counts_show_it() {
        for (counters, named) in [
            ([0, 0], "zero"),
            ([7, 8], "one"),
            ([0, 1], "one"),
            ([7, 19], "random"),
            ([7, 7], UNKNOWN),
            ([8, 7], UNKNOWN),
        ] {
            assert_eq!(step(&counters), named, "{counters:?}");
        }
    }
}
