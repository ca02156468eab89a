//! What provisioning came to, for people and for programs.

use crate::ceremony::provision::Provisioned;
use crate::ceremony::provision::State;
use crate::ceremony::provision::Told;
use crate::cli::Output;
use crate::cli::exit::Exit;
use crate::cli::page;
use crate::facts::restore::Loosened;
use crate::facts::restore::RestoreItem;
use crate::primitives::text;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;

/// How it ended: what waits for the keys is no fault; what a person has to do, or what cannot be
/// told, is.
pub(super) fn exit(done: &Provisioned) -> Exit {
    if done.has(State::Declined) {
        Exit::Declined
    } else if done.has(State::ByHand) || done.has(State::Unknown) {
        Exit::Findings
    } else {
        Exit::Done
    }
}

/// The page, or its JSON.
pub(super) fn page(done: &Provisioned, exit: Exit, output: &Output<'_>) -> String {
    if output.json {
        return format!("{:#}\n", value(done, exit));
    }
    let mut page = format!("\n{}\n", output.style.strong(&heading(done)));
    for told in &done.steps {
        let head = format!("  {} ", text::pad(told.state.name(), 13));
        page.push_str(&page::hang(&head, 16, &text::printable(&sentence(told))));
    }
    let open: Vec<&Told> = done.open().filter(|told| told.next.is_some()).collect();
    if !open.is_empty() {
        page.push_str("\nStill open:\n");
        for told in open {
            let next = told.next.as_deref().unwrap_or_default();
            let line = format!("{}: {next}", told.step.title());
            page.push_str(&page::hang("  - ", 4, &text::printable(&line)));
        }
    }
    if !done.loose.is_empty() {
        page.push_str("\nLoose in the tenant, to be put back (open/restore.json):\n");
        for item in &done.loose {
            page.push_str(&page::hang("  - ", 4, &text::printable(&loose(item))));
        }
    }
    if done.open().next().is_none() {
        page.push_str("\nNothing is left to do.\n");
    } else {
        let again = format!("glasskey provision {}", text::printable(&done.alias));
        let _ = write!(page, "\nRun it again when that is done:\n  {again}\n");
    }
    page
}

fn heading(done: &Provisioned) -> String {
    let alias = text::printable(&done.alias);
    let id = done
        .object_id
        .map_or_else(|| "not in the tenant yet".to_owned(), |id| id.to_string());
    if done.dry_run {
        format!("{alias} ({id}): a dry run, nothing was changed")
    } else {
        format!("{alias} ({id})")
    }
}

fn sentence(told: &Told) -> String {
    format!("{}: {}", told.step.name(), told.detail)
}

fn loose(item: &RestoreItem) -> String {
    let what = match &item.loosened {
        Loosened::SelfService => "self-service set-up of passkeys is on".to_owned(),
        Loosened::TapGroup { group, account } => {
            format!("account {account} is in group {group}, which may use a pass")
        }
        Loosened::Pass { account } => format!("account {account} has a Temporary Access Pass"),
        Loosened::ByHand { what } => what.clone(),
    };
    format!("{what} (by {} since {})", item.by, item.since)
}

fn value(done: &Provisioned, exit: Exit) -> Value {
    let steps: Vec<Value> = done
        .steps
        .iter()
        .map(|told| {
            json!({
                "step": told.step.name(),
                "state": told.state.name(),
                "detail": told.detail,
                "next": told.next,
            })
        })
        .collect();
    let open: Vec<&str> = done.open().map(|told| told.step.name()).collect();
    json!({
        "schema": "glasskey.provision/1",
        "exit": exit.code(),
        "account": done.alias,
        "object_id": done.object_id,
        "dry_run": done.dry_run,
        "steps": steps,
        "open": open,
        "restore": done.loose,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ceremony::provision::Step;
    use crate::cli::page::Style;
    use crate::primitives::Guid;
    use crate::primitives::UtcTime;

    fn told(step: Step, state: State, next: Option<&str>) -> Told {
        let told = Told::new(step, state, "a \u{1b}[2J detail");
        match next {
            Some(next) => told.next(next),
            None => told,
        }
    }

    fn done(steps: Vec<Told>) -> Provisioned {
        Provisioned {
            alias: "BG-1".to_owned(),
            object_id: Some(Guid([0x11; 16])),
            dry_run: false,
            steps,
            loose: vec![RestoreItem {
                loosened: Loosened::SelfService,
                by: "provision/BG-1".to_owned(),
                since: UtcTime::from_unix(1_767_603_600),
            }],
        }
    }

    fn shown(done: &Provisioned, json: bool) -> String {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let output = Output {
            out: &mut out,
            err: &mut err,
            style: Style { colour: false },
            json,
            verbose: false,
        };
        page(done, exit(done), &output)
    }

    #[test]
    fn what_waits_for_keys_is_done_and_what_a_person_has_to_do_is_not() {
        for (state, code) in [
            (State::Right, 0),
            (State::Changed, 0),
            (State::Would, 0),
            (State::Waiting, 0),
            (State::NotReached, 0),
            (State::ByHand, 1),
            (State::Unknown, 1),
            (State::Declined, 3),
        ] {
            let done = done(vec![told(Step::Role, state, None)]);
            assert_eq!(exit(&done).code(), code, "{state:?}");
        }
    }

    #[test]
    fn the_page_says_what_is_open_and_loose_and_what_to_run_again() {
        let done = done(vec![
            told(Step::Account, State::Changed, None),
            told(Step::Keys, State::Waiting, Some("glasskey register BG1-A")),
        ]);
        let page = shown(&done, false);
        for part in [
            "BG-1 (11111111-1111-1111-1111-111111111111)\n",
            "  changed       account: a \\u{1b}[2J detail\n",
            "Still open:\n  - The keys: registered, and seen to sign in: glasskey register BG1-A\n",
            "self-service set-up of passkeys is on (by provision/BG-1 since\n",
            "Run it again when that is done:\n  glasskey provision BG-1\n",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(page.lines().all(|line| text::display_width(line) <= 80));
    }

    #[test]
    fn json_has_every_step_and_names_what_is_open() {
        let done = done(vec![
            told(Step::Account, State::Right, None),
            told(Step::Role, State::ByHand, Some("x")),
        ]);
        let value: Value = serde_json::from_str(&shown(&done, true)).unwrap();
        assert_eq!(value["schema"], "glasskey.provision/1");
        assert_eq!(value["exit"], 1);
        assert_eq!(value["open"], json!(["role"]));
        assert_eq!(value["steps"][0]["state"], "right");
        assert_eq!(value["steps"][1]["next"], "x");
        assert_eq!(value["restore"][0]["loosened"]["kind"], "self_service");
    }
}
