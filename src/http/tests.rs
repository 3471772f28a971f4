//! Tests of the API over HTTP.

use serde_json::{Value, json};

use super::server_for_tests::{Harness, PASSWORD, Reply};
use crate::accounts::TokenOwner;
use crate::config::Settings;
use crate::crypto::hmac_sha256_hex;
use crate::ids::hash_token;
use crate::model::{Replay, Role};

const SESSIONS: &str = "/api/v1/widget/sessions";

async fn open_widget(server: &Harness, key: &str) -> (String, Value) {
    let body = json!({ "channel_key": key }).to_string();
    let session = server.send("POST", SESSIONS, &[], Some(&body)).await.expect(201);
    (session["visitor_token"].as_str().unwrap().to_owned(), session)
}

async fn sign_in(server: &Harness, email: &str) -> (String, Reply) {
    let body = json!({ "email": email, "password": PASSWORD }).to_string();
    let reply = server.send("POST", "/api/v1/auth/login", &[], Some(&body)).await;
    let cookie =
        reply.header("set-cookie").unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
    (cookie, reply)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}"))
}

#[tokio::test]
async fn a_visitor_writes_an_agent_takes_over_and_answers() {
    let server = Harness::start().await;
    let org = server.org("Shop").await;
    server.member(&org, "ana@example.com", Role::Agent).await;
    let channel = server.channel(&org, &[]).await;

    let (visitor, session) = open_widget(&server, &channel.channel.key).await;
    assert!(text(&session, "/visitor/name").starts_with("Guest-"));
    assert_eq!(session["session"], Value::Null);
    let begun = server.call(&visitor, "POST", "/widget/conversations", json!({})).await.expect(201);
    let again = server.call(&visitor, "POST", "/widget/conversations", Value::Null).await.expect(200);
    assert_eq!(begun["session"]["id"], again["session"]["id"]);
    assert_eq!(text(&begun, "/session/epoch").len(), 8);
    assert_eq!(text(&begun, "/session/state/status"), "waiting");
    let id = text(&begun, "/session/id");

    let message = json!({ "content": "hola 🙂", "client_message_id": "m-1" });
    let path = format!("/widget/conversations/{id}/messages");
    let sent = server.call(&visitor, "POST", &path, message.clone()).await.expect(201);
    assert_eq!((&sent["duplicate"], text(&sent, "/entry/content")), (&json!(false), "hola 🙂"));
    let repeat = server.call(&visitor, "POST", &format!("{path}?wait=reply"), message).await.expect(200);
    assert_eq!(repeat["entry"], sent["entry"]);
    assert_eq!((&repeat["duplicate"], repeat.get("reply")), (&json!(true), Some(&Value::Null)));

    let (cookie, reply) = sign_in(&server, "Ana@example.com").await;
    assert!(reply.header("set-cookie").unwrap().starts_with("switchboard=sba_"));
    assert_eq!(text(&reply.expect(200), "/member/presence"), "offline");
    let agent = [("cookie", cookie.as_str()), ("x-requested-with", "test")];
    let path = format!("/api/v1/conversations/{id}");
    let inbox = server.send("GET", "/api/v1/conversations?view=waiting", &agent, None).await.expect(200);
    assert_eq!(inbox["items"][0]["id"], json!(id));
    let queue = server.send("GET", "/api/v1/queue", &agent, None).await.expect(200);
    assert_eq!(queue["items"][0]["id"], json!(id));
    let early = server.send("POST", &format!("{path}/messages"), &agent, Some(r#"{"content":"hi"}"#)).await;
    assert_eq!(early.refusal(), (409, "not_holder".to_owned()));
    let taken = server.send("POST", &format!("{path}/takeover"), &agent, None).await.expect(200);
    assert_eq!(text(&taken, "/state/responder/agent/name"), "ana");
    server.send("POST", &format!("{path}/messages"), &agent, Some(r#"{"content":"hi"}"#)).await.expect(201);
    let note = r#"{"content":"vip","kind":"note"}"#;
    server.send("POST", &format!("{path}/messages"), &agent, Some(note)).await.expect(201);

    let own = server.call(&visitor, "GET", &format!("/conversations/{id}/entries"), Value::Null).await;
    let own = own.expect(200);
    let kinds: Vec<&str> =
        own["entries"].as_array().unwrap().iter().map(|entry| text(entry, "/kind")).collect();
    assert_eq!(kinds, ["message", "event", "message"], "visitors see no notes: {own}");
    let all = server.send("GET", &format!("{path}/entries?limit=2"), &agent, None).await.expect(200);
    assert_eq!((all["entries"].as_array().unwrap().len(), &all["has_more"]), (2, &json!(true)));
    let older = server.send("GET", &format!("{path}/entries?before=3"), &agent, None).await.expect(200);
    assert_eq!((older["entries"].as_array().unwrap().len(), &older["has_more"]), (2, &json!(false)));

    let change = r#"{"labels":["vip"],"priority":"high"}"#;
    let changed = server.send("PATCH", &path, &agent, Some(change)).await.expect(200);
    assert_eq!(changed["conversation"]["state"]["labels"], json!(["vip"]));
    let closed = server.call(&visitor, "POST", &format!("/widget/conversations/{id}/end"), Value::Null).await;
    assert_eq!(text(&closed.expect(200), "/state/status"), "closed");
    let late = server
        .call(&visitor, "POST", &format!("/widget/conversations/{id}/messages"), json!({"content":"x"}))
        .await;
    assert_eq!(late.refusal(), (409, "conversation_closed".to_owned()));
}

#[tokio::test]
async fn what_is_foreign_malformed_or_unknown_is_answered_alike() {
    let server = Harness::start().await;
    let (own, other) = (server.org("Own").await, server.org("Other").await);
    let owner = server.member(&own, "owner@example.com", Role::Owner).await;
    let foreign_member = server.member(&other, "other@example.com", Role::Agent).await;
    let foreign_channel = server.channel(&other, &[]).await.channel;
    let (visitor, _) = open_widget(&server, &foreign_channel.key).await;
    let begun = server.call(&visitor, "POST", "/widget/conversations", json!({})).await.expect(201);
    let foreign_conversation = text(&begun, "/session/id").to_owned();
    let token = server.token(TokenOwner::Agent(owner.id)).await;
    let unknown = "018f2a6c-1d2e-7b3f-8a4b-0123456789ab";
    let (member, channel) = (foreign_member.id.to_string(), foreign_channel.id.to_string());

    for (method, path, foreign, body) in [
        ("GET", "/conversations/ID", &foreign_conversation, Value::Null),
        ("PATCH", "/conversations/ID", &foreign_conversation, json!({ "labels": [] })),
        ("GET", "/conversations/ID/entries", &foreign_conversation, Value::Null),
        ("POST", "/conversations/ID/messages", &foreign_conversation, json!({ "content": "x" })),
        ("POST", "/conversations/ID/takeover", &foreign_conversation, json!({})),
        ("POST", "/conversations/ID/release", &foreign_conversation, json!({})),
        ("POST", "/conversations/ID/assign", &foreign_conversation, json!({ "agent_id": null })),
        ("POST", "/conversations/ID/end", &foreign_conversation, json!({})),
        ("PATCH", "/members/ID", &member, json!({ "name": "x" })),
        ("DELETE", "/members/ID", &member, Value::Null),
        ("POST", "/members/ID/password-link", &member, Value::Null),
        ("GET", "/channels/ID", &channel, Value::Null),
        ("PATCH", "/channels/ID", &channel, json!({ "name": "x" })),
        ("POST", "/channels/ID/rotate-key", &channel, Value::Null),
        ("POST", "/channels/ID/rotate-identity-secret", &channel, Value::Null),
        ("GET", "/tickets/ID", &channel, Value::Null),
        ("POST", "/tickets/ID/resolve", &channel, Value::Null),
        ("DELETE", "/tokens/ID", &member, Value::Null),
    ] {
        let mut texts = Vec::new();
        for id in [foreign.as_str(), unknown, "nonsense", "%00", "%ff"] {
            let bearer = format!("Bearer {token}");
            let headers = [("authorization", bearer.as_str()), ("x-request-id", "same")];
            let body = if body.is_null() { None } else { Some(body.to_string()) };
            let url = format!("/api/v1{}", path.replace("ID", id));
            let reply = server.send(method, &url, &headers, body.as_deref()).await;
            assert_eq!(reply.refusal(), (404, "not_found".to_owned()), "{method} {url}: {}", reply.text);
            texts.push(reply.text);
        }
        texts.dedup();
        assert_eq!(texts.len(), 1, "{method} {path}");
    }
}

#[tokio::test]
async fn every_refusal_has_the_same_shape_and_an_id() {
    let server =
        Harness::with(Settings { max_body_bytes: 2_048, limits: false, ..Settings::defaults() }).await;
    let org = server.org("Shop").await;
    let owner = server.member(&org, "owner@example.com", Role::Owner).await;
    let bearer = format!("Bearer {}", server.token(TokenOwner::Agent(owner.id)).await);
    let auth = ("authorization", bearer.as_str());
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(3_000));

    for (method, path, headers, body, status, code) in [
        ("GET", "/api/v1/nothing", vec![], None, 404, "not_found"),
        ("GET", "/api/v1/", vec![], None, 404, "not_found"),
        ("PUT", "/api/v1/members", vec![auth], None, 405, "bad_request"),
        ("GET", "/api/v1/members", vec![], None, 401, "unauthenticated"),
        ("GET", "/api/v1/members", vec![("authorization", "Basic eDp5")], None, 401, "unauthenticated"),
        ("GET", "/api/v1/members", vec![("x-api-key", "sbt_wrong")], None, 401, "unauthenticated"),
        ("GET", "/api/v1/members?limit=x", vec![auth], None, 400, "bad_request"),
        ("GET", "/api/v1/conversations?view=none", vec![auth], None, 400, "bad_request"),
        ("GET", "/api/v1/conversations?label=%00", vec![auth], None, 400, "bad_request"),
        ("POST", "/api/v1/channels", vec![auth], Some("{"), 400, "bad_request"),
        ("POST", "/api/v1/channels", vec![auth], Some("{}"), 400, "bad_request"),
        ("POST", "/api/v1/channels", vec![auth], Some(r#"{"name":"a\u0000"}"#), 400, "bad_request"),
        ("POST", "/api/v1/channels", vec![auth], Some(r#"{"name":"\ud800"}"#), 400, "bad_request"),
        (
            "POST",
            "/api/v1/channels",
            vec![auth, ("content-type", "text/plain")],
            Some("{}"),
            415,
            "bad_request",
        ),
        ("POST", "/api/v1/channels", vec![auth], Some(large.as_str()), 413, "too_large"),
        ("GET", "/api/v1/orgs", vec![auth], None, 403, "forbidden"),
    ] {
        let reply = server.send(method, path, &headers, body).await;
        assert_eq!(reply.refusal(), (status, code.to_owned()), "{method} {path}: {}", reply.text);
        let shown = reply.json();
        assert!(shown["error"]["message"].is_string() && shown["error"]["retry"].is_boolean(), "{shown}");
        assert_eq!(reply.header("x-request-id"), shown["request_id"].as_str(), "{method} {path}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("content-type"), Some("application/json"));
    }
    let kept = server.send("GET", "/api/v1/nothing", &[("x-request-id", "mine-1")], None).await;
    assert_eq!(text(&kept.json(), "/request_id"), "mine-1");
    let made_up = server.send("GET", "/api/v1/nothing", &[("x-request-id", "no spaces")], None).await;
    assert_ne!(text(&made_up.json(), "/request_id"), "no spaces");
}

#[tokio::test]
async fn a_page_may_speak_only_from_its_channels_origins() {
    let server = Harness::start().await;
    let org = server.org("Shop").await;
    let channel = server.channel(&org, &["https://shop.example"]).await.channel;
    let body = json!({ "channel_key": channel.key }).to_string();

    let asks = [("origin", "https://any.example"), ("access-control-request-method", "POST")];
    let preflight = server.send("OPTIONS", SESSIONS, &asks, None).await;
    assert_eq!(preflight.status.as_u16(), 204);
    assert_eq!(preflight.header("access-control-allow-origin"), Some("https://any.example"));
    assert_eq!(preflight.header("access-control-allow-credentials"), None);
    let listed = server.send("POST", SESSIONS, &[("origin", "https://shop.example")], Some(&body)).await;
    assert_eq!(listed.header("access-control-allow-origin"), Some("https://shop.example"));
    let token = text(&listed.expect(201), "/visitor_token").to_owned();
    let foreign = server.send("POST", SESSIONS, &[("origin", "https://evil.example")], Some(&body)).await;
    assert_eq!(foreign.refusal(), (403, "forbidden".to_owned()));
    assert_eq!(foreign.header("access-control-allow-origin"), None);

    let bearer = format!("Bearer {token}");
    for (origin, status) in [("https://shop.example", 201), ("https://evil.example", 403), ("null", 403)] {
        let headers = [("authorization", bearer.as_str()), ("origin", origin)];
        let reply = server.send("POST", "/api/v1/widget/conversations", &headers, None).await;
        assert_eq!(reply.status.as_u16(), status, "{origin}: {}", reply.text);
    }
}

#[tokio::test]
async fn a_cookie_changes_nothing_for_a_foreign_page() {
    let server = Harness::start().await;
    let org = server.org("Shop").await;
    server.member(&org, "owner@example.com", Role::Owner).await;
    let (cookie, _) = sign_in(&server, "owner@example.com").await;
    let cookie = ("cookie", cookie.as_str());
    let body = Some(r#"{"name":"Site"}"#);
    let own = server.base.clone();

    for (headers, status) in [
        (vec![cookie], 403),
        (vec![cookie, ("origin", "https://evil.example")], 403),
        (vec![cookie, ("origin", "https://evil.example"), ("x-requested-with", "x")], 403),
        (vec![cookie, ("sec-fetch-site", "cross-site")], 403),
        (vec![cookie, ("sec-fetch-site", "same-origin")], 201),
        (vec![cookie, ("x-requested-with", "console")], 201),
        (vec![cookie, ("origin", own.as_str())], 201),
    ] {
        let reply = server.send("POST", "/api/v1/channels", &headers, body).await;
        assert_eq!(reply.status.as_u16(), status, "{headers:?}: {}", reply.text);
    }
    let ticket =
        server.send("POST", "/api/v1/auth/socket-ticket", &[cookie, ("x-requested-with", "x")], None).await;
    let ticket = text(&ticket.expect(200), "/ticket").to_owned();
    assert_eq!(server.call(&ticket, "GET", "/auth/me", Value::Null).await.refusal().0, 401);
    let out = server.send("POST", "/api/v1/auth/logout", &[cookie, ("x-requested-with", "x")], None).await;
    assert_eq!(out.status.as_u16(), 204);
    assert!(out.header("set-cookie").unwrap().starts_with("switchboard=;"));
    assert_eq!(server.send("GET", "/api/v1/auth/me", &[cookie], None).await.refusal().0, 401);
}

#[tokio::test]
async fn an_identity_is_believed_only_with_its_proof() {
    let server = Harness::start().await;
    let org = server.org("Shop").await;
    let made = server.channel(&org, &[]).await;
    let hash = hmac_sha256_hex(made.identity_secret.as_bytes(), b"user-7");
    let open = async |token: Option<&str>, identity: Value| {
        let body = json!({ "channel_key": made.channel.key, "visitor_token": token, "identity": identity });
        server.send("POST", SESSIONS, &[], Some(&body.to_string())).await
    };

    let (guest, session) = open_widget(&server, &made.channel.key).await;
    for wrong in [
        json!({ "user_id": "user-7" }),
        json!({ "user_id": "user-8", "hash": hash }),
        json!({ "user_id": "user-7", "jwt": "a.b.c" }),
    ] {
        assert_eq!(open(Some(&guest), wrong).await.refusal(), (401, "unauthenticated".to_owned()));
    }
    let proven = json!({ "user_id": "user-7", "name": "Ana", "hash": hash });
    let known = open(Some(&guest), proven.clone()).await.expect(200);
    assert_eq!(known["visitor"]["id"], session["visitor"]["id"], "the guest turns out to be Ana");
    assert_eq!((text(&known, "/visitor/name"), text(&known, "/visitor_token")), ("Ana", guest.as_str()));
    let elsewhere = open(None, proven).await.expect(200);
    assert_eq!(elsewhere["visitor"]["id"], session["visitor"]["id"]);
    assert_ne!(text(&elsewhere, "/visitor_token"), guest);
    let unknown = open(Some("sbv_unknown"), Value::Null).await.expect(201);
    assert_ne!(unknown["visitor"]["id"], session["visitor"]["id"]);
}

#[tokio::test]
async fn a_create_under_a_key_happens_once() {
    let server = Harness::start().await;
    let org = server.org("Shop").await;
    let owner = server.member(&org, "owner@example.com", Role::Owner).await;
    let bearer = format!("Bearer {}", server.token(TokenOwner::Agent(owner.id)).await);
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "k-1")];
    let body = r#"{"name":"Site"}"#;

    let tries = (0..8).map(|_| server.send("POST", "/api/v1/channels", &headers, Some(body)));
    let replies = futures_util::future::join_all(tries).await;

    let first = &replies[0].text;
    assert!(replies.iter().all(|reply| reply.status.as_u16() == 201 && reply.text == *first));
    assert_eq!(replies.iter().filter(|reply| reply.header("idempotency-replayed").is_none()).count(), 1);
    let other = server.send("POST", "/api/v1/channels", &headers, Some(r#"{"name":"Other"}"#)).await;
    assert_eq!(other.refusal(), (409, "conflict".to_owned()));
    let list = server.send("GET", "/api/v1/channels", &headers[..1], None).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let secret = text(&replies[0].json(), "/identity_secret").to_owned();
    let scope = format!("token:{} POST /channels", token_id(&server, &bearer).await);
    let kept = server.hub.db().idempotency().find(&scope, "k-1", &hash_token(body)).await.unwrap();
    assert!(matches!(kept, Replay::Known(kept) if !kept.body.contains(&secret)), "storage knows no secret");
}

async fn token_id(server: &Harness, bearer: &str) -> String {
    let list = server.send("GET", "/api/v1/tokens", &[("authorization", bearer)], None).await.expect(200);
    text(&list, "/items/0/id").to_owned()
}

#[tokio::test]
async fn members_are_invited_choose_a_password_and_are_removed() {
    let server = Harness::start().await;
    let org = server.org("Shop").await;
    let owner = server.member(&org, "owner@example.com", Role::Owner).await;
    let admin = server.member(&org, "admin@example.com", Role::Admin).await;
    let owner_token = server.token(TokenOwner::Agent(owner.id)).await;
    let admin_token = server.token(TokenOwner::Agent(admin.id)).await;

    let body = json!({ "email": "new@example.com", "name": "New", "role": "agent" });
    let made = server.call(&admin_token, "POST", "/members", body.clone()).await.expect(201);
    let link = text(&made, "/set_password_url");
    // Where the server listens, and not what a request says of it.
    assert!(link.starts_with("http://127.0.0.1:8080/console/password#token=sbp_"), "{link}");
    let again = server.call(&admin_token, "POST", "/members", body).await;
    assert_eq!(again.refusal(), (409, "conflict".to_owned()));
    let boss = json!({ "email": "boss@example.com", "name": "Boss", "role": "owner" });
    assert_eq!(server.call(&admin_token, "POST", "/members", boss).await.refusal().0, 403);

    let set = json!({ "token": link.split_once('=').unwrap().1, "password": PASSWORD }).to_string();
    let weak = set.replace(PASSWORD, "short");
    assert_eq!(server.send("POST", "/api/v1/auth/password", &[], Some(&weak)).await.refusal().0, 400);
    assert_eq!(server.send("POST", "/api/v1/auth/password", &[], Some(&set)).await.status.as_u16(), 204);
    assert_eq!(server.send("POST", "/api/v1/auth/password", &[], Some(&set)).await.refusal().0, 401);
    let (cookie, reply) = sign_in(&server, "new@example.com").await;
    reply.expect(200);

    let path = format!("/members/{}", text(&made, "/member/id"));
    assert_eq!(server.call(&admin_token, "DELETE", &path, Value::Null).await.status.as_u16(), 204);
    assert_eq!(server.send("GET", "/api/v1/auth/me", &[("cookie", &cookie)], None).await.refusal().0, 401);
    let owner_path = format!("/members/{}", owner.id);
    assert_eq!(server.call(&admin_token, "DELETE", &owner_path, Value::Null).await.refusal().0, 403);
    let demote = json!({ "role": "agent" });
    assert_eq!(server.call(&owner_token, "PATCH", &owner_path, demote).await.refusal().0, 403);
    let members = server.call(&owner_token, "GET", "/members?limit=2", Value::Null).await.expect(200);
    let next = format!("/members?limit=2&cursor={}", text(&members, "/next_cursor"));
    let rest = server.call(&owner_token, "GET", &next, Value::Null).await.expect(200);
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &Value::Null));
}

#[tokio::test]
async fn the_first_run_makes_who_runs_the_server_once() {
    let server = Harness::start().await;
    let needed = server.send("GET", "/api/v1/setup", &[], None).await.expect(200);
    assert_eq!(needed["needed"], json!(true));
    let link = server.accounts.first_setup().link(&server.base).await.unwrap().unwrap();
    let token = link.split_once("#token=").unwrap().1;
    let body = |token: &str| {
        json!({ "token": token, "org_name": "Shop", "name": "Ana", "email": "ana@example.com", "password": PASSWORD })
            .to_string()
    };

    let wrong = server.send("POST", "/api/v1/setup", &[], Some(&body("sbs_wrong"))).await;
    assert_eq!(wrong.refusal(), (401, "unauthenticated".to_owned()));
    let made = server.send("POST", "/api/v1/setup", &[], Some(&body(token))).await;
    let cookie = made.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(made.expect(201)["member"]["platform_admin"], json!(true));
    let again = server.send("POST", "/api/v1/setup", &[], Some(&body(token))).await;
    assert_eq!(again.refusal(), (409, "conflict".to_owned()));
    assert_eq!(server.accounts.first_setup().link(&server.base).await.unwrap(), None);

    let headers = [("cookie", cookie.as_str()), ("x-requested-with", "x")];
    let org = r#"{"name":"Second","owner":{"email":"second@example.com"}}"#;
    let made = server.send("POST", "/api/v1/orgs", &headers, Some(org)).await.expect(201);
    assert_eq!(text(&made, "/member/role"), "owner");
    let orgs = server.send("GET", "/api/v1/orgs", &headers, None).await.expect(200);
    assert_eq!(orgs["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_server_reads_and_notes_but_does_not_speak() {
    let server = Harness::start().await;
    let org = server.org("Shop").await;
    let channel = server.channel(&org, &[]).await.channel;
    let agent = server.member(&org, "ana@example.com", Role::Agent).await;
    let token = server.token(TokenOwner::Org(org.id)).await;

    let begin =
        json!({ "channel_id": channel.id.to_string(), "visitor": { "external_id": "u1", "name": "Ana" } });
    let begun = server.call(&token, "POST", "/conversations", begin.clone()).await.expect(201);
    let again = server.call(&token, "POST", "/conversations", begin).await.expect(200);
    assert_eq!(begun["conversation"]["id"], again["conversation"]["id"]);
    let path = format!("/conversations/{}", text(&begun, "/conversation/id"));
    let note = json!({ "content": "from the shop", "kind": "note" });
    server.call(&token, "POST", &format!("{path}/messages"), note).await.expect(201);
    for (act, body) in [("messages", json!({ "content": "x" })), ("takeover", json!({})), ("end", json!({}))]
    {
        let refused = server.call(&token, "POST", &format!("{path}/{act}"), body).await;
        assert_eq!(refused.refusal(), (403, "forbidden".to_owned()), "{act}");
    }
    let asked = server.call(&token, "POST", &format!("{path}/handoff"), json!({ "reason": "angry" })).await;
    assert_eq!(text(&asked.expect(200), "/state/handoff/reason"), "angry");

    let agent = server.token(TokenOwner::Agent(agent.id)).await;
    let tickets = server.call(&agent, "GET", "/tickets?status=open", Value::Null).await.expect(200);
    let ticket = format!("/tickets/{}", text(&tickets, "/items/0/id"));
    let resolved = server.call(&agent, "POST", &format!("{ticket}/resolve"), Value::Null).await.expect(200);
    assert_eq!(text(&resolved, "/ticket/resolved_by/name"), "ana");
    let none = server.call(&agent, "GET", "/tickets?status=open", Value::Null).await.expect(200);
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn limits_and_draining_say_when_to_come_back() {
    let settings = Settings {
        rest_requests_per_minute: 2,
        widget_reads_per_minute: 1,
        member_pictures_per_minute: 1,
        ..Settings::defaults()
    };
    let server = Harness::with(settings).await;
    let org = server.org("Shop").await;
    let channel = server.channel(&org, &[]).await.channel;
    let token = server.token(TokenOwner::Org(org.id)).await;

    open_widget(&server, &channel.key).await;
    let body = json!({ "channel_key": channel.key }).to_string();
    let limited = server.send("POST", SESSIONS, &[("origin", "https://a.example")], Some(&body)).await;
    assert_eq!(limited.refusal(), (429, "rate_limited".to_owned()));
    assert!(
        limited.header("retry-after").is_some() && limited.header("access-control-allow-origin").is_some()
    );
    let picture = format!("/api/v1/widget/members/{}/picture?channel_key={}", channel.id, channel.key);
    let asked = server.send("GET", &picture, &[], None).await;
    assert_eq!(asked.refusal(), (404, "not_found".to_owned()), "pictures have a limit of their own");
    let limited = server.send("GET", &picture, &[], None).await;
    assert_eq!(limited.refusal(), (429, "rate_limited".to_owned()));
    for _ in 0..2 {
        server.call(&token, "GET", "/channels", Value::Null).await.expect(200);
    }
    let limited = server.call(&token, "GET", "/channels", Value::Null).await;
    assert!(
        limited.json()["error"]["retry_after_ms"].as_u64().is_some_and(|wait| wait > 0),
        "{}",
        limited.text
    );

    assert_eq!(server.send("GET", "/readyz", &[], None).await.status.as_u16(), 200);
    server.hub.drain();
    let ready = server.send("GET", "/readyz", &[], None).await;
    assert_eq!((ready.status.as_u16(), text(&ready.json(), "/reason")), (503, "draining"));
    assert_eq!(server.send("GET", "/livez", &[], None).await.status.as_u16(), 200);
    let refused = server.send("POST", SESSIONS, &[], Some(&body)).await;
    assert_eq!(refused.refusal(), (503, "draining".to_owned()));
}

#[tokio::test]
async fn the_document_lists_every_path_and_can_be_read_here() {
    let server = Harness::start().await;

    let document = server.send("GET", "/api/v1/openapi.json", &[], None).await.expect(200);

    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 176, "{:?}", paths.keys().collect::<Vec<_>>());
    for path in ["/api/v1/widget/sessions", "/api/v1/conversations/{id}/entries", "/api/v1/auth/login"] {
        assert!(paths.contains_key(path), "{path}");
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for schema in ["Entry", "Member", "Channel", "ConversationSummary", "ErrorAnswer"] {
        assert!(schemas.contains_key(schema), "{schema} in {:?}", schemas.keys().collect::<Vec<_>>());
    }
    assert_references_exist(&document, &document);
    let page = server.send("GET", "/api/v1/docs/", &[], None).await;
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'self'"));
    assert!(!page.text.contains("https://") && !page.text.contains("<script>"), "{}", page.text);
    for file in ["swagger-initializer.js", "swagger-ui-bundle.js", "swagger-ui.css"] {
        let reply = server.send("GET", &format!("/api/v1/docs/{file}"), &[], None).await;
        assert_eq!(reply.status.as_u16(), 200, "{file}");
    }
}

fn assert_references_exist(document: &Value, part: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                let found = document.pointer(reference.trim_start_matches('#'));
                assert!(found.is_some(), "{reference} is nowhere");
            }
            fields.values().for_each(|value| assert_references_exist(document, value));
        }
        Value::Array(items) => items.iter().for_each(|value| assert_references_exist(document, value)),
        _ => {}
    }
}
