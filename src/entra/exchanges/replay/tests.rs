use super::*;
use crate::entra::Version;
use proptest::prelude::*;

const FILE: &str = concat!(
    r#"{"request":{"method":"GET","url":"https://graph.microsoft.com/v1.0/users/a%40b.c?$select=id"},"response":{"status":200,"headers":{"Date":"x"},"body":{"id":"1"}}}"#,
    "\n\n",
    r#"{"request":{"method":"GET","url":"http://127.0.0.1:4010/v1.0/users/a@b.c?$top=5"},"response":{"status":200,"headers":{},"body":{"id":"2"}}}"#,
    "\n",
    r#"{"request":{"method":"GET","url":"https://h/v1.0/roles?%24filter=principalId+eq+'x'"},"response":{"status":403,"headers":{},"body":"denied"}}"#,
    "\n",
    r#"{"request":{"method":"POST","url":"https://h/v1.0/roles","body":{}},"response":{"status":201,"headers":{},"body":{}}}"#,
    "\n",
);

fn get(target: &str) -> Get {
    Get {
        version: Version::V1,
        target: target.into(),
        eventual: false,
    }
}

fn body(replay: &mut Replay, target: &str) -> Result<String, NoReply> {
    let mut replies = replay.fetch(&[get(target)]);
    replies.remove(0).map(|reply| {
        assert!(reply.status == 200 || reply.status == 403);
        String::from_utf8(reply.body).unwrap()
    })
}

#[test]
fn repeats_are_answered_in_their_order_and_the_last_one_stays() {
    let mut replay = Replay::parse(FILE).unwrap();
    for expected in [r#"{"id":"1"}"#, r#"{"id":"2"}"#, r#"{"id":"2"}"#] {
        assert_eq!(
            body(&mut replay, "/users/a%40b%2Ec?$select=other&$top=1"),
            Ok(expected.into())
        );
    }
}

#[test]
fn an_answer_to_the_same_select_is_preferred_and_the_last_word_can_be_asked_for() {
    let line = |select: &str, id: u32| {
        format!(
            r#"{{"request":{{"method":"GET","url":"https://h/v1.0/users/a?$select={select}"}},"response":{{"status":200,"headers":{{}},"body":{{"id":"{id}"}}}}}}"#
        ) + "\n"
    };
    let file = [line("x", 1), line("y", 2), line("x", 3), line("y", 4)].concat();
    let mut replay = Replay::parse(&file).unwrap();
    let mut said = |replay: &mut Replay, select: &str| {
        let answer = body(replay, &format!("/users/a?$select={select}")).unwrap();
        answer
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    for (select, id) in [
        ("y", "2"),
        ("x", "1"),
        ("y", "4"),
        ("x", "3"),
        ("y", "4"),
        ("z", "3"),
    ] {
        assert_eq!(said(&mut replay, select), id, "{select}");
    }
    let mut last = Replay::last_said(&Exchange::read_all(&file).unwrap());
    for (select, id) in [("x", "3"), ("y", "4"), ("x", "3")] {
        assert_eq!(said(&mut last, select), id, "{select}");
    }
}

#[test]
fn a_filter_is_part_of_the_match_and_what_is_not_in_the_file_is_not_recorded() {
    let mut replay = Replay::parse(FILE).unwrap();
    assert_eq!(
        body(&mut replay, "/roles?$filter=principalId%20eq%20%27x%27"),
        Ok("denied".into())
    );
    assert_eq!(body(&mut replay, "/roles"), Err(NoReply::NotRecorded));
    assert_eq!(body(&mut replay, "/users/other"), Err(NoReply::NotRecorded));
}

#[test]
fn a_line_that_is_no_exchange_is_named() {
    for bad in [
        "{}",
        "x",
        r#"{"request":{"method":"GET","url":"ftp://h/x"},"response":{"status":200}}"#,
    ] {
        let fault = Replay::parse(&format!("{FILE}\n{bad}\n")).err();
        assert_eq!(fault, Some(ExchangeFault { line: 7 }), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::test_cases()))]

    #[test]
    fn no_file_panics_the_reader(text in any::<String>(), at in 0_usize..600, byte in any::<u8>()) {
        let _ = Replay::parse(&text);
        let mut mutated = FILE.as_bytes().to_vec();
        mutated[at % FILE.len()] = byte;
        let _ = Replay::parse(&String::from_utf8_lossy(&mutated));
    }
}
