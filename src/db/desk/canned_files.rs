//! Files of canned replies.

use rooms::{Attachment, AttachmentId, OrgId, Timestamp};

use crate::db::engine::database::Tx;
use crate::db::people::lock_org;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{CannedFile, CannedFileQuota, CannedFilesFull, CannedReplyId};

#[derive(sqlx::FromRow)]
struct FileRow {
    id: String,
    canned_reply_id: String,
    name: String,
    content_type: String,
    byte_count: i64,
    width: Option<i64>,
    height: Option<i64>,
}

impl FileRow {
    fn file(self) -> Result<CannedFile, DbError> {
        let malformed = || DbError::Corrupt { what: "file", id: self.id.clone() };
        let pixels = self
            .width
            .zip(self.height)
            .map(|(width, height)| Some((u32::try_from(width).ok()?, u32::try_from(height).ok()?)));
        let file = Attachment {
            id: self.id.parse().map_err(|_| malformed())?,
            bytes: u64::try_from(self.byte_count).map_err(|_| malformed())?,
            pixels: pixels.map(|pixels| pixels.ok_or_else(malformed)).transpose()?,
            name: self.name.as_str().into(),
            content_type: self.content_type.as_str().into(),
        };
        Ok(CannedFile { reply: self.canned_reply_id.parse().map_err(|_| malformed())?, file })
    }
}

handle!(
    /// Files of canned replies.
    CannedFiles
);

impl CannedFiles<'_> {
    /// The files of the canned replies of an org whose ids are from `first` to `last`, in the order they were added.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn between(
        self,
        org: OrgId,
        first: CannedReplyId,
        last: CannedReplyId,
    ) -> Result<Vec<CannedFile>, DbError> {
        let rows: Vec<FileRow> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, canned_reply_id, name, content_type, byte_count, width, height from canned_reply_files \
                 where org_id = $1 and canned_reply_id >= $2 and canned_reply_id <= $3 order by id",
            )
            .bind(org.to_string())
            .bind(first.to_string())
            .bind(last.to_string())
            .fetch_all(pool)
            .await?
        });
        rows.into_iter().map(FileRow::file).collect()
    }

    /// The bytes of a file of a canned reply.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn bytes(
        self,
        org: OrgId,
        reply: CannedReplyId,
        id: AttachmentId,
    ) -> Result<Option<Vec<u8>>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select bytes from canned_reply_files where id = $1 and canned_reply_id = $2 and org_id = $3",
            )
            .bind(id.to_string())
            .bind(reply.to_string())
            .bind(org.to_string())
            .fetch_optional(pool)
            .await?
        }))
    }

    /// Adds a file to a canned reply of an org, unless a quota is used up: then nothing is added. `None` where the
    /// canned reply does not exist any more.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(
        self,
        org: OrgId,
        file: &CannedFile,
        bytes: &[u8],
        quota: CannedFileQuota,
        now: Timestamp,
    ) -> Result<Option<Result<(), CannedFilesFull>>, DbError> {
        let mut tx = self.db.begin().await?;
        lock_org(&mut tx, org).await?;
        if insert(&mut tx, org, file, bytes, now).await? == 0 {
            return Ok(None);
        }
        let (count, byte_count) = counts(&mut tx, org, file.reply).await?;
        if count > quota.reply_max {
            return Ok(Some(Err(CannedFilesFull::Reply)));
        }
        if byte_count > quota.org_max_bytes {
            return Ok(Some(Err(CannedFilesFull::Org)));
        }
        tx.commit().await?;
        Ok(Some(Ok(())))
    }

    /// Deletes a file of a canned reply; deleting it again changes nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn delete(self, org: OrgId, reply: CannedReplyId, id: AttachmentId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from canned_reply_files where id = $1 and canned_reply_id = $2 and org_id = $3")
                .bind(id.to_string())
                .bind(reply.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }
}

/// Writes a file of a canned reply that is there; gives back how many rows that were.
async fn insert(
    tx: &mut Tx,
    org: OrgId,
    CannedFile { reply, file }: &CannedFile,
    bytes: &[u8],
    now: Timestamp,
) -> Result<u64, DbError> {
    Ok(on_tx!(tx, connection => {
        sqlx::query(
            "insert into canned_reply_files (id, org_id, canned_reply_id, name, content_type, byte_count, width, \
             height, created_at, bytes) select $1, org_id, id, $4, $5, $6, $7, $8, $9, $10 from canned_replies \
             where id = $2 and org_id = $3",
        )
        .bind(file.id.to_string())
        .bind(reply.to_string())
        .bind(org.to_string())
        .bind(&*file.name)
        .bind(&*file.content_type)
        .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
        .bind(file.pixels.map(|(width, _)| i64::from(width)))
        .bind(file.pixels.map(|(_, height)| i64::from(height)))
        .bind(now.0)
        .bind(bytes)
        .execute(connection)
        .await?
        .rows_affected()
    }))
}

/// How many files a canned reply has, and how many bytes those of the org have together.
async fn counts(tx: &mut Tx, org: OrgId, reply: CannedReplyId) -> Result<(i64, i64), DbError> {
    Ok(on_tx!(tx, connection => {
        sqlx::query_as(
            "select (select count(*) from canned_reply_files where org_id = $1 and canned_reply_id = $2), \
             (select cast(coalesce(sum(byte_count), 0) as bigint) from canned_reply_files where org_id = $1)",
        )
        .bind(org.to_string())
        .bind(reply.to_string())
        .fetch_one(connection)
        .await?
    }))
}
