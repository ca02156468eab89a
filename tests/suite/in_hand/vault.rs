//! The rehearsal's world in a thread of its own, where time is real: one of its keys is plugged into the
//! program's port, and its tenant answers over the network.

use super::line::Line;
use super::line::Stream;
use crate::https::Answering;
use crate::https::Tenant;
use glasskey::entra::Get;
use glasskey::entra::Reply;
use glasskey::entra::TenantWrite;
use glasskey::entra::Write;
use glasskey::io::SystemClock;
use glasskey::primitives::Clock;
use glasskey::primitives::Secret;
use glasskey::rehearsal::World;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::VirtualKey;
use glasskey::rehearsal::tenant::CHANGING;
use glasskey::rehearsal::tenant::READING;
use serde_json::json;
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::Sender;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;

/// How long a question is waited for while no key is plugged in.
const MOMENT: Duration = Duration::from_millis(2);

type Question = Box<dyn FnOnce(&mut Inside) + Send>;

/// What is in there.
pub(super) struct Inside {
    pub(super) world: World,
    began: Instant,
    /// What its clock showed then.
    shown: Duration,
    plugged: Option<(Line, OwnedFd)>,
}

impl Inside {
    /// Moves its clock to the real one.
    pub(super) fn go_on(&self) {
        let now = self.shown + self.began.elapsed();
        let clock = &self.world.clock;
        clock.wait(now.saturating_sub(clock.elapsed()));
    }

    /// Plugs a key into the port whose reports go over `stream`.
    pub(super) fn plug(&mut self, key: VirtualKey, stream: OwnedFd) {
        key.unplug();
        self.go_on();
        let line = Line::of(key, Rc::clone(&self.world.clock));
        self.plugged = Some((line, stream));
    }

    fn carry(&mut self) {
        if let Some((line, stream)) = &mut self.plugged {
            if line.carry(&*stream) == Stream::Closed {
                line.key().unplug();
                self.plugged = None;
            }
        } else {
            self.go_on();
        }
    }
}

/// A world that goes on until this is dropped.
pub(super) struct Vault {
    questions: Option<Sender<Question>>,
    thread: Option<JoinHandle<()>>,
}

impl Vault {
    /// A new world, of which `make` makes something first.
    pub(super) fn open<T: Send + 'static>(
        make: impl FnOnce(&mut World) -> T + Send + 'static,
    ) -> (Self, T) {
        let (questions, asked) = mpsc::channel::<Question>();
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut world = World::new(Personality::Standard);
            tell.send(make(&mut world)).unwrap();
            // Its clock was left at the last record: to the next second of the real one, and on from there.
            let behind = SystemClock::new().utc().unix() + 1 - world.clock.utc().unix();
            let began = Instant::now();
            let behind = Duration::from_secs(behind.try_into().unwrap());
            world.clock.wait(behind);
            let mut inside = Inside {
                shown: world.clock.elapsed(),
                began,
                world,
                plugged: None,
            };
            loop {
                inside.carry();
                let within = inside.plugged.as_ref().map_or(MOMENT, |_| Duration::ZERO);
                match asked.recv_timeout(within) {
                    Ok(question) => question(&mut inside),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        let first = told.recv().unwrap_or_else(|_| panic!("nothing was made"));
        let vault = Self {
            questions: Some(questions),
            thread: Some(thread),
        };
        (vault, first)
    }

    /// Asks, or does, something in there.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Inside) -> T + Send + 'static,
    ) -> T {
        ask(self.questions.as_ref().unwrap(), question)
    }

    /// What makes its tenant, in a server's thread.
    pub(super) fn tenant(&self) -> impl FnOnce() -> Box<dyn Answering> + Send + 'static {
        let claims = json!({
            "tid": World::id("tenant"),
            "idtyp": "app",
            "appid": World::id("client"),
            "roles": ([READING, CHANGING].concat()),
        });
        let through = Through(self.questions.clone().unwrap());
        move || Box::new(Tenant::new(&claims, Box::new(through)))
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        self.questions = None;
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the vault's thread");
        }
    }
}

fn ask<T: Send + 'static>(
    questions: &Sender<Question>,
    question: impl FnOnce(&mut Inside) -> T + Send + 'static,
) -> T {
    let (tell, told) = mpsc::channel();
    let question: Question = Box::new(move |inside| {
        let _ = tell.send(question(inside));
    });
    questions.send(question).unwrap();
    told.recv().unwrap()
}

/// The tenant from outside.
struct Through(Sender<Question>);

impl glasskey::entra::Tenant for Through {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        let wave = wave.to_vec();
        ask(&self.0, move |inside| {
            inside.go_on();
            inside.world.tenant.fetch(&wave)
        })
    }
}

impl TenantWrite for Through {
    fn send(&mut self, write: &Write) -> Reply {
        let write = Write {
            method: write.method,
            version: write.version,
            target: write.target.clone(),
            body: Secret::new(write.body.expose().clone()),
        };
        ask(&self.0, move |inside| {
            inside.go_on();
            inside.world.tenant.send(&write)
        })
    }
}
