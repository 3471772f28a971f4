//! Why a file is rejected as a picture.

/// Why a file is not taken as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Its content is that of no picture known here, whatever its name says.
    #[error("only PNG, JPEG, WebP and GIF pictures can be sent")]
    Unknown,
    /// It begins like a picture and does not go on like one.
    #[error("the picture is damaged: {0}")]
    Damaged(&'static str),
    /// It would take too much memory where it is shown.
    #[error("the picture has {pixels} pixels; at most {max} are allowed")]
    TooManyPixels {
        /// How many it has.
        pixels: u64,
        /// How many it may have.
        max: u64,
    },
}
