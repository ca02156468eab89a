//! Pictures in greys, and what befalls paper between printer and phone.

#![expect(clippy::float_arithmetic, reason = "pictures are turned and creased")]

use std::io::Cursor;

/// A picture: rows of greys, 0 black, 255 white.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Grey {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pixels: Vec<u8>,
}

/// A place in a picture, in pixels.
pub(crate) type Spot = (f32, f32);

impl Grey {
    fn new(width: usize, height: usize, at: impl Fn(usize, usize) -> u8) -> Self {
        let pixels = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| at(x, y))
            .collect();
        Self {
            width,
            height,
            pixels,
        }
    }

    pub(crate) fn at(&self, x: usize, y: usize) -> u8 {
        self.pixels[y * self.width + x]
    }

    /// The nearest pixel; white outside.
    fn near(&self, x: i64, y: i64) -> u8 {
        match (usize::try_from(x), usize::try_from(y)) {
            (Ok(x), Ok(y)) if x < self.width && y < self.height => self.at(x, y),
            _ => 255,
        }
    }

    /// Reads a binary PGM as poppler writes it.
    pub(crate) fn pgm(bytes: &[u8]) -> Self {
        let mut head = bytes.splitn(4, u8::is_ascii_whitespace);
        let mut word = || {
            std::str::from_utf8(head.next().unwrap())
                .unwrap()
                .to_owned()
        };
        assert_eq!(word(), "P5");
        let (width, height) = (word().parse().unwrap(), word().parse().unwrap());
        let rest = head.next().unwrap();
        let pixels = rest.strip_prefix(b"255\n").unwrap().to_vec();
        assert_eq!(pixels.len(), width * height);
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The same as a PGM.
    pub(crate) fn to_pgm(&self) -> Vec<u8> {
        let head = format!("P5\n{} {}\n255\n", self.width, self.height);
        [head.as_bytes(), &self.pixels].concat()
    }

    /// Reads a PNG in sixteen greys, or 256.
    pub(crate) fn png(bytes: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(info.color_type, png::ColorType::Grayscale);
        Self {
            width: usize::try_from(info.width).unwrap(),
            height: usize::try_from(info.height).unwrap(),
            pixels,
        }
    }

    /// The same as a PNG in sixteen greys: small, for a repository.
    pub(crate) fn to_png(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        for row in self.pixels.chunks(self.width) {
            for pair in row.chunks(2) {
                let nibble = |grey: Option<&u8>| {
                    grey.map_or(0, |grey| (grey / 17) + u8::from(grey % 17 > 8))
                };
                packed.push(nibble(pair.first()) << 4 | nibble(pair.get(1)));
            }
        }
        let size = |side: usize| u32::try_from(side).unwrap();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, size(self.width), size(self.height));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&packed).unwrap();
        writer.finish().unwrap();
        bytes
    }

    /// The picture at a third of its size: how another rasteriser rounds is lost in the mean.
    pub(crate) fn third(&self) -> Self {
        Self::new(self.width / 3, self.height / 3, |x, y| {
            let sum: u32 = (0..9)
                .map(|i| u32::from(self.at(3 * x + i % 3, 3 * y + i / 3)))
                .sum();
            u8::try_from((sum + 4) / 9).unwrap()
        })
    }

    /// A place as a pixel's number; 0 beyond the left or upper edge.
    pub(crate) fn place(at: f32) -> usize {
        usize::try_from(whole(at)).unwrap_or(0)
    }

    /// The same, so many pixels lower.
    pub(crate) fn moved(&self, down: usize) -> Self {
        Self::new(self.width, self.height, |x, y| {
            y.checked_sub(down).map_or(255, |y| self.at(x, y))
        })
    }

    /// The same without what stands between these rows.
    pub(crate) fn wiped(&self, from: usize, to: usize) -> Self {
        Self::new(self.width, self.height, |x, y| {
            if (from..to).contains(&y) {
                255
            } else {
                self.at(x, y)
            }
        })
    }

    /// What is between these corners.
    pub(crate) fn cut(&self, (left, top): (usize, usize), (right, bottom): (usize, usize)) -> Self {
        let (right, bottom) = (right.min(self.width), bottom.min(self.height));
        Self::new(right - left, bottom - top, |x, y| {
            self.at(left + x, top + y)
        })
    }

    /// The mean of each pixel's square of `2 * radius + 1` pixels.
    pub(crate) fn blurred(&self, radius: i64) -> Self {
        let across = self.mean(radius, 0);
        across.mean(0, radius)
    }

    fn mean(&self, dx: i64, dy: i64) -> Self {
        let signed = |side: usize| i64::try_from(side).unwrap();
        Self::new(self.width, self.height, |x, y| {
            let reach = dx.max(dy);
            let sum: i64 = (-reach..=reach)
                .map(|step| {
                    let x = signed(x) + if dx > 0 { step } else { 0 };
                    let y = signed(y) + if dy > 0 { step } else { 0 };
                    i64::from(self.near(x, y))
                })
                .sum();
            u8::try_from(sum / (2 * reach + 1)).unwrap()
        })
    }

    /// Out of focus: three means in a row are close to a Gaussian, of 0.24 mm at 150 dpi.
    pub(crate) fn out_of_focus(&self, radius: i64) -> Self {
        self.blurred(radius).blurred(radius).blurred(radius)
    }

    /// Turned about its middle by `degrees`, counter-clockwise.
    pub(crate) fn turned(&self, degrees: f32) -> Self {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let middle = (half(self.width), half(self.height));
        Self::new(self.width, self.height, |x, y| {
            let (x, y) = (float(x) - middle.0, float(y) - middle.1);
            let from = (
                x * cosine - y * sine + middle.0,
                x * sine + y * cosine + middle.1,
            );
            self.between(from)
        })
    }

    /// The grey between pixels.
    fn between(&self, (x, y): Spot) -> u8 {
        let (left, top) = (x.floor(), y.floor());
        let (right, down) = (x - left, y - top);
        let grey = |dx: i64, dy: i64| f32::from(self.near(whole(left) + dx, whole(top) + dy));
        let upper = grey(0, 0) * (1.0 - right) + grey(1, 0) * right;
        let lower = grey(0, 1) * (1.0 - right) + grey(1, 1) * right;
        clamp(upper * (1.0 - down) + lower * down)
    }

    /// A crease of that width from one spot to another and beyond, where the toner came off and dirt
    /// stayed: `grey` all along.
    pub(crate) fn creased(&self, from: Spot, to: Spot, width: f32, grey: u8) -> Self {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy);
        Self::new(self.width, self.height, |x, y| {
            let off = ((float(x) - from.0) * dy - (float(y) - from.1) * dx).abs() / length;
            if off <= width / 2.0 {
                grey
            } else {
                self.at(x, y)
            }
        })
    }

    /// A round blot.
    pub(crate) fn stained(&self, middle: Spot, radius: f32, grey: u8) -> Self {
        Self::new(self.width, self.height, |x, y| {
            let off = (float(x) - middle.0).hypot(float(y) - middle.1);
            if off <= radius { grey } else { self.at(x, y) }
        })
    }

    /// Photographed under a lamp at one side: greys from `dark` to `light` in place of black and
    /// white, and darker to the right.
    pub(crate) fn in_bad_light(&self) -> Self {
        Self::new(self.width, self.height, |x, y| {
            let lamp = 1.0 - 0.45 * float(x) / float(self.width);
            clamp((40.0 + f32::from(self.at(x, y)) * 0.75) * lamp)
        })
    }
}

pub(crate) fn float(side: usize) -> f32 {
    f32::from(u16::try_from(side).unwrap())
}

fn half(side: usize) -> f32 {
    float(side) / 2.0
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a place in a picture is far below 2^24"
)]
fn whole(place: f32) -> i64 {
    place as i64
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 255 by then"
)]
fn clamp(grey: f32) -> u8 {
    grey.round().clamp(0.0, 255.0) as u8
}
