//! Questions that could not be answered, counted by what they ask.

use rooms::{ChannelId, OrgId, Timestamp};

use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{AskedQuestion, UnansweredId, UnansweredRecord};

/// Questions kept per org: more than anybody reads; the oldest that were asked least give way.
const KEPT_MAX: i64 = 1_000;

#[derive(sqlx::FromRow)]
struct UnansweredRow {
    id: String,
    channel_id: String,
    conversation_id: Option<String>,
    question: String,
    language: Option<String>,
    asked_count: i64,
    created_at: i64,
    asked_at: i64,
}

impl UnansweredRow {
    fn into_record(self) -> Result<UnansweredRecord, DbError> {
        let id = self.id.clone();
        let parse = || {
            let channel = Some(self.channel_id).filter(|id| !id.is_empty());
            Some(UnansweredRecord {
                id: self.id.parse().ok()?,
                channel: channel.map(|id| id.parse()).transpose().ok()?,
                conversation: self.conversation_id.map(|id| id.parse()).transpose().ok()?,
                question: self.question,
                language: self.language,
                asked_count: self.asked_count,
                created_at: Timestamp(self.created_at),
                asked_at: Timestamp(self.asked_at),
            })
        };
        parse().ok_or(DbError::Corrupt { what: "question", id })
    }
}

macro_rules! select_unanswered {
    ($rest:literal) => {
        concat!(
            "select id, channel_id, conversation_id, question, language, asked_count, created_at, asked_at ",
            "from knowledge_unanswered ",
            $rest
        )
    };
}

handle!(
    /// Questions that could not be answered.
    Unanswered
);

impl Unanswered<'_> {
    /// Notes a question; one that is known is counted.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn note(self, asked: &AskedQuestion, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into knowledge_unanswered (id, org_id, channel_id, conversation_id, question, folded, language, \
                 asked_count, created_at, asked_at) values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8) \
                 on conflict (org_id, channel_id, folded) do update set \
                 asked_count = knowledge_unanswered.asked_count + 1, asked_at = excluded.asked_at, \
                 conversation_id = coalesce(excluded.conversation_id, knowledge_unanswered.conversation_id)",
            )
            .bind(UnansweredId::new().to_string())
            .bind(asked.org.to_string())
            .bind(asked.channel.map(|id| id.to_string()).unwrap_or_default())
            .bind(asked.conversation.map(|id| id.to_string()))
            .bind(&asked.question)
            .bind(&asked.folded)
            .bind(&asked.language)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "delete from knowledge_unanswered where org_id = $1 and id not in (select id from knowledge_unanswered \
                 where org_id = $1 order by asked_at = $2 desc, asked_count desc, asked_at desc, id desc limit $3)",
            )
            .bind(asked.org.to_string())
            .bind(now.0)
            .bind(KEPT_MAX)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Questions of an org, the most asked first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        channel: Option<ChannelId>,
        limit: i64,
    ) -> Result<Vec<UnansweredRecord>, DbError> {
        let statement = select_unanswered!(
            "where org_id = $1 and ($2 is null or channel_id = $2) order by asked_count desc, asked_at desc, id desc limit $3"
        );
        let rows: Vec<UnansweredRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(channel.map(|id| id.to_string()))
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(UnansweredRow::into_record).collect()
    }

    /// A question of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: UnansweredId) -> Result<Option<UnansweredRecord>, DbError> {
        let row: Option<UnansweredRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_unanswered!("where id = $1 and org_id = $2"))
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(UnansweredRow::into_record).transpose()
    }

    /// Takes a question off the list.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(self, org: OrgId, id: UnansweredId) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let deleted = on_tx!(&mut tx, connection => {
            sqlx::query("delete from knowledge_unanswered where id = $1 and org_id = $2")
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(deleted == 1)
    }
}
