//! A database of either engine: its pools, its transactions.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::{PgPool, Postgres, SqlitePool, Transaction};

use super::health::Health;
use super::sqlite_writer::{SqliteTx, SqliteWriter, WritingConnection};
use crate::db::audit::append::{append_postgres, append_sqlite};
use crate::db::delivery::outgoing::Outgoing;
use crate::db::desk::search_feed::SearchFeed;
use crate::db::people::entrance::Entrance;
use crate::model::AuditDraft;

/// How long a lock on a SQLite file is waited for before the log says so.
pub(super) const LOCK_NOTICE: Duration = Duration::from_secs(2);

/// A database of either engine; cloning shares it.
#[derive(Debug, Clone)]
pub struct Db {
    backend: Arc<Backend>,
    outgoing: Arc<Outgoing>,
    entrance: Arc<Entrance>,
    health: Arc<Health>,
    search_feed: Arc<SearchFeed>,
    /// Whether another process serves the database now: from then on this one writes nothing.
    is_given_up: Arc<AtomicBool>,
    note: Option<Noted>,
}

/// A row of the audit log for the next transaction that commits.
type Noted = Arc<Mutex<Option<AuditDraft>>>;

/// The pools of one engine.
#[derive(Debug)]
pub(crate) enum Backend {
    Sqlite { writer: SqliteWriter, readers: SqlitePool, path: PathBuf },
    Postgres(PgPool),
}

/// A transaction of either engine; dropping it rolls back.
pub(crate) struct Tx {
    pub(in crate::db) engine: EngineTx,
    note: Option<Noted>,
}

/// The transaction of one engine.
pub(crate) enum EngineTx {
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
}

/// What runs a single statement that is a transaction by itself.
pub(crate) enum Single<'a> {
    Sqlite(WritingConnection),
    Postgres(&'a PgPool),
}

impl Tx {
    /// Commits, with the row of the audit log that was noted.
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        let note = self.note.take();
        let draft = note.and_then(|note| note.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(draft) = &draft {
            match &mut self.engine {
                EngineTx::Sqlite(tx) => append_sqlite(tx, draft).await?,
                EngineTx::Postgres(tx) => append_postgres(tx, draft).await?,
            }
        }
        match self.engine {
            EngineTx::Sqlite(tx) => tx.commit().await?,
            EngineTx::Postgres(tx) => tx.commit().await?,
        }
        if let Some(draft) = draft {
            draft.is_written.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.engine, EngineTx::Postgres(_))
    }
}

impl Db {
    /// A database over its pools.
    pub(super) fn over(backend: Backend) -> Self {
        Self {
            backend: Arc::new(backend),
            outgoing: Arc::default(),
            entrance: Arc::default(),
            health: Arc::default(),
            search_feed: Arc::default(),
            is_given_up: Arc::default(),
            note: None,
        }
    }

    /// The same database, whose next transaction that commits also appends a row to the audit log. A transaction that
    /// rolls back appends nothing.
    #[must_use]
    pub fn noting(&self, draft: impl Into<AuditDraft>) -> Self {
        Self { note: Some(Arc::new(Mutex::new(Some(draft.into())))), ..self.clone() }
    }

    /// `sqlite` or `postgres`.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match self.backend() {
            Backend::Sqlite { .. } => "sqlite",
            Backend::Postgres(_) => "postgres",
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.backend(), Backend::Postgres(_))
    }

    /// The file of a SQLite database.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self.backend() {
            Backend::Sqlite { path, .. } => Some(path),
            Backend::Postgres(_) => None,
        }
    }

    /// Closes every connection once its work is done; SQLite folds its write-ahead log in.
    pub async fn close(&self) {
        match self.backend() {
            Backend::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Backend::Postgres(pool) => pool.close().await,
        }
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }

    pub(crate) fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    pub(crate) fn entrance(&self) -> &Entrance {
        &self.entrance
    }

    pub(crate) fn search_feed(&self) -> &SearchFeed {
        &self.search_feed
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    /// Refuses every write from now on: another process serves the database.
    pub fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }

    /// Begins a transaction that may write; on SQLite it holds the one writer.
    pub(crate) async fn begin(&self) -> Result<Tx, sqlx::Error> {
        if self.is_given_up.load(Ordering::Relaxed) {
            return Err(sqlx::Error::PoolClosed);
        }
        let engine = match self.backend() {
            Backend::Sqlite { writer, .. } => {
                EngineTx::Sqlite(with_notice(async { SqliteTx::begin(writer.acquire().await?).await }).await?)
            }
            Backend::Postgres(pool) => EngineTx::Postgres(pool.begin().await?),
        };
        Ok(Tx { engine, note: self.note.clone() })
    }

    /// What runs a single statement that is a transaction by itself.
    pub(crate) async fn single(&self) -> Result<Single<'_>, sqlx::Error> {
        if self.is_given_up.load(Ordering::Relaxed) {
            return Err(sqlx::Error::PoolClosed);
        }
        Ok(match self.backend() {
            Backend::Sqlite { writer, .. } => Single::Sqlite(with_notice(writer.acquire()).await?),
            Backend::Postgres(pool) => Single::Postgres(pool),
        })
    }
}

/// Waits for a write lock, and says so in the log where that takes long.
pub(crate) async fn with_notice<T>(waiting: impl Future<Output = T>) -> T {
    let mut waiting = std::pin::pin!(waiting);
    tokio::select! {
        done = waiting.as_mut() => done,
        () = tokio::time::sleep(LOCK_NOTICE) => {
            tracing::warn!(
                "waited {} s for a write lock on the database, held by another process or by a long write of this one",
                LOCK_NOTICE.as_secs()
            );
            waiting.await
        }
    }
}
