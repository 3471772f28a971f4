//! A conversation that is put aside, as agents ask it.

use serde::Deserialize;

use super::present;

/// `session:snooze`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SnoozeData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// Until when, at most a year ahead; null brings it back.
    #[serde(deserialize_with = "present")]
    pub until: Option<String>,
}
