//! API tokens with rights, an end, and a last use.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both_databases;
use crate::sign_in::{ask_with, cookies, sign_in};
use crate::support::rest::Answer;
use crate::support::site::PASSWORD;
use crate::support::{Client, Options, Site, within};

/// Makes a token of a member with these rights.
async fn token_of(site: &Site, owner: &str, rights: &str) -> (String, Value) {
    let body = json!({"name": format!("to {rights}"), "rights": rights});
    let made = site.post(Some(owner), "/api/v1/tokens", &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    (made.body["token"].as_str().unwrap().to_owned(), made.body["api_token"].clone())
}

fn reason(answer: &Answer) -> &str {
    answer.body["error"]["reason"].as_str().unwrap_or_default()
}

on_both_databases! {
    async fn a_token_does_what_its_rights_say_and_never_more_than_its_member(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let org = site.org.clone();
        let owner = site.agent_with_role(&org, "owner", "owner").await;
        let agent = site.agent_with_role(&org, "agent", "agent").await;
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        let (reads, _) = token_of(&site, &owner.token, "read").await;
        let (writes, _) = token_of(&site, &owner.token, "write").await;
        let note = json!({"content": "hello", "kind": "note"});
        let messages = format!("/api/v1/conversations/{id}/messages");
        for path in ["/api/v1/conversations", "/api/v1/settings", "/api/v1/providers", "/api/v1/drafts", "/api/v1/tokens"] {
            assert_eq!(site.get(Some(&reads), path).await.status, 200, "{path}");
        }
        let refused = site.post(Some(&reads), &messages, &note).await;
        assert_eq!((refused.status, refused.code(), reason(&refused)), (403, "forbidden", "token_rights"));
        assert_eq!(site.get(Some(&owner.token), &format!("/api/v1/conversations/{id}/entries")).await.body["entries"], json!([]), "nothing was written");
        assert_eq!(site.post(Some(&writes), &messages, &note).await.status, 201);
        let settings = json!({"settings": {"assistant_name": "Ada"}});
        let refused = site.patch(Some(&writes), "/api/v1/settings", &settings).await;
        assert_eq!((refused.status, reason(&refused)), (403, "token_rights"));
        assert_eq!(site.patch(Some(&owner.token), "/api/v1/settings", &settings).await.status, 200, "a token made before has all");

        let mut socket = Client::connect(site.server.port, &reads).await;
        socket.join(id).await;
        socket.call("inbox:subscribe", json!({})).await.unwrap();
        for (event, data) in [
            ("message:send", json!({"session_id": id, "content": "x"})),
            ("session:takeover", json!({"session_id": id})),
            ("presence:set", json!({"status": "away"})),
        ] {
            assert_eq!(socket.call(event, data).await.unwrap_err()["code"], "forbidden", "{event}");
        }

        let (everything, _) = token_of(&site, &agent.token, "admin").await;
        let refused = site.patch(Some(&everything), "/api/v1/settings", &settings).await;
        assert_eq!((refused.status, reason(&refused)), (403, ""), "the role says no");
        let refused = site.post(Some(&writes), "/api/v1/tokens", &json!({"rights": "admin"})).await;
        assert_eq!(refused.status, 403, "no token makes a stronger one");
    }

    async fn an_expired_token_is_nobodys_and_its_sockets_close(database: Database) {
        let site = Site::start(database, Options::unlimited().flag("--api-token-ttl-max-d", "30")).await;
        let owner = site.agent("owner").await;
        let long = site.post(Some(&owner.token), "/api/v1/tokens", &json!({"expires_in_days": 31})).await;
        assert_eq!((long.status, long.code()), (400, "bad_request"));
        let unsaid = site.post(Some(&owner.token), "/api/v1/tokens", &json!({})).await;
        assert!(unsaid.body["api_token"]["expires_at"].is_string(), "as long as the server allows: {unsaid:?}");
        let (token, record) = token_of(&site, &owner.token, "write").await;
        assert_eq!(site.get(Some(&token), "/api/v1/conversations").await.status, 200);
        let id = record["id"].as_str().unwrap();
        site.server.database.execute(&format!("update api_tokens set expires_at = 1 where id = '{id}'"));

        let refused = site.get(Some(&token), "/api/v1/conversations").await;
        assert_eq!((refused.status, refused.code()), (401, "unauthenticated"));
        let listed = site.get(Some(&owner.token), "/api/v1/tokens").await;
        assert!(listed.body["items"].as_array().unwrap().iter().any(|one| one["id"] == id), "it is listed until it is removed");
        assert_eq!(site.delete(Some(&owner.token), &format!("/api/v1/tokens/{id}")).await.status, 204);
    }

    async fn the_last_use_is_noted_at_most_once_a_minute(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let owner = site.agent("owner").await;
        let (token, record) = token_of(&site, &owner.token, "read").await;
        assert_eq!((&record["rights"], &record["last_used_at"]), (&json!("read"), &Value::Null));
        let id = record["id"].as_str().unwrap().to_owned();
        let used = || {
            let rows = site.server.database.read(&format!("select coalesce(used_at, 0) from api_tokens where id = '{id}'"));
            rows[0].trim().parse::<i64>().unwrap()
        };
        site.get(Some(&token), "/api/v1/conversations").await;
        within("the use is noted", async {
            while used() == 0 {
                // It is written behind the answer, and nothing is told of it.
                tokio::task::yield_now().await;
            }
        })
        .await;
        let first = used();
        for _ in 0..5 {
            site.get(Some(&token), "/api/v1/conversations").await;
        }
        assert_eq!(used(), first);
        let listed = site.get(Some(&owner.token), "/api/v1/tokens").await;
        let shown = listed.body["items"].as_array().unwrap().iter().find(|one| one["id"] == id.as_str()).unwrap().clone();
        assert!(shown["last_used_at"].is_string(), "{shown}");
    }

    async fn a_new_password_ends_other_sessions_and_tokens_where_that_is_wanted(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let ann = site.agent("ann").await;
        let here = cookies(&sign_in(&site, &ann, "Here/1.0", "").await);
        let there = cookies(&sign_in(&site, &ann, "There/1.0", "").await);
        let path = "/api/v1/auth/password";
        let change = |current: &str, new: &str, ends: bool| {
            json!({"current_password": current, "password": new, "end_tokens": ends})
        };
        let wrong = ask_with(&site, Method::PUT, path, &here, &change("not this one", "a quite new password", false)).await;
        assert_eq!((wrong.status, reason(&wrong)), (400, "wrong_password"));
        let me = |cookies: String| {
            let site = &site;
            async move { ask_with(site, Method::GET, "/api/v1/auth/me", &cookies, &Value::Null).await.status }
        };
        assert_eq!((me(here.clone()).await, me(there.clone()).await), (200, 200), "nothing has ended");
        let changed = ask_with(&site, Method::PUT, path, &here, &change(PASSWORD, "a quite new password", false)).await;
        assert_eq!(changed.status, 204, "{changed:?}");
        assert_eq!((me(here.clone()).await, me(there.clone()).await), (200, 401));
        assert_eq!(site.get(Some(&ann.token), "/api/v1/auth/me").await.status, 200, "the token was not ticked");
        let login = json!({"email": ann.email, "password": "a quite new password"});
        assert_eq!(site.post(None, "/api/v1/auth/login", &login).await.status, 200);
        let changed = ask_with(&site, Method::PUT, path, &here, &change("a quite new password", PASSWORD, true)).await;
        assert_eq!((changed.status, site.get(Some(&ann.token), "/api/v1/auth/me").await.status), (204, 401));
    }
}
