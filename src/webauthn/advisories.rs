//! What vendors have published against models of theirs: a table, `advisories/advisories.tsv`.

use super::Aaguid;
use super::attestation::FirmwareVersion;
use crate::primitives::UtcTime;

const TABLE: &str = include_str!("advisories/advisories.tsv");

/// A vendor's advisory about one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advisory {
    /// The vendor's id of it.
    pub id: &'static str,
    /// The start of the day on which it was published.
    pub published: UtcTime,
    /// The first firmware that is concerned; zero where the vendor names none.
    pub first: FirmwareVersion,
    /// The first firmware after it that is not.
    pub fixed: FirmwareVersion,
    /// The model.
    pub aaguid: Aaguid,
    /// Where the vendor tells more.
    pub source: &'static str,
}

/// Every advisory about `model` in the table, in its order; empty if there is none.
pub fn advisories(model: Aaguid) -> impl Iterator<Item = Advisory> {
    TABLE
        .lines()
        .filter_map(read)
        .filter(move |advisory| advisory.aaguid == model)
}

/// A line of the table; `None` if it is a comment.
fn read(line: &'static str) -> Option<Advisory> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [id, published, first, fixed, aaguid, _, source] = cells.as_slice() else {
        return None;
    };
    Some(Advisory {
        id,
        published: UtcTime::parse(&format!("{published}T00:00:00Z"))?,
        first: FirmwareVersion::parse(first)?,
        fixed: FirmwareVersion::parse(fixed)?,
        aaguid: Aaguid::parse(aaguid)?,
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_an_advisory_or_a_comment() {
        let lines = TABLE.lines().filter(|line| !line.starts_with("# "));
        assert_eq!(lines.clone().count(), 60);
        for line in lines {
            let advisory = read(line).unwrap();
            assert!(advisory.source.starts_with("https://"), "{line}");
        }
    }

    #[test]
    fn a_model_has_the_advisories_that_name_it() {
        let model = Aaguid::parse("d8522d9f-575b-4866-88a9-ba99fa02f35b").unwrap();
        let found: Vec<Advisory> = advisories(model).collect();
        let ids: Vec<&str> = found.iter().map(|one| one.id).collect();
        assert_eq!(ids, ["YSA-2024-02", "YSA-2024-03", "YSA-2025-02"]);
        assert_eq!(found[1].fixed.to_string(), "5.7.2");
        assert_eq!(found[1].published.to_string(), "2024-09-03T00:00:00Z");
        assert_eq!(found[2].first.to_string(), "5.4.1");
        assert_eq!(found[2].fixed.to_string(), "5.7.4");
        assert_eq!(advisories(Aaguid::ZERO).count(), 0);
    }
}
