//! Names of models, from a dated list (`models.tsv`).

use super::Aaguid;

const LIST: &str = include_str!("models.tsv");

/// A model as Microsoft's list of eligible keys describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    /// What people call it.
    pub name: &'static str,
    /// Its transports, and `bio` where it has a fingerprint sensor: `usb,nfc`.
    pub transports: &'static str,
}

/// The model with this AAGUID; `None` if the list does not have it.
#[must_use]
pub fn model(aaguid: &Aaguid) -> Option<Model> {
    let wanted = aaguid.to_string();
    LIST.lines()
        .filter_map(|line| line.split_once('\t'))
        .find(|(aaguid, _)| *aaguid == wanted)
        .and_then(|(_, rest)| rest.split_once('\t'))
        .map(|(name, transports)| Model { name, transports })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_model_has_its_name() {
        let aaguid = Aaguid::parse("fa2b99dc-9e39-4257-8f92-4a30d23c4118").unwrap();
        let model = model(&aaguid).unwrap();
        assert!(model.name.starts_with("YubiKey 5"), "{model:?}");
        assert_eq!(super::model(&Aaguid::ZERO), None);
    }

    #[test]
    fn the_list_is_sorted_and_whole() {
        let rows: Vec<&str> = LIST.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(rows.len() > 200 && rows.is_sorted());
        for row in rows {
            let parts: Vec<&str> = row.split('\t').collect();
            assert_eq!(parts.len(), 3, "{row}");
            assert!(Aaguid::parse(parts[0]).is_some(), "{row}");
        }
    }
}
