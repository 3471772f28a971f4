//! Supervised replies: what agents see of them and visitors do not, who decides, and what survives.

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use switchboard_sim::chat::Reply;

use crate::on_both_databases;
use crate::support::{Assisted, Client, Database, Received, Visitor, read_reply, within};

const ANSWER: &str = "We open at nine.";

/// An assistant whose replies wait for agents.
async fn supervised(database: Database, settings: Value) -> Assisted {
    let assisted = Assisted::start(database).await;
    assisted.set(settings).await;
    assisted.sim.set_default(Reply::pieces(["We open ", "at nine."]));
    assisted
}

/// Reads until a reply waits, and gives what agents are told of it.
async fn pending(agent: &mut Client) -> Value {
    pending_after(agent, &Value::Null).await
}

/// Reads until a reply other than this one waits.
async fn pending_after(agent: &mut Client, before: &Value) -> Value {
    loop {
        let told = agent.event("reply:pending").await;
        if told["complete"] == true && told["message_id"] != before["message_id"] {
            return told;
        }
    }
}

async fn state(assisted: &Assisted, id: &str) -> Value {
    let path = format!("/api/v1/conversations/{id}");
    assisted.site.get(Some(&assisted.owner.token), &path).await.body["conversation"]["state"].clone()
}

/// Everything that a client got up to and with an event of this name that `is_last` accepts.
async fn until(client: &mut Client, name: &str, is_last: impl Fn(&Value) -> bool) -> Vec<(String, Value)> {
    let read = async {
        let mut seen = Vec::new();
        loop {
            let Received::Event { name: got, data } = client.next().await else { continue };
            let is_end = got == name && is_last(&data);
            seen.push((got, data));
            if is_end {
                return seen;
            }
        }
    };
    within(name, read).await
}

async fn refusal(client: &mut Client, event: &str, data: Value) -> Value {
    client.call(event, data).await.unwrap_err()
}

fn on(visitor: &Visitor, reply: &Value) -> Value {
    json!({"session_id": visitor.session_id(), "message_id": reply["message_id"]})
}

on_both_databases! {
    async fn a_held_reply_is_seen_by_agents_and_goes_out_by_itself(database: Database) {
        let assisted = supervised(database, json!({"reply_mode": "hold", "reply_hold_seconds": 1})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        theirs.say(visitor.session_id(), "when do you open?").await;

        let told = pending(&mut ours).await;
        assert_eq!((&told["content"], &told["held_by"]), (&json!(ANSWER), &json!(null)));
        assert!(told["sends_at"].is_string(), "{told}");
        let seen = until(&mut theirs, "message:new", |data| data["role"] == "assistant").await;
        let early: Vec<&(String, Value)> = seen.iter().filter(|(name, _)| name == "message:delta").collect();
        assert!(early.is_empty(), "nothing is read before it goes out: {early:?}");
        assert!(seen.iter().any(|(name, data)| name == "ai:processing" && data["message_id"] == told["message_id"]));
        let said = &seen.last().unwrap().1;
        assert_eq!((&said["content"], &said["id"]), (&json!(ANSWER), &told["message_id"]));
        assert!(said["metadata"]["approval"].is_null(), "visitors do not learn of agents: {said}");
        let is_said = |data: &Value| data["role"] == "assistant" && data["kind"] == "message";
        let entry = until(&mut ours, "message:new", is_said).await.pop().unwrap().1;
        assert_eq!(entry["metadata"]["approval"], json!({"act": "deadline", "by": null}));

        let late = refusal(&mut ours, "reply:send", on(&visitor, &told)).await;
        assert_eq!((&late["code"], &late["details"]["won"]), (&json!("conflict"), &json!("deadline")));
        let path = format!("/api/v1/conversations/{}/entries", visitor.session_id());
        let again = assisted.site.get(Some(&visitor.token), &path).await;
        assert_eq!((again.status, again.body["entries"].as_array().unwrap().len()), (200, 2), "{again:?}");
        assert!(!again.body.to_string().contains("approval"), "{again:?}");
        let mut joined = assisted.site.connect(&visitor.token).await;
        let history = joined.join(visitor.session_id()).await;
        assert!(history.to_string().contains(ANSWER) && !history.to_string().contains("approval"), "{history}");
    }

    async fn agents_hold_send_change_and_stop(database: Database) {
        let assisted = supervised(database, json!({"reply_mode": "approve"})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let id = visitor.session_id();
        let mut ours = assisted.watching(&visitor).await;

        theirs.say(id, "when do you open?").await;
        let told = pending(&mut ours).await;
        assert_eq!(told["sends_at"], json!(null), "it waits for a person");
        let stranger = assisted.site.another_org().await;
        let other = assisted.site.agent_of(&stranger, "other").await;
        let mut foreign = assisted.site.connect(&other.token).await;
        for event in ["reply:hold", "reply:send", "reply:stop"] {
            assert_eq!(refusal(&mut foreign, event, on(&visitor, &told)).await["code"], "not_found");
            assert_eq!(refusal(&mut theirs, event, on(&visitor, &told)).await["code"], "forbidden");
        }
        let unknown = json!({"session_id": id, "message_id": "018f0000-0000-7000-8000-000000000000"});
        assert_eq!(refusal(&mut ours, "reply:send", unknown).await["code"], "not_found");
        let held = ours.call("reply:hold", on(&visitor, &told)).await.unwrap();
        assert_eq!(held["state"]["pending_reply"]["held_by"]["id"], assisted.owner.id);
        for (content, code) in [("", "bad_request"), (" \n", "bad_request"), (&*"x".repeat(10_001), "too_large")] {
            let edit = json!({"session_id": id, "message_id": told["message_id"], "content": content});
            assert_eq!(refusal(&mut ours, "reply:edit", edit).await["code"], code);
        }
        let edit = json!({"session_id": id, "message_id": told["message_id"], "content": "We open at ten."});
        let sent = ours.call("reply:edit", edit).await.unwrap();
        assert_eq!(sent["state"]["pending_reply"], json!(null));
        let (stream, entry) = read_reply(&mut theirs).await;
        assert_eq!((&*stream.text, &entry["content"]), ("", &json!("We open at ten.")));
        let late = refusal(&mut ours, "reply:stop", on(&visitor, &told)).await;
        assert_eq!(late["details"]["won"], "edited");
        assert_eq!(late["details"]["by"]["id"], assisted.owner.id);

        theirs.say(id, "and on Sunday?").await;
        let told = pending_after(&mut ours, &told).await;
        let asked = assisted.sim.last_request().unwrap();
        assert!(asked.contains("We open at ten.") && !asked.contains(ANSWER), "it knows what was said: {asked:?}");
        let path = format!("/api/v1/conversations/{id}/replies/{}", told["message_id"].as_str().unwrap());
        let stopped = assisted.site.post(Some(&assisted.owner.token), &format!("{path}/stop"), &json!({"reason": "wrong"})).await;
        assert_eq!(stopped.status, 200, "{stopped:?}");
        let cancelled = theirs.event("message:cancelled").await;
        assert_eq!((&cancelled["message_id"], &cancelled["reason"]), (&told["message_id"], &json!("stopped")));
        let late = assisted.site.post(Some(&assisted.owner.token), &format!("{path}/send"), &json!({})).await;
        assert_eq!((late.status, &late.body["error"]["details"]["won"]), (409, &json!("stopped")));
        let entries = assisted.site.get(Some(&visitor.token), &format!("/api/v1/conversations/{id}/entries")).await;
        assert!(!entries.body.to_string().contains(ANSWER), "not one character of it: {entries:?}");
        let entries = assisted.site.get(Some(&assisted.owner.token), &format!("/api/v1/conversations/{id}/entries")).await;
        let stop = entries.body["entries"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&stop["event"], &stop["metadata"]["reason"]), (&json!("reply_stopped"), &json!("wrong")));
    }

    async fn a_further_message_supersedes_what_waits_and_one_reply_answers_both(database: Database) {
        let assisted = supervised(database, json!({"reply_mode": "approve"})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let id = visitor.session_id();
        let mut ours = assisted.watching(&visitor).await;
        let path = format!("/api/v1/widget/conversations/{id}/messages?wait=reply");
        let asked = assisted.site.post(Some(&visitor.token), &path, &json!({"content": "when do you open?"})).await;
        assert_eq!((asked.status, &asked.body["reply"]), (201, &json!(null)), "who waits is told that none comes now");
        let first = pending(&mut ours).await;

        theirs.say(id, "on Sunday, I mean").await;

        let cancelled = theirs.event("message:cancelled").await;
        assert_eq!((&cancelled["message_id"], &cancelled["reason"]), (&first["message_id"], &json!("superseded")));
        let second = pending_after(&mut ours, &first).await;
        let late = refusal(&mut ours, "reply:send", on(&visitor, &first)).await;
        assert_eq!((&late["code"], &late["details"]["won"]), (&json!("conflict"), &json!("superseded")));
        ours.call("reply:send", on(&visitor, &second)).await.unwrap();
        let (_, entry) = read_reply(&mut theirs).await;
        assert_eq!(entry["id"], second["message_id"]);
        assert_eq!(assisted.sim.requests().len(), 2, "one reply answers both");
    }

    async fn what_waits_and_its_deadline_survive_a_kill(database: Database) {
        let mut assisted = supervised(database, json!({"reply_mode": "approve"})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let id = visitor.session_id().to_owned();
        let mut ours = assisted.watching(&visitor).await;
        theirs.say(&id, "when do you open?").await;
        let told = pending(&mut ours).await;
        let (second, mut other) = assisted.chatting().await;
        let mode = json!({"session_id": second.session_id(), "mode": "hold", "seconds": 1});
        let set = ours.call("session:mode", mode).await.unwrap();
        assert_eq!(set["state"]["mode"], "hold");
        ours.join(second.session_id()).await;
        other.say(second.session_id(), "when do you open?").await;
        let counting = pending_after(&mut ours, &told).await;

        assisted.site.server.kill_and_restart().await;

        let waiting = state(&assisted, &id).await;
        assert_eq!(waiting["pending_reply"]["message_id"], told["message_id"]);
        let mut again = assisted.site.connect(&second.token).await;
        again.join(second.session_id()).await;
        let path = format!("/api/v1/conversations/{}/entries", second.session_id());
        let sent = loop {
            let entries = assisted.site.get(Some(&second.token), &path).await.body["entries"].clone();
            let said = entries.as_array().unwrap().iter().find(|entry| entry["role"] == "assistant").cloned();
            if let Some(said) = said {
                break said;
            }
            again.event("message:new").await;
        };
        assert_eq!(sent["id"], counting["message_id"], "its time went on");
        let mut ours = assisted.watching(&visitor).await;
        ours.call("reply:send", on(&visitor, &told)).await.unwrap();
        let mut theirs = assisted.site.connect(&visitor.token).await;
        theirs.join(&id).await;
        let entries = assisted.site.get(Some(&visitor.token), &format!("/api/v1/conversations/{id}/entries")).await;
        assert_eq!(entries.body["entries"][1]["content"], ANSWER);
        assert_eq!(assisted.sim.requests().len(), 2, "nothing was asked again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_nobody_approved_becomes_what_is_set() {
    let assisted =
        supervised(Database::sqlite(), json!({"reply_mode": "approve", "reply_approve_seconds": 10})).await;
    let mut chats = Vec::new();
    for unapproved in ["send", "handoff", "drop"] {
        assisted.set(json!({"reply_unapproved": unapproved})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        theirs.say(visitor.session_id(), "when do you open?").await;
        let told = pending(&mut ours).await;
        assert_eq!(told["sends_at"].is_string(), unapproved == "send", "{told}");
        chats.push((unapproved, visitor, theirs));
    }
    for (unapproved, visitor, mut theirs) in chats {
        match unapproved {
            "send" => assert_eq!(read_reply(&mut theirs).await.1["content"], ANSWER),
            "handoff" => {
                let asked = until(&mut theirs, "message:new", |data| data["event"] == "handoff").await;
                assert_eq!(asked.last().unwrap().1["metadata"]["reason"], "no_approval");
            }
            _ => assert_eq!(theirs.event("message:cancelled").await["reason"], "stopped"),
        }
        let open = state(&assisted, visitor.session_id()).await;
        assert_eq!(open["pending_reply"], json!(null));
        assert_eq!(open["status"] == "waiting", unapproved == "handoff");
    }
}

const RACES: usize = 500;
const AT_ONCE: usize = 100;

/// What an agent tries.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    Send,
    Edit,
    Stop,
}

/// What became of one race.
#[derive(Debug)]
struct Race {
    act: Act,
    /// What the agent got: their act, or what won.
    outcome: Result<(), Value>,
    /// Everything that the visitor got up to the agent's last word.
    seen: Vec<(String, Value)>,
}

/// An agent acts at a random moment, a colleague takes over at another, and the countdown runs.
async fn race(assisted: &Assisted, act: Act, waits: [Duration; 2]) -> Race {
    let (visitor, mut theirs) = assisted.chatting().await;
    let id = visitor.session_id();
    let mut ours = assisted.watching(&visitor).await;
    let mut colleague = assisted.watching(&visitor).await;
    theirs.say(id, "when do you open?").await;
    let first = ours.event("reply:pending").await;
    let mut data = on(&visitor, &first);
    data["content"] = json!("changed");
    let event = match act {
        Act::Send => "reply:send",
        Act::Edit => "reply:edit",
        Act::Stop => "reply:stop",
    };
    let decide = async {
        // The moments are random on purpose: they are the test's input, not a wait for something.
        tokio::time::sleep(waits[0]).await;
        ours.call(event, data).await.map(|_| ())
    };
    let take = async {
        tokio::time::sleep(waits[1]).await;
        colleague.call("session:takeover", json!({"session_id": id})).await.unwrap();
        colleague.say(id, "a person here").await;
    };
    let read = until(&mut theirs, "message:new", |data| data["role"] == "agent" && data["kind"] == "message");
    let (outcome, (), seen) = tokio::join!(decide, take, read);
    Race { act, outcome, seen }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_one_decides_and_not_one_character_of_a_stopped_reply_is_seen() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("SEED={seed}");
    let mut dice = rand::rngs::StdRng::seed_from_u64(seed);
    let assisted =
        supervised(Database::sqlite(), json!({"reply_mode": "hold", "reply_hold_seconds": 1})).await;
    let words = Reply::pieces(["We open ", "at ", "nine."]).with_delay(Duration::from_millis(30));
    assisted.sim.set_default(words);
    let mut tally = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..RACES / AT_ONCE {
        let races = (0..AT_ONCE).map(|_| {
            let act = [Act::Send, Act::Edit, Act::Stop][dice.random_range(0..3)];
            let mut wait = || Duration::from_millis(dice.random_range(0..1_250));
            race(&assisted, act, [wait(), wait()])
        });
        for Race { act, outcome, seen } in futures_util::future::join_all(races).await {
            let pieces: String = seen
                .iter()
                .filter(|(name, _)| name == "message:delta")
                .filter_map(|(_, data)| data["text"].as_str())
                .collect();
            let said: Vec<&str> = seen
                .iter()
                .filter(|(name, data)| name == "message:new" && data["role"] == "assistant")
                .filter_map(|(_, data)| data["content"].as_str())
                .collect();
            let what = format!("SEED={seed} {act:?} {outcome:?} {seen:?}");
            assert!(said.len() <= 1, "it is said once: {what}");
            let won = match &outcome {
                Ok(()) => format!("{act:?}"),
                Err(error) if error["code"] == "conflict" => format!("{}", error["details"]["won"]),
                Err(error) => panic!("{error} {what}"),
            };
            match (act, &outcome) {
                (Act::Send, Ok(())) => assert!(said.iter().all(|text| ANSWER.starts_with(text)), "{what}"),
                (Act::Edit, Ok(())) => assert!(said == ["changed"] && pieces.is_empty(), "{what}"),
                (Act::Stop, Ok(())) => assert!(said.is_empty() && pieces.is_empty(), "{what}"),
                (_, Err(_)) if won.contains("deadline") => assert!(said == [ANSWER], "{what}"),
                (_, Err(_)) => assert!(said.is_empty() && pieces.is_empty(), "{what}"),
            }
            *tally.entry(won).or_default() += 1;
        }
    }
    println!("{tally:?}");
    assert!(tally.len() >= 4, "every way was tried: {tally:?}");
}
