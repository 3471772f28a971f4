//! Opening a database: pools, safe settings, migrations.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::database::{Backend, Db, LOCK_NOTICE};
use super::error::DbError;
use super::lock::SetUpLock;
use super::mark::Mark;
use super::migrate;
use super::restoring::RestoreMarker;
use super::sqlite_writer::SqliteWriter;
use crate::db::log::SQLITE_SETUP;

/// How long a SQLite statement waits for another process's write, such as a command from the shell.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long PostgreSQL is waited for before a caller is told that storage is unavailable.
pub(crate) const ANSWER_TIME: Duration = Duration::from_secs(4);
/// Connections to PostgreSQL: the writer, and readers that serve history in parallel.
const POSTGRES_CONNECTIONS_MAX: u32 = 12;
/// Pages that a reading connection keeps, in KiB: what it reads is mapped into memory anyway.
const READER_CACHE_KIB: &str = "-256";
/// Memory-mapped part of a SQLite file, in bytes.
const MMAP_BYTES: &str = "134217728";

/// Where a database is.
#[derive(Debug)]
pub(in crate::db) enum Location {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Location {
    /// What a URL names; without one, the file in the data directory.
    pub(in crate::db) fn of(url: Option<&str>, data_dir: &Path) -> Result<Self, DbError> {
        match url {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres(url.to_owned()))
            }
            Some(url) if url.starts_with("sqlite:") => {
                Ok(Self::Sqlite(url.trim_start_matches("sqlite:").trim_start_matches("//").into()))
            }
            Some(url) => {
                Err(DbError::Scheme { scheme: url.split(':').next().unwrap_or_default().to_owned() })
            }
            None => Ok(Self::Sqlite(data_dir.join("switchboard.db"))),
        }
    }
}

impl Db {
    /// Opens the database at `url`, or `switchboard.db` in `data_dir` (made where it is missing), and brings
    /// its schema up to date.
    ///
    /// # Errors
    /// When it cannot be reached or has a newer schema.
    pub async fn open(url: Option<&str>, data_dir: &Path, readers: u32) -> Result<Self, DbError> {
        let location = Location::of(url, data_dir)?;
        // Files and the mark stand there whatever the engine.
        make_private(data_dir)?;
        RestoreMarker::in_dir(data_dir).check()?;
        if let Location::Sqlite(path) = &location {
            Mark::beside(path).check_file(path)?;
        }
        let db = Self::connect(location, readers).await?;
        migrate::run(&db).await?;
        if let Backend::Sqlite { writer, .. } = db.backend() {
            writer.set_up(SQLITE_SETUP).await?;
        }
        db.webhooks().refresh_orgs().await?;
        db.visitors().load_blocked().await?;
        db.orgs().load_suspended().await?;
        Ok(db)
    }

    /// Opens a database as it is.
    pub(in crate::db) async fn connect(location: Location, readers: u32) -> Result<Self, DbError> {
        let backend = match location {
            Location::Postgres(url) => Backend::Postgres(open_postgres(&url).await?),
            Location::Sqlite(path) => {
                if let Some(directory) = path.parent() {
                    make_private(directory)?;
                }
                open_sqlite(&path, readers).await?
            }
        };
        Ok(Self::over(backend))
    }
}

/// Makes a directory, where it is missing, that nobody else on the machine looks into.
pub(in crate::db) fn make_private(directory: &Path) -> Result<(), DbError> {
    if directory.as_os_str().is_empty() {
        return Ok(());
    }
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|source| DbError::File { path: directory.display().to_string(), source })
}

async fn open_postgres(url: &str) -> Result<PgPool, DbError> {
    let options: PgConnectOptions = url.parse().map_err(DbError::Failed)?;
    // PgBouncer refuses that parameter at the start; since PostgreSQL 12 the default reads back exactly, too.
    let options = options.application_name("switchboard").extra_float_digits(None);
    let place = format!("{}:{}", options.get_host(), options.get_port());
    let opening = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS_MAX)
        .acquire_timeout(ANSWER_TIME)
        .connect_with(options);
    let mut opening = std::pin::pin!(opening);
    tokio::select! {
        pool = opening.as_mut() => Ok(pool?),
        () = tokio::time::sleep(LOCK_NOTICE) => {
            tracing::warn!("waiting for PostgreSQL at {place}, which does not respond");
            Ok(opening.await?)
        }
    }
}

async fn open_sqlite(path: &Path, readers: u32) -> Result<Backend, DbError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Acked means durable: a commit is on the disk before anybody hears of it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("temp_store", "memory")
        .pragma("mmap_size", MMAP_BYTES)
        .pragma("journal_size_limit", "67108864");
    // A new file is switched to a write-ahead log, which SQLite refuses at once, whatever the timeout, where another
    // process does the same.
    let lock = SetUpLock::take(path).await?;
    let writer = SqliteWriter::open(options.clone()).await;
    drop(lock);
    let writer = writer?;
    let readers = SqlitePoolOptions::new()
        .max_connections(readers.max(1))
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options.read_only(true).pragma("cache_size", READER_CACHE_KIB));
    Ok(Backend::Sqlite { writer, readers, path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_new_file_is_opened_by_many_at_once() {
        for round in 0..100 {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("new.db");
            let openings: Vec<_> = (0..8)
                .map(|_| {
                    let path = path.clone();
                    tokio::spawn(async move { open_sqlite(&path, 1).await.map(drop) })
                })
                .collect();
            for opening in openings {
                let opened = opening.await.unwrap();
                assert!(opened.is_ok(), "round {round}: {opened:?}");
            }
        }
    }
}
