//! `audit --qr`: codes from paper, as text and as pictures, held against a rehearsal's book.

use crate::support::Ran;
use crate::support::TempDir;
use crate::support::audit;
use crate::support::rehearse;
use crate::support::skipped;
use crate::support::verdicts;
use glasskey::paper::Pointer;
use glasskey::primitives::Digest;
use std::fs;
use std::path::Path;
use std::process::Command;

const CHECKPOINT: &str = "ledger/checkpoints/000002.txt";

fn world() -> TempDir {
    let dir = TempDir::new();
    rehearse(&dir.join("r"), &["--only", "registration"]).exits(0);
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
    let said = ran.out.replace('\n', " ").replace("  ", " ");
    assert!(
        said.contains("record:000001: the code points to it: "),
        "{said}"
    );
    assert!(said.contains("bag R26-0101 in SAFE-A"), "{said}");
}

#[test]
fn a_code_of_another_record_or_book_is_found() {
    let dir = world();
    let right = pointer(&dir, 1).to_string();
    let other = Pointer::new("glasskey:else", 1, pointer(&dir, 1).record()).unwrap();
    let zero = pointer(&dir, 0).to_string().replace(":000000:", ":000001:");
    for (code, why) in [
        (
            right.replace(":000001:", ":000009:"),
            "which this book does not have",
        ),
        (zero, "not the one that the code was printed from"),
        (other.to_string(), "points into another book"),
    ] {
        let ran = audit(&dir.join("r"), &["--qr", &code, "--json"]).exits(6);
        assert!(verdicts(&ran.json(), "LEDGER-HEAD").contains(&"fail".to_owned()));
        assert!(ran.out.contains(why), "{}", ran.out);
    }
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
