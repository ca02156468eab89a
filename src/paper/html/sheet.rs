//! The page as a whole: head, landmarks, contents, sections in order, foot.

use super::access;
use super::controls;
use super::due;
use super::failed;
use super::history;
use super::ledger;
use super::markup::Html;
use super::open;
use super::people;
use super::records;
use super::recovery;
use super::summary;
use super::verified;
use super::view::ReportPage;

/// How it looks.
const STYLE: &str = include_str!("report.css");

/// What a browser may do with it: nothing but show it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                      base-uri 'none'; form-action 'none'";

/// What puts a section into the page.
type Part = fn(&mut Html, &ReportPage<'_>);

/// The sections: where links lead, what each is called, what puts it there.
const SECTIONS: [(&str, &str, Part); 12] = [
    ("access", "Who can open what, from where", access::put),
    ("due", "What is due", due::put),
    (
        "verifications",
        "Verifications of the period",
        verified::put,
    ),
    ("failed", "What failed, and why", failed::put),
    ("keys", "Each key’s history", history::put),
    ("recovery", "What a loss would leave", recovery::put),
    (
        "ledger",
        "The ledger, and what holds it from outside",
        ledger::put,
    ),
    ("drift", "Drift", open::drift),
    (
        "open",
        "Accepted for a while, and still to be put back",
        open::put,
    ),
    ("records", "Records of the period", records::put),
    ("people", "People, roles and policy", people::put),
    ("evidence", "Evidence for common questions", controls::put),
];

/// The page of a report: UTF-8, the same bytes for the same view.
#[must_use]
pub fn report_page(page: &ReportPage<'_>) -> Vec<u8> {
    let mut html = Html::new();
    html.fixed("<!DOCTYPE html>\n");
    html.element("html", &[("lang", "en")], |html| {
        head(html, page);
        html.element("body", &[], |html| {
            html.fixed("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n");
            summary::header(html, page);
            contents(html);
            html.element("main", &[("id", "main"), ("tabindex", "-1")], |html| {
                summary::put(html, page);
                for (number, (id, title, part)) in (1..).zip(SECTIONS) {
                    section(html, number, id, title, |html| part(html, page));
                }
            });
            summary::footer(html, page);
        });
    });
    html.fixed("\n");
    html.into_bytes()
}

fn head(html: &mut Html, page: &ReportPage<'_>) {
    html.element("head", &[], |html| {
        html.fixed("<meta charset=\"utf-8\">\n");
        let meta = |html: &mut Html, attributes: &[(&'static str, &str)]| {
            html.open("meta", attributes).fixed("\n");
        };
        let policy = ("http-equiv", "Content-Security-Policy");
        meta(html, &[policy, ("content", POLICY)]);
        let viewport = ("content", "width=device-width, initial-scale=1");
        meta(html, &[("name", "viewport"), viewport]);
        let scheme = ("content", "light dark");
        meta(html, &[("name", "color-scheme"), scheme]);
        let referrer = ("content", "no-referrer");
        meta(html, &[("name", "referrer"), referrer]);
        let robots = ("content", "noindex");
        meta(html, &[("name", "robots"), robots]);
        html.fixed("<link rel=\"icon\" href=\"data:,\">\n");
        let title = format!(
            "{}: emergency access, {} to {}",
            page.book,
            page.report.period.from.day(),
            page.report.period.to.day()
        );
        html.of("title", &title);
        html.fixed("\n<style>\n").fixed(STYLE).fixed("</style>\n");
    });
}

fn contents(html: &mut Html) {
    html.element("nav", &[("aria-labelledby", "contents")], |html| {
        html.with("h2", &[("id", "contents")], "Contents");
        html.element("ol", &[], |html| {
            for (id, title, _) in SECTIONS {
                let link = format!("#{id}");
                html.element("li", &[], |html| {
                    html.with("a", &[("href", &link)], title);
                });
            }
        });
    });
    html.fixed("\n");
}

fn section(html: &mut Html, number: u32, id: &str, title: &str, inside: impl FnOnce(&mut Html)) {
    let heading = format!("{id}-heading");
    let attributes: &[(&str, &str)] = &[("id", id), ("aria-labelledby", &heading)];
    html.element("section", attributes, |html| {
        html.element("h2", &[("id", &heading)], |html| {
            html.with("span", &[("class", "ordinal")], &number.to_string());
            html.text(" ").text(title);
        });
        html.fixed("\n");
        inside(html);
    });
    html.fixed("\n");
}
