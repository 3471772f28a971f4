//! Turns of the assistant.

use rooms::{ChannelId, ConversationId, EntryId, Timestamp};

use super::ids::AssistantTurnId;

/// What came of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnOutcome {
    /// The visitor has the answer.
    Answered,
    /// The answer waits for agents, or for its deadline.
    Held,
    /// A person was asked for, with an answer or instead of one.
    HandedOver,
    /// There was none.
    Failed,
    /// It was cut: by a takeover, an end, another try.
    Superseded,
}

impl TurnOutcome {
    /// Its name in storage and REST.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Held => "held",
            Self::HandedOver => "handed_over",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
        }
    }

    /// The outcome of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Answered, Self::Held, Self::HandedOver, Self::Failed, Self::Superseded];
        all.into_iter().find(|one| one.as_str() == name)
    }
}

/// One turn of the assistant, and what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssistantTurn {
    /// Its id; later ones are greater.
    pub id: AssistantTurnId,
    /// Through which channel.
    pub channel_id: ChannelId,
    /// In which conversation; nothing for a question in the test chat.
    pub conversation_id: Option<ConversationId>,
    /// The answer in the log, where there is one.
    pub entry_id: Option<EntryId>,
    /// The name of a [`TurnOutcome`].
    pub outcome: String,
    /// Why a person was asked for, or the code of the failure.
    pub reason: Option<String>,
    /// The kind of the provider that answered, or that was asked last.
    pub provider: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// How often a model was asked.
    pub call_count: i64,
    /// Tokens in, cached ones included.
    pub input_tokens: i64,
    /// Of these, cached.
    pub cached_input_tokens: i64,
    /// Tokens out.
    pub output_tokens: i64,
    /// What it cost, in billionths of a US dollar.
    pub cost_nano_usd: i64,
    /// Whether the counts are estimated.
    pub is_estimate: bool,
    /// From its begin to its end.
    pub latency_ms: i64,
    /// From its begin to the first word.
    pub first_word_ms: Option<i64>,
    /// The names of the tools that were called, in order, as a JSON array.
    pub tools: String,
    /// How many passages of the knowledge stood in the prompt.
    pub passage_count: i64,
    /// When it began.
    pub created_at: i64,
    /// What the visitor thinks of the answer, 1 or -1, as it is read; not stored here.
    pub thumb: Option<i64>,
    /// How the visitor rated the conversation, 1 to 5, as it is read; not stored here.
    pub rating: Option<i64>,
}

/// Which turns to list.
#[derive(Debug, Clone, Default)]
pub struct AssistantTurnFilter {
    /// Only those that ended so.
    pub outcome: Option<TurnOutcome>,
    /// Only those of this channel.
    pub channel: Option<ChannelId>,
    /// Only those of this conversation.
    pub conversation: Option<ConversationId>,
    /// Only those that called this tool; empty: all.
    pub tool: String,
    /// Only those whose answer has this thumb.
    pub thumb: Option<i64>,
    /// Only those of the test chat, or of conversations.
    pub is_test: Option<bool>,
    /// Only from this moment on.
    pub from: Option<Timestamp>,
    /// Only before this moment.
    pub to: Option<Timestamp>,
    /// Below this id; without one from the newest on.
    pub before: Option<AssistantTurnId>,
    /// At most so many.
    pub limit: i64,
}
