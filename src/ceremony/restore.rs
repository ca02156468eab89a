//! What a ceremony loosened, kept in `open/restore.json` until it was put back and read back.
//!
//! Noted before the tenant is changed, and struck out only after the tenant was read: a cut of the
//! power in between leaves an item too many, never one too few.

mod put_back;

pub(super) use put_back::PutBack;
pub(super) use put_back::put_back;

use super::Desk;
use super::OpenError;
use crate::facts::restore::Loosened;
use crate::facts::restore::RESTORE_FILE;
use crate::facts::restore::RestoreItem;
use crate::facts::restore::read_items;
use crate::facts::restore::written;

/// What is still loose, oldest first; empty if there is no file.
///
/// # Errors
/// [`OpenError`] if the file cannot be read, or is not what was written.
pub fn loose(desk: &dyn Desk) -> Result<Vec<RestoreItem>, OpenError> {
    let Some(bytes) = desk.read(RESTORE_FILE)? else {
        return Ok(Vec::new());
    };
    read_items(&bytes).ok_or_else(|| OpenError::Damaged {
        name: RESTORE_FILE.to_owned(),
    })
}

/// Notes something before it is loosened. What the same ceremony noted before stays as it was; says
/// whether it is noted for the first time. Only then it may be struck out again where nothing came of it:
/// an earlier item is of something that may still be loose.
///
/// # Errors
/// [`OpenError`]; then nothing may be loosened.
pub fn note(desk: &mut dyn Desk, item: RestoreItem) -> Result<bool, OpenError> {
    let mut items = loose(desk)?;
    let same = |other: &RestoreItem| other.loosened == item.loosened && other.by == item.by;
    if items.iter().any(same) {
        return Ok(false);
    }
    items.push(item);
    keep(desk, &items)?;
    Ok(true)
}

/// Strikes out what was put back and read back; with `by`, only what that ceremony noted. The file
/// goes with its last item.
///
/// # Errors
/// [`OpenError`] if the list could not be kept; then the item still stands.
pub fn strike(desk: &mut dyn Desk, loosened: &Loosened, by: Option<&str>) -> Result<(), OpenError> {
    let mut items = loose(desk)?;
    let before = items.len();
    let struck =
        |item: &RestoreItem| item.loosened == *loosened && by.is_none_or(|by| item.by == by);
    items.retain(|item| !struck(item));
    if items.len() == before {
        return Ok(());
    }
    if items.is_empty() {
        return Ok(desk.remove(RESTORE_FILE)?);
    }
    keep(desk, &items)
}

/// The other ceremonies that need the same thing loose: it is put back by the last of them.
#[must_use]
pub fn others<'i>(items: &'i [RestoreItem], loosened: &Loosened, by: &str) -> Vec<&'i str> {
    items
        .iter()
        .filter(|item| item.loosened == *loosened && item.by != by)
        .map(|item| item.by.as_str())
        .collect()
}

fn keep(desk: &mut dyn Desk, items: &[RestoreItem]) -> Result<(), OpenError> {
    Ok(desk.put(RESTORE_FILE, &written(items))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ceremony::MemoryDesk;
    use crate::primitives::Guid;
    use crate::primitives::UtcTime;

    fn item(loosened: Loosened, by: &str, second: i64) -> RestoreItem {
        RestoreItem {
            loosened,
            by: by.to_owned(),
            since: UtcTime::from_unix(second),
        }
    }

    #[test]
    fn an_item_is_noted_once_and_keeps_its_first_time() {
        let mut desk = MemoryDesk::default();
        let noted = [
            ("provision/BG-1", 1),
            ("provision/BG-1", 2),
            ("provision/BG-2", 3),
        ]
        .map(|(by, second)| note(&mut desk, item(Loosened::SelfService, by, second)));
        assert_eq!(noted, [Ok(true), Ok(false), Ok(true)]);
        let items = loose(&desk).unwrap();
        let since: Vec<i64> = items.iter().map(|item| item.since.unix()).collect();
        assert_eq!(since, [1, 3]);
        assert_eq!(
            others(&items, &Loosened::SelfService, "provision/BG-1"),
            ["provision/BG-2"]
        );
    }

    #[test]
    fn the_file_goes_with_its_last_item_alone() {
        let mut desk = MemoryDesk::default();
        let account = Guid([2; 16]);
        let pass = Loosened::Pass { account };
        note(&mut desk, item(pass.clone(), "registration/BG1-A", 1)).unwrap();
        note(&mut desk, item(Loosened::SelfService, "provision/BG-1", 2)).unwrap();
        strike(&mut desk, &pass, Some("provision/BG-1")).unwrap();
        assert_eq!(loose(&desk).unwrap().len(), 2);
        strike(&mut desk, &pass, Some("registration/BG1-A")).unwrap();
        assert_eq!(loose(&desk).unwrap().len(), 1);
        strike(&mut desk, &Loosened::SelfService, Some("provision/BG-1")).unwrap();
        assert!(desk.files.is_empty());
    }

    #[test]
    fn a_damaged_list_is_neither_read_nor_overwritten() {
        let mut desk = MemoryDesk::default();
        desk.put(RESTORE_FILE, b"{}").unwrap();
        let damaged = OpenError::Damaged {
            name: RESTORE_FILE.to_owned(),
        };
        assert_eq!(loose(&desk), Err(damaged.clone()));
        let noted = note(&mut desk, item(Loosened::SelfService, "provision/BG-1", 1));
        assert_eq!(noted, Err(damaged.clone()));
        let struck = strike(&mut desk, &Loosened::SelfService, Some("provision/BG-1"));
        assert_eq!(struck, Err(damaged));
        assert_eq!(desk.files[RESTORE_FILE], b"{}");
    }
}
