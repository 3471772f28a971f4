//! Emails as `.eml` files for a server without SMTP, written atomically.

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use tokio::io::AsyncWriteExt as _;

/// Writes a mail under its id, which sorts by time, and gives the file. A mail that is written again, because whoever
/// wrote it was killed before that was noted, is still one file.
pub(super) async fn write(directory: &Path, id: &str, mail: &[u8]) -> io::Result<PathBuf> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let (unfinished, finished) = (directory.join(format!(".{id}")), directory.join(format!("{id}.eml")));
    // Mails hold what visitors wrote: they are the owner's to read.
    let options = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).to_owned();
    let mut file = tokio::fs::OpenOptions::from(options).open(&unfinished).await?;
    file.write_all(mail).await?;
    file.sync_all().await?;
    tokio::fs::rename(&unfinished, &finished).await?;
    Ok(finished)
}
