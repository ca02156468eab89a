//! Addresses in object storage: `az://container/prefix`, `s3://bucket/prefix`.

use std::fmt;

/// The longest address, in bytes; a blob's name has at most 1,024 characters.
const LONGEST: usize = 512;

/// Which service an address is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectService {
    /// Azure Blob Storage, `az://`; the account comes from the surroundings.
    Azure,
    /// Amazon S3 and what speaks like it, `s3://`.
    S3,
}

/// A place in a container (Azure) or bucket (S3). It holds no secret and no account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectUrl {
    service: ObjectService,
    container: String,
    prefix: String,
}

impl ObjectUrl {
    /// The address that `text` is; `None` if it is none. A `/` at its end does not count.
    ///
    /// A container is 3 to 63 lower-case letters, digits, `-` and `.`; the parts of a prefix are
    /// letters, digits and `._-+=@~`, and neither `.` nor `..`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (service, rest) = text
            .strip_prefix("az://")
            .map(|rest| (ObjectService::Azure, rest))
            .or_else(|| Some((ObjectService::S3, text.strip_prefix("s3://")?)))?;
        let (container, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        let good = text.len() <= LONGEST
            && is_container(container)
            && (prefix.is_empty() || prefix.split('/').all(is_part));
        good.then(|| Self {
            service,
            container: container.to_owned(),
            prefix: prefix.to_owned(),
        })
    }

    /// Which service it is of.
    #[must_use]
    pub const fn service(&self) -> ObjectService {
        self.service
    }

    /// The container or bucket.
    #[must_use]
    pub fn container(&self) -> &str {
        &self.container
    }

    /// What its names begin with, without a `/` at either end; empty for the whole container.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name of `file` beneath it, as the container has it.
    #[must_use]
    pub fn name_of(&self, file: &str) -> String {
        if self.prefix.is_empty() {
            file.to_owned()
        } else {
            format!("{}/{file}", self.prefix)
        }
    }

    /// The place `folder` beneath it; itself if that is empty.
    #[must_use]
    pub fn join(&self, folder: &str) -> Self {
        Self {
            service: self.service,
            container: self.container.clone(),
            prefix: if folder.is_empty() {
                self.prefix.clone()
            } else {
                self.name_of(folder)
            },
        }
    }

    /// The place above it; `None` for a whole container.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (above, _) = match self.prefix.rsplit_once('/') {
            Some(split) => split,
            None if self.prefix.is_empty() => return None,
            None => ("", ""),
        };
        Some(Self {
            service: self.service,
            container: self.container.clone(),
            prefix: above.to_owned(),
        })
    }
}

impl fmt::Display for ObjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.service {
            ObjectService::Azure => "az",
            ObjectService::S3 => "s3",
        };
        write!(f, "{scheme}://{}", self.container)?;
        if self.prefix.is_empty() {
            return Ok(());
        }
        write!(f, "/{}", self.prefix)
    }
}

fn is_container(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    let ends = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    (3..=63).contains(&text.len())
        && text.bytes().all(plain)
        && ends(text.as_bytes().first())
        && ends(text.as_bytes().last())
}

fn is_part(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-+=@~".contains(&b);
    !matches!(text, "" | "." | "..") && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_has_a_container_and_perhaps_a_prefix() {
        let url = ObjectUrl::parse("az://books/contoso/ledger/").unwrap();
        assert_eq!(url.service(), ObjectService::Azure);
        assert_eq!(url.container(), "books");
        assert_eq!(url.prefix(), "contoso/ledger");
        assert_eq!(url.name_of("origin"), "contoso/ledger/origin");
        assert_eq!(url.to_string(), "az://books/contoso/ledger");
        let whole = ObjectUrl::parse("s3://my.bucket").unwrap();
        assert_eq!(whole.service(), ObjectService::S3);
        assert_eq!(whole.prefix(), "");
        assert_eq!(whole.name_of("origin"), "origin");
        assert_eq!(whole.to_string(), "s3://my.bucket");
    }

    #[test]
    fn above_a_place_is_its_parent_and_above_a_container_nothing() {
        let url = ObjectUrl::parse("az://books/contoso/ledger").unwrap();
        let book = url.parent().unwrap();
        assert_eq!(book.to_string(), "az://books/contoso");
        assert_eq!(book.join("ledger"), url);
        assert_eq!(book.join(""), book);
        let whole = book.parent().unwrap();
        assert_eq!(whole.to_string(), "az://books");
        assert_eq!(whole.join("contoso"), book);
        assert_eq!(whole.parent(), None);
    }

    #[test]
    fn what_leads_elsewhere_is_no_address() {
        for bad in [
            "az://",
            "az:///x",
            "az://ab",
            "az://Books",
            "az://-books",
            "az://books/../other",
            "az://books//x",
            "az://books/x?sig=1",
            "az://books/x#y",
            "az://books/x%2e",
            "az://books/a b",
            "az://key@books",
            "https://books/x",
            "ledger",
            "AZ://books",
        ] {
            assert_eq!(ObjectUrl::parse(bad), None, "{bad}");
        }
        let long = format!("az://books/{}", "a".repeat(LONGEST));
        assert_eq!(ObjectUrl::parse(&long), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn what_is_read_prints_itself(text in "(az|s3)://[a-zA-Z0-9./_%?-]{0,40}") {
            if let Some(url) = ObjectUrl::parse(&text) {
                prop_assert_eq!(ObjectUrl::parse(&url.to_string()), Some(url));
            }
        }

        #[test]
        fn nothing_makes_the_reader_panic(text in ".{0,80}") {
            let _ = ObjectUrl::parse(&text);
        }
    }
}
