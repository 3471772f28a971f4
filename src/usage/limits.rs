//! Daily and monthly limits of an org, and whether its usage has reached them.

use serde::Serialize;
use serde_json::{Value, json};

use crate::db::DbError;
use crate::org_settings::{Effective, LimitMode};

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
}

impl Numbers {
    pub(super) fn add(&mut self, other: Self) {
        self.chat_requests = self.chat_requests.saturating_add(other.chat_requests);
        self.embedding_tokens = self.embedding_tokens.saturating_add(other.embedding_tokens);
        self.total_tokens = self.total_tokens.saturating_add(other.total_tokens);
        self.cost_nano_usd = self.cost_nano_usd.saturating_add(other.cost_nano_usd);
    }

    pub(super) fn take_away(&mut self, other: Self) {
        self.chat_requests = self.chat_requests.saturating_sub(other.chat_requests);
        self.embedding_tokens = self.embedding_tokens.saturating_sub(other.embedding_tokens);
        self.total_tokens = self.total_tokens.saturating_sub(other.total_tokens);
        self.cost_nano_usd = self.cost_nano_usd.saturating_sub(other.cost_nano_usd);
    }

    /// Cost in US dollars.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "money for people to read")]
    pub fn cost_usd(&self) -> f64 {
        self.cost_nano_usd as f64 / 1e9
    }

    pub(super) fn view(&self) -> Value {
        json!({
            "chat_requests": self.chat_requests,
            "embedding_tokens": self.embedding_tokens,
            "total_tokens": self.total_tokens,
            "cost_usd": self.cost_usd(),
        })
    }
}

/// A hard limit has been reached.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the limit {limit} is reached")]
pub struct Exceeded {
    /// Which limit, by the name of its field.
    pub limit: &'static str,
    /// The numbers of the day or the month, for clients.
    pub current: Value,
    /// The limits, for clients.
    pub limits: LimitNumbers,
    /// When it ends, in milliseconds since 1970.
    pub resets_at_ms: i64,
}

impl Exceeded {
    /// The numbers as clients see them (PROTOCOL.md section 5).
    #[must_use]
    pub fn details(&self) -> Value {
        json!({
            "limit": self.limit,
            "current": self.current,
            "limits": self.limits,
            "resets_at": crate::wire::rfc3339(rooms::Timestamp(self.resets_at_ms)),
        })
    }
}

/// Why a model may not be used now.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A hard limit is reached, or would be passed.
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    /// What the org has used or may use cannot be read, so nothing is spent.
    #[error("could not load the org's usage")]
    Unknown(#[from] DbError),
}

/// One limit with what counts towards it.
pub(super) struct Limit {
    pub(super) name: &'static str,
    pub(super) is_monthly: bool,
    used: f64,
    allowed: f64,
}

impl Limit {
    /// How much of it is used; 1 and more is reached.
    pub(super) fn share(&self) -> f64 {
        if self.allowed > 0.0 { self.used / self.allowed } else { 0.0 }
    }

    /// Whether more no longer fits: it is reached, or `after`, the same limit with the more counted in, is passed.
    pub(super) fn is_full_before(&self, after: &Self) -> bool {
        self.share() >= 1.0 || after.share() > 1.0
    }
}

/// Every limit that an org has set, with what counts towards it.
#[expect(clippy::cast_precision_loss, reason = "limits are compared, not counted with")]
pub(super) fn limits(settings: &Effective, today: &Numbers, month: &Numbers) -> Vec<Limit> {
    let limit = |name, is_monthly, used, allowed| Limit { name, is_monthly, used, allowed };
    vec![
        limit("daily_budget_usd", false, today.cost_usd(), settings.daily_budget_usd),
        limit("max_tokens_per_day", false, today.total_tokens as f64, settings.max_tokens_per_day as f64),
        limit(
            "max_chat_requests_per_day",
            false,
            today.chat_requests as f64,
            settings.max_chat_requests_per_day as f64,
        ),
        limit(
            "max_embedding_tokens_per_day",
            false,
            today.embedding_tokens as f64,
            settings.max_embedding_tokens_per_day as f64,
        ),
        limit("monthly_budget_usd", true, month.cost_usd(), settings.monthly_budget_usd),
        limit("max_tokens_per_month", true, month.total_tokens as f64, settings.max_tokens_per_month as f64),
    ]
}

/// The limits of a day or a month, by the names of the numbers; `None` where there is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct LimitNumbers {
    /// Requests to chat models.
    pub chat_requests: Option<u64>,
    /// Tokens of embeddings.
    pub embedding_tokens: Option<u64>,
    /// Tokens of all models.
    pub total_tokens: Option<u64>,
    /// Cost in US dollars.
    pub cost_usd: Option<f64>,
}

impl LimitNumbers {
    pub(super) fn of(settings: &Effective, is_monthly: bool) -> Self {
        if is_monthly { Self::of_month(settings) } else { Self::of_day(settings) }
    }

    fn of_day(settings: &Effective) -> Self {
        Self {
            chat_requests: count(settings.max_chat_requests_per_day),
            embedding_tokens: count(settings.max_embedding_tokens_per_day),
            total_tokens: count(settings.max_tokens_per_day),
            cost_usd: money(settings.daily_budget_usd),
        }
    }

    fn of_month(settings: &Effective) -> Self {
        Self {
            total_tokens: count(settings.max_tokens_per_month),
            cost_usd: money(settings.monthly_budget_usd),
            ..Self::default()
        }
    }
}

fn count(count: u64) -> Option<u64> {
    Some(count).filter(|count| *count > 0)
}

fn money(usd: f64) -> Option<f64> {
    Some(usd).filter(|usd| *usd > 0.0)
}

/// Whether a reached limit stops anything.
pub(super) fn stops(settings: &Effective) -> bool {
    settings.limit_mode == LimitMode::Hard
}
