//! Which permission each command needs of a token, what satisfies it, and what it is for.
//!
//! The names, and what includes them, are those of Microsoft Graph's permissions reference; the newer
//! `UserAuthMethod-*` and the older `UserAuthenticationMethod.*` are taken alike.

use super::Claims;

/// What a token is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// To read everything that the checks judge.
    Check,
    /// To register a key for an account.
    Register,
    /// To make or mend an account.
    Provision,
    /// To test that an account signs in.
    AccessTest,
    /// To let go of a key: of a lost one, or of one that is taken out of use.
    Revoke,
}

impl Need {
    /// Every need.
    pub const ALL: [Self; 5] = [
        Self::Check,
        Self::Register,
        Self::Provision,
        Self::AccessTest,
        Self::Revoke,
    ];

    /// The command that has this need.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Register => "register",
            Self::Provision => "provision",
            Self::AccessTest => "verify --sign-in",
            Self::Revoke => "lost",
        }
    }

    /// Whether the command cannot do its work without the permission, instead of leaving checks
    /// `unknown`.
    #[must_use]
    pub const fn is_write(self) -> bool {
        matches!(self, Self::Register | Self::Provision | Self::Revoke)
    }
}

/// A permission of Microsoft Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The least that does it: what to consent to.
    pub name: &'static str,
    /// What does it as well.
    pub also: &'static [&'static str],
    /// The commands that need it.
    pub needs: &'static [Need],
    /// What it is for: what stays `unknown`, or is not done, without it.
    pub what: &'static str,
}

impl Permission {
    /// Whether `claims` hold it, or one that includes it.
    #[must_use]
    pub fn is_in(&self, claims: &Claims) -> bool {
        let granted = claims.granted();
        granted.contains(self.name) || self.also.iter().any(|name| granted.contains(*name))
    }
}

/// What `need` lacks in these claims, in the order of [`PERMISSIONS`].
pub fn missing_permissions(
    claims: &Claims,
    need: Need,
) -> impl Iterator<Item = &'static Permission> {
    PERMISSIONS
        .iter()
        .filter(move |permission| permission.needs.contains(&need) && !permission.is_in(claims))
}

/// Every permission, `docs/sign-in.md` in the same order.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        name: "User.Read.All",
        also: &[
            "User.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        needs: &[
            Need::Check,
            Need::Register,
            Need::Provision,
            Need::AccessTest,
            Need::Revoke,
        ],
        what: "the accounts: enabled, cloud-only, when they signed in",
    },
    Permission {
        name: "GroupMember.Read.All",
        also: &[
            "GroupMember.ReadWrite.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        needs: &[Need::Check, Need::Register, Need::Provision],
        what: "groups: who is excluded, whom a policy reaches",
    },
    Permission {
        name: "Policy.Read.All",
        also: &[],
        needs: &[Need::Check, Need::Register, Need::Provision],
        what: "Conditional Access, passkey policy, strengths, security defaults",
    },
    Permission {
        name: "UserAuthenticationMethod.Read.All",
        also: &["UserAuthenticationMethod.ReadWrite.All"],
        needs: &[Need::Check],
        what: "every sign-in method of the accounts, also the forgotten ones",
    },
    Permission {
        name: "UserAuthMethod-Passkey.Read.All",
        also: &[
            "UserAuthMethod-Passkey.ReadWrite.All",
            "UserAuthenticationMethod.Read.All",
            "UserAuthenticationMethod.ReadWrite.All",
        ],
        needs: &[Need::Check, Need::AccessTest, Need::Revoke],
        what: "the keys that the accounts have",
    },
    Permission {
        name: "RoleManagement.Read.Directory",
        also: &[
            "RoleManagement.ReadWrite.Directory",
            "RoleManagement.Read.All",
        ],
        needs: &[Need::Check, Need::Provision],
        what: "who holds which role, and for how long",
    },
    Permission {
        name: "AdministrativeUnit.Read.All",
        also: &[
            "AdministrativeUnit.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        needs: &[Need::Check],
        what: "restricted management administrative units",
    },
    Permission {
        name: "AuditLog.Read.All",
        also: &[],
        needs: &[Need::Check, Need::AccessTest, Need::Revoke],
        what: "sign-ins, the audit log, when an account was last used",
    },
    Permission {
        name: "Domain.Read.All",
        also: &[
            "Domain.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        needs: &[Need::Check, Need::Provision],
        what: "domains: which is the initial one, which is federated",
    },
    Permission {
        name: "Organization.Read.All",
        also: &[
            "Organization.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        needs: &[Need::Check, Need::Provision],
        what: "the licence, on which several checks hang",
    },
    Permission {
        name: "Application.Read.All",
        also: &[
            "Application.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        needs: &[Need::Check],
        what: "apps that could enrol a key",
    },
    Permission {
        name: "UserAuthMethod-Passkey.ReadWrite.All",
        also: &["UserAuthenticationMethod.ReadWrite.All"],
        needs: &[Need::Register, Need::Revoke],
        what: "to register a key for an account, and to delete one",
    },
    Permission {
        name: "User.RevokeSessions.All",
        also: &["User.ReadWrite.All", "Directory.ReadWrite.All"],
        needs: &[Need::Revoke],
        what: "to end an account's sign-ins when a key is lost",
    },
    Permission {
        name: "User.ReadWrite.All",
        also: &["Directory.ReadWrite.All"],
        needs: &[Need::Provision],
        what: "to make the account",
    },
    Permission {
        name: "GroupMember.ReadWrite.All",
        also: &["Group.ReadWrite.All", "Directory.ReadWrite.All"],
        needs: &[Need::Provision],
        what: "to join and leave groups",
    },
    Permission {
        name: "UserAuthMethod-TAP.ReadWrite.All",
        also: &["UserAuthenticationMethod.ReadWrite.All"],
        needs: &[Need::Provision],
        what: "to delete a Temporary Access Pass",
    },
    Permission {
        name: "RoleManagement.ReadWrite.Directory",
        also: &[],
        needs: &[Need::Provision],
        what: "to give the role, and to join role-assignable groups",
    },
];

#[cfg(test)]
mod tests {
    use super::super::claims::tests::claims;
    use super::*;
    use serde_json::json;

    fn names(scopes: &str, need: Need) -> Vec<&'static str> {
        let read = claims(&json!({"scp": scopes}));
        missing_permissions(&read, need)
            .map(|one| one.name)
            .collect()
    }

    const READING: &str = "User.Read.All GroupMember.Read.All RoleManagement.Read.Directory \
        AdministrativeUnit.Read.All Policy.Read.All UserAuthenticationMethod.Read.All \
        AuditLog.Read.All Domain.Read.All Organization.Read.All Application.Read.All";

    #[test]
    fn the_reading_set_lacks_nothing_to_check_and_only_the_write_to_register() {
        assert_eq!(names(READING, Need::Check), [""; 0]);
        assert_eq!(
            names(READING, Need::Register),
            ["UserAuthMethod-Passkey.ReadWrite.All"]
        );
    }

    #[test]
    fn the_older_and_the_newer_names_count_alike() {
        for name in [
            "UserAuthMethod-Passkey.ReadWrite.All",
            "UserAuthenticationMethod.ReadWrite.All",
        ] {
            assert_eq!(names(&format!("{READING} {name}"), Need::Register), [""; 0]);
        }
        let newer = READING.replace(
            "UserAuthenticationMethod.Read.All",
            "UserAuthMethod-Passkey.Read.All",
        );
        assert_eq!(
            names(&newer, Need::Check),
            ["UserAuthenticationMethod.Read.All"],
            "other methods than passkeys stay unread"
        );
    }

    #[test]
    fn directory_read_all_includes_what_it_is_documented_to_and_no_more() {
        assert_eq!(
            names("Directory.Read.All", Need::Check),
            [
                "Policy.Read.All",
                "UserAuthenticationMethod.Read.All",
                "UserAuthMethod-Passkey.Read.All",
                "RoleManagement.Read.Directory",
                "AuditLog.Read.All",
            ]
        );
    }

    #[test]
    fn the_azure_clis_fixed_permissions_lack_what_was_seen_to_be_refused() {
        let fixed = "Application.ReadWrite.All AppRoleAssignment.ReadWrite.All AuditLog.Read.All \
            DelegatedPermissionGrant.ReadWrite.All Directory.AccessAsUser.All Group.ReadWrite.All \
            User.Read.All User.ReadWrite.All email openid profile";
        let lacking = names(fixed, Need::Check);
        for name in [
            "Policy.Read.All",
            "UserAuthenticationMethod.Read.All",
            "RoleManagement.Read.Directory",
        ] {
            assert!(lacking.contains(&name), "{name}: {lacking:?}");
        }
        assert!(!lacking.contains(&"AuditLog.Read.All"));
    }

    #[test]
    fn an_apps_roles_count_and_its_scopes_do_not() {
        let app = claims(&json!({"idtyp": "app", "roles": ["Policy.Read.All"], "scp": READING}));
        let lacking: Vec<&str> = missing_permissions(&app, Need::Check)
            .map(|one| one.name)
            .collect();
        assert!(!lacking.contains(&"Policy.Read.All"));
        assert!(lacking.contains(&"User.Read.All"));
    }

    #[test]
    fn the_page_of_sign_in_lists_every_permission_as_it_is_here() {
        let page = include_str!("../../../docs/sign-in.md");
        for one in PERMISSIONS {
            let ticked = |names: Vec<&str>, between: &str| {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                names.join(between)
            };
            let also = ticked(one.also.to_vec(), " ");
            let gap = if also.is_empty() { "" } else { " " };
            let needs: Vec<&str> = one.needs.iter().map(|need| need.command()).collect();
            let row = format!(
                "| `{}` |{gap}{also} | {} | {} |",
                one.name,
                ticked(needs, ", "),
                one.what
            );
            assert!(page.contains(&row), "{row}");
        }
    }
}
