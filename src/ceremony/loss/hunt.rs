//! What the account did since a record last saw the key: read from the tenant's sign-in log, and
//! explained by the people there.

use crate::ceremony::CeremonyError;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ceremony::found;
use crate::ceremony::in_use::KeyOfBook;
use crate::entra::Answer;
use crate::entra::Graph;
use crate::entra::SIGN_IN_LOG_DAYS;
use crate::entra::Session;
use crate::entra::SignIn;
use crate::entra::ask_sign_ins;
use crate::entra::ask_sign_ins_v1;
use crate::ledger::Ledger;
use crate::primitives::UtcTime;
use crate::record::HuntPart;

/// The file in `open/` that holds it.
const FILE: &str = "hunt.json";
/// Sign-ins that are shown one by one.
const MOST_SHOWN: usize = 50;

/// Reads and shows what the log tells, and asks what it was; `None` if the log cannot be read.
pub(super) fn read(
    room: &mut Room<'_>,
    session: Option<&mut Session>,
    open: &OpenCeremony,
    key: &KeyOfBook<'_>,
) -> Result<Option<HuntPart>, CeremonyError> {
    if let Some(kept) = open.value::<HuntPart>(&*room.desk, FILE)? {
        return Ok(Some(kept));
    }
    let (label, alias) = (&key.planned.label, &key.account.alias);
    let by_hand = format!(
        "Read the sign-ins of {alias} in the Entra admin center; what they show goes into \
         `glasskey note exception`."
    );
    let Some(session) = session else {
        room.operator.say(&by_hand);
        return Ok(None);
    };
    let until = room.clock.utc();
    let seen = seen(room, key)?;
    let from = seen.max(until.plus_days(-SIGN_IN_LOG_DAYS));
    let clock = room.clock;
    let mut graph = Graph::new(&mut *room.tenant, clock, session);
    let mut answer = graph.one(ask_sign_ins(&[key.object_id]));
    if !matches!(answer, Answer::Known(_)) {
        answer = graph.one(ask_sign_ins_v1(&[key.object_id]));
    }
    let Answer::Known(all) = answer else {
        room.operator.say(&format!(
            "The sign-in log cannot be read with this sign-in. {by_hand}"
        ));
        return Ok(None);
    };
    if from > seen {
        room.operator.say(&format!(
            "The log keeps {SIGN_IN_LOG_DAYS} days: of the time before {from} nothing is known."
        ));
    }
    let mut since: Vec<&SignIn> = all.iter().filter(|one| one.at >= from).collect();
    since.sort_by_key(|one| one.at);
    let outcome = if since.is_empty() {
        room.operator.say(&format!(
            "The log shows no sign-in of {alias} since {from}; it may be some minutes late."
        ));
        "none is shown".to_owned()
    } else {
        let count = match since.len() {
            1 => "1 sign-in".to_owned(),
            more => format!("{more} sign-ins"),
        };
        let what = format!("{count} of {alias} since {from}, when a record last saw {label}.");
        room.operator.say(&what);
        for one in since.iter().take(MOST_SHOWN) {
            room.operator.say(&line(one));
        }
        if let Some(more) = since.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            room.operator.say(&format!("and {more} more"));
        }
        found::explain(room, &format!("{what} Whose were they?"))?
    };
    let hunt = HuntPart {
        from,
        outcome,
        sign_ins: u64::try_from(since.len()).unwrap_or(u64::MAX),
        until,
    };
    open.put(&mut *room.desk, FILE, &hunt)?;
    Ok(Some(hunt))
}

/// When a record last saw the key itself.
fn seen(room: &mut Room<'_>, key: &KeyOfBook<'_>) -> Result<UtcTime, CeremonyError> {
    let record = Ledger::new(&mut *room.store).record(key.shown_by)?;
    Ok(record.statement.time.started)
}

fn line(one: &SignIn) -> String {
    let how: Vec<&str> = one
        .steps
        .iter()
        .flatten()
        .map(|step| step.method.as_str())
        .collect();
    let how = if how.is_empty() {
        "not told how".to_owned()
    } else {
        how.join(", ")
    };
    let ended = match one.succeeded() {
        Some(true) => "succeeded",
        Some(false) => "FAILED",
        None => "not told how it ended",
    };
    let from = if one.ip.is_empty() {
        String::new()
    } else {
        format!(", from {}", one.ip)
    };
    format!("{}  {ended}: {}, {how}{from}", one.at, one.app)
}
