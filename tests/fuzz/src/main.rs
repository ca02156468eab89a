//! libFuzzer over one target, which `--target=NAME` chooses; `--list` lists them.

#![no_main]

#[path = "../../hostile/conversation.rs"]
mod conversation;
#[path = "../../hostile/heads.rs"]
mod heads;
#[path = "../../hostile/line.rs"]
mod line;
#[path = "../../hostile/rows.rs"]
mod rows;
#[path = "../../hostile/source.rs"]
mod source;
#[path = "../../hostile/spoil.rs"]
mod spoil;
mod device;
mod targets;
mod texts;

use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use targets::TARGETS;
use targets::Target;

static CHOSEN: OnceLock<Target> = OnceLock::new();

fn choose() {
    for argument in std::env::args() {
        if argument == "--list" {
            for (name, _) in TARGETS {
                println!("{name}");
            }
            std::process::exit(0);
        }
        if let Some(named) = argument.strip_prefix("--target=") {
            let found = TARGETS.iter().find(|(name, _)| *name == named);
            let (_, target) = found.expect("--list names the targets");
            CHOSEN.get_or_init(|| *target);
        }
    }
    assert!(CHOSEN.get().is_some(), "--target=NAME is missing");
}

fuzz_target!(init: choose(), |bytes: &[u8]| {
    if let Some(target) = CHOSEN.get() {
        target(bytes);
    }
});
