//! Orgs.

use rooms::{OrgId, Timestamp};

use crate::db::engine::database::{EngineTx, Tx};
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::OrgRecord;

handle!(
    /// Orgs.
    Orgs
);

impl Orgs<'_> {
    /// Makes an org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn add(self, id: OrgId, name: &str, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("insert into orgs (id, name, created_at) values ($1, $2, $3)")
                .bind(id.to_string())
                .bind(name)
                .bind(now.0)
                .execute(connection)
                .await?;
        });
        Ok(tx.commit().await?)
    }

    /// An org.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, id: OrgId) -> Result<Option<OrgRecord>, DbError> {
        let row: Option<(String, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as("select name, created_at from orgs where id = $1").bind(id.to_string()).fetch_optional(pool).await?
        });
        Ok(row.map(|(name, created_at)| OrgRecord { id, name, created_at: Timestamp(created_at) }))
    }

    /// Every org behind `after`, oldest first; for the platform admin.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, after: Option<OrgId>, limit: i64) -> Result<Vec<OrgRecord>, DbError> {
        let rows: Vec<(String, String, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as("select id, name, created_at from orgs where id > $1 order by id limit $2")
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        let read = |(id, name, created_at): (String, String, i64)| {
            Some(OrgRecord { id: id.parse().ok()?, name, created_at: Timestamp(created_at) })
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }
}

/// Lets one transaction at a time decide on something of an org, until it ends. SQLite has one writer as it is.
///
/// # Errors
/// When storage fails.
pub(crate) async fn lock_org(tx: &mut Tx, org: OrgId) -> Result<(), DbError> {
    if let EngineTx::Postgres(tx) = &mut tx.engine {
        sqlx::query("select id from orgs where id = $1 for no key update")
            .bind(org.to_string())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
