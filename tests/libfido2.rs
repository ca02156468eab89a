//! libfido2 and our virtual key: Yubico's tools set its PIN, make and verify credentials and
//! assertions on it, and report the same facts of it as our own client.

#[path = "serve/line.rs"]
mod line;
#[path = "serve/pty.rs"]
mod pty;
#[path = "serve/pty_transport.rs"]
mod pty_transport;
#[path = "serve/served.rs"]
mod served;

use glasskey::ctap::AuthenticatorInfo;
use glasskey::ctap::Ctap;
use glasskey::ctap::Feature;
use glasskey::ctap::Options;
use glasskey::io::SystemClock;
use glasskey::io::SystemEntropy;
use glasskey::primitives::Digest;
use glasskey::primitives::bytes;
use glasskey::rehearsal::key::KeySpec;
use glasskey::rehearsal::key::Personality;
use glasskey::rehearsal::key::Statistics;
use glasskey::rehearsal::key::VirtualKey;
use pty::Pty;
use pty_transport::PtyTransport;
use served::Served;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::Command;
use std::process::Stdio;

const PIN: &str = "135790";

/// Says a line even of a test that passes.
fn say(line: &str) {
    std::io::stderr()
        .write_all(format!("{line}\n").as_bytes())
        .unwrap();
}

/// A new key on a pseudo-terminal.
struct Bench {
    path: String,
    key: Served,
    _pty: Pty,
}

impl Bench {
    /// `None`, and a line that says so, where libfido2's tools are not installed. The gate has them.
    fn new(spec: KeySpec) -> Option<Self> {
        if Command::new("fido2-token").arg("-V").output().is_err() {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "fido2-token is not installed"
            );
            say("skipped: fido2-token is not installed (Debian: fido2-tools)");
            return None;
        }
        let pty = Pty::open();
        Some(Self {
            path: pty.path.clone(),
            key: Served::on(pty.key.try_clone().unwrap(), spec),
            _pty: pty,
        })
    }

    fn standard() -> Option<Self> {
        Self::new(KeySpec::new("K", 7))
    }

    fn with_pin() -> Option<Self> {
        let bench = Self::standard()?;
        bench.key.ask(|key| key.set_pin_directly(PIN));
        Some(bench)
    }

    /// What a tool printed, given `input`.
    ///
    /// It asks for a PIN at a terminal if it has one, so it gets none: `setsid` starts a shell
    /// without, and as no leader of a session the tool cannot take our pseudo-terminal for its own.
    fn run(&self, tool: &[&str], input: &str) -> Result<String, String> {
        let path = self.path.as_str();
        let words = tool
            .iter()
            .map(|word| if *word == "KEY" { path } else { word });
        let mut child = Command::new("setsid")
            .args(["-w", "sh", "-c", "\"$@\"; exit $?", "sh"])
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        if output.status.success() {
            Ok(String::from_utf8(output.stdout).unwrap())
        } else {
            Err(String::from_utf8(output.stderr).unwrap())
        }
    }

    fn reads(&self, tool: &[&str], input: &str) -> String {
        self.run(tool, input)
            .unwrap_or_else(|error| panic!("{tool:?}: {error}"))
    }

    /// What `work` cost the key.
    fn cost(&self, work: impl FnOnce()) -> Statistics {
        let before = self.key.ask(VirtualKey::statistics);
        work();
        let mut after = self.key.ask(VirtualKey::statistics);
        after.reports_received -= before.reports_received;
        after.reports_sent -= before.reports_sent;
        after
    }

    /// What our own client does with the key.
    fn ours<T>(&self, work: impl FnOnce(&mut Ctap<'_>) -> T) -> T {
        let clock = SystemClock::new();
        let entropy = Box::new(SystemEntropy::open().unwrap());
        let transport = Box::new(PtyTransport::open(&self.path));
        work(&mut Ctap::open(transport, &clock, entropy).unwrap())
    }
}

/// The lines of `fido2-token -I` by their names.
fn lines(printed: &str) -> BTreeMap<&str, &str> {
    printed
        .lines()
        .map(|line| line.split_once(": ").unwrap())
        .collect()
}

/// Options as libfido2 prints them: those that are false begin with `no`.
fn option_words(options: &Options) -> String {
    let words = options.reported.iter().map(|(name, truth)| {
        let no = if *truth { "" } else { "no" };
        format!("{no}{name}")
    });
    words.collect::<Vec<_>>().join(", ")
}

fn number(number: Option<u64>, absent: &str) -> String {
    number.map_or(absent.to_owned(), |number| number.to_string())
}

/// What `fido2-token -I` should print of a key, from our own reading of it.
fn expected(ctap: &mut Ctap<'_>) -> BTreeMap<&'static str, String> {
    let info: AuthenticatorInfo = ctap.get_info().unwrap();
    let init = *ctap.init();
    let retries = ctap.pin_retries().unwrap().remaining;
    let texts = |texts: &Option<Vec<String>>| texts.clone().unwrap_or_default().join(", ");
    let protocols: Vec<String> = info
        .pin_uv_auth_protocols
        .iter()
        .flatten()
        .map(u64::to_string)
        .collect();
    let can = init.capabilities;
    let capabilities = [
        if can.wink() { "wink" } else { "nowink" },
        if can.cbor() { "cbor" } else { "nocbor" },
        if can.msg() { "msg" } else { "nomsg" },
    ];
    let [major, minor, build] = init.device_version;
    let mut facts = BTreeMap::from([
        ("proto", format!("{:#04x}", init.protocol_version)),
        ("major", format!("{major:#04x}")),
        ("minor", format!("{minor:#04x}")),
        ("build", format!("{build:#04x}")),
        (
            "caps",
            format!("{:#04x} ({})", can.0, capabilities.join(", ")),
        ),
        ("version strings", texts(&info.versions)),
        ("extension strings", texts(&info.extensions)),
        ("aaguid", bytes::hex(info.aaguid.unwrap().bytes())),
        ("options", option_words(info.options.as_ref().unwrap())),
        (
            "fwversion",
            format!("{:#x}", info.firmware_version.unwrap_or_default()),
        ),
        ("maxmsgsiz", number(info.max_msg_size, "0")),
        (
            "maxcredcntlst",
            number(info.max_credential_count_in_list, "0"),
        ),
        ("maxcredlen", number(info.max_credential_id_length, "0")),
        (
            "maxlargeblob",
            number(info.max_serialized_large_blob_array, "0"),
        ),
        ("pin protocols", protocols.join(", ")),
        ("pin retries", retries.to_string()),
        (
            "pin change required",
            info.force_pin_change.unwrap_or_default().to_string(),
        ),
        ("uv retries", "undefined".to_owned()),
    ]);
    if info.transports.is_some() {
        facts.insert("transport strings", texts(&info.transports));
    }
    if let Some(algorithms) = &info.algorithms {
        assert_eq!(algorithms, &[-7]);
        facts.insert("algorithms", "es256 (public-key)".to_owned());
    }
    if let Some(least) = info.min_pin_length {
        facts.insert("minpinlen", least.to_string());
    }
    if let Some(left) = info.remaining_discoverable_credentials {
        facts.insert("remaining rk(s)", left.to_string());
    }
    facts
}

/// A request for `fido2-cred` or `fido2-assert`: client data hash, rp id, and what else is asked.
fn request(more: &[&str]) -> String {
    let hash = data_encoding::BASE64.encode(&Digest::of(b"client data").0);
    let lines = [&[hash.as_str(), "example.com"], more].concat();
    lines.join("\n") + "\n"
}

fn file(name: &str, content: &str) -> String {
    let name = format!("glasskey-libfido2-{}-{name}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, content).unwrap();
    path.into_os_string().into_string().unwrap()
}

#[test]
fn both_read_the_same_facts_from_keys_of_every_personality() {
    for personality in Personality::ALL {
        for pin in [false, true] {
            let spec = KeySpec::new("K", 7).with_personality(personality);
            let Some(bench) = Bench::new(spec) else {
                return;
            };
            if pin {
                bench.key.ask(|key| key.set_pin_directly(PIN));
            }
            let printed = bench.reads(&["fido2-token", "-I", "KEY"], "");
            let ours = bench.ours(expected);
            let ours: BTreeMap<&str, &str> = ours
                .iter()
                .map(|(name, fact)| (*name, fact.as_str()))
                .collect();
            assert_eq!(lines(&printed), ours, "{personality:?}, PIN set: {pin}");
        }
    }
}

#[test]
fn ours_reads_those_facts_with_fewer_reports() {
    let Some(bench) = Bench::with_pin() else {
        return;
    };
    let theirs = bench.cost(|| {
        bench.reads(&["fido2-token", "-I", "KEY"], "");
    });
    let ours = bench.cost(|| {
        bench.ours(expected);
    });
    say(&format!(
        "reports to and from the key: fido2-token -I {} and {}, ours {} and {}",
        theirs.reports_received, theirs.reports_sent, ours.reports_received, ours.reports_sent
    ));
    assert!(ours.reports_received < theirs.reports_received);
    assert!(ours.reports_sent < theirs.reports_sent);
}

#[test]
fn a_pin_that_libfido2_sets_is_ours_and_the_other_way_round() {
    let Some(bench) = Bench::standard() else {
        return;
    };
    let twice = format!("{PIN}\n{PIN}\n");
    bench.reads(&["fido2-token", "-S", "KEY"], &twice);
    let pin = glasskey::ctap::Pin::new(PIN).unwrap();
    let manage = glasskey::ctap::Permissions::CREDENTIAL_MANAGEMENT;
    bench.ours(|ctap| {
        ctap.token(&pin, manage, None).unwrap();
        let new = glasskey::ctap::Pin::new("975310").unwrap();
        ctap.change_pin(&pin, &new).unwrap();
    });
    let wrong = bench.run(&["fido2-token", "-L", "-r", "KEY"], &format!("{PIN}\n"));
    assert!(wrong.unwrap_err().contains("FIDO_ERR_PIN_INVALID"));
    assert_eq!(bench.ours(|ctap| ctap.pin_retries().unwrap().remaining), 7);
    // CTAP 2.1 §6.8.3: what a key without credentials says once the PIN was right.
    let right = bench.run(&["fido2-token", "-L", "-r", "KEY"], "975310\n");
    assert!(right.unwrap_err().contains("FIDO_ERR_NO_CREDENTIALS"));
    assert_eq!(bench.key.ask(|key| key.statistics().pin_tries_spent), 1);
    // And one that libfido2 changes.
    let changed = format!("975310\n{PIN}\n{PIN}\n");
    bench.reads(&["fido2-token", "-C", "KEY"], &changed);
    bench.ours(|ctap| {
        ctap.token(&pin, manage, None).unwrap();
    });
    assert_eq!(bench.ours(|ctap| ctap.pin_retries().unwrap().remaining), 8);
}

#[test]
fn a_credential_that_libfido2_makes_attests_signs_and_is_listed_by_both() {
    let Some(bench) = Bench::with_pin() else {
        return;
    };
    let typed = format!("{PIN}\n");
    let wish = file("cred", &request(&["fred", "dTE="]));
    let made = bench.reads(
        &["fido2-cred", "-M", "-r", "-v", "-i", &wish, "KEY", "es256"],
        &typed,
    );
    let verified = bench.reads(&["fido2-cred", "-V", "-v"], &made);
    let (id, key) = verified.split_once('\n').unwrap();
    let key = file("key", key);
    let wish = file("assert", &request(&[]));
    let signed = bench.reads(
        &["fido2-assert", "-G", "-r", "-v", "-i", &wish, "KEY"],
        &typed,
    );
    let signed: String = signed.split_inclusive('\n').take(4).collect();
    bench.reads(&["fido2-assert", "-V", "-v", "-p", &key, "es256"], &signed);
    // A signature over another client data hash is refused.
    let (_, rest) = signed.split_once('\n').unwrap();
    let other = data_encoding::BASE64.encode(&Digest::of(b"other").0);
    let refused = bench.run(
        &["fido2-assert", "-V", "-v", "-p", &key, "es256"],
        &format!("{other}\n{rest}"),
    );
    assert!(refused.unwrap_err().contains("FIDO_ERR_INVALID_SIG"));

    let rp = bench.reads(&["fido2-token", "-L", "-r", "KEY"], &typed);
    let hash = data_encoding::BASE64.encode(&Digest::of(b"example.com").0);
    assert_eq!(rp, format!("00: {hash} example.com\n"));
    let listed = bench.reads(&["fido2-token", "-L", "-k", "example.com", "KEY"], &typed);
    // It prints the display name, which fido2-cred does not send.
    assert_eq!(listed, format!("00: {id} (null) dTE= es256 uvopt\n"));
    bench.ours(|ctap| {
        let pin = glasskey::ctap::Pin::new(PIN).unwrap();
        let manage = glasskey::ctap::Permissions::CREDENTIAL_MANAGEMENT;
        let token = ctap.token(&pin, manage, None).unwrap();
        let rps = ctap.relying_parties(&token).unwrap();
        assert_eq!(rps.len(), 1);
        let credentials = ctap.credentials(&token, &rps[0].rp_id_hash).unwrap();
        assert_eq!(credentials.len(), 1);
        let ours = data_encoding::BASE64.encode(credentials[0].credential_id.bytes());
        assert_eq!(ours, id);
        assert_eq!(credentials[0].user_name.as_deref(), Some("fred"));
        assert_eq!(credentials[0].user.expose(), b"u1");
    });
    for path in [wish, key] {
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn the_rules_that_libfido2_sets_are_the_keys_own_afterwards() {
    let Some(bench) = Bench::with_pin() else {
        return;
    };
    let info = || bench.ours(|ctap| ctap.get_info().unwrap());
    let typed = format!("{PIN}\n");
    assert_eq!(info().min_pin_length, Some(4));
    bench.reads(&["fido2-token", "-S", "-l", "6", "KEY"], &typed);
    assert_eq!(info().min_pin_length, Some(6));
    // A shorter one is refused, and costs no try.
    bench
        .run(&["fido2-token", "-S", "-l", "5", "KEY"], &typed)
        .unwrap_err();
    assert_eq!(info().min_pin_length, Some(6));

    let always_uv = || info().effective_options().always_uv;
    assert_eq!(always_uv(), Feature::Off);
    bench.reads(&["fido2-token", "-S", "-u", "KEY"], &typed);
    assert_eq!(always_uv(), Feature::On);
    bench.reads(&["fido2-token", "-D", "-u", "KEY"], &typed);
    assert_eq!(always_uv(), Feature::Off);

    assert_eq!(info().force_pin_change, Some(false));
    bench.reads(&["fido2-token", "-S", "-f", "KEY"], &typed);
    assert_eq!(info().force_pin_change, Some(true));
    // Now it gives no token but for a new PIN.
    bench
        .run(&["fido2-token", "-L", "-r", "KEY"], &typed)
        .unwrap_err();
    let seen = bench.key.ask(VirtualKey::statistics);
    assert_eq!(seen.pin_tries_spent, 0);
    assert_eq!(bench.key.ask(VirtualKey::pin_retries), 8);
    let changed = format!("{PIN}\n975310\n975310\n");
    bench.reads(&["fido2-token", "-C", "KEY"], &changed);
    assert_eq!(info().force_pin_change, Some(false));
    assert_eq!(info().min_pin_length, Some(6));
}
