//! Authentication strengths (Graph `authenticationStrengthPolicy`): what may be presented, and a
//! second list of AAGUIDs that can keep a registered key out.

use super::Ask;
use super::shown::shown;
use super::target::encode_segment;
use crate::webauthn::Aaguid;
use serde_json::Value;

/// `policyType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrengthKind {
    /// Microsoft's own: it never lists AAGUIDs.
    BuiltIn,
    /// The tenant's.
    Custom,
    /// A word we do not know; empty if not told.
    Other(String),
}

/// A `fido2CombinationConfiguration`: only keys of these models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedModels {
    /// `allowedAAGUIDs`
    pub aaguids: Vec<Aaguid>,
    /// Entries that cannot be read.
    pub unreadable: usize,
}

/// What a strength says of models of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Models {
    /// It was not told.
    NotTold,
    /// Every list that is set; a key must be on each. None means every model.
    Lists(Vec<AllowedModels>),
    /// Something is set that cannot be read.
    Unreadable,
}

/// A strength.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Its id, in lower case.
    pub id: String,
    /// Its name; empty if not told.
    pub name: String,
    /// Whose it is.
    pub kind: StrengthKind,
    /// `allowedCombinations`, each in lower case; `None` if not told.
    pub combinations: Option<Vec<String>>,
    /// Models of keys it takes.
    pub models: Models,
}

/// Whether a strength takes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFit {
    /// It does.
    Taken,
    /// It takes no security keys.
    NoKeys,
    /// It takes other models alone.
    OtherKeys,
    /// It cannot be told.
    Unknown,
}

/// Whether all that a strength takes is phishing-resistant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resistance {
    /// All of it.
    Yes,
    /// Something of it is not.
    No,
    /// It cannot be told.
    Unknown,
}

const KEY: &str = "fido2";
const RESISTANT: [&str; 3] = [KEY, "windowshelloforbusiness", "x509certificatemultifactor"];
const OTHERS: [&str; 14] = [
    "password",
    "voice",
    "hardwareoath",
    "softwareoath",
    "sms",
    "microsoftauthenticatorpush",
    "devicebasedpush",
    "temporaryaccesspassonetime",
    "temporaryaccesspassmultiuse",
    "email",
    "x509certificatesinglefactor",
    "federatedsinglefactor",
    "federatedmultifactor",
    "qrcodepin",
];

impl Strength {
    /// Reads a strength; `None` if it has no id.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let id = text("id").filter(|id| !id.is_empty())?;
        Some(Self {
            id: id.to_ascii_lowercase(),
            name: shown(text("displayName").unwrap_or_default()),
            kind: match text("policyType").unwrap_or_default() {
                word if word.eq_ignore_ascii_case("builtIn") => StrengthKind::BuiltIn,
                word if word.eq_ignore_ascii_case("custom") => StrengthKind::Custom,
                word => StrengthKind::Other(shown(word)),
            },
            combinations: value
                .get("allowedCombinations")
                .and_then(Value::as_array)
                .and_then(|list| {
                    let lower = |item: &Value| item.as_str().map(plain);
                    list.iter().map(lower).collect()
                }),
            models: match value.get("combinationConfigurations") {
                None | Some(Value::Null) => Models::NotTold,
                Some(list) => models(list),
            },
        })
    }

    /// Reads an array of strengths; `None` if one has no id.
    #[must_use]
    pub fn read_all(value: Value) -> Option<Vec<Self>> {
        let Value::Array(items) = value else {
            return None;
        };
        items.iter().map(Self::read).collect()
    }

    /// Its name, else its id, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.name.is_empty() {
            self.id.clone()
        } else {
            self.name.clone()
        }
    }

    /// Whether it takes a key of model `aaguid`.
    #[must_use]
    pub fn takes_key(&self, aaguid: &Aaguid) -> KeyFit {
        match &self.combinations {
            Some(list) if list.iter().any(|one| one == KEY) => {}
            Some(list) if list.iter().all(|one| is_known(one)) => return KeyFit::NoKeys,
            Some(_) | None => return KeyFit::Unknown,
        }
        let lists = match (&self.models, &self.kind) {
            (Models::Lists(lists), _) => lists,
            (Models::NotTold, StrengthKind::BuiltIn) => return KeyFit::Taken,
            (Models::NotTold | Models::Unreadable, _) => return KeyFit::Unknown,
        };
        let lacks = |list: &&AllowedModels| !list.aaguids.contains(aaguid);
        let mut lacking = lists.iter().filter(lacks).peekable();
        if lacking.peek().is_none() {
            KeyFit::Taken
        } else if lacking.any(|list| list.unreadable == 0) {
            KeyFit::OtherKeys
        } else {
            KeyFit::Unknown
        }
    }

    /// Whether it takes a Temporary Access Pass; `None` if it cannot be told.
    #[must_use]
    pub fn takes_pass(&self) -> Option<bool> {
        let list = self.combinations.as_ref()?;
        if list
            .iter()
            .any(|one| one.starts_with("temporaryaccesspass"))
        {
            return Some(true);
        }
        list.iter().all(|one| is_known(one)).then_some(false)
    }

    /// Whether all that it takes is phishing-resistant.
    #[must_use]
    pub fn resistance(&self) -> Resistance {
        let Some(list) = &self.combinations else {
            return Resistance::Unknown;
        };
        let resistant = |one: &String| one.split(',').any(|word| RESISTANT.contains(&word));
        if list.iter().all(resistant) {
            Resistance::Yes
        } else if list.iter().any(|one| !resistant(one) && is_known(one)) {
            Resistance::No
        } else {
            Resistance::Unknown
        }
    }
}

const NEEDS: &str = "Policy.Read.AuthenticationMethod";

/// Reads every authentication strength, with its lists of models.
#[must_use]
pub fn ask_strengths() -> Ask<Vec<Strength>> {
    ask("/policies/authenticationStrengthPolicies?$expand=combinationConfigurations")
}

/// Reads every authentication strength, for where Graph does not expand the lists of models.
#[must_use]
pub fn ask_strengths_alone() -> Ask<Vec<Strength>> {
    ask("/policies/authenticationStrengthPolicies")
}

fn ask(target: &str) -> Ask<Vec<Strength>> {
    let what = "the authentication strengths";
    Ask::list(target.to_owned(), NEEDS, what, Strength::read_all)
}

/// Reads the lists of models of one strength.
#[must_use]
pub fn ask_strength_models(id: &str) -> Ask<Models> {
    let id = encode_segment(id);
    Ask::list(
        format!("/policies/authenticationStrengthPolicies/{id}/combinationConfigurations"),
        NEEDS,
        "the models that an authentication strength takes",
        |list| Some(models(&list)),
    )
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(400)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Whether every method of a combination is one we know.
fn is_known(combination: &str) -> bool {
    combination
        .split(',')
        .all(|word| RESISTANT.contains(&word) || OTHERS.contains(&word))
}

fn models(list: &Value) -> Models {
    let Some(items) = list.as_array() else {
        return Models::Unreadable;
    };
    let mut lists = Vec::new();
    for item in items {
        let applies = item.get("appliesToCombinations").and_then(Value::as_array);
        let to_keys = applies.is_none_or(|applies| {
            let is_key = |one: &Value| one.as_str().is_none_or(|one| plain(one) == KEY);
            applies.iter().any(is_key)
        });
        if !to_keys {
            continue;
        }
        let Some(texts) = item.get("allowedAAGUIDs").and_then(Value::as_array) else {
            return Models::Unreadable;
        };
        let aaguids: Vec<Aaguid> = texts
            .iter()
            .filter_map(|text| Aaguid::parse(text.as_str()?))
            .collect();
        if texts.is_empty() {
            return Models::Unreadable;
        }
        lists.push(AllowedModels {
            unreadable: texts.len() - aaguids.len(),
            aaguids,
        });
    }
    Models::Lists(lists)
}

#[cfg(test)]
mod tests;
