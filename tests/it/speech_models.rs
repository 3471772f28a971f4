//! What the models of speech do themselves, over files of weights as an operator pulls them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use speech::{LoadError, Recogniser, VOICE_RATE_HZ, Voice};

use crate::support::model::speech_models;

const ENGLISH: &str = "speech-english-1.bin";
const MULTILINGUAL: &str = "speech-multilingual-1.bin";
const VOICE: &str = "voice-english-1.bin";
const WAV_HEADER_BYTES: usize = 44;

/// A model's file.
fn model(file: &str) -> PathBuf {
    speech_models().join(file)
}

fn recogniser(file: &str) -> Recogniser {
    Recogniser::load(&model(file)).expect("the model loads")
}

fn voice() -> Voice {
    Voice::load(&model(VOICE)).expect("the model loads")
}

fn fixtures() -> Vec<(Vec<f32>, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("speech/fixtures");
    let questions = ["canada-slt", "gift-slt", "open-slt", "order-rms", "person-rms", "shipping-rms"];
    let question = |name: &&str| {
        let wav = std::fs::read(folder.join(format!("{name}.wav"))).expect("it is in the repository");
        let samples = wav[WAV_HEADER_BYTES..].as_chunks::<2>().0;
        let samples =
            samples.iter().map(|sample| f32::from(i16::from_le_bytes(*sample)) / 32_768.0).collect();
        let (text, _) = name.split_once('-').expect("a text and a voice");
        (
            samples,
            std::fs::read_to_string(folder.join(format!("{text}.txt")))
                .expect("it is there")
                .trim()
                .to_owned(),
        )
    };
    questions.iter().map(question).collect()
}

/// Samples at 16 kHz, as a recogniser takes them, of samples at 24 kHz.
fn narrowed(samples: &[i16]) -> Vec<f32> {
    let smooth: Vec<f32> =
        samples.windows(2).map(|pair| (f32::from(pair[0]) + f32::from(pair[1])) / 65_536.0).collect();
    let groups = smooth.as_chunks::<3>().0;
    groups.iter().flat_map(|[first, second, third]| [*first, second.midpoint(*third)]).collect()
}

#[test]
fn questions_of_customers_are_understood() {
    for file in [ENGLISH, MULTILINGUAL] {
        let recogniser = recogniser(file);
        for (samples, said) in fixtures() {
            let found = recogniser.recognise(&samples, Some("en"), &|| false).unwrap();

            assert_eq!(found.text, said, "{file}");
            assert!(
                found.is_speech() && found.no_speech < 0.2 && found.mean_log_probability > -0.4,
                "{file}: {found:?}"
            );
        }
    }
}

#[test]
fn a_multilingual_recogniser_guesses_the_language() {
    let multilingual = recogniser(MULTILINGUAL);
    let (samples, said) = &fixtures()[2];

    assert!(multilingual.is_multilingual());
    assert_eq!(multilingual.recognise(samples, None, &|| false).unwrap().text, *said);
    assert_eq!(multilingual.recognise(samples, Some("no such"), &|| false).unwrap().text, *said);
    assert!(!recogniser(ENGLISH).is_multilingual());
}

#[test]
fn silence_and_noise_are_told_from_speech() {
    let recogniser = recogniser(ENGLISH);
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(state >> 16).unwrap()) / 655_360.0 - 0.05
    };
    let noise: Vec<f32> = (0..48_000).map(|_| noise()).collect();

    for samples in [Vec::new(), vec![0.0; 32_000], noise] {
        let found = recogniser.recognise(&samples, None, &|| false).unwrap();

        assert!(!found.is_speech() && found.no_speech > 0.6 && found.text.len() < 20, "{found:?}");
    }
}

#[test]
fn half_a_minute_is_the_most_and_a_cancelled_one_is_nothing() {
    let recogniser = recogniser(ENGLISH);
    let (samples, said) = &fixtures()[0];
    let mut long = samples.clone();
    long.resize(30 * 16_000, 0.0);
    let cut = recogniser.recognise(&long, None, &|| false).unwrap();
    long.extend(fixtures()[1].0.iter());

    assert!(cut.text.starts_with(said.trim_end_matches('?')), "{cut:?}");
    assert_eq!(recogniser.recognise(&long, None, &|| false).unwrap(), cut);
    for asked in [0, 2, 6] {
        let count = AtomicU32::new(0);
        let is_cancelled = || count.fetch_add(1, Ordering::Relaxed) >= asked;
        assert_eq!(recogniser.recognise(samples, None, &is_cancelled), None);
        assert_eq!(count.load(Ordering::Relaxed), asked + 1, "it stops at once");
    }
}

#[test]
fn what_the_voice_says_is_understood() {
    let (voice, recogniser) = (voice(), recogniser(ENGLISH));

    for sentence in ["When do you open?", "Your refund is on its way.", "We close at 5:30 pm."] {
        let samples = voice.speak(sentence, 1.0);
        let found = recogniser.recognise(&narrowed(&samples), None, &|| false).unwrap();

        let plain = |text: &str| text.to_lowercase().replace(['.', ':', ' '], "");
        assert_eq!(plain(&found.text), plain(sentence));
        assert!(samples.iter().any(|sample| sample.abs() > 3_000));
    }
}

#[test]
fn the_voice_says_the_same_each_time_and_as_fast_as_is_asked() {
    let voice = voice();
    let length = |speed| voice.speak("Thanks for waiting.", speed).len();
    let second = usize::try_from(VOICE_RATE_HZ).unwrap();

    assert_eq!(voice.speak("Thanks for waiting.", 1.0), voice.speak("Thanks for waiting.", 1.0));
    assert!((second / 2..second * 2).contains(&length(1.0)));
    assert!(length(1.5) < length(1.0) && length(1.0) < length(0.7));
    assert_eq!((length(f32::NAN), length(9.0)), (length(1.0), length(2.0)));
    for nothing in ["", "  ", "🎉"] {
        assert!(voice.speak(nothing, 1.0).is_empty(), "{nothing}");
    }
    let long = "We are open every day of the week. ".repeat(40);
    assert!(voice.speak(&long, 1.0).len() > 20 * second, "a long text is spoken in pieces");
}

#[test]
fn words_are_pronounced_by_their_place() {
    let voice = voice();

    for (sentence, phonemes) in [
        ("The end of the day.", "ði ˈɛnd ʌv ðə dˈA."),
        ("We close at the store close to you.", "wˌi klˈOz æt ðə stˈɔɹ klˈOs tə ju."),
        ("I've read it and I'll read it.", "ˌIv ɹˈɛd ɪt ænd ˌIl ɹˈid ɪt."),
        ("USB, e-mail and PayPal", "jˌuˌɛsbˈi, ˈimˌAl ænd pˌApˈæl."),
        ("It costs $5.", "ˌɪt kˈɔsts fˈIv dˈɑləɹz."),
    ] {
        assert_eq!(voice.phonemes(sentence), phonemes, "{sentence}");
    }
}

#[test]
fn models_are_shared_and_a_file_of_the_other_kind_is_refused() {
    fn assert_shared<T: Send + Sync>() {}
    assert_shared::<Recogniser>();
    assert_shared::<Voice>();
    let (english, voice) = (model(ENGLISH), model(VOICE));

    assert!(matches!(Recogniser::load(&voice), Err(LoadError::Damaged(_))));
    assert!(matches!(Voice::load(&english), Err(LoadError::Damaged(_))));
    assert!(matches!(Voice::load(Path::new("no such file")), Err(LoadError::File(_))));
}
