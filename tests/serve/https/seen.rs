//! What a server saw, and what follows from it.

use super::Asked;
use std::time::Duration;
use std::time::Instant;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The request.
    pub(crate) asked: Asked,
    /// When it had come whole.
    pub(crate) began: Instant,
    /// When its answer was given to the connection.
    pub(crate) ended: Instant,
}

/// How many round trips deep `seen` is: the longest row of requests each of which began after the one
/// before it had ended.
pub(crate) fn depth<'a>(seen: impl IntoIterator<Item = &'a Seen>) -> usize {
    let mut spans: Vec<(Instant, Instant)> = seen
        .into_iter()
        .map(|seen| (seen.ended, seen.began))
        .collect();
    spans.sort();
    let mut last: Option<Instant> = None;
    let mut count = 0;
    for (ended, began) in spans {
        if last.is_none_or(|last| began >= last) {
            count += 1;
            last = Some(ended);
        }
    }
    count
}

/// The most of `seen` that came within one window.
pub(crate) fn most_within<'a>(seen: impl IntoIterator<Item = &'a Seen>, window: Duration) -> usize {
    let mut began: Vec<Instant> = seen.into_iter().map(|seen| seen.began).collect();
    began.sort();
    (0..began.len())
        .map(|first| {
            let end = began[first] + window;
            began[first..].iter().take_while(|at| **at < end).count()
        })
        .max()
        .unwrap_or(0)
}

#[test]
fn depth_counts_what_waited_for_another_and_windows_count_what_came_together() {
    let start = Instant::now();
    let seen = |began: u64, ended: u64| Seen {
        asked: Asked {
            host: String::new(),
            method: String::new(),
            target: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            http: 2,
        },
        began: start + Duration::from_millis(began),
        ended: start + Duration::from_millis(ended),
    };
    let all = [
        seen(0, 200),
        seen(5, 205),
        seen(210, 410),
        seen(211, 900),
        seen(420, 620),
    ];
    assert_eq!(depth(&all), 3);
    assert_eq!(depth([]), 0);
    assert_eq!(most_within(&all, Duration::from_millis(206)), 2);
    assert_eq!(most_within(&all, Duration::from_secs(1)), 5);
}
