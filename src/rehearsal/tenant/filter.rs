//! `$filter` (OData 4.01 part 2, §5.1.1), as much of it as Graph takes on the paths that are served.

use crate::primitives::UtcTime;
use serde_json::Value;
use std::cmp::Ordering;

/// Deepest nesting that is read.
const DEEPEST: usize = 40;

#[derive(Clone, Debug, PartialEq)]
enum Expression {
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
    Compare(String, Operator, Literal),
    StartsWith(String, String),
    Any(String, String, Box<Expression>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    AtLeast,
    Above,
    AtMost,
    Below,
}

#[derive(Clone, Debug, PartialEq)]
enum Literal {
    Text(String),
    Time(UtcTime),
    Value(Value),
}

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filter(Expression);

impl Filter {
    /// Reads a filter over these properties; `None` if it is malformed or names another one.
    pub(super) fn parse(text: &str, properties: &[&str]) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut parser = Parser {
            tokens: &tokens,
            properties,
            variable: None,
        };
        let expression = parser.or(0)?;
        parser.tokens.is_empty().then_some(Self(expression))
    }

    /// Whether an object is meant.
    pub(super) fn means(&self, object: &Value) -> bool {
        holds(&self.0, object)
    }
}

fn holds(expression: &Expression, object: &Value) -> bool {
    match expression {
        Expression::And(left, right) => holds(left, object) && holds(right, object),
        Expression::Or(left, right) => holds(left, object) || holds(right, object),
        Expression::Not(inner) => !holds(inner, object),
        Expression::StartsWith(path, prefix) => at(object, path)
            .and_then(Value::as_str)
            .is_some_and(|text| text.to_lowercase().starts_with(&prefix.to_lowercase())),
        Expression::Any(path, _, inner) => at(object, path)
            .and_then(Value::as_array)
            .is_some_and(|items| items.iter().any(|item| holds(inner, item))),
        Expression::Compare(path, operator, literal) => {
            let value = at(object, path).unwrap_or(&Value::Null);
            compare(value, *operator, literal)
        }
    }
}

fn compare(value: &Value, operator: Operator, literal: &Literal) -> bool {
    let order = match literal {
        Literal::Text(text) => value
            .as_str()
            .map(|value| value.to_lowercase().cmp(&text.to_lowercase())),
        Literal::Time(time) => value
            .as_str()
            .and_then(UtcTime::parse_rfc3339)
            .map(|value| value.cmp(time)),
        Literal::Value(literal) => (value == literal).then_some(Ordering::Equal),
    };
    match operator {
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::NotEqual => order != Some(Ordering::Equal),
        Operator::AtLeast => order.is_some_and(Ordering::is_ge),
        Operator::Above => order == Some(Ordering::Greater),
        Operator::AtMost => order.is_some_and(Ordering::is_le),
        Operator::Below => order == Some(Ordering::Less),
    }
}

/// The value at a path of properties; an empty path is the object itself.
fn at<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/')
        .filter(|name| !name.is_empty())
        .try_fold(object, |object, name| object.get(name))
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
    Colon,
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..)?;
        let simple = match first {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            ',' => Some(Token::Comma),
            ' ' => {
                rest = after;
                continue;
            }
            _ => None,
        };
        if let Some(token) = simple {
            out.push(token);
            rest = after;
        } else if first == '\'' {
            let (text, tail) = quoted(after)?;
            out.push(Token::Text(text));
            rest = tail;
        } else {
            let end = rest.find(|c| " (),'".contains(c)).unwrap_or(rest.len());
            let (word, tail) = rest.split_at_checked(end)?;
            // `t:` begins a lambda; a time has colons too, but does not end with one.
            if let Some((variable, body)) = word.split_once(':')
                && !word.starts_with(|c: char| c.is_ascii_digit())
            {
                out.push(Token::Word(variable.to_owned()));
                out.push(Token::Colon);
                if !body.is_empty() {
                    out.push(Token::Word(body.to_owned()));
                }
            } else {
                out.push(Token::Word(word.to_owned()));
            }
            rest = tail;
        }
    }
    Some(out)
}

/// A quoted text, its quotes doubled inside, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let (part, tail) = rest.split_once('\'')?;
        out.push_str(part);
        match tail.strip_prefix('\'') {
            Some(more) => {
                out.push('\'');
                rest = more;
            }
            None => return Some((out, tail)),
        }
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    properties: &'a [&'a str],
    /// The collection that is looked into, and the name of its items.
    variable: Option<(String, String)>,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<&Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn take(&mut self, wanted: &Token) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    fn word(&mut self) -> Option<String> {
        match self.next()? {
            Token::Word(word) => Some(word.clone()),
            Token::Text(_) | Token::Open | Token::Close | Token::Comma | Token::Colon => None,
        }
    }

    fn is_word(&self, wanted: &str) -> bool {
        matches!(self.tokens.first(), Some(Token::Word(word)) if word == wanted)
    }

    fn or(&mut self, depth: usize) -> Option<Expression> {
        let mut left = self.and(depth)?;
        while self.is_word("or") {
            self.next();
            let right = self.and(depth)?;
            left = Expression::Or(Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn and(&mut self, depth: usize) -> Option<Expression> {
        let mut left = self.one(depth)?;
        while self.is_word("and") {
            self.next();
            let right = self.one(depth)?;
            left = Expression::And(Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn one(&mut self, depth: usize) -> Option<Expression> {
        if depth > DEEPEST {
            return None;
        }
        if self.is_word("not") {
            self.next();
            return Some(Expression::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.tokens.first() == Some(&Token::Open) {
            self.next();
            let inner = self.or(depth + 1)?;
            self.take(&Token::Close)?;
            return Some(inner);
        }
        let name = self.word()?;
        if name == "startswith" {
            self.take(&Token::Open)?;
            let property = self.word()?;
            let path = self.path(&property)?;
            self.take(&Token::Comma)?;
            let Some(Token::Text(prefix)) = self.next().cloned() else {
                return None;
            };
            self.take(&Token::Close)?;
            return Some(Expression::StartsWith(path, prefix));
        }
        if let Some(collection) = name.strip_suffix("/any") {
            return self.any(collection, depth);
        }
        let path = self.path(&name)?;
        let operator = match self.word()?.as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "ge" => Operator::AtLeast,
            "gt" => Operator::Above,
            "le" => Operator::AtMost,
            "lt" => Operator::Below,
            _ => return None,
        };
        let literal = match self.next()? {
            Token::Text(text) => Literal::Text(text.clone()),
            Token::Word(word) => literal(word)?,
            Token::Open | Token::Close | Token::Comma | Token::Colon => return None,
        };
        Some(Expression::Compare(path, operator, literal))
    }

    fn any(&mut self, collection: &str, depth: usize) -> Option<Expression> {
        if self.variable.is_some() {
            return None;
        }
        self.take(&Token::Open)?;
        let variable = self.word()?;
        self.take(&Token::Colon)?;
        self.variable = Some((collection.to_owned(), variable.clone()));
        let inner = self.or(depth + 1)?;
        self.variable = None;
        self.take(&Token::Close)?;
        Some(Expression::Any(
            collection.to_owned(),
            variable,
            Box::new(inner),
        ))
    }

    /// The path of a property that may be filtered by, from the object in question.
    fn path(&self, name: &str) -> Option<String> {
        let (full, path) = match &self.variable {
            Some((collection, variable)) => {
                let inner = name.strip_prefix(variable.as_str())?;
                (format!("{collection}{inner}"), inner.to_owned())
            }
            None => (name.to_owned(), name.to_owned()),
        };
        self.properties.contains(&full.as_str()).then_some(path)
    }
}

fn literal(word: &str) -> Option<Literal> {
    if let Some(time) = UtcTime::parse_rfc3339(word) {
        return Some(Literal::Time(time));
    }
    let value: Value = serde_json::from_str(word).ok()?;
    (!value.is_object() && !value.is_array()).then_some(Literal::Value(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const NAMES: &[&str] = &[
        "userId",
        "createdDateTime",
        "targetResources/id",
        "initiatedBy/user/id",
        "isActive",
        "types",
    ];

    fn means(filter: &str, object: &Value) -> Option<bool> {
        Some(Filter::parse(filter, NAMES)?.means(object))
    }

    #[test]
    fn filters_that_are_sent_to_logs_mean_what_they_say() {
        let entry = json!({
            "userId": "99a1915f-70a7-4b67-9dca-64095b41be73",
            "createdDateTime": "2026-10-02T08:01:13.5Z",
            "targetResources": [{"id": "a"}, {"id": "b"}],
            "initiatedBy": {"user": {"id": "c"}, "app": null},
            "types": ["x", "y"],
            "isActive": true,
        });
        let yes = [
            "userId eq '99a1915f-70a7-4b67-9dca-64095b41be73'",
            "userId eq 'x' or userId eq '99A1915F-70A7-4B67-9DCA-64095B41BE73'",
            "(userId eq 'x' or startswith(userId,'99')) and createdDateTime ge 2026-10-01T00:00:00Z",
            "targetResources/any(t:t/id eq 'b') and initiatedBy/user/id eq 'c'",
            "targetResources/any(t: t/id eq 'b')",
            "types/any(t:t eq 'y')",
            "isActive eq true and not (userId eq 'x')",
            "createdDateTime le 2026-10-02T08:01:14Z",
        ];
        for filter in yes {
            // `types` is filtered by its items themselves.
            assert_eq!(means(filter, &entry), Some(true), "{filter}");
        }
        let no = [
            "userId eq 'it''s'",
            "createdDateTime lt 2026-10-01T00:00:00Z",
            "targetResources/any(t:t/id eq 'z')",
            "userId eq null",
        ];
        for filter in no {
            assert_eq!(means(filter, &entry), Some(false), "{filter}");
        }
    }

    #[test]
    fn a_filter_that_graph_would_not_take_is_not_read() {
        for filter in [
            "",
            "userId",
            "userId eq",
            "userId is 'x'",
            "userId eq 'x",
            "userId eq x",
            "secret eq 'x'",
            "(userId eq 'x'",
            "userId eq 'x' and",
            "userId eq 'x' userId eq 'y'",
            "targetResources/any(t:t/name eq 'b')",
            "targetResources/any(t:u/id eq 'b')",
            "userId eq {}",
        ] {
            assert_eq!(Filter::parse(filter, NAMES), None, "{filter}");
        }
        let deep = "(".repeat(5_000);
        assert_eq!(Filter::parse(&deep, NAMES), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

        #[test]
        fn no_text_panics_the_reader(text in "[ ()':,a-zA-Z/0-9é-]{0,60}") {
            let _ = means(&text, &json!({"userId": "x"}));
        }
    }
}
