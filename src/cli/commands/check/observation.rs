//! What a witness saw with their own sign-in, and its digest for the record.
//!
//! Canonical JSON, so that `sha256sum` of the file is the digest: docs/formats/check.md.

use super::report::Report;
use crate::entra::Answer;
use crate::findings::Finding;
use crate::primitives::Digest;
use crate::primitives::Guid;
use crate::primitives::TenantId;
use crate::primitives::UtcTime;
use crate::primitives::json;
use crate::webauthn::Aaguid;
use serde::Serialize;

/// What is digested.
#[derive(Serialize)]
pub(super) struct Observation<'r> {
    accounts: Vec<Account<'r>>,
    findings: &'r [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    graph_date: Option<UtcTime>,
    judged_as_of: UtcTime,
    plan_sha256: Digest,
    request_ids: &'r [Guid],
    schema: &'static str,
    tenant_id: TenantId,
    tool: Tool,
}

#[derive(Serialize)]
struct Account<'r> {
    alias: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    methods: Option<Vec<Method<'r>>>,
    object_id: Guid,
}

#[derive(Serialize)]
struct Method<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    aaguid: Option<Aaguid>,
    id: &'r str,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// What the check saw.
pub(super) fn of(report: &Report) -> Observation<'_> {
    let tenant = &report.asked.survey.tenant;
    let accounts = tenant.accounts.iter().map(|account| Account {
        alias: &account.alias,
        methods: match &account.methods {
            Answer::Known(methods) => {
                let method = |method: &'_ crate::entra::Fido2Method| method.aaguid;
                Some(
                    methods
                        .iter()
                        .map(|one| Method {
                            aaguid: method(one),
                            id: one.id.as_str(),
                        })
                        .collect(),
                )
            }
            Answer::Denied(_) | Answer::Absent | Answer::Failed(_) => None,
        },
        object_id: account.object_id,
    });
    Observation {
        accounts: accounts.collect(),
        findings: &report.findings,
        graph_date: tenant.headers.date.map(|date| date.graph),
        judged_as_of: report.when.time(),
        plan_sha256: report.plan_sha256,
        request_ids: &tenant.headers.request_ids,
        schema: "glasskey.observation/1",
        tenant_id: report.plan.tenant.id,
        tool: Tool {
            name: "glasskey",
            version: env!("CARGO_PKG_VERSION"),
        },
    }
}

/// Its canonical bytes, without a line end.
pub(super) fn bytes(report: &Report) -> Vec<u8> {
    json::encode(&of(report)).unwrap_or_default() // never fails: there is no number in it
}

/// SHA-256 of these bytes: `inputs.observer_sha256` of a statement.
pub(super) fn digest(report: &Report) -> Digest {
    Digest::of(&bytes(report))
}
