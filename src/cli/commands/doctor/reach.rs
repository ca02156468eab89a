//! The tenant's side: the way there, and a sign-in if it is rehearsed.

use crate::cli::args::Doctor;
use crate::cli::tenant_port;
use crate::entra::Answer;
use crate::entra::Claims;
use crate::entra::Failure;
use crate::entra::Graph;
use crate::entra::NoReply;
use crate::entra::Service;
use crate::entra::Session;
use crate::entra::SignInRefusal;
use crate::entra::ask_licence;
use crate::facts::Observed;
use crate::facts::reach::HostFault;
use crate::facts::reach::HostTried;
use crate::facts::reach::Reach;
use crate::facts::reach::SignInTried;
use crate::facts::reach::SignedIn;
use crate::findings::DoctorFinding;
use crate::findings::doctor_tenant;
use crate::io::PatientClock;
use crate::io::SystemEntropy;
use crate::io::Tokens;
use crate::io::Waiting;
use crate::io::ask_hosts;
use crate::io::https::Bounds;
use crate::io::https::HttpsClient;
use crate::io::https::HttpsTenant;
use crate::io::https::Trust;
use crate::io::proxy_setting;
use crate::io::sign_in::SignInFault;
use crate::plan;
use crate::plan::Plan;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

/// A host that does not answer at once is no host to work with.
const BOUNDS: Bounds = Bounds {
    connect: Duration::from_secs(5),
    exchange: Duration::from_secs(8),
    body: 1 << 20,
    wave: 2 << 20,
    at_once: 2,
};
/// The largest plan (docs/formats/plan.md).
const LARGEST_PLAN: u64 = 1 << 20;

/// What is to be said of the tenant.
pub(super) fn findings(arguments: &Doctor) -> Vec<DoctorFinding> {
    let plan = match plan_of(&arguments.book) {
        Ok(plan) => plan,
        Err(why) => return doctor_tenant(None, None, &why),
    };
    let waiting = Rc::new(Waiting::new());
    let tenant = plan.tenant;
    let (login, graph) = match HttpsClient::new(&Trust::Machine, BOUNDS) {
        Ok(client) => ask_hosts(&client, tenant.cloud, tenant.id, &waiting),
        Err(words) => {
            let host = |host: &str| HostTried {
                host: host.to_owned(),
                came: Err(HostFault::Refused(words.clone())),
            };
            let login = crate::entra::login_host(tenant.cloud);
            (host(login), host(Service::Graph.host(tenant.cloud)))
        }
    };
    let sign_in = if arguments.rehearse_sign_in {
        rehearse(&plan, arguments, &waiting)
    } else {
        SignInTried::Not
    };
    let reach = Reach {
        proxy: proxy_setting(),
        login,
        graph,
        sign_in,
    };
    doctor_tenant(Some(&plan), Some(&reach), "")
}

/// The plan of a book, or why there is none.
fn plan_of(book: &Path) -> Result<Plan, String> {
    let path = book.join("glasskey.toml");
    let size = fs::metadata(&path).map(|meta| meta.len());
    match size {
        Err(_) => return Err("this folder has no plan; name a book with --book DIR".to_owned()),
        Ok(size) if size > LARGEST_PLAN => return Err("the plan is too large".to_owned()),
        Ok(_) => {}
    }
    let text = fs::read_to_string(&path).map_err(|error| format!("the plan: {error}"))?;
    plan::read(&text)
        .plan
        .ok_or_else(|| "the plan cannot be used as it is".to_owned())
}

fn rehearse(plan: &Plan, arguments: &Doctor, waiting: &Rc<Waiting>) -> SignInTried {
    let failed = |why: String, next: String, refusal: Option<SignInRefusal>| SignInTried::Failed {
        why,
        next,
        refusal,
    };
    let (mut tokens, client) = match tenant_port::tokens(plan, &arguments.sign_in) {
        Ok(made) => made,
        Err(failure) => return failed(failure.why, failure.next, None),
    };
    let claims = match tokens.token(Service::Graph, waiting) {
        Ok(token) => Claims::read(token.expose()),
        Err(fault) => {
            let (why, next) = (fault.words(), fault.next());
            let refusal = if let SignInFault::Refused(refusal) = fault {
                Some(refusal)
            } else {
                None
            };
            return failed(why, next, refusal);
        }
    };
    let Ok(claims) = claims else {
        let why = "what came is no token of the kind that Microsoft Graph is given".to_owned();
        return failed(why, "look at tenant.cloud in the plan".to_owned(), None);
    };
    let azure = plan.azure.as_ref().map(|_| {
        let token = tokens.token(Service::Arm, waiting);
        token.map(|_| ()).map_err(|fault| fault.words())
    });
    let licence = licence(plan, tokens, client, waiting);
    SignInTried::Done(Box::new(SignedIn {
        claims,
        licence,
        azure,
    }))
}

/// The licence, asked of Graph: also the proof that it takes the token.
fn licence(
    plan: &Plan,
    tokens: Tokens,
    client: HttpsClient,
    waiting: &Rc<Waiting>,
) -> Observed<crate::entra::Licence> {
    let Ok(mut entropy) = SystemEntropy::open() else {
        return Observed::NotReported;
    };
    let cloud = plan.tenant.cloud;
    let mut session = Session::new(cloud, &mut entropy);
    let clock = PatientClock::new(Rc::clone(waiting));
    let mut tenant = HttpsTenant::new(
        tenant_port::hosts(cloud),
        client,
        tokens,
        Box::new(entropy),
        Rc::clone(waiting),
    );
    match Graph::new(&mut tenant, &clock, &mut session).one(ask_licence()) {
        Answer::Known(licence) => Observed::Known(licence),
        Answer::Absent => Observed::NotReported,
        Answer::Denied(denial) => Observed::Denied(format!(
            "Graph does not let it be read (status {}): {}",
            denial.error.status, denial.error.message
        )),
        Answer::Failed(Failure::NoReply(
            NoReply::NotSent(words) | NoReply::MayHaveHappened(words),
        )) => Observed::Denied(words),
        Answer::Failed(_) => {
            Observed::Denied("Graph was asked and gave no answer that can be used".to_owned())
        }
    }
}
