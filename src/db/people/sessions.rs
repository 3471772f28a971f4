//! The sessions of one member: listed, ended, and noted as used.

use rooms::{OrgId, Timestamp, UserId};

use super::revocations::revoke;
use crate::db::desk::remove_ended_push_subscriptions;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{SessionId, SessionOrigin, SessionRecord};

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    device: Option<String>,
    address: Option<String>,
    created_at: i64,
    seen_at: i64,
    expires_at: i64,
}

impl SessionRow {
    fn into_record(self) -> Result<SessionRecord, DbError> {
        let id = self.id.parse().map_err(|_| DbError::Corrupt { what: "session", id: self.id.clone() })?;
        Ok(SessionRecord {
            id,
            origin: self.address.map(|address| SessionOrigin { device: self.device, address }),
            created_at: Timestamp(self.created_at),
            seen_at: Timestamp(self.seen_at),
            expires_at: Timestamp(self.expires_at),
        })
    }
}

handle!(
    /// Sessions of members.
    Sessions
);

impl Sessions<'_> {
    /// The sessions of a member that have not expired, the one used last first; at most 200.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        member: UserId,
        now: Timestamp,
    ) -> Result<Vec<SessionRecord>, DbError> {
        let rows: Vec<SessionRow> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select id, device, address, created_at, coalesce(seen_at, created_at) as seen_at, expires_at \
                 from agent_sessions where member_id = $1 and org_id = $2 and expires_at > $3 \
                 order by seen_at desc, id limit 200",
            )
            .bind(member.to_string())
            .bind(org.to_string())
            .bind(now.0)
            .fetch_all(pool)
            .await?
        });
        rows.into_iter().map(SessionRow::into_record).collect()
    }

    /// Ends a session of a member, or all but one; their sockets close. Gives back how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn end(
        self,
        org: OrgId,
        member: UserId,
        which: Ended,
        now: Timestamp,
    ) -> Result<usize, DbError> {
        let (statement, id) = match which {
            Ended::One(id) => (
                "delete from agent_sessions where member_id = $1 and org_id = $2 and id = $3 returning id",
                Some(id),
            ),
            Ended::Others(id) => (
                "delete from agent_sessions where member_id = $1 and org_id = $2 and id <> $3 returning id",
                id,
            ),
        };
        let mut tx = self.db.begin().await?;
        let ended: Vec<String> = on_tx!(&mut tx, connection => {
            sqlx::query_scalar(statement)
                .bind(member.to_string())
                .bind(org.to_string())
                .bind(id.map(|id| id.to_string()).unwrap_or_default())
                .fetch_all(connection)
                .await?
        });
        for id in &ended {
            revoke(&mut tx, org, &format!("session:{id}"), now).await?;
        }
        remove_ended_push_subscriptions(&mut tx, org, member, false).await?;
        tx.commit().await?;
        Ok(ended.len())
    }

    /// Notes that a session is in use, where it was not since `before`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn touch(
        self,
        org: OrgId,
        id: SessionId,
        now: Timestamp,
        before: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update agent_sessions set seen_at = $1 where id = $2 and org_id = $3 and coalesce(seen_at, created_at) <= $4")
                .bind(now.0)
                .bind(id.to_string())
                .bind(org.to_string())
                .bind(before.0)
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Notes when whoever has a session last proved who they are.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn verified(self, org: OrgId, id: SessionId, at: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update agent_sessions set verified_at = $1 where id = $2 and org_id = $3")
                .bind(at.0)
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }
}

/// Which sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// This one.
    One(SessionId),
    /// All but this one, where one stays.
    Others(Option<SessionId>),
}
