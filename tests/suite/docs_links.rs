//! The pages that a reader begins with: what they link to and show is there.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// A page, and its text.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Page {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        Self { path, text }
    }

    /// The files that it links to or shows, as it writes them.
    pub(crate) fn links(&self) -> Vec<&str> {
        let parts = self.text.split("](").skip(1);
        parts
            .map(|rest| rest.split([')', '#']).next().unwrap())
            .filter(|link| !link.is_empty() && !link.contains("://"))
            .collect()
    }

    /// The pictures that it shows: in words, and the file.
    pub(crate) fn pictures(&self) -> Vec<(&str, &str)> {
        let parts = self.text.split("![").skip(1);
        parts
            .map(|rest| {
                let (words, rest) = rest.split_once("](").unwrap();
                (words, rest.split_once(')').unwrap().0)
            })
            .collect()
    }
}

/// README.md first, then how it is installed, then a quick start a reader.
pub(crate) fn pages() -> Vec<Page> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md"), root.join("docs/install.md")];
    let quick = fs::read_dir(root.join("docs/quick-start")).unwrap();
    pages.extend(quick.map(|entry| entry.unwrap().path()));
    pages.into_iter().map(Page::read).collect()
}

#[test]
fn no_link_is_dead_and_every_picture_is_there() {
    for page in pages() {
        for link in page.links() {
            let to = page.path.parent().unwrap().join(link);
            let from = page.path.display();
            assert!(to.exists(), "{from} leads to {link}, which is not there");
        }
    }
}
