//! Encodes a chat request for Anthropic's Messages API.

use super::contract::{ChatMessage, ChatRequest, Part, ToolCall};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// Stands before an assistant's greeting: a chat must begin with the user.
const OPENING: &str = "(The visitor has opened the chat.)";
/// The provider-specific field that stores a message's blocks verbatim.
pub(super) const BLOCKS: &str = "content_blocks";
/// Anthropic's range ends earlier than OpenAI's.
const TEMPERATURE_MAX: f32 = 1.0;

pub(super) fn message_request(request: ChatRequest) -> Value {
    let (mut system, mut messages) = (Vec::new(), Messages::default());
    for message in request.messages {
        match message {
            ChatMessage::System(text) => system.push(text),
            ChatMessage::User(parts) => messages.push("user", parts.into_iter().filter_map(block).collect()),
            ChatMessage::Assistant { text, tool_calls, own_fields } => {
                // Thoughts are signed with what stands around them: such a message goes back as it came.
                let own = own_fields.get(BLOCKS).and_then(Value::as_array).cloned();
                let words = text_block(&text).into_iter();
                let blocks = own.unwrap_or_else(|| words.chain(tool_calls.iter().map(call_block)).collect());
                messages.push("assistant", blocks);
            }
            ChatMessage::Tool { call_id, name: _, content } => {
                let id = safe_id(&call_id);
                let result = json!({ "type": "tool_result", "tool_use_id": id, "content": content });
                messages.push("user", vec![result]);
            }
        }
    }
    let mut body = json!({
        "model": request.model,
        "max_tokens": request.max_output_tokens,
        "messages": messages.into_json(),
        "stream": true,
    });
    if !system.is_empty() {
        body["system"] = json!(system.join("\n\n"));
    }
    if let Some(temperature) = request.temperature {
        body["temperature"] = json!(temperature.min(TEMPERATURE_MAX));
    }
    if !request.tools.is_empty() {
        let tools = request.tools.into_iter().map(
            |tool| json!({ "name": tool.name, "description": tool.description, "input_schema": tool.parameters }),
        );
        body["tools"] = tools.collect();
    }
    body
}

/// Messages whose roles alternate: neighbours of one role become one.
#[derive(Default)]
struct Messages(Vec<(&'static str, Vec<Value>)>);

impl Messages {
    fn push(&mut self, role: &'static str, blocks: Vec<Value>) {
        if blocks.is_empty() {
            return;
        }
        if self.0.is_empty() && role == "assistant" {
            self.0.push(("user", vec![json!({ "type": "text", "text": OPENING })]));
        }
        match self.0.last_mut() {
            Some((last, before)) if *last == role => before.extend(blocks),
            _ => self.0.push((role, blocks)),
        }
    }

    fn into_json(self) -> Value {
        self.0.into_iter().map(|(role, content)| json!({ "role": role, "content": content })).collect()
    }
}

fn block(part: Part) -> Option<Value> {
    match part {
        Part::Text(text) => text_block(&text),
        Part::Image { content_type, bytes } => {
            let source =
                json!({ "type": "base64", "media_type": content_type, "data": STANDARD.encode(bytes) });
            Some(json!({ "type": "image", "source": source }))
        }
    }
}

/// Blocks without words are refused.
fn text_block(text: &str) -> Option<Value> {
    (!text.trim().is_empty()).then(|| json!({ "type": "text", "text": text }))
}

/// Arguments must be an object, also those a model got wrong earlier in the chat.
pub(super) fn call_block(call: &ToolCall) -> Value {
    let input = serde_json::from_str::<Map<String, Value>>(&call.arguments)
        .map_or_else(|_| json!({ "unreadable": call.arguments }), Value::Object);
    json!({ "type": "tool_use", "id": safe_id(&call.id), "name": call.name, "input": input })
}

/// Another provider's id may have other characters; a call and its result are changed alike.
fn safe_id(id: &str) -> String {
    id.chars()
        .map(|one| if one.is_ascii_alphanumeric() || matches!(one, '_' | '-') { one } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::chat::OwnFields;
    use crate::providers::chat::ToolSpec;

    fn request(messages: Vec<ChatMessage>) -> ChatRequest {
        ChatRequest {
            model: "m".into(),
            messages,
            tools: Vec::new(),
            temperature: None,
            max_output_tokens: 9,
        }
    }

    fn said(text: &str, tool_calls: Vec<ToolCall>) -> ChatMessage {
        ChatMessage::Assistant { text: text.into(), tool_calls, own_fields: OwnFields::default() }
    }

    fn user(text: &str) -> ChatMessage {
        ChatMessage::User(vec![Part::Text(text.into())])
    }

    #[test]
    fn roles_alternate_and_begin_with_the_user() {
        let body = message_request(request(vec![
            ChatMessage::System("one".into()),
            said("hello", Vec::new()),
            user("a"),
            user(" "),
            user("b"),
            ChatMessage::System("two".into()),
        ]));

        let text = |text: &str| json!({ "type": "text", "text": text });
        assert_eq!(body["system"], "one\n\ntwo");
        assert_eq!(
            body["messages"],
            json!([
                { "role": "user", "content": [text(OPENING)] },
                { "role": "assistant", "content": [text("hello")] },
                { "role": "user", "content": [text("a"), text("b")] },
            ])
        );
    }

    #[test]
    fn calls_and_results_have_their_place() {
        let call = |id: &str, arguments: &str| ToolCall {
            id: id.into(),
            name: "look".into(),
            arguments: arguments.into(),
            ..ToolCall::default()
        };
        let result =
            |id: &str| ChatMessage::Tool { call_id: id.into(), name: "look".into(), content: "x".into() };
        let mut request = request(vec![
            user("a"),
            said("", vec![call("c.1", "{}"), call("c2", "oops")]),
            result("c.1"),
            result("c2"),
            user("b"),
        ]);
        request.temperature = Some(1.5);
        request.tools = vec![ToolSpec {
            name: "look".into(),
            description: "Looks.".into(),
            parameters: json!({ "type": "object" }),
        }];

        let body = message_request(request);

        let used =
            |id: &str, input: Value| json!({ "type": "tool_use", "id": id, "name": "look", "input": input });
        let answered = |id: &str| json!({ "type": "tool_result", "tool_use_id": id, "content": "x" });
        assert_eq!(
            body["messages"][1]["content"],
            json!([used("c_1", json!({})), used("c2", json!({ "unreadable": "oops" }))])
        );
        assert_eq!(
            body["messages"][2]["content"],
            json!([answered("c_1"), answered("c2"), { "type": "text", "text": "b" }])
        );
        assert_eq!(body["temperature"], 1.0);
        assert_eq!(body["tools"][0]["input_schema"], json!({ "type": "object" }));
    }
}
