//! What live sockets must be told: access that has ended, also by a command from the shell. What the shell has done
//! besides is noted here by the row of the audit log (`db::audit::append`).

use rooms::{OrgId, Timestamp};

use crate::db::engine::database::Tx;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::Revocation;

/// Notes inside the revoking transaction that `subject` has lost access.
pub(crate) async fn revoke(tx: &mut Tx, org: OrgId, subject: &str, now: Timestamp) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query("insert into revocations (org_id, subject, created_at) values ($1, $2, $3)")
            .bind(org.to_string())
            .bind(subject)
            .bind(now.0)
            .execute(connection)
            .await?;
    });
    Ok(())
}

handle!(
    /// Access that has ended.
    Revocations
);

impl Revocations<'_> {
    /// The newest revocation's number; 0 where there is none.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn last(self) -> Result<i64, DbError> {
        let last: Option<i64> = on_readers!(self.db, pool => {
            sqlx::query_scalar("select max(cast(id as bigint)) from revocations").fetch_one(pool).await?
        });
        Ok(last.unwrap_or(0))
    }

    /// The next revocations above `after`, ascending; none where it is the newest.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn after(self, after: i64) -> Result<Vec<Revocation>, DbError> {
        let statement = "select cast(id as bigint), org_id, subject from revocations where id > $1 order by id limit 1000";
        let rows: Vec<(i64, String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as(statement).bind(after).fetch_all(pool).await?
        });
        let read = |(id, org, subject): (i64, String, String)| {
            Some(Revocation { id, org: org.parse().ok()?, subject })
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Forgets what every live socket has long heard.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn forget(self, before: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("delete from revocations where created_at < $1").bind(before.0).execute(connection).await?;
        });
        Ok(tx.commit().await?)
    }
}
