//! What the tests of this room share: a gateway to loopback, endpoints at the scripted provider, and questions.

use super::chat::{ChatItem, ChatMessage, ChatRequest, ChatStream, Part, ToolSpec};
use super::endpoint::{Endpoint, ProviderKind};
use super::error::ProviderError;
use crate::config::Settings;
use crate::outbound::{Gateway, Trust};
use futures_util::StreamExt as _;
use secrecy::SecretString;
use serde_json::json;
use std::time::Duration;
use switchboard_sim::chat::ChatSim;

pub(super) const KEY: &str = "gk_Canary0123456789abcdefXYZ";

pub(super) fn gateway() -> Gateway {
    Gateway::new(&Settings::defaults())
}

pub(super) fn endpoint(sim: &ChatSim, kind: ProviderKind) -> Endpoint {
    let url = if kind == ProviderKind::Azure { sim.url() } else { sim.v1_url() };
    Endpoint {
        base_url: Some(url.parse().expect("the simulator's URL")),
        key: Some(SecretString::from(KEY)),
        ..Endpoint::new(kind, Trust::Platform)
    }
}

/// An endpoint that gives up quickly, but not before a busy machine has sent what it has.
pub(super) fn impatient(sim: &ChatSim, kind: ProviderKind) -> Endpoint {
    Endpoint { silence_timeout: Duration::from_millis(400), ..endpoint(sim, kind) }
}

pub(super) fn question(text: &str) -> ChatRequest {
    ChatRequest {
        model: "model-1".into(),
        messages: vec![
            ChatMessage::System("Be brief.".into()),
            ChatMessage::User(vec![Part::Text(text.into())]),
        ],
        tools: Vec::new(),
        temperature: Some(0.5),
        max_output_tokens: 100,
    }
}

pub(super) fn order_tool() -> ToolSpec {
    ToolSpec {
        name: "look_up_order".into(),
        description: "Finds an order by its number.".into(),
        parameters: json!({ "type": "object", "properties": { "number": { "type": "integer" } } }),
    }
}

/// Everything a stream gives: its items, and the error it ends with.
pub(super) async fn read(mut stream: ChatStream) -> (Vec<ChatItem>, Option<ProviderError>) {
    let mut items = Vec::new();
    while let Some(item) = stream.next().await {
        match item {
            Ok(item) => items.push(item),
            Err(error) => {
                assert!(stream.next().await.is_none(), "nothing comes after an error");
                return (items, Some(error));
            }
        }
    }
    (items, None)
}

pub(super) fn text_of(items: &[ChatItem]) -> String {
    let texts = items.iter().filter_map(|item| match item {
        ChatItem::Text(text) => Some(text.as_str()),
        ChatItem::ToolCall(_) | ChatItem::Done(_) => None,
    });
    texts.collect()
}
