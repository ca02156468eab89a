//! Which known name a mistyped one was meant to be.

/// The name in `known` that `typed` was meant to be; `None` if none is near enough.
///
/// Case and the choice between `-` and `_` never count; otherwise a third of the letters, rounded up,
/// may be wrong.
#[must_use]
pub fn nearest<'k>(typed: &str, known: &[&'k str]) -> Option<&'k str> {
    let typed = plain(typed);
    known
        .iter()
        .map(|name| (distance(&typed, &plain(name)), *name))
        .filter(|(distance, name)| *distance <= name.len().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The first 64 characters, in lower case, with dashes.
fn plain(name: &str) -> Vec<char> {
    name.chars()
        .take(64)
        .map(|c| {
            if c == '_' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

/// Letters to insert, remove or replace to turn `a` into `b` (Levenshtein).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        let mut left = i + 1;
        for ((to, above), diagonal) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            left = (diagonal + usize::from(from != to))
                .min(above + 1)
                .min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_is_levenshteins() {
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        assert_eq!(distance(&chars("kitten"), &chars("sitting")), 3);
        assert_eq!(distance(&chars(""), &chars("abc")), 3);
        assert_eq!(distance(&chars("abc"), &chars("")), 3);
    }

    #[test]
    fn a_typing_mistake_finds_its_name() {
        let known = ["label", "safe", "shelf", "held-by", "keys-per-account"];
        assert_eq!(nearest("lable", &known), Some("label"));
        assert_eq!(nearest("held_by", &known), Some("held-by"));
        assert_eq!(
            nearest("Keys_Per_Account", &known),
            Some("keys-per-account")
        );
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("", &known), None);
    }
}
