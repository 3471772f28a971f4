//! Whether storage can serve now.

use std::time::Duration;

use super::database::Db;
use super::either::{on_readers, on_tx};
use super::error::DbError;
use super::health::is_damaged;
use crate::model::Unwell;

/// A probe that takes longer has failed: readiness is asked for every few seconds.
const PROBE_TIME: Duration = Duration::from_secs(2);
/// The name under which a probe writes.
const PROBE: &str = "write_probe";

impl Db {
    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), DbError> {
        on_readers!(self, pool => sqlx::query("select 1").execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// Whether storage answers and, after a write that failed, takes writes again.
    ///
    /// # Errors
    /// Why it cannot serve.
    pub async fn check_health(&self) -> Result<(), Unwell> {
        if is_damaged() {
            return Err(Unwell::Damaged);
        }
        let probed = tokio::time::timeout(PROBE_TIME, probe(self)).await;
        match probed {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "not ready: storage failed");
                Err(if is_damaged() { Unwell::Damaged } else { Unwell::Database })
            }
            Err(_) => {
                tracing::warn!("not ready: storage does not answer within {} s", PROBE_TIME.as_secs());
                Err(Unwell::Database)
            }
        }
    }
}

async fn probe(db: &Db) -> Result<(), DbError> {
    db.ping().await?;
    if !db.health().has_failed() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, connection => {
        sqlx::query("insert into meta (name, value) values ($1, '') on conflict (name) do update set value = ''")
            .bind(PROBE)
            .execute(connection)
            .await?;
    });
    tx.commit().await?;
    db.health().record_written();
    Ok(())
}
