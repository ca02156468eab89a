//! The targets by name.

use crate::device;
use crate::texts;

/// Takes any bytes and returns.
pub(crate) type Target = fn(&[u8]);

pub(crate) const TARGETS: [(&str, Target); 23] = [
    ("attestation", device::attestation),
    ("authenticator-data", device::authenticator_data),
    ("cbor", device::cbor),
    ("conversation", device::conversation),
    ("cose-key", device::cose_key),
    ("frames", device::frames),
    ("get-assertion", device::get_assertion),
    ("get-info", device::get_info),
    ("make-credential", device::make_credential),
    ("checkpoint", texts::checkpoint),
    ("creation-options", texts::creation_options),
    ("exchanges", texts::exchanges),
    ("fido2-policy", texts::fido2_policy),
    ("json", texts::json),
    ("metadata", texts::metadata),
    ("metadata-payload", texts::metadata_payload),
    ("page", texts::page),
    ("plan", texts::plan),
    ("qr", texts::qr),
    ("record", texts::record),
    ("roster", texts::roster),
    ("sshsig", texts::sshsig),
    ("trust", texts::trust),
];
