//! A power cut: after one write, nothing is written or read until the power is back. A full disk:
//! after some writes, nothing is written until there is room. A printer that stands still: after some
//! pages none comes out.

use crate::ceremony::Desk;
use crate::ceremony::DeskError;
use crate::ledger::Created;
use crate::ledger::LedgerStore;
use crate::ledger::StoreError;
use std::cell::Cell;
use std::rc::Rc;

/// The write after which the power fails, by the order of DESIGN §6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// After the statement was kept.
    Statement,
    /// After the key's presence was kept.
    Presence,
    /// After the record's bytes were kept.
    Record,
    /// After the operator's signature was kept.
    Signature,
    /// After `record.json` was created in the ledger.
    Append,
    /// After the checkpoint's text was created.
    Checkpoint,
    /// After the bag face was written.
    Paper,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 7] = [
        Self::Statement,
        Self::Presence,
        Self::Record,
        Self::Signature,
        Self::Append,
        Self::Checkpoint,
        Self::Paper,
    ];

    /// As it is typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Presence => "presence",
            Self::Record => "record",
            Self::Signature => "signature",
            Self::Append => "append",
            Self::Checkpoint => "checkpoint",
            Self::Paper => "paper",
        }
    }

    /// Whether the write of `name` is this step, in a registration. Names in the ledger begin with
    /// `ledger/`.
    fn is_write_of(self, name: &str) -> bool {
        let open = name
            .strip_prefix("open/registration-")
            .and_then(|rest| rest.split_once('/'));
        let open = open.map(|(_, file)| file);
        match self {
            Self::Statement => open == Some("statement.json"),
            Self::Presence => open == Some("presence.json"),
            Self::Record => open == Some("record.json"),
            Self::Signature => open.is_some_and(|file| file.starts_with("op-")),
            Self::Append => name.starts_with("ledger/records/") && name.ends_with("/record.json"),
            Self::Checkpoint => name.starts_with("ledger/checkpoints/"),
            Self::Paper => name.ends_with("-bag.pdf"),
        }
    }
}

/// When the power fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Never,
    After(Step),
    AfterWrites(u32),
    FullAfterWrites(u32),
}

/// Where pages come out.
const PAPER: &str = "paper/";

/// The room's power, the disk's room, and the printer.
#[derive(Debug)]
pub struct Power {
    pages_left: Cell<Option<u32>>,
    plan: Cell<Plan>,
    off: Cell<bool>,
    writes: Cell<u32>,
}

impl Power {
    /// Power that does not fail.
    #[must_use]
    pub fn reliable() -> Rc<Self> {
        Rc::new(Self {
            pages_left: Cell::new(None),
            plan: Cell::new(Plan::Never),
            off: Cell::new(false),
            writes: Cell::new(0),
        })
    }

    /// Lets it fail once, after the next write of this step.
    pub fn fail_after(&self, step: Step) {
        self.plan.set(Plan::After(step));
    }

    /// Lets it fail once, after `count` more writes; 0 before the next one.
    pub fn fail_after_writes(&self, count: u32) {
        self.writes.set(0);
        self.plan.set(Plan::AfterWrites(count));
        self.off.set(count == 0);
    }

    /// Fills the disk after `count` more writes: nothing is written from then on.
    pub fn fill_after_writes(&self, count: u32) {
        self.writes.set(0);
        self.plan.set(Plan::FullAfterWrites(count));
    }

    /// Lets the printer stand still after `pages` more pages; `None` mends it.
    pub fn jam_after(&self, pages: Option<u32>) {
        self.pages_left.set(pages);
    }

    /// Whether this page does not come out of the printer.
    fn is_jammed(&self, name: &str) -> bool {
        name.starts_with(PAPER) && self.pages_left.get() == Some(0)
    }

    /// Whether there is no room on the disk.
    fn is_full(&self) -> bool {
        matches!(self.plan.get(), Plan::FullAfterWrites(count) if self.writes.get() >= count)
    }

    /// Whether it is off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.off.get()
    }

    /// Writes since it was last set to fail.
    #[must_use]
    pub fn writes(&self) -> u32 {
        self.writes.get()
    }

    /// Brings it back, and makes room; neither fails again.
    pub fn restore(&self) {
        self.plan.set(Plan::Never);
        self.off.set(false);
    }

    /// Notes a write that was made.
    pub(super) fn written(&self, name: &str) {
        self.writes.set(self.writes.get().saturating_add(1));
        if name.starts_with(PAPER) {
            let left = self.pages_left.get();
            self.pages_left
                .set(left.map(|pages| pages.saturating_sub(1)));
        }
        let fails = match self.plan.get() {
            Plan::Never | Plan::FullAfterWrites(_) => false,
            Plan::After(step) => step.is_write_of(name),
            Plan::AfterWrites(count) => self.writes.get() >= count,
        };
        if fails {
            self.off.set(true);
        }
    }
}

const OFF: &str = "the power is off";

/// A desk in a room whose power may fail.
pub struct PoweredDesk<'a> {
    inner: &'a mut dyn Desk,
    power: Rc<Power>,
}

impl<'a> PoweredDesk<'a> {
    /// `inner` under this power.
    pub fn new(inner: &'a mut dyn Desk, power: Rc<Power>) -> Self {
        Self { inner, power }
    }

    fn on(&self) -> Result<(), DeskError> {
        if self.power.is_off() {
            Err(DeskError::Io(OFF.to_owned()))
        } else {
            Ok(())
        }
    }
}

impl Desk for PoweredDesk<'_> {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, DeskError> {
        self.on()?;
        self.inner.read(name)
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), DeskError> {
        self.on()?;
        if self.power.is_full() {
            return Err(DeskError::Full(name.to_owned()));
        }
        if self.power.is_jammed(name) {
            return Err(DeskError::Io(format!("{name}: the printer stands still")));
        }
        self.inner.put(name, bytes)?;
        self.power.written(name);
        self.on()
    }

    fn remove(&mut self, name: &str) -> Result<(), DeskError> {
        self.on()?;
        self.inner.remove(name)?;
        self.power.written(name);
        self.on()
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, DeskError> {
        self.on()?;
        self.inner.list(prefix)
    }
}

/// A ledger store in a room whose power may fail.
pub struct PoweredStore<'a> {
    inner: &'a mut dyn LedgerStore,
    power: Rc<Power>,
}

impl<'a> PoweredStore<'a> {
    /// `inner` under this power.
    pub fn new(inner: &'a mut dyn LedgerStore, power: Rc<Power>) -> Self {
        Self { inner, power }
    }

    fn on(&self, name: &str) -> Result<(), StoreError> {
        if self.power.is_off() {
            Err(StoreError::Io {
                name: name.to_owned(),
                words: OFF.to_owned(),
            })
        } else {
            Ok(())
        }
    }
}

impl LedgerStore for PoweredStore<'_> {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.on(name)?;
        self.inner.read(name)
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.on(prefix)?;
        self.inner.list(prefix)
    }

    fn create(&mut self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        self.on(name)?;
        if self.power.is_full() && self.inner.read(name)?.is_none() {
            let name = name.to_owned();
            return Err(StoreError::Full { name });
        }
        let created = self.inner.create(name, bytes)?;
        if created == Created::Created {
            self.power.written(&format!("ledger/{name}"));
        }
        self.on(name)?;
        Ok(created)
    }
}
