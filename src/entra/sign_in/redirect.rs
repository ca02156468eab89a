//! What a browser brings back to the loopback address (RFC 6749 §4.1.2).

use super::SignInRefusal;
use crate::entra::Target;
use crate::primitives::Secret;

/// What came back. It has no `Debug`: a code can be exchanged for a token.
pub enum Redirect {
    /// The person signed in: the code.
    Code(Secret<String>),
    /// Entra refused, or the person declined.
    Refused(SignInRefusal),
}

/// Why a request on the loopback address is not the answer that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectFault {
    /// Not a GET of `/` (a browser asks for an icon, too).
    NotIt,
    /// The state is missing or another: not the answer to our question.
    OtherState,
    /// Neither a code nor an error.
    Empty,
}

impl Redirect {
    /// Reads the first line of a request (RFC 9112 §3) and holds it to the `state` that was sent.
    ///
    /// # Errors
    /// [`RedirectFault`]
    pub fn read(request_line: &str, state: &str) -> Result<Self, RedirectFault> {
        let mut words = request_line.split(' ');
        let (Some("GET"), Some(target)) = (words.next(), words.next()) else {
            return Err(RedirectFault::NotIt);
        };
        let target = Target::parse(target).ok_or(RedirectFault::NotIt)?;
        if target.path() != "/" {
            return Err(RedirectFault::NotIt);
        }
        if target.query.is_empty() {
            return Err(RedirectFault::Empty);
        }
        if target.option("state") != Some(state) {
            return Err(RedirectFault::OtherState);
        }
        if let Some(error) = target.option("error") {
            let description = target.option("error_description").unwrap_or_default();
            return Ok(Self::Refused(SignInRefusal::new(error, description)));
        }
        match target.option("code") {
            Some(code) if !code.is_empty() => Ok(Self::Code(Secret::new(code.to_owned()))),
            Some(_) | None => Err(RedirectFault::Empty),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(line: &str) -> Option<RedirectFault> {
        Redirect::read(line, "st").err()
    }

    #[test]
    fn a_code_with_our_state_is_taken() {
        let line = "GET /?code=0.AB%2BC&state=st&session_state=x HTTP/1.1";
        let Ok(Redirect::Code(code)) = Redirect::read(line, "st") else {
            panic!("no code");
        };
        assert_eq!(code.expose(), "0.AB+C");
    }

    #[test]
    fn an_error_is_taken_with_its_words_and_only_with_our_state() {
        let line = "GET /?error=access_denied&error_description=AADSTS65004%3a+User+declined&state=st HTTP/1.1";
        let Ok(Redirect::Refused(refusal)) = Redirect::read(line, "st") else {
            panic!("no refusal");
        };
        assert_eq!(refusal.code, Some(65004));
        assert_eq!(refusal.message, "AADSTS65004: User declined");
        let foreign = line.replace("state=st", "state=su");
        assert_eq!(fault(&foreign), Some(RedirectFault::OtherState));
    }

    #[test]
    fn what_is_not_the_answer_is_not_taken() {
        for (line, expected) in [
            ("GET /favicon.ico HTTP/1.1", RedirectFault::NotIt),
            ("POST /?code=a&state=st HTTP/1.1", RedirectFault::NotIt),
            (
                "GET https://x/?code=a&state=st HTTP/1.1",
                RedirectFault::NotIt,
            ),
            ("GET /?code=a HTTP/1.1", RedirectFault::OtherState),
            ("GET /?code=a&state= HTTP/1.1", RedirectFault::OtherState),
            ("GET /?state=st HTTP/1.1", RedirectFault::Empty),
            ("GET /?code=&state=st HTTP/1.1", RedirectFault::Empty),
            ("GET / HTTP/1.1", RedirectFault::Empty),
            ("", RedirectFault::NotIt),
        ] {
            assert_eq!(fault(line), Some(expected), "{line}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_request_brings_it_down_and_none_without_the_state_is_taken(line in ".{0,200}") {
            prop_assert!(Redirect::read(&line, "a state of 256 bits").is_err());
        }
    }
}
