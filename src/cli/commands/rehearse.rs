//! `glasskey rehearse`: the whole ceremony with a virtual key and a virtual tenant.

use super::audit;
use crate::ceremony::Desk;
use crate::cli::Output;
use crate::cli::args::Rehearse;
use crate::cli::console::Console;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::hands_on::HandsOn;
use crate::cli::page;
use crate::cli::words;
use crate::io::FolderDesk;
use crate::io::FolderLedger;
use crate::ledger::Checkpoint;
use crate::ledger::FOR_STRANGERS;
use crate::ledger::Ledger;
use crate::ledger::Trust;
use crate::ledger::TrustedAnchor;
use crate::ledger::VERIFY_PY;
use crate::plan::Plan;
use crate::primitives::Digest;
use crate::rehearsal::Fault;
use crate::rehearsal::Human;
use crate::rehearsal::Only;
use crate::rehearsal::Played;
use crate::rehearsal::Power;
use crate::rehearsal::Stage;
use crate::rehearsal::Words;
use crate::rehearsal::World;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::REHEARSAL_AAGUID;
use crate::rehearsal::key::attestation_root_der;
use crate::rehearsal::play;
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Runs the command.
pub(crate) fn run(arguments: &Rehearse, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let faults = faults(&arguments.fault)?;
    let only = only(arguments.only.as_deref())?;
    if only != Only::PortalRegistration
        && let Some(fault) = faults.iter().find(|fault| fault.is_at_portal())
    {
        return Err(Failure::new(
            Exit::Usage,
            "nothing was played",
            format!("{} goes wrong at the portal alone", fault.name()),
            "name `--only portal-registration` as well",
        ));
    }
    let mut human = if arguments.hands_on {
        Some(HandsOn::open()?)
    } else {
        None
    };
    let folder = folder(arguments.out.as_deref())?;
    let book = folder.join("book");
    let scratch = book.join("open").join(".tmp");
    let mut store = FolderLedger::new(book.join("ledger"), scratch.clone());
    let mut desk = FolderDesk::new(book.clone(), scratch);

    let plan_text = World::plan().map_err(bug)?;
    let plan = Plan::parse(&plan_text).map_err(|_| bug("the rehearsal's plan does not parse"))?;
    let people = World::people_file();
    for (name, text) in [("glasskey.toml", &plan_text), ("people.toml", &people)] {
        desk.put(name, text.as_bytes())
            .map_err(|error| words::desk(&error))?;
    }
    for (name, text) in FOR_STRANGERS {
        desk.put(name, text.as_bytes())
            .map_err(|error| words::desk(&error))?;
    }

    let mut world = World::new(Personality::Standard);
    let trainee = arguments.trainee.as_deref();
    world.reference = trainee.map(crate::ceremony::notes::trainee_reference);
    let mut nowhere = std::io::sink();
    let (style, verbose, json) = (output.style, output.verbose, output.json);
    let (played, exchanges) = {
        let out: &mut dyn std::io::Write = if json { &mut nowhere } else { &mut *output.out };
        let mut console = Console::new(out, style, verbose);
        introduce(&mut console, &faults);
        let mut stage = Stage {
            store: &mut store,
            desk: &mut desk,
            screen: &mut console,
            human: human.as_mut().map(|human| -> &mut dyn Human { human }),
            power: Power::reliable(),
            exchanges: String::new(),
        };
        let digest = Digest::of(plan_text.as_bytes());
        let played = play(&mut world, &mut stage, &plan, digest, only, &faults)
            .map_err(|error| words::ceremony(&error))?;
        (played, stage.exchanges)
    };
    let trust = trust(&mut store)?;
    let trust_path = folder.join("auditor").join("trust.toml");
    write(&trust_path, &trust)?;
    write(&folder.join("auditor").join("verify.py"), VERIFY_PY)?;
    if let Some(path) = &arguments.save_exchanges {
        write(path, &exchanges)?;
        let _ = writeln!(
            output.err,
            "glasskey: note: {} holds raw answers of the tenant, user handles included: keep it to yourself",
            path.display()
        );
    }
    let trust = Trust::parse(trust.as_bytes()).map_err(|_| bug("the trust file does not parse"))?;
    let audited = audit::book(&book, &trust, &[])?;
    let caught = played.faults.iter().all(|(_, caught)| *caught);
    let exit = if caught {
        audited.exit()
    } else {
        Exit::Findings.max(audited.exit())
    };
    finish(output, &folder, &played, &audited, exit)?;
    Ok(exit)
}

fn introduce(console: &mut Console<'_>, faults: &[Fault]) {
    use crate::ceremony::Screen;
    console.part("A rehearsal: a virtual security key, a virtual tenant, nothing real");
    console.say(
        "Two emergency access accounts, two keys each, two safes, one operator, two witnesses. \
         The key speaks CTAPHID in 64-byte reports, the tenant answers Graph exchanges.",
    );
    for fault in faults {
        console.say(&format!("What will go wrong: {}.", fault.name()));
    }
}

fn finish(
    output: &mut Output<'_>,
    folder: &Path,
    played: &Played,
    audited: &audit::Audited,
    exit: Exit,
) -> Result<(), Failure> {
    let book = folder.join("book");
    let trust = folder.join("auditor").join("trust.toml");
    if output.json {
        let faults: Vec<_> = played
            .faults
            .iter()
            .map(|(fault, caught)| json!({"fault": fault.name(), "caught": caught}))
            .collect();
        let records: Vec<_> = played
            .registered
            .iter()
            .map(|one| json!({"index": one.appended.index, "sha256": one.appended.digest, "pages": one.pages}))
            .collect();
        let value = json!({
            "schema": "glasskey.rehearse/1",
            "rehearsal": true,
            "exit": exit.code(),
            "book": book.display().to_string(),
            "trust": trust.display().to_string(),
            "faults": faults,
            "registrations": records,
            "findings": audited.findings(),
        });
        return output.print(&format!("{value:#}\n"));
    }
    let mut text = format!(
        "\n{}\n",
        output
            .style
            .strong("Audit: what a stranger can verify, offline")
    );
    text.push_str(&audited.summary(output));
    for (fault, caught) in &played.faults {
        let said = if *caught {
            "caught, and recovered from"
        } else {
            "NOT CAUGHT"
        };
        text.push_str(&page::hang("  ", 2, &format!("{}: {said}.", fault.name())));
    }
    let _ = write!(
        text,
        "\nThe book:            {}\nThe auditor's file:  {}\n\nWhat is due in it:         glasskey --book {}\nWith you at the keyboard:  glasskey rehearse --hands-on\nA book of your own:        glasskey init\n\nVerify it yourself:\n  glasskey audit {} \\\n    --trust {}\n  python3 {} {} \\\n    --trust {}\n  cd {} && \\\n  ssh-keygen -Y verify -f roster.allowed_signers -I op-1 -n glasskey-record-v1 \\\n    -s ledger/records/000001/op-1.sig < ledger/records/000001/record.json\n",
        book.display(),
        trust.display(),
        book.display(),
        book.display(),
        trust.display(),
        folder.join("auditor").join("verify.py").display(),
        book.display(),
        trust.display(),
        book.display(),
    );
    output.print(&text)
}

/// What an auditor would hold: genesis, the rehearsal's anchor, the newest head.
fn trust(store: &mut FolderLedger) -> Result<String, Failure> {
    let ledger = Ledger::new(store);
    let failed = |error: crate::ledger::LedgerError| words::ledger(&error);
    let genesis = Digest::of(&ledger.record_bytes(0).map_err(failed)?);
    let head: Checkpoint = ledger.head().map_err(failed)?;
    let trust = Trust {
        genesis: Some(genesis),
        anchors: vec![TrustedAnchor {
            aaguid: REHEARSAL_AAGUID,
            der: attestation_root_der().to_vec(),
        }],
        heads: vec![head],
        ..Trust::default()
    };
    Ok(trust.text())
}

fn faults(names: &[String]) -> Result<Vec<Fault>, Failure> {
    let mut faults: Vec<Fault> = Vec::new();
    for text in names {
        let fault = Fault::named(text).ok_or_else(|| {
            let names: Vec<String> = Fault::NAMED.into_iter().map(Fault::name).collect();
            Failure::new(
                Exit::Usage,
                "nothing was played",
                format!("there is no fault {text}"),
                format!(
                    "name one of {}, power-cut=statement|presence|record|signature|append|\
                     checkpoint|paper",
                    names.join(", ")
                ),
            )
        })?;
        let is_cut = |one: &Fault| matches!(one, Fault::PowerCut(_));
        if is_cut(&fault) && faults.iter().any(is_cut) {
            return Err(Failure::new(
                Exit::Usage,
                "nothing was played",
                "the power fails once in a rehearsal",
                "name one power-cut=STEP",
            ));
        }
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
    if let Some(alone) = faults.iter().find(|one| one.is_by_itself())
        && faults.len() > 1
    {
        return Err(Failure::new(
            Exit::Usage,
            "nothing was played",
            format!("{} is played by itself", alone.name()),
            "name the other faults in a rehearsal of their own",
        ));
    }
    Ok(faults)
}

fn only(event: Option<&str>) -> Result<Only, Failure> {
    match event {
        None => Ok(Only::Everything),
        Some("registration") => Ok(Only::Registration),
        Some("registrations") => Ok(Only::Registrations),
        Some("portal-registration") => Ok(Only::PortalRegistration),
        Some("replacement") => Ok(Only::Replacement),
        Some("custody") => Ok(Only::Custody),
        Some("incident") => Ok(Only::Incident),
        Some("loss") => Ok(Only::Loss),
        Some("retirement") => Ok(Only::Retirement),
        Some("verification") => Ok(Only::Verification),
        Some("verification-without-sign-in") => Ok(Only::VerificationWithPin),
        Some("verification-without-pin") => Ok(Only::VerificationWithoutPin),
        Some("verification-due") => Ok(Only::Due),
        Some("sign-in-collected") => Ok(Only::Collection),
        Some("custody-move") => Ok(Only::Move),
        Some(other) => Words::named(other).map(Only::Words).ok_or_else(|| {
            let names: Vec<&str> = Words::ALL.into_iter().map(Words::name).collect();
            Failure::new(
                Exit::Usage,
                "nothing was played",
                format!("there is no event {other} to play alone"),
                format!(
                    "name one of registration, registrations, portal-registration, replacement, \
                     verification, verification-without-sign-in, verification-without-pin, \
                     verification-due, sign-in-collected, custody, custody-move, incident, loss, \
                     retirement, {}",
                    names.join(", ")
                ),
            )
        }),
    }
}

/// The folder to leave everything in: new or empty.
fn folder(asked: Option<&Path>) -> Result<PathBuf, Failure> {
    let cannot = |path: &Path, words: String| {
        Failure::new(
            Exit::Usage,
            "nothing was played",
            format!("{}: {words}", path.display()),
            "name a folder that is new or empty: `glasskey rehearse --out DIR`",
        )
    };
    if let Some(path) = asked {
        fs::create_dir_all(path).map_err(|error| cannot(path, error.to_string()))?;
        let mut entries = fs::read_dir(path).map_err(|error| cannot(path, error.to_string()))?;
        if entries.next().is_some() {
            return Err(cannot(path, "is not empty".to_owned()));
        }
        return Ok(path.to_owned());
    }
    let base = std::env::temp_dir();
    for _ in 0..16 {
        let mut raw = [0; 6];
        getrandom::fill(&mut raw).map_err(|error| cannot(&base, error.to_string()))?;
        let path = base.join(format!(
            "glasskey-rehearsal-{}",
            crate::primitives::bytes::hex(&raw)
        ));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(cannot(&path, error.to_string())),
        }
    }
    Err(cannot(
        &base,
        "no free name for a temporary folder".to_owned(),
    ))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = match path.parent() {
        Some(parent) => fs::create_dir_all(parent),
        None => Ok(()),
    };
    written
        .and_then(|()| fs::write(path, text))
        .map_err(|error| {
            Failure::new(
                Exit::Output,
                "the book is whole; this file was not written",
                format!("{}: {error}", path.display()),
                "name a place where this user may write",
            )
        })
}

fn bug(why: impl std::fmt::Debug) -> Failure {
    Failure::new(
        Exit::Bug,
        "nothing was played",
        format!("{why:?}"),
        "report this",
    )
}
