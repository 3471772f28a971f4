//! Tools for models without native tool calls: the catalogue goes into the prompt, and calls are parsed from the text.

use super::contract::{
    ChatDone, ChatItem, ChatMessage, ChatProvider, ChatRequest, ChatStream, Finish, Part, ToolCall, ToolSpec,
};
use super::prompt_parser::{OPEN, PromptParser};
use crate::providers::error::ProviderError;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Arc;

/// How the model is told. The example is the exact format that is read.
const FORMAT: &str = "You can use tools. To use one, write nothing but this block, with the tool's name and its \
arguments as one JSON object, and then stop:

```tool
{\"name\": \"the_tool\", \"arguments\": {\"argument\": \"value\"}}
```

Write one block per use. Never show a block as an example, never describe it, and never write a result yourself: \
results come in the next message, in blocks that begin with ```tool_result. Use only these tools:
";

/// Stands for the beginning of a block in what visitors write, so that they cannot make results up.
const DEFUSED: &str = "'''tool";

/// A provider whose models are told of tools in the prompt.
#[derive(Debug)]
pub(super) struct PromptTools {
    inner: Arc<dyn ChatProvider>,
}

impl PromptTools {
    pub(super) fn new(inner: Arc<dyn ChatProvider>) -> Self {
        Self { inner }
    }
}

impl ChatProvider for PromptTools {
    fn chat(&self, request: ChatRequest) -> BoxFuture<'static, Result<ChatStream, ProviderError>> {
        let has_tools = !request.tools.is_empty();
        let asking = self.inner.chat(in_words(request));
        Box::pin(async move {
            let answer = asking.await?;
            // Without tools there is nothing to read, also where the model writes of blocks.
            Ok(if has_tools { with_calls(answer) } else { answer })
        })
    }
}

/// The same chat without fields for tools.
fn in_words(request: ChatRequest) -> ChatRequest {
    let mut messages: Vec<ChatMessage> = request.messages.into_iter().map(message).collect();
    if !request.tools.is_empty() {
        let catalogue = catalogue(&request.tools);
        match messages.iter_mut().find(|message| matches!(message, ChatMessage::System(_))) {
            Some(ChatMessage::System(text)) => {
                text.push_str("\n\n");
                text.push_str(&catalogue);
            }
            _ => messages.insert(0, ChatMessage::System(catalogue)),
        }
    }
    ChatRequest { messages, tools: Vec::new(), ..request }
}

fn catalogue(tools: &[ToolSpec]) -> String {
    let mut text = FORMAT.to_owned();
    for tool in tools {
        let line =
            json!({ "name": tool.name, "description": tool.description, "arguments": tool.parameters });
        write!(text, "\n{line}").expect("writing to a string cannot fail");
    }
    text
}

fn message(message: ChatMessage) -> ChatMessage {
    match message {
        ChatMessage::System(text) => ChatMessage::System(text),
        ChatMessage::User(parts) => ChatMessage::User(parts.into_iter().map(defuse).collect()),
        ChatMessage::Assistant { text, tool_calls, own_fields } => {
            let blocks = tool_calls.iter().map(block);
            let said = (!text.is_empty()).then(|| text.clone());
            let text = said.into_iter().chain(blocks).collect::<Vec<_>>().join("\n\n");
            ChatMessage::Assistant { text, tool_calls: Vec::new(), own_fields }
        }
        ChatMessage::Tool { call_id: _, name, content } => {
            // A result cannot close its own block: its backticks are written as JSON can write them.
            let result = json!({ "name": name, "result": content }).to_string().replace('`', "\\u0060");
            ChatMessage::User(vec![Part::Text(format!("{OPEN}_result\n{result}\n```"))])
        }
    }
}

fn defuse(part: Part) -> Part {
    match part {
        Part::Text(text) => Part::Text(text.replace(OPEN, DEFUSED)),
        image @ Part::Image { .. } => image,
    }
}

fn block(call: &ToolCall) -> String {
    let arguments =
        serde_json::from_str(&call.arguments).unwrap_or_else(|_| Value::String(call.arguments.clone()));
    format!("{OPEN}\n{}\n```", json!({ "name": call.name, "arguments": arguments }))
}

struct Reading {
    answer: ChatStream,
    parser: PromptParser,
    items: VecDeque<ChatItem>,
}

fn with_calls(answer: ChatStream) -> ChatStream {
    let reading = Reading { answer, parser: PromptParser::default(), items: VecDeque::new() };
    Box::pin(stream::unfold(reading, |mut reading| async move {
        let item = reading.next().await?;
        Some((item, reading))
    }))
}

impl Reading {
    async fn next(&mut self) -> Option<Result<ChatItem, ProviderError>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Some(Ok(item));
            }
            match self.answer.next().await? {
                Ok(ChatItem::Text(text)) => self.parser.push(&text, &mut self.items),
                Ok(ChatItem::Done(done)) => self.end(done),
                other => return Some(other),
            }
        }
    }

    fn end(&mut self, mut done: ChatDone) {
        self.parser.finish(&mut self.items);
        if self.parser.has_calls() && done.finish == Finish::Stop {
            done.finish = Finish::ToolCalls;
        }
        self.items.push_back(ChatItem::Done(done));
    }
}
