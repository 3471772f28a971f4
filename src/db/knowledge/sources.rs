//! Sources of knowledge: what an org or one of its channels was given to know.

use rooms::{ChannelId, OrgId, Timestamp};

use super::chunks::bump_revision;
use super::pairs::insert_pair;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{NewSource, PairWrite, SourceChange, SourceId, SourceKind, SourceRecord, SourceState};

#[derive(sqlx::FromRow)]
pub(super) struct SourceRow {
    id: String,
    org_id: String,
    channel_id: Option<String>,
    kind: String,
    title: String,
    url: Option<String>,
    vector_store_id: Option<String>,
    state: String,
    reason: Option<String>,
    warning: Option<String>,
    model: Option<String>,
    progress_done: i64,
    progress_total: i64,
    chunk_count: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
    indexed_at: Option<i64>,
}

impl SourceRow {
    pub(super) fn into_record(self) -> Result<SourceRecord, DbError> {
        let id = self.id.clone();
        let parse = || {
            Some(SourceRecord {
                id: self.id.parse().ok()?,
                org: self.org_id.parse().ok()?,
                channel: self.channel_id.map(|id| id.parse()).transpose().ok()?,
                kind: SourceKind::parse(&self.kind)?,
                title: self.title,
                url: self.url,
                vector_store_id: self.vector_store_id,
                state: SourceState::parse(&self.state)?,
                reason: self.reason,
                warning: self.warning,
                model: self.model,
                progress_done: self.progress_done,
                progress_total: self.progress_total,
                chunk_count: self.chunk_count,
                version: self.version,
                created_at: Timestamp(self.created_at),
                updated_at: Timestamp(self.updated_at),
                indexed_at: self.indexed_at.map(Timestamp),
            })
        };
        parse().ok_or(DbError::Corrupt { what: "source", id })
    }
}

macro_rules! source_columns {
    () => {
        "id, org_id, channel_id, kind, title, url, vector_store_id, state, reason, warning, model, \
         progress_done, progress_total, chunk_count, version, created_at, updated_at, indexed_at"
    };
}
pub(super) use source_columns;

macro_rules! select_sources {
    ($rest:literal) => {
        concat!("select ", source_columns!(), " from knowledge_sources ", $rest)
    };
}

handle!(
    /// Sources of knowledge.
    Sources
);

impl Sources<'_> {
    /// Makes a source, with the pairs it holds where it is a set of them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(self, new: &NewSource, pairs: &[PairWrite], now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into knowledge_sources (id, org_id, channel_id, kind, title, url, vector_store_id, content, \
                 state, model, progress_done, progress_total, chunk_count, version, created_at, updated_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 1, $11, $11)",
            )
            .bind(new.id.to_string())
            .bind(new.org.to_string())
            .bind(new.channel.map(|id| id.to_string()))
            .bind(new.kind.as_str())
            .bind(&new.title)
            .bind(&new.url)
            .bind(&new.vector_store_id)
            .bind(&new.content)
            .bind(new.state.as_str())
            .bind(&new.model)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        for pair in pairs {
            insert_pair(&mut tx, new.org, pair, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// A source of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: SourceId) -> Result<Option<SourceRecord>, DbError> {
        let row: Option<SourceRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_sources!("where id = $1 and org_id = $2"))
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(SourceRow::into_record).transpose()
    }

    /// Sources of an org, oldest first; with a channel, those that this channel knows.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
        after: Option<SourceId>,
        limit: i64,
    ) -> Result<Vec<SourceRecord>, DbError> {
        let statement = select_sources!(
            "where org_id = $1 and id > $2 and ($3 is null or channel_id is null or channel_id = $3) order by id limit $4"
        );
        let rows: Vec<SourceRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(channel.map(|id| id.to_string()))
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(SourceRow::into_record).collect()
    }

    /// The vector stores that a channel, or a channel without knowledge of its own, is answered from.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn vector_stores(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
    ) -> Result<Vec<SourceRecord>, DbError> {
        let statement = select_sources!(
            "where org_id = $1 and kind = 'vector_store' and (channel_id is null or channel_id = $2) order by id"
        );
        let rows: Vec<SourceRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(channel.map(|id| id.to_string()))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(SourceRow::into_record).collect()
    }

    /// The oldest set of pairs of exactly this scope, to which single pairs are added.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn pair_set(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
    ) -> Result<Option<SourceRecord>, DbError> {
        let statement = select_sources!(
            "where org_id = $1 and kind = 'pairs' and coalesce(channel_id, '') = $2 order by id limit 1"
        );
        let row: Option<SourceRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(channel.map(|id| id.to_string()).unwrap_or_default())
                .fetch_optional(pool)
                .await?
        });
        row.map(SourceRow::into_record).transpose()
    }

    /// How many sources an org has.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn count(self, org: OrgId) -> Result<i64, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar("select count(*) from knowledge_sources where org_id = $1")
                .bind(org.to_string())
                .fetch_one(pool)
                .await?
        }))
    }

    /// What was written into or uploaded as a source.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn content(self, org: OrgId, id: SourceId) -> Result<Option<Vec<u8>>, DbError> {
        let content: Option<Option<Vec<u8>>> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select content from knowledge_sources where id = $1 and org_id = $2")
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(content.flatten())
    }

    /// Changes a source. Another channel takes effect at once, other content when it has been read.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn change(
        self,
        org: OrgId,
        id: SourceId,
        change: &SourceChange,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let channel = change.channel.value().map(|id| id.to_string());
        let changed = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update knowledge_sources set title = coalesce($1, title), url = coalesce($2, url), \
                 vector_store_id = coalesce($3, vector_store_id), content = coalesce($4, content), \
                 channel_id = case when $5 then $6 else channel_id end, state = coalesce($7, state), \
                 reason = case when $7 is null then reason else null end, \
                 attempts = case when $7 is null then attempts else 0 end, \
                 version = version + 1, updated_at = $8 where id = $9 and org_id = $10",
            )
            .bind(&change.title)
            .bind(&change.url)
            .bind(&change.vector_store_id)
            .bind(&change.content)
            .bind(!change.channel.is_keep())
            .bind(&channel)
            .bind(change.state.map(SourceState::as_str))
            .bind(now.0)
            .bind(id.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?
            .rows_affected()
        });
        if !change.channel.is_keep() {
            on_tx!(&mut tx, connection => {
                sqlx::query("update knowledge_chunks set channel_id = $1 where source_id = $2 and org_id = $3")
                    .bind(&channel)
                    .bind(id.to_string())
                    .bind(org.to_string())
                    .execute(connection)
                    .await?;
            });
        }
        bump_revision(&mut tx, org).await?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Deletes a source with everything that was found in it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(self, org: OrgId, id: SourceId) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let deleted = on_tx!(&mut tx, connection => {
            sqlx::query("delete from knowledge_sources where id = $1 and org_id = $2")
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        bump_revision(&mut tx, org).await?;
        tx.commit().await?;
        Ok(deleted == 1)
    }
}
