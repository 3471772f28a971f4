//! Hashes and checks passwords with argon2id, never many at once, and in the same time for unknown accounts.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

/// Shorter passwords are guessed.
const PASSWORD_MIN_CHARS: usize = 10;
/// Longer ones only cost time.
const PASSWORD_MAX_CHARS: usize = 200;

/// What OWASP asks of argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Passwords that may wait for their turn; further ones are told to come back. At a fifth of a second each, the last
/// of them still answers within a browser's patience.
const QUEUE_MAX: usize = 64;

/// Checked in place of the hash of an account that does not exist. It is no hash of anything: nothing matches it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3dpdGNoYm9hcmQtbm9uZQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a new password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Fewer than 10 characters.
    #[error("a password has at least {PASSWORD_MIN_CHARS} characters")]
    TooShort,
    /// More than 200 characters.
    #[error("a password has at most {PASSWORD_MAX_CHARS} characters")]
    TooLong,
}

/// Why a password was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many others are waiting; the same may succeed later.
    #[error("too many passwords are being checked")]
    Busy,
}

/// Says whether a new password follows the rules.
pub fn check_password(password: &str) -> Result<(), PasswordRefusal> {
    match password.chars().count() {
        ..PASSWORD_MIN_CHARS => Err(PasswordRefusal::TooShort),
        PASSWORD_MIN_CHARS..=PASSWORD_MAX_CHARS => Ok(()),
        _ => Err(PasswordRefusal::TooLong),
    }
}

/// Hashes and checks passwords, one per processor at a time. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Passwords {
    waiting: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// Lets one password per processor be worked on at a time.
    pub fn new() -> Self {
        let working_count = available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            waiting: Arc::new(Semaphore::new(QUEUE_MAX)),
            working: Arc::new(Semaphore::new(working_count)),
        }
    }

    /// Makes the hash to store for a password that follows the rules.
    pub async fn hash(&self, password: SecretString) -> Result<String, PasswordError> {
        self.work(move || {
            let hash = argon2().hash_password(password.expose_secret().as_bytes());
            hash.expect("these parameters hash any password").to_string()
        })
        .await
    }

    /// Says whether the password is the stored one. Without a stored hash the answer is no, after the same work.
    pub async fn verify(
        &self,
        stored_hash: Option<String>,
        password: SecretString,
    ) -> Result<bool, PasswordError> {
        self.work(move || {
            let stored = stored_hash.as_deref().and_then(|hash| PasswordHash::new(hash).ok());
            let nobody = || PasswordHash::new(NOBODY).expect("a test reads this hash");
            let is_known = stored.is_some();
            let hash = stored.unwrap_or_else(nobody);
            let matches = argon2().verify_password(password.expose_secret().as_bytes(), &hash).is_ok();
            matches && is_known
        })
        .await
    }

    /// The permits go along, so that work whose caller has gone still counts until it is done.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permits = self.permits().await?;
        let done = spawn_blocking(move || {
            let result = work();
            drop(permits);
            result
        });
        Ok(done.await.expect("hashing neither panics nor is cancelled"))
    }

    async fn permits(&self) -> Result<[OwnedSemaphorePermit; 2], PasswordError> {
        let waiting = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let working = Arc::clone(&self.working).acquire_owned().await;
        Ok([waiting, working.expect("nobody closes this semaphore")])
    }
}

fn argon2() -> Argon2<'static> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).expect("these parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[tokio::test]
    async fn a_password_matches_its_hash_and_no_other_does() {
        let passwords = Passwords::new();

        let hash = passwords.hash(secret("correct horse")).await.unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(passwords.verify(Some(hash.clone()), secret("correct horse")).await, Ok(true));
        assert_eq!(passwords.verify(Some(hash), secret("correct horsf")).await, Ok(false));
    }

    #[tokio::test]
    async fn the_same_password_has_another_hash_each_time() {
        let passwords = Passwords::new();

        let hashes = [passwords.hash(secret("same")).await, passwords.hash(secret("same")).await];

        assert_ne!(hashes[0], hashes[1]);
    }

    #[tokio::test]
    async fn an_unknown_account_or_a_damaged_hash_never_matches() {
        let passwords = Passwords::new();

        assert_eq!(passwords.verify(None, secret("anything")).await, Ok(false));
        assert_eq!(passwords.verify(None, secret("")).await, Ok(false));
        assert_eq!(passwords.verify(Some("damaged".to_owned()), secret("anything")).await, Ok(false));
    }

    #[tokio::test]
    async fn an_unknown_account_costs_the_same_work_as_a_known_one() {
        let stored = Passwords::new().hash(secret("some password")).await.unwrap();

        let (known, nobody) = (PasswordHash::new(&stored).unwrap(), PasswordHash::new(NOBODY).unwrap());

        assert_eq!(known.algorithm, nobody.algorithm);
        assert_eq!(known.version, nobody.version);
        assert_eq!(known.params, nobody.params);
        assert_eq!(known.hash.unwrap().len(), nobody.hash.unwrap().len());
        assert_eq!(known.salt.unwrap().len(), nobody.salt.unwrap().len());
    }

    #[tokio::test]
    async fn a_full_queue_says_so_instead_of_growing() {
        let passwords = Passwords::new();
        let _full = Arc::clone(&passwords.waiting).try_acquire_many_owned(64).unwrap();

        assert_eq!(passwords.verify(None, secret("anything")).await, Err(PasswordError::Busy));
    }

    #[test]
    fn a_password_has_10_to_200_characters() {
        assert_eq!(check_password("123456789"), Err(PasswordRefusal::TooShort));
        assert_eq!(check_password("1234567890"), Ok(()));
        assert_eq!(check_password("ñandú-ñandú"), Ok(()));
        assert_eq!(check_password(&"ñ".repeat(200)), Ok(()));
        assert_eq!(check_password(&"x".repeat(201)), Err(PasswordRefusal::TooLong));
    }
}
