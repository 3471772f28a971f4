//! The output of a command: JSON for scripts, text for people.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::accounts::MasterKeyFault;
use crate::backup::BackupError;
use crate::config::ConfigError;
use crate::crypto::CryptoError;
use crate::db::DbError;
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// What a command that worked has to say.
#[derive(Debug)]
pub(super) struct Answer {
    /// For scripts.
    pub(super) json: Value,
    /// For people.
    pub(super) words: String,
    /// Whether everything is well; a doctor who finds something says no.
    pub(super) is_well: bool,
}

impl Answer {
    pub(super) fn new(json: Value, words: impl Into<String>) -> Self {
        Self { json, words: words.into(), is_well: true }
    }

    /// Adds a secret, which cannot be shown again.
    pub(super) fn with_secret(mut self, label: &str, secret: &SecretString) -> Self {
        let secret = secret.expose_secret();
        self.json["secret"] = json!(secret);
        self.words.push_str(&format!("\n\n{label}, shown once: {secret}"));
        self
    }
}

/// Why a command did not work.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The words of an error and of what caused it.
    pub(super) fn of(code: ErrorCode, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        if let Some(words) = DbError::of_pooler(error) {
            message = format!("{words}: {message}");
        }
        Self { code, message }
    }

    /// Says what was not found.
    pub(super) fn naming(what: &'static str) -> impl Fn(ServiceError) -> Self {
        move |error| match error.code() {
            ErrorCode::NotFound => Self::new(ErrorCode::NotFound, format!("there is no {what}")),
            _ => error.into(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        json!({ "error": { "code": self.code.as_str(), "message": self.message } })
    }
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        Self { code: error.code, message: error.message.into_owned() }
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Refused(error) => error.into(),
            ServiceError::Failed(failure) => Self::of(failure.code(), failure.cause()),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::of(ErrorCode::BadRequest, &error)
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::of(ErrorCode::Unavailable, &error)
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let code = match &error {
            BackupError::Db(DbError::Served | DbError::ServedByNodes | DbError::Restoring { .. })
            | BackupError::Exists { .. }
            | BackupError::NotEmpty { .. } => ErrorCode::Conflict,
            BackupError::Db(DbError::Absent { .. }) => ErrorCode::NotFound,
            BackupError::Db(DbError::Unsound { .. } | DbError::Newer { .. })
            | BackupError::CutOff { .. }
            | BackupError::Untrue { .. }
            | BackupError::Unfit { .. } => ErrorCode::BadRequest,
            BackupError::Db(_) | BackupError::File { .. } | BackupError::Interrupted => {
                ErrorCode::Unavailable
            }
        };
        Self::of(code, &error)
    }
}

impl From<CryptoError> for Failure {
    fn from(error: CryptoError) -> Self {
        Self::of(ErrorCode::Unavailable, &error)
    }
}

impl From<MasterKeyFault> for Failure {
    fn from(error: MasterKeyFault) -> Self {
        Self::of(ErrorCode::Unavailable, &error)
    }
}
