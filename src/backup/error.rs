//! Why a backup could not be made or put back.

use std::io;
use std::path::{Path, PathBuf};

use crate::db::DbError;

/// Why a backup could not be made or put back; nothing of what was there before has changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A file or directory cannot be used.
    #[error("could not use {path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is a file already.
    #[error("{path} exists already; a backup never overwrites a file")]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The archive ends too early, or the disk does not give all of it.
    #[error("the archive is cut off: {finding}")]
    CutOff {
        /// Where.
        finding: String,
    },
    /// The archive is not one that this release writes, or was changed.
    #[error("the archive is not to be trusted: {finding}")]
    Untrue {
        /// What is wrong.
        finding: String,
    },
    /// It is of another kind than what is here.
    #[error("the archive does not fit: {finding}")]
    Unfit {
        /// What does not fit, and what to do.
        finding: String,
    },
    /// Something is there already.
    #[error("{what} already there; give --force to move what is there aside and restore in its place")]
    NotEmpty {
        /// What, with its verb.
        what: String,
    },
    /// A part of this process ended early.
    #[error("the work was interrupted")]
    Interrupted,
}

impl BackupError {
    /// Says which file it was.
    pub(super) fn file(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }

    pub(super) fn untrue(finding: impl Into<String>) -> Self {
        Self::Untrue { finding: finding.into() }
    }

    pub(super) fn cut_off(finding: impl Into<String>) -> Self {
        Self::CutOff { finding: finding.into() }
    }
}
