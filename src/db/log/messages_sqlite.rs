//! Messages into SQLite: one statement on a view of the connection's own, whose trigger writes everything. A statement
//! is a hop to the connection's thread and back, and outside a transaction it is one by itself.

use rooms::Timestamp;
use serde::ser::{Serialize, SerializeTuple, Serializer};
use sqlx::SqliteConnection;

use super::json_rows::json_rows;
use super::messages::{Messages, ReadRow};

/// What the trigger says where a head is not what it was thought to be.
const STALE_HEADS: &str = "stale heads";
/// SQLITE_CONSTRAINT_TRIGGER, sqlite.org/rescode.html.
const RAISED: &str = "1811";

/// The view and its trigger, for every connection that writes.
pub(in crate::db) const SQLITE_SETUP: &[&str] = &[
    "create temp view if not exists message_batches as select '' as entries, '' as heads, '' as reads, 0 as head_count, 0 as now",
    concat!(
        "create temp trigger if not exists store_message_batch instead of insert on message_batches begin ",
        "update conversations set last_seq = h.value ->> 4, visitor_last_seq = h.value ->> 5, ",
        "unread = case when h.value ->> 6 then 0 else unread end + (h.value ->> 7), ",
        "last_visitor_message_seq = h.value ->> 8, last_message_seq = h.value ->> 9, last_message_role = h.value ->> 10, ",
        "last_message_preview = h.value ->> 11, entry_at = h.value ->> 12, ",
        "updated_at = coalesce(h.value ->> 13, updated_at), answered_seq = h.value ->> 14, ",
        "insight = coalesce(h.value ->> 15, insight) ",
        "from json_each(new.heads) h ",
        "where conversations.id = h.value ->> 0 and org_id = h.value ->> 1 ",
        "and last_seq = h.value ->> 2 and takeover = h.value ->> 3 ",
        "and (h.value ->> 16 is null or coalesce(insight, '') = h.value ->> 16); ",
        "select raise(abort, 'stale heads') where changes() <> new.head_count; ",
        "insert into entries (conversation_id, seq, id, org_id, visitor_prev, takeover, kind, event, author_id, ",
        "author_kind, author_name, content, client_message_id, reply_to, metadata, created_at, attachments, answers, ",
        "interrupted, is_answered, approval) ",
        "select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, ",
        "value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15, ",
        "value ->> 16, value ->> 17, value ->> 18, value ->> 19, value ->> 20 from json_each(new.entries); ",
        "update conversations set unread = 0 from json_each(new.reads) r ",
        "where r.value ->> 5 and conversations.id = r.value ->> 0 and org_id = r.value ->> 2 ",
        "and unread <> 0 and last_visitor_message_seq <= r.value ->> 4; ",
        "insert into reads (conversation_id, user_id, org_id, user_kind, seq, updated_at) ",
        "select c.id, r.value ->> 1, c.org_id, r.value ->> 3, r.value ->> 4, new.now ",
        "from json_each(new.reads) r join conversations c on c.id = r.value ->> 0 and c.org_id = r.value ->> 2 ",
        "where true on conflict (conversation_id, user_id) do update ",
        "set seq = excluded.seq, updated_at = excluded.updated_at where reads.seq < excluded.seq; ",
        "end"
    ),
];

impl Serialize for ReadRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_tuple(6)?;
        row.serialize_element(&self.conversation_id)?;
        row.serialize_element(&self.user_id)?;
        row.serialize_element(&self.org_id)?;
        row.serialize_element(self.user_kind)?;
        row.serialize_element(&self.seq)?;
        row.serialize_element(&self.counts_unread)?;
        row.end()
    }
}

/// Writes messages: all of them, or none where a head is not what it was thought to be.
pub(super) async fn store(
    connection: &mut SqliteConnection,
    messages: &Messages,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into message_batches (entries, heads, reads, head_count, now) values ($1, $2, $3, $4, $5)",
    )
    .bind(json_rows(&messages.entries))
    .bind(json_rows(&messages.heads))
    .bind(json_rows(&messages.reads))
    .bind(i64::try_from(messages.heads.len()).unwrap_or(i64::MAX))
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether an error says that a head is not what it was thought to be.
pub(super) fn is_stale(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().as_deref() == Some(RAISED) && error.message() == STALE_HEADS
}
