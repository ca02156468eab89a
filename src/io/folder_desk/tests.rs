use super::*;
use crate::io::temp_dir::TempDir;
use std::fs;

fn desk(temp: &TempDir) -> FolderDesk {
    FolderDesk::new(temp.path().to_owned(), temp.path().join("open/.tmp"))
}

#[test]
fn a_file_is_put_replaced_and_removed_whole() {
    let temp = TempDir::new();
    let mut desk = desk(&temp);
    let name = "open/registration/state.json";
    assert_eq!(desk.read(name), Ok(None));
    assert_eq!(desk.put(name, b"one"), Ok(()));
    assert_eq!(desk.put(name, b"two"), Ok(()));
    assert_eq!(desk.read(name), Ok(Some(b"two".to_vec())));
    assert_eq!(desk.list("open/"), Ok(vec![name.to_owned()]));
    assert_eq!(desk.remove(name), Ok(()));
    assert_eq!(desk.remove(name), Ok(()));
    assert_eq!(desk.remove("no/such/folder"), Ok(()));
    assert_eq!(desk.list(""), Ok(Vec::new()));
}

#[test]
fn drafts_and_the_lock_are_not_listed() {
    let temp = TempDir::new();
    let mut desk = desk(&temp);
    desk.put("glasskey.toml", b"").unwrap();
    for hidden in ["open/.lock", "open/.tmp/1-1", ".git/config"] {
        let path = temp.path().join(hidden);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    assert_eq!(desk.list(""), Ok(vec!["glasskey.toml".to_owned()]));
}

#[test]
fn a_file_in_a_folders_place_is_said() {
    let temp = TempDir::new();
    let mut desk = desk(&temp);
    desk.put("paper", b"").unwrap();
    assert_eq!(
        desk.put("paper/000001.pdf", b""),
        Err(DeskError::Io(
            "paper/000001.pdf: not a plain file".to_owned()
        ))
    );
    assert_eq!(desk.read("paper"), Ok(Some(Vec::new())));
}

#[test]
fn a_put_that_fails_leaves_the_older_file_and_no_draft() {
    let temp = TempDir::new();
    let mut desk = desk(&temp);
    desk.put("open/a/b", b"older").unwrap();
    assert!(desk.put("open/a", b"newer").is_err());
    assert_eq!(desk.read("open/a/b"), Ok(Some(b"older".to_vec())));
    let drafts = fs::read_dir(temp.path().join("open/.tmp")).unwrap();
    assert_eq!(drafts.count(), 0);
}
