//! The assistant's log over a real server and a scripted provider: every turn is in it, with what it took, and no words.

use serde_json::{Value, json};
use switchboard_sim::chat::{Fault, Gate, Reply};

use crate::on_both_databases;
use crate::support::{Assisted, read_reply, within};

/// Turns, once there are so many; they are stored behind the replies.
pub async fn turns(assisted: &Assisted, query: &str, count: usize) -> Vec<Value> {
    within("the turns in the log", async {
        loop {
            let path = format!("/api/v1/assistant/turns{query}");
            let listed = assisted.site.get(Some(&assisted.owner.token), &path).await;
            assert_eq!(listed.status, 200, "{listed:?}");
            let items = listed.body["items"].as_array().unwrap().clone();
            if items.len() >= count {
                return items;
            }
            // Another process works: there is no event to wait for.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await
}

on_both_databases! {
    async fn every_turn_is_in_the_log_with_what_it_took(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        assisted.sim.push(Reply::text("").with_tool_call("c1", "search", r#"{"query":"hours"}"#).with_usage(100, 5, 0));
        assisted.sim.push(Reply::text("At nine.").with_usage(120, 6, 20));
        theirs.say(visitor.session_id(), "when do you open?").await;
        let (_, answer) = read_reply(&mut theirs).await;
        let (unhappy, mut other) = assisted.chatting().await;
        assisted.sim.push(Reply::text("").with_fault(Fault::status(500)));
        assisted.sim.push(Reply::text("").with_fault(Fault::status(500)));
        other.say(unhappy.session_id(), "hello?").await;
        other.event("ai:error").await;
        let rate = format!("/api/v1/widget/conversations/{}/messages/{}/rating", visitor.session_id(), answer["id"].as_str().unwrap());
        assert_eq!(assisted.site.post(Some(&visitor.token), &rate, &json!({"value": 1})).await.status, 201);

        let found = turns(&assisted, "", 2).await;

        let (failed, answered) = (&found[0], &found[1]);
        assert_eq!((&failed["outcome"], &failed["reason"]), (&json!("failed"), &json!("provider_error")));
        assert_eq!(failed["conversation_id"], unhappy.session_id());
        assert_eq!((&answered["outcome"], &answered["entry_id"], &answered["thumb"]), (&json!("answered"), &answer["id"], &json!(1)));
        assert_eq!((&answered["calls"], &answered["input_tokens"], &answered["output_tokens"]), (&json!(2), &json!(220), &json!(11)));
        assert_eq!((&answered["tools"], &answered["model"]), (&json!(["search"]), &json!("scripted")));
        assert!(answered["latency_ms"].as_i64() >= answered["first_word_ms"].as_i64(), "{answered}");
        assert!(!format!("{found:?}").contains("nine"), "no words of anybody");
        for (query, count) in [
            ("?outcome=failed", 1),
            ("?tool=search", 1),
            ("?tool=sear", 0),
            ("?thumb=1", 1),
            ("?thumb=-1", 0),
            ("?test=true", 0),
            ("?test=false", 2),
            ("?to=2020-01-01", 0),
            ("?channel_id=nonsense", 0),
        ] {
            let listed = assisted.site.get(Some(&assisted.owner.token), &format!("/api/v1/assistant/turns{query}")).await;
            assert_eq!(listed.body["items"].as_array().unwrap().len(), count, "{query}");
        }
        let of_one = format!("?conversation_id={}", visitor.session_id());
        assert_eq!(turns(&assisted, &of_one, 1).await.len(), 1);
        let first = assisted.site.get(Some(&assisted.owner.token), "/api/v1/assistant/turns?limit=1").await;
        let next = format!("?limit=1&cursor={}", first.body["next_cursor"].as_str().unwrap());
        assert_eq!(turns(&assisted, &next, 1).await[0]["id"], answered["id"]);
        for wrong in ["?outcome=odd", "?thumb=7", "?from=yesterday"] {
            let refused = assisted.site.get(Some(&assisted.owner.token), &format!("/api/v1/assistant/turns{wrong}")).await;
            assert_eq!(refused.status, 400, "{wrong}");
        }
        let stranger = assisted.site.agent_of(&assisted.site.another_org().await, "eve").await;
        let foreign = assisted.site.get(Some(&stranger.token), "/api/v1/assistant/turns").await;
        assert_eq!(foreign.body["items"], json!([]));
    }

    async fn a_turn_that_is_cut_or_hands_over_says_so(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        let gate = Gate::closed();
        assisted.sim.push(Reply::pieces(["We ", "open ", "at nine."]).with_gate(&gate));
        theirs.say(visitor.session_id(), "when do you open?").await;
        gate.release(1);
        theirs.event("message:delta").await;

        ours.call("session:takeover", json!({"session_id": visitor.session_id()})).await.unwrap();
        let (asking, mut others) = assisted.chatting().await;
        let arguments = r#"{"reason":"a refund"}"#;
        assisted.sim.push(Reply::text("").with_tool_call("c1", "hand_off_to_person", arguments));
        assisted.sim.push(Reply::text("I get a person."));
        others.say(asking.session_id(), "give me my money back").await;
        read_reply(&mut others).await;

        let found = turns(&assisted, "", 2).await;
        let of = |id: &str| found.iter().find(|turn| turn["conversation_id"] == id).unwrap();
        let (cut, handed) = (of(visitor.session_id()), of(asking.session_id()));
        assert_eq!((&cut["outcome"], &cut["entry_id"], &cut["calls"]), (&json!("superseded"), &Value::Null, &json!(1)));
        assert_eq!(cut["estimate"], true, "a call that was cut is counted by estimate");
        assert_eq!((&handed["outcome"], &handed["reason"]), (&json!("handed_over"), &json!("a refund")));
    }

    async fn the_log_of_a_visitor_goes_with_them(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        assisted.sim.set_default(Reply::text("At nine."));
        theirs.say(visitor.session_id(), "when do you open?").await;
        read_reply(&mut theirs).await;
        turns(&assisted, "", 1).await;

        let erased = assisted.site.delete(Some(&assisted.owner.token), &format!("/api/v1/visitors/{}", visitor.id)).await;

        assert_eq!(erased.status, 202);
        within("the turns go", async {
            while assisted.site.server.database.read("select id from assistant_turns") != Vec::<String>::new() {
                // Another process works: there is no event to wait for.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;
    }
}
