//! The assistant over a real server and a scripted provider: streams, cuts, faults, and what follows.

use serde_json::json;
use switchboard_sim::chat::{Cut, Fault, Gate, Malformed, Reply};

use crate::on_both_databases;
use crate::support::{Assisted, Database, Options, Received, read_reply, within};

const WORDS: [&str; 6] = ["We ", "open ", "at ", "níne ", "🙂 ", "sharp."];

on_both_databases! {
    async fn a_reply_streams_to_the_visitor_and_to_a_watching_agent_and_is_committed_once(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        let gate = Gate::closed();
        assisted.sim.push(Reply::pieces(WORDS).with_gate(&gate).with_usage(120, 6, 20));
        theirs.say(visitor.session_id(), "when do you open?").await;

        let thinking = theirs.event("ai:processing").await;
        gate.release(1);
        let first = theirs.event("message:delta").await;
        assert_eq!((&first["offset"], &first["text"]), (&json!(0), &json!("We ")), "the first word is not held back");
        gate.release(WORDS.len());
        let (_, entry) = read_reply(&mut theirs).await;
        let (stream, seen) = read_reply(&mut ours).await;

        assert_eq!(entry["content"], WORDS.concat());
        assert_eq!((&entry["id"], &entry["id"]), (&thinking["message_id"], &first["message_id"]));
        assert_eq!(stream.text, WORDS.concat(), "what was streamed is what was said");
        assert_eq!(seen["content"], entry["content"]);
        assert_eq!(entry["metadata"]["model"], "scripted");
        let used = ours.event("ai:complete").await;
        assert_eq!((&used["usage"]["input_tokens"], &used["usage"]["output_tokens"]), (&json!(120), &json!(6)));
        assert!(theirs.event("ai:complete").await.get("usage").is_none(), "what it costs is not the visitor's");
        let days = assisted.site.get(Some(&assisted.owner.token), "/api/v1/usage").await;
        assert_eq!((&days.body["today"]["chat_requests"], &days.body["today"]["total_tokens"]), (&json!(1), &json!(126)));
    }

    async fn a_takeover_in_the_middle_keeps_what_was_said_and_stops_the_request(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        let gate = Gate::closed();
        assisted.sim.push(Reply::pieces(WORDS).with_gate(&gate));
        theirs.say(visitor.session_id(), "when do you open?").await;
        gate.release(2);
        theirs.event("message:delta").await;

        ours.call("session:takeover", json!({"session_id": visitor.session_id()})).await.unwrap();
        within("the request upstream ends", assisted.sim.cancelled(1)).await;
        let (_, cut) = read_reply(&mut theirs).await;
        let event = theirs.event("message:new").await;

        assert_eq!(cut["metadata"]["interrupted"], "takeover");
        assert!(WORDS.concat().starts_with(cut["content"].as_str().unwrap()), "{cut}");
        assert_eq!((&event["event"], event["seq"].as_u64()), (&json!("takeover"), cut["seq"].as_u64().map(|seq| seq + 1)));
        gate.release(WORDS.len());
        ours.say(visitor.session_id(), "Ann here").await;
        let mut after = Vec::new();
        loop {
            match theirs.next().await {
                Received::Event { name, data } if name == "message:new" => {
                    after.push(data["role"].clone());
                    break;
                }
                Received::Event { name, .. } => assert!(!name.starts_with("message:delta"), "a late token"),
                Received::Ack { .. } | Received::Closed { .. } => {}
            }
        }
        assert_eq!(after, [json!("agent")]);
    }

    async fn what_is_written_meanwhile_is_answered_together_next(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let gate = Gate::closed();
        assisted.sim.push(Reply::pieces(WORDS).with_gate(&gate));
        assisted.sim.push(Reply::text("Both, yes."));
        theirs.say(visitor.session_id(), "when do you open?").await;
        assisted.sim.received(1).await;
        theirs.say(visitor.session_id(), "and on Sunday?").await;
        theirs.say(visitor.session_id(), "and on Monday?").await;
        assert_eq!(assisted.sim.counts().received, 1, "one reply at a time");

        gate.release(WORDS.len());
        read_reply(&mut theirs).await;
        let (_, second) = read_reply(&mut theirs).await;

        assert_eq!(second["content"], "Both, yes.");
        assert_eq!(assisted.sim.counts().received, 2, "both in one request");
        let asked = assisted.sim.last_request().unwrap();
        assert!(asked.contains("and on Sunday?") && asked.contains("and on Monday?"));
    }

    async fn a_killed_server_answers_once_after_its_restart(database: Database) {
        let mut assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let gate = Gate::closed();
        assisted.sim.push(Reply::pieces(WORDS).with_gate(&gate));
        theirs.say(visitor.session_id(), "when do you open?").await;
        gate.release(2);
        theirs.event("message:delta").await;
        assisted.site.server.kill().await;
        assisted.sim.push(Reply::text("At nine."));

        assisted.site.server.restart().await;
        let mut again = assisted.site.connect(&visitor.token).await;
        let history = again.join(visitor.session_id()).await;
        let answered = history["entries"].as_array().unwrap().iter().any(|entry| entry["role"] == "assistant");
        if !answered {
            read_reply(&mut again).await;
        }
        assisted.site.server.kill_and_restart().await;

        let mut once_more = assisted.site.connect(&visitor.token).await;
        let log = once_more.join(visitor.session_id()).await;
        let said: Vec<_> = log["entries"].as_array().unwrap().iter().filter(|entry| entry["role"] == "assistant").collect();
        assert_eq!(said.len(), 1, "{log}");
        assert_eq!(said[0]["content"], "At nine.");
        assert_eq!(assisted.sim.counts().received, 2);
    }

    async fn who_joins_in_the_middle_gets_what_was_written_so_far(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let gate = Gate::closed();
        assisted.sim.push(Reply::pieces(WORDS).with_gate(&gate));
        theirs.say(visitor.session_id(), "when do you open?").await;
        gate.release(3);
        let mut stream = crate::support::Stream::default();
        while stream.text != WORDS[..3].concat() {
            stream.take(&theirs.event("message:delta").await);
        }

        let mut late = assisted.watching(&visitor).await;
        let so_far = late.event("message:delta").await;
        assert_eq!((&so_far["offset"], &so_far["text"]), (&json!(0), &json!(WORDS[..3].concat())));
        gate.release(WORDS.len());
        let mut whole = crate::support::Stream::default();
        whole.take(&so_far);
        while whole.text != WORDS.concat() {
            whole.take(&late.event("message:delta").await);
        }
    }

    async fn a_request_that_cannot_stream_gets_the_whole_reply(database: Database) {
        let assisted = Assisted::start(database).await;
        let visitor = assisted.site.visitor().await;
        assisted.sim.push(Reply::pieces(WORDS));
        let path = format!("/api/v1/widget/conversations/{}/messages?wait=reply", visitor.session_id());

        let sent = assisted.site.post(Some(&visitor.token), &path, &json!({"content": "when do you open?"})).await;

        assert_eq!(sent.status, 201, "{sent:?}");
        assert_eq!(sent.body["reply"]["content"], WORDS.concat());
    }

    async fn a_reply_that_breaks_off_keeps_what_was_said_and_can_be_tried_again(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        assisted.sim.push(Reply::pieces(WORDS).with_fault(Fault::CutAfter(3, Cut::Close)));
        theirs.say(visitor.session_id(), "when do you open?").await;
        let (_, broken) = read_reply(&mut theirs).await;
        assert_eq!(broken["metadata"]["interrupted"], "error");
        assert_eq!(broken["content"], WORDS[..3].concat());
        let told = theirs.event("ai:error").await;
        assert_eq!((&told["code"], &told["retry"]), (&json!("provider_error"), &json!(true)));

        assisted.sim.push(Reply::text("At nine."));
        theirs.call("message:retry", json!({"session_id": visitor.session_id()})).await.unwrap();
        let (_, entry) = read_reply(&mut theirs).await;

        assert_eq!(entry["content"], "At nine.");
        let refused = theirs.call("message:retry", json!({"session_id": "nobody's"})).await.unwrap_err();
        assert_eq!(refused["code"], "not_found");
    }

    async fn after_two_failures_a_person_is_asked_for(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        assisted.sim.set_default(Reply::fault(Fault::status(400)));

        theirs.say(visitor.session_id(), "when do you open?").await;
        theirs.event("ai:error").await;
        theirs.say(visitor.session_id(), "hello, anybody?").await;
        theirs.event("ai:error").await;
        let event = loop {
            let entry = theirs.event("message:new").await;
            if entry["event"] == "handoff" {
                break entry;
            }
        };

        assert_eq!(event["metadata"]["reason"], "assistant_failed");
    }

    async fn the_models_own_tool_searches_and_asks_for_a_person(database: Database) {
        let assisted = Assisted::start(database).await;
        let pair = json!({"question": "When do you open?", "answer": "At nine, every day but Sunday."});
        let made = assisted.site.post(Some(&assisted.owner.token), "/api/v1/knowledge/pairs", &pair).await;
        assert_eq!(made.status, 201, "{made:?}");
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        assisted.sim.push(Reply::text("").with_tool_call("call_1", "search", r#"{"query":"when do you open"}"#));
        assisted.sim.push(
            Reply::text("A colleague will tell you.").with_tool_call("call_2", "hand_off_to_person", r#"{"reason":"unsure"}"#),
        );
        assisted.sim.push(Reply::text(" One moment."));

        theirs.say(visitor.session_id(), "when exactly do you open on Sunday?").await;
        let tool = loop {
            let processing = ours.event("ai:processing").await;
            if processing["stage"] == "tool" {
                break processing;
            }
        };
        let (_, entry) = read_reply(&mut theirs).await;
        let handoff = theirs.event("message:new").await;

        assert_eq!(tool["tool"], "search");
        assert_eq!(entry["content"], "A colleague will tell you. One moment.");
        assert_eq!((&handoff["event"], &handoff["metadata"]["reason"]), (&json!("handoff"), &json!("unsure")));
        assert_eq!(handoff["author"]["kind"], "assistant");
        let second = &assisted.sim.requests()[1];
        assert!(second.contains("At nine, every day but Sunday."), "the result went back to the model");
        let note = loop {
            let entry = ours.event("message:new").await;
            if entry["kind"] == "note" {
                break entry;
            }
        };
        assert_eq!(note["metadata"]["brief"], true);
        let tickets = assisted.site.get(Some(&assisted.owner.token), "/api/v1/tickets").await;
        assert_eq!(tickets.body["items"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_fails_before_its_first_word_gives_way_to_the_next() {
    let options = Options::unlimited().env("SWITCHBOARD_PROVIDER_SILENCE_S", "1");
    let assisted = Assisted::with(Database::sqlite(), options).await;
    let second = switchboard_sim::chat::ChatSim::start().await;
    second.set_default(Reply::text("The second answers."));
    assisted.add_provider("second", &second.v1_url()).await;
    let (visitor, mut theirs) = assisted.chatting().await;
    for fault in [
        Fault::status(401),
        Fault::status(500),
        Fault::rate_limited(Some(std::time::Duration::from_secs(60))),
        Fault::Silent,
        Fault::MalformedAfter(0, Malformed::BadJson),
        Fault::CutAfter(0, Cut::Reset),
    ] {
        assisted.sim.set_default(Reply::text("never sent").with_fault(fault.clone()));

        theirs.say(visitor.session_id(), "when do you open?").await;
        let (_, entry) = read_reply(&mut theirs).await;

        assert_eq!(entry["content"], "The second answers.", "{fault:?}");
    }
    assisted.sim.set_default(Reply::text(""));
    theirs.say(visitor.session_id(), "and an empty answer?").await;
    assert_eq!(read_reply(&mut theirs).await.1["content"], "The second answers.");
}
