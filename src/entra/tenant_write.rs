//! The writes that make and mend an account, its groups, its role and the passkey policy. Each is
//! sent once.

use super::GraphWrite;
use super::MethodId;
use super::NewPass;
use super::NewUser;
use super::PassWish;
use super::Password;
use super::RoleGrant;
use super::ScheduleStatus;
use super::Version;
use super::Write;
use super::WriteMethod;
use super::Written;
use super::deletion::Deletion;
use super::new_user::password_body;
use super::session::service_host;
use crate::primitives::Guid;
use crate::primitives::Secret;
use crate::primitives::UtcTime;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

const USERS: &str = "User.ReadWrite.All";
const PASSWORDS: &str = "User-PasswordProfile.ReadWrite.All";
const MEMBERS: &str = "GroupMember.ReadWrite.All";
const ROLES: &str = "RoleManagement.ReadWrite.Directory";
const SCHEDULES: &str = "RoleAssignmentSchedule.ReadWrite.Directory";
const POLICY: &str = "Policy.ReadWrite.AuthenticationMethod";
const PASSES: &str = "UserAuthMethod-TAP.ReadWrite.All";
const SESSIONS: &str = "User.RevokeSessions.All";

const FIDO2_POLICY: &str =
    "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/fido2";

/// What is mended on an account that is there; what is `false` stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UserMend {
    /// Sign-in is allowed.
    pub enable: bool,
    /// `passwordPolicies` becomes `DisablePasswordExpiration` and nothing else.
    pub password_lasts: bool,
}

impl GraphWrite<'_> {
    /// Creates an account (POST `users`); brings its object id.
    pub fn create_user(&mut self, user: &NewUser) -> Written<Guid> {
        let write = post("/users".to_owned(), user.body());
        self.send(&write, USERS).and_then_read(|reply| {
            let made: Made = serde_json::from_slice(&reply.body).ok()?;
            Some(made.id)
        })
    }

    /// Mends an account (PATCH `users/{id}`).
    pub fn mend_user(&mut self, user: &Guid, mend: UserMend) -> Written<()> {
        let mut body = serde_json::Map::new();
        if mend.enable {
            body.insert("accountEnabled".to_owned(), Value::Bool(true));
        }
        if mend.password_lasts {
            body.insert(
                "passwordPolicies".to_owned(),
                Value::from("DisablePasswordExpiration"),
            );
        }
        let write = patch(format!("/users/{user}"), &Value::Object(body));
        self.send(&write, USERS).and_then_read(|_| Some(()))
    }

    /// Gives an account a new password (PATCH `users/{id}`).
    pub fn set_password(&mut self, user: &Guid, password: &Password) -> Written<()> {
        let write = Write {
            method: WriteMethod::Patch,
            version: Version::V1,
            target: format!("/users/{user}"),
            body: password_body(password),
        };
        self.send(&write, PASSWORDS).and_then_read(|_| Some(()))
    }

    /// Ends all sign-ins of an account (POST `revokeSignInSessions`); its keys stay.
    pub fn revoke_sessions(&mut self, user: &Guid) -> Written<()> {
        let target = format!("/users/{user}/revokeSignInSessions");
        let write = post(target, Secret::new(Vec::new()));
        self.send(&write, SESSIONS).and_then_read(|_| Some(()))
    }

    /// Puts an account into a group (POST `members/$ref`).
    pub fn add_member(&mut self, group: &Guid, member: &Guid) -> Written<()> {
        let host = service_host(self.cloud(), Version::V1);
        let body = json!({
            "@odata.id": format!("https://{host}/v1.0/directoryObjects/{member}"),
        });
        let write = post(
            format!("/groups/{group}/members/$ref"),
            Secret::new(body.to_string().into_bytes()),
        );
        self.send(&write, MEMBERS).and_then_read(|_| Some(()))
    }

    /// Takes an account out of a group (DELETE `members/{id}/$ref`); the account stays.
    pub fn remove_member(&mut self, group: &Guid, member: &Guid) -> Written<()> {
        let write = Deletion::Membership { group, member }.write();
        self.send(&write, MEMBERS).and_then_read(|_| Some(()))
    }

    /// Gives a role for ever, where there is no Privileged Identity Management
    /// (POST `roleAssignments`).
    pub fn assign_role(&mut self, grant: &RoleGrant) -> Written<()> {
        let write = post(
            "/roleManagement/directory/roleAssignments".to_owned(),
            Secret::new(grant.plain()),
        );
        self.send(&write, ROLES).and_then_read(|_| Some(()))
    }

    /// Asks Privileged Identity Management to give a role for ever
    /// (POST `roleAssignmentScheduleRequests`). Only [`ScheduleStatus::Provisioned`] is the end.
    pub fn schedule_role(
        &mut self,
        grant: &RoleGrant,
        start: UtcTime,
        justification: &str,
    ) -> Written<ScheduleStatus> {
        let write = post(
            "/roleManagement/directory/roleAssignmentScheduleRequests".to_owned(),
            Secret::new(grant.scheduled(start, justification)),
        );
        self.send(&write, SCHEDULES).and_then_read(|reply| {
            let made: Requested = serde_json::from_slice(&reply.body).ok()?;
            Some(ScheduleStatus::read(made.status.as_deref()))
        })
    }

    /// Lets passkeys be registered, or forbids it (PATCH of the passkey policy, this flag alone).
    pub fn allow_self_service(&mut self, allowed: bool) -> Written<()> {
        let body = json!({
            "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
            "isSelfServiceRegistrationAllowed": allowed,
        });
        let write = patch(FIDO2_POLICY.to_owned(), &body);
        self.send(&write, POLICY).and_then_read(|_| Some(()))
    }

    /// Makes a Temporary Access Pass for one use (POST `temporaryAccessPassMethods`). An older pass
    /// of the account is replaced.
    pub fn make_pass(&mut self, user: &Guid, wish: PassWish) -> Written<NewPass> {
        let write = post(
            format!("/users/{user}/authentication/temporaryAccessPassMethods"),
            Secret::new(wish.body()),
        );
        self.send(&write, PASSES).and_then_read(NewPass::read)
    }

    /// Deletes a Temporary Access Pass (DELETE).
    pub fn delete_pass(&mut self, user: &Guid, pass: &MethodId) -> Written<()> {
        let write = Deletion::Pass { user, pass }.write();
        self.send(&write, PASSES).and_then_read(|_| Some(()))
    }
}

const fn post(target: String, body: Secret<Vec<u8>>) -> Write {
    Write {
        method: WriteMethod::Post,
        version: Version::V1,
        target,
        body,
    }
}

fn patch(target: String, body: &Value) -> Write {
    Write {
        method: WriteMethod::Patch,
        version: Version::V1,
        target,
        body: Secret::new(body.to_string().into_bytes()),
    }
}

#[derive(Deserialize)]
struct Made {
    id: Guid,
}

#[derive(Deserialize)]
struct Requested {
    status: Option<String>,
}

#[cfg(test)]
mod tests;
