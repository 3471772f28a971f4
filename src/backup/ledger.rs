//! The list of all parts of an archive with their hashes. It is kept in a file without a name: an archive may have
//! millions of parts. Whoever writes an archive and whoever reads it make the same list from what they see.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write as _};
use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::head::Head;
use crate::ids;

/// How many parts of which kind an archive has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    pub(super) database_parts: u64,
    /// Of the database, before it was compressed.
    pub(super) database_bytes: u64,
    pub(super) attachments: u64,
    pub(super) recordings: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    bytes: u64,
    sha256: String,
}

#[derive(Serialize)]
struct LastLine<'a> {
    format: u32,
    release: &'a str,
    engine: &'a str,
    schema: i64,
    conversations: i64,
    entries: i64,
    #[serde(flatten)]
    counts: Counts,
}

/// The list while it grows.
#[derive(Debug)]
pub(super) struct Ledger {
    file: BufWriter<File>,
    pub(super) counts: Counts,
}

impl Ledger {
    /// An empty one; its file stands in `folder` and has no name.
    pub(super) fn begin(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!("ledger-{}", ids::new_id()));
        let mut options = File::options();
        let file = options.read(true).write(true).create_new(true).open(&path)?;
        std::fs::remove_file(&path)?;
        Ok(Self { file: BufWriter::new(file), counts: Counts::default() })
    }

    /// Adds a part.
    pub(super) fn add(&mut self, name: &str, bytes: u64, hash: Sha256) -> io::Result<()> {
        let line = Line { name, bytes, sha256: ids::hex(&hash.finalize()) };
        self.line(&line)
    }

    /// The whole list as a file from its first byte, and its length.
    pub(super) fn finish(mut self, head: &Head) -> io::Result<(File, u64)> {
        let last = LastLine {
            format: head.format,
            release: &head.release,
            engine: &head.engine,
            schema: head.schema,
            conversations: head.conversation_count,
            entries: head.entry_count,
            counts: self.counts,
        };
        self.line(&last)?;
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let bytes = file.stream_position()?;
        file.rewind()?;
        Ok((file, bytes))
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, line)?;
        self.file.write_all(b"\n")
    }
}
