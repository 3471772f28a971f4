//! Makes a backup: the database first, then the files that it names, which are never changed once they are there.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rooms::Timestamp;
use tokio::sync::mpsc;

use super::error::BackupError;
use super::head::{FORMAT, Head};
use super::part::path_of;
use super::workplace::Workplace;
use super::writer::{FileToCopy, Order, Written, write_archive};
use crate::crypto::sealed_under;
use crate::db::{NamedFile, Snapshot};

/// Pieces between the database and the disk; each has some hundred kilobytes at most.
const ORDERS_MAX: usize = 8;
/// Where a backup is made: beside where it will be, on the same file system.
const WORKPLACE: &str = ".switchboard-backup-";

/// Of what a backup is made, and where.
#[derive(Debug, Clone, Copy)]
pub struct BackupOrder<'a> {
    /// The URL of the database; the file in the data directory without one.
    pub url: Option<&'a str>,
    /// The data directory.
    pub data_dir: &'a Path,
    /// The folder with the files of conversations and the recordings; none where they stand in S3, and stay there.
    pub files_dir: Option<&'a Path>,
    /// The archive, which must not exist.
    pub file: &'a Path,
    /// The time now.
    pub now: Timestamp,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// What it is of.
    pub head: Head,
    /// Bytes of the archive.
    pub bytes: u64,
    /// Files of conversations in it.
    pub attachment_count: u64,
    /// Recordings in it.
    pub recording_count: u64,
    /// Files that the database names and that were not there.
    pub missing_count: u64,
}

/// Makes a backup of a server, whether it runs or not. The archive has its name only when it is whole.
///
/// # Errors
/// When there is a file of that name, or anything fails; then nothing is left behind.
pub async fn create(order: BackupOrder<'_>) -> Result<Backup, BackupError> {
    must_not_exist(order.file)?;
    let folder = folder_of(order.file);
    let workplace = Workplace::in_folder(folder, WORKPLACE).map_err(BackupError::file(folder))?;
    let mut snapshot = Snapshot::take(order.url, order.data_dir, workplace.path()).await?;
    let head = head_of(&mut snapshot, order.now).await?;
    let unfinished = workplace.path().join("archive");
    let file = File::options().write(true).create_new(true).mode(0o600).open(&unfinished);
    let file = file.map_err(BackupError::file(&unfinished))?;
    let written = write(&mut snapshot, &head, file, &workplace, order.files_dir).await;
    snapshot.close().await;
    let written = written?;
    give_name(&unfinished, order.file)?;
    Ok(Backup {
        head,
        bytes: written.bytes,
        attachment_count: written.counts.attachments,
        recording_count: written.counts.recordings,
        missing_count: written.missing,
    })
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn must_not_exist(file: &Path) -> Result<(), BackupError> {
    match std::fs::symlink_metadata(file) {
        Ok(_) => Err(BackupError::Exists { path: file.to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BackupError::file(file)(error)),
    }
}

/// Renaming over a file that came meanwhile would be no refusal, so it is looked for again at the last moment; a rename
/// that refuses by itself is not offered by every file system that people keep backups on.
fn give_name(unfinished: &Path, file: &Path) -> Result<(), BackupError> {
    must_not_exist(file)?;
    std::fs::rename(unfinished, file).map_err(BackupError::file(file))?;
    let folder = folder_of(file);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(BackupError::file(folder))
}

async fn head_of(snapshot: &mut Snapshot, now: Timestamp) -> Result<Head, BackupError> {
    let mut keys = BTreeSet::new();
    let mut note = |sealed: &str| keys.extend(sealed_under(sealed).map(|key| key.to_string()));
    if let Some(check) = snapshot.master_key_check().await? {
        note(&check);
    }
    let mut after = String::new();
    loop {
        let secrets = snapshot.sealed(&after).await?;
        let Some((last, _)) = secrets.last() else { break };
        after.clone_from(last);
        secrets.iter().for_each(|(_, sealed)| note(sealed));
    }
    let facts = snapshot.facts();
    Ok(Head {
        format: FORMAT,
        release: env!("CARGO_PKG_VERSION").to_owned(),
        engine: facts.engine.to_owned(),
        schema: facts.schema,
        taken_at: now.0,
        installation: facts.installation.clone(),
        master_keys: keys.into_iter().collect(),
        conversation_count: facts.rows.conversations,
        entry_count: facts.rows.entries,
        tables: facts.tables.clone(),
    })
}

async fn write(
    snapshot: &mut Snapshot,
    head: &Head,
    file: File,
    workplace: &Workplace,
    files_dir: Option<&Path>,
) -> Result<Written, BackupError> {
    let (orders, waiting) = mpsc::channel(ORDERS_MAX);
    let (head, folder) = (head.clone(), workplace.path().to_owned());
    let writing = tokio::task::spawn_blocking(move || write_archive(file, head, &folder, waiting));
    let sent = send(snapshot, files_dir, orders).await;
    let written = writing.await.map_err(|_| BackupError::Interrupted)?;
    // Where writing failed, sending has only stopped.
    sent?;
    written
}

/// Sends everything to the thread that writes; ends early where that has failed.
async fn send(
    snapshot: &mut Snapshot,
    files_dir: Option<&Path>,
    orders: mpsc::Sender<Order>,
) -> Result<(), BackupError> {
    snapshot.send(&orders).await?;
    let Some(files_dir) = files_dir else { return Ok(()) };
    let mut after = String::new();
    loop {
        let files = snapshot.attachments(&after).await?;
        let Some(last) = send_files(files, files_dir, &orders).await else { break };
        after = last;
    }
    after.clear();
    loop {
        let files = snapshot.recordings(&after).await?;
        let Some(last) = send_files(files, files_dir, &orders).await else { break };
        after = last;
    }
    Ok(())
}

/// The id of the last file that was sent; `None` where there was none, or nobody takes them any more.
async fn send_files(
    files: Vec<(String, NamedFile)>,
    files_dir: &Path,
    orders: &mpsc::Sender<Order>,
) -> Option<String> {
    let mut last = None;
    for (id, named) in files {
        let from: PathBuf = path_of(&named, files_dir);
        orders.send(Order::File(FileToCopy { named, from })).await.ok()?;
        last = Some(id);
    }
    last
}
