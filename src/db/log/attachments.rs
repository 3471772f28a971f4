//! Rows of files: whose they are, and whether a message names them.

use std::collections::HashSet;

use rooms::{Attachment, AttachmentId, ConversationId, Entry, OrgId, Timestamp, UserId};
use sqlx::QueryBuilder;

use super::count::{count, stored_count};
use super::json_rows::{json_rows, on_json};
use crate::db::engine::database::Tx;
use crate::db::id_pairs::parse_id_pairs;
use crate::db::people::visitors_of_person;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{AttachmentRecord, FileQuota, QuotaPassed, UNSENT_USABLE_MS, VisitorFile};

#[derive(Debug, sqlx::FromRow)]
struct AttachmentRow {
    id: String,
    org_id: String,
    conversation_id: String,
    uploader_id: String,
    name: String,
    content_type: String,
    bytes: i64,
    width: Option<i64>,
    height: Option<i64>,
    sha256: String,
    is_shown: bool,
    created_at: i64,
    sent_at: Option<i64>,
}

macro_rules! attachment_columns {
    () => {
        "id, org_id, conversation_id, uploader_id, name, content_type, bytes, width, height, sha256, is_shown, \
         created_at, sent_at"
    };
}

impl AttachmentRow {
    fn into_record(self) -> Result<AttachmentRecord, DbError> {
        let id = self.id.clone();
        self.parse().ok_or(DbError::Corrupt { what: "attachment", id })
    }

    fn parse(self) -> Option<AttachmentRecord> {
        let side = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
        Some(AttachmentRecord {
            org: self.org_id.parse().ok()?,
            conversation: self.conversation_id.parse().ok()?,
            uploader: self.uploader_id.parse().ok()?,
            file: Attachment {
                id: self.id.parse().ok()?,
                name: self.name.into(),
                content_type: self.content_type.into(),
                bytes: count(self.bytes),
                pixels: side(self.width).zip(side(self.height)),
            },
            sha256: self.sha256,
            is_shown: self.is_shown,
            created_at: Timestamp(self.created_at),
            sent_at: self.sent_at.map(Timestamp),
        })
    }
}

/// A file that an entry names, as it is marked with the entry: id, org, conversation, and whether visitors see it.
pub(super) type SentFile = (String, String, String, bool);

/// The files that an entry names.
pub(super) fn files_of(
    entry: &Entry,
    org: OrgId,
    conversation: ConversationId,
) -> impl Iterator<Item = SentFile> {
    let files = entry.body.content().map_or(&[][..], |content| &content.attachments);
    let is_shown = entry.visitor_prev.is_some();
    files.iter().map(move |file| (file.id.to_string(), org.to_string(), conversation.to_string(), is_shown))
}

/// Notes, with their entries, which files messages name.
pub(super) async fn mark_sent(tx: &mut Tx, files: &[SentFile], now: Timestamp) -> Result<(), DbError> {
    let statement = on_json!(
        tx,
        "update attachments set sent_at = coalesce(sent_at, $2), is_shown = (is_shown or cast(r.value ->> 3 as boolean)) \
         from ",
        " where attachments.id = r.value ->> 0 and org_id = r.value ->> 1 and conversation_id = r.value ->> 2"
    );
    on_tx!(tx, connection => {
        sqlx::query(statement).bind(json_rows(files)).bind(now.0).execute(connection).await?;
    });
    Ok(())
}

handle!(
    /// Files of conversations.
    Attachments
);

impl Attachments<'_> {
    /// Adds a file to its conversation, unless a quota would be passed: then nothing is added.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(
        self,
        record: &AttachmentRecord,
        quota: FileQuota,
    ) -> Result<Result<(), QuotaPassed>, DbError> {
        let sums = "select cast(coalesce(sum(case when conversation_id = $2 then bytes else 0 end), 0) as bigint), \
                    cast(coalesce(sum(bytes), 0) as bigint) from attachments where org_id = $1";
        let insert = concat!(
            "insert into attachments (",
            attachment_columns!(),
            ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        );
        let file = &record.file;
        let mut tx = self.db.begin().await?;
        let (in_conversation, in_org): (i64, i64) = on_tx!(&mut tx, connection => {
            sqlx::query_as(sums)
                .bind(record.org.to_string())
                .bind(record.conversation.to_string())
                .fetch_one(connection)
                .await?
        });
        if count(in_conversation).saturating_add(file.bytes) > quota.conversation_max_bytes {
            return Ok(Err(QuotaPassed::Conversation));
        }
        if count(in_org).saturating_add(file.bytes) > quota.org_max_bytes {
            return Ok(Err(QuotaPassed::Org));
        }
        on_tx!(&mut tx, connection => {
            sqlx::query(insert)
                .bind(file.id.to_string())
                .bind(record.org.to_string())
                .bind(record.conversation.to_string())
                .bind(record.uploader.to_string())
                .bind(file.name.to_string())
                .bind(file.content_type.to_string())
                .bind(stored_count(file.bytes))
                .bind(file.pixels.map(|(width, _)| i64::from(width)))
                .bind(file.pixels.map(|(_, height)| i64::from(height)))
                .bind(&record.sha256)
                .bind(record.is_shown)
                .bind(record.created_at.0)
                .bind(record.sent_at.map(|at| at.0))
                .execute(connection)
                .await?;
        });
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// A file of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: AttachmentId) -> Result<Option<AttachmentRecord>, DbError> {
        let statement =
            concat!("select ", attachment_columns!(), " from attachments where id = $1 and org_id = $2");
        let row: Option<AttachmentRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(id.to_string()).bind(org.to_string()).fetch_optional(pool).await?
        });
        row.map(AttachmentRow::into_record).transpose()
    }

    /// Files that were sent in the conversations of all visitors who were merged into one person, by whomever, the
    /// newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn sent_with_person(
        self,
        org: OrgId,
        main: UserId,
        limit: i64,
    ) -> Result<Vec<VisitorFile>, DbError> {
        let statement = concat!(
            "select ",
            attachment_columns!(),
            " from attachments where org_id = $1 and sent_at is not null and conversation_id in \
             (select id from conversations where org_id = $1 and visitor_id in ",
            visitors_of_person!(),
            ") order by created_at desc, id desc limit $3"
        );
        let rows: Vec<AttachmentRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(main.to_string())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        let sent = |record: AttachmentRecord| VisitorFile {
            conversation: record.conversation,
            file: record.file,
            at: record.created_at,
        };
        rows.into_iter().map(|row| row.into_record().map(sent)).collect()
    }

    /// A file that `uploader` may name in a message of this conversation now.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn sendable(
        self,
        org: OrgId,
        conversation: ConversationId,
        uploader: UserId,
        id: AttachmentId,
        now: Timestamp,
    ) -> Result<Option<Attachment>, DbError> {
        let usable_from = now.plus_ms(-UNSENT_USABLE_MS);
        let is_sendable = |record: &AttachmentRecord| {
            record.conversation == conversation
                && record.uploader == uploader
                && (record.sent_at.is_some() || record.created_at > usable_from)
        };
        Ok(self.get(org, id).await?.filter(is_sendable).map(|record| record.file))
    }

    /// Forgets files of every org that came before `before` and that no message names; gives back which.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget_unsent(self, before: Timestamp) -> Result<Vec<(OrgId, AttachmentId)>, DbError> {
        let statement =
            "delete from attachments where sent_at is null and created_at < $1 returning org_id, id";
        let mut tx = self.db.begin().await?;
        let rows: Vec<(String, String)> = on_tx!(&mut tx, connection => {
            sqlx::query_as(statement).bind(before.0).fetch_all(connection).await?
        });
        tx.commit().await?;
        Ok(parse_id_pairs(rows))
    }

    /// Which of these files an org has.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn known(self, org: OrgId, ids: &[AttachmentId]) -> Result<HashSet<AttachmentId>, DbError> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let rows: Vec<(String,)> = on_readers!(self.db, pool => {
            let mut query = QueryBuilder::new("select id from attachments where org_id = ");
            query.push_bind(org.to_string()).push(" and id in (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(id.to_string());
            }
            query.push(")");
            query.build_query_as().fetch_all(pool).await?
        });
        Ok(rows.into_iter().filter_map(|(id,)| id.parse().ok()).collect())
    }
}
