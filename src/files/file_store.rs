//! The one trait of places that hold files, and what they give.

use std::fmt::Debug;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use rooms::OrgId;

use super::error::FilesError;
use super::key::{FileKey, FileKind};
use super::range::ByteRange;

/// A file to be read.
pub struct StoredFile {
    /// Its size, all of it.
    pub size: u64,
    /// What `bytes` is of it.
    pub range: Range<u64>,
    /// Piece by piece.
    pub bytes: BoxStream<'static, Result<Bytes, FilesError>>,
}

impl Debug for StoredFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredFile({:?} of {})", self.range, self.size)
    }
}

impl StoredFile {
    /// All of `range` in one piece, for files whose size is bounded.
    ///
    /// # Errors
    /// When it cannot be read to its end.
    pub async fn read_whole(mut self) -> Result<Bytes, FilesError> {
        let mut bytes = BytesMut::new();
        while let Some(piece) = self.bytes.next().await {
            bytes.extend_from_slice(&piece?);
        }
        Ok(bytes.freeze())
    }
}

/// A file of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name below its org.
    pub name: String,
    /// When it was written.
    pub changed_at: SystemTime,
}

/// What one operation of a place gives.
pub(super) type Doing<'a, T> = BoxFuture<'a, Result<T, FilesError>>;

/// A place that holds files.
pub(super) trait FileStore: Debug + Send + Sync {
    /// Stores a file whole: it has its name when all of it is stored.
    fn put(&self, key: FileKey, bytes: Bytes) -> Doing<'_, ()>;

    /// Takes a finished file from the spool; the file there is gone afterwards. One that is removed from the spool
    /// meanwhile is not stored.
    fn take_in(&self, key: FileKey, from: PathBuf) -> Doing<'_, ()>;

    /// Opens a file, or a part of it.
    fn get(&self, key: FileKey, range: Option<ByteRange>) -> Doing<'_, StoredFile>;

    /// Removes files; those that are gone already are fine.
    fn remove(&self, keys: Vec<FileKey>) -> Doing<'_, ()>;

    /// Removes all files of an org.
    fn remove_org(&self, org: OrgId) -> Doing<'_, ()>;

    /// The orgs that have files of a kind.
    fn orgs(&self, kind: FileKind) -> Doing<'_, Vec<OrgId>>;

    /// The files of an org, one after another.
    fn list(&self, kind: FileKind, org: OrgId) -> BoxStream<'_, Result<Listed, FilesError>>;

    /// Whether so many bytes more may be stored.
    fn has_room(&self, count: u64) -> bool;

    /// Where it is, for people.
    fn shown(&self) -> String;
}

/// Whether a path is in the spool still.
pub(super) async fn is_there(path: &Path) -> bool {
    tokio::fs::try_exists(path).await.unwrap_or(false)
}
