//! A book of some days ago, its keys, and its tenant: what a command of the real program meets.

use super::LABEL;
use super::READ;
use super::bus;
use super::sitting::InHand;
use super::sitting::Sitting;
use super::vault::Vault;
use crate::https::Server;
use crate::https::Setup;
use crate::real_book::RealBook;
use crate::real_book::can_sign;
use glasskey::ceremony::OpenCeremony;
use glasskey::io::FolderDesk;
use glasskey::io::FolderLedger;
use glasskey::ledger::Ledger;
use glasskey::record::CeremonyRecord;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Statistics;
use glasskey::rehearsal::key::TouchScript;
use glasskey::rehearsal::key::VirtualKey;
use glasskey::rehearsal::tenant::Holding;
use glasskey::rehearsal::tenant::Role;
use std::process::Command;

const WHAT: &str = "ceremonies with a key in the hand";

/// Whether all is installed that it takes; a line says what is not.
pub(super) fn can_be_held() -> bool {
    can_sign(WHAT) && bus::installed()
}

/// A book of some days ago, its keys, and its tenant.
pub(super) struct Safe {
    // What asks the vault goes first.
    server: Server,
    pub(super) vault: Vault,
    pub(super) book: RealBook,
}

impl Safe {
    /// A book in which these keys are registered and sealed, in a tenant where all is well.
    pub(super) fn with(labels: &'static [&'static str]) -> Self {
        let (vault, book) = Vault::open(move |world| {
            let book = RealBook::sealed_in(world, labels);
            for (_, account) in World::accounts() {
                let role = Role::GlobalAdministrator;
                world.tenant.assign(account, role, Holding::Permanent);
            }
            for (_, key) in world.keys() {
                key.touch_script(TouchScript::after_millis(5));
            }
            book
        });
        let server = Server::start(Setup::default(), vault.tenant());
        Self {
            server,
            vault,
            book,
        }
    }

    /// Sets a program up to reach the tenant.
    pub(super) fn online(&self, program: &mut Command) {
        for (name, value) in self.server.program(&[]).get_envs() {
            match value {
                Some(value) => program.env(name, value),
                None => program.env_remove(name),
            };
        }
        program.env("AZURE_CLIENT_SECRET", "the secret of an app");
    }

    /// Begins `verify BG1-A`, with the key in the hand.
    pub(super) fn verifies(&self, further: &[&str]) -> Sitting<'_> {
        self.begins(&[&["verify", LABEL], further, &READ].concat())
    }

    /// Begins a command, with BG1-A in the hand.
    pub(super) fn begins(&self, arguments: &[&str]) -> Sitting<'_> {
        Sitting::begins(self, arguments, &InHand::Key(LABEL))
    }

    /// Asks, or does something to, a key of the book.
    pub(super) fn key<T: Send + 'static>(
        &self,
        label: &'static str,
        of: impl FnOnce(&VirtualKey) -> T + Send + 'static,
    ) -> T {
        self.vault
            .ask(move |inside| of(inside.world.key(label).unwrap()))
    }

    /// What a key has seen since it was made.
    pub(super) fn seen(&self, label: &'static str) -> Statistics {
        self.key(label, VirtualKey::statistics)
    }

    /// The PIN tries that a key has left.
    pub(super) fn tries(&self, label: &'static str) -> u8 {
        self.key(label, VirtualKey::pin_retries)
    }

    /// How BG1-A is touched from now on.
    pub(super) fn touched(&self, script: TouchScript) {
        self.key(LABEL, |key| key.touch_script(script));
    }

    fn ledger(&self) -> FolderLedger {
        let folder = self.book.folder();
        FolderLedger::new(folder.join("ledger"), folder.join("open/.tmp"))
    }

    /// The ledger's last record.
    pub(super) fn last(&self) -> CeremonyRecord {
        let mut store = self.ledger();
        let ledger = Ledger::new(&mut store);
        let size = ledger.size().unwrap();
        ledger.record(size - 1).unwrap()
    }

    /// The ceremonies that are open in the book.
    pub(super) fn open(&self) -> Vec<String> {
        let folder = self.book.folder();
        let desk = FolderDesk::new(folder.clone(), folder.join("open/.tmp"));
        OpenCeremony::unfinished(&desk).unwrap()
    }

    /// What everyone reads on the bag that holds a key.
    pub(super) fn bag_of(&self, label: &str) -> String {
        let read = Ledger::new(&mut self.ledger()).read_book().unwrap();
        let key = read.on_record.iter().find(|key| key.label == label);
        let bag = key.and_then(|key| key.bag.clone());
        bag.unwrap_or_else(|| "missing".to_owned())
    }

    /// The number of a bag that was never used.
    pub(super) fn new_bag(&self) -> String {
        format!("R27-{:04}", Ledger::new(&mut self.ledger()).size().unwrap())
    }

    /// Twelve fresh words from somebody's own machine.
    pub(super) fn nonce_of(&self, who: &str) -> String {
        let made = self
            .book
            .alone(who, &["sign", "--nonce", "--json"])
            .exits(0);
        let words = made.json()["words"].clone();
        let words: Vec<String> = serde_json::from_value(words).unwrap();
        words.join(" ")
    }
}
