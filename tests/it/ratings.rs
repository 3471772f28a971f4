//! Ratings: thumbs for answers while a conversation is open, a score once it is closed; what survives and who is told.

use serde_json::{Value, json};

use crate::on_both_databases;
use crate::support::checker::Log;
use crate::support::receiver::Receiver;
use crate::support::{Assisted, Client, Database, Options, Site, Visitor, read_reply};

/// The code of a refused call.
async fn refusal(client: &mut Client, event: &str, data: Value) -> String {
    client.call(event, data).await.unwrap_err()["code"].as_str().unwrap().to_owned()
}

fn rating_path(visitor: &Visitor) -> String {
    format!("/api/v1/widget/conversations/{}/rating", visitor.session_id())
}

async fn closed(site: &Site) -> Visitor {
    let visitor = site.visitor().await;
    let mut client = site.connect(&visitor.token).await;
    client.say(visitor.session_id(), "hello").await;
    client.call("session:end", json!({"session_id": visitor.session_id()})).await.unwrap();
    visitor
}

async fn state_for_agents(site: &Site, token: &str, id: &str) -> Value {
    site.get(Some(token), &format!("/api/v1/conversations/{id}")).await.body["conversation"]["state"].clone()
}

on_both_databases! {
    async fn an_answer_is_rated_and_the_last_rating_counts(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let id = visitor.session_id();
        let mut ours = assisted.watching(&visitor).await;
        let asked = theirs.say(id, "when do you open?").await;
        let (_, answer) = read_reply(&mut theirs).await;
        read_reply(&mut ours).await;
        let rate = |value: Value| json!({"session_id": id, "message_id": answer["id"], "value": value});

        let rated = theirs.call("message:rate", rate(json!(1))).await.unwrap();
        let entry = &rated["entry"];
        assert_eq!((&entry["kind"], &entry["event"], &entry["content"]), (&json!("event"), &json!("message_rated"), &json!("")));
        assert_eq!(entry["metadata"], json!({"message_id": answer["id"], "value": 1}));
        assert_eq!(entry["prev"], answer["seq"], "nothing is left out");
        assert_eq!(theirs.event("message:new").await, *entry, "also on the visitor's other pages");
        assert_eq!(ours.event("message:new").await["metadata"]["value"], 1);
        assert_eq!(theirs.call("message:rate", rate(json!(1))).await.unwrap(), json!({"entry": null}));
        let path = format!("/api/v1/widget/conversations/{id}/messages/{}/rating", answer["id"].as_str().unwrap());
        let down = assisted.site.post(Some(&visitor.token), &path, &json!({"value": -1})).await;
        assert_eq!((down.status, &down.body["entry"]["metadata"]["value"]), (201, &json!(-1)));
        let again = assisted.site.post(Some(&visitor.token), &path, &json!({"value": -1})).await;
        assert_eq!((again.status, &again.body), (200, &json!({"entry": null})));

        for value in [json!(0), json!(2), json!("1"), json!(true), json!(1.5)] {
            assert_eq!(refusal(&mut theirs, "message:rate", rate(value)).await, "bad_request");
        }
        assert_eq!(assisted.site.post(Some(&visitor.token), &path, &json!({})).await.status, 400, "a missing value takes nothing back");
        let own = json!({"session_id": id, "message_id": asked["entry"]["id"], "value": 1});
        assert_eq!(refusal(&mut theirs, "message:rate", own).await, "bad_request");
        let event = json!({"session_id": id, "message_id": entry["id"], "value": 1});
        assert_eq!(refusal(&mut theirs, "message:rate", event).await, "bad_request");
        for unknown in ["018f0000-0000-7000-8000-000000000000", "x", ""] {
            let unknown = json!({"session_id": id, "message_id": unknown, "value": 1});
            assert_eq!(refusal(&mut theirs, "message:rate", unknown).await, "not_found");
        }
        let other = assisted.site.visitor().await;
        let mut others = assisted.site.connect(&other.token).await;
        assert_eq!(refusal(&mut others, "message:rate", rate(json!(1))).await, "not_found");
        let in_own = json!({"session_id": other.session_id(), "message_id": answer["id"], "value": 1});
        assert_eq!(refusal(&mut others, "message:rate", in_own).await, "not_found", "an answer of another conversation");
        assert_eq!(refusal(&mut ours, "message:rate", rate(json!(1))).await, "forbidden");
        let figures = assisted.site.get(Some(&assisted.owner.token), "/api/v1/ratings").await;
        assert_eq!(figures.body["messages"], json!({"up": 0, "down": 1}));

        theirs.call("message:rate", rate(json!(null))).await.unwrap();
        theirs.call("session:end", json!({"session_id": id})).await.unwrap();
        assert_eq!(refusal(&mut theirs, "message:rate", rate(json!(1))).await, "conversation_closed");
        let figures = assisted.site.get(Some(&assisted.owner.token), "/api/v1/ratings").await;
        assert_eq!(figures.body["messages"], json!({"up": 0, "down": 0}));
    }

    async fn the_same_thumb_from_two_pages_at_once_is_one_rating(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut one) = assisted.chatting().await;
        let id = visitor.session_id();
        one.say(id, "when do you open?").await;
        let (_, answer) = read_reply(&mut one).await;
        let mut other = assisted.site.connect(&visitor.token).await;
        let values = [json!(1), json!(-1), json!(null)];

        for value in values.iter().cycle().take(30) {
            let rate = json!({"session_id": id, "message_id": answer["id"], "value": value});
            let (first, second) = tokio::join!(one.call("message:rate", rate.clone()), other.call("message:rate", rate.clone()));
            let acked = [first.unwrap(), second.unwrap()];
            let written = acked.iter().filter(|ack| !ack["entry"].is_null()).count();
            assert_eq!(written, 1, "{value}: {acked:?}");
        }
        let stored = "select count(*) from entries where event = 'message_rated'";
        assert_eq!(assisted.site.server.database.read(stored), ["30"]);
    }

    async fn a_closed_conversation_takes_a_rating_and_nothing_else(database: Database) {
        let site = Site::unlimited(database).await;
        let agent = site.agent("ann").await;
        let open = site.visitor().await;
        let early = site.post(Some(&open.token), &rating_path(&open), &json!({"score": 5})).await;
        assert_eq!((early.status, early.code()), (409, "conflict"));
        let visitor = closed(&site).await;
        let id = visitor.session_id();
        let mut ours = site.connect(&agent.token).await;
        ours.join(id).await;
        let before = state_for_agents(&site, &agent.token, id).await;
        assert_eq!(before["rating"], json!(null));
        let mut theirs = site.connect(&visitor.token).await;
        let mut log = Log::default();
        log.take_history(&theirs.join(id).await);

        let long = "x".repeat(1_001);
        for wrong in [json!({"score": 0}), json!({"score": 6}), json!({"score": 4.5}), json!({"score": "5"}), json!({}), json!({"score": 5, "comment": long})] {
            let mut data = wrong.clone();
            data["session_id"] = json!(id);
            assert_eq!(refusal(&mut theirs, "session:rate", data).await, "bad_request", "{wrong}");
            assert_eq!(site.post(Some(&visitor.token), &rating_path(&visitor), &wrong).await.status, 400, "{wrong}");
        }
        let mut others = site.connect(&open.token).await;
        assert_eq!(refusal(&mut others, "session:rate", json!({"session_id": id, "score": 5})).await, "not_found");
        assert_eq!(refusal(&mut ours, "session:rate", json!({"session_id": id, "score": 5})).await, "forbidden");
        assert_eq!(state_for_agents(&site, &agent.token, id).await, before, "a refusal changes nothing");

        let comment = "é".repeat(1_000);
        let rated = theirs.call("session:rate", json!({"session_id": id, "score": 2, "comment": comment})).await.unwrap();
        let entry = &rated["entry"];
        assert_eq!((&entry["event"], &entry["metadata"]), (&json!("rated"), &json!({"score": 2, "comment": comment})));
        assert_eq!(ours.event("message:new").await["id"], entry["id"]);
        assert_eq!(ours.event("session:updated").await["state"]["rating"]["score"], 2);
        let changed = site.post(Some(&visitor.token), &rating_path(&visitor), &json!({"score": 4})).await;
        assert_eq!((changed.status, &changed.body["entry"]["metadata"]), (201, &json!({"score": 4})));
        let same = site.post(Some(&visitor.token), &rating_path(&visitor), &json!({"score": 4})).await;
        assert_eq!((same.status, &same.body["entry"]), (200, &json!(null)));

        let after = state_for_agents(&site, &agent.token, id).await;
        assert_eq!((&after["rating"]["score"], &after["rating"]["comment"]), (&json!(4), &json!(null)));
        for kept in ["status", "responder", "takeover", "updated_at", "assignee"] {
            assert_eq!(after[kept], before[kept], "{kept}");
        }
        assert_eq!(after["last_seq"], json!(before["last_seq"].as_u64().unwrap() + 2));
        assert_eq!(refusal(&mut theirs, "message:send", json!({"session_id": id, "content": "more"})).await, "conversation_closed");
        assert_eq!(refusal(&mut ours, "session:takeover", json!({"session_id": id})).await, "conversation_closed");
        let mut back = site.connect(&visitor.token).await;
        let data = json!({"session_id": id, "after": log.position(), "limit": 1});
        back.call("join:session", data).await.unwrap();
        let missed = back.event("session:history").await;
        assert_eq!((&missed["recovered"], missed["entries"].as_array().unwrap().len()), (&json!(true), 2));
        log.take_history(&missed);
        let figures = site.get(Some(&agent.token), &format!("/api/v1/ratings?channel_id={}", site.org.channel_id)).await;
        let by_score = json!({"1": 0, "2": 0, "3": 0, "4": 1, "5": 0});
        assert_eq!(figures.body["conversations"], json!({"count": 1, "average": 4.0, "by_score": by_score}));
    }

    async fn an_acked_rating_survives_a_kill(database: Database) {
        let mut assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let id = visitor.session_id().to_owned();
        theirs.say(&id, "when do you open?").await;
        let (_, answer) = read_reply(&mut theirs).await;
        theirs.call("message:rate", json!({"session_id": id, "message_id": answer["id"], "value": 1})).await.unwrap();
        assisted.site.server.kill_and_restart().await;
        let mut theirs = assisted.site.connect(&visitor.token).await;
        theirs.call("session:end", json!({"session_id": id})).await.unwrap();
        theirs.call("session:rate", json!({"session_id": id, "score": 5, "comment": "thanks"})).await.unwrap();
        assisted.site.server.kill_and_restart().await;

        let token = &assisted.owner.token;
        let state = state_for_agents(&assisted.site, token, &id).await;
        assert_eq!((&state["rating"]["score"], &state["rating"]["comment"]), (&json!(5), &json!("thanks")));
        let figures = assisted.site.get(Some(token), "/api/v1/ratings?from=2020-01-01").await;
        assert_eq!((&figures.body["messages"]["up"], &figures.body["conversations"]["count"]), (&json!(1), &json!(1)));
        let none = assisted.site.get(Some(token), "/api/v1/ratings?to=2020-01-01T00:00:00Z").await;
        assert_eq!((&none.body["conversations"]["count"], &none.body["conversations"]["average"]), (&json!(0), &json!(null)));
        assert_eq!(none.body["messages"], json!({"up": 0, "down": 0}));
        let changed = assisted.site.post(Some(&visitor.token), &rating_path(&visitor), &json!({"score": 3})).await;
        assert_eq!(changed.status, 201, "the ten minutes go on: {changed:?}");
    }
}

#[tokio::test]
async fn figures_are_of_the_own_org_and_for_agents() {
    let site = Site::unlimited(Database::sqlite()).await;
    let agent = site.agent_with_role(&site.org, "ann", "agent").await;
    let visitor = closed(&site).await;
    site.post(Some(&visitor.token), &rating_path(&visitor), &json!({"score": 1})).await;
    let other = site.another_org().await;
    let eve = site.agent_of(&other, "eve").await;

    let own = site.get(Some(&agent.token), "/api/v1/ratings").await;
    assert_eq!((own.status, &own.body["conversations"]["count"]), (200, &json!(1)));
    for path in ["/api/v1/ratings".to_owned(), format!("/api/v1/ratings?channel_id={}", site.org.channel_id)]
    {
        let foreign = site.get(Some(&eve.token), &path).await;
        assert_eq!((foreign.status, &foreign.body["conversations"]["count"]), (200, &json!(0)), "{path}");
    }
    assert_eq!(site.get(Some(&visitor.token), "/api/v1/ratings").await.status, 403);
    for wrong in ["from=yesterday", "to=2026-02-30"] {
        assert_eq!(
            site.get(Some(&agent.token), &format!("/api/v1/ratings?{wrong}")).await.status,
            400,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_webhook_hears_of_a_rating() {
    let options = Options::unlimited().flag("--allow-private-ranges", "127.0.0.0/8");
    let site = Site::start(Database::sqlite(), options).await;
    let owner = site.agent("owner").await;
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url(), "kinds": ["rating.created"]});
    assert_eq!(site.post(Some(&owner.token), "/api/v1/webhooks", &body).await.status, 201);
    let visitor = closed(&site).await;
    site.post(Some(&visitor.token), &rating_path(&visitor), &json!({"score": 5, "comment": "kind"})).await;

    let got = receiver.received(1).await;

    assert_eq!(got[0].body["event"], "rating.created");
    assert_eq!(got[0].body["data"]["entry"]["metadata"], json!({"score": 5, "comment": "kind"}));
    assert_eq!(got[0].body["data"]["session"]["state"]["rating"]["score"], 5);
}
