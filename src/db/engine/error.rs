//! How storage fails.

use super::health;
use crate::refusal::ServiceError;

const POOLER: &str = "the database is reached through a pooler in transaction mode (PgBouncer's pool_mode=transaction), which keeps neither prepared statements nor locks; use session mode, or connect to PostgreSQL itself";

/// Whether a prepared statement exists already (42P05) or is gone (26000): every transaction has another session.
fn is_of_pooler(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("42P05" | "26000"))
}

/// Storage could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It cannot be reached, or failed; nothing was stored.
    #[error("storage failed")]
    Failed(#[source] sqlx::Error),
    /// It did not answer in time; what became of it is not known.
    #[error("storage did not respond within {seconds} s")]
    TimedOut {
        /// How long was waited.
        seconds: u64,
    },
    /// The writer could not store it, or has ended; it has logged why.
    #[error("it was not stored")]
    Unstored,
    /// Something with the same unique value exists.
    #[error("the {what} already exists")]
    Taken {
        /// What must be unique.
        what: &'static str,
    },
    /// The schema was made by a newer release.
    #[error(
        "the database has schema {found}, this release knows up to {known}; start the newer release, or restore a backup made before the upgrade"
    )]
    Newer {
        /// The version in the database.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error("could not migrate the database")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// Another `serve` runs on this database.
    #[error(
        "another `switchboard serve` already runs on this database; stop it first (one server per database, or several with --bus)"
    )]
    Served,
    /// A `serve` without a bus runs on this database.
    #[error(
        "a `switchboard serve` without a bus already runs on this database; stop it, and start it with --bus (SWITCHBOARD_BUS) too"
    )]
    ServedAlone,
    /// Nodes run on this database, and this process has no bus.
    #[error(
        "nodes with a bus already run on this database; stop them first, or start this server with the same --bus (SWITCHBOARD_BUS)"
    )]
    ServedByNodes,
    /// The database cannot be served by several nodes.
    #[error(
        "a bus joins several nodes, which need PostgreSQL: give --database-url postgres://…, or start without --bus (SWITCHBOARD_BUS)"
    )]
    NoNodes,
    /// This node could not renew its lease in time.
    #[error("this node could not renew its lease in the database in time, so other nodes take its work over")]
    Fenced,
    /// A file beside the database cannot be used.
    #[error("could not use {path}")]
    File {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A stored value is not one of ours.
    #[error("the stored {what} of {id} is malformed")]
    Corrupt {
        /// What.
        what: &'static str,
        /// Whose.
        id: String,
    },
    /// The database file is empty or missing where there was one.
    #[error(
        "{path} is empty or missing, but {mark} says that there were conversations; restore the file from a backup, or remove {mark} to begin anew"
    )]
    Gone {
        /// The database.
        path: String,
        /// The mark that remembers it.
        mark: String,
    },
    /// There is no database, or none of ours.
    #[error("there is no database of Switchboard in {path}")]
    Absent {
        /// Where it was looked for.
        path: String,
    },
    /// A restore was killed before its end.
    #[error(
        "{path} says that a restore was interrupted; run `switchboard restore --force` again, or move back what stands in {aside} and remove {path}"
    )]
    Restoring {
        /// The file that says so.
        path: String,
        /// Where what was there before stands.
        aside: String,
    },
    /// A database that was unpacked from a backup cannot be used.
    #[error("the database in the backup is not sound: {finding}")]
    Unsound {
        /// What is wrong.
        finding: String,
    },
    /// The URL names no database that is supported.
    #[error("`{scheme}` databases are not supported; use postgres://… or sqlite:PATH")]
    Scheme {
        /// What it names.
        scheme: String,
    },
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        health::record_damage(&error);
        Self::Failed(error)
    }
}

impl From<DbError> for ServiceError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Taken { what } => Self::conflict(format!("the {what} already exists")),
            // The cause is already logged, once for the whole batch.
            DbError::Unstored => Self::try_again(),
            error => Self::unavailable(error),
        }
    }
}

impl DbError {
    /// Turns a violated unique index into [`DbError::Taken`].
    pub(crate) fn unique(what: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |error| match &error {
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::Taken { what },
            _ => Self::Failed(error),
        }
    }

    /// What is wrong where a pooler in transaction mode caused an error: it gives every transaction another session.
    #[must_use]
    pub fn of_pooler(error: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
        let mut sources = std::iter::successors(Some(error), |error| error.source());
        sources.any(|error| error.downcast_ref::<sqlx::Error>().is_some_and(is_of_pooler)).then_some(POOLER)
    }

    /// Whether another process serves the database, so that this one may not.
    #[must_use]
    pub fn is_served(&self) -> bool {
        matches!(self, Self::Served | Self::ServedAlone | Self::ServedByNodes)
    }

    /// Whether the database itself cannot be reached, so that trying single statements again is pointless.
    pub(crate) fn is_unreachable(&self) -> bool {
        match self {
            Self::Failed(error) => health::is_storage_fault(error),
            Self::TimedOut { .. } | Self::Unstored => true,
            _ => false,
        }
    }
}
