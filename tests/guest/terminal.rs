//! A program at a terminal, and somebody who types what it asks for.

use rustix::event::PollFd;
use rustix::event::PollFlags;
use rustix::event::Timespec;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::pty::OpenptFlags;
use std::fs::File;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

/// How long a question may take to come; the guest's clock runs fast.
const PATIENCE: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};

/// Runs a program at a terminal of its own; after each question that contains a text, its answer is
/// typed. A program that ends before it asks is none the worse. Standard output and error are no
/// terminal.
pub(crate) fn run(words: &[&str], answers: &[(&str, &str)]) -> Output {
    let ours = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
        .unwrap();
    rustix::pty::grantpt(&ours).unwrap();
    rustix::pty::unlockpt(&ours).unwrap();
    let name = rustix::pty::ptsname(&ours, Vec::new()).unwrap();
    let how = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let theirs = rustix::fs::open(name.as_c_str(), how, Mode::empty()).unwrap();
    // `--ctty` makes standard input the controlling terminal.
    let child = Command::new("setsid")
        .args(["--wait", "--ctty"])
        .args(words)
        .stdin(Stdio::from(File::from(theirs)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut seen = String::new();
    for (question, answer) in answers {
        while !seen.contains(question) {
            let mut waiting = [PollFd::new(&ours, PollFlags::IN)];
            let ready = rustix::event::poll(&mut waiting, Some(&PATIENCE)).unwrap();
            assert!(ready > 0, "never asked for {question:?}: {seen:?}");
            let mut piece = [0; 4_096];
            match rustix::io::read(&ours, &mut piece) {
                Ok(read) if read > 0 => seen.push_str(&String::from_utf8_lossy(&piece[..read])),
                // It ended before it asked.
                _ => return child.wait_with_output().unwrap(),
            }
        }
        seen.clear();
        let line = format!("{answer}\n");
        assert_eq!(rustix::io::write(&ours, line.as_bytes()), Ok(line.len()));
    }
    child.wait_with_output().unwrap()
}
