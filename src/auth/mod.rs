//! Says who somebody is: callers, passwords of agents, and the identities sites vouch for.
//!
//! Nothing here knows the database; callers bring what is stored.

mod claims;
mod identity;
mod jwks;
mod password;
mod principal;
mod public_key;
mod right_reach;
mod rights;
mod standing;

#[cfg(test)]
mod identity_tests;
mod token_head;
mod totp;
mod verifier;

pub use claims::peek_issuer;
pub use identity::{Identity, IdentityClaim, IdentityError, Issuer, IssuerKey};
pub use jwks::JwksCache;
pub use password::{PasswordError, PasswordKey, PasswordOrigin, PasswordRefusal, Passwords, check_password};
pub use principal::{Page, Principal, PrincipalKind, origins_subject};
pub use rights::Right;
pub use standing::Standing;
pub use totp::{TotpKey, TypedCode, qr_svg, recovery_codes};
pub use verifier::{IdentityVerifier, verify_hash};
