//! What comes after the registrations: a quarter's verification, an incident, a lost key.

use super::Open;
use super::Stage;
use crate::ceremony::CeremonyError;
use crate::ceremony::Depth;
use crate::entra::Session;
use crate::primitives::Clock;
use crate::record::OpeningReason;
use std::time::Duration;

/// The key that opens its account in an emergency.
const USED: &str = "BG1-B";
/// The key that is lost.
const LOST: &str = "BG2-A";
/// What a quarter asks for: each key once, each account's turn to sign in last.
const QUARTERLY: [(&str, Depth); 4] = [
    ("BG1-B", Depth::WithPin),
    ("BG2-A", Depth::WithPin),
    ("BG1-A", Depth::WithSignIn),
    ("BG2-B", Depth::WithSignIn),
];
/// From one thing that happens to the next.
const LATER: Duration = Duration::from_hours(24 * 30);

impl Open<'_> {
    /// Plays what comes after the registrations.
    ///
    /// # Errors
    /// [`CeremonyError`] that the script does not foresee.
    pub(super) fn year(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
    ) -> Result<(), CeremonyError> {
        self.a_quarter();
        for (label, depth) in QUARTERLY {
            self.pause();
            let how = match depth {
                Depth::WithSignIn => "with a real sign-in",
                Depth::WithPin | Depth::WithoutPin => "with PIN and touch",
            };
            stage
                .screen
                .part(&format!("The quarter's verification of {label}, {how}"));
            self.verification(stage, session, label, depth, &[], &mut Vec::new())?;
        }
        self.clock.wait(LATER);
        self.pause();
        self.opened(stage, USED, OpeningReason::Incident)?;
        self.sealed(stage, USED)?;
        self.reviewed(stage, USED)?;
        self.clock.wait(LATER);
        self.pause();
        self.lost(stage, session, LOST)
    }
}
