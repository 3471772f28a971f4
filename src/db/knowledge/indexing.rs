//! Indexing as storage sees it: which source is next, how far it is, and its outcome.

use rooms::{OrgId, Timestamp};

use super::chunks::{bump_revision, insert_chunks};
use super::pairs::count_chunks;
use super::sources::{SourceRow, source_columns};
use crate::db::{DbError, handle, live_nodes, on_readers, on_tx};
use crate::model::{Indexed, KeepOutcome, NodeId, SourceId, SourceLane, SourceRecord};

handle!(
    /// Sources as the job that reads them sees them.
    Indexing
);

impl Indexing<'_> {
    /// Puts what nodes were reading that are gone back into the queue; says how many sources that were. One that has
    /// been begun `attempts_max` times without an end fails with `reason`: it may be what ended the process.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn requeue_interrupted(
        self,
        attempts_max: i64,
        reason: &str,
        of_process: Timestamp,
    ) -> Result<u64, DbError> {
        let now = self.db.nodes().now(of_process).await?;
        let mut tx = self.db.begin().await?;
        let count = on_tx!(&mut tx, connection => {
            sqlx::query(concat!(
                "update knowledge_sources set state = case when attempts >= $1 then 'failed' else 'queued' end, \
                 reason = case when attempts >= $1 then $2 else null end, \
                 attempts = case when attempts >= $1 then 0 else attempts end \
                 where state = 'indexing' and (claimed_by is null or claimed_by not in ",
                live_nodes!("$3"),
                ")"
            ))
            .bind(attempts_max)
            .bind(reason)
            .bind(now.0)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(count)
    }

    /// Puts what a node was reading back into the queue when it stops; that was no failed attempt.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn release(self, by: NodeId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update knowledge_sources set state = 'queued', \
                 attempts = case when attempts > 0 then attempts - 1 else 0 end where state = 'indexing' and claimed_by = $1",
            )
            .bind(by.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// The orgs with sources that wait, those that wait longest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn queued_orgs(self, lane: SourceLane) -> Result<Vec<OrgId>, DbError> {
        let orgs: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select org_id from knowledge_sources where state = 'queued' and (kind in ('pdf', 'page')) = $1 \
                 group by org_id order by min(updated_at), org_id",
            )
            .bind(lane == SourceLane::Slow)
            .fetch_all(pool)
            .await?
        });
        let corrupt = |id: &String| DbError::Corrupt { what: "org of a source", id: id.clone() };
        orgs.iter().map(|org| org.parse().map_err(|_| corrupt(org))).collect()
    }

    /// Takes the next source of an org out of the queue for a node. That it is begun is stored first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn claim_next(
        self,
        org: OrgId,
        lane: SourceLane,
        by: NodeId,
    ) -> Result<Option<SourceRecord>, DbError> {
        let mut tx = self.db.begin().await?;
        let row: Option<SourceRow> = on_tx!(&mut tx, connection => {
            sqlx::query_as(concat!(
                "update knowledge_sources set state = 'indexing', reason = null, progress_done = 0, progress_total = 0, \
                 attempts = attempts + 1, claimed_by = $3 where state = 'queued' and org_id = $1 and id = (select id from knowledge_sources \
                 where state = 'queued' and org_id = $1 and (kind in ('pdf', 'page')) = $2 order by updated_at, id limit 1) \
                 returning ",
                source_columns!()
            ))
            .bind(org.to_string())
            .bind(lane == SourceLane::Slow)
            .bind(by.to_string())
            .fetch_optional(connection)
            .await?
        });
        tx.commit().await?;
        row.map(SourceRow::into_record).transpose()
    }

    /// Takes a source out of the queue for a node, where it waits there. That it is begun is stored first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn claim(self, id: SourceId, by: NodeId) -> Result<Option<SourceRecord>, DbError> {
        let mut tx = self.db.begin().await?;
        let row: Option<SourceRow> = on_tx!(&mut tx, connection => {
            sqlx::query_as(concat!(
                "update knowledge_sources set state = 'indexing', reason = null, progress_done = 0, progress_total = 0, \
                 attempts = attempts + 1, claimed_by = $2 where state = 'queued' and id = $1 returning ",
                source_columns!()
            ))
            .bind(id.to_string())
            .bind(by.to_string())
            .fetch_optional(connection)
            .await?
        });
        tx.commit().await?;
        row.map(SourceRow::into_record).transpose()
    }

    /// Notes how far the reading of a source has come.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn record_progress(self, source: &SourceRecord, done: i64, total: i64) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update knowledge_sources set progress_done = $1, progress_total = $2 \
                 where id = $3 and org_id = $4 and version = $5",
            )
            .bind(done)
            .bind(total)
            .bind(source.id.to_string())
            .bind(source.org.to_string())
            .bind(source.version)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Puts what was read in the place of what was read before, at once.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn keep(
        self,
        source: &SourceRecord,
        indexed: &Indexed,
        chunks_max: i64,
        now: Timestamp,
    ) -> Result<KeepOutcome, DbError> {
        let (id, org) = (source.id.to_string(), source.org.to_string());
        let mut tx = self.db.begin().await?;
        let kept = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update knowledge_sources set state = 'ready', reason = null, warning = $8, attempts = 0, model = $1, retry_at = $2, \
                 indexed_at = $3, title = case when title = '' then coalesce($4, title) else title end \
                 where id = $5 and org_id = $6 and version = $7",
            )
            .bind(&indexed.model)
            .bind(indexed.retry_at.map(|at| at.0))
            .bind(now.0)
            .bind(&indexed.title)
            .bind(&id)
            .bind(&org)
            .bind(source.version)
            .bind(&indexed.warning)
            .execute(connection)
            .await?
            .rows_affected()
        });
        if kept == 0 {
            return Ok(KeepOutcome::Outdated);
        }
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from knowledge_chunks where source_id = $1 and org_id = $2")
                .bind(&id)
                .bind(&org)
                .execute(connection)
                .await?;
        });
        let others: i64 = on_tx!(&mut tx, connection => {
            sqlx::query_scalar("select count(*) from knowledge_chunks where org_id = $1")
                .bind(&org)
                .fetch_one(connection)
                .await?
        });
        let new = i64::try_from(indexed.chunks.len()).unwrap_or(i64::MAX);
        if others.saturating_add(new) > chunks_max {
            return Ok(KeepOutcome::TooMany);
        }
        insert_chunks(&mut tx, source, &indexed.chunks, indexed.model.as_deref(), now).await?;
        count_chunks(&mut tx, source.org, source.id).await?;
        bump_revision(&mut tx, source.org).await?;
        tx.commit().await?;
        Ok(KeepOutcome::Kept)
    }

    /// Notes that a source could not be read; what was found of it before stays.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn fail(self, source: &SourceRecord, reason: &str) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update knowledge_sources set state = 'failed', reason = $1, attempts = 0 \
                 where id = $2 and org_id = $3 and version = $4",
            )
            .bind(reason)
            .bind(source.id.to_string())
            .bind(source.org.to_string())
            .bind(source.version)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Puts a source back into the queue after it was changed while a node read it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn requeue(self, org: OrgId, id: SourceId, by: NodeId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update knowledge_sources set state = 'queued', attempts = 0 \
                 where id = $1 and org_id = $2 and state = 'indexing' and claimed_by = $3",
            )
            .bind(id.to_string())
            .bind(org.to_string())
            .bind(by.to_string())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// The orgs with sources that were read, and the models of their vectors, as far as they may be read again.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn models(self, now: Timestamp) -> Result<Vec<(OrgId, Option<String>)>, DbError> {
        let rows: Vec<(String, Option<String>)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select distinct org_id, model from knowledge_sources where state = 'ready' \
                 and kind <> 'vector_store' and (retry_at is null or retry_at <= $1)",
            )
            .bind(now.0)
            .fetch_all(pool)
            .await?
        });
        rows.into_iter()
            .map(|(org, model)| {
                let corrupt = || DbError::Corrupt { what: "org of a source", id: org.clone() };
                Ok((org.parse().map_err(|_| corrupt())?, model))
            })
            .collect()
    }

    /// Queues what was read with another model than `model`; says how many sources.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn queue_other_models(
        self,
        org: OrgId,
        model: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, DbError> {
        let mut tx = self.db.begin().await?;
        let count = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update knowledge_sources set state = 'queued' where org_id = $1 and state = 'ready' \
                 and kind <> 'vector_store' and coalesce(model, '') <> $2 and (retry_at is null or retry_at <= $3)",
            )
            .bind(org.to_string())
            .bind(model.unwrap_or_default())
            .bind(now.0)
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(count)
    }
}
