//! From judged records, one after the other, to a report: everything that hangs on order.

mod files;

use super::acceptances;
use super::acceptances::Acceptances;
use super::fault::Fault;
use super::fault::LedgerFault;
use super::fault::Rule;
use super::judge::Judged;
use super::judge::RecordFacts;
use super::keys::Keys;
use super::names::Names;
use super::registered::Registered;
use super::report::AuditReport;
use super::report::RecordRow;
use super::sealed::Sealed;
use super::standing;
use super::standing::Standing;
use crate::facts::custody::CustodyFacts;
use crate::facts::custody::SignerFacts;
use crate::facts::due::Happening;
use crate::facts::metadata::BlobFacts;
use crate::findings;
use crate::findings::Subject;
use crate::ledger::FileName;
use crate::ledger::Origin;
use crate::ledger::Tree;
use crate::ledger::follow_ups::Outstanding;
use crate::ledger::staff::Staff;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::record::Event;
use crate::record::Statement;
use std::collections::BTreeMap;
use std::collections::HashMap;

/// The head that one record made.
pub(super) struct Head {
    /// The root, recomputed.
    pub(super) root: Digest,
    started: Option<UtcTime>,
    /// The operator whose signature of the checkpoint is not there; a place in `operators`.
    pub(super) unsigned_by: Option<u32>,
}

/// The fold.
pub(super) struct Fold {
    /// What came of it so far.
    pub(super) report: AuditReport,
    /// The origin that genesis states.
    pub(super) origin: Option<Origin>,
    /// That origin as text.
    origin_stated: String,
    /// Heads of sizes 1, 2, …
    pub(super) heads: Vec<Head>,
    /// Metadata that records cite, and the first that does.
    pub(super) metadata: BTreeMap<Digest, u64>,
    /// Keys.
    pub(super) keys: Keys,
    /// What records leave to be done.
    pub(super) outstanding: Outstanding,
    /// Models of registered keys.
    pub(super) registered: Registered,
    /// What is accepted.
    pub(super) acceptances: Acceptances,
    /// Who came and left.
    staff: Staff,
    /// What makes keys due early.
    pub(super) happened: Vec<Happening>,
    /// The highest number of metadata that a record cited.
    highest_metadata: Option<u64>,
    /// Roles and policy; `None` if genesis brings none.
    pub(super) standing: Option<Standing>,
    as_of: UtcTime,
    origin_file: Option<Origin>,
    tree: Tree,
    /// Its root.
    root: Digest,
    /// The first record that is missing, unreadable or altered; no later root can be recomputed.
    first_bad: Option<u64>,
    /// Digest of the roster that counts; `None` if it is missing or bad.
    roster: Option<Digest>,
    sealed: Sealed,
    ids: HashMap<Guid, u64>,
    names: Names,
    operators: BTreeMap<String, u32>,
    operator_names: Vec<String>,
}

impl Fold {
    pub(super) fn new(as_of: UtcTime, origin_file: Option<Origin>) -> Self {
        Self {
            report: AuditReport::new(as_of),
            origin: None,
            origin_stated: String::new(),
            heads: Vec::new(),
            metadata: BTreeMap::new(),
            keys: Keys::default(),
            outstanding: Outstanding::default(),
            registered: Registered::default(),
            acceptances: Acceptances::default(),
            staff: Staff::default(),
            happened: Vec::new(),
            highest_metadata: None,
            standing: None,
            as_of,
            origin_file,
            root: Tree::empty().root(),
            tree: Tree::empty(),
            first_bad: None,
            roster: None,
            sealed: Sealed::default(),
            ids: HashMap::new(),
            names: Names::default(),
            operators: BTreeMap::new(),
            operator_names: Vec::new(),
        }
    }

    /// The name of an operator.
    pub(super) fn operator(&self, place: u32) -> Option<&String> {
        self.operator_names.get(usize::try_from(place).ok()?)
    }

    /// Whether every record so far is whole, so that roots can be compared.
    pub(super) const fn is_whole(&self) -> bool {
        self.first_bad.is_none()
    }

    /// Notes a fault.
    pub(super) fn fault(&mut self, file: &FileName, fault: Fault) {
        self.report.blame(LedgerFault::new(file, fault));
    }

    fn rule(&mut self, index: u64, rule: Rule) {
        self.fault(&FileName::Record(index), Fault::Rule(rule));
    }

    /// Takes the next record; what it is, if its statement can be read. They must come in order,
    /// from 0, without a gap.
    pub(super) fn take(&mut self, mut facts: RecordFacts) -> Option<RecordRow> {
        let mut row = None;
        let index = facts.index;
        let mut evidence = std::mem::replace(&mut facts.evidence, super::evidence::none(index));
        let (metadata, model) = (facts.metadata.take(), facts.model.take());
        if let Some(sha256) = &facts.sha256 {
            self.tree.push(sha256);
        }
        let root = self.tree.root();
        self.root = root;
        self.heads.push(Head {
            root,
            started: None,
            unsigned_by: None,
        });
        match self.whole(&facts) {
            Err(fault) => {
                self.fault(&FileName::Record(index), fault);
                self.first_bad = self.first_bad.or(Some(index));
                // Unproven, yet the best there is to judge later signatures by.
                if let Some(Ok((sha256, _))) = &facts.roster {
                    self.roster = Some(*sha256);
                }
            }
            Ok((sha256, statement)) => {
                if index == 0 {
                    self.genesis(sha256, statement);
                }
                self.belongs(index, statement);
                self.files(&facts, statement);
                let signers = match &self.standing {
                    Some(standing) => standing.signers(statement, &facts.signatures),
                    None => Vec::new(),
                };
                self.statement(&facts, statement, &signers);
                self.keys
                    .take(statement, facts.attested.as_ref(), &mut evidence);
                self.report.add(findings::evidence(&evidence));
                self.acceptances.take(index, statement);
                self.happened.extend(self.staff.take(index, statement));
                self.outstanding.take(index, statement);
                for (finding, subject) in acceptances::open_findings(index, statement) {
                    let place = self.report.findings.len();
                    self.report.add([finding]);
                    self.acceptances.stated(place, subject);
                }
                self.cited_metadata(metadata, index);
                if let Some(model) = model {
                    let started = statement.time.started;
                    self.registered.note(model, index, started);
                }
                self.custody(&facts, statement, signers);
                if let Some(head) = self.heads.last_mut() {
                    head.started = Some(statement.time.started);
                }
                row = Some(RecordRow::new(index, sha256, statement));
                if let Some(standing) = &mut self.standing {
                    standing.take(statement);
                }
            }
        }
        self.note_signatures(&facts);
        row
    }

    /// The record's digest and statement, or why its file is bad.
    ///
    /// Bytes that no signature covers are blamed on the signatures only if the checkpoint commits
    /// to these bytes.
    fn whole<'f>(&self, facts: &'f RecordFacts) -> Result<(Digest, &'f Statement), Fault> {
        let statement = facts.statement.as_ref().map_err(Clone::clone)?;
        let sha256 = facts.sha256.ok_or(Fault::Missing)?;
        let mut judged = facts
            .signatures
            .iter()
            .filter(|signature| signature.judged != Judged::NotJudged)
            .peekable();
        let unsigned = judged.peek().is_some()
            && !judged.any(|signature| matches!(signature.judged, Judged::Good { .. }));
        let committed = self.is_whole()
            && matches!(&facts.checkpoint, Some(Ok(checkpoint))
                if checkpoint.root == self.root && checkpoint.size == self.tree.size());
        if unsigned && !committed {
            return Err(Fault::AlteredAfterSigning);
        }
        Ok((sha256, statement))
    }

    fn genesis(&mut self, sha256: Digest, statement: &Statement) {
        self.report.genesis = Some(sha256);
        self.report.rehearsal = statement.rehearsal;
        self.standing = Standing::of_genesis(statement);
        let stated = &statement.ledger.origin;
        self.origin = Origin::parse(stated).filter(|origin| {
            *origin.tenant() == statement.tenant_id && origin.is_rehearsal() == statement.rehearsal
        });
        self.origin_stated.clone_from(stated);
        if self.origin.is_none() {
            self.rule(0, Rule::Origin);
        }
        if let (Some(file), Some(origin)) = (&self.origin_file, &self.origin)
            && file != origin
        {
            let stated = stated.clone();
            self.fault(&FileName::Origin, Fault::OriginDiffers { stated });
        }
    }

    /// Whether the record belongs to this book at all; said before what its other files say.
    fn belongs(&mut self, index: u64, statement: &Statement) {
        if statement.rehearsal != self.report.rehearsal {
            let record = statement.rehearsal;
            self.rule(index, Rule::Rehearsal { record });
        }
        if let Some(origin) = &self.origin {
            let (same_tenant, same_origin) = (
                *origin.tenant() == statement.tenant_id,
                self.origin_stated == statement.ledger.origin,
            );
            if !same_tenant {
                self.rule(index, Rule::Tenant);
            }
            if !same_origin {
                self.rule(index, Rule::Origin);
            }
        }
    }

    /// What the statement itself says.
    fn statement(&mut self, facts: &RecordFacts, statement: &Statement, signers: &[SignerFacts]) {
        let index = facts.index;
        if (statement.event == Event::Genesis) != (index == 0) {
            self.rule(index, Rule::GenesisPlace(statement.event));
        }
        for rule in &facts.offences {
            self.rule(index, rule.clone());
        }
        let first = *self.ids.entry(statement.record_id).or_insert(index);
        if first != index {
            self.rule(index, Rule::RecordId { first });
        }
        for rule in self.names.take(index, statement) {
            self.rule(index, rule);
        }
        self.head_cited(index, statement);
        self.sealed(index, statement);
        self.inputs(index, statement);
        if self.standing.is_some() {
            for rule in standing::signer_offences(statement, signers) {
                self.rule(index, rule);
            }
        }
    }

    fn head_cited(&mut self, index: u64, statement: &Statement) {
        let size = statement.ledger.size;
        let in_range = size <= index && (size == 0) == (index == 0);
        if !in_range {
            self.rule(index, Rule::HeadSize { size });
            return;
        }
        let root = match size.checked_sub(1).map(usize::try_from) {
            None => Some(Tree::empty().root()),
            Some(Ok(place)) => self.heads.get(place).map(|head| head.root),
            Some(Err(_)) => None,
        };
        let comparable = self.first_bad.is_none_or(|bad| size <= bad);
        if comparable && root != Some(statement.ledger.root) {
            self.rule(index, Rule::HeadRoot { size });
        }
        self.demand_signed(size);
    }

    fn sealed(&mut self, index: u64, statement: &Statement) {
        if !statement.sealed.is_sorted_by(|a, b| a < b) {
            self.rule(index, Rule::SealedOrder);
        }
        let absent: Vec<Digest> = statement
            .sealed
            .iter()
            .filter(|digest| !self.sealed.name(digest))
            .copied()
            .collect();
        if let Some(file) = (!absent.is_empty())
            .then(|| self.sealed.stand_in())
            .flatten()
        {
            self.fault(&file, Fault::NotAsSealed { by: index });
        }
        for digest in absent {
            self.rule(index, Rule::SealedNotThere(digest));
        }
        if statement.sealed.is_empty()
            && let Some(first) = self.sealed.first_open(statement.ledger.size.min(index))
        {
            self.rule(index, Rule::SealsNothing { first });
        }
    }

    fn inputs(&mut self, index: u64, statement: &Statement) {
        if let Some(counting) = &self.standing
            && counting.policy_sha256 != Some(statement.inputs.policy_sha256)
        {
            self.rule(index, Rule::PolicyInput);
        }
        if let Some(mds) = &statement.inputs.mds {
            self.metadata.entry(mds.sha256).or_insert(index);
        }
    }

    /// What the metadata that a record cites is worth.
    fn cited_metadata(&mut self, facts: Option<BlobFacts>, index: u64) {
        let (Some(mut facts), Some(standing)) = (facts, &self.standing) else {
            return;
        };
        facts.highest_before = self.highest_metadata;
        let (policy, subject) = (&standing.policy, Subject::record(index));
        let found = findings::metadata(&facts, &policy.metadata_stale_days, &subject);
        self.report.add(found);
        if let Ok(blob) = &facts.blob {
            self.highest_metadata = self.highest_metadata.max(Some(blob.number));
        }
    }

    /// People, bags and time, and the quorum that hangs on them.
    fn custody(&mut self, facts: &RecordFacts, statement: &Statement, signers: Vec<SignerFacts>) {
        let index = facts.index;
        let bag = self.keys.bag(index, statement);
        let Some(standing) = &self.standing else {
            return;
        };
        let started_of = |size: u64| {
            let place = usize::try_from(size.checked_sub(1)?).ok()?;
            self.heads.get(place)?.started
        };
        let custody = CustodyFacts {
            record: index,
            signers,
            nonces_needed: statement.event.needs_presence(statement.level),
            witnesses_needed: statement.event.witnesses(&standing.policy),
            bag,
            started: statement.time.started,
            started_before: started_of(index),
            started_cited: started_of(statement.ledger.size.min(index)),
        };
        // A rehearsal is judged as of its own time.
        let as_of = if self.report.rehearsal {
            statement.time.started
        } else {
            self.as_of
        };
        self.report
            .add(findings::custody(&custody, &standing.policy, as_of));
        let have = u32::try_from(custody.witnesses()).unwrap_or(u32::MAX);
        let need = custody.witnesses_needed;
        if have < need {
            self.rule(index, Rule::Quorum { have, need });
        }
    }
}
