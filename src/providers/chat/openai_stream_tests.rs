//! What compatible servers vary, event by event.

use super::*;
use crate::providers::counts::TOKENS_MAX;
use serde_json::json;

fn read(chunks: &[Value]) -> Result<Vec<ChatItem>, ProviderError> {
    let mut reader = CompletionReader::new(Scrubber::new(None), None);
    let mut items = VecDeque::new();
    for chunk in chunks {
        reader.take(&chunk.to_string(), &mut items)?;
    }
    reader.finish(&mut items);
    Ok(items.into())
}

fn chunk_of_calls(calls: Value) -> Value {
    json!({ "choices": [{ "delta": { "tool_calls": calls } }] })
}

fn calls_of(chunks: &[Value]) -> Vec<ToolCall> {
    let items = read(chunks).unwrap();
    let calls = items.into_iter().filter_map(|item| match item {
        ChatItem::ToolCall(call) => Some(call),
        _ => None,
    });
    calls.collect()
}

fn usage_from(usage: Value) -> Option<TokenUsage> {
    let words = json!({ "choices": [{ "delta": { "content": "At ten." }, "finish_reason": "stop" }] });
    let items = read(&[words, json!({ "choices": [], "usage": usage })]).unwrap();
    assert!(matches!(&items[0], ChatItem::Text(text) if text == "At ten."));
    let Some(ChatItem::Done(done)) = items.last() else { panic!("the answer has no end") };
    done.usage
}

fn assert_two_calls(chunks: &[Value]) {
    let calls = calls_of(chunks);
    let told: Vec<_> = calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
    assert_eq!(told, [("find_room", r#"{"beds": 2}"#), ("read_menu", r#"{"day": "Monday"}"#)], "{chunks:?}");
    assert_ne!(calls[0].id, calls[1].id, "{chunks:?}");
}

#[test]
fn whole_calls_stay_apart_without_distinct_index_or_id() {
    for marks in [
        json!({}),
        json!({ "index": 0 }),
        json!({ "index": "0" }),
        json!({ "index": -1 }),
        json!({ "index": null, "id": "" }),
        json!({ "index": 0, "id": "call" }),
        json!({ "id": 7 }),
    ] {
        let mut room = marks.clone();
        room["function"] = json!({ "name": "find_room", "arguments": "{\"beds\": 2}" });
        let mut menu = marks;
        menu["function"] = json!({ "name": "read_menu", "arguments": "{\"day\": \"Monday\"}" });

        assert_two_calls(&[chunk_of_calls(json!([room, menu]))]);
        assert_two_calls(&[chunk_of_calls(json!([room])), chunk_of_calls(json!([menu]))]);
    }
}

#[test]
fn the_same_tool_twice_is_two_calls_and_a_repeated_call_is_one() {
    let call = |id: &str, beds: u32| json!([{ "index": 0, "id": id, "function": { "name": "find_room", "arguments": { "beds": beds } } }]);

    assert_eq!(calls_of(&[chunk_of_calls(call("", 1)), chunk_of_calls(call("", 2))]).len(), 2);
    assert_eq!(calls_of(&[chunk_of_calls(call("a", 1)), chunk_of_calls(call("a", 1))]).len(), 1);
}

#[test]
fn arguments_cut_at_every_byte_are_one_call_even_with_its_name_repeated() {
    let arguments = r#"{"a":{"b":{}},"c":"}{"}"#;
    for at in 0..=arguments.len() {
        for name in ["", "find_room"] {
            let piece = |name: &str, piece: &str| {
                chunk_of_calls(json!([{ "index": "0", "function": { "name": name, "arguments": piece } }]))
            };
            let (start, end) = arguments.split_at(at);

            let calls = calls_of(&[piece("find_room", start), piece(name, end)]);

            assert_eq!(calls.len(), 1, "cut at {at}");
            assert_eq!(calls[0].arguments, arguments, "cut at {at}");
        }
    }
}

#[test]
fn an_invented_id_has_nine_letters_and_digits() {
    let call = json!([{ "function": { "name": "find_room" } }]);

    let calls = calls_of(&[chunk_of_calls(call)]);

    assert_eq!(calls[0].id.len(), 9);
    assert!(calls[0].id.chars().all(|letter| letter.is_ascii_alphanumeric()));
}

#[test]
fn odd_usage_never_spoils_an_answer() {
    for odd in [
        json!("many"),
        json!([1, 2]),
        json!(7),
        json!({ "prompt_tokens": 9, "completion_tokens": -3 }),
        json!({ "prompt_tokens": [9], "completion_tokens": 3 }),
        json!({ "prompt_tokens": "NaN", "completion_tokens": 3 }),
    ] {
        assert_eq!(usage_from(odd.clone()), None, "{odd}");
    }
    for (usage, input, output, cached) in [
        (json!({ "prompt_tokens": 9.2, "completion_tokens": "3" }), 10, 3, 0),
        (json!({ "prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": "none" }), 9, 3, 0),
        (json!({ "prompt_tokens": 9, "completion_tokens": u64::MAX }), 9, TOKENS_MAX, 0),
        (json!({ "prompt_tokens": 9, "completion_tokens": 1e300 }), 9, TOKENS_MAX, 0),
        (json!({ "prompt_tokens": 9, "prompt_tokens_details": { "cached_tokens": 99 } }), 9, 0, 9),
    ] {
        let counted = TokenUsage { input_tokens: input, output_tokens: output, cached_input_tokens: cached };
        assert_eq!(usage_from(usage.clone()), Some(counted), "{usage}");
    }
}

#[test]
fn a_reason_that_names_a_failure_is_no_whole_answer() {
    for reason in ["error", "network_error", "abort", "cancelled", "server_error", "ERROR", "timeout"] {
        let chunk = json!({ "choices": [{ "delta": { "content": "We ope" }, "finish_reason": reason }] });

        assert_eq!(read(&[chunk]).unwrap_err(), ProviderError::Cut, "{reason}");
    }
}
