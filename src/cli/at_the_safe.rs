//! The room of a real ceremony: plan, ledger, terminal, signers, and what a ceremony asks for beside
//! them: keys, tenant.
//!
//! ```text
//! let mut safe = AtSafe::open(&arguments.room, NOTHING, output)?;
//! let done = safe.words(|room| hold(room, occasion, &mut matter))?;                    // people, notes
//! let done = safe.with_key(|room| …)?;                                                 // key, no tenant
//! let done = safe.with_tenant(Need::Register, &sign_in, output, |room, session| …)?;    // both
//! report::ended(&mut safe, &done.appended, &done.pages, &[], output)
//! ```

mod people;
pub(crate) mod report;

use super::Output;
use super::args::OwnKey;
use super::at_terminal::AtTerminal;
use super::exit::Exit;
use super::failure::Failure;
use super::held;
use super::open_book::OpenBook;
use super::plan_file;
use super::plan_file::PlanFile;
use super::tenant_port;
use super::tenant_port::Opened;
use super::tenant_port::Purpose;
use super::tenant_port::SignInArguments;
use super::words;
use crate::ceremony::CeremonyError;
use crate::ceremony::EntropySource;
use crate::ceremony::NoKeys;
use crate::ceremony::NoTenant;
use crate::ceremony::Room;
use crate::ceremony::Transcribing;
use crate::ctap::Keys;
use crate::entra::Session;
use crate::entra::TenantWrite;
use crate::facts::second_opinion::SecondReader;
use crate::io::HidKeys;
use crate::io::SecondClient;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::ledger::BookReading;
use crate::ledger::InForce;
use crate::ledger::Ledger;
use crate::paper::Paper;
use crate::plan::Plan;
use crate::primitives::Clock;
use crate::record::TimeSource;
use clap::Args;
use clap::ValueEnum;
use people::Counting;
use people::People;
pub(crate) use people::WitnessArgument;
pub(crate) use people::announced;
use std::path::PathBuf;

/// What every ceremony is told.
#[derive(Clone, Debug, Args)]
pub(crate) struct CeremonyArguments {
    /// The book: the folder that holds the plan and its ledger.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) book: PathBuf,
    /// Who signs first, as the operator.
    #[command(flatten)]
    pub(crate) own: OwnKey,
    /// A witness who is here: REF signs afterwards on a machine of their own (`glasskey sign`);
    /// REF=FILE signs at this one with that key. Once for each.
    #[arg(long = "witness", value_name = "REF[=FILE]", value_parser = people::witness)]
    pub(crate) witnesses: Vec<WitnessArgument>,
    /// The change ticket or other reference that the record carries.
    #[arg(long, value_name = "TEXT", value_parser = held::reference)]
    pub(crate) reference: Option<String>,
    /// The sheets' size: a4, letter.
    #[arg(long, value_name = "SIZE", value_enum, default_value_t = Size::A4, hide_possible_values = true)]
    pub(crate) paper: Size,
}

/// A size of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Size {
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

impl From<Size> for Paper {
    fn from(size: Size) -> Self {
        match size {
            Size::A4 => Self::A4,
            Size::Letter => Self::Letter,
        }
    }
}

/// A real book, open for one ceremony after another, by one person at one terminal.
pub(crate) struct AtSafe {
    /// The book.
    pub(crate) book: OpenBook,
    file: PlanFile,
    operator: AtTerminal,
    entropy: SystemEntropy,
    people: People,
    reference: Option<String>,
    paper: Paper,
}

impl AtSafe {
    /// Reads the plan, takes the book, opens the terminal, and finds out who signs. `what` says what
    /// was not done if that fails.
    ///
    /// # Errors
    /// [`Failure`] with exit 2 if plan, book or people are not what a ceremony needs, 3 without a
    /// terminal, 6 if another glasskey is at work in the book, or it cannot be read.
    pub(crate) fn open(
        arguments: &CeremonyArguments,
        what: &'static str,
        output: &mut Output<'_>,
    ) -> Result<Self, Failure> {
        Self::open_by(arguments, Counting::Now, what, output)
    }

    /// As [`Self::open`], for what changes who may sign.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_to_change_people(
        arguments: &CeremonyArguments,
        what: &'static str,
        output: &mut Output<'_>,
    ) -> Result<Self, Failure> {
        Self::open_by(arguments, Counting::ForWhatIsChanged, what, output)
    }

    fn open_by(
        arguments: &CeremonyArguments,
        by: Counting,
        what: &'static str,
        output: &mut Output<'_>,
    ) -> Result<Self, Failure> {
        let file = plan_file::read(&arguments.book, what, output)?;
        let mut book = OpenBook::open(&arguments.book, what)?;
        is_this_one(&mut book, &file, what)?;
        let operator = AtTerminal::open(output.style)?;
        let people = People::find(arguments, &mut book, by, what)?;
        let entropy = SystemEntropy::open().map_err(|error| {
            Failure::new(
                Exit::Ledger,
                what,
                format!("the system gives no randomness: {}", error.0),
                "run `glasskey doctor`",
            )
        })?;
        Ok(Self {
            book,
            file,
            operator,
            entropy,
            people,
            reference: arguments.reference.clone(),
            paper: arguments.paper.into(),
        })
    }

    /// The plan.
    pub(crate) const fn plan(&self) -> &Plan {
        &self.file.plan
    }

    /// The operator at the terminal; clones share it.
    pub(crate) fn operator(&self) -> AtTerminal {
        self.operator.clone()
    }

    /// What is in force for the next record, or for whoever goes on with the last one.
    ///
    /// # Errors
    /// [`Failure`] with exit 6.
    pub(crate) fn in_force(&mut self) -> Result<InForce, Failure> {
        Ledger::new(&mut self.book.store)
            .in_force_to_finish()
            .map_err(|error| words::ledger(&error))
    }

    /// What the records come to.
    ///
    /// # Errors
    /// [`Failure`] with exit 6.
    pub(crate) fn reading(&mut self) -> Result<BookReading, Failure> {
        Ledger::new(&mut self.book.store)
            .read_book()
            .map_err(|error| words::ledger(&error))
    }

    /// A ceremony about words: nobody plugs in a key, no tenant is asked.
    ///
    /// # Errors
    /// [`Failure`] in the words of what stopped it.
    pub(crate) fn words<T>(
        &mut self,
        run: impl FnOnce(&mut Room<'_>) -> Result<T, CeremonyError>,
    ) -> Result<T, Failure> {
        let clock = SystemClock::new();
        self.room(&mut NoKeys, None, &mut NoTenant, &clock, run)
    }

    /// A ceremony with a security key, and no tenant.
    ///
    /// # Errors
    /// [`Failure`] in the words of what stopped it; with exit 4 if no key can be had.
    pub(crate) fn with_key<T>(
        &mut self,
        run: impl FnOnce(&mut Room<'_>) -> Result<T, CeremonyError>,
    ) -> Result<T, Failure> {
        let clock = SystemClock::new();
        let mut keys = HidKeys::new().map_err(|error| words::keys(&error))?;
        let mut second = self.second()?;
        let second = second
            .as_mut()
            .map(|second| -> &mut (dyn SecondReader + 'static) { second });
        self.room(&mut keys, second, &mut NoTenant, &clock, run)
    }

    /// A ceremony with a security key and the tenant, signed in to for `purpose`.
    ///
    /// # Errors
    /// [`Failure`] in the words of what stopped it; with exit 4 if no key can be had, 5 if the
    /// tenant cannot be signed in to, or refuses the sign-in in the middle.
    pub(crate) fn with_tenant<T>(
        &mut self,
        purpose: impl Into<Purpose>,
        sign_in: &SignInArguments,
        output: &mut Output<'_>,
        run: impl FnOnce(&mut Room<'_>, &mut Session) -> Result<T, CeremonyError>,
    ) -> Result<T, Failure> {
        let mut keys = HidKeys::new().map_err(|error| words::keys(&error))?;
        let mut second = self.second()?;
        let second = second
            .as_mut()
            .map(|second| -> &mut (dyn SecondReader + 'static) { second });
        let Opened {
            mut tenant, clock, ..
        } = tenant_port::open(&self.file.plan, purpose, sign_in, output)?;
        let mut session = Session::new(self.file.plan.tenant.cloud, &mut *self.entropy.source());
        let ended = self.room(&mut keys, second, &mut tenant, &clock, |room| {
            run(room, &mut session)
        });
        let what = "the ceremony stopped; what was made until then is kept in open/";
        tenant_port::sign_in_ended(&tenant, what)?;
        ended
    }

    fn room<T>(
        &mut self,
        keys: &mut dyn Keys,
        second: Option<&mut (dyn SecondReader + 'static)>,
        tenant: &mut dyn TenantWrite,
        clock: &dyn Clock,
        run: impl FnOnce(&mut Room<'_>) -> Result<T, CeremonyError>,
    ) -> Result<T, Failure> {
        let mut operator = self.operator.clone();
        run(&mut Room {
            keys,
            second,
            tenant,
            clock,
            entropy: &self.entropy,
            operator: &mut Transcribing::new(&mut operator),
            signers: self.people.signers(&self.operator),
            away: self.people.away(),
            store: &mut self.book.store,
            desk: &mut self.book.desk,
            plan: &self.file.plan,
            plan_sha256: self.file.sha256,
            reference: self.reference.clone(),
            time_source: TimeSource::HostClock,
            paper: self.paper,
        })
        .map_err(|error| words::ceremony(&error))
    }

    /// The independent client, if the plan's policy asks for one.
    fn second(&self) -> Result<Option<SecondClient>, Failure> {
        if !self.file.plan.policy.second_opinion {
            return Ok(None);
        }
        super::commands::second_opinion::client().map(Some)
    }
}

/// Refuses a book of another tenant than the plan's, and a rehearsal's.
fn is_this_one(book: &mut OpenBook, file: &PlanFile, what: &str) -> Result<(), Failure> {
    let read = Ledger::new(&mut book.store)
        .read_book()
        .map_err(|error| words::ledger(&error).saying(what))?;
    let refuse = |why: String, next: &str| Err(Failure::new(Exit::Usage, what, why, next));
    if read.rehearsal {
        return refuse(
            "this is a rehearsal's book: no tenant stands behind it".to_owned(),
            "name the folder of a real book with --book; `glasskey rehearse --hands-on` practises",
        );
    }
    if read
        .tenant
        .is_some_and(|tenant| tenant != file.plan.tenant.id)
    {
        return refuse(
            "the plan names another tenant than the records".to_owned(),
            "correct [tenant] id in glasskey.toml: a book belongs to one tenant for ever",
        );
    }
    Ok(())
}
