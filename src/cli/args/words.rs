//! Arguments of the ceremonies about words: people, policy, notes, acceptances.

use crate::cli::at_the_safe::CeremonyArguments;
use crate::cli::held;
use crate::findings::Check;
use crate::findings::Subject;
use crate::plan::Role;
use crate::plan::nearest;
use crate::primitives::UtcTime;
use crate::record::is_reference;
use clap::Args;
use clap::Subcommand;
use std::path::PathBuf;

/// `people`
#[derive(Debug, Subcommand)]
pub(crate) enum PeopleCommand {
    /// Somebody comes: the roster, the names and the plan have them from then on.
    #[command(
        after_help = "Examples:\n  glasskey people add w-3 --role witness --name 'Ada Lovelace' \\\n    --trial w-3.trial --witness w-1\n  glasskey people add cu-4 --role custodian --name 'Grace Hopper' \\\n    --public-key cu-4.pub --witness w-1=keys/w-1\n  glasskey people add w-3              goes on with one that waits"
    )]
    Add(PeopleAdd),
    /// Somebody goes: what is due because of it is said.
    #[command(after_help = "Examples:\n  glasskey people remove cu-2 --book contoso --witness w-1")]
    Remove(PeopleRemove),
    /// Somebody signs with another key from then on.
    #[command(
        after_help = "Examples:\n  glasskey people rotate w-1 --trial w-1.trial --witness w-2 --book contoso"
    )]
    Rotate(PeopleRotate),
}

/// The key that somebody will sign with.
#[derive(Debug, Args)]
pub(crate) struct NewKey {
    /// Their OpenSSH public key; they sign on trial with it here.
    #[arg(long, value_name = "FILE", conflicts_with = "trial")]
    pub(crate) public_key: Option<PathBuf>,
    /// What `glasskey sign --trial REF` made on their own machine: key and trial in one file.
    #[arg(long, value_name = "FILE")]
    pub(crate) trial: Option<PathBuf>,
}

/// `people add`
#[derive(Debug, Args)]
pub(crate) struct PeopleAdd {
    /// The ref: a pseudonym for records, such as w-3. It is one person, for ever.
    #[arg(value_name = "REF", value_parser = reference)]
    pub(crate) who: String,
    /// What they may do: operator, witness, custodian, safe-controller, auditor, reviewer. Once for
    /// each.
    #[arg(long = "role", value_name = "ROLE", value_parser = role)]
    pub(crate) roles: Vec<Role>,
    /// Their name, for people.toml alone; asked for if it is not given.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Their key.
    #[command(flatten)]
    pub(crate) new: NewKey,
    /// The ceremony.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `people remove`
#[derive(Debug, Args)]
pub(crate) struct PeopleRemove {
    /// The ref.
    #[arg(value_name = "REF", value_parser = reference)]
    pub(crate) who: String,
    /// The ceremony.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `people rotate`
#[derive(Debug, Args)]
pub(crate) struct PeopleRotate {
    /// The ref.
    #[arg(value_name = "REF", value_parser = reference)]
    pub(crate) who: String,
    /// Their new key.
    #[command(flatten)]
    pub(crate) new: NewKey,
    /// The ceremony.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `policy`
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Take [policy] of the plan into the ledger, setting by setting; where it agrees, the roles of
    /// people.
    #[command(
        after_help = "Examples:\n  glasskey policy adopt --dry-run --book contoso\n  glasskey policy adopt --witness w-1 --book contoso"
    )]
    Adopt(PolicyAdopt),
}

/// `policy adopt`
#[derive(Debug, Args)]
pub(crate) struct PolicyAdopt {
    /// Say what differs, and record nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The ceremony.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `note`
#[derive(Debug, Subcommand)]
pub(crate) enum NoteCommand {
    /// Something went otherwise than a script: what waits since it came after its statement, or what
    /// you tell.
    #[command(
        after_help = "Examples:\n  glasskey note exception --witness w-1 --book contoso\n  glasskey note exception --of 000004 --step 6 --witness w-1 \\\n    --text 'the bag tore; a new one was used'"
    )]
    Exception(NoteException),
    /// A record says something that is not so: it stays, and this one corrects it.
    #[command(
        after_help = "Examples:\n  glasskey note amendment 000003 --witness w-1 \\\n    --text 'the shelf is 2; it was left out'"
    )]
    Amendment(NoteAmendment),
    /// Somebody was trained with `rehearse --hands-on --trainee REF`: the rehearsal is audited, and the
    /// record cites its head.
    #[command(after_help = "Examples:\n  glasskey note training --from practice --witness w-1")]
    Training(NoteTraining),
}

/// `note exception`
#[derive(Debug, Args)]
pub(crate) struct NoteException {
    /// What was done instead, and why.
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// The step of the script, as printed.
    #[arg(long, value_name = "STEP", requires = "text")]
    pub(crate) step: Option<String>,
    /// The record of the ceremony in which it happened.
    #[arg(long, value_name = "RECORD", requires = "text", value_parser = held::record)]
    pub(crate) of: Option<u64>,
    /// The ceremony.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `note amendment`
#[derive(Debug, Args)]
pub(crate) struct NoteAmendment {
    /// The record that is corrected.
    #[arg(value_name = "RECORD", value_parser = held::record)]
    pub(crate) record: u64,
    /// What it should have said, and why it did not; asked for if it is not given.
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// The ceremony.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `note training`
#[derive(Debug, Args)]
pub(crate) struct NoteTraining {
    /// Where the rehearsal left its book.
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
    /// The ceremony.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// `accept`
#[derive(Debug, Args)]
pub(crate) struct AcceptArguments {
    /// The check that fails, such as SITE-PAIR.
    #[arg(value_name = "CHECK", requires = "subject", value_parser = check)]
    pub(crate) check: Option<Check>,
    /// What it is accepted of, as the finding has it: book, account:BG-1, key:BG1-A, record:000003.
    #[arg(value_name = "SUBJECT", requires = "until", value_parser = subject)]
    pub(crate) subject: Option<Subject>,
    /// The last day of it, or the last second.
    #[arg(long, value_name = "DATE", requires = "subject", value_parser = until)]
    pub(crate) until: Option<UtcTime>,
    /// Why; asked for if it is not given.
    #[arg(long, value_name = "TEXT", requires = "subject")]
    pub(crate) reason: Option<String>,
    /// The ceremony.
    #[command(flatten)]
    pub(crate) room: CeremonyArguments,
}

/// A ref, as a roster takes it.
pub(super) fn reference(text: &str) -> Result<String, String> {
    if is_reference(text) {
        Ok(text.to_owned())
    } else {
        Err("not 1 to 64 letters, digits, `-` or `_`, a letter or digit first".to_owned())
    }
}

fn role(text: &str) -> Result<Role, String> {
    let mut all = Role::ALL.into_iter();
    all.find(|role| role.name() == text).ok_or_else(|| {
        let names = Role::ALL.map(Role::name);
        match nearest(text, &names) {
            Some(name) => format!("no role; did you mean {name}?"),
            None => format!("not one of {}", names.join(", ")),
        }
    })
}

fn check(text: &str) -> Result<Check, String> {
    let mut all = Check::ALL.iter().copied();
    all.find(|check| check.id().eq_ignore_ascii_case(text))
        .ok_or_else(|| {
            let ids: Vec<&str> = Check::ALL.iter().map(|check| check.id()).collect();
            match nearest(text, &ids) {
                Some(id) => format!("no check; did you mean {id}?"),
                None => "no check; docs/checks.md lists them".to_owned(),
            }
        })
}

/// `book`, or a kind and a name.
fn subject(text: &str) -> Result<Subject, String> {
    let wanted = || {
        "not book, account:NAME, key:LABEL, safe:ID, person:REF, policy:ID or record:NUMBER"
            .to_owned()
    };
    let (kind, name) = match text.split_once(':') {
        None if text == "book" => return Ok(Subject::book()),
        Some((_, "")) | None => return Err(wanted()),
        Some(parts) => parts,
    };
    Ok(match kind {
        "account" => Subject::account(name),
        "key" => Subject::key(name),
        "safe" => Subject::safe(name),
        "person" => Subject::person(name),
        "policy" => Subject::policy(name),
        "record" => Subject::record(held::record(text)?),
        _ => return Err(wanted()),
    })
}

/// The last second of a day, or a time.
fn until(text: &str) -> Result<UtcTime, String> {
    match UtcTime::parse(&format!("{text}T23:59:59Z")) {
        Some(end) => Ok(end),
        None => held::time(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lasts_until_its_last_second() {
        assert_eq!(
            until("2027-03-31").unwrap().to_string(),
            "2027-03-31T23:59:59Z"
        );
        let noon = "2027-03-31T12:00:00Z";
        assert_eq!(until(noon).unwrap().to_string(), noon);
        assert!(until("2027-02-30").is_err() && until("soon").is_err());
    }

    #[test]
    fn checks_roles_and_subjects_are_what_a_finding_says() {
        assert_eq!(check("site-pair"), Ok(Check::SitePair));
        assert_eq!(
            check("SITE-PAIRS"),
            Err("no check; did you mean SITE-PAIR?".to_owned())
        );
        assert_eq!(role("safe-controller"), Ok(Role::SafeController));
        assert_eq!(
            role("witnes"),
            Err("no role; did you mean witness?".to_owned())
        );
        for text in ["book", "account:BG-1", "key:BG1-A", "person:op-7"] {
            assert_eq!(subject(text).unwrap().to_string(), text);
        }
        assert_eq!(subject("record:3").unwrap().to_string(), "record:000003");
        for odd in ["", "books", "account", "account:", "tenant:x", "record:x"] {
            assert!(subject(odd).is_err(), "{odd}");
        }
        assert!(reference("w-3").is_ok() && reference("w 3").is_err());
    }
}
