//! Whole orgs: suspended, exported, removed after a while.

use serde_json::{Value, json};
use switchboard_sim::chat::{Gate, Reply};

use crate::on_both_databases;
use crate::support::files::photo;
use crate::support::rest::{Answer, http};
use crate::support::site::Org;
use crate::support::{Agent, Assisted, Client, Options, Site, within};

fn reason(answer: &Answer) -> &str {
    answer.body["error"]["reason"].as_str().unwrap_or_default()
}

/// A platform admin of the site's own org, and another org with an owner.
async fn platform(site: &Site) -> (Agent, Org, Agent) {
    let org = site.org.clone();
    let boss = site.platform_admin(&org, "boss").await;
    let other = site.another_org().await;
    let owner = site.agent_with_role(&other, "owner", "owner").await;
    (boss, other, owner)
}

async fn shown(site: &Site, boss: &Agent, org: &Org) -> Option<Value> {
    let list = site.get(Some(&boss.token), "/api/v1/orgs?limit=200").await;
    assert_eq!(list.status, 200, "{list:?}");
    list.body["items"].as_array().unwrap().iter().find(|one| one["id"] == org.id.as_str()).cloned()
}

on_both_databases! {
    async fn a_suspended_org_is_only_read_until_it_goes_on(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let (boss, org, owner) = platform(&site).await;
        let mut visitor = site.visitor_of(&org).await;
        site.begin(&mut visitor).await;
        let id = visitor.session_id().to_owned();
        let mut theirs = site.connect(&visitor.token).await;
        theirs.say(&id, "before").await;
        let path = format!("/api/v1/orgs/{}", org.id);
        let suspend = format!("{path}/suspend");
        assert_eq!(site.post(Some(&owner.token), &suspend, &json!({})).await.status, 403, "owners do not");
        let own = site.post(Some(&boss.token), &format!("/api/v1/orgs/{}/suspend", site.org.id), &json!({})).await;
        assert_eq!((own.status, own.code()), (409, "conflict"), "no platform admin is shut out");

        let suspended = site.post(Some(&boss.token), &suspend, &json!({"reason": "unpaid"})).await;
        assert_eq!((suspended.status, &suspended.body["org"]["status"]), (200, &json!("suspended")), "{suspended:?}");
        let me = site.get(Some(&owner.token), "/api/v1/auth/me").await;
        assert_eq!((&me.body["org"]["status"], &me.body["org"]["suspended_reason"]), (&json!("suspended"), &json!("unpaid")));
        for path in ["/api/v1/conversations", "/api/v1/settings", "/api/v1/members"] {
            assert_eq!(site.get(Some(&owner.token), path).await.status, 200, "{path}");
        }
        let note = json!({"content": "x", "kind": "note"});
        let refused = site.post(Some(&owner.token), &format!("/api/v1/conversations/{id}/messages"), &note).await;
        assert_eq!((refused.status, reason(&refused)), (403, "org_suspended"));
        let refused = site.patch(Some(&owner.token), "/api/v1/settings", &json!({"settings": {"assistant_name": "Ada"}})).await;
        assert_eq!((refused.status, reason(&refused)), (403, "org_suspended"));
        let stranger = site.post(None, "/api/v1/widget/sessions", &json!({"channel_key": org.channel_key})).await;
        assert_eq!((stranger.status, reason(&stranger)), (403, "org_suspended"), "nobody begins");
        let said = theirs.call("message:send", json!({"session_id": id, "content": "after"})).await.unwrap_err();
        assert_eq!(said["reason"], "org_suspended", "sockets that are open too");
        let history = site.get(Some(&owner.token), &format!("/api/v1/conversations/{id}/entries")).await;
        let texts: Vec<&str> = history.body["entries"].as_array().unwrap().iter().filter(|one| one["role"] == "visitor").map(|one| one["content"].as_str().unwrap()).collect();
        assert_eq!(texts, ["before"], "nothing was written");
        let other = site.visitor().await;
        site.connect(&other.token).await.say(other.session_id(), "other orgs go on").await;

        let resumed = site.post(Some(&boss.token), &format!("{path}/resume"), &json!({})).await;
        assert_eq!((resumed.status, &resumed.body["org"]["status"], &resumed.body["org"]["suspended_reason"]), (200, &json!("active"), &Value::Null));
        theirs.say(&id, "again").await;
        assert_eq!(site.post(Some(&owner.token), &format!("/api/v1/conversations/{id}/messages"), &note).await.status, 201);
    }

    async fn a_reply_in_writing_stops_with_its_org(database: Database) {
        let assisted = Assisted::start(database).await;
        let site = &assisted.site;
        let elsewhere = site.another_org().await;
        let boss = site.platform_admin(&elsewhere, "boss").await;
        let gate = Gate::closed();
        assisted.sim.push(Reply::pieces(["At ", "nine ", "o'clock."]).with_gate(&gate));
        let (visitor, mut theirs) = assisted.chatting().await;
        theirs.say(visitor.session_id(), "when do you open?").await;
        gate.release(1);
        theirs.event("message:delta").await;
        let path = format!("/api/v1/orgs/{}", site.org.id);

        let suspended = site.post(Some(&boss.token), &format!("{path}/suspend"), &json!({})).await;

        assert_eq!(suspended.status, 200, "{suspended:?}");
        let said = within("what was sent of it", async {
            loop {
                let entry = theirs.event("message:new").await;
                if entry["role"] == "assistant" {
                    return entry;
                }
            }
        })
        .await;
        assert_eq!((&said["content"], &said["metadata"]["interrupted"]), (&json!("At "), &json!("stopped")), "{said}");
        gate.release(100);
        site.post(Some(&boss.token), &format!("{path}/resume"), &json!({})).await;
        assisted.sim.set_default(Reply::text("On Sunday too."));
        theirs.say(visitor.session_id(), "and on Sunday?").await;
        let next = within("the next reply", async {
            loop {
                let entry = theirs.event("message:new").await;
                if entry["role"] == "assistant" {
                    return entry;
                }
            }
        })
        .await;
        assert_eq!(next["content"], "On Sunday too.", "nothing more of the first went out");
    }

    async fn what_is_done_to_an_org_stands_in_its_own_log_with_who_it_was(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let (boss, org, owner) = platform(&site).await;
        let path = format!("/api/v1/orgs/{}", org.id);
        site.post(Some(&boss.token), &format!("{path}/suspend"), &json!({})).await;
        site.post(Some(&boss.token), &format!("{path}/resume"), &json!({})).await;
        let twice = site.post(Some(&boss.token), &format!("{path}/keep"), &json!({})).await;
        assert_eq!(twice.status, 409, "{twice:?}");

        for (agent, log) in [(&owner, "/api/v1/audit?act=org"), (&boss, "/api/v1/platform/audit?act=org")] {
            let rows = site.get(Some(&agent.token), log).await;
            let rows: Vec<_> = rows.body["items"].as_array().unwrap().iter().filter(|row| row["subject_id"] == org.id.as_str() && row["act"] != "org.create").map(|row| {
                (row["act"].as_str().unwrap().to_owned(), row["actor"]["kind"].as_str().unwrap().to_owned(), row["actor"]["id"].as_str().unwrap().to_owned())
            }).collect();
            let by = |act: &str| (act.to_owned(), "platform".to_owned(), boss.id.clone());
            assert_eq!(rows, [by("org.resume"), by("org.suspend")], "{log}");
        }
    }

    async fn a_suspension_outlives_the_server(database: Database) {
        let mut site = Site::start(database, Options::unlimited()).await;
        let (boss, org, owner) = platform(&site).await;
        site.post(Some(&boss.token), &format!("/api/v1/orgs/{}/suspend", org.id), &json!({})).await;
        site.server.kill_and_restart().await;

        let refused = site.post(Some(&owner.token), "/api/v1/channels", &json!({"name": "New"})).await;
        assert_eq!((refused.status, reason(&refused)), (403, "org_suspended"));
    }

    async fn orgs_are_listed_with_their_figures(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let (boss, org, _) = platform(&site).await;
        let mut visitor = site.visitor_of(&org).await;
        site.begin(&mut visitor).await;
        let listed = shown(&site, &boss, &org).await.expect("it is listed");
        let figures = &listed["figures"];
        assert_eq!((&listed["status"], &figures["member_count"], &figures["channel_count"]), (&json!("active"), &json!(1), &json!(1)));
        assert_eq!((&figures["conversation_count"], &figures["open_count"]), (&json!(1), &json!(1)), "{listed}");
    }

    async fn a_deleted_org_waits_and_is_kept_where_that_is_taken_back(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let (boss, org, owner) = platform(&site).await;
        let path = format!("/api/v1/orgs/{}", org.id);
        assert_eq!(site.delete(Some(&owner.token), &path).await.status, 403);
        let deleted = site.delete(Some(&boss.token), &path).await;
        let (status, at) = (&deleted.body["org"]["status"], &deleted.body["org"]["delete_at"]);
        assert_eq!((deleted.status, status, at.is_string()), (200, &json!("leaving"), true), "{deleted:?}");
        let again = site.delete(Some(&boss.token), &path).await;
        assert_eq!(&again.body["org"]["delete_at"], at, "it is not put off by that");
        assert_eq!(site.get(Some(&owner.token), "/api/v1/members").await.status, 200, "it is read until then");
        let resumed = site.post(Some(&boss.token), &format!("{path}/resume"), &json!({})).await;
        assert_eq!((resumed.status, resumed.code()), (409, "conflict"));

        let kept = site.post(Some(&boss.token), &format!("{path}/keep"), &json!({})).await;
        assert_eq!((kept.status, &kept.body["org"]["status"], &kept.body["org"]["delete_at"]), (200, &json!("suspended"), &Value::Null));
        assert_eq!(site.post(Some(&boss.token), &format!("{path}/keep"), &json!({})).await.status, 409);
        assert_eq!(site.post(Some(&boss.token), &format!("{path}/resume"), &json!({})).await.status, 200);
    }

    async fn when_its_time_has_come_everything_of_an_org_is_removed_and_nothing_else(database: Database) {
        let site = Site::start(database, Options::unlimited().flag("--org-removal-wait-d", "0")).await;
        let (boss, org, owner) = platform(&site).await;
        let mut visitor = site.visitor_of(&org).await;
        site.begin(&mut visitor).await;
        let id = visitor.session_id().to_owned();
        let picture = site.picture(&visitor.token, &id, &photo()).await;
        let mut theirs = site.connect(&visitor.token).await;
        theirs.call("message:send", json!({"session_id": id, "content": "see", "attachments": [picture["id"]]})).await.unwrap();
        site.post(Some(&owner.token), "/api/v1/knowledge/pairs", &json!({"question": "When?", "answer": "Now."})).await;
        let staying = site.visitor().await;
        site.connect(&staying.token).await.say(staying.session_id(), "I stay").await;
        let files = site.server.database.dir().join("attachments").join(&org.id);
        assert!(files.exists());
        let mut socket = Client::connect(site.server.port, &owner.token).await;

        assert_eq!(site.delete(Some(&boss.token), &format!("/api/v1/orgs/{}", org.id)).await.status, 200);
        assert_eq!(socket.closed().await.0, Some(4503));
        within("the org is removed", async {
            while shown(&site, &boss, &org).await.is_some() {
                // The job tells nobody that it is done.
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert!(!files.exists(), "its files are gone");
        for table in ["members", "channels", "visitors", "conversations", "entries", "attachments", "secrets", "knowledge_pairs", "api_tokens"] {
            let rows = site.server.database.read(&format!("select count(*) from {table} where org_id = '{}'", org.id));
            assert_eq!(rows[0].trim(), "0", "{table}");
        }
        assert_eq!(site.get(Some(&owner.token), "/api/v1/auth/me").await.status, 401);
        let history = site.get(Some(&boss.token), &format!("/api/v1/conversations/{}/entries", staying.session_id())).await;
        assert!(history.body["entries"].as_array().unwrap().iter().any(|one| one["content"] == "I stay"), "{history:?}");
    }

    async fn an_export_holds_everything_but_secrets(database: Database) {
        let site = Site::start(database, Options::unlimited()).await;
        let (boss, org, owner) = platform(&site).await;
        let agent = site.agent_with_role(&org, "ann", "agent").await;
        let mut visitor = site.visitor_of(&org).await;
        site.begin(&mut visitor).await;
        let mut theirs = site.connect(&visitor.token).await;
        for number in 0..5 {
            theirs.say(visitor.session_id(), &format!("word {number}")).await;
        }
        let foreign = site.visitor().await;
        site.connect(&foreign.token).await.say(foreign.session_id(), "of another org").await;
        site.patch(Some(&owner.token), "/api/v1/settings", &json!({"settings": {"assistant_name": "Ada"}})).await;
        let path = format!("/api/v1/orgs/{}/export", org.id);
        assert_eq!(site.get(Some(&agent.token), &path).await.status, 403, "agents do not");
        let stranger = site.agent("stranger").await;
        assert_eq!(site.get(Some(&stranger.token), &path).await.status, 403, "nor owners of other orgs");

        for token in [&boss.token, &owner.token] {
            let response = http().get(site.server.url(&path)).bearer_auth(token).send().await.unwrap();
            assert_eq!(response.headers()["content-type"], "application/x-ndjson");
            let text = response.text().await.unwrap();
            let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).collect::<Vec<_>>();
            assert_eq!((of("org").len(), of("member").len(), of("conversation").len()), (1, 2, 1));
            let said: Vec<&str> = of("entry").iter().filter(|line| line["data"]["author_kind"] == "visitor").map(|line| line["data"]["content"].as_str().unwrap()).collect();
            assert_eq!(said, ["word 0", "word 1", "word 2", "word 3", "word 4"]);
            assert!(of("setting").iter().any(|line| line["data"]["field"] == "assistant_name"));
            assert_eq!(lines.last().unwrap()["kind"], "end");
            for secret in ["argon2", "sealed", "token_hash", "password", "of another org"] {
                assert!(!text.contains(secret), "{secret}");
            }
        }
    }
}
