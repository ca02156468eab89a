//! What keeps a machine from its security keys, or a ceremony from its end, and what to do.
//!
mod keys;
mod needs;
mod tenant;

use super::Verdict;
use crate::facts::reach::Reach;
use crate::facts::system::SystemFacts;
use crate::plan::Plan;
use serde::Serialize;

macro_rules! items {
    ($($variant:ident $id:literal $title:literal;)*) => {
        /// What `doctor` looks at. Its id is a word, permanent, and never means anything else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum DoctorItem {
            $(
                #[doc = concat!("`", $id, "`: ", $title)]
                #[serde(rename = $id)]
                $variant,
            )*
        }

        impl DoctorItem {
            /// Every item, in the order of `docs/doctor.md`.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The id.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// What it asks, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

items! {
    Platform "PLATFORM" "this system lets programs talk to keys";
    Container "CONTAINER" "no container is in the way";
    Kernel "KERNEL" "the kernel makes nodes of keys";
    KeySeen "KEY-SEEN" "a key is seen";
    KeyAccess "KEY-ACCESS" "this user may open it";
    UdevRules "UDEV-RULES" "a rule gives access to keys";
    KeyHeld "KEY-HELD" "no other program has it open";
    Pcscd "PCSCD" "the daemon of smart cards";
    SshKeygen "SSH-KEYGEN" "people can sign";
    Clock "CLOCK" "the clock is right";
    Terminal "TERMINAL" "people can be asked";
    CaStore "CA-STORE" "the tenant's certificate can be judged";
    Random "RANDOM" "randomness comes";
    Book "BOOK" "the book can be written";
    Proxy "PROXY" "the way out of this network";
    LoginHost "LOGIN-HOST" "the host that signs people in answers";
    GraphHost "GRAPH-HOST" "Microsoft Graph answers";
    ClockSkew "CLOCK-SKEW" "the clock agrees with Microsoft's";
    SignIn "SIGN-IN" "somebody can sign in";
    Permissions "PERMISSIONS" "the sign-in may do what a command needs";
    DirectoryRole "DIRECTORY-ROLE" "the person holds a role that may look";
    Licence "LICENCE" "the tenant's licence lets everything be checked";
}

/// What `doctor` says of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoctorFinding {
    /// What it looked at.
    #[serde(rename = "check")]
    pub item: DoctorItem,
    /// What was read.
    pub detail: String,
    /// What to do; absent where there is nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// `machine`, `book`, `tenant`, a command, or the path of a node.
    pub subject: String,
    /// What it came to: never `unknown` or `accepted`; `not_run` where it does not apply.
    pub verdict: Verdict,
}

impl DoctorFinding {
    fn new(item: DoctorItem, verdict: Verdict, detail: impl Into<String>) -> Self {
        Self {
            item,
            detail: detail.into(),
            fix: None,
            subject: "machine".to_owned(),
            verdict,
        }
    }

    fn of(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.subject);
        self
    }

    fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// Everything that `doctor` says of a machine, in the order of the items; pure.
#[must_use]
pub fn doctor(facts: &SystemFacts) -> Vec<DoctorFinding> {
    let mut findings = vec![
        keys::platform(facts),
        keys::container(facts),
        keys::kernel(facts),
        keys::seen(facts),
    ];
    findings.extend(keys::access(facts));
    findings.push(keys::rules(facts));
    findings.extend(keys::held(facts));
    findings.extend([
        needs::pcscd(facts),
        needs::ssh_keygen(facts),
        needs::clock(facts),
        needs::terminal(facts),
        needs::ca_store(facts),
        needs::random(facts),
        needs::book(facts),
    ]);
    findings
}

/// Everything that `doctor` says of the way to a plan's tenant, in the order of the items; pure. Without
/// `plan` and `reach` each is `not_run`, with `why`.
#[must_use]
pub fn doctor_tenant(plan: Option<&Plan>, reach: Option<&Reach>, why: &str) -> Vec<DoctorFinding> {
    let (Some(plan), Some(reach)) = (plan, reach) else {
        return tenant::ITEMS
            .iter()
            .map(|item| DoctorFinding::new(*item, Verdict::NotRun, why).of("tenant"))
            .collect();
    };
    let mut findings = vec![
        tenant::proxy(reach),
        tenant::login_host(plan, reach),
        tenant::graph_host(reach),
        tenant::clock_skew(plan, reach),
    ];
    findings.extend(tenant::sign_in(plan, reach));
    findings.extend(tenant::permissions(plan, reach));
    findings.push(tenant::directory_role(reach));
    findings.push(tenant::licence(reach));
    findings
}

#[cfg(test)]
mod tests;
