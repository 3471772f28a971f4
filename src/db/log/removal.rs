//! Removes conversations with all that stands beside them, in steps that hold the writer for a moment only.

use rooms::{AttachmentId, CallId, ConversationId, OrgId, Timestamp, UserId};

use crate::db::engine::database::Tx;
use crate::db::{Conversations, DbError, on_readers, on_tx};
use crate::model::ConversationFiles;

/// What belongs to a conversation, by `conversation_id`; what refers to a thing stands before it. What search finds of it
/// goes with its entries and tickets, by triggers.
pub(in crate::db) const OF_CONVERSATIONS: &[&str] = &[
    "assignment_claims",
    "follows",
    "drafts",
    "notifications",
    "message_ratings",
    "calls",
    "attachments",
    "tickets",
    "reads",
    "search_positions",
    "entries",
];

/// What is left of a conversation elsewhere: sums of usage stay, without what leads to a person.
const BESIDE_CONVERSATION: [&str; 5] = [
    "delete from assistant_turns where conversation_id = $1 and org_id = $2",
    "delete from tool_runs where conversation_id = $1 and org_id = $2",
    "delete from knowledge_unanswered where conversation_id = $1 and org_id = $2",
    "update submissions set conversation_id = null where conversation_id = $1 and org_id = $2",
    "update usage_events set conversation_id = null, address = null, request_id = null \
     where conversation_id = $1 and org_id = $2",
];

impl Conversations<'_> {
    /// Conversations of an org that were closed before a moment, those that ended first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn closed_before(
        self,
        org: OrgId,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<ConversationId>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select id from conversations where org_id = $1 and status = 'closed' and closed_at < $2 \
                 order by closed_at limit $3",
            )
            .bind(org.to_string())
            .bind(before.0)
            .bind(limit)
            .fetch_all(pool)
            .await?
        });
        parse_ids(ids)
    }

    /// Conversations of a visitor of an org, in no order.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn ids_of_visitor(
        self,
        org: OrgId,
        visitor: UserId,
        limit: i64,
    ) -> Result<Vec<ConversationId>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select id from conversations where visitor_id = $1 and org_id = $2 limit $3")
                .bind(visitor.to_string())
                .bind(org.to_string())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        parse_ids(ids)
    }

    /// Conversations of an org, in no order.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn ids_of_org(self, org: OrgId, limit: i64) -> Result<Vec<ConversationId>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select id from conversations where org_id = $1 limit $2")
                .bind(org.to_string())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        parse_ids(ids)
    }

    /// The files of a conversation outside of the database, and whether a call still adds to them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn files(self, org: OrgId, id: ConversationId) -> Result<ConversationFiles, DbError> {
        let attachments: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as("select id, name from attachments where org_id = $2 and conversation_id = $1")
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_all(pool)
                .await?
        });
        let calls: Vec<(String, Option<i64>)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, ended_at from calls where org_id = $2 and conversation_id = $1 \
                 and (recording is not null or ended_at is null)",
            )
            .bind(id.to_string())
            .bind(org.to_string())
            .fetch_all(pool)
            .await?
        });
        let attachment = |(id, name): (String, String)| -> Result<(AttachmentId, String), DbError> {
            Ok((id.parse().map_err(|_| DbError::Corrupt { what: "attachment", id })?, name))
        };
        let call = |(id, _): (String, _)| -> Result<CallId, DbError> {
            id.parse().map_err(|_| DbError::Corrupt { what: "call", id })
        };
        Ok(ConversationFiles {
            is_in_call: calls.iter().any(|(_, ended_at)| ended_at.is_none()),
            attachments: attachments.into_iter().map(attachment).collect::<Result<_, _>>()?,
            recordings: calls.into_iter().map(call).collect::<Result<_, _>>()?,
        })
    }

    /// Removes at most `limit` entries of a conversation, the newest first; how many there were.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove_entries(self, org: OrgId, id: ConversationId, limit: i64) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query(
                "delete from entries where conversation_id = $1 and org_id = $2 and seq in \
                 (select seq from entries where conversation_id = $1 and org_id = $2 order by seq desc limit $3)",
            )
            .bind(id.to_string())
            .bind(org.to_string())
            .bind(limit)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(removed)
    }

    /// Removes a conversation that has no entries any more, with what stands beside it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(self, org: OrgId, id: ConversationId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        for statement in BESIDE_CONVERSATION {
            on_tx!(&mut tx, connection => {
                sqlx::query(statement).bind(id.to_string()).bind(org.to_string()).execute(connection).await?;
            });
        }
        for table in OF_CONVERSATIONS {
            delete_by(&mut tx, table, "conversation_id", org, id).await?;
        }
        delete_by(&mut tx, "conversations", "id", org, id).await?;
        Ok(tx.commit().await?)
    }
}

async fn delete_by(
    tx: &mut Tx,
    table: &'static str,
    column: &'static str,
    org: OrgId,
    id: ConversationId,
) -> Result<(), DbError> {
    let statement = format!("delete from {table} where {column} = $1 and org_id = $2");
    on_tx!(tx, connection => {
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(id.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?;
    });
    Ok(())
}

fn parse_ids(ids: Vec<String>) -> Result<Vec<ConversationId>, DbError> {
    let parse = |id: String| id.parse().map_err(|_| DbError::Corrupt { what: "conversation", id });
    ids.into_iter().map(parse).collect()
}
