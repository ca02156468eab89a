//! `ctap-hid-fido2` as the other client. It panics on malformed answers, has no read time-out and
//! prints to standard output, so it runs only in the process that [`super::SecondClient`] starts.

use super::SecondAnswer;
use crate::facts::second_opinion::Member;
use crate::facts::second_opinion::SecondReading;
use crate::facts::second_opinion::Told;
use crate::primitives::bytes;
use ctap_hid_fido2::Cfg;
use ctap_hid_fido2::FidoKeyHid;
use ctap_hid_fido2::FidoKeyHidFactory;
use ctap_hid_fido2::HidParam;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::io::Write;

/// What it read of getInfo, as facts. The type of its answer has no public name, so no function can
/// take it.
macro_rules! members {
    ($info:ident) => {
        BTreeMap::from([
            (Member::Versions, texts(&$info.versions)),
            (Member::Extensions, texts(&$info.extensions)),
            (Member::Aaguid, hex(&$info.aaguid)),
            (
                Member::Options,
                Told::Truths($info.options.iter().cloned().collect()),
            ),
            (Member::MaxMsgSize, Told::Number($info.max_msg_size.into())),
            (
                Member::PinUvAuthProtocols,
                numbers(&$info.pin_uv_auth_protocols),
            ),
            (
                Member::MaxCredentialCountInList,
                number($info.max_credential_count_in_list),
            ),
            (
                Member::MaxCredentialIdLength,
                number($info.max_credential_id_length),
            ),
            (Member::Transports, texts(&$info.transports)),
            (
                Member::Algorithms,
                Told::Numbers(algorithms(&$info.algorithms)),
            ),
            (
                Member::MaxSerializedLargeBlobArray,
                number($info.max_serialized_large_blob_array),
            ),
            (Member::ForcePinChange, Told::Truth($info.force_pin_change)),
            (Member::MinPinLength, number($info.min_pin_length)),
            (Member::FirmwareVersion, number($info.firmware_version)),
            (
                Member::MaxCredBlobLength,
                number($info.max_cred_blob_length),
            ),
            (
                Member::MaxRpIdsForSetMinPinLength,
                number($info.max_rpids_for_set_min_pin_length),
            ),
            (
                Member::PreferredPlatformUvAttempts,
                number($info.preferred_platform_uv_attempts),
            ),
            (Member::UvModality, number($info.uv_modality)),
            (
                Member::Certifications,
                Told::Levels(
                    $info
                        .certifications
                        .iter()
                        .map(|(name, level)| (name.clone(), (*level).into()))
                        .collect(),
                ),
            ),
            (
                Member::RemainingDiscoverableCredentials,
                number($info.remaining_discoverable_credentials),
            ),
            (
                Member::VendorPrototypeConfigCommands,
                numbers(&$info.vendor_prototype_config_commands),
            ),
            (
                Member::AttestationFormats,
                texts(&$info.attestation_formats),
            ),
            (
                Member::UvCountSinceLastPinEntry,
                number($info.uv_count_since_last_pin_entry),
            ),
            (
                Member::LongTouchForReset,
                Told::Truth($info.long_touch_for_reset),
            ),
            (
                Member::TransportsForReset,
                texts(&$info.transports_for_reset),
            ),
            (
                Member::PinComplexityPolicy,
                Told::Truth($info.pin_complexity_policy),
            ),
            (
                Member::PinComplexityPolicyUrl,
                hex(&$info.pin_complexity_policy_url),
            ),
            (Member::MaxPinLength, number($info.max_pin_length)),
            (
                Member::AuthenticatorConfigCommands,
                numbers(&$info.authenticator_config_commands),
            ),
        ])
    };
}

/// Reads the key at `path` and writes a [`SecondAnswer`] to standard output, which nothing that the
/// other client prints reaches. The process should end then.
///
/// # Errors
/// The system's, if the answer cannot be written.
pub fn answer_as_other_client(path: &str) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let mut pipe = File::from(rustix::io::dup(rustix::stdio::stdout())?);
    rustix::stdio::dup2_stdout(File::options().write(true).open("/dev/null")?)?;
    let answer = match open(path).and_then(|key| read(&key)) {
        Ok(reading) => SecondAnswer::Read(reading),
        Err(words) => SecondAnswer::Refused(words),
    };
    pipe.write_all(&serde_json::to_vec(&answer)?)
}

fn open(path: &str) -> Result<FidoKeyHid, String> {
    let mut settings = Cfg::init();
    settings.enable_keep_alive_msg = false;
    FidoKeyHidFactory::create_by_params(&[HidParam::Path(path.to_owned())], &settings)
        .map_err(|error| error.to_string())
}

fn read(key: &FidoKeyHid) -> Result<SecondReading, String> {
    let info = key.get_info().map_err(|error| error.to_string())?;
    let option = |name: &str| {
        let mut options = info.options.iter();
        options
            .find(|(option, _)| option == name)
            .map(|(_, on)| *on)
    };
    let mut tries = Vec::new();
    if option("clientPin") == Some(true) {
        tries.push((Member::PinRetries, key.get_pin_retries()));
    }
    if option("uv").is_some() {
        tries.push((Member::UvRetries, key.get_uv_retries()));
    }
    let mut told = members!(info);
    for (member, left) in tries {
        if let Ok(left) = left {
            told.insert(member, Told::Number(left.into()));
        }
    }
    Ok(SecondReading(told))
}

fn number(number: u32) -> Told {
    Told::Number(number.into())
}

fn numbers(numbers: &[u32]) -> Told {
    Told::Numbers(numbers.iter().map(|one| (*one).into()).collect())
}

fn texts(texts: &[String]) -> Told {
    Told::Texts(texts.to_vec())
}

fn hex(octets: &[u8]) -> Told {
    Told::Hex(bytes::hex(octets))
}

/// The numbers of those for `public-key`. It gives the maps of the list as one flat list of names
/// and texts.
fn algorithms(flat: &[(String, String)]) -> Vec<i64> {
    let mut numbers = Vec::new();
    let (mut kind, mut number) = (None, None);
    for (name, value) in flat {
        match name.as_str() {
            "type" => kind = Some(value.as_str()),
            "alg" => number = value.parse().ok(),
            _ => {}
        }
        if let (Some(of), Some(found)) = (kind, number) {
            if of == "public-key" {
                numbers.push(found);
            }
            (kind, number) = (None, None);
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn algorithms_are_paired_again_in_either_order() {
        let both = flat(&[
            ("alg", "-7"),
            ("type", "public-key"),
            ("type", "public-key"),
            ("alg", "-8"),
            ("alg", "-257"),
            ("type", "another"),
        ]);
        assert_eq!(algorithms(&both), [-7, -8]);
        assert_eq!(algorithms(&[]), [0_i64; 0]);
    }

    #[test]
    fn a_node_that_is_not_there_is_refused_in_words() {
        let refused = open("/dev/glasskey-no-such-node").err();
        assert_eq!(refused.as_deref(), Some("Failed to open device."));
    }
}
