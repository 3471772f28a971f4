//! Directories in which a backup or a restore works until it is done. One that is left behind by a process that was
//! killed is removed by the next.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::ids;

const LOCK: &str = "lock";

/// A directory of its own; removed when it is dropped.
#[derive(Debug)]
pub(super) struct Workplace {
    path: PathBuf,
    /// Says to others that somebody works here.
    #[expect(dead_code, reason = "the lock lives as long as the open file")]
    lock: File,
}

impl Workplace {
    /// A new one in `folder`, whose name begins with `prefix`. Others of that prefix in which nobody works go.
    pub(super) fn in_folder(folder: &Path, prefix: &str) -> io::Result<Self> {
        remove_left(folder, prefix)?;
        let path = folder.join(format!("{prefix}{}", ids::new_id()));
        DirBuilder::new().mode(0o700).create(&path)?;
        let lock = File::create(path.join(LOCK))?;
        lock.try_lock().map_err(io::Error::from)?;
        Ok(Self { path, lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, "could not remove {}", self.path.display());
        }
    }
}

fn remove_left(folder: &Path, prefix: &str) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_one = entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix));
        // Only what has our lock is ours to remove.
        let lock = if is_one { File::open(entry.path().join(LOCK)).ok() } else { None };
        if lock.is_some_and(|lock| lock.try_lock().is_ok()) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_in_use_stays() {
        let folder = tempfile::tempdir().unwrap();
        let used = Workplace::in_folder(folder.path(), "work-").unwrap();
        let left = folder.path().join("work-left");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join(LOCK), b"").unwrap();
        let foreign = folder.path().join("work-of-somebody-else");
        std::fs::create_dir(&foreign).unwrap();

        let fresh = Workplace::in_folder(folder.path(), "work-").unwrap();

        assert!(used.path().exists() && fresh.path().exists() && foreign.exists() && !left.exists());
        let path = used.path().to_owned();
        drop(used);
        assert!(!path.exists());
    }
}
