//! Full-duplex sessions without a runtime: their clock is the sound that they are given.

use serde_json::{Value, json};
use std::sync::Arc;

use super::LiveSession;
use crate::realtime::events::Emission;
use crate::realtime::faults::RefusalShape;
use crate::realtime::log::{ConnectionLog, Records};
use crate::realtime::scenario::{Scenario, Turn};
use crate::realtime::session::Opening;

/// A session and the log of what its client did wrong.
struct Live {
    session: LiveSession,
    records: Arc<Records>,
}

impl Live {
    fn open(scenario: Scenario) -> Self {
        let records = Records::new();
        let opening = Opening::offline(scenario, records.open(ConnectionLog::default()));
        Self { session: LiveSession::open(opening), records }
    }

    fn started(scenario: Scenario) -> Self {
        let mut live = Self::open(scenario);
        let said = live.tell(&json!({ "type": "session.start", "session": { "model": "gpt-live-1" } }));
        assert_eq!(kinds(&said), ["session.started"]);
        live
    }

    /// Everything said since the last time, but for sound.
    fn said(&mut self) -> Vec<Value> {
        let texts = self.session.take_emissions().into_iter().filter_map(|emission| match emission {
            Emission::Text(text) => serde_json::from_str::<Value>(&text).ok(),
            Emission::Close(code, _) => Some(json!({ "type": "close", "code": code })),
            Emission::Drop => None,
        });
        texts.filter(|event| event["type"] != "session.output_audio.delta").collect()
    }

    fn tell(&mut self, event: &Value) -> Vec<Value> {
        self.session.receive(&event.to_string(), 0);
        self.said()
    }

    /// Appends sound of one loudness.
    fn hear(&mut self, amplitude: i16, ms: usize) -> Vec<Value> {
        let samples: Vec<i16> =
            (0..ms * 24).map(|at| if at % 2 == 0 { amplitude } else { -amplitude }).collect();
        let (mut bytes, mut text) = (Vec::new(), String::new());
        audio::write_samples(&samples, &mut bytes);
        audio::encode_base64(&bytes, &mut text);
        self.tell(&json!({ "type": "session.input_audio.append", "audio": text }))
    }

    fn violations(&self) -> Vec<String> {
        self.records.all()[0].violations.clone()
    }
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["type"].as_str()).collect()
}

/// The words of one side, together.
fn words(events: &[Value], side: &str) -> String {
    let kind = format!("session.{side}_transcript.delta");
    events.iter().filter(|event| event["type"] == *kind).filter_map(|event| event["delta"].as_str()).collect()
}

#[test]
fn a_visitor_is_heard_put_in_words_with_their_times_and_answered() {
    let scenario = Scenario::default().hears(["when do you open"]).script([Turn::say_for("At nine.", 800)]);
    let mut live = Live::started(scenario);

    let mut said = live.hear(0, 400);
    said.extend(live.hear(3_000, 1_000));
    said.extend(live.hear(0, 2_000));

    assert_eq!(
        (words(&said, "input"), words(&said, "output")),
        ("when do you open".into(), "At nine.".into())
    );
    let first = said.iter().find(|event| event["type"] == "session.input_transcript.delta").unwrap();
    let from_ms = first["start_ms"].as_u64().unwrap();
    assert!((380..=440).contains(&from_ms), "{first}");
    let last = said.iter().rfind(|event| event["type"] == "session.usage.updated").unwrap();
    assert_eq!(last["usage"]["seconds"], json!(3.4));
    assert_eq!(live.violations(), [""; 0]);
}

#[test]
fn nothing_happens_while_nothing_is_appended() {
    let mut live = Live::started(Scenario::default().script([Turn::say_for("Hello there.", 1_000)]));
    live.hear(3_000, 600);
    let before = live.hear(0, 600);

    live.session.tick(50_000);

    assert_eq!(live.said(), [Value::Null; 0]);
    assert!(words(&before, "output").len() < "Hello there.".len(), "it is in the middle of it");
    assert_eq!(words(&live.hear(0, 2_000), "output").trim_start(), "there.");
}

#[test]
fn it_falls_silent_when_it_is_spoken_over_for_long_enough() {
    let mut live = Live::started(Scenario::default().script([Turn::say_for(&"word ".repeat(40), 8_000)]));
    live.hear(3_000, 600);
    live.hear(0, 1_500);
    assert!(live.session.speech.is_some());

    live.hear(3_000, 200);
    assert!(live.session.speech.is_some(), "a cough is not enough");
    live.hear(3_000, 120);

    assert!(live.session.speech.is_none());
}

#[test]
fn a_task_is_handed_over_and_its_answer_spoken() {
    let scenario = Scenario::default().script([Turn::call("lookup", &json!({}))]).acknowledges("One moment.");
    let mut live = Live::started(scenario);
    live.hear(3_000, 600);
    let said = live.hear(0, 2_000);
    let task = said.iter().find(|event| event["type"] == "session.delegation.created").unwrap();
    assert_eq!(
        (&task["delegation"]["target"], words(&said, "output")),
        (&json!("client"), "One moment.".to_owned())
    );

    let event = json!({ "type": "session.commentary.append", "event_id": "e1",
        "delegation_id": task["delegation"]["id"], "content": "It was sent today." });
    let acknowledged = live.tell(&event);
    assert_eq!(kinds(&acknowledged), ["session.commentary.appended"]);
    assert_eq!(acknowledged[0]["client_event_id"], "e1");

    assert_eq!(words(&live.hear(0, 3_000), "output"), "It was sent today.");
    assert_eq!(live.violations(), [""; 0]);
}

#[test]
fn what_a_client_may_not_send_is_refused_and_noted() {
    let start = json!({ "type": "session.start", "session": { "model": "gpt-live-1" } });
    let append = |content: String, task: Value| json!({ "type": "session.thinking.append", "content": content, "delegation_id": task });
    let cases = [
        (
            json!({ "type": "session.start", "session": { "model": "gpt-live-1", "speed": 1 } }),
            "session_already_started",
        ),
        (json!({ "type": "session.input_audio.append", "audio": "AAAA", "rate": 1 }), "unknown_parameter"),
        (json!({ "type": "session.thinking.append", "content": "psst" }), "missing_required_parameter"),
        (append(String::new(), Value::Null), "invalid_value"),
        (append("x".repeat(2_100), Value::Null), "string_above_max_length"),
        (append("psst".to_owned(), json!("delegation_unknown")), "invalid_value"),
        (json!({ "type": "response.create" }), "invalid_event"),
        (json!({ "type": "input_audio_buffer.append", "audio": "AAAA" }), "invalid_value"),
    ];
    for (event, _) in &cases {
        let mut live = Live::open(Scenario::default());
        if event["type"] != "session.start" {
            live.tell(&start);
        }
        let said = live.tell(event);
        assert_eq!(kinds(&said), ["error"], "{event}");
        assert_eq!(live.violations().len(), 1, "{event}");
    }
    let codes: Vec<Value> = cases[1..]
        .iter()
        .map(|(event, _)| Live::started(Scenario::default()).tell(event)[0]["error"]["code"].clone())
        .collect();
    let expected: Vec<Value> = cases[1..].iter().map(|(_, code)| json!(code)).collect();
    assert_eq!(codes, expected);

    let mut early = Live::open(Scenario::default());
    assert_eq!(kinds(&early.hear(0, 20)), ["error"], "sound before the start");
}

#[test]
fn it_ends_with_each_reason_and_says_what_it_used() {
    for reason in ["expired", "content", "remote_hangup", "connection_lost"] {
        let mut live = Live::started(Scenario::default().closes_at(500, reason));

        let said = live.hear(0, 900);

        let [closed, end] = &said[..] else { panic!("{said:?}") };
        assert_eq!((&closed["reason"], &closed["usage"]["seconds"]), (&json!(reason), &json!(0.5)));
        assert_eq!(end["code"], 1_000);
    }
    let mut asked = Live::started(Scenario::default());
    asked.hear(0, 300);
    let said = asked.tell(&json!({ "type": "session.close" }));
    assert_eq!((&said[0]["reason"], &said[0]["usage"]["seconds"]), (&json!("close_requested"), &json!(0.3)));

    let mut old = Live::started(Scenario::default().session_expired(60_000));
    assert_eq!(old.session.next_ms(), Some(60_000));
    old.session.tick(60_000);
    assert_eq!(old.said()[0]["reason"], "expired");
}

#[test]
fn muted_input_is_silence_and_the_clock_goes_on() {
    let mut live = Live::started(Scenario::default());
    assert_eq!(
        kinds(&live.tell(&json!({ "type": "session.input_audio.mute" }))),
        ["session.input_audio.muted"]
    );
    let said = [live.hear(3_000, 1_000), live.hear(0, 1_000)].concat();
    assert_eq!(words(&said, "input"), "");

    live.tell(&json!({ "type": "session.input_audio.unmute" }));
    let said = [live.hear(3_000, 1_000), live.hear(0, 1_000)].concat();

    assert_eq!(words(&said, "input"), "turn 1");
}

#[test]
fn a_start_that_the_scenario_refuses_names_the_field() {
    let mut live =
        Live::open(Scenario::default().refuses_fields(["audio.output.voice"], RefusalShape::Param));
    let session = json!({ "model": "gpt-live-1", "audio": { "output": { "voice": "marin" } } });

    let said = live.tell(&json!({ "type": "session.start", "event_id": "evt_start", "session": session }));

    assert_eq!(said[0]["error"]["param"], "session.audio.output.voice");
    assert_eq!(said[0]["error"]["client_event_id"], "evt_start");
    assert_eq!(live.violations(), [""; 0]);
}
