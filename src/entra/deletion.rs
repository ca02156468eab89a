//! Everything that is ever deleted.
//!
//! `DELETE /groups/{id}/members/{id}` without its last segment `/$ref` deletes the member itself, and
//! `DELETE /users/{id}` the account: neither can be written down here.

use super::MethodId;
use super::Version;
use super::Write;
use super::WriteMethod;
use crate::primitives::Guid;
use crate::primitives::Secret;

/// What is deleted: a membership, a passkey, a pass. A directory object is none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deletion<'a> {
    /// That somebody is a direct member of a group; the member stays.
    Membership {
        /// The group.
        group: &'a Guid,
        /// The member.
        member: &'a Guid,
    },
    /// A passkey of an account.
    Passkey {
        /// The account.
        user: &'a Guid,
        /// The passkey's method.
        method: &'a MethodId,
    },
    /// A Temporary Access Pass of an account.
    Pass {
        /// The account.
        user: &'a Guid,
        /// The pass's method.
        pass: &'a MethodId,
    },
}

impl Deletion<'_> {
    /// The DELETE, which carries no body.
    pub(super) fn write(self) -> Write {
        Write {
            method: WriteMethod::Delete,
            version: Version::V1,
            target: self.target(),
            body: Secret::new(Vec::new()),
        }
    }

    fn target(self) -> String {
        match self {
            Self::Membership { group, member } => format!("/groups/{group}/members/{member}/$ref"),
            Self::Passkey { user, method } => {
                format!("/users/{user}/authentication/fido2Methods/{method}")
            }
            Self::Pass { user, pass } => {
                format!("/users/{user}/authentication/temporaryAccessPassMethods/{pass}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_membership_ends_with_ref_and_a_method_is_named_beneath_its_account() {
        let (one, two) = (Guid([0x11; 16]), Guid([0x22; 16]));
        let (group, member, user) = (&one, &two, &two);
        let pass = &MethodId::new("6f1967b7-15e8-4935-ac26-d50770ed07a7").unwrap();
        let method = &MethodId::new("-2_GRUg2-HYz6_1YG4YRAQ2").unwrap();
        let account = "/users/22222222-2222-2222-2222-222222222222/authentication";
        assert_eq!(
            Deletion::Membership { group, member }.target(),
            "/groups/11111111-1111-1111-1111-111111111111/members\
             /22222222-2222-2222-2222-222222222222/$ref"
        );
        assert_eq!(
            Deletion::Passkey { user, method }.target(),
            format!("{account}/fido2Methods/-2_GRUg2-HYz6_1YG4YRAQ2")
        );
        assert_eq!(
            Deletion::Pass { user, pass }.target(),
            format!("{account}/temporaryAccessPassMethods/6f1967b7-15e8-4935-ac26-d50770ed07a7")
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn whatever_the_tenant_names_no_directory_object_is_deleted(
            one in any::<[u8; 16]>(),
            two in any::<[u8; 16]>(),
            named in any::<String>(),
        ) {
            let (one, two) = (Guid(one), Guid(two));
            let mut all = vec![Deletion::Membership { group: &one, member: &two }.write()];
            let id = MethodId::new(&named);
            if let Some(id) = &id {
                all.push(Deletion::Passkey { user: &one, method: id }.write());
                all.push(Deletion::Pass { user: &one, pass: id }.write());
            }
            for write in all {
                let segments: Vec<&str> = write.target.split('/').skip(1).collect();
                let shape = match segments.as_slice() {
                    ["groups", _, "members", _, last] => *last == "$ref",
                    ["users", _, "authentication", kind, last] => {
                        ["fido2Methods", "temporaryAccessPassMethods"].contains(kind)
                            && !last.is_empty()
                    }
                    _ => false,
                };
                prop_assert!(shape, "{}", write.target);
                prop_assert!(write.body.expose().is_empty());
            }
        }
    }
}
