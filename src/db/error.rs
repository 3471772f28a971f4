//! How storage fails.

use super::health;

/// Storage could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It cannot be reached, or failed; nothing was stored.
    #[error("storage failed")]
    Failed(#[source] sqlx::Error),
    /// Something with the same unique value exists.
    #[error("something with the same {what} exists")]
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
        "another `switchboard serve` already runs on this database; stop it first (one server per database)"
    )]
    Served,
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
    #[error("the stored {what} of {id} cannot be read")]
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
    /// The URL names no database that is supported.
    #[error("`{scheme}` databases are not supported; use postgres://… or sqlite:PATH")]
    Scheme {
        /// What it names.
        scheme: String,
    },
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        health::note_damage(&error);
        Self::Failed(error)
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

    /// Whether the database itself cannot be reached, so that trying single statements again is pointless.
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Failed(error) if health::is_storage_fault(error))
    }
}
