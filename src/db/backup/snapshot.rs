//! One consistent view of a whole database, whether a server runs on it or not.
//!
//! SQLite: `vacuum into` writes what one read transaction sees into a file of its own. Writers go on; their write-ahead
//! log cannot shrink meanwhile. PostgreSQL: one read-only transaction in `repeatable read`, which no writer waits for.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;

use super::named_files::{self, NamedFile};
use super::postgres_tables::{self, Created, TableColumns};
use crate::db::engine::database::{Backend, Db, EngineTx, Tx};
use crate::db::engine::migrate::{self, POSTGRES};
use crate::db::engine::open::Location;
use crate::db::engine::{INSTALLATION, MASTER_KEY_CHECK};
use crate::db::{DbError, RestoreMarker, on_tx};

/// The one stream of a SQLite database: the file itself. PostgreSQL has a stream for each table, of that name.
pub const DATABASE_FILE: &str = "switchboard_db";
/// Bytes of the file read in one go.
const READ_BYTES: usize = 256 * 1024;
/// Sealed secrets read in one go.
const SECRETS_PAGE: i64 = 500;
/// For as long as a backup takes, whatever the server's defaults say.
const UNLIMITED: &[&str] = &[
    "set transaction isolation level repeatable read, read only",
    "set local statement_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
];

/// Some of a database on its way.
#[derive(Debug)]
pub enum SnapshotPiece {
    /// A stream of this name begins.
    Begin(String),
    /// More of it.
    More(Bytes),
}

/// What a snapshot is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotFacts {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// The newest migration that was run on it.
    pub schema: i64,
    /// Which installation it is; none where no server ever ran on it.
    pub installation: Option<String>,
    /// Its tables, for PostgreSQL.
    pub tables: Vec<TableColumns>,
    /// How much it holds.
    pub rows: RowCounts,
}

/// How much a database holds, and names of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowCounts {
    /// Conversations.
    pub conversations: i64,
    /// Entries of all conversations.
    pub entries: i64,
    /// Attachments, each with a file.
    pub attachments: i64,
    /// Recorded calls, each with a file.
    pub recordings: i64,
}

/// A database as it is at one moment.
pub struct Snapshot {
    db: Db,
    tx: Tx,
    /// The copy that was made, for SQLite.
    copy: Option<PathBuf>,
    facts: SnapshotFacts,
}

impl Snapshot {
    /// Takes a snapshot of the database at `url`, or in `data_dir`. `beside` is a directory of the caller's own, for the
    /// copy of a SQLite file; whoever made the directory removes it.
    ///
    /// # Errors
    /// When there is no database, its schema is newer than this release, or storage fails.
    pub async fn take(url: Option<&str>, data_dir: &Path, beside: &Path) -> Result<Self, DbError> {
        // In the middle of a restore, database and files may be of two moments.
        RestoreMarker::in_dir(data_dir).check()?;
        match Location::of(url, data_dir)? {
            Location::Sqlite(path) => {
                let copy = beside.join("copy.db");
                copy_sqlite(&path, &copy).await?;
                let db = Db::connect(Location::Sqlite(copy.clone()), 1).await?;
                let tx = db.begin().await?;
                Self::over(db, tx, Some(copy), "switchboard.db").await
            }
            location @ Location::Postgres(_) => {
                let db = Db::connect(location, 1).await?;
                let mut tx = db.begin().await?;
                for statement in UNLIMITED {
                    on_tx!(&mut tx, connection => {
                        sqlx::query(*statement).execute(connection).await?;
                    });
                }
                Self::over(db, tx, None, "the PostgreSQL database").await
            }
        }
    }

    async fn over(db: Db, mut tx: Tx, copy: Option<PathBuf>, name: &str) -> Result<Self, DbError> {
        let Some(schema) = migrate::version(&mut tx).await? else {
            return Err(DbError::Absent { path: name.to_owned() });
        };
        if schema > migrate::newest() {
            return Err(DbError::Newer { found: schema, known: migrate::newest() });
        }
        let tables = match &mut tx.engine {
            EngineTx::Sqlite(_) => Vec::new(),
            EngineTx::Postgres(tx) => postgres_tables::ours(tx, &Created::by(&POSTGRES)).await?,
        };
        let rows = counts(&mut tx).await?;
        let installation = on_tx!(&mut tx, connection => {
            sqlx::query_scalar("select value from meta where name = $1")
                .bind(INSTALLATION)
                .fetch_optional(connection)
                .await?
        });
        let engine = db.engine();
        let facts = SnapshotFacts { engine, schema, installation, tables, rows };
        Ok(Self { db, tx, copy, facts })
    }

    /// What it is of.
    #[must_use]
    pub fn facts(&self) -> &SnapshotFacts {
        &self.facts
    }

    /// Sends the whole database; ends early where nobody takes the pieces any more.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn send<P: From<SnapshotPiece>>(&mut self, pieces: &mpsc::Sender<P>) -> Result<(), DbError> {
        if let Some(copy) = &self.copy {
            return send_file(copy, pieces).await;
        }
        let EngineTx::Postgres(tx) = &mut self.tx.engine else { return Ok(()) };
        for table in &self.facts.tables {
            if pieces.send(SnapshotPiece::Begin(table.name.clone()).into()).await.is_err() {
                return Ok(());
            }
            let mut rows = tx.copy_out_raw(&table.copy("to stdout")).await?;
            while let Some(bytes) = rows.try_next().await? {
                if pieces.send(SnapshotPiece::More(bytes).into()).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The next files of conversations behind an id, with their ids; nothing at the end.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn attachments(&mut self, after: &str) -> Result<Vec<(String, NamedFile)>, DbError> {
        named_files::attachments(&mut self.tx, after).await
    }

    /// The next recordings behind an id, with their ids; nothing at the end.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recordings(&mut self, after: &str) -> Result<Vec<(String, NamedFile)>, DbError> {
        named_files::recordings(&mut self.tx, after).await
    }

    /// The next sealed secrets behind a place, with their places; nothing at the end.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn sealed(&mut self, after: &str) -> Result<Vec<(String, String)>, DbError> {
        Ok(on_tx!(&mut self.tx, connection => {
            sqlx::query_as(
                "select org_id || ' ' || field, sealed from secrets where org_id || ' ' || field > $1 \
                 order by org_id || ' ' || field limit $2",
            )
            .bind(after)
            .bind(SECRETS_PAGE)
            .fetch_all(connection)
            .await?
        }))
    }

    /// What only the database's own master key opens; none where nothing was ever sealed.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn master_key_check(&mut self) -> Result<Option<String>, DbError> {
        Ok(on_tx!(&mut self.tx, connection => {
            sqlx::query_scalar("select value from meta where name = $1")
                .bind(MASTER_KEY_CHECK)
                .fetch_optional(connection)
                .await?
        }))
    }

    /// Lets the database go.
    pub async fn close(self) {
        drop(self.tx);
        self.db.close().await;
    }
}

/// How much there is.
pub(super) async fn counts(tx: &mut Tx) -> Result<RowCounts, DbError> {
    let statement = "select (select count(*) from conversations), (select count(*) from entries), \
                     (select count(*) from attachments), (select count(*) from calls where recording is not null)";
    let (conversations, entries, attachments, recordings): (i64, i64, i64, i64) =
        on_tx!(tx, connection => sqlx::query_as(statement).fetch_one(connection).await?);
    Ok(RowCounts { conversations, entries, attachments, recordings })
}

async fn copy_sqlite(path: &Path, copy: &Path) -> Result<(), DbError> {
    if std::fs::metadata(path).map_or(true, |file| file.len() == 0) {
        return Err(DbError::Absent { path: path.display().to_string() });
    }
    let source = Db::connect(Location::Sqlite(path.to_owned()), 1).await?;
    let copied = match source.backend() {
        Backend::Sqlite { readers, .. } => {
            sqlx::query("vacuum into $1").bind(copy.display().to_string()).execute(readers).await
        }
        Backend::Postgres(_) => unreachable!("a file is no PostgreSQL"),
    };
    source.close().await;
    copied?;
    Ok(())
}

async fn send_file<P: From<SnapshotPiece>>(path: &Path, pieces: &mpsc::Sender<P>) -> Result<(), DbError> {
    let failed = |source| DbError::File { path: path.display().to_string(), source };
    let mut file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut piece = SnapshotPiece::Begin(DATABASE_FILE.to_owned());
    while pieces.send(piece.into()).await.is_ok() {
        let mut bytes = Vec::with_capacity(READ_BYTES);
        if (&mut file).take(READ_BYTES as u64).read_to_end(&mut bytes).await.map_err(failed)? == 0 {
            break;
        }
        piece = SnapshotPiece::More(bytes.into());
    }
    Ok(())
}
