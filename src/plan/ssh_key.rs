//! The public half of the key a person signs with, as OpenSSH writes it.

use crate::primitives::bytes;

/// Types that may sign a record.
pub(super) const SSH_KEY_TYPES: &[&str] = &[
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
];

/// Whether `text` is `type base64` with a type that may sign, and the base64 is a whole key of that
/// very type (RFC 4253 §6.6).
pub(super) fn is_ssh_key(text: &str) -> bool {
    let Some((kind, blob)) = text.split_once(' ') else {
        return false;
    };
    let Some(blob) = bytes::from_base64(blob) else {
        return false;
    };
    let Some(fields) = fields(&blob) else {
        return false;
    };
    let wanted = match kind {
        "ssh-ed25519" => 2,
        "sk-ssh-ed25519@openssh.com" | "ecdsa-sha2-nistp256" | "ssh-rsa" => 3,
        "sk-ecdsa-sha2-nistp256@openssh.com" => 4,
        _ => return false,
    };
    fields.len() == wanted && fields.first() == Some(&kind.as_bytes())
}

/// The length-prefixed strings that make up `blob`; `None` if it is cut short.
fn fields(mut blob: &[u8]) -> Option<Vec<&[u8]>> {
    let mut fields = Vec::new();
    while !blob.is_empty() {
        let (length, rest) = blob.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (field, rest) = rest.split_at_checked(length)?;
        fields.push(field);
        blob = rest;
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made with ssh-keygen for these tests; the private halves are gone.
    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJLD53ZtrlRpLqu9jIe60/IxyglI14lu+NjGm0+7HoKT";
    const OTHERS: &[&str] = &[
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMTC+pfU7zpekxw+QxOhhrkVTzjikABp46a8apl2ZsEvSfaGTAE92vvTO4n2CNI6DHfhiGwJCPNuqf6WuZKPju4=",
        "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIJLD53ZtrlRpLqu9jIe60/IxyglI14lu+NjGm0+7HoKTAAAABHNzaDo=",
        "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBBMTC+pfU7zpekxw+QxOhhrkVTzjikABp46a8apl2ZsEvSfaGTAE92vvTO4n2CNI6DHfhiGwJCPNuqf6WuZKPju4AAAAEc3NoOg==",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCVYz1JzBHUoUJp4D6GxIVtLcUzVCj4gWsdOUI2GlQT9FZIarTwJSizRSs09TSjFdu1UoaezL/Z4CFsk4mnd7NmFe2T/1iJF7EkteNB7ro+hQ2M9Biqx3h0sigQKrL2tQRZ4njrcwrG2FfrJPY24BQkvey5DznCCkOnHH/TbhcVVNuCxWTeopwGe2clkmEG7t1nu+tZz3cXKCQAxBbiscjpWw9GmqGaum7iizz41YUY8g1QlwID7yf91VVzBemL2mZpOOCv9yhiE8zCMVN30SawVIrkmz7JbN8PuDnPL/QrMmjLnuv+euCLJO8X6WSrhsU0RgofxbQ+MardF32q/fA1",
    ];

    #[test]
    fn a_whole_key_of_each_type_is_one() {
        for key in OTHERS.iter().chain([&ED25519]) {
            assert!(is_ssh_key(key), "{key}");
        }
    }

    #[test]
    fn a_cut_off_key_is_none() {
        for cut in 0..ED25519.len() {
            assert!(!is_ssh_key(&ED25519[..cut]), "{cut}");
        }
    }

    #[test]
    fn a_key_under_another_types_name_is_none() {
        let blob = ED25519.split_once(' ').unwrap().1;
        for kind in SSH_KEY_TYPES.iter().skip(1) {
            assert!(!is_ssh_key(&format!("{kind} {blob}")), "{kind}");
        }
        assert!(!is_ssh_key(&format!("ssh-dss {blob}")));
        assert!(!is_ssh_key(&format!("{ED25519} anna@contoso")));
    }
}
