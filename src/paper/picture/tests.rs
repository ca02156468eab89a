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
    fn what_is_a_quarter_of_a_picture_is_whole_in_one_of_its_pieces(
        width in 1usize..200,
        height in 1usize..200,
        side: (prop::sample::Index, prop::sample::Index),
        place: (prop::sample::Index, prop::sample::Index),
    ) {
        let whole = Part { left: 0, top: 0, width, height };
        let (wide, high) = (side.0.index(width / 4 + 1), side.1.index(height / 4 + 1));
        let (left, top) = (place.0.index(width - wide + 1), place.1.index(height - high + 1));
        let holds = |piece: &Part| {
            let across = piece.left <= left && left + wide <= piece.left + piece.width;
            across && piece.top <= top && top + high <= piece.top + piece.height
        };
        let pieces = whole.pieces();
        prop_assert!(pieces.iter().any(holds));
        let within = |piece: &Part| piece.left + piece.width <= width && piece.top + piece.height <= height;
        prop_assert!(pieces.iter().all(within), "{:?}", pieces);
    }

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
