//! Paths of models in the data directory, and loading them.

use std::path::{Path, PathBuf};

use super::lock::{LockedModel, locked};
use super::{ModelError, locked_model};
use crate::encoder::Encoder;

const SENTENCE_ENCODER: &str = "sentence-encoder";

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

/// The sentence encoder, where it was pulled; `None` where it was not.
///
/// # Errors
/// When it stands there and cannot be read.
pub fn load_encoder(data_dir: &Path) -> Result<Option<Encoder>, ModelError> {
    let model = locked_model(SENTENCE_ENCODER)?;
    match presence(data_dir, model) {
        Presence::Missing => Ok(None),
        Presence::Damaged | Presence::Installed => Ok(Some(Encoder::load(&path(data_dir, model))?)),
    }
}

pub(super) fn directory(data_dir: &Path) -> PathBuf {
    data_dir.join("models")
}

pub(super) fn path(data_dir: &Path, model: &LockedModel) -> PathBuf {
    debug_assert!(locked().iter().any(|one| one.file == model.file), "only listed files have a place");
    directory(data_dir).join(&model.file)
}
