//! The answer to authenticatorGetInfo (CTAP 2.1 §6.4), with the members of 2.2 and 2.3.

use super::command::Command;
use super::options::ClientPin;
use super::options::Options;
use super::options::Support;
use super::pin_protocol::PinProtocol;
use crate::primitives::cbor::Value;
use crate::webauthn::Aaguid;

/// What a key says of itself. `None` means that it did not say it, which is never zero. Claims,
/// all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthenticatorInfo {
    /// The CBOR as it came.
    pub raw: Vec<u8>,
    /// 0x01 `versions`: `FIDO_2_1`, `U2F_V2`, …
    pub versions: Option<Vec<String>>,
    /// 0x02 `extensions`.
    pub extensions: Option<Vec<String>>,
    /// 0x03 `aaguid`: the model.
    pub aaguid: Option<Aaguid>,
    /// 0x04 `options`; see [`Self::options`].
    pub options: Option<Options>,
    /// 0x05 `maxMsgSize`, in bytes; absent means 1,024.
    pub max_msg_size: Option<u64>,
    /// 0x06 `pinUvAuthProtocols`, the key's favourite first.
    pub pin_uv_auth_protocols: Option<Vec<u64>>,
    /// 0x07 `maxCredentialCountInList`.
    pub max_credential_count_in_list: Option<u64>,
    /// 0x08 `maxCredentialIdLength`, in bytes.
    pub max_credential_id_length: Option<u64>,
    /// 0x09 `transports`: `usb`, `nfc`, …
    pub transports: Option<Vec<String>>,
    /// 0x0A `algorithms`: COSE numbers of those for `public-key`, the key's favourite first.
    pub algorithms: Option<Vec<i64>>,
    /// 0x0B `maxSerializedLargeBlobArray`, in bytes.
    pub max_serialized_large_blob_array: Option<u64>,
    /// 0x0C `forcePINChange`: true, the PIN must be changed before it gives tokens.
    pub force_pin_change: Option<bool>,
    /// 0x0D `minPINLength`, in code points; absent means 4.
    pub min_pin_length: Option<u64>,
    /// 0x0E `firmwareVersion`; [`super::Firmware::decode`] reads it where it looks like a version.
    pub firmware_version: Option<u64>,
    /// 0x0F `maxCredBlobLength`, in bytes.
    pub max_cred_blob_length: Option<u64>,
    /// 0x10 `maxRPIDsForSetMinPINLength`.
    pub max_rp_ids_for_set_min_pin_length: Option<u64>,
    /// 0x11 `preferredPlatformUvAttempts`.
    pub preferred_platform_uv_attempts: Option<u64>,
    /// 0x12 `uvModality`: bits of the FIDO registry.
    pub uv_modality: Option<u64>,
    /// 0x13 `certifications`: names and levels.
    pub certifications: Option<Vec<(String, u64)>>,
    /// 0x14 `remainingDiscoverableCredentials`: slots left.
    pub remaining_discoverable_credentials: Option<u64>,
    /// 0x15 `vendorPrototypeConfigCommands`.
    pub vendor_prototype_config_commands: Option<Vec<u64>>,
    /// 0x16 `attestationFormats` (CTAP 2.2).
    pub attestation_formats: Option<Vec<String>>,
    /// 0x17 `uvCountSinceLastPinEntry` (CTAP 2.2).
    pub uv_count_since_last_pin_entry: Option<u64>,
    /// 0x18 `longTouchForReset` (CTAP 2.2).
    pub long_touch_for_reset: Option<bool>,
    /// 0x19 `encIdentifier` (CTAP 2.2): encrypted, and new at every reading.
    pub enc_identifier: Option<Vec<u8>>,
    /// 0x1A `transportsForReset` (CTAP 2.2).
    pub transports_for_reset: Option<Vec<String>>,
    /// 0x1B `pinComplexityPolicy` (CTAP 2.2).
    pub pin_complexity_policy: Option<bool>,
    /// 0x1C `pinComplexityPolicyURL` (CTAP 2.2): the bytes of a URL.
    pub pin_complexity_policy_url: Option<Vec<u8>>,
    /// 0x1D `maxPINLength` (CTAP 2.2), in code points.
    pub max_pin_length: Option<u64>,
    /// 0x1E `encCredStoreState` (CTAP 2.3): encrypted, and new at every reading.
    pub enc_cred_store_state: Option<Vec<u8>>,
    /// 0x1F `authenticatorConfigCommands` (CTAP 2.3).
    pub authenticator_config_commands: Option<Vec<u64>>,
    /// Members that have no meaning here: numbers from 0x20, and keys that are no such number.
    pub unknown: Vec<(Value, Value)>,
    /// Members with a known number whose value has another type than the specification's.
    pub odd: Vec<(Value, Value)>,
}

impl AuthenticatorInfo {
    /// Reads the members of the map; `None` if it is no map. A member that cannot be read is set
    /// aside and spoils no other.
    #[must_use]
    pub fn read(raw: &[u8], value: &Value) -> Option<Self> {
        let mut info = Self {
            raw: raw.to_vec(),
            ..Self::default()
        };
        for (key, value) in value.as_map()? {
            match info.member(key.as_u64(), value) {
                Read::Taken => {}
                Read::Odd => info.odd.push((key.clone(), value.clone())),
                Read::Unknown => info.unknown.push((key.clone(), value.clone())),
            }
        }
        Some(info)
    }

    fn member(&mut self, key: Option<u64>, value: &Value) -> Read {
        let number = value.as_u64();
        let truth = value.as_bool();
        match key {
            Some(0x01) => take(&mut self.versions, texts(value)),
            Some(0x02) => take(&mut self.extensions, texts(value)),
            Some(0x03) => take(
                &mut self.aaguid,
                value.as_bytes().and_then(Aaguid::from_bytes),
            ),
            Some(0x04) => take(&mut self.options, Options::read(value)),
            Some(0x05) => take(&mut self.max_msg_size, number),
            Some(0x06) => take(&mut self.pin_uv_auth_protocols, numbers(value)),
            Some(0x07) => take(&mut self.max_credential_count_in_list, number),
            Some(0x08) => take(&mut self.max_credential_id_length, number),
            Some(0x09) => take(&mut self.transports, texts(value)),
            Some(0x0a) => take(&mut self.algorithms, algorithms(value)),
            Some(0x0b) => take(&mut self.max_serialized_large_blob_array, number),
            Some(0x0c) => take(&mut self.force_pin_change, truth),
            Some(0x0d) => take(&mut self.min_pin_length, number),
            Some(0x0e) => take(&mut self.firmware_version, number),
            Some(0x0f) => take(&mut self.max_cred_blob_length, number),
            Some(0x10) => take(&mut self.max_rp_ids_for_set_min_pin_length, number),
            Some(0x11) => take(&mut self.preferred_platform_uv_attempts, number),
            Some(0x12) => take(&mut self.uv_modality, number),
            Some(0x13) => take(&mut self.certifications, certifications(value)),
            Some(0x14) => take(&mut self.remaining_discoverable_credentials, number),
            Some(0x15) => take(&mut self.vendor_prototype_config_commands, numbers(value)),
            Some(0x16) => take(&mut self.attestation_formats, texts(value)),
            Some(0x17) => take(&mut self.uv_count_since_last_pin_entry, number),
            Some(0x18) => take(&mut self.long_touch_for_reset, truth),
            Some(0x19) => take(&mut self.enc_identifier, octets(value)),
            Some(0x1a) => take(&mut self.transports_for_reset, texts(value)),
            Some(0x1b) => take(&mut self.pin_complexity_policy, truth),
            Some(0x1c) => take(&mut self.pin_complexity_policy_url, octets(value)),
            Some(0x1d) => take(&mut self.max_pin_length, number),
            Some(0x1e) => take(&mut self.enc_cred_store_state, octets(value)),
            Some(0x1f) => take(&mut self.authenticator_config_commands, numbers(value)),
            Some(_) | None => Read::Unknown,
        }
    }

    /// The options, with the specification's defaults where none are reported.
    #[must_use]
    pub fn effective_options(&self) -> Options {
        self.options.clone().unwrap_or_default()
    }

    /// Whether the key has a PIN.
    #[must_use]
    pub fn client_pin(&self) -> ClientPin {
        self.options
            .as_ref()
            .map_or(ClientPin::NotSupported, |options| options.client_pin)
    }

    /// Whether the key lists an extension.
    #[must_use]
    pub fn has_extension(&self, name: &str) -> bool {
        self.extensions
            .as_ref()
            .is_some_and(|extensions| extensions.iter().any(|extension| extension == name))
    }

    /// Whether the key lists a version.
    #[must_use]
    pub fn has_version(&self, name: &str) -> bool {
        self.versions
            .as_ref()
            .is_some_and(|versions| versions.iter().any(|version| version == name))
    }

    /// The PIN/UV auth protocol to speak; `None` if the key lists none that we speak.
    #[must_use]
    pub fn pin_protocol(&self) -> Option<PinProtocol> {
        PinProtocol::choose(self.pin_uv_auth_protocols.as_deref())
    }

    /// Whether tokens come with permissions (0x09) rather than the legacy way (0x05).
    #[must_use]
    pub(super) fn gives_permissions(&self) -> Support {
        self.options
            .as_ref()
            .map_or(Support::No, |options| options.pin_uv_auth_token)
    }

    /// The command that manages credentials: the prototype only where there is no other.
    #[must_use]
    pub(super) fn credential_management(&self) -> Option<Command> {
        let options = self.options.as_ref()?;
        match (
            options.credential_management,
            options.credential_management_preview,
        ) {
            (Support::Yes, _) => Some(Command::CredentialManagement),
            (Support::No, Support::Yes) => Some(Command::CredentialManagementPreview),
            (Support::No, Support::No) => None,
        }
    }
}

enum Read {
    Taken,
    Odd,
    Unknown,
}

fn take<T>(slot: &mut Option<T>, read: Option<T>) -> Read {
    *slot = read;
    if slot.is_some() {
        Read::Taken
    } else {
        Read::Odd
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?.iter();
    items
        .map(|item| item.as_text().map(str::to_owned))
        .collect()
}

fn numbers(value: &Value) -> Option<Vec<u64>> {
    value.as_array()?.iter().map(Value::as_u64).collect()
}

fn octets(value: &Value) -> Option<Vec<u8>> {
    value.as_bytes().map(<[u8]>::to_vec)
}

fn algorithms(value: &Value) -> Option<Vec<i64>> {
    let mut found = Vec::new();
    for item in value.as_array()? {
        let kind = item.named_member("type")?.as_text()?;
        let number = item.named_member("alg")?.as_i64()?;
        if kind == "public-key" {
            found.push(number);
        }
    }
    Some(found)
}

fn certifications(value: &Value) -> Option<Vec<(String, u64)>> {
    let members = value.as_map()?.iter();
    members
        .map(|(name, level)| Some((name.as_text()?.to_owned(), level.as_u64()?)))
        .collect()
}

#[cfg(test)]
mod tests;
