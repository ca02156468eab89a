//! A book whose people are real to OpenSSH: their keys lie in files, `ssh-keygen` signs, and whoever
//! is asked sits at a pseudo-terminal.

use crate::person::Act;
use crate::person::Person;
use crate::support::Ran;
use crate::support::TempDir;
use crate::support::command;
use crate::support::skipped;
use crate::table::Transcript;
use glasskey::ceremony::CeremonyError;
use glasskey::ceremony::NoKeys;
use glasskey::ceremony::NoTenant;
use glasskey::ceremony::Operator;
use glasskey::ceremony::Prompt;
use glasskey::ceremony::Room;
use glasskey::ceremony::Signer;
use glasskey::ceremony::Transcribing;
use glasskey::ceremony::genesis;
use glasskey::ceremony::register;
use glasskey::ctap::KeepAlive;
use glasskey::entra::Session;
use glasskey::findings::Finding;
use glasskey::io::FolderDesk;
use glasskey::io::FolderLedger;
use glasskey::io::SystemClock;
use glasskey::io::SystemEntropy;
use glasskey::io::ssh_keygen::SshKeygenSigner;
use glasskey::ledger::Trust;
use glasskey::ledger::TrustedAnchor;
use glasskey::paper::Paper;
use glasskey::plan::Plan;
use glasskey::primitives::Clock;
use glasskey::primitives::Digest;
use glasskey::primitives::Secret;
use glasskey::record::TimeSource;
use glasskey::rehearsal::Mistakes;
use glasskey::rehearsal::RehearsalOperator;
use glasskey::rehearsal::SeededEntropy;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::REHEARSAL_AAGUID;
use glasskey::rehearsal::key::attestation_root_der;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::rc::Rc;
use std::time::Duration;

/// The tenant of its plan.
pub(crate) const TENANT: &str = "9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c55";

/// Everyone, with their roles in the plan.
pub(crate) const PEOPLE: [(&str, &str); 4] = [
    ("op-7", r#"["operator"]"#),
    ("w-1", r#"["witness"]"#),
    ("w-2", r#"["witness"]"#),
    ("cu-2", r#"["custodian"]"#),
];

/// Who else is there in a book whose keys are sealed: a second holder of each PIN.
const SECOND_HOLDER: (&str, &str) = ("cu-3", r#"["custodian"]"#);

/// Whether there is an `ssh-keygen`; a line says so if not.
pub(crate) fn can_sign(what: &str) -> bool {
    let present = Command::new("ssh-keygen").arg("-?").output().is_ok();
    if !present {
        skipped(what, "ssh-keygen");
    }
    present
}

/// A folder with a book, its people's keys, and a home for each of them.
pub(crate) struct RealBook {
    dir: TempDir,
}

impl RealBook {
    /// A folder with the keys of everyone, and no book yet.
    pub(crate) fn keys() -> Self {
        let book = Self {
            dir: TempDir::new(),
        };
        fs::create_dir(book.dir.join("keys")).unwrap();
        for (reference, _) in PEOPLE {
            book.make_key(reference);
        }
        book
    }

    /// A book that has begun: op-7 signed genesis, and each of `here` witnessed it; `away` have yet
    /// to sign.
    pub(crate) fn begun(here: &[&str], away: &[&str]) -> Self {
        let book = Self::keys();
        let text = book.plan();
        fs::create_dir(book.folder()).unwrap();
        fs::write(book.folder().join("glasskey.toml"), &text).unwrap();
        let people = "salt = \"00\"\n";
        fs::write(book.folder().join("people.toml"), people).unwrap();
        let plan = Plan::parse(&text).unwrap();
        let scratch = book.folder().join("open/.tmp");
        let mut store = FolderLedger::new(book.folder().join("ledger"), scratch.clone());
        let mut desk = FolderDesk::new(book.folder(), scratch);
        let signers = ["op-7"].iter().chain(here).map(|reference| {
            let signer: Box<dyn Signer> =
                Box::new(SshKeygenSigner::new(reference, &book.key(reference)));
            signer
        });
        let roster = book.roster(&PEOPLE);
        genesis(
            &mut Room {
                keys: &mut NoKeys,
                second: None,
                tenant: &mut NoTenant,
                clock: &SystemClock::new(),
                entropy: &SystemEntropy::open().unwrap(),
                operator: &mut Agrees,
                signers: signers.collect(),
                away: away.iter().map(|one| (*one).to_owned()).collect(),
                store: &mut store,
                desk: &mut desk,
                plan: &plan,
                plan_sha256: Digest::of(text.as_bytes()),
                reference: None,
                time_source: TimeSource::HostClock,
                paper: Paper::A4,
            },
            roster.as_bytes(),
            &[],
            people.as_bytes(),
        )
        .unwrap();
        book
    }

    /// Who may sign: all of these.
    fn roster(&self, people: &[(&str, &str)]) -> String {
        let mut roster = String::new();
        for (reference, _) in people {
            let key = fs::read_to_string(self.public(reference)).unwrap();
            let key: Vec<&str> = key.split(' ').take(2).collect();
            let _ = writeln!(
                roster,
                "{reference} namespaces=\"glasskey-record-v1,glasskey-checkpoint-v1,\
                 glasskey-roster-v1\" {}",
                key.join(" ")
            );
        }
        roster
    }

    /// A book of some days ago in which these keys of the rehearsal's world are registered and sealed,
    /// its records signed by op-7 and w-1; and what an auditor holds of it, in `trust.toml`.
    pub(crate) fn sealed(labels: &[&str]) -> Self {
        Self::sealed_in(&mut World::new(Personality::Standard), labels)
    }

    /// The same, of a world that goes on afterwards: it has these keys, and its tenant their passkeys.
    pub(crate) fn sealed_in(world: &mut World, labels: &[&str]) -> Self {
        let book = Self::keys();
        let planned = World::plan().unwrap();
        let (mut text, _) = planned
            .split_once("\n[[person]]")
            .map(|(head, rest)| (head.replace("\"w-1\", \"w-2\"", "\"cu-2\", \"cu-3\""), rest))
            .unwrap();
        book.make_key(SECOND_HOLDER.0);
        let people = [&PEOPLE[..], &[SECOND_HOLDER]].concat();
        for (reference, roles) in &people {
            text.push_str(&book.person(reference, roles));
        }
        fs::create_dir(book.folder()).unwrap();
        fs::write(book.folder().join("glasskey.toml"), &text).unwrap();
        fs::write(book.folder().join("people.toml"), "salt = \"00\"\n").unwrap();
        let ago = SystemClock::new().utc().plus_days(-3).unix() - world.clock.utc().unix();
        let wait = u64::try_from(ago).expect("the clock of this machine is not set");
        world.clock.wait(Duration::from_secs(wait));
        let plan = Plan::parse(&text).unwrap();
        let roster = book.roster(&people);
        book.hold(world, &plan, &text, |room, _| {
            let anchors = [attestation_root_der().to_vec()];
            genesis(room, roster.as_bytes(), &anchors, b"salt = \"00\"\n").map(drop)
        });
        for label in labels {
            world.clock.wait(Duration::from_mins(10));
            book.hold(world, &plan, &text, |room, session| {
                register(room, session, label).map(drop)
            });
        }
        let record = fs::read(book.folder().join("ledger/records/000000/record.json")).unwrap();
        let trust = Trust {
            genesis: Some(Digest::of(&record)),
            anchors: vec![TrustedAnchor {
                aaguid: REHEARSAL_AAGUID,
                der: attestation_root_der().to_vec(),
            }],
            ..Trust::default()
        };
        fs::write(book.path("trust.toml"), trust.text()).unwrap();
        book
    }

    /// Holds a ceremony in the rehearsal's world, as a real one that op-7 and w-1 sign.
    fn hold(
        &self,
        world: &mut World,
        plan: &Plan,
        text: &str,
        run: impl FnOnce(&mut Room<'_>, &mut Session) -> Result<(), CeremonyError>,
    ) {
        let scratch = self.folder().join("open/.tmp");
        let mut store = FolderLedger::new(self.folder().join("ledger"), scratch.clone());
        let mut desk = FolderDesk::new(self.folder(), scratch);
        let mut entropy = SeededEntropy::new(b"real book", "session");
        let mut session = Session::new(plan.tenant.cloud, &mut entropy);
        let signers = ["op-7", "w-1"].iter().map(|reference| {
            let signer: Box<dyn Signer> =
                Box::new(SshKeygenSigner::new(reference, &self.key(reference)));
            signer
        });
        let clock = Rc::clone(&world.clock);
        let mut ports = world.ports.clone();
        let mut seen = Transcript::default();
        let mut operator = RehearsalOperator::new(world, &mut seen, None, Mistakes::NONE);
        let World {
            tenant, sources, ..
        } = world;
        let ended = run(
            &mut Room {
                keys: &mut ports,
                second: None,
                tenant,
                clock: &*clock,
                entropy: sources,
                operator: &mut Transcribing::new(&mut operator),
                signers: signers.collect(),
                away: Vec::new(),
                store: &mut store,
                desk: &mut desk,
                plan,
                plan_sha256: Digest::of(text.as_bytes()),
                reference: None,
                time_source: TimeSource::HostClock,
                paper: Paper::A4,
            },
            &mut session,
        );
        ended.unwrap_or_else(|error| panic!("{error:?}\n{}", seen.0));
    }

    /// Makes a key without a passphrase for somebody.
    pub(crate) fn make_key(&self, reference: &str) {
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", reference, "-f"])
            .arg(self.key(reference))
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.dir.join("book")
    }

    /// Somebody's private key.
    pub(crate) fn key(&self, reference: &str) -> PathBuf {
        self.dir.join(&format!("keys/{reference}"))
    }

    /// Somebody's public key.
    pub(crate) fn public(&self, reference: &str) -> PathBuf {
        self.dir.join(&format!("keys/{reference}.pub"))
    }

    /// The plan of the book, with everyone in it.
    pub(crate) fn plan(&self) -> String {
        let mut text = format!(
            "[tenant]\nid = \"{TENANT}\"\n\n[sign-in]\nclient-id = \
             \"0f4c9d3e-2b61-4a8f-8d57-61c3e9a0b7f2\"\n\n[[safe]]\nid = \"SAFE-A\"\nsite = \
             \"north\"\n\n[[safe]]\nid = \"SAFE-B\"\nsite = \"south\"\n\n[[account]]\nalias = \
             \"BG-1\"\nupn = \"bg1@contoso.onmicrosoft.com\"\nroles = [\"Global Administrator\"]\n\
             conditional-access = \"excluded\"\n"
        );
        for (label, safe, envelope) in [("BG1-A", "SAFE-A", "P-1"), ("BG1-B", "SAFE-B", "P-2")] {
            let _ = write!(
                text,
                "\n[[account.key]]\nlabel = \"{label}\"\nsafe = \"{safe}\"\npin = {{ envelope = \
                 \"{envelope}\", held-by = [\"cu-2\"] }}\n"
            );
        }
        for (reference, roles) in PEOPLE {
            text.push_str(&self.person(reference, roles));
        }
        text
    }

    /// A `[[person]]` of the plan.
    pub(crate) fn person(&self, reference: &str, roles: &str) -> String {
        let key = fs::read_to_string(self.public(reference)).unwrap();
        format!(
            "\n[[person]]\nref = \"{reference}\"\nroles = {roles}\nkey = \"{}\"\n",
            key.trim_end()
        )
    }

    /// The command as somebody runs it on their own machine, at home.
    pub(crate) fn at_home(&self, who: &str, arguments: &[&str]) -> Command {
        let home = self.dir.join(&format!("home-{who}"));
        fs::create_dir_all(&home).unwrap();
        let mut command = command(arguments);
        command
            .current_dir(self.dir.path())
            .env("HOME", &home)
            .env("XDG_STATE_HOME", home.join("state"))
            .env("XDG_CONFIG_HOME", home.join("config"));
        command
    }

    /// Runs the program without a terminal.
    pub(crate) fn alone(&self, who: &str, arguments: &[&str]) -> Ran {
        crate::support::ended(&mut self.at_home(who, arguments))
    }

    /// Runs the program with somebody at a terminal who does this; and what was on the screen.
    pub(crate) fn asked(&self, who: &str, arguments: &[&str], acts: Vec<Act>) -> (Ran, String) {
        let person = Person::new(acts);
        let program = self.at_home(who, arguments);
        let mut command = Command::new("setsid");
        command
            .args(["-w", "-c"])
            .arg(program.get_program())
            .args(program.get_args())
            .current_dir(self.dir.path())
            .stdin(person.near.try_clone().unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let child = command.spawn().unwrap();
        drop(command); // and with it our copy of the terminal
        let output = child.wait_with_output().unwrap();
        let ran = Ran {
            code: output.status.code().expect("it was ended by a signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        (ran, person.screen().replace('\r', ""))
    }
}

/// Types a line after these words.
pub(crate) fn types(at: &'static str, text: &str) -> Act {
    Act::At(at, format!("{text}\r").into_bytes())
}

/// Presses keys after these words.
pub(crate) fn presses(at: &'static str, bytes: &[u8]) -> Act {
    Act::At(at, bytes.to_vec())
}

/// An operator who agrees to everything.
struct Agrees;

impl Operator for Agrees {
    fn step(&mut self, _: u32, _: u32, _: &str) {}

    fn say(&mut self, _: &str) {}

    fn findings(&mut self, _: &[Finding]) {}

    fn digest(&mut self, _: &Digest) {}

    fn keep_alive(&mut self, _: &str, _: KeepAlive) {}

    fn line(&mut self, _: &Prompt) -> Option<String> {
        None
    }

    fn pin(&mut self, _: &Prompt) -> Option<Secret<String>> {
        None
    }

    fn confirm(&mut self, _: &Prompt) -> bool {
        true
    }
}
