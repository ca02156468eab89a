//! What `init` asks: tenant, safes, accounts and their keys, people. What is not asked has its default
//! in the plan that is written, where it can be changed.

use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::own_key;
use crate::plan::Account;
use crate::plan::Book;
use crate::plan::ConditionalAccess;
use crate::plan::Groups;
use crate::plan::Person;
use crate::plan::PinCustody;
use crate::plan::Plan;
use crate::plan::PlannedKey;
use crate::plan::Policy;
use crate::plan::Role;
use crate::plan::Safe;
use crate::plan::SignIn;
use crate::plan::SignInMethod;
use crate::plan::TenantEntry;
use crate::plan::is_name;
use crate::plan::is_upn;
use crate::plan::is_word;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::record::SshPublicKey;
use crate::record::is_reference;
use std::path::Path;

/// How often an answer that cannot be used is asked for again.
const PATIENCE: u32 = 5;
/// Accounts, safes and people that are asked for, at most.
const MOST: u32 = 20;

/// Refs, and the name behind each.
pub(super) type Names = Vec<(String, String)>;

/// Somebody who answers.
pub(super) struct Interview<'o> {
    pub(super) operator: &'o mut dyn Operator,
    pub(super) what: &'static str,
}

impl Interview<'_> {
    /// A plan, and the name behind each ref.
    ///
    /// # Errors
    /// [`Failure`] with exit 3 if somebody declined; nothing was written then.
    pub(super) fn plan(&mut self) -> Result<(Plan, Names), Failure> {
        self.operator
            .say("A new book. Enter takes what stands in brackets; Ctrl-D leaves, and nothing is written.");
        let tenant = TenantEntry {
            id: self.ask("Directory (tenant) id, from the portal:", None, guid)?,
            cloud: self.ask(
                "Cloud: global, us-gov, us-gov-dod, china",
                Some("global"),
                cloud,
            )?,
        };
        let client_id = self.ask(
            "Client id of the app registration that glasskey signs in with (docs/sign-in.md):",
            None,
            guid,
        )?;
        let name = self.ask("Name of the book", Some("emergency-access"), word)?;
        let call = self.ask(
            "Whom does the finder of an opened bag call? Printed on bags; Enter: nobody",
            Some(""),
            call,
        )?;
        let safes = self.safes()?;
        let (people, names) = self.people()?;
        let holders: Vec<String> = people
            .iter()
            .filter(|one| one.roles.contains(&Role::Custodian))
            .map(|one| one.reference.clone())
            .collect();
        let accounts = self.accounts(&safes, &holders)?;
        let policy = Policy {
            max_emergency_accounts: u32::try_from(accounts.len()).unwrap_or(MOST).max(2),
            ..Policy::default()
        };
        let plan = Plan {
            book: Book {
                name,
                ledger: "ledger".to_owned(),
                call,
            },
            tenant,
            sign_in: SignIn {
                method: SignInMethod::Browser,
                client_id: Some(client_id),
            },
            groups: Groups::default(),
            policy,
            azure: None,
            safes,
            accounts,
            people,
        };
        Ok((plan, names))
    }

    fn safes(&mut self) -> Result<Vec<Safe>, Failure> {
        let count = self.ask("How many safes?", Some("2"), count)?;
        let mut safes: Vec<Safe> = Vec::new();
        for number in 0..count {
            let letter = char::from(b'A'.saturating_add(u8::try_from(number).unwrap_or(0)));
            let id = self.ask(
                &format!("Safe {}: its id", number + 1),
                Some(&format!("SAFE-{letter}")),
                word,
            )?;
            let site = self.ask(
                &format!("Site of {id} (two safes at one site fall together):"),
                None,
                short,
            )?;
            safes.push(Safe {
                id,
                site,
                location: None,
            });
        }
        Ok(safes)
    }

    fn accounts(&mut self, safes: &[Safe], holders: &[String]) -> Result<Vec<Account>, Failure> {
        let count = self.ask("How many emergency access accounts?", Some("2"), count)?;
        let keys = Policy::default().keys_per_account;
        let mut envelope = 0_u32;
        let mut accounts = Vec::new();
        for number in 1..=count {
            let alias = self.ask(
                &format!("Account {number}: its name in records"),
                Some(&format!("BG-{number}")),
                word,
            )?;
            let upn = self.ask(&format!("User principal name of {alias}:"), None, upn)?;
            let conditional_access = self.ask(
                &format!("Conditional Access for {alias}: excluded, phishing-resistant"),
                Some("excluded"),
                access,
            )?;
            let mut planned = Vec::new();
            for place in 0..keys {
                let letter = char::from(b'A'.saturating_add(u8::try_from(place).unwrap_or(0)));
                let stem: String = alias.chars().filter(|c| *c != '-').collect();
                let label = self.ask(
                    &format!("Key {} of {alias}: its label, never used again", place + 1),
                    Some(&format!("{stem}-{letter}")),
                    word,
                )?;
                let place = usize::try_from(place).unwrap_or(0);
                let default = safes.get(place.checked_rem(safes.len()).unwrap_or(0));
                let ids: Vec<String> = safes.iter().map(|one| one.id.clone()).collect();
                let safe = self.ask(
                    &format!("Safe of {label}: {}", ids.join(", ")),
                    default.map(|one| one.id.as_str()),
                    |typed| match ids.iter().find(|one| *one == typed) {
                        Some(id) => Ok(id.clone()),
                        None => Err(format!("one of {}", ids.join(", "))),
                    },
                )?;
                envelope += 1;
                let number = self.ask(
                    &format!("Number of the PIN envelope of {label}"),
                    Some(&format!("P-{envelope:04}")),
                    word,
                )?;
                planned.push(PlannedKey {
                    label,
                    safe,
                    shelf: None,
                    pin: PinCustody {
                        envelope: number,
                        held_by: holders.to_vec(),
                    },
                    aaguid: None,
                    serial: None,
                });
            }
            accounts.push(Account {
                alias,
                object_id: None,
                upn,
                roles: vec!["Global Administrator".to_owned()],
                conditional_access,
                keys: planned,
            });
        }
        Ok(accounts)
    }

    fn people(&mut self) -> Result<(Vec<Person>, Names), Failure> {
        const FIRST: [(&str, &str); 4] = [
            ("op-1", "operator"),
            ("w-1", "witness"),
            ("cu-1", "custodian"),
            ("cu-2", "custodian"),
        ];
        self.operator.say(
            "People. A ceremony needs an operator and a witness; a PIN envelope has two holders, who \
             are custodians and open no safe.",
        );
        let mut people = Vec::new();
        let mut names = Vec::new();
        for number in 0..MOST {
            let place = usize::try_from(number).unwrap_or(0);
            let default = FIRST.get(place);
            let question = match default {
                Some(_) => format!("Person {}: their ref in records", number + 1),
                None => format!(
                    "Person {}: their ref in records; Enter: nobody else",
                    number + 1
                ),
            };
            let reference =
                self.ask(&question, Some(default.map_or("", |one| one.0)), reference)?;
            if reference.is_empty() {
                break;
            }
            let roles = self.ask(
                &format!(
                    "Roles of {reference}, with commas: operator, witness, custodian, safe-controller, \
                     auditor, reviewer"
                ),
                default.map(|one| one.1),
                roles,
            )?;
            let name = self.ask(
                &format!("Name of {reference}, for people.toml alone:"),
                None,
                name,
            )?;
            let what = self.what;
            let key = self.ask(
                &format!("Public key of {reference}: its file, or the line itself:"),
                None,
                |typed| key(typed, what),
            )?;
            names.push((reference.clone(), name));
            people.push(Person {
                reference,
                roles,
                key,
            });
        }
        Ok((people, names))
    }

    /// The name of everybody in `people`.
    pub(super) fn names(&mut self, people: &[Person]) -> Result<Names, Failure> {
        let mut names = Vec::new();
        for person in people {
            let reference = &person.reference;
            let question = format!("Name of {reference}, for people.toml alone:");
            names.push((reference.clone(), self.ask(&question, None, name)?));
        }
        Ok(names)
    }

    /// Asks until the answer can be used; Enter takes the default.
    fn ask<T>(
        &mut self,
        question: &str,
        default: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        let words = match default {
            Some("") | None => question.to_owned(),
            Some(default) => format!("{question} [{default}]"),
        };
        for _ in 0..PATIENCE {
            let Some(typed) = self.operator.line(&Prompt::Question(words.clone())) else {
                break;
            };
            let typed = match (typed.trim(), default) {
                ("", Some(default)) => default,
                (typed, _) => typed,
            };
            match read(typed) {
                Ok(value) => return Ok(value),
                Err(wanted) => self.operator.say(&format!("That is not it: {wanted}.")),
            }
        }
        Err(Failure::new(
            Exit::Declined,
            self.what,
            format!("no answer to: {question}"),
            "run `glasskey init` again, or write a plan and name it: `--from PLAN`",
        ))
    }
}

fn guid(typed: &str) -> Result<Guid, String> {
    Guid::parse(typed).ok_or_else(|| "an id is 8-4-4-4-12 hexadecimal digits".to_owned())
}

fn cloud(typed: &str) -> Result<Cloud, String> {
    match typed {
        "global" => Ok(Cloud::Global),
        "us-gov" => Ok(Cloud::UsGov),
        "us-gov-dod" => Ok(Cloud::UsGovDod),
        "china" => Ok(Cloud::China),
        _ => Err("global, us-gov, us-gov-dod or china".to_owned()),
    }
}

fn access(typed: &str) -> Result<ConditionalAccess, String> {
    match typed {
        "excluded" => Ok(ConditionalAccess::Excluded),
        "phishing-resistant" => Ok(ConditionalAccess::PhishingResistant),
        _ => Err("excluded or phishing-resistant".to_owned()),
    }
}

fn word(typed: &str) -> Result<String, String> {
    if is_word(typed) {
        Ok(typed.to_owned())
    } else {
        Err("1 to 60 letters, digits, dot, dash or underscore, a letter or digit first".to_owned())
    }
}

fn upn(typed: &str) -> Result<String, String> {
    if is_upn(typed) {
        Ok(typed.to_owned())
    } else {
        Err("write it as name@domain".to_owned())
    }
}

fn short(typed: &str) -> Result<String, String> {
    if is_name(typed) && typed.chars().count() <= 60 {
        Ok(typed.to_owned())
    } else {
        Err("1 to 60 characters that show".to_owned())
    }
}

fn name(typed: &str) -> Result<String, String> {
    if is_name(typed) {
        Ok(typed.to_owned())
    } else {
        Err("1 to 120 characters that show".to_owned())
    }
}

fn call(typed: &str) -> Result<String, String> {
    if typed.is_empty() || is_name(typed) {
        Ok(typed.to_owned())
    } else {
        Err("up to 120 characters that show".to_owned())
    }
}

fn count(typed: &str) -> Result<u32, String> {
    let number = typed.parse::<u32>().ok();
    number
        .filter(|number| (1..=MOST).contains(number))
        .ok_or_else(|| format!("a number from 1 to {MOST}"))
}

fn reference(typed: &str) -> Result<String, String> {
    if typed.is_empty() || is_reference(typed) {
        Ok(typed.to_owned())
    } else {
        Err("1 to 64 letters, digits, dash or underscore, a letter or digit first".to_owned())
    }
}

fn roles(typed: &str) -> Result<Vec<Role>, String> {
    let mut all = Vec::new();
    for word in typed.split(',').map(str::trim) {
        let mut known = Role::ALL.into_iter();
        match known.find(|role| role.name() == word) {
            Some(role) if !all.contains(&role) => all.push(role),
            Some(_) => {}
            None => return Err(format!("there is no role {word}")),
        }
    }
    Ok(all)
}

/// A public key: the line itself, or the file that holds it.
fn key(typed: &str, what: &str) -> Result<String, String> {
    let line = typed
        .split_whitespace()
        .take(2)
        .collect::<Vec<_>>()
        .join(" ");
    if let Ok(key) = SshPublicKey::parse(&line) {
        return Ok(key.to_string());
    }
    if typed.is_empty() {
        return Err("a file, or a line that begins with the key's type".to_owned());
    }
    own_key::read(Path::new(typed), what)
        .map(|mine| mine.public.to_string())
        .map_err(|failure| failure.why)
}
