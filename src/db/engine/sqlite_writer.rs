//! The one connection that writes to a SQLite file.
//!
//! It is no pool: a pool asks its connection whether it is well before and after every use, and each question costs a
//! hop to the connection's thread and back.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Error, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How long the connection is waited for while others write with it.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct Slot {
    options: SqliteConnectOptions,
    /// Statements for what lives as long as a connection.
    setup: &'static [&'static str],
    /// `None` where it has to be opened again.
    connection: Option<SqliteConnection>,
    is_closed: bool,
}

/// The writing connection, for one user after another in the order in which they ask; cloning shares it.
#[derive(Debug, Clone)]
pub(crate) struct SqliteWriter {
    slot: Arc<Mutex<Slot>>,
}

/// The writing connection, until it is dropped.
#[derive(Debug)]
pub(crate) struct WritingConnection {
    slot: OwnedMutexGuard<Slot>,
}

/// A transaction; dropping it rolls back.
#[derive(Debug)]
pub(crate) struct SqliteTx {
    /// `None` once it is committed.
    connection: Option<WritingConnection>,
}

impl SqliteWriter {
    /// Opens the connection.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, Error> {
        let connection = Some(options.connect().await?);
        let slot = Slot { options, setup: &[], connection, is_closed: false };
        Ok(Self { slot: Arc::new(Mutex::new(slot)) })
    }

    /// Runs `setup` on the connection, and on every one that replaces it.
    pub(super) async fn set_up(&self, setup: &'static [&'static str]) -> Result<(), Error> {
        let mut writing = self.acquire().await?;
        writing.slot.setup = setup;
        set_up(&mut writing, setup).await
    }

    /// Waits for the connection; one that broke is opened again.
    pub(crate) async fn acquire(&self) -> Result<WritingConnection, Error> {
        let waiting = tokio::time::timeout(ACQUIRE_TIMEOUT, self.slot.clone().lock_owned());
        let mut slot = waiting.await.map_err(|_| Error::PoolTimedOut)?;
        if slot.is_closed {
            return Err(Error::PoolClosed);
        }
        if slot.connection.is_none() {
            let mut connection = slot.options.connect().await?;
            set_up(&mut connection, slot.setup).await?;
            slot.connection = Some(connection);
        }
        Ok(WritingConnection { slot })
    }

    /// Closes the connection once its user is done; SQLite folds its write-ahead log in.
    pub(super) async fn close(&self) {
        let mut slot = self.slot.lock().await;
        slot.is_closed = true;
        if let Some(connection) = slot.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "the database was not closed cleanly");
        }
    }
}

async fn set_up(connection: &mut SqliteConnection, setup: &'static [&'static str]) -> Result<(), Error> {
    for statement in setup {
        sqlx::query(*statement).execute(&mut *connection).await?;
    }
    Ok(())
}

impl WritingConnection {
    /// Gives the connection up: the next user opens another.
    pub(crate) fn discard(mut self) {
        self.slot.connection = None;
    }

    /// Ends an open transaction. Where that fails, the connection cannot be used any more: after some errors SQLite
    /// has rolled back by itself, after others it may still be in the transaction.
    async fn roll_back(mut self) {
        if sqlx::query("rollback").execute(&mut *self).await.is_err() {
            self.discard();
        }
    }
}

impl Deref for WritingConnection {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.slot.connection.as_ref().expect("acquiring opens it")
    }
}

impl DerefMut for WritingConnection {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.slot.connection.as_mut().expect("acquiring opens it")
    }
}

impl SqliteTx {
    /// Begins a transaction that may write.
    pub(super) async fn begin(connection: WritingConnection) -> Result<Self, Error> {
        // Made first: where the caller is gone before the answer, dropping it rolls back.
        let mut tx = Self { connection: Some(connection) };
        sqlx::query("begin immediate").execute(&mut *tx).await?;
        Ok(tx)
    }

    pub(super) async fn commit(mut self) -> Result<(), Error> {
        sqlx::query("commit").execute(&mut *self).await?;
        self.connection = None;
        Ok(())
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        match tokio::runtime::Handle::try_current() {
            // Nobody else gets the connection before it is rolled back.
            Ok(runtime) => drop(runtime.spawn(connection.roll_back())),
            Err(_) => connection.discard(),
        }
    }
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("it is there until the commit")
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("it is there until the commit")
    }
}
