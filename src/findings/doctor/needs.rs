//! What else a ceremony needs of the machine.

use super::DoctorFinding;
use super::DoctorItem;
use crate::facts::system::BookFolder;
use crate::facts::system::LockState;
use crate::facts::system::SystemFacts;
use crate::findings::Verdict;
use crate::primitives::UtcTime;

/// The first OpenSSH that signs with security keys, too.
const OPENSSH: (u32, u32) = (8, 2);
/// 2025-01-01T00:00:00Z: glasskey is younger.
const EARLIEST: i64 = 1_735_689_600;
/// 2100-01-01T00:00:00Z.
const LATEST: i64 = 4_102_444_800;
/// Columns that pages are made for.
const COLUMNS: u16 = 80;

/// `PCSCD`: it informs.
pub(super) fn pcscd(facts: &SystemFacts) -> DoctorFinding {
    let detail = if facts.pcscd {
        "pcscd runs: it holds the smart card interface (CCID) alone, not FIDO"
    } else {
        "pcscd does not run: FIDO does not need it"
    };
    DoctorFinding::new(DoctorItem::Pcscd, Verdict::Pass, detail)
}

/// `SSH-KEYGEN`
pub(super) fn ssh_keygen(facts: &SystemFacts) -> DoctorFinding {
    const INSTALL: &str =
        "install OpenSSH 8.2 or later (Debian: sudo apt-get install openssh-client)";
    let make = |verdict, detail: String| DoctorFinding::new(DoctorItem::SshKeygen, verdict, detail);
    let ssh = &facts.openssh;
    let Some(program) = &ssh.program else {
        let detail = "ssh-keygen is not on the path: nobody can sign".to_owned();
        return make(Verdict::Fail, detail).fix(INSTALL);
    };
    let version = ssh.version.map_or_else(
        || "of unknown version".to_owned(),
        |(major, minor)| format!("OpenSSH {major}.{minor}"),
    );
    match (ssh.signs, ssh.version) {
        (None, _) => make(Verdict::Fail, format!("{program} does not start")).fix(INSTALL),
        (Some(false), _) => make(
            Verdict::Fail,
            format!("{program}, {version}: it knows no `-Y sign`"),
        )
        .fix(INSTALL),
        (Some(true), Some(found)) if found < OPENSSH => make(
            Verdict::Fail,
            format!("{program}, {version}: it cannot sign with security keys"),
        )
        .fix(INSTALL),
        (Some(true), Some(_)) => make(Verdict::Pass, format!("{program}, {version}")),
        (Some(true), None) => make(Verdict::Warn, format!("{program}, {version}, signs"))
            .fix("see that it is OpenSSH 8.2 or later"),
    }
}

/// `CLOCK`
pub(super) fn clock(facts: &SystemFacts) -> DoctorFinding {
    const SET: &str = "set the clock (sudo timedatectl set-ntp true), then run this again";
    let make = |verdict, detail: String| DoctorFinding::new(DoctorItem::Clock, verdict, detail);
    let now = facts.now;
    if now < UtcTime::from_unix(EARLIEST) || now >= UtcTime::from_unix(LATEST) {
        return make(Verdict::Fail, format!("it says {now}")).fix(SET);
    }
    let book = facts.book.as_ref();
    match book.and_then(|book| book.last_record.as_ref().ok().copied().flatten()) {
        Some((index, last)) if last > now => make(
            Verdict::Fail,
            format!("it says {now}, before record {index:06} of {last}"),
        )
        .fix(SET),
        Some((index, _)) => make(Verdict::Pass, format!("{now}, after record {index:06}")),
        None => make(Verdict::Pass, now.to_string()),
    }
}

/// `TERMINAL`
pub(super) fn terminal(facts: &SystemFacts) -> DoctorFinding {
    let terminal = &facts.terminal;
    let mut faults = Vec::new();
    let mut fixes = Vec::new();
    if !terminal.present {
        faults.push("this process has no terminal".to_owned());
        fixes.push("run ceremonies in a terminal, not in a pipe or a service");
    }
    if let Some(columns) = terminal.columns.filter(|columns| *columns < COLUMNS) {
        faults.push(format!("{columns} columns"));
        fixes.push("widen it to 80 columns");
    }
    let locale = terminal.locale.as_deref().unwrap_or_default();
    let plain = locale.to_lowercase().replace('-', "");
    if !plain.contains("utf8") {
        faults.push(if locale.is_empty() {
            "no locale is set".to_owned()
        } else {
            format!("locale {locale} is not UTF-8")
        });
        fixes.push("export LC_ALL=C.UTF-8");
    }
    if faults.is_empty() {
        let columns = terminal
            .columns
            .map_or_else(String::new, |columns| format!("{columns} columns, "));
        let detail = format!("{columns}locale {locale}");
        return DoctorFinding::new(DoctorItem::Terminal, Verdict::Pass, detail);
    }
    DoctorFinding::new(DoctorItem::Terminal, Verdict::Warn, faults.join("; ")).fix(fixes.join("; "))
}

/// `CA-STORE`
pub(super) fn ca_store(facts: &SystemFacts) -> DoctorFinding {
    const INSTALL: &str = "install the system's certificates (Debian: sudo apt-get install \
         ca-certificates); without them no tenant can be reached";
    let make = |verdict, detail: String| DoctorFinding::new(DoctorItem::CaStore, verdict, detail);
    if facts.certificates.is_empty() {
        let detail = "no file of certificate authorities was found".to_owned();
        return make(Verdict::Fail, detail).fix(INSTALL);
    }
    let mut words = Vec::new();
    let mut verdict = Verdict::Pass;
    let mut any = false;
    let mut named = false;
    for file in &facts.certificates {
        named |= file.from_environment;
        match &file.read {
            Err(error) => {
                verdict = Verdict::Fail;
                words.push(format!("{}: {error}", file.path));
            }
            Ok(count) => {
                any |= count.good > 0;
                if count.bad > 0 {
                    verdict = verdict.max(Verdict::Warn);
                    words.push(format!(
                        "{}: {} certificates, {} parts that are none",
                        file.path, count.good, count.bad
                    ));
                } else {
                    words.push(format!("{}: {} certificates", file.path, count.good));
                }
            }
        }
    }
    if !any {
        verdict = Verdict::Fail;
    }
    let finding = make(verdict, words.join("; "));
    match (verdict == Verdict::Pass, named) {
        (true, _) => finding,
        (false, true) => finding.fix("correct SSL_CERT_FILE and SSL_CERT_DIR, or unset them"),
        (false, false) => finding.fix(INSTALL),
    }
}

/// `RANDOM`
pub(super) fn random(facts: &SystemFacts) -> DoctorFinding {
    match &facts.random {
        Ok(()) => DoctorFinding::new(DoctorItem::Random, Verdict::Pass, "the system gives it"),
        Err(words) => DoctorFinding::new(DoctorItem::Random, Verdict::Fail, words.clone())
            .fix("wait until the machine has started up; in a sandbox, allow getrandom"),
    }
}

/// `BOOK`
pub(super) fn book(facts: &SystemFacts) -> DoctorFinding {
    let make =
        |verdict, detail: String| DoctorFinding::new(DoctorItem::Book, verdict, detail).of("book");
    let Some(book) = &facts.book else {
        let detail = "this folder is no book; name one with --book DIR".to_owned();
        return make(Verdict::NotRun, detail);
    };
    let BookFolder {
        path,
        writable,
        lock,
        last_record,
    } = book;
    if let Err(words) = writable {
        return make(Verdict::Fail, format!("not writable: {words}"))
            .fix("give this user the folder, or work where it is writable");
    }
    match lock {
        LockState::Free => {}
        LockState::Taken => {
            return make(
                Verdict::Warn,
                format!("another glasskey is at work in {path}"),
            )
            .fix("let it end first");
        }
        LockState::Unsupported(words) => {
            return make(
                Verdict::Fail,
                format!("its file system does not lock: {words}"),
            )
            .fix("keep the book on a local file system");
        }
    }
    match last_record {
        Err(words) => make(
            Verdict::Fail,
            format!("its last record cannot be read: {words}"),
        )
        .fix(format!("glasskey audit {path}")),
        Ok(None) => make(Verdict::Pass, "writable; no record yet".to_owned()),
        Ok(Some((index, time))) => make(
            Verdict::Pass,
            format!("writable; last record {index:06} of {time}"),
        ),
    }
}
