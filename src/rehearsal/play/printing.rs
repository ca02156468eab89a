//! A printer that stands still, twice: before the inside sheet, and before the bag face. No bag is closed
//! without the one, and none is marked with a record that the ledger does not have.

use super::Fault;
use super::Mistakes;
use super::Open;
use super::Stage;
use super::note;
use crate::ceremony::CeremonyError;
use crate::ceremony::OpenError;
use crate::ceremony::Sealed;
use crate::ceremony::register;
use crate::entra::Session;
use crate::ledger::Ledger;

impl Open<'_> {
    /// A registration whose printer stands still twice, and whether the order held each time.
    pub(super) fn with_a_bad_printer(
        &mut self,
        stage: &mut Stage<'_>,
        session: &mut Session,
        label: &str,
        caught: &mut Vec<(Fault, bool)>,
    ) -> Result<Sealed, CeremonyError> {
        let records = |stage: &mut Stage<'_>| Ledger::new(&mut *stage.store).size();
        let before = records(stage)?;
        let mut held = true;
        // Before the inside sheet: neither bag nor record. Before the bag face: the sheet and the record.
        for (pages, of_sheet, appended) in [(0, 0, 0), (1, 1, 1)] {
            stage.power.jam_after(Some(pages));
            let run = |room: &mut crate::ceremony::Room<'_>| register(room, session, label);
            let (result, _) = self.room(stage, Mistakes::NONE, run);
            stage.power.jam_after(None);
            let stopped = matches!(result, Err(CeremonyError::Open(OpenError::Desk(_))));
            let inside = printed(stage, &format!("-{label}-inside.pdf"))?;
            let face = printed(stage, &format!("-{label}-bag.pdf"))?;
            let size = records(stage)?;
            held &= stopped && inside == of_sheet && face == 0 && size == before + appended;
            stage
                .screen
                .say("The printer stands still; somebody clears it.");
            if let Some(key) = self.world.key(label) {
                self.world.ports.unplug(key);
            }
            self.pause();
            stage
                .screen
                .part(&format!("The registration of {label} goes on"));
        }
        let run = |room: &mut crate::ceremony::Room<'_>| register(room, session, label);
        let sealed = self.room(stage, Mistakes::NONE, run).0?;
        held &= printed(stage, &format!("-{label}-bag.pdf"))? == 1 && records(stage)? == before + 1;
        note(caught, Fault::PrinterFails, held);
        Ok(sealed)
    }
}

/// How many pages whose names end so were printed.
fn printed(stage: &Stage<'_>, end: &str) -> Result<usize, CeremonyError> {
    let names = stage.desk.list("paper/")?;
    Ok(names.iter().filter(|name| name.ends_with(end)).count())
}
