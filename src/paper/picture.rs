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

fn codes(picture: &Grey) -> Vec<String> {
    let at = |x: usize, y: usize| {
        let place = y.checked_mul(picture.width)?.checked_add(x)?;
        picture.pixels.get(place).copied()
    };
    let mut image = PreparedImage::prepare_from_greyscale(picture.width, picture.height, |x, y| {
        at(x, y).unwrap_or(0xff)
    });
    let grids = image.detect_grids();
    let texts: BTreeSet<String> = grids
        .iter()
        .filter_map(|grid| {
            // One that breaks the library leaves the others to be read.
            let decoded = catch_unwind(AssertUnwindSafe(|| grid.decode().ok()));
            decoded.unwrap_or(None)
        })
        .map(|(_, text)| text)
        .collect();
    texts.into_iter().collect()
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
mod tests {
    use super::*;
    use crate::paper::Pointer;
    use crate::paper::qr::Matrix;
    use crate::primitives::Digest;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use qrcode::EcLevel;

    const PIXELS: usize = 4;

    fn text() -> String {
        Pointer::new("glasskey:t/contoso", 3, Digest::of(b"record"))
            .unwrap()
            .to_string()
    }

    /// A grey PNG of these pixels.
    fn png(width: usize, pixels: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let height = pixels.len() / width;
        let mut encoder = png::Encoder::new(
            &mut file,
            u32::try_from(width).unwrap(),
            u32::try_from(height).unwrap(),
        );
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
        writer.finish().unwrap();
        file
    }

    /// The pointer's code with its quiet zone: width and pixels.
    fn drawn() -> (usize, Vec<u8>) {
        let matrix = Matrix::of("pointer", &text(), EcLevel::Q).unwrap();
        let rows = matrix.rows();
        let width = (rows.len() + 8) * PIXELS;
        let mut pixels = vec![0xff; width * width];
        for (y, row) in rows.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                for at in 0..PIXELS * PIXELS {
                    let (dy, dx) = (at / PIXELS, at % PIXELS);
                    let place = ((y + 4) * PIXELS + dy) * width + (x + 4) * PIXELS + dx;
                    pixels[place] = if *dark { 0 } else { 0xff };
                }
            }
        }
        (width, pixels)
    }

    #[test]
    fn every_kind_of_pixel_is_grey_on_white_paper() {
        assert_eq!(grey(&[7]), 7);
        assert_eq!(grey(&[7, 255]), 7);
        assert_eq!(grey(&[7, 0]), 255);
        assert_eq!(grey(&[255, 255, 255]), 255);
        assert_eq!(grey(&[255, 0, 0]), 76);
        assert_eq!(grey(&[0, 0, 0, 128]), 127);
        assert_eq!(grey(&[]), 255);
    }

    #[test]
    fn a_code_is_read_out_of_its_picture() {
        let (width, pixels) = drawn();
        assert_eq!(codes_in(&png(width, &pixels)), Ok(vec![text()]));
    }

    #[test]
    fn a_picture_of_too_many_pixels_is_refused_by_its_head() {
        let mut file = png(1, &[0]);
        // Width and height, and the checksum of the header over them.
        file[16..20].copy_from_slice(&5_000_u32.to_be_bytes());
        file[20..24].copy_from_slice(&7_001_u32.to_be_bytes());
        let sum = crc(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(codes_in(&file), Err(PictureFault::TooLarge(5_000, 7_001)));
    }

    /// CRC-32 as PNG has it (ISO 3309).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 {
                    0xedb8_8320 ^ (crc >> 1)
                } else {
                    crc >> 1
                }
            })
        })
    }

    proptest! {
        // A picture takes milliseconds, not microseconds.
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases() / 20))]

        #[test]
        fn random_bytes_hold_no_code(bytes in vec(any::<u8>(), 0..400), at in 0usize..200, with: u8) {
            prop_assert!(codes_in(&bytes).is_err());
            let (width, pixels) = drawn();
            let mut file = png(width, &pixels);
            let at = at % file.len();
            file[at] = with;
            if let Ok(texts) = codes_in(&file) {
                prop_assert!(texts.iter().all(|read| *read == text()), "{texts:?}");
            }
        }

        #[test]
        fn random_pixels_hold_no_code(
            width in 1usize..120,
            height in 1usize..120,
            seed in vec(any::<u8>(), 1..120),
        ) {
            let pixels: Vec<u8> = (0..width * height).map(|at| seed[at * 7 % seed.len()]).collect();
            prop_assert_eq!(codes_in(&png(width, &pixels)), Ok(Vec::new()));
        }

        #[test]
        fn a_damaged_code_is_read_right_or_not_at_all(
            marks in vec((0usize..10_000, 0usize..10_000, 1usize..24, any::<u8>()), 0..24),
        ) {
            let (width, mut pixels) = drawn();
            for (x, y, side, with) in marks {
                let (left, top) = (x % width, y % width);
                for row in top..(top + side).min(width) {
                    for column in left..(left + side).min(width) {
                        pixels[row * width + column] = with;
                    }
                }
            }
            let texts = codes_in(&png(width, &pixels)).unwrap();
            prop_assert!(texts.iter().all(|read| *read == text()), "{texts:?}");
        }
    }
}
