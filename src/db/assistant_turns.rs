//! Turns of the assistant: what came of them, and what they took.

use rooms::{OrgId, Timestamp};

use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{AssistantTurn, AssistantTurnFilter};

record!(AssistantTurn {
    id,
    channel_id,
    conversation_id,
    entry_id,
    outcome,
    reason,
    provider,
    model,
    call_count,
    input_tokens,
    cached_input_tokens,
    output_tokens,
    cost_nano_usd,
    is_estimate,
    latency_ms,
    first_word_ms,
    tools,
    passage_count,
    created_at,
    thumb,
    rating
});

handle!(
    /// Turns of the assistant.
    AssistantTurns
);

impl AssistantTurns<'_> {
    /// Stores turns, by one statement whatever their number. What belongs to a conversation or a channel that is gone
    /// is left out.
    ///
    /// # Errors
    /// When storage fails; then none is stored.
    pub async fn add(self, turns: &[(OrgId, AssistantTurn)]) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let statement = on_json!(
            &tx,
            "insert into assistant_turns (id, org_id, channel_id, conversation_id, entry_id, outcome, reason, provider, \
             model, tools, call_count, input_tokens, cached_input_tokens, output_tokens, cost_nano_usd, latency_ms, \
             first_word_ms, passage_count, created_at, is_estimate) \
             select r.value -> 0 ->> 0, r.value -> 0 ->> 1, r.value -> 0 ->> 2, r.value -> 0 ->> 3, r.value -> 0 ->> 4, \
             r.value -> 0 ->> 5, r.value -> 0 ->> 6, r.value -> 0 ->> 7, r.value -> 0 ->> 8, r.value -> 0 ->> 9, \
             cast(r.value -> 1 ->> 0 as bigint), cast(r.value -> 1 ->> 1 as bigint), cast(r.value -> 1 ->> 2 as bigint), \
             cast(r.value -> 1 ->> 3 as bigint), cast(r.value -> 1 ->> 4 as bigint), cast(r.value -> 1 ->> 5 as bigint), \
             cast(r.value -> 1 ->> 6 as bigint), cast(r.value -> 1 ->> 7 as bigint), cast(r.value -> 1 ->> 8 as bigint), \
             cast(r.value -> 1 ->> 9 as bigint) <> 0 from ",
            " where exists (select 1 from channels where id = r.value -> 0 ->> 2 and org_id = r.value -> 0 ->> 1) \
             and (r.value -> 0 ->> 3 is null or exists (select 1 from conversations \
             where id = r.value -> 0 ->> 3 and org_id = r.value -> 0 ->> 1)) on conflict (id) do nothing"
        );
        let rows: Vec<_> = turns.iter().map(|(org, turn)| (texts(*org, turn), numbers(turn))).collect();
        on_tx!(&mut tx, connection => {
            sqlx::query(statement).bind(json_rows(&rows)).execute(connection).await?;
        });
        Ok(tx.commit().await?)
    }

    /// Turns of an org, the newest first, with what their visitors think of them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId, filter: &AssistantTurnFilter) -> Result<Vec<AssistantTurn>, DbError> {
        let tool = if filter.tool.is_empty() { String::new() } else { pattern(&filter.tool) };
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select t.*, r.value as thumb, c.rating_score as rating from assistant_turns t \
                 left join message_ratings r on r.conversation_id = t.conversation_id and r.message_id = t.entry_id \
                 and r.org_id = t.org_id \
                 left join conversations c on c.id = t.conversation_id and c.org_id = t.org_id \
                 where t.org_id = $1 and ($2 = '' or t.id < $2) and ($3 = '' or t.outcome = $3) \
                 and ($4 = '' or t.channel_id = $4) and ($5 = '' or t.conversation_id = $5) \
                 and ($6 = '' or t.tools like $6 escape '!') and ($7 = 0 or r.value = $7) \
                 and ($8 = 0 or ($8 = 1) = (t.conversation_id is null)) \
                 and t.created_at >= $9 and t.created_at < $10 order by t.id desc limit $11",
            )
            .bind(org.to_string())
            .bind(filter.before.map(|id| id.to_string()).unwrap_or_default())
            .bind(filter.outcome.map_or("", crate::model::TurnOutcome::as_str))
            .bind(filter.channel.map(|id| id.to_string()).unwrap_or_default())
            .bind(filter.conversation.map(|id| id.to_string()).unwrap_or_default())
            .bind(tool)
            .bind(filter.thumb.unwrap_or(0))
            .bind(filter.is_test.map_or(0_i64, |is_test| if is_test { 1 } else { 2 }))
            .bind(filter.from.map_or(i64::MIN, |from| from.0))
            .bind(filter.to.map_or(i64::MAX, |to| to.0))
            .bind(filter.limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// Forgets turns that began before `before`, at most `limit` of them; doing it again changes nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget(self, before: Timestamp, limit: i64) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let forgotten = on_tx!(&mut tx, connection => {
            sqlx::query(
                "delete from assistant_turns where id in \
                 (select id from assistant_turns where created_at < $1 order by created_at limit $2)",
            )
            .bind(before.0)
            .bind(limit)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(forgotten)
    }
}

/// The columns that are text, in the order of the statement.
fn texts(org: OrgId, turn: &AssistantTurn) -> [Option<String>; 10] {
    [
        Some(turn.id.to_string()),
        Some(org.to_string()),
        Some(turn.channel_id.to_string()),
        turn.conversation_id.map(|id| id.to_string()),
        turn.entry_id.map(|id| id.to_string()),
        Some(turn.outcome.clone()),
        turn.reason.clone(),
        turn.provider.clone(),
        turn.model.clone(),
        Some(turn.tools.clone()),
    ]
}

/// The columns that are numbers, in the order of the statement.
fn numbers(turn: &AssistantTurn) -> [Option<i64>; 10] {
    [
        Some(turn.call_count),
        Some(turn.input_tokens),
        Some(turn.cached_input_tokens),
        Some(turn.output_tokens),
        Some(turn.cost_nano_usd),
        Some(turn.latency_ms),
        turn.first_word_ms,
        Some(turn.passage_count),
        Some(turn.created_at),
        Some(i64::from(turn.is_estimate)),
    ]
}

/// The pattern that finds a tool in the JSON array of their names.
fn pattern(tool: &str) -> String {
    let escaped = tool.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%\"{escaped}\"%")
}
