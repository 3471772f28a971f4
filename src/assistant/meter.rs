//! Counts one call to a provider: its own numbers where it gives any, an estimate where it does not, or was cut.

use rooms::{ChannelId, ConversationId, OrgId};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::chain::ModelLink;
use super::service::{AssistantParts, Job};
use crate::providers::{ChatDone, ChatMessage, ChatRequest, Part, TokenUsage, estimate_tokens};
use crate::usage::{Usage, UsageEvent, UsageKind};

/// One call while it runs.
#[derive(Debug)]
pub(super) struct Meter {
    usage: Usage,
    org: OrgId,
    channel: Option<ChannelId>,
    conversation: Option<ConversationId>,
    provider: String,
    model: String,
    estimated_input: u64,
    heard: String,
    counted: Option<TokenUsage>,
    request_id: Option<String>,
    started: Instant,
    first_token_ms: Option<u64>,
}

impl Meter {
    pub(super) fn start(parts: &AssistantParts, job: Job, model: &ModelLink, request: &ChatRequest) -> Self {
        let (channel, conversation) = (Some(job.channel), Some(job.conversation));
        Self { channel, conversation, ..Self::start_trial(parts, job.org, model, request) }
    }

    /// Of a call that belongs to no conversation.
    pub(super) fn start_trial(
        parts: &AssistantParts,
        org: OrgId,
        model: &ModelLink,
        request: &ChatRequest,
    ) -> Self {
        Self {
            usage: parts.usage.clone(),
            org,
            channel: None,
            conversation: None,
            provider: model.provider.clone(),
            model: model.model.clone(),
            estimated_input: request.messages.iter().map(tokens_of).sum(),
            heard: String::new(),
            counted: None,
            request_id: None,
            started: Instant::now(),
            first_token_ms: None,
        }
    }

    pub(super) fn hear(&mut self, text: &str) {
        self.heard.push_str(text);
        let elapsed = elapsed_ms(self.started);
        self.first_token_ms.get_or_insert(elapsed);
    }

    pub(super) fn done(&mut self, done: &ChatDone) {
        self.counted = done.usage;
        self.request_id.clone_from(&done.request_id);
    }

    /// How long it has run, in milliseconds.
    pub(super) fn elapsed_ms(&self) -> u64 {
        elapsed_ms(self.started)
    }

    /// Records the call and gives its numbers for agents.
    pub(super) async fn finish(self, success: bool) -> Value {
        let is_estimate = self.counted.is_none();
        let counted = self.counted.unwrap_or(TokenUsage {
            input_tokens: self.estimated_input,
            output_tokens: estimate_tokens(&self.heard),
            cached_input_tokens: 0,
        });
        let latency_ms = elapsed_ms(self.started);
        let event = UsageEvent {
            org: self.org,
            channel: self.channel,
            conversation: self.conversation,
            request_id: self.request_id,
            endpoint: if self.provider == "anthropic" { "messages" } else { "chat/completions" },
            address: None,
            provider: self.provider,
            model: self.model.clone(),
            kind: UsageKind::Chat,
            input_tokens: counted.input_tokens,
            cached_input_tokens: counted.cached_input_tokens,
            cached_audio_tokens: 0,
            output_tokens: counted.output_tokens,
            audio_input_tokens: 0,
            audio_output_tokens: 0,
            duration_ms: 0,
            latency_ms,
            success,
            is_estimate,
        };
        let cost = self.usage.record(event).await;
        json!({
            "model": self.model,
            "input_tokens": counted.input_tokens,
            "cached_input_tokens": counted.cached_input_tokens,
            "output_tokens": counted.output_tokens,
            "cost_nano_usd": cost,
            "latency_ms": latency_ms,
            "first_token_ms": self.first_token_ms,
            "is_estimate": is_estimate,
        })
    }
}

/// The numbers of several calls together.
#[expect(clippy::cast_precision_loss, reason = "money for people to read")]
pub(super) fn sum(calls: &[Value]) -> Value {
    let total = |field: &str| calls.iter().filter_map(|call| call[field].as_u64()).sum::<u64>();
    json!({
        "model": calls.last().map(|call| call["model"].clone()),
        "calls": calls.len(),
        "input_tokens": total("input_tokens"),
        "cached_input_tokens": total("cached_input_tokens"),
        "output_tokens": total("output_tokens"),
        "cost_usd": total("cost_nano_usd") as f64 / 1e9,
        "latency_ms": total("latency_ms"),
        "first_token_ms": calls.iter().find_map(|call| call["first_token_ms"].as_u64()),
        "is_estimate": calls.iter().any(|call| call["is_estimate"] == true),
    })
}

fn tokens_of(message: &ChatMessage) -> u64 {
    match message {
        ChatMessage::System(text) | ChatMessage::Assistant { text, .. } => estimate_tokens(text),
        ChatMessage::Tool { content, .. } => estimate_tokens(content),
        ChatMessage::User(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => estimate_tokens(text),
                Part::Image { .. } => 0,
            })
            .sum(),
    }
}

fn elapsed_ms(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
