//! Sensitive acts of sessions take a sign-in that is not long ago; API tokens are not asked.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both_databases;
use crate::sign_in::{ask_with, cookies, sign_in};
use crate::support::rest::Answer;
use crate::support::site::PASSWORD;
use crate::support::{Options, Site};

async fn ask(site: &Site, method: Method, path: &str, cookies: &str, body: Value) -> Answer {
    ask_with(site, method, &format!("/api/v1{path}"), cookies, &body).await
}

/// All sign-ins are long ago.
fn let_them_age(site: &Site) {
    site.server.database.execute("update agent_sessions set verified_at = 0");
}

on_both_databases! {
    async fn a_sensitive_act_takes_a_fresh_sign_in_which_the_password_gives(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let org = site.org.clone();
        let owner = site.agent_with_role(&org, "owner", "owner").await;
        let ann = site.agent_with_role(&org, "ann", "agent").await;
        let session = cookies(&sign_in(&site, &owner, "Here/1.0", "").await);
        let member = format!("/members/{}", ann.id);
        let promote = |role: &'static str| ask(&site, Method::PATCH, &member, &session, json!({"role": role}));
        assert_eq!(promote("admin").await.status, 200, "right after the sign-in");
        let_them_age(&site);

        let refused = promote("agent").await;
        assert_eq!((refused.status, refused.code()), (403, "fresh_sign_in_required"));
        let shown = ask(&site, Method::GET, "/members", &session, Value::Null).await;
        let role = |list: &Answer| list.body["items"].as_array().unwrap().iter().find(|one| one["id"] == ann.id.as_str()).unwrap()["role"].clone();
        assert_eq!((shown.status, role(&shown)), (200, json!("admin")), "nothing has changed, and reading goes on");
        let renamed = ask(&site, Method::PATCH, &member, &session, json!({"name": "Ann"})).await;
        assert_eq!(renamed.status, 200, "a name gives no access");
        let by_token = site.patch(Some(&owner.token), &format!("/api/v1{member}"), &json!({"role": "admin"})).await;
        assert_eq!(by_token.status, 200, "tokens are not asked");

        let wrong = ask(&site, Method::POST, "/auth/verify", &session, json!({"password": "not this one"})).await;
        assert_eq!((wrong.status, wrong.body["error"]["reason"].as_str()), (400, Some("wrong_password")));
        assert_eq!(promote("agent").await.status, 403, "a wrong password makes nothing fresh");
        let code = ask(&site, Method::POST, "/auth/verify", &session, json!({"code": "123456"})).await;
        assert_eq!((code.status, code.code()), (409, "conflict"), "there is no app");
        let right = ask(&site, Method::POST, "/auth/verify", &session, json!({"password": PASSWORD})).await;
        assert_eq!((right.status, promote("agent").await.status), (204, 200));
        let other = cookies(&sign_in(&site, &owner, "Other/1.0", "").await);
        let_them_age(&site);
        ask(&site, Method::POST, "/auth/verify", &session, json!({"password": PASSWORD})).await;
        let elsewhere = ask(&site, Method::PATCH, &member, &other, json!({"role": "admin"})).await;
        assert_eq!(elsewhere.code(), "fresh_sign_in_required", "each session by itself");
    }

    async fn keys_and_secrets_of_channels_take_one_and_the_rest_does_not(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let owner = site.agent("owner").await;
        let session = cookies(&sign_in(&site, &owner, "Here/1.0", "").await);
        let_them_age(&site);
        let channel = format!("/channels/{}", site.org.channel_id);
        let issuer = json!({"issuer": {"issuer": "https://shop.example", "audience": "shop", "shared_secret": "sixteen characters"}});
        for (method, path, body, status) in [
            (Method::PATCH, channel.clone(), json!({"name": "Shop"}), 200),
            (Method::PATCH, channel.clone(), issuer, 403),
            (Method::POST, format!("{channel}/rotate-key"), json!({}), 403),
            (Method::POST, format!("{channel}/rotate-identity-secret"), json!({}), 403),
            (Method::POST, "/providers".to_owned(), json!({"kind": "knowledge"}), 403),
            (Method::GET, "/providers".to_owned(), Value::Null, 200),
            (Method::POST, "/tokens".to_owned(), json!({}), 403),
            (Method::GET, "/tokens".to_owned(), Value::Null, 200),
            (Method::POST, "/auth/two-step".to_owned(), json!({}), 403),
        ] {
            let answer = ask(&site, method.clone(), &path, &session, body).await;
            assert_eq!(answer.status, status, "{method} {path} {answer:?}");
            if status == 403 {
                assert_eq!(answer.code(), "fresh_sign_in_required", "{method} {path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_can_be_switched_off() {
    let options = Options::unlimited().flag("--fresh-sign-in-minutes", "0");
    let site = Site::start(crate::support::Database::sqlite(), options).await;
    let owner = site.agent("owner").await;
    let session = cookies(&sign_in(&site, &owner, "Here/1.0", "").await);
    let_them_age(&site);

    assert_eq!(ask(&site, Method::POST, "/tokens", &session, json!({})).await.status, 201);
}
