//! A key's history in four lanes over one axis of time: how it was seen, PIN tries, free slots, and the
//! firmware and the bags one after the other.

use super::markup::Html;
use super::svg;
use super::svg::Drawing;
use crate::ledger::report::KeyHistory;
use crate::ledger::report::KeyPoint;
use crate::primitives::UtcTime;
use crate::primitives::text::printable;
use crate::record::Event;
use crate::record::Level;
use std::fmt::Write as _;

const LEFT: i64 = 96;
const RIGHT: i64 = 650;
const WIDTH: i64 = 720;
const HEIGHT: i64 = 214;
/// The most PIN tries that CTAP knows.
const TRIES: u32 = 8;

/// The axis of time.
struct Axis {
    from: i64,
    to: i64,
}

impl Axis {
    fn x(&self, at: UtcTime) -> i64 {
        let all = (self.to - self.from).max(1);
        let here = (at.unix() - self.from).clamp(0, all);
        LEFT + here * (RIGHT - LEFT) / all
    }
}

/// The drawing of a key's history until `to`; `floor` are the PIN tries at which the policy stops.
pub(super) fn plot(
    html: &mut Html,
    id: &str,
    key: &KeyHistory,
    from: UtcTime,
    to: UtcTime,
    floor: Option<u32>,
) {
    let axis = Axis {
        from: from.unix(),
        to: to.unix(),
    };
    let title = format!("{}: what its records tell, drawn", key.label);
    let drawing = Drawing {
        id,
        title: &title,
        shows: &shows(key),
        width: WIDTH,
        height: HEIGHT,
    };
    drawing.put(html, |html| {
        for (lane, y) in [
            ("Seen", 22),
            ("PIN tries", 66),
            ("Free slots", 112),
            ("Firmware", 150),
            ("Bag", 176),
        ] {
            svg::words(html, "lane", [0, y], lane, 20);
        }
        seen(html, key, &axis, 18);
        let tries = |point: &KeyPoint| point.pin_tries;
        stairs(html, key, &axis, [44, 78], (TRIES, floor), &tries);
        let slots = |point: &KeyPoint| point.slots_left;
        let most = key.points.iter().filter_map(slots).max().unwrap_or(1);
        stairs(html, key, &axis, [92, 124], (most, None), &slots);
        let firmware = |point: &KeyPoint| point.firmware.clone();
        bands(html, key, &axis, 138, &firmware, true);
        let bag = |point: &KeyPoint| point.bag.clone();
        bands(html, key, &axis, 164, &bag, false);
        svg::line(html, "axis", [LEFT, 194], [RIGHT, 194]);
        svg::words(html, "tick", [LEFT, 208], &from.day(), 10);
        svg::words(html, "tick end", [RIGHT, 208], &to.day(), 10);
    });
}

/// In words, for those who do not see it.
fn shows(key: &KeyHistory) -> String {
    let span = |all: Vec<u32>, what: &str| match (all.first(), all.iter().min(), all.last()) {
        (Some(first), Some(fewest), Some(last)) => {
            format!("{what}: {first} first, {fewest} at least, {last} last")
        }
        (_, _, _) => format!("{what}: not reported"),
    };
    let tries = key.points.iter().filter_map(|point| point.pin_tries);
    let slots = key.points.iter().filter_map(|point| point.slots_left);
    let mut bags: Vec<&str> = Vec::new();
    for bag in key.points.iter().filter_map(|point| point.bag.as_deref()) {
        if !bags.contains(&bag) {
            bags.push(bag);
        }
    }
    format!(
        "{}. {}. Firmware {}. Bags: {}. The table after it says the same.",
        span(tries.collect(), "PIN tries left"),
        span(slots.collect(), "Free slots"),
        key.firmware().unwrap_or("not reported"),
        if bags.is_empty() {
            "none".to_owned()
        } else {
            bags.join(", ")
        },
    )
}

/// A mark a record: a square, a ring (L0), a dot (L1), a diamond (L2), a cross.
fn seen(html: &mut Html, key: &KeyHistory, axis: &Axis, y: i64) {
    svg::line(html, "rail", [LEFT, y], [RIGHT, y]);
    for point in &key.points {
        let x = axis.x(point.mark.at);
        match (point.event, point.level) {
            (Event::Registration, _) => svg::rectangle(html, "mark", [x - 4, y - 4, 8, 8]),
            (Event::Verification, Some(Level::L2)) => {
                let way = format!("M{} {y}L{x} {}L{} {y}L{x} {}Z", x - 6, y - 6, x + 6, y + 6);
                svg::path(html, "mark", &way);
            }
            (Event::Verification, Some(Level::L1)) => svg::circle(html, "mark", [x, y, 4]),
            (Event::Loss | Event::Retirement, _) => {
                let way = format!(
                    "M{0} {2}L{1} {3}M{0} {3}L{1} {2}",
                    x - 5,
                    x + 5,
                    y - 5,
                    y + 5
                );
                svg::path(html, "gone", &way);
            }
            (_, _) => svg::circle(html, "ring", [x, y, 4]),
        }
    }
}

/// A line in stairs between 0 and `most`, in a lane from `top` to `bottom`.
fn stairs(
    html: &mut Html,
    key: &KeyHistory,
    axis: &Axis,
    [top, bottom]: [i64; 2],
    (most, floor): (u32, Option<u32>),
    value: &dyn Fn(&KeyPoint) -> Option<u32>,
) {
    let most = i64::from(most.max(1));
    let height = |value: u32| bottom - i64::from(value).min(most) * (bottom - top) / most;
    svg::line(html, "rail", [LEFT, bottom], [RIGHT, bottom]);
    if let Some(floor) = floor {
        svg::line(html, "floor", [LEFT, height(floor)], [RIGHT, height(floor)]);
    }
    let known: Vec<(i64, i64, u32)> = key
        .points
        .iter()
        .filter_map(|point| {
            let value = value(point)?;
            Some((axis.x(point.mark.at), height(value), value))
        })
        .collect();
    let mut way = String::new();
    for (x, y, _) in &known {
        let _ = if way.is_empty() {
            write!(way, "M{x} {y}")
        } else {
            write!(way, "H{x}V{y}")
        };
    }
    let Some((_, y, last)) = known.last() else {
        svg::words(html, "tick", [LEFT, bottom - 6], "not reported", 20);
        return;
    };
    let end = key.in_use.until.map_or(RIGHT, |until| axis.x(until.at));
    let _ = write!(way, "H{end}");
    svg::path(html, "stairs", &way);
    for (x, y, _) in &known {
        svg::circle(html, "dot", [*x, *y, 3]);
    }
    svg::words(html, "value", [end + 8, y + 4], &last.to_string(), 6);
}

/// Bands with words in them, while something stays the same; `keeps` where what is not said holds on.
fn bands(
    html: &mut Html,
    key: &KeyHistory,
    axis: &Axis,
    y: i64,
    value: &dyn Fn(&KeyPoint) -> Option<String>,
    keeps: bool,
) {
    let mut all: Vec<(i64, Option<String>)> = Vec::new();
    for point in &key.points {
        let now = value(point);
        if (keeps && now.is_none()) || all.last().is_some_and(|(_, last)| *last == now) {
            continue;
        }
        all.push((axis.x(point.mark.at), now));
    }
    let end = key.in_use.until.map_or(RIGHT, |until| axis.x(until.at));
    let ends = all.iter().skip(1).map(|(x, _)| *x).chain([end]);
    let mut other = false;
    for ((x, value), to) in all.iter().zip(ends) {
        let Some(value) = value else { continue };
        let width = (to - x - 2).max(2);
        let class = if other { "band other" } else { "band" };
        other = !other;
        svg::rectangle(html, class, [*x, y, width, 18]);
        let fits = usize::try_from((width - 8) / 7).unwrap_or(0);
        if fits >= printable(value).chars().count().min(8) {
            svg::words(html, "in-band", [x + 5, y + 13], value, fits);
        }
    }
}
