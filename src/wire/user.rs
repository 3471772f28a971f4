//! A user as everybody sees them.

use std::sync::Arc;

use rooms::User;
use serde::Serialize;

use super::user_kind_name;

/// A user as everybody sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = User)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "User"))]
pub struct UserView {
    /// Their id.
    pub id: String,
    /// `visitor`, `agent`, `assistant`, `server` or `system`.
    #[cfg_attr(test, ts(type = "'visitor' | 'agent' | 'assistant' | 'server' | 'system'"))]
    pub kind: String,
    /// The name to show.
    #[cfg_attr(test, ts(type = "string"))]
    #[schema(value_type = String)]
    pub name: Arc<str>,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self { id: user.id.to_string(), kind: user_kind_name(user.kind).to_owned(), name: user.name.clone() }
    }
}
