//! `glasskey init`: a new book. It asks, or takes a plan that is written; writes plan, names and the
//! verifier; holds genesis; pins the trust file. Each part looks first for what an earlier run left.

mod interview;
mod report;

use crate::ceremony::Desk;
use crate::ceremony::EntropySource;
use crate::ceremony::NoKeys;
use crate::ceremony::NoTenant;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::Signer;
use crate::ceremony::Transcribing;
use crate::ceremony::genesis;
use crate::ceremony::roster_change;
use crate::cli::Output;
use crate::cli::args::Init;
use crate::cli::args::OwnKey;
use crate::cli::at_terminal::AtTerminal;
use crate::cli::at_the_safe::announced;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::held;
use crate::cli::open_book;
use crate::cli::own_key;
use crate::cli::own_key::Signatory;
use crate::cli::pinned;
use crate::cli::place;
use crate::cli::plan_file;
use crate::cli::plan_file::PlanFile;
use crate::cli::words;
use crate::io::AnyLedger;
use crate::io::FolderDesk;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::ledger::Checkpoint;
use crate::ledger::FOR_STRANGERS;
use crate::ledger::Ledger;
use crate::plan::PEOPLE_FILE;
use crate::plan::PeopleFile;
use crate::plan::Plan;
use crate::plan::Role;
use crate::primitives::Digest;
use crate::record::Roster;
use crate::record::TimeSource;
use interview::Interview;
use interview::Names;
use std::fs;
use std::path::Path;

/// What is said of a run that did not begin.
const NOTHING: &str = "no book was begun, and nothing was written";
/// And of one that wrote plan and names.
const WRITTEN: &str = "the book has not begun; plan and names stand in its folder";
/// The plan's file in a book.
const PLAN: &str = "glasskey.toml";

/// What a book came to.
struct Begun {
    genesis: Digest,
    head: Checkpoint,
    missing: Vec<String>,
    /// Whether it had begun before this run.
    before: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Init, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let folder = &arguments.room.book;
    open_book::in_a_folder(folder, NOTHING)?;
    if let Some(begun) = has_begun(folder)? {
        return report::ended(folder, &begun, output);
    }
    let mut terminal = AtTerminal::open(output.style)?;
    let entropy = SystemEntropy::open().map_err(|error| {
        Failure::new(
            Exit::Ledger,
            NOTHING,
            format!("the system gives no randomness: {}", error.0),
            "run `glasskey doctor`",
        )
    })?;
    let (text, asked) = plan_text(arguments, &mut terminal)?;
    let file = plan_file::of_text(&text, &folder.join(PLAN), NOTHING, output)?;
    let names = names(arguments, &file.plan, asked, &mut terminal, &entropy)?;
    let roster = roster_change::roster_of(&file.plan.people)
        .map_err(|error| words::ceremony(&error).saying(NOTHING))?;
    let (here, away) = who_signs(arguments, &file.plan, &roster)?;
    let is_new = fs::symlink_metadata(folder.join(PLAN)).is_err();
    if is_new {
        show(&file.plan, &here, &away, &mut terminal);
        for risk in &file.risks {
            terminal.say(&format!("A risk that this plan takes: {risk}"));
        }
        let question = format!(
            "Write plan, names and verifier into {}, and begin the book?",
            folder.display()
        );
        if !terminal.confirm(&Prompt::Question(question)) {
            return Err(Failure::new(
                Exit::Declined,
                NOTHING,
                "somebody declined",
                "run it again, or write a plan and name it: `--from PLAN`",
            ));
        }
    }
    fs::create_dir_all(folder).map_err(|error| {
        Failure::new(
            Exit::Output,
            NOTHING,
            format!("{}: {error}", folder.display()),
            "name a folder that this user may make: --book DIR",
        )
    })?;
    let _lock = open_book::lock(folder, NOTHING)?;
    let mut desk = open_book::desk(folder);
    write(&mut desk, &text, &names)?;
    let store = place::new_ledger(folder, &file.plan, WRITTEN)?;
    let signers = here.iter().map(|one| announced(one, &terminal)).collect();
    let book = Book {
        file: &file,
        roster: &roster,
        names: &names,
        entropy: &entropy,
        reference: arguments.room.reference.clone(),
        paper: arguments.room.paper.into(),
    };
    let begun = book.begin(store, &mut desk, &mut terminal, signers, away)?;
    report::ended(folder, &begun, output)
}

/// What the ceremony is held with.
struct Book<'b> {
    file: &'b PlanFile,
    roster: &'b Roster,
    names: &'b [u8],
    entropy: &'b SystemEntropy,
    reference: Option<String>,
    paper: crate::paper::Paper,
}

impl Book<'_> {
    /// Genesis.
    fn begin(
        self,
        mut store: AnyLedger,
        desk: &mut FolderDesk,
        operator: &mut AtTerminal,
        signers: Vec<Box<dyn Signer>>,
        away: Vec<String>,
    ) -> Result<Begun, Failure> {
        let appended = genesis(
            &mut Room {
                keys: &mut NoKeys,
                second: None,
                tenant: &mut NoTenant,
                clock: &SystemClock::new(),
                entropy: self.entropy,
                operator: &mut Transcribing::new(operator),
                signers,
                away,
                store: &mut store,
                desk,
                plan: &self.file.plan,
                plan_sha256: self.file.sha256,
                reference: self.reference,
                time_source: TimeSource::HostClock,
                paper: self.paper,
            },
            self.roster.text().as_bytes(),
            &[],
            self.names,
        )
        .map_err(|error| words::ceremony(&error))?;
        Ok(Begun {
            genesis: appended.digest,
            head: appended.head,
            missing: appended.missing,
            before: false,
        })
    }
}

/// The book in `folder`, if its genesis is there and nothing of it is open.
fn has_begun(folder: &Path) -> Result<Option<Begun>, Failure> {
    let Some(mut store) = place::find(folder, NOTHING)? else {
        return Ok(None);
    };
    let desk = open_book::desk(folder);
    let open = OpenCeremony::new("genesis", "book").begun(&desk);
    if open
        .map_err(|error| words::ceremony(&error.into()))?
        .is_some()
    {
        return Ok(None);
    }
    let failed = |error| words::ledger(&error).saying(NOTHING);
    let ledger = Ledger::new(&mut store);
    if ledger.size().map_err(failed)? == 0 {
        return Ok(None);
    }
    let signing = ledger.signing().map_err(failed)?;
    let mut missing = signing.first().into_iter().flat_map(|one| &one.missing);
    let mut who = Vec::new();
    for (reference, _) in &mut missing {
        who.push(reference.clone());
    }
    Ok(Some(Begun {
        genesis: Digest::of(&ledger.record_bytes(0).map_err(failed)?),
        head: ledger.head_of(1).map_err(failed)?,
        missing: who,
        before: true,
    }))
}

/// The names that somebody answered; `None` if nobody was asked.
type Asked = Option<Names>;

/// The text of the plan: what stands in the folder, what was named, or what somebody answers; and the
/// names that they answered.
fn plan_text(arguments: &Init, terminal: &mut AtTerminal) -> Result<(Vec<u8>, Asked), Failure> {
    let own = arguments.room.book.join(PLAN);
    let there = fs::symlink_metadata(&own).is_ok();
    let from = arguments.from.as_deref();
    let from = from.map(|path| held::file(path, NOTHING)).transpose()?;
    if there {
        let text = held::file(&own, NOTHING)?;
        if from.is_some_and(|from| from != text) {
            return Err(Failure::new(
                Exit::Usage,
                NOTHING,
                format!("{} is there, and says otherwise", own.display()),
                "leave --from out to begin with it, or name another folder: --book DIR",
            ));
        }
        return Ok((text, None));
    }
    if let Some(text) = from {
        return Ok((text, None));
    }
    let mut interview = Interview {
        operator: terminal,
        what: NOTHING,
    };
    let (plan, names) = interview.plan()?;
    Ok((plan.text().into_bytes(), Some(names)))
}

/// The file of names: what stands in the folder, what lies beside the plan that was named, or what
/// somebody answers.
fn names(
    arguments: &Init,
    plan: &Plan,
    asked: Asked,
    terminal: &mut AtTerminal,
    entropy: &SystemEntropy,
) -> Result<Vec<u8>, Failure> {
    let beside = arguments.from.as_deref().and_then(Path::parent);
    let folders = [Some(arguments.room.book.as_path()), beside];
    // Names that were just answered are newer than any that an interrupted run left.
    let folders = folders.into_iter().flatten().filter(|_| asked.is_none());
    for folder in folders {
        let path = folder.join(PEOPLE_FILE);
        if fs::metadata(&path).is_ok_and(|meta| meta.is_file()) {
            let bytes = held::file(&path, NOTHING)?;
            if PeopleFile::parse(&bytes).is_none() {
                return Err(Failure::new(
                    Exit::Usage,
                    NOTHING,
                    format!("{} is no file of names", path.display()),
                    "correct it: docs/formats/people.md",
                ));
            }
            return Ok(bytes);
        }
    }
    let named = match asked {
        Some(named) => named,
        None => Interview {
            operator: terminal,
            what: NOTHING,
        }
        .names(&plan.people)?,
    };
    let mut salt = [0; 16];
    entropy.source().fill(&mut salt);
    let mut file = PeopleFile::default().salted(salt);
    for (reference, name) in &named {
        file = file.with(reference, name);
    }
    Ok(file.text().into_bytes())
}

/// Who signs here, the operator first, and who signs afterwards: without a word every witness.
fn who_signs(
    arguments: &Init,
    plan: &Plan,
    roster: &Roster,
) -> Result<(Vec<Signatory>, Vec<String>), Failure> {
    let operator = own_key::whose(&arguments.room.own, roster, NOTHING)?;
    let first = operator.reference.clone();
    let mut here = vec![operator];
    let mut away = Vec::new();
    for witness in &arguments.room.witnesses {
        let Some(key) = &witness.key else {
            away.push(witness.reference.clone());
            continue;
        };
        let own = OwnKey {
            key: Some(key.clone()),
            reference: Some(witness.reference.clone()),
        };
        here.push(own_key::whose(&own, roster, NOTHING)?);
    }
    if arguments.room.witnesses.is_empty() {
        let witnesses = plan.people.iter().filter(|one| {
            one.reference != first
                && one.roles.contains(&Role::Witness)
                && !one.roles.contains(&Role::Operator)
        });
        away.extend(witnesses.map(|one| one.reference.clone()));
    }
    Ok((here, away))
}

/// What will be written, before it is.
fn show(plan: &Plan, here: &[Signatory], away: &[String], terminal: &mut AtTerminal) {
    terminal.say(&format!(
        "Tenant {}, book {}.",
        plan.tenant.id, plan.book.name
    ));
    for (account, key) in plan.keys() {
        terminal.say(&format!(
            "{}: key {} in {}, PIN envelope {} held by {}.",
            account.alias,
            key.label,
            key.safe,
            key.pin.envelope,
            key.pin.held_by.join(", ")
        ));
    }
    for person in &plan.people {
        let roles: Vec<&str> = person.roles.iter().map(|role| role.word()).collect();
        terminal.say(&format!("{}: {}.", person.reference, roles.join(", ")));
    }
    let here: Vec<&str> = here.iter().map(|one| one.reference.as_str()).collect();
    let mut who = format!("To sign here: {}.", here.join(", "));
    if !away.is_empty() {
        who.push_str(" To sign afterwards: ");
        who.push_str(&away.join(", "));
        who.push('.');
    }
    terminal.say(&who);
}

/// Writes what is not there yet, the plan last: without it nothing has begun.
fn write(desk: &mut FolderDesk, plan: &[u8], names: &[u8]) -> Result<(), Failure> {
    let mut files: Vec<(&str, &[u8])> = FOR_STRANGERS
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    files.push((PEOPLE_FILE, names));
    files.push((PLAN, plan));
    for (name, bytes) in files {
        let there = desk.read(name).map_err(|error| words::desk(&error))?;
        if there.as_deref() != Some(bytes) {
            desk.put(name, bytes).map_err(|error| words::desk(&error))?;
        }
    }
    Ok(())
}

/// Pins what an auditor would hold of the book.
fn pin(folder: &Path, begun: &Begun) -> Result<pinned::First, Failure> {
    let store = place::ledger_of(folder, WRITTEN)?;
    pinned::first(&store, begun.genesis, &begun.head)
}
