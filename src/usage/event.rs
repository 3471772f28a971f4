//! A usage event: one metered request to a model.

use std::net::IpAddr;

use rooms::{ChannelId, ConversationId, OrgId};

/// What was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UsageKind {
    /// A reply in text.
    Chat,
    /// Vectors of texts.
    Embedding,
    /// A call.
    Voice,
    /// Speech to text.
    Transcription,
    /// A search of the web.
    Search,
}

impl UsageKind {
    /// Its name in storage and REST.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Embedding => "embedding",
            Self::Voice => "voice",
            Self::Transcription => "transcription",
            Self::Search => "search",
        }
    }
}

/// One use of a model or a voice, with the provider's own counts where it gave any.
#[derive(Debug, Clone)]
pub struct UsageEvent {
    /// Whose.
    pub org: OrgId,
    /// Through which channel.
    pub channel: Option<ChannelId>,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// Which of its interfaces, such as `chat/completions`.
    pub endpoint: &'static str,
    /// The visitor's address, where there is one.
    pub address: Option<IpAddr>,
    /// The kind of provider.
    pub provider: String,
    /// The model.
    pub model: String,
    /// What was used.
    pub kind: UsageKind,
    /// Tokens in, cached ones included.
    pub input_tokens: u64,
    /// Of these, cached.
    pub cached_input_tokens: u64,
    /// Of these, spoken.
    pub cached_audio_tokens: u64,
    /// Tokens out.
    pub output_tokens: u64,
    /// Of the input, spoken.
    pub audio_input_tokens: u64,
    /// Of the output, spoken.
    pub audio_output_tokens: u64,
    /// Length of sound, in milliseconds.
    pub duration_ms: u64,
    /// How long a model was used that is sold by the minute, in milliseconds. It counts for the cost alone: the length
    /// of a call is an event of its own.
    pub billed_ms: u64,
    /// From the request to its end, in milliseconds.
    pub latency_ms: u64,
    /// Whether it worked.
    pub success: bool,
    /// Whether the counts are estimated, because the provider gave none.
    pub is_estimate: bool,
}

/// More tokens than any single request takes or gives; a larger count is a fault of the provider.
const EVENT_TOKENS_MAX: u64 = 10_000_000;
/// Nothing that is sold by the minute lasts longer than a day.
const EVENT_MS_MAX: u64 = 24 * 60 * 60 * 1_000;
/// What a second of sound is in tokens, where a provider counts time alone; the same as OpenAI's own rate.
const TOKENS_PER_SECOND: u64 = 10;

impl UsageEvent {
    /// An event without counts, of a use that worked.
    #[must_use]
    pub fn blank(
        org: OrgId,
        kind: UsageKind,
        provider: String,
        model: String,
        endpoint: &'static str,
    ) -> Self {
        Self {
            org,
            channel: None,
            conversation: None,
            request_id: None,
            endpoint,
            address: None,
            provider,
            model,
            kind,
            input_tokens: 0,
            cached_input_tokens: 0,
            cached_audio_tokens: 0,
            output_tokens: 0,
            audio_input_tokens: 0,
            audio_output_tokens: 0,
            duration_ms: 0,
            billed_ms: 0,
            latency_ms: 0,
            success: true,
            is_estimate: false,
        }
    }

    /// The same event with counts that can be: none is absurdly large, and no part is larger than its whole.
    pub(super) fn plausible(mut self) -> Self {
        if self.kind == UsageKind::Transcription && self.input_tokens == 0 && self.duration_ms > 0 {
            self.audio_input_tokens = (self.duration_ms / 1_000 + 1).saturating_mul(TOKENS_PER_SECOND);
            self.input_tokens = self.audio_input_tokens;
            self.is_estimate = true;
        }
        self.billed_ms = self.billed_ms.min(EVENT_MS_MAX);
        self.input_tokens = self.input_tokens.min(EVENT_TOKENS_MAX);
        self.output_tokens = self.output_tokens.min(EVENT_TOKENS_MAX);
        self.audio_input_tokens = self.audio_input_tokens.min(self.input_tokens);
        self.audio_output_tokens = self.audio_output_tokens.min(self.output_tokens);
        self.cached_input_tokens = self.cached_input_tokens.min(self.input_tokens);
        self.cached_audio_tokens =
            self.cached_audio_tokens.min(self.cached_input_tokens).min(self.audio_input_tokens);
        self
    }
}
