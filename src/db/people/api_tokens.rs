//! API tokens. Only hashes are stored.

use rooms::{OrgId, Timestamp, UserId};

use super::credentials::Credentials;
use super::revocations::revoke;
use crate::db::{DbError, on_readers, on_tx};
use crate::model::{ApiToken, CredentialOwner, Role, TokenRights};

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    org_id: String,
    member_id: Option<String>,
    name: String,
    rights: Option<String>,
    created_at: i64,
    expires_at: Option<i64>,
    used_at: Option<i64>,
}

impl TokenRow {
    fn into_record(self) -> Option<ApiToken> {
        let member = match self.member_id {
            Some(member) => Some(member.parse().ok()?),
            None => None,
        };
        let rights = match self.rights {
            Some(name) => TokenRights::parse(&name)?,
            None => TokenRights::Admin,
        };
        Some(ApiToken {
            id: self.id.parse().ok()?,
            org: self.org_id.parse().ok()?,
            member,
            name: self.name,
            rights,
            created_at: Timestamp(self.created_at),
            expires_at: self.expires_at.map(Timestamp),
            used_at: self.used_at.map(Timestamp),
        })
    }
}

/// A token, and the member it may belong to.
#[derive(sqlx::FromRow)]
struct OwnedRow {
    #[sqlx(flatten)]
    token: TokenRow,
    owner_name: Option<String>,
    role: Option<String>,
    platform_admin: Option<bool>,
    active: Option<bool>,
}

impl OwnedRow {
    fn into_parts(self) -> Option<(ApiToken, Option<CredentialOwner>)> {
        let token = self.token.into_record()?;
        let owner = || {
            Some(CredentialOwner {
                id: token.member?,
                name: self.owner_name?,
                role: Role::parse(&self.role?)?,
                platform_admin: self.platform_admin?,
                active: self.active?,
                // A token is not asked for a code.
                has_two_step: false,
            })
        };
        let owner = owner();
        Some((token, owner))
    }
}

impl Credentials<'_> {
    /// Keeps the hash of an API token.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add_api_token(self, token: &ApiToken, token_hash: &str) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into api_tokens (id, token_hash, org_id, member_id, name, rights, created_at, expires_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(token.id.to_string())
            .bind(token_hash)
            .bind(token.org.to_string())
            .bind(token.member.map(|member| member.to_string()))
            .bind(&token.name)
            .bind(token.rights.as_str())
            .bind(token.created_at.0)
            .bind(token.expires_at.map(|at| at.0))
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// The API token with a hash that has not expired, and the member it acts as.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn api_token(
        self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<(ApiToken, Option<CredentialOwner>)>, DbError> {
        let statement = "select t.id, t.org_id, t.member_id, t.name, t.rights, t.created_at, t.expires_at, t.used_at, \
                         m.name as owner_name, m.role, m.platform_admin, m.active from api_tokens t \
                         left join members m on m.id = t.member_id and m.org_id = t.org_id \
                         where t.token_hash = $1 and (t.expires_at is null or t.expires_at > $2)";
        let row: Option<OwnedRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(token_hash).bind(now.0).fetch_optional(pool).await?
        });
        Ok(row.and_then(OwnedRow::into_parts))
    }

    /// API tokens of an org, oldest first, expired ones too.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn api_tokens(self, org: OrgId) -> Result<Vec<ApiToken>, DbError> {
        let statement = "select id, org_id, member_id, name, rights, created_at, expires_at, used_at from api_tokens \
                         where org_id = $1 order by id limit 500";
        let rows: Vec<TokenRow> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(org.to_string()).fetch_all(pool).await?
        });
        Ok(rows.into_iter().filter_map(TokenRow::into_record).collect())
    }

    /// Notes that an API token is in use, where it was not since `before`.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn touch_api_token(
        self,
        org: OrgId,
        id: UserId,
        now: Timestamp,
        before: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update api_tokens set used_at = $1 where id = $2 and org_id = $3 and (used_at is null or used_at <= $4)")
                .bind(now.0)
                .bind(id.to_string())
                .bind(org.to_string())
                .bind(before.0)
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Takes an API token back; its sockets close. False where there is none.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove_api_token(self, org: OrgId, id: UserId, now: Timestamp) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let deleted = on_tx!(&mut tx, connection => {
            sqlx::query("delete from api_tokens where id = $1 and org_id = $2")
                .bind(id.to_string())
                .bind(org.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        if deleted != 0 {
            revoke(&mut tx, org, &format!("token:{id}"), now).await?;
        }
        tx.commit().await?;
        Ok(deleted != 0)
    }
}
