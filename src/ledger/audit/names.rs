//! What names mean throughout a ledger: a label one physical key, an alias one account, a
//! credential one registration.

use super::fault::Rule;
use crate::primitives::Guid;
use crate::record::Event;
use crate::record::KeyPart;
use crate::record::Statement;
use crate::webauthn::Aaguid;
use crate::webauthn::CredentialId;
use std::collections::HashMap;

/// The names so far, each with the record that first used it.
#[derive(Default)]
pub(super) struct Names {
    credentials: HashMap<CredentialId, u64>,
    labels: HashMap<String, (Aaguid, Option<String>, u64)>,
    aliases: HashMap<String, (Guid, u64)>,
    accounts: HashMap<Guid, (String, u64)>,
}

impl Names {
    /// The rules that a statement's names break; what it names first is remembered.
    pub(super) fn take(&mut self, index: u64, statement: &Statement) -> Vec<Rule> {
        let mut broken = Vec::new();
        if let Some(account) = &statement.account {
            let known = self.aliases.get(&account.alias).copied();
            let (id, by_alias) = known.unwrap_or_else(|| {
                let first = (account.object_id, index);
                self.aliases.insert(account.alias.clone(), first);
                first
            });
            let (alias, by_id) = self
                .accounts
                .entry(account.object_id)
                .or_insert_with(|| (account.alias.clone(), index));
            if id != account.object_id {
                broken.push(Rule::AccountMoved { first: by_alias });
            } else if *alias != account.alias {
                broken.push(Rule::AccountMoved { first: *by_id });
            }
        }
        let Some(key) = &statement.key else {
            return broken;
        };
        broken.extend(self.label(index, key));
        if let (Event::Registration, Some(credential)) = (statement.event, &key.credential_id) {
            let first = *self.credentials.entry(credential.clone()).or_insert(index);
            if first != index {
                broken.push(Rule::CredentialUsed { first });
            }
        }
        broken
    }

    fn label(&mut self, index: u64, key: &KeyPart) -> Option<Rule> {
        let serial = key.serial.as_ref().map(|claim| &claim.value);
        let Some((model, number, first)) = self.labels.get(&key.label) else {
            let first = (key.aaguid, serial.cloned(), index);
            self.labels.insert(key.label.clone(), first);
            return None;
        };
        let other = match (number, serial) {
            (Some(before), Some(now)) => before != now,
            (None, _) | (_, None) => false,
        };
        (*model != key.aaguid || other).then_some(Rule::LabelReused { first: *first })
    }
}
