//! Free space of the file system that a path is on.

use std::io;
use std::path::Path;

/// Bytes that this process may still write where `path` is; of a path that does not exist yet, where it would be.
///
/// # Errors
/// When the system does not say.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let nearest = path.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let nearest = if nearest.as_os_str().is_empty() { Path::new(".") } else { nearest };
    let stat = rustix::fs::statvfs(nearest)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Whether a file of `bytes` leaves `floor_bytes` free. A system that does not say has room.
#[must_use]
pub fn has_room(path: &Path, bytes: u64, floor_bytes: u64) -> bool {
    floor_bytes == 0 || free_bytes(path).map_or(true, |free| free.saturating_sub(bytes) >= floor_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_not_there_yet_is_where_it_would_be() {
        let dir = tempfile::tempdir().unwrap();

        assert!(free_bytes(&dir.path().join("a/b/c")).unwrap() > 0);
        assert!(has_room(dir.path(), 1, 1));
        assert!(!has_room(dir.path(), 1, u64::MAX / 2));
        assert!(has_room(dir.path(), u64::MAX, 0), "no floor is no bound");
    }
}
