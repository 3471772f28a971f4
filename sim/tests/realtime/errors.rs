//! What is refused, with which code, and that nothing has changed after it.

use serde_json::{Value, json};
use switchboard_sim::realtime::{Scenario, Turn};

use crate::support::{Client, loud, manual, start};

/// An event, and the code and parameter of its refusal.
type Case = (Value, &'static str, &'static str);

/// Sends each and expects its refusal, with nothing changed by any of them.
async fn expect_refusals(cases: impl IntoIterator<Item = Case>) {
    let sim = start(Scenario::default()).await;
    let mut client = Client::connect(&sim).await;
    for (number, (mut event, code, param)) in cases.into_iter().enumerate() {
        let event_id = format!("mine_{number}");
        event["event_id"] = json!(event_id);
        client.send(event.clone()).await;
        let answer = client.next().await;

        assert_eq!(answer["type"], "error", "{event}: {answer}");
        let error = &answer["error"];
        let found = (error["code"].as_str(), error["param"].as_str().unwrap_or("-"));
        assert_eq!(found, (Some(code), param), "{event}");
        assert_eq!(error["event_id"], event_id.as_str());
        assert_eq!(error["type"], "invalid_request_error");
    }
    let log = sim.connections().remove(0);
    assert_eq!((log.config, log.items.len(), log.truncated.len()), (None, 0, 0));
}

#[tokio::test]
async fn wrong_sessions_are_refused() {
    let session = |fields: Value| {
        let mut session = json!({ "type": "realtime" });
        session.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "type": "session.update", "session": session })
    };
    let format = |fields: Value| json!({ "audio": { "input": { "format": fields } } });
    let telephone = json!({ "audio": { "output": { "format": { "type": "audio/pcmu" } } } });
    let cases = [
        (json!({ "type": "session.update" }), "missing_required_parameter", "session"),
        (json!({ "type": "session.update", "session": {} }), "missing_required_parameter", "session.type"),
        (session(json!({ "turn_detection": null })), "unknown_parameter", "session.turn_detection"),
        (session(json!({ "voice": "marin" })), "unknown_parameter", "session.voice"),
        (session(json!({ "instructions": 7 })), "invalid_value", "session.instructions"),
        (session(json!({ "model": "gpt-4" })), "invalid_value", "session.model"),
        (
            session(json!({ "output_modalities": ["audio", "text"] })),
            "invalid_value",
            "session.output_modalities",
        ),
        (session(json!({ "max_output_tokens": 0 })), "invalid_value", "session.max_output_tokens"),
        (
            session(format(json!({ "type": "audio/pcm", "rate": 16_000 }))),
            "invalid_value",
            "session.audio.input.format.rate",
        ),
        (session(telephone), "invalid_value", "session.audio.output.format"),
        (
            session(json!({ "tools": [{ "type": "function" }] })),
            "missing_required_parameter",
            "session.tools[0].name",
        ),
    ];

    expect_refusals(cases).await;
}

#[tokio::test]
async fn wrong_turn_detection_is_refused() {
    const PLACE: &str = "session.audio.input.turn_detection";
    let cases = [
        (json!({ "threshold": 0.5 }), "missing_required_parameter", "type"),
        (json!({ "type": "server_vad", "threshold": 2 }), "invalid_value", "threshold"),
        (json!({ "type": "server_vad", "idle_timeout_ms": 100 }), "invalid_value", "idle_timeout_ms"),
        (json!({ "type": "semantic_vad", "threshold": 0.5 }), "unknown_parameter", "threshold"),
        (json!({ "type": "telepathy" }), "invalid_value", "type"),
    ];
    let sim = start(Scenario::default()).await;
    let mut client = Client::connect(&sim).await;
    for (detection, code, field) in cases {
        let session = json!({ "type": "realtime", "audio": { "input": { "turn_detection": detection } } });
        client.send(json!({ "type": "session.update", "session": session })).await;
        let error = client.next().await["error"].clone();

        assert_eq!(
            (error["code"].as_str(), error["param"].as_str()),
            (Some(code), Some(&*format!("{PLACE}.{field}")))
        );
    }
}

#[tokio::test]
async fn wrong_items_are_refused() {
    let create = |item: Value| json!({ "type": "conversation.item.create", "item": item });
    let message = |role: &str, kind: &str| {
        create(json!({ "type": "message", "role": role, "content": [{ "type": kind, "text": "hi" }] }))
    };
    let spoken = json!({ "type": "message", "role": "assistant", "content": [{ "type": "output_audio" }] });
    let mut nowhere = message("user", "input_text");
    nowhere["previous_item_id"] = json!("x");
    let output = json!({ "type": "function_call_output", "call_id": "x", "output": "" });
    let cases = [
        (
            json!({ "type": "conversation.item.retrieve", "item_id": "x" }),
            "item_retrieve_invalid_item_id",
            "item_id",
        ),
        (
            json!({ "type": "conversation.item.delete", "item_id": "x" }),
            "item_delete_invalid_item_id",
            "item_id",
        ),
        (create(json!({ "type": "message", "role": "user" })), "missing_required_parameter", "item.content"),
        (create(json!({ "type": "thought" })), "invalid_value", "item.type"),
        (message("assistant", "input_text"), "invalid_value", "item.content[0].type"),
        (message("system", "output_text"), "invalid_value", "item.content[0].type"),
        (create(spoken), "invalid_value", "item.content[0].type"),
        (create(output), "invalid_tool_call_id", "item.call_id"),
        (nowhere, "invalid_value", "previous_item_id"),
    ];

    expect_refusals(cases).await;
}

#[tokio::test]
async fn other_wrong_events_are_refused() {
    let append = |fields: Value| {
        let mut event = fields;
        event["type"] = json!("input_audio_buffer.append");
        event
    };
    let long = "A".repeat(300) + "!";
    let cases = [
        (json!({}), "invalid_event", "-"),
        (json!({ "type": "session.dance" }), "invalid_value", "type"),
        (append(json!({})), "missing_required_parameter", "audio"),
        (append(json!({ "audio": "no base64!" })), "invalid_value", "audio"),
        (append(json!({ "audio": long })), "invalid_value", "audio"),
        (append(json!({ "audio": "AAAA".repeat(100), "more": 1 })), "unknown_parameter", "more"),
        (json!({ "type": "input_audio_buffer.commit" }), "input_audio_buffer_commit_empty", "-"),
        (
            json!({ "type": "response.create", "response": { "modalities": ["text"] } }),
            "unknown_parameter",
            "response.modalities",
        ),
        (json!({ "type": "response.cancel" }), "response_cancel_not_active", "-"),
        (json!({ "type": "output_audio_buffer.clear" }), "invalid_event", "type"),
    ];

    expect_refusals(cases).await;
}

#[tokio::test]
async fn frames_that_are_no_events_are_refused() {
    use futures_util::SinkExt as _;
    use tokio_tungstenite::tungstenite::Message;
    let sim = start(Scenario::default()).await;
    let mut client = Client::connect(&sim).await;
    for message in [Message::text("{oops"), Message::text("[1]"), Message::binary(vec![0, 1])] {
        client.socket.send(message).await.unwrap();

        assert_eq!(client.next().await["error"]["code"], "invalid_event");
    }
    assert_eq!(sim.violations().len(), 3);
}

#[tokio::test]
async fn an_update_changes_what_is_there_and_null_is_not_absent() {
    let sim = start(Scenario::default()).await;
    let mut client = Client::connect(&sim).await;
    let update = |session: Value| json!({ "type": "session.update", "session": session });
    let detection = json!({ "type": "server_vad", "threshold": 0.7 });
    let transcription = json!({ "model": "gpt-transcribe", "language": "en" });
    client
        .send(update(json!({
            "type": "realtime",
            "instructions": "Be kind.",
            "audio": { "input": { "turn_detection": detection, "transcription": transcription } },
        })))
        .await;
    let first = client.next().await["session"].clone();
    client.send(update(json!({ "type": "realtime", "audio": { "output": { "voice": "cedar" } } }))).await;
    let second = client.next().await["session"].clone();
    client
        .send(update(json!({ "type": "realtime", "instructions": "", "audio": { "input": { "turn_detection": null } } })))
        .await;
    let third = client.next().await["session"].clone();

    assert_eq!(first["audio"]["input"]["turn_detection"]["threshold"], 0.7);
    assert_eq!(first["audio"]["input"]["turn_detection"]["prefix_padding_ms"], 300);
    assert_eq!(second["audio"]["input"], first["audio"]["input"]);
    assert_eq!(second["audio"]["output"]["voice"], "cedar");
    assert_eq!(second["instructions"], "Be kind.");
    assert_eq!(third["audio"]["input"]["turn_detection"], Value::Null);
    assert_eq!(third["audio"]["input"]["transcription"], transcription);
    assert_eq!(third["instructions"], "");
    assert_eq!(sim.connections()[0].config, Some(third));
}

#[tokio::test]
async fn the_voice_is_locked_by_the_first_sound_and_the_whole_update_is_refused() {
    let sim = start(Scenario::default().pace(10.0)).await;
    let mut client = Client::configured(&sim, manual()).await;
    client.respond().await;

    let audio = json!({ "output": { "voice": "cedar" } });
    let session = json!({ "type": "realtime", "instructions": "New.", "audio": audio });
    client.send(json!({ "type": "session.update", "session": session })).await;
    let error = client.next().await;
    let same = json!({ "type": "realtime", "audio": { "output": { "voice": "marin" } } });
    client.send(json!({ "type": "session.update", "session": same })).await;
    let updated = client.next().await;

    assert_eq!(error["error"]["code"], "cannot_update_voice");
    assert_eq!(
        error["error"]["message"],
        "Cannot update a conversation's voice if assistant audio is present."
    );
    assert_eq!(updated["type"], "session.updated");
    assert_ne!(updated["session"]["instructions"], "New.");
}

#[tokio::test]
async fn early_sound_starts_a_reply_and_is_a_violation() {
    let sim = start(Scenario::default().pace(10.0)).await;
    let mut client = Client::connect(&sim).await;

    client.append_piece(&loud(500)).await;
    client.append_piece(&[0; 24 * 300]).await;
    client.until("response.done").await;

    assert!(
        sim.violations().iter().any(|one| one.contains("before session.updated")),
        "{:?}",
        sim.violations()
    );
}

#[tokio::test]
async fn a_second_response_is_refused_while_one_is_active() {
    let sim = start(Scenario::slow_answer()).await;
    let mut client = Client::configured(&sim, manual()).await;
    client.send(json!({ "type": "response.create" })).await;
    let id =
        client.until("response.created").await.pop().unwrap()["response"]["id"].as_str().unwrap().to_owned();

    client.send(json!({ "type": "response.create", "event_id": "second" })).await;
    let error = client.until("error").await.pop().unwrap()["error"].clone();

    assert_eq!(error["code"], "conversation_already_has_active_response");
    assert_eq!(error["event_id"], "second");
    assert!(error["message"].as_str().unwrap().contains(&id));
    assert_eq!(sim.violations().len(), 1);
}

#[tokio::test]
async fn outputs_come_once_and_before_the_next_response() {
    let sim = start(Scenario::calls_two_tools().pace(10.0)).await;
    let mut client = Client::configured(&sim, manual()).await;
    let done = client.respond().await.pop().unwrap();
    let call_id = done["response"]["output"][0]["call_id"].clone();
    let item = json!({ "type": "function_call_output", "call_id": call_id, "output": "x" });

    client.send(json!({ "type": "conversation.item.create", "item": item })).await;
    client.until("conversation.item.done").await;
    client.send(json!({ "type": "conversation.item.create", "item": item })).await;
    let error = client.next().await;
    client.respond().await;

    assert_eq!(error["error"]["code"], "invalid_tool_call_id");
    let violations = sim.violations();
    assert_eq!(violations.len(), 2, "{violations:?}");
    assert!(violations[0].contains("already has an output"));
    assert!(violations[1].contains("1 calls wait"));
}

#[tokio::test]
async fn a_broken_off_call_needs_no_output() {
    let sim =
        start(Scenario::default().think_ms(0).pace(1.0).script([
            Turn::calls([("slow", json!({ "a": "b" }))]).after("A preamble that takes rather long."),
        ]))
        .await;
    let mut client = Client::configured(&sim, manual()).await;
    client.send(json!({ "type": "response.create" })).await;
    client.until("response.output_audio.delta").await;
    client.send(json!({ "type": "response.cancel" })).await;
    client.until("response.done").await;

    client.respond().await;

    assert_eq!(sim.violations(), [""; 0]);
}

#[tokio::test]
async fn refinements_are_refused_where_the_scenario_says_so() {
    let sim = start(Scenario::refuses_refinements()).await;
    let mut client = Client::connect(&sim).await;
    for (input, param) in [
        (
            json!({ "transcription": { "model": "gpt-transcribe" } }),
            "session.audio.input.transcription.model",
        ),
        (json!({ "turn_detection": { "type": "semantic_vad" } }), "session.audio.input.turn_detection.type"),
    ] {
        let session = json!({ "type": "realtime", "audio": { "input": input } });
        client.send(json!({ "type": "session.update", "session": session })).await;

        assert_eq!(client.next().await["error"]["param"], param);
    }
}
