//! Daily and monthly limits of an org, and whether its usage has reached them.

use serde::Serialize;
use serde_json::Value;

use super::numbers::Numbers;
use super::{UsageKind, numbers};
use crate::db::DbError;
use crate::org_settings::{Effective, OwnLimitMode};

/// The share of a limit at which people are told first.
pub(super) const NEAR: f64 = 0.8;

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
        serde_json::json!({
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

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Cost,
    Tokens,
    ChatRequests,
    EmbeddingTokens,
    VoiceMinutes,
}

impl Counted {
    #[expect(clippy::cast_precision_loss, reason = "limits are compared, not counted with")]
    fn of(self, numbers: &Numbers) -> f64 {
        match self {
            Self::Cost => numbers.cost_usd(),
            Self::Tokens => numbers.total_tokens as f64,
            Self::ChatRequests => numbers.chat_requests as f64,
            Self::EmbeddingTokens => numbers.embedding_tokens as f64,
            Self::VoiceMinutes => numbers.voice_minutes(),
        }
    }
}

/// One limit with what counts towards it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The name of its field.
    pub name: &'static str,
    /// Whether it is of a month; otherwise it is of a day.
    pub is_monthly: bool,
    /// Whether reaching it stops what it counts.
    pub is_hard: bool,
    /// What is used.
    pub used: f64,
    /// What may be used; 0 is no limit.
    pub allowed: f64,
    counted: Counted,
}

impl Limit {
    /// How much of it is used; 1 and more is reached.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.allowed > 0.0 { self.used / self.allowed } else { 0.0 }
    }

    /// Whether so much of it is used that people are told.
    #[must_use]
    pub fn is_near(&self) -> bool {
        self.share() >= NEAR
    }

    /// Whether more no longer fits: it is reached, or `after`, the same limit with the more counted in, is passed.
    pub(super) fn is_full_before(&self, after: &Self) -> bool {
        self.share() >= 1.0 || after.share() > 1.0
    }

    /// Whether it may stop a request of a kind.
    pub(super) fn stops(&self, kind: UsageKind) -> bool {
        self.is_hard
            && match self.counted {
                Counted::Cost | Counted::Tokens => true,
                Counted::ChatRequests => kind == UsageKind::Chat,
                Counted::EmbeddingTokens => kind == UsageKind::Embedding,
                Counted::VoiceMinutes => kind == UsageKind::Voice,
            }
    }
}

/// Every limit that an org may set, with what counts towards it.
#[expect(clippy::cast_precision_loss, reason = "limits are compared, not counted with")]
pub(super) fn limits(settings: &Effective, today: &Numbers, month: &Numbers) -> Vec<Limit> {
    macro_rules! limit {
        ($name:ident, $mode:ident, $counted:ident, $period:ident) => {
            Limit {
                name: stringify!($name),
                is_monthly: std::ptr::eq($period, month),
                is_hard: OwnLimitMode::is_hard(settings.$mode, settings.limit_mode),
                used: Counted::$counted.of($period),
                allowed: settings.$name as f64,
                counted: Counted::$counted,
            }
        };
    }
    vec![
        limit!(daily_budget_usd, daily_budget_usd_mode, Cost, today),
        limit!(max_tokens_per_day, max_tokens_per_day_mode, Tokens, today),
        limit!(max_chat_requests_per_day, max_chat_requests_per_day_mode, ChatRequests, today),
        limit!(max_embedding_tokens_per_day, max_embedding_tokens_per_day_mode, EmbeddingTokens, today),
        limit!(max_voice_minutes_per_day, max_voice_minutes_per_day_mode, VoiceMinutes, today),
        limit!(monthly_budget_usd, monthly_budget_usd_mode, Cost, month),
        limit!(max_tokens_per_month, max_tokens_per_month_mode, Tokens, month),
        limit!(max_chat_requests_per_month, max_chat_requests_per_month_mode, ChatRequests, month),
        limit!(max_embedding_tokens_per_month, max_embedding_tokens_per_month_mode, EmbeddingTokens, month),
        limit!(max_voice_minutes_per_month, max_voice_minutes_per_month_mode, VoiceMinutes, month),
    ]
}

/// What is left of the hard budgets, in billionths of a US dollar; `None` where there is none.
pub(super) fn budget_left_nano_usd(limits: &[Limit]) -> Option<u64> {
    let budgets = limits.iter().filter(|it| it.counted == Counted::Cost && it.is_hard && it.allowed > 0.0);
    budgets.map(|it| numbers::nano_usd(it.allowed - it.used)).min()
}

/// What is left of the hard limits of minutes in calls, in milliseconds, given what running and ended calls have used of
/// the day and of the month; `None` where there is none. An error names the limit that is used up.
pub(super) fn voice_left_ms(
    settings: &Effective,
    used_ms: (u64, u64),
) -> Result<Option<u64>, (Limit, LimitNumbers)> {
    let (today, month) = (Numbers::of_voice(used_ms.0), Numbers::of_voice(used_ms.1));
    let mut left_ms: Option<u64> = None;
    for limit in limits(settings, &today, &month) {
        if limit.counted != Counted::VoiceMinutes || !limit.is_hard || limit.allowed <= 0.0 {
            continue;
        }
        if limit.share() >= 1.0 {
            return Err((limit, LimitNumbers::of(settings, limit.is_monthly)));
        }
        let left = numbers::minutes_ms(limit.allowed - limit.used);
        left_ms = Some(left_ms.map_or(left, |other| other.min(left)));
    }
    Ok(left_ms)
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
    /// Minutes of calls.
    pub voice_minutes: Option<u64>,
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
            voice_minutes: count(settings.max_voice_minutes_per_day),
        }
    }

    fn of_month(settings: &Effective) -> Self {
        Self {
            chat_requests: count(settings.max_chat_requests_per_month),
            embedding_tokens: count(settings.max_embedding_tokens_per_month),
            total_tokens: count(settings.max_tokens_per_month),
            cost_usd: money(settings.monthly_budget_usd),
            voice_minutes: count(settings.max_voice_minutes_per_month),
        }
    }
}

fn count(count: u64) -> Option<u64> {
    Some(count).filter(|count| *count > 0)
}

fn money(usd: f64) -> Option<f64> {
    Some(usd).filter(|usd| *usd > 0.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(values: Value) -> Effective {
        let Value::Object(values) = values else { unreachable!() };
        Effective::from_values(values)
    }

    #[test]
    fn each_limit_has_a_mode_of_its_own_or_the_orgs() {
        let settings = settings(json!({
            "limit_mode": "soft",
            "max_tokens_per_day_mode": "hard",
            "daily_budget_usd_mode": "default",
        }));
        let numbers = Numbers::default();

        let hard: Vec<_> =
            limits(&settings, &numbers, &numbers).into_iter().filter(|it| it.is_hard).collect();

        let names: Vec<_> = hard.iter().map(|it| it.name).collect();
        let expected = ["max_tokens_per_day", "max_voice_minutes_per_day", "max_voice_minutes_per_month"];
        assert_eq!(names, expected, "minutes of calls stop where nobody says otherwise");
    }

    #[test]
    fn a_limit_stops_only_what_it_counts() {
        let settings =
            settings(json!({"max_embedding_tokens_per_month": 10, "max_voice_minutes_per_month": 1}));
        let month = Numbers { embedding_tokens: 10, voice_ms: 60_000, ..Numbers::default() };
        let full = |kind| {
            let all = limits(&settings, &Numbers::default(), &month);
            all.into_iter().find(|it| it.stops(kind) && it.share() >= 1.0).map(|it| it.name)
        };

        assert_eq!(full(UsageKind::Embedding), Some("max_embedding_tokens_per_month"));
        assert_eq!(full(UsageKind::Voice), Some("max_voice_minutes_per_month"));
        assert_eq!(full(UsageKind::Chat), None);
    }

    #[test]
    fn a_call_has_what_is_left_of_the_day_or_the_month_whichever_is_less() {
        let both = settings(json!({"max_voice_minutes_per_day": 10, "max_voice_minutes_per_month": 12}));
        let soft =
            settings(json!({"max_voice_minutes_per_day": 1, "max_voice_minutes_per_day_mode": "soft"}));

        assert_eq!(voice_left_ms(&both, (60_000, 240_000)), Ok(Some(480_000)));
        assert_eq!(
            voice_left_ms(&both, (60_000, 720_000)).unwrap_err().0.name,
            "max_voice_minutes_per_month"
        );
        assert_eq!(voice_left_ms(&soft, (600_000, 600_000)), Ok(None));
    }

    #[test]
    fn a_call_may_cost_what_is_left_of_the_hard_budgets() {
        let settings = settings(json!({"daily_budget_usd": 2, "monthly_budget_usd": 3}));
        let used = |today, month| {
            let cost = |cost_nano_usd| Numbers { cost_nano_usd, ..Numbers::default() };
            budget_left_nano_usd(&limits(&settings, &cost(today), &cost(month)))
        };

        assert_eq!(used(500_000_000, 2_500_000_000), Some(500_000_000));
        assert_eq!(used(2_500_000_000, 2_500_000_000), Some(0));
    }
}
