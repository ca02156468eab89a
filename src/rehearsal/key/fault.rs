//! What goes wrong on the wire, on demand.

/// A fault of the line between key and client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Frames of another program's channel arrive between ours.
    ForeignFrames,
    /// The message ends early: half of it, in well-formed frames. A single report: its second half
    /// is zero.
    Truncation,
    /// Nothing arrives.
    Silence,
    /// The right channel, command and length, but random content; and a wholly random report first.
    /// A single report: random behind its channel.
    Garbage,
}

/// What a fault hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The answer to the n-th message from now on, CTAPHID commands counted too; 1 is the next.
    Message(u32),
    /// The n-th report that the key sends from now on; 1 is the next.
    Report(u32),
}

#[derive(Debug, Default)]
pub(super) struct Faults {
    armed: Vec<(Fault, When)>,
}

impl Faults {
    pub(super) fn arm(&mut self, fault: Fault, when: When) {
        self.armed.push((fault, when));
    }

    /// Counts one message down; the faults that hit its answer.
    pub(super) fn on_message(&mut self) -> Vec<Fault> {
        self.due(|when| match when {
            When::Message(left) => Some(left),
            When::Report(_) => None,
        })
    }

    /// Counts one report down; the faults that hit it.
    pub(super) fn on_report(&mut self) -> Vec<Fault> {
        self.due(|when| match when {
            When::Report(left) => Some(left),
            When::Message(_) => None,
        })
    }

    fn due(&mut self, counter: impl Fn(&mut When) -> Option<&mut u32>) -> Vec<Fault> {
        let mut due = Vec::new();
        self.armed.retain_mut(|(fault, when)| {
            let Some(left) = counter(when) else {
                return true;
            };
            *left = left.saturating_sub(1);
            if *left == 0 {
                due.push(*fault);
            }
            *left != 0
        });
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_once_and_in_its_turn() {
        let mut faults = Faults::default();
        faults.arm(Fault::Silence, When::Message(2));
        faults.arm(Fault::Garbage, When::Report(1));
        assert_eq!(faults.on_message(), []);
        assert_eq!(faults.on_report(), [Fault::Garbage]);
        assert_eq!(faults.on_report(), []);
        assert_eq!(faults.on_message(), [Fault::Silence]);
        assert_eq!(faults.on_message(), []);
    }
}
