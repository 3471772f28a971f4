//! The ladders of events, in their exact order.

use serde_json::{Value, json};
use switchboard_sim::realtime::{Scenario, Turn, tones};

use crate::support::{Client, find, ladder, manual, sound, start};

/// What a spoken item climbs.
const SPOKEN: [&str; 9] = [
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
    "response.output_audio.delta",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "response.output_item.done",
    "conversation.item.done",
];

fn with(first: &[&str], middle: &[&str], last: &[&str]) -> Vec<String> {
    [first, middle, last].concat().into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_spoken_turn_climbs_its_ladder() {
    let sim = start(Scenario::default().hears(["where is my order"]).pace(10.0)).await;
    let mut client =
        Client::configured(&sim, json!({ "input": { "transcription": { "model": "gpt-transcribe" } } }))
            .await;

    client.speak(500).await;
    let events = client.until("response.done").await;

    let turn = [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "rate_limits.updated",
    ];
    assert_eq!(ladder(&events), with(&turn, &SPOKEN, &["response.done"]));
    let done = &events.last().unwrap()["response"];
    assert_eq!(done["status"], "completed");
    assert_eq!(done["output"][0]["content"][0]["transcript"], "You said: where is my order");
    let user_id = &find(&events, "input_audio_buffer.committed")["item_id"];
    assert_eq!(find(&events, "input_audio_buffer.speech_started")["item_id"], *user_id);
    assert_eq!(
        events.iter().rev().find(|event| event["type"] == "conversation.item.done").unwrap()["previous_item_id"],
        *user_id
    );
    let samples = sound(&events);
    assert_eq!(samples, tones::render(0, 0, samples.len()));
    assert_eq!(sim.violations(), [""; 0]);
}

#[tokio::test]
async fn parallel_calls_climb_theirs_and_are_answered_once() {
    let calls = [("lookup", json!({ "id": "A-1", "with": "details" })), ("hours", json!({}))];
    let sim = start(Scenario::default().pace(10.0).script([Turn::calls(calls).after("One moment.")])).await;
    let mut client = Client::configured(&sim, manual()).await;

    let events = client.respond().await;

    let call = [
        "response.output_item.added",
        "conversation.item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "conversation.item.done",
    ];
    let two_calls = [call, call].concat();
    let first = [&["response.created", "rate_limits.updated"], &SPOKEN[..]].concat();
    assert_eq!(ladder(&events), with(&first, &two_calls, &["response.done"]));
    let output = events.last().unwrap()["response"]["output"].as_array().unwrap().clone();
    assert_eq!(output.len(), 3);
    assert_eq!(output[1]["arguments"], r#"{"id":"A-1","with":"details"}"#);

    for call in &output[1..] {
        let item = json!({ "type": "function_call_output", "call_id": call["call_id"], "output": "shipped" });
        client.send(json!({ "type": "conversation.item.create", "item": item })).await;
        client.until("conversation.item.done").await;
    }
    let events = client.respond().await;

    let done: &Value = &events.last().unwrap()["response"];
    assert_eq!(done["output"][0]["content"][0]["transcript"], "The answer is: shipped");
    assert_eq!(sim.violations(), [""; 0]);
}

#[tokio::test]
async fn an_answer_beyond_the_script_lasts_as_long_as_is_asked_for() {
    let script = [Turn::say_for("As written.", 100)];
    let sim = start(Scenario::default().script(script).answer_ms(290..=310).pace(10.0)).await;
    let mut client = Client::configured(&sim, manual()).await;

    let mut lengths = Vec::new();
    for _ in 0..3 {
        client.events.clear();
        client.send(json!({ "type": "response.create" })).await;
        client.until("response.done").await;
        lengths.push(sound(&client.events).len() / 24);
    }

    assert_eq!(lengths[0], 100);
    assert!(lengths[1..].iter().all(|ms| [300, 320].contains(ms)), "{lengths:?}");
}
