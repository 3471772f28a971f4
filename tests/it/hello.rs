//! Coming in: hello, refusals, replacement, limits of connections.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::on_both_databases;
use crate::support::{Client, Database, Options, Received, Site};

on_both_databases! {
    async fn a_hello_says_who_and_what_is_allowed(database: Database) {
        let site = Site::start(database, Options::default()).await;
        let visitor = site.visitor().await;
        let agent = site.agent("ann").await;
        let server_token = site.server_token(&site.org).await;

        let client = site.connect(&visitor.token).await;
        assert_eq!(client.hello["user"]["kind"], "visitor");
        assert_eq!(client.hello["user"]["id"], visitor.id.as_str());
        assert_eq!(client.hello["org_id"], site.org.id.as_str());
        assert_eq!(client.hello["heartbeat_ms"], 25_000);
        assert_eq!(
            client.hello["limits"],
            json!({"frame_bytes": 131_072, "message_chars": 1_000, "rooms": 20, "events_per_3s": 30, "history_entries": 1_000})
        );
        assert!(client.hello["server"].as_str().unwrap().starts_with("switchboard/"));
        assert_eq!(site.connect(&agent.token).await.hello["user"]["kind"], "agent");
        assert_eq!(site.connect(&server_token).await.hello["user"]["kind"], "server");
    }
}

#[tokio::test]
async fn a_wrong_token_is_told_and_closed() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    for token in ["", "nonsense", "sbv_nonsense", "sbt_x", "sbk_x", "a.b.c"] {
        let mut client = Client::open(site.server.port, None).await;

        let error = client.call("hello", json!({ "token": token })).await.unwrap_err();

        assert_eq!(error["code"], "unauthenticated", "{token}");
        assert_eq!(error["retry"], false);
        assert_eq!(client.closed().await.0, Some(4501), "{token}");
    }
}

#[tokio::test]
async fn events_before_hello_are_refused_and_a_second_hello_is_a_conflict() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let mut early = Client::open(site.server.port, None).await;
    early.post("join:session", json!(visitor.session_id())).await;
    assert_eq!(early.closed().await.0, Some(4501));

    let mut client = site.connect(&visitor.token).await;
    let error = client.call("hello", json!({ "token": visitor.token })).await.unwrap_err();

    assert_eq!(error["code"], "conflict");
    client.join(visitor.session_id()).await;
}

#[tokio::test]
async fn nobody_may_stay_without_saying_hello() {
    let site = Site::start(Database::sqlite(), Options::default().flag("--hello-timeout-ms", "200")).await;
    let mut client = Client::open(site.server.port, None).await;

    assert_eq!(client.closed().await.0, Some(4501));
}

#[tokio::test]
async fn what_is_no_frame_of_the_protocol_closes() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let too_large =
        format!("{{\"event\":\"message:send\",\"data\":{{\"content\":\"{}\"}}}}", "x".repeat(131_072));
    for (message, code) in [
        (Message::text("not json"), 4500),
        (Message::text("[1]"), 4500),
        (Message::binary(vec![1, 2, 3]), 4500),
        (Message::text(too_large), 4513),
    ] {
        let mut client = site.connect(&visitor.token).await;
        client.send_message(message).await;

        assert_eq!(client.closed().await.0, Some(code));
    }
}

#[tokio::test]
async fn errors_without_an_ack_id_come_as_events() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let mut client = site.connect(&visitor.token).await;
    client.tell("no:such", json!({})).await;

    let error = client.event("error").await;

    assert_eq!((&error["code"], &error["ref"]), (&json!("bad_request"), &json!("no:such")));
}

#[tokio::test]
async fn a_newer_connection_of_the_same_tab_replaces_the_older() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let hello = json!({ "token": visitor.token, "client_id": "tab-1" });
    let mut older = Client::open(site.server.port, None).await;
    older.call("hello", hello.clone()).await.unwrap();
    let mut newer = Client::open(site.server.port, None).await;
    newer.call("hello", hello).await.unwrap();

    assert_eq!(older.closed().await.0, Some(4509));
    newer.join(visitor.session_id()).await;
}

#[tokio::test]
async fn over_the_limit_of_connections_the_oldest_gives_way() {
    let site =
        Site::start(Database::sqlite(), Options::default().flag("--visitor-connections-max", "2")).await;
    let visitor = site.visitor().await;
    let mut first = site.connect(&visitor.token).await;
    let mut second = site.connect(&visitor.token).await;
    let _third = site.connect(&visitor.token).await;

    assert_eq!(first.closed().await.0, Some(4509));
    second.join(visitor.session_id()).await;
}

#[tokio::test]
async fn origins_are_those_of_the_channel_and_of_the_console() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let agent = site.agent("ann").await;
    let path = format!("/api/v1/channels/{}", site.org.channel_id);
    let changed =
        site.patch(Some(&agent.token), &path, &json!({ "origins": ["https://shop.example"] })).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let visitor = {
        let mut visitor = site.stranger(&site.org).await;
        site.begin(&mut visitor).await;
        visitor
    };
    for (token, origin, is_fine) in [
        (&visitor.token, Some("https://shop.example"), true),
        (&visitor.token, None, true),
        (&visitor.token, Some("https://evil.example"), false),
        (&agent.token, Some("https://shop.example"), false),
    ] {
        let mut client = Client::open(site.server.port, origin).await;
        let answer = client.call("hello", json!({ "token": token })).await;

        assert_eq!(answer.is_ok(), is_fine, "{origin:?}: {answer:?}");
        if !is_fine {
            assert_eq!(answer.unwrap_err()["code"], "forbidden");
            assert_eq!(client.closed().await.0, Some(4503));
        }
    }
}

#[tokio::test]
async fn a_quiet_connection_hears_a_heartbeat() {
    let site = Site::start(
        Database::sqlite(),
        Options::default().flag("--heartbeat-ms", "300").flag("--ping-ms", "100"),
    )
    .await;
    let visitor = site.visitor().await;
    let mut client = site.connect(&visitor.token).await;

    assert!(matches!(client.receive().await, Received::Event { name, .. } if name == "heartbeat"));
    assert!(matches!(client.receive().await, Received::Event { name, .. } if name == "heartbeat"));
}
