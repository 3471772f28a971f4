//! Drafts of agents, one of each kind in a conversation.

use rooms::{ConversationId, OrgId, Timestamp, UserId};

use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::{DraftKind, DraftRecord};

record!(DraftRecord { conversation_id, kind, text, updated_at });

handle!(
    /// What agents have begun to write.
    Drafts
);

impl Drafts<'_> {
    /// Drafts of a member, the newest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, org: OrgId, member: UserId, limit: i64) -> Result<Vec<DraftRecord>, DbError> {
        let statement = "select conversation_id, kind, text, updated_at from drafts \
                         where org_id = $1 and member_id = $2 order by updated_at desc, conversation_id desc limit $3";
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as(statement)
                .bind(org.to_string())
                .bind(member.to_string())
                .bind(limit)
                .fetch_all(pool)
                .await?
        }))
    }

    /// Stores a draft in a conversation of the org; `false` where there is no such conversation.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn set(
        self,
        org: OrgId,
        member: UserId,
        conversation: ConversationId,
        kind: DraftKind,
        text: &str,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let stored = on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into drafts (conversation_id, member_id, kind, org_id, text, created_at, updated_at) \
                 select c.id, $1, $2, c.org_id, $3, $4, $4 from conversations c where c.id = $5 and c.org_id = $6 \
                 on conflict (conversation_id, member_id, kind) \
                 do update set text = excluded.text, updated_at = excluded.updated_at",
            )
            .bind(member.to_string())
            .bind(kind.as_str())
            .bind(text)
            .bind(now.0)
            .bind(conversation.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(stored == 1)
    }

    /// Removes a draft; `false` where there is no such conversation.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(
        self,
        org: OrgId,
        member: UserId,
        conversation: ConversationId,
        kind: DraftKind,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let count: i64 = on_tx!(&mut tx, connection => {
            sqlx::query("delete from drafts where conversation_id = $1 and member_id = $2 and kind = $3 and org_id = $4")
                .bind(conversation.to_string())
                .bind(member.to_string())
                .bind(kind.as_str())
                .bind(org.to_string())
                .execute(&mut *connection)
                .await?;
            sqlx::query_scalar("select count(*) from conversations where id = $1 and org_id = $2")
                .bind(conversation.to_string())
                .bind(org.to_string())
                .fetch_one(connection)
                .await?
        });
        tx.commit().await?;
        Ok(count == 1)
    }
}
