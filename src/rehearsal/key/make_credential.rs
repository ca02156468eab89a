//! makeCredential (CTAP 2.1 §6.1).

use super::attestation;
use super::authenticator::Authenticator;
use super::authenticator::Pending;
use super::authenticator::Step;
use super::credential;
use super::credential::Protection;
use super::credential::Resident;
use super::credential::User;
use super::request::Request;
use super::request::member;
use super::request::parameter_parts;
use super::spec::Personality;
use super::status::Status;
use super::token;
use super::token::Scope;
use super::touch::Operation;
use crate::primitives::Digest;
use crate::primitives::cbor::Value;
use crate::webauthn::CoseKey;

const CLIENT_DATA_HASH: i64 = 0x01;
const RP: i64 = 0x02;
const USER: i64 = 0x03;
const ALGORITHMS: i64 = 0x04;
const EXCLUDE_LIST: i64 = 0x05;
const EXTENSIONS: i64 = 0x06;
const OPTIONS: i64 = 0x07;
const PIN_UV_AUTH_PARAM: i64 = 0x08;
const PROTOCOL: i64 = 0x09;
const ENTERPRISE_ATTESTATION: i64 = 0x0a;

pub(super) const UP: u8 = 0x01;
pub(super) const UV: u8 = 0x04;
const AT: u8 = 0x40;
const ED: u8 = 0x80;

/// Extension outputs by name.
type Outputs = Vec<(&'static str, Value)>;

/// A credential that will be made when the key is touched.
pub(super) struct NewCredential {
    client_data_hash: Vec<u8>,
    rp_id: String,
    user: User,
    resident: bool,
    verified: bool,
    protection: Protection,
    outputs: Outputs,
}

impl Authenticator {
    pub(super) fn make_credential(&mut self, request: &Request) -> Result<Step, Status> {
        let client_data_hash = request.required(CLIENT_DATA_HASH, Value::as_bytes)?;
        let rp_id = member(request.required(RP, Some)?, "id", Value::as_text)?;
        let user = user(request.required(USER, Some)?)?;
        if let Some(step) = self.empty_param(request, PIN_UV_AUTH_PARAM)? {
            return Ok(step);
        }
        if !offers_es256(request.required(ALGORITHMS, Value::as_array)?)? {
            return Err(Status::UnsupportedAlgorithm);
        }
        let resident = request.option(OPTIONS, "rk")?.unwrap_or_default();
        self.refuse_built_in_uv(request, OPTIONS, PIN_UV_AUTH_PARAM)?;
        if request.option(OPTIONS, "up")? == Some(false) {
            return Err(Status::InvalidOption);
        }
        if request.raw(ENTERPRISE_ATTESTATION).is_some() {
            return Err(Status::InvalidParameter);
        }
        let verified = match request.optional(PIN_UV_AUTH_PARAM, Value::as_bytes)? {
            Some(mac) => {
                let protocol = self.protocol(request, PROTOCOL)?;
                if !self.pin.is_set() {
                    return Err(Status::PinNotSet);
                }
                let scope = Scope::Bind(rp_id);
                let permission = token::MAKE_CREDENTIAL;
                self.authorise(protocol, client_data_hash, mac, permission, &scope)?;
                true
            }
            None if self.config.always_uv => return Err(Status::PuatRequired),
            None if self.pin.is_set() && (resident || !self.uv_not_required()) => {
                return Err(Status::PuatRequired);
            }
            None => false,
        };
        if self.excludes(request, rp_id, verified)? {
            return Ok(Step::Touch(Pending::Tell {
                operation: Operation::MakeCredential,
                touched: Err(Status::CredentialExcluded),
                else_told: Some(Status::CredentialExcluded),
            }));
        }
        let (protection, outputs) = self.extensions(request)?;
        Ok(Step::Touch(Pending::MakeCredential(Box::new(
            NewCredential {
                client_data_hash: client_data_hash.to_vec(),
                rp_id: rp_id.to_owned(),
                user,
                resident,
                verified,
                protection,
                outputs,
            },
        ))))
    }

    /// An empty `pinUvAuthParam` only asks which key is meant: by touch (§6.1.2 step 1).
    pub(super) fn empty_param(&self, request: &Request, key: i64) -> Result<Option<Step>, Status> {
        let param = request.optional(key, Value::as_bytes)?;
        let told = if self.pin.is_set() {
            Status::PinInvalid
        } else {
            Status::PinNotSet
        };
        Ok(param
            .is_some_and(<[u8]>::is_empty)
            .then_some(Step::Touch(Pending::Tell {
                operation: Operation::Selection,
                touched: Err(told),
                else_told: Some(Status::OperationDenied),
            })))
    }

    /// Option `uv` asks for a sensor that this key has not; beside a PIN it counts as absent.
    pub(super) fn refuse_built_in_uv(
        &self,
        request: &Request,
        options: i64,
        param: i64,
    ) -> Result<(), Status> {
        if request.option(options, "uv")? != Some(true) || request.raw(param).is_some() {
            return Ok(());
        }
        Err(if self.spec.is_fido_2_0() {
            Status::UnsupportedOption
        } else {
            Status::InvalidOption
        })
    }

    /// Whether the exclude list names a credential of this key for `rp_id`. One that needs user
    /// verification stays hidden without it.
    fn excludes(&self, request: &Request, rp_id: &str, verified: bool) -> Result<bool, Status> {
        let excluded = request.descriptors(EXCLUDE_LIST)?.unwrap_or_default();
        Ok(excluded.iter().any(|id| {
            self.credential(id, rp_id)
                .is_some_and(|credential| verified || credential.protection != Protection::Required)
        }))
    }

    fn extensions(&self, request: &Request) -> Result<(Protection, Outputs), Status> {
        let mut outputs = Vec::new();
        let mut protection = Protection::Optional;
        let extensions = request.optional(EXTENSIONS, |v| v.as_map().map(|_| v))?;
        let asked = |name: &str| extensions.and_then(|map| map.named_member(name));
        if let Some(level) = asked("credProtect").filter(|_| !self.spec.is_fido_2_0()) {
            let level = level.as_u64().ok_or(Status::UnexpectedType)?;
            protection = Protection::of_level(level).ok_or(Status::InvalidParameter)?;
        }
        if self.is(Personality::CredProtect3) {
            protection = Protection::Required;
        }
        let said = asked("credProtect").is_some() || protection != Protection::Optional;
        if said && !self.spec.is_fido_2_0() {
            let level = Value::Unsigned(u64::from(protection.level()));
            outputs.push(("credProtect", level));
        }
        if let Some(wanted) = asked("hmac-secret") {
            let wanted = wanted.as_bool().ok_or(Status::UnexpectedType)?;
            outputs.push(("hmac-secret", Value::Bool(wanted)));
        }
        Ok((protection, outputs))
    }

    /// Makes the credential, stores it if it is discoverable, and attests it.
    pub(super) fn store(&mut self, new: &NewCredential) -> Result<Value, Status> {
        let same = |r: &Resident| r.rp_id == new.rp_id && r.user.id == new.user.id;
        if new.resident && self.free_slots() == 0 && !self.residents.iter().any(same) {
            return Err(Status::KeyStoreFull);
        }
        let nonce = self.entropy.bytes();
        let id = self
            .master
            .mint(&nonce, &new.rp_id, new.resident, new.protection);
        if new.resident {
            self.residents.retain(|resident| !same(resident));
            self.residents.push(Resident {
                id: id.clone(),
                rp_id: new.rp_id.clone(),
                user: new.user.clone(),
            });
        }
        let key = self.master.signing_key(&id);
        let auth_data = self.attested(new, &id, &credential::cose_key(&key).encode());
        let signed = [&auth_data[..], &new.client_data_hash].concat();
        let (format, statement) = match self.spec.personality {
            Personality::NoAttestation => ("none", Value::Map(Vec::new())),
            Personality::SelfAttestation => ("packed", attestation::packed_by_self(&key, &signed)),
            Personality::Standard
            | Personality::RandomGlobalCounter
            | Personality::ZeroCounter
            | Personality::Fido20Only
            | Personality::AlwaysUv
            | Personality::CredProtect3
            | Personality::RefusesSilent => {
                let statement = attestation::packed_by_leaf(&signed);
                ("packed", statement.ok_or(Status::Other)?)
            }
        };
        Ok(Value::numbered(vec![
            (0x01, Some(Value::text(format))),
            (0x02, Some(Value::Bytes(auth_data))),
            (0x03, Some(statement)),
        ]))
    }

    /// A discoverable credential that another service registered before.
    pub(super) fn plant(&mut self, rp_id: &str, user_name: &str) {
        let nonce = self.entropy.bytes();
        let id = self
            .master
            .mint(&nonce, rp_id, true, Protection::OptionalWithList);
        self.residents.push(Resident {
            id,
            rp_id: rp_id.to_owned(),
            user: User {
                id: user_name.as_bytes().to_vec(),
                name: Some(user_name.to_owned()),
                display_name: None,
            },
        });
    }

    /// Authenticator data with the attested credential (WebAuthn §6.1, §6.5.1).
    fn attested(&mut self, new: &NewCredential, id: &[u8], cose_key: &[u8]) -> Vec<u8> {
        let uv = if new.verified { UV } else { 0 };
        let (ed, outputs) = if new.outputs.is_empty() {
            (0, Vec::new())
        } else {
            (ED, Value::named(new.outputs.clone()).encode())
        };
        let length = u16::try_from(id.len()).unwrap_or(u16::MAX);
        [
            &Digest::of(new.rp_id.as_bytes()).0[..],
            &[UP | AT | uv | ed],
            &self.next_counter().to_be_bytes(),
            self.spec.aaguid.bytes(),
            &length.to_be_bytes(),
            id,
            cose_key,
            &outputs,
        ]
        .concat()
    }
}

pub(super) fn user(entity: &Value) -> Result<User, Status> {
    entity.as_map().ok_or(Status::UnexpectedType)?;
    let name = |member: &str| {
        entity
            .named_member(member)
            .map(|value| {
                value
                    .as_text()
                    .map(str::to_owned)
                    .ok_or(Status::UnexpectedType)
            })
            .transpose()
    };
    Ok(User {
        id: member(entity, "id", Value::as_bytes)?.to_vec(),
        name: name("name")?,
        display_name: name("displayName")?,
    })
}

fn offers_es256(parameters: &[Value]) -> Result<bool, Status> {
    let mut offered = false;
    for parameter in parameters {
        let (kind, algorithm) = parameter_parts(parameter)?;
        offered |= kind == "public-key" && algorithm == CoseKey::ES256;
    }
    Ok(offered)
}
