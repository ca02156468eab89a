//! Pages to bytes: PDF/A-3b, tagged, fonts embedded, the same bytes for the same values.

use super::Attachment;
use super::PaperError;
use super::draw;
use super::draw::Fonts;
use super::draw::points;
use super::page::Faces;
use super::page::Page;
use crate::primitives::Digest;
use crate::primitives::UtcTime;
use krilla::Document;
use krilla::SerializeSettings;
use krilla::configure::Archival;
use krilla::configure::ConfigurationBuilder;
use krilla::embed::AssociationKind;
use krilla::embed::EmbeddedFile;
use krilla::embed::MimeType;
use krilla::metadata::DateTime;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::tagging::TagTree;

/// A document as it is written to a file or sent to a printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdf {
    /// The PDF/A-3b file; the same values give the same bytes.
    pub bytes: Vec<u8>,
}

/// What a document says of itself.
pub(super) struct About {
    pub(super) title: String,
    /// When what it shows was made; no clock is read.
    pub(super) made: UtcTime,
    /// The digest of what it shows, which becomes its identifier.
    pub(super) of: Digest,
}

/// Writes `pages` and attaches `attachments`.
///
/// # Errors
/// `Attachment`, or `Writer` where the PDF/A-3b validator refuses the document.
pub(super) fn write(
    about: &About,
    faces: &Faces,
    pages: &[Page<'_>],
    attachments: &[Attachment],
) -> Result<Pdf, PaperError> {
    let fonts = Fonts::read()?;
    let mut document = Document::new_with(SerializeSettings {
        configuration: ConfigurationBuilder::new()
            .with_archival_validator(Archival::A3_B)
            .finish()
            .map_err(|_| refused("no such form of PDF"))?,
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    let mut tags = TagTree::new().with_lang(Some("en".to_owned()));
    for page in pages {
        let (width, height) = (points(page.paper.width()), points(page.paper.height()));
        let settings = PageSettings::from_wh(width, height).ok_or_else(bad_geometry)?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        for mark in &page.marks {
            draw::mark(&mut surface, &mut tags, faces, &fonts, mark)?;
        }
        surface.finish();
        sheet.finish();
    }
    document.set_tag_tree(tags);
    let date = date(about.made);
    for attachment in attachments {
        attach(&mut document, attachment, date)?;
    }
    document.set_metadata(
        Metadata::new()
            .title(about.title.clone())
            .creator("glasskey".to_owned())
            .language("en".to_owned())
            .creation_date(date)
            .document_id(format!("{}:{}", about.title, about.of)),
    );
    let bytes = document.finish().map_err(refused)?;
    Ok(Pdf { bytes })
}

pub(super) fn refused(error: impl std::fmt::Display) -> PaperError {
    PaperError::Writer {
        reason: error.to_string(),
    }
}

pub(super) fn bad_geometry() -> PaperError {
    refused("a length that is not one")
}

fn attach(document: &mut Document, file: &Attachment, date: DateTime) -> Result<(), PaperError> {
    let unfit = || PaperError::Attachment {
        name: file.name.clone(),
    };
    if !file.name_is_plain() || file.description.is_empty() {
        return Err(unfit());
    }
    document
        .embed_file(EmbeddedFile {
            path: file.name.clone(),
            mime_type: Some(MimeType::new(&file.media_type).ok_or_else(unfit)?),
            description: Some(file.description.clone()),
            association_kind: AssociationKind::Source,
            data: file.bytes.clone().into(),
            modification_date: Some(date),
            compress: Some(true),
            location: None,
        })
        .ok_or_else(unfit)
}

/// The moment in the writer's terms; a year it cannot hold is written as 0.
fn date(time: UtcTime) -> DateTime {
    let text = time.to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let small = |range| part(range).parse().unwrap_or(0);
    DateTime::new(part(0..4).parse().unwrap_or(0))
        .month(small(5..7))
        .day(small(8..10))
        .hour(small(11..13))
        .minute(small(14..16))
        .second(small(17..19))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
