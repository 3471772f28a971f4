//! Files in the data directory: `attachments/{org}/{id}`, readable by this server alone.

use crate::clock;

use std::fs::{DirBuilder, File, OpenOptions, ReadDir};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rooms::{AttachmentId, OrgId};

const FOLDER: &str = "attachments";
/// Files looked at in one go, so that a folder of any size takes little memory.
const CHUNK: usize = 500;

/// Where files stand, below the data directory: a folder for each org.
#[must_use]
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join(FOLDER)
}

/// Where the files of all orgs stand.
#[derive(Debug, Clone)]
pub(super) struct Files {
    root: PathBuf,
}

impl Files {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self { root: folder(data_dir) }
    }

    pub(super) fn path(&self, org: OrgId, id: AttachmentId) -> PathBuf {
        self.root.join(org.to_string()).join(id.to_string())
    }

    /// Puts a file where it belongs; when this returns it is on the disk, whole, under its name.
    pub(super) fn put(&self, org: OrgId, id: AttachmentId, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(org, id);
        let folder = self.root.join(org.to_string());
        if !folder.exists() {
            // Conversations are private: readable by the server's user only.
            DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
            File::open(&self.root)?.sync_all()?;
        }
        let part = folder.join(format!("{id}.part"));
        let written = (|| {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&part, &path)?;
            File::open(&folder)?.sync_all()
        })();
        if written.is_err() {
            // If this fails too, the sweep removes the file.
            let _left = std::fs::remove_file(&part);
        }
        written
    }

    /// Removes a file; one that is gone already is fine.
    pub(super) fn remove(path: &Path) -> io::Result<()> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The orgs that have a folder; none where nothing was ever stored.
    pub(super) fn orgs(&self) -> io::Result<Vec<OrgId>> {
        let folders = match std::fs::read_dir(&self.root) {
            Ok(folders) => folders,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        folders
            .filter_map(|folder| match folder {
                Ok(folder) => folder.file_name().to_str().and_then(|name| name.parse().ok()).map(Ok),
                Err(error) => Some(Err(error)),
            })
            .collect()
    }

    /// The files of an org.
    pub(super) fn of_org(&self, org: OrgId) -> io::Result<ReadDir> {
        std::fs::read_dir(self.root.join(org.to_string()))
    }
}

/// The next files of a folder that were written so long ago, and the rest of the folder; nothing at its end.
pub(super) fn next_old(mut folder: ReadDir, age: Duration) -> io::Result<Option<(Vec<PathBuf>, ReadDir)>> {
    let now = clock::system_time();
    let (mut old, mut is_empty) = (Vec::new(), true);
    for file in folder.by_ref().take(CHUNK) {
        is_empty = false;
        let file = file?;
        let metadata = match file.metadata() {
            // It was removed meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            metadata => metadata?,
        };
        let is_old = now.duration_since(metadata.modified()?).is_ok_and(|passed| passed >= age);
        if metadata.is_file() && is_old {
            old.push(file.path());
        }
    }
    Ok((!is_empty).then_some((old, folder)))
}
