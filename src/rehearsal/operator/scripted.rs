//! What the script answers where no person is at the keyboard.

use super::RehearsalOperator;
use super::SignInMistake;
use crate::ceremony::Prompt;
use crate::primitives::Clock;
use crate::primitives::nonce_words;
use crate::rehearsal::world::World;

/// PIN sheets that are looked through for the one that is right.
const SHEETS: u32 = 32;

impl RehearsalOperator<'_> {
    /// Whether the log is not waited for.
    pub(super) const fn stops_waiting(&self) -> bool {
        matches!(
            self.mistakes.at_sign_in,
            Some(
                SignInMistake::OtherAccount | SignInMistake::OtherKey | SignInMistake::StopsWaiting
            )
        )
    }

    /// Who saw the alert of a sign-in, and its id; nobody, where the log is not waited for.
    fn alert(&mut self, alias: &str) -> String {
        if self.stops_waiting() {
            return "later".to_owned();
        }
        let day = self.clock.utc().day();
        let own = self.mistakes.at_sign_in == Some(SignInMistake::OwnAlert);
        let who = if own { "op-1" } else { "w-1" };
        if own {
            self.mistakes.at_sign_in = None;
        }
        format!("{who} ALERT-{alias}-{day}")
    }

    /// What is typed; `None` to decline, and of what is not typed.
    pub(super) fn scripted_line(&mut self, prompt: &Prompt) -> Option<String> {
        match prompt {
            Prompt::Bag { label, .. } => Some(self.bags.next(label)),
            Prompt::OldBag { label } | Prompt::OpenedBag { label } => Some(self.bags.read(label)),
            Prompt::GiveUp { alias } => Some(alias.clone()),
            Prompt::Erase { label } => Some(label.clone()),
            Prompt::Alert { alias } => Some(self.alert(alias)),
            Prompt::NotDone => Some("all".to_owned()),
            Prompt::Because { what } | Prompt::Explain { what } => {
                Some(format!("Rehearsed: {}", because(what)))
            }
            Prompt::Nonce { witness } => Some(self.next_nonce(witness)),
            Prompt::Correction { record } => Some(format!(
                "Rehearsed: what record {record:06} should have said"
            )),
            Prompt::Meant { .. }
            | Prompt::Replug { .. }
            | Prompt::PowerUp { .. }
            | Prompt::Pin { .. }
            | Prompt::NewPin { .. }
            | Prompt::AnotherTry { .. }
            | Prompt::SpendAtFloor { .. }
            | Prompt::TypeBack { .. }
            | Prompt::ChangePolicy { .. }
            | Prompt::TenantChange { .. }
            | Prompt::PinAccount { .. }
            | Prompt::SignInSeen { .. }
            | Prompt::AtPortal { .. }
            | Prompt::Rename { .. }
            | Prompt::SignIn { .. }
            | Prompt::SignOut { .. }
            | Prompt::NextKey { .. }
            | Prompt::WaitOn { .. }
            | Prompt::SignInWasOurs { .. }
            | Prompt::BackByHand { .. }
            | Prompt::WordsAgree
            | Prompt::AnotherBag { .. }
            | Prompt::StateAnew { .. }
            | Prompt::Agreed
            | Prompt::Question(_)
            | Prompt::Sealed { .. } => None,
        }
    }

    /// The PIN on the newest PIN sheet of the key in the hand, or a new one. A real key in the place of a
    /// virtual one is known by its number in the question.
    pub(super) fn remembered(&self, prompt: &Prompt) -> String {
        let new = matches!(prompt, Prompt::NewPin { .. });
        let label = match (self.in_hand(), prompt) {
            ("", Prompt::Pin { key, .. } | Prompt::NewPin { key, .. }) => World::label_in(key),
            (label, _) => label,
        };
        let sheet = |number: u32| match number {
            0 => World::pin(label),
            more => World::pin(&format!("{label} {more}")),
        };
        let key = self.keys.iter().find(|(name, _)| name == label);
        let has = |pin: &str| key.is_some_and(|(_, key)| key.has_pin(pin));
        match (0..SHEETS).find(|number| has(&sheet(*number))) {
            Some(number) if new => sheet(number + 1),
            Some(number) => sheet(number),
            None => sheet(0),
        }
    }

    /// The words on the screen of this witness.
    pub(super) fn next_nonce(&mut self, witness: &str) -> String {
        let label = self.in_hand().to_owned();
        let count = self.nonces.entry(format!("{witness} {label}")).or_insert(0);
        *count += 1;
        // Fresh words at every sealing, as on a witness's own machine.
        let of = match self.bags.times(&label) {
            0 => format!("{witness} {label}"),
            times => format!("{witness} {label} {times}"),
        };
        let nonce = World::nonce(&of, *count);
        nonce_words::words(&nonce).join(" ")
    }
}

/// What the people of the rehearsal say when a sentence is asked for; of what they were not told before,
/// that it is so.
fn because(what: &str) -> &str {
    let said = [
        (
            "Why was the bag opened?",
            "nobody could sign in any other way after a change of Conditional Access.",
        ),
        (
            "What was the key used for",
            "that change was taken back, and nothing else was done.",
        ),
        (
            "Whose were they?",
            "of the day before, by nobody here; the security desk has it.",
        ),
    ];
    let found = said.iter().find(|(asked, _)| what.contains(asked));
    found.map_or(what, |(_, answer)| answer)
}
