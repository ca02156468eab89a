//! The rehearsal's world without its first account: what provisioning begins with.

mod around;

pub(super) use around::Lie;

use crate::ceremony::CeremonyError;
use crate::ceremony::Desk;
use crate::ceremony::MemoryDesk;
use crate::ceremony::Mode;
use crate::ceremony::Operator;
use crate::ceremony::Prompt;
use crate::ceremony::Room;
use crate::ceremony::genesis;
use crate::ceremony::provision::Provisioned;
use crate::ceremony::provision::State;
use crate::ceremony::provision::Step;
use crate::ceremony::provision::Wish;
use crate::ceremony::provision::provision;
use crate::ceremony::register;
use crate::entra::Recorder;
use crate::entra::Session;
use crate::facts::restore::RESTORE_FILE;
use crate::facts::restore::RestoreItem;
use crate::facts::restore::read_items;
use crate::ledger::MemoryStore;
use crate::paper::Paper;
use crate::plan::Plan;
use crate::primitives::Clock;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::record::TimeSource;
use crate::rehearsal::Mistakes;
use crate::rehearsal::Power;
use crate::rehearsal::PoweredDesk;
use crate::rehearsal::RehearsalOperator;
use crate::rehearsal::SeededEntropy;
use crate::rehearsal::World;
use crate::rehearsal::key::Personality;
use crate::rehearsal::key::attestation_root_der;
use crate::rehearsal::tenant::Assignment;
use crate::rehearsal::tenant::Holding;
use crate::rehearsal::tenant::Role;
use around::Dark;
use around::Person;
use around::PoweredTenant;
use around::Seen;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

pub(super) const ALIAS: &str = "BG-1";
pub(super) const UPN: &str = "bg1@contoso-rehearsal.onmicrosoft.com";
/// What somebody wrote beside the account, and wants to find again.
pub(super) const REMARK: &str = "# the first of two; see the minutes of 3 May";

/// A book and a tenant in which BG-1 is planned and not made.
pub(super) struct Site {
    pub(super) world: World,
    pub(super) desk: MemoryDesk,
    pub(super) store: MemoryStore,
    pub(super) power: Rc<Power>,
    pub(super) exchanges: String,
    pub(super) lies: Vec<Lie>,
    session: Session,
}

/// What a run came to.
pub(super) struct Ran {
    pub(super) outcome: Result<Provisioned, CeremonyError>,
    pub(super) seen: Seen,
}

impl Ran {
    pub(super) fn done(&self) -> &Provisioned {
        match &self.outcome {
            Ok(done) => done,
            Err(error) => panic!("{error:?}: {:?}", self.seen.said),
        }
    }

    pub(super) fn state(&self, step: Step) -> State {
        let told = self.done().steps.iter().find(|told| told.step == step);
        told.unwrap().state
    }

    /// The state of every step that is not right.
    pub(super) fn open(&self) -> Vec<(Step, State)> {
        let open = self.done().open();
        open.map(|told| (told.step, told.state)).collect()
    }
}

impl Site {
    pub(super) fn new() -> Self {
        let mut world = World::new(Personality::Standard);
        let text = planned();
        let plan = Plan::parse(&text).unwrap();
        let (_, made) = World::accounts()
            .into_iter()
            .find(|(alias, _)| alias == ALIAS)
            .unwrap();
        world.tenant.remove(made);
        for group in [plan.groups.passkey, plan.groups.ca_exclusion] {
            let group = world.tenant.group_mut(group.unwrap()).unwrap();
            group.members.remove(&made);
        }
        let mut desk = MemoryDesk::default();
        desk.put("glasskey.toml", text.as_bytes()).unwrap();
        let session = Session::new(
            plan.tenant.cloud,
            &mut SeededEntropy::new(b"jitter", "provision"),
        );
        Self {
            world,
            desk,
            store: MemoryStore::new(),
            power: Power::reliable(),
            exchanges: String::new(),
            lies: Vec::new(),
            session,
        }
    }

    /// A site whose account is planned to have one key alone.
    pub(super) fn with_one_key() -> Self {
        let mut site = Self::new();
        let text = site.text();
        let second = text.find("\n[[account.key]]\nlabel = \"BG1-B\"").unwrap();
        let next = text.find("\n[[account]]\nalias = \"BG-2\"").unwrap();
        let text = format!("{}{}", &text[..second], &text[next..]);
        site.desk.files.insert("glasskey.toml".into(), text.into());
        site
    }

    /// A site whose account was made and whose keys are registered and have signed in.
    pub(super) fn with_keys() -> Self {
        let mut site = Self::new();
        site.run();
        site.register_all();
        for label in site.labels() {
            site.sign_in(&label);
        }
        site
    }

    pub(super) fn plan(&self) -> Plan {
        Plan::parse(&self.text()).unwrap()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.desk.files["glasskey.toml"].clone()).unwrap()
    }

    /// The object id that the plan pins.
    pub(super) fn pinned(&self) -> Option<Guid> {
        self.plan().accounts[0].object_id
    }

    /// The account in the tenant.
    pub(super) fn account(&self) -> Guid {
        self.pinned().unwrap()
    }

    /// How the account holds Global Administrator over the whole tenant.
    pub(super) fn roles(&self) -> Vec<Holding> {
        let account = self.account();
        let own = |one: &&Assignment| {
            one.principal == account
                && one.role == Role::GlobalAdministrator.id()
                && one.scope == "/"
        };
        let all = self.world.tenant.assignments();
        all.iter().filter(own).map(|one| one.holding).collect()
    }

    /// Forgets in the plan which account it means.
    pub(super) fn unpin(&mut self) {
        let pinned = format!("object-id = \"{}\"\n", self.account());
        let text = self.text().replacen(&pinned, "", 1);
        self.desk.files.insert("glasskey.toml".into(), text.into());
    }

    pub(super) fn labels(&self) -> Vec<String> {
        let keys = &self.plan().accounts[0].keys;
        keys.iter().map(|key| key.label.clone()).collect()
    }

    pub(super) fn loose(&self) -> Vec<RestoreItem> {
        self.desk
            .files
            .get(RESTORE_FILE)
            .map_or_else(Vec::new, |bytes| read_items(bytes).unwrap())
    }

    /// The writes that the tenant was sent, with how often.
    pub(super) fn writes(&self) -> BTreeMap<String, u32> {
        self.world.tenant.writes().clone()
    }

    /// How often a write arrived whose verb and path contain this.
    pub(super) fn sent(&self, part: &str) -> u32 {
        let writes = self.world.tenant.writes();
        let named = writes.iter().filter(|(name, _)| name.contains(part));
        named.map(|(_, count)| count).sum()
    }

    pub(super) fn run(&mut self) -> Ran {
        self.run_as(&wish(), &|_| false)
    }

    pub(super) fn run_as(&mut self, wish: &Wish<'_>, declines: &dyn Fn(&Prompt) -> bool) -> Ran {
        let mut person = Person {
            declines,
            seen: Seen::default(),
        };
        let power = Rc::clone(&self.power);
        let outcome = self.room(&mut person, power, |room, session| {
            provision(room, session, wish)
        });
        Ran {
            outcome,
            seen: person.seen,
        }
    }

    /// Registers every key of the account, as the rehearsal does.
    pub(super) fn register_all(&mut self) {
        for label in self.labels() {
            self.register(&label);
        }
    }

    pub(super) fn register(&mut self, label: &str) {
        self.wait(Duration::from_mins(30));
        let mut screen = Dark;
        let mut operator =
            RehearsalOperator::new(&self.world, &mut screen, None, Mistakes::default());
        let first = self.store.files().is_empty();
        let done = self.room(&mut operator, Power::reliable(), |room, session| {
            if first {
                let roster = World::roster().unwrap();
                let anchors = [attestation_root_der().to_vec()];
                let people = World::people_file();
                genesis(room, roster.as_bytes(), &anchors, people.as_bytes())?;
            }
            register(room, session, label)
        });
        assert!(done.is_ok(), "{label}: {done:?}");
    }

    /// Signs in with a key of the account, once the tenant has it.
    pub(super) fn sign_in(&mut self, label: &str) {
        self.wait(Duration::from_mins(1));
        let passkeys = self.world.tenant.passkeys();
        let key = passkeys.iter().find(|key| key.display_name == label);
        let (account, credential) = key
            .map(|key| (key.account, key.credential.clone()))
            .unwrap();
        let signed = self
            .world
            .tenant
            .sign_in(account, &credential, "Azure Portal");
        assert_eq!(signed, Ok(()));
    }

    pub(super) fn wait(&self, time: Duration) {
        self.world.clock.wait(time);
    }

    fn room<T>(
        &mut self,
        operator: &mut dyn Operator,
        power: Rc<Power>,
        run: impl FnOnce(&mut Room<'_>, &mut Session) -> Result<T, CeremonyError>,
    ) -> Result<T, CeremonyError> {
        let text = self.text();
        let plan = Plan::parse(&text).unwrap();
        let clock = Rc::clone(&self.world.clock);
        let mut ports = self.world.ports.clone();
        let mut desk = PoweredDesk::new(&mut self.desk, Rc::clone(&power));
        let World {
            tenant, sources, ..
        } = &mut self.world;
        let mut powered = PoweredTenant {
            inner: tenant,
            power,
            lies: &self.lies,
        };
        let mut recorder = Recorder::new(&mut powered, plan.tenant.cloud);
        let result = run(
            &mut Room {
                keys: &mut ports,
                second: None,
                tenant: &mut recorder,
                clock: &*clock,
                entropy: sources,
                operator,
                signers: World::signers()
                    .unwrap()
                    .into_iter()
                    .map(|signer| -> Box<dyn crate::ceremony::Signer> { signer })
                    .collect(),
                away: Vec::new(),
                store: &mut self.store,
                desk: &mut desk,
                plan: &plan,
                plan_sha256: Digest::of(text.as_bytes()),
                reference: None,
                time_source: TimeSource::Rehearsal,
                paper: Paper::A4,
            },
            &mut self.session,
        );
        let lines = recorder.json_lines();
        self.exchanges.push_str(&lines);
        result
    }
}

pub(super) const fn wish() -> Wish<'static> {
    Wish {
        alias: ALIAS,
        mode: Mode::Ask,
        portal: false,
    }
}

/// The rehearsal's plan with a remark in place of the object id of BG-1, and no portal at which a
/// registration would sign in: when a key did is what these tests are about.
fn planned() -> String {
    let text = format!("{}\n[policy]\nportals = []\n", World::plan().unwrap());
    let (_, id) = World::accounts()
        .into_iter()
        .find(|(alias, _)| alias == ALIAS)
        .unwrap();
    let pinned = format!("object-id = \"{id}\"\n");
    assert!(text.contains(&pinned));
    text.replacen(&pinned, &format!("{REMARK}\n"), 1)
}

/// The group that may use a pass.
pub(super) fn tap() -> Guid {
    World::id("tap")
}
