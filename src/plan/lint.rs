//! What is wrong with a plan as a whole: forms, references, quorum. Pure, and never only the first.

mod custody;
mod forms_of;
mod people;
mod references;
mod unique;

use super::Plan;
use super::PlanFault;
use super::fault::What;

/// Everything that is wrong with `plan`, without lines; empty if nothing is.
#[must_use]
pub fn lint(plan: &Plan) -> Vec<PlanFault> {
    let mut faults = Faults(Vec::new());
    forms_of::lint(plan, &mut faults);
    unique::lint(plan, &mut faults);
    references::lint(plan, &mut faults);
    people::lint(plan, &mut faults);
    custody::lint(plan, &mut faults);
    faults.0
}

/// Faults as they come.
struct Faults(Vec<PlanFault>);

impl Faults {
    /// Adds a fault of `key`.
    fn add(&mut self, key: &str, what: What) {
        self.0.push(PlanFault {
            line: None,
            key: key.to_owned(),
            what,
        });
    }

    /// Adds a fault of `key`, if there is one.
    fn maybe(&mut self, key: &str, what: Option<What>) {
        if let Some(what) = what {
            self.add(key, what);
        }
    }
}

#[cfg(test)]
mod tests;
