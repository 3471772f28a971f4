//! What an org has used in a day or a month.

use serde::Serialize;
use serde_json::{Value, json};

const MINUTE_MS: f64 = 60_000.0;
const NANO_PER_USD: f64 = 1e9;

/// Numbers of a day or a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Numbers {
    /// Model calls.
    pub chat_requests: u64,
    /// Tokens of embeddings.
    pub embedding_tokens: u64,
    /// All tokens, in and out.
    pub total_tokens: u64,
    /// Cost in billionths of a US dollar.
    pub cost_nano_usd: u64,
    /// Length of ended calls, in milliseconds.
    pub voice_ms: u64,
}

impl Numbers {
    pub(super) fn of_voice(voice_ms: u64) -> Self {
        Self { voice_ms, ..Self::default() }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.chat_requests = self.chat_requests.saturating_add(other.chat_requests);
        self.embedding_tokens = self.embedding_tokens.saturating_add(other.embedding_tokens);
        self.total_tokens = self.total_tokens.saturating_add(other.total_tokens);
        self.cost_nano_usd = self.cost_nano_usd.saturating_add(other.cost_nano_usd);
        self.voice_ms = self.voice_ms.saturating_add(other.voice_ms);
    }

    pub(super) fn take_away(&mut self, other: Self) {
        self.chat_requests = self.chat_requests.saturating_sub(other.chat_requests);
        self.embedding_tokens = self.embedding_tokens.saturating_sub(other.embedding_tokens);
        self.total_tokens = self.total_tokens.saturating_sub(other.total_tokens);
        self.cost_nano_usd = self.cost_nano_usd.saturating_sub(other.cost_nano_usd);
        self.voice_ms = self.voice_ms.saturating_sub(other.voice_ms);
    }

    /// As nodes tell each other.
    pub(super) fn told(self) -> [u64; 5] {
        [self.chat_requests, self.embedding_tokens, self.total_tokens, self.cost_nano_usd, self.voice_ms]
    }

    /// As another node has told them.
    pub(super) fn of_told(
        [chat_requests, embedding_tokens, total_tokens, cost_nano_usd, voice_ms]: [u64; 5],
    ) -> Self {
        Self { chat_requests, embedding_tokens, total_tokens, cost_nano_usd, voice_ms }
    }

    /// Of each number the larger one.
    pub(super) fn at_least(&mut self, other: Self) {
        self.chat_requests = self.chat_requests.max(other.chat_requests);
        self.embedding_tokens = self.embedding_tokens.max(other.embedding_tokens);
        self.total_tokens = self.total_tokens.max(other.total_tokens);
        self.cost_nano_usd = self.cost_nano_usd.max(other.cost_nano_usd);
        self.voice_ms = self.voice_ms.max(other.voice_ms);
    }

    /// Cost in US dollars.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "money for people to read")]
    pub fn cost_usd(&self) -> f64 {
        self.cost_nano_usd as f64 / NANO_PER_USD
    }

    /// Length of ended calls, in minutes.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "time for people to read")]
    pub fn voice_minutes(&self) -> f64 {
        self.voice_ms as f64 / MINUTE_MS
    }

    pub(super) fn view(&self) -> Value {
        json!({
            "chat_requests": self.chat_requests,
            "embedding_tokens": self.embedding_tokens,
            "total_tokens": self.total_tokens,
            "cost_usd": self.cost_usd(),
            "voice_minutes": self.voice_minutes(),
        })
    }
}

/// US dollars in billionths; less than nothing is nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "budgets are far below 2^63")]
pub(super) fn nano_usd(usd: f64) -> u64 {
    (usd.max(0.0) * NANO_PER_USD).round() as u64
}

/// Minutes in milliseconds; less than nothing is nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limits are far below 2^63")]
pub(super) fn minutes_ms(minutes: f64) -> u64 {
    (minutes.max(0.0) * MINUTE_MS).round() as u64
}
