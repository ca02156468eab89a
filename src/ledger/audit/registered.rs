//! The models of registered keys, judged again by what is known today.

use crate::facts::metadata::Listing;
use crate::facts::metadata::ModelFacts;
use crate::findings;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::primitives::UtcTime;
use crate::webauthn::advisories;
use crate::webauthn::metadata::Metadata;
use std::collections::BTreeMap;

/// Registrations by model, certificates and firmware: few, however many records there are.
#[derive(Default)]
pub(super) struct Registered {
    by_model: BTreeMap<ModelFacts, Vec<(u64, UtcTime)>>,
}

impl Registered {
    /// Notes the registration in the record of this index.
    pub(super) fn note(&mut self, model: ModelFacts, record: u64, started: UtcTime) {
        self.by_model
            .entry(model)
            .or_default()
            .push((record, started));
    }

    /// The models.
    pub(super) fn models(&self) -> impl Iterator<Item = &ModelFacts> {
        self.by_model.keys()
    }

    /// What is known at `as_of` against each of them.
    pub(super) fn judge(&self, newest: Option<&Metadata>, as_of: UtcTime) -> Vec<Finding> {
        let mut all = Vec::new();
        for (model, records) in &self.by_model {
            let listing = newest.map(|newest| (newest.number(), Listing::of(newest, model.aaguid)));
            let against: Vec<_> = advisories(model.aaguid)
                .filter(|one| one.published <= as_of)
                .collect();
            for (record, started) in records {
                let subject = Subject::record(*record);
                if let Some((number, listing)) = &listing {
                    let started = Some(*started);
                    all.push(findings::status(
                        model, listing, *number, started, as_of, &subject,
                    ));
                }
                all.extend(
                    against
                        .iter()
                        .map(|one| findings::advisory(model, one, &subject)),
                );
            }
        }
        all.sort_by(|a, b| (&a.subject, a.check).cmp(&(&b.subject, b.check)));
        if newest.is_none() && !self.by_model.is_empty() {
            all.push(findings::no_metadata(
                self.by_model.values().map(Vec::len).sum(),
            ));
        }
        all
    }
}
