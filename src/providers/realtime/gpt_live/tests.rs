//! Sessions against texts as the provider sends them.

use audio::relay::{
    CallId, Event, ItemId, Loss, Obstacle, ReplyStatus, RequestTag, ResponseId, Sensitivity, Tokens,
};
use serde_json::{Value, json};

use super::session::LiveSession;
use crate::providers::realtime::{Author, Heard, Item, Notice, Request, Session as _, Setup};

fn session() -> LiveSession {
    LiveSession::new("gpt-live-1", Setup::for_tests())
}

/// A session that has started.
fn started() -> LiveSession {
    let mut session = session();
    hear(&mut session, &json!({ "type": "session.started", "session": { "id": "s", "expires_at": 99 } }));
    session
}

fn say(session: &mut LiveSession, request: Request) -> Vec<Value> {
    let mut texts = Vec::new();
    session.say(request, &mut texts);
    texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

fn hear(session: &mut LiveSession, event: &Value) -> Vec<Heard> {
    let mut heard = Vec::new();
    session.decode(&event.to_string(), &mut heard);
    heard
}

/// What the relay is to know of it.
fn events(session: &mut LiveSession, event: &Value) -> Vec<String> {
    let heard = hear(session, event);
    heard
        .iter()
        .map(|one| match one {
            Heard::Event(Event::Audio(item, bytes)) => {
                format!("{} sounds for {} ms", item.0, bytes.len() / 48)
            }
            Heard::Event(event) => format!("{event:?}"),
            other => format!("{other:?}"),
        })
        .collect()
}

/// A piece of output: loud or silent, of so many milliseconds.
fn sound(is_loud: bool, ms: usize) -> Value {
    let sample: i16 = if is_loud { 4_000 } else { 0 };
    let samples: Vec<i16> = (0..ms * 24).map(|at| if at % 2 == 0 { sample } else { -sample }).collect();
    let (mut bytes, mut text) = (Vec::new(), String::new());
    audio::write_samples(&samples, &mut bytes);
    audio::encode_base64(&bytes, &mut text);
    json!({ "type": "session.output_audio.delta", "delta": text })
}

fn words(side: &str, text: &str, from_ms: u64, to_ms: u64) -> Value {
    json!({ "type": format!("session.{side}_transcript.delta"), "delta": text, "start_ms": from_ms,
        "end_ms": to_ms, "event_id": "e" })
}

fn item(name: &str) -> ItemId {
    ItemId(name.into())
}

#[test]
fn a_session_is_started_with_everything_at_once_and_waited_for() {
    let history = vec![
        Item::Message(Author::System(Notice::CallEnds), "Rule.".into()),
        Item::Message(Author::User, "open?".into()),
        Item::Message(Author::Assistant, "From nine.".into()),
        Item::Tool { name: "search".into(), output: "{\"found\":1}".to_owned() },
    ];
    let mut session = session();

    let sent = say(&mut session, Request::Configure { history, sensitivity: Sensitivity::Low });

    assert_eq!(
        sent,
        [json!({
            "type": "session.start",
            "event_id": "evt_start",
            "session": {
                "model": "gpt-live-1",
                "instructions": "Be kind, and delegate.",
                "audio": { "format": { "type": "audio/pcm", "rate": 24_000 }, "output": { "voice": "marin" } },
                "delegation": { "type": "client" },
                "store": false,
                "input": [
                    { "type": "message", "role": "developer", "content": [{ "type": "input_text", "text": "Rule." }] },
                    { "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "open?" }] },
                    { "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": "From nine." }] },
                    { "type": "message", "role": "developer",
                        "content": [{ "type": "input_text", "text": "search: {\"found\":1}" }] },
                ],
            },
        })]
    );
    let event =
        json!({ "type": "session.started", "session": { "id": "s", "expires_at": 1_800_000_100_i64 } });
    assert_eq!(events(&mut session, &event), ["Expires(1800000100)", "Configured"]);
    assert_eq!(events(&mut session, &event), [""; 0], "once");
}

#[test]
fn a_history_that_is_too_long_begins_later() {
    let long = "word ".repeat(150);
    let history: Vec<Item> =
        (0..300).map(|n| Item::Message(Author::User, format!("{n} {long}").into())).collect();

    let sent = say(&mut session(), Request::Configure { history, sensitivity: Sensitivity::Low });

    let input = sent[0]["session"]["input"].as_array().unwrap();
    let text = |at: usize| input[at]["content"][0]["text"].as_str().unwrap();
    assert!(input.len() > 20 && input.len() <= 128, "{}", input.len());
    assert!(text(input.len() - 1).starts_with("299 "), "the newest is there");
    let bytes: usize = (0..input.len()).map(|at| text(at).len()).sum();
    assert!(bytes / 4 <= 8_192, "{bytes}");
}

#[test]
fn what_is_added_goes_where_it_belongs_in_pieces_that_fit() {
    let mut session = started();
    let kind_of = |sent: &[Value]| (sent[0]["type"].clone(), sent[0]["content"].clone());
    let add = |author, words: &str| Request::Add(Item::Message(author, words.into()));

    let whisper = say(&mut session, add(Author::Whisper, "offer tea"));
    let rule = say(&mut session, add(Author::System(Notice::CallEnds), "Come to an end."));
    let typed = say(&mut session, add(Author::User, "my number is 7"));
    assert_eq!(kind_of(&whisper), (json!("session.thinking.append"), json!("offer tea")));
    assert_eq!(whisper[0]["delegation_id"], Value::Null);
    assert_eq!(kind_of(&rule), (json!("session.instructions.append"), json!("Come to an end.")));
    assert_eq!(kind_of(&typed), (json!("session.thinking.append"), json!("user: my number is 7")));

    let answer = "This is a sentence of the answer. ".repeat(120);
    let sent = say(
        &mut session,
        Request::DelegationResult { task: CallId("d1".into()), told: answer.clone(), words: None },
    );

    assert!(sent.len() > 1, "{}", sent.len());
    for event in &sent {
        assert_eq!(event["type"], "session.commentary.append");
        assert_eq!(event["delegation_id"], "d1");
        assert!(event["content"].as_str().unwrap().len() / 4 <= 500);
    }
    let whole: Vec<&str> = sent.iter().filter_map(|event| event["content"].as_str()).collect();
    assert_eq!(whole.join(" "), answer.trim());
}

#[test]
fn what_the_protocol_does_not_have_is_not_sent() {
    let mut session = started();
    let response = || ResponseId("s.speech_0".into());
    for request in [
        Request::SetSensitivity(Sensitivity::Normal),
        Request::Cancel(response()),
        Request::CancelActive,
        Request::Truncate(item("i"), 100),
        Request::Delete(item("i")),
        Request::ToolResult(CallId("c".into()), "{}".to_owned()),
        Request::BeginTurn(item("t")),
        Request::EndTurn(item("t")),
        Request::Discard(response()),
    ] {
        assert_eq!(say(&mut session, request), [Value::Null; 0]);
    }
}

#[test]
fn a_stretch_of_speech_in_the_stream_is_a_response() {
    let mut session = started();
    assert_eq!(events(&mut session, &sound(false, 500)), [""; 0]);

    let begun = events(&mut session, &sound(true, 100));
    let more = events(&mut session, &words("output", "We open", 520, 900));
    let breath = events(&mut session, &sound(false, 400));
    let on = events(&mut session, &sound(true, 60));
    let over = events(&mut session, &sound(false, 900));

    let created = |n: u32| format!("ResponseCreated(ResponseId(\"s.speech_{n}\"), None)");
    let added = "ItemAdded(ResponseId(\"s.speech_0\"), ItemId(\"s.speech_0\"))".to_owned();
    assert_eq!(begun, [created(0), added, "s.speech_0 sounds for 100 ms".to_owned()]);
    assert!(more[0].contains("\"We open\"") && more[0].contains("from_ms: 0, to_ms: 380"), "{more:?}");
    assert_eq!(breath, [""; 0], "a breath ends nothing");
    assert_eq!(on, ["s.speech_0 sounds for 460 ms"], "the breath belongs to it");
    assert_eq!(over.len(), 2, "{over:?}");
    assert!(over[0].starts_with("ItemDone") && over[1].contains("Completed"), "{over:?}");
    assert_eq!(events(&mut session, &sound(true, 20))[0], created(1));
}

#[test]
fn words_wait_for_their_sound_and_late_ones_belong_to_what_was_said() {
    let mut session = started();
    assert_eq!(events(&mut session, &words("output", "Hello", 0, 300)), [""; 0]);
    let begun = events(&mut session, &sound(true, 100));
    assert!(begun[2].contains("\"Hello\""), "{begun:?}");
    events(&mut session, &sound(false, 900));

    assert_eq!(events(&mut session, &words("output", " there.", 300, 500)), [""; 0]);
    let late = events(&mut session, &sound(false, 1_000));

    assert!(late[0].contains("s.speech_0") && late[0].contains("from_ms: 300"), "{late:?}");
}

#[test]
fn what_is_discarded_is_over_and_nothing_of_it_is_passed_on_until_the_model_has_paused() {
    let mut session = started();
    events(&mut session, &sound(true, 100));
    say(&mut session, Request::Discard(ResponseId("s.speech_0".into())));

    let over = events(&mut session, &sound(true, 400));
    let pause = events(&mut session, &sound(false, 200));
    let next = events(&mut session, &sound(true, 20));

    assert!(over.len() == 2 && over[1].contains("Cancelled"), "{over:?}");
    assert_eq!(pause, [""; 0]);
    assert!(next[0].contains("s.speech_1"), "{next:?}");
}

#[test]
fn a_model_that_does_not_yield_is_heard_again_once_the_visitor_has_been_silent_for_a_while() {
    let mut session = started();
    events(&mut session, &sound(true, 100));
    say(&mut session, Request::BeginTurn(item("turn_0")));
    say(&mut session, Request::Discard(ResponseId("s.speech_0".into())));
    say(&mut session, Request::Append(vec![0; 48 * 600]));
    assert_eq!(events(&mut session, &sound(true, 600)).len(), 2);
    say(&mut session, Request::EndTurn(item("turn_0")));
    say(&mut session, Request::Append(vec![0; 48 * 680]));
    assert_eq!(events(&mut session, &sound(true, 100)), [""; 0]);

    say(&mut session, Request::Append(vec![0; 48 * 40]));
    let on = events(&mut session, &sound(true, 100));

    assert!(on[0].contains("s.speech_1") && on[2] == "s.speech_1 sounds for 100 ms", "{on:?}");
}

#[test]
fn what_is_asked_to_be_said_is_the_response_that_begins_next() {
    let mut session = started();
    let request = |tag, instructions: Option<&str>| Request::Respond {
        tag: RequestTag(tag),
        instructions: instructions.map(str::to_owned),
        prompt: "Answer now.".to_owned(),
        may_call_tools: true,
        words: None,
    };

    let sent = say(&mut session, request(7, Some("Say \"Hold\"")));
    assert_eq!(
        sent,
        [json!({ "type": "session.commentary.append", "event_id": "evt_request_7",
        "delegation_id": null, "content": "Say \"Hold\"" })]
    );
    let begun = events(&mut session, &sound(true, 20));
    assert!(begun[0].contains("Some(RequestTag(7))"), "{begun:?}");
    events(&mut session, &sound(false, 900));
    assert_eq!(say(&mut session, request(8, None))[0]["content"], "Answer now.");

    let refused = json!({ "type": "error", "event_id": "e", "error": { "type": "invalid_request_error",
        "code": "string_above_max_length", "message": "Too long.", "client_event_id": "evt_request_8" } });
    let heard = hear(&mut session, &refused);

    assert!(matches!(&heard[..], [Heard::Complaint(code),
        Heard::Event(Event::ResponseRefused(Some(RequestTag(8)), Obstacle::Other))] if code == "string_above_max_length"));
    let begun = events(&mut session, &sound(true, 20));
    assert!(begun[0].contains("None"), "what comes now is the model's own: {begun:?}");
}

#[test]
fn the_visitors_words_are_given_to_the_turns_that_were_detected() {
    let mut session = started();
    say(&mut session, Request::Append(vec![0; 48 * 2_000]));
    say(&mut session, Request::BeginTurn(item("turn_0")));

    let inside = events(&mut session, &words("input", "when", 1_700, 2_100));
    let before = events(&mut session, &words("input", "hm", 200, 400));

    assert!(inside[0].contains("turn_0") && inside[0].contains("\"when\""), "{inside:?}");
    assert!(before[0].contains("s.heard_0"), "{before:?}");
}

#[test]
fn a_task_is_the_assistants_where_the_client_is_to_do_it() {
    let mut session = started();
    let task = |target: &str| {
        json!({ "type": "session.delegation.created", "offset_ms": 5,
        "delegation": { "id": "d1", "type": "delegation", "target": target } })
    };

    assert_eq!(events(&mut session, &task("client")), ["Delegated(CallId(\"d1\"))"]);
    assert_eq!(events(&mut session, &task("responses")), [""; 0]);
}

#[test]
fn use_is_passed_on_in_steps_and_to_the_last_millisecond() {
    let mut session = started();
    let used = |seconds: f64| json!({ "type": "session.usage.updated", "usage": { "seconds": seconds } });

    assert_eq!(events(&mut session, &used(4.0)), [""; 0]);
    assert_eq!(events(&mut session, &used(10.5)), ["Lasted { ms: 10500, is_estimate: false }"]);
    assert_eq!(events(&mut session, &used(9.0)), [""; 0], "it is cumulative, and never goes back");
    let closed = json!({ "type": "session.closed", "reason": "expired", "usage": { "seconds": 12.25 } });
    let last = events(&mut session, &closed);
    let mut more = Vec::new();
    session.ended(&mut more);

    assert_eq!(
        last,
        ["Lasted { ms: 1750, is_estimate: false }", "Complaint(\"closed_expired\")", "Lost(Passing)"]
    );
    assert!(more.is_empty() && session.farewell().is_none());
}

#[test]
fn a_session_that_is_cut_has_used_what_it_was_sent() {
    let mut session = started();
    say(&mut session, Request::Append(vec![0; 48 * 3_000]));
    hear(&mut session, &json!({ "type": "session.usage.updated", "usage": { "seconds": 2.0 } }));
    let mut heard = Vec::new();

    session.ended(&mut heard);
    session.ended(&mut heard);

    assert!(
        matches!(
            heard[..],
            [Heard::Lasted { ms: 2_000, is_estimate: false }, Heard::Lasted { ms: 1_000, is_estimate: true },]
        ),
        "{heard:?}"
    );
}

#[test]
fn a_refused_start_is_tried_again_without_what_can_be_missed_and_given_up_else() {
    let refusal = |param: &str| {
        json!({ "type": "error", "error": { "type": "invalid_request_error",
        "code": "unknown_parameter", "message": format!("Unknown parameter: '{param}'."), "param": param,
        "client_event_id": "evt_start" } })
    };
    let heard = hear(&mut session(), &refusal("session.audio.output.voice"));
    let [Heard::Complaint(_), Heard::Reduced(Some(field), setup), Heard::Event(Event::Lost(Loss::Passing))] =
        &heard[..]
    else {
        panic!("{heard:?}")
    };
    assert_eq!(field, "audio.output.voice");

    let mut again = LiveSession::new("gpt-live-1", (**setup).clone());
    let sent = say(&mut again, Request::Configure { history: Vec::new(), sensitivity: Sensitivity::Low });
    assert_eq!(sent[0]["session"]["audio"], json!({ "format": { "type": "audio/pcm", "rate": 24_000 } }));
    for param in ["session.audio.output.voice", "session.instructions", "session.model"] {
        let heard = hear(&mut again, &refusal(param));
        assert!(matches!(heard.last(), Some(Heard::Event(Event::Lost(Loss::Final)))), "{param}: {heard:?}");
    }
}

#[test]
fn a_wrong_key_or_an_empty_account_is_final_and_other_errors_end_nothing() {
    let error = |code: &str| json!({ "type": "error", "error": { "type": "server_error", "code": code, "message": "m" } });
    let is_lost = |heard: &[Heard]| heard.iter().any(|one| matches!(one, Heard::Event(Event::Lost(_))));
    let mut session = started();

    assert!(!is_lost(&hear(&mut session, &error("something"))));
    assert!(!is_lost(&hear(&mut session, &json!({ "type": "info", "code": "notice", "message": "m" }))));
    for text in ["", "[]", "{\"type\":7}", "{\"type\":\"session.output_audio.delta\",\"delta\":\"?\"}"] {
        let mut heard = Vec::new();
        session.decode(text, &mut heard);
        assert!(!is_lost(&heard), "{text}");
    }
    let heard = hear(&mut session, &error("invalid_api_key"));
    assert!(matches!(heard.last(), Some(Heard::Event(Event::Lost(Loss::Final)))));
}

#[test]
fn a_connection_that_is_closed_instead_of_started_is_given_up_the_second_time() {
    let close = |setup: Setup| {
        let mut heard = Vec::new();
        LiveSession::new("gpt-live-1", setup).closed(1_008, &mut heard);
        heard
    };

    let first = close(Setup::for_tests());
    let [Heard::Reduced(None, setup)] = &first[..] else { panic!("{first:?}") };
    let second = close((**setup).clone());

    assert!(matches!(second[..], [Heard::Unfit(_), Heard::Event(Event::Lost(Loss::Final))]), "{second:?}");
}

#[test]
fn a_response_counts_no_tokens() {
    let mut session = started();
    events(&mut session, &sound(true, 20));
    let over = hear(&mut session, &sound(false, 900));

    assert!(over.iter().any(|one| matches!(one,
        Heard::Event(Event::ResponseDone(_, ReplyStatus::Completed, tokens)) if *tokens == Tokens::default())));
    assert!(!session.capabilities().counts_tokens);
}
