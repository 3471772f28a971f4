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
