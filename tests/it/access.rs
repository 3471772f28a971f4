//! Access that ends, ends everywhere, soon; and what a site says about its visitors.

use std::time::Instant;

use serde_json::json;

use crate::on_both_databases;
use crate::support::rest::{http, send};
use crate::support::site::PASSWORD;
use crate::support::{Client, Database, Options, Site, sign};

on_both_databases! {
    async fn revoked_access_reaches_live_sockets_within_two_seconds(database: Database) {
        let site = Site::start(database, Options::default()).await;
        let agent = site.agent("ann").await;
        let boss = site.agent("boss").await;
        let mut by_shell = site.connect(&agent.token).await;
        let started = Instant::now();
        let arguments = ["agent", "password", &agent.email, "--password-stdin"];
        site.server.cli_with_input(&arguments, "another good password\n").await.unwrap();

        assert_eq!(by_shell.closed().await.0, Some(4503), "a new password set by the shell ends live sockets");
        assert!(started.elapsed().as_secs() < 10);
        let mut by_admin = site.connect(&agent.token).await;
        let gone = site.delete(Some(&boss.token), &format!("/api/v1/members/{}", agent.id)).await;
        assert_eq!(gone.status, 204, "{gone:?}");
        assert_eq!(by_admin.closed().await.0, Some(4503));
        let mut again = Client::open(site.server.port, None).await;
        assert_eq!(again.call("hello", json!({"token": agent.token})).await.unwrap_err()["code"], "unauthenticated");
    }

    async fn an_agent_signs_in_by_cookie_and_connects_by_ticket(database: Database) {
        let site = Site::start(database, Options::default()).await;
        let agent = site.agent("ann").await;
        let wrong = site.post(None, "/api/v1/auth/login", &json!({"email": agent.email, "password": "wrong password"})).await;
        assert_eq!((wrong.status, wrong.code()), (401, "unauthenticated"));
        let unknown = site.post(None, "/api/v1/auth/login", &json!({"email": "no@example.com", "password": PASSWORD})).await;
        assert_eq!(unknown.body["error"], wrong.body["error"], "nothing tells whether an account exists");
        let login = site.post(None, "/api/v1/auth/login", &json!({"email": agent.email, "password": PASSWORD})).await;
        assert_eq!(login.status, 200, "{login:?}");
        let cookie = login.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.starts_with("switchboard=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let with_cookie = |path: &str| {
            http().post(site.server.url(path)).header("cookie", &cookie).header("x-requested-with", "test").json(&json!({}))
        };
        let forged = send(http().post(site.server.url("/api/v1/auth/socket-ticket")).header("cookie", &cookie).header("origin", "https://evil.example").json(&json!({}))).await;
        assert_eq!(forged.status, 403, "another site cannot use the cookie: {forged:?}");
        let ticket = send(with_cookie("/api/v1/auth/socket-ticket")).await.body["ticket"].as_str().unwrap().to_owned();
        let mut client = site.connect(&ticket).await;
        let mut second = Client::open(site.server.port, None).await;
        assert_eq!(second.call("hello", json!({"token": ticket})).await.unwrap_err()["code"], "unauthenticated", "one use");
        let mut raw = Client::open(site.server.port, None).await;
        let session_token = cookie.split('=').nth(1).unwrap();
        assert_eq!(raw.call("hello", json!({"token": session_token})).await.unwrap_err()["code"], "unauthenticated", "cookies never open sockets");
        let out = send(with_cookie("/api/v1/auth/logout")).await;
        assert_eq!(out.status, 204, "{out:?}");
        assert_eq!(client.closed().await.0, Some(4503), "signing out ends the session's sockets");
    }

    async fn an_old_identity_secret_is_accepted_for_as_long_as_was_said(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let owner = site.agent("owner").await.token;
        let channel = format!("/api/v1/channels/{}", site.org.channel_id);
        let rotate = async |body: serde_json::Value| {
            let rotated = site.post(Some(&owner), &format!("{channel}/rotate-identity-secret"), &body).await;
            assert_eq!(rotated.status, 200, "{rotated:?}");
            rotated.body
        };
        let is_believed = async |secret: &str| {
            let identity = json!({"user_id": "user-7", "hash": sign(secret, "user-7")});
            let body = json!({"channel_key": site.org.channel_key, "identity": identity});
            site.post(None, "/api/v1/widget/sessions", &body).await.status < 300
        };
        let old = format!("{channel}/old-identity-secret");
        let first = site.org.identity_secret.clone();
        assert!(site.get(Some(&owner), &old).await.body["old_accepted_until"].is_null());

        let rotated = rotate(json!({"overlap_hours": 24})).await;
        let second = rotated["identity_secret"].as_str().unwrap().to_owned();
        assert_eq!((is_believed(&first).await, is_believed(&second).await), (true, true));
        assert_eq!(site.get(Some(&owner), &old).await.body["old_accepted_until"], rotated["old_accepted_until"]);
        let field = format!("channel:{}:identity_secret:old", site.org.channel_id);
        site.server.database.execute(&format!("update secrets set expires_at = 1 where field = '{field}'"));
        assert_eq!((is_believed(&first).await, is_believed(&second).await), (false, true), "its time is over");

        let third = rotate(json!({"overlap_hours": 1})).await["identity_secret"].as_str().unwrap().to_owned();
        assert_eq!((is_believed(&first).await, is_believed(&second).await), (false, true), "one old secret at a time");
        assert_eq!(site.delete(Some(&owner), &old).await.status, 204);
        assert_eq!((is_believed(&second).await, is_believed(&third).await), (false, true), "it was cut short");
        assert_eq!(site.delete(Some(&owner), &old).await.status, 404);
        let at_once = rotate(json!({})).await;
        assert!(at_once["old_accepted_until"].is_null());
        assert!(!is_believed(&third).await, "without an overlap the old one is refused at once");
        let agent = site.agent_with_role(&site.org, "bob", "agent").await.token;
        assert_eq!(site.get(Some(&agent), &old).await.status, 403);
    }

    async fn identities_are_believed_only_with_proof(database: Database) {
        let site = Site::start(database, Options::default()).await;
        let session = |identity: serde_json::Value| json!({"channel_key": site.org.channel_key, "identity": identity});
        let hash = sign(&site.org.identity_secret, "user-7");
        let known = site.post(None, "/api/v1/widget/sessions", &session(json!({"user_id": "user-7", "name": "Grace", "hash": hash}))).await;
        assert_eq!(known.status, 201, "{known:?}");
        assert_eq!(known.body["visitor"]["name"], "Grace");
        let again = site.post(None, "/api/v1/widget/sessions", &session(json!({"user_id": "user-7", "hash": hash}))).await;
        assert_eq!(again.body["visitor"]["id"], known.body["visitor"]["id"], "the same person from anywhere");
        for identity in [
            json!({"user_id": "user-8", "hash": hash}),
            json!({"user_id": "user-7", "hash": hash.to_uppercase()}),
            json!({"user_id": "user-7"}),
            json!({"user_id": "user-7", "jwt": "a.b.c"}),
        ] {
            let refused = site.post(None, "/api/v1/widget/sessions", &session(identity.clone())).await;
            assert_eq!((refused.status, refused.code()), (401, "unauthenticated"), "{identity}");
        }
        let guest = site.stranger(&site.org).await;
        let session = site.post(None, "/api/v1/widget/sessions", &json!({"channel_key": site.org.channel_key, "visitor_token": guest.token})).await;
        assert_eq!((session.status, &session.body["visitor"]["id"]), (200, &json!(guest.id)));
        assert!(session.body["visitor"]["name"].as_str().unwrap().starts_with("Guest-"));
        let unknown = site.post(None, "/api/v1/widget/sessions", &json!({"channel_key": "swk_unknown"})).await;
        assert_eq!(unknown.status, 404, "{unknown:?}");
    }

    async fn a_rotated_channel_key_begins_no_more_sessions(database: Database) {
        let site = Site::start(database, Options::default()).await;
        let agent = site.agent("ann").await;
        let path = format!("/api/v1/channels/{}/rotate-key", site.org.channel_id);
        let rotated = site.post(Some(&agent.token), &path, &json!({})).await;
        let new_key = rotated.body["channel"]["key"].as_str().unwrap();

        let old = site.post(None, "/api/v1/widget/sessions", &json!({"channel_key": site.org.channel_key})).await;
        let new = site.post(None, "/api/v1/widget/sessions", &json!({"channel_key": new_key})).await;

        assert_eq!((old.status, new.status), (404, 201));
    }
}

#[tokio::test]
async fn the_first_start_prints_a_setup_link_of_one_use() {
    let site = crate::support::Server::start(Database::sqlite(), Options::default()).await;
    let link = site
        .greeting
        .split_whitespace()
        .find(|word| word.contains("/console/setup#token="))
        .expect("a setup link");
    let token = link.split("token=").nth(1).unwrap();
    let body = json!({"token": token, "org_name": "Acme", "name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    let first = send(http().post(site.url("/api/v1/setup")).json(&body)).await;
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(
        (&first.body["member"]["role"], &first.body["member"]["platform_admin"]),
        (&json!("owner"), &json!(true))
    );

    let second = send(http().post(site.url("/api/v1/setup")).json(&body)).await;

    assert!(second.status >= 400, "{second:?}");
    let needed = send(http().get(site.url("/api/v1/setup"))).await;
    assert_eq!(needed.body["needed"], false);
}
