//! Pictures: what one is by its content, and the same picture without what it tells of whoever took it.
//!
//! Nothing is ever decoded or encoded again: containers are read piece by piece, pieces that show something are
//! copied as they are, and all others (places, cameras, thumbnails, comments, programs' own) are left out. A small
//! file that would unpack into gigabytes is therefore never unpacked here; its pixels are counted by its header.
//! Which side is up is kept, and nothing else of EXIF. Browsers follow it in JPEG, and in PNG where it stands before
//! the pixels, so there it is put. In WebP they did not when this was written (Chromium 156): a WebP that is turned
//! by EXIF alone lies on its side in a browser, here as anywhere, and stands upright once it is downloaded.

mod clean;
mod cleaned;
mod error;
mod exif;
mod gif;
mod jpeg;
mod png;
mod reader;
mod webp;

#[cfg(test)]
mod tests;

pub use clean::{Picture, PictureKind, clean};
pub use error::PictureError;
