//! Text comes back byte for byte, or is refused with words.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::on_both_databases;
use crate::support::{Database, Options, Site};

on_both_databases! {
    async fn text_comes_back_exactly(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let agent = site.agent("ann").await;
        let id = visitor.session_id().to_owned();
        let mut theirs = site.connect(&visitor.token).await;
        let mut ours = site.connect(&agent.token).await;
        ours.join(&id).await;
        for text in [
            "👩‍👩‍👧‍👦 🏳️‍🌈 🇪🇸".to_owned(),
            "שלום עולם مرحبا بالعالم \u{202e}reversed\u{202c}".to_owned(),
            "e\u{301} a\u{308}\u{323} Z\u{35a}\u{35b}\u{35c}".to_owned(),
            "a\u{2028}b\u{2029}c\u{feff}d\u{fffe}e\u{10ffff}".to_owned(),
            "  leading and trailing \t\r\n ".to_owned(),
            "\\u0000 '; drop table entries; -- <script>alert(1)</script> %s {} \u{1}\u{7f}".to_owned(),
            "🙂".repeat(1_000),
        ] {
            let sent = theirs.say(&id, &text).await;

            assert_eq!(sent["entry"]["content"], text.as_str());
            assert_eq!(ours.event("message:new").await["content"], text.as_str());
        }
        let too_long = json!({"session_id": id, "content": "🙂".repeat(1_001)});
        assert_eq!(theirs.call("message:send", too_long).await.unwrap_err()["code"], "too_large");
        let rest = site.get(Some(&visitor.token), &format!("/api/v1/conversations/{id}/entries?after=0")).await;
        assert_eq!(rest.body["entries"][6]["content"], "🙂".repeat(1_000));
    }

    async fn what_cannot_be_stored_exactly_is_refused_with_its_ack(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id().to_owned();
        let mut client = site.connect(&visitor.token).await;
        for (number, content) in [r"a\u0000b", r"\ud83d", r"\ude00\ud83d", r"x\uD800y", "raw \u{0} nul"].into_iter().enumerate() {
            let ack = 1_000 + i64::try_from(number).unwrap();
            let text = format!(r#"{{"event":"message:send","id":{ack},"data":{{"session_id":"{id}","content":"{content}"}}}}"#);
            client.send_text(text).await;

            assert_eq!(client.ack(ack).await.unwrap_err()["code"], "bad_request", "{content:?}");
        }
        for (data, code) in [
            (json!({"session_id": id, "content": ""}), "bad_request"),
            (json!({"session_id": id, "content": " \n\t "}), "bad_request"),
            (json!({"session_id": id, "content": "x", "client_message_id": "no spaces"}), "bad_request"),
            (json!({"session_id": id, "content": "x", "client_message_id": "x".repeat(65)}), "bad_request"),
            (json!({"session_id": id, "content": "x", "metadata": {"deep": {"er": 1}}}), "bad_request"),
            (json!({"session_id": id, "content": "x", "metadata": {"big": "x".repeat(5_000)}}), "too_large"),
            (json!({"session_id": id, "content": "x", "attachments": ["a"]}), "bad_request"),
        ] {
            assert_eq!(client.call("message:send", data.clone()).await.unwrap_err()["code"], code, "{data}");
        }
        let history = client.join(&id).await;
        assert_eq!(history["last_seq"], 0, "nothing was stored");
    }
}

#[tokio::test]
async fn metadata_comes_back_as_it_was_sent() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let id = visitor.session_id().to_owned();
    let mut client = site.connect(&visitor.token).await;
    let metadata =
        json!({"source": "button", "count": 3, "sure": true, "none": null, "big": 9_007_199_254_740_993_u64});

    let sent = client
        .call("message:send", json!({"session_id": id, "content": "x", "metadata": metadata}))
        .await
        .unwrap();

    assert_eq!(sent["entry"]["metadata"], metadata);
    assert_eq!(client.join(&id).await["entries"][0]["metadata"], metadata);
}

#[tokio::test]
async fn a_frame_that_is_not_utf8_is_1007() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let mut client = site.connect(&visitor.token).await;
    // A text frame of our own making: the client library would not send it.
    let frame = tokio_tungstenite::tungstenite::protocol::frame::Frame::message(
        vec![0xc3, 0x28],
        tokio_tungstenite::tungstenite::protocol::frame::coding::OpCode::Data(
            tokio_tungstenite::tungstenite::protocol::frame::coding::Data::Text,
        ),
        true,
    );
    client.send_message(Message::Frame(frame)).await;

    assert_eq!(client.closed().await.0, Some(1007));
}

#[tokio::test]
async fn rest_refuses_the_same_texts() {
    let site = Site::start(Database::sqlite(), Options::default()).await;
    let visitor = site.visitor().await;
    let path = format!("/api/v1/widget/conversations/{}/messages", visitor.session_id());
    for body in [r#"{"content":"a\u0000"}"#, r#"{"content":"\ud800"}"#, "{", "[]", r#"{"content":7}"#] {
        let request = crate::support::rest::http()
            .post(site.server.url(&path))
            .bearer_auth(&visitor.token)
            .header("content-type", "application/json")
            .body(body);
        let answer = crate::support::rest::send(request).await;

        assert_eq!((answer.status, answer.code()), (400, "bad_request"), "{body}: {answer:?}");
        assert!(answer.body["request_id"].is_string());
    }
    let fine = site.post(Some(&visitor.token), &path, &json!({"content": "fine"})).await;
    assert_eq!((fine.status, &fine.body["duplicate"]), (201, &Value::Bool(false)));
}
