//! The day's page for programs: `glasskey.day/1`.

use super::Page;
use crate::ceremony::day::DayItem;
use crate::findings::Due;
use crate::findings::DueDepth;
use crate::findings::DueStanding;
use serde_json::Value;
use serde_json::json;

/// Where there is no book.
pub(super) fn no_book() -> String {
    let value = json!({
        "schema": "glasskey.day/1", "exit": 0, "items": [], "findings": [],
        "next": "glasskey rehearse",
    });
    format!("{value:#}\n")
}

/// The page.
pub(super) fn page(page: &Page<'_>) -> Value {
    let keys: Vec<Value> = page.dues().iter().map(|due| key(page, due)).collect();
    let items: Vec<Value> = page.day.items.iter().map(|one| item(page, one)).collect();
    let findings: Vec<_> = page
        .day
        .items
        .iter()
        .filter_map(|one| one.finding.clone())
        .collect();
    let mut value = json!({
        "schema": "glasskey.day/1",
        "exit": page.exit().code(),
        "book": page.plan.book.name,
        "folder": page.folder.display().to_string(),
        "rehearsal": page.reading.rehearsal,
        "as_of": page.as_of,
        "records": page.records,
        "keys": keys,
        "items": items,
        "findings": findings,
        "next": page.next(),
    });
    put(&mut value, "last", json!(page.reading.last));
    value
}

fn key(page: &Page<'_>, due: &Due) -> Value {
    let mut value = json!({
        "label": due.label,
        "account": due.account,
        "last": due.last,
        "due": due.by,
        "due_by_sign_in": due.depth == DueDepth::SignIn,
        "overdue": due.standing == DueStanding::Overdue,
    });
    put(&mut value, "safe", json!(due.safe));
    put(&mut value, "bag", json!(page.bag_of(&due.label)));
    value
}

fn item(page: &Page<'_>, item: &DayItem) -> Value {
    let mut value = json!({
        "kind": item.kind.word(),
        "subject": item.subject,
        "what": item.what,
        "do": item.next,
    });
    let command = item.command().map(|command| page.typed(command));
    put(&mut value, "command", json!(command));
    put(&mut value, "by", json!(item.by));
    value
}

/// Adds a member, unless there is nothing in it.
fn put(value: &mut Value, name: &str, member: Value) {
    if let (Some(members), false) = (value.as_object_mut(), member.is_null()) {
        members.insert(name.to_owned(), member);
    }
}
