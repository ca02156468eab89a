//! Whose sign-in a command takes.

use super::Claims;
use super::TokenKind;
use crate::primitives::Guid;
use crate::primitives::TenantId;

/// The Azure CLI's own app (Microsoft Azure CLI, every tenant).
const AZURE_CLI: Guid = Guid([
    0x04, 0xb0, 0x77, 0x95, 0x8d, 0xdb, 0x46, 0x1a, 0xbb, 0xee, 0x02, 0xf9, 0xe1, 0xbf, 0x7b, 0x46,
]);

/// Why a sign-in is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAllowed {
    /// An app by itself, or a token that does not say whom it stands for: a standing secret that can
    /// enrol a key on a Global Administrator is itself a finding.
    AppOnly,
    /// The token is of another tenant; `None` if it does not say of which.
    OtherTenant(Option<TenantId>),
    /// The person is this emergency access account, by its alias.
    EmergencyAccount(String),
}

/// Refuses a sign-in without a person, unless it was allowed by name.
///
/// # Errors
/// [`NotAllowed::AppOnly`]
pub const fn refuse_app_only(claims: &Claims, allowed: bool) -> Result<(), NotAllowed> {
    match claims.kind {
        TokenKind::Person => Ok(()),
        TokenKind::App | TokenKind::NotTold if allowed => Ok(()),
        TokenKind::App | TokenKind::NotTold => Err(NotAllowed::AppOnly),
    }
}

/// Refuses a token of another tenant than the plan's; one that names no tenant is refused too.
///
/// # Errors
/// [`NotAllowed::OtherTenant`]
pub fn refuse_other_tenant(claims: &Claims, tenant: TenantId) -> Result<(), NotAllowed> {
    if claims.tenant == Some(tenant) {
        Ok(())
    } else {
        Err(NotAllowed::OtherTenant(claims.tenant))
    }
}

/// Refuses a person who is one of the emergency access accounts: their use is an alarm, and reading
/// the tenant needs none of them. `accounts` are alias, object id and user principal name.
///
/// # Errors
/// [`NotAllowed::EmergencyAccount`]
pub fn refuse_emergency_account<'a>(
    claims: &Claims,
    accounts: impl IntoIterator<Item = (&'a str, Option<Guid>, &'a str)>,
) -> Result<(), NotAllowed> {
    for (alias, id, upn) in accounts {
        let same_id = id.is_some() && id == claims.object;
        let same_name = claims
            .name
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case(upn));
        if claims.kind != TokenKind::App && (same_id || same_name) {
            return Err(NotAllowed::EmergencyAccount(alias.to_owned()));
        }
    }
    Ok(())
}

/// Whether this is a person's sign-in through the Azure CLI: its delegated permissions are fixed by
/// Microsoft, and hold no policy, no authentication method and no role.
#[must_use]
pub fn is_azure_cli_user(claims: &Claims) -> bool {
    claims.app == Some(AZURE_CLI) && claims.kind == TokenKind::Person
}

#[cfg(test)]
mod tests {
    use super::super::claims::tests::claims;
    use super::*;
    use serde_json::json;

    #[test]
    fn an_app_by_itself_is_refused_unless_allowed_and_so_is_a_token_that_does_not_say() {
        for token in [json!({"idtyp": "app"}), json!({"roles": ["x"]}), json!({})] {
            let read = claims(&token);
            assert_eq!(refuse_app_only(&read, false), Err(NotAllowed::AppOnly));
            assert_eq!(refuse_app_only(&read, true), Ok(()));
        }
        let person = claims(&json!({"scp": "User.Read.All"}));
        assert_eq!(refuse_app_only(&person, false), Ok(()));
    }

    #[test]
    fn another_tenants_token_is_refused_and_one_without_a_tenant_too() {
        let ours = Guid::parse("9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c55").unwrap();
        let other = Guid::parse("9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c56").unwrap();
        assert_eq!(
            refuse_other_tenant(&claims(&json!({"tid": ours})), ours),
            Ok(())
        );
        assert_eq!(
            refuse_other_tenant(&claims(&json!({"tid": other})), ours),
            Err(NotAllowed::OtherTenant(Some(other)))
        );
        assert_eq!(
            refuse_other_tenant(&claims(&json!({})), ours),
            Err(NotAllowed::OtherTenant(None))
        );
    }

    #[test]
    fn an_emergency_account_is_known_by_its_id_and_before_it_has_one_by_its_name() {
        let id = Guid::parse("3b1f0a52-7c4d-4e8b-a1c9-5d6e7f809102").unwrap();
        let accounts = [
            ("BG-1", Some(id), "bg1@contoso.onmicrosoft.com"),
            ("BG-2", None, "bg2@contoso.onmicrosoft.com"),
        ];
        let refused = |token| refuse_emergency_account(&claims(&token), accounts).err();
        let named = |alias: &str| Some(NotAllowed::EmergencyAccount(alias.to_owned()));
        assert_eq!(refused(json!({"scp": "x", "oid": id})), named("BG-1"));
        assert_eq!(
            refused(json!({"scp": "x", "upn": "BG2@contoso.onmicrosoft.com"})),
            named("BG-2")
        );
        assert_eq!(refused(json!({"scp": "x", "upn": "op@contoso.com"})), None);
        assert_eq!(refused(json!({"scp": "x"})), None);
    }

    #[test]
    fn the_azure_cli_is_known_by_its_app_and_only_for_people() {
        let app = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
        let person = json!({"appid": app, "scp": "User.Read.All"});
        assert!(is_azure_cli_user(&claims(&person)));
        let principal = json!({"appid": app, "roles": ["User.Read.All"], "idtyp": "app"});
        assert!(!is_azure_cli_user(&claims(&principal)));
    }
}
