//! What one batch writes, and the statements that write it: as many for one message as for hundreds.

use rooms::{ConversationId, NewTicket, OrgId, Timestamp};

use super::attachments::{SentFile, mark_sent};
use super::head_row::WholeHeadRow;
use super::json_rows::{json_rows, on_json};
use super::messages::Messages;
use super::ratings::MessageRatings;
use super::{messages_postgres, messages_sqlite};
use crate::db::engine::database::{EngineTx, Single, Tx, with_notice};
use crate::db::{DbError, on_tx};

/// A ticket to open: id, org, conversation and reason.
pub(super) type TicketRow = (String, String, String, String);

/// The row of a ticket.
pub(super) fn ticket_row(org: OrgId, conversation: ConversationId, ticket: &NewTicket) -> TicketRow {
    (ticket.id.to_string(), org.to_string(), conversation.to_string(), ticket.reason.to_string())
}

/// Everything one batch writes besides deliveries.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) messages: Messages,
    pub(super) whole_heads: Vec<WholeHeadRow>,
    pub(super) files: Vec<SentFile>,
    pub(super) tickets: Vec<TicketRow>,
    pub(super) ratings: MessageRatings,
}

impl Changes {
    /// Whether one statement writes it all.
    pub(super) fn is_messages_only(&self) -> bool {
        let is_plain = self.whole_heads.is_empty() && self.files.is_empty();
        is_plain && self.tickets.is_empty() && self.ratings.is_empty()
    }

    /// Writes it as one statement that is a transaction by itself.
    pub(super) async fn store_single(&self, single: Single<'_>, now: Timestamp) -> Result<(), DbError> {
        if self.messages.is_empty() {
            return Ok(());
        }
        match single {
            Single::Sqlite(mut connection) => {
                // It waits inside for other processes.
                let storing = messages_sqlite::store(&mut connection, &self.messages, now);
                let stored = with_notice(storing).await;
                if matches!(stored, Err(sqlx::Error::WorkerCrashed)) {
                    connection.discard();
                }
                Ok(stored?)
            }
            Single::Postgres(pool) => Ok(messages_postgres::store(pool, &self.messages, now).await?),
        }
    }

    /// Writes it inside a transaction.
    pub(super) async fn store(&self, tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
        if !self.messages.is_empty() {
            match &mut tx.engine {
                EngineTx::Sqlite(tx) => messages_sqlite::store(tx, &self.messages, now).await?,
                EngineTx::Postgres(tx) => messages_postgres::store(&mut **tx, &self.messages, now).await?,
            }
        }
        if !self.whole_heads.is_empty() {
            update_whole_heads(tx, &self.whole_heads).await?;
        }
        if !self.files.is_empty() {
            mark_sent(tx, &self.files, now).await?;
        }
        if !self.tickets.is_empty() {
            insert_tickets(tx, &self.tickets, now).await?;
        }
        if !self.ratings.is_empty() {
            self.ratings.store(tx, now).await?;
        }
        Ok(())
    }
}

/// Whether storage refuted what a batch took for granted: a head has changed, or a client message id repeats.
pub(super) fn is_refuted(error: &DbError) -> bool {
    let DbError::Failed(sqlx::Error::Database(error)) = error else { return false };
    let error = error.as_ref();
    error.is_unique_violation() || messages_sqlite::is_stale(error) || messages_postgres::is_stale(error)
}

/// Whether what was to be stored may be stored all the same.
pub(super) fn leaves_open(error: &DbError) -> bool {
    let is_unsent = matches!(error, DbError::Failed(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed))
        || is_refuted(error);
    matches!(error, DbError::Failed(_)) && !is_unsent
}

async fn update_whole_heads(tx: &mut Tx, rows: &[WholeHeadRow]) -> Result<(), DbError> {
    let statement = on_json!(
        tx,
        "update conversations set status = r.value ->> 2, responder = r.value ->> 3, responder_agent = r.value ->> 4, \
         responder_since = cast(r.value ->> 5 as bigint), takeover = cast(r.value ->> 6 as bigint), \
         assignee = r.value ->> 7, priority = r.value ->> 8, labels = r.value ->> 9, handoff = r.value ->> 10, \
         call = r.value ->> 11, closed_at = cast(r.value ->> 12 as bigint), \
         rating_score = cast(r.value ->> 13 as bigint), rating_comment = r.value ->> 14, \
         rating_at = cast(r.value ->> 15 as bigint), rating_first_at = cast(r.value ->> 16 as bigint), \
         mode = r.value ->> 17, pending_reply = r.value ->> 18, settled_reply = r.value ->> 19, \
         snoozed_until = cast(r.value ->> 20 as bigint) from ",
        " where conversations.id = r.value ->> 0 and org_id = r.value ->> 1"
    );
    on_tx!(tx, connection => {
        sqlx::query(statement).bind(json_rows(rows)).execute(connection).await?;
    });
    Ok(())
}

async fn insert_tickets(tx: &mut Tx, rows: &[TicketRow], now: Timestamp) -> Result<(), DbError> {
    let statement = on_json!(
        tx,
        "insert into tickets (id, org_id, conversation_id, visitor_id, reason, priority, status, created_at, brief_owed_since) \
         select r.value ->> 0, c.org_id, c.id, c.visitor_id, r.value ->> 3, 'medium', 'open', $2, $2 from ",
        " join conversations c on c.id = r.value ->> 2 and c.org_id = r.value ->> 1"
    );
    on_tx!(tx, connection => {
        sqlx::query(statement).bind(json_rows(rows)).bind(now.0).execute(connection).await?;
    });
    Ok(())
}
