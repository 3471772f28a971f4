//! The same act in many conversations: each is done or refused by itself, whole or untouched, also over a kill.

use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::rest::Answer;
use crate::support::{Agent, Client, Options, Site};

const BULK: &str = "/api/v1/conversations/bulk";
const NOBODYS: &str = "018f0000-0000-7000-8000-000000000000";

async fn conversations(site: &Site, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(site.visitor().await.session_id().to_owned());
    }
    ids
}

async fn bulk(site: &Site, token: &str, body: Value) -> Answer {
    site.post(Some(token), BULK, &body).await
}

/// The code of every row, or `ok`, in their order.
fn codes(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let code = |row: &'_ Value| -> &str {
        assert_eq!(row["state"].is_null(), row["error"].is_object(), "{row}");
        // The answer outlives this.
        match row["error"]["code"].as_str() {
            Some("not_found") => "not_found",
            Some("conversation_closed") => "conversation_closed",
            Some("conflict") => "conflict",
            Some("not_holder") => "not_holder",
            Some("too_large") => "too_large",
            Some("bad_request") => "bad_request",
            Some(other) => panic!("{other}"),
            None => "ok",
        }
    };
    answer.body["results"].as_array().unwrap().iter().map(code).collect()
}

async fn state(site: &Site, token: &str, id: &str) -> Value {
    let answer = site.get(Some(token), &format!("/api/v1/conversations/{id}")).await;
    answer.body["conversation"]["state"].clone()
}

async fn take_over(site: &Site, agent: &Agent, id: &str) {
    let taken =
        site.post(Some(&agent.token), &format!("/api/v1/conversations/{id}/takeover"), &json!({})).await;
    assert_eq!(taken.status, 200, "{taken:?}");
}

on_both_databases! {
    async fn every_conversation_is_done_or_refused_by_itself(database: Database) {
        let site = Site::unlimited(database).await;
        let other = site.another_org().await;
        let (ann, bob) = (site.agent("ann").await, site.agent_with_role(&site.org, "bob", "agent").await);
        let eve = site.agent_of(&other, "eve").await;
        let foreign = site.visitor_of(&other).await.session_id().to_owned();
        let ids = conversations(&site, 3).await;
        take_over(&site, &ann, &ids[0]).await;
        site.post(Some(&ann.token), &format!("/api/v1/conversations/{}/end", ids[2]), &json!({})).await;
        let named = [&ids[0], &ids[2], &foreign, &ids[1]].map(String::as_str);
        let all = [named[0], named[1], named[2], "not-an-id", NOBODYS, named[3]];

        let assigned = bulk(&site, &bob.token, json!({"act": "assign", "session_ids": all, "agent_id": bob.id})).await;
        assert_eq!(codes(&assigned), ["ok", "conversation_closed", "not_found", "not_found", "not_found", "ok"]);
        let rows = assigned.body["results"].as_array().unwrap();
        assert!(rows.iter().zip(all).all(|(row, id)| row["session_id"] == id), "in the order of the request");
        assert_eq!(rows[2]["error"], rows[4]["error"], "a foreign one does not exist");
        assert_eq!(rows[0]["state"]["responder"]["agent"]["id"], json!(bob.id), "he answers what Ann answered");
        assert_eq!(rows[5]["state"]["assignee"]["id"], json!(bob.id));
        let theirs = state(&site, &eve.token, &foreign).await;
        assert_eq!((&theirs["assignee"], &theirs["labels"]), (&json!(null), &json!([])), "nothing was changed");
        let stale = bulk(&site, &ann.token, json!({"act": "assign", "session_ids": [ids[0], ids[1]], "agent_id": null, "expected": ann.id})).await;
        assert_eq!(codes(&stale), ["conflict", "conflict"]);
        let unknown = bulk(&site, &ann.token, json!({"act": "assign", "session_ids": [ids[0]], "agent_id": eve.id})).await;
        assert_eq!(codes(&unknown), ["not_found"], "an agent of another org");

        let until = "2099-01-01T00:00:00Z";
        let far = bulk(&site, &bob.token, json!({"act": "snooze", "session_ids": [ids[0]], "until": until})).await;
        assert_eq!(codes(&far), ["bad_request"]);
        let back = bulk(&site, &bob.token, json!({"act": "snooze", "session_ids": [ids[0], ids[1]], "until": null})).await;
        assert_eq!(codes(&back), ["ok", "not_holder"]);

        let closed = bulk(&site, &ann.token, json!({"act": "close", "session_ids": [ids[1], ids[2], ids[0]]})).await;
        assert_eq!(codes(&closed), ["ok", "ok", "ok"], "closing what is closed is fine");
        for id in &ids {
            assert_eq!(state(&site, &ann.token, id).await["status"], "closed");
        }
    }

    async fn labels_are_added_and_removed_and_the_others_stay(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let ids = conversations(&site, 3).await;
        let full: Vec<String> = (0..50).map(|number| format!("l{number}")).collect();
        for (id, labels) in [(&ids[0], json!(["old", "mine"])), (&ids[1], json!([])), (&ids[2], json!(full))] {
            site.patch(Some(&ann.token), &format!("/api/v1/conversations/{id}"), &json!({"labels": labels})).await;
        }
        let before = state(&site, &ann.token, &ids[2]).await;

        let labelled = bulk(&site, &ann.token, json!({"act": "label", "session_ids": ids, "add": [" vip ", "vip"], "remove": ["old"]})).await;
        assert_eq!(codes(&labelled), ["ok", "ok", "too_large"]);
        assert_eq!(state(&site, &ann.token, &ids[0]).await["labels"], json!(["mine", "vip"]));
        assert_eq!(state(&site, &ann.token, &ids[1]).await["labels"], json!(["vip"]));
        assert_eq!(state(&site, &ann.token, &ids[2]).await, before, "refused, and untouched");
        let once = state(&site, &ann.token, &ids[1]).await;
        bulk(&site, &ann.token, json!({"act": "label", "session_ids": [ids[1]], "add": ["vip"]})).await;
        assert_eq!(state(&site, &ann.token, &ids[1]).await, once, "it has it already");
    }

    async fn what_does_not_fit_and_who_may_not_is_refused_whole(database: Database) {
        let options = Options::unlimited().env("SWITCHBOARD_BULK_ACTS_AT_ONCE_MAX", "1").env("SWITCHBOARD_BULK_ACTS_AT_ONCE_PER_ORG_MAX", "1");
        let site = Site::start(database, options).await;
        let ann = site.agent("ann").await;
        let visitor = site.visitor().await;
        let server = site.server_token(&site.org).await;
        let id = visitor.session_id();
        let many: Vec<String> = (0..501).map(|number| format!("{number}")).collect();

        for bad in [
            json!({"act": "close", "session_ids": []}),
            json!({"act": "close", "session_ids": many}),
            json!({"act": "close", "session_ids": [id, id]}),
            json!({"act": "close"}),
            json!({"act": "delete", "session_ids": [id]}),
            json!({"act": "assign", "session_ids": [id]}),
            json!({"act": "snooze", "session_ids": [id]}),
            json!({"act": "snooze", "session_ids": [id], "until": "tomorrow"}),
            json!({"act": "label", "session_ids": [id]}),
        ] {
            assert_eq!(bulk(&site, &ann.token, bad.clone()).await.code(), "bad_request", "{bad}");
        }
        for token in [&visitor.token, &server] {
            assert_eq!(bulk(&site, token, json!({"act": "close", "session_ids": [id]})).await.code(), "forbidden");
        }
        assert_eq!(state(&site, &ann.token, id).await["status"], "waiting");
        let most: Vec<&str> = std::iter::once(id).chain(many.iter().map(String::as_str).take(499)).collect();
        let closed = bulk(&site, &ann.token, json!({"act": "close", "session_ids": most})).await;
        assert_eq!(codes(&closed).iter().filter(|code| **code == "ok").count(), 1, "also one after the other");
    }

    async fn what_was_asked_is_done_though_the_caller_has_gone(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let ids = conversations(&site, 30).await;
        let mut watching = site.connect(&ann.token).await;
        watching.call("inbox:subscribe", json!({})).await.unwrap();
        let body = json!({"act": "label", "session_ids": ids, "add": ["vip"]});
        let request = crate::support::rest::http().post(site.server.url(BULK)).bearer_auth(&ann.token).json(&body);
        let asked = tokio::spawn(request.send());

        let mut labelled = std::collections::BTreeSet::new();
        while labelled.len() < ids.len() {
            let update = watching.event("inbox:updated").await;
            if update["conversation"]["state"]["labels"] == json!(["vip"]) {
                labelled.insert(update["conversation"]["id"].to_string());
                asked.abort();
            }
        }
    }

    async fn over_a_kill_each_conversation_is_whole_or_untouched(database: Database) {
        let seed: u64 = std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
        println!("seed {seed}: run again with SEED={seed}");
        let mut dice = rand::rngs::StdRng::seed_from_u64(seed);
        let mut site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent("bob").await);
        let ids = conversations(&site, 40).await;
        for id in &ids {
            take_over(&site, &ann, id).await;
        }

        for (round, to) in [&bob, &ann, &bob].into_iter().enumerate() {
            let mut watching = site.connect(&ann.token).await;
            watching.call("inbox:subscribe", json!({})).await.unwrap();
            let url = site.server.url(BULK);
            let body = json!({"act": "assign", "session_ids": ids, "agent_id": to.id});
            let asked = tokio::spawn(crate::support::rest::http().post(url).bearer_auth(&ann.token).json(&body).send());
            for _ in 0..dice.random_range(1..ids.len()) {
                moved(&mut watching).await;
            }
            site.server.kill_and_restart().await;
            // The server was killed as it answered: there may be no answer.
            let _killed = asked.await;

            let mut moved_count = 0;
            for id in &ids {
                let now = state(&site, &ann.token, id).await;
                assert_eq!(now["assignee"]["id"], now["responder"]["agent"]["id"], "round {round}: whole or untouched");
                moved_count += usize::from(now["assignee"]["id"] == json!(to.id));
            }
            assert!(moved_count > 0, "some were done before the kill");
            let again = bulk(&site, &ann.token, body).await;
            assert!(codes(&again).iter().all(|code| *code == "ok"));
        }
        for id in &ids {
            let entries = site.get(Some(&ann.token), &format!("/api/v1/conversations/{id}/entries")).await;
            let names: Vec<_> = entries.body["entries"].as_array().unwrap().iter().map(|entry| entry["event"].clone()).collect();
            assert_eq!(names, [json!("takeover"), json!("assigned"), json!("takeover"), json!("assigned"), json!("takeover"), json!("assigned"), json!("takeover")]);
        }
    }

    async fn a_conversation_is_handed_to_a_colleague_with_a_note(database: Database) {
        let site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent_with_role(&site.org, "bob", "agent").await);
        let ids = conversations(&site, 2).await;
        let path = format!("/api/v1/conversations/{}", ids[0]);
        take_over(&site, &ann, &ids[0]).await;
        let mut bobs = site.connect(&bob.token).await;
        let assign = |agent: Value, note: Value| json!({"agent_id": agent, "expected": ann.id, "note": note});

        for (agent, note, code) in [
            (json!(null), json!("for nobody"), "bad_request"),
            (json!(bob.id), json!("  "), "bad_request"),
            (json!(bob.id), json!("x".repeat(10_001)), "too_large"),
            (json!(NOBODYS), json!("x"), "not_found"),
        ] {
            assert_eq!(site.post(Some(&ann.token), &format!("{path}/assign"), &assign(agent, note)).await.code(), code);
        }
        let handed = site.post(Some(&ann.token), &format!("{path}/assign"), &assign(json!(bob.id), json!("She wants a refund"))).await;
        assert_eq!((handed.status, &handed.body["state"]["responder"]["agent"]["id"]), (200, &json!(bob.id)));
        let entries = site.get(Some(&ann.token), &format!("{path}/entries")).await.body["entries"].clone();
        let last = &entries.as_array().unwrap()[1..];
        assert_eq!(last.iter().map(|entry| &entry["event"]).collect::<Vec<_>>(), [&json!("assigned"), &json!("takeover"), &json!(null)]);
        assert_eq!((&last[2]["kind"], &last[2]["content"], &last[2]["author"]["id"]), (&json!("note"), &json!("She wants a refund"), &json!(ann.id)));
        assert_eq!(last[2]["metadata"], json!({"assigned": bob.id, "mentions": [bob.id]}));
        let bare = json!({"agent_id": bob.id});
        assert_eq!(site.post(Some(&ann.token), &format!("/api/v1/conversations/{}/assign", ids[1]), &bare).await.status, 200);
        let (mut told, mut mention) = (Vec::new(), None);
        while mention.is_none() || !told.contains(&json!(ids[1])) {
            let one = bobs.event("notification:new").await["notification"].clone();
            match one["kind"].as_str() {
                Some("mention") => mention = Some(one),
                Some("assigned") => told.push(one["conversation_id"].clone()),
                _ => {}
            }
        }
        let mention = mention.unwrap();
        assert_eq!((&mention["entry_id"], &mention["preview"]), (&last[2]["id"], &json!("She wants a refund")));
        assert_eq!(told, [json!(ids[1])], "of the first the note tells, once");

        let again = site.post(Some(&ann.token), &format!("{path}/assign"), &assign(json!(bob.id), json!("She wants a refund"))).await;
        assert_eq!(again.code(), "conflict", "a repeat writes no second note");
        let mut anns = site.connect(&ann.token).await;
        let mine = json!({"session_id": ids[0], "agent_id": ann.id, "note": "back to me"});
        anns.call("session:assign", mine).await.unwrap();
        let entries = site.get(Some(&ann.token), &format!("{path}/entries")).await.body["entries"].clone();
        assert_eq!(entries.as_array().unwrap().last().unwrap()["metadata"]["mentions"], json!([]));
    }
}

/// Waits until one more conversation has another assignee.
async fn moved(client: &mut Client) {
    loop {
        let update = client.event("inbox:updated").await;
        if update["reason"] == "assigned" || update["reason"] == "takeover" {
            return;
        }
    }
}
