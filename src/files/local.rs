//! Files in a folder of this machine, or one that several machines share: `attachments/{org}/{id}`, readable by the
//! server's user alone.

use std::fs::{DirBuilder, File, OpenOptions, ReadDir};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use rooms::OrgId;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use super::error::FilesError;
use super::file_store::{Doing, FileStore, Listed, StoredFile};
use super::key::{FileKey, FileKind};
use super::range::ByteRange;

/// Size of a piece that is read: large enough that the disk is asked seldom.
const PIECE_BYTES: usize = 64 * 1024;
/// Files listed in one go, so that a folder of any size takes little memory.
const CHUNK: usize = 500;

/// A folder.
#[derive(Debug, Clone)]
pub(super) struct LocalStore {
    root: PathBuf,
    free_floor_bytes: u64,
}

impl LocalStore {
    pub(super) fn new(root: PathBuf, free_floor_bytes: u64) -> Self {
        Self { root, free_floor_bytes }
    }

    fn path(&self, key: &FileKey) -> PathBuf {
        self.root.join(key.path())
    }
}

impl FileStore for LocalStore {
    fn put(&self, key: FileKey, bytes: Bytes) -> Doing<'_, ()> {
        let (path, root) = (self.path(&key), self.root.join(key.kind.folder()));
        Box::pin(in_background(move || put(&path, &root, &bytes)))
    }

    /// The spool is where files stand.
    fn take_in(&self, _key: FileKey, _from: PathBuf) -> Doing<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn get(&self, key: FileKey, range: Option<ByteRange>) -> Doing<'_, StoredFile> {
        let path = self.path(&key);
        Box::pin(async move { open(&path, range).await })
    }

    fn remove(&self, keys: Vec<FileKey>) -> Doing<'_, ()> {
        let paths: Vec<PathBuf> = keys.iter().map(|key| self.path(key)).collect();
        Box::pin(in_background(move || {
            paths.iter().try_for_each(|path| unless_gone(std::fs::remove_file(path)))
        }))
    }

    fn remove_org(&self, org: OrgId) -> Doing<'_, ()> {
        Box::pin(async move {
            for kind in FileKind::ALL {
                remove_folder(&self.root.join(kind.folder()).join(org.to_string())).await?;
            }
            Ok(())
        })
    }

    fn orgs(&self, kind: FileKind) -> Doing<'_, Vec<OrgId>> {
        let folder = self.root.join(kind.folder());
        Box::pin(in_background(move || orgs_in(&folder)))
    }

    fn list(&self, kind: FileKind, org: OrgId) -> BoxStream<'_, Result<Listed, FilesError>> {
        list(self.root.join(kind.folder()).join(org.to_string()))
    }

    fn has_room(&self, count: u64) -> bool {
        crate::disk::has_room(&self.root, count, self.free_floor_bytes)
    }

    fn shown(&self) -> String {
        self.root.display().to_string()
    }
}

/// Opens a file of this machine, or a part of it.
pub(super) async fn open(path: &Path, range: Option<ByteRange>) -> Result<StoredFile, FilesError> {
    let mut file = match tokio::fs::File::open(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(FilesError::NotFound),
        file => file?,
    };
    let size = file.metadata().await?.len();
    let range = match range {
        None => 0..size,
        Some(range) => range.of(size).ok_or(FilesError::BehindItsEnd { bytes: size })?,
    };
    file.seek(io::SeekFrom::Start(range.start)).await?;
    let part = file.take(range.end - range.start);
    let bytes = ReaderStream::with_capacity(part, PIECE_BYTES).map_err(FilesError::from).boxed();
    Ok(StoredFile { size, range, bytes })
}

/// Removes a folder with all that is in it; one that is gone already is fine.
pub(super) async fn remove_folder(folder: &Path) -> Result<(), FilesError> {
    let folder = folder.to_owned();
    in_background(move || unless_gone(std::fs::remove_dir_all(folder))).await
}

/// Puts a file where it belongs; when this returns it is on the disk, whole, under its name.
fn put(path: &Path, kind_folder: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().expect("a key has a folder");
    if !folder.exists() {
        // Conversations are private: readable by the server's user only.
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        File::open(kind_folder)?.sync_all()?;
    }
    let part = path.with_extension("part");
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)?;
        File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        // If this fails too, the sweep removes the file.
        let _left = std::fs::remove_file(&part);
    }
    written
}

fn unless_gone(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

fn orgs_in(folder: &Path) -> io::Result<Vec<OrgId>> {
    let folders = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        folders => folders?,
    };
    let org = |folder: std::fs::DirEntry| folder.file_name().to_str().and_then(|name| name.parse().ok());
    folders.filter_map(|folder| folder.map(org).transpose()).collect()
}

/// How far a folder is read.
enum Reading {
    /// Not at all.
    Path(PathBuf),
    /// This is left of it.
    Rest(ReadDir),
}

/// The files of a folder; none where it is gone.
fn list(folder: PathBuf) -> BoxStream<'static, Result<Listed, FilesError>> {
    let chunks = stream::try_unfold(Reading::Path(folder), |reading| in_background(move || next(reading)));
    chunks.map_ok(|chunk| stream::iter(chunk.into_iter().map(Ok::<_, FilesError>))).try_flatten().boxed()
}

fn next(reading: Reading) -> io::Result<Option<(Vec<Listed>, Reading)>> {
    let folder = match reading {
        Reading::Rest(folder) => folder,
        Reading::Path(path) => match std::fs::read_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            folder => folder?,
        },
    };
    next_chunk(folder)
}

/// The next files of a folder and the rest of it; nothing at its end.
fn next_chunk(mut folder: ReadDir) -> io::Result<Option<(Vec<Listed>, Reading)>> {
    let (mut files, mut is_empty) = (Vec::new(), true);
    for file in folder.by_ref().take(CHUNK) {
        is_empty = false;
        let file = file?;
        let metadata = match file.metadata() {
            // It was removed meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            metadata => metadata?,
        };
        if let Some(name) = file.file_name().to_str().filter(|_| metadata.is_file()) {
            files.push(Listed { name: name.to_owned(), changed_at: metadata.modified()? });
        }
    }
    Ok((!is_empty).then_some((files, Reading::Rest(folder))))
}

/// Runs work on the disk off the threads that serve sockets.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, FilesError> {
    let stopping = |_| io::Error::other("the server is stopping");
    Ok(tokio::task::spawn_blocking(work).await.map_err(stopping)??)
}
