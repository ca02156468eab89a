//! A person at a browser: signs in with a key, and does something there. What they do reaches the
//! tenant at the moment it is done; the log shows it later.

use super::enrolment::Enrolled;
use super::log::Audit;
use super::world::VirtualTenant;
use crate::primitives::Clock;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Something that was done in a browser.
struct Deed {
    at: UtcTime,
    elapsed: Duration,
    upn: String,
    what: What,
}

enum What {
    /// Signed in with the passkey of this name, to this app.
    SignIn { passkey: String, app: String },
    /// Registered keys with a pass.
    Enrol(Vec<Enrolled>),
    /// Gave a passkey another name.
    Rename { from: String, to: String },
    /// Changed something harmless.
    Task,
    /// Signed out everywhere.
    SignOut,
}

/// A browser; clones are the same one.
#[derive(Clone)]
pub struct Browser {
    clock: Rc<dyn Clock>,
    deeds: Rc<RefCell<Vec<Deed>>>,
}

impl Browser {
    pub(super) fn new(clock: Rc<dyn Clock>) -> Self {
        Self {
            clock,
            deeds: Rc::default(),
        }
    }

    /// Signs in as `upn` with the passkey of that name in the tenant, to an app.
    pub fn sign_in(&self, upn: &str, passkey: &str, app: &str) {
        self.did(
            upn,
            What::SignIn {
                passkey: passkey.to_owned(),
                app: app.to_owned(),
            },
        );
    }

    /// Registers keys as `upn`, with the account's pass.
    pub fn enrol(&self, upn: &str, keys: Vec<Enrolled>) {
        self.did(upn, What::Enrol(keys));
    }

    /// Gives a passkey of `upn` another name.
    pub fn rename(&self, upn: &str, from: &str, to: &str) {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.did(upn, What::Rename { from, to });
    }

    /// Does one harmless thing that takes an administrator, as `upn`.
    pub fn task(&self, upn: &str) {
        self.did(upn, What::Task);
    }

    /// Signs `upn` out everywhere, as an account does for itself.
    pub fn sign_out(&self, upn: &str) {
        self.did(upn, What::SignOut);
    }

    fn did(&self, upn: &str, what: What) {
        self.deeds.borrow_mut().push(Deed {
            at: self.clock.utc(),
            elapsed: self.clock.elapsed(),
            upn: upn.to_owned(),
            what,
        });
    }
}

impl VirtualTenant {
    /// The browser of whoever is in the room.
    #[must_use]
    pub fn browser(&self) -> Browser {
        self.browser.clone()
    }

    /// Takes in what was done in the browser since it last looked.
    pub(super) fn take_deeds(&mut self) {
        let deeds = self.browser.deeds.take();
        for deed in deeds {
            let account = self.history.truth().accounts.values();
            let Some(account) = account
                .filter(|account| account.upn.eq_ignore_ascii_case(&deed.upn))
                .map(|account| account.id)
                .next()
            else {
                continue;
            };
            let when = (deed.at, deed.elapsed);
            match deed.what {
                What::SignIn { passkey, app } => self.signs_in(account, &passkey, &app, when),
                What::Enrol(keys) => self.enrols(account, &keys, deed.at),
                What::Rename { from, to } => self.renames(account, &from, &to),
                What::Task => self.does_a_task(account, when),
                What::SignOut => {
                    if let Some(account) = self.change().accounts.get_mut(&account) {
                        account.sessions_valid_from = deed.at;
                    }
                }
            }
        }
    }

    fn signs_in(&mut self, account: Guid, name: &str, app: &str, when: (UtcTime, Duration)) {
        let directory = self.history.truth();
        let credential = directory
            .passkeys_of(account)
            .find(|passkey| passkey.display_name == name)
            .map(|passkey| passkey.credential.clone());
        if let Some(credential) = credential {
            // What came of it stands in the log.
            let _ = self.sign_in_at(account, &credential, app, when);
        }
    }

    fn does_a_task(&mut self, account: Guid, (at, elapsed): (UtcTime, Duration)) {
        let readable = elapsed.saturating_add(self.logs.lag);
        let audit = Audit {
            at,
            service: "Core Directory".to_owned(),
            category: "UserManagement".to_owned(),
            activity: "Update user".to_owned(),
            by: Some(account),
            target: account,
            details: Vec::new(),
        };
        self.logs.changed(audit, readable);
    }
}
