//! Known devices: browsers with an earlier sign-in, which a stranger's failed attempts cannot lock out.

use super::Accounts;
use crate::ids;

/// What a device's mark is sealed for.
const FIELD: &str = "device";
const NO_ORG: &str = "server";

/// A browser that an account was signed in from.
#[derive(Debug, Clone)]
pub(super) struct KnownDevice {
    /// Under this its attempts are counted.
    pub(super) key: String,
}

impl Accounts {
    /// The mark of a browser that has just signed in as `email`.
    pub(super) fn mark_device(&self, email: &str) -> String {
        let id = ids::hex(&ids::random_bytes::<8>());
        self.directory().keys().seal(NO_ORG, FIELD, &format!("{id} {email}"))
    }

    /// The device that `mark` names, where it was made for this account; anything else is no device.
    pub(super) fn known_device(&self, mark: Option<&str>, email: &str) -> Option<KnownDevice> {
        use secrecy::ExposeSecret as _;
        let opened = self.directory().keys().open(NO_ORG, FIELD, mark?).ok()?;
        let (id, owner) = opened.expose_secret().split_once(' ')?;
        (owner == email).then(|| KnownDevice { key: format!("device:{id}") })
    }
}
