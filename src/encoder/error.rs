//! Errors of the encoder. They occur while its file is built or loaded, never while it encodes.

/// The model cannot be made ready.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// The file cannot be read or written.
    #[error("could not use the model file")]
    File(#[from] std::io::Error),
    /// The package is not a zip archive as it should be.
    #[error("could not unpack the model's package")]
    Package(#[from] zip::result::ZipError),
    /// The file is not a model of ours.
    #[error("the model file is damaged: {0}")]
    Damaged(&'static str),
}
