//! Pictures of members.

use rooms::{OrgId, Timestamp, UserId};

use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::MemberPicture;

#[derive(sqlx::FromRow)]
struct PictureRow {
    content_type: String,
    bytes: Vec<u8>,
    sha256: String,
}

handle!(
    /// Pictures of members.
    MemberPictures
);

impl MemberPictures<'_> {
    /// The picture of a member of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, member: UserId) -> Result<Option<MemberPicture>, DbError> {
        let statement =
            "select content_type, bytes, sha256 from member_pictures where member_id = $1 and org_id = $2";
        let row: Option<PictureRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(member.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(|PictureRow { content_type, bytes, sha256 }| MemberPicture {
            content_type,
            bytes,
            sha256,
        }))
    }

    /// Stores the picture of a member of an org, in place of the one before.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn set(
        self,
        org: OrgId,
        member: UserId,
        picture: &MemberPicture,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into member_pictures (member_id, org_id, content_type, bytes, sha256, created_at) \
                 values ($1, $2, $3, $4, $5, $6) \
                 on conflict (member_id) do update set content_type = excluded.content_type, \
                 bytes = excluded.bytes, sha256 = excluded.sha256, created_at = excluded.created_at \
                 where member_pictures.org_id = excluded.org_id",
            )
            .bind(member.to_string())
            .bind(org.to_string())
            .bind(&picture.content_type)
            .bind(&picture.bytes)
            .bind(&picture.sha256)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Deletes the picture of a member of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn delete(self, org: OrgId, member: UserId) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from member_pictures where member_id = $1 and org_id = $2")
                .bind(member.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }
}
