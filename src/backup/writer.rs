//! Writes an archive, piece by piece, on a thread of its own.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::error::BackupError;
use super::head::Head;
use super::header::{END, Header, padding};
use super::ledger::{Counts, Ledger};
use super::part::Part;
use crate::db::{NamedFile, SnapshotPiece};

/// Bytes of the database in one part, before they are compressed: what a reader must have in memory at once.
pub(super) const PIECE_BYTES: usize = 4 * 1024 * 1024;
const COPY_BYTES: usize = 256 * 1024;
/// The disk and the database are the slow parts; a higher level makes a backup take twice as long for a tenth less.
const LEVEL: Compression = Compression::fast();

/// What comes behind the database.
#[derive(Debug)]
pub(super) struct FileToCopy {
    pub(super) named: NamedFile,
    pub(super) from: PathBuf,
}

/// What is in an archive that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) counts: Counts,
    /// Files that the snapshot names and that were not there any more.
    pub(super) missing: u64,
    /// Of the archive.
    pub(super) bytes: u64,
}

/// An archive that is being written.
pub(super) struct ArchiveWriter<W: Write> {
    output: BufWriter<W>,
    head: Head,
    ledger: Ledger,
    bytes: u64,
    stream: String,
    number: u32,
    piece: Vec<u8>,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins one with its head. `folder` is where the list of parts grows.
    pub(super) fn begin(output: W, head: Head, folder: &Path) -> Result<Self, BackupError> {
        let ledger = Ledger::begin(folder).map_err(BackupError::file(folder))?;
        let (output, piece) = (BufWriter::new(output), Vec::with_capacity(PIECE_BYTES));
        let mut writer = Self { output, head, ledger, bytes: 0, stream: String::new(), number: 0, piece };
        let text = serde_json::to_vec(&writer.head).expect("texts and numbers serialise");
        writer.part(&Part::Head, text.len() as u64, &mut text.as_slice())?;
        Ok(writer)
    }

    /// Takes some of the database.
    pub(super) fn database(&mut self, piece: SnapshotPiece) -> Result<(), BackupError> {
        match piece {
            SnapshotPiece::Begin(stream) => {
                self.flush_piece()?;
                (self.stream, self.number) = (stream, 0);
            }
            SnapshotPiece::More(bytes) => self.fill(bytes)?,
        }
        Ok(())
    }

    fn fill(&mut self, mut bytes: Bytes) -> Result<(), BackupError> {
        while !bytes.is_empty() {
            let room = PIECE_BYTES - self.piece.len();
            self.piece.extend_from_slice(&bytes.split_to(room.min(bytes.len())));
            if self.piece.len() == PIECE_BYTES {
                self.flush_piece()?;
            }
        }
        Ok(())
    }

    fn flush_piece(&mut self) -> Result<(), BackupError> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let mut packed = GzEncoder::new(Vec::new(), LEVEL);
        let packed = packed.write_all(&self.piece).and_then(|()| packed.finish());
        let packed = packed.expect("memory takes everything");
        self.number += 1;
        self.ledger.counts.database_parts += 1;
        self.ledger.counts.database_bytes += self.piece.len() as u64;
        self.piece.clear();
        let part = Part::Database { stream: self.stream.clone(), number: self.number };
        self.part(&part, packed.len() as u64, &mut packed.as_slice())
    }

    /// Copies a file; false where it is gone.
    pub(super) fn file(&mut self, file: &FileToCopy) -> Result<bool, BackupError> {
        self.flush_piece()?;
        let failed = BackupError::file(&file.from);
        let mut from = match File::open(&file.from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            from => from.map_err(&failed)?,
        };
        let bytes = from.metadata().map_err(&failed)?.len();
        self.part(&Part::File(file.named), bytes, &mut from)?;
        match file.named {
            NamedFile::Attachment(..) => self.ledger.counts.attachments += 1,
            NamedFile::Recording(..) => self.ledger.counts.recordings += 1,
        }
        Ok(true)
    }

    /// Ends the archive with its manifest; gives back where it was written to.
    pub(super) fn finish(mut self) -> Result<(W, Counts, u64), BackupError> {
        self.flush_piece()?;
        let counts = self.ledger.counts;
        let (mut list, bytes) = self.ledger.finish(&self.head).map_err(unwritten)?;
        write_part(&mut self.output, &self.head, &Part::Manifest, bytes, &mut list)?;
        self.bytes += size_of_part(bytes) + END.len() as u64;
        self.output.write_all(&END).map_err(unwritten)?;
        let output = self.output.into_inner().map_err(|error| unwritten(error.into_error()))?;
        Ok((output, counts, self.bytes))
    }

    fn part(&mut self, part: &Part, bytes: u64, from: &mut dyn io::Read) -> Result<(), BackupError> {
        let hash = write_part(&mut self.output, &self.head, part, bytes, from)?;
        self.bytes += size_of_part(bytes);
        self.ledger.add(&part.to_string(), bytes, hash).map_err(unwritten)
    }
}

fn size_of_part(bytes: u64) -> u64 {
    END.len() as u64 / 2 + bytes + padding(bytes) as u64
}

/// Writes a header, exactly so many bytes, and what fills the last block.
fn write_part(
    output: &mut impl Write,
    head: &Head,
    part: &Part,
    bytes: u64,
    from: &mut dyn io::Read,
) -> Result<Sha256, BackupError> {
    let name = part.to_string();
    let modified_at = u64::try_from(head.taken_at / 1_000).unwrap_or(0);
    let header = Header { name, bytes, modified_at };
    output.write_all(&header.encode()?).map_err(unwritten)?;
    let (mut hash, mut left) = (Sha256::new(), bytes);
    let mut buffer = vec![0; COPY_BYTES];
    while left != 0 {
        let room = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = from
            .read(&mut buffer[..room])
            .map_err(|source| BackupError::File { path: header.name.clone().into(), source })?;
        if count == 0 {
            return Err(BackupError::cut_off(format!("{} became shorter while it was read", header.name)));
        }
        hash.update(&buffer[..count]);
        output.write_all(&buffer[..count]).map_err(unwritten)?;
        left -= count as u64;
    }
    output.write_all(&END[..padding(bytes)]).map_err(unwritten)?;
    Ok(hash)
}

fn unwritten(source: io::Error) -> BackupError {
    BackupError::File { path: "the archive".into(), source }
}

/// What the thread that writes is given.
#[derive(Debug)]
pub(super) enum Order {
    Database(SnapshotPiece),
    File(FileToCopy),
}

impl From<SnapshotPiece> for Order {
    fn from(piece: SnapshotPiece) -> Self {
        Self::Database(piece)
    }
}

/// Writes all that comes into a file, and has it on the disk when it returns.
pub(super) fn write_archive(
    file: File,
    head: Head,
    folder: &Path,
    mut orders: mpsc::Receiver<Order>,
) -> Result<Written, BackupError> {
    let mut writer = ArchiveWriter::begin(file, head, folder)?;
    let mut missing = 0;
    while let Some(order) = orders.blocking_recv() {
        match order {
            Order::Database(piece) => writer.database(piece)?,
            Order::File(file) => missing += u64::from(!writer.file(&file)?),
        }
    }
    let (file, counts, bytes) = writer.finish()?;
    file.sync_all().map_err(unwritten)?;
    Ok(Written { counts, missing, bytes })
}
