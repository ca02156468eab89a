//! Whether a book may be lost together with the tenant that it rescues.

use super::Output;
use super::place;
use super::place::Planned;
use crate::plan::ObjectService;
use std::env;
use std::fs;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// Variables in which OneDrive says where it keeps what it carries to a tenant.
const SYNCED: [&str; 3] = ["OneDriveCommercial", "OneDrive", "OneDriveConsumer"];

/// What may take a book along when its tenant is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// OneDrive carries the folder to a tenant, or away with it.
    OneDrive,
    /// SharePoint does.
    SharePoint,
    /// An Azure storage account, whose tenant cannot be told from here.
    Storage,
}

/// Who keeps a folder, by its whole path and the folders that OneDrive says are its own; `None` if
/// nothing in them tells.
pub(crate) fn folder(path: &Path, synced: &[PathBuf]) -> Option<Keeper> {
    let mut keeper = synced
        .iter()
        .any(|root| root.is_absolute() && path.starts_with(root))
        .then_some(Keeper::OneDrive);
    for part in path.components() {
        let Component::Normal(part) = part else {
            continue;
        };
        let part = part.to_string_lossy().to_lowercase();
        if part.contains("sharepoint") || part.starts_with("onedrive-sharedlibraries") {
            return Some(Keeper::SharePoint);
        }
        let begins = ["onedrive - ", "onedrive-"];
        if part == "onedrive" || begins.iter().any(|begin| part.starts_with(begin)) {
            keeper = Some(Keeper::OneDrive);
        }
    }
    keeper
}

/// Who keeps what lies at an address; `None` if it is none of the tenant's services.
pub(crate) const fn service(service: ObjectService) -> Option<Keeper> {
    match service {
        ObjectService::Azure => Some(Keeper::Storage),
        ObjectService::S3 => None,
    }
}

/// Warns on standard error where the book at `book`, or its ledger, may be lost with its tenant.
pub(crate) fn warn(book: &Path, output: &mut Output<'_>) {
    for keeper in keepers(book) {
        let words = match keeper {
            Keeper::OneDrive => {
                "this book lies in OneDrive, and is lost with the tenant it rescues"
            }
            Keeper::SharePoint => {
                "this book lies in SharePoint, and is lost with the tenant it rescues"
            }
            Keeper::Storage => {
                "the storage account must be in another tenant; that cannot be told here"
            }
        };
        let _ = writeln!(output.err, "glasskey: warn: {words}");
    }
}

fn keepers(book: &Path) -> Vec<Keeper> {
    let of_address = |text: &Path| {
        let url = place::address(text, "").ok().flatten()?;
        service(url.service())
    };
    if place::is_address(book) {
        return of_address(book).into_iter().collect();
    }
    // A link into OneDrive is OneDrive.
    let whole = fs::canonicalize(book).unwrap_or_else(|_| book.to_owned());
    let synced: Vec<PathBuf> = SYNCED
        .iter()
        .filter_map(|name| env::var_os(name).map(PathBuf::from))
        .collect();
    let ledger = match place::planned(book, "") {
        Ok(Planned::Address(url)) => service(url.service()),
        Ok(Planned::Folder(_)) | Err(_) => None,
    };
    folder(&whole, &synced).into_iter().chain(ledger).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_onedrive_or_sharepoint_carries_is_told_by_its_path() {
        let of = |path: &str| folder(Path::new(path), &[]);
        assert_eq!(
            of("/Users/x/OneDrive - Contoso/book"),
            Some(Keeper::OneDrive)
        );
        assert_eq!(of("/mnt/c/Users/x/OneDrive/book"), Some(Keeper::OneDrive));
        assert_eq!(
            of("/Users/x/Library/CloudStorage/OneDrive-Contoso/book"),
            Some(Keeper::OneDrive)
        );
        assert_eq!(
            of("/Users/x/Library/CloudStorage/OneDrive-SharedLibraries-Contoso/Ops/book"),
            Some(Keeper::SharePoint)
        );
        assert_eq!(of("/srv/SharePoint/ops/book"), Some(Keeper::SharePoint));
        for good in [
            "/home/x/contoso",
            "/srv/onedriver/book",
            "/home/x/not-OneDrive",
        ] {
            assert_eq!(of(good), None, "{good}");
        }
    }

    #[test]
    fn a_folder_that_onedrive_names_as_its_own_is_its() {
        let synced = [PathBuf::from("/data/work"), PathBuf::from("")];
        assert_eq!(
            folder(Path::new("/data/work/book"), &synced),
            Some(Keeper::OneDrive)
        );
        assert_eq!(folder(Path::new("/data/workshop/book"), &synced), None);
    }

    #[test]
    fn of_a_storage_account_nobody_here_knows_the_tenant() {
        assert_eq!(service(ObjectService::Azure), Some(Keeper::Storage));
        assert_eq!(service(ObjectService::S3), None);
    }
}
