//! A closed bag is put elsewhere. The plan says where each key lies, so it is changed first: this
//! records that the bag is there.

use crate::ceremony::Appended;
use crate::ceremony::Begun;
use crate::ceremony::CeremonyError;
use crate::ceremony::Occasion;
use crate::ceremony::OpenCeremony;
use crate::ceremony::Room;
use crate::ceremony::found;
use crate::ceremony::found::FoundBag;
use crate::ceremony::in_use;
use crate::ceremony::in_use::KeyOfBook;
use crate::ceremony::plain;
use crate::ceremony::plain::Matter;
use crate::ceremony::scripts::CUSTODY_MOVE;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::record::Custody;
use crate::record::Event;
use crate::record::Statement;
use serde::Deserialize;
use serde::Serialize;

/// The file in `open/` that holds what was answered.
const FILE: &str = "moving.json";

/// What was answered of a move that is not stated yet.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    bag: FoundBag,
    /// Where the bag goes, by the plan as it was then.
    to: String,
}

/// Where a bag is put.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The safe; `None` for the plan's.
    pub safe: Option<String>,
    /// The shelf; `None` for the plan's.
    pub shelf: Option<String>,
}

/// Records that the closed bag of the key with this label is put into the safe that the plan names, or
/// goes on where an earlier run stopped.
///
/// # Errors
/// [`CeremonyError`]; [`CeremonyError::Matter`] if the plan names another place than `to`, the bag is
/// there already, or it is not as recorded.
pub fn move_bag(room: &mut Room<'_>, label: &str, to: &Place) -> Result<Appended, CeremonyError> {
    let occasion = Occasion {
        script: &CUSTODY_MOVE,
        event: Event::Custody,
        subject: label,
        about: label,
    };
    plain::hold(room, occasion, &mut |room, _: &InForce, _: &Begun| {
        let key = in_use::in_use(room, label)?;
        stated(room, &key, to)
    })
}

fn stated(
    room: &mut Room<'_>,
    key: &KeyOfBook<'_>,
    to: &Place,
) -> Result<Matter<'static>, CeremonyError> {
    let (label, planned) = (&key.planned.label, key.planned);
    let refuse = |why: String, next: String| Err(CeremonyError::Matter { why, next });
    let place = |safe: &str, shelf: Option<&str>| match shelf {
        Some(shelf) => format!("{safe}, shelf {shelf}"),
        None => safe.to_owned(),
    };
    let by_plan = place(&planned.safe, planned.shelf.as_deref());
    let named = place(
        to.safe.as_deref().unwrap_or(&planned.safe),
        to.shelf.as_deref().or(planned.shelf.as_deref()),
    );
    if named != by_plan {
        return refuse(
            format!("the plan keeps {label} in {by_plan}, not in {named}"),
            format!("change safe and shelf of {label} in glasskey.toml, then run this again"),
        );
    }
    let Some(number) = &key.recorded.bag else {
        return refuse(
            format!("{label} is in no bag, by record {:06}", key.recorded.last.0),
            format!("put it into one: `glasskey custody seal {label}`"),
        );
    };
    let was = now(room, label)?.unwrap_or_default();
    if was == by_plan {
        return refuse(
            format!("{label} lies in {was} already, by its last record"),
            format!("change safe and shelf of {label} in glasskey.toml, then run this again"),
        );
    }
    room.operator
        .say(&format!("From {was} to {by_plan}, closed as it is."));
    let found = read(room, key, by_plan)?;
    if !found.is(&key.recorded) {
        return refuse(
            format!("the bag is not as recorded: {label} was put into {number}, closed"),
            format!("look at key and bag: `glasskey custody open {label} --reason inspection`"),
        );
    }
    let custody = Custody {
        bag: number.clone(),
        previous_bag: Some(found.bag),
        safe: planned.safe.clone(),
        shelf: planned.shelf.clone(),
    };
    let (account, unseen) = (key.account_part(), key.unseen());
    Ok(Matter {
        changes: vec![format!("It was in {was}.")],
        fill: Box::new(move |statement: &mut Statement| {
            statement.account = Some(account);
            statement.custody = Some(custody);
            statement.unseen_key = Some(unseen);
        }),
        roster: None,
    })
}

/// The bag as it was found, read now or by an earlier run of the same move.
fn read(room: &mut Room<'_>, key: &KeyOfBook<'_>, to: String) -> Result<FoundBag, CeremonyError> {
    let open = OpenCeremony::new(CUSTODY_MOVE.name, &key.planned.label);
    let kept: Option<Answered> = open.value(&*room.desk, FILE)?;
    match kept {
        Some(kept) if kept.to == to => {
            return found::again(room, &key.recorded, kept.bag);
        }
        Some(kept) => room.operator.say(&format!(
            "It was to go to {} when this was begun: the bag is read anew.",
            kept.to
        )),
        None => {}
    }
    let bag = found::look(room, &key.recorded)?;
    let answered = Answered { bag, to };
    open.put(&mut *room.desk, FILE, &answered)?;
    Ok(answered.bag)
}

/// Where the last record that says so put the key; `None` if none does.
fn now(room: &mut Room<'_>, label: &str) -> Result<Option<String>, CeremonyError> {
    let ledger = Ledger::new(&mut *room.store);
    for index in (0..ledger.size()?).rev() {
        let statement = ledger.record(index)?.statement;
        let unseen = statement.unseen_key.as_ref().map(|key| key.label.as_str());
        let of = statement
            .key
            .as_ref()
            .map(|key| key.label.as_str())
            .or(unseen);
        if let (true, Some(custody)) = (of == Some(label), statement.custody) {
            return Ok(Some(match custody.shelf {
                Some(shelf) => format!("{}, shelf {shelf}", custody.safe),
                None => custody.safe,
            }));
        }
    }
    Ok(None)
}
