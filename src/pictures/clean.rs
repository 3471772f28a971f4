//! Converts the bytes of a file into a picture without metadata.

use super::cleaned::Cleaned;
use super::{PictureError, gif, jpeg, png, webp};

/// What sort of picture a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureKind {
    /// Portable Network Graphics, animated ones included.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP, still or animated.
    Webp,
    /// GIF, still or animated.
    Gif,
}

impl PictureKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Webp, Self::Gif];

    /// The kind of a file, by its first bytes and nothing else.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(png::SIGNATURE) {
            Some(Self::Png)
        } else if bytes.starts_with(&jpeg::SIGNATURE) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else {
            None
        }
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// The endings that names of such files have; the first is the usual one.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png", "apng"],
            Self::Jpeg => &["jpg", "jpeg", "jfif"],
            Self::Webp => &["webp"],
            Self::Gif => &["gif"],
        }
    }
}

/// A picture that says nothing besides what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is.
    pub kind: PictureKind,
    /// Its width as it is shown, in pixels.
    pub width: u32,
    /// Its height as it is shown, in pixels.
    pub height: u32,
    /// Whether it is an animation.
    pub is_moving: bool,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Reads a file as a picture of at most so many pixels and gives the same picture without metadata.
///
/// # Errors
/// Where it is none, or may not be taken.
pub fn clean(bytes: &[u8], max_pixels: u64) -> Result<Picture, PictureError> {
    let kind = PictureKind::of(bytes).ok_or(PictureError::Unknown)?;
    let Cleaned { width, height, is_moving, bytes } = match kind {
        PictureKind::Png => png::clean(bytes),
        PictureKind::Jpeg => jpeg::clean(bytes),
        PictureKind::Webp => webp::clean(bytes),
        PictureKind::Gif => gif::clean(bytes),
    }?;
    let pixels = u64::from(width) * u64::from(height);
    match pixels {
        0 => Err(PictureError::Damaged("it has no pixels")),
        pixels if pixels > max_pixels => Err(PictureError::TooManyPixels { pixels, max: max_pixels }),
        _ => Ok(Picture { kind, width, height, is_moving, bytes }),
    }
}
