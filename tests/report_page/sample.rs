//! A report in which every text is whatever somebody says: for the page's own tests, and for a browser.

use super::product::facts::book::BookKey;
use super::product::findings::Check;
use super::product::findings::Due;
use super::product::findings::DueDepth;
use super::product::findings::DueStanding;
use super::product::findings::Finding;
use super::product::findings::Recovery;
use super::product::findings::Subject;
use super::product::findings::Verdict;
use super::product::ledger::report::AcceptanceRow;
use super::product::ledger::report::AccessRow;
use super::product::ledger::report::AccountReport;
use super::product::ledger::report::AmendmentRow;
use super::product::ledger::report::Approval;
use super::product::ledger::report::Authorised;
use super::product::ledger::report::Counts;
use super::product::ledger::report::DriftRow;
use super::product::ledger::report::ExceptionRow;
use super::product::ledger::report::KeyHistory;
use super::product::ledger::report::KeyPoint;
use super::product::ledger::report::KeyReport;
use super::product::ledger::report::LossRow;
use super::product::ledger::report::Mark;
use super::product::ledger::report::OpeningRow;
use super::product::ledger::report::Overdue;
use super::product::ledger::report::Period;
use super::product::ledger::report::PolicySpan;
use super::product::ledger::report::Report;
use super::product::ledger::report::RetirementRow;
use super::product::ledger::report::RoleSpan;
use super::product::ledger::report::Span;
use super::product::ledger::report::StatedRow;
use super::product::ledger::report::TrainingRow;
use super::product::ledger::report::Verified;
use super::product::ledger::report::What;
use super::product::paper::AnchorRow;
use super::product::paper::LedgerState;
use super::product::paper::ReportPage;
use super::product::paper::ToDo;
use super::product::paper::ToDoKind;
use super::product::plan::Plan;
use super::product::plan::Role;
use super::product::primitives::Digest;
use super::product::primitives::UtcTime;
use super::product::record::BagState;
use super::product::record::Event;
use super::product::record::Level;
use super::product::record::OpeningReason;
use super::product::webauthn::Aaguid;

/// 2026-01-01T00:00:00Z
const BEGIN: i64 = 1_767_225_600;
const DAY: i64 = 86_400;

/// What a page is made of.
pub(crate) struct Sample {
    book: String,
    bad: (String, String),
    report: Report,
    dues: Vec<Due>,
    to_do: Vec<ToDo>,
    findings: Vec<Finding>,
    recovery: Recovery,
    anchors: Vec<AnchorRow>,
}

fn at(day: i64) -> UtcTime {
    UtcTime::from_unix(BEGIN + day * DAY)
}

fn mark(record: u64) -> Mark {
    let day = i64::try_from(record).unwrap() * 3;
    Mark {
        record,
        at: at(day),
    }
}

fn span(record: u64, until: Option<u64>) -> Span {
    Span {
        from: mark(record),
        until: until.map(mark),
    }
}

/// A report of a book that has not begun.
pub(crate) fn empty(from: UtcTime, to: UtcTime) -> Report {
    Report {
        period: Period { from, to },
        origin: None,
        begins: None,
        rehearsal: false,
        records: 0,
        keys: Vec::new(),
        accounts: Vec::new(),
        approvals: Vec::new(),
        exceptions: Vec::new(),
        acceptances: Vec::new(),
        amendments: Vec::new(),
        trainings: Vec::new(),
        openings: Vec::new(),
        losses: Vec::new(),
        retirements: Vec::new(),
        people: Vec::new(),
        policies: Vec::new(),
        authorised: Vec::new(),
        access: Vec::new(),
        histories: Vec::new(),
        failed: Vec::new(),
        drift: Vec::new(),
    }
}

/// What somebody says; they are told of what.
type Said<'s> = dyn FnMut(&str) -> String + 's;

impl Sample {
    /// A report of `keys` keys with these texts.
    pub(crate) fn new(keys: u64, said: &mut Said<'_>) -> Self {
        let mut report = empty(at(0), at(364));
        report.origin = Some(said("origin"));
        report.rehearsal = true;
        report.records = 40;
        let names: Vec<(String, String)> =
            (0..keys).map(|_| (said("key"), said("account"))).collect();
        for (number, (label, account)) in (0..).zip(&names) {
            of_key(&mut report, said, number, label, account);
        }
        events(&mut report, said);
        people(&mut report, said, &names);
        let dues = names
            .iter()
            .map(|(label, account)| due(said, label, account));
        let mut all = Self {
            book: String::new(),
            bad: (String::new(), String::new()),
            dues: dues.collect(),
            to_do: Vec::new(),
            findings: Vec::new(),
            recovery: Recovery::of(&plan(), &recovered()),
            anchors: Vec::new(),
            report,
        };
        all.book = said("book");
        all.bad = (said("file"), said("why"));
        all.to_do = [
            ToDoKind::Pressing,
            ToDoKind::Restore,
            ToDoKind::Soon,
            ToDoKind::Drift,
        ]
        .map(|kind| ToDo {
            kind,
            what: said("what"),
            next: said("next"),
            by: (kind == ToDoKind::Soon).then(|| at(370)),
        })
        .to_vec();
        for verdict in [
            Verdict::Fail,
            Verdict::Warn,
            Verdict::Unknown,
            Verdict::Accepted,
            Verdict::Pass,
        ] {
            let subject = Subject::key(&said("key"));
            let found = Finding::new(Check::PinRetries, verdict, subject, said("detail"));
            all.findings.push(found.fix(said("fix")));
        }
        all.anchors.push(AnchorRow {
            kind: "stamp",
            size: 30,
            time: Some(at(90)),
            verdict: Verdict::Pass,
            source: said("source"),
            detail: said("detail"),
        });
        all
    }

    /// The page's view.
    pub(crate) fn page(&self) -> ReportPage<'_> {
        ReportPage {
            book: &self.book,
            report: &self.report,
            bad: Some(&self.bad),
            as_of: at(364),
            dues: &self.dues,
            to_do: &self.to_do,
            findings: &self.findings,
            recovery: Some(&self.recovery),
            ledger: Some(LedgerState {
                size: 40,
                root: Digest::of(b"root"),
                genesis: Digest::of(b"genesis"),
            }),
            anchors: &self.anchors,
            anchors_needed: 1,
            tool: "glasskey 0.0.0",
        }
    }
}

fn due(said: &mut Said<'_>, label: &str, account: &str) -> Due {
    Due {
        label: label.to_owned(),
        account: account.to_owned(),
        safe: Some(said("safe")),
        last: at(200),
        record: Some(9),
        by: at(290),
        depth: DueDepth::SignIn,
        standing: DueStanding::Overdue,
        reasons: vec![said("reason")],
    }
}

/// The first two were overdue all through the period, and until one went out of use in it.
fn overdue(number: u64) -> Option<Overdue> {
    (number < 2).then(|| Overdue {
        since: at(-30),
        until: (number == 1).then(|| at(90)),
    })
}

fn of_key(report: &mut Report, said: &mut Said<'_>, number: u64, label: &str, account: &str) {
    let until = (number == 1).then_some(30);
    let verified = Verified {
        record: 6 + number,
        key: label.to_owned(),
        at: at(90),
        level: Level::L2,
        due: Some(at(80)),
        days_late: 10,
    };
    let counts = Counts {
        expected: 3,
        in_time: 1,
        late: 1,
        missed: vec![at(200)],
    };
    report.accounts.push(AccountReport {
        alias: account.to_owned(),
        sign_ins: counts.clone(),
        overdue: overdue(number),
        levels: [0, 1, 2],
        keys: counts.clone(),
    });
    report.keys.push(KeyReport {
        label: label.to_owned(),
        account: account.to_owned(),
        in_use: span(1, until),
        counts,
        overdue: overdue(number),
        verifications: vec![verified],
    });
    let found = [None, Some(BagState::Intact), Some(BagState::Broken)];
    let points = (0..8_u64).map(|place| KeyPoint {
        mark: mark(1 + number + place * 12),
        event: if place == 0 {
            Event::Registration
        } else {
            Event::Verification
        },
        level: [None, Some(Level::L0), Some(Level::L1), Some(Level::L2)]
            .into_iter()
            .cycle()
            .nth(usize::try_from(place).unwrap())
            .unwrap(),
        pin_tries: (place != 2).then(|| 8 - u32::try_from(place).unwrap() / 2),
        pin_changed: Some(place == 5),
        slots_left: Some(100 - u32::try_from(place).unwrap() * 9),
        slots_used: None,
        firmware: Some(said("firmware")),
        bag_before: (place > 0).then(|| said("bag")),
        found: found[usize::try_from(place).unwrap() % 3],
        bag: (place != 4).then(|| said("bag")),
        safe: Some(said("safe")),
        shelf: Some(said("shelf")),
    });
    let points = points.collect();
    report.histories.push(KeyHistory {
        label: label.to_owned(),
        account: account.to_owned(),
        aaguid: Aaguid::parse("676c6173-736b-6579-2d72-656865617273"),
        model: Some(said("model")),
        serial: Some(said("serial")),
        in_use: span(1, until),
        points,
    });
    report.access.push(AccessRow {
        key: label.to_owned(),
        account: account.to_owned(),
        roles: vec![said("directory role")],
        safe: Some(said("safe")),
        site: Some(said("site")),
        shelf: Some(said("shelf")),
        bag: Some(said("bag")),
        envelope: Some(said("envelope")),
        pin_holders: vec![said("custodian"), said("custodian")],
        safe_controllers: vec![said("controller")],
        operators: vec![said("operator")],
    });
}

fn events(report: &mut Report, said: &mut Said<'_>) {
    for (record, event) in [
        (0, Event::Genesis),
        (1, Event::Registration),
        (9, Event::Verification),
    ] {
        report.approvals.push(Approval {
            mark: mark(record),
            event,
            happened: said("happened"),
            expected: vec![said("operator"), said("witness")],
            missing: vec![said("witness")],
            witnesses: 1,
            witnesses_needed: 1,
            reference: Some(said("reference")),
        });
    }
    report.exceptions.push(ExceptionRow {
        mark: mark(9),
        step: said("step"),
        text: said("text"),
    });
    report.acceptances.push(AcceptanceRow {
        mark: mark(10),
        check: Check::SitePair,
        subject: Subject::account(&said("account")),
        until: at(100),
        reason: Some(said("reason")),
    });
    report.amendments.push(AmendmentRow {
        mark: mark(11),
        corrects: 9,
        text: said("text"),
    });
    report.trainings.push(TrainingRow {
        mark: mark(12),
        people: vec![said("operator")],
        rehearsed: 13,
    });
    report.openings.push(OpeningRow {
        mark: mark(13),
        key: said("key"),
        opened: at(39),
        reason: OpeningReason::Incident,
        bag: Some(said("bag")),
        found: Some(BagState::Missing),
    });
    report.losses.push(LossRow {
        mark: mark(14),
        key: said("key"),
        discovered: at(41),
        revoked: None,
    });
    report.retirements.push(RetirementRow {
        mark: mark(15),
        key: said("key"),
    });
    report.failed.push(StatedRow {
        mark: mark(9),
        check: Check::EnrolPaths,
        subject: Subject::account(&said("account")),
        verdict: Verdict::Warn,
        detail: said("detail"),
    });
    report.drift.push(DriftRow {
        mark: mark(9),
        check: Check::CaExclusion,
        subject: Subject::policy(&said("policy")),
        since: 4,
        before: Verdict::Pass,
        now: Verdict::Fail,
        detail: said("detail"),
    });
}

fn people(report: &mut Report, said: &mut Said<'_>, keys: &[(String, String)]) {
    report.people.push(RoleSpan {
        person: said("operator"),
        role: Role::Operator,
        span: span(0, None),
    });
    for (key, _) in keys {
        let key = key.clone();
        for what in [
            What::Ceremonies { key: key.clone() },
            What::PinEnvelope {
                envelope: said("envelope"),
                key: key.clone(),
            },
            What::Safe {
                safe: said("safe"),
                key,
            },
        ] {
            report.authorised.push(Authorised {
                person: said("custodian"),
                role: Role::Custodian,
                what,
                span: span(1, None),
            });
        }
    }
    report.policies.push(PolicySpan {
        span: span(0, None),
        changes: vec![said("change")],
        settings: vec![
            ("pin-retries-floor".to_owned(), "3".to_owned()),
            (said("setting"), said("value")),
        ],
    });
}

/// A plan of one account with two keys: what a recovery is worked out of.
fn plan() -> Plan {
    let plan = include_str!("plan.toml");
    Plan::parse(plan).unwrap()
}

fn recovered() -> Vec<BookKey> {
    let key = |label: &str, safe: &str| BookKey {
        label: label.to_owned(),
        account: "BG-1".to_owned(),
        aaguid: Aaguid::parse("676c6173-736b-6579-2d72-656865617273").unwrap(),
        credential_id: None,
        method_id: None,
        serial: None,
        firmware: None,
        safe: Some(safe.to_owned()),
        registered: at(1),
        pin_proven: None,
        sealed: None,
        seen: None,
    };
    vec![
        key("BG1-A", "SAFE-A"),
        key("BG1-B", "SAFE-B"),
        key("BG9-X", "SAFE-A"),
    ]
}
