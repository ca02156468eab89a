use super::*;
use crate::io::temp_dir::TempDir;
use crate::ledger::MemoryStore;
use std::fs;
use std::thread;

fn ledger(temp: &TempDir) -> FolderLedger {
    let scratch = temp.path().join("open/.tmp");
    FolderLedger::new(temp.path().join("ledger"), scratch)
}

#[test]
fn a_file_is_created_once_and_never_changed() {
    let temp = TempDir::new();
    let mut ledger = ledger(&temp);
    let name = "records/000000/record.json";
    assert_eq!(ledger.read(name), Ok(None));
    assert_eq!(ledger.create(name, b"one"), Ok(Created::Created));
    assert_eq!(ledger.create(name, b"two"), Ok(Created::Exists));
    assert_eq!(ledger.read(name), Ok(Some(b"one".to_vec())));
    assert_eq!(ledger.list(""), Ok(vec![name.to_owned()]));
    assert_eq!(
        fs::read_dir(temp.path().join("open/.tmp")).unwrap().count(),
        0
    );
}

#[test]
fn of_eight_that_race_one_wins_and_its_bytes_stand() {
    for round in 0..20 {
        let temp = TempDir::new();
        let threads: Vec<_> = (0..8_u8)
            .map(|number| {
                let mut ledger = ledger(&temp);
                thread::spawn(move || {
                    (
                        number,
                        ledger.create("records/000000/op.sig", &[number; 4096]),
                    )
                })
            })
            .collect();
        let results: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        let winners: Vec<u8> = results
            .iter()
            .filter(|(_, result)| *result == Ok(Created::Created))
            .map(|(number, _)| *number)
            .collect();
        assert_eq!(winners.len(), 1, "round {round}: {results:?}");
        assert!(
            results.iter().all(|(_, result)| result.is_ok()),
            "{results:?}"
        );
        let stands = ledger(&temp)
            .read("records/000000/op.sig")
            .unwrap()
            .unwrap();
        assert_eq!(stands, vec![winners[0]; 4096]);
    }
}

#[test]
fn what_a_crash_left_is_neither_listed_nor_in_the_way() {
    let temp = TempDir::new();
    let scratch = temp.path().join("open/.tmp");
    fs::create_dir_all(&scratch).unwrap();
    for number in 0..2_000 {
        let name = format!("{}-{number}", std::process::id());
        fs::write(scratch.join(name), "half").unwrap();
    }
    let mut ledger = ledger(&temp);
    assert_eq!(ledger.list(""), Ok(Vec::new()));
    assert_eq!(ledger.create("origin", b"whole"), Ok(Created::Created));
    assert_eq!(ledger.read("origin"), Ok(Some(b"whole".to_vec())));
    assert_eq!(ledger.list(""), Ok(vec!["origin".to_owned()]));
}

#[test]
fn something_else_in_a_files_place_is_not_replaced() {
    let temp = TempDir::new();
    fs::create_dir_all(temp.path().join("ledger/origin")).unwrap();
    let mut ledger = ledger(&temp);
    assert_eq!(ledger.create("origin", b""), Ok(Created::Exists));
    let name = "origin".to_owned();
    assert_eq!(ledger.read("origin"), Err(StoreError::NotAFile { name }));
    fs::write(temp.path().join("ledger/records"), "").unwrap();
    let name = "records/000000/record.json".to_owned();
    assert_eq!(
        ledger.create(&name, b""),
        Err(StoreError::NotAFile { name })
    );
}

#[test]
fn what_lies_beside_some_folders_is_given_without_looking_into_them() {
    let temp = TempDir::new();
    let root = temp.path().join("ledger");
    let names = [
        "a",
        "c/1",
        "c/\u{10ffff}x",
        "c.txt",
        "d/c/1",
        "d/r/2",
        "empty/",
        "r/x/1",
        "z",
    ];
    for name in names {
        let path = root.join(name);
        let folder = if name.ends_with('/') {
            &path
        } else {
            path.parent().unwrap()
        };
        fs::create_dir_all(folder).unwrap();
        if !name.ends_with('/') {
            fs::write(path, name).unwrap();
        }
    }
    fs::create_dir(root.join("q")).unwrap();
    let ledger = ledger(&temp);
    let memory: MemoryStore = names
        .map(|name| (name.to_owned(), Vec::new()))
        .into_iter()
        .collect();
    let beside = |store: &dyn LedgerStore| {
        let mut found = Vec::new();
        let taken = store.each_beside(&["c/", "q/", "r/"], &mut |name| found.push(name));
        taken.map(|()| found)
    };
    let expected = ["a", "c.txt", "d/c/1", "d/r/2", "empty/", "z"].map(str::to_owned);
    assert_eq!(beside(&ledger), Ok(expected.to_vec()));
    assert_eq!(beside(&memory), Ok(expected.to_vec()));
}

#[test]
fn a_listed_file_is_read_from_the_folder_that_was_listed() {
    let temp = TempDir::new();
    let mut ledger = ledger(&temp);
    for name in ["records/000000/a", "records/000000/b"] {
        ledger.create(name, name.as_bytes()).unwrap();
    }
    let listed: Vec<Listed> = ledger.names("", "").map(Result::unwrap).collect();
    assert!(listed.iter().all(|one| one.place.is_some()));
    let records = temp.path().join("ledger/records");
    fs::rename(records.join("000000"), records.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", records.join("000000")).unwrap();
    for one in &listed {
        let bytes = one.name.as_bytes().to_vec();
        assert_eq!(ledger.read_listed(one), Ok(Some(bytes)));
        let name = one.name.clone();
        assert_eq!(ledger.read(&one.name), Err(StoreError::NotAFile { name }));
    }
    // What is no longer as it was listed is looked at as any other name.
    fs::remove_file(records.join("elsewhere/a")).unwrap();
    let name = listed[0].name.clone();
    let refused = Err(StoreError::NotAFile { name });
    assert_eq!(ledger.read_listed(&listed[0]), refused);
}

#[test]
fn a_huge_file_is_refused_both_ways_without_reading_it() {
    let temp = TempDir::new();
    fs::create_dir(temp.path().join("ledger")).unwrap();
    let huge = fs::File::create(temp.path().join("ledger/huge")).unwrap();
    huge.set_len(1 << 40).unwrap();
    let mut ledger = ledger(&temp);
    let name = "huge".to_owned();
    assert_eq!(ledger.read("huge"), Err(StoreError::TooLarge { name }));
    let most = usize::try_from(MAX_FILE_BYTES).unwrap();
    let name = "new".to_owned();
    assert_eq!(
        ledger.create("new", &vec![0; most + 1]),
        Err(StoreError::TooLarge { name })
    );
    assert_eq!(ledger.list(""), Ok(vec!["huge".to_owned()]));
}

#[test]
fn where_this_user_may_not_write_nothing_is_made() {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    let temp = TempDir::new();
    let mut folder = temp.path().join("ledger");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    if rustix::process::geteuid().is_root() {
        folder = "/sys".into(); // the one place where root may not
        if !folder.join("kernel").is_dir() {
            let _ = writeln!(
                std::io::stderr(),
                "skipped: root may write everywhere where no /sys is mounted"
            );
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"));
            return;
        }
    }
    let mut ledger = FolderLedger::new(folder, temp.path().join("tmp"));
    let name = "glasskey-test".to_owned();
    assert_eq!(
        ledger.create(&name, b""),
        Err(StoreError::NotAllowed { name })
    );
}

#[test]
fn drafts_on_another_file_system_still_make_whole_files() {
    use std::io::Write;
    use std::os::unix::fs::MetadataExt;
    let temp = TempDir::new();
    let name = format!("glasskey-test-{}", std::process::id());
    let scratch = std::path::Path::new("/dev/shm").join(name);
    let made = fs::create_dir(&scratch).and_then(|()| fs::metadata(&scratch));
    let here = fs::metadata(temp.path()).unwrap().dev();
    if made.map_or(here, |made| made.dev()) == here {
        let _ = fs::remove_dir(&scratch);
        let _ = writeln!(
            std::io::stderr(),
            "skipped: no second file system at /dev/shm"
        );
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"));
        return;
    }
    let mut ledger = FolderLedger::new(temp.path().join("ledger"), scratch.clone());
    assert_eq!(ledger.create("origin", b"whole"), Ok(Created::Created));
    assert_eq!(ledger.create("origin", b"other"), Ok(Created::Exists));
    assert_eq!(ledger.read("origin"), Ok(Some(b"whole".to_vec())));
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
    fs::remove_dir(&scratch).unwrap();
}
