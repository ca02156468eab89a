//! Exit codes; `docs/exit-codes.md` is this table, equal by test.

/// How a command ended. If several apply, the highest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0
    Done,
    /// 1
    Findings,
    /// 2
    Usage,
    /// 3
    Declined,
    /// 4
    Key,
    /// 5
    Tenant,
    /// 6
    Ledger,
    /// 7
    Output,
    /// 70
    Bug,
}

impl Exit {
    /// Every exit, lowest first.
    pub const ALL: [Self; 9] = [
        Self::Done,
        Self::Findings,
        Self::Usage,
        Self::Declined,
        Self::Key,
        Self::Tenant,
        Self::Ledger,
        Self::Output,
        Self::Bug,
    ];

    /// The process's exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Declined => 3,
            Self::Key => 4,
            Self::Tenant => 5,
            Self::Ledger => 6,
            Self::Output => 7,
            Self::Bug => 70,
        }
    }

    /// What it means.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done; every verdict is `pass`, `warn`, `not_run` or `accepted`",
            Self::Findings => "done; some verdict is `fail` or `unknown`",
            Self::Usage => "the command line or the plan cannot be used as it is",
            Self::Declined => "declined by a person, or nobody at a terminal could be asked",
            Self::Key => "no security key, or it was not opened, or it failed",
            Self::Tenant => "the tenant did not answer, refused, or cannot be used as it is",
            Self::Ledger => {
                "ledger, signature, quorum, unfinished write, unknown schema, a rehearsal record in a real book, or a `fail` of `UP`, `UV`, `PRES-*`, `RP-HASH`, `CRED-MATCH`, `ATT-*`, `MDS-SIG`, `MDS-ROLLBACK`, `LEDGER-HEAD`, `PAGE-*` or a mismatched `TRUST-ROOT`"
            }
            Self::Output => "the result could not be written",
            Self::Bug => "a bug in glasskey",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_exit_codes_is_this_table() {
        let page = include_str!("../../docs/exit-codes.md");
        let rows: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        let expected: Vec<String> = Exit::ALL
            .iter()
            .map(|exit| format!("| `{}` | {} |", exit.code(), exit.meaning()))
            .collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn codes_rise_with_gravity() {
        let codes: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        assert!(codes.is_sorted());
    }
}
