//! What a person is asked. The words are the script's, so that paper and screen say the same.

use crate::primitives::Guid;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Plug in one key and no other.
    Insert {
        /// The key's label.
        label: String,
        /// The serial number that must be on it; `None` if the plan does not know it yet.
        serial: Option<String>,
    },
    /// The key is blocked until it is unplugged.
    Replug {
        /// The key's label.
        label: String,
        /// PIN tries left after that; `None` if the key does not say.
        tries_left: Option<u32>,
    },
    /// The key's PIN.
    Pin {
        /// The key in words a person knows.
        key: String,
        /// Tries left; `None` if the key does not say.
        tries_left: Option<u32>,
    },
    /// The PIN was wrong: is it typed again?
    AnotherTry {
        /// The key in words a person knows.
        key: String,
        /// Tries left.
        tries_left: u32,
        /// Whether another wrong one blocks the key until it is unplugged.
        last_before_replug: bool,
    },
    /// The tries left are at the floor: one is spent only for a sentence that says so.
    SpendAtFloor {
        /// The key in words a person knows.
        key: String,
        /// Tries left.
        tries_left: u32,
    },
    /// The generated PIN, as it was written down.
    TypeBack {
        /// The key in words a person knows.
        key: String,
    },
    /// The key's own PIN policy is changed like this?
    ChangePolicy {
        /// The key in words a person knows.
        key: String,
        /// Each change, with what cannot be undone.
        changes: Vec<String>,
    },
    /// The key's new PIN.
    NewPin {
        /// The key in words a person knows.
        key: String,
        /// Shortest PIN accepted, in characters.
        min_length: u32,
        /// Whether it is asked for the second time, to compare.
        again: bool,
    },
    /// The number of the bag the key is in, read while it is closed; `broken` before it, or `missing`.
    OldBag {
        /// The key's label.
        label: String,
    },
    /// Something is not as recorded: a sentence for the record.
    Explain {
        /// What is not.
        what: String,
    },
    /// The number of the new bag.
    Bag {
        /// The key's label.
        label: String,
        /// Whether it is asked for the second time, to compare.
        again: bool,
    },
    /// A witness's nonce, as 12 words.
    Nonce {
        /// The witness.
        witness: String,
    },
    /// Something in the tenant is changed?
    TenantChange {
        /// What is, a sentence.
        is: String,
        /// What would be, as a command.
        would: String,
    },
    /// The object id of an account is written into the plan?
    PinAccount {
        /// The account's alias.
        alias: String,
        /// The object id.
        object_id: Guid,
    },
    /// A sign-in of which neither record nor log tells: was it seen?
    SignInSeen {
        /// The key's label.
        label: String,
        /// The account's alias.
        alias: String,
    },
    /// Something that was changed by hand is back as it was?
    BackByHand {
        /// What was changed, and to what it goes back.
        what: String,
    },
    /// The digest words were read aloud and compared.
    WordsAgree,
    /// The key and the inside sheet are in the bag, and it is closed.
    Sealed {
        /// The bag's number.
        bag: String,
        /// The key's label.
        label: String,
    },
    /// The statement says what is meant, and may be signed.
    Agreed,
    /// A question in words of its own, answered with a line or with yes and no.
    Question(String),
}

impl Prompt {
    /// What is typed to spend one of the last tries.
    #[must_use]
    pub fn spend_words(tries_left: u32) -> String {
        format!("spend 1 of {tries_left}")
    }

    /// The question.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Insert {
                label,
                serial: None,
            } => {
                format!("Plug in {label} and no other security key. Done?")
            }
            Self::Insert {
                label,
                serial: Some(serial),
            } => {
                format!("Plug in {label} (serial {serial}) and no other security key. Done?")
            }
            Self::Replug { label, tries_left } => format!(
                "{label} takes no PIN until it is unplugged{}. Unplug it and plug it in again. Done?",
                tries(*tries_left)
            ),
            Self::Pin { key, tries_left } => format!("FIDO2 PIN of {key}{}:", tries(*tries_left)),
            Self::AnotherTry {
                key,
                tries_left,
                last_before_replug,
            } => {
                let next = if *last_before_replug {
                    "; after another wrong one the key must be unplugged"
                } else {
                    ""
                };
                format!(
                    "Wrong PIN for {key}: one try was spent, {tries_left} left{next}. Type it again?"
                )
            }
            Self::SpendAtFloor { key, tries_left } => format!(
                "Only {tries_left} PIN {} left on {key}. At 0 the key and its credentials are lost. \
                 Find out first who tried. To spend one all the same, type `{}`:",
                if *tries_left == 1 {
                    "try is"
                } else {
                    "tries are"
                },
                Self::spend_words(*tries_left)
            ),
            Self::TypeBack { key } => {
                format!("The new FIDO2 PIN for {key}, from what you wrote down:")
            }
            Self::ChangePolicy { key, changes } => {
                format!("On {key}: {}. Do it?", changes.join("; "))
            }
            Self::NewPin {
                key,
                min_length,
                again: false,
            } => {
                format!("New FIDO2 PIN for {key}, {min_length} characters or more:")
            }
            Self::NewPin { again: true, .. } => "The same PIN once more:".to_owned(),
            Self::OldBag { label } => format!(
                "Number of the closed bag with {label} (torn or opened: `broken NUMBER`; not there: \
                 `missing`):"
            ),
            Self::Explain { .. } => "What happened? One sentence for the record:".to_owned(),
            Self::Bag {
                label,
                again: false,
            } => {
                format!("Number of the new bag for {label}, read aloud:")
            }
            Self::Bag { again: true, .. } => "The bag number once more, from the bag:".to_owned(),
            Self::Nonce { witness } => {
                format!("{witness} reads the 12 words from their own screen:")
            }
            Self::TenantChange { is, would } => format!("{is} {would}?"),
            Self::PinAccount { alias, object_id } => {
                format!("Write object-id \"{object_id}\" of {alias} into glasskey.toml?")
            }
            Self::SignInSeen { label, alias } => format!(
                "Neither a record nor the tenant's log tells that {label} has signed in as \
                 {alias}. Your word alone would stand for it: if the key does not work, the \
                 account has its role and nobody can use it. Did you see it sign in?"
            ),
            Self::BackByHand { what } => format!("Done by hand: {what}. Is it back?"),
            Self::WordsAgree => {
                "The words were read aloud and agree on every screen. Go on to the touch?"
                    .to_owned()
            }
            Self::Agreed => {
                "The statement was read aloud and says what is meant. Sign it?".to_owned()
            }
            Self::Question(words) => words.clone(),
            Self::Sealed { bag, label } => format!(
                "{label} and its inside sheet are in bag {bag}, closed in sight of all. Done?"
            ),
        }
    }
}

fn tries(left: Option<u32>) -> String {
    match left {
        None => String::new(),
        Some(1) => " (1 try left)".to_owned(),
        Some(left) => format!(" ({left} tries left)"),
    }
}
