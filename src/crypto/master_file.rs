//! The file `master.key` beside the data: one `id:base64` per line, readable by its owner only.

use super::error::CryptoError;
use super::master_key::{MasterKey, Secret};
use crate::ids;
use secrecy::ExposeSecret as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FILE_NAME: &str = "master.key";
const OWNER_ONLY: u32 = 0o600;
const DIRECTORY_OWNER_ONLY: u32 = 0o700;
const GROUP_AND_OTHERS: u32 = 0o077;
/// A thousand keys; anything longer is not a key file.
const FILE_MAX_BYTES: u64 = 128 * 1024;

/// Where the keys lie when the environment does not give them.
#[derive(Debug)]
pub(super) struct MasterFile {
    path: PathBuf,
}

impl MasterFile {
    pub(super) fn in_directory(data_dir: &Path) -> Self {
        Self { path: data_dir.join(FILE_NAME) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Reads the file after checking who else could.
    pub(super) fn read(&self) -> Result<Secret, CryptoError> {
        let file = File::open(&self.path).map_err(|source| self.failed(source))?;
        let mode = file.metadata().map_err(|source| self.failed(source))?.permissions().mode();
        if mode & GROUP_AND_OTHERS != 0 {
            return Err(CryptoError::ReadableByOthers { path: self.path.clone() });
        }
        let mut text = String::new();
        file.take(FILE_MAX_BYTES).read_to_string(&mut text).map_err(|source| self.failed(source))?;
        Ok(Secret::from(text))
    }

    /// Writes the first file. Where another process was quicker, its file stays and this one's key is forgotten.
    pub(super) fn create(&self, keys: &[Arc<MasterKey>]) -> Result<(), CryptoError> {
        let written = self.write_beside(keys)?;
        let linked = fs::hard_link(&written, &self.path);
        let removed = fs::remove_file(&written);
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(self.failed(error)),
            _ => removed.map_err(|source| self.failed(source)),
        }
    }

    /// Puts a new file in place of the old one, in one step.
    pub(super) fn replace(&self, keys: &[Arc<MasterKey>]) -> Result<(), CryptoError> {
        let written = self.write_beside(keys)?;
        fs::rename(&written, &self.path).map_err(|source| self.failed(source))
    }

    fn write_beside(&self, keys: &[Arc<MasterKey>]) -> Result<PathBuf, CryptoError> {
        let beside = self.path.with_extension(format!("{}.tmp", ids::new_id()));
        self.write(&beside, keys).map_err(|source| self.failed(source))?;
        Ok(beside)
    }

    fn write(&self, path: &Path, keys: &[Arc<MasterKey>]) -> io::Result<()> {
        if let Some(directory) = path.parent() {
            DirBuilder::new().recursive(true).mode(DIRECTORY_OWNER_ONLY).create(directory)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path)?;
        for key in keys {
            writeln!(file, "{}", key.to_line().expose_secret())?;
        }
        file.sync_all()
    }

    fn failed(&self, source: io::Error) -> CryptoError {
        CryptoError::File { path: self.path.clone(), source }
    }
}
