//! A call in stereo: the visitor on the left, what the visitor heard on the right. Off unless a channel wants it.
//!
//! The call's task only sorts samples; a task of its own writes them, so that a slow disk never delays a sound.

use std::collections::VecDeque;
use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use audio::{read_samples, wav_header};
use rooms::{CallId, OrgId};
use tokio::fs::{DirBuilder, OpenOptions};
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;

use crate::files::{FileKey, Files, FilesError};
use crate::model::RecordingFault;

/// Pieces that wait for the disk, a second each; a disk that is slower than this loses the recording, not the call.
const PIECES_MAX: usize = 32;
/// Samples of a side in a piece: a second.
const PIECE_SAMPLES: usize = 24_000;
/// Samples in a millisecond.
const PER_MS: u64 = 24;
/// How far a side may lag behind the clock before silence fills it: networks and reports of what was played.
const SLACK_MS: u64 = 300;
/// What is written lies so far back that nothing can still come for it.
const SETTLED_MS: u64 = 600;
/// How many pieces are written between two looks at the free space.
const PIECES_PER_LOOK: u64 = 16;
/// How the name of a recording ends that is not whole yet.
pub(super) const UNFINISHED: &str = "part";
/// The visitor, and what they heard.
const CHANNELS: u16 = 2;
/// Of both sides at one moment.
const BYTES_PER_FRAME: usize = 4;

/// One side, in samples at 24 kHz from the beginning of the call.
#[derive(Debug, Default)]
struct Side {
    samples: VecDeque<i16>,
    end: u64,
}

impl Side {
    fn put(&mut self, samples: &[i16], now_ms: u64) {
        let now = now_ms * PER_MS;
        if self.end + SLACK_MS * PER_MS < now {
            self.fill_to(now - (samples.len() as u64).min(now));
        }
        self.samples.extend(samples);
        self.end += samples.len() as u64;
    }

    fn fill_to(&mut self, end: u64) {
        for _ in self.end..end {
            self.samples.push_back(0);
        }
        self.end = self.end.max(end);
    }
}

/// A frame that was sent and may still be heard.
#[derive(Debug)]
struct Sent {
    item: u16,
    end: u64,
    samples: Vec<i16>,
}

/// What a recorder hands to its writer.
#[derive(Debug)]
pub(super) enum Piece {
    /// Both sides, as they stand in the file.
    Sound(Vec<u8>),
    /// Nothing follows, and nothing is missing. A queue that ends without it has lost something.
    End,
}

/// Gathers both sides of a call.
#[derive(Debug)]
pub(super) struct Recorder {
    left: Side,
    right: Side,
    /// Sent to the visitor and not known to be heard.
    sent: VecDeque<Sent>,
    /// Of the item that was sent last: how much.
    sent_of: (u16, u64),
    is_cut: bool,
    pieces: Option<mpsc::Sender<Piece>>,
}

impl Recorder {
    pub(super) fn new(pieces: mpsc::Sender<Piece>) -> Self {
        Self {
            left: Side::default(),
            right: Side::default(),
            sent: VecDeque::new(),
            sent_of: (0, 0),
            is_cut: false,
            pieces: Some(pieces),
        }
    }

    /// A frame of the visitor's microphone.
    pub(super) fn visitor(&mut self, pcm: &[u8], now_ms: u64) {
        self.left.put(&samples_of(pcm), now_ms);
        self.hand_over(now_ms);
    }

    /// A frame that is heard as it is sent: an agent, a tone.
    pub(super) fn heard(&mut self, pcm: &[u8], now_ms: u64) {
        self.right.put(&samples_of(pcm), now_ms);
        self.hand_over(now_ms);
    }

    /// A frame of the assistant, which is recorded when it is heard.
    pub(super) fn sent(&mut self, item: u16, pcm: &[u8]) {
        if std::mem::take(&mut self.is_cut) {
            self.sent.clear();
        }
        let before = if self.sent_of.0 == item { self.sent_of.1 } else { 0 };
        let samples = samples_of(pcm);
        let end = before + samples.len() as u64;
        self.sent_of = (item, end);
        self.sent.push_back(Sent { item, end, samples });
    }

    /// So much of an item has been played, and everything before it.
    pub(super) fn played(&mut self, item: u16, samples: u32, now_ms: u64) {
        if !self.sent.iter().any(|one| one.item == item) {
            return;
        }
        while let Some(one) = self.sent.front() {
            let is_heard = one.item != item || one.end <= u64::from(samples);
            if !is_heard {
                break;
            }
            let Some(one) = self.sent.pop_front() else { break };
            self.right.put(&one.samples, now_ms);
        }
        if std::mem::take(&mut self.is_cut) {
            self.sent.clear();
        }
        self.hand_over(now_ms);
    }

    /// What was not heard by now will not be; the browser's last word on it is still to come.
    pub(super) fn cut(&mut self) {
        self.is_cut = true;
    }

    /// Hands over what nothing can change any more, in pieces of a second. A side that says nothing, such as a muted
    /// one, is silence: the other must not wait for it.
    fn hand_over(&mut self, now_ms: u64) {
        if self.left.samples.len().max(self.right.samples.len()) < PIECE_SAMPLES {
            return;
        }
        let settled = now_ms.saturating_sub(SETTLED_MS) * PER_MS;
        let end = settled.min(self.left.end.max(self.right.end));
        self.left.fill_to(end);
        self.right.fill_to(end);
        if self.left.samples.len().min(self.right.samples.len()) >= PIECE_SAMPLES {
            self.write();
        }
    }

    fn write(&mut self) {
        let count = self.left.samples.len().min(self.right.samples.len());
        let mut piece = Vec::with_capacity(count * BYTES_PER_FRAME);
        for (left, right) in self.left.samples.drain(..count).zip(self.right.samples.drain(..count)) {
            piece.extend_from_slice(&left.to_le_bytes());
            piece.extend_from_slice(&right.to_le_bytes());
        }
        let is_lost =
            self.pieces.as_ref().is_some_and(|pieces| pieces.try_send(Piece::Sound(piece)).is_err());
        if is_lost {
            tracing::error!("recording of a call stopped: the disk is full or too slow");
            self.pieces = None;
        }
    }

    /// Hands over the rest; nothing follows.
    pub(super) fn finish(mut self) {
        let end = self.left.end.max(self.right.end);
        self.left.fill_to(end);
        self.right.fill_to(end);
        self.write();
        if let Some(pieces) = &self.pieces {
            // Where there is no place for it, the last of the sound waits too, on a disk that does not keep up.
            let _lost = pieces.try_send(Piece::End);
        }
    }
}

fn samples_of(pcm: &[u8]) -> Vec<i16> {
    let mut samples = Vec::with_capacity(pcm.len() / 2);
    read_samples(pcm, &mut samples).expect("frames hold whole samples");
    samples
}

/// What became of writing a recording.
#[derive(Debug)]
pub(super) struct Written {
    /// What is missing of it.
    pub(super) fault: Option<RecordingFault>,
    /// What stood in the way of writing or storing it.
    pub(super) error: Option<FilesError>,
}

/// Writes a recording on the disk and stores it where files stand. What is written and cannot be stored waits on the
/// disk, where it is found.
pub(super) async fn record(
    files: &Files,
    key: FileKey,
    pieces: mpsc::Receiver<Piece>,
    free_floor_bytes: u64,
) -> Written {
    match write_to(files.spool_path(&key), pieces, free_floor_bytes).await {
        Ok(fault) => Written { fault, error: files.take_in(key).await.err() },
        Err(error) => Written { fault: Some(RecordingFault::Lost), error: Some(error.into()) },
    }
}

/// What the recording of a call is called.
pub(super) fn name_of(call: CallId) -> String {
    format!("{call}.wav")
}

/// Gives what a killed server wrote of a recording its name and stores it; false where nothing was written.
///
/// # Errors
/// When it cannot be read, written or stored.
pub(super) async fn repair(files: &Files, key: FileKey) -> Result<bool, FilesError> {
    if !repair_file(&files.spool_path(&key)).await? {
        return Ok(false);
    }
    files.take_in(key).await?;
    Ok(true)
}

/// Makes an unfinished recording end where it was written up to; false where there is none, or nothing in it.
async fn repair_file(path: &Path) -> std::io::Result<bool> {
    let part = path.with_extension(UNFINISHED);
    let mut file = match OpenOptions::new().write(true).open(&part).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        file => file?,
    };
    let head_bytes = wav_header(CHANNELS, 0).len() as u64;
    let sound_bytes = file.metadata().await?.len().saturating_sub(head_bytes);
    // The last moment may have been written in part.
    let whole_bytes = u32::try_from(sound_bytes - sound_bytes % BYTES_PER_FRAME as u64).unwrap_or(u32::MAX);
    if whole_bytes == 0 {
        tokio::fs::remove_file(&part).await?;
        return Ok(false);
    }
    file.set_len(head_bytes + u64::from(whole_bytes)).await?;
    file.write_all(&wav_header(CHANNELS, whole_bytes)).await?;
    file.sync_all().await?;
    tokio::fs::rename(&part, path).await?;
    Ok(true)
}

/// Removes a recording, also one that is not whole or not stored yet; one that is gone already is fine.
///
/// # Errors
/// When it may still be there.
pub(super) async fn remove_stored(files: &Files, org: OrgId, call: CallId) -> Result<(), FilesError> {
    let key = FileKey::recording(org, call);
    remove(&files.spool_path(&key)).await?;
    files.remove(vec![key]).await
}

/// Writes a recording, until its recorder is finished or dropped, or the disk would have less than `free_floor_bytes` left.
/// It has its name only when nothing more is written, and then says whether it stops early.
///
/// # Errors
/// When the file cannot be written; what was written is removed then.
pub(super) async fn write_to(
    path: PathBuf,
    mut pieces: mpsc::Receiver<Piece>,
    free_floor_bytes: u64,
) -> std::io::Result<Option<RecordingFault>> {
    let part = path.with_extension(UNFINISHED);
    let written = async {
        if let Some(folder) = path.parent() {
            // Recordings are private: readable by the server's user only.
            DirBuilder::new().recursive(true).mode(0o700).create(folder).await?;
        }
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part).await?;
        file.write_all(&wav_header(CHANNELS, 0)).await?;
        let mut byte_count: u32 = 0;
        let mut piece_count: u64 = 0;
        let mut fault = Some(RecordingFault::Cut);
        while let Some(piece) = pieces.recv().await {
            let Piece::Sound(sound) = piece else {
                fault = None;
                break;
            };
            if piece_count.is_multiple_of(PIECES_PER_LOOK)
                && !crate::disk::has_room(&part, sound.len() as u64 * PIECES_PER_LOOK, free_floor_bytes)
            {
                if piece_count == 0 {
                    return Err(std::io::ErrorKind::StorageFull.into());
                }
                // What is there is kept; the recorder finds that nobody takes more.
                pieces.close();
                break;
            }
            piece_count += 1;
            file.write_all(&sound).await?;
            byte_count = byte_count.saturating_add(u32::try_from(sound.len()).unwrap_or(u32::MAX));
        }
        file.seek(SeekFrom::Start(0)).await?;
        file.write_all(&wav_header(CHANNELS, byte_count)).await?;
        file.sync_all().await?;
        match tokio::fs::rename(&part, &path).await {
            // It was removed before it was whole.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(fault),
            outcome => outcome.map(|()| fault),
        }
    };
    let outcome = written.await;
    if outcome.is_err() {
        // The file may have been removed already.
        let _gone = tokio::fs::remove_file(&part).await;
    }
    outcome
}

/// Removes a recording; one that is gone already is fine. One that is still written to loses its file, so that it does
/// not appear later: a call has ended before the last of it is on the disk.
///
/// # Errors
/// When the file cannot be removed.
pub(super) async fn remove(path: &Path) -> std::io::Result<()> {
    // The unfinished one first: it may get its name between the two.
    for file in [&*path.with_extension(UNFINISHED), path] {
        match tokio::fs::remove_file(file).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            outcome => outcome?,
        }
    }
    Ok(())
}

/// The queue between a recorder and its writer.
pub(super) fn queue() -> (mpsc::Sender<Piece>, mpsc::Receiver<Piece>) {
    mpsc::channel(PIECES_MAX)
}

#[cfg(test)]
mod file_tests;
#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn frame(value: i16) -> Vec<u8> {
        value.to_le_bytes().repeat(480)
    }

    fn sides(pieces: &mut mpsc::Receiver<Piece>) -> (Vec<i16>, Vec<i16>) {
        let mut bytes = Vec::new();
        while let Ok(Piece::Sound(sound)) = pieces.try_recv() {
            bytes.extend(sound);
        }
        let samples = samples_of(&bytes);
        (samples.iter().step_by(2).copied().collect(), samples.iter().skip(1).step_by(2).copied().collect())
    }

    #[test]
    fn only_what_was_heard_is_on_the_right() {
        let (pieces, mut written) = queue();
        let mut recorder = Recorder::new(pieces);
        for _ in 0..10 {
            recorder.sent(1, &frame(7));
        }
        recorder.played(1, 960, 40);
        recorder.cut();
        recorder.played(1, 1_440, 60);
        recorder.sent(2, &frame(9));
        recorder.played(2, 480, 80);
        recorder.finish();

        let (left, right) = sides(&mut written);
        assert_eq!(left.len(), right.len());
        assert_eq!(right.iter().filter(|sample| **sample == 7).count(), 3 * 480);
        assert_eq!(right.iter().filter(|sample| **sample == 9).count(), 480);
        assert!(left.iter().all(|sample| *sample == 0));
    }

    #[test]
    fn a_microphone_that_was_silent_leaves_silence_in_its_place() {
        let (pieces, mut written) = queue();
        let mut recorder = Recorder::new(pieces);
        recorder.visitor(&frame(5), 20);
        recorder.visitor(&frame(6), 2_000);
        recorder.finish();

        let (left, _) = sides(&mut written);
        assert_eq!(left.len(), 48_000);
        assert_eq!((left[0], left[480], left[47_999]), (5, 0, 6));
    }

    #[test]
    fn whoever_hears_for_long_and_says_nothing_is_written_as_it_goes() {
        let (pieces, mut written) = queue();
        let mut recorder = Recorder::new(pieces);
        let mut kept = 0;
        let mut right = Vec::new();
        for at in 1..=1_500 {
            if at % 2 == 0 {
                recorder.heard(&frame(7), at * 20);
            } else {
                recorder.sent(1, &frame(9));
                recorder.played(1, u32::try_from(at.div_ceil(2)).unwrap() * 480, at * 20);
            }
            kept = kept.max(recorder.left.samples.len()).max(recorder.right.samples.len());
            right.extend(sides(&mut written).1);
        }
        recorder.visitor(&frame(5), 30_000);
        recorder.finish();

        assert!(kept <= 2 * 24_000, "{kept} samples wait at once");
        let (left, rest) = sides(&mut written);
        right.extend(rest);
        assert_eq!((left.iter().filter(|one| **one == 5).count(), left.last()), (480, Some(&5)));
        for value in [7, 9] {
            assert_eq!(right.iter().filter(|one| **one == value).count(), 750 * 480);
        }
        assert_eq!(right.len(), 30 * 24_000);
    }
}
