//! Which orgs are suspended or wait to be removed, stored and in memory.

use rooms::{OrgId, Timestamp};

use super::orgs::Orgs;
use super::revocations::revoke;
use crate::db::{DbError, on_readers, on_tx};
use crate::model::{Revocation, SuspendedOrgs};

impl Orgs<'_> {
    /// Which orgs are suspended now.
    #[must_use]
    pub fn suspended(self) -> SuspendedOrgs {
        self.db.entrance().suspended.clone()
    }

    /// Reads which orgs are suspended, as the database is opened.
    ///
    /// # Errors
    /// When storage fails.
    pub(in crate::db) async fn load_suspended(self) -> Result<(), DbError> {
        let ids: Vec<String> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select id from orgs where suspended_at is not null").fetch_all(pool).await?
        });
        for id in ids {
            let parsed = id.parse().map_err(|_| DbError::Corrupt { what: "org", id })?;
            self.db.entrance().suspended.add(parsed);
        }
        Ok(())
    }

    /// Whether a platform admin is a member of an org, who would be shut out with it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn has_platform_admin(self, id: OrgId) -> Result<bool, DbError> {
        let count: i64 = on_readers!(self.db, pool => {
            sqlx::query_scalar("select count(*) from members where org_id = $1 and platform_admin and active")
                .bind(id.to_string())
                .fetch_one(pool)
                .await?
        });
        Ok(count != 0)
    }

    /// Suspends an org; who is suspended already stays so from when on they were, with the new reason. As every change of
    /// this it is noted for a running server, for the shell makes it too.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn suspend(self, id: OrgId, reason: Option<&str>, now: Timestamp) -> Result<(), DbError> {
        // One change after the other, so that memory ends up as the database does.
        let _turn = self.db.entrance().suspending.lock().await;
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update orgs set suspended_at = coalesce(suspended_at, $1), suspended_reason = $2 where id = $3",
            )
            .bind(now.0)
            .bind(reason)
            .bind(id.to_string())
            .execute(connection)
            .await?;
        });
        revoke(&mut tx, id, Revocation::ORG, now).await?;
        tx.commit().await?;
        self.db.entrance().suspended.add(id);
        Ok(())
    }

    /// Lets an org go on; false, and nothing has changed, while it waits to be removed.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn resume(self, id: OrgId, now: Timestamp) -> Result<bool, DbError> {
        let _turn = self.db.entrance().suspending.lock().await;
        let mut tx = self.db.begin().await?;
        let resumed = on_tx!(&mut tx, connection => {
            sqlx::query(
                "update orgs set suspended_at = null, suspended_reason = null where id = $1 and delete_at is null",
            )
            .bind(id.to_string())
            .execute(connection)
            .await?
            .rows_affected()
        });
        revoke(&mut tx, id, Revocation::ORG, now).await?;
        tx.commit().await?;
        if resumed == 1 {
            self.db.entrance().suspended.remove(id);
        }
        Ok(resumed == 1)
    }

    /// Has an org removed from a time on, and suspends it until then. What was arranged before stays.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn arrange_removal(self, id: OrgId, at: Timestamp, now: Timestamp) -> Result<(), DbError> {
        let _turn = self.db.entrance().suspending.lock().await;
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "update orgs set delete_at = coalesce(delete_at, $1), suspended_at = coalesce(suspended_at, $2) \
                 where id = $3",
            )
            .bind(at.0)
            .bind(now.0)
            .bind(id.to_string())
            .execute(connection)
            .await?;
        });
        revoke(&mut tx, id, Revocation::ORG, now).await?;
        tx.commit().await?;
        self.db.entrance().suspended.add(id);
        Ok(())
    }

    /// Reads again whether an org is suspended, after another process has changed it; true where it is.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn refresh_suspended(self, id: OrgId) -> Result<bool, DbError> {
        let _turn = self.db.entrance().suspending.lock().await;
        let is_suspended = self.get(id).await?.is_some_and(|org| org.suspension.is_some());
        if is_suspended {
            self.db.entrance().suspended.add(id);
        } else {
            self.db.entrance().suspended.remove(id);
        }
        Ok(is_suspended)
    }

    /// Takes an arranged removal back while its time has not come; the org stays suspended. False where it is too late,
    /// or nothing was arranged.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn cancel_removal(self, id: OrgId, now: Timestamp) -> Result<bool, DbError> {
        let _turn = self.db.entrance().suspending.lock().await;
        let mut tx = self.db.begin().await?;
        let cancelled = on_tx!(&mut tx, connection => {
            sqlx::query("update orgs set delete_at = null where id = $1 and delete_at > $2")
                .bind(id.to_string())
                .bind(now.0)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(cancelled == 1)
    }
}
