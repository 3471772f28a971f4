//! One `serve` per database, or several that are nodes of one; and one process at a time that sets a SQLite file up.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use sqlx::{PgConnection, PgPool};

use super::database::{Backend, Db};
use super::error::DbError;

/// Key of the advisory lock in PostgreSQL; any fixed number of our own.
const ADVISORY_KEY: i64 = 0x5357_4243_4852_4431;

/// Tries of a start to get the lock in PostgreSQL: the session of a server that was killed lasts until its statement
/// ends and the connection is found broken.
const START_TRIES: u32 = 30;
/// The wait between two of them.
const TRY_PERIOD: Duration = Duration::from_millis(100);

/// Beside whom a process serves the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServeMode {
    /// Beside nobody.
    Alone,
    /// Beside other nodes; on PostgreSQL only.
    AsNode,
}

/// Held while this process serves the database; dropped or killed, it is free again.
#[derive(Debug)]
pub struct ServeLock {
    mode: ServeMode,
    held: Held,
}

#[derive(Debug)]
enum Held {
    File(#[expect(dead_code, reason = "the lock lives as long as the open file")] File),
    Session(Box<PgConnection>),
}

/// Held while this process sets a SQLite file up; dropped, it is another's turn.
#[derive(Debug)]
pub(super) struct SetUpLock {
    #[expect(dead_code, reason = "the lock lives as long as the open file")]
    file: File,
}

impl SetUpLock {
    /// Waits until no other process sets the file up, which need not exist.
    pub(super) async fn take(database: &Path) -> Result<Self, DbError> {
        let path = database.with_extension("migrate.lock");
        let failed = |source| DbError::File { path: path.display().to_string(), source };
        let file = File::create(&path).map_err(failed)?;
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file));
        let file = locked.await.expect("taking a file lock does not panic").map_err(failed)?;
        Ok(Self { file })
    }
}

impl ServeLock {
    /// Says that this process serves the database. Beside one that serves alone nobody else can, and beside nodes only
    /// further nodes, until the lock is dropped.
    ///
    /// # Errors
    /// [`DbError::Served`], [`DbError::ServedAlone`] or [`DbError::ServedByNodes`] when another process does.
    pub async fn take(db: &Db, mode: ServeMode) -> Result<Self, DbError> {
        match (db.backend(), mode) {
            (Backend::Sqlite { path, .. }, ServeMode::Alone) => Self::of_file(path),
            (Backend::Sqlite { .. }, ServeMode::AsNode) => Err(DbError::NoNodes),
            (Backend::Postgres(pool), _) => {
                for _ in 1..START_TRIES {
                    if let Some(lock) = Self::try_session(pool, mode).await? {
                        return Ok(lock);
                    }
                    tokio::time::sleep(TRY_PERIOD).await;
                }
                match Self::try_session(pool, mode).await? {
                    Some(lock) => Ok(lock),
                    None => Err(taken(pool, mode).await?),
                }
            }
        }
    }

    /// The lock of a SQLite file, which need not exist.
    ///
    /// # Errors
    /// [`DbError::Served`] when another process has it.
    pub fn of_file(database: &Path) -> Result<Self, DbError> {
        let path = database.with_extension("serve.lock");
        let failed = |source| DbError::File { path: path.display().to_string(), source };
        let file = File::create(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { mode: ServeMode::Alone, held: Held::File(file) }),
            Err(std::fs::TryLockError::WouldBlock) => Err(DbError::Served),
            Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The lock of a session of its own in PostgreSQL; `None` where somebody has it.
    async fn try_session(pool: &PgPool, mode: ServeMode) -> Result<Option<Self>, DbError> {
        // Out of the pool: the lock lives as long as this session, and the pool must be able to close.
        let mut session = pool.acquire().await?.detach();
        let statement = match mode {
            ServeMode::Alone => "select pg_try_advisory_lock($1)",
            ServeMode::AsNode => "select pg_try_advisory_lock_shared($1)",
        };
        let is_taken: bool = sqlx::query_scalar(statement).bind(ADVISORY_KEY).fetch_one(&mut session).await?;
        Ok(is_taken.then(|| Self { mode, held: Held::Session(Box::new(session)) }))
    }

    /// Makes sure that the lock is still held; a lost PostgreSQL session is taken again.
    ///
    /// # Errors
    /// As [`ServeLock::take`] when another process took the database meanwhile; then this one must stop.
    pub async fn keep(&mut self, db: &Db) -> Result<(), DbError> {
        let (Held::Session(session), Backend::Postgres(pool)) = (&mut self.held, db.backend()) else {
            return Ok(());
        };
        if sqlx::query("select 1").execute(&mut **session).await.is_ok() {
            return Ok(());
        }
        match Self::try_session(pool, self.mode).await? {
            Some(lock) => *self = lock,
            None => return Err(taken(pool, self.mode).await?),
        }
        Ok(())
    }
}

/// Why the lock could not be taken: who has it, as far as they have not gone meanwhile.
async fn taken(pool: &PgPool, mode: ServeMode) -> Result<DbError, DbError> {
    if mode == ServeMode::AsNode {
        return Ok(DbError::ServedAlone);
    }
    let (high, low) = (ADVISORY_KEY >> 32, ADVISORY_KEY & 0xffff_ffff);
    let is_shared: bool = sqlx::query_scalar(
        "select exists (select 1 from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and granted \
         and cast(classid as bigint) = $1 and cast(objid as bigint) = $2 and objsubid = 1 \
         and database = (select oid from pg_database where datname = current_database()))",
    )
    .bind(high)
    .bind(low)
    .fetch_one(pool)
    .await?;
    Ok(if is_shared { DbError::ServedByNodes } else { DbError::Served })
}
