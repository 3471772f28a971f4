//! What models may cost: set aside before, settled after, and known for every model.

use futures_util::future::join_all;
use serde_json::{Value, json};
use switchboard_sim::chat::{Fault, Gate, Reply};

use switchboard_sim::realtime::Scenario;

use crate::on_both_databases;
use crate::support::phone::Exchange;
use crate::support::{Assisted, Client, Received, Visitor, read_reply, within};

/// Reads until the assistant has answered, or has said that it cannot: then its code.
async fn outcome(client: &mut Client) -> Result<String, String> {
    within("an answer or its refusal", async {
        loop {
            match client.next().await {
                Received::Event { name, data } if name == "message:new" && data["role"] == "assistant" => {
                    return Ok(data["content"].as_str().unwrap().to_owned());
                }
                Received::Event { name, data } if name == "ai:error" => {
                    return Err(data["code"].as_str().unwrap().to_owned());
                }
                Received::Closed { code, reason } => panic!("closed {code:?} {reason}"),
                Received::Event { .. } | Received::Ack { .. } => {}
            }
        }
    })
    .await
}

/// Reads until the next event in the conversation's log.
async fn logged(client: &mut Client) -> Value {
    within("an event in the log", async {
        loop {
            let entry = client.event("message:new").await;
            if entry["kind"] == "event" {
                return entry;
            }
        }
    })
    .await
}

async fn asking_together(assisted: &Assisted, count: usize) -> Vec<(Visitor, Client)> {
    let mut chats = Vec::new();
    for _ in 0..count {
        chats.push(assisted.chatting().await);
    }
    for (visitor, client) in &mut chats {
        client.say(visitor.session_id(), "when do you open?").await;
    }
    chats
}

async fn today(assisted: &Assisted) -> Value {
    assisted.site.get(Some(&assisted.owner.token), "/api/v1/usage").await.body
}

async fn last_event(assisted: &Assisted) -> Value {
    assisted.usage_events_once("the use is stored", |events| !events.is_empty()).await[0].clone()
}

on_both_databases! {
    async fn replies_at_the_same_time_never_pass_a_number_of_calls(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"max_chat_requests_per_day": 3})).await;
        let gate = Gate::closed();
        assisted.sim.set_default(Reply::text("At nine.").with_gate(&gate));

        let mut chats = asking_together(&assisted, 8).await;
        assisted.sim.received(3).await;
        gate.release(1_000);
        let outcomes = join_all(chats.iter_mut().map(|(_, client)| outcome(client))).await;

        assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 3, "{outcomes:?}");
        let refusals: Vec<_> = outcomes.iter().filter_map(|one| one.as_ref().err()).collect();
        assert!(refusals.iter().all(|code| *code == "usage_limit_exceeded"), "{refusals:?}");
        assert_eq!(assisted.sim.counts().received, 3, "nobody else was asked");
        assert_eq!(today(&assisted).await["today"]["chat_requests"], 3);
    }

    async fn replies_and_their_tools_at_the_same_time_never_pass_a_budget(database: Database) {
        let assisted = Assisted::start(database).await;
        // A round sets aside about 1,800 tokens and uses 750, and the brief of a handoff no more than it sets aside.
        assisted.set(json!({"max_tokens_per_day": 10_000, "max_output_tokens": 64})).await;
        let gate = Gate::closed();
        let round = Reply::text("At nine. ").with_tool_call("c1", "search", r#"{"query":"hours"}"#);
        assisted.sim.set_default(round.with_usage(700, 50, 0).with_gate(&gate));

        let mut chats = asking_together(&assisted, 12).await;
        assisted.sim.received(2).await;
        gate.release(10_000);
        let outcomes = join_all(chats.iter_mut().map(|(_, client)| outcome(client))).await;

        let refused = outcomes.iter().filter(|one| **one == Err("usage_limit_exceeded".to_owned())).count();
        assert!(refused >= 4, "{outcomes:?}");
        let used = today(&assisted).await["today"]["total_tokens"].as_u64().unwrap();
        assert!((3_000..=10_000).contains(&used), "{used}: {outcomes:?}");
    }

    async fn calls_of_tools_at_the_same_time_never_pass_a_limit(database: Database) {
        let assisted = Assisted::start(database).await;
        // A round uses 750 tokens; a search of the web sets aside about 1,550 and uses 1,400: eight do not fit.
        assisted.set(json!({"web_search_base_url": assisted.sim.v1_url(), "max_tokens_per_day": 8_000, "max_output_tokens": 64})).await;
        let round = (0..8).fold(Reply::text(""), |reply, number| {
            reply.with_tool_call(&format!("c{number}"), "search", &format!(r#"{{"query":"zebra number {number}"}}"#))
        });
        assisted.sim.push_when(|request| request.body["stream"] == true, round.with_usage(700, 50, 0));
        assisted.sim.set_default(Reply::text("At nine.").with_usage(700, 50, 0));
        for _ in 0..8 {
            let found = Reply::text("On the web.").with_usage(500, 900, 0);
            assisted.sim.push_when(|request| request.body["stream"] == false, found);
        }

        let (visitor, mut theirs) = assisted.chatting().await;
        theirs.say(visitor.session_id(), "where is the zebra?").await;
        let ended = outcome(&mut theirs).await;

        let asked = assisted.sim.requests();
        let searches = asked.iter().filter(|request| request.body["stream"] == false).count();
        assert!((1..8).contains(&searches), "{searches}: {ended:?}");
        let used = today(&assisted).await["today"]["total_tokens"].as_u64().unwrap();
        assert!(used <= 8_000, "{used}: {ended:?}");
    }

    async fn what_was_set_aside_comes_back_however_a_reply_ends(database: Database) {
        let assisted = Assisted::start(database).await;
        // One reply may cost a third of a dollar at the fallback price; two together do not fit.
        assisted.set(json!({"daily_budget_usd": 0.5, "max_output_tokens": 16_384})).await;
        let gate = Gate::closed();
        assisted.sim.push(Reply::pieces(["We ", "open."]).with_gate(&gate));
        let (visitor, mut theirs) = assisted.chatting().await;
        let mut ours = assisted.watching(&visitor).await;
        theirs.say(visitor.session_id(), "when do you open?").await;
        gate.release(1);
        theirs.event("message:delta").await;
        let (second, mut other) = assisted.chatting().await;
        other.say(second.session_id(), "and you?").await;
        assert_eq!(outcome(&mut other).await, Err("usage_limit_exceeded".to_owned()), "it does not fit beside the first");

        ours.call("session:takeover", json!({"session_id": visitor.session_id()})).await.unwrap();
        within("the request upstream ends", assisted.sim.cancelled(1)).await;
        read_reply(&mut theirs).await;
        // A refused key is an error that is not tried again.
        assisted.sim.set_default(Reply::fault(Fault::status(401)));
        let (third, mut failing) = assisted.chatting().await;
        failing.say(third.session_id(), "hello?").await;
        assert_eq!(outcome(&mut failing).await, Err("provider_error".to_owned()), "the takeover gave it back");
        assisted.sim.set_default(Reply::text("At nine."));
        failing.say(third.session_id(), "once more?").await;

        assert_eq!(outcome(&mut failing).await, Ok("At nine.".to_owned()), "the error gave it back");
    }

    async fn a_tally_that_cannot_be_read_stops_the_assistant_and_a_person_comes(database: Database) {
        let assisted = Assisted::start(database).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        assisted.site.server.database.execute("alter table usage_days rename to usage_days_away");
        theirs.say(visitor.session_id(), "when do you open?").await;

        let told = theirs.event("ai:error").await;
        let event = logged(&mut theirs).await;

        assert_eq!(told["code"], "unavailable", "{told}");
        assert_eq!((&event["event"], &event["metadata"]["reason"]), (&json!("handoff"), &json!("assistant_failed")));
        assert_eq!(assisted.sim.counts().received, 0, "nothing was spent");
        let mut ours = assisted.watching(&visitor).await;
        ours.call("session:takeover", json!({"session_id": visitor.session_id()})).await.unwrap();
        ours.say(visitor.session_id(), "at nine, says Ann").await;
        assisted.site.server.database.execute("alter table usage_days_away rename to usage_days");
        let (other, mut after) = assisted.chatting().await;
        after.say(other.session_id(), "when do you open?").await;
        assert!(outcome(&mut after).await.is_ok(), "it goes on by itself");
    }

    async fn calls_at_the_same_time_hold_what_their_next_response_may_cost(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        // A response of gpt-realtime-2.1 may cost 0.27 dollars: two calls fit, and a third does not.
        exchange.set(json!({"daily_budget_usd": 0.6})).await;
        let site = &exchange.assisted.site;
        let (_first, mut phone) = exchange.call().await;
        let (_second, _other) = exchange.call().await;
        let third = site.visitor().await;
        let body = json!({"session_id": third.session_id()});
        let begin = async || site.post(Some(&third.token), "/api/v1/widget/calls", &body).await;
        let refused = begin().await;
        assert_eq!((refused.status, refused.code()), (403, "usage_limit_exceeded"), "{refused:?}");
        assert_eq!(refused.body["error"]["details"]["limit"], "daily_budget_usd");

        phone.say("hangup", &json!({})).await;
        phone.until("ended").await;

        within("the ended call gives back what it held", async {
            while begin().await.status != 201 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    async fn no_call_begins_while_what_was_used_cannot_be_read(database: Database) {
        let exchange = Exchange::start(database, Scenario::default()).await;
        let site = &exchange.assisted.site;
        let visitor = site.visitor().await;
        site.server.database.execute("alter table usage_days rename to usage_days_away");

        let refused = site.post(Some(&visitor.token), "/api/v1/widget/calls", &json!({"session_id": visitor.session_id()})).await;

        assert_eq!((refused.status, refused.code()), (503, "unavailable"), "{refused:?}");
        assert!(exchange.sim.connections().is_empty(), "nobody was called");
        let calls = site.get(Some(&exchange.assisted.owner.token), "/api/v1/calls").await;
        assert_eq!(calls.body["items"], json!([]), "{calls:?}");
    }

    async fn a_model_without_a_price_counts_at_the_fallback_price_and_is_named(database: Database) {
        let assisted = Assisted::start(database).await;
        let root = assisted.site.platform_admin(&assisted.site.org, "root").await;
        let fallback = json!({"settings": {"fallback_input_usd": 10, "fallback_output_usd": 100}});
        let owner = Some(assisted.owner.token.as_str());
        assert_eq!(assisted.site.patch(owner, "/api/v1/settings", &fallback).await.status, 400, "the platform's own");
        assert_eq!(assisted.site.patch(Some(&root.token), "/api/v1/platform/settings", &fallback).await.status, 200);
        assisted.sim.set_default(Reply::text("At nine.").with_usage(1_000, 50, 0));
        let (visitor, mut theirs) = assisted.chatting().await;
        theirs.say(visitor.session_id(), "when do you open?").await;
        read_reply(&mut theirs).await;

        let standing = today(&assisted).await;
        assert_eq!(standing["unpriced_models"], json!(["scripted"]));
        let doctor = async || {
            let seen = assisted.site.server.cli(&["doctor"]).await;
            seen["checks"].as_array().unwrap().iter().find(|check| check["name"] == "prices").unwrap().clone()
        };
        let check = doctor().await;
        assert!(check["status"] == "warn" && check["message"].as_str().unwrap().contains("scripted"), "{check}");
        let cost = standing["today"]["cost_usd"].as_f64().unwrap();
        assert!((cost - 0.015).abs() < 1e-9, "{cost}");

        let price = json!({"model": "scripted", "valid_from": "2020-01-01", "input_usd": 0.0, "output_usd": 0.0});
        assert_eq!(assisted.site.post(Some(&root.token), "/api/v1/platform/prices", &price).await.status, 204);
        theirs.say(visitor.session_id(), "and on Sunday?").await;
        read_reply(&mut theirs).await;
        let priced = today(&assisted).await;
        assert_eq!((&priced["unpriced_models"], &priced["today"]["cost_usd"]), (&json!([]), &json!(cost)), "0 is a price");
        assert_eq!(doctor().await["status"], "ok");
    }

    async fn an_unpriced_model_reaches_a_budget_too(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"daily_budget_usd": 0.05})).await;
        assisted.sim.set_default(Reply::text("At nine.").with_usage(5_000, 500, 0));
        let (visitor, mut theirs) = assisted.chatting().await;
        theirs.say(visitor.session_id(), "when do you open?").await;
        read_reply(&mut theirs).await;
        theirs.say(visitor.session_id(), "and on Sunday?").await;
        let second = outcome(&mut theirs).await;

        assert_eq!(second, Err("usage_limit_exceeded".to_owned()), "{}", today(&assisted).await);
        assert_eq!(assisted.sim.counts().received, 1);
    }

    async fn counts_that_cannot_be_are_estimated_and_do_not_stop_the_org(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.set(json!({"max_tokens_per_day": 50_000})).await;
        let (visitor, mut theirs) = assisted.chatting().await;
        for (number, usage) in [
            json!({"prompt_tokens": 2_000_000_000_u64, "completion_tokens": 3}),
            json!({"prompt_tokens": 9, "completion_tokens": 4_000_000}),
            json!({"prompt_tokens": 1_151, "completion_tokens": -35, "total_tokens": 1_116}),
            json!({"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 9e18}),
        ].into_iter().enumerate() {
            let words = json!({"choices": [{"delta": {"content": "At nine."}, "finish_reason": "stop"}]});
            let counts = json!({"choices": [], "usage": usage});
            assisted.sim.push(Reply::raw_stream(&format!("data: {words}\n\ndata: {counts}\n\ndata: [DONE]\n\n")));
            theirs.say(visitor.session_id(), &format!("question {number}?")).await;

            assert_eq!(read_reply(&mut theirs).await.1["content"], "At nine.", "{usage}");
        }
        let used = today(&assisted).await["today"]["total_tokens"].as_u64().unwrap();
        assert!((100..10_000).contains(&used), "{used}");
        assert_eq!(last_event(&assisted).await["estimated"], true);
    }
}
