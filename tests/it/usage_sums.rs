//! What was used by hour, day, channel, model, person and address, as a list and as a file, and limits with modes of
//! their own.

use serde_json::{Value, json};
use switchboard_sim::chat::Reply;

use crate::on_both_databases;
use crate::support::rest::http;
use crate::support::{Agent, Assisted, Site, Visitor, read_reply, within};

async fn sums(site: &Site, agent: &Agent, query: &str) -> Vec<Value> {
    let answer = site.get(Some(&agent.token), &format!("/api/v1/usage/sums?{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().unwrap().clone()
}

async fn file(site: &Site, agent: &Agent, path: &str) -> String {
    let answer = http().get(site.server.url(path)).bearer_auth(&agent.token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// Lets the assistant answer so often in one conversation, until all of it is stored.
async fn answered(assisted: &Assisted, count: usize) -> Visitor {
    assisted.sim.set_default(Reply::text("At nine.").with_usage(90, 10, 0));
    let (visitor, mut theirs) = assisted.chatting().await;
    for _ in 0..count {
        theirs.say(visitor.session_id(), "when do you open?").await;
        read_reply(&mut theirs).await;
    }
    within("the use is stored", async {
        loop {
            let stored = sums(&assisted.site, &assisted.owner, "by=kind").await;
            if stored.iter().any(|sum| sum["key"] == "chat" && sum["requests"] == count) {
                return;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    visitor
}

on_both_databases! {
    async fn usage_is_summed_by_what_a_reader_asks_for(database: Database) {
        let assisted = Assisted::start(database).await;
        let (site, owner) = (&assisted.site, &assisted.owner);
        let visitor = answered(&assisted, 2).await;
        let now = jiff::Timestamp::now();
        let day = now.strftime("%Y-%m-%d").to_string();
        let hour: i64 = now.strftime("%H").to_string().parse().unwrap();
        let chat = |items: Vec<Value>, key: &str| items.into_iter().find(|sum| sum["key"] == key).unwrap_or_else(|| panic!("no {key}"));

        let channel = chat(sums(site, owner, "by=channel").await, &site.org.channel_id);
        assert_eq!((&channel["requests"], &channel["input_tokens"], &channel["output_tokens"]), (&json!(2), &json!(180), &json!(20)));
        assert!(!channel["name"].as_str().unwrap().is_empty());
        assert_eq!(chat(sums(site, owner, "by=day").await, &day)["input_tokens"], 180);
        let hours = sums(site, owner, "by=hour").await;
        assert!(hours.iter().any(|sum| (hour - sum["key"].as_str().unwrap().parse::<i64>().unwrap()).rem_euclid(24) <= 1), "{hours:?}");
        assert_eq!(chat(sums(site, owner, "by=model").await, "scripted")["requests"], 2);
        assert_eq!(chat(sums(site, owner, "by=person").await, &visitor.id)["requests"], 2);
        assert_eq!(chat(sums(site, owner, "by=address").await, "127.0.0.1")["requests"], 2, "where the visitor came from");
        assert_eq!(sums(site, owner, "by=day&to=2020-01-01").await, Vec::<Value>::new());
        let elsewhere = format!("by=day&channel_id={}", site.another_org().await.channel_id);
        assert_eq!(sums(site, owner, &elsewhere).await, Vec::<Value>::new());
    }

    async fn ranges_are_bounded_and_only_admins_read(database: Database) {
        let site = Site::unlimited(database).await;
        let (owner, agent) = (site.agent("owner").await, site.agent_with_role(&site.org, "bob", "agent").await);

        for query in ["by=moon", "by=person&from=2020-01-01", "by=day&from=2020-01-01", "by=day&from=2026-01-02&to=2026-01-01", "by=day&channel_id=x", "by=day&from=soon"] {
            let refused = site.get(Some(&owner.token), &format!("/api/v1/usage/sums?{query}")).await;
            assert_eq!((refused.status, refused.code()), (400, "bad_request"), "{query}");
        }
        for path in ["/api/v1/usage/sums?by=day", "/api/v1/usage/export?by=event"] {
            assert_eq!(site.get(Some(&agent.token), path).await.status, 403, "{path}");
        }
    }

    async fn a_file_has_single_uses_and_the_audit_log_says_who_took_it(database: Database) {
        let assisted = Assisted::start(database).await;
        let (site, owner) = (&assisted.site, &assisted.owner);
        let visitor = answered(&assisted, 1).await;

        let csv = file(site, owner, "/api/v1/usage/export?by=event").await;

        let line = csv.lines().find(|line| line.contains(visitor.session_id())).expect("the use");
        assert!(line.contains("127.0.0.1") && line.contains("scripted") && line.ends_with(",ok"), "{line}");
        let summed = file(site, owner, "/api/v1/usage/export?by=model").await;
        assert!(summed.contains("\nscripted,,1,0,90,10,"), "{summed}");
        let log = site.get(Some(&owner.token), "/api/v1/audit?act=usage").await;
        assert_eq!(log.body["items"].as_array().unwrap().len(), 2, "{log:?}");
    }

    async fn an_erased_visitor_leaves_sums_and_neither_name_nor_address(database: Database) {
        let assisted = Assisted::start(database).await;
        let (site, owner) = (&assisted.site, &assisted.owner);
        let visitor = answered(&assisted, 1).await;

        let erased = site.delete(Some(&owner.token), &format!("/api/v1/visitors/{}", visitor.id)).await;
        assert_eq!(erased.status, 202, "{erased:?}");

        within("the visitor is nobody", async {
            while sums(site, owner, "by=person").await.iter().any(|sum| sum["key"] == visitor.id) {
                tokio::task::yield_now().await;
            }
        })
        .await;
        let addresses = sums(site, owner, "by=address").await;
        assert_eq!(addresses.len(), 1);
        assert_eq!((&addresses[0]["key"], &addresses[0]["requests"]), (&json!(""), &json!(1)), "what it cost is still counted");
        assert_eq!(site.server.database.read("select count(*) from usage_events where address is not null"), ["0"]);
    }

    async fn each_limit_warns_or_stops_by_itself(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({
            "limit_mode": "soft",
            "max_chat_requests_per_day": 1,
            "max_chat_requests_per_month": 2,
            "max_chat_requests_per_month_mode": "hard",
        })).await;
        let visitor = answered(&assisted, 2).await;

        let mut theirs = assisted.site.connect(&visitor.token).await;
        theirs.join(visitor.session_id()).await;
        theirs.say(visitor.session_id(), "and on Sunday?").await;

        assert_eq!(theirs.event("ai:error").await["code"], "usage_limit_exceeded");
        assert_eq!(assisted.sim.counts().received, 2, "the day's limit is soft, the month's is not");
        let standing = assisted.site.get(Some(&assisted.owner.token), "/api/v1/usage").await.body;
        let modes: Vec<_> = standing["warnings"].as_array().unwrap().iter().map(|one| (one["limit"].clone(), one["mode"].clone())).collect();
        assert_eq!(modes, [
            (json!("max_chat_requests_per_day"), json!("soft")),
            (json!("max_chat_requests_per_month"), json!("hard")),
        ]);
        assert_eq!((&standing["month_limits"]["chat_requests"], &standing["month_limits"]["voice_minutes"]), (&json!(2), &json!(null)));
    }
}
