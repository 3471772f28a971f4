//! Puts a backup back: unpacked and checked in a directory of its own first, then put in place by renames and, for
//! PostgreSQL, one transaction.

use std::fs::{DirBuilder, File};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rooms::Timestamp;
use tokio::sync::mpsc;

use super::error::BackupError;
use super::head::Head;
use super::ledger::Counts;
use super::part::folders;
use super::reader::ArchiveReader;
use super::swap::Swap;
use super::workplace::Workplace;
use crate::db::{
    DATABASE_FILE, DbError, PostgresRestore, RestoreMarker, RowCounts, SqliteRestore, newest_schema,
};

/// Where an archive is unpacked, in the data directory.
const WORKPLACE: &str = "restoring-";
/// Pieces of the database that wait for PostgreSQL; each has some megabytes.
const PIECES_MAX: usize = 2;

/// What becomes of what is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// It is left, and the restore refused.
    Nothing,
    /// It is moved aside.
    MoveAside,
}

/// What is put back, and where.
#[derive(Debug, Clone, Copy)]
pub struct RestoreOrder<'a> {
    /// The URL of the database; the file in the data directory without one.
    pub url: Option<&'a str>,
    /// Where the files go.
    pub data_dir: &'a Path,
    /// The archive.
    pub file: &'a Path,
    /// What becomes of what is there already.
    pub replace: Replace,
    /// The time now.
    pub now: Timestamp,
}

/// A backup that was put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What it is of.
    pub head: Head,
    /// Files of conversations that came with it.
    pub attachment_count: u64,
    /// Recordings that came with it.
    pub recording_count: u64,
    /// Files that the database names and that the backup does not have.
    pub missing_count: u64,
    /// Where what was there before stands now: in the data directory, and beside a SQLite file that is elsewhere.
    pub aside: Vec<PathBuf>,
    /// The schema in which PostgreSQL's old tables stand now.
    pub aside_schema: Option<String>,
}

/// Where the database goes.
enum Place {
    Sqlite(SqliteRestore),
    Postgres(Box<PostgresRestore>),
}

/// What was unpacked and checked, but not put in place.
struct Unpacked {
    counts: Counts,
    rows: RowCounts,
    /// SQLite's file and where it was unpacked: beside where it goes, which need not be in the data directory.
    database: Option<(PathBuf, Workplace)>,
    /// The schema that PostgreSQL's old tables go to.
    aside_schema: Option<String>,
}

/// Puts a backup back. Every conversation gets a new epoch, so that clients begin anew.
///
/// # Errors
/// When a server runs, something is there already and may not be moved, or the archive is not one that is whole, true and
/// fit for this release and engine; then nothing has changed.
pub async fn restore(order: RestoreOrder<'_>) -> Result<Restored, BackupError> {
    let data_dir = order.data_dir;
    // A name that was mistyped makes no data directory.
    let archive = File::open(order.file).map_err(BackupError::file(order.file))?;
    let made = DirBuilder::new().recursive(true).mode(0o700).create(data_dir);
    made.map_err(BackupError::file(data_dir))?;
    let mut place = take_place(&order).await?;
    let workplace = Workplace::in_folder(data_dir, WORKPLACE).map_err(BackupError::file(data_dir))?;
    let bytes = archive.metadata().map_err(BackupError::file(order.file))?.len();
    let reader = ArchiveReader::begin(archive, bytes, workplace.path())?;
    let head = reader.head().clone();
    check_fit(&head, &place)?;
    if order.replace == Replace::Nothing {
        must_be_empty(&mut place, data_dir).await?;
    }
    let stamp = stamp(order.now);
    let unpacked = match &mut place {
        Place::Sqlite(target) => unpack_sqlite(reader, &head, workplace.path(), target).await?,
        Place::Postgres(target) => {
            unpack_postgres(reader, &head, workplace.path(), target, &stamp, order.replace).await?
        }
    };
    let said = (head.conversation_count, head.entry_count);
    if (unpacked.rows.conversations, unpacked.rows.entries) != said {
        return Err(BackupError::untrue("it has not as many conversations and entries as it says"));
    }
    let name = format!("before-restore-{stamp}");
    let mut aside = vec![data_dir.join(&name)];
    if let Place::Sqlite(target) = &place {
        aside.push(target.folder().join(&name));
    }
    put_in_place(place, &unpacked, data_dir, workplace.path(), &name).await?;
    aside.retain(|path| path.exists());
    aside.dedup();
    let rows = unpacked.rows.attachments + unpacked.rows.recordings;
    let files = unpacked.counts.attachments + unpacked.counts.recordings;
    Ok(Restored {
        head,
        attachment_count: unpacked.counts.attachments,
        recording_count: unpacked.counts.recordings,
        missing_count: u64::try_from(rows).unwrap_or(0).saturating_sub(files),
        aside,
        aside_schema: unpacked.aside_schema,
    })
}

/// Nobody may serve there from now on.
async fn take_place(order: &RestoreOrder<'_>) -> Result<Place, BackupError> {
    if let Some(target) = SqliteRestore::at(order.url, order.data_dir)? {
        return Ok(Place::Sqlite(target));
    }
    let url = order.url.expect("only a URL names PostgreSQL");
    Ok(Place::Postgres(Box::new(PostgresRestore::begin(url).await?)))
}

fn check_fit(head: &Head, place: &Place) -> Result<(), BackupError> {
    let engine = match place {
        Place::Sqlite(_) => "sqlite",
        Place::Postgres(_) => "postgres",
    };
    if head.engine != engine {
        let finding = format!(
            "it is of a {} database, and the database here is {engine}; a backup is restored on its own engine",
            head.engine
        );
        return Err(BackupError::Unfit { finding });
    }
    let known = newest_schema();
    if head.schema > known {
        return Err(DbError::Newer { found: head.schema, known }.into());
    }
    Ok(())
}

/// Refuses a restore that would replace something, and says what.
async fn must_be_empty(place: &mut Place, data_dir: &Path) -> Result<(), BackupError> {
    let mut found = Vec::new();
    match place {
        Place::Sqlite(target) => {
            found.extend(target.files().iter().map(|path| path.display().to_string()));
        }
        Place::Postgres(target) => {
            if !target.is_empty().await? {
                found.push("tables of Switchboard in the database".to_owned());
            }
        }
    }
    for folder in folders(data_dir) {
        if is_filled(&folder)? {
            found.push(format!("files in {}", folder.display()));
        }
    }
    let verb = match found.len() {
        0 => return Ok(()),
        1 => "is",
        _ => "are",
    };
    Err(BackupError::NotEmpty { what: format!("{} {verb}", found.join(" and ")) })
}

fn is_filled(folder: &Path) -> Result<bool, BackupError> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(BackupError::file(folder)(error)),
    }
}

async fn unpack_sqlite(
    reader: ArchiveReader<File>,
    head: &Head,
    staging: &Path,
    target: &SqliteRestore,
) -> Result<Unpacked, BackupError> {
    let folder = target.folder();
    let beside = Workplace::in_folder(&folder, WORKPLACE).map_err(BackupError::file(&folder))?;
    let fresh = beside.path().join("fresh.db");
    let (path, folder) = (fresh.clone(), staging.to_owned());
    let reading = tokio::task::spawn_blocking(move || {
        let failed = BackupError::file(&path);
        let options = File::options().write(true).create_new(true).mode(0o600).open(&path);
        let mut file = options.map_err(&failed)?;
        let counts = reader.unpack(&folder, &mut |stream, bytes| {
            if stream != DATABASE_FILE {
                return Err(BackupError::untrue(format!("it has a part of a database called {stream}")));
            }
            file.write_all(&bytes).map_err(&failed)
        })?;
        file.sync_all().map_err(&failed)?;
        Ok::<_, BackupError>(counts)
    });
    let counts = reading.await.map_err(|_| BackupError::Interrupted)??;
    let rows = SqliteRestore::check(&fresh, head.schema).await?;
    Ok(Unpacked { counts, rows, database: Some((fresh, beside)), aside_schema: None })
}

async fn unpack_postgres(
    reader: ArchiveReader<File>,
    head: &Head,
    staging: &Path,
    target: &mut PostgresRestore,
    stamp: &str,
    replace: Replace,
) -> Result<Unpacked, BackupError> {
    let mut aside_schema = None;
    if replace == Replace::MoveAside && !target.is_empty().await? {
        let schema = format!("before_restore_{}", stamp.to_ascii_lowercase());
        target.move_aside(&schema).await?;
        aside_schema = Some(schema);
    }
    target.prepare(head.schema, &head.tables).await?;
    let (pieces, mut waiting) = mpsc::channel(PIECES_MAX);
    let folder = staging.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        reader.unpack(&folder, &mut |stream, bytes| {
            let piece = (stream.to_owned(), bytes.into());
            pieces.blocking_send(piece).map_err(|_| BackupError::Interrupted)
        })
    });
    let loaded = target.load(&head.tables, &mut waiting).await;
    drop(waiting);
    let counts = match (reading.await.map_err(|_| BackupError::Interrupted)?, loaded) {
        (Ok(counts), Ok(())) => counts,
        // What is wrong with the archive explains why its rows were refused, not the other way round.
        (Ok(_) | Err(BackupError::Interrupted), Err(error)) => return Err(error.into()),
        (Err(error), _) => return Err(error),
    };
    let rows = target.check().await?;
    Ok(Unpacked { counts, rows, database: None, aside_schema })
}

/// Moves the old aside and the new in. Whoever is killed in the middle leaves the marker, and no server starts.
async fn put_in_place(
    place: Place,
    unpacked: &Unpacked,
    data_dir: &Path,
    staging: &Path,
    aside: &str,
) -> Result<(), BackupError> {
    let marker = RestoreMarker::in_dir(data_dir);
    let data_aside = data_dir.join(aside);
    marker.write(&data_aside).map_err(BackupError::file(data_dir))?;
    let mut swap = Swap::default();
    let files = move_files(&mut swap, data_dir, staging, &data_aside);
    let moved = match (files, place) {
        (Err(error), _) => Err(error),
        (Ok(()), Place::Postgres(target)) => target.commit().await.map_err(BackupError::from),
        (Ok(()), Place::Sqlite(target)) => move_database(&mut swap, &target, unpacked, aside),
    };
    if moved.is_err() {
        swap.take_back();
        // Nothing was in it but what went back; where there was nothing, it was never made.
        let _is_gone = std::fs::remove_dir(data_aside);
    }
    marker.remove().map_err(BackupError::file(data_dir))?;
    moved
}

fn move_files(swap: &mut Swap, data_dir: &Path, staging: &Path, aside: &Path) -> Result<(), BackupError> {
    for (folder, fresh) in folders(data_dir).iter().zip(folders(staging)) {
        if folder.exists() {
            if is_filled(folder)? {
                swap.move_into(folder, aside)?;
            } else {
                std::fs::remove_dir(folder).map_err(BackupError::file(folder))?;
            }
        }
        if fresh.exists() {
            swap.rename(&fresh, folder)?;
        }
    }
    Ok(())
}

fn move_database(
    swap: &mut Swap,
    target: &SqliteRestore,
    unpacked: &Unpacked,
    aside: &str,
) -> Result<(), BackupError> {
    let aside = target.folder().join(aside);
    for old in target.files() {
        swap.move_into(&old, &aside)?;
    }
    let (fresh, _) = unpacked.database.as_ref().expect("SQLite's file was unpacked");
    swap.rename(fresh, target.path())
}

/// A moment as it can stand in a name.
fn stamp(now: Timestamp) -> String {
    crate::wire::rfc3339(now).chars().filter(char::is_ascii_alphanumeric).collect()
}
