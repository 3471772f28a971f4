//! How far the relay is in following the visitor by itself.

use super::ItemId;
use crate::VoiceActivity;

/// How the relay follows the visitor by itself.
#[derive(Debug, Default)]
pub(super) struct Listening {
    pub(super) activity: VoiceActivity,
    /// The provider in use, or the last one, detects no turns.
    pub(super) is_needed: bool,
    /// The turn that the visitor is in.
    pub(super) turn: Option<ItemId>,
    pub(super) turn_count: u32,
}
