//! credentialManagement (CTAP 2.1 §6.8).

use super::assertion::Remembered;
use super::assertion::descriptor;
use super::authenticator::Answer;
use super::authenticator::Authenticator;
use super::credential;
use super::credential::Resident;
use super::info::number;
use super::request::Request;
use super::request::descriptor_parts;
use super::status::Status;
use super::token;
use super::token::Scope;
use crate::primitives::Digest;
use crate::primitives::cbor::Value;

const SUB_COMMAND: i64 = 0x01;
const PARAMETERS: i64 = 0x02;
const PROTOCOL: i64 = 0x03;
const PIN_UV_AUTH_PARAM: i64 = 0x04;

const RP_ID_HASH: i64 = 0x01;
const CREDENTIAL_ID: i64 = 0x02;
const USER: i64 = 0x03;

impl Authenticator {
    pub(super) fn credential_management(
        &mut self,
        request: &Request,
        remembered: Remembered,
    ) -> Answer {
        let command = request.required(SUB_COMMAND, Value::as_u64)?;
        match command {
            0x01 => {
                self.statistics
                    .note("credentialManagement/getCredsMetadata");
                self.authorise_management(request, 0x01, &Scope::Unbound)?;
                Ok(Some(Value::numbered(vec![
                    (0x01, Some(number(self.residents.len()))),
                    (0x02, Some(number(self.free_slots()))),
                ])))
            }
            0x02 => {
                self.statistics.note("credentialManagement/enumerateRPs");
                self.authorise_management(request, 0x02, &Scope::Unbound)?;
                self.begin_rps()
            }
            0x03 => {
                self.statistics.note("credentialManagement/enumerateRPs");
                self.next_rp(remembered)
            }
            0x04 => {
                self.statistics
                    .note("credentialManagement/enumerateCredentials");
                self.begin_credentials(request)
            }
            0x05 => {
                self.statistics
                    .note("credentialManagement/enumerateCredentials");
                self.next_credential(remembered)
            }
            0x06 => {
                self.statistics
                    .note("credentialManagement/deleteCredential");
                let id = self.authorised_credential(request, 0x06)?;
                self.residents.retain(|resident| resident.id != id);
                Ok(None)
            }
            0x07 => {
                self.statistics
                    .note("credentialManagement/updateUserInformation");
                self.update_user(request)
            }
            _ => {
                self.statistics.note("credentialManagement/unknown");
                Err(Status::InvalidSubcommand)
            }
        }
    }

    fn begin_rps(&mut self) -> Answer {
        let mut rps: Vec<String> = Vec::new();
        for resident in self.residents.iter().rev() {
            if !rps.contains(&resident.rp_id) {
                rps.push(resident.rp_id.clone());
            }
        }
        let total = rps.len();
        let first = rps.pop().ok_or(Status::NoCredentials)?;
        self.remembered = Remembered::Rps(rps, self.now());
        Ok(Some(rp(&first, Some(total))))
    }

    fn next_rp(&mut self, remembered: Remembered) -> Answer {
        let Remembered::Rps(mut rps, since) = remembered else {
            return Err(Status::NotAllowed);
        };
        let now = self.now();
        let next = rps.pop().filter(|_| !Remembered::forgotten(since, now));
        let next = next.ok_or(Status::NotAllowed)?;
        self.remembered = Remembered::Rps(rps, now);
        Ok(Some(rp(&next, None)))
    }

    fn begin_credentials(&mut self, request: &Request) -> Answer {
        let parameters = request.nested(PARAMETERS)?;
        let hash = parameters.required(RP_ID_HASH, Value::as_bytes)?;
        let hash = Digest(hash.try_into().map_err(|_| Status::InvalidParameter)?);
        self.authorise_management(request, 0x04, &Scope::UnboundOr(hash))?;
        let mut found: Vec<Resident> = self
            .residents
            .iter()
            .rev()
            .filter(|resident| Digest::of(resident.rp_id.as_bytes()) == hash)
            .cloned()
            .collect();
        let total = found.len();
        let first = found.pop().ok_or(Status::NoCredentials)?;
        self.remembered = Remembered::Credentials(found, self.now());
        self.listed(&first, Some(total))
    }

    fn next_credential(&mut self, remembered: Remembered) -> Answer {
        let Remembered::Credentials(mut found, since) = remembered else {
            return Err(Status::NotAllowed);
        };
        let now = self.now();
        let next = found.pop().filter(|_| !Remembered::forgotten(since, now));
        let next = next.ok_or(Status::NotAllowed)?;
        self.remembered = Remembered::Credentials(found, now);
        self.listed(&next, None)
    }

    fn listed(&self, resident: &Resident, total: Option<usize>) -> Answer {
        let opened = self.master.open(&resident.id, &resident.rp_id);
        let (_, protection) = opened.ok_or(Status::Other)?;
        let key = self.master.signing_key(&resident.id);
        Ok(Some(Value::numbered(vec![
            (0x06, Some(resident.user.entity(true))),
            (0x07, Some(descriptor(&resident.id))),
            (0x08, Some(credential::cose_key(&key))),
            (0x09, total.map(number)),
            (0x0a, Some(Value::Unsigned(u64::from(protection.level())))),
        ])))
    }

    fn update_user(&mut self, request: &Request) -> Answer {
        let parameters = request.nested(PARAMETERS)?;
        let user = super::make_credential::user(parameters.required(USER, Some)?)?;
        let id = self.authorised_credential(request, 0x07)?;
        let held = self.residents.iter_mut().find(|held| held.id == id);
        let held = held.ok_or(Status::NoCredentials)?;
        if held.user.id != user.id {
            return Err(Status::InvalidParameter);
        }
        held.user = user;
        Ok(None)
    }

    /// The id of the discoverable credential that the parameters name, once the token allows it.
    fn authorised_credential(&mut self, request: &Request, code: u8) -> Result<Vec<u8>, Status> {
        let parameters = request.nested(PARAMETERS)?;
        let (id, _) = descriptor_parts(parameters.required(CREDENTIAL_ID, Some)?)?;
        let held = self.residents.iter().find(|resident| resident.id == id);
        let scope = held.map_or(Scope::Any, |held| {
            Scope::UnboundOr(Digest::of(held.rp_id.as_bytes()))
        });
        let known = held.is_some();
        self.authorise_management(request, code, &scope)?;
        if known {
            Ok(id.to_vec())
        } else {
            Err(Status::NoCredentials)
        }
    }

    /// Checks the token over the subcommand and its parameters as they were sent.
    fn authorise_management(
        &mut self,
        request: &Request,
        code: u8,
        scope: &Scope<'_>,
    ) -> Result<(), Status> {
        let mac = request
            .optional(PIN_UV_AUTH_PARAM, Value::as_bytes)?
            .ok_or(Status::PuatRequired)?;
        let protocol = self.protocol(request, PROTOCOL)?;
        // Only canonical bytes come this far, so that encoding again gives the bytes sent.
        let parameters = request.raw(PARAMETERS).map(Value::encode);
        let message = [&[code][..], &parameters.unwrap_or_default()].concat();
        let permission = token::CREDENTIAL_MANAGEMENT;
        self.authorise(protocol, &message, mac, permission, scope)
    }
}

fn rp(id: &str, total: Option<usize>) -> Value {
    Value::numbered(vec![
        (0x03, Some(Value::named(vec![("id", Value::text(id))]))),
        (0x04, Some(Value::bytes(&Digest::of(id.as_bytes()).0))),
        (0x05, total.map(number)),
    ])
}
