//! A SQLite database that comes out of a backup: checked as it stands in a directory of its own, before it takes a place.

use std::path::{Path, PathBuf};

use super::snapshot::{RowCounts, counts};
use crate::db::engine::database::{Backend, Db};
use crate::db::engine::epochs::renew_epochs;
use crate::db::engine::migrate;
use crate::db::engine::open::{Location, make_private};
use crate::db::{DbError, ServeLock, on_readers};

/// A place for a SQLite database; nobody else serves there as long as it is held.
pub struct SqliteRestore {
    path: PathBuf,
    #[expect(dead_code, reason = "it is held")]
    lock: ServeLock,
}

impl SqliteRestore {
    /// The place that `url` or `data_dir` names; `None` where that is PostgreSQL.
    ///
    /// # Errors
    /// When a server runs there.
    pub fn at(url: Option<&str>, data_dir: &Path) -> Result<Option<Self>, DbError> {
        let Location::Sqlite(path) = Location::of(url, data_dir)? else { return Ok(None) };
        make_private(path.parent().unwrap_or(Path::new("")))?;
        let lock = ServeLock::of_file(&path)?;
        Ok(Some(Self { path, lock }))
    }

    /// Where the database will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory that it will be in.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new(".")).to_owned()
    }

    /// The files of the database that are there: itself, and what SQLite keeps beside it. The log goes first: one that
    /// stayed would be played into the database that comes.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let beside = |ending: &str| PathBuf::from(format!("{}{ending}", self.path.display()));
        let all = [beside("-wal"), beside("-shm"), self.path.clone()];
        all.into_iter().filter(|path| path.exists()).collect()
    }

    /// Checks a database that was unpacked to `fresh` and gives every conversation a new epoch; gives back how much it holds.
    ///
    /// # Errors
    /// [`DbError::Unsound`] when it is none of ours, is damaged, or has another schema than `schema`.
    pub async fn check(fresh: &Path, schema: i64) -> Result<RowCounts, DbError> {
        let db = Db::connect(Location::Sqlite(fresh.to_owned()), 1).await.map_err(unsound)?;
        let checked = check(&db, schema).await;
        db.close().await;
        checked
    }
}

fn unsound(error: DbError) -> DbError {
    // Of a failure the cause says what is wrong with the file.
    let finding = match error {
        DbError::Failed(cause) => cause.to_string(),
        error => error.to_string(),
    };
    DbError::Unsound { finding }
}

async fn check(db: &Db, schema: i64) -> Result<RowCounts, DbError> {
    let mut tx = db.begin().await.map_err(|error| unsound(DbError::Failed(error)))?;
    let found = migrate::version(&mut tx).await.map_err(unsound)?;
    if found != Some(schema) {
        let finding = format!("its schema is {}, not {schema}", found.unwrap_or_default());
        return Err(DbError::Unsound { finding });
    }
    drop(tx);
    look_for_faults(db).await?;
    let mut tx = db.begin().await?;
    renew_epochs(&mut tx).await?;
    let counted = counts(&mut tx).await?;
    tx.commit().await?;
    Ok(counted)
}

/// Pages that are damaged, and rows that refer to what is not there.
async fn look_for_faults(db: &Db) -> Result<(), DbError> {
    let Backend::Sqlite { readers, .. } = db.backend() else { return Ok(()) };
    let pages: String = sqlx::query_scalar("pragma quick_check(1)").fetch_one(readers).await?;
    if pages != "ok" {
        return Err(DbError::Unsound { finding: pages });
    }
    let orphan: Option<String> = on_readers!(db, pool => {
        sqlx::query_scalar("select \"table\" from pragma_foreign_key_check limit 1").fetch_optional(pool).await?
    });
    match orphan {
        Some(table) => {
            Err(DbError::Unsound { finding: format!("a row of {table} refers to one that is not there") })
        }
        None => Ok(()),
    }
}
