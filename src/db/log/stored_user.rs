//! Users as they are stored in columns of JSON.

use std::sync::Arc;

use rooms::User;
use serde::{Deserialize, Serialize};

use super::names::{parse_user_kind, stored_user_kind};

/// A user in a column of JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredUser {
    id: String,
    kind: String,
    name: Arc<str>,
}

impl From<&User> for StoredUser {
    fn from(user: &User) -> Self {
        let kind = stored_user_kind(user.kind).to_owned();
        Self { id: user.id.to_string(), kind, name: user.name.clone() }
    }
}

impl StoredUser {
    /// The user, where it is one of ours.
    pub(super) fn to_user(&self) -> Option<User> {
        Some(User { id: self.id.parse().ok()?, kind: parse_user_kind(&self.kind)?, name: self.name.clone() })
    }
}
