//! What a person is asked. The words are the script's, so that paper and screen say the same.

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
    /// The key's first PIN.
    NewPin {
        /// The key in words a person knows.
        key: String,
        /// Shortest PIN accepted, in characters.
        min_length: u32,
        /// Whether it is asked for the second time, to compare.
        again: bool,
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
    /// The digest words were read aloud and compared.
    WordsAgree,
    /// The key and the inside sheet are in the bag, and it is closed.
    Sealed {
        /// The bag's number.
        bag: String,
        /// The key's label.
        label: String,
    },
}

impl Prompt {
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
            Self::NewPin {
                key,
                min_length,
                again: false,
            } => {
                format!("New FIDO2 PIN for {key}, {min_length} characters or more:")
            }
            Self::NewPin { again: true, .. } => "The same PIN once more:".to_owned(),
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
            Self::WordsAgree => {
                "The words were read aloud and agree on every screen. Go on to the touch?"
                    .to_owned()
            }
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
