//! PROTOCOL.md and the code name the same events and codes.

use std::collections::BTreeSet;

use switchboard::wire::{CLIENT_EVENTS, CloseCode, ErrorCode, HUB_EVENTS};

fn document() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/PROTOCOL.md")).expect("PROTOCOL.md")
}

/// The names in backticks in the first cell of a table's rows, between two headings or lines.
fn names_in_tables(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

#[test]
fn every_client_event_is_in_the_document_and_no_other() {
    let document = document();
    let table = document
        .split("Client -> hub (all acked)")
        .nth(1)
        .expect("the table")
        .split("Hub -> client:")
        .next()
        .expect("its end");

    let expected: BTreeSet<String> = CLIENT_EVENTS.iter().map(ToString::to_string).collect();

    assert_eq!(names_in_tables(table), expected);
}

#[test]
fn every_hub_event_is_in_the_document_and_no_other() {
    let document = document();
    let table =
        document.split("Hub -> client:").nth(1).expect("the table").split("\n## 5").next().expect("its end");
    // Defined outside the table: the hello of Socket.IO in section 2, the heartbeat in section 5.
    let expected: BTreeSet<String> = HUB_EVENTS
        .iter()
        .filter(|name| !["hello", "heartbeat"].contains(name))
        .map(ToString::to_string)
        .collect();

    assert_eq!(names_in_tables(table), expected);
    assert!(document.contains("{\"event\":\"heartbeat\"}") && document.contains("{\"event\":\"hello\""));
}

#[test]
fn every_code_is_in_the_document() {
    let document = document();
    let section = document
        .split("## 5. Errors and closes")
        .nth(1)
        .expect("section 5")
        .split("\n## 6")
        .next()
        .expect("its end");

    for code in ErrorCode::ALL {
        assert!(section.contains(&format!("`{}`", code.as_str())), "{}", code.as_str());
    }
    for code in CloseCode::ALL {
        assert!(section.contains(&code.number().to_string()), "{}", code.number());
    }
}
