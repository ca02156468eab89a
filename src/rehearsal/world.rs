//! The rehearsal's world: a tenant with two accounts, four keys, two safes, one operator, two witnesses.

mod healthy;

use super::Bags;
use super::RehearsalClock;
use super::SeededEntropy;
use super::key::KeySpec;
use super::key::Personality;
use super::key::REHEARSAL_AAGUID;
use super::key::Vendor;
use super::key::VirtualKey;
use super::key::VirtualKeys;
use super::people::RehearsalSigner;
use super::tenant::VirtualTenant;
use crate::ceremony::EntropySource;
use crate::ceremony::SignError;
use crate::ceremony::Signer;
use crate::primitives::Entropy;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::primitives::bytes;
use crate::webauthn::Aaguid;
use std::cell::Cell;
use std::fmt::Write as _;
use std::rc::Rc;

/// What everything in the world is made of.
const SEED: &[u8] = b"glasskey rehearsal 1";
/// Shortest PIN its keys accept, as the default policy asks.
const MIN_PIN_LENGTH: u8 = 6;
/// 2026-01-05T09:00:00Z: a Monday morning.
const START: i64 = 1_767_603_600;
/// The keys: label, serial number, account, safe, shelf, PIN envelope.
const KEYS: [(&str, u32, &str, &str, &str, &str); 4] = [
    ("BG1-A", 26_010_001, "BG-1", "SAFE-A", "1", "P-0001"),
    ("BG1-B", 26_010_002, "BG-1", "SAFE-B", "1", "P-0002"),
    ("BG2-A", 26_010_003, "BG-2", "SAFE-A", "2", "P-0003"),
    ("BG2-B", 26_010_004, "BG-2", "SAFE-B", "2", "P-0004"),
];
const ACCOUNTS: [(&str, &str); 2] = [
    ("BG-1", "bg1@contoso-rehearsal.onmicrosoft.com"),
    ("BG-2", "bg2@contoso-rehearsal.onmicrosoft.com"),
];
const PEOPLE: [(&str, &str); 3] = [
    ("op-1", r#"["operator"]"#),
    ("w-1", r#"["witness", "custodian"]"#),
    ("w-2", r#"["witness", "custodian"]"#),
];

/// Seeded sources, each different from the one before.
pub struct SeededSources {
    made: Cell<u32>,
}

impl EntropySource for SeededSources {
    fn source(&self) -> Box<dyn Entropy> {
        let number = self.made.get().wrapping_add(1);
        self.made.set(number);
        Box::new(SeededEntropy::new(SEED, &format!("source {number}")))
    }
}

/// The world. Two made alike behave alike, to the byte.
pub struct World {
    /// Its clock.
    pub clock: Rc<RehearsalClock>,
    /// Its tenant.
    pub tenant: VirtualTenant,
    /// Its USB ports.
    pub ports: VirtualKeys,
    /// Its randomness.
    pub sources: SeededSources,
    /// Its bags.
    pub bags: Bags,
    /// The reference that its records carry: who is trained; `None` if nobody is.
    pub reference: Option<String>,
    keys: Vec<(String, VirtualKey)>,
}

impl World {
    /// A world whose keys all have this personality. No key is plugged in.
    #[must_use]
    pub fn new(personality: Personality) -> Self {
        Self::of(personality, Vendor::Rehearsal)
    }

    /// A world whose keys all have this personality and pass for this vendor's.
    #[must_use]
    pub fn of(personality: Personality, vendor: Vendor) -> Self {
        let clock = Rc::new(RehearsalClock::new(UtcTime::from_unix(START)));
        let keys: Vec<(String, VirtualKey)> = KEYS
            .iter()
            .map(|(label, serial, ..)| {
                let mut spec = KeySpec::new(label, *serial)
                    .with_personality(personality)
                    .with_vendor(vendor)
                    .with_seed(SEED);
                spec.min_pin_length = MIN_PIN_LENGTH;
                (
                    (*label).to_owned(),
                    VirtualKey::new(spec, Rc::clone(&clock)),
                )
            })
            .collect();
        Self {
            tenant: healthy::tenant(&clock),
            clock,
            ports: VirtualKeys::new(Vec::new()),
            sources: SeededSources { made: Cell::new(0) },
            bags: Bags::new(Self::labels()),
            reference: None,
            keys,
        }
    }

    /// The labels of its keys, in the plan's order.
    #[must_use]
    pub fn labels() -> Vec<&'static str> {
        KEYS.iter().map(|(label, ..)| *label).collect()
    }

    /// Alias and object id of its accounts.
    #[must_use]
    pub fn accounts() -> Vec<(String, Guid)> {
        ACCOUNTS
            .iter()
            .map(|(alias, _)| ((*alias).to_owned(), id(alias)))
            .collect()
    }

    /// The id that a thing has in every rehearsal: `BG-1`, `ca-exclusion`, `passkey`, `tap`, `admin`,
    /// `subscription`, `tenant`, `client`.
    #[must_use]
    pub fn id(what: &str) -> Guid {
        id(what)
    }

    /// The key with this label.
    #[must_use]
    pub fn key(&self, label: &str) -> Option<&VirtualKey> {
        self.keys
            .iter()
            .find(|(name, _)| name == label)
            .map(|(_, key)| key)
    }

    /// All keys, unplugged or not, for hands that plug them in.
    #[must_use]
    pub fn keys(&self) -> Vec<(String, VirtualKey)> {
        self.keys.clone()
    }

    /// Another account than the one of this user principal name, and its first key.
    pub(super) fn stranger_to(upn: &str) -> Option<(&'static str, &'static str)> {
        let (alias, other) = ACCOUNTS.iter().find(|(_, other)| *other != upn)?;
        let (label, ..) = KEYS.iter().find(|(_, _, account, ..)| account == alias)?;
        Some((other, label))
    }

    /// The other key of the account that this key opens; empty if there is none.
    pub(super) fn beside(label: &str) -> &'static str {
        let account = KEYS.iter().find(|(own, ..)| *own == label);
        let account = account.map(|(_, _, account, ..)| *account);
        let other = KEYS
            .iter()
            .find(|(own, _, of, ..)| *own != label && Some(*of) == account);
        other.map_or("", |(label, ..)| label)
    }

    /// The label of the key whose serial number is in these words; empty if none is.
    pub(super) fn label_in(words: &str) -> &'static str {
        let key = KEYS
            .iter()
            .find(|(_, serial, ..)| words.contains(&serial.to_string()));
        key.map_or("", |(label, ..)| label)
    }

    /// Deletes every passkey in the tenant that has another name.
    pub(super) fn keep_passkeys_named(&mut self, name: &str) {
        let others: Vec<_> = self
            .tenant
            .passkeys()
            .iter()
            .filter(|one| one.display_name != name)
            .map(|one| one.credential.clone())
            .collect();
        for credential in others {
            self.tenant.remove_passkey(&credential);
        }
    }

    /// The models the tenant's policy allows.
    pub fn allow_models(&mut self, models: &[Aaguid]) {
        *self.tenant.policy_mut() = healthy::policy(models);
    }

    /// The people who sign: the operator first.
    ///
    /// # Errors
    /// [`SignError`] if a key cannot be made of its seed: our bug.
    pub fn signers() -> Result<Vec<Box<dyn Signer>>, SignError> {
        PEOPLE
            .iter()
            .map(|(reference, _)| {
                let signer: Box<dyn Signer> = Box::new(person(reference)?);
                Ok(signer)
            })
            .collect()
    }

    /// The roster: who may sign, in the form `ssh-keygen -Y verify` reads.
    ///
    /// # Errors
    /// As [`Self::signers`].
    pub fn roster() -> Result<String, SignError> {
        let mut text = String::new();
        for (reference, _) in PEOPLE {
            let _ = writeln!(
                text,
                "{reference} namespaces=\"glasskey-record-v1,glasskey-checkpoint-v1,\
                 glasskey-roster-v1\" {}",
                person(reference)?.public_key()
            );
        }
        Ok(text)
    }

    /// The plan, `glasskey.toml`.
    ///
    /// # Errors
    /// As [`Self::signers`].
    pub fn plan() -> Result<String, SignError> {
        let mut text = format!(
            "# The plan of a rehearsal: nothing in it is real.\n\n[book]\nname = \"contoso-rehearsal\"\n\
             ledger = \"ledger\"\ncall = \"+00 000 0000 (rehearsal desk)\"\n\n[tenant]\nid = \"{}\"\n\
             cloud = \"global\"\n\n[sign-in]\nmethod = \"browser\"\nclient-id = \"{}\"\n\n[groups]\n\
             ca-exclusion = \"{}\"\npasskey = \"{}\"\ntap = \"{}\"\n\n[azure]\n\
             subscription = \"{}\"\n",
            id("tenant"),
            id("client"),
            id("ca-exclusion"),
            id("passkey"),
            id("tap"),
            id("subscription"),
        );
        for (safe, site) in [("SAFE-A", "north"), ("SAFE-B", "south")] {
            let _ = write!(text, "\n[[safe]]\nid = \"{safe}\"\nsite = \"{site}\"\n");
        }
        for (alias, upn) in ACCOUNTS {
            let _ = write!(
                text,
                "\n[[account]]\nalias = \"{alias}\"\nobject-id = \"{}\"\nupn = \"{upn}\"\n\
                 roles = [\"Global Administrator\"]\nconditional-access = \"excluded\"\n",
                id(alias)
            );
            for (label, serial, account, safe, shelf, envelope) in KEYS {
                if account == alias {
                    let _ = write!(
                        text,
                        "\n[[account.key]]\nlabel = \"{label}\"\nsafe = \"{safe}\"\nshelf = \"{shelf}\"\n\
                         pin = {{ envelope = \"{envelope}\", held-by = [\"w-1\", \"w-2\"] }}\n\
                         aaguid = \"{REHEARSAL_AAGUID}\"\nserial = \"{serial}\"\n"
                    );
                }
            }
        }
        for (reference, roles) in PEOPLE {
            let _ = write!(
                text,
                "\n[[person]]\nref = \"{reference}\"\nroles = {roles}\nkey = \"{}\"\n",
                person(reference)?.public_key()
            );
        }
        Ok(text)
    }

    /// The salted file of names, which stays outside the ledger.
    #[must_use]
    pub fn people_file() -> String {
        let salt: [u8; 16] = SeededEntropy::new(SEED, "names").bytes();
        let mut text = format!(
            "# Names behind the refs; a rehearsal has none.\nsalt = \"{}\"\n",
            bytes::hex(&salt)
        );
        for (reference, _) in PEOPLE {
            let _ = write!(
                text,
                "\n[[person]]\nref = \"{reference}\"\nname = \"rehearsal {reference}\"\n"
            );
        }
        text
    }

    /// The PIN that the operator gives the key with this label: 16 characters.
    #[must_use]
    pub fn pin(label: &str) -> String {
        let raw: [u8; 10] = SeededEntropy::new(SEED, &format!("pin {label}")).bytes();
        bytes::base32(&raw)
    }

    /// A witness's fresh nonce for the `number`th time they are asked.
    #[must_use]
    pub fn nonce(witness: &str, number: u32) -> [u8; 16] {
        SeededEntropy::new(SEED, &format!("nonce {witness} {number}")).bytes()
    }
}

fn person(reference: &str) -> Result<RehearsalSigner, SignError> {
    let seed: [u8; 32] = SeededEntropy::new(SEED, &format!("person {reference}")).bytes();
    RehearsalSigner::new(reference, &seed)
}

/// A GUID that is always the same for the same thing.
fn id(what: &str) -> Guid {
    let mut raw: [u8; 16] = SeededEntropy::new(SEED, &format!("id {what}")).bytes();
    let [.., b6, _, b8, _, _, _, _, _, _, _] = &mut raw;
    *b6 = (*b6 & 0x0f) | 0x40;
    *b8 = (*b8 & 0x3f) | 0x80;
    Guid(raw)
}
