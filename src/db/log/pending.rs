//! What the assistant reads and remembers of conversations besides their entries.

use rooms::{ConversationId, OrgId, Timestamp};

use crate::db::id_pairs::parse_id_pairs;
use crate::db::{Conversations, DbError, on_readers, on_tx};
use crate::model::OwedAnswer;

#[derive(sqlx::FromRow)]
struct PendingRow {
    org_id: String,
    channel_id: String,
    id: String,
    responder_since: i64,
}

impl PendingRow {
    fn into_pending(self) -> Option<OwedAnswer> {
        Some(OwedAnswer {
            org: self.org_id.parse().ok()?,
            channel: self.channel_id.parse().ok()?,
            conversation: self.id.parse().ok()?,
            since: Timestamp(self.responder_since),
        })
    }
}

impl Conversations<'_> {
    /// Conversations, of all orgs, in which the assistant owes an answer.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn unanswered(self, limit: i64) -> Result<Vec<OwedAnswer>, DbError> {
        let statement = "select org_id, channel_id, id, responder_since from conversations \
                         where status = 'open' and responder = 'assistant' and last_visitor_message_seq > answered_seq and call is null and pending_reply is null \
                         order by entry_at limit $1";
        let rows: Vec<PendingRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(limit).fetch_all(pool).await?
        });
        Ok(rows.into_iter().filter_map(PendingRow::into_pending).collect())
    }

    /// Whether the assistant owes an answer in a conversation.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn is_unanswered(self, org: OrgId, id: ConversationId) -> Result<bool, DbError> {
        let statement = "select count(*) from conversations where org_id = $1 and id = $2 and status = 'open' \
                         and responder = 'assistant' and last_visitor_message_seq > answered_seq and call is null and pending_reply is null";
        let count: i64 = on_readers!(self.db, pool => {
            sqlx::query_scalar(statement).bind(org.to_string()).bind(id.to_string()).fetch_one(pool).await?
        });
        Ok(count != 0)
    }

    /// Conversations, of all orgs, with a reply that waits for agents.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn with_pending_reply(self) -> Result<Vec<(OrgId, ConversationId)>, DbError> {
        let statement = "select org_id, id from conversations where pending_reply is not null order by id";
        let rows: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).fetch_all(pool).await?
        });
        Ok(parse_id_pairs(rows))
    }

    /// Conversations, of all orgs, that have waited for a person since before `until`, and after `from`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn waiting_since(
        self,
        from: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<OwedAnswer>, DbError> {
        let statement = "select org_id, channel_id, id, responder_since from conversations \
                         where status = 'waiting' and handoff is not null and responder_since > $1 and responder_since <= $2 \
                         order by responder_since limit $3";
        let rows: Vec<PendingRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(from.0).bind(until.0).bind(limit).fetch_all(pool).await?
        });
        Ok(rows.into_iter().filter_map(PendingRow::into_pending).collect())
    }

    /// What older messages said in short, and up to which `seq`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn summary(self, org: OrgId, id: ConversationId) -> Result<Option<(String, u64)>, DbError> {
        let row: Option<(Option<String>, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as("select summary, summary_seq from conversations where org_id = $1 and id = $2")
                .bind(org.to_string())
                .bind(id.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(row.and_then(|(summary, seq)| Some((summary?, super::count::count(seq)))))
    }

    /// Remembers what messages up to `seq` said in short; an older summary never replaces a newer one.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn set_summary(
        self,
        org: OrgId,
        id: ConversationId,
        summary: &str,
        seq: u64,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update conversations set summary = $1, summary_seq = $2 where org_id = $3 and id = $4 and summary_seq < $2",
            )
            .bind(summary)
            .bind(super::count::stored_count(seq))
            .bind(org.to_string())
            .bind(id.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }
}
