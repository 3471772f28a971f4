//! One org never starves another: whatever is shared is served in turn, with a bound for each.

use serde_json::json;

use crate::on_both_databases;
use crate::support::receiver::{Receiver, Say};
use crate::support::{Options, Site, within};

on_both_databases! {
    async fn slow_receivers_of_one_org_leave_places_to_others(database: Database) {
        let options = Options::unlimited()
            .flag("--allow-private-ranges", "127.0.0.0/8")
            .flag("--webhook-timeout-s", "60");
        let site = Site::start(database, options).await;
        let owner = site.agent("owner").await;
        let (silent, quick) = (Receiver::start().await, Receiver::start().await);
        silent.always(Say::Silence);
        for _ in 0..20 {
            let made = site.post(Some(&owner.token), "/api/v1/webhooks", &json!({"url": silent.url(), "kinds": []})).await;
            assert_eq!(made.status, 201, "{made:?}");
            let id = made.body["webhook"]["id"].as_str().unwrap().to_owned();
            for _ in 0..5 {
                let sent = site.post(Some(&owner.token), &format!("/api/v1/webhooks/{id}/test"), &json!({})).await;
                assert_eq!(sent.status, 202, "{sent:?}");
            }
        }
        silent.received(6).await;
        let other = site.another_org().await;
        let eve = site.agent_of(&other, "eve").await;
        let made = site.post(Some(&eve.token), "/api/v1/webhooks", &json!({"url": quick.url(), "kinds": []})).await;
        let id = made.body["webhook"]["id"].as_str().unwrap().to_owned();

        for count in 1..=5 {
            let sent = site.post(Some(&eve.token), &format!("/api/v1/webhooks/{id}/test"), &json!({})).await;
            assert_eq!(sent.status, 202, "{sent:?}");
            within("the other org's delivery", quick.received(count)).await;
        }

        assert!(silent.got().len() <= 6, "{} of the slow org are on their way", silent.got().len());
    }

    async fn answers_kept_for_one_caller_are_bounded(database: Database) {
        let site = Site::start(database, Options::unlimited().flag("--idempotency-keys-max", "8")).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let make = |token: String, key: String| {
            let request = crate::support::rest::http()
                .post(site.server.url("/api/v1/tokens"))
                .bearer_auth(token)
                .header("idempotency-key", key)
                .json(&json!({"name": "a token"}));
            async move { crate::support::rest::send(request).await }
        };
        let kept = make(bob.token.clone(), "bobs".to_owned()).await;
        assert_eq!(kept.status, 201, "{kept:?}");
        for number in 0..30 {
            assert_eq!(make(ann.token.clone(), format!("key-{number}")).await.status, 201);
        }

        let rows = site.server.database.read("select count(*) from idempotency_keys");
        assert!(rows[0].parse::<usize>().unwrap() <= 9, "{rows:?}");
        let again = make(bob.token.clone(), "bobs".to_owned()).await;
        assert_eq!(again.body, kept.body, "another caller's answer is still there");
    }
}

/// One sign-in as a proxy passes it on.
async fn sign_in(url: String, address: String, email: String) -> u16 {
    let body = json!({"email": email, "password": "a wrong password"});
    let request = crate::support::rest::http().post(url).header("x-forwarded-for", address).json(&body);
    crate::support::rest::send(request).await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_sign_ins_on_one_org_or_from_one_address_holds_up_nobody_else() {
    let options = Options::unlimited().flag("--trusted-proxies", "127.0.0.0/8");
    let site = Site::start(crate::support::Database::sqlite(), options).await;
    let (ann, other) = (site.agent("ann").await, site.another_org().await);
    let eve = site.agent_of(&other, "eve").await;
    let url = site.server.url("/api/v1/auth/login");
    // From everywhere on one org, and from one address on accounts that do not exist.
    for is_from_everywhere in [true, false] {
        let done = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let mut flood = tokio::task::JoinSet::new();
        for number in 0..30 {
            let (address, email) = if is_from_everywhere {
                (format!("203.0.113.{number}"), ann.email.clone())
            } else {
                ("203.0.113.200".to_owned(), format!("nobody-{number}@example.com"))
            };
            let (url, done) = (url.clone(), done.clone());
            flood.spawn(async move {
                let status = sign_in(url, address, email).await;
                done.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                status
            });
        }
        within("the flood is under way", async {
            while done.load(std::sync::atomic::Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;

        let status = sign_in(url.clone(), "198.51.100.7".to_owned(), eve.email.clone()).await;

        let before = done.load(std::sync::atomic::Ordering::SeqCst);
        assert_eq!(status, 401, "looked at, and wrong");
        assert!(before < 15, "{before} of the flood came first");
        while let Some(status) = flood.join_next().await {
            assert!(matches!(status.unwrap(), 401 | 429));
        }
    }
}
