//! A file that says that a restore is under way: as long as it is there, nobody opens the database.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::DbError;

/// The name of the file, in the data directory.
const FILE: &str = "switchboard.restoring";

/// The file that says that a restore is under way, and where what was there before stands.
#[derive(Debug)]
pub struct RestoreMarker {
    path: PathBuf,
}

impl RestoreMarker {
    /// The one in a data directory.
    #[must_use]
    pub fn in_dir(data_dir: &Path) -> Self {
        Self { path: data_dir.join(FILE) }
    }

    /// Writes it: from now on until it is removed, nobody opens the database.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, aside: &Path) -> io::Result<()> {
        let mut file = File::create(&self.path)?;
        file.write_all(aside.display().to_string().as_bytes())?;
        file.sync_all()?;
        self.sync_directory()
    }

    /// Removes it; one that is not there is fine.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => self.sync_directory(),
        }
    }

    /// Refuses to go on where one is there.
    ///
    /// # Errors
    /// [`DbError::Restoring`].
    pub(in crate::db) fn check(&self) -> Result<(), DbError> {
        let path = self.path.display().to_string();
        match std::fs::read_to_string(&self.path) {
            Ok(aside) => Err(DbError::Restoring { path, aside }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(DbError::File { path, source }),
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()
    }
}
