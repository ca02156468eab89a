//! What one event alone says in sentences.

use crate::record::KeyEnd;
use crate::record::PortalPart;
use crate::record::Statement;

impl Statement {
    /// What one event alone says.
    pub(super) fn own(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(loss) = &self.loss {
            lines.push(format!("It was found to be gone at {}.", loss.discovered));
            lines.push(match loss.revoked {
                Some(at) => format!("The tenant was read back without its method at {at}."),
                None => "The tenant still has its method, or could not be read.".to_owned(),
            });
            lines.extend(loss.hunt.as_ref().map(|hunt| {
                format!(
                    "Sign-ins of the account from {} to {}: {}. {}",
                    hunt.from, hunt.until, hunt.sign_ins, hunt.outcome
                )
            }));
        }
        if let Some(retired) = &self.retirement {
            lines.push(format!(
                "The tenant was read back without its method at {}.",
                retired.revoked
            ));
            lines.push(
                match (retired.end, self.key.is_some()) {
                    (KeyEnd::Deleted, true) => {
                        "The account's credential is deleted from it after it signed."
                    }
                    (KeyEnd::Deleted, false) => {
                        "The account's credential was deleted from it: it cannot sign this."
                    }
                    (KeyEnd::Reset, true) => "It is reset after it signed: nothing is left on it.",
                    (KeyEnd::Reset, false) => "It was reset: it cannot sign this.",
                    (KeyEnd::NotInHand, _) => "It is not in the hand: nothing is done to it.",
                }
                .to_owned(),
            );
        }
        lines.extend(self.portal.iter().flat_map(at_portal));
        if let Some(old) = &self.replaces {
            let own = self.key.as_ref().is_some_and(|key| key.label == old.label);
            let (label, record) = (&old.label, old.record);
            lines.push(if own {
                format!("Its passkey of record {record:06} was deleted before, and is gone.")
            } else {
                format!(
                    "It takes the place of {label}, which record {record:06} shows last: its passkey \
                     was deleted, and {label} opens nothing any more."
                )
            });
        }
        if let Some(amendment) = &self.amendment {
            lines.push(format!("The correction: {}", amendment.text));
            lines.push(format!("SHA-256 of that record: {}", amendment.sha256));
        }
        if let Some(accepted) = &self.acceptance {
            lines.push(match &accepted.reason {
                Some(reason) => format!("The reason: {reason}"),
                None => "Nobody said why.".to_owned(),
            });
        }
        if let Some(training) = &self.training {
            lines.push(format!("Trained: {}.", training.people.join(", ")));
            lines.push(format!(
                "On a rehearsal of {} records, {}, root {}.",
                training.head.size, training.head.origin, training.head.root
            ));
        }
        for person in &self.people {
            let roles: Vec<&str> = person.roles.iter().map(|role| role.word()).collect();
            lines.push(format!(
                "From here on, {} is {}.",
                person.reference,
                roles.join(", ")
            ));
        }
        lines.extend(
            self.people_sha256.as_ref().map(|digest| {
                format!("SHA-256 of the file of names, which stays outside: {digest}")
            }),
        );
        if let Some(policy) = &self.policy {
            let settings = policy.settings();
            let settings: Vec<String> = settings
                .into_iter()
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            lines.push(format!("The policy from here on: {}.", settings.join("; ")));
        }
        for anchor in &self.anchors {
            lines.push(format!("It brings the trust anchor {anchor}."));
        }
        lines
    }
}

fn at_portal(portal: &PortalPart) -> Vec<String> {
    let attested = if portal.attested {
        "attested"
    } else {
        "NOT ATTESTED"
    };
    let enforced = if portal.enforced {
        "demanded"
    } else {
        "did not demand"
    };
    let mut lines = vec![format!(
        "It was registered at the tenant's portal, which kept what the key signed there. The tenant \
         says: {attested}; its profile {enforced} attestation."
    )];
    lines.extend(portal.pass.map(|pass| {
        format!(
            "The pass for it was made at {} and was gone at {}.",
            pass.made, pass.gone
        )
    }));
    lines
}
