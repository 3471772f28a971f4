//! Who is gone stays gone: on text sockets, in calls, with tokens and links.

use std::process::Stdio;

use serde_json::json;
use switchboard_sim::realtime::Scenario;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

use crate::on_both_databases;
use crate::support::phone::{Exchange, Phone};
use crate::support::{Client, Database, Options, Site, postgres, within};

/// A visitor's socket from a page of that origin.
async fn from_page(site: &Site, token: &str, origin: Option<&str>) -> Client {
    let mut client = Client::open(site.server.port, origin).await;
    client.call("hello", json!({"token": token})).await.unwrap_or_else(|error| panic!("{origin:?}: {error}"));
    client
}

on_both_databases! {
    async fn pages_taken_off_a_channel_are_out_and_the_others_stay(database: Database) {
        let options = Options::unlimited().flag("--public-url", "https://chat.example.com");
        let site = Site::start(database, options).await;
        let boss = site.agent("boss").await;
        let channel = format!("/api/v1/channels/{}", site.org.channel_id);
        let list = async |origins: &[&str]| {
            let changed = site.patch(Some(&boss.token), &channel, &json!({"origins": origins})).await;
            assert_eq!(changed.status, 200, "{changed:?}");
        };
        let visitor = site.visitor().await;
        let (own, one, two) = ("https://chat.example.com", "https://one.example", "https://two.example");
        list(&[one, two]).await;
        let mut app = from_page(&site, &visitor.token, None).await;
        let mut stays = from_page(&site, &visitor.token, Some(one)).await;
        let mut goes = from_page(&site, &visitor.token, Some("HTTPS://TWO.example")).await;

        list(&[one, "https://three.example"]).await;
        assert_eq!(goes.closed().await.0, Some(4503));
        stays.say(visitor.session_id(), "still here").await;
        let mut refused = Client::open(site.server.port, Some(two)).await;
        assert_eq!(refused.call("hello", json!({"token": visitor.token})).await.unwrap_err()["code"], "forbidden");

        let shown = site.get(Some(&boss.token), &channel).await.body["channel"]["refused_pages"].clone();
        assert_eq!(shown, json!({"count": 1, "origins": [two]}), "whoever runs the channel sees what is missing");

        let mut ours = from_page(&site, &visitor.token, Some(own)).await;
        list(&[]).await;
        assert_eq!(stays.closed().await.0, Some(4503), "an empty list means pages of this server");
        list(&[two]).await;
        ours.say(visitor.session_id(), "every channel has a page on this server").await;
        app.say(visitor.session_id(), "what has no page is no page's").await;
    }

    async fn nothing_is_delivered_after_the_answer_that_took_access_away(database: Database) {
        let site = Site::unlimited(database).await;
        let boss = site.agent("boss").await;
        for (number, act) in ["removed", "demoted", "token"].into_iter().enumerate() {
            let visitor = site.visitor().await;
            let id = visitor.session_id();
            let gone = site.agent(&format!("gone{number}")).await;
            let mut theirs = site.connect(&gone.token).await;
            theirs.join(id).await;
            let path = format!("/api/v1/members/{}", gone.id);
            let ended = match act {
                "removed" => site.delete(Some(&boss.token), &path).await,
                "demoted" => site.patch(Some(&boss.token), &path, &json!({"role": "agent"})).await,
                _ => {
                    let tokens = site.get(Some(&boss.token), "/api/v1/tokens").await;
                    let own = tokens.body["items"].as_array().unwrap().iter().find(|one| one["agent_id"] == gone.id.as_str());
                    let token = own.expect("the token of the one who goes")["id"].as_str().unwrap().to_owned();
                    site.delete(Some(&boss.token), &format!("/api/v1/tokens/{token}")).await
                }
            };
            assert!(ended.status < 300, "{act}: {ended:?}");

            site.connect(&visitor.token).await.say(id, "for those who are still here").await;

            let mut heard = Vec::new();
            while let crate::support::Received::Event { name, data } = theirs.receive().await {
                heard.push((name, data));
            }
            assert!(heard.iter().all(|(name, _)| name != "message:new"), "{act}: {heard:?}");
        }
    }

    async fn tokens_of_somebody_who_was_removed_do_not_come_back_with_them(database: Database) {
        let site = Site::unlimited(database).await;
        let (boss, ann) = (site.agent("boss").await, site.agent("ann").await);
        let path = format!("/api/v1/members/{}", ann.id);
        assert_eq!(site.delete(Some(&boss.token), &path).await.status, 204);
        let back = site.patch(Some(&boss.token), &path, &json!({"active": true})).await;
        assert_eq!(back.status, 200, "{back:?}");

        let refused = site.get(Some(&ann.token), "/api/v1/auth/me").await;

        assert_eq!((refused.status, refused.code()), (401, "unauthenticated"));
    }

    async fn a_new_password_ends_tokens_where_that_is_ticked(database: Database) {
        let site = Site::unlimited(database).await;
        let (boss, ann) = (site.agent("boss").await, site.agent("ann").await);
        for (ends_tokens, is_still_good) in [(false, true), (true, false)] {
            let made = site.post(Some(&boss.token), &format!("/api/v1/members/{}/password-link", ann.id), &json!({})).await;
            let url = made.body["set_password_url"].as_str().unwrap_or_else(|| panic!("{made:?}")).to_owned();
            let token = url.split_once('#').unwrap().1.trim_start_matches("token=").to_owned();
            let body = json!({"token": token, "password": "a fine new password", "end_tokens": ends_tokens});
            let set = site.post(None, "/api/v1/auth/password", &body).await;
            assert_eq!(set.status, 204, "{set:?}");

            let me = site.get(Some(&ann.token), "/api/v1/auth/me").await;

            assert_eq!(me.status == 200, is_still_good, "{me:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_was_removed_is_out_of_the_call_and_cannot_come_back() {
    let exchange = Exchange::start(Database::sqlite(), Scenario::default()).await;
    let gone = exchange.assisted.site.agent("gone").await;
    let (_visitor, phone) = exchange.call().await;
    let mut agent = exchange.join(&gone, phone.call_id(), "listen").await;
    let resume = agent.resume_token().to_owned();
    let path = format!("/api/v1/calls/{}/legs", phone.call_id());
    let unused = exchange.assisted.site.post(Some(&gone.token), &path, &json!({"mode": "listen"})).await;
    let ticket = unused.body["ticket"].as_str().unwrap().to_owned();

    let removed = exchange
        .assisted
        .site
        .delete(Some(&exchange.assisted.owner.token), &format!("/api/v1/members/{}", gone.id))
        .await;

    assert_eq!(removed.status, 204, "{removed:?}");
    assert_eq!(agent.until_closed().await, Some(4503));
    let port = exchange.assisted.site.server.port;
    for hello in [json!({"resume": {"token": resume, "last_n": 0}}), json!({"ticket": ticket})] {
        assert!(Phone::attempt(port, hello.clone()).await.is_err(), "{hello}");
    }
}

#[tokio::test]
async fn wrong_tokens_are_limited_by_address_and_right_ones_go_on() {
    let site = Site::start(Database::sqlite(), Options::default().flag("--bad-tokens-per-minute", "5")).await;
    let ann = site.agent("ann").await;
    let mut codes = Vec::new();
    for number in 0..7 {
        let refused = site.get(Some(&format!("sbt_{number}")), "/api/v1/auth/me").await;
        codes.push(refused.status);
    }

    assert_eq!(codes, [401, 401, 401, 401, 401, 429, 429]);
    assert_eq!(site.get(Some(&ann.token), "/api/v1/auth/me").await.status, 200);
}

/// PostgreSQL numbers rows as they are written, not as they are committed.
#[tokio::test]
async fn access_that_was_taken_away_in_a_slow_transaction_ends_too() {
    let site = Site::unlimited(Database::postgres().await).await;
    let boss = site.agent("boss").await;
    let (slow, fast) = (site.agent("slow").await, site.agent("fast").await);
    let mut theirs = site.connect(&slow.token).await;
    let mut others = site.connect(&fast.token).await;
    let url = site.server.database.url().expect("it is PostgreSQL").to_owned();
    let mut psql = Command::new(postgres::client())
        .args(["--quiet", "--no-psqlrc", "--tuples-only", "--no-align", &url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("psql runs");
    let (mut say, mut hear) =
        (psql.stdin.take().unwrap(), BufReader::new(psql.stdout.take().unwrap()).lines());
    let revoke = format!(
        "begin; insert into revocations (org_id, subject, created_at) values ('{}', 'member:{}', extract(epoch from now()) * 1000) returning id;\n",
        site.org.id, slow.id
    );
    say.write_all(revoke.as_bytes()).await.unwrap();
    within("its number", hear.next_line()).await.unwrap().expect("a number");

    let removed = site.delete(Some(&boss.token), &format!("/api/v1/members/{}", fast.id)).await;
    assert_eq!(removed.status, 204);
    assert_eq!(others.closed().await.0, Some(4503), "a later one is applied");
    say.write_all(b"commit;\n").await.unwrap();

    assert_eq!(theirs.closed().await.0, Some(4503));
}
