//! Every page as poppler renders it, against a picture that was looked at. `GLASSKEY_BLESS=1` takes
//! the pages as they are now: look at the pictures' difference before it is committed.

use crate::grey::Grey;
use crate::samples;
use crate::samples::Sample;
use crate::tools;
use crate::values;
use glasskey::paper::InsideSheet;
use glasskey::paper::Paper;
use std::collections::BTreeSet;
use std::path::Path;

/// Golden pictures have a third of this: what rasterisers do differently is lost in the mean.
const DPI: u32 = 180;
/// The most that a pixel's surroundings, three by three, may differ in grey. Two rasterisers differ
/// by less; a line that is 0.4 mm off its place by more.
const TOLERANCE: u8 = 60;

fn golden() -> &'static Path {
    Path::new("tests/paper/golden")
}

/// The pages of a sample as they are compared.
fn pages(test: &str, sample: &Sample) -> Option<Vec<Grey>> {
    let path = tools::saved(test, &sample.name, &sample.pdf);
    let pages = tools::rendered(&path, DPI)?;
    Some(pages.iter().map(Grey::third).collect())
}

/// Where two pictures differ most, and by how much; `None` if they are the same page.
fn difference(left: &Grey, right: &Grey) -> Option<String> {
    if (left.width, left.height) != (right.width, right.height) {
        let size = |one: &Grey| format!("{} by {}", one.width, one.height);
        return Some(format!("{} is not {} pixels", size(left), size(right)));
    }
    let (a, b) = (left.blurred(1), right.blurred(1));
    let spots = (0..a.height).flat_map(|y| (0..a.width).map(move |x| (x, y)));
    let off = |(x, y): &(usize, usize)| a.at(*x, *y).abs_diff(b.at(*x, *y));
    let worst = spots.max_by_key(off).unwrap();
    // 60 dpi: 0.42 mm a pixel.
    let millimetres = |pixels: usize| pixels * 254 / 600;
    (off(&worst) > TOLERANCE).then(|| {
        format!(
            "differs by {} greys, {} mm from the left and {} mm from the top",
            off(&worst),
            millimetres(worst.0),
            millimetres(worst.1)
        )
    })
}

#[test]
fn every_page_looks_as_it_did_when_it_was_looked_at() {
    let bless = std::env::var_os("GLASSKEY_BLESS").is_some();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for sample in samples::all() {
        let Some(pages) = pages("pictures", sample) else {
            return;
        };
        for (number, page) in (1..).zip(pages) {
            let name = format!("{}-{number}.png", sample.name);
            let path = golden().join(&name);
            if bless {
                std::fs::create_dir_all(golden()).unwrap();
                std::fs::write(&path, page.to_png()).unwrap();
            }
            match std::fs::read(&path) {
                Err(_) => wrong.push(format!("{name}: a new page")),
                Ok(bytes) => {
                    let differs = difference(&Grey::png(&bytes), &page);
                    wrong.extend(differs.map(|differs| format!("{name}: {differs}")));
                }
            }
            seen.insert(name);
        }
    }
    for entry in std::fs::read_dir(golden()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_some_and(|kind| kind == "png") && !seen.contains(&name) {
            if bless {
                std::fs::remove_file(&path).unwrap();
            } else {
                wrong.push(format!("{name}: no such page any more"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One page of a document that differs from a sample in one thing.
fn one(name: &str, pdf: glasskey::paper::Pdf, page: usize) -> Option<Grey> {
    let sample = Sample {
        name: name.to_owned(),
        pdf,
        codes: vec![],
    };
    pages("one", &sample).map(|mut pages| pages.remove(page))
}

type Change = fn(&mut InsideSheet);

#[test]
fn a_page_with_one_word_changed_is_another_picture() {
    let sheet = |change: Change| {
        let mut sheet = values::sheet(false);
        change(&mut sheet);
        glasskey::paper::inside_sheet(&sheet, &[], Paper::A4).unwrap()
    };
    let Some(as_it_is) = one("as-it-is", sheet(|_| ()), 0) else {
        return;
    };
    let again = one("again", sheet(|_| ()), 0).unwrap();
    assert_eq!(difference(&as_it_is, &again), None);
    let changes: [(&str, Change); 5] = [
        ("a digit of the envelope", |sheet| {
            sheet.pin_envelope = "P-0001".into();
        }),
        ("another model", |sheet| {
            sheet.model = "Security Key NFC".into();
        }),
        ("another holder", |sheet| {
            sheet.pin_holders = vec!["cu-2".into(), "w-17".into()];
        }),
        ("another telephone number", |sheet| {
            sheet.call = "+31 20 777 01 23 (security desk)".into();
        }),
        ("one try in all", |sheet| sheet.pin_tries = Some(1)),
    ];
    for (number, (what, change)) in changes.into_iter().enumerate() {
        let other = one(&format!("changed-{number}"), sheet(change), 0).unwrap();
        assert!(difference(&as_it_is, &other).is_some(), "{what}");
    }
}

#[test]
fn a_code_of_another_record_is_another_picture() {
    let script = |index: u32| {
        let mut outcome = values::outcome();
        let digest = glasskey::primitives::Digest::of(b"record");
        outcome.pointer =
            glasskey::paper::Pointer::new(values::ORIGIN, u64::from(index), digest).unwrap();
        glasskey::paper::procedure(&values::script(Some(outcome)), &[], Paper::A4).unwrap()
    };
    let Some(third) = one("third", script(3), 0) else {
        return;
    };
    // Below the head, where the record's number stands in words.
    let below = |page: &Grey| page.cut((0, 80), (page.width, page.height));
    let fourth = one("fourth", script(4), 0).unwrap();
    assert!(difference(&below(&third), &below(&fourth)).is_some());
}

#[test]
fn a_moved_or_lost_line_is_another_picture_and_another_renderers_is_not() {
    let sample = samples::one("bag-a4");
    let path = tools::saved("renderers", &sample.name, &sample.pdf);
    let Some(pages) = tools::rendered(&path, DPI) else {
        return;
    };
    let page = &pages[0];
    let cairo = path.with_extension("cairo");
    let arguments = [
        "-r",
        "180",
        "-gray",
        "-png",
        "-singlefile",
        path.to_str().unwrap(),
        cairo.to_str().unwrap(),
    ];
    tools::run("pdftocairo", &arguments);
    let bytes = std::fs::read(format!("{}.png", cairo.display())).unwrap();
    let other = Grey::png(&bytes).cut((0, 0), (page.width, page.height));
    let same = |other: &Grey| difference(&page.third(), &other.third());
    assert_eq!(same(&other), None);
    // 0.4 mm down; and without its fourth tenth.
    assert!(same(&page.moved(3)).is_some());
    let tenth = page.height / 10;
    assert!(same(&page.wiped(3 * tenth, 4 * tenth)).is_some());
}
