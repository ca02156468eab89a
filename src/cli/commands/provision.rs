//! `glasskey provision ACCOUNT`: the wiring; the order of things is in `ceremony::provision`.

mod report;
mod stands_in;

use crate::ceremony::Mode;
use crate::ceremony::Operator;
use crate::ceremony::Room;
use crate::ceremony::provision;
use crate::ceremony::provision::Provisioned;
use crate::ceremony::provision::Wish;
use crate::cli::Output;
use crate::cli::args::Provision;
use crate::cli::at_terminal::AtTerminal;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::place;
use crate::cli::plan_file;
use crate::cli::plan_file::PlanFile;
use crate::cli::tenant_port;
use crate::cli::tenant_port::Opened;
use crate::cli::tenant_port::Purpose;
use crate::cli::words;
use crate::entra::Need;
use crate::entra::Session;
use crate::entra::TenantWrite;
use crate::io::FolderDesk;
use crate::io::Lock;
use crate::io::SystemEntropy;
use crate::ledger::Ledger;
use crate::ledger::LedgerStore;
use crate::ledger::MemoryStore;
use crate::paper::Paper;
use crate::record::TimeSource;
use stands_in::NoKeys;
use stands_in::ReadOnly;
use stands_in::Reads;

/// What is said of a run that did not begin.
const NOTHING: &str = "nothing was begun; the tenant was not asked";

/// Runs the command.
pub(crate) fn run(arguments: &Provision, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let file = plan_file::read(&arguments.book, NOTHING, output)?;
    is_planned(&file, &arguments.account)?;
    let mut store: Box<dyn LedgerStore> = match place::find(&arguments.book, NOTHING)? {
        Some(store) => Box::new(store),
        // A book before its genesis: no key is registered in it.
        None => Box::new(MemoryStore::new()),
    };
    is_real(&mut *store)?;
    let _lock = if arguments.dry_run {
        None
    } else {
        let lock = Lock::take(&arguments.book);
        Some(lock.map_err(|error| words::locked(&error, NOTHING))?)
    };
    let mut operator: Box<dyn Operator> = if arguments.dry_run {
        Box::new(Reads)
    } else {
        Box::new(AtTerminal::open(output.style)?)
    };
    let entropy = SystemEntropy::open().map_err(|error| {
        Failure::new(
            Exit::Tenant,
            NOTHING,
            format!("the system gives no randomness: {}", error.0),
            "run `glasskey doctor`",
        )
    })?;
    let purpose = Purpose {
        need: if arguments.dry_run {
            Need::Check
        } else {
            Need::Provision
        },
        allow_app_only: arguments.allow_app_only,
    };
    let opened = tenant_port::open(&file.plan, purpose, &arguments.sign_in, output)?;
    let done = play(
        arguments,
        &file,
        opened,
        &mut *store,
        &mut *operator,
        &entropy,
    )?;
    let exit = report::exit(&done);
    output.print(&report::page(&done, exit, output))?;
    Ok(exit)
}

/// Opens the room and plays; the port is asked last whether the sign-in held.
fn play(
    arguments: &Provision,
    file: &PlanFile,
    opened: Opened,
    store: &mut dyn LedgerStore,
    operator: &mut dyn Operator,
    entropy: &SystemEntropy,
) -> Result<Provisioned, Failure> {
    let plan = &file.plan;
    let Opened {
        mut tenant, clock, ..
    } = opened;
    let mut session = Session::new(plan.tenant.cloud, &mut *entropy_source(entropy));
    let scratch = arguments.book.join("open").join(".tmp");
    let mut desk = FolderDesk::new(arguments.book.clone(), scratch);
    let wish = Wish {
        alias: &arguments.account,
        mode: if arguments.dry_run {
            Mode::DryRun
        } else {
            Mode::Ask
        },
        portal: arguments.portal,
    };
    let played = {
        let mut only_read;
        let port: &mut dyn TenantWrite = if arguments.dry_run {
            only_read = ReadOnly(&mut tenant);
            &mut only_read
        } else {
            &mut tenant
        };
        provision::provision(
            &mut Room {
                keys: &mut NoKeys,
                second: None,
                tenant: port,
                clock: &clock,
                entropy,
                operator,
                signers: Vec::new(),
                away: Vec::new(),
                store,
                desk: &mut desk,
                plan,
                plan_sha256: file.sha256,
                reference: None,
                time_source: TimeSource::HostClock,
                paper: Paper::A4,
            },
            &mut session,
            &wish,
        )
    };
    let what = "it stopped there; what was changed before stands and was read back";
    tenant_port::sign_in_ended(&tenant, what)?;
    played.map_err(|error| words::ceremony(&error))
}

fn entropy_source(entropy: &SystemEntropy) -> Box<dyn crate::primitives::Entropy> {
    use crate::ceremony::EntropySource;
    entropy.source()
}

/// Refuses an account that is not in the plan, before anybody signs in.
fn is_planned(file: &PlanFile, alias: &str) -> Result<(), Failure> {
    let mut accounts = file.plan.accounts.iter();
    if accounts.any(|account| account.alias == alias) {
        return Ok(());
    }
    let error = crate::ceremony::CeremonyError::NoSuchAccount(alias.to_owned());
    Err(words::ceremony(&error))
}

/// Refuses a rehearsal's book: no tenant stands behind it.
fn is_real(store: &mut dyn LedgerStore) -> Result<(), Failure> {
    let read = Ledger::new(store)
        .read_book()
        .map_err(|error| words::ledger(&error).saying(NOTHING))?;
    if !read.rehearsal {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Usage,
        NOTHING,
        "this is a rehearsal's book: no tenant stands behind it",
        "name the folder of a real book with --book",
    ))
}
