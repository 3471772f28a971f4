//! What is published at a time.

use serde::{Deserialize, Serialize};

use super::news::News;
use super::texts;
use crate::model::NodeId;

/// Maximum size of a batch that is read, in bytes: a reply is the largest of what is told.
pub(super) const BATCH_MAX_BYTES: usize = 4 << 20;

/// What a node has told at a time. Its number rises by one each time, so that the others see what they missed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Batch {
    /// The node.
    #[serde(with = "texts::id")]
    pub(super) node: NodeId,
    /// Its number.
    pub(super) number: u64,
    /// What it tells; nothing where it only shows that it is there.
    pub(super) news: Vec<News>,
}

impl Batch {
    /// A batch as it was published; `None` for what is none, or too large.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > BATCH_MAX_BYTES {
            return None;
        }
        serde_json::from_slice(bytes).ok()
    }

    /// As it is published.
    pub(super) fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
