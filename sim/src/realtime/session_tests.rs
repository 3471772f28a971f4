//! Sessions without a runtime: the clock is an argument, so hours pass at once, and chance is repeatable.

use proptest::prelude::*;
use std::collections::HashSet;

use super::super::log::{ConnectionLog, Records};
use super::super::scenario::Turn;
use super::*;

fn open(scenario: Scenario) -> Session {
    Session::open(Opening {
        model: "gpt-realtime-2.1".to_owned(),
        ..Opening::offline(scenario, Records::new().open(ConnectionLog::default()))
    })
}

/// Everything said since the last time.
fn said(session: &mut Session) -> Vec<Value> {
    let emissions = session.take_emissions();
    let texts = emissions.into_iter().filter_map(|emission| match emission {
        Emission::Text(text) => Some(text),
        Emission::Close(..) | Emission::Drop => None,
    });
    texts.map(|text| serde_json::from_str(&text).unwrap()).collect()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["type"].as_str()).collect()
}

/// Lets time pass up to `to_ms`, doing everything when it is due.
fn pass(session: &mut Session, to_ms: u64) {
    while let Some(due_ms) = session.next_ms().filter(|due_ms| *due_ms <= to_ms) {
        session.tick(due_ms.max(session.now_ms));
    }
    session.tick(to_ms);
}

fn append(samples: &[i16]) -> String {
    let mut audio = String::new();
    super::super::sound::encode(samples, &mut audio);
    json!({ "type": "input_audio_buffer.append", "audio": audio }).to_string()
}

fn update(audio: Value) -> String {
    json!({ "type": "session.update", "session": { "type": "realtime", "audio": audio } }).to_string()
}

fn loud(ms: usize) -> Vec<i16> {
    (0..ms * 24).map(|n| if n / 40 % 2 == 0 { 6_000 } else { -6_000 }).collect()
}

#[test]
fn detection_does_nothing_for_an_hour_without_further_sound() {
    let mut session = open(Scenario::default());
    session.receive(&update(json!({})), 0);
    session.receive(&append(&loud(500)), 10);
    said(&mut session);

    pass(&mut session, SESSION_MS - 1);
    assert_eq!(said(&mut session), [Value::Null; 0]);

    session.receive(&append(&[0; 24 * 200]), SESSION_MS - 1);
    let events = said(&mut session);
    assert_eq!(events[0]["type"], "input_audio_buffer.speech_stopped");
    assert_eq!(events[0]["audio_end_ms"], 700);
}

#[test]
fn silence_is_answered_after_the_time_that_was_asked_for() {
    let mut session = open(Scenario::default().pace(10.0).script([Turn::say_for("Hello?", 4_000)]));
    let detection = json!({ "type": "server_vad", "idle_timeout_ms": 5_000 });
    session.receive(&update(json!({ "input": { "turn_detection": detection } })), 0);
    session.receive(r#"{"type":"response.create"}"#, 0);
    pass(&mut session, 1_000);
    assert_eq!(kinds(&said(&mut session)).last(), Some(&"response.done"));

    // What was said takes until 4,000 to be heard.
    pass(&mut session, 8_999);
    assert_eq!(said(&mut session), [Value::Null; 0]);
    pass(&mut session, 9_000);

    let events = said(&mut session);
    let expected = [
        "input_audio_buffer.timeout_triggered",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
    ];
    assert_eq!(kinds(&events)[..5], expected);
}

#[test]
fn an_hour_is_the_longest_session() {
    let mut session = open(Scenario::default());
    said(&mut session);

    pass(&mut session, SESSION_MS);

    let emissions = session.take_emissions();
    assert_eq!(emissions.back(), Some(&Emission::Close(1_001, "session expired".to_owned())));
    assert_eq!(session.next_ms(), None);
}

#[test]
fn a_response_waits_for_its_voice_and_fails_without() {
    let scenario = Scenario { voice: super::super::scenario::Voice::Espeak, ..Scenario::default() };
    let mut session = open(scenario.script([Turn::say("Hello."), Turn::say("Again.")]));
    session.receive(r#"{"type":"response.create"}"#, 0);
    said(&mut session);
    let request = session.take_speech_requests().remove(0);
    pass(&mut session, 1_000);
    assert_eq!((request.text.as_str(), said(&mut session).len()), ("Hello.", 0));

    session.take_speech(&request.response_id, 0, Some(vec![5; 2_400]), 1_000);
    pass(&mut session, 2_000);
    let done = said(&mut session).pop().unwrap();
    assert_eq!(done["response"]["status"], "completed");
    assert_eq!(done["response"]["usage"]["output_token_details"]["audio_tokens"], 2);

    session.receive(r#"{"type":"response.create"}"#, 2_000);
    let request = session.take_speech_requests().remove(0);
    session.take_speech(&request.response_id, 0, None, 2_000);
    pass(&mut session, 3_000);
    assert_eq!(said(&mut session).pop().unwrap()["response"]["status"], "failed");
}

#[test]
fn a_scenario_says_who_speaks_once() {
    let scenario = Scenario { announces_simulation: true, ..Scenario::default() };
    let mut session = open(scenario.pace(10.0).script([Turn::say("One."), Turn::say("Two.")]));
    for now_ms in [0, 5_000] {
        session.receive(r#"{"type":"response.create"}"#, now_ms);
        pass(&mut session, now_ms + 4_000);
    }

    let events = said(&mut session);
    let words: Vec<&str> = events.iter().filter_map(|event| event["transcript"].as_str()).collect();
    assert_eq!(words, ["This is a simulated voice, there is no model behind it. One.", "Two."]);
}

/// What a client might do, well or badly.
#[derive(Debug, Clone)]
enum Act {
    Send(String),
    Loud(usize),
    Quiet(usize),
    /// Something with the id of an item that exists, counted from the end.
    ToItem(&'static str, usize, i64),
    /// The output of a call that exists.
    Output(usize),
    CancelKnown(usize),
    Say,
}

fn valid() -> impl Strategy<Value = String> {
    let detection = |kind: &str| {
        update(json!({ "input": { "turn_detection": { "type": kind, "interrupt_response": true } } }))
    };
    let text =
        json!({ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "hi" }] });
    let aside = json!({ "conversation": "none", "output_modalities": ["text"], "metadata": { "a": "b" } });
    let all = vec![
        update(json!({})),
        update(json!({ "input": { "turn_detection": null } })),
        update(json!({ "input": { "transcription": { "model": "gpt-transcribe" } } })),
        update(json!({ "output": { "voice": "cedar" } })),
        detection("server_vad"),
        detection("semantic_vad"),
        update(
            json!({ "input": { "turn_detection": { "type": "server_vad", "interrupt_response": false } } }),
        ),
        json!({ "type": "session.update", "session": { "type": "transcription" } }).to_string(),
        json!({ "type": "input_audio_buffer.commit" }).to_string(),
        json!({ "type": "input_audio_buffer.clear" }).to_string(),
        json!({ "type": "conversation.item.create", "item": text }).to_string(),
        json!({ "type": "conversation.item.create", "previous_item_id": "root", "item": text }).to_string(),
        json!({ "type": "response.create" }).to_string(),
        json!({ "type": "response.create", "response": aside }).to_string(),
        json!({ "type": "response.create", "response": { "output_modalities": ["text"] } }).to_string(),
        json!({ "type": "response.cancel" }).to_string(),
    ];
    prop::sample::select(all)
}

/// A valid event with a byte changed, or a piece missing, or nothing of the sort at all.
fn broken() -> impl Strategy<Value = String> {
    let mutated = (valid(), any::<prop::sample::Index>(), any::<char>()).prop_map(|(text, at, one)| {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        chars[at] = one;
        chars.into_iter().collect()
    });
    let cut = (valid(), any::<prop::sample::Index>())
        .prop_map(|(text, at)| text.chars().take(at.index(text.len())).collect());
    let renamed = (valid(), "[a-z_.]{0,12}").prop_map(|(text, name)| text.replacen("type", &name, 1));
    prop_oneof![mutated, cut, renamed, ".{0,80}"]
}

fn act() -> impl Strategy<Value = Act> {
    let to_item = prop::sample::select(vec![
        "conversation.item.truncate",
        "conversation.item.delete",
        "conversation.item.retrieve",
    ]);
    prop_oneof![
        6 => valid().prop_map(Act::Send),
        3 => broken().prop_map(Act::Send),
        3 => (1..800_usize).prop_map(Act::Loud),
        3 => (1..900_usize).prop_map(Act::Quiet),
        2 => (to_item, 0..6_usize, -10..5_000_i64).prop_map(|(kind, at, ms)| Act::ToItem(kind, at, ms)),
        2 => (0..3_usize).prop_map(Act::Output),
        1 => (0..3_usize).prop_map(Act::CancelKnown),
        1 => Just(Act::Say),
    ]
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let turn = prop_oneof![
        Just(Turn::say("Some words to say.")),
        Just(Turn::say_for("Long.", 8_000)),
        Just(Turn::calls([("f", json!({ "a": 1 })), ("g", json!({}))]).after("Wait.")),
        Just(Turn::call("h", &json!({}))),
        Just(Turn::TwoItems { first: ("One.".to_owned(), 500), second: ("Two.".to_owned(), 700) }),
        Just(Turn::fail("server_error")),
        Just(Turn::Stall),
    ];
    let drain = prop::sample::select(vec![0_u64, 0, 150, 2_000]);
    let updated = prop::sample::select(vec![0_u64, 0, 500]);
    let script = prop::collection::vec(turn, 0..6);
    (script, drain, updated, any::<u64>(), 1.0..10.0_f64).prop_map(|(script, drain, updated, seed, pace)| {
        Scenario::default()
            .script(script)
            .cancel_drain_ms(drain)
            .delay_updated_ms(updated)
            .seed(seed)
            .pace(pace)
    })
}

/// What must hold of everything that is sent.
#[derive(Debug, Default)]
struct Invariants {
    created: HashSet<String>,
    done: HashSet<String>,
    active: Option<String>,
    items: Vec<String>,
    calls: Vec<String>,
}

impl Invariants {
    fn check(&mut self, event: &Value) -> Result<(), TestCaseError> {
        let kind = event["type"].as_str().unwrap_or_default();
        let response = &event["response"];
        let id = response["id"].as_str().or(event["response_id"].as_str()).unwrap_or_default().to_owned();
        match kind {
            "response.created" => {
                prop_assert!(self.created.insert(id.clone()), "{id} was created twice");
                if !response["conversation_id"].is_null() {
                    prop_assert_eq!(&self.active, &None, "two responses are active");
                    self.active = Some(id);
                }
            }
            "response.done" => {
                prop_assert!(self.created.contains(&id), "{id} ended without having begun");
                prop_assert!(self.done.insert(id.clone()), "{id} ended twice");
                if self.active.as_ref() == Some(&id) {
                    self.active = None;
                }
                for item in response["output"].as_array().into_iter().flatten() {
                    self.calls.extend(item["call_id"].as_str().map(str::to_owned));
                }
            }
            _ if kind.starts_with("response.") => {
                prop_assert!(
                    self.created.contains(&id) && !self.done.contains(&id),
                    "{kind} of {id} out of place"
                );
            }
            "conversation.item.added" => self.items.extend(event["item"]["id"].as_str().map(str::to_owned)),
            _ => {}
        }
        Ok(())
    }

    fn item(&self, at: usize) -> &str {
        self.items.iter().rev().nth(at).map_or("item_unknown", String::as_str)
    }
}

fn perform(session: &mut Session, act: Act, seen: &Invariants, now_ms: u64) {
    let event = match act {
        Act::Send(text) => return session.receive(&text, now_ms),
        Act::Loud(ms) => return session.receive(&append(&loud(ms)), now_ms),
        Act::Quiet(ms) => return session.receive(&append(&vec![0; ms * 24]), now_ms),
        Act::Say => return session.say("Out of turn.", now_ms),
        Act::ToItem("conversation.item.truncate", at, ms) => json!({
            "type": "conversation.item.truncate", "item_id": seen.item(at), "content_index": 0, "audio_end_ms": ms,
        }),
        Act::ToItem(kind, at, _) => json!({ "type": kind, "item_id": seen.item(at) }),
        Act::Output(at) => {
            let call_id = seen.calls.iter().rev().nth(at).map_or("call_unknown", String::as_str);
            let item = json!({ "type": "function_call_output", "call_id": call_id, "output": "ok" });
            json!({ "type": "conversation.item.create", "item": item })
        }
        Act::CancelKnown(at) => {
            let mut known: Vec<&String> = seen.created.iter().collect();
            known.sort();
            json!({ "type": "response.cancel", "response_id": known.get(at) })
        }
    };
    session.receive(&event.to_string(), now_ms);
}

proptest! {
    /// Proptest prints the acts and the scenario with its seed when this fails.
    #[test]
    fn whatever_a_client_does_every_response_begins_and_ends_once(
        scenario in scenario(),
        acts in prop::collection::vec((act(), 0..1_500_u64), 1..60),
    ) {
        let mut session = open(scenario);
        let mut seen = Invariants::default();
        let mut now_ms = 0;
        for (act, wait_ms) in acts {
            perform(&mut session, act, &seen, now_ms);
            for event in said(&mut session) {
                seen.check(&event)?;
            }
            now_ms += wait_ms;
            pass(&mut session, now_ms);
            for event in said(&mut session) {
                seen.check(&event)?;
            }
        }
        // What hangs on purpose is cancelled; then everything comes to its end.
        for _ in 0..20 {
            session.receive(r#"{"type":"response.cancel"}"#, now_ms);
            now_ms += 20_000;
            pass(&mut session, now_ms);
        }
        for event in said(&mut session) {
            seen.check(&event)?;
        }
        prop_assert_eq!(&seen.active, &None);
        prop_assert_eq!(seen.created, seen.done);
    }
}
