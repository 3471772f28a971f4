//! The audit of tools: every run with what went in and what came out.

use rooms::{ConversationId, OrgId, Timestamp};

use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{ToolRun, ToolRunFilter};

record!(ToolRun {
    id,
    channel_id,
    conversation_id,
    tool,
    arguments,
    result,
    source,
    success,
    error,
    attempts,
    duration_ms,
    created_at
});

handle!(
    /// The audit of tools.
    ToolRuns
);

impl ToolRuns<'_> {
    /// Writes a run down.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(self, org: OrgId, run: &ToolRun) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into tool_runs (id, org_id, channel_id, conversation_id, tool, arguments, result, source, success, \
                 error, attempts, duration_ms, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            )
            .bind(run.id.to_string())
            .bind(org.to_string())
            .bind(run.channel_id.map(|id| id.to_string()))
            .bind(run.conversation_id.map(|id| id.to_string()))
            .bind(&run.tool)
            .bind(&run.arguments)
            .bind(&run.result)
            .bind(&run.source)
            .bind(run.success)
            .bind(&run.error)
            .bind(run.attempts)
            .bind(run.duration_ms)
            .bind(run.created_at)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Runs of an org, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId, filter: &ToolRunFilter) -> Result<Vec<ToolRun>, DbError> {
        let wanted = filter.success.unwrap_or(true);
        let other = filter.success.unwrap_or(false);
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, channel_id, conversation_id, tool, arguments, result, source, success, error, attempts, \
                 duration_ms, created_at from tool_runs where org_id = $1 and ($2 = '' or tool = $2) \
                 and ($3 = '' or conversation_id = $3) and (success = $4 or success = $5) and ($6 = '' or id < $6) \
                 order by id desc limit $7",
            )
            .bind(org.to_string())
            .bind(&filter.tool)
            .bind(filter.conversation.map(|id| id.to_string()).unwrap_or_default())
            .bind(wanted)
            .bind(other)
            .bind(filter.before.map(|id| id.to_string()).unwrap_or_default())
            .bind(filter.limit)
            .fetch_all(pool)
            .await?
        }))
    }

    /// How often a tool has worked in a conversation since `since`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn count(
        self,
        org: OrgId,
        conversation: ConversationId,
        tool: &str,
        since: Timestamp,
    ) -> Result<i64, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select count(*) from tool_runs where org_id = $1 and conversation_id = $2 and tool = $3 \
                 and created_at >= $4 and success",
            )
            .bind(org.to_string())
            .bind(conversation.to_string())
            .bind(tool)
            .bind(since.0)
            .fetch_one(pool)
            .await?
        }))
    }

    /// Forgets runs that began before `before`; doing it again changes nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget(self, before: Timestamp) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let forgotten = on_tx!(&mut tx, connection => {
            sqlx::query("delete from tool_runs where created_at < $1")
                .bind(before.0)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(forgotten)
    }
}
