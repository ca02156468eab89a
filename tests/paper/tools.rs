//! Other people's tools, run on files that stay in the test's folder under `target/`, to be looked at.

use crate::skipped::skipped;
use glasskey::paper::Pdf;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// Runs a tool and returns its standard output; `None` where it is not installed.
#[track_caller]
pub(crate) fn run(tool: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let Ok(output) = Command::new(tool).args(arguments).output() else {
        skipped("paper as others read it", tool);
        return None;
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} {arguments:?}: {errors}");
    Some(output.stdout)
}

/// The same, as text.
pub(crate) fn said(tool: &str, arguments: &[&str]) -> Option<String> {
    run(tool, arguments).map(|said| String::from_utf8(said).unwrap())
}

/// Writes the file; `test` keeps files of tests that run at the same time apart.
pub(crate) fn saved(test: &str, name: &str, pdf: &Pdf) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}.pdf"));
    std::fs::write(&path, &pdf.bytes).unwrap();
    path
}

/// One page of the file in greys; 0 is the last.
pub(crate) fn rendered_one(path: &Path, page: u32, dpi: u32) -> Option<crate::grey::Grey> {
    let file = path.to_str().unwrap();
    let number = if page > 0 {
        page.to_string()
    } else {
        let info = said("pdfinfo", &[file])?;
        let pages = info.lines().find_map(|line| line.strip_prefix("Pages:"));
        pages.unwrap().trim().to_owned()
    };
    let root = path.with_extension("one");
    let root = root.to_str().unwrap();
    let (dpi, only) = (
        dpi.to_string(),
        ["-f", &number, "-l", &number, "-singlefile"],
    );
    let how = ["-r", &dpi, "-gray", file, root];
    run("pdftoppm", &[&only[..], &how].concat())?;
    let bytes = std::fs::read(format!("{root}.pgm")).unwrap();
    Some(crate::grey::Grey::pgm(&bytes))
}

/// The pages of the file in greys, first to last.
pub(crate) fn rendered(path: &Path, dpi: u32) -> Option<Vec<crate::grey::Grey>> {
    let root = path.with_extension("");
    let (file, root) = (path.to_str().unwrap(), root.to_str().unwrap());
    let arguments = ["-r", &dpi.to_string(), "-gray", file, root];
    let before = pages_beside(path);
    for stale in before {
        std::fs::remove_file(stale).unwrap();
    }
    run("pdftoppm", &arguments)?;
    let read = |path: PathBuf| crate::grey::Grey::pgm(&std::fs::read(path).unwrap());
    Some(pages_beside(path).into_iter().map(read).collect())
}

/// The pictures that lie beside a file, in the order of its pages.
fn pages_beside(path: &Path) -> Vec<PathBuf> {
    let stem = format!("{}-", path.file_stem().unwrap().to_str().unwrap());
    let page = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let number = name.strip_prefix(&stem)?.strip_suffix(".pgm")?;
        number.parse::<u32>().ok()
    };
    let beside = std::fs::read_dir(path.parent().unwrap()).unwrap();
    let mut found: Vec<PathBuf> = beside.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| page(path).is_some());
    found.sort_by_key(page);
    found
}

/// The text of a file in the order in which it was written into it, which is the order of its tags.
pub(crate) fn text(path: &Path) -> Option<String> {
    said("pdftotext", &["-raw", path.to_str().unwrap(), "-"])
}
