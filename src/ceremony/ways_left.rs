//! What is left to open the accounts with when a key goes (DESIGN §5, never lock out).
//!
//! A way in is a key in use whose PIN was proven and is held, and whose method the tenant shows: where
//! the tenant was not read, nothing is removed from it either.

use super::CeremonyError;
use super::Prompt;
use super::Room;
use super::in_use::KeyOfBook;
use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::facts::book::BookKey;
use crate::findings;
use crate::findings::Loss;
use crate::findings::Recovery;
use crate::plan::Policy;

/// The passkeys that the tenant shows, by the account's alias.
pub(super) type Methods = Vec<(String, Answer<Vec<Fido2Method>>)>;

/// What is left.
pub(super) struct WaysLeft {
    now: Vec<String>,
    after: Vec<String>,
    alias: String,
    label: String,
    recovery: Recovery,
}

impl WaysLeft {
    /// What is left without `key`. `methods` is what the tenant shows; `None` if it was not asked.
    pub(super) fn without(
        room: &Room<'_>,
        key: &KeyOfBook<'_>,
        policy: &Policy,
        methods: Option<&Methods>,
    ) -> Self {
        let label = &key.planned.label;
        let all = &key.book.facts.keys;
        let as_of = room.clock.utc();
        let proven = |one: &BookKey| {
            let days = i64::from(policy.pin_proven_days.fail);
            one.pin_proven.is_some_and(|at| as_of < at.plus_days(days))
        };
        let ways: Vec<BookKey> = all
            .iter()
            .filter(|one| proven(one) && methods.is_none_or(|methods| is_shown(one, methods)))
            .cloned()
            .collect();
        // One physical key takes all its labels along.
        let physical = Recovery::of(room.plan, all);
        let gone: Vec<&String> = physical
            .things()
            .iter()
            .filter_map(|thing| match thing {
                Loss::Key(labels) if labels.contains(label) => Some(labels),
                Loss::Key(_) | Loss::Safe { .. } | Loss::Site(_) | Loss::Person(_) => None,
            })
            .flatten()
            .chain([label])
            .collect();
        let left: Vec<BookKey> = ways
            .iter()
            .filter(|one| !gone.contains(&&one.label))
            .cloned()
            .collect();
        let open = |recovery: &Recovery| -> Vec<String> {
            recovery.open_now().into_iter().map(str::to_owned).collect()
        };
        let recovery = Recovery::of(room.plan, &left);
        Self {
            now: open(&Recovery::of(room.plan, &ways)),
            after: open(&recovery),
            alias: key.account.alias.clone(),
            label: label.clone(),
            recovery,
        }
    }

    /// Says what can be opened now, what without the key, and what a further loss would do.
    pub(super) fn show(&self, room: &mut Room<'_>) {
        let accounts = |aliases: &[String]| match aliases {
            [] => "no account".to_owned(),
            some => some.join(" and "),
        };
        room.operator.say(&format!(
            "Can be opened now: {}. Without {}: {}.",
            accounts(&self.now),
            self.label,
            accounts(&self.after)
        ));
        room.operator.findings(&findings::losses(&self.recovery));
    }

    /// Whether nothing at all could be opened any more.
    pub(super) fn locks_out(&self) -> bool {
        self.after.is_empty()
    }

    /// Whether the key's account could not be opened any more.
    pub(super) fn gives_up(&self) -> bool {
        !self.after.contains(&self.alias)
    }

    /// Where the account is left without a way in, its alias is typed.
    ///
    /// # Errors
    /// [`CeremonyError::Declined`] if it is not.
    pub(super) fn give_up(&self, room: &mut Room<'_>) -> Result<(), CeremonyError> {
        if !self.gives_up() {
            return Ok(());
        }
        let prompt = Prompt::GiveUp {
            alias: self.alias.clone(),
        };
        let typed = room.operator.line(&prompt);
        if typed.as_deref().map(str::trim) == Some(self.alias.as_str()) {
            return Ok(());
        }
        Err(CeremonyError::Declined)
    }
}

/// Whether the tenant shows the key's method.
fn is_shown(key: &BookKey, methods: &Methods) -> bool {
    let of = methods.iter().find(|(alias, _)| *alias == key.account);
    let Some((_, Answer::Known(shown))) = of else {
        return false;
    };
    shown.iter().any(|method| {
        let id = method.id.to_string();
        (key.credential_id.is_some() && method.credential() == key.credential_id)
            || key.method_id.as_ref() == Some(&id)
    })
}
