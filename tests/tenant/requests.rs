//! Every request that the product can send to a tenant, made by the very code that makes it.

use glasskey::entra::Get;
use glasskey::entra::GraphWrite;
use glasskey::entra::HttpReply;
use glasskey::entra::MethodId;
use glasskey::entra::MethodName;
use glasskey::entra::NewUser;
use glasskey::entra::PassWish;
use glasskey::entra::Password;
use glasskey::entra::Registration;
use glasskey::entra::Reply;
use glasskey::entra::RoleGrant;
use glasskey::entra::SentOptions;
use glasskey::entra::Session;
use glasskey::entra::Tenant;
use glasskey::entra::TenantWrite;
use glasskey::entra::UserMend;
use glasskey::entra::Version;
use glasskey::entra::WorkspaceId;
use glasskey::entra::Write;
use glasskey::entra::WriteMethod;
use glasskey::entra::{self};
use glasskey::primitives::Cloud;
use glasskey::primitives::Guid;
use glasskey::primitives::UtcTime;
use glasskey::primitives::bytes;
use glasskey::rehearsal::RehearsalClock;
use glasskey::rehearsal::SeededEntropy;
use glasskey::webauthn::AttestationObject;
use glasskey::webauthn::ClientData;
use glasskey::webauthn::CredentialId;
use serde_json::Value;

/// An account that every sample is about.
pub(crate) const USER: Guid = Guid([0x4a; 16]);
const GROUP: Guid = Guid([0x4b; 16]);
const ROLE: Guid = Guid([0x4c; 16]);
const UPN: &str = "bg1@contoso.onmicrosoft.com";
const WORKSPACE: &str = "/subscriptions/4a4a4a4a-4a4a-4a4a-4a4a-4a4a4a4a4a4a/resourceGroups/monitoring\
/providers/Microsoft.OperationalInsights/workspaces/security";

/// A request as it would be sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) version: Version,
    pub(crate) verb: &'static str,
    pub(crate) target: String,
    pub(crate) body: Vec<u8>,
    pub(crate) eventual: bool,
}

type Make = fn(&mut GraphWrite<'_>);

/// Every function that makes a request, by its name; one that is asked for in another version of
/// Graph too is named with it. A test reads the sources and demands that none is missing.
pub(crate) const ALL: &[(&str, Make)] = &[
    ("ask_administrative_units", |g| {
        drop(g.reads().one(entra::ask_administrative_units(&USER)));
    }),
    ("ask_active_holders_of", |g| {
        drop(g.reads().one(entra::ask_active_holders_of(&ROLE)));
    }),
    ("ask_active_roles_of", |g| {
        drop(g.reads().one(entra::ask_active_roles_of(&USER)));
    }),
    ("ask_all_methods", |g| {
        drop(g.reads().one(entra::ask_all_methods(&USER)));
    }),
    ("ask_audits", |g| {
        drop(g.reads().one(entra::ask_audits(&[USER, GROUP])));
    }),
    ("ask_audits_of_policies", |g| {
        drop(g.reads().one(entra::ask_audits_of_policies()));
    }),
    ("ask_audits_of_user", |g| {
        drop(g.reads().one(entra::ask_audits_of_user(&USER)));
    }),
    ("ask_authorization_policy", |g| {
        drop(g.reads().one(entra::ask_authorization_policy()));
    }),
    ("ask_ca_policies", |g| {
        drop(g.reads().one(entra::ask_ca_policies()));
    }),
    ("ask_creation_options", |g| {
        drop(g.reads().one(entra::ask_creation_options(&USER)));
    }),
    ("ask_diagnostic_settings", |g| {
        drop(g.reads().one(entra::ask_diagnostic_settings()));
    }),
    ("ask_domains", |g| {
        drop(g.reads().one(entra::ask_domains()));
    }),
    ("ask_eligible_holders_of", |g| {
        drop(g.reads().one(entra::ask_eligible_holders_of(&ROLE)));
    }),
    ("ask_eligible_roles_of", |g| {
        drop(g.reads().one(entra::ask_eligible_roles_of(&USER)));
    }),
    ("ask_fido2_methods", |g| {
        drop(g.reads().one(entra::ask_fido2_methods(&USER)));
    }),
    ("ask_fido2_methods in beta", |g| {
        drop(
            g.reads()
                .one(entra::ask_fido2_methods(&USER).in_version(Version::Beta)),
        );
    }),
    ("ask_fido2_policy", |g| {
        drop(g.reads().one(entra::ask_fido2_policy()));
    }),
    ("ask_graph_app_role_assignments", |g| {
        drop(g.reads().one(entra::ask_graph_app_role_assignments()));
    }),
    ("ask_graph_app_roles", |g| {
        drop(g.reads().one(entra::ask_graph_app_roles()));
    }),
    ("ask_group", |g| {
        drop(g.reads().one(entra::ask_group(&GROUP)));
    }),
    ("ask_holders_of", |g| {
        drop(g.reads().one(entra::ask_holders_of(&ROLE)));
    }),
    ("ask_licence", |g| {
        drop(g.reads().one(entra::ask_licence()));
    }),
    ("ask_members", |g| {
        drop(g.reads().one(entra::ask_members(&GROUP)));
    }),
    ("ask_membership", |g| {
        drop(g.reads().one(entra::ask_membership(&USER)));
    }),
    ("ask_owners", |g| {
        drop(g.reads().one(entra::ask_owners(&GROUP)));
    }),
    ("ask_pass_policy", |g| {
        drop(g.reads().one(entra::ask_pass_policy()));
    }),
    ("ask_passes", |g| {
        drop(g.reads().one(entra::ask_passes(&USER)));
    }),
    ("ask_query_rules", |g| {
        drop(g.reads().one(entra::ask_query_rules(&USER)));
    }),
    ("ask_registration_details", |g| {
        drop(g.reads().one(entra::ask_registration_details(&USER)));
    }),
    ("ask_role_definitions", |g| {
        drop(g.reads().one(entra::ask_role_definitions()));
    }),
    ("ask_roles_of", |g| {
        drop(g.reads().one(entra::ask_roles_of(&USER)));
    }),
    ("ask_security_defaults", |g| {
        drop(g.reads().one(entra::ask_security_defaults()));
    }),
    ("ask_sentinel_rules", |g| {
        let workspace = WorkspaceId::parse(WORKSPACE).unwrap();
        drop(g.reads().one(entra::ask_sentinel_rules(&workspace)));
    }),
    ("ask_sign_in_activity", |g| {
        drop(g.reads().one(entra::ask_sign_in_activity(&USER)));
    }),
    ("ask_sign_ins", |g| {
        drop(g.reads().one(entra::ask_sign_ins(&[USER, GROUP])));
    }),
    ("ask_sign_ins_v1", |g| {
        drop(g.reads().one(entra::ask_sign_ins_v1(&[USER, GROUP])));
    }),
    ("ask_strength_models", |g| {
        drop(g.reads().one(entra::ask_strength_models(&USER.to_string())));
    }),
    ("ask_strengths", |g| {
        drop(g.reads().one(entra::ask_strengths()));
    }),
    ("ask_strengths_alone", |g| {
        drop(g.reads().one(entra::ask_strengths_alone()));
    }),
    ("ask_transitive_members", |g| {
        drop(g.reads().one(entra::ask_transitive_members(&GROUP)));
    }),
    ("ask_user", |g| {
        drop(g.reads().one(entra::ask_user(&USER)));
    }),
    ("ask_user_by_upn", |g| {
        drop(g.reads().one(entra::ask_user_by_upn(UPN)));
    }),
    ("add_member", |g| {
        drop(g.add_member(&GROUP, &USER));
    }),
    ("allow_self_service", |g| {
        drop(g.allow_self_service(false));
    }),
    ("assign_role", |g| {
        drop(g.assign_role(&grant()));
    }),
    ("create_user", |g| {
        let mut entropy = SeededEntropy::new(b"requests", "password");
        let user = NewUser::new(UPN, "Emergency Access 1", Password::draw(&mut entropy)).unwrap();
        drop(g.create_user(&user));
    }),
    ("delete_method", |g| {
        drop(g.delete_method(&USER, &method()));
    }),
    ("delete_pass", |g| {
        drop(g.delete_pass(&USER, &MethodId::new(&GROUP.to_string()).unwrap()));
    }),
    ("make_pass", |g| {
        drop(g.make_pass(&USER, PassWish::once_within(60).unwrap()));
    }),
    ("mend_user", |g| {
        let mend = UserMend {
            enable: true,
            password_lasts: true,
        };
        drop(g.mend_user(&USER, mend));
    }),
    ("register", |g| {
        drop(g.register(&USER, &registration()));
    }),
    ("remove_member", |g| {
        drop(g.remove_member(&GROUP, &USER));
    }),
    ("revoke_sessions", |g| {
        drop(g.revoke_sessions(&USER));
    }),
    ("schedule_role", |g| {
        drop(g.schedule_role(
            &grant(),
            UtcTime::from_unix(1_800_000_000),
            "Emergency access",
        ));
    }),
    ("set_password", |g| {
        let mut entropy = SeededEntropy::new(b"requests", "new password");
        drop(g.set_password(&USER, &Password::draw(&mut entropy)));
    }),
];

fn grant() -> RoleGrant {
    RoleGrant {
        role: ROLE,
        principal: USER,
    }
}

fn method() -> MethodId {
    MethodId::of_credential(&CredentialId::new(vec![0xfb; 16]).unwrap())
}

/// A real key's attestation object for real options.
fn registration() -> Registration {
    let text = include_str!("../graph/creationoptions-captured-beta.json");
    let mut options: Value = serde_json::from_str(text).unwrap();
    options["publicKey"]["excludeCredentials"] = Value::Array(Vec::new());
    let offer = SentOptions::read(options)
        .unwrap()
        .decode(Cloud::Global, &[]);
    let client_data = ClientData::registration(&offer.unwrap().options).unwrap();
    let vectors: Value =
        serde_json::from_str(include_str!("../vectors/attestations.json")).unwrap();
    let object = vectors[0]["attestationObject_b64u"].as_str().unwrap();
    let object = AttestationObject::parse(&bytes::from_base64url(object).unwrap()).unwrap();
    Registration::new(MethodName::new("BG1-A").unwrap(), &client_data, &object).unwrap()
}

/// Keeps what it is sent, and has nothing.
#[derive(Default)]
struct Keeping(Vec<Sent>);

fn nothing() -> HttpReply {
    HttpReply {
        status: 404,
        headers: Vec::new(),
        body: Vec::new(),
    }
}

impl Tenant for Keeping {
    fn fetch(&mut self, wave: &[Get]) -> Vec<Reply> {
        for get in wave {
            self.0.push(Sent {
                version: get.version,
                verb: "GET",
                target: get.target.clone(),
                body: Vec::new(),
                eventual: get.eventual,
            });
        }
        wave.iter().map(|_| Ok(nothing())).collect()
    }
}

impl TenantWrite for Keeping {
    fn send(&mut self, write: &Write) -> Reply {
        self.0.push(Sent {
            version: write.version,
            verb: match write.method {
                WriteMethod::Post => "POST",
                WriteMethod::Patch => "PATCH",
                WriteMethod::Delete => "DELETE",
            },
            target: write.target.clone(),
            body: write.body.expose().clone(),
            eventual: false,
        });
        Ok(nothing())
    }
}

/// What each function sends.
pub(crate) fn sent() -> Vec<(&'static str, Sent)> {
    ALL.iter()
        .map(|(name, make)| {
            let mut tenant = Keeping::default();
            let clock = RehearsalClock::new(UtcTime::from_unix(1_800_000_000));
            let mut entropy = SeededEntropy::new(b"requests", name);
            let mut session = Session::new(Cloud::Global, &mut entropy);
            make(&mut GraphWrite::new(&mut tenant, &clock, &mut session));
            assert_eq!(tenant.0.len(), 1, "{name}: {:?}", tenant.0);
            (*name, tenant.0.remove(0))
        })
        .collect()
}
