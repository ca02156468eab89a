//! A verification in the rehearsal: what `rehearse --only verification` leaves, and what goes wrong.

use crate::support::TempDir;
use crate::support::audit;
use crate::support::rehearse;
use serde_json::Value;

/// Plays a verification with these faults, all of them caught; the audit of what it left.
#[track_caller]
fn played(faults: &[&str]) -> Value {
    let dir = TempDir::new();
    let mut arguments = vec!["--only", "verification", "--json"];
    for fault in faults {
        arguments.extend(["--fault", fault]);
    }
    let answer = rehearse(dir.path(), &arguments).exits(0).json();
    for one in answer["faults"].as_array().unwrap() {
        assert_eq!(one["caught"], true, "{one}");
    }
    assert_eq!(answer["faults"].as_array().unwrap().len(), faults.len());
    audit(dir.path(), &["--json"]).exits(0).json()
}

fn records(audited: &Value) -> usize {
    audited["records"].as_array().unwrap().len()
}

#[test]
fn a_verification_is_played_a_quarter_after_the_registrations() {
    assert_eq!(records(&played(&[])), 6);
}

#[test]
fn a_broken_bag_is_explained_looked_into_and_accepted() {
    assert_eq!(records(&played(&["broken-bag"])), 7);
}

#[test]
fn a_late_log_is_pending_and_collected() {
    assert_eq!(records(&played(&["late-log"])), 7);
}
