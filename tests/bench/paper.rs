//! What a page of paper costs, warm, beside Chromium's print of the same values in the same run.
//! `cargo bench --bench paper` prints it; times are not asserted.
//!
//! Goal (DESIGN §10): a page in less than 20 ms. Chromium starts anew for each file, so what it takes
//! for one more page is the difference between a file of many pages and one of one.

#[expect(dead_code, reason = "a measurement uses a part of them")]
#[path = "../paper/values.rs"]
mod values;

use glasskey::paper::Attachment;
use glasskey::paper::Paper;
use glasskey::paper::Pdf;
use glasskey::paper::bag_face;
use glasskey::paper::blank_sheet;
use glasskey::paper::inside_sheet;
use glasskey::paper::inventory;
use glasskey::paper::pin_envelope;
use glasskey::paper::procedure;
use glasskey::paper::receipt;
use qrcode::Color;
use qrcode::QrCode;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

const RUNS: usize = 25;
/// Prints of Chromium's that are timed, and pages of its long file.
const PRINTS: usize = 3;
const PAGES: u32 = 21;
/// What a page may take.
const GOAL: Duration = Duration::from_millis(20);

/// A kind of page: how it is made, and the same values for a browser.
struct Kind {
    name: &'static str,
    make: Box<dyn Fn() -> Pdf>,
    words: Vec<String>,
    code: Option<String>,
}

fn kinds() -> Vec<Kind> {
    let record = Attachment::json("record.json", "The record", &[b' '; 6_000]);
    let of_bag = [record.clone()];
    let of_sheet = [record.clone()];
    let of_minutes = [record];
    let a4 = Paper::A4;
    let seal = values::seal();
    let mut inside = words(&[values::UPN, values::SERIAL, "BG1-A", "A1234567", "P-0007"]);
    inside.extend(seal.digest.words().iter().map(ToString::to_string));
    let steps = || {
        let steps = values::script(None).steps.into_iter();
        let activities = steps.flat_map(|step| step.activities);
        activities
            .map(|one| format!("{} {}", one.who, one.does))
            .collect()
    };
    let shelves = values::stock(20).lines.into_iter();
    let shelves = shelves.map(|line| format!("{} {} {}", line.shelf, line.bag, line.label));
    let mut slip = words(&["w-1", "record 000003"]);
    slip.extend(
        values::slip()
            .statement
            .words()
            .iter()
            .map(ToString::to_string),
    );
    let kind = |name, words, code: Option<String>, make: Box<dyn Fn() -> Pdf>| Kind {
        name,
        make,
        words,
        code,
    };
    vec![
        kind(
            "inside sheet",
            inside,
            Some(seal.to_string()),
            Box::new(move || inside_sheet(&values::sheet(false), &of_sheet, a4).unwrap()),
        ),
        kind(
            "bag face",
            words(&[
                "A1234567",
                "BG1-A",
                "2026-11-22",
                "2027-02-20",
                "+31 20 555 01 23",
            ]),
            Some(values::pointer().to_string()),
            Box::new(move || bag_face(&values::face(false), &of_bag, a4).unwrap()),
        ),
        kind(
            "PIN envelope",
            words(&["P-0007", "cu-2, cu-3", "2026-11-22", "+31 20 555 01 23"]),
            None,
            Box::new(move || pin_envelope(&values::envelope(), a4).unwrap()),
        ),
        kind(
            "inventory of 20",
            shelves.collect(),
            Some(values::CHECKPOINT.replace("ORIGIN", values::ORIGIN)),
            Box::new(move || inventory(&values::stock(20), a4).unwrap()),
        ),
        kind(
            "receipt",
            slip,
            Some(values::CHECKPOINT.replace("ORIGIN", values::ORIGIN)),
            Box::new(move || receipt(&values::slip(), a4).unwrap()),
        ),
        kind(
            "blank",
            words(&[values::UPN, "BG-1", "BG1-A", "P-0007", "+31 20 555 01 23"]),
            None,
            Box::new(move || blank_sheet(&values::blank(), a4).unwrap()),
        ),
        kind(
            "script",
            steps(),
            None,
            Box::new(move || procedure(&values::script(None), &[], a4).unwrap()),
        ),
        kind(
            "minutes",
            steps(),
            Some(values::pointer().to_string()),
            Box::new(move || {
                let minutes = values::script(Some(values::outcome()));
                procedure(&minutes, &of_minutes, a4).unwrap()
            }),
        ),
    ]
}

fn words(all: &[&str]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

/// The same values as a page of HTML, as often as `pages` says.
fn html(kind: &Kind, pages: u32) -> String {
    let mut body = String::new();
    let code = kind.code.as_deref().map_or(String::new(), drawn);
    for _ in 0..pages {
        let _ = write!(body, "<section><h1>{}</h1><table>", kind.name);
        for word in &kind.words {
            let _ = write!(body, "<tr><td>☐<td>{word}");
        }
        let _ = write!(body, "</table>{code}</section>");
    }
    format!(
        "<!doctype html><meta charset=utf-8><style>@page{{size:A4}}section{{break-after:page}}\
         td{{border:1px solid;font:9pt sans-serif}}</style>{body}"
    )
}

/// A QR code as SVG: one path of a square a dark module.
fn drawn(text: &str) -> String {
    let code = QrCode::new(text).unwrap();
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", at % width, at / width);
        }
    }
    format!("<svg width=240 viewBox='0 0 {width} {width}'><path d='{path}'/></svg>")
}

/// The shortest time of Chromium's to print `pages` of it; `None` where Chromium is not installed.
fn chromium(dir: &Path, kind: &Kind, pages: u32) -> Option<(Duration, usize)> {
    let (page, pdf) = (dir.join("page.html"), dir.join("page.pdf"));
    fs::write(&page, html(kind, pages)).unwrap();
    let times = (0..PRINTS).map(|_| {
        let began = Instant::now();
        let ran = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-pdf-header-footer",
            ])
            .arg(format!("--user-data-dir={}", dir.join("profile").display()))
            .arg(format!("--print-to-pdf={}", pdf.display()))
            .arg(&page)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .ok()?;
        assert!(ran.success(), "chromium: {ran}");
        Some(began.elapsed())
    });
    let times: Vec<Duration> = times.collect::<Option<_>>()?;
    Some((times.into_iter().min()?, count(&fs::read(&pdf).unwrap())))
}

/// Pages of a PDF.
fn count(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let all = |name: &str| text.matches(name).count();
    all("/Type/Page") + all("/Type /Page") - all("/Type/Pages") - all("/Type /Pages")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn main() {
    let dir = std::env::temp_dir().join(format!("glasskey-bench-paper-{}", std::process::id()));
    fs::create_dir(&dir).unwrap();
    println!(
        "{:<16} {:>5} {:>12} {:>8} {:>23} {:>25}",
        "warm", "pages", "a page", "goal", "chromium, a page more", "chromium, start and page"
    );
    let mut missing = false;
    for kind in kinds() {
        let pages = count(&(kind.make)().bytes);
        let runs = (0..RUNS).map(|_| {
            let began = Instant::now();
            black_box((kind.make)());
            began.elapsed()
        });
        let page = median(runs.collect()) / u32::try_from(pages).unwrap();
        let met = if page < GOAL { "< 20 ms" } else { "MISSED" };
        let print = || Some((chromium(&dir, &kind, 1)?, chromium(&dir, &kind, PAGES)?));
        let peer = if let Some(((one, first), (many, last))) = print() {
            let more = u32::try_from(last - first).unwrap();
            let each = many.saturating_sub(one) / more;
            format!("{each:>23.1?} {one:>25.0?}")
        } else {
            missing = true;
            format!("{:>23} {:>25}", "not installed", "not installed")
        };
        println!("{:<16} {pages:>5} {page:>12.1?} {met:>8} {peer}", kind.name);
    }
    let _ = fs::remove_dir_all(&dir);
    if missing {
        println!("skipped: Chromium beside it (no chromium)");
        let ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!ci, "CI needs chromium");
    }
}
