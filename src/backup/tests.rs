//! The reader, given archives that lie.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rooms::{AttachmentId, CallId, OrgId};

use super::error::BackupError;
use super::head::{FORMAT, Head};
use super::header::{BLOCK, END, Header, padding};
use super::ledger::Counts;
use super::reader::ArchiveReader;
use super::writer::{ArchiveWriter, FileToCopy, PIECE_BYTES};
use crate::db::{NamedFile, SnapshotPiece};
use crate::ids;

fn head() -> Head {
    Head {
        format: FORMAT,
        release: "0.1.0".into(),
        engine: "sqlite".into(),
        schema: 55,
        taken_at: 1_800_000_000_123,
        installation: None,
        master_keys: vec!["0a1b2c3d".into()],
        conversation_count: 2,
        entry_count: 9,
        tables: Vec::new(),
    }
}

const FILES: [NamedFile; 2] =
    [NamedFile::Attachment(OrgId(1), AttachmentId(2)), NamedFile::Recording(OrgId(1), CallId(3))];

/// An archive with two streams and two files.
fn archive(work: &Path) -> Vec<u8> {
    let mut writer = ArchiveWriter::begin(Vec::new(), head(), work).unwrap();
    for (stream, bytes) in [("orgs", vec![7; 10]), ("entries", noise(PIECE_BYTES + 1_000))] {
        writer.database(SnapshotPiece::Begin(stream.into())).unwrap();
        writer.database(SnapshotPiece::More(bytes.into())).unwrap();
    }
    for (number, named) in FILES.into_iter().enumerate() {
        let from = work.join(format!("file-{number}"));
        std::fs::write(&from, vec![number as u8; 700]).unwrap();
        assert!(writer.file(&FileToCopy { named, from }).unwrap());
    }
    let gone = FileToCopy { named: FILES[0], from: work.join("gone") };
    assert!(!writer.file(&gone).unwrap(), "a file that is gone is no fault");
    writer.finish().unwrap().0
}

/// Bytes that compress a little.
fn noise(count: usize) -> Vec<u8> {
    (0..count as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 27) as u8).collect()
}

/// A small archive of one file, for many mutations.
fn small_archive(work: &Path) -> Vec<u8> {
    let mut writer = ArchiveWriter::begin(Vec::new(), head(), work).unwrap();
    writer.database(SnapshotPiece::Begin("orgs".into())).unwrap();
    writer.database(SnapshotPiece::More(noise(3_000).into())).unwrap();
    let from = work.join("file");
    std::fs::write(&from, noise(900)).unwrap();
    writer.file(&FileToCopy { named: FILES[0], from }).unwrap();
    writer.finish().unwrap().0
}

/// A database as it comes out, by stream.
type Streams = Vec<(String, Vec<u8>)>;

/// What comes out of an archive: the database, and how much of everything.
fn unpack(bytes: &[u8], staging: &Path) -> Result<(Streams, Counts), BackupError> {
    let reader = ArchiveReader::begin(Cursor::new(bytes), bytes.len() as u64, staging)?;
    let mut streams = Streams::new();
    let counts = reader.unpack(staging, &mut |stream, bytes| {
        match streams.last_mut().filter(|(last, _)| last == stream) {
            Some((_, all)) => all.extend(bytes),
            None => streams.push((stream.to_owned(), bytes)),
        }
        Ok(())
    })?;
    Ok((streams, counts))
}

/// A fresh directory with a directory for staging in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let staging = dir.path().join("staging");
    std::fs::create_dir(&staging).unwrap();
    (dir, staging)
}

fn refused(bytes: &[u8]) -> String {
    let (_dir, staging) = place();
    unpack(bytes, &staging).expect_err("it lies").to_string()
}

/// A part with a right header.
fn part(name: &str, content: &[u8]) -> Vec<u8> {
    let modified_at = 1_800_000_000;
    let header = Header { name: name.into(), bytes: content.len() as u64, modified_at };
    let mut bytes = header.encode().unwrap().to_vec();
    bytes.extend(content);
    bytes.extend(&END[..padding(content.len() as u64)]);
    bytes
}

fn head_part(head: &Head) -> Vec<u8> {
    part("backup.json", &serde_json::to_vec(head).unwrap())
}

#[test]
fn what_was_written_comes_out_again() {
    let (dir, staging) = place();
    let bytes = archive(dir.path());

    let (streams, counts) = unpack(&bytes, &staging).unwrap();

    assert_eq!(streams[0], ("orgs".into(), vec![7; 10]));
    assert_eq!(streams[1], ("entries".into(), noise(PIECE_BYTES + 1_000)));
    let size = (PIECE_BYTES + 1_010) as u64;
    let expected = Counts { database_parts: 3, database_bytes: size, attachments: 1, recordings: 1 };
    assert_eq!(counts, expected);
    let attachment = staging.join(format!("attachments/{}/{}", OrgId(1), AttachmentId(2)));
    assert_eq!(std::fs::read(attachment).unwrap(), vec![0; 700]);
    let recording = staging.join(format!("recordings/{}/{}.wav", OrgId(1), CallId(3)));
    assert_eq!(std::fs::read(recording).unwrap(), vec![1; 700]);
}

#[test]
fn any_tar_lists_it() {
    let (dir, _) = place();
    let file = dir.path().join("backup.tar");
    std::fs::write(&file, archive(dir.path())).unwrap();

    let listed = std::process::Command::new("tar").arg("-tf").arg(&file).output().unwrap();

    let names = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.status.success() && names.starts_with("backup.json\ndatabase/orgs/00000001.gz\n"),
        "{names}"
    );
    assert!(names.ends_with("manifest.ndjson\n"), "{names}");
}

#[test]
fn an_archive_that_is_cut_off_anywhere_is_refused() {
    let (dir, _) = place();
    let bytes = small_archive(dir.path());

    for end in (0..bytes.len()).step_by(97).chain([bytes.len() - 1, bytes.len() - BLOCK]) {
        refused(&bytes[..end]);
    }
    let more = [bytes.as_slice(), &[0]].concat();
    assert!(refused(&more).contains("follows its manifest"));
}

#[test]
fn names_that_lead_elsewhere_are_refused_and_nothing_is_written() {
    let org = OrgId(1).to_string();
    for name in [
        "../evil",
        "/tmp/evil",
        "attachments/../../evil",
        "master.key",
        "switchboard.db",
        &format!("attachments/{org}/../../../evil"),
        &format!("recordings/{org}/{org}.wav/x"),
    ] {
        let (dir, staging) = place();
        let bytes = [head_part(&head()), part(name, b"evil"), END.to_vec()].concat();

        let error = unpack(&bytes, &staging).unwrap_err().to_string();

        assert!(error.contains("a part is called"), "{name}: {error}");
        assert_eq!(std::fs::read_dir(&staging).unwrap().count(), 0, "{name}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "{name}");
    }
}

#[test]
fn sizes_that_are_not_there_are_refused_before_anything_is_read() {
    let header = Header { name: "manifest.ndjson".into(), bytes: 1 << 32, modified_at: 1_800_000_000 };
    let bytes = [head_part(&head()), header.encode().unwrap().to_vec()].concat();

    assert!(refused(&bytes).contains("should have 4294967296 bytes"));
    let long = Head { release: "x".repeat(300_000), ..head() };
    assert!(refused(&head_part(&long)).contains("does not begin as a backup does"));
}

#[test]
fn a_piece_that_grows_beyond_measure_is_refused() {
    use std::io::Write as _;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0; PIECE_BYTES + 1]).unwrap();
    let bytes = [head_part(&head()), part("database/orgs/00000001.gz", &packed.finish().unwrap())].concat();

    assert!(refused(&bytes).contains("cannot be unpacked"));
    let garbage = [head_part(&head()), part("database/orgs/00000001.gz", b"no gzip")].concat();
    assert!(refused(&garbage).contains("cannot be unpacked"));
}

#[test]
fn parts_have_their_order() {
    let (dir, _) = place();
    let bytes = small_archive(dir.path());
    let parts = split(&bytes);
    assert_eq!(parts.len(), 4, "head, database, file, manifest");

    for order in [
        vec![1, 0, 2, 3],
        vec![0, 2, 1, 3],
        vec![0, 1, 1, 2, 3],
        vec![0, 1, 2, 2, 3],
        vec![0, 1, 2],
        vec![0, 1, 3],
    ] {
        let mixed: Vec<u8> = order.iter().flat_map(|at| parts[*at].clone()).chain(END).collect();

        refused(&mixed);
    }
    let same: Vec<u8> = parts.concat().into_iter().chain(END).collect();
    assert_eq!(same, bytes);
}

/// The parts of a good archive.
fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut parts, mut at) = (Vec::new(), 0);
    while bytes[at] != 0 {
        let header = Header::decode(bytes[at..at + BLOCK].try_into().unwrap()).unwrap();
        let end = at + BLOCK + header.bytes as usize + padding(header.bytes);
        parts.push(bytes[at..end].to_vec());
        at = end;
    }
    parts
}

#[test]
fn a_changed_part_is_named() {
    let (dir, _) = place();
    let mut parts = split(&small_archive(dir.path()));
    parts[2][BLOCK + 5] ^= 1;

    let error = refused(&[parts.concat(), END.to_vec()].concat());

    assert!(error.contains(&format!("attachments/{}", OrgId(1))), "{error}");
}

#[test]
fn another_format_is_said_to_be_one() {
    let other = Head { format: FORMAT + 1, ..head() };

    assert!(refused(&[head_part(&other), END.to_vec()].concat()).contains("format 2"));
}

/// Everything below a directory.
fn below(dir: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.insert(path);
    }
    found
}

/// Changes an archive somewhere: bits, blocks that are moved, removed or copied, pieces that are filled.
fn mutate(bytes: &mut Vec<u8>, dice: &mut StdRng) {
    if bytes.is_empty() {
        return;
    }
    let at = dice.random_range(0..bytes.len());
    let block = at / BLOCK * BLOCK;
    let end = (block + BLOCK).min(bytes.len());
    match dice.random_range(0..6) {
        0 => bytes[at] ^= 1 << dice.random_range(0..8),
        1 => bytes[at] = dice.random_range(0..=255),
        2 => drop(bytes.drain(block..end)),
        3 => {
            let copy = bytes[block..end].to_vec();
            let to = dice.random_range(0..=bytes.len() / BLOCK) * BLOCK;
            bytes.splice(to..to, copy);
        }
        4 => bytes[block..end].fill(dice.random_range(0..=1) * b'.'),
        _ => bytes.truncate(at),
    }
}

#[test]
fn no_mutated_archive_is_believed_or_written_elsewhere() {
    let seed = std::env::var("SEED").ok().and_then(|text| text.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| u64::from_le_bytes(ids::random_bytes()));
    println!("seed {seed}: run again with SEED={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let (dir, staging) = place();
    let good = small_archive(dir.path());
    let around = |staging: &Path| -> BTreeSet<PathBuf> {
        below(dir.path()).into_iter().filter(|path| !path.starts_with(staging)).collect()
    };
    let before = around(&staging);

    for round in 0..2_000 {
        let mut bytes = good.clone();
        for _ in 0..dice.random_range(1..4) {
            mutate(&mut bytes, &mut dice);
        }
        let outcome = unpack(&bytes, &staging);

        assert!(bytes == good || outcome.is_err(), "round {round} of seed {seed} was believed");
        assert_eq!(around(&staging), before, "round {round} of seed {seed} wrote elsewhere");
        std::fs::remove_dir_all(&staging).unwrap();
        std::fs::create_dir(&staging).unwrap();
    }
}
