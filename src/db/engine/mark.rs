//! A mark beside the database: how far it had come. After a backup was restored the database is behind its mark, and
//! no position of a client can be trusted.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::database::Db;
use super::either::on_readers;
use super::epochs::renew_epochs;
use super::error::DbError;
use super::facts::INSTALLATION;
use crate::ids;

/// The name of the file.
const FILE: &str = "switchboard.mark";

/// How far a database had come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    /// Which installation it is.
    installation: String,
    /// When its newest entry was committed, in milliseconds since 1970.
    newest_entry_at: i64,
}

/// The mark of a database, in the data directory.
#[derive(Debug, Clone)]
pub struct Mark {
    path: PathBuf,
    written: Option<Position>,
}

/// What the mark says of the database at a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It goes on from where it was.
    GoesOn,
    /// It is older than it was: a backup was restored, and every conversation has a new epoch.
    IsBehind {
        /// When its newest entry was committed.
        newest_entry_at: i64,
        /// When the newest entry was committed that the mark knows.
        marked_at: i64,
    },
}

impl Mark {
    /// The mark in a data directory; an unreadable one counts as none.
    #[must_use]
    pub fn in_dir(data_dir: &Path) -> Self {
        let path = data_dir.join(FILE);
        let written = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { path, written }
    }

    /// The mark beside a database file.
    #[must_use]
    pub fn beside(database: &Path) -> Self {
        Self::in_dir(database.parent().unwrap_or(Path::new("")))
    }

    /// Refuses to make a new installation out of a database that has gone: an empty file where there was one.
    ///
    /// # Errors
    /// [`DbError::Gone`].
    pub fn check_file(&self, database: &Path) -> Result<(), DbError> {
        let is_empty = std::fs::metadata(database).map_or(true, |file| file.len() == 0);
        match &self.written {
            Some(position) if is_empty && position.newest_entry_at > 0 => Err(DbError::Gone {
                path: database.display().to_string(),
                mark: self.path.display().to_string(),
            }),
            _ => Ok(()),
        }
    }

    /// Compares the database with its mark; one that is behind gets new epochs.
    ///
    /// # Errors
    /// When storage fails, or the file cannot be written.
    pub async fn compare(&mut self, db: &Db) -> Result<Found, DbError> {
        let now = position(db).await?;
        let before = self.written.clone().filter(|before| before.installation == now.installation);
        db.health().record_entry(now.newest_entry_at);
        let found = match before.filter(|before| now.newest_entry_at < before.newest_entry_at) {
            Some(before) => {
                let mut tx = db.begin().await?;
                renew_epochs(&mut tx).await?;
                tx.commit().await?;
                let (newest_entry_at, marked_at) = (now.newest_entry_at, before.newest_entry_at);
                Found::IsBehind { newest_entry_at, marked_at }
            }
            None => Found::GoesOn,
        };
        self.write(now)?;
        Ok(found)
    }

    /// Which installation the database is of, once it was compared.
    #[must_use]
    pub fn installation(&self) -> Option<&str> {
        self.written.as_ref().map(|position| position.installation.as_str())
    }

    /// Writes how far the database has come in this process, where that has changed.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn follow(&mut self, db: &Db) -> Result<(), DbError> {
        let newest_entry_at = db.health().newest_entry_at();
        match self.written.clone() {
            Some(written) if written.newest_entry_at < newest_entry_at => {
                self.write(Position { newest_entry_at, ..written })
            }
            _ => Ok(()),
        }
    }

    fn write(&mut self, position: Position) -> Result<(), DbError> {
        let failed = |source| DbError::File { path: self.path.display().to_string(), source };
        let text = serde_json::to_vec(&position).expect("texts and numbers serialise");
        let fresh = self.path.with_extension("mark.new");
        std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, &self.path)).map_err(failed)?;
        self.written = Some(position);
        Ok(())
    }
}

async fn position(db: &Db) -> Result<Position, DbError> {
    let installation = match db.facts().get(INSTALLATION).await? {
        Some(id) => id,
        None => {
            let id = ids::new_id();
            db.facts().set(INSTALLATION, &id).await?;
            id
        }
    };
    let newest_entry_at: Option<i64> = on_readers!(db, pool => {
        // A conversation's newest entry is in its row: the log itself is not read.
        sqlx::query_scalar("select max(entry_at) from conversations").fetch_one(pool).await?
    });
    Ok(Position { installation, newest_entry_at: newest_entry_at.unwrap_or(0) })
}
