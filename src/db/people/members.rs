//! Members of orgs.

use rooms::{OrgId, Timestamp, UserId};

use super::orgs::lock_org;
use super::revocations::revoke;
use crate::db::desk::remove_ended_push_subscriptions;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{MemberRecord, NewMember, Role};

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: String,
    org_id: String,
    email: String,
    name: String,
    role: String,
    platform_admin: bool,
    active: bool,
    password_hash: Option<String>,
    created_at: i64,
    capacity: Option<i64>,
    picture: Option<String>,
    has_two_step: bool,
}

impl MemberRow {
    fn into_record(self) -> Result<MemberRecord, DbError> {
        let id = self.id.clone();
        let parse = || {
            Some(MemberRecord {
                id: self.id.parse().ok()?,
                org: self.org_id.parse().ok()?,
                role: Role::parse(&self.role)?,
                email: self.email,
                name: self.name,
                platform_admin: self.platform_admin,
                active: self.active,
                password_hash: self.password_hash,
                created_at: Timestamp(self.created_at),
                capacity: self.capacity.and_then(|count| u64::try_from(count).ok()),
                picture: self.picture,
                has_two_step: self.has_two_step,
            })
        };
        parse().ok_or(DbError::Corrupt { what: "member", id })
    }
}

macro_rules! select_members {
    ($rest:literal) => {
        concat!(
            "select id, org_id, email, name, role, platform_admin, active, password_hash, created_at, capacity, \
             (select sha256 from member_pictures where member_id = members.id and org_id = members.org_id) as picture, \
             exists (select 1 from two_step_sign_ins where member_id = members.id and confirmed_at is not null) as has_two_step \
             from members ",
            $rest
        )
    };
}

handle!(
    /// Members of orgs.
    Members
);

impl Members<'_> {
    /// Whether anybody runs the server; before that, the setup link does.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn has_platform_admin(self) -> Result<bool, DbError> {
        let found: i64 = on_readers!(self.db, pool => {
            sqlx::query_scalar("select count(*) from members where platform_admin").fetch_one(pool).await?
        });
        Ok(found != 0)
    }

    /// Adds a member.
    ///
    /// # Errors
    /// [`DbError::Taken`] where the address is known.
    pub async fn add(self, new: &NewMember, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into members (id, org_id, email, name, role, platform_admin, active, password_hash, created_at) \
                 values ($1, $2, $3, $4, $5, $6, true, $7, $8)",
            )
            .bind(new.id.to_string())
            .bind(new.org.to_string())
            .bind(&new.email)
            .bind(&new.name)
            .bind(new.role.as_str())
            .bind(new.platform_admin)
            .bind(new.password_hash.as_deref())
            .bind(now.0)
            .execute(connection)
            .await
            .map_err(DbError::unique("email address"))?;
        });
        Ok(tx.commit().await?)
    }

    /// Orgs and email addresses of those who run the server.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn platform_admins(self) -> Result<Vec<(OrgId, String)>, DbError> {
        let rows: Vec<(String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as("select org_id, email from members where platform_admin and active order by id")
                .fetch_all(pool)
                .await?
        });
        let parse = |(id, email): (String, String)| match id.parse() {
            Ok(org) => Ok((org, email)),
            Err(_) => Err(DbError::Corrupt { what: "member", id }),
        };
        rows.into_iter().map(parse).collect()
    }

    /// A member by address, of any org: addresses are unique on the server.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn by_email(self, email: &str) -> Result<Option<MemberRecord>, DbError> {
        let row: Option<MemberRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_members!("where email = $1")).bind(email).fetch_optional(pool).await?
        });
        row.map(MemberRow::into_record).transpose()
    }

    /// A member of an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, id: UserId) -> Result<Option<MemberRecord>, DbError> {
        let row: Option<MemberRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_members!("where id = $1 and org_id = $2"))
                .bind(id.to_string())
                .bind(org.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(MemberRow::into_record).transpose()
    }

    /// A member by id, of any org; for the shell and for tokens that carry no org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn of_any_org(self, id: UserId) -> Result<Option<MemberRecord>, DbError> {
        let row: Option<MemberRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_members!("where id = $1")).bind(id.to_string()).fetch_optional(pool).await?
        });
        row.map(MemberRow::into_record).transpose()
    }

    /// Members of an org behind `after`, oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(
        self,
        org: OrgId,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<MemberRecord>, DbError> {
        let rows: Vec<MemberRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_members!("where org_id = $1 and id > $2 order by id limit $3"))
                .bind(org.to_string())
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(MemberRow::into_record).collect()
    }

    /// Changes a member; sessions and sockets of theirs end when they lose rights. False, and nothing has
    /// changed, where the org would lose its last owner.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn change(
        self,
        member: &MemberRecord,
        ends_access: bool,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        // Two changes of one org's owners wait for each other here.
        lock_org(&mut tx, member.org).await?;
        let owners_before = count_owners(&mut tx, member.org).await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update members set name = $1, role = $2, active = $3, capacity = $4 where id = $5 and org_id = $6")
                .bind(&member.name)
                .bind(member.role.as_str())
                .bind(member.active)
                .bind(member.capacity.and_then(|count| i64::try_from(count).ok()))
                .bind(member.id.to_string())
                .bind(member.org.to_string())
                .execute(connection)
                .await?;
        });
        if owners_before != 0 && count_owners(&mut tx, member.org).await? == 0 {
            return Ok(false);
        }
        if ends_access {
            // Tokens of somebody who was removed must not come back with them.
            end_access(&mut tx, member.org, member.id, !member.active, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Sets a password; every session and socket of the member ends, and with `ends_tokens` every API token.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn set_password(
        self,
        org: OrgId,
        id: UserId,
        hash: &str,
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
        end_access(&mut tx, org, id, ends_tokens, now).await?;
        Ok(tx.commit().await?)
    }
}

async fn count_owners(tx: &mut crate::db::engine::database::Tx, org: OrgId) -> Result<i64, DbError> {
    let statement = "select count(*) from members where org_id = $1 and role = 'owner' and active";
    Ok(on_tx!(&mut *tx, connection => {
        sqlx::query_scalar(statement).bind(org.to_string()).fetch_one(connection).await?
    }))
}

/// Ends every session and unused link of a member, the pushes to their browsers, and their API tokens where that is wanted, and tells live sockets.
async fn end_access(
    tx: &mut crate::db::engine::database::Tx,
    org: OrgId,
    id: UserId,
    ends_tokens: bool,
    now: Timestamp,
) -> Result<(), DbError> {
    let tokens = ends_tokens.then_some("delete from api_tokens where member_id = $1 and org_id = $2");
    for statement in [
        "delete from agent_sessions where member_id = $1 and org_id = $2",
        "delete from one_time_tokens where member_id = $1 and org_id = $2",
    ]
    .into_iter()
    .chain(tokens)
    {
        on_tx!(&mut *tx, connection => {
            sqlx::query(statement).bind(id.to_string()).bind(org.to_string()).execute(connection).await?;
        });
    }
    remove_ended_push_subscriptions(tx, org, id, ends_tokens).await?;
    revoke(tx, org, &format!("member:{id}"), now).await
}
