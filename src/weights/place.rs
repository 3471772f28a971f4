//! Paths of models in the data directory, and loading them.

use std::path::{Path, PathBuf};

use super::lock::{LockedModel, locked};
use super::{ModelError, locked_model};
use crate::encoder::Encoder;
use speech::{Recogniser, Voice};

pub(super) const SENTENCE_ENCODER: &str = "sentence-encoder";
pub(super) const SPEECH_ENGLISH: &str = "speech-english";
pub(super) const SPEECH_MULTILINGUAL: &str = "speech-multilingual";
pub(super) const VOICE_ENGLISH: &str = "voice-english";

/// Whether a model is in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It was not pulled.
    Missing,
    /// Something of another size stands there.
    Damaged,
    /// It is there.
    Installed,
}

/// Whether a model is in its place, by its size.
pub fn presence(data_dir: &Path, model: &LockedModel) -> Presence {
    match std::fs::metadata(path(data_dir, model)) {
        Err(_) => Presence::Missing,
        Ok(found) if found.len() == model.file_bytes => Presence::Installed,
        Ok(_) => Presence::Damaged,
    }
}

/// Whether a model that puts speech in words is in its place, by its size.
#[must_use]
pub fn has_recogniser(data_dir: &Path) -> bool {
    [SPEECH_ENGLISH, SPEECH_MULTILINGUAL].iter().any(|name| is_installed(data_dir, name))
}

/// Whether a model that speaks is in its place, by its size.
#[must_use]
pub fn has_voice(data_dir: &Path) -> bool {
    is_installed(data_dir, VOICE_ENGLISH)
}

fn is_installed(data_dir: &Path, name: &str) -> bool {
    locked_model(name).is_ok_and(|model| presence(data_dir, model) == Presence::Installed)
}

/// The sentence encoder, where it was pulled; `None` where it was not.
///
/// # Errors
/// When it stands there and cannot be read.
pub fn load_encoder(data_dir: &Path) -> Result<Option<Encoder>, ModelError> {
    let Some(path) = pulled(data_dir, SENTENCE_ENCODER)? else { return Ok(None) };
    Ok(Some(Encoder::load(&path)?))
}

/// What puts English speech in words, where it was pulled; `None` where it was not.
///
/// # Errors
/// When it stands there and cannot be read.
pub fn load_recogniser(data_dir: &Path) -> Result<Option<Recogniser>, ModelError> {
    let Some(path) = pulled(data_dir, SPEECH_ENGLISH)? else { return Ok(None) };
    Ok(Some(Recogniser::load(&path)?))
}

/// What puts speech of many languages in words, where it was pulled; `None` where it was not.
///
/// # Errors
/// When it stands there and cannot be read.
pub fn load_multilingual_recogniser(data_dir: &Path) -> Result<Option<Recogniser>, ModelError> {
    let Some(path) = pulled(data_dir, SPEECH_MULTILINGUAL)? else { return Ok(None) };
    Ok(Some(Recogniser::load(&path)?))
}

/// The English voice, where it was pulled; `None` where it was not.
///
/// # Errors
/// When it stands there and cannot be read.
pub fn load_voice(data_dir: &Path) -> Result<Option<Voice>, ModelError> {
    let Some(path) = pulled(data_dir, VOICE_ENGLISH)? else { return Ok(None) };
    Ok(Some(Voice::load(&path)?))
}

/// Where a model stands that was pulled, whole or not.
fn pulled(data_dir: &Path, name: &str) -> Result<Option<PathBuf>, ModelError> {
    let model = locked_model(name)?;
    let is_there = presence(data_dir, model) != Presence::Missing;
    Ok(is_there.then(|| path(data_dir, model)))
}

pub(super) fn directory(data_dir: &Path) -> PathBuf {
    data_dir.join("models")
}

pub(super) fn path(data_dir: &Path, model: &LockedModel) -> PathBuf {
    debug_assert!(locked().iter().any(|one| one.file == model.file), "only listed files have a place");
    directory(data_dir).join(&model.file)
}
