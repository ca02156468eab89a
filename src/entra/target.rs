//! Paths and queries of Graph: percent-encoding (RFC 3986 §2.1), and the cutting of next links.

use super::Version;
use data_encoding::HEXUPPER;

/// Longest target that is followed, in bytes.
const LONGEST: usize = 16_384;

/// A decoded path and query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The path's segments, each decoded.
    pub segments: Vec<String>,
    /// Query options in the order sent, names and values decoded.
    pub query: Vec<(String, String)>,
}

impl Target {
    /// Decodes `/path?query`; `None` if it does not begin with `/` or an escape is malformed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let segments = path
            .strip_prefix('/')?
            .split('/')
            .map(|segment| decode(segment, false))
            .collect::<Option<_>>()?;
        let query = query
            .split('&')
            .filter(|option| !option.is_empty())
            .map(|option| {
                let (name, value) = option.split_once('=').unwrap_or((option, ""));
                Some((decode(name, true)?, decode(value, true)?))
            })
            .collect::<Option<_>>()?;
        Some(Self { segments, query })
    }

    /// The first value of a query option; `None` if it was not sent.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(option, _)| option == name)
            .map(|(_, value)| value.as_str())
    }

    /// The path as decoded text, beginning with `/`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}", self.segments.join("/"))
    }
}

/// Percent-encodes one path segment: everything but letters, digits and `-._~`.
#[must_use]
pub fn encode_segment(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&HEXUPPER.encode(&[byte]));
        }
    }
    out
}

/// Cuts a next link to path and query after the version; `None` unless it is `https`, on exactly
/// `host`, in `version`, plain ASCII and of bearable length.
#[must_use]
pub(super) fn cut_next_link(link: &str, host: &str, version: Version) -> Option<String> {
    let rest = link.strip_prefix("https://")?;
    let (authority, path) = rest.split_at_checked(rest.find('/')?)?;
    let target = path.strip_prefix(version.path())?;
    let here = authority.eq_ignore_ascii_case(host)
        || authority.eq_ignore_ascii_case(&format!("{host}:443"));
    let plain = target.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    (here && plain && target.starts_with('/') && link.len() <= LONGEST).then(|| target.to_owned())
}

impl Version {
    /// `/v1.0`, `/beta`, or nothing for Azure Resource Manager.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::V1 => "/v1.0",
            Self::Beta => "/beta",
            Self::Arm => "",
        }
    }
}

fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                let hex = std::str::from_utf8(&digits).ok()?;
                u8::from_str_radix(hex, 16).ok()?
            }
            b'+' if plus_is_space => b' ',
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_target_is_decoded_after_it_is_split() {
        let target = Target::parse("/users/a%2Fb%23/x?%24filter=id+eq%20%27a%26b%27&$top=9");
        assert_eq!(
            target,
            Some(Target {
                segments: vec!["users".into(), "a/b#".into(), "x".into()],
                query: vec![
                    ("$filter".into(), "id eq 'a&b'".into()),
                    ("$top".into(), "9".into())
                ],
            })
        );
        assert_eq!(Target::parse("users"), None);
        assert_eq!(Target::parse("/a%2"), None);
    }

    #[test]
    fn a_next_link_is_followed_on_the_same_host_and_version_alone() {
        let cut = |link: &str| cut_next_link(link, "graph.microsoft.com", Version::V1);
        assert_eq!(
            cut("https://graph.microsoft.com/v1.0/users?$skiptoken=a%2B"),
            Some("/users?$skiptoken=a%2B".into())
        );
        for link in [
            "http://graph.microsoft.com/v1.0/users",
            "https://graph.microsoft.com.evil.example/v1.0/users",
            "https://graph.microsoft.com@evil.example/v1.0/users",
            "https://evil.example/https://graph.microsoft.com/v1.0/users",
            "https://graph.microsoft.com/beta/users",
            "https://graph.microsoft.com/v1.0users",
            "https://graph.microsoft.com:8443/v1.0/users",
            "https://graph.microsoft.com/v1.0/users\r\nx: y",
            "",
        ] {
            assert_eq!(cut(link), None, "{link}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn an_encoded_segment_decodes_to_itself(text in any::<String>()) {
            let target = Target::parse(&format!("/{}", encode_segment(&text))).unwrap();
            prop_assert_eq!(target.segments, [text]);
        }

        #[test]
        fn no_text_panics_the_decoder(text in any::<String>()) {
            let _ = Target::parse(&text);
            let _ = cut_next_link(&text, "graph.microsoft.com", Version::Beta);
        }
    }
}
