//! Ownership has no dead ends: a held conversation is handed over, taken from its holder, and given back to a queue.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::{Client, Site};

async fn events_of(client: &mut Client, count: usize) -> Vec<Value> {
    let mut entries = Vec::new();
    while entries.len() < count {
        let entry = client.event("message:new").await;
        if entry["kind"] == "event" {
            entries.push(entry);
        }
    }
    entries
}

on_both_databases! {
    async fn assigning_a_held_conversation_hands_it_over(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        let (ann, carla) = (site.agent("ann").await, site.agent("carla").await);
        let (mut ours, mut hers) = (site.connect(&ann.token).await, site.connect(&carla.token).await);
        let mut theirs = site.connect(&visitor.token).await;
        for client in [&mut ours, &mut hers, &mut theirs] {
            client.join(id).await;
        }
        ours.call("session:takeover", json!({"session_id": id})).await.unwrap();

        let given = ours.call("session:assign", json!({"session_id": id, "agent_id": carla.id})).await.unwrap();

        assert_eq!(given["state"]["responder"]["agent"]["id"], carla.id.as_str());
        assert_eq!(given["state"]["assignee"]["id"], carla.id.as_str());
        assert_eq!(given["state"]["takeover"], 2);
        let events = events_of(&mut hers, 3).await;
        let names: Vec<&str> = events.iter().filter_map(|entry| entry["event"].as_str()).collect();
        assert_eq!(names, ["takeover", "assigned", "takeover"]);
        assert_eq!(events[2]["seq"], json!(events[1]["seq"].as_u64().unwrap() + 1), "one commit");
        let seen = events_of(&mut theirs, 2).await;
        assert_eq!(seen[1]["metadata"]["agent"]["id"], carla.id.as_str(), "the visitor reads who answers now");
        hers.say(id, "Carla here").await;
        let late = json!({"session_id": id, "content": "and Ann"});
        let refused = ours.call("message:send", late).await.unwrap_err();
        assert_eq!((&refused["code"], &refused["holder"]["id"]), (&json!("not_holder"), &json!(carla.id)));
    }

    async fn a_conversation_is_taken_from_the_holder_who_is_named(database: Database) {
        let site = Site::unlimited(database).await;
        let visitor = site.visitor().await;
        let path = format!("/api/v1/conversations/{}", visitor.session_id());
        let (ann, dan, eve) = (site.agent("ann").await, site.agent("dan").await, site.agent("eve").await);
        let taken = site.post(Some(&dan.token), &format!("{path}/takeover"), &json!({})).await;
        assert_eq!(taken.status, 200, "{taken:?}");

        let plain = site.post(Some(&ann.token), &format!("{path}/takeover"), &json!({})).await;
        assert_eq!((plain.status, plain.code()), (409, "already_taken"));
        let wrong = site.post(Some(&ann.token), &format!("{path}/takeover"), &json!({"from": eve.id})).await;
        assert_eq!((wrong.status, wrong.code()), (409, "conflict"));
        let nobody = site.post(Some(&ann.token), &format!("{path}/takeover"), &json!({"from": "nonsense"})).await;
        assert_eq!((nobody.status, nobody.code()), (409, "conflict"));
        let right = site.post(Some(&ann.token), &format!("{path}/takeover"), &json!({"from": dan.id})).await;

        assert_eq!(right.status, 200, "{right:?}");
        assert_eq!(right.body["state"]["responder"]["agent"]["id"], ann.id.as_str());
        let back = site.post(Some(&dan.token), &format!("{path}/takeover"), &json!({"from": dan.id})).await;
        assert_eq!((back.status, back.code()), (409, "conflict"), "Ann holds it by now");
    }

    async fn a_release_says_where_to_and_the_place_in_the_queue_stays(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let (early, late) = (site.visitor().await, site.visitor().await);
        for visitor in [&early, &late] {
            let mut client = site.connect(&visitor.token).await;
            client.call("handoff:request", json!({"session_id": visitor.session_id()})).await.unwrap();
        }
        let path = format!("/api/v1/conversations/{}", early.session_id());
        site.post(Some(&ann.token), &format!("{path}/takeover"), &json!({})).await;

        let released = site.post(Some(&ann.token), &format!("{path}/release"), &json!({"to": "waiting"})).await;

        assert_eq!(released.body["state"]["status"], "waiting", "{released:?}");
        assert!(released.body["state"]["handoff"].is_object(), "the request for a person still stands");
        let queue = site.get(Some(&ann.token), "/api/v1/queue").await;
        let order: Vec<&str> = queue.body["items"].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect();
        assert_eq!(order, [early.session_id(), late.session_id()]);
        site.post(Some(&ann.token), &format!("{path}/takeover"), &json!({})).await;
        let none = site.post(Some(&ann.token), &format!("{path}/release"), &json!({"to": "assistant"})).await;
        assert_eq!((none.status, none.code()), (409, "conflict"), "this channel has no assistant");
        let odd = site.post(Some(&ann.token), &format!("{path}/release"), &json!({"to": "nobody"})).await;
        assert_eq!((odd.status, odd.code()), (400, "bad_request"));
    }

    async fn those_who_wait_are_listed_by_priority_and_longest_wait(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(site.visitor().await.session_id().to_owned());
        }
        for (at, priority) in [(1, "low"), (3, "high"), (4, "urgent")] {
            let path = format!("/api/v1/conversations/{}", ids[at]);
            let tagged = site.patch(Some(&ann.token), &path, &json!({"priority": priority})).await;
            assert!(tagged.status < 300, "{tagged:?}");
        }
        let wanted = [&ids[4], &ids[3], &ids[0], &ids[2], &ids[1]];

        for path in ["/api/v1/queue", "/api/v1/conversations?view=waiting"] {
            let (mut found, mut cursor) = (Vec::new(), String::new());
            loop {
                let join = if path.contains('?') { '&' } else { '?' };
                let page = site.get(Some(&ann.token), &format!("{path}{join}limit=2{cursor}")).await;
                let items = page.body["items"].as_array().unwrap().clone();
                found.extend(items.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
                let Some(next) = page.body["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{path}");
        }
        let mut client = site.connect(&ann.token).await;
        let inbox = client.call("inbox:subscribe", json!({"filter": {"view": "waiting"}})).await.unwrap();
        assert_eq!(inbox["conversations"][0]["id"], ids[4].as_str());
    }
}
