//! The encoder gives what the Python package gives, and questions are answered as well as docs/understand/knowledge.md says.

use std::sync::Arc;

use serde::Deserialize;
use switchboard::encoder::{DIMENSIONS, Encoder};
use switchboard::weights::load_encoder;

use crate::support::model::data_dir_with_model;

#[path = "../knowledge/measure.rs"]
mod measure;

use measure::Half;

/// A sentence as the Python package encodes it; made with `USE().encode(text)`.
#[derive(Deserialize)]
struct Reference {
    text: String,
    pieces: usize,
    begins: Vec<f32>,
}

fn encoder() -> Arc<Encoder> {
    Arc::new(load_encoder(data_dir_with_model()).expect("the model can be read").expect("the model is there"))
}

#[test]
fn the_encoder_gives_what_the_python_package_gives() {
    let encoder = encoder();
    let references: Vec<Reference> =
        serde_json::from_str(include_str!("../knowledge/encoder_reference.json")).unwrap();

    for reference in &references {
        let vector = encoder.encode(&reference.text);

        let length: f32 = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
        assert_eq!(vector.len(), DIMENSIONS);
        assert!((length - 1.0).abs() < 1e-4, "{:?}: length {length}", reference.text);
        assert_eq!(encoder.pieces(&reference.text).len(), reference.pieces, "{:?}", reference.text);
        for (ours, theirs) in vector.iter().zip(&reference.begins) {
            assert!((ours - theirs).abs() < 1e-4, "{:?}: {ours} for {theirs}", reference.text);
        }
    }
    assert!(references.len() >= 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_are_answered_as_well_as_promised() {
    let data = tempfile::tempdir().unwrap();
    let knowledge = measure::knowledge(data.path(), Some(encoder())).await;

    for (language, first, first_three) in [("en", 75.0, 90.0), ("es", 60.0, 80.0)] {
        for half in [Half::Reported, Half::All] {
            let row = measure::measure(&knowledge, language, half).await;
            assert!(row.percent(row.first) >= first, "{language} {half:?}: {row:?}");
            assert!(row.percent(row.first_three) >= first_three, "{language} {half:?}: {row:?}");
            assert!(row.precision() >= 95.0, "{language} {half:?}: {row:?}");
            assert!(row.percent(row.sure) >= 35.0, "silence is no precision; {language} {half:?}: {row:?}");
            assert_eq!(row.off_topic_sure, 0, "{language} {half:?}: {row:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_words_alone_no_off_topic_question_is_answered_and_what_is_answered_is_right() {
    let data = tempfile::tempdir().unwrap();
    let knowledge = measure::knowledge(data.path(), None).await;

    for (language, sure) in [("en", 35.0), ("es", 25.0)] {
        for half in [Half::Calibration, Half::Reported] {
            let row = measure::measure(&knowledge, language, half).await;
            assert_eq!(row.off_topic_sure, 0, "{language} {half:?}: {row:?}");
            assert!(row.precision() >= 95.0 && row.percent(row.sure) >= sure, "{language} {half:?}: {row:?}");
        }
    }
}
