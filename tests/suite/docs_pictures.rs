//! The pictures of the documents are of what the program really says: each is made again here and held
//! against the file, to the byte. `GLASSKEY_BLESS=1 cargo test --test suite -- docs_pictures` renews them.

mod svg;

use crate::docs_links::pages;
use crate::support::TempDir;
use crate::support::command;
use crate::support::ended;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures");

/// What comes before the pictures, in one fresh folder.
const BEFORE: &[&str] = &[
    "glasskey rehearse --out year --save-exchanges graph.jsonl",
    "glasskey rehearse --only verification --out practice",
    "cp -R year forged",
    "sed -i s/SAFE-A/SAFE-B/ forged/book/ledger/records/000007/record.json",
    "sed -i s/\"accountEnabled\":true/\"accountEnabled\":false/ graph.jsonl",
];

/// A piece of a screen.
enum Piece {
    /// From the first line that begins so, this many lines.
    From(&'static str, usize),
    /// The last lines.
    Last(usize),
}

/// A picture.
struct Picture {
    /// Its file in `docs/pictures`.
    file: &'static str,
    /// What it shows, for those who do not see it.
    title: &'static str,
    /// What can be read on it.
    desc: &'static str,
    /// What is typed; after ` \` it goes on in the next line.
    typed: &'static str,
    /// The exit code.
    code: i32,
    /// What is shown of the screen; nothing for all of it.
    pieces: &'static [Piece],
}

const PICTURES: &[Picture] = &[
    Picture {
        file: "rehearsal.svg",
        title: "A terminal: a rehearsal of a registration",
        desc: "A credential is made on the virtual key and known to the virtual tenant, the \
               statement's 32 words are read aloud, the record is signed by three people, and the \
               audit ends with: Clean.",
        typed: "glasskey rehearse --only registration --out first",
        code: 0,
        pieces: &[
            Piece::From("A rehearsal:", 4),
            Piece::From("  4/9 ", 4),
            Piece::From("  7/9 ", 14),
            Piece::From("  9/9 ", 5),
            Piece::From("  Clean.", 1),
        ],
    },
    Picture {
        file: "day.svg",
        title: "A terminal: the day's page of a book",
        desc: "Four keys with their safes, bags and due dates, what is due, and the next command.",
        typed: "glasskey --book practice/book",
        code: 0,
        pieces: &[],
    },
    Picture {
        file: "verification.svg",
        title: "A terminal: a verification at the safe",
        desc: "The number of the closed bag is read, the key is plugged in and proves itself, the \
               statement's words are read aloud, the key is touched, and the new bag's face is printed.",
        typed: "glasskey rehearse --only verification",
        code: 0,
        pieces: &[
            Piece::From("A quarter later:", 5),
            Piece::From("  3/10 ", 5),
            Piece::From("  6/10 ", 2),
            Piece::From("  8/10 ", 15),
            Piece::From("  10/10 ", 6),
        ],
    },
    Picture {
        file: "words.svg",
        title: "A terminal: a statement before it is signed",
        desc: "What will be signed, in sentences; its digest; and the digest as 32 numbered words \
               that every witness sees on a screen of their own.",
        typed: "glasskey rehearse --only incident",
        code: 0,
        pieces: &[
            Piece::From("An incident:", 1),
            Piece::From("  2/3 The statement: read", 24),
        ],
    },
    Picture {
        file: "audit.svg",
        title: "A terminal: the audit of a whole book",
        desc: "Thirteen records, each with its account, key, bag and safe; what holds the book from \
               outside; and the verdict: Clean.",
        typed: "glasskey audit year/book --trust year/auditor/trust.toml",
        code: 0,
        pieces: &[],
    },
    Picture {
        file: "forged.svg",
        title: "A terminal: the audit of a book that was changed",
        desc: "One word of a record was changed: the audit says that records were rewritten, names \
               the file, and ends with: Do not trust this book.",
        typed: "glasskey audit forged/book --trust year/auditor/trust.toml",
        code: 6,
        pieces: &[Piece::From("  book", 6), Piece::Last(14)],
    },
    Picture {
        file: "report.svg",
        title: "A terminal: a report of a year",
        desc: "For each key and account: verifications expected, in time, late and missed, and when \
               each was done or was not performed.",
        typed: "glasskey report --book year/book --from 2026-01-01 --to 2026-09-30",
        code: 1,
        pieces: &[Piece::From("rehearsal.glasskey", 32)],
    },
    Picture {
        file: "check.svg",
        title: "A terminal: a check that found drift",
        desc: "An account was disabled: the check fails, says what to do and why it matters, and ends \
               with the number of findings.",
        typed: "glasskey check --book year/book --offline graph.jsonl",
        code: 1,
        pieces: &[Piece::From("contoso-rehearsal", 22), Piece::Last(2)],
    },
];

/// A line without its colours.
fn plain(line: &str) -> String {
    svg::spans(line).into_iter().map(|span| span.text).collect()
}

/// A line as a terminal of 80 columns breaks it; its colour goes on in the next.
fn broken(line: &str) -> Vec<String> {
    let (mut all, mut columns) = (vec![String::new()], 0);
    let (mut colour, mut in_escape) = (String::new(), false);
    for letter in line.chars() {
        if letter == '\u{1b}' {
            colour.clear();
            in_escape = true;
        }
        if in_escape {
            colour.push(letter);
            in_escape = letter != 'm';
        } else {
            if columns == 80 {
                all.push(colour.clone());
                columns = 0;
            }
            columns += 1;
        }
        all.last_mut().unwrap().push(letter);
    }
    all
}

/// What a picture shows of a screen; `…` stands for what it leaves out.
fn shown(picture: &Picture, screen: &str) -> Vec<String> {
    let broken: Vec<String> = screen.trim_matches('\n').lines().flat_map(broken).collect();
    let lines: Vec<&str> = broken.iter().map(String::as_str).collect();
    if picture.pieces.is_empty() {
        return lines.into_iter().map(ToOwned::to_owned).collect();
    }
    let mut all = Vec::new();
    let mut next = 0;
    for piece in picture.pieces {
        let (from, count) = match piece {
            Piece::From(start, count) => {
                let mut rest = lines.iter().skip(next);
                let found = rest.position(|line| plain(line).starts_with(start));
                let found = next
                    + found.unwrap_or_else(|| {
                        panic!("{}: no line begins with `{start}`:\n{screen}", picture.file)
                    });
                (found, *count)
            }
            Piece::Last(count) => (lines.len().saturating_sub(*count), *count),
        };
        assert!(
            from >= next,
            "{}: pieces overlap at line {from}",
            picture.file
        );
        if from > next {
            all.push("…".to_owned());
        }
        next = lines.len().min(from + count);
        all.extend(lines[from..next].iter().map(|&line| line.to_owned()));
    }
    if next < lines.len() {
        all.push("…".to_owned());
    }
    all
}

/// Runs what is typed, in `dir`, as an 80 column terminal with colours would show it.
fn run(typed: &str, dir: &Path, code: i32) -> String {
    let mut words = typed.split_whitespace().filter(|word| *word != "\\");
    let program = words.next().unwrap();
    if program == "glasskey" {
        let words = words.chain(["--color", "always"]);
        return ended(command(words).current_dir(dir)).exits(code).out;
    }
    let status = std::process::Command::new(program)
        .args(words)
        .current_dir(dir)
        .status();
    assert!(status.unwrap().success(), "{typed}");
    String::new()
}

#[test]
fn every_picture_is_of_what_the_program_says() {
    let dir = TempDir::new();
    for typed in BEFORE {
        run(typed, dir.path(), 0);
    }
    let bless = std::env::var_os("GLASSKEY_BLESS").is_some();
    let mut stale = String::new();
    for picture in PICTURES {
        let lines = shown(picture, &run(picture.typed, dir.path(), picture.code));
        let made = svg::drawn(picture.title, picture.desc, picture.typed, &lines);
        let path = Path::new(FOLDER).join(picture.file);
        if bless {
            fs::create_dir_all(FOLDER).unwrap();
            fs::write(&path, made).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != made {
            let text: Vec<String> = lines.iter().map(|line| plain(line)).collect();
            let _ = writeln!(stale, "{}:\n{}\n", path.display(), text.join("\n"));
        }
    }
    assert!(
        stale.is_empty(),
        "the program says something else now; GLASSKEY_BLESS=1 cargo test --test suite -- \
         docs_pictures draws these again, look at them before they are committed:\n{stale}"
    );
}

/// A page of paper, and the picture of it.
const PAGE: (&str, &str) = ("out/book/paper/000001-BG1-A-bag.pdf", "bag.png");

/// A picture: its size and the bytes of its points.
fn points(path: &Path) -> Option<((u32, u32), Vec<u8>)> {
    let file = std::io::BufReader::new(fs::File::open(path).ok()?);
    let mut reader = png::Decoder::new(file).read_info().ok()?;
    let mut points = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut points).ok()?;
    Some(((info.width, info.height), points))
}

#[test]
fn the_picture_of_a_bag_s_face_is_of_the_page_that_is_printed() {
    let dir = TempDir::new();
    run(
        "glasskey rehearse --only registration --out out",
        dir.path(),
        0,
    );
    let made = dir.join("page.png");
    let rendered = std::process::Command::new("pdftoppm")
        .args(["-r", "72", "-gray", "-png", "-singlefile"])
        .arg(dir.join(PAGE.0))
        .arg(made.with_extension(""))
        .output();
    if rendered.is_err() {
        return crate::support::skipped("the picture of a page", "pdftoppm");
    }
    let kept = Path::new(FOLDER).join(PAGE.1);
    if std::env::var_os("GLASSKEY_BLESS").is_some() {
        fs::copy(&made, &kept).unwrap();
    }
    let (size, fresh) = points(&made).unwrap();
    let (shown, known) = points(&kept).expect("docs/pictures/bag.png");
    // Another version of the renderer may shade an edge otherwise; it moves no letter.
    let moved = fresh
        .iter()
        .zip(&known)
        .filter(|(a, b)| a.abs_diff(**b) > 128);
    let moved = moved.count();
    assert!(
        size == shown && moved <= 20,
        "docs/pictures/bag.png is stale ({moved} points): renew it with GLASSKEY_BLESS=1"
    );
}

#[test]
fn every_picture_is_shown_by_a_document_and_said_in_words() {
    let mut shown = Vec::new();
    for page in pages() {
        for (words, path) in page.pictures() {
            let from = page.path.display();
            assert!(words.len() > 20, "{from}: say what {path} shows");
            let name = Path::new(path).file_name().unwrap();
            shown.push(name.to_str().unwrap().to_owned());
        }
    }
    for entry in fs::read_dir(FOLDER).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        assert!(shown.contains(&name), "no page shows docs/pictures/{name}");
        assert!(entry.metadata().unwrap().len() < 60_000, "{name} is large");
    }
}
