//! Puts what was unpacked in the place of what is there, by renames that can be taken back.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::error::BackupError;

/// Renames that were done, in their order.
#[derive(Debug, Default)]
pub(super) struct Swap {
    done: Vec<(PathBuf, PathBuf)>,
}

impl Swap {
    /// Moves a file or directory into a folder under its own name; the folder is made where it is missing.
    pub(super) fn move_into(&mut self, from: &Path, folder: &Path) -> Result<(), BackupError> {
        let name = from.file_name().expect("what is moved has a name");
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(BackupError::file(folder))?;
        self.rename(from, &folder.join(name))
    }

    /// Renames a file or directory to what is not there yet.
    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> Result<(), BackupError> {
        if to.exists() {
            return Err(BackupError::Exists { path: to.to_owned() });
        }
        std::fs::rename(from, to).map_err(BackupError::file(to))?;
        self.done.push((from.to_owned(), to.to_owned()));
        sync_folder(to).and_then(|()| sync_folder(from)).map_err(BackupError::file(to))
    }

    /// Takes everything back, the last first.
    pub(super) fn take_back(self) {
        for (from, to) in self.done.into_iter().rev() {
            if let Err(error) = std::fs::rename(&to, &from) {
                tracing::error!(%error, "could not move {} back to {}", to.display(), from.display());
            }
        }
    }
}

fn sync_folder(of: &Path) -> io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_moved_comes_back_when_a_later_step_fails() {
        let dir = tempfile::tempdir().unwrap();
        let (old, fresh) = (dir.path().join("old"), dir.path().join("fresh"));
        std::fs::write(&old, "old").unwrap();
        std::fs::write(&fresh, "fresh").unwrap();
        let mut swap = Swap::default();
        swap.move_into(&old, &dir.path().join("aside")).unwrap();
        swap.rename(&fresh, &old).unwrap();

        assert!(swap.rename(&dir.path().join("nothing"), &dir.path().join("x")).is_err());
        swap.take_back();

        assert_eq!(std::fs::read_to_string(&old).unwrap(), "old");
        assert_eq!(std::fs::read_to_string(&fresh).unwrap(), "fresh");
    }
}
