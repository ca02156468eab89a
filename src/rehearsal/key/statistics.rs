//! What a virtual key has seen, for tests and for the rehearsal's closing lines.

use std::collections::BTreeMap;

/// Counts since the key was made; neither unplugging nor a reset clears them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// PINs compared, right or wrong.
    pub pins_compared: u32,
    /// PINs that were wrong: tries spent.
    pub pin_tries_spent: u32,
    /// Times the key began to wait for a touch.
    pub touches_asked: u32,
    /// Reports the key was sent.
    pub reports_received: u32,
    /// Reports the key sent, keep-alives included.
    pub reports_sent: u32,
    /// Signatures made by credentials: assertions, not attestations.
    pub assertions_signed: u32,
    /// Handles on it that were open at the same time, at most.
    pub most_handles: u32,
    /// Commands by name: CTAPHID's in capitals (`INIT`), CTAP2's as in the specification
    /// (`makeCredential`), with the subcommand after a slash (`clientPIN/getPINRetries`).
    pub commands: BTreeMap<&'static str, u32>,
}

impl Statistics {
    /// How often a command was seen, by its name.
    #[must_use]
    pub fn seen(&self, command: &str) -> u32 {
        self.commands.get(command).copied().unwrap_or_default()
    }

    pub(super) fn note(&mut self, command: &'static str) {
        let count = self.commands.entry(command).or_default();
        *count = count.saturating_add(1);
    }
}
