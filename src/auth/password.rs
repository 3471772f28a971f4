//! Hashes and checks passwords with argon2id, never many at once, and in the same time for unknown accounts.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use rooms::OrgId;
use secrecy::{ExposeSecret as _, SecretString};
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::limits::{QueueFull, Turn, TurnQueue};

/// Minimum password length.
const PASSWORD_MIN_CHARS: usize = 10;
/// Maximum password length; longer ones only cost time.
const PASSWORD_MAX_CHARS: usize = 200;
/// Guesses that a password must need at least, by zxcvbn's estimate: it knows the common ones, keyboard rows, repeats,
/// dates, and words that stand for the account.
const GUESSES_MIN: u64 = 1_000_000;
/// As many characters are looked at; what is estimated of them is enough.
const ESTIMATED_CHARS: usize = 100;
/// Words that everybody here might think of (ASVS 6.1.2), besides the names of the account.
const HOUSE_WORDS: [&str; 4] = ["switchboard", "livechat", "support", "agent"];

/// What OWASP asks of argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Passwords that may wait for their turn; further ones are told to come back.
const QUEUE_MAX: usize = 512;
/// Of these, for one org or from one address. At a fifth of a second each, the last of them still answers within a
/// browser's patience.
const QUEUE_SHARE_MAX: usize = 32;
/// How long a password waits for its turn where nobody says otherwise.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Checked in place of the hash of an account that does not exist. It is no hash of anything: nothing matches it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3dpdGNoYm9hcmQtbm9uZQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a new password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Fewer than 10 characters.
    #[error("a password needs at least {PASSWORD_MIN_CHARS} characters")]
    TooShort,
    /// More than 200 characters.
    #[error("a password may have at most {PASSWORD_MAX_CHARS} characters")]
    TooLong,
    /// Among those that are tried first.
    #[error(
        "this password is among the first that a stranger would try: it is common, or made of the account's own names"
    )]
    Guessable,
}

/// Why a password was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many others are waiting, or its turn did not come in time; the same may succeed later.
    #[error("too many passwords are being checked")]
    Busy,
}

/// Says whether a new password follows the rules. `names`: what the account is known by, such as its address and org.
///
/// # Errors
/// Too short, too long, or too easily guessed; of which characters it is made is its owner's affair.
pub fn check_password(password: &str, names: &[&str]) -> Result<(), PasswordRefusal> {
    match password.chars().count() {
        ..PASSWORD_MIN_CHARS => return Err(PasswordRefusal::TooShort),
        PASSWORD_MIN_CHARS..=PASSWORD_MAX_CHARS => {}
        _ => return Err(PasswordRefusal::TooLong),
    }
    let words: Vec<&str> = names
        .iter()
        .flat_map(|name| name.split(|char: char| !char.is_alphanumeric()).chain([*name]))
        .filter(|word| !word.is_empty())
        .chain(HOUSE_WORDS)
        .collect();
    let start: String = password.chars().take(ESTIMATED_CHARS).collect();
    let is_guessable = is_made_of(&start, &words) || zxcvbn::zxcvbn(&start, &words).guesses() < GUESSES_MIN;
    if is_guessable { Err(PasswordRefusal::Guessable) } else { Ok(()) }
}

/// Whether next to nothing is left of a password without these words.
fn is_made_of(password: &str, words: &[&str]) -> bool {
    const WORD_MIN_CHARS: usize = 3;
    const REST_MIN_CHARS: usize = 4;
    let mut rest = password.to_lowercase();
    for word in words.iter().filter(|word| word.chars().count() >= WORD_MIN_CHARS) {
        rest = rest.replace(&word.to_lowercase(), " ");
    }
    rest.chars().filter(|char| char.is_alphanumeric()).count() < REST_MIN_CHARS
}

/// Among whom turns go round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PasswordKey {
    /// An address, or the network that counts as one.
    Address(IpAddr),
    /// A browser that has signed in before: whoever floods an org does not stand before its own people.
    Device(u64),
    /// The org of the account.
    Org(OrgId),
    /// Accounts that do not exist, in a few groups, so that they wait no longer than those that do.
    Nobody(u8),
    /// The server's own commands.
    House,
}

/// Where a password comes from, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct PasswordOrigin {
    /// Where it comes from.
    pub from: PasswordKey,
    /// Whose it is.
    pub of: PasswordKey,
}

impl PasswordOrigin {
    /// Both by one key.
    #[must_use]
    pub fn by(key: PasswordKey) -> Self {
        Self { from: key, of: key }
    }
}

/// Hashes and checks passwords, one per processor at a time, in turn by address and by org. Cheap to clone.
///
/// A password waits first for the turn of where it comes from, and then for that of its org: so one address has one
/// password before the processors, and a flood on one org from everywhere stands in that org's turn alone.
#[derive(Debug, Clone)]
pub struct Passwords {
    by_origin: TurnQueue<PasswordKey>,
    by_org: TurnQueue<PasswordKey>,
    wait_max: Duration,
}

/// The turns of a password that is worked on.
type Turns = (Turn<PasswordKey>, Turn<PasswordKey>);

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
            // The queue per origin bounds one client; the number of processors bounds them all.
            by_origin: TurnQueue::new(QUEUE_MAX, QUEUE_MAX, QUEUE_SHARE_MAX),
            by_org: TurnQueue::new(working_count, QUEUE_MAX, QUEUE_SHARE_MAX),
            wait_max: WAIT_MAX,
        }
    }

    /// The same queue, in which a password waits at most so long.
    #[must_use]
    pub fn waiting_at_most(self, wait_max: Duration) -> Self {
        Self { wait_max, ..self }
    }

    /// Makes the hash to store for a password that follows the rules.
    pub async fn hash(
        &self,
        password: SecretString,
        origin: PasswordOrigin,
    ) -> Result<String, PasswordError> {
        self.work(origin, move || {
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
        origin: PasswordOrigin,
    ) -> Result<bool, PasswordError> {
        self.work(origin, move || {
            let stored = stored_hash.as_deref().and_then(|hash| PasswordHash::new(hash).ok());
            let nobody = || PasswordHash::new(NOBODY).expect("a test reads this hash");
            let is_known = stored.is_some();
            let hash = stored.unwrap_or_else(nobody);
            let matches = argon2().verify_password(password.expose_secret().as_bytes(), &hash).is_ok();
            matches && is_known
        })
        .await
    }

    /// The turns go along, so that work whose caller has gone still counts until it is done.
    async fn work<T: Send + 'static>(
        &self,
        origin: PasswordOrigin,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let waited = timeout(self.wait_max, self.turns(origin)).await;
        let turns = waited.map_err(|_| PasswordError::Busy)?.map_err(|QueueFull| PasswordError::Busy)?;
        let done = spawn_blocking(move || {
            let result = work();
            drop(turns);
            result
        });
        Ok(done.await.expect("hashing neither panics nor is cancelled"))
    }

    async fn turns(&self, origin: PasswordOrigin) -> Result<Turns, QueueFull> {
        let from = self.by_origin.turn(origin.from).await?;
        Ok((from, self.by_org.turn(origin.of).await?))
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

    const HOUSE: PasswordOrigin = PasswordOrigin { from: PasswordKey::House, of: PasswordKey::House };

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn a_new_password_is_of_any_characters_but_none_of_the_first_that_are_tried() {
        let names = ["ana.lopez@nordlicht-lamps.example", "Ana López", "Nordlicht Lamps"];
        for common in [
            "1234567890",
            "qwertyuiop",
            "password123",
            "Passw0rd123",
            "iloveyou123",
            "aaaaaaaaaaaa",
            "switchboard",
            "switchboard1",
            "nordlicht-lamps",
            "ana.lopez@nordlicht-lamps.example",
        ] {
            assert_eq!(check_password(common, &names), Err(PasswordRefusal::Guessable), "{common}");
        }
        for fine in ["correct horse", "kqzvwxjtpl", "7294618305", "ñandú en la luna", "only-lowercase-words"]
        {
            assert_eq!(check_password(fine, &names), Ok(()), "{fine}");
        }
    }

    #[tokio::test]
    async fn a_password_matches_its_hash_and_no_other_does() {
        let passwords = Passwords::new();

        let hash = passwords.hash(secret("correct horse"), HOUSE).await.unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(passwords.verify(Some(hash.clone()), secret("correct horse"), HOUSE).await, Ok(true));
        assert_eq!(passwords.verify(Some(hash), secret("correct horsf"), HOUSE).await, Ok(false));
    }

    #[tokio::test]
    async fn the_same_password_has_another_hash_each_time() {
        let passwords = Passwords::new();

        let hashes =
            [passwords.hash(secret("same"), HOUSE).await, passwords.hash(secret("same"), HOUSE).await];

        assert_ne!(hashes[0], hashes[1]);
    }

    #[tokio::test]
    async fn an_unknown_account_or_a_damaged_hash_never_matches() {
        let passwords = Passwords::new();

        assert_eq!(passwords.verify(None, secret("anything"), HOUSE).await, Ok(false));
        assert_eq!(passwords.verify(None, secret(""), HOUSE).await, Ok(false));
        assert_eq!(passwords.verify(Some("damaged".to_owned()), secret("anything"), HOUSE).await, Ok(false));
    }

    #[tokio::test]
    async fn an_unknown_account_costs_the_same_work_as_a_known_one() {
        let stored = Passwords::new().hash(secret("some password"), HOUSE).await.unwrap();

        let (known, nobody) = (PasswordHash::new(&stored).unwrap(), PasswordHash::new(NOBODY).unwrap());

        assert_eq!(known.algorithm, nobody.algorithm);
        assert_eq!(known.version, nobody.version);
        assert_eq!(known.params, nobody.params);
        assert_eq!(known.hash.unwrap().len(), nobody.hash.unwrap().len());
        assert_eq!(known.salt.unwrap().len(), nobody.salt.unwrap().len());
    }

    #[tokio::test]
    async fn a_full_queue_says_so_instead_of_growing_and_others_have_their_turn() {
        let passwords = Passwords::new();
        let crowded = PasswordKey::Address([192, 0, 2, 1].into());
        let _running = passwords.by_origin.turn(crowded).await.unwrap();
        let mut waiting: Vec<_> =
            (0..QUEUE_SHARE_MAX).map(|_| Box::pin(passwords.by_origin.turn(crowded))).collect();
        assert!(waiting.iter_mut().all(|one| futures_util::FutureExt::now_or_never(one).is_none()));

        let verify = |key| passwords.verify(None, secret("anything"), PasswordOrigin::by(key));

        assert_eq!(verify(crowded).await, Err(PasswordError::Busy));
        assert_eq!(verify(PasswordKey::Address([192, 0, 2, 2].into())).await, Ok(false));
    }

    #[tokio::test]
    async fn a_wait_ends() {
        let passwords = Passwords::new().waiting_at_most(Duration::ZERO);
        let org = PasswordKey::Org(OrgId(1));
        let _running = passwords.by_org.turn(org).await.unwrap();

        let waited = passwords.verify(None, secret("anything"), PasswordOrigin::by(org)).await;

        assert_eq!(waited, Err(PasswordError::Busy));
    }

    #[test]
    fn a_password_has_10_to_200_characters() {
        assert_eq!(check_password("739502846", &[]), Err(PasswordRefusal::TooShort));
        assert_eq!(check_password("7395028461", &[]), Ok(()));
        assert_eq!(check_password("ñándú-bebé", &[]), Ok(()));
        assert_eq!(check_password(&"ñandú bebé".repeat(20), &[]), Ok(()));
        assert_eq!(check_password(&"x".repeat(201), &[]), Err(PasswordRefusal::TooLong));
    }
}
