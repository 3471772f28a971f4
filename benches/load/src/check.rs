//! Verifies what one reader receives: every entry once, in order, and none it may not see.

use anyhow::{bail, ensure};
use serde_json::Value;

/// The position of one reader.
#[derive(Default)]
pub(crate) struct Reader {
    position: u64,
    count: u64,
    is_visitor: bool,
}

impl Reader {
    pub(crate) fn new(is_visitor: bool) -> Self {
        Self { is_visitor, ..Self::default() }
    }

    /// Takes an entry in.
    pub(crate) fn take(&mut self, entry: &Value) -> anyhow::Result<()> {
        let (Some(seq), Some(prev)) = (entry["seq"].as_u64(), entry["prev"].as_u64()) else {
            bail!("an entry without a place: {entry}");
        };
        ensure!(seq > self.position, "repeated or reordered: {seq} after {}", self.position);
        ensure!(prev == self.position, "lost: {seq} follows {prev}, not {}", self.position);
        ensure!(!(self.is_visitor && entry["kind"] == "note"), "leaked a note to a visitor");
        self.position = seq;
        self.count += 1;
        Ok(())
    }

    pub(crate) fn start_at(&mut self, seq: u64) {
        self.position = seq;
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }
}
