//! The numbers of an org, as far as this process knows.

use super::{Numbers, UsageEvent, UsageKind};
use crate::model::UsageDay;

/// Numbers of today and this month, as far as this process knows: what is stored, and what it counted since.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) day: String,
    pub(super) month: String,
    pub(super) today: Numbers,
    pub(super) this_month: Numbers,
    /// What running requests may use at most.
    pub(super) reserved: Numbers,
}

impl Tally {
    pub(super) fn of(days: &[UsageDay], day: &str, month: &str) -> Self {
        let mut tally = Self { day: day.to_owned(), month: month.to_owned(), ..Self::default() };
        let count = |value: i64| u64::try_from(value).unwrap_or(0);
        for one in days {
            let is = |kind: UsageKind| one.kind == kind.as_str();
            let numbers = Numbers {
                chat_requests: if is(UsageKind::Chat) { count(one.request_count) } else { 0 },
                embedding_tokens: if is(UsageKind::Embedding) { count(one.input_tokens) } else { 0 },
                total_tokens: count(one.input_tokens) + count(one.output_tokens),
                cost_nano_usd: count(one.cost_nano_usd),
                voice_ms: if is(UsageKind::Voice) { count(one.duration_ms) } else { 0 },
            };
            tally.this_month.add(numbers);
            if one.day == day {
                tally.today.add(numbers);
            }
        }
        tally
    }
}

/// What an event counts as.
pub(super) fn numbers_of(event: &UsageEvent, cost_nano_usd: u64) -> Numbers {
    Numbers {
        chat_requests: u64::from(event.kind == UsageKind::Chat),
        embedding_tokens: if event.kind == UsageKind::Embedding { event.input_tokens } else { 0 },
        total_tokens: event.input_tokens + event.output_tokens,
        cost_nano_usd,
        voice_ms: if event.kind == UsageKind::Voice { event.duration_ms } else { 0 },
    }
}
