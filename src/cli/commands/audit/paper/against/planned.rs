//! Whether the plan has what a page has from it, and somebody signed that plan.

use super::Against;
use super::Said;
use super::differing::differences;
use super::failed;
use crate::cli::commands::print::procedure;
use crate::cli::failure::Failure;
use crate::findings::Verdict;
use crate::paper::BagValues;
use crate::paper::BlankSheet;
use crate::paper::EnvelopeValues;
use crate::paper::InsideValues;
use crate::paper::PageValues;
use crate::paper::Procedure;
use crate::paper::Reprint;
use crate::paper::bag_face_of;
use crate::paper::blank_of;
use crate::paper::inside_of;
use crate::paper::pin_envelope_of;
use crate::plan::Plan;
use crate::primitives::Digest;

/// How a page compares with the plan.
struct Compared {
    /// In what it differs; in words, why the plan makes no such page.
    differs: Result<Vec<String>, String>,
    /// The plan's digest by the page or its record; `None` if neither states one.
    stated: Option<Digest>,
    /// The first record whose statement of a plan counts: the page's own, else the last.
    from: u64,
}

impl Against {
    /// `PAGE-PLAN`; `None` of a page that has nothing from a plan.
    pub(super) fn planned(
        &mut self,
        reprint: &Reprint,
        index: Option<u64>,
    ) -> Result<Option<Said>, Failure> {
        match (reprint.values(), index) {
            (PageValues::Receipt(_) | PageValues::Inventory(_), _) => return Ok(None),
            (PageValues::Bag(_) | PageValues::Inside(_) | PageValues::Minutes(_), None) => {
                let what = "the ledger does not have its record".to_owned();
                return Ok(Some((Verdict::Unknown, what)));
            }
            (PageValues::Minutes(values), Some(index)) => {
                return self.minutes(values, index).map(Some);
            }
            (PageValues::Bag(_) | PageValues::Inside(_), Some(_))
            | (PageValues::Blank(_) | PageValues::PinEnvelope(_) | PageValues::Script(_), _) => {}
        }
        if let Some(named) = names_plan(reprint)
            && let Some(why) = self.nobody_s(named)?
        {
            return Ok(Some((Verdict::Fail, why)));
        }
        let Some(sha256) = self.source.plan().map(|file| file.sha256) else {
            let what = "the book is without its plan (glasskey.toml)".to_owned();
            return Ok(Some((Verdict::Unknown, what)));
        };
        let compared = match (reprint.values(), index) {
            (PageValues::Bag(values), Some(index)) => self.bag(values, index)?,
            (PageValues::Inside(values), Some(index)) => self.inside(values, reprint, index)?,
            (PageValues::PinEnvelope(values), _) => self.pin_envelope(values)?,
            (PageValues::Blank(values), _) => self.blank(values)?,
            (PageValues::Script(values), _) => Compared {
                differs: self.script(values)?,
                stated: Some(values.plan_sha256),
                from: self.last()?,
            },
            (PageValues::Receipt(_) | PageValues::Inventory(_) | PageValues::Minutes(_), _)
            | (PageValues::Bag(_) | PageValues::Inside(_), None) => return Ok(None),
        };
        self.judged(compared, sha256).map(Some)
    }

    fn judged(&mut self, compared: Compared, sha256: Digest) -> Result<Said, Failure> {
        let differs = match compared.differs {
            Ok(differs) if differs.is_empty() => {
                let what = "what it has from the plan is the plan’s";
                return Ok(if self.vouched(sha256, compared.from)? {
                    (Verdict::Pass, what.to_owned())
                } else {
                    let what = format!(
                        "{what}, and nobody signed this plan: no record from {:06} on states its \
                         digest",
                        compared.from
                    );
                    (Verdict::Unknown, what)
                });
            }
            Ok(differs) => differs.join("; "),
            Err(why) => why,
        };
        Ok(match compared.stated {
            Some(stated) if stated == sha256 => (Verdict::Fail, differs),
            Some(_) => (
                Verdict::Unknown,
                format!("{differs}; the plan is not the one of that time any more"),
            ),
            None => (
                Verdict::Unknown,
                format!("{differs}; whether the plan has changed since is not on the page"),
            ),
        })
    }

    /// Whether a record from `from` on states the plan with this digest, so that its people signed it.
    fn vouched(&mut self, sha256: Digest, from: u64) -> Result<bool, Failure> {
        let ledger = self.ledger()?;
        for index in from..ledger.size().map_err(failed)? {
            let statement = ledger.record(index).map_err(failed)?.statement;
            if statement.inputs.plan_sha256 == sha256 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Why the plan that a page names is nobody’s: it is not the plan, and no record states it.
    fn nobody_s(&mut self, named: Digest) -> Result<Option<String>, Failure> {
        let own = self.source.plan().map(|file| file.sha256);
        if own == Some(named) || self.vouched(named, 0)? {
            return Ok(None);
        }
        let what = "the plan that it names is not the book’s, and no record states it";
        Ok(Some(what.to_owned()))
    }

    /// The index of the last record; 0 if there is none.
    fn last(&mut self) -> Result<u64, Failure> {
        let size = self.ledger()?.size().map_err(failed)?;
        Ok(size.saturating_sub(1))
    }

    fn plan(&self) -> Result<&Plan, Failure> {
        Ok(&self.source.planned()?.plan)
    }

    fn bag(&mut self, values: &BagValues, index: u64) -> Result<Compared, Failure> {
        let statement = self.ledger()?.record(index).map_err(failed)?.statement;
        let face = bag_face_of(self.plan()?, &statement, index, Digest::of(b""));
        Ok(Compared {
            differs: face
                .map(|face| differences(values, &BagValues::of(&face), "the plan"))
                .map_err(|_| "the record puts no key into a bag".to_owned()),
            stated: Some(statement.inputs.plan_sha256),
            from: index,
        })
    }

    fn inside(
        &mut self,
        values: &InsideValues,
        reprint: &Reprint,
        index: u64,
    ) -> Result<Compared, Failure> {
        let force = self.force(index)?;
        let statement = self.ledger()?.record(index).map_err(failed)?.statement;
        let meant = match reprint.sealed() {
            Some((_, presence)) => {
                inside_of(self.plan()?, &statement, &presence, force.roster_index)
                    .map_err(|_| "the plan does not name that key".to_owned())
            }
            None => Err("its statement cannot be read".to_owned()),
        };
        Ok(Compared {
            differs: meant
                .map(|(sheet, _)| differences(values, &InsideValues::of(&sheet), "the plan")),
            stated: Some(statement.inputs.plan_sha256),
            from: index,
        })
    }

    /// A PIN envelope, as the plan has it for the key whose PIN was put into it, else for any.
    fn pin_envelope(&mut self, values: &EnvelopeValues) -> Result<Compared, Failure> {
        let recorded = self.envelope(values)?;
        let last = self.last()?;
        let plan = self.plan()?;
        let key = recorded.as_ref().and_then(|(_, one)| one.key.as_ref());
        let label = key.map(|key| &key.label);
        let named = plan.keys().map(|(_, key)| key).find(|key| {
            key.pin.envelope == values.number && label.is_none_or(|label| *label == key.label)
        });
        Ok(Compared {
            differs: named
                .map(|key| pin_envelope_of(plan, key, values.made, values.rehearsal))
                .map(|face| differences(values, &EnvelopeValues::of(&face), "the plan"))
                .ok_or_else(|| format!("the plan has no PIN envelope {}", values.number)),
            stated: recorded.as_ref().map(|(_, one)| one.inputs.plan_sha256),
            from: recorded.as_ref().map_or(last, |(index, _)| *index),
        })
    }

    fn blank(&mut self, values: &BlankSheet) -> Result<Compared, Failure> {
        let from = self.last()?;
        let plan = self.plan()?;
        let (of, made) = (values.plan_sha256, values.made);
        let meant = plan
            .key(&values.key_label)
            .map(|key| blank_of(plan, key, of, made, values.rehearsal));
        Ok(Compared {
            differs: meant
                .map(|meant| differences(values, &meant, "the plan"))
                .ok_or_else(|| format!("the plan has no key {}", values.key_label)),
            stated: Some(values.plan_sha256),
            from,
        })
    }

    /// In what a script differs from that of this version, for any of the plan's keys; in words, why
    /// there is none.
    fn script(&mut self, values: &Procedure) -> Result<Result<Vec<String>, String>, Failure> {
        let name = values.script.split_once('/').map_or("", |(name, _)| name);
        let keys = self.plan()?.keys();
        let labels: Vec<String> = keys.map(|(_, key)| key.label.clone()).collect();
        let mut least: Option<Vec<String>> = None;
        for about in labels.iter().map(String::as_str).chain(["…"]) {
            let Some(meant) = procedure::script_of(&mut self.source, name, about)? else {
                return Ok(Err(format!(
                    "this glasskey has no script {}",
                    values.script
                )));
            };
            let meant = Procedure {
                made: values.made,
                plan_sha256: values.plan_sha256,
                ..meant
            };
            let differs = differences(values, &meant, "this glasskey");
            if least
                .as_ref()
                .is_none_or(|least| differs.len() < least.len())
            {
                least = Some(differs);
            }
        }
        Ok(Ok(least.unwrap_or_default()))
    }

    /// Minutes, against the record and the transcript beside the ledger.
    fn minutes(&mut self, values: &Procedure, index: u64) -> Result<Said, Failure> {
        let statement = self.ledger()?.record(index).map_err(failed)?.statement;
        let said = values.outcome.as_ref().map(|outcome| &outcome.exceptions);
        let gone = statement.exceptions.iter().find(|one| {
            let listed = |(step, text): &(String, String)| *step == one.step && *text == one.text;
            !said.is_some_and(|said| said.iter().any(listed))
        });
        if let Some(gone) = gone {
            let what = format!(
                "they leave out an exception of the record, at step {}: {}",
                gone.step, gone.text
            );
            return Ok((Verdict::Fail, what));
        }
        let meant = match procedure::minutes_now(&mut self.source, index) {
            Ok(meant) => meant,
            Err(failure) => return Ok((Verdict::Unknown, failure.why)),
        };
        let differs = differences(values, &meant, "the transcript");
        Ok(if differs.is_empty() {
            let what = "its steps and times are those of the transcript beside the ledger, and \
                        nobody signed a transcript";
            (Verdict::Warn, what.to_owned())
        } else {
            (Verdict::Fail, differs.join("; "))
        })
    }
}

/// The digest of the plan that a page itself names; `None` of a page that its record answers for.
fn names_plan(reprint: &Reprint) -> Option<Digest> {
    match reprint.values() {
        PageValues::Blank(values) => Some(values.plan_sha256),
        PageValues::Script(values) => Some(values.plan_sha256),
        PageValues::Bag(_)
        | PageValues::Inside(_)
        | PageValues::Inventory(_)
        | PageValues::Minutes(_)
        | PageValues::PinEnvelope(_)
        | PageValues::Receipt(_) => None,
    }
}
