//! `audit --qr`: codes from paper, as text and as pictures, held against a rehearsal's book.

use crate::support::Ran;
use crate::support::TempDir;
use crate::support::audit;
use crate::support::glasskey;
use crate::support::rehearse;
use crate::support::skipped;
use crate::support::text;
use glasskey::paper::Pointer;
use glasskey::paper::Seal;
use glasskey::primitives::Digest;
use glasskey::record::CeremonyRecord;
use glasskey::webauthn::AuthenticatorData;
use std::fs;
use std::path::Path;
use std::process::Command;

const CHECKPOINT: &str = "ledger/checkpoints/000002.txt";

fn world() -> TempDir {
    of("registration")
}

/// A rehearsal that plays this event alone.
fn of(event: &str) -> TempDir {
    let dir = TempDir::new();
    rehearse(&dir.join("r"), &["--only", event]).exits(0);
    dir
}

fn scan(dir: &TempDir, value: &str) -> Ran {
    audit(&dir.join("r"), &["--qr", value])
}

fn pointer(dir: &TempDir, index: u64) -> Pointer {
    let book = dir.join("r/book");
    let origin = fs::read_to_string(book.join("ledger/origin")).unwrap();
    let record = book.join(format!("ledger/records/{index:06}/record.json"));
    Pointer::new(
        origin.trim_end(),
        index,
        Digest::of(&fs::read(record).unwrap()),
    )
    .unwrap()
}

/// The seal code of the inside sheet of a record.
fn seal(dir: &TempDir, index: u64) -> Seal {
    let record = dir.join(&format!("r/book/ledger/records/{index:06}/record.json"));
    let record = CeremonyRecord::parse(&fs::read(record).unwrap()).unwrap();
    let digest = record.statement.digest().unwrap();
    let presence = record.evidence.presence.unwrap();
    Seal {
        digest,
        public_key: record.statement.key.unwrap().public_key.unwrap().cose,
        authenticator_data: AuthenticatorData::parse(&presence.authenticator_data.0).unwrap(),
        signature: presence.signature.0,
    }
}

/// What was printed, on one line.
fn said(ran: &Ran) -> String {
    ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is said of the code: check, verdict, subject and detail.
fn of_code(ran: &Ran) -> [String; 4] {
    let answer = ran.json();
    let last = answer["findings"].as_array().unwrap().last().unwrap();
    ["check", "verdict", "subject", "detail"].map(|name| last[name].as_str().unwrap().to_owned())
}

/// Renders a page at 150 dots an inch.
fn picture(dir: &TempDir, pdf: &str, page: &str, how: &[&str]) -> Option<String> {
    let to = dir.join(&format!("{page}-{}", how.len()));
    let pdf = dir.join("r/book/paper").join(pdf);
    let ran = Command::new("pdftoppm")
        .args(["-r", "150", "-png", "-singlefile", "-f", page, "-l", page])
        .args(how)
        .arg(pdf)
        .arg(&to)
        .output();
    let Ok(ran) = ran else {
        skipped("codes out of pictures", "pdftoppm");
        return None;
    };
    assert!(ran.status.success(), "{ran:?}");
    Some(format!("{}.png", to.display()))
}

#[test]
fn a_bag_s_code_is_the_record_that_the_ledger_has() {
    let dir = world();
    let ran = scan(&dir, &pointer(&dir, 1).to_string()).exits(0);
    let end = "Clean. Every signature, head and proof verifies. record:000001: the code points to \
               it: Security key BG1-A was registered for account BG-1 and sealed, bag R26-0101 in \
               SAFE-A.";
    assert!(said(&ran).ends_with(end), "{}", ran.out);
}

#[test]
fn a_code_whose_key_lies_in_it_no_more_is_warned_of() {
    for (event, since) in [
        (
            "custody",
            "record 000003 put the key into bag R26-0105 since",
        ),
        (
            "replacement",
            "record 000003 put the key into bag R26-0105 since",
        ),
        ("loss", "the key is lost since record 000003"),
        ("retirement", "the key is retired since record 000003"),
    ] {
        let dir = of(event);
        let sealed = "Security key BG1-A was registered for account BG-1 and sealed, bag R26-0101 \
                      in SAFE-A";
        for (code, check, what) in [
            (
                pointer(&dir, 1).to_string(),
                "LEDGER-HEAD",
                "the code points to it",
            ),
            (
                seal(&dir, 1).to_string(),
                "PRES-SIG",
                "the code is the key's own signature",
            ),
        ] {
            let ran = audit(&dir.join("r"), &["--qr", &code, "--json"]).exits(0);
            let detail = format!("{what}: {sealed}; {since}");
            assert_eq!(
                of_code(&ran),
                [check, "warn", "record:000001", detail.as_str()]
            );
            let ran = scan(&dir, &code).exits(0);
            let end = format!(
                "Clean. Every signature, head and proof verifies; read what is warned of: {check}. \
                 record:000001: {detail}."
            );
            assert!(said(&ran).ends_with(&end), "{}", ran.out);
        }
    }
}

#[test]
fn the_newest_code_of_a_key_is_not_warned_of() {
    let dir = of("custody");
    for code in [pointer(&dir, 3).to_string(), seal(&dir, 3).to_string()] {
        let ran = audit(&dir.join("r"), &["--qr", &code, "--json"]).exits(0);
        let [_, verdict, subject, _] = of_code(&ran);
        assert_eq!([verdict, subject], ["pass", "record:000003"]);
    }
    // It took the key out of its bag: no key was put into one by it.
    let code = pointer(&dir, 2).to_string();
    let ran = audit(&dir.join("r"), &["--qr", &code, "--json"]).exits(0);
    let [_, verdict, subject, _] = of_code(&ran);
    assert_eq!([verdict, subject], ["pass", "record:000002"]);
}

#[test]
fn a_code_of_another_book_or_key_is_not_to_be_trusted_and_the_book_is() {
    let dir = world();
    let other = Pointer::new("glasskey:else", 1, pointer(&dir, 1).record()).unwrap();
    let why = "the code points into another book";
    let ran = fails(&dir, &other.to_string(), "code", why);
    let end = format!("Do not trust this code; the book itself is clean. code: {why}.");
    assert!(said(&ran).ends_with(&end), "{}", ran.out);
    let mut other = seal(&dir, 1);
    *other.signature.last_mut().unwrap() ^= 1;
    let why = "the signature in the code was not made by the key of record 000001 over its \
               statement";
    fails(&dir, &other.to_string(), "code", why);
}

#[test]
fn a_code_that_the_book_should_have_and_has_not_vouches_for_neither() {
    let dir = world();
    let right = pointer(&dir, 1).to_string();
    let cut = right.replace(":000001:", ":000009:");
    let why = "the code points to record 000009, which this book does not have";
    let anew = pointer(&dir, 0).to_string().replace(":000000:", ":000001:");
    let other = "record 000001 is not the one that the code was printed from";
    let mut unknown = seal(&dir, 1);
    unknown.digest = Digest::of(b"other");
    let sealed = "no record of this book has the statement that the code seals";
    for (code, why) in [(cut, why), (anew, other), (unknown.to_string(), sealed)] {
        let ran = fails(&dir, &code, "book", why);
        let end = format!(
            "Trust neither this book nor this code. They do not fit, and one of them was made anew: \
             find out which. book: {why}."
        );
        assert!(said(&ran).ends_with(&end), "{}", ran.out);
        assert!(!said(&ran).to_lowercase().contains("clean"), "{}", ran.out);
    }
}

/// The code fails with this subject, and the book has no bad file; what is said of it.
#[track_caller]
fn fails(dir: &TempDir, code: &str, of: &str, why: &str) -> Ran {
    let ran = audit(&dir.join("r"), &["--qr", code, "--json"]).exits(6);
    let answer = ran.json();
    assert_eq!(answer["exit"], 6);
    assert_eq!(answer.get("first_bad"), None);
    let [_, verdict, subject, detail] = of_code(&ran);
    assert_eq!([verdict.as_str(), &subject, &detail], ["fail", of, why]);
    let ran = scan(dir, code).exits(6);
    assert!(!ran.out.contains("first bad file"), "{}", ran.out);
    ran
}

#[test]
fn nothing_is_remembered_while_a_code_does_not_fit_the_book() {
    let dir = world();
    let code = pointer(&dir, 0).to_string().replace(":000000:", ":000001:");
    let heads = dir.join("heads.txt");
    let ran = audit(&dir.join("r"), &["--qr", &code, "--remember", text(&heads)]).exits(6);
    let words = "Nothing was kept: find out first why the code does not fit the book.";
    assert!(said(&ran).contains(words), "{}", ran.out);
    assert!(fs::metadata(&heads).is_err());
}

#[test]
fn a_bad_book_is_said_before_a_code_that_is_not_its_own() {
    let dir = world();
    let right = pointer(&dir, 1).to_string();
    let signature = dir.join("r/book/ledger/records/000001/op-1.sig");
    fs::metadata(&signature).unwrap();
    fs::write(signature, "none").unwrap();
    let other = Pointer::new("glasskey:else", 1, pointer(&dir, 1).record()).unwrap();
    let ran = scan(&dir, &other.to_string()).exits(6);
    let said_of_both = said(&ran);
    let book = said_of_both
        .find("Do not trust this book. The first bad file is ledger/records/000001/")
        .unwrap();
    let code = said_of_both.find("Do not trust this code either.").unwrap();
    assert!(book < code, "{said_of_both}");
    let ran = audit(&dir.join("r"), &["--qr", &other.to_string(), "--json"]).exits(6);
    let file = ran.json()["first_bad"]["file"].as_str().unwrap().to_owned();
    assert!(file.starts_with("ledger/records/000001/"), "{file}");
    let ran = scan(&dir, &right).exits(6);
    assert!(!ran.out.contains("Do not trust this code"), "{}", ran.out);
}

#[test]
fn a_book_that_nobody_vouches_for_is_not_called_clean_beside_a_code_that_is_not_its_own() {
    let dir = world();
    let other = Pointer::new("glasskey:else", 1, pointer(&dir, 1).record()).unwrap();
    let book = dir.join("r/book");
    let ran = glasskey(["audit", text(&book), "--qr", &other.to_string()]).exits(6);
    let words = "Do not trust this code. The book is whole in itself. It cannot vouch for itself";
    assert!(said(&ran).contains(words), "{}", ran.out);
    assert!(!ran.out.contains("clean"), "{}", ran.out);
}

#[test]
fn a_head_from_a_receipt_is_held_against_the_tree() {
    let dir = world();
    let head = fs::read_to_string(dir.join("r/book").join(CHECKPOINT)).unwrap();
    scan(&dir, &head).exits(0);
    let mut lines: Vec<String> = head.lines().map(str::to_owned).collect();
    let other = if lines[2].starts_with('A') { "B" } else { "A" };
    lines[2].replace_range(0..1, other);
    scan(&dir, &lines.join("\n")).exits(6);
}

#[test]
fn every_code_is_read_out_of_a_picture_of_its_page() {
    let dir = world();
    let sheet = "R26-0101-BG1-A-inside.pdf";
    let bag = "000001-BG1-A-bag.pdf";
    let Some(seal) = picture(&dir, sheet, "2", &[]) else {
        return;
    };
    let said = scan(&dir, &seal).exits(0).out;
    assert!(
        said.contains("the code is the key's own signature"),
        "{said}"
    );
    for how in [&[][..], &["-gray"]] {
        let code = picture(&dir, bag, "1", how).unwrap();
        let said = scan(&dir, &code).exits(0).out;
        assert!(said.contains("the code points to it"), "{said}");
    }
}

/// A square picture of as many finder patterns as it holds.
fn corners(side: usize) -> Vec<u8> {
    let mut file = Vec::new();
    let length = u32::try_from(side).unwrap();
    let mut encoder = png::Encoder::new(&mut file, length, length);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    let pixel = |at: usize| {
        let ring = |at: usize| (at % 16 / 2).abs_diff(3);
        let ring = ring(at / side).max(ring(at % side));
        if matches!(ring, 2 | 4) { 0xff } else { 0 }
    };
    let pixels: Vec<u8> = (0..side * side).map(pixel).collect();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn a_picture_without_a_code_of_ours_is_refused_in_three_lines() {
    let dir = world();
    fs::write(dir.join("odd.png"), b"\x89PNG\r\n\x1a\nodd").unwrap();
    fs::write(dir.join("none"), "").unwrap();
    for value in ["GLASSKEY1:R:x", "no-such.png", "odd.png", "none"] {
        let value = if Path::new(value).extension().is_some() || value == "none" {
            dir.join(value).display().to_string()
        } else {
            value.to_owned()
        };
        let [what, ..] = scan(&dir, &value).exits(2).three_lines();
        assert!(what.contains("nothing was audited"), "{what}");
    }
    // Corners of codes, and no code: looking for it ends after a while.
    fs::write(dir.join("corners.png"), corners(3_000)).unwrap();
    let value = dir.join("corners.png").display().to_string();
    let began = std::time::Instant::now();
    let [_, why, _] = scan(&dir, &value).exits(2).three_lines();
    assert!(why.contains("corners.png: no code "), "{why}");
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    if let Some(front) = picture(&dir, "R26-0101-BG1-A-inside.pdf", "1", &[]) {
        let [_, why, _] = scan(&dir, &front).exits(2).three_lines();
        assert!(why.contains("no code can be read in it"), "{why}");
    }
}
