//! The tenant, asked: over the network, or from a file of saved exchanges.

use super::NOTHING;
use crate::cli::Output;
use crate::cli::args::Check;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::tenant_port;
use crate::entra::Exchange;
use crate::entra::Graph;
use crate::entra::Need;
use crate::entra::Recorder;
use crate::entra::Replay;
use crate::entra::Session;
use crate::entra::Tenant;
use crate::facts::tenant::Survey;
use crate::facts::tenant::survey;
use crate::io::SystemClock;
use crate::io::SystemEntropy;
use crate::plan::Plan;
use crate::primitives::Clock;
use crate::primitives::Entropy;
use crate::primitives::UtcTime;
use std::cell::Cell;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

/// What asking came to.
pub(super) struct Asked {
    /// What the tenant told.
    pub(super) survey: Survey,
    /// Answers that came.
    pub(super) answers: usize,
    /// When it was asked; of a file, when the last answer in it was given.
    pub(super) at: UtcTime,
    /// The file that answered; `None` over the network.
    pub(super) file: Option<PathBuf>,
    /// What was exchanged, a line each, secrets blanked.
    pub(super) exchanges: String,
    /// That nothing answered at all, or the sign-in was refused; `None` if it was asked.
    pub(super) unanswered: Option<Failure>,
}

/// Asks the plan's tenant. It is handed to the survey as one that can only be read.
pub(super) fn of_tenant(
    arguments: &Check,
    plan: &Plan,
    output: &mut Output<'_>,
) -> Result<Asked, Failure> {
    let mut opened = tenant_port::open(plan, Need::Check, &arguments.sign_in, output)?;
    let mut entropy = entropy()?;
    let began = opened.clock.utc();
    let (survey, exchanges, answers) = {
        let port: &mut dyn Tenant = &mut opened.tenant;
        let mut recorder = Recorder::new(port, plan.tenant.cloud);
        let mut session = Session::new(plan.tenant.cloud, &mut entropy);
        let survey = survey(
            &mut Graph::new(&mut recorder, &opened.clock, &mut session),
            plan,
        );
        let answers = recorder.exchanges().len();
        (survey, recorder.json_lines(), answers)
    };
    let what = "the check could not be made; nothing was changed";
    let ended = tenant_port::sign_in_ended(&opened.tenant, what);
    if let Err(failure) = &ended
        && failure.exit == Exit::Declined
    {
        return Err(failure.clone());
    }
    let unanswered = match ended {
        Err(failure) => Some(failure),
        Ok(()) if answers == 0 => Some(Failure::new(
            Exit::Tenant,
            "the tenant did not answer; nothing was changed",
            why_silent(&survey),
            "run `glasskey doctor`, and the check again when the network is back",
        )),
        Ok(()) => None,
    };
    Ok(Asked {
        survey,
        answers,
        at: began,
        file: None,
        exchanges,
        unanswered,
    })
}

/// Judges saved exchanges; what is not in the file is unknown.
pub(super) fn of_file(path: &Path, plan: &Plan, as_of: Option<UtcTime>) -> Result<Asked, Failure> {
    let unusable = |why: String| {
        Failure::new(
            Exit::Usage,
            NOTHING,
            format!("{}: {why}", path.display()),
            "name a file that `check --save-exchanges` wrote: docs/formats/exchanges.md",
        )
    };
    let bytes = super::read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| unusable("not UTF-8".to_owned()))?;
    let saved = Exchange::read_all(&text)
        .map_err(|fault| unusable(format!("line {} is no exchange", fault.line)))?;
    let mut tenant = Replay::last_said(&saved);
    let dates = saved.iter().filter_map(|exchange| {
        let date = exchange.reply().header("date").map(str::to_owned)?;
        UtcTime::parse_http_date(&date)
    });
    let at = as_of
        .or_else(|| dates.max())
        .unwrap_or_else(|| SystemClock::new().utc());
    let clock = NoWait {
        utc: at,
        passed: Cell::new(Duration::ZERO),
    };
    let mut session = Session::new(plan.tenant.cloud, &mut entropy()?);
    let mut recorder = Recorder::new(&mut tenant, plan.tenant.cloud);
    let survey = survey(&mut Graph::new(&mut recorder, &clock, &mut session), plan);
    Ok(Asked {
        survey,
        answers: recorder.exchanges().len(),
        at,
        file: Some(path.to_owned()),
        exchanges: recorder.json_lines(),
        unanswered: None,
    })
}

/// Why nothing came, by the first thing that was asked.
fn why_silent(survey: &Survey) -> String {
    use crate::entra::Answer;
    use crate::entra::Failure as Cause;
    use crate::entra::NoReply;
    match &survey.tenant.policy {
        Answer::Failed(Cause::NoReply(
            NoReply::NotSent(words) | NoReply::MayHaveHappened(words),
        )) => words.clone(),
        Answer::Failed(Cause::NoReply(NoReply::TooLarge(bytes))) => {
            format!("its answer is larger than {bytes} bytes")
        }
        Answer::Failed(_) | Answer::Known(_) | Answer::Denied(_) | Answer::Absent => {
            "no answer came".to_owned()
        }
    }
}

fn entropy() -> Result<impl Entropy, Failure> {
    SystemEntropy::open().map_err(|error| {
        Failure::new(
            Exit::Tenant,
            NOTHING,
            format!("the system gives no randomness: {}", error.0),
            "run `glasskey doctor`",
        )
    })
}

/// A clock that stands at one time, and waits without waiting.
struct NoWait {
    utc: UtcTime,
    passed: Cell<Duration>,
}

impl Clock for NoWait {
    fn utc(&self) -> UtcTime {
        self.utc
    }

    fn elapsed(&self) -> Duration {
        self.passed.get()
    }

    fn wait(&self, duration: Duration) {
        self.passed.set(self.passed.get().saturating_add(duration));
    }
}
