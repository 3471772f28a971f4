//! What failures of storage mean, and whether the last write went through.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// Whether a page of the database was found damaged. It does not heal: a restart with a good file does.
/// One process serves one database, so this is no state of a single handle.
static IS_DAMAGED: AtomicBool = AtomicBool::new(false);

/// How the last write went, and how far the log has come.
#[derive(Debug, Default)]
pub(crate) struct Health {
    has_failed: AtomicBool,
    newest_entry_at: AtomicI64,
}

impl Health {
    /// Notes that a write was stored.
    pub(in crate::db) fn record_written(&self) {
        if self.has_failed.swap(false, Ordering::Relaxed) {
            tracing::info!("storage accepts writes again");
        }
    }

    /// Whether the last write failed.
    pub(in crate::db) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    /// Notes when an entry was committed.
    pub(in crate::db) fn record_entry(&self, at_ms: i64) {
        self.newest_entry_at.fetch_max(at_ms, Ordering::Relaxed);
    }

    /// When the newest entry was committed, in milliseconds since 1970.
    pub(in crate::db) fn newest_entry_at(&self) -> i64 {
        self.newest_entry_at.load(Ordering::Relaxed)
    }

    /// Notes that storage refused a write; true the first time since one was stored.
    pub(in crate::db) fn record_failed(&self) -> bool {
        !self.has_failed.swap(true, Ordering::Relaxed)
    }
}

/// Whether a page of the database was found damaged since this process started.
pub(super) fn is_damaged() -> bool {
    IS_DAMAGED.load(Ordering::Relaxed)
}

/// The primary result code of SQLite, where an error has one.
fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    let sqlx::Error::Database(error) = error else { return None };
    error.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    let extended: i32 = error.code()?.parse().ok()?;
    Some(extended & 0xff)
}

/// Whether storage itself failed, so that trying single statements again is pointless. Of SQLite (result codes,
/// sqlite.org/rescode.html): busy 5, locked 6, out of memory 7, read only 8, I/O 10, damaged 11, full 13,
/// cannot open 14, no database 26. After most of them SQLite has rolled the transaction back by itself.
pub(in crate::db) fn is_storage_fault(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => matches!(sqlite_code(error), Some(5..=8 | 10 | 11 | 13 | 14 | 26)),
    }
}

/// Says at once what a damaged database means, and remembers it.
pub(in crate::db) fn record_damage(error: &sqlx::Error) {
    let is_damaged = match sqlite_code(error) {
        Some(11 | 26) => true,
        Some(_) => false,
        // PostgreSQL: data_corrupted, index_corrupted.
        None => error
            .as_database_error()
            .and_then(|error| error.code())
            .is_some_and(|code| matches!(&*code, "XX001" | "XX002")),
    };
    if is_damaged && !IS_DAMAGED.swap(true, Ordering::Relaxed) {
        tracing::error!(
            %error,
            "the database is damaged; stop the server and restore the last backup, or save what can be read with \
             `sqlite3 switchboard.db .recover` into a new file"
        );
    }
}
