//! The index of search as its job sees it: what is not searchable yet, and making it so.
//!
//! A conversation's entries have places without holes, so how far it is searchable is one number, which moves in the
//! transaction that writes the things: a job that is killed goes on where it was. Visitors and tickets are noted by
//! triggers of the database in the commit that changes them.

use std::collections::HashSet;

use rooms::{ConversationId, OrgId};

use super::notification_writes::insert_mentions;
use super::search_doc::{NewDoc, put_docs};
use super::search_rows::{ChangeRow, EntryRow};
use crate::db::engine::database::Tx;
use crate::db::id_pairs::parse_id_pairs;
use crate::db::log::json_rows::{json_rows, on_json};
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{
    IndexedEntries, NotificationId, SearchDoc, UnindexedChange, UnindexedEntries, UnindexedEntry,
};

/// Key of the advisory lock of whoever writes the index; any fixed number of our own.
const INDEX_LOCK: i64 = 0x5357_4243_5345_4152;
const PENDING_OF_ORG: &str =
    "select count(*) from (select 1 from search_pending where org_id = $1 limit 1) p";
/// In the order of the key, so that a batch reads no more than itself however many wait.
const CHANGES: &str = "select p.kind, p.ref_id, p.org_id, p.change_count, coalesce(v.created_at, t.created_at) as created_at, \
     t.conversation_id, v.name, v.email, v.phone, v.attributes, t.title, t.summary, t.reason \
     from (select * from search_pending order by kind, ref_id limit $1) p \
     left join visitors v on p.kind = 'visitor' and v.id = p.ref_id and v.org_id = p.org_id \
     left join tickets t on p.kind = 'ticket' and t.id = p.ref_id and t.org_id = p.org_id";

handle!(
    /// The index of search.
    SearchIndex
);

impl SearchIndex<'_> {
    /// Ends when something was committed in this process.
    pub async fn changed(self) {
        self.db.search_feed().changed().await;
    }

    /// Takes the conversations to which entries were added in this process, and whether there may be others.
    #[must_use]
    pub fn take_changed(self) -> (Vec<(OrgId, ConversationId)>, bool) {
        self.db.search_feed().take()
    }

    /// Has the job look for whatever is behind, not only for what this process has committed.
    pub fn look_again(self) {
        self.db.search_feed().look_again();
    }

    /// Says that what was taken is searchable; `false` where storage failed, so that it is looked for again.
    pub fn finish(self, is_done: bool) {
        self.db.search_feed().finish(is_done);
    }

    /// Whether something committed may not be searchable yet.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn is_behind(self, org: OrgId) -> Result<bool, DbError> {
        if self.db.search_feed().is_behind(org) {
            return Ok(true);
        }
        let count: i64 = on_readers!(self.db, pool => {
            sqlx::query_scalar(PENDING_OF_ORG).bind(org.to_string()).fetch_one(pool).await?
        });
        Ok(count > 0)
    }

    /// Conversations of all orgs with entries that are not searchable yet, by id, above `after`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn behind(
        self,
        after: Option<ConversationId>,
        limit: i64,
    ) -> Result<Vec<(OrgId, ConversationId)>, DbError> {
        let statement = "select c.org_id, c.id from conversations c \
                         left join search_positions p on p.conversation_id = c.id \
                         where c.last_seq > coalesce(p.seq, 0) and c.id > $1 order by c.id limit $2";
        let rows: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        Ok(parse_id_pairs(rows))
    }

    /// The next entries of a conversation that are not searchable yet, at most `limit`, events among them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn entries(
        self,
        org: OrgId,
        conversation: ConversationId,
        limit: i64,
    ) -> Result<UnindexedEntries, DbError> {
        let (org, id) = (org.to_string(), conversation.to_string());
        // A scalar, so that the entries behind it are a range of the log's own index.
        let statement = "select id, seq, kind, author_id, author_kind, content, attachments, metadata, created_at, \
                         coalesce((select seq from search_positions where conversation_id = $1), 0) as searchable_seq \
                         from entries where conversation_id = $1 and org_id = $2 \
                         and seq > coalesce((select seq from search_positions where conversation_id = $1), 0) \
                         order by seq limit $3";
        let rows: Vec<EntryRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(&id).bind(&org).bind(limit).fetch_all(pool).await?
        });
        let after = rows.first().map_or(0, |row| row.searchable_seq);
        let has_more = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
        let up_to = rows.last().map_or(after, |row| row.seq);
        let entries: Vec<UnindexedEntry> = rows.into_iter().filter_map(EntryRow::into_unindexed).collect();
        let place = |seq: i64| u64::try_from(seq).unwrap_or(0);
        Ok(UnindexedEntries { after: place(after), up_to: place(up_to), has_more, entries })
    }

    /// Makes entries searchable, adds the notifications of whom notes mention and gives back which, and says how far; a conversation that is gone, or is no longer where it was when its
    /// entries were read, is left as it is.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn put_entries(
        self,
        batches: &[IndexedEntries],
    ) -> Result<Vec<(OrgId, NotificationId)>, DbError> {
        let mut tx = self.db.begin().await?;
        one_at_a_time(&mut tx).await?;
        let moved = move_positions(&mut tx, batches).await?;
        let moved = batches.iter().filter(|batch| moved.contains(&batch.conversation.to_string()));
        let notifications = insert_mentions(&mut tx, moved.clone()).await?;
        let docs = moved.flat_map(|batch| {
            let (org, conversation) = (batch.org, Some(batch.conversation));
            batch.docs.iter().map(move |doc| NewDoc { org, conversation, ref_id: None, doc })
        });
        put_docs(&mut tx, docs.collect()).await?;
        tx.commit().await?;
        Ok(notifications)
    }

    /// Visitors and tickets of all orgs that changed since they were made searchable.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn changes(self, limit: i64) -> Result<Vec<UnindexedChange>, DbError> {
        let rows: Vec<ChangeRow> = on_readers!(self.db, pool => {
            sqlx::query_as(CHANGES).bind(limit).fetch_all(pool).await?
        });
        Ok(rows.into_iter().filter_map(ChangeRow::into_change).collect())
    }

    /// Makes changed visitors and tickets searchable; one that changed again meanwhile stays to be done.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn put_changes(self, changes: &[(UnindexedChange, Option<SearchDoc>)]) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        one_at_a_time(&mut tx).await?;
        let settled = settle_changes(&mut tx, changes).await?;
        let settled: Vec<_> = changes.iter().filter(|(change, _)| settled.contains(&change.id)).collect();
        let ids: Vec<[&str; 1]> = settled.iter().map(|(change, _)| [change.id.as_str()]).collect();
        forget(&mut tx, &ids).await?;
        // One that was deleted since it was read is noted by nobody again.
        let existing = existing(&mut tx, &ids).await?;
        let docs =
            settled.iter().filter(|(change, _)| existing.contains(&change.id)).filter_map(|(change, doc)| {
                let conversation = change.found.as_ref().and_then(|found| found.conversation);
                Some(NewDoc { org: change.org, conversation, ref_id: Some(&change.id), doc: doc.as_ref()? })
            });
        put_docs(&mut tx, docs.collect()).await?;
        Ok(tx.commit().await?)
    }
}

/// Takes changes off the list unless they have changed again; gives back the ids of those taken.
async fn settle_changes(
    tx: &mut Tx,
    changes: &[(UnindexedChange, Option<SearchDoc>)],
) -> Result<HashSet<String>, DbError> {
    let rows: Vec<(&str, &str, String, i64)> = changes
        .iter()
        .map(|(change, _)| {
            (change.kind.as_str(), change.id.as_str(), change.org.to_string(), change.change_count)
        })
        .collect();
    let statement = on_json!(
        tx,
        "delete from search_pending where (kind, ref_id, org_id, change_count) in \
         (select r.value ->> 0, r.value ->> 1, r.value ->> 2, cast(r.value ->> 3 as bigint) from ",
        ") returning ref_id"
    );
    let ids: Vec<String> = on_tx!(tx, connection => {
        sqlx::query_scalar(statement).bind(json_rows(&rows)).fetch_all(connection).await?
    });
    Ok(ids.into_iter().collect())
}

async fn forget(tx: &mut Tx, ids: &[[&str; 1]]) -> Result<(), DbError> {
    let statement = on_json!(tx, "delete from search_docs where ref_id in (select r.value ->> 0 from ", ")");
    on_tx!(tx, connection => {
        sqlx::query(statement).bind(json_rows(ids)).execute(connection).await?;
    });
    Ok(())
}

async fn existing(tx: &mut Tx, ids: &[[&str; 1]]) -> Result<HashSet<String>, DbError> {
    let statement = on_json!(
        tx,
        "with known (id) as (select r.value ->> 0 from ",
        ") select v.id from known k join visitors v on v.id = k.id \
         union all select t.id from known k join tickets t on t.id = k.id"
    );
    let ids: Vec<String> = on_tx!(tx, connection => {
        sqlx::query_scalar(statement).bind(json_rows(ids)).fetch_all(connection).await?
    });
    Ok(ids.into_iter().collect())
}

/// Waits, in PostgreSQL, until no other node writes the index: what is to be written and where is read before it is written.
/// In SQLite there is one writer.
async fn one_at_a_time(tx: &mut Tx) -> Result<(), DbError> {
    if tx.is_postgres() {
        on_tx!(tx, connection => {
            sqlx::query("select pg_advisory_xact_lock(cast($1 as bigint))")
                .bind(INDEX_LOCK)
                .execute(connection)
                .await?;
        });
    }
    Ok(())
}

/// Moves how far conversations are searchable; gives back the ids of those that exist and were where they were read.
async fn move_positions(tx: &mut Tx, batches: &[IndexedEntries]) -> Result<HashSet<String>, DbError> {
    let stored = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
    let rows: Vec<(String, String, i64, i64)> = batches
        .iter()
        .map(|batch| {
            (batch.conversation.to_string(), batch.org.to_string(), stored(batch.after), stored(batch.up_to))
        })
        .collect();
    let statement = on_json!(
        tx,
        "with read (id, org, after, up_to) as (select r.value ->> 0, r.value ->> 1, cast(r.value ->> 2 as bigint), \
         cast(r.value ->> 3 as bigint) from ",
        ") insert into search_positions (conversation_id, org_id, seq) \
         select c.id, c.org_id, read.up_to from read join conversations c on c.id = read.id and c.org_id = read.org \
         left join search_positions p on p.conversation_id = c.id where coalesce(p.seq, 0) = read.after \
         on conflict (conversation_id) do update set seq = excluded.seq returning conversation_id"
    );
    let moved: Vec<String> = on_tx!(tx, connection => {
        sqlx::query_scalar(statement).bind(json_rows(&rows)).fetch_all(connection).await?
    });
    Ok(moved.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan_for_tests::plan_in_sqlite;

    #[tokio::test]
    async fn what_waits_is_neither_sorted_nor_walked_through() {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 1).await.unwrap();

        let batch = plan_in_sqlite(&db, CHANGES).await.join("\n");
        assert!(!batch.contains("TEMP B-TREE"), "{batch}");
        assert!(batch.contains("SCAN search_pending USING INDEX"), "by its key: {batch}");
        let of_org = plan_in_sqlite(&db, PENDING_OF_ORG).await.join("\n");
        assert!(of_org.contains("search_pending_by_org"), "{of_org}");
    }
}
