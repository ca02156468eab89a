//! A ceremony's script before it is held, and its minutes after.

use super::NOTHING;
use super::Printed;
use super::Source;
use super::of_book;
use super::refused;
use crate::ceremony::Desk;
use crate::ceremony::Held;
use crate::ceremony::Script;
use crate::ceremony::minutes_name;
use crate::ceremony::minutes_of;
use crate::ceremony::scripts;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::words;
use crate::io::SystemClock;
use crate::ledger::Origin;
use crate::paper::Procedure;
use crate::paper::procedure;
use crate::paper::with_record;
use crate::primitives::Clock;
use crate::primitives::json;

/// The scripts of ceremonies that are about no key.
const ABOUT_NO_KEY: &[&Script] = &[
    &scripts::GENESIS,
    &scripts::PEOPLE,
    &scripts::POLICY,
    &scripts::EXCEPTION,
    &scripts::AMENDMENT,
    &scripts::ACCEPTANCE,
    &scripts::TRAINING,
];

/// The script of a ceremony.
pub(super) fn script(
    source: &mut Source,
    name: &str,
    about: Option<&str>,
) -> Result<Vec<Printed>, Failure> {
    let script = scripts::script(name).ok_or_else(|| {
        let names: Vec<&str> = scripts::SCRIPTS.iter().map(|one| one.name).collect();
        Failure::new(
            Exit::Usage,
            NOTHING,
            format!("there is no ceremony {name}"),
            format!("name one of {}", names.join(", ")),
        )
    })?;
    if let Some(label) = about {
        takes(script, label)?;
        of_book::planned(source, label)?;
    }
    let page = on_paper(source, script, about.unwrap_or("…"))?;
    let pdf = procedure(&page, &[], source.paper).map_err(|error| refused(&error))?;
    let name = match about {
        Some(about) => format!("{name}-{about}-script.pdf"),
        None => format!("{name}-script.pdf"),
    };
    Ok(vec![Printed::new(name, pdf)])
}

/// Refuses the key with this `label` where the ceremony is about none.
fn takes(script: &Script, label: &str) -> Result<(), Failure> {
    let name = script.name;
    if !ABOUT_NO_KEY.iter().any(|one| one.name == name) {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Usage,
        NOTHING,
        format!("the ceremony {name} is not about a key"),
        format!("leave {label} out: `glasskey print script {name}`"),
    ))
}

/// The script of this name about `about`, as it is printed now; `None` if there is none.
pub(in crate::cli::commands) fn script_of(
    source: &mut Source,
    name: &str,
    about: &str,
) -> Result<Option<Procedure>, Failure> {
    let script = scripts::script(name);
    script
        .map(|script| on_paper(source, script, about))
        .transpose()
}

fn on_paper(
    source: &mut Source,
    script: &'static Script,
    about: &str,
) -> Result<Procedure, Failure> {
    let rehearsal = of_book::rehearsal(source)?;
    let file = source.planned()?;
    let plan = &file.plan;
    let origin = Origin::new(plan.tenant.id, &plan.book.name, rehearsal);
    Ok(Procedure {
        rehearsal,
        origin: origin.map_or_else(|| plan.book.name.clone(), |origin| origin.to_string()),
        plan_sha256: file.sha256,
        made: SystemClock::new().utc(),
        people: Vec::new(),
        outcome: None,
        ..script.on_paper(about, &[])
    })
}

/// The minutes of a record.
pub(super) fn minutes(source: &mut Source, record: &str) -> Result<Vec<Printed>, Failure> {
    let chosen = of_book::chosen(source, record, |_| true)?;
    let (script, page) = said(source, &chosen)?;
    let attachments = with_record(&chosen.bytes, &[]);
    let pdf = procedure(&page, &attachments, source.paper).map_err(|error| refused(&error))?;
    let name = minutes_name(chosen.index, script);
    Ok(vec![Printed::new(name, pdf)])
}

/// The minutes of the record at `index`, as they are printed now.
pub(in crate::cli::commands) fn minutes_now(
    source: &mut Source,
    index: u64,
) -> Result<Procedure, Failure> {
    let chosen = of_book::chosen(source, &index.to_string(), |_| true)?;
    said(source, &chosen).map(|(_, page)| page)
}

fn said(
    source: &mut Source,
    chosen: &of_book::Chosen,
) -> Result<(&'static Script, Procedure), Failure> {
    let (script, held) = held(source, chosen.index)?;
    let page = minutes_of(
        script,
        &held,
        &chosen.record.statement,
        chosen.index,
        chosen.sha256(),
    )
    .map_err(|why| super::not_of_record(why).saying(source.nothing))?;
    Ok((script, page))
}

/// What a ceremony left beside the ledger about how it was held.
fn held(source: &Source, index: u64) -> Result<(&'static Script, Held), Failure> {
    let prefix = format!("transcripts/{index:06}-");
    let failed = |error| words::desk(&error);
    for name in source.desk.list(&prefix).map_err(failed)? {
        let script = name
            .strip_prefix(&prefix)
            .and_then(|name| name.strip_suffix(".json"))
            .and_then(scripts::script);
        let Some(script) = script else {
            continue;
        };
        let bytes = source.desk.read(&name).map_err(failed)?.unwrap_or_default();
        let held = json::decode(&bytes).map_err(|error| {
            Failure::new(
                Exit::Usage,
                source.nothing,
                format!("{name}: {error}"),
                "the ledger is what counts: `glasskey audit`",
            )
        })?;
        return Ok((script, held));
    }
    Err(Failure::new(
        Exit::Usage,
        source.nothing,
        format!("no minutes of record {index:06} lie in transcripts/"),
        "minutes are kept on the machine where the ceremony was held",
    ))
}
