//! Short looks at the tenant that several ceremonies take, and where people look at it.

use crate::entra::Answer;
use crate::entra::Completeness;
use crate::entra::Failure;
use crate::entra::Graph;
use crate::entra::ask_members;
use crate::entra::ask_membership;
use crate::primitives::Cloud;
use crate::primitives::Guid;

/// Whether an account is in a group, directly or through others.
pub(super) fn is_in(graph: &mut Graph<'_>, account: &Guid, group: &Guid) -> Answer<bool> {
    let membership = graph.one(ask_membership(account));
    membership.and_then(|membership| {
        if membership.groups.iter().any(|one| one.id == *group) {
            return Answer::Known(true);
        }
        if membership.completeness == Completeness::Whole {
            return Answer::Known(false);
        }
        // Some of its groups are hidden; this group may still tell of it.
        match is_direct(graph, account, group) {
            Answer::Known(true) => Answer::Known(true),
            Answer::Known(false) | Answer::Absent | Answer::Denied(_) | Answer::Failed(_) => {
                Answer::Failed(Failure::Unreadable("groups, some of which are hidden"))
            }
        }
    })
}

/// Whether an account is in a group by itself, not through another one.
pub(super) fn is_direct(graph: &mut Graph<'_>, account: &Guid, group: &Guid) -> Answer<bool> {
    graph.one(ask_members(group)).and_then(|members| {
        if members.known.iter().any(|one| one.id == *account) {
            Answer::Known(true)
        } else if members.completeness == Completeness::Whole {
            Answer::Known(false)
        } else {
            Answer::Failed(Failure::Unreadable("members, some of whom are hidden"))
        }
    })
}

/// Known once an answer is what was waited for; until then it is not there yet.
pub(super) fn when(answer: Answer<bool>, wanted: bool) -> Answer<()> {
    answer.and_then(|is| {
        if is == wanted {
            Answer::Known(())
        } else {
            Answer::Absent
        }
    })
}

/// Where an account's sign-in methods are, in a cloud.
pub(super) const fn security_info(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Global => "https://mysignins.microsoft.com/security-info",
        Cloud::UsGov | Cloud::UsGovDod => "https://mysignins.microsoft.us/security-info",
        Cloud::China => "https://mysignins.microsoft.cn/security-info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cloud_has_its_own_page() {
        let host = |cloud| security_info(cloud).split('/').nth(2);
        assert_eq!(host(Cloud::Global), Some("mysignins.microsoft.com"));
        assert_eq!(host(Cloud::UsGovDod), Some("mysignins.microsoft.us"));
        assert_eq!(host(Cloud::China), Some("mysignins.microsoft.cn"));
    }
}
