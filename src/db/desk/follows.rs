//! Which conversations agents follow.

use rooms::{ConversationId, OrgId, Timestamp, UserId};

use crate::db::{DbError, handle, on_readers, on_tx};

handle!(
    /// Which conversations agents follow.
    Follows
);

impl Follows<'_> {
    /// Lets a member follow a conversation of the org; `false` where there is no such conversation. Following what one
    /// follows changes nothing.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(
        self,
        org: OrgId,
        member: UserId,
        conversation: ConversationId,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let found: Option<String> = on_tx!(&mut tx, connection => {
            sqlx::query_scalar("select id from conversations where id = $1 and org_id = $2")
                .bind(conversation.to_string())
                .bind(org.to_string())
                .fetch_optional(&mut *connection)
                .await?
        });
        if found.is_none() {
            return Ok(false);
        }
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into follows (conversation_id, member_id, org_id, created_at) values ($1, $2, $3, $4) \
                 on conflict (conversation_id, member_id) do nothing",
            )
            .bind(conversation.to_string())
            .bind(member.to_string())
            .bind(org.to_string())
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        tx.commit().await?;
        Ok(true)
    }

    /// Lets a member follow a conversation no longer; `false` where there is no such conversation.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(
        self,
        org: OrgId,
        member: UserId,
        conversation: ConversationId,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let count: i64 = on_tx!(&mut tx, connection => {
            sqlx::query("delete from follows where conversation_id = $1 and member_id = $2 and org_id = $3")
                .bind(conversation.to_string())
                .bind(member.to_string())
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

    /// Whether a member follows a conversation of the org; `None` where there is no such conversation.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn is_following(
        self,
        org: OrgId,
        member: UserId,
        conversation: ConversationId,
    ) -> Result<Option<bool>, DbError> {
        let count: Option<i64> = on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select (select count(*) from follows f where f.conversation_id = c.id and f.member_id = $1 \
                 and f.org_id = c.org_id) from conversations c where c.id = $2 and c.org_id = $3",
            )
            .bind(member.to_string())
            .bind(conversation.to_string())
            .bind(org.to_string())
            .fetch_optional(pool)
            .await?
        });
        Ok(count.map(|count| count != 0))
    }

    /// Conversations of every org that somebody follows, as the server starts.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn conversations(self) -> Result<Vec<ConversationId>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select distinct conversation_id from follows").fetch_all(pool).await?
        });
        let parse = |id: String| id.parse().map_err(|_| DbError::Corrupt { what: "follow", id });
        ids.into_iter().map(parse).collect()
    }

    /// The active members who follow a conversation of the org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn followers(self, org: OrgId, conversation: ConversationId) -> Result<Vec<UserId>, DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar(
                "select f.member_id from follows f join members m on m.id = f.member_id and m.org_id = f.org_id \
                 where f.conversation_id = $1 and f.org_id = $2 and m.active order by f.member_id",
            )
            .bind(conversation.to_string())
            .bind(org.to_string())
            .fetch_all(pool)
            .await?
        });
        let parse = |id: String| id.parse().map_err(|_| DbError::Corrupt { what: "follow", id });
        ids.into_iter().map(parse).collect()
    }
}
