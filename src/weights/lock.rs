//! The list of models, read from `models.lock`.

use std::sync::OnceLock;

use serde::Deserialize;

use super::ModelError;

const LOCK: &str = include_str!("../../models.lock");

/// A model that can be fetched.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedModel {
    /// What `models pull` calls it.
    pub name: String,
    /// The set that it is pulled with.
    pub set: String,
    /// What it is for.
    pub about: String,
    /// Its licence.
    pub licence: String,
    /// Who made it.
    pub upstream: String,
    /// What it is made from, in this order; at least one.
    pub packages: Vec<LockedPackage>,
    /// The file made from it, in `models/` of the data directory.
    pub file: String,
    /// The SHA-256 of that file, in hex.
    pub file_sha256: String,
    /// The size of that file.
    pub file_bytes: u64,
}

impl LockedModel {
    /// The size of its packages together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.packages.iter().map(|package| package.bytes).sum()
    }
}

/// A Python package that is pinned.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedPackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

impl LockedPackage {
    /// The package as package clients name it, such as `name==1.0`.
    #[must_use]
    pub fn requirement(&self) -> String {
        format!("{}=={}", self.name, self.version)
    }
}

#[derive(Deserialize)]
struct Lock {
    model: Vec<LockedModel>,
}

/// Every model that can be fetched.
pub fn locked() -> &'static [LockedModel] {
    static MODELS: OnceLock<Vec<LockedModel>> = OnceLock::new();
    MODELS.get_or_init(|| toml::from_str::<Lock>(LOCK).expect("a test reads models.lock").model)
}

/// The model with a name.
///
/// # Errors
/// [`ModelError::Unknown`].
pub fn locked_model(name: &str) -> Result<&'static LockedModel, ModelError> {
    locked().iter().find(|model| model.name == name).ok_or_else(|| ModelError::Unknown(name.to_owned()))
}

/// The model with a name, or all models of a set with that name.
///
/// # Errors
/// [`ModelError::Unknown`].
pub fn models_named(name: &str) -> Result<Vec<&'static LockedModel>, ModelError> {
    let named: Vec<_> = locked().iter().filter(|model| model.name == name || model.set == name).collect();
    if named.is_empty() { Err(ModelError::Unknown(name.to_owned())) } else { Ok(named) }
}
