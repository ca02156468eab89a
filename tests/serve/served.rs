//! A virtual key that lives in a thread of its own, so that other programs can talk to it.

use super::line::Line;
use super::line::Stream;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::TouchScript;
use glasskey::rehearsal::key::VirtualKey;
use std::os::fd::OwnedFd;
use std::sync::mpsc;
use std::sync::mpsc::Sender;
use std::sync::mpsc::TryRecvError;
use std::thread;
use std::thread::JoinHandle;

type Question = Box<dyn FnOnce(&VirtualKey) + Send>;

/// A key that is served until this is dropped.
pub(crate) struct Served {
    questions: Option<Sender<Question>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// Serves a new key on `stream`. It is touched 5 ms after it asks.
    pub(crate) fn on(stream: OwnedFd, spec: KeySpec) -> Self {
        let (questions, asked) = mpsc::channel::<Question>();
        let thread = thread::spawn(move || {
            let mut line = Line::new(spec);
            line.key().touch_script(TouchScript::after_millis(5));
            while line.carry(&stream) == Stream::Open {
                match asked.try_recv() {
                    Ok(question) => question(line.key()),
                    Err(TryRecvError::Empty) => {}
                    Err(TryRecvError::Disconnected) => return,
                }
            }
            for question in &asked {
                question(line.key());
            }
        });
        Self {
            questions: Some(questions),
            thread: Some(thread),
        }
    }

    /// Asks the key itself.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&VirtualKey) -> T + Send + 'static,
    ) -> T {
        let (tell, told) = mpsc::channel();
        let question: Question = Box::new(move |key| tell.send(question(key)).unwrap());
        self.questions.as_ref().unwrap().send(question).unwrap();
        told.recv().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.questions = None;
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the key's thread");
        }
    }
}
