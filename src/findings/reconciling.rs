//! `METHOD-UNEXPECTED` `METHOD-MISSING` `CRED-MATCH`: the keys of the records beside the passkeys of
//! the tenant.

use super::Check;
use super::Finding;
use super::Subject;
use super::Verdict;
use super::found::Found;
use super::tenant_words;
use crate::entra::Answer;
use crate::entra::Fido2Method;
use crate::entra::MethodId;
use crate::facts::book::BookKey;
use crate::facts::tenant::AccountFacts;
use crate::webauthn::CredentialId;

/// A key that the records say is registered for an account.
pub(super) struct Expected<'a> {
    /// Its label.
    pub(super) label: &'a str,
    /// Its credential; `None` if no record names one.
    pub(super) credential: Option<&'a CredentialId>,
    /// The tenant's id of it; `None` if no record names one.
    pub(super) method_id: Option<&'a str>,
}

impl<'a> Expected<'a> {
    /// What the book says of a key.
    pub(super) fn of(key: &'a BookKey) -> Self {
        Self {
            label: &key.label,
            credential: key.credential_id.as_ref(),
            method_id: key.method_id.as_deref(),
        }
    }

    /// Whether the tenant's method is this key: by its credential, or where one of the two names
    /// none, by the method's id.
    pub(super) fn is(&self, method: &Fido2Method) -> bool {
        match (self.credential, method.credential()) {
            (Some(ours), Some(theirs)) => *ours == theirs,
            (Some(_) | None, _) => self.method_id == Some(method.id.as_str()),
        }
    }
}

/// `METHOD-UNEXPECTED` and `METHOD-MISSING` of an account.
pub(super) fn methods(
    account: &AccountFacts,
    expected: &[Expected<'_>],
    subject: &Subject,
) -> Vec<Finding> {
    let mut unexpected = Found::new(Check::MethodUnexpected, subject);
    let mut missing = Found::new(Check::MethodMissing, subject);
    let methods = match &account.methods {
        Answer::Known(methods) => methods,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            let what = "the account's passkeys";
            unexpected.unknown(what, other);
            missing.unknown(what, other);
            return [unexpected.or_pass(""), missing.or_pass("")].concat();
        }
    };
    for method in methods {
        if !expected.iter().any(|key| key.is(method)) {
            let name = tenant_words::method(method);
            unexpected.fix(
                Verdict::Fail,
                format!("a passkey that no record of a key in use knows: {name}"),
                "find out whose it is; delete it, or register it in a ceremony",
            );
        }
    }
    for key in expected {
        if methods.iter().any(|method| key.is(method)) {
            continue;
        }
        if key.credential.is_none() && key.method_id.is_none() {
            missing.say(
                Verdict::Unknown,
                format!("no record names the credential of {}", key.label),
            );
        } else {
            missing.fix(
                Verdict::Fail,
                format!("{} is recorded and the tenant does not have it", key.label),
                "find out who deleted it, and register the key again",
            );
        }
    }
    let passkeys = count(methods.len());
    let both = format!("{passkeys} in the tenant, {} recorded", expected.len());
    [unexpected.or_pass(both.clone()), missing.or_pass(both)].concat()
}

fn count(passkeys: usize) -> String {
    if passkeys == 1 {
        "1 passkey".to_owned()
    } else {
        format!("{passkeys} passkeys")
    }
}

/// `CRED-MATCH`: whether record and tenant name one credential and one model for a key.
pub(super) fn cred_match(account: &AccountFacts, key: &BookKey) -> Vec<Finding> {
    let subject = Subject::key(&key.label);
    let mut found = Found::new(Check::CredMatch, &subject);
    let expected = Expected::of(key);
    if expected.credential.is_none() && expected.method_id.is_none() {
        found.say(Verdict::NotRun, "no record names its credential");
        return found.or_pass("");
    }
    let fix = "treat it as another key until it is explained: compare the tenant's audit log with \
               the records";
    let named = key.method_id.as_deref().and_then(MethodId::new);
    let within = named.as_ref().and_then(MethodId::credential);
    if let (Some(id), Some(credential), Some(within)) = (&named, &key.credential_id, &within)
        && credential != within
    {
        let ours = MethodId::of_credential(credential);
        found.fix(
            Verdict::Fail,
            format!("the record's method id {id} is of another credential than its own, {ours}"),
            fix,
        );
    }
    let methods = match &account.methods {
        Answer::Known(methods) => methods,
        other @ (Answer::Denied(_) | Answer::Failed(_) | Answer::Absent) => {
            found.unknown("the account's passkeys", other);
            return found.or_pass("");
        }
    };
    let Some(method) = methods.iter().find(|method| expected.is(method)) else {
        found.say(Verdict::NotRun, "the tenant has no such method");
        return found.or_pass("");
    };
    if let Some(id) = &key.method_id
        && id != method.id.as_str()
    {
        found.fix(
            Verdict::Fail,
            format!("the record names method {id}, the tenant {}", method.id),
            fix,
        );
    }
    if let Some(aaguid) = method.aaguid
        && aaguid != key.aaguid
    {
        let ours = key.aaguid;
        found.fix(
            Verdict::Fail,
            format!("the record says model {ours}, the tenant {aaguid}"),
            fix,
        );
    }
    if method.credential().is_none() {
        found.say(
            Verdict::Unknown,
            format!("the tenant's id {} names no credential", method.id),
        );
    }
    found.or_pass(format!("record and tenant name method {}", method.id))
}
