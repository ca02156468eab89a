//! The codes: how large they are, and that they are read back by others from damaged paper.

#![expect(clippy::float_arithmetic, reason = "places on a picture")]

use crate::grey::Grey;
use crate::grey::Spot;
use crate::grey::float;
use crate::samples;
use crate::samples::Sample;
use crate::tools;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// What a phone takes of a page held in the hand.
const DPI: u32 = 150;
/// Pixels in a millimetre of that.
const MILLIMETRE: f32 = 150.0 / 25.4;
/// Whose codes rqrr does not find in the whole page, below so many boxes: in its pieces it does.
const IN_PIECES: [&str; 1] = ["inventory-of-twenty-a4"];
/// Whose codes are damaged: the same values in a rehearsal, on the other paper or beside others make no
/// other code.
const DAMAGED: [&str; 6] = [
    "bag-a4",
    "inside-a4",
    "inside-long-a4",
    "inventory-long-a4",
    "receipt-a4",
    "minutes-a4",
];

/// A code on a page, with some of what stands around it.
struct Found {
    /// Whose it is.
    name: &'static str,
    page: Grey,
    /// Its corners: upper left, upper right, lower right, lower left.
    corners: [Spot; 4],
    /// Modules on a side.
    modules: usize,
    /// What it says.
    text: String,
    /// What it should say.
    expected: &'static str,
}

/// The codes of all samples, found and read by rqrr; none where poppler is not installed.
fn all() -> &'static [Found] {
    static ALL: OnceLock<Vec<Found>> = OnceLock::new();
    ALL.get_or_init(|| samples::all().iter().flat_map(found).collect())
}

fn found(sample: &'static Sample) -> Vec<Found> {
    let path = tools::saved("codes", &sample.name, &sample.pdf);
    let mut all = Vec::new();
    for (page, expected) in &sample.codes {
        let Some(page) = tools::rendered_one(&path, *page, DPI) else {
            return all;
        };
        let (width, height) = (page.width, page.height);
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| page.at(x, y));
        let grids = image.detect_grids();
        let read = grids.first().and_then(|grid| grid.decode().ok());
        let Some((meta, text)) = read else {
            let known = IN_PIECES.contains(&sample.name.as_str());
            assert!(known, "{}: rqrr does not read its code", sample.name);
            let ours = glasskey::paper::codes_in(&page.to_png());
            assert_eq!(ours, Ok(vec![expected.clone()]), "{}", sample.name);
            let read = zbar(&format!("{}-alone", sample.name), &page);
            assert!(read.is_none_or(|read| read == *expected), "{}", sample.name);
            continue;
        };
        let spot = |at: rqrr::Point| {
            let pixels = |place: i32| float(usize::try_from(place).unwrap());
            (pixels(at.x), pixels(at.y))
        };
        let mut one = Found {
            name: &sample.name,
            page,
            corners: grids[0].bounds.map(spot),
            modules: meta.version.to_size(),
            text,
            expected,
        };
        one.crop();
        all.push(one);
    }
    all
}

impl Found {
    fn side(&self) -> f32 {
        self.corners[1].0 - self.corners[0].0
    }

    /// Side of a module, in millimetres.
    fn module(&self) -> f32 {
        self.side() / float(self.modules) / MILLIMETRE
    }

    /// A spot on the code: hundredths of its side from its left and upper edge.
    fn spot(&self, right: u8, down: u8) -> Spot {
        let part = |hundredths: u8| self.side() * f32::from(hundredths) / 100.0;
        let (left, top) = self.corners[0];
        (left + part(right), top + part(down))
    }
}

#[test]
fn every_code_says_what_it_should_to_two_readers() {
    for code in all() {
        assert_eq!(code.text, code.expected, "{}", code.name);
        let Some(read) = zbar(&format!("{}-whole", code.name), &code.page) else {
            return;
        };
        assert_eq!(read, code.expected, "{}", code.name);
    }
}

/// What zbar reads from a picture: an empty text where it reads nothing, `None` where it is not
/// installed.
fn zbar(name: &str, picture: &Grey) -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("codes");
    let file = folder.join(format!("{name}.pgm"));
    std::fs::write(&file, picture.to_pgm()).unwrap();
    let symbology = ["-Sdisable", "-Sqrcode.enable"];
    let output = Command::new("zbarimg")
        .args(["-q", "--raw"])
        .args(symbology)
        .arg(&file)
        .output();
    let Ok(output) = output else {
        tools::run("zbarimg", &["--version"]);
        return None;
    };
    let read = String::from_utf8(output.stdout).unwrap();
    // It adds one newline; a checkpoint ends with one of its own.
    Some(read.strip_suffix('\n').unwrap_or(&read).to_owned())
}

#[test]
fn modules_are_half_a_millimetre_or_more_and_four_of_them_are_white_around() {
    for code in all() {
        let (name, module) = (code.name, code.module());
        assert!(module >= 0.49, "{name}: a module of {module} mm");
        // A little less: the corners are found to two pixels.
        let zone = 4.0 * module * MILLIMETRE - 2.5;
        let ((left, top), (right, bottom)) = (code.corners[0], code.corners[2]);
        let inside = |x: f32, y: f32, by: f32| {
            x > left - by && x < right + by && y > top - by && y < bottom + by
        };
        let rows = Grey::place(top - zone)..=Grey::place(bottom + zone);
        for y in rows {
            for x in Grey::place(left - zone)..=Grey::place(right + zone) {
                let around = inside(float(x), float(y), zone) && !inside(float(x), float(y), 2.5);
                assert!(
                    !around || code.page.at(x, y) > 200,
                    "{name}: ink at {x}, {y}"
                );
            }
        }
    }
}

/// What befalls a code, by name.
fn damaged(code: &Found) -> Vec<(&'static str, Grey)> {
    let page = &code.page;
    let mm = MILLIMETRE;
    let (middle, side) = (code.spot(50, 50), code.side());
    // Where neither a corner's square nor the alignment in the lower right corner is.
    let blot = code.spot(58, 40);
    let across = |picture: &Grey, width: f32, grey: u8| {
        picture.creased(code.spot(0, 52), code.spot(100, 50), width, grey)
    };
    let worn = across(&page.stained(blot, side * 0.07, 40), 0.7 * mm, 255);
    vec![
        ("out of focus", page.out_of_focus(1)),
        ("turned left", page.turned(5.0)),
        ("turned right", page.turned(-5.0)),
        ("folded across, toner gone", across(page, 0.8 * mm, 255)),
        (
            "folded across, dirt in the fold",
            across(page, 0.5 * mm, 90),
        ),
        (
            "folded down",
            page.creased((middle.0, 0.0), (middle.0 + 3.0, 100.0), 0.5 * mm, 255),
        ),
        ("a drop of ink", page.stained(blot, side * 0.09, 0)),
        ("a bleached spot", page.stained(blot, side * 0.09, 255)),
        ("bad light", page.in_bad_light()),
        ("all at once", worn.turned(-5.0).blurred(1).in_bad_light()),
    ]
}

#[test]
fn every_code_is_read_after_blur_turn_fold_and_stain() {
    if all().is_empty() {
        return;
    }
    let mut unread = Vec::new();
    for name in DAMAGED {
        let code = all().iter().find(|code| code.name == name).unwrap();
        for (number, (what, picture)) in damaged(code).iter().enumerate() {
            match zbar(&format!("{}-{number}", code.name), picture) {
                None => return,
                Some(read) if read == code.expected => {}
                Some(read) => unread.push(format!("{}, {what}: {read:?}", code.name)),
            }
        }
    }
    assert!(unread.is_empty(), "{}", unread.join("\n"));
}

impl Found {
    /// Leaves some 15 mm around the code.
    fn crop(&mut self) {
        let around = 15.0 * MILLIMETRE;
        let place = Grey::place;
        let from = self.corners[0];
        let to = self.corners[2];
        let (left, top) = (place(from.0 - around), place(from.1 - around));
        self.page = self
            .page
            .cut((left, top), (place(to.0 + around), place(to.1 + around)));
        for corner in &mut self.corners {
            corner.0 -= float(left);
            corner.1 -= float(top);
        }
    }
}

#[test]
fn what_a_code_cannot_survive_is_not_misread() {
    for code in all().iter().take(4) {
        let ruined = code.page.stained(code.spot(50, 50), code.side() * 0.35, 0);
        let read = zbar(&format!("{}-ruined", code.name), &ruined);
        assert!(read.is_none_or(|read| read.is_empty()), "{}", code.name);
    }
}
