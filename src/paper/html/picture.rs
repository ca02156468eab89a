//! Who can open what from where: people, the sites and safes with the keys in them, accounts.

use super::markup::Html;
use super::svg;
use super::svg::Drawing;
use crate::ledger::report::AccessRow;

/// Where the three columns begin, and how wide they are.
const PEOPLE: [i64; 2] = [12, 190];
const SITES: [i64; 2] = [292, 376];
const ACCOUNTS: [i64; 2] = [758, 190];
const WIDTH: i64 = 960;
/// Heights of what is drawn.
const TOP: i64 = 36;
const KEY: i64 = 42;
const HEAD: i64 = 28;
const GAP: i64 = 12;
const BOX: i64 = 46;

/// Keys that lie in one safe.
struct Safe<'a> {
    name: &'a str,
    site: &'a str,
    keys: Vec<&'a AccessRow>,
}

/// People who may use exactly the same.
struct People<'a> {
    names: Vec<&'a str>,
    pins: Vec<&'a str>,
    safes: Vec<&'a str>,
}

/// The picture, for those who see it; its words are in the table beside it.
pub(super) fn picture(html: &mut Html, access: &[AccessRow]) {
    if access.is_empty() {
        return;
    }
    let safes = safes(access);
    let people = people(access);
    let mut accounts: Vec<&str> = Vec::new();
    for row in access {
        if !accounts.contains(&row.account.as_str()) {
            accounts.push(&row.account);
        }
    }
    let tall = places(&safes).1;
    let boxes = |count: usize| i64::try_from(count).unwrap_or(0) * (BOX + GAP);
    let height = tall
        .max(TOP + boxes(people.len()))
        .max(TOP + boxes(accounts.len()))
        + GAP;
    let shows = format!(
        "{} in {}, which open {}; {} may use them. The table after it says the same.",
        counted(access.len(), "key", "keys"),
        counted(safes.len(), "safe", "safes"),
        counted(accounts.len(), "account", "accounts"),
        counted(names(&people), "person", "people"),
    );
    let drawing = Drawing {
        id: "picture",
        title: "Who can open what, from where: the picture",
        shows: &shows,
        width: WIDTH,
        height,
    };
    drawing.put(html, |html| {
        svg::words(html, "column", [PEOPLE[0], 20], "People", 40);
        svg::words(html, "column", [SITES[0], 20], "Sites, safes, keys", 40);
        svg::words(html, "column", [ACCOUNTS[0], 20], "Accounts", 40);
        let even = |place: usize, count: usize| {
            let room = height - TOP - GAP;
            let each = room / i64::try_from(count.max(1)).unwrap_or(1);
            TOP + each * i64::try_from(place).unwrap_or(0) + (each - BOX) / 2
        };
        lines(html, &safes, &people, &accounts, &even);
        boxes_of_safes(html, &safes);
        for (place, group) in people.iter().enumerate() {
            of_people(html, group, even(place, people.len()));
        }
        for (place, account) in accounts.iter().enumerate() {
            let roles = access.iter().find(|row| row.account == **account);
            let roles = roles.map(|row| row.roles.join(", ")).unwrap_or_default();
            let y = even(place, accounts.len());
            svg::rectangle(html, "box account", [ACCOUNTS[0], y, ACCOUNTS[1], BOX]);
            svg::words(html, "name", [ACCOUNTS[0] + 12, y + 20], account, 16);
            svg::words(html, "small", [ACCOUNTS[0] + 12, y + 37], &roles, 21);
        }
    });
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn names(people: &[People<'_>]) -> usize {
    people.iter().map(|group| group.names.len()).sum()
}

/// Safes in the order of sites, with their keys.
fn safes(access: &[AccessRow]) -> Vec<Safe<'_>> {
    let mut all: Vec<Safe<'_>> = Vec::new();
    for row in access {
        let name = row.safe.as_deref().unwrap_or("no safe on record");
        match all.iter_mut().find(|safe| safe.name == name) {
            Some(safe) => safe.keys.push(row),
            None => all.push(Safe {
                name,
                site: row.site.as_deref().unwrap_or(""),
                keys: vec![row],
            }),
        }
    }
    all.sort_by_key(|safe| (safe.site, safe.name));
    all
}

fn people(access: &[AccessRow]) -> Vec<People<'_>> {
    let mut all: Vec<&str> = Vec::new();
    for row in access {
        for person in row.pin_holders.iter().chain(&row.safe_controllers) {
            if !all.contains(&person.as_str()) {
                all.push(person);
            }
        }
    }
    all.sort_unstable();
    let mut groups: Vec<People<'_>> = Vec::new();
    for person in all {
        let has = |list: &[String]| list.iter().any(|one| one == person);
        let pins: Vec<&str> = access
            .iter()
            .filter(|row| has(&row.pin_holders))
            .map(|row| row.key.as_str())
            .collect();
        let mut safes: Vec<&str> = access
            .iter()
            .filter(|row| has(&row.safe_controllers))
            .filter_map(|row| row.safe.as_deref())
            .collect();
        safes.sort_unstable();
        safes.dedup();
        let same = |group: &&mut People<'_>| group.pins == pins && group.safes == safes;
        match groups.iter_mut().find(same) {
            Some(group) => group.names.push(person),
            None => groups.push(People {
                names: vec![person],
                pins,
                safes,
            }),
        }
    }
    groups
}

/// Where each safe begins, and where the last one ends.
fn places(safes: &[Safe<'_>]) -> (Vec<i64>, i64) {
    let mut y = TOP;
    let mut all = Vec::new();
    let mut site = None;
    for safe in safes {
        if site != Some(safe.site) {
            site = Some(safe.site);
            y += HEAD;
        }
        all.push(y);
        y += HEAD + i64::try_from(safe.keys.len()).unwrap_or(0) * KEY + GAP;
    }
    (all, y)
}

fn boxes_of_safes(html: &mut Html, safes: &[Safe<'_>]) {
    let (tops, _) = places(safes);
    let mut site = None;
    for (safe, y) in safes.iter().zip(tops) {
        if site != Some(safe.site) {
            site = Some(safe.site);
            let title = if safe.site.is_empty() {
                "no site in the plan".to_owned()
            } else {
                format!("Site {}", safe.site)
            };
            svg::words(html, "site", [SITES[0], y - 9], &title, 34);
        }
        let keys = i64::try_from(safe.keys.len()).unwrap_or(0);
        let height = HEAD + keys * KEY;
        svg::rectangle(html, "box safe", [SITES[0], y, SITES[1], height]);
        svg::words(html, "safe-name", [SITES[0] + 12, y + 19], safe.name, 33);
        for (place, key) in (0..).zip(&safe.keys) {
            let y = y + HEAD + place * KEY;
            let x = SITES[0] + 8;
            svg::rectangle(html, "box key", [x, y, SITES[1] - 16, KEY - 8]);
            svg::words(html, "name", [x + 10, y + 15], &key.key, 30);
            let bag = match (&key.bag, &key.shelf) {
                (Some(bag), Some(shelf)) => format!("bag {bag}, shelf {shelf}"),
                (Some(bag), None) => format!("bag {bag}"),
                (None, _) => "in no bag".to_owned(),
            };
            svg::words(html, "small", [x + 10, y + 28], &bag, 34);
        }
    }
}

fn of_people(html: &mut Html, group: &People<'_>, y: i64) {
    svg::rectangle(html, "box person", [PEOPLE[0], y, PEOPLE[1], BOX]);
    svg::words(
        html,
        "name",
        [PEOPLE[0] + 12, y + 20],
        &group.names.join(", "),
        16,
    );
    let what = match (group.pins.len(), group.safes.len()) {
        (0, safes) => format!("may open {}", counted(safes, "safe", "safes")),
        (pins, 0) => format!("hold {}", counted(pins, "PIN envelope", "PIN envelopes")),
        (pins, safes) => format!(
            "{}, {}",
            counted(pins, "PIN", "PINs"),
            counted(safes, "safe", "safes")
        ),
    };
    svg::words(html, "small", [PEOPLE[0] + 12, y + 37], &what, 21);
}

/// From people to what they may use, and from each key to its account.
fn lines(
    html: &mut Html,
    safes: &[Safe<'_>],
    people: &[People<'_>],
    accounts: &[&str],
    even: &dyn Fn(usize, usize) -> i64,
) {
    let (tops, _) = places(safes);
    for (safe, top) in safes.iter().zip(tops) {
        for (number, group) in people.iter().enumerate() {
            if group.safes.contains(&safe.name) {
                let from = [PEOPLE[0] + PEOPLE[1], even(number, people.len()) + BOX / 2];
                svg::curve(html, "may-open", from, [SITES[0], top + HEAD / 2]);
            }
        }
        for (place, key) in (0..).zip(&safe.keys) {
            let y = top + HEAD + place * KEY + (KEY - 8) / 2;
            for (number, group) in people.iter().enumerate() {
                if group.pins.contains(&key.key.as_str()) {
                    let from = [PEOPLE[0] + PEOPLE[1], even(number, people.len()) + BOX / 2];
                    svg::curve(html, "holds-pin", from, [SITES[0] + 8, y]);
                }
            }
            let account = accounts.iter().position(|one| *one == key.account);
            let to = even(account.unwrap_or(0), accounts.len()) + BOX / 2;
            let from = [SITES[0] + SITES[1] - 8, y];
            svg::curve(html, "opens", from, [ACCOUNTS[0], to]);
        }
    }
}
