//! Orgs.

use rooms::{OrgId, Timestamp};

use crate::db::engine::database::{EngineTx, Tx};
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{OrgRecord, OrgSuspension};

#[derive(sqlx::FromRow)]
struct OrgRow {
    id: String,
    name: String,
    created_at: i64,
    suspended_at: Option<i64>,
    suspended_reason: Option<String>,
    delete_at: Option<i64>,
}

impl OrgRow {
    fn into_record(self) -> Result<OrgRecord, DbError> {
        let id = self.id.parse().map_err(|_| DbError::Corrupt { what: "org", id: self.id.clone() })?;
        let reason = self.suspended_reason;
        Ok(OrgRecord {
            id,
            name: self.name,
            created_at: Timestamp(self.created_at),
            suspension: self.suspended_at.map(|at| OrgSuspension { at: Timestamp(at), reason }),
            delete_at: self.delete_at.map(Timestamp),
        })
    }
}

macro_rules! select_orgs {
    ($rest:literal) => {
        concat!("select id, name, created_at, suspended_at, suspended_reason, delete_at from orgs ", $rest)
    };
}

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

    /// Gives an org another name.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn rename(self, id: OrgId, name: &str) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query("update orgs set name = $1 where id = $2")
                .bind(name)
                .bind(id.to_string())
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
        let row: Option<OrgRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_orgs!("where id = $1")).bind(id.to_string()).fetch_optional(pool).await?
        });
        row.map(OrgRow::into_record).transpose()
    }

    /// Every org behind `after`, oldest first; for the platform admin.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self, after: Option<OrgId>, limit: i64) -> Result<Vec<OrgRecord>, DbError> {
        let rows: Vec<OrgRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_orgs!("where id > $1 order by id limit $2"))
                .bind(after.map(|id| id.to_string()).unwrap_or_default())
                .bind(limit)
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(OrgRow::into_record).collect()
    }

    /// Orgs whose time to be removed has come, at most 100.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn due_for_removal(self, now: Timestamp) -> Result<Vec<OrgRecord>, DbError> {
        let rows: Vec<OrgRow> = on_readers!(self.db, pool => {
            sqlx::query_as(select_orgs!("where delete_at <= $1 order by delete_at limit 100"))
                .bind(now.0)
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(OrgRow::into_record).collect()
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
