//! What goes wrong on purpose, as a client sees it.

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use switchboard_sim::realtime::{Closed, RealtimeSim, Scenario, Turn};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::support::{Client, PATIENCE, find, kind, ladder, loud, manual, sound, start};

/// Sends an update without waiting for its answer.
async fn update(client: &mut Client) {
    client.send(json!({ "type": "session.update", "session": { "type": "realtime" } })).await;
}

async fn closed(sim: &RealtimeSim, index: usize) -> Closed {
    let wanted = sim.wait_until(|all| all.get(index).is_some_and(|log| log.closed.is_some()));
    tokio::time::timeout(PATIENCE, wanted).await.unwrap();
    sim.connections()[index].closed.clone().unwrap()
}

fn status(refused: Result<Client, Error>) -> u16 {
    match refused {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
        Ok(_) => 101,
    }
}

#[tokio::test]
async fn upgrades_are_refused_as_often_as_asked() {
    let sim = start(Scenario::busy_for(2)).await;

    let statuses = [
        status(Client::connect_raw(&sim, &[]).await),
        status(Client::connect_raw(&sim, &[]).await),
        status(Client::connect_raw(&sim, &[]).await),
    ];

    assert_eq!(statuses, [429, 429, 101]);
}

#[tokio::test]
async fn a_key_is_taken_in_either_header_and_no_other_is() {
    let sim = start(Scenario::default()).await;
    sim.require_key("sk-right");

    assert_eq!(status(Client::connect_raw(&sim, &[]).await), 401);
    assert_eq!(status(Client::connect_raw(&sim, &[("authorization", "Bearer sk-wrong")]).await), 401);
    assert_eq!(status(Client::connect_raw(&sim, &[("authorization", "Bearer sk-right")]).await), 101);
    assert_eq!(status(Client::connect_raw(&sim, &[("api-key", "sk-right")]).await), 101);
    let logs = sim.connections();
    assert_eq!(logs.len(), 2);
    assert_eq!(logs[1].header("Api-Key"), Some("sk-right"));
    assert_eq!(logs[1].query, "model=gpt-realtime-2.1");
}

#[tokio::test]
async fn an_error_comes_instead_of_a_session_and_then_the_close() {
    let sim = start(Scenario::default().error_then_close("invalid_api_key")).await;
    let mut client = Client::connect_raw(&sim, &[]).await.unwrap();

    assert_eq!(client.next().await["error"]["code"], "invalid_api_key");
    assert!(client.read().await.unwrap_err().starts_with("closed Some((1008"));
}

#[tokio::test]
async fn the_first_connection_drops_after_its_events_and_the_next_one_lives() {
    let sim = start(Scenario::drops_once_after(3)).await;
    let mut first = Client::configured(&sim, manual()).await;
    first.send(json!({ "type": "response.create" })).await;
    first.next().await;

    let error = first.read().await.unwrap_err();
    let mut second = Client::configured(&sim, manual()).await;

    assert!(error.to_lowercase().contains("reset"), "{error}");
    assert_eq!(closed(&sim, 0).await, Closed { is_ours: true, code: None, reason: "dropped".to_owned() });
    assert_eq!(second.respond().await.pop().unwrap()["response"]["status"], "completed");
}

#[tokio::test]
async fn the_session_expires_with_its_error_and_close_1001() {
    let sim = start(Scenario::session_limit(150)).await;
    let mut client = Client::configured(&sim, manual()).await;

    let error = client.next().await;
    let end = client.read().await.unwrap_err();

    assert_eq!(error["error"]["code"], "session_expired");
    assert_eq!(error["error"]["message"], "Your session hit the maximum duration of 60 minutes.");
    assert!(end.starts_with("closed Some((1001"), "{end}");
    assert_eq!(closed(&sim, 0).await.code, Some(1_001));
}

#[tokio::test]
async fn an_update_is_confirmed_late_or_never() {
    let sim = start(Scenario::configures_late(200)).await;
    let mut client = Client::connect(&sim).await;
    let asked = Instant::now();
    update(&mut client).await;
    client.append_piece(&[0; 480]).await;
    client.until("session.updated").await;
    assert!(asked.elapsed() >= Duration::from_millis(199));
    assert_eq!(sim.violations(), ["connection 0: sound was appended before session.updated"]);

    sim.set_scenario(Scenario::default().never_updated());
    let mut client = Client::connect(&sim).await;
    update(&mut client).await;
    client.send(json!({ "type": "input_audio_buffer.clear" })).await;
    assert_eq!(client.next().await["type"], "input_audio_buffer.cleared");
}

#[tokio::test]
async fn harmless_noise_is_all_there_and_the_answer_too() {
    let sim = start(Scenario::harmless_noise().pace(10.0)).await;
    let mut client = Client::configured(&sim, manual()).await;
    for _ in 0..20 {
        assert_eq!(client.next().await["error"]["type"], "server_error");
    }

    client.send(json!({ "type": "response.create" })).await;
    let ghost = client.next().await;
    let created = client.next().await;
    let unknown = client.next().await;
    let done = client.until("response.done").await.pop().unwrap();

    assert_eq!((kind(&ghost), kind(&created)), ("response.done".to_owned(), "response.created".to_owned()));
    assert_ne!(ghost["response"]["id"], created["response"]["id"]);
    assert_eq!(unknown["type"], "response.future_thing");
    assert_eq!(done["response"]["status"], "completed");
    let ids: HashSet<&str> = client.events.iter().filter_map(|event| event["event_id"].as_str()).collect();
    assert!(ids.len() <= client.events.len() / 2 + 1, "{} ids for {} events", ids.len(), client.events.len());
}

#[tokio::test]
async fn a_burst_is_half_a_minute_at_once() {
    let sim = start(Scenario::floods()).await;
    let mut client = Client::configured(&sim, manual()).await;

    let begun = Instant::now();
    let events = client.respond().await;

    assert_eq!(sound(&events).len(), 30_000 * 24);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn responses_fail_with_their_code() {
    let sim = start(Scenario::default().script([Turn::fail("inference_rate_limit_exceeded")])).await;
    let mut client = Client::configured(&sim, manual()).await;

    let events = client.respond().await;

    assert_eq!(ladder(&events), ["response.created", "rate_limits.updated", "response.done"]);
    let response = &events.last().unwrap()["response"];
    assert_eq!(response["status"], "failed");
    assert_eq!(response["status_details"]["error"]["code"], "inference_rate_limit_exceeded");
}

#[tokio::test]
async fn a_server_error_comes_once_and_the_next_response_is_well() {
    let sim = start(Scenario::default().pace(10.0).server_error(1)).await;
    let mut client = Client::configured(&sim, manual()).await;

    let failed = client.respond().await;
    let well = client.respond().await;

    assert_eq!(find(&failed, "error")["error"]["type"], "server_error");
    assert_eq!(failed.last().unwrap()["response"]["status"], "failed");
    assert_eq!(well.last().unwrap()["response"]["status"], "completed");
}

#[tokio::test]
async fn an_incomplete_response_says_why() {
    let turn =
        Turn::Incomplete { text: "Cut off".to_owned(), ms: 400, reason: "max_output_tokens".to_owned() };
    let sim = start(Scenario::default().pace(10.0).script([turn])).await;
    let mut client = Client::configured(&sim, manual()).await;

    let response = client.respond().await.pop().unwrap()["response"].clone();

    assert_eq!(response["status"], "incomplete");
    assert_eq!(response["status_details"], json!({ "type": "incomplete", "reason": "max_output_tokens" }));
    assert_eq!(response["output"][0]["status"], "incomplete");
}

#[tokio::test]
async fn the_line_goes_dead_at_the_first_ping_and_stays_open() {
    let sim = start(Scenario::goes_dead()).await;
    let mut client = Client::configured(&sim, manual()).await;
    client.socket.send(Message::Ping(vec![1].into())).await.unwrap();
    client.send(json!({ "type": "input_audio_buffer.clear" })).await;

    let mut living = Client::configured(&sim, manual()).await;
    living.socket.send(Message::Ping(vec![2].into())).await.unwrap();
    living.send(json!({ "type": "input_audio_buffer.clear" })).await;
    assert_eq!(living.next().await["type"], "input_audio_buffer.cleared");

    let logs = sim.connections();
    assert_eq!(logs[0].received("input_audio_buffer.clear").count(), 0);
    assert_eq!(logs[0].closed, None);
    sim.drop_all();
    assert!(client.read().await.is_err());
}

#[tokio::test]
async fn nothing_is_read_while_reading_is_stopped_and_nothing_is_lost() {
    let sim = start(Scenario::default().stop_reading_ms(300)).await;
    let mut client = Client::configured(&sim, manual()).await;
    let configured = Instant::now();
    client.append(&loud(200)).await;
    client.send(json!({ "type": "input_audio_buffer.clear" })).await;

    client.until("input_audio_buffer.cleared").await;

    assert!(configured.elapsed() >= Duration::from_millis(250), "{:?}", configured.elapsed());
    assert_eq!(sim.connections()[0].audio, loud(200));
}

#[tokio::test]
async fn a_stalled_response_ends_when_it_is_cancelled() {
    let sim = start(Scenario::default().script([Turn::Stall])).await;
    let mut client = Client::configured(&sim, manual()).await;
    client.send(json!({ "type": "response.create" })).await;
    client.until("rate_limits.updated").await;

    client.send(json!({ "type": "response.cancel" })).await;

    assert_eq!(client.next().await["response"]["status"], "cancelled");
}

#[tokio::test]
async fn a_test_drops_closes_sends_and_speaks_when_it_wants() {
    let sim = start(Scenario::default().pace(10.0)).await;
    let mut client = Client::configured(&sim, manual()).await.unchecked();

    sim.send_all(&json!({ "type": "something.new", "n": 1 }));
    assert_eq!(client.next().await, json!({ "type": "something.new", "n": 1 }));
    sim.say(0, "Attention please.");
    let done = client.until("response.done").await.pop().unwrap();
    assert_eq!(done["response"]["output"][0]["content"][0]["transcript"], "Attention please.");
    sim.close_all(1_012, "restart");
    assert_eq!(client.read().await.unwrap_err(), r#"closed Some((1012, "restart"))"#);
    assert_eq!(
        closed(&sim, 0).await,
        Closed { is_ours: true, code: Some(1_012), reason: "restart".to_owned() }
    );
}

#[tokio::test]
async fn a_client_that_closes_is_answered() {
    let sim = start(Scenario::default()).await;
    let mut client = Client::configured(&sim, manual()).await;

    client.socket.close(None).await.unwrap();

    assert!(client.read().await.unwrap_err().starts_with("closed"));
    assert!(!closed(&sim, 0).await.is_ours);
}

#[tokio::test]
async fn old_clients_get_old_names() {
    let sim = start(Scenario::default().pace(10.0)).await;
    let mut client = Client::connect_raw(&sim, &[("openai-beta", "realtime=v1")]).await.unwrap().unchecked();
    client.next().await;
    let session = json!({ "modalities": ["audio", "text"], "voice": "alloy", "turn_detection": null });
    client.send(json!({ "type": "session.update", "session": session })).await;
    let updated = client.next().await;
    client.send(json!({ "type": "response.create" })).await;
    let events = client.until("response.done").await;

    assert_eq!(updated["session"]["voice"], "alloy");
    assert_eq!(updated["session"]["turn_detection"], Value::Null);
    assert!(updated["session"].get("audio").is_none());
    let kinds: HashSet<String> = events.iter().map(kind).collect();
    for old in ["conversation.item.created", "response.audio.delta", "response.audio_transcript.done"] {
        assert!(kinds.contains(old), "{old} in {kinds:?}");
    }
    assert!(!kinds.iter().any(
        |kind| kind.contains("output_audio") || kind.ends_with("item.added") && kind.starts_with("conv")
    ));
    assert_eq!(events.last().unwrap()["response"]["output"][0]["content"][0]["type"], "audio");
    assert_eq!(sim.violations().len(), 1);
}

#[tokio::test]
async fn load_keeps_counts_and_no_sound() {
    let sim = start(Scenario::default().without_records()).await;
    let mut client = Client::configured(&sim, json!({})).await;

    client.speak(300).await;
    client.until("response.created").await;

    let log = sim.connections().remove(0);
    assert_eq!((log.append_count, log.audio_sample_count), (45, 900 * 24));
    assert!(log.audio.is_empty() && log.sent.is_empty());
    assert_eq!(log.received("input_audio_buffer.append").count(), 0);
    assert_eq!(log.received("session.update").count(), 1);
}

#[tokio::test]
async fn what_is_appended_stands_in_a_file_while_the_connection_lasts() {
    let folder = tempfile::tempdir().unwrap();
    let keeps_audio_in = Some(folder.path().to_owned());
    let sim = start(Scenario { keeps_audio_in, ..Scenario::default().without_records() }).await;
    let mut client = Client::configured(&sim, json!({})).await;

    client.speak(300).await;
    client.until("response.created").await;

    let bytes = std::fs::read(folder.path().join("0.pcm")).unwrap();
    assert_eq!(bytes.len(), 900 * 24 * 2);
    assert!(bytes.iter().any(|byte| *byte != 0));
}
