//! One `serve` per database, and one process at a time that sets a SQLite file up.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use sqlx::PgConnection;

use super::database::{Backend, Db};
use super::error::DbError;

/// Key of the advisory lock in PostgreSQL; any fixed number of our own.
const ADVISORY_KEY: i64 = 0x5357_4243_4852_4431;

/// Tries of a start to get the lock in PostgreSQL: the session of a server that was killed lasts until its statement
/// ends and the connection is found broken.
const START_TRIES: u32 = 30;
/// The wait between two of them.
const TRY_PERIOD: Duration = Duration::from_millis(100);

/// Held while this process serves the database; dropped or killed, it is free again.
#[derive(Debug)]
pub struct ServeLock {
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
    /// Says that this process serves the database; nobody else can until the lock is dropped.
    ///
    /// # Errors
    /// [`DbError::Served`] when another process does.
    pub async fn take(db: &Db) -> Result<Self, DbError> {
        match db.backend() {
            Backend::Sqlite { path, .. } => Self::of_file(path),
            Backend::Postgres(_) => {
                for _ in 1..START_TRIES {
                    if let Some(lock) = Self::try_session(db).await? {
                        return Ok(lock);
                    }
                    tokio::time::sleep(TRY_PERIOD).await;
                }
                Self::try_session(db).await?.ok_or(DbError::Served)
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
            Ok(()) => Ok(Self { held: Held::File(file) }),
            Err(std::fs::TryLockError::WouldBlock) => Err(DbError::Served),
            Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The lock of a session of its own in PostgreSQL; `None` where somebody has it.
    async fn try_session(db: &Db) -> Result<Option<Self>, DbError> {
        let Backend::Postgres(pool) = db.backend() else { return Ok(None) };
        // Out of the pool: the lock lives as long as this session, and the pool must be able to close.
        let mut session = pool.acquire().await?.detach();
        let taken: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
            .bind(ADVISORY_KEY)
            .fetch_one(&mut session)
            .await?;
        Ok(taken.then(|| Self { held: Held::Session(Box::new(session)) }))
    }

    /// Makes sure that the lock is still held; a lost PostgreSQL session is taken again.
    ///
    /// # Errors
    /// [`DbError::Served`] when another process took the database meanwhile; then this one must stop.
    pub async fn keep(&mut self, db: &Db) -> Result<(), DbError> {
        let Held::Session(session) = &mut self.held else { return Ok(()) };
        if sqlx::query("select 1").execute(&mut **session).await.is_ok() {
            return Ok(());
        }
        *self = Self::try_session(db).await?.ok_or(DbError::Served)?;
        Ok(())
    }
}
