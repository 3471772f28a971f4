//! What real servers make of chat completions and messages, over a real server: nothing of it is the visitor's trouble.

use serde_json::{Value, json};
use switchboard_sim::chat::{Fault, Reply};

use crate::on_both_databases;
use crate::support::{Assisted, Database, read_reply};

fn stream_of(events: &[Value]) -> Reply {
    let events: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    Reply::raw_stream(&format!("{events}data: [DONE]\n\n"))
}

fn chunk(delta: Value, finish: Option<&str>) -> Value {
    json!({"id": "c1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
}

/// Events as Anthropic sends them.
fn message_of(events: &[Value]) -> Reply {
    let one = |event: &Value| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap());
    Reply::raw_stream(&events.iter().map(one).collect::<String>())
}

async fn with_anthropic(database: Database) -> Assisted {
    let assisted = Assisted::start(database).await;
    assisted.remove_providers().await;
    let fields = json!({"kind": "anthropic", "name": "claude", "base_url": assisted.sim.v1_url(), "model": "scripted", "key": "sk-test-0123456789abcdef"});
    let made = assisted.site.post(Some(&assisted.owner.token), "/api/v1/providers", &fields).await;
    assert_eq!(made.status, 201, "{made:?}");
    assisted
}

async fn answer(assisted: &Assisted) -> Value {
    let (visitor, mut theirs) = assisted.chatting().await;
    theirs.say(visitor.session_id(), "when do you open?").await;
    read_reply(&mut theirs).await.1
}

on_both_databases! {
    async fn a_providers_own_fields_go_back_to_it_between_the_rounds_and_nowhere_else(database: Database) {
        let assisted = Assisted::start(database).await;
        let signature = json!({"google": {"thought_signature": "c2lnbmVk"}});
        let call = json!({"index": 0, "id": "call_b", "type": "function", "extra_content": signature, "function": {"name": "search", "arguments": "{\"query\":\"hours\"}", "provider_specific_fields": {"seal": "x"}}});
        let other = json!({"index": 1, "id": "call_c", "type": "function", "function": {"name": "search", "arguments": "{\"query\":\"days\"}"}});
        assisted.sim.push(stream_of(&[
            chunk(json!({"role": "assistant", "reasoning_content": "They ask ", "extra_content": {"google": {"thought": true}}}), None),
            chunk(json!({"reasoning_content": "for hours."}), None),
            chunk(json!({"reasoning_details": [{"type": "reasoning.encrypted", "index": 0, "data": "ZW5j"}]}), None),
            chunk(json!({"tool_calls": [call, other]}), None),
            chunk(json!({}), Some("tool_calls")),
        ]));
        assisted.sim.push(Reply::text("At nine."));

        let entry = answer(&assisted).await;
        let asked = assisted.sim.requests();
        let messages = asked[1].body["messages"].as_array().unwrap().clone();
        let sent = messages.iter().find(|message| message["role"] == "assistant").unwrap();

        assert_eq!(entry["content"], "At nine.");
        assert_eq!(sent["reasoning_content"], "They ask for hours.");
        assert_eq!(sent["extra_content"], json!({"google": {"thought": true}}));
        assert_eq!(sent["reasoning_details"], json!([{"type": "reasoning.encrypted", "index": 0, "data": "ZW5j"}]));
        assert_eq!(sent["tool_calls"][0]["extra_content"], signature);
        assert_eq!(sent["tool_calls"][0]["function"]["provider_specific_fields"], json!({"seal": "x"}));
        assert!(sent["tool_calls"][1].get("extra_content").is_none(), "{sent}");
        assert!(!entry.to_string().contains("They ask"), "thoughts are nobody's to read");
        let again = answer(&assisted).await;
        assert!(again["content"].is_string() && !assisted.sim.last_request().unwrap().contains("They ask"));
    }

    async fn signed_thoughts_go_back_as_they_came(database: Database) {
        let assisted = with_anthropic(database).await;
        assisted.sim.push(message_of(&[
            json!({"type": "message_start", "message": {"model": "m", "usage": {"input_tokens": 30, "cache_read_input_tokens": 50, "cache_creation_input_tokens": 20, "output_tokens": 1}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "They ask "}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "for hours."}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "c2ln"}}),
            json!({"type": "content_block_stop", "index": 0}),
            json!({"type": "content_block_start", "index": 1, "content_block": {"type": "redacted_thinking", "data": "ZW5j"}}),
            json!({"type": "content_block_stop", "index": 1}),
            json!({"type": "content_block_start", "index": 2, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "content_block_delta", "index": 2, "delta": {"type": "text_delta", "text": "One moment. "}}),
            json!({"type": "content_block_stop", "index": 2}),
            json!({"type": "content_block_start", "index": 3, "content_block": {"type": "tool_use", "id": "toolu_1", "name": "search", "input": {}}}),
            json!({"type": "content_block_delta", "index": 3, "delta": {"type": "input_json_delta", "partial_json": "{\"query\":\"hours\"}"}}),
            json!({"type": "content_block_stop", "index": 3}),
            json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 40}}),
            json!({"type": "message_stop"}),
        ]));
        assisted.sim.push(Reply::text("At nine.").with_usage(200, 5, 0));

        let entry = answer(&assisted).await;
        let asked = assisted.sim.requests();
        let messages = asked[1].body["messages"].as_array().unwrap().clone();
        let sent = messages.iter().rfind(|message| message["role"] == "assistant").unwrap();

        assert_eq!(entry["content"], "One moment. At nine.");
        assert_eq!(sent["content"], json!([
            {"type": "thinking", "thinking": "They ask for hours.", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "ZW5j"},
            {"type": "text", "text": "One moment. "},
            {"type": "tool_use", "id": "toolu_1", "name": "search", "input": {"query": "hours"}},
        ]));
        let usage = assisted.site.get(Some(&assisted.owner.token), "/api/v1/usage").await.body;
        assert_eq!(usage["today"]["total_tokens"], 100 + 40 + 205, "cached tokens are part of the input: {usage}");
    }

    async fn a_provider_that_is_busy_inside_its_stream_is_asked_once_more(database: Database) {
        let assisted = with_anthropic(database).await;
        let start = json!({"type": "message_start", "message": {"model": "m", "usage": {"input_tokens": 3, "output_tokens": 0}}});
        let busy = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
        assisted.sim.push(message_of(&[start.clone(), busy.clone()]));
        assert_eq!(answer(&assisted).await["content"], "This is the scripted answer.", "the second try answers");
        assert_eq!(assisted.sim.counts().received, 2);

        assisted.sim.push(message_of(&[start.clone(), busy.clone()]));
        assisted.sim.push(message_of(&[start, busy]));
        let (visitor, mut theirs) = assisted.chatting().await;
        theirs.say(visitor.session_id(), "when do you open?").await;
        let told = theirs.event("ai:error").await;
        assert_eq!((&told["code"], &told["retry"]), (&json!("provider_error"), &json!(true)));
        assert_eq!(assisted.sim.counts().received, 4, "once more and not for ever");
    }

    async fn a_completion_that_breaks_before_its_first_word_is_asked_for_once_more_and_after_it_never(database: Database) {
        let assisted = Assisted::start(database).await;
        for broken in [
            stream_of(&[chunk(json!({"role": "assistant", "content": ""}), None), json!({"error": {"message": "Service overloaded", "code": 503}})]),
            stream_of(&[chunk(json!({"role": "assistant", "reasoning_content": "Hm."}), None), json!({"error": {"message": "slow down", "type": "rate_limit_error"}})]),
            stream_of(&[chunk(json!({"role": "assistant"}), None), chunk(json!({"content": ""}), Some("error"))]),
        ] {
            let before = assisted.sim.counts().received;
            assisted.sim.push(broken);
            assert_eq!(answer(&assisted).await["content"], "This is the scripted answer.");
            assert_eq!(assisted.sim.counts().received, before + 2);
        }
        let before = assisted.sim.counts().received;
        assisted.sim.push(Reply::text("We open at ").with_fault(Fault::ErrorAfter(2, "server_error".into(), "gone".into())));
        let (visitor, mut theirs) = assisted.chatting().await;
        theirs.say(visitor.session_id(), "when do you open?").await;
        assert_eq!(theirs.event("ai:error").await["code"], "provider_error");
        assert_eq!(assisted.sim.counts().received, before + 1, "what was said is not said twice");
    }

    async fn a_server_that_does_not_take_its_own_fields_back_gets_the_request_without_them(database: Database) {
        let assisted = Assisted::start(database).await;
        let call = json!({"index": 0, "id": "c1", "function": {"name": "search", "arguments": "{\"query\":\"hours\"}"}});
        assisted.sim.push(stream_of(&[
            chunk(json!({"reasoning": "Hm.", "tool_calls": [call]}), None),
            chunk(json!({}), Some("tool_calls")),
        ]));
        assisted.sim.push(Reply::fault(Fault::refusal(400, "invalid", "messages.2: property 'reasoning' is unsupported")));
        assisted.sim.push(Reply::text("At nine."));

        assert_eq!(answer(&assisted).await["content"], "At nine.");
        let asked = assisted.sim.requests();
        assert!(asked[1].contains("Hm.") && !asked[2].contains("Hm."));
    }
}
