//! Who views a conversation and who types in it, as agents say and see it.

use serde::{Deserialize, Serialize};

use super::{UserView, present};

/// `session:viewing`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ViewingData {
    /// Which conversation is on screen; null where none is.
    #[serde(alias = "sessionId", deserialize_with = "present")]
    pub session_id: Option<String>,
}

/// `inbox:signs`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Signs"))]
pub struct SignsView {
    /// Where.
    pub session_id: String,
    /// Agents who have it on screen.
    pub viewing: Vec<UserView>,
    /// Visitors and agents who type in it.
    pub typing: Vec<UserView>,
}
