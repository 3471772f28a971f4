//! One use of a model or a voice.

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
    /// From the request to its end, in milliseconds.
    pub latency_ms: u64,
    /// Whether it worked.
    pub success: bool,
    /// Whether the counts are estimated, because the provider gave none.
    pub is_estimate: bool,
}
