//! The test chat and the test of handoff words: answered as for a visitor, and nobody but the asker ever hears of it.

use serde_json::{Value, json};
use switchboard_sim::chat::{Fault, Reply};

use crate::assistant_log::turns;
use crate::on_both_databases;
use crate::support::receiver::Receiver;
use crate::support::{Assisted, Options, Site};

impl Assisted {
    async fn ask(&self, body: &Value) -> Value {
        let path = format!("/api/v1/channels/{}/assistant/test", self.site.org.channel_id);
        let answer = self.site.post(Some(&self.owner.token), &path, body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }
}

fn question(text: &str) -> Value {
    json!({ "messages": [{ "role": "visitor", "text": text }] })
}

async fn add_pair(site: &Site, token: &str, question: &str, answer: &str) {
    let body = json!({ "question": question, "answer": answer });
    let added = site.post(Some(token), "/api/v1/knowledge/pairs", &body).await;
    assert_eq!(added.status, 201, "{added:?}");
}

on_both_databases! {
    async fn a_test_shows_the_prompt_the_passages_the_tools_and_the_numbers(database: Database) {
        let assisted = Assisted::start(database).await;
        add_pair(&assisted.site, &assisted.owner.token, "When do you open?", "At nine.").await;
        assisted.set(json!({"instructions": "You sell lamps."})).await;
        assisted.sim.push(Reply::text("").with_tool_call("c1", "search", r#"{"query":"open"}"#).with_usage(100, 5, 0));
        assisted.sim.push(Reply::text("We open at nine [1].").with_usage(120, 6, 20));

        let messages = json!([
            {"role": "visitor", "text": "hello"},
            {"role": "assistant", "text": "Hello, I am Nova."},
            {"role": "visitor", "text": "when do you open?"},
        ]);
        let answer = assisted.ask(&json!({"messages": messages})).await;

        assert_eq!((&answer["outcome"], &answer["text"]), (&json!("answered"), &json!("We open at nine [1].")));
        assert_eq!((&answer["input_tokens"], &answer["output_tokens"]), (&json!(220), &json!(11)));
        assert_eq!(answer["passages"][0]["text"], "At nine.");
        assert!(answer["passages"][0]["score"].as_f64().unwrap() > 0.0);
        let calls = answer["calls"].as_array().unwrap();
        assert_eq!((calls.len(), &calls[0]["model"]), (2, &json!("scripted")));
        let prompt = calls[0]["messages"].as_array().unwrap();
        assert!(prompt[0]["role"] == "system" && prompt[0]["text"].as_str().unwrap().contains("You sell lamps."));
        assert_eq!(prompt.last().unwrap()["text"], "when do you open?");
        assert!(prompt.iter().any(|one| one["text"] == "Hello, I am Nova." && one["role"] == "assistant"));
        assert_eq!(calls[1]["messages"].as_array().unwrap().last().unwrap()["role"], "tool");
        assert_eq!((&answer["tools"][0]["name"], &answer["tools"][0]["run"]), (&json!("search"), &json!(true)));
        assert!(!answer.to_string().contains("sk-test"), "no key");
        let usage = assisted.site.get(Some(&assisted.owner.token), "/api/v1/usage").await;
        assert_eq!(usage.body["today"]["chat_requests"], 2, "it counts");
        let logged = turns(&assisted, "?test=true", 1).await;
        assert_eq!((&logged[0]["conversation_id"], &logged[0]["tools"]), (&Value::Null, &json!(["search"])));
        let database = &assisted.site.server.database;
        for table in ["conversations", "visitors", "entries", "tickets", "mails", "notifications", "webhook_deliveries"] {
            assert_eq!(database.read(&format!("select count(*) from {table}")), ["0"], "{table}");
        }
    }

    async fn tools_that_change_something_run_only_where_that_is_confirmed(database: Database) {
        let assisted = Assisted::start(database).await;
        let receiver = Receiver::start().await;
        let change = json!({"enabled": true, "url": receiver.url(), "secret": "a-secret-of-the-shop-0123456789"});
        assisted.site.patch(Some(&assisted.owner.token), "/api/v1/tools/get_order_status", &change).await;
        let order = r#"{"order_number":"4711"}"#;
        let script = || {
            assisted.sim.push(Reply::text("").with_tool_call("c1", "get_order_status", order));
            assisted.sim.push(Reply::text("It is on its way."));
        };

        script();
        let careful = assisted.ask(&question("where is my order 4711?")).await;
        assert_eq!((&careful["tools"][0]["run"], &careful["tools"][0]["success"]), (&json!(false), &json!(false)));
        script();
        let mut confirmed = question("where is my order 4711?");
        confirmed["run_all_tools"] = json!(true);
        let confirmed = assisted.ask(&confirmed).await;

        assert_eq!(confirmed["tools"][0]["run"], true);
        let got = receiver.received(1).await;
        assert_eq!((got.len(), &got[0].body["test"], &got[0].body["session_id"]), (1, &json!(true), &Value::Null));
    }

    async fn a_test_says_why_a_person_would_be_asked_for(database: Database) {
        let assisted = Assisted::start(database).await;
        let words = assisted.ask(&question("I want a human")).await;
        assert_eq!((&words["outcome"], &words["reason"], &words["words"]), (&json!("handed_over"), &json!("words"), &json!(["human"])));
        assert_eq!((words["calls"].as_array().unwrap().len(), assisted.sim.counts().received), (0, 0), "as live: nobody is asked");

        assisted.sim.push(Reply::text("").with_tool_call("c1", "hand_off_to_person", r#"{"reason":"a refund"}"#));
        assisted.sim.push(Reply::text("I get a person."));
        let tool = assisted.ask(&question("give me my money back")).await;
        assert_eq!((&tool["outcome"], &tool["reason"]), (&json!("handed_over"), &json!("a refund")));

        assisted.sim.set_default(Reply::text("").with_fault(Fault::status(500)));
        let failed = assisted.ask(&question("hello?")).await;
        assert_eq!((&failed["outcome"], &failed["reason"]), (&json!("failed"), &json!("provider_error")));
        assert!(failed["calls"][0]["error"].is_string(), "{failed}");

        assisted.set(json!({"max_chat_requests_per_day": 1})).await;
        let refused = assisted.ask(&question("hello?")).await;
        assert_eq!(refused["reason"], "usage_limit_exceeded");
    }

    async fn without_a_model_the_knowledge_answers_and_nothing_is_noted(database: Database) {
        let assisted = Assisted::start(database).await;
        assisted.remove_providers().await;
        add_pair(&assisted.site, &assisted.owner.token, "When do you open?", "At nine.").await;

        let known = assisted.ask(&question("When do you open?")).await;
        let unknown = assisted.ask(&question("Do you repair old typewriters made of wood?")).await;

        assert_eq!((&known["text"], &known["calls"]), (&json!("At nine."), &json!([])));
        assert_eq!((&unknown["outcome"], &unknown["reason"]), (&json!("handed_over"), &json!("no_answer")));
        let listed = assisted.site.get(Some(&assisted.owner.token), "/api/v1/knowledge/unanswered").await;
        assert_eq!(listed.body["items"], json!([]), "visitors have not asked it");
    }

    async fn a_sentence_is_tested_by_the_words_that_decide_live(database: Database) {
        let site = Site::unlimited(database).await;
        let owner = site.agent("owner").await;
        let path = |what: &str| format!("/api/v1/channels/{}/{what}", site.org.channel_id);
        let test = async |body: Value| site.post(Some(&owner.token), &path("handoff-test"), &body).await.body;
        let built_in = site.get(Some(&owner.token), &path("handoff-words")).await.body;
        assert_eq!(built_in["inherited_from"], "built_in");
        assert!(built_in["inherited"].as_array().unwrap().contains(&json!("human")));

        let hands_over = test(json!({"text": "Is there a HUMAN?"})).await;
        assert_eq!((&hands_over["hands_over"], &hands_over["words"], &hands_over["words_of"]), (&json!(true), &json!(["human"]), &json!("built_in")));
        let unsaved = test(json!({"text": "get me the boss", "handoff_words": ["boss"]})).await;
        assert_eq!((&unsaved["words"], &unsaved["words_of"]), (&json!(["boss"]), &json!("channel")));
        assert_eq!(test(json!({"text": "get me the boss"})).await["hands_over"], false);
        site.patch(Some(&owner.token), &path("settings"), &json!({"settings": {"high_priority_words": ["fire"]}})).await;
        let urgent = test(json!({"text": "there is fire"})).await;
        assert_eq!((&urgent["reason"], &urgent["words"]), (&json!("high_priority"), &json!(["fire"])));
        let own = format!("/api/v1/channels/{}", site.org.channel_id);
        site.patch(Some(&owner.token), &own, &json!({"handoff_enabled": false})).await;
        let off = test(json!({"text": "Is there a HUMAN?"})).await;
        assert_eq!((&off["hands_over"], &off["handoff_enabled"]), (&json!(false), &json!(false)));
        let empty = site.post(Some(&owner.token), &path("handoff-test"), &json!({"text": " "})).await;
        assert_eq!(empty.status, 400);
    }

    async fn tests_are_limited_for_each_member(database: Database) {
        let assisted = Assisted::with(database, Options::default().flag("--assistant-tests-per-minute", "1")).await;
        assisted.sim.set_default(Reply::text("Yes."));
        let path = format!("/api/v1/channels/{}/assistant/test", assisted.site.org.channel_id);
        assert_eq!(assisted.site.post(Some(&assisted.owner.token), &path, &question("hello?")).await.status, 200);

        let refused = assisted.site.post(Some(&assisted.owner.token), &path, &question("hello?")).await;

        assert_eq!((refused.status, refused.code()), (429, "rate_limited"));
        assert_eq!(assisted.sim.counts().received, 1);
    }
}
