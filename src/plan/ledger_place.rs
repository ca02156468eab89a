//! Where a plan says the ledger is, whatever is wrong with the rest of it.

use super::MAX_PLAN_BYTES;
use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

/// What `[book] ledger` says, `ledger` where it says nothing; `None` if `text` is too long or no
/// TOML, `book` is no table, or `ledger` no text.
///
/// No other fault of the plan counts: nobody may edit it to keep a book from being judged.
#[must_use]
pub fn ledger_place(text: &str) -> Option<String> {
    if text.len() > MAX_PLAN_BYTES {
        return None;
    }
    let plan = DeTable::parse(text).ok()?;
    let named = match plan.get_ref().get("book").map(Spanned::get_ref) {
        Some(DeValue::Table(book)) => book.get("ledger"),
        Some(_) => return None,
        None => None,
    };
    match named {
        Some(place) => place.get_ref().as_str().map(str::to_owned),
        None => Some("ledger".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_read_past_everything_else_that_is_wrong_with_a_plan() {
        for (text, place) in [
            ("", Some("ledger")),
            ("[book]\nname = \"x\"\n", Some("ledger")),
            ("[book]\nledger = \"kept/here\"\n", Some("kept/here")),
            (
                "[book]\nledger = \"a\"\nname = 5\nx = 1\n[tenant]\nid = 7\n[y]\n",
                Some("a"),
            ),
            ("n = 99999999999999999999\nbook.ledger = 'a'", Some("a")),
            ("[book]\nledger = \"a\"\nledger = \"b\"\n", None),
            ("[book]\nledger = 5\n", None),
            ("[book]\nledger = [\"a\"]\n", None),
            ("book = [\"a\"]\n", None),
            ("book = 5\n", None),
            ("[[book]]\nledger = \"a\"\n", None),
            ("book = ", None),
        ] {
            assert_eq!(ledger_place(text).as_deref(), place, "{text}");
        }
        assert_eq!(ledger_place(&"#".repeat(MAX_PLAN_BYTES + 1)), None);
    }
}
