//! A member's own new password, chosen while they are signed in.

use rooms::{OrgId, Timestamp, UserId};

use super::members::Members;
use super::revocations::revoke;
use crate::db::desk::remove_ended_push_subscriptions;
use crate::db::{DbError, on_tx};
use crate::model::SessionId;

impl Members<'_> {
    /// Sets a password. Every session of the member but `kept` ends, every unused link, and with `ends_tokens` every API
    /// token; their sockets close.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn change_own_password(
        self,
        (org, id): (OrgId, UserId),
        hash: &str,
        kept: Option<SessionId>,
        ends_tokens: bool,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update members set password_hash = $1 where id = $2 and org_id = $3")
                .bind(hash)
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?;
        });
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from one_time_tokens where member_id = $1 and org_id = $2")
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?;
        });
        let kept = kept.map(|kept| kept.to_string()).unwrap_or_default();
        let sessions: Vec<String> = on_tx!(&mut tx, connection => {
            sqlx::query_scalar("delete from agent_sessions where member_id = $1 and org_id = $2 and id <> $3 returning id")
                .bind(id.to_string())
                .bind(org.to_string())
                .bind(&kept)
                .fetch_all(connection)
                .await?
        });
        let tokens: Vec<String> = if ends_tokens {
            on_tx!(&mut tx, connection => {
                sqlx::query_scalar("delete from api_tokens where member_id = $1 and org_id = $2 returning id")
                    .bind(id.to_string())
                    .bind(org.to_string())
                    .fetch_all(connection)
                    .await?
            })
        } else {
            Vec::new()
        };
        for session in sessions {
            revoke(&mut tx, org, &format!("session:{session}"), now).await?;
        }
        for token in tokens {
            revoke(&mut tx, org, &format!("token:{token}"), now).await?;
        }
        remove_ended_push_subscriptions(&mut tx, org, id, false).await?;
        Ok(tx.commit().await?)
    }
}
