//! Whether a query in Kusto's language looks for an account. Not a parser: what it cannot follow it
//! does not take for a yes.

/// How a query names an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// It looks for it.
    Yes,
    /// It names it, but beside a negation: perhaps to leave it out.
    Perhaps,
    /// It does not name it, but asks a list that lies elsewhere.
    List,
    /// It does not name it.
    No,
}

/// Words that may turn a condition into its opposite.
const NEGATIONS: [&str; 8] = [
    "!=",
    "!in",
    "!has",
    "!contains",
    "!startswith",
    "!~",
    "!between",
    "not(",
];

/// Functions that fetch a list from elsewhere.
const LISTS: [&str; 3] = ["_getwatchlist", "externaldata", "external_table"];

/// How `query` names an account by any of `names`: its object id and user principal name.
pub(super) fn naming(query: &str, names: &[String]) -> Naming {
    let query = without_comments(query).to_ascii_lowercase();
    let names: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let mut perhaps = false;
    for stage in query.split(['|', ';']) {
        if !names.iter().any(|name| names_whole(stage, name)) {
            continue;
        }
        let plain: String = stage.chars().filter(|c| !c.is_whitespace()).collect();
        if NEGATIONS.iter().any(|word| plain.contains(word)) {
            perhaps = true;
        } else {
            return Naming::Yes;
        }
    }
    if perhaps {
        Naming::Perhaps
    } else if LISTS.iter().any(|word| query.contains(word)) {
        Naming::List
    } else {
        Naming::No
    }
}

/// Whether a text has the name as a whole: not within a longer one.
fn names_whole(text: &str, name: &str) -> bool {
    let within = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).and_then(|head| head.chars().next_back());
            let after = text
                .get(at + name.len()..)
                .and_then(|tail| tail.chars().next());
            !before.is_some_and(within) && !after.is_some_and(within)
        })
}

/// The query without what stands behind `//` outside of quotes.
fn without_comments(query: &str) -> String {
    query
        .lines()
        .map(|line| {
            let mut quote: Option<char> = None;
            let mut slash = false;
            for (at, c) in line.char_indices() {
                match (quote, c) {
                    (Some(open), c) if c == open => quote = None,
                    (None, '"' | '\'') => quote = Some(c),
                    (None, '/') if slash => return line.get(..at - 1).unwrap_or_default(),
                    (_, _) => {}
                }
                slash = quote.is_none() && c == '/';
            }
            line
        })
        .collect::<Vec<&str>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "99a1915f-70a7-4b67-9dca-64095b41be73";

    fn of(query: &str) -> Naming {
        naming(query, &[ID.into(), "bg1@contoso.onmicrosoft.com".into()])
    }

    #[test]
    fn microsofts_own_sample_looks_for_the_account() {
        let sample = "// Search for a single Object ID (UserID)\nSigninLogs\n| project UserId\n\
             | where UserId == \"99a1915f-70a7-4b67-9dca-64095b41be73\" or UserId == \"x\"";
        assert_eq!(of(sample), Naming::Yes);
        assert_eq!(of(&sample.to_uppercase()), Naming::Yes);
        assert_eq!(
            of("SigninLogs | where UserPrincipalName =~ 'bg1@contoso.onmicrosoft.com'"),
            Naming::Yes
        );
        assert_eq!(
            of(&format!(
                "let ids = dynamic(['{ID}']); SigninLogs | where UserId in (ids)"
            )),
            Naming::Yes
        );
    }

    #[test]
    fn a_comment_names_nobody_and_an_address_is_no_comment() {
        assert_eq!(of(&format!("SigninLogs // {ID}")), Naming::No);
        assert_eq!(
            of(&format!(
                "SigninLogs | where x == 'https://a' and UserId == '{ID}'"
            )),
            Naming::Yes
        );
    }

    #[test]
    fn a_rule_that_leaves_the_account_out_does_not_watch_it() {
        for query in [
            "SigninLogs | where UserId != '{}'",
            "SigninLogs | where UserId !in ('{}')",
            "SigninLogs | where not (UserId == '{}')",
        ] {
            assert_eq!(of(&query.replace("{}", ID)), Naming::Perhaps, "{query}");
        }
    }

    #[test]
    fn a_longer_name_is_another_one() {
        let longer = "SigninLogs | where UserPrincipalName == 'xbg1@contoso.onmicrosoft.com'";
        assert_eq!(of(longer), Naming::No);
        assert_eq!(
            of(&format!("SigninLogs | where UserId == '{ID}0'")),
            Naming::No
        );
    }

    #[test]
    fn a_watchlist_cannot_be_read_here() {
        let query = "SigninLogs | where UserId in (_GetWatchlist('BreakGlass'))";
        assert_eq!(of(query), Naming::List);
        assert_eq!(of("SigninLogs"), Naming::No);
    }

    proptest! {
        #[test]
        fn no_text_panics_it(query in "(?s).{0,300}", name in ".{0,20}") {
            let _ = naming(&query, &[name]);
        }
    }
}
