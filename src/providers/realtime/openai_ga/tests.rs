//! The dialect against texts as providers send them, and against texts that nobody sends.

use audio::relay::{Event, ItemId, Loss, Obstacle, ReplyStatus, RequestTag, Sensitivity, Tokens};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::session::GaSession;
use crate::providers::realtime::{Author, Heard, Item, Notice, Request, Session as _, Setup, Task};

pub(super) fn setup() -> Setup {
    Setup::for_tests()
}

fn session() -> GaSession {
    GaSession::new(setup())
}

pub(super) fn said(session: &mut GaSession, request: Request) -> Vec<Value> {
    let mut out = Vec::new();
    session.say(request, &mut out);
    out.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

pub(super) fn heard(session: &mut GaSession, event: &Value) -> Vec<Heard> {
    let mut out = Vec::new();
    session.decode(&event.to_string(), &mut out);
    out
}

fn events(session: &mut GaSession, event: &Value) -> Vec<Event> {
    heard(session, event)
        .into_iter()
        .filter_map(|one| match one {
            Heard::Event(event) => Some(event),
            _ => None,
        })
        .collect()
}

pub(super) fn respond(tag: u32, instructions: Option<&str>, may_call_tools: bool) -> Request {
    let instructions = instructions.map(str::to_owned);
    Request::Respond {
        tag: RequestTag(tag),
        instructions,
        prompt: String::new(),
        may_call_tools,
        words: None,
    }
}

fn configure() -> Request {
    Request::Configure { history: Vec::new(), sensitivity: Sensitivity::Normal }
}

#[test]
fn every_field_that_matters_is_set_up_and_none_is_null_by_accident() {
    let sent = said(&mut session(), configure());

    let session = &sent[0]["session"];
    assert_eq!(sent[0]["type"], "session.update");
    assert_eq!(session["type"], "realtime");
    assert_eq!(session["output_modalities"], json!(["audio"]));
    assert_eq!(session["audio"]["output"]["voice"], "marin");
    assert_eq!(session["audio"]["input"]["turn_detection"]["threshold"], 0.5);
    assert_eq!(session["audio"]["input"]["turn_detection"]["interrupt_response"], true);
    assert_eq!(
        session["audio"]["input"]["transcription"],
        json!({"model": "gpt-transcribe", "language": "es"})
    );
    assert_eq!(session["tools"][0]["name"], "search");
    assert!(session.get("model").is_none(), "it cannot be changed after connecting");
}

#[test]
fn history_is_told_as_text_with_results_of_tools() {
    let history = vec![
        Item::Message(Author::User, "open?".into()),
        Item::Tool { name: "search".into(), output: "{\"hours\":9}".to_owned() },
        Item::Message(Author::Assistant, "From nine.".into()),
        Item::Message(Author::System(Notice::CallEnds), "Offer tea.".into()),
    ];
    let sent = said(&mut session(), Request::Configure { history, sensitivity: Sensitivity::Low });

    let kinds: Vec<&Value> = sent[1..].iter().map(|one| &one["item"]["type"]).collect();
    assert_eq!(kinds, ["message", "function_call", "function_call_output", "message", "message"]);
    assert_eq!(sent[2]["item"]["call_id"], sent[3]["item"]["call_id"]);
    assert_eq!(sent[4]["item"]["content"][0]["type"], "output_text");
    assert_eq!(sent[5]["item"]["role"], "system");
    assert_eq!(sent[0]["session"]["audio"]["input"]["turn_detection"]["threshold"], 0.75);
}

#[test]
fn a_session_says_when_it_ends_where_it_knows() {
    let mut session = session();
    let created = |session_fields: Value| json!({ "type": "session.created", "session": session_fields });

    let told = heard(&mut session, &created(json!({ "id": "sess_1", "expires_at": 1_800_000_000 })));
    assert!(matches!(told[..], [Heard::Expires(1_800_000_000)]), "{told:?}");
    for silent in [json!({}), json!({ "expires_at": 0 }), json!({ "expires_at": null }), json!("soon")] {
        assert!(heard(&mut session, &created(silent)).is_empty());
    }
}

#[test]
fn only_the_first_confirmation_makes_it_ready() {
    let mut session = session();
    said(&mut session, configure());

    assert!(matches!(events(&mut session, &json!({"type": "session.updated"}))[..], [Event::Configured]));
    assert!(events(&mut session, &json!({"type": "session.updated"})).is_empty());
}

#[test]
fn sound_goes_up_in_base64_and_comes_down_from_it() {
    let mut session = session();
    let sent = said(&mut session, Request::Append(vec![1, 2, 3, 4]));
    assert_eq!(sent[0], json!({"type": "input_audio_buffer.append", "audio": "AQIDBA=="}));

    for kind in ["response.output_audio.delta", "response.audio.delta"] {
        let event = json!({"type": kind, "item_id": "a", "response_id": "r", "delta": "AQIDBA==", "obfuscation": "x"});
        let [Event::Audio(item, bytes)] = &events(&mut session, &event)[..] else { panic!("{kind}") };
        assert_eq!((item, &bytes[..]), (&ItemId("a".into()), &[1, 2, 3, 4][..]));
    }
}

#[test]
fn a_response_carries_our_tag_there_and_back() {
    let mut session = session();
    let sent = said(&mut session, respond(7, None, true));
    let metadata = &sent[0]["response"]["metadata"];

    let created = json!({"type": "response.created", "response": {"id": "r", "metadata": metadata}});
    assert!(matches!(&events(&mut session, &created)[..], [Event::ResponseCreated(_, Some(RequestTag(7)))]));
    let own = json!({"type": "response.created", "response": {"id": "r2", "metadata": null}});
    assert!(matches!(&events(&mut session, &own)[..], [Event::ResponseCreated(_, None)]));
}

#[test]
fn instructions_of_one_response_keep_those_of_the_session() {
    let mut session = session();
    for may_call_tools in [true, false] {
        let sent = said(&mut session, respond(1, Some("Greet them."), may_call_tools));
        let response = &sent[0]["response"];
        assert_eq!(response["instructions"], "Be kind.\n\nGreet them.");
        assert_eq!(response["tool_choice"] == "none", !may_call_tools, "{response}");
    }
    let plain = said(&mut session, respond(2, None, true));
    assert!(plain[0]["response"].get("instructions").is_none());
}

#[test]
fn cached_tokens_are_part_of_the_input_by_kind() {
    let done = json!({"type": "response.done", "response": {"id": "r", "status": "completed", "usage": {
        "total_tokens": 200, "input_tokens": 150, "output_tokens": 50,
        "input_token_details": {"text_tokens": 100, "audio_tokens": 50, "cached_tokens": 64,
            "cached_tokens_details": {"text_tokens": 60, "audio_tokens": 4}},
        "output_token_details": {"text_tokens": 10, "audio_tokens": 40}}}});

    let [Event::ResponseDone(_, ReplyStatus::Completed, tokens)] = events(&mut session(), &done)[..] else {
        panic!()
    };

    let expected = Tokens {
        text_in: 100,
        audio_in: 50,
        cached_text_in: 60,
        cached_audio_in: 4,
        text_out: 10,
        audio_out: 40,
    };
    assert_eq!(tokens, expected);
}

#[test]
fn a_refused_set_up_is_tried_with_less_and_then_given_up() {
    let mut session = session();
    said(&mut session, configure());
    let refusal = json!({"type": "error", "error": {"type": "invalid_request_error", "code": "invalid_value",
        "param": "session.audio.input.transcription.model"}});
    let model = |heard: &[Heard]| {
        let answer = heard.iter().find_map(|one| match one {
            Heard::Answer(text) => Some(serde_json::from_str::<Value>(text).unwrap()),
            _ => None,
        })?;
        Some(answer["session"]["audio"]["input"]["transcription"].clone())
    };

    assert_eq!(model(&heard(&mut session, &refusal)), Some(json!({"model": "older", "language": "es"})));
    // First without transcription models, then without the transcription field, then with the essential fields only.
    for _ in 0..3 {
        assert_eq!(model(&heard(&mut session, &refusal)), Some(Value::Null));
    }
    assert!(matches!(events(&mut session, &refusal)[..], [Event::Lost(Loss::Final)]));
}

#[test]
fn a_session_that_only_writes_is_set_up_for_that_and_given_up_without_a_model() {
    let mut session = GaSession::new(Setup { task: Task::Write { names_model: false }, ..setup() });
    let sent = said(&mut session, configure());
    let input = &sent[0]["session"]["audio"]["input"];
    assert_eq!(sent[0]["session"]["type"], "transcription");
    assert_eq!(input["transcription"], json!({ "model": "gpt-transcribe", "language": "es" }));
    assert_eq!(input["turn_detection"]["silence_duration_ms"], 500);
    assert!(input["turn_detection"].get("create_response").is_none(), "nobody answers");
    assert!(sent[0]["session"].get("instructions").is_none() && sent[0]["session"].get("tools").is_none());

    let refusal = json!({"type": "error", "error": {"type": "invalid_request_error", "code": "invalid_value",
        "param": "session.audio.input.turn_detection", "event_id": "evt_setup"}});
    let [Heard::Complaint(_), Heard::Reduced(..), Heard::Answer(again)] = &heard(&mut session, &refusal)[..]
    else {
        panic!()
    };
    let again: Value = serde_json::from_str(again).unwrap();
    assert_eq!(again["session"]["audio"]["input"]["transcription"]["model"], "older");
    assert!(matches!(events(&mut session, &refusal)[..], [Event::Lost(Loss::Final)]));
}

#[test]
fn without_anybody_to_write_it_down_a_turn_does_not_wait_for_words() {
    let mut setup = setup();
    setup.transcription_models.clear();
    let mut session = GaSession::new(setup);
    let committed = json!({"type": "input_audio_buffer.committed", "item_id": "u", "previous_item_id": null});

    let heard = events(&mut session, &committed);

    assert!(matches!(&heard[..], [Event::TurnCommitted { after: None, .. }, Event::TurnFailed(_)]));
}

#[test]
fn a_harmless_error_means_nothing_and_a_deadly_one_is_final() {
    let mut session = session();
    said(&mut session, configure());
    events(&mut session, &json!({"type": "session.updated"}));
    let error =
        |code: &str| json!({"type": "error", "error": {"type": "invalid_request_error", "code": code}});

    for harmless in ["response_cancel_not_active", "input_audio_buffer_commit_empty", "invalid_tool_call_id"]
    {
        assert!(events(&mut session, &error(harmless)).is_empty(), "{harmless}");
    }
    assert!(matches!(
        events(&mut session, &error("conversation_already_has_active_response"))[..],
        [Event::ResponseRefused(None, Obstacle::Active)]
    ));
    assert!(matches!(events(&mut session, &error("session_expired"))[..], [Event::Lost(Loss::Passing)]));
    assert!(matches!(events(&mut session, &error("insufficient_quota"))[..], [Event::Lost(Loss::Final)]));
}

#[test]
fn what_writing_words_down_used_is_told_in_tokens_or_seconds() {
    let mut session = session();
    let event = |usage: Value| {
        json!({"type": "conversation.item.input_audio_transcription.completed", "item_id": "u",
            "transcript": " hola ", "usage": usage})
    };
    let by_seconds = heard(&mut session, &event(json!({"type": "duration", "seconds": 2.5})));
    let by_tokens = heard(
        &mut session,
        &event(json!({"type": "tokens", "input_tokens": 30, "output_tokens": 5,
            "input_token_details": {"audio_tokens": 25, "text_tokens": 5}})),
    );

    assert!(
        matches!(&by_seconds[0], Heard::Written(model, used) if model == "gpt-transcribe" && used.duration_ms == 2_500)
    );
    assert!(
        matches!(&by_tokens[0], Heard::Written(_, used) if (used.audio_tokens, used.text_tokens, used.output_tokens) == (25, 5, 5))
    );
    assert!(matches!(&by_tokens[1], Heard::Event(Event::TurnTranscribed(_, words)) if &**words == "hola"));
}

proptest! {
    #[test]
    fn any_text_is_taken_without_a_panic(text in "\\PC{0,200}") {
        let mut out = Vec::new();
        session().decode(&text, &mut out);
    }

    #[test]
    fn any_json_in_any_field_is_taken_without_a_panic(
        kind in prop::sample::select(vec![
            "response.done", "response.created", "response.output_item.done", "response.output_item.added", "error",
            "response.output_audio.delta", "conversation.item.input_audio_transcription.completed",
            "input_audio_buffer.committed", "session.updated", "response.future_thing",
        ]),
        field in prop::sample::select(vec!["response", "item", "error", "usage", "delta", "item_id", "output_index"]),
        value in prop::sample::select(vec![
            json!(null), json!(1), json!("x"), json!([]), json!({}), json!({"id": null}), json!({"id": "a", "usage": 3}),
            json!({"status": 7, "id": "r"}), json!({"type": "function_call"}), json!({"code": null, "event_id": 4}),
        ]),
    ) {
        let mut event = json!({ "type": kind });
        event[field] = value;
        heard(&mut session(), &event);
    }
}

#[test]
fn a_session_that_listens_answers_nothing() {
    let mut listener = GaSession::new(Setup { task: Task::Listen, ..setup() });
    let sent =
        said(&mut listener, Request::Configure { history: Vec::new(), sensitivity: Sensitivity::Normal });
    let session = &sent[0]["session"];

    assert_eq!(session["type"], "realtime");
    let detection = &session["audio"]["input"]["turn_detection"];
    assert_eq!(
        (&detection["create_response"], &detection["interrupt_response"]),
        (&json!(false), &json!(false))
    );
}
