//! Conversations that are put aside: until a time, until the visitor writes, over a kill, and out of the way meanwhile.

use rooms::Timestamp;
use serde_json::{Value, json};
use switchboard::wire::rfc3339;

use crate::on_both_databases;
use crate::support::{Client, Options, Site};

async fn refusal(client: &mut Client, event: &str, data: Value) -> String {
    client.call(event, data).await.unwrap_err()["code"].as_str().unwrap().to_owned()
}

/// A moment so many milliseconds from now, by the clock that the server has, too.
fn from_now(ms: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    rfc3339(Timestamp(i64::try_from(now.as_millis()).unwrap() + ms))
}

const DAY_MS: i64 = 24 * 3_600 * 1_000;

on_both_databases! {
    async fn what_is_put_aside_comes_back_when_the_visitor_writes(database: Database) {
        let site = Site::start(database, Options::default()).await;
        let (ana, ben) = (site.agent("ana").await, site.agent("ben").await);
        let visitor = site.visitor().await;
        let id = visitor.session_id();
        let mut theirs = site.connect(&visitor.token).await;
        theirs.join(id).await;
        theirs.say(id, "hello").await;
        let mut anas = site.connect(&ana.token).await;
        anas.join(id).await;
        let snooze = |until: Value| json!({"session_id": id, "until": until});
        let tomorrow = from_now(DAY_MS);
        assert_eq!(refusal(&mut anas, "session:snooze", snooze(json!(tomorrow))).await, "not_holder", "nobody answers yet");
        anas.call("session:takeover", json!({"session_id": id})).await.unwrap();
        let mut bens = site.connect(&ben.token).await;
        assert_eq!(refusal(&mut bens, "session:snooze", snooze(json!(tomorrow))).await, "not_holder");
        assert_eq!(refusal(&mut theirs, "session:snooze", snooze(json!(tomorrow))).await, "forbidden");
        for wrong in [json!(from_now(-1_000)), json!(from_now(367 * DAY_MS)), json!("tomorrow"), json!(5)] {
            assert_eq!(refusal(&mut anas, "session:snooze", snooze(wrong)).await, "bad_request");
        }

        let before = anas.call("inbox:subscribe", json!({"filter": {"view": "my_turn"}})).await.unwrap();
        assert_eq!(before["counts"], json!({"mine": 1, "unassigned": 0, "waiting": 0, "snoozed": 0, "my_turn": 1, "all": 1}));
        assert_eq!(before["conversations"][0]["id"], id);
        let state = anas.call("session:snooze", snooze(json!(tomorrow))).await.unwrap()["state"].clone();
        assert_eq!((&state["status"], &state["snoozed_until"]), (&json!("snoozed"), &json!(tomorrow)));
        assert_eq!(state["responder"]["agent"]["id"], ana.id, "she still answers");
        let counts = anas.call("inbox:subscribe", json!({"filter": {"view": "snoozed"}})).await.unwrap();
        assert_eq!(counts["counts"], json!({"mine": 0, "unassigned": 0, "waiting": 0, "snoozed": 1, "my_turn": 0, "all": 1}));
        assert_eq!(counts["conversations"][0]["id"], id);
        let mut again = site.connect(&visitor.token).await;
        let seen = again.join(id).await;
        assert_eq!(seen["state"]["status"], "open", "visitors do not learn of it");
        let entries = site.get(Some(&visitor.token), &format!("/api/v1/conversations/{id}/entries")).await;
        assert!(!entries.body.to_string().contains("snoozed"), "{entries:?}");

        theirs.say(id, "are you there?").await;
        let path = format!("/api/v1/conversations/{id}");
        let back = site.get(Some(&ana.token), &path).await.body["conversation"]["state"].clone();
        assert_eq!((&back["status"], &back["snoozed_until"]), (&json!("open"), &json!(null)));
        let turn = anas.call("inbox:subscribe", json!({"filter": {"view": "my_turn"}})).await.unwrap();
        assert_eq!((&turn["counts"]["my_turn"], &turn["counts"]["mine"]), (&json!(1), &json!(1)));
        let rest = site.post(Some(&ana.token), &format!("{path}/snooze"), &json!({"until": tomorrow})).await;
        assert_eq!((rest.status, &rest.body["state"]["status"]), (200, &json!("snoozed")));
        bens.call("session:takeover", json!({"session_id": id, "from": ana.id})).await.unwrap();
        let taken = site.get(Some(&ana.token), &path).await.body["conversation"]["state"]["status"].clone();
        assert_eq!(taken, "open");
    }

    async fn what_is_put_aside_comes_back_in_time_also_after_a_kill(database: Database) {
        let mut site = Site::start(database, Options::default()).await;
        let ana = site.agent("ana").await;
        let visitor = site.visitor().await;
        let id = visitor.session_id().to_owned();
        let mut theirs = site.connect(&visitor.token).await;
        theirs.say(&id, "hello").await;
        let mut anas = site.connect(&ana.token).await;
        anas.call("session:takeover", json!({"session_id": id})).await.unwrap();
        let until = from_now(1_500);
        anas.call("session:snooze", json!({"session_id": id, "until": until})).await.unwrap();

        site.server.kill_and_restart().await;

        let mut anas = site.connect(&ana.token).await;
        let joined = anas.join(&id).await;
        if joined["state"]["status"] == "snoozed" {
            let back = anas.event("message:new").await;
            assert_eq!((&back["event"], &back["metadata"]), (&json!("snoozed"), &json!({"until": null})));
            assert_eq!(back["author"]["id"], ana.id);
        }
        let state = site.get(Some(&ana.token), &format!("/api/v1/conversations/{id}")).await.body["conversation"]["state"].clone();
        assert_eq!((&state["status"], &state["responder"]["agent"]["id"]), (&json!("open"), &json!(ana.id)));
    }
}
