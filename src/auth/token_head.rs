//! What a site's token says of the key it was signed with.

use jsonwebtoken::Algorithm;

/// What a token says of the key it was signed with. Not believed: it only chooses among the issuer's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenHead {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
}
