//! The trust files that no book is of: a book that is gone leaves one.

use super::Row;
use crate::cli::exit::Exit;
use crate::primitives::TenantId;
use std::fs;
use std::fs::DirEntry;
use std::io;
use std::path::Path;

/// A row for each `.toml` of `folder` that is not of the tenant of a book in `rows`, sorted.
///
/// # Errors
/// If `folder` cannot be listed.
pub(super) fn without_book(folder: &Path, rows: &[Row]) -> io::Result<Vec<Row>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<DirEntry>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    let files = entries.iter().map(DirEntry::path);
    Ok(files.filter_map(|file| row(&file, rows)).collect())
}

/// The row of one file; `None` if it is no trust file, or a book is of its tenant.
fn row(file: &Path, rows: &[Row]) -> Option<Row> {
    file.extension()
        .filter(|end| end.eq_ignore_ascii_case("toml"))?;
    let tenant = tenant(file);
    let of_it = |row: &Row| row.tenant.is_some() && row.tenant == tenant;
    if rows.iter().any(of_it) {
        return None;
    }
    let why = if tenant.is_some() {
        "a trust file, and no book that could be read is of its tenant"
    } else {
        "it is not named <tenant id>.toml, and counted for no book"
    };
    let name = file.display().to_string();
    Some(Row::failed(name, tenant, Exit::Usage, why.to_owned()))
}

/// The tenant that a trust file is named after, in the one spelling that is looked for.
fn tenant(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?;
    let stem = name.strip_suffix(".toml")?;
    let tenant = TenantId::parse(stem)?.to_string();
    (tenant == stem).then_some(tenant)
}
