//! Sessions, API tokens and tokens of one use. Only hashes are stored.

use rooms::{OrgId, Timestamp};

use super::revocations::revoke;
use crate::db::desk::remove_ended_push_subscriptions;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{
    AgentSession, CredentialOwner, OneTimeKind, OneTimeToken, Role, SessionId, SessionOrigin,
};

/// Org, member and credential of a token of one use.
type OneTimeRow = (Option<String>, Option<String>, Option<String>);

fn one_time_token((org, member, credential): OneTimeRow) -> OneTimeToken {
    OneTimeToken {
        org: org.and_then(|org| org.parse().ok()),
        member: member.and_then(|member| member.parse().ok()),
        credential,
    }
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    org_id: String,
    member_id: String,
    expires_at: i64,
    seen_at: i64,
    verified_at: i64,
    name: String,
    role: String,
    platform_admin: bool,
    active: bool,
    has_two_step: bool,
}

impl SessionRow {
    fn into_parts(self) -> Option<(AgentSession, CredentialOwner)> {
        let member = self.member_id.parse().ok()?;
        let session = AgentSession {
            id: self.id.parse().ok()?,
            org: self.org_id.parse().ok()?,
            member,
            expires_at: Timestamp(self.expires_at),
            seen_at: Timestamp(self.seen_at),
            verified_at: Timestamp(self.verified_at),
        };
        let owner = CredentialOwner {
            id: member,
            name: self.name,
            role: Role::parse(&self.role)?,
            platform_admin: self.platform_admin,
            active: self.active,
            has_two_step: self.has_two_step,
        };
        Some((session, owner))
    }
}

macro_rules! select_sessions {
    ($rest:literal) => {
        concat!(
            "select s.id, s.org_id, s.member_id, s.expires_at, coalesce(s.seen_at, s.created_at) as seen_at, coalesce(s.verified_at, s.created_at) as verified_at, m.name, m.role, m.platform_admin, m.active, ",
            "exists (select 1 from two_step_sign_ins t where t.member_id = m.id and t.confirmed_at is not null) as has_two_step ",
            "from agent_sessions s join members m on m.id = s.member_id and m.org_id = s.org_id ",
            $rest
        )
    };
}

handle!(
    /// Sessions, API tokens and tokens of one use.
    Credentials
);

impl Credentials<'_> {
    /// Signs an agent in.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add_session(
        self,
        session: &AgentSession,
        token_hash: &str,
        origin: &SessionOrigin,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from agent_sessions where expires_at < $1").bind(now.0).execute(connection).await?;
        });
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into agent_sessions (id, token_hash, org_id, member_id, created_at, expires_at, device, address, seen_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $5)",
            )
            .bind(session.id.to_string())
            .bind(token_hash)
            .bind(session.org.to_string())
            .bind(session.member.to_string())
            .bind(now.0)
            .bind(session.expires_at.0)
            .bind(&origin.device)
            .bind(&origin.address)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// The session of a token that has not expired, and whose it is.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn session(
        self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<(AgentSession, CredentialOwner)>, DbError> {
        let statement = select_sessions!("where s.token_hash = $1 and s.expires_at > $2");
        let row: Option<SessionRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(token_hash).bind(now.0).fetch_optional(pool).await?
        });
        Ok(row.and_then(SessionRow::into_parts))
    }

    /// The session with an id, of an org, that has not expired, and whose it is.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn session_by_id(
        self,
        org: OrgId,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<(AgentSession, CredentialOwner)>, DbError> {
        let statement = select_sessions!("where s.id = $1 and s.org_id = $2 and s.expires_at > $3");
        let row: Option<SessionRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(id.to_string()).bind(org.to_string()).bind(now.0).fetch_optional(pool).await?
        });
        Ok(row.and_then(SessionRow::into_parts))
    }

    /// Signs a session out; its sockets close, and the pushes it asked for end.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn end_session(self, org: OrgId, id: SessionId, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let member: Option<String> = on_tx!(&mut tx, connection => {
            sqlx::query_scalar("delete from agent_sessions where id = $1 and org_id = $2 returning member_id")
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(connection)
                .await?
        });
        if let Some(member) = member {
            if let Ok(member) = member.parse() {
                remove_ended_push_subscriptions(&mut tx, org, member, false).await?;
            }
            revoke(&mut tx, org, &format!("session:{id}"), now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Keeps the hash of a token of one use. An older setup link is no longer valid.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add_one_time_token(
        self,
        kind: OneTimeKind,
        token_hash: &str,
        token: &OneTimeToken,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from one_time_tokens where expires_at < $1 or (kind = 'setup' and $2 = 'setup')")
                .bind(now.0)
                .bind(kind.as_str())
                .execute(connection)
                .await?;
        });
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into one_time_tokens (token_hash, kind, org_id, member_id, credential, created_at, expires_at) \
                 values ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(token_hash)
            .bind(kind.as_str())
            .bind(token.org.map(|org| org.to_string()))
            .bind(token.member.map(|member| member.to_string()))
            .bind(token.credential.as_deref())
            .bind(now.0)
            .bind(expires_at.0)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Uses a token of one use up; `None` where it is unknown, used or expired.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn use_one_time_token(
        self,
        kind: OneTimeKind,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, DbError> {
        let mut tx = self.db.begin().await?;
        let row: Option<OneTimeRow> = on_tx!(&mut tx, connection => {
            sqlx::query_as(
                "delete from one_time_tokens where token_hash = $1 and kind = $2 and expires_at > $3 \
                 returning org_id, member_id, credential",
            )
            .bind(token_hash)
            .bind(kind.as_str())
            .bind(now.0)
            .fetch_optional(connection)
            .await?
        });
        tx.commit().await?;
        Ok(row.map(one_time_token))
    }

    /// What a token of one use stands for; it stays usable.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn one_time_token(
        self,
        kind: OneTimeKind,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, DbError> {
        let row: Option<OneTimeRow> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select org_id, member_id, credential from one_time_tokens \
                 where token_hash = $1 and kind = $2 and expires_at > $3",
            )
            .bind(token_hash)
            .bind(kind.as_str())
            .bind(now.0)
            .fetch_optional(pool)
            .await?
        });
        Ok(row.map(one_time_token))
    }
}
