//! Opening the tenant: sign-in, what the token may, and the port, in one call.
//!
//! ```text
//! open(&plan, Need::Check, &arguments.sign_in, output)? -> Opened
//!
//! let Opened { mut tenant, clock, claims, .. } = opened;
//! let mut session = Session::new(plan.tenant.cloud, &mut entropy);
//! let mut graph = Graph::new(&mut tenant, &clock, &mut session);     // or GraphWrite::new
//! …
//! sign_in_ended(&tenant, what)?;        // after the last exchange: 401 or Ctrl-C is one message
//! ```
//!
//! `tenant` implements `TenantWrite`; hand `check` only `&mut dyn Tenant`. `clock` is this host's: its
//! waits say on the terminal what they are for and end with Ctrl-C, after which the port answers
//! nothing more. A command that signs in has `#[command(flatten)] sign_in: SignInArguments`.

mod permission;

use super::Output;
use super::exit::Exit;
use super::failure::Failure;
use crate::entra::Claims;
use crate::entra::Need;
use crate::entra::Permission;
use crate::entra::Service;
use crate::entra::login_host;
use crate::entra::missing_permissions;
use crate::io::PatientClock;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::io::Tokens;
use crate::io::Tty;
use crate::io::Waiting;
use crate::io::https::Bounds;
use crate::io::https::HttpsClient;
use crate::io::https::HttpsTenant;
use crate::io::https::Trust;
use crate::io::read_pin;
use crate::io::sign_in::AppSecret;
use crate::io::sign_in::AzureSignIn;
use crate::io::sign_in::Certificate;
use crate::io::sign_in::Endpoint;
use crate::io::sign_in::PersonSignIn;
use crate::io::sign_in::SignInFault;
use crate::io::sign_in::TokenSource;
use crate::io::sign_in::Way;
use crate::plan::Plan;
use crate::plan::SignIn;
use crate::plan::SignInMethod;
use crate::primitives::Clock;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::primitives::Secret;
use clap::Args;
use clap::ValueEnum;
use permission::allowed;
use permission::lacks;
use permission::say;
use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::rc::Rc;

/// How a command signs in, where it shall be otherwise than the plan says.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SignInArguments {
    /// Sign in this way instead of the plan's: browser, device-code, azure-cli, client-secret,
    /// client-certificate, managed-identity, workload-identity.
    #[arg(long, value_name = "METHOD", value_enum, hide_possible_values = true)]
    pub(crate) sign_in: Option<Method>,
    /// Use this app registration instead of the plan's.
    #[arg(long, value_name = "ID", value_parser = guid)]
    pub(crate) client_id: Option<Guid>,
    /// Read the app's secret as one line from this open file; else from AZURE_CLIENT_SECRET.
    #[arg(long, value_name = "N")]
    pub(crate) client_secret_fd: Option<u32>,
}

/// A method of signing in, as the plan writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Authorization code with PKCE in a browser of this machine.
    Browser,
    /// A code typed into a browser elsewhere.
    DeviceCode,
    /// The Azure CLI's sign-in.
    AzureCli,
    /// An app's secret.
    ClientSecret,
    /// An app's certificate.
    ClientCertificate,
    /// An Azure machine's own identity.
    ManagedIdentity,
    /// A federated workload's identity.
    WorkloadIdentity,
}

impl From<Method> for SignInMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::Browser => Self::Browser,
            Method::DeviceCode => Self::DeviceCode,
            Method::AzureCli => Self::AzureCli,
            Method::ClientSecret => Self::ClientSecret,
            Method::ClientCertificate => Self::ClientCertificate,
            Method::ManagedIdentity => Self::ManagedIdentity,
            Method::WorkloadIdentity => Self::WorkloadIdentity,
        }
    }
}

pub(crate) fn guid(text: &str) -> Result<Guid, String> {
    Guid::parse(text).ok_or_else(|| "not a GUID".to_owned())
}

/// What a command does with the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Purpose {
    /// What it needs.
    pub(crate) need: Need,
    /// Whether a sign-in without a person is taken for a write (`--allow-app-only`).
    pub(crate) allow_app_only: bool,
}

impl From<Need> for Purpose {
    fn from(need: Need) -> Self {
        Self {
            need,
            allow_app_only: false,
        }
    }
}

/// A tenant that is signed in to.
pub(crate) struct Opened {
    /// The port; it implements `TenantWrite`.
    pub(crate) tenant: HttpsTenant,
    /// This host's clock, whose waits end with Ctrl-C.
    pub(crate) clock: PatientClock,
    /// What the token says of itself.
    #[expect(dead_code, reason = "for the ceremonies, which name who signed in")]
    pub(crate) claims: Claims,
}

/// Signs in to the plan's tenant and opens the port. Says on standard error who is signed in and what
/// the token lacks; refuses another tenant's token, an emergency access account (but for the access
/// test), an app by itself for a write unless that is allowed, and a write without its permission.
///
/// # Errors
/// [`Failure`] with exit 5, or 2 if plan, arguments and environment do not say how to sign in.
pub(crate) fn open(
    plan: &Plan,
    purpose: impl Into<Purpose>,
    arguments: &SignInArguments,
    output: &mut Output<'_>,
) -> Result<Opened, Failure> {
    let purpose = purpose.into();
    let waiting = Rc::new(Waiting::new());
    let (tokens, client) = tokens(plan, arguments)?;
    let mut tokens = tokens;
    let claims = sign_in(&mut tokens, plan, &waiting)?;
    allowed(&claims, plan, purpose)?;
    let missing: Vec<&'static Permission> = missing_permissions(&claims, purpose.need).collect();
    say(&claims, &missing, purpose.need, output);
    if purpose.need.is_write() && !missing.is_empty() {
        return Err(lacks(&missing, purpose.need, plan, &claims));
    }
    let entropy = SystemEntropy::open().map_err(|error| {
        Failure::new(
            Exit::Tenant,
            NOT_ASKED,
            format!("the system gives no randomness: {}", error.0),
            "run `glasskey doctor`",
        )
    })?;
    let cloud = plan.tenant.cloud;
    Ok(Opened {
        tenant: HttpsTenant::new(
            hosts(cloud),
            client,
            tokens,
            Box::new(entropy),
            Rc::clone(&waiting),
        ),
        clock: PatientClock::new(Rc::clone(&waiting)),
        claims,
    })
}

/// The hosts of a cloud's services.
pub(crate) fn hosts(cloud: Cloud) -> BTreeMap<Service, String> {
    [Service::Graph, Service::Arm]
        .into_iter()
        .map(|service| (service, service.host(cloud).to_owned()))
        .collect()
}

const NOT_ASKED: &str = "the tenant was not asked; nothing was changed";

/// After the last exchange: whether the service refused the sign-in, or a person stopped the command.
/// `what` says what was or was not changed.
///
/// # Errors
/// [`Failure`] with exit 5 or 3.
pub(crate) fn sign_in_ended(opened: &HttpsTenant, what: &str) -> Result<(), Failure> {
    if opened.was_interrupted() {
        return Err(Failure::new(
            Exit::Declined,
            what,
            "stopped by Ctrl-C",
            "run the command again",
        ));
    }
    match opened.refused_sign_in() {
        None => Ok(()),
        Some(reply) => {
            let error = crate::entra::GraphError::of(reply);
            let said = if error.message.is_empty() {
                "Microsoft Graph does not take the sign-in (status 401)".to_owned()
            } else {
                format!(
                    "Microsoft Graph does not take the sign-in: {}",
                    error.message
                )
            };
            Err(Failure::new(
                Exit::Tenant,
                what,
                said,
                "sign in again; `glasskey doctor --rehearse-sign-in` says more",
            ))
        }
    }
}

/// The tokens that the plan's way of signing in brings, and the client for everything.
pub(crate) fn tokens(
    plan: &Plan,
    arguments: &SignInArguments,
) -> Result<(Tokens, HttpsClient), Failure> {
    let machine = |trust: &Trust| {
        HttpsClient::new(trust, Bounds::default()).map_err(|words| {
            Failure::new(
                Exit::Tenant,
                NOT_ASKED,
                words,
                "run `glasskey doctor`: CA-STORE and PROXY",
            )
        })
    };
    let client = machine(&Trust::Machine)?;
    let planned = SignIn {
        method: arguments.sign_in.map_or(plan.sign_in.method, Into::into),
        client_id: arguments.client_id.or(plan.sign_in.client_id),
    };
    let cloud = plan.tenant.cloud;
    let tenant = plan.tenant.id;
    let app = || {
        planned.client_id.ok_or_else(|| {
            usage(
                "this way of signing in needs an app registration, and none is named",
                "add client-id to [sign-in]; docs/sign-in.md makes the registration",
            )
        })
    };
    let faulty = |fault: SignInFault| failed(&fault, NOT_ASKED);
    let source: Box<dyn TokenSource> = match planned.method {
        SignInMethod::Browser | SignInMethod::DeviceCode => {
            let endpoint = Endpoint::new(client.clone(), cloud, tenant, app()?);
            let way = if planned.method == SignInMethod::Browser {
                Way::Browser { open: true }
            } else {
                Way::DeviceCode
            };
            Box::new(person(endpoint, way)?)
        }
        SignInMethod::AzureCli => Box::new(AzureSignIn::azure_cli(tenant).map_err(faulty)?),
        SignInMethod::ClientSecret => {
            let secret = AppSecret::Secret(secret(arguments)?);
            let source = AzureSignIn::app(client.clone(), cloud, tenant, app()?, secret);
            Box::new(source.map_err(faulty)?)
        }
        SignInMethod::ClientCertificate => {
            let secret = AppSecret::Certificate(Box::new(certificate()?));
            let source = AzureSignIn::app(client.clone(), cloud, tenant, app()?, secret);
            Box::new(source.map_err(faulty)?)
        }
        SignInMethod::ManagedIdentity => {
            let local = machine(&Trust::Local)?;
            let source = AzureSignIn::managed_identity(local, planned.client_id);
            Box::new(source.map_err(faulty)?)
        }
        SignInMethod::WorkloadIdentity => {
            let source =
                AzureSignIn::workload_identity(client.clone(), cloud, tenant, planned.client_id);
            Box::new(source.map_err(faulty)?)
        }
    };
    Ok((Tokens::new(source, cloud), client))
}

fn person(endpoint: Endpoint, way: Way) -> Result<PersonSignIn, Failure> {
    let tty = Tty::open().map_err(|_| {
        Failure::new(
            Exit::Declined,
            NOT_ASKED,
            "nobody can sign in: this process has no terminal",
            "run it in a terminal, or sign in without a person: docs/sign-in.md, unattended",
        )
    })?;
    let entropy = SystemEntropy::open().map_err(|error| {
        usage(
            &format!("the system gives no randomness: {}", error.0),
            "run `glasskey doctor`",
        )
    })?;
    Ok(PersonSignIn::new(
        endpoint,
        way,
        Box::new(tty),
        Box::new(entropy),
    ))
}

fn secret(arguments: &SignInArguments) -> Result<Secret<String>, Failure> {
    if let Some(number) = arguments.client_secret_fd {
        return read_pin(number).map_err(|error| {
            usage(
                &format!("no secret came from file descriptor {number}: {error:?}"),
                "hand over one line: ... --client-secret-fd 3 3< FILE",
            )
        });
    }
    match env::var("AZURE_CLIENT_SECRET") {
        Ok(secret) if !secret.is_empty() => Ok(Secret::new(secret)),
        Ok(_) | Err(_) => Err(usage(
            "AZURE_CLIENT_SECRET is not set, and no --client-secret-fd is given",
            "hand the secret over by one of them, never in arguments",
        )),
    }
}

fn certificate() -> Result<Certificate, Failure> {
    let path = env::var_os("AZURE_CLIENT_CERTIFICATE_PATH").filter(|path| !path.is_empty());
    let Some(path) = path.map(PathBuf::from) else {
        return Err(usage(
            "AZURE_CLIENT_CERTIFICATE_PATH is not set",
            "name a PEM file with the certificate and its private key in it",
        ));
    };
    Certificate::read(&path, SystemClock::new().utc())
        .map_err(|fault| usage(&fault.words(), fault.next()))
}

fn usage(why: &str, next: &str) -> Failure {
    Failure::new(Exit::Usage, NOT_ASKED, why, next)
}

/// What a fault of a sign-in is to a person; `what` says what was or was not changed.
pub(crate) fn failed(fault: &SignInFault, what: &str) -> Failure {
    let exit = match fault {
        SignInFault::Declined | SignInFault::Stopped(_) => Exit::Declined,
        SignInFault::Lacks { .. }
        | SignInFault::Certificate(_)
        | SignInFault::Refused(_)
        | SignInFault::NoAnswer(_)
        | SignInFault::Program(_)
        | SignInFault::TooLate => Exit::Tenant,
    };
    Failure::new(exit, what, fault.words(), fault.next())
}

/// Signs in for Graph and reads what the token says.
fn sign_in(tokens: &mut Tokens, plan: &Plan, waiting: &Waiting) -> Result<Claims, Failure> {
    let token = tokens
        .token(Service::Graph, waiting)
        .map_err(|fault| failed(&fault, "nobody is signed in; nothing was changed"))?;
    let claims = Claims::read(token.expose()).map_err(|_| {
        Failure::new(
            Exit::Tenant,
            NOT_ASKED,
            format!(
                "{} gave something that is no token of the kind it gives for Microsoft Graph",
                login_host(plan.tenant.cloud)
            ),
            "look at tenant.cloud in the plan, and for a proxy that answers in the host's place",
        )
    })?;
    Ok(claims)
}
