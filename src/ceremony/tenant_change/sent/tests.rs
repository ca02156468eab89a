use super::*;
use crate::ceremony::MemoryDesk;
use crate::ceremony::OpenCeremony;
use crate::primitives::Guid;
use std::time::Duration;

const ROLE: &str = "give role";
const GROUP: &str = "join group";

fn course() -> Course {
    Course {
        open: OpenCeremony::new("provision", "BG-1"),
        by: "provision/BG-1".to_owned(),
        mode: Mode::Ask,
        young_until: Duration::ZERO,
    }
}

fn at(second: i64) -> UtcTime {
    UtcTime::from_unix(second)
}

fn sent(change: &str, second: i64) -> Sent {
    Sent {
        change: change.to_owned(),
        at: at(second),
    }
}

/// A desk at which these were sent.
fn desk(course: &Course, all: Vec<Sent>) -> MemoryDesk {
    let mut desk = MemoryDesk::default();
    let begun = Begun {
        label: None,
        record_id: Guid([1; 16]),
        started: at(0),
    };
    course.open.put(&mut desk, "begun.json", &begun).unwrap();
    course.keep(&mut desk, all).unwrap();
    desk
}

#[test]
fn what_was_sent_stays_noted_until_it_is_settled_itself() {
    let course = course();
    let mut desk = desk(&course, vec![sent(ROLE, 100), sent(GROUP, 160)]);
    course.settle_one(&mut desk, "leave group").unwrap();
    assert_eq!(course.sent_at(&desk, GROUP).unwrap(), Some(at(160)));
    course.settle_one(&mut desk, GROUP).unwrap();
    assert_eq!(course.sent_at(&desk, GROUP).unwrap(), None);
    assert_eq!(course.sent_at(&desk, ROLE).unwrap(), Some(at(100)));
    assert_eq!(
        desk.files["open/provision-BG-1/sent.json"],
        br#"{"at":"1970-01-01T00:01:40Z","change":"give role"}"#
    );
    assert!(course.open.begun(&desk).unwrap().is_some());
    course.settle_one(&mut desk, ROLE).unwrap();
    assert!(desk.files.is_empty(), "{:?}", desk.files);
}

#[test]
fn what_was_sent_more_than_two_minutes_ago_is_not_waited_for_any_more() {
    let course = course();
    let mut desk = desk(&course, vec![sent(ROLE, 100), sent(GROUP, 160)]);
    course.settle_old(&mut desk, at(220)).unwrap();
    assert!(course.may_be_under_way(&desk, ROLE, at(220)).unwrap());
    assert!(!course.may_be_under_way(&desk, ROLE, at(221)).unwrap());
    course.settle_old(&mut desk, at(221)).unwrap();
    assert_eq!(course.sent_at(&desk, ROLE).unwrap(), None);
    // A clock that was set back hides nothing.
    assert!(course.may_be_under_way(&desk, GROUP, at(0)).unwrap());
    course.settle(&mut desk).unwrap();
    assert!(desk.files.is_empty(), "{:?}", desk.files);
}

#[test]
fn a_dry_run_settles_nothing() {
    let course = Course {
        mode: Mode::DryRun,
        ..course()
    };
    let mut desk = desk(&course, vec![sent(ROLE, 100)]);
    let files = desk.files.clone();
    course.settle(&mut desk).unwrap();
    course.settle_old(&mut desk, at(9999)).unwrap();
    assert_eq!(desk.files, files);
}
