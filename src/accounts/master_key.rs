//! Verifies that the master key belongs to this database, and re-encrypts all secrets under a new one.

use super::Directory;
use crate::crypto::{CryptoError, MasterKeys};
use crate::db::{DbError, MASTER_KEY_CHECK};

/// Stands for an org where something is sealed for the whole server.
const PLATFORM: &str = "platform";
/// Rounds of sealing again, should a running server seal something meanwhile.
const ROUNDS_MAX: usize = 5;

/// Why the master key cannot be used with this database.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyFault {
    /// It is another one.
    #[error(
        "the master key here is not the one of this database; give its --data-dir or SWITCHBOARD_MASTER_KEY"
    )]
    Foreign(#[source] CryptoError),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] DbError),
    /// The new key could not be kept.
    #[error(transparent)]
    Keys(#[from] CryptoError),
}

/// Whether `keys` open what the database keeps to know its own master key by.
#[must_use]
pub fn is_own_master_key(keys: &MasterKeys, check: &str) -> bool {
    keys.open(PLATFORM, MASTER_KEY_CHECK, check).is_ok()
}

impl Directory {
    /// Whether this database already has a master key, made where it was first opened.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn has_master_key(&self) -> Result<bool, DbError> {
        Ok(self.db().facts().get(MASTER_KEY_CHECK).await?.is_some())
    }

    /// Makes sure that the master key is the one of this database; the first one to come becomes it.
    ///
    /// # Errors
    /// [`MasterKeyFault::Foreign`] when it is not: what it sealed, nobody else could open.
    pub async fn check_master_key(&self) -> Result<(), MasterKeyFault> {
        match self.db().facts().get(MASTER_KEY_CHECK).await? {
            Some(sealed) => self
                .keys()
                .open(PLATFORM, MASTER_KEY_CHECK, &sealed)
                .map(drop)
                .map_err(MasterKeyFault::Foreign),
            None => Ok(self.record_master_key().await?),
        }
    }

    /// Seals every secret again under the current key; returns how many.
    ///
    /// # Errors
    /// When a secret does not open, or storage fails.
    pub async fn reseal_all(&self) -> Result<usize, MasterKeyFault> {
        let mut resealed = 0;
        for _ in 0..ROUNDS_MAX {
            let mut secrets = self.db().secrets().all().await?;
            secrets.retain(|(_, _, sealed)| self.keys().needs_reseal(sealed));
            if secrets.is_empty() {
                break;
            }
            for (org, field, sealed) in secrets {
                let opened = self.keys().open(&org.to_string(), &field, &sealed)?;
                let text = secrecy::ExposeSecret::expose_secret(&opened);
                let anew = self.keys().seal(&org.to_string(), &field, text);
                resealed += usize::from(self.db().secrets().reseal(org, &field, &sealed, &anew).await?);
            }
        }
        self.record_master_key().await?;
        Ok(resealed)
    }

    async fn record_master_key(&self) -> Result<(), DbError> {
        let sealed = self.keys().seal(PLATFORM, MASTER_KEY_CHECK, "this database");
        self.db().facts().set(MASTER_KEY_CHECK, &sealed).await
    }
}
