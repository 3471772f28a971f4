//! Writes a ZIP archive beside the server, piece by piece, to a file that has no name.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::ids;

/// Pieces on their way to the disk; each has a page of entries at most.
const PIECES_MAX: usize = 4;

/// What is written next.
enum Piece {
    /// A file with this name begins.
    Begin(String),
    /// More of it.
    Bytes(Vec<u8>),
    /// A file with this name begins whose content is packed already, as sound and pictures are.
    BeginPacked(String),
}

/// An archive that is being written.
pub(super) struct Archive {
    pieces: mpsc::Sender<Piece>,
    writing: JoinHandle<io::Result<File>>,
}

/// The archive could not be written on; its end says why.
#[derive(Debug)]
pub(super) struct Broken;

impl Archive {
    /// Begins an archive of at most `max_bytes` in a folder, which is made where it is missing.
    pub(super) fn begin(folder: PathBuf, max_bytes: u64) -> Self {
        let (pieces, waiting) = mpsc::channel(PIECES_MAX);
        Self { pieces, writing: tokio::task::spawn_blocking(move || write(&folder, max_bytes, waiting)) }
    }

    pub(super) async fn begin_file(&self, name: String) -> Result<(), Broken> {
        self.send(Piece::Begin(name)).await
    }

    pub(super) async fn write(&self, bytes: Vec<u8>) -> Result<(), Broken> {
        self.send(Piece::Bytes(bytes)).await
    }

    pub(super) async fn begin_packed_file(&self, name: String) -> Result<(), Broken> {
        self.send(Piece::BeginPacked(name)).await
    }

    async fn send(&self, piece: Piece) -> Result<(), Broken> {
        self.pieces.send(piece).await.map_err(|_| Broken)
    }

    /// The file, from its first byte.
    ///
    /// # Errors
    /// When the disk fails, and `FileTooLarge` beyond the size that was allowed.
    pub(super) async fn finish(self) -> io::Result<File> {
        drop(self.pieces);
        self.writing.await.map_err(|_| io::Error::other("the server is stopping"))?
    }
}

fn write(folder: &Path, max_bytes: u64, mut pieces: mpsc::Receiver<Piece>) -> io::Result<File> {
    let file = without_name(folder)?;
    let mut zip = ZipWriter::new(file.try_clone()?);
    let packed =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    let stored = packed.compression_method(CompressionMethod::Stored);
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Begin(name) => zip.start_file(name, packed)?,
            Piece::Bytes(bytes) => zip.write_all(&bytes)?,
            Piece::BeginPacked(name) => zip.start_file(name, stored)?,
        }
        if file.metadata()?.len() > max_bytes {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
    }
    let mut file = zip.finish()?;
    file.rewind()?;
    Ok(file)
}

/// A file that is gone when it is closed, whatever becomes of this process.
fn without_name(folder: &Path) -> io::Result<File> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(ids::hex(&ids::random_bytes::<16>()));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[tokio::test]
    async fn what_was_written_can_be_read_and_leaves_no_file_behind() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("exports");
        let archive = Archive::begin(folder.clone(), 1 << 20);

        archive.begin_file("a.json".into()).await.unwrap();
        archive.write(b"{\"a\":".to_vec()).await.unwrap();
        archive.write(b"1}".to_vec()).await.unwrap();
        archive.begin_packed_file("files/picture".into()).await.unwrap();
        archive.write(b"PNG".to_vec()).await.unwrap();
        let file = archive.finish().await.unwrap();

        let mut zip = zip::ZipArchive::new(file).unwrap();
        let mut text = String::new();
        zip.by_name("a.json").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "{\"a\":1}");
        assert_eq!(zip.file_names().count(), 2);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn an_archive_has_at_most_the_size_that_is_allowed() {
        let data = tempfile::tempdir().unwrap();
        let archive = Archive::begin(data.path().to_owned(), 100);

        archive.begin_packed_file("big".into()).await.unwrap();
        archive.write(vec![7; 200]).await.unwrap();

        assert_eq!(archive.finish().await.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
