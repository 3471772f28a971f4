//! The handle to the place of files that everybody has, and the spool beside it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use rooms::OrgId;
use tokio::sync::Mutex;

use super::error::FilesError;
use super::file_store::{FileStore, Listed, StoredFile};
use super::key::{FileKey, FileKind};
use super::local::{LocalStore, open, remove_folder};
use super::range::ByteRange;
use super::s3::S3Store;
use crate::config::{FilePlace, Settings};
use crate::outbound::Gateway;

/// Where files stand. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Files {
    store: Arc<dyn FileStore>,
    /// Where recordings are written while their call runs, and wait until they are taken in.
    spool: PathBuf,
    is_remote: bool,
    /// Held while a file is taken in. Two that took in the same one would each find it gone afterwards, and take that for
    /// a removal. One at a time also bounds the memory of uploads.
    taking_in: Arc<Mutex<()>>,
}

impl Files {
    /// The place that the settings name.
    #[must_use]
    pub fn new(settings: &Settings, gateway: &Gateway) -> Self {
        let spool = spool_root(settings);
        let taking_in = Arc::default();
        match settings.files {
            FilePlace::Local => {
                let store = LocalStore::new(spool.clone(), settings.free_space_floor_bytes);
                Self { store: Arc::new(store), spool, is_remote: false, taking_in }
            }
            FilePlace::S3 => {
                Self { store: Arc::new(S3Store::new(settings, gateway)), spool, is_remote: true, taking_in }
            }
        }
    }

    /// Where a file is written before it is taken in, on a local disk.
    #[must_use]
    pub fn spool_path(&self, key: &FileKey) -> PathBuf {
        self.spool.join(key.path())
    }

    /// The folder of the spool for a kind of file.
    #[must_use]
    pub fn spool_folder(&self, kind: FileKind) -> PathBuf {
        self.spool.join(kind.folder())
    }

    /// Stores a file whole: it has its name when all of it is stored.
    ///
    /// # Errors
    /// When it is not stored.
    pub async fn put(&self, key: FileKey, bytes: Bytes) -> Result<(), FilesError> {
        self.store.put(key, bytes).await
    }

    /// Takes a finished file from the spool.
    ///
    /// # Errors
    /// When it is not stored; it stays in the spool then, where it is found.
    pub async fn take_in(&self, key: FileKey) -> Result<(), FilesError> {
        let from = self.spool_path(&key);
        let _turn = self.taking_in.lock().await;
        self.store.take_in(key, from).await
    }

    /// Takes in what waits in the spool because the store was away; gives back how many. Files whose names end with
    /// `.part` are not finished.
    ///
    /// # Errors
    /// What is left is taken in the next time.
    pub async fn take_in_waiting(&self, kind: FileKind) -> Result<usize, FilesError> {
        let mut count = 0;
        if !self.is_remote {
            return Ok(count);
        }
        let spool = LocalStore::new(self.spool.clone(), 0);
        for org in spool.orgs(kind).await? {
            let mut waiting = spool.list(kind, org);
            while let Some(file) = waiting.next().await {
                let name = file?.name;
                if !name.ends_with(".part") {
                    self.take_in(FileKey::listed(kind, org, &name)).await?;
                    count += 1;
                }
            }
        }
        Ok(count)
    }

    /// Opens a file, or a part of it; one that waits in the spool is read there.
    ///
    /// # Errors
    /// [`FilesError::NotFound`], [`FilesError::BehindItsEnd`], or when the place fails.
    pub async fn get(&self, key: FileKey, range: Option<ByteRange>) -> Result<StoredFile, FilesError> {
        match self.store.get(key.clone(), range).await {
            Err(FilesError::NotFound) => open(&self.spool_path(&key), range).await,
            opened => opened,
        }
    }

    /// Removes files; those that are gone already are fine.
    ///
    /// # Errors
    /// When one of them may still be there.
    pub async fn remove(&self, keys: Vec<FileKey>) -> Result<(), FilesError> {
        if keys.is_empty() { Ok(()) } else { self.store.remove(keys).await }
    }

    /// Removes all files of an org, in the spool too.
    ///
    /// # Errors
    /// When some may still be there.
    pub async fn remove_org(&self, org: OrgId) -> Result<(), FilesError> {
        for kind in FileKind::ALL {
            remove_folder(&self.spool_folder(kind).join(org.to_string())).await?;
        }
        self.store.remove_org(org).await
    }

    /// The orgs that have files of a kind.
    ///
    /// # Errors
    /// When the place fails.
    pub async fn orgs(&self, kind: FileKind) -> Result<Vec<OrgId>, FilesError> {
        self.store.orgs(kind).await
    }

    /// The names of files of an org that were written at least `age` before `now`, one after another.
    pub fn list_old(
        &self,
        kind: FileKind,
        org: OrgId,
        (now, age): (SystemTime, Duration),
    ) -> BoxStream<'_, Result<String, FilesError>> {
        let is_old =
            move |file: &Listed| now.duration_since(file.changed_at).is_ok_and(|passed| passed >= age);
        let files = self.store.list(kind, org).filter_map(move |file| {
            let old = match file {
                Ok(file) => is_old(&file).then_some(Ok(file.name)),
                Err(error) => Some(Err(error)),
            };
            std::future::ready(old)
        });
        Box::pin(files)
    }

    /// Whether so many bytes more may be stored.
    #[must_use]
    pub fn has_room(&self, count: usize) -> bool {
        self.store.has_room(count as u64)
    }

    /// Stores a small file, reads it and removes it; where files stand, for people.
    ///
    /// # Errors
    /// What does not work.
    pub async fn probe(&self) -> Result<String, FilesError> {
        let name = format!(".doctor-{}", crate::ids::new_id());
        // No org has this id, so no sweep takes it for an orphan of one.
        let key = FileKey::listed(FileKind::Attachment, OrgId(0), &name);
        self.store.put(key.clone(), Bytes::from_static(b"doctor")).await?;
        let read = async { self.store.get(key.clone(), None).await?.read_whole().await }.await;
        self.store.remove(vec![key]).await?;
        read.map(|_| self.store.shown())
    }
}

/// The folder that has the spool, and all files where they are local.
#[must_use]
pub fn spool_root(settings: &Settings) -> PathBuf {
    let local = settings.files_dir.as_ref().filter(|_| settings.files == FilePlace::Local);
    local.unwrap_or(&settings.data_dir).clone()
}
