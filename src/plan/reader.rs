//! A TOML table that is asked for its keys by name; what was never asked for is unknown.

use super::fault::What;
use super::found::Found;
use super::nearest::nearest;
use crate::primitives::Guid;
use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

/// A table being read.
pub(super) struct Reader<'a, 't> {
    path: String,
    table: &'a DeTable<'t>,
    asked: Vec<&'static str>,
}

impl<'a, 't> Reader<'a, 't> {
    /// Reads `table`, which stands at `path`; empty for the whole plan.
    pub(super) fn new(path: String, table: &'a DeTable<'t>) -> Self {
        Self {
            path,
            table,
            asked: Vec::new(),
        }
    }

    /// The path of a key in this table.
    pub(super) fn path(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// The value of `key`, with its line noted.
    fn value(&mut self, found: &mut Found, key: &'static str) -> Option<&'a DeValue<'t>> {
        self.asked.push(key);
        let (name, value) = self.table.get_key_value(key)?;
        found.place(&self.path(key), name.span().start);
        Some(value.get_ref())
    }

    /// Reports that `key` holds a value of another type.
    fn mistyped(&self, found: &mut Found, key: &str, wanted: &'static str, value: &DeValue<'_>) {
        mistyped(found, &self.path(key), wanted, value);
    }

    /// A string; `None` if absent or faulty.
    pub(super) fn text(&mut self, found: &mut Found, key: &'static str) -> Option<String> {
        let value = self.value(found, key)?;
        let text = value.as_str();
        if text.is_none() {
            self.mistyped(found, key, "string", value);
        }
        text.map(str::to_owned)
    }

    /// A string that must be there; empty if it is faulty.
    pub(super) fn required(&mut self, found: &mut Found, key: &'static str) -> String {
        self.demand(found, key);
        self.text(found, key).unwrap_or_default()
    }

    /// Reports `key` if it is absent.
    pub(super) fn demand(&self, found: &mut Found, key: &str) {
        if !self.table.contains_key(key) {
            found.fault_of(&self.path(key), What::Missing);
        }
    }

    /// A GUID; `None` if absent or faulty.
    pub(super) fn guid(&mut self, found: &mut Found, key: &'static str) -> Option<Guid> {
        let text = self.text(found, key)?;
        let guid = Guid::parse(&text);
        if guid.is_none() {
            found.fault_of(&self.path(key), What::NotAGuid);
        }
        guid
    }

    /// One of `words`, as the value beside it; `None` if absent or faulty.
    pub(super) fn word<T: Copy>(
        &mut self,
        found: &mut Found,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let text = self.text(found, key)?;
        choose(found, &self.path(key), &text, words)
    }

    /// A list of some of `words`, as the values beside them; faulty ones are left out.
    pub(super) fn words<T: Copy>(
        &mut self,
        found: &mut Found,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Vec<T> {
        let path = self.path(key);
        self.texts(found, key)
            .unwrap_or_default()
            .iter()
            .enumerate()
            .filter_map(|(index, text)| choose(found, &entry(&path, index), text, words))
            .collect()
    }

    /// A list of strings; `None` if absent; faulty ones are empty.
    pub(super) fn texts(&mut self, found: &mut Found, key: &'static str) -> Option<Vec<String>> {
        let value = self.value(found, key)?;
        let Some(list) = value.as_array() else {
            self.mistyped(found, key, "array", value);
            return None;
        };
        let path = self.path(key);
        let mut texts = Vec::new();
        for (index, item) in list.iter().enumerate() {
            let path = entry(&path, index);
            found.place(&path, item.span().start);
            let text = item.get_ref().as_str();
            if text.is_none() {
                mistyped(found, &path, "string", item.get_ref());
            }
            texts.push(text.unwrap_or_default().to_owned());
        }
        Some(texts)
    }

    /// A whole number from `least` to `most`; `None` if absent or faulty.
    pub(super) fn number(
        &mut self,
        found: &mut Found,
        key: &'static str,
        least: u32,
        most: u32,
    ) -> Option<u32> {
        let value = self.value(found, key)?;
        let Some(integer) = value.as_integer() else {
            self.mistyped(found, key, "integer", value);
            return None;
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .filter(|number| (least..=most).contains(number));
        if number.is_none() {
            found.fault_of(&self.path(key), What::OutOfRange { least, most });
        }
        number
    }

    /// `true` or `false`; `None` if absent or faulty.
    pub(super) fn flag(&mut self, found: &mut Found, key: &'static str) -> Option<bool> {
        let value = self.value(found, key)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.mistyped(found, key, "boolean", value);
        }
        flag
    }

    /// A table; `None` if absent or faulty.
    pub(super) fn table(&mut self, found: &mut Found, key: &'static str) -> Option<Reader<'a, 't>> {
        let value = self.value(found, key)?;
        let table = value.as_table();
        if table.is_none() {
            self.mistyped(found, key, "table", value);
        }
        Some(Reader::new(self.path(key), table?))
    }

    /// A table of names that are not ours to know, each with a string.
    pub(super) fn pairs(
        &mut self,
        found: &mut Found,
        key: &'static str,
    ) -> Option<Vec<(String, String)>> {
        let table = self.table(found, key)?;
        let mut pairs = Vec::new();
        for (name, value) in table.table {
            let path = table.path(name.get_ref());
            found.place(&path, name.span().start);
            match value.get_ref().as_str() {
                Some(text) => pairs.push((name.get_ref().to_string(), text.to_owned())),
                None => table.mistyped(found, name.get_ref(), "string", value.get_ref()),
            }
        }
        Some(pairs)
    }

    /// An array of tables (`[[key]]`); empty if absent; faulty ones are left out.
    pub(super) fn tables(&mut self, found: &mut Found, key: &'static str) -> Vec<Reader<'a, 't>> {
        let Some(value) = self.value(found, key) else {
            return Vec::new();
        };
        let Some(list) = value.as_array() else {
            self.mistyped(found, key, "array of tables", value);
            return Vec::new();
        };
        let path = self.path(key);
        let mut tables = Vec::new();
        for (index, item) in list.iter().enumerate() {
            let path = entry(&path, index);
            found.place(&path, item.span().start);
            if let Some(table) = item.get_ref().as_table() {
                tables.push(Reader::new(path, table));
            } else {
                mistyped(found, &path, "table", item.get_ref());
            }
        }
        tables
    }

    /// Reports every key that was not asked for.
    pub(super) fn finish(self, found: &mut Found) {
        for name in self.table.keys() {
            if !self.asked.contains(&name.get_ref().as_ref()) {
                self.unknown(found, name);
            }
        }
    }

    /// Reports a key that no plan has.
    fn unknown(&self, found: &mut Found, name: &Spanned<std::borrow::Cow<'_, str>>) {
        let line = found.line(name.span().start);
        let shown: String = name.get_ref().chars().take(60).collect();
        let what = What::UnknownKey {
            nearest: nearest(&shown, &self.asked),
            known: self.asked.clone(),
        };
        found.fault(Some(line), &self.path(&shown), what);
    }
}

/// The path of an entry of a list; entries count from 1.
pub(super) fn entry(path: &str, index: usize) -> String {
    format!("{path}[{}]", index.saturating_add(1))
}

/// Reports that a value of another type stands at `path`.
fn mistyped(found: &mut Found, path: &str, wanted: &'static str, value: &DeValue<'_>) {
    let what = What::WrongType {
        wanted,
        found: value.type_str(),
    };
    found.fault_of(path, what);
}

/// The value beside the word that `text` is; a fault if it is none of them.
fn choose<T: Copy>(
    found: &mut Found,
    path: &str,
    text: &str,
    words: &[(&'static str, T)],
) -> Option<T> {
    let value = words
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, value)| *value);
    if value.is_none() {
        let known: Vec<&'static str> = words.iter().map(|(word, _)| *word).collect();
        let what = What::NotOneOf {
            found: text.chars().take(60).collect(),
            nearest: nearest(text, &known),
            known,
        };
        found.fault_of(path, what);
    }
    value
}
