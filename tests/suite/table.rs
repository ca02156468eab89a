//! A rehearsal in memory, one ceremony at a time: what a test needs to stop anywhere and look.

#[path = "questions.rs"]
pub(crate) mod questions;

use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::Depth;
use glasskey::ceremony::MemoryDesk;
use glasskey::ceremony::Room;
use glasskey::ceremony::Screen;
use glasskey::ceremony::Sealed;
use glasskey::ceremony::Signer;
use glasskey::ceremony::Transcribing;
use glasskey::ceremony::genesis;
use glasskey::ceremony::register;
use glasskey::ceremony::verify;
use glasskey::entra::Session;
use glasskey::facts::second_opinion::SecondReader;
use glasskey::findings::Finding;
use glasskey::ledger::LedgerStore;
use glasskey::ledger::MemoryStore;
use glasskey::ledger::Trust;
use glasskey::ledger::TrustedAnchor;
use glasskey::ledger::audit::AuditReport;
use glasskey::ledger::audit::InOrder;
use glasskey::ledger::audit::Outside;
use glasskey::ledger::audit::SharedStore;
use glasskey::ledger::audit::audit;
use glasskey::paper::Paper;
use glasskey::plan::Plan;
use glasskey::primitives::Digest;
use glasskey::primitives::UtcTime;
use glasskey::record::TimeSource;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::Power;
use glasskey::rehearsal::PoweredDesk;
use glasskey::rehearsal::PoweredStore;
use glasskey::rehearsal::RehearsalOperator;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::REHEARSAL_AAGUID;
use glasskey::rehearsal::key::Vendor;
use glasskey::rehearsal::key::attestation_root_der;
use questions::Heard;
use questions::Instead;
use questions::Questions;
use questions::Refusing;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::rc::Rc;

/// Keeps all that was shown, as text.
#[derive(Default)]
pub(crate) struct Transcript(pub(crate) String, pub(crate) Vec<String>);

impl Transcript {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.0, "{text}");
    }
}

impl Screen for Transcript {
    fn part(&mut self, title: &str) {
        self.line(title);
    }

    fn step(&mut self, number: u32, of: u32, title: &str) {
        self.line(&format!("{number}/{of} {title}"));
    }

    fn say(&mut self, text: &str) {
        self.line(text);
    }

    fn findings(&mut self, findings: &[Finding]) {
        for one in findings {
            self.line(&format!(
                "{} {} {}",
                one.verdict.word(),
                one.check,
                one.detail
            ));
        }
    }

    fn digest(&mut self, digest: &Digest) {
        self.line(&digest.to_string());
    }

    fn touch(&mut self, label: &str) {
        self.line(&format!("touch {label}"));
    }

    fn answered(&mut self, question: &str, answer: &str) {
        self.line(&format!("{question} {answer}"));
        self.1.push(question.to_owned());
    }
}

/// World, ledger and book's folder.
pub(crate) struct Table {
    pub(crate) world: World,
    pub(crate) store: MemoryStore,
    pub(crate) desk: MemoryDesk,
    pub(crate) power: Rc<Power>,
    pub(crate) seen: Transcript,
    /// What is asked, and what is not answered as asked.
    pub(crate) questions: Questions,
    pub(crate) plan: Plan,
    /// The roster that the book begins with.
    pub(crate) roster: String,
    /// Who signs at this table, the operator first.
    pub(crate) signers: fn() -> Vec<Box<dyn Signer>>,
    /// Who signs afterwards.
    pub(crate) away: Vec<String>,
    /// The other client, where the policy asks for a second opinion.
    pub(crate) second: Option<Box<dyn SecondReader>>,
    pub(crate) plan_sha256: Digest,
    time_source: TimeSource,
}

impl Table {
    /// A table whose keys all have this personality, and nothing on it yet. Its policy names no portal,
    /// so that a registration asks for no sign-in.
    pub(crate) fn new(personality: Personality) -> Self {
        let mut table = Self::with_portals(personality);
        table.plan.policy.portals.clear();
        table
    }

    /// The same, with the policy's portals: a key signs in at each of them when it is registered.
    pub(crate) fn with_portals(personality: Personality) -> Self {
        let text = World::plan().unwrap();
        Self {
            world: World::new(personality),
            store: MemoryStore::new(),
            desk: MemoryDesk::default(),
            power: Power::reliable(),
            seen: Transcript::default(),
            questions: Questions::default(),
            plan: Plan::parse(&text).unwrap(),
            roster: World::roster().unwrap(),
            signers: || World::signers().unwrap(),
            away: Vec::new(),
            second: None,
            plan_sha256: Digest::of(text.as_bytes()),
            time_source: TimeSource::Rehearsal,
        }
    }

    /// A table whose keys have no serial number, and look all alike.
    pub(crate) fn nameless(personality: Personality) -> Self {
        let mut table = Self {
            world: World::of(personality, Vendor::Unnamed),
            ..Self::new(personality)
        };
        for account in &mut table.plan.accounts {
            for key in &mut account.keys {
                key.serial = None;
            }
        }
        table
    }

    /// The same, whose records say that they are real.
    pub(crate) fn real() -> Self {
        Self {
            time_source: TimeSource::HostClock,
            ..Self::new(Personality::Standard)
        }
    }

    /// Genesis, or what an interrupted one left to do.
    pub(crate) fn genesis(&mut self) -> Result<(), CeremonyError> {
        let roster = self.roster.clone();
        self.room(Mistakes::default(), |room, _| {
            let anchors = [attestation_root_der().to_vec()];
            genesis(
                room,
                roster.as_bytes(),
                &anchors,
                World::people_file().as_bytes(),
            )
        })
        .map(|_| ())
    }

    /// A registration, or what an interrupted one left to do.
    pub(crate) fn register(&mut self, label: &str) -> Result<Sealed, CeremonyError> {
        self.register_with(label, Mistakes::default())
    }

    /// A registration in which the operator makes mistakes.
    pub(crate) fn register_with(
        &mut self,
        label: &str,
        mistakes: Mistakes,
    ) -> Result<Sealed, CeremonyError> {
        self.room(mistakes, |room, session| register(room, session, label))
    }

    /// A verification, or what an interrupted one left to do.
    pub(crate) fn verify(&mut self, label: &str, depth: Depth) -> Result<Sealed, CeremonyError> {
        self.verify_with(label, depth, Mistakes::default())
    }

    /// A verification in which the operator makes mistakes.
    pub(crate) fn verify_with(
        &mut self,
        label: &str,
        depth: Depth,
        mistakes: Mistakes,
    ) -> Result<Sealed, CeremonyError> {
        self.room(mistakes, |room, session| {
            verify(room, session, label, depth)
        })
    }

    /// A ceremony of the caller's.
    pub(crate) fn room<T>(
        &mut self,
        mistakes: Mistakes,
        run: impl FnOnce(&mut Room<'_>, &mut Session) -> Result<T, CeremonyError>,
    ) -> Result<T, CeremonyError> {
        let mut session = Session::new(
            self.plan.tenant.cloud,
            &mut SeededEntropy::new(b"suite", "session"),
        );
        let signers = (self.signers)();
        let clock = Rc::clone(&self.world.clock);
        let mut ports = self.world.ports.clone();
        let mut store = PoweredStore::new(&mut self.store, Rc::clone(&self.power));
        let mut desk = PoweredDesk::new(&mut self.desk, Rc::clone(&self.power));
        let mut operator = RehearsalOperator::new(&self.world, &mut self.seen, None, mistakes);
        let mut operator = Refusing {
            inner: &mut operator,
            questions: &mut self.questions,
        };
        let World {
            tenant, sources, ..
        } = &mut self.world;
        run(
            &mut Room {
                keys: &mut ports,
                second: self.second.as_deref_mut(),
                tenant,
                clock: &*clock,
                entropy: sources,
                operator: &mut Transcribing::new(&mut operator),
                signers,
                away: self.away.clone(),
                store: &mut store,
                desk: &mut desk,
                plan: &self.plan,
                plan_sha256: self.plan_sha256,
                reference: None,
                time_source: self.time_source,
                paper: Paper::A4,
            },
            &mut session,
        )
    }

    /// The same, with question number `at` declined, if there are so many; and what was asked and said.
    pub(crate) fn declining<T>(
        &mut self,
        at: usize,
        mistakes: Mistakes,
        run: impl FnOnce(&mut Room<'_>, &mut Session) -> Result<T, CeremonyError>,
    ) -> (Result<T, CeremonyError>, Heard) {
        self.questions = Questions::with(at, Instead::Declines);
        let ended = self.room(mistakes, run);
        (ended, std::mem::take(&mut self.questions).heard())
    }

    /// Brings the power back: the key lost its own as well.
    pub(crate) fn power_back(&mut self, label: &str) {
        self.power.restore();
        let key = self.world.key(label).unwrap().clone();
        self.world.ports.unplug(&key);
    }

    /// Passkeys POSTed to the tenant.
    pub(crate) fn posts(&self) -> u32 {
        let writes = self.world.tenant.writes().iter();
        writes
            .filter(|(path, _)| path.starts_with("POST ") && path.ends_with("/fido2Methods"))
            .map(|(_, count)| count)
            .sum()
    }

    /// Writes of any other kind than POST.
    pub(crate) fn other_writes(&self) -> u32 {
        let writes = self.world.tenant.writes().iter();
        writes
            .filter(|(path, _)| !path.starts_with("POST "))
            .map(|(_, count)| count)
            .sum()
    }

    /// Writes the book into a folder, as a person would find it: plan, ledger, and what lies around.
    pub(crate) fn leave(&self, folder: &Path) {
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        for name in self.store.list("").unwrap() {
            let bytes = self.store.read(&name).unwrap().unwrap();
            write(&format!("ledger/{name}"), &bytes);
        }
        for (name, bytes) in &self.desk.files {
            write(name, bytes);
        }
        write("glasskey.toml", World::plan().unwrap().as_bytes());
    }

    /// What an auditor holds of this book.
    pub(crate) fn trust(&self) -> Trust {
        trust(&self.store)
    }

    /// The audit of the ledger, with trust.
    pub(crate) fn audit(&self) -> AuditReport {
        audit_with(&self.store, &self.trust())
    }
}

/// What an auditor holds of the book in `store`: genesis and the rehearsal's anchor.
pub(crate) fn trust(store: &MemoryStore) -> Trust {
    let genesis = store.read("records/000000/record.json").unwrap();
    Trust {
        genesis: genesis.map(|bytes| Digest::of(&bytes)),
        anchors: vec![TrustedAnchor {
            aaguid: REHEARSAL_AAGUID,
            der: attestation_root_der().to_vec(),
        }],
        ..Trust::default()
    }
}

/// The audit of `store` in 2026, without remembered heads.
pub(crate) fn audit_with(store: &SharedStore<'_>, trust: &Trust) -> AuditReport {
    audit_at(
        store,
        trust,
        UtcTime::parse("2026-01-05T12:00:00Z").unwrap(),
    )
}

/// The audit of `store` as of a time, without remembered heads.
pub(crate) fn audit_at(store: &SharedStore<'_>, trust: &Trust, as_of: UtcTime) -> AuditReport {
    audit(
        store,
        &Outside {
            trust,
            heads: &[],
            as_of,
        },
        &mut InOrder,
    )
    .unwrap()
}

/// Genesis and one registration.
pub(crate) fn small_book() -> Table {
    let mut table = Table::new(Personality::Standard);
    table.genesis().unwrap();
    table.register("BG1-A").unwrap();
    table
}
