//! Automatic assignment: visitors who wait go in turn to agents who are online and have room.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::{Agent, Client, Database, Site, Visitor, within};

async fn house(database: Database, capacity: u64) -> (Site, Agent) {
    let site = Site::unlimited(database).await;
    let owner = site.agent("owner").await;
    let settings = json!({"settings": {"assign_automatically": true, "agent_capacity": capacity}});
    let changed = site.patch(Some(&owner.token), "/api/v1/settings", &settings).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    (site, owner)
}

async fn ask(site: &Site) -> (Visitor, Client) {
    let visitor = site.visitor().await;
    let mut theirs = site.connect(&visitor.token).await;
    theirs.say(visitor.session_id(), "hello?").await;
    (visitor, theirs)
}

async fn state(site: &Site, agent: &Agent, visitor: &Visitor) -> Value {
    let path = format!("/api/v1/conversations/{}", visitor.session_id());
    site.get(Some(&agent.token), &path).await.body["conversation"]["state"].clone()
}

/// Waits until a conversation is assigned, and gives to whom.
async fn assignee(site: &Site, agent: &Agent, visitor: &Visitor) -> String {
    within("an assignment", async {
        loop {
            if let Some(id) = state(site, agent, visitor).await["assignee"]["id"].as_str() {
                return id.to_owned();
            }
        }
    })
    .await
}

on_both_databases! {
    async fn those_who_wait_go_in_turn_to_who_has_room(database: Database) {
        let (site, owner) = house(database, 2).await;
        let ann = site.agent("ann").await;
        let bob = site.agent_with_role(&site.org, "bob", "agent").await;
        let (first, _client) = ask(&site).await;
        let mut anns = site.connect(&ann.token).await;
        assert_eq!(assignee(&site, &owner, &first).await, ann.id, "who comes online is given who waits");
        let told = loop {
            let told = anns.event("notification:new").await["notification"].clone();
            if told["kind"] == "assigned" {
                break told;
            }
        };
        assert_eq!(told["conversation_id"], first.session_id());
        let entries = site.get(Some(&ann.token), &format!("/api/v1/conversations/{}/entries", first.session_id())).await;
        let assigned = entries.body["entries"].as_array().unwrap().iter().find(|entry| entry["event"] == "assigned").unwrap().clone();
        assert_eq!((&assigned["metadata"]["automatic"], &assigned["author"]["kind"]), (&json!(true), &json!("system")));
        assert_eq!(state(&site, &owner, &first).await["status"], "waiting", "until they take it");

        let mut bobs = site.connect(&bob.token).await;
        let mut counts: HashMap<String, usize> = HashMap::from([(ann.id.clone(), 1)]);
        let mut clients = Vec::new();
        for _ in 0..3 {
            let (visitor, client) = ask(&site).await;
            *counts.entry(assignee(&site, &owner, &visitor).await).or_default() += 1;
            clients.push((visitor, client));
        }
        assert_eq!(counts, HashMap::from([(ann.id.clone(), 2), (bob.id.clone(), 2)]));

        // Nobody has room until one is closed; who is busy or away is given none.
        let (late, _client) = ask(&site).await;
        bobs.call("presence:set", json!({"status": "busy"})).await.unwrap();
        anns.call("session:takeover", json!({"session_id": first.session_id()})).await.unwrap();
        assert_eq!(state(&site, &owner, &late).await["assignee"], json!(null));
        anns.call("session:end", json!({"session_id": first.session_id()})).await.unwrap();
        assert_eq!(assignee(&site, &owner, &late).await, ann.id);

        let (last, _client) = ask(&site).await;
        let own = json!({"capacity": 3});
        let path = format!("/api/v1/members/{}", ann.id);
        assert_eq!(site.patch(Some(&bob.token), &path, &own).await.status, 403);
        assert_eq!(site.patch(Some(&owner.token), &path, &json!({"capacity": 1_001})).await.code(), "bad_request");
        let changed = site.patch(Some(&owner.token), &path, &own).await;
        assert_eq!((changed.status, &changed.body["member"]["capacity"]), (200, &json!(3)));
        anns.call("presence:set", json!({"status": "away"})).await.unwrap();
        anns.call("presence:set", json!({"status": "online"})).await.unwrap();
        assert_eq!(assignee(&site, &owner, &last).await, ann.id, "a number of her own");
    }

    async fn a_channel_that_does_not_assign_leaves_its_visitors_to_all(database: Database) {
        let (site, owner) = house(database, 5).await;
        let path = format!("/api/v1/channels/{}/settings", site.org.channel_id);
        let off = json!({"settings": {"assign_automatically": false}});
        assert_eq!(site.patch(Some(&owner.token), &path, &off).await.status, 200);
        let ann = site.agent("ann").await;
        let mut anns = site.connect(&ann.token).await;

        let (visitor, _client) = ask(&site).await;
        assert_eq!(anns.event("notification:new").await["notification"]["kind"], "handoff");
        let on = json!({"settings": {"assign_automatically": true}});
        assert_eq!(state(&site, &owner, &visitor).await["assignee"], json!(null));
        assert_eq!(site.patch(Some(&owner.token), &path, &on).await.status, 200);
        let (next, _client) = ask(&site).await;

        assert_eq!(assignee(&site, &owner, &next).await, ann.id);
        assert_eq!(assignee(&site, &owner, &visitor).await, ann.id, "who waits already is not forgotten");
    }

    async fn who_waits_for_an_agent_who_does_not_come_is_assigned_anew(database: Database) {
        let (site, owner) = house(database, 1).await;
        let (ann, bob) = (site.agent("ann").await, site.agent_with_role(&site.org, "bob", "agent").await);
        let mut anns = site.connect(&ann.token).await;
        let (first, _first) = ask(&site).await;
        assigned_to(&site, &owner, &first, &ann).await;
        let mut bobs = site.connect(&bob.token).await;
        bobs.call("presence:set", json!({"status": "busy"})).await.unwrap();
        anns.call("presence:set", json!({"status": "away"})).await.unwrap();
        bobs.call("presence:set", json!({"status": "online"})).await.unwrap();
        assigned_to(&site, &owner, &first, &bob).await;

        // Who released it is not given it again; once somebody has room they are.
        bobs.call("session:takeover", json!({"session_id": first.session_id()})).await.unwrap();
        anns.call("presence:set", json!({"status": "online"})).await.unwrap();
        let (second, _second) = ask(&site).await;
        assigned_to(&site, &owner, &second, &ann).await;
        bobs.call("session:release", json!({"session_id": first.session_id(), "to": "waiting"})).await.unwrap();
        let more = json!({"settings": {"agent_capacity": 2}});
        assert_eq!(assignee(&site, &owner, &first).await, bob.id);
        assert_eq!(site.patch(Some(&owner.token), "/api/v1/settings", &more).await.status, 200);
        assigned_to(&site, &owner, &first, &ann).await;
    }
}

async fn assigned_to(site: &Site, owner: &Agent, visitor: &Visitor, agent: &Agent) {
    within("an assignment to another", async { while assignee(site, owner, visitor).await != agent.id {} })
        .await;
}
