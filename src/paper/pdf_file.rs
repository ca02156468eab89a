//! A PDF that anybody may have made, read as far as ours go: its attachments, and what its pages say.
//! Bounded in bytes and in time.

use super::PdfFault;
use super::page_text;
use super::pdf_objects::Objects;
use super::pdf_value::Dict;
use super::pdf_value::Value;
use super::pdf_value::unescaped;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use std::rc::Rc;

/// Largest PDF that is read, in bytes.
pub const MAX_PDF_BYTES: usize = 16 << 20;

/// Most attachments that are looked at.
const MOST_ATTACHED: usize = 256;
/// Most pages; ours have forty.
const MOST_PAGES: usize = 64;
/// Most dictionaries that lead to pages.
const MOST_NODES: usize = 1_024;
/// Most bytes of one stream, and of all of them.
const MAX_STREAM: usize = 2 << 20;
const MAX_STREAMS: usize = 16 << 20;
/// Names that no page of ours has: what hides objects, and what has to be decrypted.
const NOT_OURS: [&[u8]; 3] = [b"/ObjStm", b"/XRef", b"/Encrypt"];

/// What a PDF of ours holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PdfFile {
    /// Every attachment, in the order of the file's table of names.
    pub(super) attachments: Vec<(String, Vec<u8>)>,
    /// What each page says, line by line, as its text layer has it.
    pub(super) pages: Vec<Vec<String>>,
}

/// Reads a PDF of ours.
///
/// # Errors
/// [`PdfFault`].
pub(super) fn read(bytes: &[u8]) -> Result<PdfFile, PdfFault> {
    if bytes.len() > MAX_PDF_BYTES {
        return Err(PdfFault::TooLarge);
    }
    if !bytes.starts_with(b"%PDF-") {
        return Err(PdfFault::NotPdf);
    }
    let plain = unescaped(bytes);
    let has = |name: &[u8]| plain.windows(name.len()).any(|window| window == name);
    if NOT_OURS.into_iter().any(has) {
        return Err(PdfFault::Foreign);
    }
    let mut objects = Objects::open(bytes)?;
    let info = match objects.of_trailer("Info")? {
        Some(Value::Dict(info)) => info,
        _ => Dict::new(),
    };
    let creator = objects.get(&info, b"Creator")?;
    if creator.as_ref().and_then(|one| one.text()) != Some(b"glasskey") {
        return Err(PdfFault::Foreign);
    }
    let Some(Value::Dict(root)) = objects.of_trailer("Root")? else {
        return Err(PdfFault::NotPdf);
    };
    let mut left = MAX_STREAMS;
    let attachments = attachments(&mut objects, &root, &mut left)?;
    let pages = pages(&mut objects, &root)?;
    let said = pages.iter().map(|page| said(&mut objects, page, &mut left));
    let pages = said.collect::<Result<_, _>>()?;
    Ok(PdfFile { attachments, pages })
}

/// What the table of names lists, twice what is in it twice.
fn attachments(
    objects: &mut Objects<'_>,
    root: &Dict,
    left: &mut usize,
) -> Result<Vec<(String, Vec<u8>)>, PdfFault> {
    let Some(names) = objects.dict(root, b"Names")? else {
        return Ok(Vec::new());
    };
    let Some(files) = objects.dict(&names, b"EmbeddedFiles")? else {
        return Ok(Vec::new());
    };
    // Without a list it is a tree of names, which a page of ours is too small for.
    let listed = objects.get(&files, b"Names")?;
    let listed = listed.as_ref().and_then(|one| one.list());
    let mut all = Vec::new();
    // Name and file take turns; the file has its name too.
    for file in listed.ok_or(PdfFault::Foreign)?.iter().cloned() {
        let Value::Dict(file) = objects.itself(file)? else {
            continue;
        };
        if all.len() == MOST_ATTACHED {
            return Err(PdfFault::TooMuch);
        }
        let name = objects.get(&file, b"F")?;
        let name = name.as_ref().and_then(|one| one.text());
        let name = String::from_utf8_lossy(name.ok_or(PdfFault::NotPdf)?).into_owned();
        let stored = objects.dict(&file, b"EF")?.ok_or(PdfFault::NotPdf)?;
        let content = content(objects, &stored, b"F", left)?;
        all.push((name, content.ok_or(PdfFault::NotPdf)?));
    }
    Ok(all)
}

/// The bytes of the stream that a dictionary has under `name`, plain or deflated once; `None` if it has
/// none there.
///
/// # Errors
/// `TooMuch` of one too large, or packed in another way.
fn content(
    objects: &mut Objects<'_>,
    dict: &Dict,
    name: &[u8],
    left: &mut usize,
) -> Result<Option<Vec<u8>>, PdfFault> {
    let Some((dict, raw)) = objects.stream(dict, name)? else {
        return Ok(None);
    };
    let most = MAX_STREAM.min(*left);
    // Parameters of a filter, or bytes of another file.
    if dict.contains_key(b"DecodeParms".as_slice()) || dict.contains_key(b"F".as_slice()) {
        return Err(PdfFault::TooMuch);
    }
    let filter = objects.get(&dict, b"Filter")?;
    let bytes = match filter.as_ref().map(|one| one.name()) {
        None if raw.len() <= most => raw.to_vec(),
        Some(Some(b"FlateDecode")) => {
            decompress_to_vec_zlib_with_limit(raw, most).map_err(|_| PdfFault::TooMuch)?
        }
        _ => return Err(PdfFault::TooMuch),
    };
    *left -= bytes.len();
    Ok(Some(bytes))
}

/// A page, and what its fonts stand in.
struct Page {
    dict: Dict,
    resources: Rc<Dict>,
}

/// The pages, in their order.
fn pages(objects: &mut Objects<'_>, root: &Dict) -> Result<Vec<Page>, PdfFault> {
    let first = root.get(b"Pages".as_slice()).cloned();
    let mut waiting = vec![(first, Rc::new(Dict::new()))];
    let mut all = Vec::new();
    let mut nodes = 0;
    while let Some((node, inherited)) = waiting.pop() {
        nodes += 1;
        if nodes > MOST_NODES || waiting.len() > MOST_NODES {
            return Err(PdfFault::TooMuch);
        }
        let Some(Value::Dict(dict)) = node.map(|node| objects.itself(node)).transpose()? else {
            return Err(PdfFault::NotPdf);
        };
        let own = objects.dict(&dict, b"Resources")?;
        let resources = own.map_or(inherited, |own| Rc::new(own.into_owned()));
        match objects.get(&dict, b"Kids")?.as_ref().map(|one| one.list()) {
            Some(kids) => {
                let kids = kids.ok_or(PdfFault::NotPdf)?.iter().rev().cloned();
                waiting.extend(kids.map(|kid| (Some(kid), Rc::clone(&resources))));
            }
            None if all.len() == MOST_PAGES => return Err(PdfFault::TooMuch),
            None => all.push(Page { dict, resources }),
        }
    }
    Ok(all)
}

/// The lines of a page.
fn said(objects: &mut Objects<'_>, page: &Page, left: &mut usize) -> Result<Vec<String>, PdfFault> {
    let Some(stream) = content(objects, &page.dict, b"Contents", left)? else {
        // Nothing, or a list of streams, which no page of ours has.
        return if page.dict.contains_key(b"Contents".as_slice()) {
            Err(PdfFault::Foreign)
        } else {
            Ok(Vec::new())
        };
    };
    let fonts = objects.dict(&page.resources, b"Font")?.unwrap_or_default();
    page_text::lines(&stream, |name| match objects.dict(&fonts, name)? {
        Some(font) => content(objects, &font, b"ToUnicode", left),
        None => Ok(None),
    })
}
