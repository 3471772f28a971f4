//! Bringing the schema up to date, also when two processes start at once.

use sqlx::migrate::{MigrateError, Migrator};

use super::database::{Backend, Db, Tx};
use super::either::on_tx;
use super::error::DbError;
use super::lock::SetUpLock;

pub(in crate::db) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(in crate::db) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Runs what is missing. PostgreSQL's migrator holds an advisory lock meanwhile, SQLite's a lock file.
pub(super) async fn run(db: &Db) -> Result<(), DbError> {
    match db.backend() {
        Backend::Sqlite { writer, path, .. } => {
            let lock = SetUpLock::take(path).await?;
            let outcome = SQLITE.run(&mut *writer.acquire().await?).await;
            drop(lock);
            outcome.map_err(|error| explain(&SQLITE, error))
        }
        Backend::Postgres(pool) => POSTGRES.run(pool).await.map_err(|error| explain(&POSTGRES, error)),
    }
}

/// The newest schema this release makes.
#[must_use]
pub fn newest() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The newest migration that was run; none where the table of migrations is missing.
pub(in crate::db) async fn version(tx: &mut Tx) -> Result<Option<i64>, DbError> {
    let statement = "select max(version) from _sqlx_migrations";
    let found: Result<Option<i64>, sqlx::Error> =
        on_tx!(tx, connection => sqlx::query_scalar(statement).fetch_one(connection).await);
    match found {
        Err(error) if is_missing_table(&error) => Ok(None),
        found => Ok(found?),
    }
}

fn is_missing_table(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.code().as_deref() == Some("42P01") || error.message().starts_with("no such table")
    })
}

pub(in crate::db) fn explain(migrator: &Migrator, error: MigrateError) -> DbError {
    let known = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
    match error {
        MigrateError::VersionMissing(found) if found > known => DbError::Newer { found, known },
        error => DbError::Migration(error),
    }
}
