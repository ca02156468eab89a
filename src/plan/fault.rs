//! What is wrong with a plan: where, and with which data. The words are in `words.rs`.

/// One thing that is wrong with a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFault {
    /// The line, from 1; `None` if it has no line: what is absent, or a plan not read from text.
    pub line: Option<u32>,
    /// Where in the plan, such as `account[2].key[1].safe`; entries count from 1. Empty for the
    /// whole plan.
    pub key: String,
    /// What is wrong.
    pub what: What,
}

/// How much a fault weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A risk one may take: said, and then the plan is used.
    Risk,
    /// The plan is not used.
    Refused,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Larger than a plan may be, in bytes.
    TooLarge {
        /// Bytes there are.
        bytes: usize,
    },
    /// Not TOML, in the parser's words.
    Syntax(String),
    /// A name that no plan has.
    UnknownKey {
        /// The known name that was probably meant.
        nearest: Option<&'static str>,
        /// Every name that may stand here.
        known: Vec<&'static str>,
    },
    /// A key that must be there is not.
    Missing,
    /// A value of another type.
    WrongType {
        /// The type that belongs here.
        wanted: &'static str,
        /// The type that is there.
        found: &'static str,
    },
    /// Not a GUID.
    NotAGuid,
    /// None of the words that may stand here.
    NotOneOf {
        /// The word that is there.
        found: String,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
        /// Every word that may stand here.
        known: Vec<&'static str>,
    },
    /// A number outside its range.
    OutOfRange {
        /// The least it may be.
        least: u32,
        /// The most it may be.
        most: u32,
    },
    /// `warn` comes later than `fail`.
    WarnAfterFail,
    /// Not fit to become a file name and to be read aloud.
    BadName,
    /// No characters, or none that show.
    Empty,
    /// Longer than it may be, in characters.
    TooLong {
        /// The most it may have.
        most: usize,
    },
    /// A character that hides or reorders text.
    Deceptive {
        /// The character.
        character: char,
    },
    /// Not `name@domain`.
    BadUpn,
    /// Neither a folder in the book nor an object store's address.
    BadLedger,
    /// Not numbers with dots between them.
    BadVersion,
    /// Not an OpenSSH public key of a type that may sign.
    BadSshKey {
        /// Every type that may.
        known: &'static [&'static str],
    },
    /// Said before.
    Duplicate {
        /// Where it was said first.
        first: String,
    },
    /// The sign-in method needs a client id.
    NoClientId,
    /// No `[[safe]]` of that id.
    UnknownSafe {
        /// The id that was probably meant.
        nearest: Option<String>,
    },
    /// No `[[person]]` of that ref.
    UnknownPerson {
        /// The ref that was probably meant.
        nearest: Option<String>,
    },
    /// Holds a PIN without the role for it.
    NotACustodian,
    /// Fewer keys than the policy wants for an account.
    TooFewKeys {
        /// Keys there are.
        found: usize,
        /// Keys wanted.
        wanted: u32,
    },
    /// Keys at fewer sites than the policy wants for an account.
    TooFewSites {
        /// Sites there are.
        found: usize,
        /// Sites wanted.
        wanted: u32,
    },
    /// More accounts than the policy allows.
    TooManyAccounts {
        /// Accounts there are.
        found: usize,
        /// The most there may be.
        most: u32,
    },
    /// Nobody may run a ceremony.
    NoOperator,
    /// Too few people to watch an operator, who cannot be a witness at the same time.
    TooFewWitnesses {
        /// Witnesses that the people there are can give.
        found: usize,
        /// Witnesses wanted.
        wanted: u32,
    },
    /// Not fit to stand on a roster.
    BadRef,
    /// A spelling of a site that another safe has in another case.
    AlmostSameSite {
        /// The other spelling.
        first: String,
    },
    /// A shelf on which another key lies.
    SameShelf {
        /// Where the other key's is.
        first: String,
    },
    /// An envelope that holds another key's PIN.
    SameEnvelope {
        /// Where the other key's is.
        first: String,
    },
    /// Holds a PIN and opens safes: reaches key and PIN alone.
    HolderOpensSafes,
    /// One person alone holds a PIN.
    TooFewHolders {
        /// Holders there are.
        found: usize,
    },
    /// One person alone holds the PIN of every key of an account.
    HoldsEveryPin {
        /// Who.
        who: String,
    },
    /// Everything would always be due soon.
    RemindsAlways,
    /// There are more faults than are listed.
    More,
}

impl PlanFault {
    /// Whether the plan can be used all the same.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        match self.what {
            What::TooFewSites { .. }
            | What::AlmostSameSite { .. }
            | What::SameShelf { .. }
            | What::SameEnvelope { .. }
            | What::HolderOpensSafes
            | What::TooFewHolders { .. }
            | What::HoldsEveryPin { .. }
            | What::RemindsAlways => Weight::Risk,
            What::TooLarge { .. }
            | What::Syntax(_)
            | What::UnknownKey { .. }
            | What::Missing
            | What::WrongType { .. }
            | What::NotAGuid
            | What::NotOneOf { .. }
            | What::OutOfRange { .. }
            | What::WarnAfterFail
            | What::BadName
            | What::Empty
            | What::TooLong { .. }
            | What::Deceptive { .. }
            | What::BadUpn
            | What::BadLedger
            | What::BadVersion
            | What::BadSshKey { .. }
            | What::Duplicate { .. }
            | What::NoClientId
            | What::UnknownSafe { .. }
            | What::UnknownPerson { .. }
            | What::NotACustodian
            | What::TooFewKeys { .. }
            | What::TooManyAccounts { .. }
            | What::NoOperator
            | What::TooFewWitnesses { .. }
            | What::BadRef
            | What::More => Weight::Refused,
        }
    }
}
