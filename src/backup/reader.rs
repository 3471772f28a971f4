//! Reads an archive and believes nothing of it: every part is unpacked into a directory of its own, and at the end
//! compared with the manifest.

use std::fs::{DirBuilder, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

use super::error::BackupError;
use super::head::{FORMAT, HEAD_MAX_BYTES, Head};
use super::header::{BLOCK, Header, padding};
use super::ledger::{Counts, Ledger};
use super::part::{Part, path_of};
use super::writer::PIECE_BYTES;
use crate::db::NamedFile;

/// A piece that does not compress grows by less than this.
const PACKED_MAX_BYTES: u64 = PIECE_BYTES as u64 + 64 * 1024;
const COPY_BYTES: usize = 256 * 1024;

/// Takes the database as it is unpacked: the name of its stream, and bytes.
pub(super) type TakeDatabase<'a> = dyn FnMut(&str, Vec<u8>) -> Result<(), BackupError> + 'a;

/// An archive that is being read.
pub(super) struct ArchiveReader<R> {
    input: BufReader<R>,
    /// Bytes that have not been read.
    left: u64,
    head: Head,
    ledger: Ledger,
    last: Part,
    modified_at: u64,
}

impl<R: Read> ArchiveReader<R> {
    /// Reads the first part of an archive of so many bytes. `folder` is where the list of parts grows.
    ///
    /// # Errors
    /// When it is no archive of a format that is known.
    pub(super) fn begin(input: R, bytes: u64, folder: &Path) -> Result<Self, BackupError> {
        let mut input = BufReader::with_capacity(COPY_BYTES, input);
        let mut left = bytes;
        let header = next_header(&mut input, &mut left)?;
        let is_head = header.as_ref().is_some_and(|header| Part::parse(&header.name) == Some(Part::Head));
        let Some(header) = header.filter(|header| is_head && header.bytes <= HEAD_MAX_BYTES) else {
            return Err(BackupError::untrue("it does not begin as a backup does"));
        };
        let mut text = Vec::new();
        let hash = read_part(&mut input, &mut left, &header, |bytes| {
            text.extend_from_slice(bytes);
            Ok(())
        })?;
        let head: Head = serde_json::from_slice(&text)
            .map_err(|error| BackupError::untrue(format!("its first part cannot be read: {error}")))?;
        if head.format != FORMAT {
            let finding = format!("it has format {}, this release reads format {FORMAT}", head.format);
            return Err(BackupError::Unfit { finding });
        }
        let mut ledger = Ledger::begin(folder).map_err(BackupError::file(folder))?;
        ledger.add(&header.name, header.bytes, hash).map_err(BackupError::file(folder))?;
        Ok(Self { input, left, head, ledger, last: Part::Head, modified_at: header.modified_at })
    }

    /// What the archive is of, as it says itself.
    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// Unpacks files below `staging` and hands the database over. Only when this returns well is any of it true.
    ///
    /// # Errors
    /// When the archive is cut off, was changed, or is none that this release writes.
    pub(super) fn unpack(
        mut self,
        staging: &Path,
        database: &mut TakeDatabase<'_>,
    ) -> Result<Counts, BackupError> {
        loop {
            let Some(header) = next_header(&mut self.input, &mut self.left)? else {
                return Err(BackupError::cut_off("it has no manifest"));
            };
            let unknown = || BackupError::untrue(format!("a part is called {:?}", header.name));
            let part = Part::parse(&header.name).ok_or_else(unknown)?;
            if !may_follow(&self.last, &part) || header.modified_at != self.modified_at {
                return Err(BackupError::untrue(format!("{part} stands where it does not belong")));
            }
            match &part {
                Part::Head => return Err(unknown()),
                Part::Database { stream, .. } => self.piece(&header, stream, database)?,
                Part::File(named) => self.file(&header, named, staging)?,
                Part::Manifest => return self.compare(&header),
            }
            self.last = part;
        }
    }

    fn piece(
        &mut self,
        header: &Header,
        stream: &str,
        database: &mut TakeDatabase<'_>,
    ) -> Result<(), BackupError> {
        if header.bytes > PACKED_MAX_BYTES {
            return Err(BackupError::untrue(format!("{} is too large", header.name)));
        }
        let mut packed = Vec::new();
        let hash = read_part(&mut self.input, &mut self.left, header, |bytes| {
            packed.extend_from_slice(bytes);
            Ok(())
        })?;
        let mut bytes = Vec::new();
        let unpacked = GzDecoder::new(packed.as_slice()).take(PIECE_BYTES as u64 + 1).read_to_end(&mut bytes);
        if unpacked.is_err() || bytes.is_empty() || bytes.len() > PIECE_BYTES {
            return Err(BackupError::untrue(format!("{} cannot be unpacked", header.name)));
        }
        self.ledger.counts.database_parts += 1;
        self.ledger.counts.database_bytes += bytes.len() as u64;
        self.note(header, hash)?;
        database(stream, bytes)
    }

    fn file(&mut self, header: &Header, named: &NamedFile, staging: &Path) -> Result<(), BackupError> {
        let path = path_of(named, staging);
        let failed = BackupError::file(&path);
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(&failed)?;
        }
        let mut file = match File::options().write(true).create_new(true).mode(0o600).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(BackupError::untrue(format!("{} is there twice", header.name)));
            }
            file => file.map_err(&failed)?,
        };
        let hash = read_part(&mut self.input, &mut self.left, header, |bytes| {
            io::Write::write_all(&mut file, bytes).map_err(&failed)
        })?;
        file.sync_all().map_err(&failed)?;
        match named {
            NamedFile::Attachment(..) => self.ledger.counts.attachments += 1,
            NamedFile::Recording(..) => self.ledger.counts.recordings += 1,
        }
        self.note(header, hash)
    }

    fn note(&mut self, header: &Header, hash: Sha256) -> Result<(), BackupError> {
        let noted = self.ledger.add(&header.name, header.bytes, hash);
        noted.map_err(BackupError::file(Path::new("the list of parts")))
    }

    /// Compares the manifest with the list of what was read; nothing may follow it.
    fn compare(mut self, header: &Header) -> Result<Counts, BackupError> {
        let failed = BackupError::file(Path::new("the list of parts"));
        let counts = self.ledger.counts;
        let (seen, seen_bytes) = self.ledger.finish(&self.head).map_err(&failed)?;
        let mut seen = BufReader::new(seen);
        let mut difference = None;
        read_part(&mut self.input, &mut self.left, header, |said| {
            if difference.is_none() {
                let mut expected = Vec::with_capacity(said.len());
                seen.by_ref().take(said.len() as u64).read_to_end(&mut expected).map_err(&failed)?;
                difference = (expected != said).then(|| first_difference(&expected, said));
            }
            Ok(())
        })?;
        if difference.is_some() || seen_bytes != header.bytes {
            let line = difference.unwrap_or_else(|| "that is not listed".to_owned());
            return Err(BackupError::untrue(format!("its manifest does not agree with a part, {line}")));
        }
        if next_header(&mut self.input, &mut self.left)?.is_some() || self.left != 0 {
            return Err(BackupError::untrue("something follows its manifest"));
        }
        Ok(counts)
    }
}

/// The line in which two texts differ first, as the archive was seen.
fn first_difference(seen: &[u8], said: &[u8]) -> String {
    let shorter = seen.len().min(said.len());
    let at = seen.iter().zip(said).position(|(one, other)| one != other).unwrap_or(shorter);
    let from = seen[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = seen[from..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(line).into_owned()
}

/// Whether a part may follow another: the head, the database with its pieces in order, files, the manifest.
fn may_follow(last: &Part, next: &Part) -> bool {
    match (last, next) {
        (_, Part::Head) | (Part::Manifest, _) => false,
        (Part::Database { stream, number }, Part::Database { stream: next_stream, number: next_number }) => {
            let after = if stream == next_stream { number + 1 } else { 1 };
            *next_number == after
        }
        (Part::Head, Part::Database { number, .. }) => *number == 1,
        (Part::File(_), Part::Database { .. }) => false,
        (_, Part::File(_) | Part::Manifest) => true,
    }
}

/// The next header; `None` where the archive ends.
fn next_header(input: &mut impl Read, left: &mut u64) -> Result<Option<Header>, BackupError> {
    let mut block = [0; BLOCK];
    read_exactly(input, left, &mut block)?;
    if block.iter().all(|byte| *byte == 0) {
        read_exactly(input, left, &mut block)?;
        let is_end = block.iter().all(|byte| *byte == 0);
        return if is_end { Ok(None) } else { Err(BackupError::untrue("it ends and goes on")) };
    }
    let header = Header::decode(&block)?;
    if header.bytes > *left {
        return Err(BackupError::cut_off(format!(
            "{} should have {} bytes, {left} are left",
            header.name, header.bytes
        )));
    }
    Ok(Some(header))
}

/// Reads the bytes of a part and what fills its last block; gives back their hash.
fn read_part(
    input: &mut impl Read,
    left: &mut u64,
    header: &Header,
    mut take: impl FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<Sha256, BackupError> {
    let (mut hash, mut of_part) = (Sha256::new(), header.bytes);
    let mut buffer = vec![0; COPY_BYTES.min(usize::try_from(of_part).unwrap_or(COPY_BYTES))];
    while of_part != 0 {
        let room = buffer.len().min(usize::try_from(of_part).unwrap_or(usize::MAX));
        read_exactly(input, left, &mut buffer[..room])?;
        hash.update(&buffer[..room]);
        take(&buffer[..room])?;
        of_part -= room as u64;
    }
    let mut filling = [0; BLOCK];
    let filling = &mut filling[..padding(header.bytes)];
    read_exactly(input, left, filling)?;
    if filling.iter().any(|byte| *byte != 0) {
        return Err(BackupError::untrue(format!("something stands behind {}", header.name)));
    }
    Ok(hash)
}

fn read_exactly(input: &mut impl Read, left: &mut u64, buffer: &mut [u8]) -> Result<(), BackupError> {
    let read = input.read_exact(buffer);
    read.map_err(|error| BackupError::cut_off(format!("{left} bytes before its end: {error}")))?;
    *left = left.saturating_sub(buffer.len() as u64);
    Ok(())
}
