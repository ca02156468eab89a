//! The codes in a picture that anybody may have made: bounded, and without a panic.

use rqrr::PreparedImage;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

/// Most pixels of a picture that is looked at: a sheet of A4 at 600 dots an inch.
pub const MOST_PIXELS: u64 = 35_000_000;

/// Bytes that reading a PNG's head may take.
const MOST_HEAD: usize = 8 << 20;

/// Why a picture was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureFault {
    /// It is no PNG, or a broken one; what is wrong with it.
    NotPng(String),
    /// It has more than [`MOST_PIXELS`]: width and height.
    TooLarge(u32, u32),
    /// Looking for codes in it failed within the library that does.
    Unreadable,
}

/// A picture in grey: width, height, a byte a pixel.
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// A part of a picture, in pixels.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Grey {
    const fn whole(&self) -> Part {
        Part {
            left: 0,
            top: 0,
            width: self.width,
            height: self.height,
        }
    }
}

impl Part {
    /// Nine parts of it, half as wide and half as high, each half over the next: what is at most a
    /// quarter as wide and as high as all of it is whole in one of them.
    fn pieces(&self) -> Vec<Self> {
        let quarters = |length: usize| [0, length / 4, length / 2];
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let pieces = quarters(self.height).into_iter().flat_map(|top| {
            quarters(self.width).map(|left| Self {
                left: self.left + left,
                top: self.top + top,
                width,
                height,
            })
        });
        pieces.collect()
    }
}

/// The texts of all codes in a PNG picture, each once, sorted; none if there is none.
///
/// Memory is bounded by [`MOST_PIXELS`]. Time is not: a picture of nothing but corners of codes takes
/// as long as there are pairs of them, so whoever waits has to stop waiting.
///
/// # Errors
/// [`PictureFault`].
pub fn codes_in(png: &[u8]) -> Result<Vec<String>, PictureFault> {
    // Both libraries read bytes of an attacker's choice.
    let seen = catch_unwind(AssertUnwindSafe(|| picture(png).map(|grey| codes(&grey))));
    seen.unwrap_or(Err(PictureFault::Unreadable))
}

/// The texts in the whole picture; where there are none, those in its pieces. A page of many small boxes
/// has so much that looks like a code's corner that the code between them is lost.
fn codes(picture: &Grey) -> Vec<String> {
    let whole = picture.whole();
    let mut texts = texts(picture, &whole);
    if texts.is_empty() {
        let pieces = whole.pieces();
        texts = pieces
            .iter()
            .flat_map(|at| self::texts(picture, at))
            .collect();
    }
    texts.into_iter().collect()
}

/// The texts of the codes in a part of a picture.
fn texts(picture: &Grey, part: &Part) -> BTreeSet<String> {
    let at = |x: usize, y: usize| {
        let (x, y) = (x.checked_add(part.left)?, y.checked_add(part.top)?);
        let place = y.checked_mul(picture.width)?.checked_add(x)?;
        picture.pixels.get(place).copied()
    };
    let mut image = PreparedImage::prepare_from_greyscale(part.width, part.height, |x, y| {
        at(x, y).unwrap_or(0xff)
    });
    let grids = image.detect_grids();
    let read = grids.iter().filter_map(|grid| {
        // One that breaks the library leaves the others to be read.
        let decoded = catch_unwind(AssertUnwindSafe(|| grid.decode().ok()));
        decoded.unwrap_or(None)
    });
    read.map(|(_, text)| text).collect()
}

fn picture(png: &[u8]) -> Result<Grey, PictureFault> {
    let odd = |error: png::DecodingError| PictureFault::NotPng(error.to_string());
    let mut decoder =
        png::Decoder::new_with_limits(Cursor::new(png), png::Limits { bytes: MOST_HEAD });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(odd)?;
    let (width, height) = (reader.info().width, reader.info().height);
    let large = || PictureFault::TooLarge(width, height);
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(large());
    }
    let mut pixels = vec![0; reader.output_buffer_size().ok_or_else(large)?];
    let frame = reader.next_frame(&mut pixels).map_err(odd)?;
    let samples = frame.color_type.samples();
    let length = |length: u32| usize::try_from(length).map_err(|_| large());
    Ok(Grey {
        width: length(width)?,
        height: length(height)?,
        pixels: pixels.chunks_exact(samples).map(grey).collect(),
    })
}

/// A pixel's grey on white paper: of grey, grey and alpha, colour, or colour and alpha.
fn grey(pixel: &[u8]) -> u8 {
    let (light, alpha) = match pixel {
        [grey] => (u32::from(*grey), 255),
        [grey, alpha] => (u32::from(*grey), u32::from(*alpha)),
        [red, green, blue, rest @ ..] => {
            let sum = 299 * u32::from(*red) + 587 * u32::from(*green) + 114 * u32::from(*blue);
            (
                sum / 1_000,
                rest.first().map_or(255, |alpha| u32::from(*alpha)),
            )
        }
        [] => (255, 255),
    };
    u8::try_from((light * alpha + 255 * (255 - alpha)) / 255).unwrap_or(0xff)
}

#[cfg(test)]
mod tests;
