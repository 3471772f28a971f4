//! What requests are answered from.

use super::record::Records;
use super::script::Script;
use super::stores::Stores;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

/// What requests are answered from.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) records: Arc<Records>,
    pub(super) script: Script,
    pub(super) stores: Stores,
    pub(super) required_key: OnceLock<String>,
    pub(super) connection_count: AtomicUsize,
}
