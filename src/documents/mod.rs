//! Documents: what a file is by its content, without opening it.
//!
//! Known are PDF, plain text, tables of text, and office files of both families. Nothing is ever unpacked or rendered:
//! of an archive only its directory is read, within limits, and of a file only what shows that it is what it says and
//! nothing else besides. What is two things at once, holds programs, is encrypted, or would unpack into far more than
//! it is, is no document here.

mod archive;
mod error;
mod kind;
mod office;
mod pdf;
mod text;

#[cfg(test)]
mod tests;

pub use error::DocumentError;
pub use kind::{DocumentKind, recognise};
