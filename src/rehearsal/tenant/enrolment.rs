//! A person at the tenant's portal who registers security keys with a pass: the portal's side, and what
//! a browser does with the key.

use super::options;
use super::options::CHALLENGE_LIFE;
use super::world::VirtualTenant;
use crate::ctap::Ctap;
use crate::ctap::MakeCredential;
use crate::ctap::Permissions;
use crate::ctap::Pin;
use crate::entra::MethodName;
use crate::entra::Registration;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::UtcTime;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::key::VirtualKey;
use crate::webauthn::ClientData;
use crate::webauthn::CreationOptions;
use crate::webauthn::RpId;
use std::rc::Rc;

/// One key that is registered at the portal.
pub struct Enrolled {
    /// The name that the person gives it there.
    pub name: String,
    /// The key, plugged in.
    pub key: VirtualKey,
    /// The PIN that the person types.
    pub pin: Secret<String>,
}

impl VirtualTenant {
    /// Lets somebody in with the account's pass, if it counts at that time, and takes the keys.
    pub(super) fn enrols(&mut self, account: Guid, keys: &[Enrolled], at: UtcTime) {
        let passes = &mut self.history.settle().passes;
        let Some(pass) = passes.iter_mut().find(|pass| pass.account == account) else {
            return;
        };
        let end = pass.start.plus_seconds(i64::from(pass.minutes) * 60);
        let counts = pass.start <= at && at < end && !(pass.once && pass.used);
        if !counts {
            return;
        }
        pass.used = true;
        for one in keys {
            // What the portal would show in red is left at the portal.
            let _ = self.enrol(account, one);
        }
    }

    fn enrol(&mut self, account: Guid, one: &Enrolled) -> Option<()> {
        let rp_id = RpId::of_cloud(Cloud::Global)?;
        let now = self.clock.elapsed();
        let challenge = self
            .challenges
            .issue(account, now, CHALLENGE_LIFE, &mut *self.entropy);
        let truth = self.history.truth();
        let owner = truth.accounts.get(&account)?;
        let asked = CreationOptions {
            cloud: Cloud::Global,
            rp_id: rp_id.clone(),
            rp_name: "Microsoft".to_owned(),
            user_id: Secret::new(options::handle(owner)),
            user_name: owner.upn.clone(),
            user_display_name: owner.display_name.clone(),
            challenge,
            algorithms: vec![-7, -257],
            exclude: truth
                .passkeys_of(account)
                .map(|passkey| passkey.credential.clone())
                .collect(),
            cred_protect: Some(1),
            enforce_cred_protect: true,
            hmac_create_secret: true,
        };
        let client_data = ClientData::registration(&asked).ok()?;
        let object = {
            let clock = Rc::clone(&self.clock);
            let entropy = Box::new(SeededEntropy::new(b"browser", &one.name));
            let mut ctap = Ctap::open(Box::new(one.key.open().ok()?), &*clock, entropy).ok()?;
            let pin = Pin::new(one.pin.expose()).ok()?;
            let token = ctap
                .token(&pin, Permissions::MAKE_CREDENTIAL, Some(&rp_id))
                .ok()?;
            let request = MakeCredential::resident(&asked, &client_data);
            ctap.make_credential(&request, Some(&token), &mut |_| {})
                .ok()?
        };
        let body = Registration::new(MethodName::new(&one.name)?, &client_data, &object)?.body();
        let passkey = self.register(account, &body).ok()?;
        self.change().passkeys.push(passkey);
        self.record(
            "Authentication Methods",
            "UserManagement",
            "User registered security info",
            account,
        );
        Some(())
    }

    /// Gives a passkey another name, as its owner does at the portal.
    pub(super) fn renames(&mut self, account: Guid, from: &str, to: &str) {
        for passkey in &mut self.history.settle().passkeys {
            if passkey.account == account && passkey.display_name == from {
                to.clone_into(&mut passkey.display_name);
            }
        }
    }
}
