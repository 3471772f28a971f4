//! Facts about the installation itself, by name.

use crate::db::{DbError, handle, on_readers, on_tx};

/// Under this name stands something sealed that only the database's own master key opens.
pub const MASTER_KEY_CHECK: &str = "master_key_check";
/// Under this name stands which installation it is.
pub(in crate::db) const INSTALLATION: &str = "installation_id";

handle!(
    /// Facts about the installation itself, by name.
    Facts
);

impl Facts<'_> {
    /// A fact of the installation.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn get(self, name: &str) -> Result<Option<String>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_scalar("select value from meta where name = $1").bind(name).fetch_optional(pool).await?
        }))
    }

    /// Notes a fact of the installation, over an older one of the same name.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn set(self, name: &str, value: &str) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
            )
            .bind(name)
            .bind(value)
            .execute(connection)
            .await?;
        });
        Ok(tx.commit().await?)
    }
}
