//! Turns beside the main ladder: by hand, in text, out of band, idle, in a transcription session; and the log.

use serde_json::{Value, json};
use switchboard_sim::realtime::{Scenario, Turn, Voice, tones};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Client, PATIENCE, find, kind, ladder, loud, manual, sound, start};

#[tokio::test]
async fn a_manual_turn_waits_for_its_commit_and_is_kept_bit_for_bit() {
    let sim = start(Scenario::default()).await;
    let mut client = Client::configured(&sim, manual()).await;
    let samples = tones::render(5, 0, 24 * 300);
    client.append(&samples).await;

    client.send(json!({ "type": "input_audio_buffer.commit" })).await;
    let events = client.until("conversation.item.done").await;
    let id = events[0]["item_id"].clone();
    client.send(json!({ "type": "conversation.item.retrieve", "item_id": id })).await;
    let item = client.next().await["item"].clone();

    let expected = ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"];
    assert_eq!(ladder(&events), expected);
    assert_eq!(item["content"][0]["audio"].as_str().unwrap().len(), 300 * 64);
    assert_eq!(sim.connections()[0].audio, samples);
}

#[tokio::test]
async fn a_threshold_decides_what_is_speech() {
    let sim = start(Scenario::default()).await;
    let detection = |threshold: f64| json!({ "input": { "turn_detection": { "type": "server_vad", "threshold": threshold } } });
    // 6,000 is 15 dB below full scale.
    let mut deaf = Client::configured(&sim, detection(1.0)).await;
    deaf.append(&loud(300)).await;
    deaf.send(json!({ "type": "input_audio_buffer.clear" })).await;
    assert_eq!(deaf.next().await["type"], "input_audio_buffer.cleared");

    let mut keen = Client::configured(&sim, detection(0.8)).await;
    keen.append(&loud(300)).await;
    assert_eq!(keen.next().await["type"], "input_audio_buffer.speech_started");
}

#[tokio::test]
async fn semantic_detection_waits_half_a_second() {
    let sim = start(Scenario::default()).await;
    let audio = json!({ "input": { "turn_detection": { "type": "semantic_vad", "eagerness": "medium", "create_response": false } } });
    let mut client = Client::configured(&sim, audio).await;

    client.speak(300).await;
    let stopped = client.until("input_audio_buffer.speech_stopped").await.pop().unwrap();

    assert_eq!(stopped["audio_end_ms"], 800);
    assert_eq!(client.until("conversation.item.done").await.len(), 3);
}

#[tokio::test]
async fn a_written_reply_has_its_own_ladder() {
    let sim = start(Scenario::default().script([Turn::say("Three short words.")])).await;
    let mut client = Client::configured(&sim, manual()).await;
    client.send(json!({ "type": "response.create", "response": { "output_modalities": ["text"] } })).await;

    let events = client.until("response.done").await;

    assert_eq!(
        ladder(&events),
        [
            "response.created",
            "rate_limits.updated",
            "response.output_item.added",
            "conversation.item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "conversation.item.done",
            "response.done",
        ]
    );
    let deltas: String = events.iter().filter_map(|event| event["delta"].as_str()).collect();
    assert_eq!(deltas, "Three short words.");
    assert_eq!(find(&events, "response.output_text.done")["text"], "Three short words.");
}

#[tokio::test]
async fn an_out_of_band_response_runs_beside_the_active_one_and_leaves_nothing() {
    let sim = start(Scenario::slow_answer().aside_script(["A summary."])).await;
    let mut client = Client::configured(&sim, manual()).await;
    client.send(json!({ "type": "response.create" })).await;
    client.until("response.output_audio.delta").await;
    let options = json!({
        "conversation": "none", "output_modalities": ["text"], "input": [], "metadata": { "topic": "summary" },
    });

    client.send(json!({ "type": "response.create", "response": options })).await;
    let done = client.until("response.done").await.pop().unwrap()["response"].clone();

    assert_eq!(done["metadata"]["topic"], "summary");
    assert_eq!(done["conversation_id"], Value::Null);
    assert_eq!(done["output"][0]["content"][0]["text"], "A summary.");
    assert_eq!(sim.read(|all| all[0].items.len()), 1);
    let spoken = client.until("response.done").await.pop().unwrap();
    assert_eq!(spoken["response"]["status"], "completed");
    assert_eq!(sim.violations(), [""; 0]);
}

#[tokio::test]
async fn transcripts_come_late_in_pieces_and_may_fail() {
    let scenario = Scenario { transcription_fails: vec![1], ..Scenario::late_transcripts() };
    let sim = start(scenario.pace(10.0).transcribe_delay_ms(2_000).hears(["first words"])).await;
    let audio = json!({ "input": { "transcription": { "model": "whisper-1" } } });
    let mut client = Client::configured(&sim, audio).await;
    client.speak(300).await;
    let events = client.until("conversation.item.input_audio_transcription.completed").await;
    client.speak(300).await;
    let failed = client.until("conversation.item.input_audio_transcription.failed").await.pop().unwrap();

    let kinds: Vec<String> = events.iter().map(kind).collect();
    let done_at = kinds.iter().position(|kind| kind == "response.done");
    assert!(done_at.is_some(), "the answer is over before its question is read: {kinds:?}");
    let completed = events.last().unwrap();
    assert_eq!(completed["transcript"], "first words");
    assert_eq!(completed["usage"]["type"], "duration");
    assert_eq!(sim.usage().transcription_seconds, completed["usage"]["seconds"].as_f64().unwrap());
    let deltas: Vec<&str> = events
        .iter()
        .filter(|event| kind(event).ends_with("transcription.delta"))
        .filter_map(|event| event["delta"].as_str())
        .collect();
    assert_eq!(deltas, ["first ", "words"]);
    assert_eq!(failed["error"]["code"], "audio_unintelligible");
}

#[tokio::test]
async fn a_transcription_session_hears_and_never_answers() {
    let sim = start(Scenario::default().hears(["only text"])).await;
    let mut client = Client::connect_with(&sim, "intent=transcription", &[]).await.unwrap();
    let created = client.next().await;
    let live = json!({ "transcription": { "model": "gpt-live-transcribe" }, "turn_detection": { "type": "server_vad" } });
    let update = |input: Value| json!({ "type": "session.update", "session": { "type": "transcription", "audio": { "input": input } } });
    client.send(update(live)).await;
    let error = client.next().await;
    client.send(update(json!({ "transcription": { "model": "gpt-transcribe" } }))).await;
    let updated = client.next().await;

    client.speak(300).await;
    let heard = client.until("conversation.item.input_audio_transcription.completed").await;
    client.send(json!({ "type": "response.create" })).await;

    assert_eq!(created["type"], "session.created");
    assert_eq!(created["session"]["object"], "realtime.transcription_session");
    assert_eq!(error["error"]["message"], "Turn detection is not supported for this transcription model");
    assert_eq!(updated["session"]["object"], "realtime.transcription_session");
    assert_eq!(heard.last().unwrap()["transcript"], "only text");
    assert_eq!(heard.last().unwrap()["languages"][0]["code"], "en");
    assert_eq!(client.next().await["type"], "error");
}

#[tokio::test]
async fn what_a_session_is_for_is_said_in_its_address_and_stays() {
    let sim = start(Scenario::default()).await;
    let update = |kind: &str| json!({ "type": "session.update", "session": { "type": kind } });
    let mut talking = Client::connect(&sim).await;
    talking.send(update("transcription")).await;
    let mut writing = Client::connect_with(&sim, "intent=transcription", &[]).await.unwrap();
    writing.next().await;
    writing.send(update("realtime")).await;
    let both = "intent=transcription&model=gpt-transcribe";

    assert_eq!(talking.next().await["error"]["param"], "session.type");
    assert_eq!(writing.next().await["error"]["param"], "session.type");
    assert!(Client::connect_with(&sim, both, &[]).await.is_err(), "OpenAI's takes no model for it");
    sim.set_scenario(Scenario::default().transcribes_by_model());
    assert!(Client::connect_with(&sim, "intent=transcription", &[]).await.is_err(), "others want one");
    assert!(Client::connect_with(&sim, both, &[]).await.is_ok());
}

#[tokio::test]
async fn items_are_inserted_where_asked_and_history_can_be_replayed() {
    let sim = start(Scenario::default()).await;
    let mut client = Client::configured(&sim, manual()).await;
    let create = |before: Value, item: Value| json!({ "type": "conversation.item.create", "previous_item_id": before, "item": item });
    let text = |id: &str, role: &str, kind: &str| json!({ "id": id, "type": "message", "role": role, "content": [{ "type": kind, "text": id }] });
    client.send(create(Value::Null, text("b", "user", "input_text"))).await;
    client.send(create(json!("root"), text("a", "system", "input_text"))).await;
    client.send(create(json!("a"), text("ab", "assistant", "output_text"))).await;
    let call = json!({ "type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}" });
    client.send(create(Value::Null, call)).await;
    let output = json!({ "type": "function_call_output", "call_id": "call_1", "output": "42" });
    client.send(create(Value::Null, output)).await;
    let mut previous = Vec::new();
    for _ in 0..5 {
        previous
            .push(client.until("conversation.item.done").await.pop().unwrap()["previous_item_id"].clone());
    }
    client.send(json!({ "type": "conversation.item.delete", "item_id": "ab" })).await;

    assert_eq!(previous[..4], [Value::Null, Value::Null, json!("a"), json!("b")]);
    assert_eq!(client.next().await["type"], "conversation.item.deleted");
    assert!(sim.connections()[0].item("ab").unwrap().is_deleted);
    assert_eq!(sim.violations(), [""; 0]);
}

#[tokio::test]
async fn a_voice_without_tones_is_heard_or_not() {
    for (voice, is_heard) in [(Voice::Gentle, true), (Voice::Silence, false)] {
        let sim = start(Scenario::default().pace(10.0).voice(voice)).await;
        let mut client = Client::configured(&sim, manual()).await;

        let samples = sound(&client.respond().await);

        assert_eq!(samples.iter().any(|sample| *sample != 0), is_heard);
        assert_eq!(tones::locate(&samples), None);
    }
}

#[tokio::test]
async fn the_conversation_is_announced_where_that_is_wanted() {
    let sim = start(Scenario { sends_conversation_created: true, ..Scenario::default() }).await;
    let mut client = Client::connect(&sim).await;

    assert_eq!(client.next().await["type"], "conversation.created");
}

#[tokio::test]
async fn one_seed_plays_one_session() {
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let sim = start(Scenario::default().pace(10.0).seed(42)).await;
        let mut client = Client::configured(&sim, manual()).await;
        let mut events = client.respond().await;
        events.retain(|event| kind(event) != "session.created");
        sessions.push(events);
    }

    assert_eq!(sessions[0], sessions[1]);
}

#[tokio::test]
async fn the_log_is_shown_without_sound_and_without_keys() {
    let sim = start(Scenario::default()).await;
    sim.require_key("sk-secret");
    let mut client = Client::connect_raw(&sim, &[("authorization", "Bearer sk-secret")]).await.unwrap();
    client.append(&loud(20)).await;
    client.until("session.created").await;
    tokio::time::timeout(PATIENCE, sim.wait_until(|all| all[0].append_count == 1)).await.unwrap();

    let mut stream = TcpStream::connect(sim.address()).await.unwrap();
    stream.write_all(b"GET /_log HTTP/1.1\r\nhost: sim\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let log: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();

    assert!(!answer.contains("sk-secret"));
    let connection = &log["connections"][0];
    assert_eq!(connection["audio_sample_count"], 480);
    assert_eq!(
        connection["events"][0]["event"],
        json!({ "type": "input_audio_buffer.append", "audio": 1_280 })
    );
    assert_eq!(log["violations"].as_array().unwrap().len(), 1);
}
