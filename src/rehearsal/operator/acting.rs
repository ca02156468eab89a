//! What the hands of a rehearsal do: keys go in and out, a browser signs in, a bag is closed.

use super::RehearsalOperator;
use super::SignInMistake;
use super::TOUCHED_AFTER;
use crate::ceremony::Prompt;
use crate::entra::Portal;
use crate::primitives::Secret;
use crate::rehearsal::World;
use crate::rehearsal::key::Hand;
use crate::rehearsal::key::Touch;
use crate::rehearsal::key::TouchScript;

impl RehearsalOperator<'_> {
    /// Does what was agreed to.
    pub(super) fn act(&mut self, prompt: &Prompt) {
        match prompt {
            Prompt::Replug { label, .. } => {
                self.replugged = true;
                self.plug_only(label);
            }
            Prompt::PowerUp { label } => self.plug_only(label),
            Prompt::Sealed { bag, label, .. } => {
                self.bags.seal(label, bag);
                self.put_away();
            }
            Prompt::SignIn {
                label,
                upn,
                portal,
                task,
                sign_out,
            } => {
                self.sign_in(label, upn, *portal);
                if *task {
                    self.browser.task(upn);
                }
                if *sign_out && self.mistakes.at_sign_in != Some(SignInMistake::StaysSignedIn) {
                    self.browser.sign_out(upn);
                }
            }
            Prompt::SignOut { upn, .. } => self.browser.sign_out(upn),
            Prompt::AtPortal { label, upn } => self.at_portal(label, upn),
            Prompt::Rename { from, label, upn } => self.browser.rename(upn, from, label),
            Prompt::Meant { .. }
            | Prompt::OpenedBag { .. }
            | Prompt::GiveUp { .. }
            | Prompt::Erase { .. }
            | Prompt::Pin { .. }
            | Prompt::NewPin { .. }
            | Prompt::AnotherTry { .. }
            | Prompt::SpendAtFloor { .. }
            | Prompt::TypeBack { .. }
            | Prompt::ChangePolicy { .. }
            | Prompt::OldBag { .. }
            | Prompt::Explain { .. }
            | Prompt::Bag { .. }
            | Prompt::Nonce { .. }
            | Prompt::TenantChange { .. }
            | Prompt::PinAccount { .. }
            | Prompt::SignInSeen { .. }
            | Prompt::BackByHand { .. }
            | Prompt::Correction { .. }
            | Prompt::WordsAgree
            | Prompt::AnotherBag { .. }
            | Prompt::StateAnew { .. }
            | Prompt::Agreed
            | Prompt::Question(_)
            | Prompt::SignInWasOurs { .. }
            | Prompt::NextKey { .. }
            | Prompt::Alert { .. }
            | Prompt::NotDone
            | Prompt::Because { .. }
            | Prompt::WaitOn { .. } => {}
        }
    }

    /// Pulls every key out.
    pub(super) fn put_away(&self) {
        for (_, key) in &self.keys {
            self.ports.unplug(key);
        }
    }

    /// The label of the key that is plugged in; empty if none is.
    pub(super) fn in_hand(&self) -> &str {
        let plugged = self.keys.iter().find(|(_, key)| key.is_plugged());
        plugged.map_or("", |(label, _)| label.as_str())
    }

    /// Leaves the key with this label plugged in, and no other.
    pub(super) fn plug_only(&self, label: &str) {
        self.put_away();
        let key = self.keys.iter().find(|(name, _)| name == label);
        if let Some((_, key)) = key {
            self.ports.plug(key);
        }
    }

    /// Signs in with the key of this label: the one in the hand, or one that comes into it for this alone.
    pub(super) fn sign_in(&mut self, label: &str, upn: &str, portal: Portal) {
        let app = match portal {
            Portal::Entra | Portal::Azure => "Azure Portal",
            Portal::M365Admin => "Microsoft 365 admin center",
        };
        match self.mistakes.at_sign_in {
            Some(SignInMistake::OtherAccount) => {
                if let Some((upn, label)) = World::stranger_to(upn) {
                    self.browser.sign_in(upn, label, app);
                }
                return;
            }
            Some(SignInMistake::OtherKey) => {
                return self.browser.sign_in(upn, World::beside(label), app);
            }
            Some(
                SignInMistake::OwnAlert
                | SignInMistake::StopsWaiting
                | SignInMistake::StaysSignedIn,
            )
            | None => {}
        }
        match self.in_hand() {
            here if here == label => self.browser.sign_in(upn, label, app),
            "" => {
                self.plug_only(label);
                self.browser.sign_in(upn, label, app);
                self.put_away();
            }
            _ => {}
        }
    }

    /// Registers the key of this label at the portal; a person at the keyboard plays what it asks.
    pub(super) fn at_portal(&mut self, label: &str, upn: &str) {
        let mut name = label.to_owned();
        let mut pin = Secret::new(World::pin(label));
        if let Some(human) = self.human.as_deref_mut() {
            let asked = format!("The portal asks for the PIN of {label}:");
            let Some(typed) = human.pin(&asked) else {
                return;
            };
            pin = typed;
            if !human.touch(label) {
                return;
            }
            let asked = format!("The portal asks for a name for {label}:");
            let Some(typed) = human.line(&asked) else {
                return;
            };
            name = typed;
        }
        let how = std::mem::take(&mut self.mistakes.at_portal);
        let (whom, typed) = ((label, upn), (name.as_str(), pin));
        if self.human.is_some() {
            // Who is at the portal has touched it already; the key is asked when the tenant is.
            self.touched(Touch::After(TOUCHED_AFTER));
        }
        how.act(&self.browser, &*self.clock, &self.keys, whom, typed);
    }

    /// From now on every key is touched like this.
    pub(super) fn touched(&self, touch: Touch) {
        for (_, key) in &self.keys {
            key.touch_script(TouchScript::always(touch));
        }
    }

    pub(super) fn hand(&self, label: &str) -> Option<Hand> {
        self.keys
            .iter()
            .find(|(name, _)| name == label)
            .map(|(_, key)| key.hand())
    }

    /// Another key than the one with this label: the one before it, else the last.
    pub(super) fn other(&self, label: &str) -> String {
        let position = self
            .keys
            .iter()
            .position(|(name, _)| name == label)
            .unwrap_or(0);
        let other = position
            .checked_sub(1)
            .unwrap_or(self.keys.len().saturating_sub(1));
        self.keys
            .get(other)
            .map(|(name, _)| name.clone())
            .unwrap_or_default()
    }
}
