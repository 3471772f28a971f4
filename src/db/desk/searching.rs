//! A statement that searches, for as long as it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection, SqlitePool};

use crate::clock;

/// A statement that takes longer is ended: a search never holds a reading connection for longer.
pub(super) const STATEMENT_TIME: Duration = Duration::from_secs(2);
/// Steps of SQLite's machine between two looks at the clock.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// Whether the statement was ended by us: SQLITE_INTERRUPT, or PostgreSQL's query_canceled.
pub(super) fn was_ended(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("9" | "57014"))
}

/// A reading connection whose statement is ended when its time is over, or when nobody waits for its answer any more:
/// then the connection is closed, as its handler would end the next statement as well.
pub(super) struct Searching {
    connection: Option<PoolConnection<Sqlite>>,
    is_over: Arc<AtomicBool>,
}

impl Searching {
    pub(super) async fn begin(readers: &SqlitePool) -> Result<Self, sqlx::Error> {
        let mut connection = readers.acquire().await?;
        let is_over = Arc::new(AtomicBool::new(false));
        let (ends, deadline) = (is_over.clone(), clock::instant() + STATEMENT_TIME);
        connection.lock_handle().await?.set_progress_handler(STEPS_BETWEEN_LOOKS, move || {
            !ends.load(Ordering::Relaxed) && clock::instant() < deadline
        });
        Ok(Self { connection: Some(connection), is_over })
    }

    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("it is there until the end")
    }

    /// Gives the connection back as it was.
    pub(super) async fn end(mut self) -> Result<(), sqlx::Error> {
        self.connection().lock_handle().await?.remove_progress_handler();
        self.connection = None;
        Ok(())
    }
}

impl Drop for Searching {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(mut connection) = self.connection.take() {
            connection.close_on_drop();
        }
    }
}
