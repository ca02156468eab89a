//! The linter's words: what is wrong and what to do about it.

use super::PlanFault;
use super::What;
use crate::primitives::text::printable;
use std::fmt;

impl PlanFault {
    /// What is wrong, in words.
    #[must_use]
    pub fn reason(&self) -> String {
        match &self.what {
            What::TooLarge { bytes } => format!("the plan is too large: {bytes} bytes"),
            What::Syntax(words) => format!("not TOML: {}", printable(words)),
            What::UnknownKey { .. } => "no plan has this key".to_owned(),
            What::Missing => "is missing".to_owned(),
            What::WrongType { wanted, found } => format!("is {found}, and must be {wanted}"),
            What::NotAGuid => "is not a GUID".to_owned(),
            What::NotOneOf { found, .. } => {
                format!("is not a word that may stand here: {}", printable(found))
            }
            What::OutOfRange { least, most } => {
                format!("is not a whole number from {least} to {most}")
            }
            What::WarnAfterFail => "warns later than it fails".to_owned(),
            What::BadName => "is not fit for a file name and for reading aloud".to_owned(),
            What::Empty => "is empty".to_owned(),
            What::TooLong { most } => format!("is longer than {most} characters"),
            What::Deceptive { character } => format!(
                "has a character that hides or reorders text: {}",
                character.escape_unicode()
            ),
            What::BadUpn => "is not a user principal name".to_owned(),
            What::BadLedger => {
                "is neither a folder of its own in the book nor an object store".to_owned()
            }
            What::BadVersion => "is not a version".to_owned(),
            What::BadSshKey { .. } => "is not an OpenSSH public key that may sign".to_owned(),
            What::Duplicate { first } => format!("is the same as {}", printable(first)),
            What::NoClientId => "is missing, and this sign-in method needs it".to_owned(),
            What::UnknownSafe { .. } => "names a safe that the plan does not have".to_owned(),
            What::UnknownPerson { .. } => "names a person whom the plan does not have".to_owned(),
            What::NotACustodian => "holds a PIN and is not a custodian".to_owned(),
            What::TooFewKeys { found, wanted } => {
                format!("too few keys for this account: {found} of {wanted}")
            }
            What::TooFewSites { found, wanted } => {
                format!("this account's keys lie at too few sites: {found} of {wanted}")
            }
            What::TooManyAccounts { found, most } => {
                format!("too many emergency access accounts: {found}, at most {most}")
            }
            What::NoOperator => "nobody may run a ceremony".to_owned(),
            What::TooFewWitnesses { found, wanted } => {
                format!("too few witnesses beside the operator: {found} of {wanted}")
            }
            What::BadRef => "cannot stand on a roster".to_owned(),
            What::AlmostSameSite { first } => {
                format!("counts as another site than {}", printable(first))
            }
            What::SameShelf { first } => format!("is the shelf of {}", printable(first)),
            What::SameEnvelope { first } => format!("holds another PIN: {}", printable(first)),
            What::HolderOpensSafes => "holds a PIN and opens safes: reaches both alone".to_owned(),
            What::TooFewHolders { found } => {
                format!("too few people hold this PIN: {found} of 2")
            }
            What::HoldsEveryPin { who } => format!(
                "{} alone holds the PIN of every key of this account",
                printable(who)
            ),
            What::RemindsAlways => {
                "is not less than verify-every-days: all is always due".to_owned()
            }
            What::More => "there are more faults than are listed".to_owned(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn fix(&self) -> String {
        match &self.what {
            What::TooLarge { .. } => "keep it below 1 MiB".to_owned(),
            What::Syntax(_) => "mend this line; texts stand in double quotes".to_owned(),
            What::UnknownKey { nearest, known } | What::NotOneOf { nearest, known, .. } => nearest
                .map_or_else(
                    || format!("write one of {}", known.join(", ")),
                    |name| format!("did you mean {name}?"),
                ),
            What::Missing => format!("add it; docs/formats/plan.md shows {}", self.last_name()),
            What::WrongType { wanted, .. } => match *wanted {
                "string" => "put it in double quotes".to_owned(),
                "integer" => "write a whole number without quotes".to_owned(),
                "boolean" => "write true or false without quotes".to_owned(),
                "array" => "write a list: [\"…\", \"…\"]".to_owned(),
                "array of tables" => format!("write [[{}]] above it", self.last_name()),
                _ => "write its keys in braces: { … = … }".to_owned(),
            },
            What::NotAGuid => {
                "copy the id from the portal: 8-4-4-4-12 hexadecimal digits".to_owned()
            }
            What::OutOfRange { .. } => "write such a number without quotes".to_owned(),
            What::WarnAfterFail => "make `warn` the smaller number".to_owned(),
            What::BadName => {
                "use letters A to Z, digits, dot, dash and underscore, a letter or digit first"
                    .to_owned()
            }
            What::Empty => "write what it is".to_owned(),
            What::TooLong { .. } => "shorten it".to_owned(),
            What::Deceptive { .. } => "type the text again instead of pasting it".to_owned(),
            What::BadUpn => "write it as name@domain".to_owned(),
            What::BadLedger => {
                "write a folder name such as `ledger`, or az://… or s3://…".to_owned()
            }
            What::BadVersion => "write numbers with dots between them, such as 5.7.0".to_owned(),
            What::BadSshKey { known } => format!(
                "paste the whole line of the .pub file; its type is one of {}",
                known.join(", ")
            ),
            What::Duplicate { .. } => "give each its own".to_owned(),
            What::NoClientId => {
                "add the app registration's client id; docs/sign-in.md makes one".to_owned()
            }
            What::UnknownSafe { nearest } => named(nearest.as_ref(), "add the [[safe]]"),
            What::UnknownPerson { nearest } => named(nearest.as_ref(), "add the [[person]]"),
            What::NotACustodian => {
                "give that person the role custodian, or name another".to_owned()
            }
            What::TooFewKeys { .. } => "add an [[account.key]]".to_owned(),
            What::TooFewSites { .. } => {
                "move a key to a safe elsewhere, or accept the finding SITE-PAIR".to_owned()
            }
            What::TooManyAccounts { .. } => {
                "remove an [[account]], or raise policy.max-emergency-accounts".to_owned()
            }
            What::NoOperator => "give a [[person]] the role operator".to_owned(),
            What::TooFewWitnesses { .. } => {
                "give a [[person]] who is not the operator the role witness".to_owned()
            }
            What::BadRef => {
                "use letters A to Z, digits, dash and underscore, a letter or digit first"
                    .to_owned()
            }
            What::AlmostSameSite { .. } => "spell one site in one way".to_owned(),
            What::SameShelf { .. } => "give each bag a shelf of its own".to_owned(),
            What::SameEnvelope { .. } => "give each PIN an envelope of its own".to_owned(),
            What::HolderOpensSafes => "let somebody hold it who opens no safe".to_owned(),
            What::TooFewHolders { .. } => "name a second custodian".to_owned(),
            What::HoldsEveryPin { .. } => "let other custodians hold them too".to_owned(),
            What::RemindsAlways => "make it a few weeks, such as 21".to_owned(),
            What::More => "mend these first".to_owned(),
        }
    }

    /// The last name of the key's path.
    fn last_name(&self) -> &str {
        let path = self.key.rsplit('.').next().unwrap_or(&self.key);
        path.split('[').next().unwrap_or(path)
    }
}

/// The entry that was meant, or what to add.
fn named(nearest: Option<&String>, add: &str) -> String {
    match nearest {
        Some(name) => format!("did you mean {}? if not, {add}", printable(name)),
        None => add.to_owned(),
    }
}

impl fmt::Display for PlanFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", printable(&self.key))?;
        }
        write!(f, "{}; {}", self.reason(), self.fix())
    }
}
