//! `glasskey lost KEY` and `glasskey retire KEY`: the wiring; the order of things is in
//! `ceremony::lose` and `ceremony::retire`.

use crate::ceremony::Appended;
use crate::ceremony::GivenUp;
use crate::ceremony::give_up_registration;
use crate::ceremony::is_unrecorded;
use crate::ceremony::lose;
use crate::ceremony::retire;
use crate::cli::Output;
use crate::cli::args::Lost;
use crate::cli::args::Retire;
use crate::cli::at_the_safe::AtSafe;
use crate::cli::at_the_safe::report;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::tenant_port::Purpose;
use crate::entra::Need;
use crate::record::KeyEnd;
use serde_json::json;

/// What is said of a run that did not begin.
const NOTHING: &str = "nothing was begun; the tenant was not asked";

/// Runs `lost`.
pub(crate) fn lost(arguments: &Lost, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let (label, at) = (&arguments.key, arguments.discovered);
    if safe.words(|room| is_unrecorded(room, label))? {
        return given_up(&mut safe, arguments, output);
    }
    let appended = if arguments.without_tenant {
        safe.words(|room| lose(room, None, label, at))?
    } else {
        let purpose = purpose(arguments.allow_app_only);
        safe.with_tenant(purpose, &arguments.sign_in, output, |room, session| {
            lose(room, Some(session), label, at)
        })?
    };
    ended(&mut safe, label, &appended, output)
}

/// Gives up the registration of a key of which no loss is left to record.
fn given_up(safe: &mut AtSafe, arguments: &Lost, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let label = &arguments.key;
    if arguments.without_tenant {
        let on_record = safe.reading()?.on_record;
        let known = on_record.iter().find(|key| key.label == *label);
        let why = match known.and_then(|key| key.gone) {
            Some(record) => format!("{label} is out of use by record {record:06} already"),
            None => format!("no record knows {label}"),
        };
        return Err(Failure::new(
            Exit::Usage,
            NOTHING,
            format!("{why}: without the tenant there is nothing to record"),
            format!(
                "`glasskey lost {label}` without --without-tenant deletes what the key has in the \
                 tenant, and gives its registration up"
            ),
        ));
    }
    let purpose = purpose(arguments.allow_app_only);
    let given_up = safe.with_tenant(purpose, &arguments.sign_in, output, |room, session| {
        give_up_registration(room, session, label)
    })?;
    let GivenUp { account, deleted } = given_up;
    let shown = if output.json {
        let value = json!({
            "schema": "glasskey.given-up/1",
            "exit": Exit::Done.code(),
            "key": label,
            "account": account,
            "deleted": deleted,
            "next": ["glasskey check"],
        });
        format!("{value:#}\n")
    } else {
        let deleted = if deleted.is_empty() {
            format!("{account} had no passkey of it")
        } else {
            format!("its passkey is gone from {account}")
        };
        format!(
            "The registration of {label} is given up: {deleted}. No record is made of it.\nNext:\n  \
             glasskey check\n"
        )
    };
    output.print(&shown)?;
    Ok(Exit::Done)
}

/// Runs `retire`.
pub(crate) fn retired(arguments: &Retire, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
    let label = &arguments.key;
    let end = match (arguments.reset, arguments.not_in_hand) {
        (true, _) => KeyEnd::Reset,
        (false, true) => KeyEnd::NotInHand,
        (false, false) => KeyEnd::Deleted,
    };
    let purpose = purpose(arguments.allow_app_only);
    let appended = safe.with_tenant(purpose, &arguments.sign_in, output, |room, session| {
        retire(room, session, label, end)
    })?;
    ended(&mut safe, label, &appended, output)
}

const fn purpose(allow_app_only: bool) -> Purpose {
    Purpose {
        need: Need::Revoke,
        allow_app_only,
    }
}

fn ended(
    safe: &mut AtSafe,
    label: &str,
    appended: &Appended,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let left = safe.reading()?.facts.follow_ups.unrevoked;
    let mut next = Vec::new();
    if left.iter().any(|one| one.label == label) {
        next.push(format!("glasskey lost {label}"));
    }
    next.push("glasskey check".to_owned());
    report::ended(safe, appended, &[], &next, output)
}
