//! Visitors whom agents hold for one person, and conversations that continue closed ones.

use std::collections::BTreeMap;

use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::rest::{Answer, http};
use crate::support::{Agent, Options, Site, Visitor};

const NOBODYS: &str = "018f0000-0000-7000-8000-000000000000";

async fn merge(site: &Site, agent: &Agent, visitor: &Visitor, into: &Visitor) -> Answer {
    let path = format!("/api/v1/visitors/{}/merge", visitor.id);
    site.post(Some(&agent.token), &path, &json!({"into": into.id})).await
}

async fn unmerge(site: &Site, agent: &Agent, visitor: &Visitor) -> Answer {
    site.post(Some(&agent.token), &format!("/api/v1/visitors/{}/unmerge", visitor.id), &json!({})).await
}

async fn seen(site: &Site, agent: &Agent, visitor: &Visitor) -> Value {
    site.get(Some(&agent.token), &format!("/api/v1/visitors/{}", visitor.id)).await.body
}

async fn history_ids(site: &Site, agent: &Agent, visitor: &Visitor) -> Vec<Value> {
    let path = format!("/api/v1/visitors/{}/history", visitor.id);
    let history = site.get(Some(&agent.token), &path).await.body;
    let mut ids: Vec<_> =
        history["conversations"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    ids.sort_by_key(ToString::to_string);
    ids
}

/// Checks that every visitor points to the root of the tree that the merges make, and gives how many are merged.
async fn check_forest(site: &Site, agent: &Agent, visitors: &[Visitor]) -> usize {
    let (mut parents, mut shown) = (BTreeMap::new(), BTreeMap::new());
    for visitor in visitors {
        let seen = seen(site, agent, visitor).await;
        for merge in seen["merges"].as_array().unwrap() {
            let into = merge["into"].as_str().unwrap().to_owned();
            let known = parents.insert(merge["visitor"]["id"].as_str().unwrap().to_owned(), into.clone());
            assert!(
                known.is_none_or(|known| known == into),
                "every visitor of a person shows the same merges"
            );
        }
        shown.insert(visitor.id.clone(), seen["merged_into"]["id"].as_str().map(str::to_owned));
    }
    for (id, merged_into) in &shown {
        let mut root = id;
        for step in 0.. {
            assert!(step <= parents.len(), "merges go in a circle");
            let Some(parent) = parents.get(root) else { break };
            root = parent;
        }
        assert_eq!(merged_into.as_ref(), (root != id).then_some(root), "{parents:?}");
    }
    parents.len()
}

on_both_databases! {
    async fn merged_visitors_are_one_person_to_agents(database: Database) {
        let mut site = Site::unlimited(database).await;
        let (ann, bob) = (site.agent("ann").await, site.agent_with_role(&site.org, "bob", "agent").await);
        let (phone, laptop, neighbour) = (site.visitor().await, site.visitor().await, site.visitor().await);
        let name = json!({"name": "Ana", "email": "ana@example.com"});
        assert_eq!(site.post(Some(&laptop.token), "/api/v1/widget/profile", &name).await.status, 200);
        let mut at_phone = site.connect(&phone.token).await;
        at_phone.say(phone.session_id(), "from my phone").await;
        let mut inbox = site.connect(&bob.token).await;
        inbox.call("inbox:subscribe", json!({})).await.unwrap();
        let merged = merge(&site, &ann, &phone, &laptop).await;

        assert_eq!(merged.status, 200, "{merged:?}");
        let one = &merged.body["merges"][0];
        assert_eq!((&one["visitor"]["id"], &one["into"], &one["by"]["id"]), (&json!(phone.id), &json!(laptop.id), &json!(ann.id)));
        assert!(one["undo_until"].is_string());
        let main = json!({"id": laptop.id, "name": "Ana"});
        let mut told = Vec::new();
        for _ in 0..2 {
            let update = inbox.event("inbox:updated").await;
            assert_eq!(update["reason"], "merged");
            told.push((update["conversation"]["id"].clone(), update["conversation"]["merged_into"].clone()));
        }
        told.sort_by_key(|(id, _)| *id != json!(phone.session_id()));
        assert_eq!(told, [(json!(phone.session_id()), main.clone()), (json!(laptop.session_id()), json!(null))]);
        site.server.kill_and_restart().await;
        let again = merge(&site, &bob, &phone, &laptop).await;
        assert_eq!((again.status, &again.body), (200, &merged.body), "a repeat changes nothing");
        let both = { let mut both = vec![json!(phone.session_id()), json!(laptop.session_id())]; both.sort_by_key(ToString::to_string); both };
        for visitor in [&phone, &laptop] {
            assert_eq!(history_ids(&site, &bob, visitor).await, both);
            assert_eq!(seen(&site, &bob, visitor).await["merges"], merged.body["merges"]);
        }
        assert_eq!(history_ids(&site, &bob, &neighbour).await, [json!(neighbour.session_id())]);
        let conversation = site.get(Some(&bob.token), &format!("/api/v1/conversations/{}", phone.session_id())).await.body;
        assert_eq!(conversation["conversation"]["merged_into"], main);

        let undone = unmerge(&site, &bob, &phone).await;
        assert_eq!((undone.status, &undone.body), (200, &json!({"merges": []})));
        assert_eq!(history_ids(&site, &bob, &laptop).await, [json!(laptop.session_id())]);
        assert_eq!(seen(&site, &bob, &phone).await["merged_into"], json!(null));
    }

    async fn who_was_merged_is_shown_under_the_name_their_person_has_now(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let (phone, laptop) = (site.visitor().await, site.visitor().await);
        let mut at_phone = site.connect(&phone.token).await;
        at_phone.say(phone.session_id(), "from my phone").await;
        assert_eq!(merge(&site, &ann, &phone, &laptop).await.status, 200);
        let mut inbox = site.connect(&ann.token).await;
        inbox.call("inbox:subscribe", json!({})).await.unwrap();
        inbox.call("join:session", json!({"session_id": phone.session_id()})).await.unwrap();
        let mut at_laptop = site.connect(&laptop.token).await;
        at_laptop.call("visitor:update", json!({"name": "Ana"})).await.unwrap();

        let mut told = Vec::new();
        for _ in 0..2 {
            let update = inbox.event("inbox:updated").await["conversation"].clone();
            told.push((update["id"].clone(), update["merged_into"]["name"].clone()));
        }
        told.sort_by_key(|(id, _)| *id != json!(phone.session_id()));
        assert_eq!(told, [(json!(phone.session_id()), json!("Ana")), (json!(laptop.session_id()), json!(null))]);
        at_phone.say(phone.session_id(), "still me").await;
        let after = inbox.event("inbox:updated").await["conversation"].clone();
        assert_eq!((&after["id"], &after["merged_into"]["name"]), (&json!(phone.session_id()), &json!("Ana")));
    }

    async fn merged_visitors_are_strangers_to_one_another_and_blocked_as_one(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let (phone, laptop) = (site.visitor().await, site.visitor().await);
        let name = json!({"name": "Ana", "email": "ana@example.com"});
        assert_eq!(site.post(Some(&laptop.token), "/api/v1/widget/profile", &name).await.status, 200);
        assert_eq!(merge(&site, &ann, &phone, &laptop).await.status, 200);

        let mut at_laptop = site.connect(&laptop.token).await;
        let other = at_laptop.call("join:session", json!({"session_id": phone.session_id()})).await.unwrap_err();
        assert_eq!(other["code"], "not_found", "browsers see their own conversations only");
        let body = json!({"channel_key": site.org.channel_key, "visitor_token": phone.token});
        let back = site.post(None, "/api/v1/widget/sessions", &body).await;
        assert!(!back.body.to_string().contains("Ana"), "nor whom agents hold them for: {back:?}");
        let blocked = site.post(Some(&ann.token), &format!("/api/v1/visitors/{}/block", laptop.id), &json!({})).await;
        assert_eq!(blocked.status, 200);
        assert!(seen(&site, &ann, &phone).await["blocked"].is_object(), "a person is blocked with all their visitors");
        let back = site.post(Some(&ann.token), &format!("/api/v1/visitors/{}/unblock", phone.id), &json!({})).await;
        assert_eq!((back.status, &seen(&site, &ann, &laptop).await["blocked"]), (200, &json!(null)));
    }

    async fn who_may_not_merge_is_refused_and_nothing_changes(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let foreign = site.agent_of(&site.another_org().await, "eve").await;
        let theirs = site.visitor_of(&site.another_org().await).await;
        let (one, other) = (site.visitor().await, site.visitor().await);
        let path = format!("/api/v1/visitors/{}/merge", one.id);

        for (refused, status, code) in [
            (merge(&site, &foreign, &one, &other).await, 404, "not_found"),
            (merge(&site, &ann, &one, &theirs).await, 404, "not_found"),
            (merge(&site, &ann, &theirs, &one).await, 404, "not_found"),
            (unmerge(&site, &foreign, &one).await, 404, "not_found"),
            (unmerge(&site, &ann, &one).await, 409, "conflict"),
            (site.post(Some(&one.token), &path, &json!({"into": other.id})).await, 403, "forbidden"),
            (site.post(Some(&ann.token), &path, &json!({"into": NOBODYS})).await, 404, "not_found"),
            (site.post(Some(&ann.token), &path, &json!({})).await, 400, "bad_request"),
        ] {
            assert_eq!((refused.status, refused.code()), (status, code), "{refused:?}");
        }

        assert_eq!(check_forest(&site, &ann, &[one, other]).await, 0);
    }

    async fn a_merge_can_be_taken_back_for_a_while_and_a_person_has_so_many_visitors(database: Database) {
        let options = Options::unlimited().flag("--visitor-unmerge-hours", "0").flag("--visitors-per-person-max", "2");
        let site = Site::start(database, options).await;
        let ann = site.agent("ann").await;
        let (a, b, c) = (site.visitor().await, site.visitor().await, site.visitor().await);

        let merged = merge(&site, &ann, &a, &b).await;

        assert_eq!((merged.status, &merged.body["merges"][0]["undo_until"]), (200, &json!(null)));
        let late = unmerge(&site, &ann, &a).await;
        assert_eq!((late.status, late.code()), (409, "conflict"), "{late:?}");
        for (visitor, into) in [(&c, &a), (&b, &c)] {
            assert_eq!(merge(&site, &ann, visitor, into).await.code(), "too_large");
        }
        assert_eq!(check_forest(&site, &ann, &[a, b, c]).await, 1);
    }

    async fn merges_at_the_same_time_and_over_a_kill_make_no_circle(database: Database) {
        let seed: u64 = std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
        println!("seed {seed}: run again with SEED={seed}");
        let mut dice = rand::rngs::StdRng::seed_from_u64(seed);
        let mut site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let mut visitors = Vec::new();
        for _ in 0..7 {
            visitors.push(site.visitor().await);
        }

        for _ in 0..6 {
            let mut asked = tokio::task::JoinSet::new();
            for _ in 0..12 {
                let (one, other) = (dice.random_range(0..visitors.len()), dice.random_range(0..visitors.len()));
                let (act, body) = match dice.random_range(0..3) {
                    0 => ("unmerge", json!({})),
                    _ => ("merge", json!({"into": visitors[other].id})),
                };
                let url = site.server.url(&format!("/api/v1/visitors/{}/{act}", visitors[one].id));
                asked.spawn(http().post(url).bearer_auth(&ann.token).json(&body).send());
            }
            for _ in 0..dice.random_range(1..12) {
                asked.join_next().await;
            }
            site.server.kill_and_restart().await;
            // The server was killed as it answered the others.
            asked.abort_all();
            check_forest(&site, &ann, &visitors).await;
        }
        for visitor in &visitors[1..] {
            assert_eq!(merge(&site, &ann, visitor, &visitors[0]).await.status, 200);
        }
        assert_eq!(check_forest(&site, &ann, &visitors).await, visitors.len() - 1, "and all can be one person");
    }

    async fn a_closed_conversation_goes_on_in_a_new_one(database: Database) {
        let site = Site::unlimited(database).await;
        let ann = site.agent("ann").await;
        let foreign = site.agent_of(&site.another_org().await, "eve").await;
        let visitor = site.visitor().await;
        let first = visitor.session_id().to_owned();
        let reopen = |id: &str| format!("/api/v1/conversations/{id}/reopen");
        let mut theirs = site.connect(&visitor.token).await;
        theirs.say(&first, "hello").await;
        let open = site.post(Some(&ann.token), &reopen(&first), &json!({})).await;
        assert_eq!((open.status, &open.body["conversation"]["id"]), (200, &json!(first)), "it is not closed");
        theirs.call("session:end", json!({"session_id": first})).await.unwrap();
        for (token, id, status) in [(&foreign.token, first.as_str(), 404), (&visitor.token, &first, 403), (&ann.token, NOBODYS, 404)] {
            assert_eq!(site.post(Some(token), &reopen(id), &json!({})).await.status, status);
        }

        let begun = site.post(Some(&ann.token), &reopen(&first), &json!({})).await;

        assert_eq!((begun.status, &begun.body["conversation"]["previous_id"]), (201, &json!(first)), "{begun:?}");
        let second = begun.body["conversation"]["id"].as_str().unwrap().to_owned();
        while theirs.event("user:session").await["session"]["id"] != json!(second) {}
        let mut anns = site.connect(&ann.token).await;
        anns.call("session:takeover", json!({"session_id": second})).await.unwrap();
        anns.say(&second, "one more thing").await;
        theirs.join(&second).await;
        assert_eq!(theirs.call("message:send", json!({"session_id": first, "content": "x"})).await.unwrap_err()["code"], "conversation_closed");
        let again = site.post(Some(&ann.token), &reopen(&first), &json!({})).await;
        assert_eq!((again.status, &again.body["conversation"]["id"]), (200, &json!(second)));
        theirs.call("session:end", json!({"session_id": second})).await.unwrap();
        let third = site.post(Some(&ann.token), &reopen(&first), &json!({})).await;
        assert_eq!((third.status, &third.body["conversation"]["previous_id"]), (201, &json!(first)), "the one that was asked");
    }
}
