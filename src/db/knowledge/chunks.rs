//! Passages: the pieces that are found, by their words and by their vectors.

use rooms::{OrgId, Timestamp};
use sqlx::QueryBuilder;

use crate::db::engine::database::{Backend, Tx};
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{ChunkRecord, NewChunk, PassageId, Scope, SourceRecord, VectorRecord};

#[derive(sqlx::FromRow)]
struct ChunkRow {
    num: i64,
    id: String,
    source_id: String,
    pair_id: Option<String>,
    channel_id: Option<String>,
    language: String,
    title: String,
    question: Option<String>,
    text: String,
    url: Option<String>,
    question_terms: String,
    terms: String,
}

impl ChunkRow {
    fn into_record(self) -> Result<ChunkRecord, DbError> {
        let id = self.id.clone();
        let parse = || {
            Some(ChunkRecord {
                num: self.num,
                id: self.id.parse().ok()?,
                source: self.source_id.parse().ok()?,
                pair: self.pair_id.map(|id| id.parse()).transpose().ok()?,
                channel: self.channel_id.map(|id| id.parse()).transpose().ok()?,
                language: self.language,
                title: self.title,
                question: self.question,
                text: self.text,
                url: self.url,
                question_terms: serde_json::from_str(&self.question_terms).ok()?,
                terms: self.terms,
            })
        };
        parse().ok_or(DbError::Corrupt { what: "passage", id })
    }
}

macro_rules! chunk_columns {
    () => {
        "c.num, c.id, c.source_id, c.pair_id, c.channel_id, c.language, c.title, c.question, c.text, c.url, \
         c.question_terms, c.terms"
    };
}

/// Stands among a passage's words, so that one org's words are looked for among its own only.
fn org_term(org: OrgId) -> String {
    format!("org{}", org.to_string().replace('-', ""))
}

/// Passages with any of the words; words hold letters and digits only.
fn any_of(org: OrgId, words: &[String], is_postgres: bool) -> String {
    let (quote, and, or) = if is_postgres { ('\'', " & ", " | ") } else { ('"', " AND ", " OR ") };
    let quoted: Vec<String> = words
        .iter()
        .filter(|word| word.chars().all(char::is_alphanumeric))
        .map(|word| format!("{quote}{word}{quote}"))
        .collect();
    format!("{quote}{}{quote}{and}({})", org_term(org), quoted.join(or))
}

handle!(
    /// Passages of sources.
    Chunks
);

impl Chunks<'_> {
    /// Passages that hold any of the words, the likeliest first as the engine sees it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn find(self, scope: Scope, words: &[String], limit: i64) -> Result<Vec<ChunkRecord>, DbError> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let channel = scope.channel.map(|id| id.to_string());
        let rows: Vec<ChunkRow> = match self.db.backend() {
            Backend::Sqlite { readers, .. } => {
                sqlx::query_as(concat!(
                    "select ",
                    chunk_columns!(),
                    " from knowledge_terms t join knowledge_chunks c on c.num = t.rowid \
                     where knowledge_terms match $1 and c.org_id = $2 and (c.channel_id is null or c.channel_id = $3) \
                     order by t.rank, c.num limit $4"
                ))
                .bind(any_of(scope.org, words, false))
                .bind(scope.org.to_string())
                .bind(channel)
                .bind(limit)
                .fetch_all(readers)
                .await?
            }
            Backend::Postgres(pool) => {
                sqlx::query_as(concat!(
                    "select ",
                    chunk_columns!(),
                    " from knowledge_chunks c \
                     where c.search @@ $1::tsquery and c.org_id = $2 and (c.channel_id is null or c.channel_id = $3) \
                     order by ts_rank(c.search, $1::tsquery) desc, c.num limit $4"
                ))
                .bind(any_of(scope.org, words, true))
                .bind(scope.org.to_string())
                .bind(channel)
                .bind(limit)
                .fetch_all(pool)
                .await?
            }
        };
        rows.into_iter().map(ChunkRow::into_record).collect()
    }

    /// How many passages of an org hold a word.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn count_with_word(self, org: OrgId, word: &str) -> Result<i64, DbError> {
        let words = [word.to_owned()];
        Ok(match self.db.backend() {
            Backend::Sqlite { readers, .. } => {
                sqlx::query_scalar("select count(*) from knowledge_terms where knowledge_terms match $1")
                    .bind(any_of(org, &words, false))
                    .fetch_one(readers)
                    .await?
            }
            Backend::Postgres(pool) => {
                sqlx::query_scalar(
                    "select count(*) from knowledge_chunks where search @@ $1::tsquery and org_id = $2",
                )
                .bind(any_of(org, &words, true))
                .bind(org.to_string())
                .fetch_one(pool)
                .await?
            }
        })
    }

    /// How many passages an org has.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn count(self, org: OrgId) -> Result<i64, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar("select count(*) from knowledge_chunks where org_id = $1")
                .bind(org.to_string())
                .fetch_one(pool)
                .await?
        }))
    }

    /// The passages with these numbers, as far as they are there and the scope knows them.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn at(self, scope: Scope, nums: &[i64]) -> Result<Vec<ChunkRecord>, DbError> {
        if nums.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<ChunkRow> = on_readers!(self.db, pool => {
            let mut query = QueryBuilder::new(concat!("select ", chunk_columns!(), " from knowledge_chunks c where c.org_id = "));
            query.push_bind(scope.org.to_string());
            query.push(" and (c.channel_id is null or c.channel_id = ");
            query.push_bind(scope.channel.map(|id| id.to_string()));
            query.push(") and c.num in (");
            let mut list = query.separated(", ");
            for num in nums {
                list.push_bind(*num);
            }
            query.push(")");
            query.build_query_as().fetch_all(pool).await?
        });
        rows.into_iter().map(ChunkRow::into_record).collect()
    }

    /// A passage of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: PassageId) -> Result<Option<ChunkRecord>, DbError> {
        let statement = concat!(
            "select ",
            chunk_columns!(),
            " from knowledge_chunks c where c.id = $1 and c.org_id = $2"
        );
        let row: Option<ChunkRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(ChunkRow::into_record).transpose()
    }

    /// Every vector of an org that one model made, in the order of the passages.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn vectors(self, org: OrgId, model: &str, limit: i64) -> Result<Vec<VectorRecord>, DbError> {
        let rows: Vec<(i64, i64, Option<String>, Vec<u8>)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select v.chunk_num, v.place, c.channel_id, v.vector from knowledge_vectors v \
                 join knowledge_chunks c on c.num = v.chunk_num \
                 where v.org_id = $1 and v.model = $2 order by v.chunk_num, v.place limit $3",
            )
            .bind(org.to_string())
            .bind(model)
            .bind(limit)
            .fetch_all(pool)
            .await?
        });
        rows.into_iter()
            .map(|(chunk, place, channel, bytes)| {
                let corrupt = || DbError::Corrupt { what: "vector of passage", id: chunk.to_string() };
                let channel = channel.map(|id| id.parse()).transpose().map_err(|_| corrupt())?;
                let (numbers, rest) = bytes.as_chunks::<4>();
                let vector = numbers.iter().map(|number| f32::from_le_bytes(*number)).collect();
                if rest.is_empty() {
                    Ok(VectorRecord { chunk, place, channel, vector })
                } else {
                    Err(corrupt())
                }
            })
            .collect()
    }

    /// A number that rises whenever what an org knows changes, whoever changes it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn revision(self, org: OrgId) -> Result<i64, DbError> {
        let revision: Option<i64> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select revision from knowledge_revisions where org_id = $1")
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(revision.unwrap_or(0))
    }
}

/// Notes that what an org knows has changed.
pub(super) async fn bump_revision(tx: &mut Tx, org: OrgId) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "insert into knowledge_revisions (org_id, revision) values ($1, 1) \
             on conflict (org_id) do update set revision = knowledge_revisions.revision + 1",
        )
        .bind(org.to_string())
        .execute(connection)
        .await?;
    });
    Ok(())
}

/// Writes passages of a source.
pub(super) async fn insert_chunks(
    tx: &mut Tx,
    source: &SourceRecord,
    chunks: &[NewChunk],
    model: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    let (org, own_term) = (source.org.to_string(), org_term(source.org));
    for chunk in chunks {
        let num: i64 = on_tx!(&mut *tx, connection => {
            sqlx::query_scalar(
                "insert into knowledge_chunks (id, org_id, channel_id, source_id, pair_id, language, title, question, \
                 text, url, question_terms, terms, created_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning num",
            )
            .bind(PassageId::new().to_string())
            .bind(&org)
            .bind(source.channel.map(|id| id.to_string()))
            .bind(source.id.to_string())
            .bind(chunk.pair.map(|id| id.to_string()))
            .bind(&chunk.language)
            .bind(&chunk.title)
            .bind(&chunk.question)
            .bind(&chunk.text)
            .bind(&chunk.url)
            .bind(serde_json::to_string(&chunk.question_terms).expect("plain data"))
            .bind(format!("{own_term} {}", chunk.terms).trim_end().to_owned())
            .bind(now.0)
            .fetch_one(connection)
            .await?
        });
        let Some(model) = model else { continue };
        for (place, vector) in (0_i64..).zip(&chunk.vectors) {
            let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
            on_tx!(&mut *tx, connection => {
                sqlx::query("insert into knowledge_vectors (chunk_num, place, org_id, model, vector) values ($1, $2, $3, $4, $5)")
                    .bind(num)
                    .bind(place)
                    .bind(&org)
                    .bind(model)
                    .bind(bytes)
                    .execute(connection)
                    .await?;
            });
        }
    }
    Ok(())
}
