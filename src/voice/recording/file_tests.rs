//! The file of a recording: whole, cut, removed, left by a killed server.

use super::tests::frame;
use super::*;

#[tokio::test]
async fn what_is_removed_before_it_is_whole_does_not_appear_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recordings/org/call.wav");
    let (pieces, written) = queue();
    let writing = tokio::spawn(write_to(path.clone(), written, 0));
    pieces.send(Piece::Sound(frame(7))).await.unwrap();
    while !path.with_extension(UNFINISHED).exists() {
        tokio::task::yield_now().await;
    }

    remove(&path).await.unwrap();
    drop(pieces);

    assert!(writing.await.unwrap().is_ok());
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 0);
    assert!(remove(&path).await.is_ok(), "gone already");
}

#[tokio::test]
async fn a_recording_has_its_name_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recordings/org/call.wav");
    let (pieces, written) = queue();
    let writing = tokio::spawn(write_to(path.clone(), written, 0));
    let mut recorder = Recorder::new(pieces);
    (0..100).for_each(|at| recorder.visitor(&frame(3), at * 20));
    recorder.finish();
    assert_eq!(writing.await.unwrap().unwrap(), None);

    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(&bytes[..4], b"RIFF");
    assert_eq!(u32::from_le_bytes(bytes[40..44].try_into().unwrap()), 100 * 480 * 4);
    assert_eq!(bytes.len(), 44 + 100 * 480 * 4);
}

#[tokio::test]
async fn a_recording_whose_recorder_gave_up_says_that_it_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.wav");
    let (pieces, written) = queue();
    let mut recorder = Recorder::new(pieces);
    // Nobody writes yet: the queue fills up as on a disk that does not keep up.
    (0..=50 * PIECES_MAX as u64 + 100).for_each(|at| recorder.visitor(&frame(3), at * 20));
    recorder.finish();

    let fault = write_to(path.clone(), written, 0).await.unwrap();

    assert_eq!(fault, Some(RecordingFault::Cut));
    let bytes = std::fs::read(&path).unwrap();
    let length = u32::from_le_bytes(bytes[40..44].try_into().unwrap());
    assert_eq!(bytes.len(), 44 + length as usize, "what is there can be played");
    assert!(length > 0);
}

#[tokio::test]
async fn what_a_killed_server_has_written_can_be_played() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.wav");
    assert!(!repair_file(&path).await.unwrap(), "nobody recorded");
    let mut written = wav_header(CHANNELS, 0).to_vec();
    written.extend([7; 4 * 480 + 3]);
    std::fs::write(path.with_extension(UNFINISHED), &written).unwrap();

    assert!(repair_file(&path).await.unwrap());

    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(u32::from_le_bytes(bytes[40..44].try_into().unwrap()), 4 * 480);
    assert_eq!(bytes.len(), 44 + 4 * 480);
    std::fs::write(path.with_extension(UNFINISHED), &written[..44]).unwrap();
    assert!(!repair_file(&path).await.unwrap(), "nothing was said yet");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_written_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.wav");
    let (pieces, written) = queue();
    let mut recorder = Recorder::new(pieces);
    (0..100).for_each(|at| recorder.visitor(&frame(3), at * 20));
    recorder.finish();

    assert!(write_to(path.clone(), written, u64::MAX / 2).await.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
