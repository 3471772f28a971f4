//! Cancelling and truncating: by the user's voice, by the client, early, late and wrongly.

use serde_json::{Value, json};
use switchboard_sim::realtime::{Scenario, Turn, UsageRule};

use crate::support::{Client, find, kind, ladder, manual, start};

/// How a spoken response that was cut off climbs down.
const DESCENT: [&str; 6] = [
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "response.output_item.done",
    "conversation.item.done",
    "response.done",
];

fn descent() -> Vec<String> {
    DESCENT.iter().map(|kind| (*kind).to_owned()).collect()
}

fn long() -> Scenario {
    Scenario::default().pace(1.0).script([Turn::say_for("This goes on and on and on and on.", 60_000)])
}

async fn truncate(client: &mut Client, item_id: &Value, audio_end_ms: Value) -> Value {
    client
        .send(json!({
            "type": "conversation.item.truncate", "item_id": item_id, "content_index": 0, "audio_end_ms": audio_end_ms,
        }))
        .await;
    client.next().await
}

#[tokio::test]
async fn speech_cancels_what_the_assistant_says() {
    let sim = start(long()).await;
    let mut client = Client::configured(
        &sim,
        json!({ "input": { "turn_detection": { "type": "server_vad", "create_response": false } } }),
    )
    .await;
    client.send(json!({ "type": "response.create" })).await;
    client.until("response.output_audio.delta").await;

    client.speak(300).await;
    client.until("input_audio_buffer.speech_started").await;
    let events = client.until("response.done").await;

    let ladder = ladder(&events);
    assert_eq!(ladder[ladder.len() - 6..], descent());
    let response = &events.last().unwrap()["response"];
    assert_eq!(response["status"], "cancelled");
    assert_eq!(response["status_details"], json!({ "type": "cancelled", "reason": "turn_detected" }));
    assert_eq!(response["output"][0]["status"], "incomplete");
    assert!(response["usage"]["output_tokens"].as_u64().unwrap() > 0);
    client.until("input_audio_buffer.speech_stopped").await;
    client.until("conversation.item.done").await;
    assert_eq!(sim.read(|all| all[0].truncated.len()), 0);
}

#[tokio::test]
async fn speech_does_not_cancel_where_that_is_switched_off_and_its_answer_waits() {
    let said = Turn::say_for("I will not be interrupted.", 3_000);
    let sim = start(Scenario::default().pace(2.0).script([said, Turn::say("Now you.")])).await;
    let detection = json!({ "type": "server_vad", "interrupt_response": false });
    let mut client = Client::configured(&sim, json!({ "input": { "turn_detection": detection } })).await;
    client.send(json!({ "type": "response.create" })).await;
    client.until("response.output_audio.delta").await;

    client.speak(300).await;

    let first = client.until("response.done").await;
    assert_eq!(first.last().unwrap()["response"]["status"], "completed");
    assert!(first.iter().any(|event| event["type"] == "input_audio_buffer.committed"));
    let second = client.until("response.done").await;
    assert_eq!(second.last().unwrap()["response"]["output"][0]["content"][0]["transcript"], "Now you.");
}

#[tokio::test]
async fn a_client_cancels_once_and_a_second_time_is_harmless() {
    let sim = start(long()).await;
    let mut client = Client::configured(&sim, manual()).await;
    client.send(json!({ "type": "response.create" })).await;
    let id = client.until("response.created").await.pop().unwrap()["response"]["id"].clone();
    client.until("response.output_audio.delta").await;

    client.send(json!({ "type": "response.cancel", "response_id": id })).await;
    client.send(json!({ "type": "response.cancel", "event_id": "late" })).await;
    let done = client.until("response.done").await.pop().unwrap();
    let error = client.until("error").await.pop().unwrap();

    assert_eq!(done["response"]["status_details"]["reason"], "client_cancelled");
    assert_eq!(error["error"]["code"], "response_cancel_not_active");
    assert_eq!(error["error"]["event_id"], "late");
    assert_eq!(sim.violations(), [""; 0]);
}

#[tokio::test]
async fn a_cancelled_response_drains_for_as_long_as_it_should() {
    let sim = start(long().delta_ms(20..=20).cancel_drain_ms(300)).await;
    let mut client = Client::configured(&sim, manual()).await;
    client.send(json!({ "type": "response.create" })).await;
    client.until("response.output_audio.delta").await;

    client.send(json!({ "type": "response.cancel" })).await;
    sim.wait_until(|all| all[0].received("response.cancel").count() == 1).await;
    let events = client.until("response.done").await;

    let deltas = events.iter().filter(|event| event["type"] == "response.output_audio.delta").count();
    assert!((5..=20).contains(&deltas), "{deltas} deltas");
    assert_eq!(events.last().unwrap()["response"]["status"], "cancelled");
}

#[tokio::test]
async fn truncation_takes_the_words_and_refuses_what_was_never_there() {
    let sim = start(
        Scenario::default().pace(10.0).script([Turn::say_for("Seven words that are all said here.", 3_000)]),
    )
    .await;
    let mut client = Client::configured(&sim, manual()).await;
    let events = client.respond().await;
    let id = find(&events, "response.output_item.added")["item"]["id"].clone();

    let beyond = truncate(&mut client, &id, json!(3_760)).await;
    assert_eq!(beyond["error"]["message"], "Audio content of 3000ms is already shorter than 3760ms");
    assert_eq!(beyond["error"]["code"], "invalid_value");
    let fraction = truncate(&mut client, &id, json!(10.5)).await;
    assert_eq!(fraction["error"]["param"], "audio_end_ms");
    let unknown = truncate(&mut client, &json!("item_nobody"), json!(0)).await;
    assert_eq!(unknown["error"]["code"], "item_truncate_invalid_item_id");
    assert_eq!(sim.read(|all| all[0].truncated.len()), 0);
    assert_eq!(sim.violations().len(), 3);

    let truncated = truncate(&mut client, &id, json!(1_500)).await;
    assert_eq!(kind(&truncated), "conversation.item.truncated");
    assert_eq!(truncated["audio_end_ms"], 1_500);
    client.send(json!({ "type": "conversation.item.retrieve", "item_id": id })).await;
    let content = client.next().await["item"]["content"][0].clone();
    assert_eq!(content["audio"].as_str().unwrap().len(), 1_500 * 64);
    assert!(content.get("transcript").is_none());
    let again = truncate(&mut client, &id, json!(2_000)).await;
    assert_eq!(again["error"]["message"], "Audio content of 1500ms is already shorter than 2000ms");
    let logs = sim.connections();
    assert_eq!(logs[0].truncated, [(id.as_str().unwrap().to_owned(), 1_500)]);
    let item = logs[0].item_of_tone(0).unwrap();
    assert_eq!((item.sent_ms, item.truncated_ms), (3_000, Some(1_500)));
}

#[tokio::test]
async fn only_what_the_assistant_said_can_be_truncated() {
    let sim = start(Scenario::default()).await;
    let mut client = Client::configured(&sim, manual()).await;
    let item = json!({ "id": "mine", "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "hi" }] });
    client.send(json!({ "type": "conversation.item.create", "item": item })).await;
    client.until("conversation.item.done").await;

    let refused = truncate(&mut client, &json!("mine"), json!(0)).await;

    assert_eq!(refused["error"]["message"], "Only model output audio messages can be truncated");
}

#[tokio::test]
async fn of_two_items_the_one_not_begun_never_appears() {
    let sim = start(Scenario::two_items_in_one_answer().pace(1.0)).await;
    let mut client = Client::configured(&sim, manual()).await;
    client.send(json!({ "type": "response.create" })).await;
    client.until("response.output_audio.delta").await;

    client.send(json!({ "type": "response.cancel" })).await;
    let events = client.until("response.done").await;

    assert_eq!(events.last().unwrap()["response"]["output"].as_array().unwrap().len(), 1);
    assert_eq!(sim.read(|all| all[0].items.len()), 1);
}

#[tokio::test]
async fn usage_counts_cached_tokens_inside_the_input_and_grows() {
    let sim = start(Scenario::default().pace(10.0)).await;
    let mut client = Client::configured(&sim, json!({})).await;
    let mut cached = Vec::new();
    let mut total = 0;
    for _ in 0..3 {
        client.speak(10_000).await;
        let usage = client.until("response.done").await.pop().unwrap()["response"]["usage"].clone();
        let input = &usage["input_token_details"];
        let number = |value: &Value| value.as_u64().unwrap();
        let parts = number(&input["text_tokens"]) + number(&input["audio_tokens"]);
        assert_eq!(number(&usage["input_tokens"]), parts);
        assert!(number(&input["cached_tokens"]) < parts);
        total += number(&usage["total_tokens"]);
        cached.push(number(&input["cached_tokens_details"]["audio_tokens"]));
    }

    assert_eq!(cached[0], 0);
    assert!(cached[1] > 0 && cached[2] > cached[1], "{cached:?}");
    let usage = sim.usage();
    assert_eq!((usage.total_tokens(), usage.response_count), (total, 3));
    assert_eq!(usage.cached_audio, cached.iter().sum::<u64>());
}

#[tokio::test]
async fn usage_may_be_missing_or_fixed() {
    for (rule, expected) in [
        (UsageRule::Empty, json!({})),
        (UsageRule::Fixed(json!({ "total_tokens": 7 })), json!({ "total_tokens": 7 })),
    ] {
        let sim = start(Scenario::default().pace(10.0).usage(rule)).await;
        let mut client = Client::configured(&sim, manual()).await;

        assert_eq!(client.respond().await.pop().unwrap()["response"]["usage"], expected);
    }
}
