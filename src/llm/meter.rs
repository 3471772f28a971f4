//! Meters one request to a provider by the counts it reports, or by an estimate if it reports none or was cancelled.

use rooms::{ChannelId, ConversationId, OrgId};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Llm, ModelLink};
use crate::clock;
use crate::providers::{
    ChatDone, ChatMessage, ChatRequest, FRAME_TOKENS, Part, TokenUsage, count_at_most, estimate_tokens,
};
use crate::usage::{Expected, Refused, Reservation, UsageEvent, UsageKind};
use crate::wire::ReplyUsage;

/// Maximum tokens of a picture: the small models of OpenAI count 2,833 and 5,667 for each of 8 tiles.
const PICTURE_MAX_TOKENS: u64 = 50_000;
/// Estimated tokens of a picture, about what most models count for a photo.
const PICTURE_TOKENS: u64 = 1_500;
/// Hidden thoughts that a server may count beyond the limit it was given.
const THOUGHTS_MAX_TOKENS: u64 = 32_768;

/// For whom a call is made.
#[derive(Debug, Clone, Copy)]
pub struct CallOf {
    /// Whose limits and whose cost.
    pub org: OrgId,
    /// The channel, where the call belongs to one.
    pub channel: Option<ChannelId>,
    /// The conversation, where the call belongs to one.
    pub conversation: Option<ConversationId>,
}

impl CallOf {
    /// A call that belongs to no conversation, such as the trial of a provider.
    #[must_use]
    pub fn org(org: OrgId) -> Self {
        Self { org, channel: None, conversation: None }
    }
}

/// One call while it runs.
#[derive(Debug)]
pub struct Meter {
    of: CallOf,
    provider: String,
    model: String,
    reservation: Reservation,
    estimated_input: u64,
    /// What a provider can count at most and be believed.
    plausible_input: u64,
    plausible_output: u64,
    heard: String,
    counted: Option<TokenUsage>,
    request_id: Option<String>,
    started: Instant,
    first_token_ms: Option<u64>,
}

impl Meter {
    /// Sets aside what the call may cost at most, where it may be made.
    ///
    /// # Errors
    /// [`Refused`] beyond a limit of the org.
    pub async fn start(
        llm: &Llm,
        of: CallOf,
        model: &ModelLink,
        request: &ChatRequest,
    ) -> Result<Self, Refused> {
        let size = Size::of(request);
        let expected = Expected {
            model: &model.model,
            input_tokens: count_at_most(size.tokens) + FRAME_TOKENS + size.pictures * PICTURE_MAX_TOKENS,
            output_tokens: u64::from(request.max_output_tokens),
            is_spoken: false,
            billed_ms: 0,
        };
        Ok(Self {
            reservation: llm.usage().reserve(of.org, UsageKind::Chat, &expected).await?,
            of,
            provider: model.provider.clone(),
            model: model.model.clone(),
            estimated_input: size.tokens + size.pictures * PICTURE_TOKENS,
            // A token is at least one byte; the allowance for message framing is doubled.
            plausible_input: 2 * (size.bytes + FRAME_TOKENS) + size.pictures * PICTURE_MAX_TOKENS + 8_192,
            plausible_output: u64::from(request.max_output_tokens) + THOUGHTS_MAX_TOKENS,
            heard: String::new(),
            counted: None,
            request_id: None,
            started: clock::instant(),
            first_token_ms: None,
        })
    }

    /// Counts a piece of the answer.
    pub fn count_text(&mut self, text: &str) {
        self.heard.push_str(text);
        let elapsed = elapsed_ms(self.started);
        self.first_token_ms.get_or_insert(elapsed);
    }

    /// Takes over the provider's own counts.
    pub fn done(&mut self, done: &ChatDone) {
        self.counted = done.usage;
        self.request_id.clone_from(&done.request_id);
    }

    /// How long it has run, in milliseconds.
    #[must_use]
    pub fn elapsed_ms(&self) -> u64 {
        elapsed_ms(self.started)
    }

    /// Whether the provider's counts can be those of this call; where they cannot, the estimate counts.
    fn is_plausible(&self, counted: &TokenUsage) -> bool {
        let most_output = self.plausible_output.max(self.heard.len() as u64);
        let is_plausible =
            counted.input_tokens <= self.plausible_input && counted.output_tokens <= most_output;
        if !is_plausible {
            let (org, input, output) = (self.of.org, counted.input_tokens, counted.output_tokens);
            tracing::warn!(org.id = %org, model = self.model, input, output, "a provider of org {org} reported an impossible token count; the request is metered by estimate");
        }
        is_plausible
    }

    /// Records the call and gives its numbers for agents.
    pub async fn finish(self, success: bool) -> Value {
        let counted = self.counted.filter(|counted| self.is_plausible(counted));
        let is_estimate = counted.is_none();
        let counted = counted.unwrap_or(TokenUsage {
            input_tokens: self.estimated_input,
            output_tokens: estimate_tokens(&self.heard),
            cached_input_tokens: 0,
        });
        let latency_ms = elapsed_ms(self.started);
        let endpoint = if self.provider == "anthropic" { "messages" } else { "chat/completions" };
        let model = self.model.clone();
        let event = UsageEvent {
            channel: self.of.channel,
            conversation: self.of.conversation,
            request_id: self.request_id,
            input_tokens: counted.input_tokens,
            cached_input_tokens: counted.cached_input_tokens,
            output_tokens: counted.output_tokens,
            latency_ms,
            success,
            is_estimate,
            ..UsageEvent::blank(self.of.org, UsageKind::Chat, self.provider, self.model, endpoint)
        };
        let cost = self.reservation.settle(event).await;
        json!({
            "model": model,
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
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "money for people to read")]
pub fn sum_of_calls(calls: &[Value]) -> Value {
    let total = |field: &str| calls.iter().filter_map(|call| call[field].as_u64()).sum::<u64>();
    json!(ReplyUsage {
        model: calls.last().and_then(|call| call["model"].as_str()).map(str::to_owned),
        calls: calls.len(),
        input_tokens: total("input_tokens"),
        cached_input_tokens: total("cached_input_tokens"),
        output_tokens: total("output_tokens"),
        cost_usd: total("cost_nano_usd") as f64 / 1e9,
        latency_ms: total("latency_ms"),
        first_token_ms: calls.iter().find_map(|call| call["first_token_ms"].as_u64()),
        is_estimate: calls.iter().any(|call| call["is_estimate"] == true),
    })
}

/// How large a request is.
#[derive(Debug, Default)]
struct Size {
    tokens: u64,
    bytes: u64,
    pictures: u64,
}

impl Size {
    fn of(request: &ChatRequest) -> Self {
        let mut size = Self::default();
        for message in &request.messages {
            size.add_message(message);
        }
        for tool in &request.tools {
            size.add(&tool.name);
            size.add(&tool.description);
            size.add(&tool.parameters.to_string());
        }
        size
    }

    fn add_message(&mut self, message: &ChatMessage) {
        match message {
            ChatMessage::System(text) => self.add(text),
            ChatMessage::Assistant { text, tool_calls, own_fields } => {
                self.add(text);
                for call in tool_calls {
                    self.add(&call.name);
                    self.add(&call.arguments);
                    self.add(&call.own_fields.as_text());
                }
                self.add(&own_fields.as_text());
            }
            ChatMessage::Tool { content, .. } => self.add(content),
            ChatMessage::User(parts) => {
                for part in parts {
                    match part {
                        Part::Text(text) => self.add(text),
                        Part::Image { .. } => self.pictures += 1,
                    }
                }
            }
        }
    }

    fn add(&mut self, text: &str) {
        self.tokens += estimate_tokens(text);
        self.bytes += text.len() as u64;
    }
}

fn elapsed_ms(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
