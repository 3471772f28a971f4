//! Encodes a chat request for the Chat Completions API, with async-openai's types.

use super::contract::{ChatMessage, ChatRequest, Part, ToolCall, ToolSpec};
use super::own_fields::OwnFields;
use crate::providers::endpoint::ProviderKind;
use crate::providers::error::ProviderError;
use async_openai::types::chat::{
    ChatCompletionMessageToolCall, ChatCompletionMessageToolCalls, ChatCompletionRequestAssistantMessage,
    ChatCompletionRequestAssistantMessageContent, ChatCompletionRequestMessage,
    ChatCompletionRequestMessageContentPartImage, ChatCompletionRequestMessageContentPartText,
    ChatCompletionRequestSystemMessage, ChatCompletionRequestSystemMessageContent,
    ChatCompletionRequestToolMessage, ChatCompletionRequestToolMessageContent,
    ChatCompletionRequestUserMessage, ChatCompletionRequestUserMessageContent,
    ChatCompletionRequestUserMessageContentPart, ChatCompletionStreamOptions, ChatCompletionTool,
    ChatCompletionTools, CreateChatCompletionRequest, FunctionCall, FunctionObject, ImageUrl,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What some servers refuse a whole request for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// Ask for the count of tokens at the end of the stream.
    Asked,
    /// Do not mention it.
    LeftOut,
}

/// How much of a request is written; some servers refuse a whole request for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) counting: Counting,
    /// Whether the provider's own fields go back to it.
    pub(super) sends_own_fields: bool,
}

/// A request as JSON, with the provider's own fields where it is to have them back.
///
/// # Errors
/// When the request cannot be written as JSON, which its types rule out.
pub(super) fn completion_body(
    mut request: ChatRequest,
    kind: ProviderKind,
    extent: Extent,
) -> Result<Value, ProviderError> {
    request.messages = joined(request.messages);
    let own: Vec<_> = request.messages.iter().map(own_fields).collect();
    let written = serde_json::to_value(completion_request(request, kind, extent.counting));
    let mut body = written.map_err(|_| ProviderError::Malformed { reason: "the request is not JSON" })?;
    let messages = body["messages"].as_array_mut().into_iter().flatten();
    for (message, (own, calls)) in messages.zip(own).filter(|_| extent.sends_own_fields) {
        own.write_into(message);
        let written = message.get_mut("tool_calls").and_then(Value::as_array_mut);
        for (call, own) in written.into_iter().flatten().zip(calls) {
            own.write_into(call);
        }
    }
    Ok(body)
}

/// Tells whether a request holds fields of the provider's own.
pub(super) fn has_own_fields(request: &ChatRequest) -> bool {
    let has = |(own, calls): (OwnFields, Vec<OwnFields>)| {
        !own.is_empty() || calls.iter().any(|call| !call.is_empty())
    };
    request.messages.iter().map(own_fields).any(has)
}

fn own_fields(message: &ChatMessage) -> (OwnFields, Vec<OwnFields>) {
    match message {
        ChatMessage::Assistant { own_fields, tool_calls, .. } => {
            (own_fields.clone(), tool_calls.iter().map(|call| call.own_fields.clone()).collect())
        }
        ChatMessage::System(_) | ChatMessage::User(_) | ChatMessage::Tool { .. } => {
            (OwnFields::default(), Vec::new())
        }
    }
}

fn completion_request(
    request: ChatRequest,
    kind: ProviderKind,
    counting: Counting,
) -> CreateChatCompletionRequest {
    let options = ChatCompletionStreamOptions { include_usage: Some(true), include_obfuscation: None };
    let tools: Vec<ChatCompletionTools> = request.tools.into_iter().map(tool).collect();
    let base = CreateChatCompletionRequest {
        model: request.model,
        messages: request.messages.into_iter().map(message).collect(),
        temperature: request.temperature,
        tools: (!tools.is_empty()).then_some(tools),
        stream: Some(true),
        stream_options: (counting == Counting::Asked).then_some(options),
        ..CreateChatCompletionRequest::default()
    };
    let limit = Some(request.max_output_tokens);
    if kind == ProviderKind::Compatible {
        #[expect(deprecated, reason = "compatible servers know the older name only, and ignore the newer")]
        return CreateChatCompletionRequest { max_tokens: limit, ..base };
    }
    CreateChatCompletionRequest { max_completion_tokens: limit, ..base }
}

/// Joins neighbouring messages of one role: the templates of some models take roles only in turn, and refuse every
/// other request.
fn joined(messages: Vec<ChatMessage>) -> Vec<ChatMessage> {
    let mut joined: Vec<ChatMessage> = Vec::with_capacity(messages.len());
    for message in messages {
        match (joined.last_mut(), message) {
            (Some(ChatMessage::System(before)), ChatMessage::System(text)) => {
                before.push_str("\n\n");
                before.push_str(&text);
            }
            (Some(ChatMessage::User(before)), ChatMessage::User(parts)) => before.extend(parts),
            (
                Some(ChatMessage::Assistant {
                    text: before,
                    tool_calls: calls_before,
                    own_fields: own_before,
                }),
                ChatMessage::Assistant { text, tool_calls, own_fields },
            ) if calls_before.is_empty() => {
                before.push_str("\n\n");
                before.push_str(&text);
                *calls_before = tool_calls;
                *own_before = own_fields;
            }
            (_, message) => joined.push(message),
        }
    }
    joined
}

fn message(message: ChatMessage) -> ChatCompletionRequestMessage {
    match message {
        ChatMessage::System(text) => ChatCompletionRequestSystemMessage {
            content: ChatCompletionRequestSystemMessageContent::Text(text),
            name: None,
        }
        .into(),
        ChatMessage::User(parts) => {
            ChatCompletionRequestUserMessage { content: user_content(parts), name: None }.into()
        }
        ChatMessage::Assistant { text, tool_calls, own_fields: _ } => {
            let calls: Vec<_> = tool_calls.into_iter().map(call).collect();
            let has_text = !text.is_empty() || calls.is_empty();
            ChatCompletionRequestAssistantMessage {
                content: has_text.then_some(ChatCompletionRequestAssistantMessageContent::Text(text)),
                tool_calls: (!calls.is_empty()).then_some(calls),
                ..ChatCompletionRequestAssistantMessage::default()
            }
            .into()
        }
        ChatMessage::Tool { call_id, name: _, content } => ChatCompletionRequestToolMessage {
            content: ChatCompletionRequestToolMessageContent::Text(content),
            tool_call_id: call_id,
        }
        .into(),
    }
}

/// Words alone stay a string: some compatible servers know no parts.
fn user_content(parts: Vec<Part>) -> ChatCompletionRequestUserMessageContent {
    let is_text = |part: &Part| matches!(part, Part::Text(_));
    if parts.iter().all(is_text) {
        let texts: Vec<String> = parts
            .into_iter()
            .filter_map(|part| match part {
                Part::Text(text) => Some(text),
                Part::Image { .. } => None,
            })
            .collect();
        return ChatCompletionRequestUserMessageContent::Text(texts.join("\n"));
    }
    ChatCompletionRequestUserMessageContent::Array(parts.into_iter().map(part).collect())
}

fn part(part: Part) -> ChatCompletionRequestUserMessageContentPart {
    match part {
        Part::Text(text) => ChatCompletionRequestMessageContentPartText::from(text).into(),
        Part::Image { content_type, bytes } => {
            let url = format!("data:{content_type};base64,{}", STANDARD.encode(bytes));
            ChatCompletionRequestMessageContentPartImage {
                image_url: ImageUrl { url, detail: None },
                ..ChatCompletionRequestMessageContentPartImage::default()
            }
            .into()
        }
    }
}

fn call(call: ToolCall) -> ChatCompletionMessageToolCalls {
    let function = FunctionCall { name: call.name, arguments: call.arguments };
    ChatCompletionMessageToolCalls::Function(ChatCompletionMessageToolCall { id: call.id, function })
}

fn tool(tool: ToolSpec) -> ChatCompletionTools {
    let function = FunctionObject {
        name: tool.name,
        description: Some(tool.description),
        parameters: Some(tool.parameters),
        strict: None,
    };
    ChatCompletionTools::Function(ChatCompletionTool { function })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(kind: ProviderKind, request: ChatRequest) -> Value {
        completion_body(request, kind, Extent { counting: Counting::Asked, sends_own_fields: true }).unwrap()
    }

    fn request(messages: Vec<ChatMessage>) -> ChatRequest {
        ChatRequest {
            model: "m".into(),
            messages,
            tools: Vec::new(),
            temperature: None,
            max_output_tokens: 9,
        }
    }

    #[test]
    fn only_what_was_asked_for_is_written() {
        let body =
            written(ProviderKind::OpenAi, request(vec![ChatMessage::User(vec![Part::Text("hi".into())])]));

        let expected = json!({
            "model": "m",
            "messages": [{ "role": "user", "content": "hi" }],
            "max_completion_tokens": 9,
            "stream": true,
            "stream_options": { "include_usage": true },
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn compatible_servers_get_the_older_name_of_the_limit() {
        let body = written(ProviderKind::Compatible, request(Vec::new()));

        assert_eq!(body["max_tokens"], 9);
        assert_eq!(body.get("max_completion_tokens"), None);
    }

    #[test]
    fn calls_results_and_pictures_have_their_place() {
        let call =
            ToolCall { id: "c1".into(), name: "look".into(), arguments: "{}".into(), ..ToolCall::default() };
        let image = Part::Image { content_type: "image/png".into(), bytes: vec![1, 2, 3].into() };
        let body = written(
            ProviderKind::Azure,
            request(vec![
                ChatMessage::System("rules".into()),
                ChatMessage::User(vec![Part::Text("see".into()), image]),
                ChatMessage::Assistant {
                    text: String::new(),
                    tool_calls: vec![call],
                    own_fields: OwnFields::default(),
                },
                ChatMessage::Tool { call_id: "c1".into(), name: "look".into(), content: "found".into() },
            ]),
        );

        let function = json!({ "name": "look", "arguments": "{}" });
        let expected = json!([
            { "role": "system", "content": "rules" },
            { "role": "user", "content": [
                { "type": "text", "text": "see" },
                { "type": "image_url", "image_url": { "url": "data:image/png;base64,AQID" } },
            ]},
            { "role": "assistant", "tool_calls": [{ "id": "c1", "type": "function", "function": function }] },
            { "role": "tool", "tool_call_id": "c1", "content": "found" },
        ]);
        assert_eq!(body["messages"], expected);
    }
}
