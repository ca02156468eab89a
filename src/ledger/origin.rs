//! The line that names a ledger.

use crate::primitives::TenantId;
use std::fmt;

/// Longest book name, in bytes.
const MAX_NAME_BYTES: usize = 200;

/// A ledger's origin: `glasskey:<tenant id>/<book name>`, in a rehearsal
/// `rehearsal.glasskey.invalid/<tenant id>/<book name>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    rehearsal: bool,
    tenant: TenantId,
    name: String,
}

impl Origin {
    /// The origin of a book; `None` if its name is empty, longer than 200 bytes, has control
    /// characters, or begins or ends with white space.
    #[must_use]
    pub fn new(tenant: TenantId, name: &str, rehearsal: bool) -> Option<Self> {
        let plain = !name.chars().any(char::is_control) && name.trim() == name;
        ((1..=MAX_NAME_BYTES).contains(&name.len()) && plain).then(|| Self {
            rehearsal,
            tenant,
            name: name.to_owned(),
        })
    }

    /// Reads the line, without its end; `None` on any other form.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (rest, rehearsal) = match line.strip_prefix("glasskey:") {
            Some(rest) => (rest, false),
            None => (line.strip_prefix("rehearsal.glasskey.invalid/")?, true),
        };
        let (tenant, name) = rest.split_once('/')?;
        let origin = Self::new(TenantId::parse(tenant)?, name, rehearsal)?;
        (origin.to_string() == line).then_some(origin)
    }

    /// Reads the file `origin`: the line and one newline; `None` on anything else.
    #[must_use]
    pub fn parse_file(bytes: &[u8]) -> Option<Self> {
        Self::parse(std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?)
    }

    /// The file's bytes.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        format!("{self}\n").into_bytes()
    }

    /// Whether it is a rehearsal's.
    #[must_use]
    pub const fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The book's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = if self.rehearsal {
            "rehearsal.glasskey.invalid/"
        } else {
            "glasskey:"
        };
        write!(f, "{start}{}/{}", self.tenant, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Guid;

    const TENANT: &str = "abababab-abab-abab-abab-abababababab";

    #[test]
    fn an_origin_prints_as_it_was_read() {
        for (line, rehearsal) in [
            (format!("glasskey:{TENANT}/contoso-emergency-access"), false),
            (format!("rehearsal.glasskey.invalid/{TENANT}/a book"), true),
        ] {
            let origin = Origin::parse(&line).unwrap();
            assert_eq!(origin.to_string(), line);
            assert_eq!(origin.is_rehearsal(), rehearsal);
            assert_eq!(Origin::parse_file(&origin.file()), Some(origin));
        }
    }

    #[test]
    fn other_lines_are_refused() {
        let upper = TENANT.to_uppercase();
        for line in [
            "",
            "glasskey:",
            &format!("glasskey:{TENANT}"),
            &format!("glasskey:{TENANT}/"),
            &format!("glasskey:{upper}/book"),
            &format!("glasskey:{TENANT}/two\nlines"),
            &format!("glasskey:{TENANT}/ book"),
            &format!("example.com/{TENANT}/book"),
        ] {
            assert_eq!(Origin::parse(line), None, "{line:?}");
        }
        assert_eq!(Origin::new(Guid([0; 16]), &"x".repeat(201), false), None);
        assert_eq!(
            Origin::parse_file(format!("glasskey:{TENANT}/b").as_bytes()),
            None
        );
    }
}
