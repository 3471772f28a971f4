//! Sums of usage by what a reader asks for.

use rooms::OrgId;

use super::events::Usage;
use crate::db::{DbError, on_readers, record};
use crate::model::{UsageBy, UsageRow, UsageSum, UsageSumRange};

record!(UsageSum {
    key,
    name,
    request_count,
    failed_count,
    input_tokens,
    output_tokens,
    duration_ms,
    cost_nano_usd
});

/// The numbers of a group, from the sums by hour.
const OF_HOURS: &str = "cast(sum(h.request_count) as bigint) as request_count, \
     cast(sum(h.failed_count) as bigint) as failed_count, cast(sum(h.input_tokens) as bigint) as input_tokens, \
     cast(sum(h.output_tokens) as bigint) as output_tokens, cast(sum(h.duration_ms) as bigint) as duration_ms, \
     cast(sum(h.cost_nano_usd) as bigint) as cost_nano_usd from usage_hours h \
     left join channels ch on ch.id = h.channel_id and ch.org_id = h.org_id \
     where h.org_id = $1 and h.hour >= $2 / 3600000 and h.hour < ($3 + 3599999) / 3600000 \
     and ($4 = '' or h.channel_id = $4) ";
/// The same from single events.
const OF_EVENTS: &str = "count(*) as request_count, \
     cast(sum(case when e.success then 0 else 1 end) as bigint) as failed_count, \
     cast(sum(e.input_tokens) as bigint) as input_tokens, cast(sum(e.output_tokens) as bigint) as output_tokens, \
     cast(sum(e.duration_ms) as bigint) as duration_ms, cast(sum(e.cost_nano_usd) as bigint) as cost_nano_usd \
     from usage_events e left join conversations c on c.id = e.conversation_id and c.org_id = e.org_id \
     left join visitors v on v.id = c.visitor_id and v.org_id = e.org_id \
     left join visitors p on p.id = v.merged_into and p.org_id = e.org_id \
     where e.org_id = $1 and e.created_at >= $2 and e.created_at < $3 and ($4 = '' or e.channel_id = $4) ";
const DEAREST_FIRST: &str = "group by 1 order by cost_nano_usd desc, input_tokens desc, key limit $5";

/// The key of a group, and its name.
fn group(by: UsageBy) -> (&'static str, &'static str) {
    match by {
        UsageBy::Hour => ("cast(h.hour % 24 as text)", "''"),
        UsageBy::Day => ("cast(h.hour / 24 as text)", "''"),
        UsageBy::Channel => ("h.channel_id", "coalesce(max(ch.name), '')"),
        UsageBy::Model => ("h.model", "''"),
        UsageBy::Kind => ("h.kind", "''"),
        UsageBy::Person => ("coalesce(p.id, v.id, '')", "coalesce(max(coalesce(p.name, v.name)), '')"),
        UsageBy::Address => ("coalesce(e.address, '')", "''"),
    }
}

impl Usage<'_> {
    /// Sums of an org, at most `most` groups, those first that cost most. The key of a day is its number since 1970.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn sums(
        self,
        org: OrgId,
        by: UsageBy,
        range: &UsageSumRange,
        most: i64,
    ) -> Result<Vec<UsageSum>, DbError> {
        let (key, name) = group(by);
        let rest = if by.is_of_events() { OF_EVENTS } else { OF_HOURS };
        // Days are bounded by the range alone, and all of them are shown.
        let most = if by == UsageBy::Day { i64::MAX } else { most };
        let query = format!("select {key} as key, {name} as name, {rest} {DEAREST_FIRST}");
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(sqlx::AssertSqlSafe(query))
                .bind(org.to_string())
                .bind(range.from_ms)
                .bind(range.to_ms)
                .bind(range.channel.map(|id| id.to_string()).unwrap_or_default())
                .bind(most)
                .fetch_all(pool)
                .await?
        }))
    }

    /// Events of an org within a range, newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn events_in(
        self,
        org: OrgId,
        range: &UsageSumRange,
        most: i64,
    ) -> Result<Vec<UsageRow>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select * from usage_events where org_id = $1 and created_at >= $2 and created_at < $3 \
                 and ($4 = '' or channel_id = $4) order by created_at desc, id desc limit $5",
            )
            .bind(org.to_string())
            .bind(range.from_ms)
            .bind(range.to_ms)
            .bind(range.channel.map(|id| id.to_string()).unwrap_or_default())
            .bind(most)
            .fetch_all(pool)
            .await?
        }))
    }
}
