//! `inspect --credentials`: what a key holds, behind its PIN.

use crate::ceremony::Operator;
use crate::ceremony::pins::AtFloor;
use crate::ceremony::pins::PinDesk;
use crate::cli::at_terminal::AtTerminal;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::given::Given;
use crate::cli::page;
use crate::cli::page::Style;
use crate::cli::words;
use crate::ctap::Ctap;
use crate::ctap::CtapError;
use crate::ctap::Permissions;
use crate::ctap::PinToken;
use crate::ctap::Support;
use crate::facts::key::KeyFacts;
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

/// Where a key's PIN comes from.
pub(crate) enum PinFrom {
    /// A person types it.
    Terminal(AtTerminal),
    /// It was handed over, for one try.
    Given(Given),
}

impl PinFrom {
    /// The file that `--pin-fd` names, else the terminal.
    ///
    /// # Errors
    /// [`Failure`] with exit 2, or 3 if there is no terminal.
    pub(crate) fn open(pin_fd: Option<u32>, style: Style) -> Result<Self, Failure> {
        match pin_fd {
            None => Ok(Self::Terminal(AtTerminal::open(style)?)),
            Some(number) => Ok(Self::Given(Given::read(number)?)),
        }
    }

    /// Whether it is for one key alone: a PIN that was handed over is not tried on several, which
    /// would burn tries of the others.
    pub(crate) const fn is_for_one(&self) -> bool {
        match self {
            Self::Terminal(_) => false,
            Self::Given(_) => true,
        }
    }

    fn operator(&mut self) -> &mut dyn Operator {
        match self {
            Self::Terminal(operator) => operator,
            Self::Given(operator) => operator,
        }
    }
}

/// Has the PIN proven, by the rules of `ceremony::pins` and never at the floor, and lists what the
/// key holds.
pub(crate) fn list(
    pins: &mut PinFrom,
    ctap: &mut Ctap<'_>,
    facts: &KeyFacts,
    policy: &Policy,
) -> Result<Vec<Held>, Failure> {
    let refuse = |why: &str, next: &str| {
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
            "another key is plugged in now than the one that was read",
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
            "the key cannot list them (options credMgmt and credentialMgmtPreview absent)",
            "CTAP 2.0 keys never could: a credential is known by the account it was made for",
        ));
    }
    let mut desk = PinDesk {
        name: facts.name(),
        operator: pins.operator(),
        floor: policy.pin_retries_floor,
        at_floor: AtFloor::Refuse,
        min_length: policy.min_pin_length,
        ctap: &mut *ctap,
    };
    let proven = desk.prove(Permissions::CREDENTIAL_MANAGEMENT, None);
    let (_, token) = proven.map_err(|stop| words::pin(&stop))?;
    held_by(ctap, &token).map_err(|error| words::ctap(&error))
}

/// What the key holds; the token must allow credential management.
pub(crate) fn held_by(ctap: &mut Ctap<'_>, token: &PinToken) -> Result<Vec<Held>, CtapError> {
    let mut held = Vec::new();
    for rp in ctap.relying_parties(token)? {
        let name = rp
            .rp_id
            .as_ref()
            .map_or_else(|| rp.rp_id_hash.to_string(), ToString::to_string);
        for one in ctap.credentials(token, &rp.rp_id_hash)? {
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
