//! The server as whoever runs it sees it: health, nodes, limits, a mail to try.

use serde_json::{Value, json};
use switchboard_sim::chat::Reply;

use crate::on_both_databases;
use crate::support::{Assisted, Options, Site, read_reply};

const PAGES: [&str; 3] = ["/api/v1/platform/health", "/api/v1/platform/nodes", "/api/v1/platform/limits"];

fn named<'a>(items: &'a Value, key: &str, name: &str) -> &'a Value {
    let found = items.as_array().unwrap().iter().find(|one| one[key] == name);
    found.unwrap_or_else(|| panic!("no {name} in {items}"))
}

on_both_databases! {
    async fn whoever_runs_the_server_sees_its_health_and_its_nodes(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let boss = site.platform_admin(&site.org, "boss").await;
        let owner = site.agent_with_role(&site.org, "owner", "owner").await;
        let visitor = site.visitor().await;
        let _theirs = site.connect(&visitor.token).await;
        for path in PAGES {
            assert_eq!(site.get(Some(&owner.token), path).await.status, 403, "{path}");
        }

        let health = site.get(Some(&boss.token), PAGES[0]).await;

        assert_eq!((health.status, &health.body["ok"]), (200, &json!(true)), "{health:?}");
        for (check, status) in [("database", "ok"), ("server", "ok"), ("master_key", "ok"), ("audit_log", "ok")] {
            assert_eq!(named(&health.body["checks"], "name", check)["status"], status, "{health:?}");
        }
        let again = site.get(Some(&boss.token), PAGES[0]).await;
        assert_eq!(again.body["at"], health.body["at"], "it is not examined at every request");
        let nodes = site.get(Some(&boss.token), PAGES[1]).await.body;
        let node = &nodes["items"][0];
        assert_eq!((&node["version"], &node["this"], &node["connections"]), (&json!(env!("CARGO_PKG_VERSION")), &json!(true), &json!(1)));
        assert!(node["uptime_s"].as_i64().unwrap() >= 0 && node["started_at"].is_string());
    }

    async fn a_mail_to_try_goes_to_whoever_asks_and_stands_in_the_log(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let boss = site.platform_admin(&site.org, "boss").await;
        let owner = site.agent_with_role(&site.org, "owner", "owner").await;
        assert_eq!(site.post(Some(&owner.token), "/api/v1/platform/mail-test", &json!({})).await.status, 403);

        let tried = site.post(Some(&boss.token), "/api/v1/platform/mail-test", &json!({})).await;

        assert_eq!(tried.status, 200, "{tried:?}");
        assert_eq!(tried.body, json!({"sent": true, "to": boss.email, "way": "outbox", "problem": null}));
        let log = site.get(Some(&boss.token), "/api/v1/platform/audit?act=mail").await;
        assert_eq!(log.body["items"][0]["act"], "mail.try", "{log:?}");
    }

    async fn a_mail_server_that_is_not_there_is_said_without_secrets(database: Database) {
        let url = "smtp://user:hunter2@127.0.0.1:1";
        let site = Site::start(database, Options::unlimited().flag("--smtp-url", url)).await;
        let boss = site.platform_admin(&site.org, "boss").await;

        let tried = site.post(Some(&boss.token), "/api/v1/platform/mail-test", &json!({})).await;

        assert_eq!((tried.status, &tried.body["sent"], &tried.body["way"]), (200, &json!(false), &json!("smtp")), "{tried:?}");
        let problem = tried.body["problem"].as_str().unwrap();
        assert!(!problem.is_empty() && !problem.contains("hunter2"), "{problem}");
    }

    async fn who_is_near_which_limit_is_seen(database: Database) {
        let assisted = Assisted::start(database).await;
        let site = &assisted.site;
        let boss = site.platform_admin(&site.org, "boss").await;
        assisted.set(json!({"max_chat_requests_per_day": 1})).await;
        assisted.sim.set_default(Reply::text("At nine."));
        let (visitor, mut theirs) = assisted.chatting().await;
        theirs.say(visitor.session_id(), "when do you open?").await;
        read_reply(&mut theirs).await;

        let limits = site.get(Some(&boss.token), PAGES[2]).await.body;

        let near = named(&limits["orgs"], "org_id", &site.org.id);
        assert_eq!((&near["limits"][0]["limit"], &near["limits"][0]["used"], &near["limits"][0]["mode"]), (&json!("max_chat_requests_per_day"), &json!(1.0), &json!("hard")));
        let connections = named(&limits["shares"], "limit", "connections_max");
        assert_eq!(connections["used"], 1);
        assert_eq!(named(&limits["shares"], "limit", "replies_at_once_max")["used"], 0);
        assert_eq!(named(&limits["counts"], "limit", "visitor_messages_per_minute")["refused"], 0);
    }
}
