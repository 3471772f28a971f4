//! What was promised and looked right in the code, shown on a running server.

use serde_json::{Value, json};
use switchboard_sim::realtime::Scenario;

use crate::on_both_databases;
use crate::support::phone::Exchange;
use crate::support::{Assisted, Client, Received, Visitor, read_reply, within};

/// Reads until a handoff, whose entry it gives, or an answer of the assistant.
async fn handoff_or_answer(client: &mut Client) -> Option<Value> {
    within("a handoff or an answer", async {
        loop {
            match client.next().await {
                Received::Event { name, data } if name == "message:new" && data["event"] == "handoff" => {
                    return Some(data);
                }
                Received::Event { name, data } if name == "message:new" && data["role"] == "assistant" => {
                    return None;
                }
                Received::Closed { code, reason } => panic!("closed {code:?} {reason}"),
                Received::Event { .. } | Received::Ack { .. } => {}
            }
        }
    })
    .await
}

/// What comes of a new visitor's words.
async fn say(assisted: &Assisted, words: &str) -> (Visitor, Option<Value>) {
    let (visitor, mut theirs) = assisted.chatting().await;
    theirs.say(visitor.session_id(), words).await;
    let handoff = handoff_or_answer(&mut theirs).await;
    (visitor, handoff)
}

async fn change_channel(assisted: &Assisted, change: Value) {
    let path = format!("/api/v1/channels/{}", assisted.site.org.channel_id);
    let changed = assisted.site.patch(Some(&assisted.owner.token), &path, &change).await;
    assert_eq!(changed.status, 200, "{changed:?}");
}

async fn tickets(assisted: &Assisted) -> Vec<Value> {
    let listed = assisted.site.get(Some(&assisted.owner.token), "/api/v1/tickets?limit=100").await;
    listed.body["items"].as_array().unwrap().clone()
}

/// Other calls of today have taken so many seconds together.
fn use_minutes(exchange: &Exchange, visitor: &Visitor, seconds: u32) {
    let now_ms = jiff::Timestamp::now().as_millisecond();
    exchange.assisted.site.server.database.execute(&format!(
        "insert into calls (id, org_id, channel_id, conversation_id, visitor_id, provider, model, is_simulated, started_at, seconds, cost_nano_usd) \
         select '00000000-0000-7000-8000-000000000001', org_id, channel_id, id, visitor_id, 'x', 'x', false, {now_ms}, {seconds}, 0 \
         from conversations where id = '{}' on conflict (id) do update set seconds = excluded.seconds", visitor.session_id()));
}

on_both_databases! {
    async fn handoff_words_are_the_channels_then_the_orgs_then_the_platforms_then_the_built_in_ones(database: Database) {
        let assisted = Assisted::start(database).await;
        let root = assisted.site.platform_admin(&assisted.site.org, "root").await;
        let hands_off = async |words: &str| say(&assisted, words).await.1.is_some();
        assert!(hands_off("I want a human").await, "built in");

        let platform = json!({"settings": {"handoff_words": ["pomodoro"]}});
        assert_eq!(assisted.site.patch(Some(&root.token), "/api/v1/platform/settings", &platform).await.status, 200);
        assert!(hands_off("pomodoro please").await, "the platform's");
        assert!(!hands_off("I want a human").await, "no longer the built-in ones");

        assisted.set(json!({"handoff_words": ["kiwi"]})).await;
        assert!(hands_off("a kiwi please").await, "the org's");
        assert!(!hands_off("pomodoro please").await, "no longer the platform's");

        change_channel(&assisted, json!({"handoff_words": ["mango"]})).await;
        let handoff = say(&assisted, "a Mango, please").await.1.expect("the channel's");
        assert_eq!(handoff["metadata"]["reason"], "words", "{handoff}");
        assert!(!hands_off("a kiwi please").await, "no longer the org's");

        change_channel(&assisted, json!({"handoff_words": []})).await;
        assert!(hands_off("a kiwi please").await, "empty inherits from the org");
        assisted.set(json!({"handoff_words": null})).await;
        assert!(hands_off("pomodoro please").await && !hands_off("a kiwi please").await, "and that from the platform");
    }

    async fn a_word_of_high_priority_calls_a_person_at_once_and_makes_the_ticket_urgent(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"high_priority_words": ["gas leak"]})).await;
        let (visitor, handoff) = say(&assisted, "there is a GAS LEAK in my kitchen").await;

        assert_eq!(handoff.expect("a handoff")["metadata"]["reason"], "high_priority");
        within("the ticket is urgent", async {
            while !tickets(&assisted).await.iter().any(|ticket| ticket["conversation_id"] == visitor.session_id() && ticket["priority"] == "urgent") {
                tokio::task::yield_now().await;
            }
        })
        .await;
        let asked = assisted.sim.requests();
        assert!(asked.iter().all(|request| request.body["stream"] != true || !request.contains("You are Assistant")), "nobody answered it first");
    }

    async fn an_unhappy_visitor_with_open_tickets_gets_a_person(database: Database) {
        let assisted = Assisted::start(database).await;
        let unhappy = "this is terrible";
        assert!(say(&assisted, unhappy).await.1.is_none(), "displeasure alone is the assistant's");
        let (visitor, mut theirs) = assisted.chatting().await;
        let insert = |number: usize, status: &str| format!(
            "insert into tickets (id, org_id, conversation_id, visitor_id, reason, priority, status, created_at) \
             select '00000000-0000-7000-8000-00000000000{number}', org_id, id, visitor_id, 'words', 'normal', '{status}', 1 \
             from conversations where id = '{}'", visitor.session_id());
        for (number, status) in [(1, "open"), (2, "open"), (3, "resolved")] {
            assisted.site.server.database.execute(&insert(number, status));
        }
        theirs.say(visitor.session_id(), unhappy).await;
        assert!(handoff_or_answer(&mut theirs).await.is_none(), "two open tickets are not more than two");
        assisted.site.server.database.execute(&insert(4, "open"));
        theirs.say(visitor.session_id(), unhappy).await;

        let handoff = handoff_or_answer(&mut theirs).await.expect("a handoff");
        assert_eq!(handoff["metadata"]["reason"], "open_tickets", "{handoff}");
    }

    async fn a_channel_without_people_refuses_handoffs_and_nothing_changes(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"high_priority_words": ["gas leak"], "max_chat_requests_per_day": 3})).await;
        change_channel(&assisted, json!({"handoff_enabled": false})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        let asked = theirs.call("handoff:request", json!({"session_id": visitor.session_id()})).await.unwrap_err();
        assert_eq!((&asked["code"], &asked["retry"]), (&json!("handoff_disabled"), &json!(false)), "{asked}");
        for words in ["I want a human", "there is a gas leak"] {
            theirs.say(visitor.session_id(), words).await;
            assert!(handoff_or_answer(&mut theirs).await.is_none(), "{words}");
        }
        theirs.say(visitor.session_id(), "a third question?").await;
        read_reply(&mut theirs).await;
        theirs.say(visitor.session_id(), "over the limit?").await;
        assert_eq!(theirs.event("ai:error").await["code"], "usage_limit_exceeded");

        let path = format!("/api/v1/conversations/{}", visitor.session_id());
        let stored = assisted.site.get(Some(&assisted.owner.token), &path).await.body;
        assert_eq!(stored["conversation"]["state"]["responder"]["kind"], "assistant", "{stored}");
        assert!(tickets(&assisted).await.is_empty());
        let mut ours = assisted.watching(&visitor).await;
        ours.call("session:takeover", json!({"session_id": visitor.session_id()})).await.unwrap();
    }

    async fn a_channels_own_limit_of_messages_holds_for_its_visitors_alone(database: Database) {
        let assisted = Assisted::start(database).await;
        let (site, owner) = (&assisted.site, assisted.owner.token.as_str());
        change_channel(&assisted, json!({"visitor_message_max_chars": 5})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        assert_eq!(theirs.hello["limits"]["message_chars"], 5, "the widget stops there");
        let send = |content: &str| json!({"session_id": visitor.session_id(), "content": content, "client_message_id": format!("m{}", content.len())});
        let refused = theirs.call("message:send", send("ñandús")).await.unwrap_err();
        assert_eq!(refused["code"], "too_large", "{refused}");
        theirs.call("message:send", send("ñandú")).await.unwrap();
        let path = format!("/api/v1/widget/conversations/{}/messages", visitor.session_id());
        let refused = site.post(Some(&visitor.token), &path, &json!({"content": "by REST"})).await;
        assert_eq!((refused.status, refused.code()), (413, "too_large"), "{refused:?}");
        let mut ours = assisted.watching(&visitor).await;
        ours.call("session:takeover", json!({"session_id": visitor.session_id()})).await.unwrap();
        ours.say(visitor.session_id(), "agents have their own limit").await;

        let made = site.post(Some(owner), "/api/v1/channels", &json!({"name": "Other"})).await;
        let other = crate::support::site::Org { channel_id: String::new(), channel_key: made.body["channel"]["key"].as_str().unwrap().to_owned(), id: site.org.id.clone(), identity_secret: String::new() };
        let elsewhere = site.visitor_of(&other).await;
        let mut client = site.connect(&elsewhere.token).await;
        assert_eq!(client.hello["limits"]["message_chars"], 1_000);
        client.join(elsewhere.session_id()).await;
        client.say(elsewhere.session_id(), "another channel has the server's limit").await;
        change_channel(&assisted, json!({"visitor_message_max_chars": 0})).await;
        theirs.call("message:send", send("and so has this one again, at once")).await.unwrap();
    }

    async fn calls_that_run_together_end_with_the_minutes_of_the_day(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        exchange.set(json!({"max_voice_minutes_per_day": 10})).await;
        let (visitor, mut phone) = exchange.call().await;
        phone.until_where("state", |state| state["link"] == "ok").await;
        use_minutes(&exchange, &visitor, 300);
        phone.speak(600).await;
        phone.until_where("transcript", |one| one["role"] == "assistant" && one["final"] == true).await;
        phone.listen(2, 1, 10).await;

        use_minutes(&exchange, &visitor, 600);
        phone.speak(600).await;

        let ended = phone.until("ended").await;
        assert_eq!(ended["reason"], "budget", "as at every limit of the org that is reached in a call");
    }

    async fn a_call_ends_with_the_minutes_of_the_day_and_no_other_begins(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        exchange.set(json!({"max_voice_minutes_per_day": 1})).await;
        let earlier = exchange.assisted.site.visitor().await;
        use_minutes(&exchange, &earlier, 58);
        let (visitor, mut phone) = exchange.call().await;

        let ended = phone.until("ended").await;

        assert_eq!(ended["reason"], "limit", "{ended}");
        let log = exchange.log_of_ended_call(&visitor).await;
        assert_eq!(log.last().unwrap()["metadata"]["reason"], "limit");
        let again = exchange.assisted.site.post(Some(&visitor.token), "/api/v1/widget/calls", &json!({"session_id": visitor.session_id()})).await;
        assert_eq!((again.status, again.code()), (403, "usage_limit_exceeded"), "{again:?}");
        assert_eq!(again.body["error"]["details"]["limit"], "max_voice_minutes_per_day");
    }
}
