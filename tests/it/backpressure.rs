//! Everything at once: order, acks, and a client whose own acks back up.

use serde_json::json;

use crate::on_both_databases;
use crate::support::{Client, Database, Received, Site};

const EVENTS: usize = 5_000;

on_both_databases! {
    async fn a_burst_right_after_connect_is_handled_in_order_and_acked_once(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id().to_owned();
        let mut client = Client::open(site.server.port, None).await;
        // Hello, join and all messages leave before anything is read: the client's own acks back up.
        client.feed_text(json!({"event": "hello", "id": 1, "data": {"token": visitor.token}}).to_string()).await;
        client.feed_text(json!({"event": "join:session", "id": 2, "data": id}).to_string()).await;
        for number in 0..EVENTS {
            let data = json!({"session_id": id, "content": format!("m{number}"), "client_message_id": format!("c{number}")});
            let text = json!({"event": "message:send", "id": number + 3, "data": data}).to_string();
            client.feed_text(text).await;
        }
        client.flush().await;

        let mut acked = Vec::new();
        let mut news = Vec::new();
        while acked.len() < EVENTS + 2 || news.len() < EVENTS {
            match client.receive().await {
                Received::Ack { id, data } => {
                    data.unwrap_or_else(|error| panic!("ack {id}: {error}"));
                    acked.push(id);
                }
                Received::Event { name, data } if name == "message:new" => news.push(data["seq"].as_u64().unwrap()),
                Received::Event { .. } => {}
                Received::Closed { code, .. } => panic!("closed with {code:?} after {} acks", acked.len()),
            }
        }

        let expected: Vec<i64> = (1..=i64::try_from(EVENTS).unwrap() + 2).collect();
        assert_eq!(acked, expected, "each acked once, in the order sent");
        let expected: Vec<u64> = (1..=EVENTS as u64).collect();
        assert_eq!(news, expected, "the log has the order in which they were sent");
        let agent = site.agent("ann").await;
        let entries = site.get(Some(&agent.token), &format!("/api/v1/conversations/{id}/entries?after=0&limit=500")).await;
        for (number, entry) in entries.body["entries"].as_array().unwrap().iter().enumerate() {
            assert_eq!(entry["content"], format!("m{number}"));
        }
    }
}

#[tokio::test]
async fn too_many_events_are_limited_and_far_too_many_close() {
    let site = Site::start(Database::sqlite(), crate::support::Options::default()).await;
    let visitor = site.visitor().await;
    let mut client = site.connect(&visitor.token).await;
    let mut acks = Vec::new();
    for _ in 0..31 {
        acks.push(client.post("session:release", json!({"session_id": visitor.session_id()})).await);
    }
    let mut codes = Vec::new();
    for ack in acks {
        let error = client.ack(ack).await.unwrap_err();
        codes.push(error["code"].as_str().unwrap().to_owned());
        assert_eq!(error["retry_after_ms"].is_u64(), error["code"] == "rate_limited");
    }
    assert_eq!(codes.iter().filter(|code| *code == "rate_limited").count(), 1, "{codes:?}");
    client.call("join:session", json!(visitor.session_id())).await.expect("joins are not counted");
    for _ in 0..300 {
        client.tell("session:release", json!({"session_id": visitor.session_id()})).await;
    }

    let (code, reason) = client.closed().await;

    assert_eq!(code, Some(4029));
    assert!(reason.contains("retry_after_ms"), "{reason}");
}
