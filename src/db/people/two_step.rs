//! Two-step sign-in of members: which step was accepted last, and the hashes of recovery codes.

use rooms::{OrgId, Timestamp, UserId};

use crate::db::engine::database::Tx;
use crate::db::{DbError, handle, on_readers, on_tx, secrets};
use crate::model::{TwoStepRecord, two_step_field};

handle!(
    /// Two-step sign-in of members.
    TwoStep
);

impl TwoStep<'_> {
    /// What is stored for a member, if anything is.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, member: UserId) -> Result<Option<TwoStepRecord>, DbError> {
        let row: Option<(Option<i64>, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select t.confirmed_at, (select count(*) from recovery_codes c where c.member_id = t.member_id and c.org_id = t.org_id) \
                 from two_step_sign_ins t where t.member_id = $1 and t.org_id = $2",
            )
            .bind(member.to_string())
            .bind(org.to_string())
            .fetch_optional(pool)
            .await?
        });
        Ok(row.map(|(confirmed_at, count)| TwoStepRecord {
            confirmed_at: confirmed_at.map(Timestamp),
            recovery_code_count: usize::try_from(count).unwrap_or_default(),
        }))
    }

    /// Stores a sealed key that a first code has yet to confirm, over an older one of that sort; false, and nothing has
    /// changed, where one is confirmed.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn begin(
        self,
        org: OrgId,
        member: UserId,
        sealed: &str,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let begun = on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into two_step_sign_ins (member_id, org_id, last_step, confirmed_at, created_at) \
                 values ($1, $2, 0, null, $3) \
                 on conflict (member_id) do update set last_step = 0, created_at = excluded.created_at \
                 where two_step_sign_ins.confirmed_at is null",
            )
            .bind(member.to_string())
            .bind(org.to_string())
            .bind(now.0)
            .execute(connection)
            .await?
            .rows_affected()
        });
        if begun == 0 {
            return Ok(false);
        }
        secrets::put(&mut tx, org, &two_step_field(member), sealed, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Confirms a key by the step of its first code, with the hashes of the recovery codes; false where that is done.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn confirm(
        self,
        org: OrgId,
        member: UserId,
        step: u64,
        code_hashes: &[String],
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let confirmed = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update two_step_sign_ins set confirmed_at = $1, last_step = $2 \
                 where member_id = $3 and org_id = $4 and confirmed_at is null",
            )
            .bind(now.0)
            .bind(i64::try_from(step).unwrap_or(i64::MAX))
            .bind(member.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?
            .rows_affected()
        });
        if confirmed == 0 {
            return Ok(false);
        }
        put_codes(&mut tx, org, member, code_hashes, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Accepts the code of a step of a confirmed key; false where that step or a later one was accepted before.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn accept_step(self, org: OrgId, member: UserId, step: u64) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let accepted = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update two_step_sign_ins set last_step = $1 \
                 where member_id = $2 and org_id = $3 and confirmed_at is not null and last_step < $1",
            )
            .bind(i64::try_from(step).unwrap_or(i64::MAX))
            .bind(member.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?
            .rows_affected()
        });
        tx.commit().await?;
        Ok(accepted == 1)
    }

    /// Uses a recovery code up; false where there is none with this hash.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn use_recovery_code(
        self,
        org: OrgId,
        member: UserId,
        code_hash: &str,
    ) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let used = on_tx!(&mut tx, connection => {
            sqlx::query("delete from recovery_codes where member_id = $1 and org_id = $2 and code_hash = $3")
                .bind(member.to_string())
                .bind(org.to_string())
                .bind(code_hash)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(used == 1)
    }

    /// Stores the hashes of new recovery codes in place of all older ones.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn replace_recovery_codes(
        self,
        org: OrgId,
        member: UserId,
        code_hashes: &[String],
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        put_codes(&mut tx, org, member, code_hashes, now).await?;
        Ok(tx.commit().await?)
    }

    /// Notes that the live sockets of members without it have lost access: of an org, or of all. Their sessions stay.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn revoke_sockets_without(self, org: Option<OrgId>, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into revocations (org_id, subject, created_at) \
                 select s.org_id, 'session:' || s.id, $1 from agent_sessions s \
                 where ($2 = '' or s.org_id = $2) and s.expires_at > $1 and not exists ( \
                 select 1 from two_step_sign_ins t where t.member_id = s.member_id and t.confirmed_at is not null)",
            )
            .bind(now.0)
            .bind(org.map(|org| org.to_string()).unwrap_or_default())
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Ends two-step sign-in of a member, with its key and codes; false where none was confirmed.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn remove(self, org: OrgId, member: UserId) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let removed: Option<Option<i64>> = on_tx!(&mut tx, connection => {
            sqlx::query_scalar(
                "delete from two_step_sign_ins where member_id = $1 and org_id = $2 returning confirmed_at",
            )
            .bind(member.to_string())
            .bind(org.to_string())
            .fetch_optional(connection)
            .await?
        });
        remove_codes(&mut tx, org, member).await?;
        secrets::remove(&mut tx, org, &two_step_field(member)).await?;
        tx.commit().await?;
        Ok(removed.flatten().is_some())
    }
}

async fn put_codes(
    tx: &mut Tx,
    org: OrgId,
    member: UserId,
    code_hashes: &[String],
    now: Timestamp,
) -> Result<(), DbError> {
    remove_codes(tx, org, member).await?;
    for hash in code_hashes {
        on_tx!(&mut *tx, connection => {
            sqlx::query(
                "insert into recovery_codes (member_id, org_id, code_hash, created_at) values ($1, $2, $3, $4)",
            )
            .bind(member.to_string())
            .bind(org.to_string())
            .bind(hash)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
    }
    Ok(())
}

async fn remove_codes(tx: &mut Tx, org: OrgId, member: UserId) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query("delete from recovery_codes where member_id = $1 and org_id = $2")
            .bind(member.to_string())
            .bind(org.to_string())
            .execute(connection)
            .await?;
    });
    Ok(())
}
