//! The bodies that Graph shows of accounts, groups and passkeys.

use super::account::Account;
use super::account::Group;
use super::account::Registered;
use super::http::Answer;
use crate::entra::MethodId;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

const METADATA: &str = "https://graph.microsoft.com/v1.0/$metadata";

/// What a user shows without `$select`.
const DEFAULT_USER: &[&str] = &["id", "userPrincipalName", "displayName"];

/// All members of a user.
fn user_members(account: &Account) -> Value {
    json!({
        "id": account.id,
        "userPrincipalName": account.upn,
        "displayName": account.display_name,
        "accountEnabled": account.enabled,
        "userType": account.user_type,
        "onPremisesSyncEnabled": account.synced,
        "onPremisesImmutableId": null,
        "passwordPolicies": "DisablePasswordExpiration",
        "lastPasswordChangeDateTime": account.created,
        "createdDateTime": account.created,
        "creationType": null,
        "isManagementRestricted": account.management_restricted,
        "signInSessionsValidFromDateTime": account.created,
    })
}

/// A user, with the members that were asked for.
pub(super) fn user(account: &Account, select: Option<&str>) -> Answer {
    let names: Vec<&str> = select.map_or(DEFAULT_USER.to_vec(), |list| list.split(',').collect());
    match selected(&user_members(account), &names) {
        Ok(mut members) => {
            let context = match select {
                Some(list) => format!("{METADATA}#users({list})/$entity"),
                None => format!("{METADATA}#users/$entity"),
            };
            members.insert("@odata.context".to_owned(), Value::String(context));
            Answer::json(200, Value::Object(members))
        }
        Err(unknown) => unknown_member(unknown, "user"),
    }
}

/// A group, with the members that were asked for.
pub(super) fn group(group: &Group, select: Option<&str>) -> Result<Value, Answer> {
    let all = json!({
        "id": group.id,
        "displayName": group.display_name,
        "isAssignableToRole": group.role_assignable,
        "isManagementRestricted": false,
    });
    let names: Vec<&str> =
        select.map_or(vec!["id", "displayName"], |list| list.split(',').collect());
    selected(&all, &names)
        .map(Value::Object)
        .map_err(|unknown| unknown_member(unknown, "group"))
}

/// A passkey.
pub(super) fn method(registered: &Registered) -> Value {
    json!({
        "id": MethodId::of_credential(&registered.credential).as_str(),
        "displayName": registered.display_name,
        "createdDateTime": registered.created,
        "aaGuid": registered.aaguid,
        "model": "",
        "attestationCertificates": registered.thumbprint.iter().collect::<Vec<_>>(),
        "attestationLevel":
            if registered.thumbprint.is_some() { "attested" } else { "notAttested" },
        "passkeyType": "deviceBound",
    })
}

/// A value with a context in front.
pub(super) fn with_context(context: &str, value: Value) -> Value {
    let mut members = Map::new();
    members.insert(
        "@odata.context".to_owned(),
        Value::String(format!("{METADATA}#{context}")),
    );
    if let Value::Object(rest) = value {
        members.extend(rest);
    }
    Value::Object(members)
}

fn selected<'a>(all: &Value, names: &[&'a str]) -> Result<Map<String, Value>, &'a str> {
    names
        .iter()
        .map(|name| {
            let value = all.get(name).ok_or(*name)?;
            Ok(((*name).to_owned(), value.clone()))
        })
        .collect()
}

fn unknown_member(name: &str, kind: &str) -> Answer {
    Answer::error(
        400,
        "BadRequest",
        &format!(
            "Parsing OData Select and Expand failed: Could not find a property named '{name}' on \
             type 'microsoft.graph.{kind}'."
        ),
    )
}
