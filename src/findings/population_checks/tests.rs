use crate::findings::Check;
use crate::findings::Verdict;
use crate::findings::staged::Stage;
use crate::findings::staged::active_holders_of;
use crate::findings::staged::app_roles;
use crate::findings::staged::applications;
use crate::findings::staged::assignment;
use crate::findings::staged::eligible_holders_of;
use crate::findings::staged::holders_of;
use crate::findings::staged::ids;
use crate::findings::staged::instance;
use crate::findings::staged::list;
use crate::findings::staged::of_bg1;
use crate::findings::staged::of_group;
use crate::findings::staged::person;
use crate::primitives::Guid;
use serde_json::Value;
use serde_json::json;

mod count;
mod enrolling;
mod exclusion;
mod undeclared;

/// One finding as it should be.
fn said(verdict: Verdict, detail: &str, fix: &str) -> (Verdict, String, String) {
    (verdict, detail.to_owned(), fix.to_owned())
}

/// What is said where a permission is missing.
fn denied(what: &str, needs: &str) -> (Verdict, String, String) {
    let detail = format!("not allowed to read {what} (403): needs {needs}");
    let fix = format!(
        "grant {needs} to the app registration; a person who signs in needs a role that may read \
         it too, such as Global Reader"
    );
    (Verdict::Unknown, detail, fix)
}

/// The details of a check of the book, in order.
fn details(stage: &Stage, check: Check) -> Vec<String> {
    let all = stage.of(check, "book");
    all.into_iter().map(|one| one.detail).collect()
}

/// Everything as it should be but for a group that holds Global Administrator, with what is in it.
fn with_group(members: &[Value], owners: &[Value]) -> Stage {
    let role = crate::entra::GLOBAL_ADMINISTRATOR;
    let id = Guid([0x60; 16]);
    let group = json!({"@odata.type": "#microsoft.graph.group", "id": id, "displayName": "admins"});
    let mut stage = Stage::new();
    let mut held = instance(id);
    held["principal"] = group;
    stage.add(&active_holders_of(role), held);
    stage.add(&holders_of(role), assignment(id));
    stage.set(&format!("/groups/{id}/transitiveMembers"), list(members));
    stage.set(&format!("/groups/{id}/owners"), list(owners));
    stage
}
