//! What a page says to people who listen to it, word by word. `GLASSKEY_BLESS=1` takes the words as
//! they are now.

use crate::samples;
use crate::tools;
use std::path::Path;

/// What is between quotation marks in poppler's tree of tags: what a screen reader reads.
fn listened(path: &Path) -> Option<String> {
    let tree = tools::said("pdfinfo", &["-struct-text", path.to_str().unwrap()])?;
    let quoted = |line: &str| Some(line.trim().strip_prefix('"')?.strip_suffix('"')?.to_owned());
    Some(
        tree.lines()
            .filter_map(quoted)
            .collect::<Vec<_>>()
            .join("\n")
            + "\n",
    )
}

#[test]
fn every_page_is_listened_to_in_this_order() {
    let bless = std::env::var_os("GLASSKEY_BLESS").is_some();
    let mut wrong = Vec::new();
    for sample in samples::all() {
        if sample.name.ends_with("letter") {
            continue;
        }
        let path = tools::saved("order", &sample.name, &sample.pdf);
        let Some(said) = listened(&path) else {
            return;
        };
        let golden = format!("tests/paper/golden/{}.txt", sample.name);
        if bless {
            std::fs::create_dir_all("tests/paper/golden").unwrap();
            std::fs::write(&golden, &said).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        let lines = said.lines().count().max(expected.lines().count());
        let says = |text: &str, line: usize| text.lines().nth(line).map(str::to_owned);
        let off = (0..lines).find(|line| says(&said, *line) != says(&expected, *line));
        wrong.extend(off.map(|line| {
            let (now, before) = (says(&said, line), says(&expected, line));
            format!("{golden}:{}: {now:?} is not {before:?}", line + 1)
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn eyes_and_ears_get_the_same_words_but_for_the_foot() {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let foot = |line: &&str| {
        !line.starts_with("glasskey ·") && *line != "glasskey" && !line.contains(" · page ")
    };
    for sample in samples::all() {
        let path = tools::saved("ears", &sample.name, &sample.pdf);
        let (Some(eyes), Some(ears)) = (tools::text(&path), listened(&path)) else {
            return;
        };
        let eyes: String = eyes
            .split(['\n', '\u{c}'])
            .filter(foot)
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(squeezed(&eyes), squeezed(&ears), "{}", sample.name);
    }
}

#[test]
fn words_stay_apart_where_a_line_ends() {
    let sample = samples::one("inside-a4");
    let path = tools::saved("apart", &sample.name, &sample.pdf);
    if let Some(said) = listened(&path) {
        for sentence in [
            "It is kept apart from this key. It is held by cu-2 and cu-3. Two people open it; one reads, \
             one types.",
            "Write down each time, what was done and who was there. Then sign out, close the browser \
             and unplug the key.",
        ] {
            assert!(said.contains(sentence), "{sentence} is not in:\n{said}");
        }
    }
}

#[test]
fn all_text_stands_inside_its_page() {
    for sample in samples::all() {
        let path = tools::saved("boxes", &sample.name, &sample.pdf);
        let Some(boxes) = tools::said("pdftotext", &["-bbox", path.to_str().unwrap(), "-"]) else {
            return;
        };
        let number = |line: &str, key: &str| -> f64 {
            let from = line.find(&format!("{key}=\"")).unwrap() + key.len() + 2;
            let rest = &line[from..];
            rest[..rest.find('"').unwrap()].parse().unwrap()
        };
        let (mut width, mut height, mut words) = (0.0, 0.0, 0);
        for line in boxes.lines().map(str::trim) {
            if line.starts_with("<page") {
                (width, height) = (number(line, "width"), number(line, "height"));
            } else if line.starts_with("<word") {
                words += 1;
                // 14 mm of margin at the sides, 5 mm above and below.
                let inside = number(line, "xMin") > 39.0
                    && number(line, "xMax") < width - 39.0
                    && number(line, "yMin") > 10.0
                    && number(line, "yMax") < height - 14.0;
                assert!(inside, "{}: {line}", sample.name);
            }
        }
        assert!(words > 40, "{}: {words} words", sample.name);
    }
}
