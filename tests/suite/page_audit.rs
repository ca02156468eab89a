//! `audit FILE.pdf`: pages of a rehearsal's book, held against it, and pages that somebody changed.

use crate::support::Ran;
use crate::support::TempDir;
use crate::support::glasskey;
use crate::support::rehearse;
use crate::support::text;
use crate::support::verdicts;
use glasskey::io::FolderLedger;
use glasskey::paper::Attachment;
use glasskey::paper::PageValues;
use glasskey::paper::Paper;
use glasskey::paper::Reprint;
use glasskey::paper::bag_face;
use glasskey::paper::bag_face_of;
use glasskey::paper::with_record;
use glasskey::plan::Plan;
use glasskey::primitives::Digest;
use glasskey::record::CeremonyRecord;
use std::fs;
use std::path::PathBuf;

pub(crate) const BAG: &str = "000001-BG1-A-bag.pdf";
const INSIDE: &str = "R26-0101-BG1-A-inside.pdf";

/// A rehearsal, and its auditor.
pub(crate) struct World {
    pub(crate) dir: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::of("registration")
    }

    /// One that plays this event alone.
    pub(crate) fn of(event: &str) -> Self {
        let dir = TempDir::new();
        rehearse(&dir.join("r"), &["--only", event]).exits(0);
        Self { dir }
    }

    /// Prints a page into the book.
    pub(crate) fn print(&self, what: &[&str]) -> Ran {
        glasskey([&["print"], what, &["--book", text(&self.book())]].concat())
    }

    /// The values of a page of the book.
    pub(crate) fn values(&self, page: &str) -> PageValues {
        let page = Reprint::read(&fs::read(self.page(page)).unwrap()).unwrap();
        page.values().clone()
    }

    pub(crate) fn book(&self) -> PathBuf {
        self.dir.join("r/book")
    }

    pub(crate) fn page(&self, name: &str) -> PathBuf {
        self.book().join("paper").join(name)
    }

    /// Audits a page with the trust file of the rehearsal.
    pub(crate) fn audit(&self, page: &str, further: &[&str]) -> Ran {
        let (page, trust) = (self.page(page), self.dir.join("r/auditor/trust.toml"));
        let arguments = ["audit", text(&page), "--trust", text(&trust)];
        glasskey([&arguments[..], further].concat())
    }

    /// Audits bytes as a page that lies among the book's.
    pub(crate) fn changed(&self, bytes: &[u8]) -> Ran {
        fs::write(self.page("changed.pdf"), bytes).unwrap();
        self.audit("changed.pdf", &["--json"])
    }

    pub(crate) fn store(&self) -> FolderLedger {
        FolderLedger::new(self.book().join("ledger"), self.dir.join("scratch"))
    }

    pub(crate) fn plan(&self) -> Plan {
        Plan::parse(&fs::read_to_string(self.book().join("glasskey.toml")).unwrap()).unwrap()
    }

    pub(crate) fn record(&self, index: u64) -> Vec<u8> {
        let name = format!("ledger/records/{index:06}/record.json");
        fs::read(self.book().join(name)).unwrap()
    }

    fn signatures(&self) -> Vec<(String, Vec<u8>)> {
        let folder = self.book().join("ledger/records/000001");
        let read = |who: &str| fs::read(folder.join(format!("{who}.sig"))).unwrap();
        ["op-1", "w-1", "w-2"]
            .map(|who| (who.to_owned(), read(who)))
            .into()
    }

    /// A bag face drawn from one record, with another in it.
    fn face(&self, drawn: &[u8], attached: &[u8], plan: &Plan) -> Vec<u8> {
        let statement = CeremonyRecord::parse(drawn).unwrap().statement;
        let face = bag_face_of(plan, &statement, 1, Digest::of(attached)).unwrap();
        let attachments: Vec<Attachment> = with_record(attached, &self.signatures());
        bag_face(&face, &attachments, Paper::A4).unwrap().bytes
    }

    /// The record with another bag number.
    fn forged(&self) -> Vec<u8> {
        let record = String::from_utf8(self.record(1)).unwrap();
        assert!(record.contains("R26-0101"));
        record.replace("R26-0101", "R26-0999").into_bytes()
    }
}

/// The verdicts of the page's own checks.
pub(crate) fn of_page(ran: &Ran) -> [String; 4] {
    ["PAGE-DRAWN", "PAGE-SIGNED", "PAGE-RECORD", "PAGE-PLAN"]
        .map(|check| verdicts(&ran.json(), check).join(" "))
}

#[test]
fn a_page_of_every_kind_is_what_its_book_prints() {
    let world = World::new();
    let book = world.book();
    for what in [
        &["pin-envelope", "BG1-A"][..],
        &["blank", "BG2-B"],
        &["inventory", "SAFE-A"],
        &["minutes", "1"],
        &["receipt", "1"],
        &["script", "verification", "BG1-A"],
        &["inside", "BG1-A"],
        &["bag", "1"],
    ] {
        glasskey(
            [
                &["print"],
                what,
                &["--paper", "letter", "--book", text(&book)],
            ]
            .concat(),
        )
        .exits(0);
    }
    let mut count = 0;
    for entry in fs::read_dir(book.join("paper")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let ran = world.audit(&name, &["--json"]).exits(0);
        assert_eq!(verdicts(&ran.json(), "PAGE-DRAWN"), ["pass"], "{name}");
        assert_eq!(verdicts(&ran.json(), "TRUST-ROOT"), ["pass"], "{name}");
        let said = [of_page(&ran)[2].clone(), of_page(&ran)[3].clone()];
        assert!(said.contains(&"pass".to_owned()), "{name}: {}", ran.out);
        count += 1;
    }
    assert!(count >= 9, "{count} pages");
    let said = world.audit(BAG, &[]).exits(0).out;
    assert!(
        said.contains("Clean. The page is what its book prints."),
        "{said}"
    );
    let inside = world.audit(INSIDE, &["--json"]).exits(0).json();
    for check in ["UP", "UV", "PRES-SIG", "PRES-BIND", "RP-HASH"] {
        assert_eq!(verdicts(&inside, check), ["pass"], "{check}");
    }
}

#[test]
fn a_page_alone_proves_the_key_s_signature_and_not_whose_book_it_is() {
    let world = World::new();
    for name in [BAG, INSIDE] {
        let copy = world.dir.join(name);
        fs::copy(world.page(name), &copy).unwrap();
        let ran = glasskey(["audit", text(&copy), "--json"]).exits(1);
        assert_eq!(verdicts(&ran.json(), "PRES-SIG"), ["pass"], "{name}");
        assert_eq!(verdicts(&ran.json(), "TRUST-ROOT"), ["unknown"]);
        assert_eq!(ran.json()["page"]["rehearsal"], true, "{name}");
        let signed = if name == BAG { "unknown" } else { "" };
        assert_eq!(of_page(&ran), ["pass", signed, "not_run", "not_run"]);
        // With its book named, it is that book's.
        let (book, trust) = (world.book(), world.dir.join("r/auditor/trust.toml"));
        let named = ["--book", text(&book), "--trust", text(&trust)];
        let ran = glasskey([&["audit", text(&copy)], &named[..]].concat()).exits(0);
        let words = "This is a page of a rehearsal: nothing in it is real.";
        assert!(ran.out.contains(words), "{}", ran.out);
    }
}

#[test]
fn a_page_with_another_bag_number_drawn_is_found() {
    let world = World::new();
    let bytes = world.face(&world.forged(), &world.record(1), &world.plan());
    let ran = world.changed(&bytes).exits(6);
    assert_eq!(of_page(&ran), ["fail", "pass", "pass", "pass"]);
    assert!(
        ran.out
            .contains("page 1 says “R26-0999” where it should say “R26-0101”"),
        "{}",
        ran.out
    );
}

#[test]
fn a_page_with_another_record_in_it_is_found() {
    let world = World::new();
    // Drawn from the true record, the forged one attached.
    let statement = CeremonyRecord::parse(&world.record(1)).unwrap().statement;
    let face = bag_face_of(&world.plan(), &statement, 1, Digest::of(&world.record(1))).unwrap();
    let attachments = with_record(&world.forged(), &world.signatures());
    let bytes = bag_face(&face, &attachments, Paper::A4).unwrap().bytes;
    assert_eq!(
        of_page(&world.changed(&bytes).exits(6)),
        ["fail", "fail", "fail", "pass"]
    );
    // Both forged: the page is what it holds, and nobody signed it.
    let bytes = world.face(&world.forged(), &world.forged(), &world.plan());
    assert_eq!(
        of_page(&world.changed(&bytes).exits(6)),
        ["pass", "fail", "fail", "pass"]
    );
}

#[test]
fn a_page_with_another_number_to_call_is_found_by_the_plan() {
    let world = World::new();
    let mut plan = world.plan();
    plan.book.call = "+00 111 1111 (somebody else)".to_owned();
    let bytes = world.face(&world.record(1), &world.record(1), &plan);
    let ran = world.changed(&bytes).exits(6);
    assert_eq!(of_page(&ran), ["pass", "pass", "pass", "fail"]);
    assert!(
        ran.out
            .contains("call: the page has “+00 111 1111 (somebody else)”"),
        "{}",
        ran.out
    );
}

#[test]
fn what_is_appended_to_a_page_is_found() {
    let world = World::new();
    let page = fs::read(world.page(BAG)).unwrap();
    let plain = String::from_utf8_lossy(&page).into_owned();
    let after = |name: &str| plain.rsplit_once(name).unwrap().1.trim_start();
    let number = |name: &str| {
        after(name)
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap()
    };
    // An incremental update: another title, all else as it was (ISO 32000-1 §7.5.6).
    let (root, info, size) = (number("/Root "), number("/Info "), number("/Size "));
    let object = format!("\n{info} 0 obj\n<</Creator(glasskey)/Title(Other)>>\nendobj\n");
    let table = format!(
        "xref\n{info} 1\n{:010} 00000 n \ntrailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 R\
         /Prev {}>>\nstartxref\n{}\n%%EOF",
        page.len() + 1,
        number("startxref"),
        page.len() + object.len(),
    );
    let ran = world
        .changed(&[page, object.into_bytes(), table.into_bytes()].concat())
        .exits(6);
    assert_eq!(of_page(&ran)[0], "fail");
    assert!(ran.out.contains("bytes were appended to it"), "{}", ran.out);
}

#[test]
fn two_attachments_of_one_name_are_found() {
    let world = World::new();
    let page = fs::read(world.page(BAG)).unwrap();
    let name = b"(w-1.sig)";
    let mut twice = page.clone();
    for at in 0..page.len() - name.len() {
        if page[at..].starts_with(name) {
            twice[at + 3] = b'2';
        }
    }
    let ran = world.changed(&twice).exits(6);
    assert!(
        ran.out.contains("two attachments are named w-2.sig"),
        "{}",
        ran.out
    );
    assert_eq!(of_page(&ran)[0], "fail");
}

#[test]
fn what_is_no_page_of_ours_is_refused_in_three_lines() {
    let world = World::new();
    let foreign =
        b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f\r\ntrailer<</Root 1 0 R>>\nstartxref\n9\n\
        %%EOF\n";
    for (bytes, why) in [
        (foreign.to_vec(), "glasskey did not make it"),
        (b"%PDF-".to_vec(), "not a PDF that can be read"),
        (vec![b' '; 17 << 20], "larger than 16 MiB"),
    ] {
        fs::write(world.page("other.pdf"), bytes).unwrap();
        let [what, because, _] = world.audit("other.pdf", &[]).exits(2).three_lines();
        assert_eq!(what, "nothing was audited");
        assert!(because.contains(why), "{because}");
    }
    let [_, because, _] = world.audit(BAG, &["--qr", "x"]).exits(2).three_lines();
    assert_eq!(because, "--qr is for a book, and this is a page");
}
