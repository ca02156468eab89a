//! Marks to the PDF writer: the only place where lengths become fractions.

use super::PaperError;
use super::face::Face;
use super::face::Metrics;
use super::page::Faces;
use super::page::Line;
use super::page::Mark;
use super::pdf::bad_geometry;
use super::pdf::refused;
use super::qr::Matrix;
use super::style::Ink;
use super::style::Role;
use super::style::Style;
use super::unit::Rect;
use krilla::color::luma;
use krilla::geom;
use krilla::geom::PathBuilder;
use krilla::geom::Point;
use krilla::paint::Fill;
use krilla::paint::Stroke;
use krilla::paint::StrokeDash;
use krilla::surface::Surface;
use krilla::tagging::ArtifactType;
use krilla::tagging::ContentTag;
use krilla::tagging::Tag;
use krilla::tagging::TagGroup;
use krilla::tagging::TagTree;
use krilla::tagging::kind;
use krilla::text::Font;
use krilla::text::GlyphId;
use krilla::text::KrillaGlyph;
use std::num::NonZeroU16;

/// Draws one mark and, unless it is mere ornament, tags it for people who listen to the page.
pub(super) fn mark(
    surface: &mut Surface<'_>,
    tags: &mut TagTree,
    faces: &Faces,
    fonts: &Fonts,
    mark: &Mark,
) -> Result<(), PaperError> {
    let tag = match mark {
        Mark::Text {
            role: Role::Heading(level),
            ..
        } => NonZeroU16::new(*level).map(|level| TagGroup::new(Tag::<kind::Hn>::Hn(level, None))),
        Mark::Text {
            role: Role::Paragraph,
            ..
        } => Some(TagGroup::new(Tag::<kind::P>::P)),
        Mark::Code { description, .. } => Some(TagGroup::new(Tag::<kind::Figure>::Figure(Some(
            (*description).to_owned(),
        )))),
        Mark::Text {
            role: Role::Furniture,
            ..
        }
        | Mark::Fill { .. }
        | Mark::Frame { .. }
        | Mark::Rule { .. } => None,
    };
    let content = match &tag {
        Some(_) => ContentTag::Other,
        None => ContentTag::Artifact(krilla::tagging::Artifact::with_kind(ArtifactType::Layout)),
    };
    let identifier = surface.start_tagged(content);
    let drawn = match mark {
        Mark::Text { style, lines, .. } => {
            fill_with(surface, style.ink);
            for line in lines {
                text(surface, faces.of(style.face), fonts, *style, line);
            }
            Some(())
        }
        Mark::Fill { area, ink } => {
            fill_with(surface, *ink);
            path(surface, |path| rectangle(path, *area))
        }
        Mark::Frame { area, width, ink } => {
            stroke_with(surface, *ink, *width, false);
            let half = width / 2;
            let inner = Rect::new(area.x + half, area.y + half, area.w - width, area.h - width);
            path(surface, |path| rectangle(path, inner))
        }
        Mark::Rule {
            from,
            to,
            width,
            ink,
            dashed,
        } => {
            stroke_with(surface, *ink, *width, *dashed);
            path(surface, |path| {
                path.move_to(points(from.0), points(from.1));
                path.line_to(points(to.0), points(to.1));
                Some(())
            })
        }
        Mark::Code {
            matrix, at, module, ..
        } => {
            fill_with(surface, Ink::Black);
            path(surface, |path| code(path, matrix, *at, *module))
        }
    };
    surface.end_tagged();
    if let Some(mut group) = tag {
        group.push(identifier);
        tags.push(group);
    }
    drawn.ok_or_else(bad_geometry)
}

fn path(
    surface: &mut Surface<'_>,
    build: impl FnOnce(&mut PathBuilder) -> Option<()>,
) -> Option<()> {
    let mut builder = PathBuilder::new();
    build(&mut builder)?;
    surface.draw_path(&builder.finish()?);
    Some(())
}

fn rectangle(path: &mut PathBuilder, area: Rect) -> Option<()> {
    path.push_rect(geom::Rect::from_ltrb(
        points(area.x),
        points(area.y),
        points(area.right()),
        points(area.bottom()),
    )?);
    Some(())
}

/// One rectangle for each run of dark modules in a row.
fn code(path: &mut PathBuilder, matrix: &Matrix, at: (i32, i32), module: i32) -> Option<()> {
    let mut y = at.1;
    for row in matrix.rows() {
        let mut x = at.0;
        for run in row.chunk_by(|left, right| left == right) {
            let width = i32::try_from(run.len()).ok()?.checked_mul(module)?;
            if run.first() == Some(&true) {
                rectangle(path, Rect::new(x, y, width, module))?;
            }
            x += width;
        }
        y += module;
    }
    Some(())
}

fn text(surface: &mut Surface<'_>, metrics: &Metrics, fonts: &Fonts, style: Style, line: &Line) {
    let tracking = metrics.tracking_units(style.tracking);
    let glyphs: Vec<KrillaGlyph> = line
        .text
        .char_indices()
        .filter_map(|(start, character)| {
            let glyph = metrics.glyph(character)?;
            Some(KrillaGlyph {
                glyph_id: GlyphId::new(glyph.id),
                text_range: start..start + character.len_utf8(),
                x_advance: ems(glyph.advance.saturating_add(tracking), metrics.units_per_em),
                x_offset: 0.0,
                y_offset: 0.0,
                y_advance: 0.0,
                location: None,
            })
        })
        .collect();
    surface.draw_glyphs(
        Point::from_xy(points(line.x), points(line.baseline)),
        &glyphs,
        fonts.of(style.face),
        &line.text,
        points(style.size),
        false,
    );
}

fn fill_with(surface: &mut Surface<'_>, ink: Ink) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill {
        paint: grey(ink).into(),
        ..Fill::default()
    }));
}

fn stroke_with(surface: &mut Surface<'_>, ink: Ink, width: i32, dashed: bool) {
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: grey(ink).into(),
        width: points(width),
        dash: dashed.then(|| StrokeDash {
            array: vec![points(2_400), points(1_600)],
            offset: 0.0,
        }),
        ..Stroke::default()
    }));
}

fn grey(ink: Ink) -> luma::Color {
    luma::Color::new(match ink {
        Ink::Black => 0,
        Ink::Grey => 88,
        Ink::Light => 176,
        Ink::Pale => 242,
        Ink::White => 255,
    })
}

/// The faces as the PDF writer holds them.
pub(super) struct Fonts([Font; 4]);

impl Fonts {
    pub(super) fn read() -> Result<Self, PaperError> {
        let read = |face: Face| {
            Font::new(face.file().into(), 0)
                .ok_or_else(|| refused(format!("the {face:?} font file cannot be read")))
        };
        Ok(Self([
            read(Face::Sans)?,
            read(Face::SansBold)?,
            read(Face::Mono)?,
            read(Face::MonoBold)?,
        ]))
    }

    fn of(&self, face: Face) -> Font {
        let Self([sans, sans_bold, mono, mono_bold]) = self;
        match face {
            Face::Sans => sans,
            Face::SansBold => sans_bold,
            Face::Mono => mono,
            Face::MonoBold => mono_bold,
        }
        .clone()
    }
}

/// Micrometres as PDF points; lengths beyond 32 m, which no page has, become 32 m.
#[expect(
    clippy::float_arithmetic,
    reason = "PDF coordinates are fractions of points"
)]
pub(super) fn points(micrometres: i32) -> f32 {
    let whole = i16::try_from(micrometres / 1_000).unwrap_or(i16::MAX);
    let rest = i16::try_from(micrometres % 1_000).unwrap_or(0);
    (f32::from(whole) + f32::from(rest) / 1_000.0) * 72.0 / 25.4
}

/// Font units as a fraction of an em.
#[expect(
    clippy::float_arithmetic,
    reason = "the writer takes advances in fractions of an em"
)]
fn ems(units: u16, units_per_em: u16) -> f32 {
    f32::from(units) / f32::from(units_per_em)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_is_595_by_842_points() {
        assert!((points(210_000) - 595.28).abs() < 0.01);
        assert!((points(297_000) - 841.89).abs() < 0.01);
        assert!((points(-500) + 1.417).abs() < 0.01);
    }
}
