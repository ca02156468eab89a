//! What Entra says when it refuses to sign somebody in, and what to do about it.
//!
//! Codes: Microsoft Entra authentication and authorization error codes (AADSTS).

use serde_json::Value;

/// Longest words of Entra's that are kept, in characters.
const LONGEST: usize = 400;

/// A refusal, in Entra's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRefusal {
    /// `error` (RFC 6749 §5.2); empty if there is none.
    pub error: String,
    /// The number after `AADSTS`; `None` if there is none.
    pub code: Option<u32>,
    /// `error_description` up to its trace id, at most 400 characters, without controls.
    pub message: String,
}

impl SignInRefusal {
    /// Reads the error of a token endpoint; a body of any other shape gives empty texts.
    #[must_use]
    pub fn of_body(body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        Self::new(text("error"), text("error_description"))
    }

    /// A refusal of these words, from a redirect or another program.
    #[must_use]
    pub fn new(error: &str, description: &str) -> Self {
        let clean = |text: &str, most: usize| -> String {
            let shown: String = text
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(most)
                .collect();
            shown.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let message = clean(description, LONGEST);
        let message = message
            .split_once(" Trace ID:")
            .map_or(message.as_str(), |(words, _)| words);
        Self {
            error: clean(error, 60),
            code: code_in(description),
            message: message.to_owned(),
        }
    }

    /// Why, in a line: what is known of the code, else Entra's own words.
    #[must_use]
    pub fn why(&self) -> String {
        let code = self.code.map(|code| format!("AADSTS{code}"));
        match (explain(self), code) {
            (Some(known), Some(code)) => format!("{} ({code})", known.why),
            (Some(known), None) => known.why.to_owned(),
            (None, _) if !self.message.is_empty() => self.message.clone(),
            (None, _) if !self.error.is_empty() => format!("it says only: {}", self.error),
            (None, _) => "it does not say why".to_owned(),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn next(&self) -> &'static str {
        explain(self).map_or(
            "look the code up at https://login.microsoftonline.com/error, or in the sign-in log",
            |known| known.next,
        )
    }
}

/// The number after `AADSTS` in Entra's words.
fn code_in(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("AADSTS")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// What a code means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The code's number.
    pub code: u32,
    /// What it means.
    pub why: &'static str,
    /// What to do.
    pub next: &'static str,
    /// Whether Conditional Access refused, and not the app or the person.
    pub conditional_access: bool,
}

/// What is known of a refusal; `None` for a code that is not in the table.
#[must_use]
pub fn explain(refusal: &SignInRefusal) -> Option<&'static Explained> {
    let code = refusal.code?;
    CODES.iter().find(|known| known.code == code)
}

const fn policy(code: u32, why: &'static str, next: &'static str) -> Explained {
    Explained {
        code,
        why,
        next,
        conditional_access: true,
    }
}

const fn other(code: u32, why: &'static str, next: &'static str) -> Explained {
    Explained {
        conditional_access: false,
        ..policy(code, why, next)
    }
}

const SET_UP: &str = "follow docs/sign-in.md for this registration, then try again";
const MFA: &str = "use method = \"browser\", where it can be asked for, and sign in with it";
const DEVICE: &str = "sign in on a managed, compliant device, or have the policy leave out this app \
     for the operators";
const SECRET: &str = "make a new secret, or better a certificate: docs/sign-in.md, unattended";

/// The common codes.
const CODES: &[Explained] = &[
    policy(
        53003,
        "Conditional Access refused this sign-in",
        "the sign-in log names the policy; a block of device codes is common: try method = \"browser\"",
    ),
    policy(
        53000,
        "Conditional Access asks for a compliant device, and this is none",
        DEVICE,
    ),
    policy(
        53001,
        "Conditional Access asks for a device that is joined to the domain",
        DEVICE,
    ),
    policy(
        53002,
        "Conditional Access asks for an approved app, and this is none",
        "have the policy leave out this app for the operators",
    ),
    policy(
        53004,
        "the person must register for multifactor authentication first",
        "register at https://aka.ms/mysecurityinfo on a trusted device, then try again",
    ),
    policy(
        530_032,
        "Conditional Access blocks this by the tenant's security policy",
        "the sign-in log names the policy; ask who runs it to leave out this app for the operators",
    ),
    policy(
        530_033,
        "Conditional Access asks for a registered device, which this way of signing in cannot show",
        "use method = \"browser\" on a registered device",
    ),
    policy(
        530_036,
        "Conditional Access blocks this way of signing in (authentication flows)",
        "use method = \"browser\" in place of a device code",
    ),
    policy(50158, "another provider's control was not satisfied", MFA),
    other(50076, "multifactor authentication is asked for", MFA),
    other(
        50079,
        "the person has not registered for multifactor authentication",
        "register at https://aka.ms/mysecurityinfo, then try again",
    ),
    other(
        50072,
        "the person has not registered for multifactor authentication",
        "register at https://aka.ms/mysecurityinfo, then try again",
    ),
    other(
        50074,
        "strong authentication is asked for, and was not done",
        MFA,
    ),
    other(
        65001,
        "nobody has consented to what this app asks for",
        "an administrator grants admin consent to the registration: docs/sign-in.md, consent",
    ),
    other(
        65004,
        "the person declined to consent",
        "an administrator grants admin consent to the registration: docs/sign-in.md, consent",
    ),
    other(
        65002,
        "Microsoft's own app may not be given this permission",
        "use an app registration of your own: docs/sign-in.md",
    ),
    other(
        90094,
        "an administrator must consent to this app",
        "an administrator grants admin consent to the registration: docs/sign-in.md, consent",
    ),
    other(
        50105,
        "this app asks for assignment, and the person is not assigned to it",
        "assign the person under Enterprise applications, Users and groups",
    ),
    other(
        50034,
        "there is no such account in this tenant",
        "sign in with an account of the plan's tenant",
    ),
    other(
        50020,
        "the account is not of this tenant, and is no guest in it",
        "sign in with an account of the plan's tenant",
    ),
    other(
        50126,
        "user name or password is wrong",
        "try again, slowly: wrong passwords lock an account",
    ),
    other(
        50053,
        "the account is locked, or the address is blocked as suspicious",
        "wait, or sign in from another network",
    ),
    other(
        50057,
        "the account is disabled",
        "have an administrator enable it",
    ),
    other(
        50055,
        "the password has expired",
        "change it in a browser, then try again",
    ),
    other(
        90002,
        "there is no such tenant in this cloud",
        "look at tenant.id and tenant.cloud in the plan",
    ),
    other(
        900_023,
        "the tenant's id is not one",
        "look at tenant.id in the plan",
    ),
    other(
        700_016,
        "the app registration is not in this tenant",
        "look at sign-in.client-id and tenant.id in the plan",
    ),
    other(
        7_000_215,
        "the client secret is wrong: the value is needed, not its id",
        SECRET,
    ),
    other(7_000_222, "the client secret has expired", SECRET),
    other(
        700_027,
        "the certificate is not one of the registration, or our clock is wrong",
        "upload the certificate's public part to the registration, and set the clock",
    ),
    other(
        700_024,
        "the signed assertion is not valid now: our clock is wrong",
        "set the clock, then try again",
    ),
    other(
        7_000_218,
        "the registration does not allow public clients",
        "switch on Authentication, Allow public client flows: docs/sign-in.md",
    ),
    other(
        50011,
        "the registration does not have the redirect address http://localhost",
        "add the platform Mobile and desktop applications with http://localhost: docs/sign-in.md",
    ),
    other(
        700_082,
        "the sign-in was too long ago",
        "run the command again and sign in anew",
    ),
    other(
        70043,
        "the sign-in has expired by the tenant's sign-in frequency",
        "run the command again and sign in anew",
    ),
    other(
        70019,
        "the code has expired",
        "run the command again; the code is good for 15 minutes",
    ),
    other(
        700_213,
        "no federated credential of the registration matches this workload",
        "add one with this issuer and subject: docs/sign-in.md, unattended",
    ),
    other(
        70021,
        "no federated credential of the registration matches",
        SET_UP,
    ),
    other(
        500_011,
        "the tenant does not have the service that a token was asked for",
        "look at tenant.cloud in the plan",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_refusal_is_explained_by_its_code_without_the_trace() {
        let body = br#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value.\r\nTrace ID: 0dccb1c5-41f9-4736-baf4-9643f3f2898c\r\nCorrelation ID: x","error_codes":[7000215]}"#;
        let refusal = SignInRefusal::of_body(body);
        assert_eq!(refusal.error, "invalid_client");
        assert_eq!(refusal.code, Some(7_000_215));
        assert_eq!(
            refusal.message,
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the \
             request is the client secret value."
        );
        assert_eq!(
            refusal.why(),
            "the client secret is wrong: the value is needed, not its id (AADSTS7000215)"
        );
    }

    #[test]
    fn an_unknown_code_is_told_in_entras_words_and_silence_is_told_too() {
        let unknown = SignInRefusal::new("invalid_grant", "AADSTS999: Something\u{1b}[2J new.");
        assert_eq!(unknown.why(), "AADSTS999: Something [2J new.");
        assert!(unknown.next().contains("login.microsoftonline.com/error"));
        assert_eq!(
            SignInRefusal::of_body(b"<html>").why(),
            "it does not say why"
        );
        assert_eq!(
            SignInRefusal::new("server_error", "").why(),
            "it says only: server_error"
        );
    }

    #[test]
    fn every_code_is_in_the_table_once_with_words_for_a_line() {
        let mut seen = BTreeSet::new();
        for known in CODES {
            assert!(seen.insert(known.code), "{}", known.code);
            assert!(!known.why.ends_with('.') && !known.next.ends_with('.'));
        }
        for code in [
            53003, 50076, 50079, 65001, 700_016, 50105, 530_032, 530_033, 7_000_215, 700_027,
        ] {
            assert!(seen.contains(&code), "{code}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_answer_brings_it_down(
            body in proptest::collection::vec(any::<u8>(), 0..300),
            words in ".{0,900}",
        ) {
            let _ = SignInRefusal::of_body(&body).why();
            let refusal = SignInRefusal::new(&words, &words);
            prop_assert!(refusal.message.chars().count() <= LONGEST);
            prop_assert!(!refusal.message.contains(char::is_control));
        }
    }
}
