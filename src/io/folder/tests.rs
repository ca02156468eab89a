use super::*;
use crate::io::temp_dir::TempDir;
use std::fs;
use std::os::unix::fs::symlink;

#[test]
fn names_that_lead_out_are_refused() {
    let temp = TempDir::new();
    let folder = Folder::new(temp.path().join("in"));
    let scratch = Folder::new(temp.path().join("tmp"));
    fs::write(temp.path().join("secret"), "x").unwrap();
    for name in [
        "",
        "/",
        "../secret",
        "a/../../secret",
        "/etc/passwd",
        "./a",
        "a//b",
        "a/",
        "a\\b",
        "a\0b",
    ] {
        assert_eq!(folder.read(name, 9), Err(FolderError::BadName), "{name:?}");
        assert_eq!(
            folder.create(&scratch, name, b""),
            Err(FolderError::BadName),
            "{name:?}"
        );
        assert_eq!(
            folder.put(&scratch, name, b""),
            Err(FolderError::BadName),
            "{name:?}"
        );
        assert_eq!(folder.remove(name), Err(FolderError::BadName), "{name:?}");
    }
    let bad = Err(("../".to_owned(), FolderError::BadName));
    assert_eq!(folder.list("../"), bad);
}

#[test]
fn no_link_is_followed_on_the_way_or_at_the_end() {
    let temp = TempDir::new();
    let outside = temp.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("file"), "x").unwrap();
    let root = temp.path().join("in");
    fs::create_dir(&root).unwrap();
    symlink(&outside, root.join("folder")).unwrap();
    symlink(outside.join("file"), root.join("file")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    let folder = Folder::new(root);
    let scratch = Folder::new(temp.path().join("tmp"));
    assert_eq!(folder.read("folder/file", 9), Err(FolderError::NotAFile));
    assert_eq!(folder.read("file", 9), Err(FolderError::NotAFile));
    assert_eq!(folder.read("dangling", 9), Err(FolderError::NotAFile));
    assert_eq!(
        folder.create(&scratch, "folder/new", b""),
        Err(FolderError::NotAFile)
    );
    assert_eq!(folder.create(&scratch, "dangling", b""), Ok(false));
    assert_eq!(
        folder.list(""),
        Ok(["dangling", "file", "folder"].map(str::to_owned).to_vec())
    );
    assert_eq!(folder.list("folder/"), Ok(Vec::new()));
    folder.put(&scratch, "file", b"mine").unwrap();
    assert_eq!(fs::read(outside.join("file")).unwrap(), b"x");
    assert_eq!(folder.read("file", 9), Ok(Some(b"mine".to_vec())));
}

#[test]
fn pipes_and_folders_are_no_files_and_nothing_hangs() {
    let temp = TempDir::new();
    fs::create_dir_all(temp.path().join("folder/empty")).unwrap();
    let pipe = temp.path().join("pipe");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &pipe,
        FileType::Fifo,
        Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    let folder = Folder::new(temp.path().to_owned());
    assert_eq!(folder.read("pipe", 9), Err(FolderError::NotAFile));
    assert_eq!(folder.read("folder", 9), Err(FolderError::NotAFile));
    assert_eq!(folder.read("pipe/file", 9), Err(FolderError::NotAFile));
    assert_eq!(
        folder.list(""),
        Ok(["folder/empty/", "pipe"].map(str::to_owned).to_vec())
    );
}

#[test]
fn a_list_has_everything_with_the_prefix_and_nothing_else() {
    let temp = TempDir::new();
    for name in [
        "records/000000/a",
        "records/000000/b",
        "records/000001/a",
        "records.txt",
        "x/y",
    ] {
        let path = temp.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    let folder = Folder::new(temp.path().to_owned());
    let list = |prefix: &str| folder.list(prefix).unwrap().join(" ");
    assert_eq!(
        list(""),
        "records.txt records/000000/a records/000000/b records/000001/a x/y"
    );
    assert_eq!(list("records/000000"), "records/000000/a records/000000/b");
    assert_eq!(list("records/000001/"), "records/000001/a");
    assert_eq!(
        list("rec"),
        "records.txt records/000000/a records/000000/b records/000001/a"
    );
    assert_eq!(list("none/"), "");
    assert_eq!(Folder::new(temp.path().join("no")).list(""), Ok(Vec::new()));
}

#[test]
fn a_name_that_is_not_text_is_listed_all_the_same() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let temp = TempDir::new();
    fs::write(temp.path().join(OsStr::from_bytes(b"a\xff")), "").unwrap();
    fs::create_dir_all(temp.path().join(OsStr::from_bytes(b"b\xff")).join("c")).unwrap();
    let folder = Folder::new(temp.path().to_owned());
    assert_eq!(
        folder.list(""),
        Ok(["a\u{fffd}", "b\u{fffd}/"].map(str::to_owned).to_vec())
    );
}

#[test]
fn a_bottomless_folder_does_not_hang_the_list() {
    let temp = TempDir::new();
    fs::create_dir_all(temp.path().join("d/".repeat(200))).unwrap();
    let listed = Folder::new(temp.path().to_owned()).list("").unwrap();
    assert_eq!(listed, ["d/".repeat(33)]);
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let temp = TempDir::new();
    fs::write(temp.path().join("ten"), "0123456789").unwrap();
    let folder = Folder::new(temp.path().to_owned());
    assert_eq!(folder.read("ten", 9), Err(FolderError::TooLarge));
    assert_eq!(folder.read("ten", 10), Ok(Some(b"0123456789".to_vec())));
}

#[test]
fn errors_of_the_system_are_told_apart() {
    assert_eq!(FolderError::from(Errno::NOSPC), FolderError::Full);
    assert_eq!(FolderError::from(Errno::DQUOT), FolderError::Full);
    assert_eq!(FolderError::from(Errno::ACCESS), FolderError::NotAllowed);
    assert_eq!(FolderError::from(Errno::ROFS), FolderError::NotAllowed);
    let full = std::io::Error::from_raw_os_error(Errno::NOSPC.raw_os_error());
    assert_eq!(FolderError::from(full), FolderError::Full);
}
