//! What is counted at several nodes: each tells the others what it has counted, and counts what they tell.
//!
//! A key travels as a hash that is keyed by a secret of the installation, so that nobody outside can make two keys one.

use std::collections::HashMap;
use std::hash::{BuildHasher, DefaultHasher, Hasher};
use std::sync::{Mutex, PoisonError};

/// Keys whose counts are told at a time. Beyond it the rest counts at this node alone.
const TOLD_MAX: usize = 20_000;

/// Makes hashes that are the same at every node of an installation.
#[derive(Debug, Clone)]
pub(super) struct SharedHasher {
    secret: [u8; 32],
}

impl SharedHasher {
    pub(super) fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }
}

impl BuildHasher for SharedHasher {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.secret);
        hasher
    }
}

/// So much was counted towards a limit for one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// The limit, by its place.
    pub limit: u8,
    /// The key's hash.
    pub key: u64,
    /// How often.
    pub count: u32,
}

/// What was counted here and is not told yet.
#[derive(Debug, Default)]
pub(super) struct Untold(Mutex<HashMap<(u8, u64), u32>>);

impl Untold {
    pub(super) fn note(&self, limit: u8, key: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() < TOLD_MAX || counts.contains_key(&(limit, key)) {
            let count = counts.entry((limit, key)).or_default();
            *count = count.saturating_add(1);
        }
    }

    pub(super) fn take(&self) -> Vec<Spent> {
        let counts = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        counts.into_iter().map(|((limit, key), count)| Spent { limit, key, count }).collect()
    }
}
