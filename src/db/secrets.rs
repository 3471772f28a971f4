//! Sealed secrets by org and field; what is stored can be opened only with the master key.

use rooms::{OrgId, Timestamp};

use crate::db::engine::database::Tx;
use crate::db::{DbError, handle, on_readers, on_tx};
use crate::model::{OldSecret, old_secret_field};

/// Stores a sealed secret inside a transaction, over an older one of the same field.
pub(crate) async fn put(
    tx: &mut Tx,
    org: OrgId,
    field: &str,
    sealed: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "insert into secrets (org_id, field, sealed, created_at) values ($1, $2, $3, $4) \
             on conflict (org_id, field) do update set sealed = excluded.sealed, created_at = excluded.created_at, \
             expires_at = null",
        )
        .bind(org.to_string())
        .bind(field)
        .bind(sealed)
        .bind(now.0)
        .execute(connection)
        .await?;
    });
    Ok(())
}

/// Removes a sealed secret inside a transaction.
pub(crate) async fn remove(tx: &mut Tx, org: OrgId, field: &str) -> Result<(), DbError> {
    on_tx!(tx, connection => {
        sqlx::query("delete from secrets where org_id = $1 and field = $2")
            .bind(org.to_string())
            .bind(field)
            .execute(connection)
            .await?;
    });
    Ok(())
}

handle!(
    /// Sealed secrets by org and field.
    Secrets
);

impl Secrets<'_> {
    /// The sealed secret of a field.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, org: OrgId, field: &str) -> Result<Option<String>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar("select sealed from secrets where org_id = $1 and field = $2")
                .bind(org.to_string())
                .bind(field)
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Stores a sealed secret, over an older one of the same field.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn put(self, org: OrgId, field: &str, sealed: &str, now: Timestamp) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        put(&mut tx, org, field, sealed, now).await?;
        Ok(tx.commit().await?)
    }

    /// Stores a new secret of a field, and the old one beside it where that is still accepted; otherwise the old one is
    /// gone.
    ///
    /// # Errors
    /// When storage fails; then nothing has changed.
    pub async fn rotate(
        self,
        org: OrgId,
        field: &str,
        sealed: &str,
        old: Option<&OldSecret>,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        put(&mut tx, org, field, sealed, now).await?;
        let old_field = old_secret_field(field);
        match old {
            None => remove(&mut tx, org, &old_field).await?,
            Some(old) => {
                put(&mut tx, org, &old_field, &old.sealed, now).await?;
                on_tx!(&mut tx, connection => {
                    sqlx::query("update secrets set expires_at = $1 where org_id = $2 and field = $3")
                        .bind(old.expires_at.0)
                        .bind(org.to_string())
                        .bind(&old_field)
                        .execute(connection)
                        .await?;
                });
            }
        }
        Ok(tx.commit().await?)
    }

    /// The old secret of a field, while it is accepted.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn old(self, org: OrgId, field: &str, now: Timestamp) -> Result<Option<OldSecret>, DbError> {
        let row: Option<(String, i64)> = on_readers!(self.db, pool => {
            sqlx::query_as(
                "select sealed, expires_at from secrets where org_id = $1 and field = $2 and expires_at > $3",
            )
            .bind(org.to_string())
            .bind(old_secret_field(field))
            .bind(now.0)
            .fetch_optional(pool)
            .await?
        });
        Ok(row.map(|(sealed, at)| OldSecret { sealed, expires_at: Timestamp(at) }))
    }

    /// Forgets the old secret of a field; true where there was one.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn end_old(self, org: OrgId, field: &str) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let removed = on_tx!(&mut tx, connection => {
            sqlx::query("delete from secrets where org_id = $1 and field = $2")
                .bind(org.to_string())
                .bind(old_secret_field(field))
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(removed == 1)
    }

    /// Stores a sealed secret where the field has none yet.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn put_first(
        self,
        org: OrgId,
        field: &str,
        sealed: &str,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into secrets (org_id, field, sealed, created_at) values ($1, $2, $3, $4) \
                 on conflict (org_id, field) do nothing",
            )
            .bind(org.to_string())
            .bind(field)
            .bind(sealed)
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }

    /// Every sealed secret, for sealing them again under another key.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn all(self) -> Result<Vec<(OrgId, String, String)>, DbError> {
        let rows: Vec<(String, String, String)> = on_readers!(self.db, pool => {
            sqlx::query_as("select org_id, field, sealed from secrets order by org_id, field").fetch_all(pool).await?
        });
        Ok(rows
            .into_iter()
            .filter_map(|(org, field, sealed)| Some((org.parse().ok()?, field, sealed)))
            .collect())
    }

    /// Stores a sealed secret unless it has changed since `seen` was read; true when it was stored.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn reseal(self, org: OrgId, field: &str, seen: &str, sealed: &str) -> Result<bool, DbError> {
        let mut tx = self.db.begin().await?;
        let changed = on_tx!(&mut tx, connection => {
            sqlx::query("update secrets set sealed = $1 where org_id = $2 and field = $3 and sealed = $4")
                .bind(sealed)
                .bind(org.to_string())
                .bind(field)
                .bind(seen)
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(changed == 1)
    }
}
