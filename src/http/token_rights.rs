//! What API tokens may do, by its name.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::model::TokenRights;

/// What an API token may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = TokenRights)]
#[serde(rename_all = "lowercase")]
pub(super) enum TokenRightsName {
    /// Read.
    Read,
    /// Also act in conversations and at the desk.
    Write,
    /// Everything that its owner may.
    #[default]
    Admin,
}

impl From<TokenRightsName> for TokenRights {
    fn from(name: TokenRightsName) -> Self {
        match name {
            TokenRightsName::Read => Self::Read,
            TokenRightsName::Write => Self::Write,
            TokenRightsName::Admin => Self::Admin,
        }
    }
}
