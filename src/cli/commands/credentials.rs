//! `inspect --credentials`: what a key holds, behind its PIN.

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::hands_on::no_terminal;
use crate::cli::page;
use crate::cli::words;
use crate::ctap::ClientPin;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::ctap::Support;
use crate::facts::key::KeyFacts;
use crate::io::Tty;
use crate::plan::Policy;
use crate::primitives::text;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;

/// A resident credential. The user handle stays on the key.
pub(crate) struct Held {
    rp: String,
    user: Option<String>,
    display: Option<String>,
    id: String,
    algorithm: i64,
    cred_protect: Option<u8>,
}

/// Asks for the PIN, once, with the tries left said before, and lists what the key holds.
pub(crate) fn list(
    tty: &Tty,
    ctap: &mut Ctap<'_>,
    facts: &KeyFacts,
    policy: &Policy,
) -> Result<Vec<Held>, Failure> {
    let refuse = |why: String, next: &str| {
        Failure::new(
            Exit::Key,
            "the credentials were not listed; no PIN try was spent",
            why,
            next,
        )
    };
    let info = ctap.get_info().map_err(|error| words::ctap(&error))?;
    if info.aaguid != facts.info.aaguid || info.firmware_version != facts.info.firmware_version {
        return Err(refuse(
            "another key is plugged in now than the one that was read".to_owned(),
            "run the command again",
        ));
    }
    let options = info.effective_options();
    if [
        options.credential_management,
        options.credential_management_preview,
    ] == [Support::No; 2]
    {
        return Err(refuse(
            "the key cannot list them (options credMgmt and credentialMgmtPreview absent)"
                .to_owned(),
            "CTAP 2.0 keys never could: a credential is known by the account it was made for",
        ));
    }
    if facts.client_pin != ClientPin::Set {
        return Err(refuse(
            "the key has no PIN".to_owned(),
            "set one in the registration ceremony",
        ));
    }
    let retries = ctap.pin_retries().map_err(|error| words::ctap(&error))?;
    if retries.power_cycle_needed == Some(true) {
        return Err(refuse(
            "the key takes no PIN until it is replugged".to_owned(),
            "unplug the key, plug it in, and run the command again",
        ));
    }
    let left = u32::from(retries.remaining);
    if left <= policy.pin_retries_floor {
        return Err(refuse(
            format!("only {left} PIN tries are left"),
            "find out who tried; a list of credentials is not worth one of the last tries",
        ));
    }
    let question = format!(
        "FIDO2 PIN of {} ({left} tries left): ",
        text::printable(&facts.name())
    );
    let typed = tty
        .ask_pin(&question)
        .map_err(|error| no_terminal(&error))?;
    let Some(typed) = typed else {
        return Err(Failure::new(
            Exit::Declined,
            "the credentials were not listed; no PIN try was spent",
            "no PIN was typed",
            "run the command again when the PIN is at hand",
        ));
    };
    let pin = Pin::new(typed.expose()).map_err(|_| {
        refuse(
            "what was typed cannot be a PIN".to_owned(),
            "type 4 characters to 63 bytes",
        )
    })?;
    held_behind(ctap, &pin).map_err(|error| words::ctap(&error))
}

/// What the key holds; the PIN is sent once.
pub(crate) fn held_behind(ctap: &mut Ctap<'_>, pin: &Pin) -> Result<Vec<Held>, CtapError> {
    let token = ctap.token(pin, Permissions::CREDENTIAL_MANAGEMENT, None)?;
    let mut held = Vec::new();
    for rp in ctap.relying_parties(&token)? {
        let name = rp
            .rp_id
            .as_ref()
            .map_or_else(|| rp.rp_id_hash.to_string(), ToString::to_string);
        for one in ctap.credentials(&token, &rp.rp_id_hash)? {
            held.push(Held {
                rp: name.clone(),
                user: one.user_name,
                display: one.user_display_name,
                id: one.credential_id.to_string(),
                algorithm: one.public_key.algorithm(),
                cred_protect: one.cred_protect,
            });
        }
    }
    Ok(held)
}

/// The list for people.
pub(crate) fn text(held: &[Held]) -> String {
    let mut out = format!(
        "  {} resident {}\n",
        held.len(),
        if held.len() == 1 {
            "credential"
        } else {
            "credentials"
        }
    );
    for one in held {
        let user = one
            .user
            .as_deref()
            .or(one.display.as_deref())
            .unwrap_or("no user name");
        let _ = writeln!(
            out,
            "    {}  {}",
            text::printable(&one.rp),
            text::printable(user)
        );
        out.push_str(&page::hang("      id ", 9, &one.id));
    }
    out
}

/// The list for programs.
pub(crate) fn json(held: &[Held]) -> Value {
    let list = held.iter().map(|one| {
        let mut value =
            json!({"rp_id": one.rp, "credential_id": one.id, "algorithm": one.algorithm});
        if let Some(members) = value.as_object_mut() {
            if let Some(user) = &one.user {
                members.insert("user_name".to_owned(), json!(user));
            }
            if let Some(display) = &one.display {
                members.insert("user_display_name".to_owned(), json!(display));
            }
            if let Some(level) = one.cred_protect {
                members.insert("cred_protect".to_owned(), json!(level));
            }
        }
        value
    });
    Value::Array(list.collect())
}
