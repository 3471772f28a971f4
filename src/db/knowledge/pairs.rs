//! Questions with their answers. A pair can be found from the commit that writes it.

use rooms::{OrgId, Timestamp};

use super::chunks::{bump_revision, insert_chunks};
use crate::db::engine::database::Tx;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{PairId, PairPassage, PairRecord, PairWrite, SourceId, SourceRecord};

#[derive(sqlx::FromRow)]
struct PairRow {
    id: String,
    source_id: String,
    question: String,
    phrasings: String,
    answer: String,
    created_at: i64,
    updated_at: i64,
}

impl PairRow {
    fn into_record(self) -> Result<PairRecord, DbError> {
        let id = self.id.clone();
        let parse = || {
            Some(PairRecord {
                id: self.id.parse().ok()?,
                source: self.source_id.parse().ok()?,
                question: self.question,
                phrasings: serde_json::from_str(&self.phrasings).ok()?,
                answer: self.answer,
                created_at: Timestamp(self.created_at),
                updated_at: Timestamp(self.updated_at),
            })
        };
        parse().ok_or(DbError::Corrupt { what: "pair", id })
    }
}

macro_rules! select_pairs {
    ($rest:literal) => {
        concat!(
            "select id, source_id, question, phrasings, answer, created_at, updated_at from knowledge_pairs ",
            $rest
        )
    };
}

handle!(
    /// Questions with their answers.
    Pairs
);

impl Pairs<'_> {
    /// A pair of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: PairId) -> Result<Option<PairRecord>, DbError> {
        let row: Option<PairRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_pairs!("where id = $1 and org_id = $2"))
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(PairRow::into_record).transpose()
    }

    /// Pairs of an org, oldest first; of one set, where it is named.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        source: Option<SourceId>,
        after: Option<PairId>,
        limit: i64,
    ) -> Result<Vec<PairRecord>, DbError> {
        let statement = select_pairs!(
            "where org_id = $1 and ($2 is null or source_id = $2) and id > $3 order by id limit $4"
        );
        let rows: Vec<PairRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(source.map(|id| id.to_string()))
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(PairRow::into_record).collect()
    }

    /// How many pairs a set has.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn count(self, org: OrgId, source: SourceId) -> Result<i64, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar("select count(*) from knowledge_pairs where org_id = $1 and source_id = $2")
                .bind(org.to_string())
                .bind(source.to_string())
                .fetch_one(pool)
                .await?
        }))
    }

    /// Writes a pair, new or changed, and the passage it is found by; `false` where its set is gone.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn put(
        self,
        set: &SourceRecord,
        pair: &PairWrite,
        passage: &PairPassage,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        if !touch_set(&mut tx, set.org, set.id, passage, now).await? {
            return Ok(false);
        }
        delete_passage(&mut tx, set.org, pair.id).await?;
        insert_pair(&mut tx, set.org, pair, now).await?;
        let model = passage.model.as_deref();
        insert_chunks(&mut tx, set, std::slice::from_ref(&passage.chunk), model, now).await?;
        count_chunks(&mut tx, set.org, set.id).await?;
        bump_revision(&mut tx, set.org).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Deletes a pair; from the commit on it is no answer any more.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(
        self,
        org: OrgId,
        source: SourceId,
        id: PairId,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        delete_passage(&mut tx, org, id).await?;
        let deleted = on_tx!(&mut tx, connection => {
            sqlx::query("delete from knowledge_pairs where id = $1 and org_id = $2")
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        on_tx!(&mut tx, connection => {
            sqlx::query("update knowledge_sources set version = version + 1, updated_at = $1 where id = $2 and org_id = $3")
                .bind(now.0)
                .bind(source.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?;
        });
        count_chunks(&mut tx, org, source).await?;
        bump_revision(&mut tx, org).await?;
        tx.commit().await?;
        Ok(deleted == 1)
    }
}

/// Writes a pair over an older one of the same id.
pub(super) async fn insert_pair(
    tx: &mut Tx,
    org: OrgId,
    pair: &PairWrite,
    now: Timestamp,
) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "insert into knowledge_pairs (id, org_id, source_id, question, phrasings, answer, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (id) do update set question = excluded.question, \
             phrasings = excluded.phrasings, answer = excluded.answer, updated_at = excluded.updated_at",
        )
        .bind(pair.id.to_string())
        .bind(org.to_string())
        .bind(pair.source.to_string())
        .bind(&pair.question)
        .bind(serde_json::to_string(&pair.phrasings).expect("plain data"))
        .bind(&pair.answer)
        .bind(now.0)
        .execute(connection)
        .await?;
    });
    Ok(())
}

/// Notes the change of a set, so that what was read of it before is not kept; without vectors it is read again.
async fn touch_set(
    tx: &mut Tx,
    org: OrgId,
    id: SourceId,
    passage: &PairPassage,
    now: Timestamp,
) -> Result<bool, DbError> {
    let touched = on_tx!(tx, connection => {
        sqlx::query(
            "update knowledge_sources set version = version + 1, updated_at = $1, \
             model = case when $2 then null else model end, retry_at = coalesce($3, retry_at) \
             where id = $4 and org_id = $5",
        )
        .bind(now.0)
        .bind(passage.retry_at.is_some())
        .bind(passage.retry_at.map(|at| at.0))
        .bind(id.to_string())
        .bind(org.to_string())
        .execute(connection)
        .await?
        .rows_affected()
    });
    Ok(touched == 1)
}

async fn delete_passage(tx: &mut Tx, org: OrgId, pair: PairId) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query("delete from knowledge_chunks where pair_id = $1 and org_id = $2")
            .bind(pair.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?;
    });
    Ok(())
}

/// Counts a source's passages again.
pub(super) async fn count_chunks(tx: &mut Tx, org: OrgId, id: SourceId) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "update knowledge_sources set chunk_count = \
             (select count(*) from knowledge_chunks where source_id = $1 and org_id = $2) where id = $1 and org_id = $2",
        )
        .bind(id.to_string())
        .bind(org.to_string())
        .execute(connection)
        .await?;
    });
    Ok(())
}
