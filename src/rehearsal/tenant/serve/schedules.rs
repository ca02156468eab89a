//! `roleAssignmentScheduleRequests`: roles through Privileged Identity Management.

use super::method_not_allowed;
use crate::primitives::Guid;
use crate::primitives::UtcTime;
use crate::rehearsal::tenant::call::Call;
use crate::rehearsal::tenant::call::Listing;
use crate::rehearsal::tenant::fault::Verb;
use crate::rehearsal::tenant::http::Answer;
use crate::rehearsal::tenant::role::Assignment;
use crate::rehearsal::tenant::role::Holding;
use crate::rehearsal::tenant::world::Caller;
use crate::rehearsal::tenant::world::VirtualTenant;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

const CONTEXT: &str = "roleManagement/directory/roleAssignmentScheduleRequests";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    action: String,
    justification: Option<String>,
    role_definition_id: Guid,
    principal_id: Guid,
    directory_scope_id: String,
    schedule_info: Option<Schedule>,
    is_validation_only: Option<bool>,
    #[serde(rename = "ticketInfo")]
    _ticket_info: Option<Value>,
    #[serde(rename = "customData")]
    _custom_data: Option<String>,
    #[serde(rename = "targetScheduleId")]
    _target_schedule_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Schedule {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    start_date_time: Option<String>,
    expiration: Expiration,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expiration {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    end_date_time: Option<String>,
    duration: Option<String>,
}

impl VirtualTenant {
    pub(super) fn schedule(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.verb, rest) {
            (Verb::Get, []) => {
                let listing = Listing {
                    context: CONTEXT,
                    kind: "unifiedRoleAssignmentScheduleRequest",
                    options: &["$filter", "$expand", "$select"],
                    filters: &["principalId", "roleDefinitionId", "status"],
                    ..Listing::plain("", "")
                };
                call.list(self.page_size, &listing, self.schedule_requests.clone())
            }
            (Verb::Get, [id]) => {
                let named = |one: &&Value| one.get("id").and_then(Value::as_str) == Some(*id);
                match self.schedule_requests.iter().find(named) {
                    Some(one) => call.object(200, &format!("{CONTEXT}/$entity"), one.clone()),
                    None => Answer::not_found(id),
                }
            }
            (Verb::Post, []) => self.request_role(call).unwrap_or_else(|answer| answer),
            _ => method_not_allowed(),
        }
    }

    fn request_role(&mut self, call: &Call<'_>) -> Result<Answer, Answer> {
        let body: Body = call.body()?;
        let now = self.clock.utc();
        let assigns = match body.action.as_str() {
            "adminAssign" => true,
            "adminRemove" => false,
            _ => {
                return Err(Answer::error(
                    400,
                    "InvalidAction",
                    "The action is not served.",
                ));
            }
        };
        if body.justification.as_deref().unwrap_or_default().is_empty() {
            return Err(rule("JustificationRule"));
        }
        let validates = body.is_validation_only == Some(true);
        let (role, principal) = (body.role_definition_id, body.principal_id);
        if assigns {
            let Some(schedule) = &body.schedule_info else {
                return Err(Answer::error(
                    400,
                    "InvalidScheduleInfo",
                    "The schedule info is required.",
                ));
            };
            let holding = self.holding(schedule, now)?;
            let assignment = Assignment {
                holding,
                ..self.assignable(principal, role, &body.directory_scope_id)?
            };
            if !validates {
                self.change().assignments.push(assignment);
            }
        } else {
            let wanted = |one: &&Assignment| {
                one.principal == principal
                    && one.role == role
                    && one.scope == body.directory_scope_id
                    && one.is_active(now)
            };
            let Some(found) = self.history.truth().assignments.iter().find(wanted) else {
                return Err(Answer::error(
                    404,
                    "RoleAssignmentDoesNotExist",
                    "The Role assignment does not exist.",
                ));
            };
            let found = found.clone();
            self.may_lose(&found)?;
            if !validates {
                self.change().assignments.retain(|one| one != &found);
            }
        }
        let activity = "Add member to role in PIM completed (permanent)";
        self.record("PIM", "RoleManagement", activity, principal);
        let id = self.fresh_guid();
        let by = match self.caller {
            Caller::User(id) => json!({
                "user": {"displayName": null, "id": id}, "application": null, "device": null
            }),
            Caller::App => json!({
                "user": null, "application": {"displayName": null, "id": id}, "device": null
            }),
        };
        let expiration = body.schedule_info.as_ref().map(|schedule| {
            json!({
                "startDateTime": now,
                "recurrence": null,
                "expiration": {
                    "type": lower_first(&schedule.expiration.kind),
                    "endDateTime": schedule.expiration.end_date_time,
                    "duration": schedule.expiration.duration,
                },
            })
        });
        let request = json!({
            "id": id,
            "status": if validates { "Granted" } else { "Provisioned" },
            "createdDateTime": now,
            "completedDateTime": now,
            "approvalId": null,
            "customData": null,
            "action": body.action,
            "principalId": principal,
            "roleDefinitionId": role,
            "directoryScopeId": body.directory_scope_id,
            "appScopeId": null,
            "isValidationOnly": validates,
            "targetScheduleId": id,
            "justification": body.justification,
            "createdBy": by,
            "scheduleInfo": expiration,
            "ticketInfo": {"ticketNumber": null, "ticketSystem": null},
        });
        if !validates {
            self.schedule_requests.push(request.clone());
        }
        Ok(call.object(201, &format!("{CONTEXT}/$entity"), request))
    }

    fn holding(&self, schedule: &Schedule, now: UtcTime) -> Result<Holding, Answer> {
        if let Some(start) = &schedule.start_date_time
            && UtcTime::parse_rfc3339(start).is_none()
        {
            return Err(Answer::bad_request("Invalid request body"));
        }
        let expiration = &schedule.expiration;
        match expiration.kind.to_ascii_lowercase().as_str() {
            "noexpiration" if self.permanent_roles => Ok(Holding::Permanent),
            "noexpiration" => Err(rule("ExpirationRule")),
            "afterdatetime" => expiration
                .end_date_time
                .as_deref()
                .and_then(UtcTime::parse_rfc3339)
                .filter(|end| *end > now)
                .map(Holding::Until)
                .ok_or_else(|| rule("ExpirationRule")),
            // One length is enough for whoever asks for one: PT8H.
            "afterduration" => Ok(Holding::Until(now.plus_seconds(8 * 3_600))),
            _ => Err(Answer::bad_request("Invalid request body")),
        }
    }
}

fn rule(name: &str) -> Answer {
    Answer::error(
        400,
        "RoleAssignmentRequestPolicyValidationFailed",
        &format!("The following policy rules failed: [\"{name}\"]"),
    )
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
