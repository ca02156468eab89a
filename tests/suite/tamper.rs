//! Tampering with a ledger of genesis and one registration: every change is found, and the file
//! that was changed is the one that is named.

use crate::table::small_book;
use crate::table::trust;
use glasskey::ledger::Created;
use glasskey::ledger::FileName;
use glasskey::ledger::Ledger;
use glasskey::ledger::LedgerStore;
use glasskey::ledger::MemoryStore;
use glasskey::ledger::StoreError;
use glasskey::ledger::Trust;
use glasskey::ledger::audit::AuditReport;
use glasskey::ledger::audit::Court;
use glasskey::ledger::audit::Judges;
use glasskey::ledger::audit::Outside;
use glasskey::ledger::audit::RecordFacts;
use glasskey::ledger::audit::RecordFiles;
use glasskey::ledger::audit::SharedStore;
use glasskey::ledger::audit::Standing;
use glasskey::ledger::audit::audit;
use glasskey::primitives::Digest;
use glasskey::primitives::UtcTime;
use glasskey::primitives::bytes::Bytes;
use glasskey::record::CeremonyRecord;
use glasskey::record::Custody;
use glasskey::record::KeyPart;
use glasskey::record::Namespace;
use glasskey::rehearsal::World;
use p256::ecdsa::Signature;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer as _;
use std::collections::BTreeMap;
use std::thread;

/// A ledger in which one file is another than in `whole`, or is not there.
struct Changed<'a> {
    whole: &'a MemoryStore,
    name: &'a str,
    bytes: Option<Vec<u8>>,
}

impl LedgerStore for Changed<'_> {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        if name == self.name {
            Ok(self.bytes.clone())
        } else {
            self.whole.read(name)
        }
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let mut names = self.whole.list(prefix)?;
        names.retain(|name| name != self.name);
        if self.bytes.is_some() && self.name.starts_with(prefix) {
            names.push(self.name.to_owned());
            names.sort_unstable();
        }
        Ok(names)
    }

    fn create(&mut self, _: &str, _: &[u8]) -> Result<Created, StoreError> {
        unreachable!("an audit writes nothing")
    }
}

/// Judges a record again only if one of its files is another than before.
struct Remembering<'a>(&'a [(RecordFiles, RecordFacts)]);

impl Judges for Remembering<'_> {
    fn judge(
        &mut self,
        next: &(dyn Fn() -> Option<RecordFiles> + Sync),
        court: &Court<'_>,
        fold: &mut dyn FnMut(RecordFacts),
    ) {
        while let Some(files) = next() {
            let before = self.0.iter().find(|(known, _)| *known == files);
            fold(before.map_or_else(|| court.judge(&files), |(_, facts)| facts.clone()));
        }
    }
}

/// Keeps what it judges.
#[derive(Default)]
struct Keeping(Vec<(RecordFiles, RecordFacts)>);

impl Judges for Keeping {
    fn judge(
        &mut self,
        next: &(dyn Fn() -> Option<RecordFiles> + Sync),
        court: &Court<'_>,
        fold: &mut dyn FnMut(RecordFacts),
    ) {
        while let Some(files) = next() {
            let facts = court.judge(&files);
            self.0.push((files, facts.clone()));
            fold(facts);
        }
    }
}

/// A whole ledger, and what judging it as a whole came to.
struct Book {
    whole: MemoryStore,
    trust: Trust,
    known: Vec<(RecordFiles, RecordFacts)>,
}

impl Book {
    fn new() -> Self {
        let whole = small_book().store;
        let trust = trust(&whole);
        let mut keeping = Keeping::default();
        let report = judged(&whole, &trust, &mut keeping);
        assert_eq!(
            report.standing(),
            Standing::Clean,
            "{:?}",
            report.first_bad()
        );
        Self {
            whole,
            trust,
            known: keeping.0,
        }
    }

    fn report(&self, store: &SharedStore<'_>) -> AuditReport {
        judged(store, &self.trust, &mut Remembering(&self.known))
    }

    /// What is wrong with the change of one file, if it is not found or another file than those
    /// in `right` is named.
    fn wrong(&self, name: &str, bytes: Option<Vec<u8>>, right: &[&str]) -> Option<String> {
        let report = self.report(&Changed {
            whole: &self.whole,
            name,
            bytes,
        });
        verdict(&report, right)
    }

    /// The same for a ledger that was changed in more than one place.
    fn wrong_files(&self, files: BTreeMap<String, Vec<u8>>, right: &[&str]) -> Option<String> {
        let report = self.report(&files.into_iter().collect::<MemoryStore>());
        verdict(&report, right)
    }
}

fn judged(store: &SharedStore<'_>, trust: &Trust, judges: &mut dyn Judges) -> AuditReport {
    let as_of = UtcTime::parse("2026-01-05T12:00:00Z").unwrap();
    audit(
        store,
        &Outside {
            trust,
            heads: &[],
            as_of,
        },
        judges,
    )
    .unwrap()
}

fn verdict(report: &AuditReport, right: &[&str]) -> Option<String> {
    match report.first_bad() {
        None => Some("was not found".to_owned()),
        Some((file, _)) if right.contains(&file.as_str()) => None,
        Some((file, why)) => Some(format!("names {file}: {why:?}")),
    }
}

/// What kind of file a name is, for swaps.
fn kind(name: &str) -> &'static str {
    match FileName::parse(name).unwrap() {
        FileName::Origin => "origin",
        FileName::Roster(_) => "roster",
        FileName::Record(_) => "record",
        FileName::Checkpoint(_) => "checkpoint",
        FileName::Metadata(_) => "metadata",
        FileName::RosterSignature(..)
        | FileName::RecordSignature(..)
        | FileName::CheckpointSignature(..) => "signature",
    }
}

/// Bits flipped in each byte: one; with `GLASSKEY_CASES`, as in the gate, all eight.
fn bits(offset: usize) -> Vec<u32> {
    let one = u32::try_from(offset % 8).unwrap();
    if std::env::var_os("GLASSKEY_CASES").is_some() {
        (0..8).collect()
    } else {
        vec![one]
    }
}

#[test]
fn a_flipped_bit_in_any_byte_of_the_ledger_is_found_and_its_file_named() {
    let book = Book::new();
    let places: Vec<(&String, usize)> = book
        .whole
        .files()
        .iter()
        .flat_map(|(name, bytes)| (0..bytes.len()).map(move |offset| (name, offset)))
        .collect();
    assert!(
        places.len() > 20_000,
        "{} bytes are too few for a book",
        places.len()
    );
    let cores = thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let wrong: Vec<String> = thread::scope(|scope| {
        // Every core takes every n-th byte, so that all have equally much of each file.
        let running: Vec<_> = (0..cores)
            .map(|first| {
                let (book, places) = (&book, &places);
                scope.spawn(move || {
                    let mut wrong = Vec::new();
                    for (name, offset) in places.iter().skip(first).step_by(cores) {
                        for bit in bits(*offset) {
                            let mut bytes = book.whole.files()[*name].clone();
                            bytes[*offset] ^= 1 << bit;
                            if let Some(what) = book.wrong(name, Some(bytes), &[name]) {
                                wrong.push(format!("{name} byte {offset} bit {bit}: {what}"));
                            }
                        }
                    }
                    wrong
                })
            })
            .collect();
        running
            .into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect()
    });
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        places.len(),
        head(&wrong)
    );
}

fn head(lines: &[String]) -> String {
    lines
        .iter()
        .take(40)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_file_that_is_removed_truncated_or_lengthened_is_named() {
    let book = Book::new();
    let mut wrong = Vec::new();
    for (name, bytes) in book.whole.files() {
        let longer = |tail: &[u8]| Some([bytes, tail].concat());
        let changes = [
            ("removed", None),
            ("emptied", Some(Vec::new())),
            ("halved", Some(bytes[..bytes.len() / 2].to_vec())),
            (
                "without its last byte",
                Some(bytes[..bytes.len() - 1].to_vec()),
            ),
            ("without its first byte", Some(bytes[1..].to_vec())),
            ("with a newline more", longer(b"\n")),
            ("with a zero more", longer(b"\0")),
            ("twice", longer(bytes)),
        ];
        for (what, bytes) in changes {
            if let Some(why) = book.wrong(name, bytes, &[name]) {
                wrong.push(format!("{name} {what}: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", head(&wrong));
}

#[test]
fn every_truncation_of_every_small_file_is_named() {
    let book = Book::new();
    let mut wrong = Vec::new();
    for (name, bytes) in book
        .whole
        .files()
        .iter()
        .filter(|(_, bytes)| bytes.len() < 1024)
    {
        for length in 0..bytes.len() {
            if let Some(why) = book.wrong(name, Some(bytes[..length].to_vec()), &[name]) {
                wrong.push(format!("{name} cut to {length}: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", head(&wrong));
}

#[test]
fn a_file_in_place_of_another_of_its_kind_is_named() {
    let book = Book::new();
    let files = book.whole.files();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (name, bytes) in files {
        for (other, bytes_of_other) in files {
            if name == other || kind(name) != kind(other) {
                continue;
            }
            tried += 1;
            if let Some(why) = book.wrong(name, Some(bytes_of_other.clone()), &[name]) {
                wrong.push(format!("{other} in place of {name}: {why}"));
            }
            let mut swapped = files.clone();
            swapped.insert(name.clone(), bytes_of_other.clone());
            swapped.insert(other.clone(), bytes.clone());
            if let Some(why) = book.wrong_files(swapped, &[name, other]) {
                wrong.push(format!("{name} and {other} swapped: {why}"));
            }
        }
    }
    assert!(tried > 100, "{tried} pairs are too few");
    assert!(wrong.is_empty(), "{}", head(&wrong));
}

#[test]
fn a_renamed_file_is_named_by_its_old_name_or_its_new_one() {
    let book = Book::new();
    let mut wrong = Vec::new();
    for (name, bytes) in book.whole.files() {
        let folder = name
            .rsplit_once('/')
            .map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for new in [
            format!("{name}~"),
            format!("{name}.bak"),
            format!("{folder}w-9.sig"),
            format!("{folder}stray"),
            format!("records/000001/{}", name.replace('/', "-")),
        ] {
            if book.whole.files().contains_key(&new) {
                continue;
            }
            let mut renamed = book.whole.files().clone();
            renamed.remove(name);
            renamed.insert(new.clone(), bytes.clone());
            if let Some(why) = book.wrong_files(renamed, &[name, &new]) {
                wrong.push(format!("{name} renamed to {new}: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", head(&wrong));
}

#[test]
fn a_file_too_many_is_named() {
    let book = Book::new();
    let files = book.whole.files();
    let copy = |name: &str| files[name].clone();
    let mut wrong = Vec::new();
    for (name, bytes) in [
        (".DS_Store", Vec::new()),
        ("origin~", copy("origin")),
        ("records/000000/note.txt", b"hello".to_vec()),
        (
            "records/000000/record.json.bak",
            copy("records/000000/record.json"),
        ),
        ("records/000001/w-3.sig", copy("records/000001/w-2.sig")),
        ("records/000001/w-1.sig.sig", copy("records/000001/w-1.sig")),
        ("records/1/record.json", copy("records/000001/record.json")),
        ("roster/000000.w-3.sig", copy("roster/000000.w-2.sig")),
        (
            "roster/000001.allowed_signers",
            copy("roster/000000.allowed_signers"),
        ),
        ("roster/000001.op-1.sig", copy("roster/000000.op-1.sig")),
        ("checkpoints/000000.txt", copy("checkpoints/000001.txt")),
        (
            "checkpoints/000002.txt.w-3.sig",
            copy("checkpoints/000002.txt.op-1.sig"),
        ),
        (
            "checkpoints/000002.txt.w-1.sig",
            copy("checkpoints/000002.txt.op-1.sig"),
        ),
        ("mds/x.jwt", Vec::new()),
        (
            "mds/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.jwt",
            b"no".to_vec(),
        ),
    ] {
        if let Some(why) = book.wrong(name, Some(bytes), &[name]) {
            wrong.push(format!("{name}: {why}"));
        }
    }
    // Files of a record that is not there: the record is missing.
    for name in [
        "checkpoints/000003.txt",
        "checkpoints/000003.txt.op-1.sig",
        "records/000002/op-1.sig",
    ] {
        if let Some(why) = book.wrong(
            name,
            Some(Vec::new()),
            &["records/000002/record.json", name],
        ) {
            wrong.push(format!("{name}: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", head(&wrong));
}

#[test]
fn the_same_record_twice_is_named() {
    let book = Book::new();
    let mut table = book.whole.clone();
    let again = table.files()["records/000001/record.json"].clone();
    append(&mut table, &again);
    let report = book.report(&table);
    assert_eq!(verdict(&report, &["records/000002/record.json"]), None);
}

/// Appends a record as the people of the book would: signed by all, with a checkpoint.
fn append(store: &mut MemoryStore, record: &[u8]) {
    let mut signers = World::signers().unwrap();
    let signatures: Vec<(String, Vec<u8>)> = signers
        .iter_mut()
        .map(|one| {
            (
                one.reference().to_owned(),
                one.sign(Namespace::Record, record).unwrap(),
            )
        })
        .collect();
    let files: Vec<(&str, &[u8])> = signatures
        .iter()
        .map(|(who, file)| (who.as_str(), file.as_slice()))
        .collect();
    let mut ledger = Ledger::new(store);
    let index = ledger.size().unwrap();
    ledger.append(index, record, &files).unwrap();
    let head = ledger.head().unwrap().text();
    let signature = signers[0]
        .sign(Namespace::Checkpoint, head.as_bytes())
        .unwrap();
    ledger
        .write_checkpoint(index + 1, &[("op-1", &signature)])
        .unwrap();
}

/// The book `whole` with this registration in place of its own, signed by all its people.
pub(crate) fn resigned_in(whole: &MemoryStore, record: &CeremonyRecord) -> MemoryStore {
    let of_genesis = |name: &str| {
        let file = FileName::parse(name).unwrap();
        file.record().is_none_or(|index| index == 0)
    };
    let files = whole.files().iter().filter(|(name, _)| of_genesis(name));
    let mut store: MemoryStore = files
        .map(|(name, bytes)| (name.clone(), bytes.clone()))
        .collect();
    append(&mut store, &record.bytes().unwrap());
    store
}

/// The registration of a book.
fn registration(whole: &MemoryStore) -> CeremonyRecord {
    CeremonyRecord::parse(&whole.files()["records/000001/record.json"]).unwrap()
}

/// A small book with its registration changed, and signed anew by all its people.
pub(crate) fn resigned(change: impl FnOnce(&mut CeremonyRecord)) -> MemoryStore {
    changed(&small_book().store, change)
}

/// The same of a book that is there already.
fn changed(whole: &MemoryStore, change: impl FnOnce(&mut CeremonyRecord)) -> MemoryStore {
    let before = registration(whole);
    let mut record = before.clone();
    change(&mut record);
    assert_ne!(record, before, "nothing was changed");
    resigned_in(whole, &record)
}

/// Has another key than the stated one sign what the stated one signed.
pub(crate) fn other_key(record: &mut CeremonyRecord) {
    let presence = record.evidence.presence.as_mut().unwrap();
    let json = Digest::of(&presence.client_data_json.0);
    let signed = [&presence.authenticator_data.0[..], &json.0].concat();
    let other = SigningKey::from_slice(&[7; 32]).unwrap();
    let signature: Signature = other.sign(&signed);
    presence.signature = Bytes(signature.to_der().as_bytes().to_vec());
}

#[test]
fn a_book_signed_again_without_a_change_is_the_same_book() {
    // The control: the helper makes sound books, so what fails below fails for its reason.
    let whole = small_book().store;
    assert_eq!(
        resigned_in(&whole, &registration(&whole)).files(),
        whole.files()
    );
}

#[test]
fn a_presence_assertion_by_another_key_is_found() {
    let book = Book::new();
    let report = book.report(&resigned(other_key));
    assert_eq!(report.standing(), Standing::Broken);
    assert_eq!(verdict(&report, &["records/000001/record.json"]), None);
    assert!(
        report.faults.is_empty(),
        "the people's part is whole: {:?}",
        report.faults
    );
}

#[test]
fn a_presence_assertion_with_any_flipped_bit_is_found_though_the_people_signed_it() {
    let book = Book::new();
    let mut wrong = Vec::new();
    let record = CeremonyRecord::parse(&book.whole.files()["records/000001/record.json"]).unwrap();
    let presence = record.evidence.presence.unwrap();
    let lengths = [
        presence.authenticator_data.0.len(),
        presence.client_data_json.0.len(),
        presence.signature.0.len(),
    ];
    for (member, length) in lengths.into_iter().enumerate() {
        for offset in 0..length {
            let store = changed(&book.whole, |record| {
                let presence = record.evidence.presence.as_mut().unwrap();
                let bytes = match member {
                    0 => &mut presence.authenticator_data,
                    1 => &mut presence.client_data_json,
                    _ => &mut presence.signature,
                };
                bytes.0[offset] ^= 1 << (offset % 8);
            });
            let report = book.report(&store);
            if let Some(why) = verdict(&report, &["records/000001/record.json"]) {
                wrong.push(format!("member {member} byte {offset}: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", head(&wrong));
}

/// Edits of a statement that leave it a sound one.
pub(crate) type Edit = (&'static str, fn(&mut CeremonyRecord));

/// Every member that somebody would want to be another afterwards.
pub(crate) const EDITS: &[Edit] = &[
    ("bag", |record| custody(record).bag.push('9')),
    ("safe", |record| custody(record).safe.push('9')),
    ("shelf", |record| custody(record).shelf = None),
    ("label", |record| key(record).label.push('9')),
    ("method id", |record| key(record).method_id = None),
    ("serial", |record| key(record).serial = None),
    ("tries left", |record| key(record).pin.retries = Some(1)),
    ("alias", |record| {
        let account = record.statement.account.as_mut().unwrap();
        account.alias.push('9');
    }),
    ("findings", |record| record.statement.findings.clear()),
    ("nonce", |record| record.statement.nonces[0].value.0[0] ^= 1),
    ("time", |record| {
        let time = &mut record.statement.time;
        time.started = time.started.plus_days(1);
    }),
    ("reference", |record| {
        record.statement.reference = Some("CHG-1".to_owned());
    }),
    ("record id", |record| record.statement.record_id.0[0] ^= 1),
    ("tool", |record| record.statement.tool.version.push('9')),
    ("plan", |record| {
        record.statement.inputs.plan_sha256 = Digest::of(b"other");
    }),
];

fn custody(record: &mut CeremonyRecord) -> &mut Custody {
    record.statement.custody.as_mut().unwrap()
}

fn key(record: &mut CeremonyRecord) -> &mut KeyPart {
    record.statement.key.as_mut().unwrap()
}

#[test]
fn a_statement_that_the_people_signed_again_and_the_key_did_not_is_found() {
    let book = Book::new();
    for (what, edit) in EDITS {
        let report = book.report(&changed(&book.whole, edit));
        assert_eq!(report.standing(), Standing::Broken, "{what}");
        assert_eq!(
            verdict(&report, &["records/000001/record.json"]),
            None,
            "{what}"
        );
    }
}

#[test]
fn an_attestation_that_the_people_took_from_another_key_is_found() {
    let mut table = small_book();
    table.register("BG1-B").unwrap();
    let other = CeremonyRecord::parse(&table.store.files()["records/000002/record.json"]).unwrap();
    let book = Book::new();
    let report = book.report(&changed(&book.whole, |record| {
        record.evidence.registration = other.evidence.registration;
    }));
    assert_eq!(verdict(&report, &["records/000001/record.json"]), None);
}
