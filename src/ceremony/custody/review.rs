//! An opening in an incident is reviewed: somebody says what the key was used for, and what was found.

use crate::ceremony::Appended;
use crate::ceremony::Begun;
use crate::ceremony::CeremonyError;
use crate::ceremony::Occasion;
use crate::ceremony::Room;
use crate::ceremony::found;
use crate::ceremony::in_use;
use crate::ceremony::plain;
use crate::ceremony::plain::Matter;
use crate::ceremony::scripts::CUSTODY_REVIEW;
use crate::ledger::InForce;
use crate::record::Event;
use crate::record::ReviewPart;
use crate::record::Statement;

/// Records the review of the oldest incident of the key with this label that none reviews yet, or goes
/// on where an earlier run stopped. `text` is what the review found; `None` to be asked.
///
/// # Errors
/// [`CeremonyError`]; [`CeremonyError::Matter`] if no incident waits for a review.
pub fn review_incident(
    room: &mut Room<'_>,
    label: &str,
    text: Option<&str>,
) -> Result<Appended, CeremonyError> {
    let occasion = Occasion {
        script: &CUSTODY_REVIEW,
        event: Event::Custody,
        subject: label,
        about: label,
    };
    plain::hold(room, occasion, &mut |room, _: &InForce, _: &Begun| {
        let key = in_use::on_record(room, label)?;
        let reviews = &key.book.facts.follow_ups.reviews;
        let Some(due) = reviews.iter().find(|one| one.label == label) else {
            return Err(CeremonyError::Matter {
                why: format!("no incident of {label} waits for a review"),
                next: "`glasskey audit` lists what is due".to_owned(),
            });
        };
        room.operator.say(&format!(
            "Record {:06}: opened in an incident at {}. Read the sign-in log and what was changed \
             from then on.",
            due.record, due.opened
        ));
        let text = if let Some(text) = text {
            text.to_owned()
        } else {
            found::explain(
                room,
                "What was the key used for, and what did the review find?",
            )?
        };
        let review = ReviewPart {
            record: due.record,
            text,
        };
        let (account, unseen) = (key.account_part(), key.unseen());
        Ok(Matter {
            changes: Vec::new(),
            fill: Box::new(move |statement: &mut Statement| {
                statement.account = Some(account);
                statement.review = Some(review);
                statement.unseen_key = Some(unseen);
            }),
            roster: None,
        })
    })
}
