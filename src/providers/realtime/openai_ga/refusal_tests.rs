//! Set-ups and requests that a provider refuses, in the shapes in which servers do.

use audio::relay::{Event, Loss, Obstacle, RequestTag, Sensitivity};
use serde_json::{Value, json};

use super::session::GaSession;
use super::tests::{heard, respond, said, setup};
use crate::providers::realtime::{Heard, Request, Setup, Task};

fn asked(setup: Setup) -> GaSession {
    let mut session = GaSession::new(setup);
    said(&mut session, Request::Configure { history: Vec::new(), sensitivity: Sensitivity::Normal });
    session
}

fn refusal(error: &Value) -> Value {
    json!({ "type": "error", "event_id": "event_of_theirs", "error": error })
}

/// The session that is asked for next, and what is kept for other connections.
fn again(all: &[Heard]) -> Option<(Value, Setup)> {
    let answer = all.iter().find_map(|one| match one {
        Heard::Answer(text) => Some(serde_json::from_str::<Value>(text).unwrap()["session"].clone()),
        _ => None,
    })?;
    let kept = all.iter().find_map(|one| match one {
        Heard::Reduced(_, setup) => Some((**setup).clone()),
        _ => None,
    })?;
    Some((answer, kept))
}

fn is_lost(all: &[Heard], loss: Loss) -> bool {
    all.iter().any(|one| matches!(one, Heard::Event(Event::Lost(known)) if *known == loss))
}

#[test]
fn a_refused_field_is_left_out_at_once_and_on_every_further_connection() {
    let fields = [
        "audio.output.speed",
        "max_output_tokens",
        "tool_choice",
        "audio.input.turn_detection.interrupt_response",
        "audio.output.voice",
        "tools",
        "output_modalities",
        "audio.input.turn_detection",
        "audio.input.transcription.language",
    ];
    for field in fields {
        let path = format!("session.{field}");
        let pointer = format!("/{}", field.replace('.', "/"));
        for error in [
            json!({ "type": "invalid_request_error", "code": "unknown_parameter", "message": "refused", "param": path }),
            json!({ "type": "invalid_request_error", "code": "invalid_value", "message": "refused", "param": field }),
            json!({ "type": "invalid_request_error", "code": null, "message": format!("Unknown parameter: '{path}'.") }),
            json!({ "message": "refused", "event_id": "evt_setup", "param": path }),
        ] {
            let mut session = asked(setup());
            let (answer, kept) = again(&heard(&mut session, &refusal(&error))).expect("it goes on");

            assert_eq!(answer.pointer(&pointer), None, "{error}");
            assert!(answer.pointer("/audio/output/format").is_some() && answer["instructions"] == "Be kind.");
            let next = said(
                &mut GaSession::new(kept),
                Request::Configure { history: Vec::new(), sensitivity: Sensitivity::Normal },
            );
            assert_eq!(next[0]["session"], answer, "the next connection begins where this one is");
        }
    }
}

#[test]
fn fields_are_left_out_one_after_the_other_and_each_once() {
    let mut session = asked(setup());
    let fields = ["session.audio.output.speed", "session.max_output_tokens", "session.tool_choice"];
    for field in fields {
        let error = json!({ "code": "unknown_parameter", "param": field });
        assert!(again(&heard(&mut session, &refusal(&error))).is_some(), "{field}");
    }
    // A field that is already left out cannot be the one refused: try the essential fields only, once.
    let error = refusal(&json!({ "code": "unknown_parameter", "param": fields[0] }));
    let (bare, _) = again(&heard(&mut session, &error)).expect("the least");
    let names: Vec<&String> = bare.as_object().unwrap().keys().collect();
    assert_eq!(names, ["audio", "instructions", "type"]);
    let last = heard(&mut session, &error);

    assert!(is_lost(&last, Loss::Final), "{last:?}");
    assert!(last.iter().any(|one| matches!(one, Heard::Unfit(_))));
}

#[test]
fn a_late_error_of_an_earlier_set_up_changes_nothing() {
    let mut session = asked(setup());
    let error =
        json!({ "code": "unknown_parameter", "param": "session.tool_choice", "event_id": "evt_setup" });
    assert!(again(&heard(&mut session, &refusal(&error))).is_some());

    let late = heard(&mut session, &refusal(&error));

    assert!(matches!(late[..], [Heard::Complaint(_)]), "{late:?}");
}

#[test]
fn what_a_call_cannot_do_without_ends_the_provider_and_says_what() {
    for field in
        ["session.type", "session.audio", "session.audio.input.format.rate", "session.audio.output.format"]
    {
        let mut session = asked(setup());
        let all = heard(&mut session, &refusal(&json!({ "code": "unknown_parameter", "param": field })));

        assert!(is_lost(&all, Loss::Final), "{field}: {all:?}");
        let named = all.iter().any(|one| matches!(one, Heard::Unfit(name) if field.contains(name.as_str())));
        assert!(named, "{field}: {all:?}");
    }
    let mut listener = asked(Setup { task: Task::Listen, ..setup() });
    let param = "session.audio.input.turn_detection.create_response";
    let all = heard(&mut listener, &refusal(&json!({ "code": "unknown_parameter", "param": param })));
    assert!(is_lost(&all, Loss::Final), "one that answers would talk into a call of two people");
}

#[test]
fn a_tool_is_left_out_by_its_place_whatever_went_before_it() {
    let mut three = setup();
    let tool = three.tools[0].clone();
    three.tools = ["a", "b", "c"]
        .map(|name| crate::providers::ToolSpec { name: name.to_owned(), ..tool.clone() })
        .into();
    let mut session = asked(three);
    let error = refusal(&json!({ "code": "invalid_value", "param": "session.tools[0].parameters" }));
    let names = |all: &[Heard]| {
        let (answer, _) = again(all).expect("it goes on");
        let names =
            answer["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };

    assert_eq!(names(&heard(&mut session, &error)), ["b", "c"]);
    assert_eq!(names(&heard(&mut session, &error)), ["c"]);
}

#[test]
fn a_connection_closed_instead_of_set_up_teaches_the_next_one() {
    let closed = |setup: Setup, code: u16, reason: &str| {
        let mut out = Vec::new();
        asked(setup).closed(code, reason, &mut out);
        out
    };
    let kept = |all: &[Heard]| match all {
        [Heard::Reduced(_, setup)] => (**setup).clone(),
        other => panic!("{other:?}"),
    };

    assert_eq!(kept(&closed(setup(), 1_011, "unknown field `session.tool_choice`")).without, ["tool_choice"]);
    assert!(closed(setup(), 1_001, "").is_empty(), "going away is no refusal");
    assert!(closed(setup(), 1_006, "").is_empty(), "nor is a broken line");
    let once = kept(&closed(setup(), 1_007, ""));
    assert!(once.without.is_empty(), "once may be chance");
    let twice = kept(&closed(once, 4_000, "bye"));
    assert!(twice.without.iter().any(|field| field == "tools"), "{:?}", twice.without);
    let of_format = closed(setup(), 1_008, "unsupported session.audio.output.format");
    assert!(is_lost(&of_format, Loss::Final), "{of_format:?}");
}

#[test]
fn errors_about_something_else_are_no_refusal_of_the_set_up() {
    for error in [
        json!({ "type": "invalid_request_error", "code": "invalid_value", "param": "item.content[0].type" }),
        json!({ "type": "server_error", "code": "server_error", "message": "Sorry about that!" }),
        json!({ "type": "invalid_request_error", "code": "invalid_value", "message": "bad 'item.role'" }),
    ] {
        let all = heard(&mut asked(setup()), &refusal(&error));
        assert!(matches!(all[..], [Heard::Complaint(_)]), "{error}: {all:?}");
    }
}

#[test]
fn what_the_provider_does_not_interrupt_is_interrupted_by_us() {
    let mut session = asked(setup());
    let param = "session.audio.input.turn_detection.interrupt_response";
    heard(&mut session, &refusal(&json!({ "code": "unknown_parameter", "param": param })));

    let all = heard(&mut session, &json!({ "type": "session.updated" }));

    let [Heard::Event(Event::Capable(can)), Heard::Event(Event::Configured)] = &all[..] else {
        panic!("{all:?}")
    };
    assert!(!can.cancels_on_speech && can.can_cancel);
    let update = said(&mut session, Request::SetSensitivity(Sensitivity::Normal));
    assert_eq!(update[0]["session"]["audio"]["input"]["turn_detection"].get("interrupt_response"), None);
}

#[test]
fn a_detection_that_was_left_out_is_not_changed_later() {
    let mut session = asked(setup());
    heard(&mut session, &refusal(&json!({ "code": "unknown_parameter", "param": "session.turn_detection" })));

    assert!(said(&mut session, Request::SetSensitivity(Sensitivity::Normal)).is_empty());
}

#[test]
fn a_refused_request_is_known_by_its_id_its_field_or_its_message() {
    let refused = |error: Value| {
        let mut session = asked(setup());
        heard(&mut session, &json!({ "type": "session.updated" }));
        let all = heard(&mut session, &refusal(&error));
        all.into_iter().find_map(|one| match one {
            Heard::Event(Event::ResponseRefused(tag, obstacle)) => Some((tag, obstacle)),
            _ => None,
        })
    };

    let active = "conversation_already_has_active_response";
    assert_eq!(refused(json!({ "code": active })), Some((None, Obstacle::Active)));
    let by_message =
        json!({ "code": null, "message": "Conversation already has an active response in progress: r" });
    assert_eq!(refused(by_message), Some((None, Obstacle::Active)));
    let by_id = json!({ "code": "rate_limit_exceeded", "event_id": "evt_request_7" });
    assert_eq!(refused(by_id), Some((Some(RequestTag(7)), Obstacle::Other)));
    let by_field = json!({ "code": "invalid_value", "param": "response.instructions" });
    assert_eq!(refused(by_field), Some((None, Obstacle::Other)));
    assert_eq!(
        refused(json!({ "code": "response_cancel_not_active", "message": "no active response found" })),
        None
    );
}

#[test]
fn a_provider_that_takes_no_metadata_is_asked_without_and_its_next_response_is_ours() {
    let mut session = asked(setup());
    heard(&mut session, &json!({ "type": "session.updated" }));
    said(&mut session, respond(1, None, true));
    let error =
        json!({ "code": "unknown_parameter", "param": "response.metadata", "event_id": "evt_request_1" });
    heard(&mut session, &refusal(&error));

    let sent = said(&mut session, respond(2, None, true));

    assert_eq!(sent[0]["response"].get("metadata"), None);
    let created = heard(&mut session, &json!({ "type": "response.created", "response": { "id": "r" } }));
    assert!(
        matches!(created[..], [Heard::Event(Event::ResponseCreated(_, Some(RequestTag(2))))]),
        "{created:?}"
    );
}
