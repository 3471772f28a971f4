//! Calls that begin while their visitor goes away.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use serde_json::json;
use tower::ServiceExt as _;

use super::server_for_tests::Harness;
use crate::accounts::TokenOwner;
use crate::config::Settings;
use crate::model::Role;

/// Lets a future go on so many times and drops it where it stands; `None` where it has not come to its end.
async fn dropped_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

fn request(token: &str, path: &str, body: &serde_json::Value) -> Request<Body> {
    let mut request = Request::post(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
    request
}

/// A server that takes calls, and the key of its channel.
async fn exchange() -> (Harness, String) {
    let voice_simulator_url = Some("http://127.0.0.1:9/v1".parse().unwrap());
    let server = Harness::with(Settings { limits: false, voice_simulator_url, ..Settings::defaults() }).await;
    let org = server.org("Shop").await;
    let owner = server.member(&org, "owner@example.com", Role::Owner).await;
    let channel = server.channel(&org, &[]).await.channel;
    let token = server.token(TokenOwner::Agent(owner.id)).await;
    let path = format!("/channels/{}", channel.id);
    server.call(&token, "PATCH", &path, json!({ "assistant": true })).await.expect(200);
    let settings = json!({ "settings": { "voice_enabled": true, "voice_calls_at_once": 1_000 } });
    server.call(&token, "PATCH", "/settings", settings).await.expect(200);
    (server, channel.key)
}

#[tokio::test]
async fn a_visitor_who_goes_away_while_their_call_begins_leaves_no_conversation_in_a_call_that_nobody_runs() {
    let (server, key) = exchange().await;
    let mut given_up = 0;
    for polls in 1.. {
        let session = server
            .send("POST", "/api/v1/widget/sessions", &[], Some(&json!({ "channel_key": key }).to_string()))
            .await;
        let token = session.expect(201)["visitor_token"].as_str().unwrap().to_owned();
        let begun = server.call(&token, "POST", "/widget/conversations", json!({})).await.expect(201);
        let body = json!({ "session_id": begun["session"]["id"] });
        let start = server.app.clone().oneshot(request(&token, "/widget/calls", &body));
        if let Some(answer) = dropped_after(polls, start).await {
            assert_eq!(answer.unwrap().status(), 201);
            break;
        }
        given_up += 1;

        // They come back: to the call that has begun, or to a new one.
        let again = server.call(&token, "POST", "/widget/calls", body).await;
        let details = &again.json()["error"]["details"];
        let Some(call) = details["call_id"].as_str() else {
            again.expect(201);
            continue;
        };
        let path = format!("/widget/calls/{call}/legs");
        let joined = async {
            while server.call(&token, "POST", &path, json!({})).await.status != 201 {
                tokio::task::yield_now().await;
            }
        };
        let joined = tokio::time::timeout(Duration::from_secs(5), joined).await;
        assert!(
            joined.is_ok(),
            "given up at poll {polls}, call {call} is in its conversation and does not run"
        );
    }

    // How often the start waits depends on how fast the database's thread is: five times and more, as a rule.
    assert!(given_up > 2, "{given_up} places to be given up at");
}
