//! The parts of an archive and their names. A name that is not printed exactly so is none.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::db::NamedFile;
use crate::files::{FileKey, FileKind};

/// Streams have short names: tables.
const STREAM_MAX_CHARS: usize = 48;
const HEAD: &str = "backup.json";
const MANIFEST: &str = "manifest.ndjson";
const DATABASE: &str = "database";

/// A part of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// What the archive is of; the first part.
    Head,
    /// A piece of the database: of which stream, and its number from 1.
    Database { stream: String, number: u32 },
    /// A file that the database names.
    File(NamedFile),
    /// What was in the archive before it; the last part.
    Manifest,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str(HEAD),
            Self::Database { stream, number } => write!(f, "{DATABASE}/{stream}/{number:08}.gz"),
            Self::File(file) => write!(f, "{}", path_of(file, Path::new("")).display()),
            Self::Manifest => f.write_str(MANIFEST),
        }
    }
}

impl Part {
    /// Parses a name; `None` for what is not printed exactly so.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let parsed = Self::guess(name)?;
        (parsed.to_string() == name).then_some(parsed)
    }

    fn guess(name: &str) -> Option<Self> {
        let words: Vec<&str> = name.split('/').collect();
        match *words.as_slice() {
            [HEAD] => Some(Self::Head),
            [MANIFEST] => Some(Self::Manifest),
            [DATABASE, stream, number] if is_stream(stream) => {
                let number = number.strip_suffix(".gz")?.parse().ok()?;
                Some(Self::Database { stream: stream.to_owned(), number })
            }
            ["attachments", org, id] => {
                Some(Self::File(NamedFile::Attachment(org.parse().ok()?, id.parse().ok()?)))
            }
            ["recordings", org, file] => {
                let id = file.strip_suffix(".wav")?;
                Some(Self::File(NamedFile::Recording(org.parse().ok()?, id.parse().ok()?)))
            }
            _ => None,
        }
    }
}

/// Where a file stands below the folder of files.
pub(super) fn path_of(file: &NamedFile, root: &Path) -> PathBuf {
    let key = match file {
        NamedFile::Attachment(org, id) => FileKey::attachment(*org, *id),
        NamedFile::Recording(org, call) => FileKey::recording(*org, *call),
    };
    root.join(key.path())
}

/// The folders whose files are in a backup.
pub(super) fn folders(root: &Path) -> [PathBuf; 2] {
    FileKind::ALL.map(|kind| root.join(kind.folder()))
}

fn is_stream(name: &str) -> bool {
    let is_plain =
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    is_plain && (1..=STREAM_MAX_CHARS).contains(&name.len())
}

#[cfg(test)]
mod tests {
    use rooms::{AttachmentId, CallId, OrgId};

    use super::*;

    #[test]
    fn every_part_is_found_again_by_its_name() {
        for part in [
            Part::Head,
            Part::Manifest,
            Part::Database { stream: "entries".into(), number: 12 },
            Part::File(NamedFile::Attachment(OrgId(7), AttachmentId(9))),
            Part::File(NamedFile::Recording(OrgId(7), CallId(9))),
        ] {
            assert_eq!(Part::parse(&part.to_string()), Some(part));
        }
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_none() {
        let org = OrgId(0xabc).to_string();
        for name in [
            "",
            "/etc/passwd",
            "../backup.json",
            "attachments/../../x",
            "attachments//x",
            "./backup.json",
            "backup.json/",
            "master.key",
            "switchboard.mark",
            "database/entries/1.gz",
            "database/Entries/00000001.gz",
            "database/../00000001.gz",
            "database/entries/-0000001.gz",
            &format!("attachments/{org}/.."),
            &format!("attachments/{}/{org}", org.to_uppercase()),
            &format!("attachments/{org}/{org}.wav"),
            &format!("recordings/{org}/{org}"),
            &format!("attachments/{org}/{org}/{org}"),
        ] {
            assert_eq!(Part::parse(name), None, "{name}");
        }
    }
}
