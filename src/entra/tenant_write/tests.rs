use super::*;
use crate::entra::Get;
use crate::entra::HttpReply;
use crate::entra::NoReply;
use crate::entra::Password;
use crate::entra::Reply;
use crate::entra::Session;
use crate::entra::Tenant;
use crate::entra::TenantWrite;
use crate::entra::Unclear;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Entropy;
use std::time::Duration;

const GROUP: Guid = Guid([0x11; 16]);
const USER: Guid = Guid([0x99; 16]);

struct Steady;

impl Entropy for Steady {
    fn fill(&mut self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

struct Still;

impl Clock for Still {
    fn utc(&self) -> UtcTime {
        UtcTime::from_unix(1_795_363_080)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn wait(&self, _: Duration) {}
}

/// Answers every write alike, and keeps what was sent.
struct Echo {
    reply: Reply,
    sent: Vec<(WriteMethod, String, String)>,
}

impl Tenant for Echo {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        wave.iter().map(|_| Err(NoReply::NotRecorded)).collect()
    }
}

impl TenantWrite for Echo {
    fn send(&mut self, write: &Write) -> Reply {
        let body = String::from_utf8(write.body.expose().clone()).unwrap();
        self.sent.push((write.method, write.target.clone(), body));
        self.reply.clone()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what is answered is a reply")]
fn answer(status: u16, body: &str) -> Reply {
    Ok(HttpReply {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    })
}

fn sent<T>(
    reply: Reply,
    write: impl FnOnce(&mut GraphWrite<'_>) -> Written<T>,
) -> (Written<T>, (WriteMethod, String, String)) {
    let mut echo = Echo {
        reply,
        sent: Vec::new(),
    };
    let mut session = Session::new(Cloud::UsGov, &mut Steady);
    let written = write(&mut GraphWrite::new(&mut echo, &Still, &mut session));
    assert_eq!(echo.sent.len(), 1, "sent once");
    (written, echo.sent.remove(0))
}

#[test]
fn a_user_is_created_once_and_its_id_is_taken_from_the_answer() {
    let account = || {
        let upn = "bg1@contoso.onmicrosoft.com";
        NewUser::new(upn, "BG-1", Password::draw(&mut Steady)).unwrap()
    };
    let made = r#"{"id":"99a1915f-70a7-4b67-9dca-64095b41be73","userPrincipalName":"x"}"#;
    let (written, (method, target, body)) =
        sent(answer(201, made), |graph| graph.create_user(&account()));
    let id = Guid::parse("99a1915f-70a7-4b67-9dca-64095b41be73").unwrap();
    assert_eq!(written, Written::Done(id));
    assert_eq!((method, target.as_str()), (WriteMethod::Post, "/users"));
    assert!(body.contains(r#""forceChangePasswordNextSignIn":false"#));
    // A success without an id may have made it all the same.
    let (written, _) = sent(answer(201, "{}"), |graph| graph.create_user(&account()));
    assert_eq!(written, Written::MayHaveHappened(Unclear::Unreadable));
}

#[test]
fn a_member_is_named_on_the_cloud_s_own_host_and_leaves_by_reference() {
    let (written, (method, target, body)) =
        sent(answer(204, ""), |graph| graph.add_member(&GROUP, &USER));
    assert_eq!(written, Written::Done(()));
    assert_eq!(method, WriteMethod::Post);
    assert_eq!(target, format!("/groups/{GROUP}/members/$ref"));
    assert_eq!(
        body,
        format!(r#"{{"@odata.id":"https://graph.microsoft.us/v1.0/directoryObjects/{USER}"}}"#)
    );
    let (_, left) = sent(answer(204, ""), |graph| graph.remove_member(&GROUP, &USER));
    let target = format!("/groups/{GROUP}/members/{USER}/$ref");
    assert_eq!(left, (WriteMethod::Delete, target, String::new()));
}

#[test]
fn only_what_is_mended_is_sent() {
    let both = UserMend {
        enable: true,
        password_lasts: true,
    };
    let password = UserMend {
        password_lasts: true,
        ..UserMend::default()
    };
    for (mend, expected) in [
        (
            both,
            r#"{"accountEnabled":true,"passwordPolicies":"DisablePasswordExpiration"}"#,
        ),
        (
            password,
            r#"{"passwordPolicies":"DisablePasswordExpiration"}"#,
        ),
    ] {
        let (_, (method, target, body)) =
            sent(answer(204, ""), |graph| graph.mend_user(&USER, mend));
        assert_eq!(method, WriteMethod::Patch);
        assert_eq!(target, format!("/users/{USER}"));
        assert_eq!(body, expected);
    }
}

#[test]
fn the_policy_is_sent_its_flag_alone_with_its_type() {
    let (_, (method, target, body)) =
        sent(answer(204, ""), |graph| graph.allow_self_service(false));
    assert_eq!(
        (method, target.as_str()),
        (WriteMethod::Patch, FIDO2_POLICY)
    );
    assert_eq!(
        body,
        r##"{"@odata.type":"#microsoft.graph.fido2AuthenticationMethodConfiguration","isSelfServiceRegistrationAllowed":false}"##
    );
}

#[test]
fn a_request_that_waits_for_approval_is_not_the_role() {
    let grant = RoleGrant {
        role: Guid([0x62; 16]),
        principal: USER,
    };
    let start = UtcTime::from_unix(1_795_363_080);
    let ask = |body: &str| {
        sent(answer(201, body), |graph| {
            graph.schedule_role(&grant, start, "because")
        })
        .0
    };
    assert_eq!(
        ask(r#"{"status":"Provisioned"}"#),
        Written::Done(ScheduleStatus::Provisioned)
    );
    assert_eq!(
        ask(r#"{"status":"PendingApproval"}"#),
        Written::Done(ScheduleStatus::Other("PendingApproval".to_owned()))
    );
}

#[test]
fn a_refusal_names_the_permission_of_its_own_write() {
    let needs = |written: Written<()>| {
        let Written::Denied(denial) = written else {
            panic!("{written:?}");
        };
        denial.needs
    };
    let (member, _) = sent(answer(403, ""), |graph| graph.add_member(&GROUP, &USER));
    assert_eq!(needs(member), "GroupMember.ReadWrite.All");
    let (sessions, (_, target, body)) = sent(answer(403, ""), |graph| graph.revoke_sessions(&USER));
    assert_eq!(needs(sessions), "User.RevokeSessions.All");
    assert_eq!(target, format!("/users/{USER}/revokeSignInSessions"));
    assert_eq!(body, "");
}

#[test]
fn a_pass_that_was_made_is_read_from_the_answer_alone() {
    let wish = PassWish::once_within(60).unwrap();
    let body = r#"{"id":"p-1","temporaryAccessPass":"canary-canary-16","lifetimeInMinutes":60}"#;
    let (written, (_, target, _)) = sent(answer(201, body), |graph| graph.make_pass(&USER, wish));
    let Written::Done(made) = written else {
        panic!("not made")
    };
    assert_eq!(made.pass.expose(), "canary-canary-16");
    assert_eq!(
        target,
        format!("/users/{USER}/authentication/temporaryAccessPassMethods")
    );
}
