//! getAssertion up to the touch (CTAP 2.1 §6.2). Extension inputs are ignored.

use super::assertion::NewAssertion;
use super::assertion::Signing;
use super::authenticator::Authenticator;
use super::authenticator::Pending;
use super::authenticator::Step;
use super::credential::Credential;
use super::credential::Protection;
use super::request::Request;
use super::spec::Personality;
use super::status::Status;
use super::token;
use super::token::Scope;
use crate::primitives::cbor::Value;

const RP_ID: i64 = 0x01;
const CLIENT_DATA_HASH: i64 = 0x02;
const ALLOW_LIST: i64 = 0x03;
const OPTIONS: i64 = 0x05;
const PIN_UV_AUTH_PARAM: i64 = 0x06;
const PROTOCOL: i64 = 0x07;

impl Authenticator {
    pub(super) fn get_assertion(&mut self, request: &Request) -> Result<Step, Status> {
        let rp_id = request.required(RP_ID, Value::as_text)?;
        let client_data_hash = request.required(CLIENT_DATA_HASH, Value::as_bytes)?;
        if let Some(step) = self.empty_param(request, PIN_UV_AUTH_PARAM)? {
            return Ok(step);
        }
        self.refuse_built_in_uv(request, OPTIONS, PIN_UV_AUTH_PARAM)?;
        if request.option(OPTIONS, "rk")?.is_some() {
            return Err(Status::UnsupportedOption);
        }
        let present = request.option(OPTIONS, "up")?.unwrap_or(true);
        if !present && self.is(Personality::RefusesSilent) {
            return Err(Status::UnsupportedOption);
        }
        let verified = match request.optional(PIN_UV_AUTH_PARAM, Value::as_bytes)? {
            Some(mac) => {
                let protocol = self.protocol(request, PROTOCOL)?;
                if !self.pin.is_set() {
                    return Err(Status::PinNotSet);
                }
                let scope = Scope::Bind(rp_id);
                let permission = token::GET_ASSERTION;
                self.authorise(protocol, client_data_hash, mac, permission, &scope)?;
                true
            }
            None if present && self.config.always_uv => return Err(Status::PuatRequired),
            None => false,
        };
        let credentials = self.applicable(request, rp_id, verified)?;
        let new = NewAssertion {
            signing: Signing {
                client_data_hash: client_data_hash.to_vec(),
                rp_id: rp_id.to_owned(),
                present,
                verified,
                several: credentials.len() > 1,
            },
            credentials,
        };
        if present {
            Ok(Step::Touch(Pending::GetAssertion(Box::new(new))))
        } else {
            Ok(Step::Done(self.assert(new).map(Some)))
        }
    }

    /// The credentials that may answer, the first last: one of the allow list, or every
    /// discoverable one of the rp, newest first. What credProtect hides is left out.
    fn applicable(
        &self,
        request: &Request,
        rp_id: &str,
        verified: bool,
    ) -> Result<Vec<Credential>, Status> {
        let allowed = request.descriptors(ALLOW_LIST)?;
        let found: Vec<Credential> = match allowed.filter(|list| !list.is_empty()) {
            Some(ids) => ids
                .iter()
                .filter_map(|id| self.credential(id, rp_id))
                .filter(|found| verified || found.protection != Protection::Required)
                .take(1)
                .collect(),
            None => self
                .residents
                .iter()
                .filter(|resident| resident.rp_id == rp_id)
                .filter_map(|resident| self.credential(&resident.id, rp_id))
                .filter(|found| verified || found.protection == Protection::Optional)
                .collect(),
        };
        if found.is_empty() {
            Err(Status::NoCredentials)
        } else {
            Ok(found)
        }
    }
}
