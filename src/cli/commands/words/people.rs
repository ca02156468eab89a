//! `people add|remove|rotate`: the wiring; the order of things is in `ceremony::roster_change`.

use super::NOTHING;
use super::typed;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Operator;
use crate::ceremony::SignError;
use crate::ceremony::Signer;
use crate::ceremony::roster_change;
use crate::ceremony::roster_change::Changed;
use crate::ceremony::roster_change::Newcomer;
use crate::ceremony::trial;
use crate::cli::Output;
use crate::cli::args::NewKey;
use crate::cli::args::PeopleAdd;
use crate::cli::args::PeopleCommand;
use crate::cli::args::PeopleRemove;
use crate::cli::args::PeopleRotate;
use crate::cli::at_terminal::AtTerminal;
use crate::cli::at_the_safe::AtSafe;
use crate::cli::at_the_safe::report;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::own_key;
use crate::cli::own_key::Signatory;
use crate::cli::words;
use crate::record::Namespace;
use crate::record::SshPublicKey;

/// Runs the command.
pub(in crate::cli) fn run(
    command: &PeopleCommand,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    match command {
        PeopleCommand::Add(arguments) => add(arguments, output),
        PeopleCommand::Remove(arguments) => remove(arguments, output),
        PeopleCommand::Rotate(arguments) => rotate(arguments, output),
    }
}

/// Somebody comes.
fn add(arguments: &PeopleAdd, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let who = &arguments.who;
    let key = Key::read(who, &arguments.new)?;
    let mut safe = AtSafe::open_to_change_people(&arguments.room, NOTHING, output)?;
    let goes_on = has_begun(&safe, "add", who)?;
    let newcomer = match &key {
        Some(key) if !arguments.roles.is_empty() => Some(Newcomer {
            roles: arguments.roles.clone(),
            name: name(arguments, &safe, goes_on)?,
            key: key.public.clone(),
        }),
        Some(_) | None if goes_on => None,
        Some(_) => {
            return Err(lacks(
                format!("what {who} may do was not said"),
                "--role ROLE",
            ));
        }
        None => {
            return Err(lacks(
                format!("the key of {who} was not named"),
                "--public-key FILE or --trial FILE",
            ));
        }
    };
    let mut here = key.as_ref().map(|key| key.here(who, &safe));
    let trial = trial_of(key.as_ref(), here.as_mut());
    let changed = safe.words(|room| roster_change::add(room, who, newcomer.as_ref(), trial))?;
    ended(&mut safe, &changed, output)
}

/// Somebody goes.
fn remove(arguments: &PeopleRemove, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open_to_change_people(&arguments.room, NOTHING, output)?;
    let changed = safe.words(|room| roster_change::remove(room, &arguments.who))?;
    ended(&mut safe, &changed, output)
}

/// Somebody signs with another key.
fn rotate(arguments: &PeopleRotate, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let who = &arguments.who;
    let key = Key::read(who, &arguments.new)?;
    let mut safe = AtSafe::open_to_change_people(&arguments.room, NOTHING, output)?;
    if key.is_none() && !has_begun(&safe, "rotate", who)? {
        return Err(lacks(
            format!("the new key of {who} was not named"),
            "--public-key FILE or --trial FILE",
        ));
    }
    let mut here = key.as_ref().map(|key| key.here(who, &safe));
    let trial = trial_of(key.as_ref(), here.as_mut());
    let public = key.as_ref().map(|key| &key.public);
    let changed = safe.words(|room| roster_change::rotate(room, who, public, trial))?;
    ended(&mut safe, &changed, output)
}

fn ended(safe: &mut AtSafe, changed: &Changed, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let next: Vec<String> = changed
        .due
        .iter()
        .chain(&changed.by_hand)
        .cloned()
        .collect();
    report::ended(safe, &changed.appended, &[], &next, output)
}

fn lacks(why: String, next: &str) -> Failure {
    Failure::new(Exit::Usage, NOTHING, why, format!("say it: {next}"))
}

/// Whether an earlier run began this very change.
fn has_begun(safe: &AtSafe, what: &str, who: &str) -> Result<bool, Failure> {
    let open = OpenCeremony::new("people", &format!("{what}-{who}"));
    let begun = open.begun(&safe.book.desk);
    let begun = begun.map_err(|error| words::ceremony(&error.into()))?;
    Ok(begun.is_some())
}

/// The newcomer's name: as it was given, else as somebody types it.
fn name(arguments: &PeopleAdd, safe: &AtSafe, goes_on: bool) -> Result<String, Failure> {
    if let Some(name) = &arguments.name {
        return Ok(name.clone());
    }
    if goes_on {
        return Ok(String::new());
    }
    let question = format!("Name of {}, for people.toml alone:", arguments.who);
    typed(safe.operator(), &question).ok_or_else(|| {
        Failure::new(
            Exit::Declined,
            NOTHING,
            "no name was typed",
            "name the person: --name NAME",
        )
    })
}

/// A key that is to come on the roster, and how it shows that it signs.
struct Key {
    public: SshPublicKey,
    made: Option<Vec<u8>>,
    mine: Option<own_key::Mine>,
}

impl Key {
    /// The key that was named; `None` if none was.
    fn read(who: &str, new: &NewKey) -> Result<Option<Self>, Failure> {
        if let Some(file) = &new.trial {
            let bytes = held::file(file, NOTHING)?;
            let made = trial::Trial::parse(&bytes).ok_or_else(|| {
                Failure::new(
                    Exit::Usage,
                    NOTHING,
                    format!(
                        "{} is not what `glasskey sign --trial` makes",
                        file.display()
                    ),
                    format!("have a new one made: `glasskey sign --trial {who} --key FILE`"),
                )
            })?;
            return Ok(Some(Self {
                public: made.key,
                made: Some(made.signature),
                mine: None,
            }));
        }
        let Some(file) = &new.public_key else {
            return Ok(None);
        };
        let mine = own_key::read(file, NOTHING)?;
        Ok(Some(Self {
            public: mine.public.clone(),
            made: None,
            mine: Some(mine),
        }))
    }

    /// Whoever signs on trial at this machine.
    fn here(&self, who: &str, safe: &AtSafe) -> Here {
        Here {
            reference: who.to_owned(),
            mine: self.mine.clone(),
            terminal: safe.operator(),
        }
    }
}

fn trial_of<'t>(key: Option<&Key>, here: Option<&'t mut Here>) -> Option<roster_change::Trial<'t>> {
    let key = key?;
    Some(match &key.made {
        Some(made) => roster_change::Trial::Made(made.clone()),
        None => roster_change::Trial::Here(here?),
    })
}

/// Signs on trial through `ssh-keygen`, with whatever private half is at hand.
struct Here {
    reference: String,
    mine: Option<own_key::Mine>,
    terminal: AtTerminal,
}

impl Signer for Here {
    fn reference(&self) -> &str {
        &self.reference
    }

    fn sign(&mut self, namespace: Namespace, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let Some(mine) = self.mine.clone() else {
            return Err(SignError::Failed("no key was named".to_owned()));
        };
        let private = mine.file.with_extension("");
        let has_private =
            mine.file.extension().is_some_and(|one| one == "pub") && private.is_file();
        let signatory = Signatory {
            reference: self.reference.clone(),
            mine: own_key::Mine {
                file: if has_private { private } else { mine.file },
                ..mine
            },
        };
        self.terminal.say(&signatory.what_to_do());
        signatory.signer().sign(namespace, message)
    }
}
