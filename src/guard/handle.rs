//! The handle that edges and services ask and report to.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rooms::{OrgId, Timestamp};
use tokio::sync::Notify;

use super::address_blocks::AddressBlocks;
use super::event_fold::EventFold;
use super::foreign_ids::ForeignId;
use crate::clock::SharedClock;
use crate::model::{FoldedEvents, SecurityEvent, SecurityKey};

/// Ids that wait to be looked up: a hint, of which some may be left out.
const FOREIGN_IDS_MAX: usize = 64;

/// Who is shut out, and what looks like an attack. Cheap to clone; nothing here waits.
#[derive(Debug, Clone)]
pub struct Guard {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: SharedClock,
    blocks: RwLock<Arc<AddressBlocks>>,
    fold: Mutex<EventFold>,
    foreign: Mutex<Vec<ForeignId>>,
    reported: Notify,
}

impl Guard {
    /// A guard that shuts nobody out yet.
    #[must_use]
    pub fn new(clock: SharedClock) -> Self {
        Self {
            shared: Arc::new(Shared {
                clock,
                blocks: RwLock::default(),
                fold: Mutex::default(),
                foreign: Mutex::default(),
                reported: Notify::new(),
            }),
        }
    }

    /// Whether the platform shuts an address out, or the org does where one is named.
    #[must_use]
    pub fn is_blocked(&self, address: IpAddr, org: Option<OrgId>) -> bool {
        let blocks = self.shared.blocks.read().unwrap_or_else(PoisonError::into_inner).clone();
        !blocks.is_empty() && blocks.has(address, org, self.now())
    }

    /// Shuts these out from now on, and nobody else.
    pub fn set_blocks(&self, blocks: AddressBlocks) {
        *self.shared.blocks.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(blocks);
    }

    /// Reports an event.
    pub fn report(&self, event: SecurityEvent) {
        self.fold(|fold, now| fold.add(event, now));
        self.shared.reported.notify_one();
    }

    /// Reports a request that was refused or failed; many of them are an event.
    pub fn report_error(&self, event: SecurityEvent) {
        self.fold(|fold, now| fold.add_error(event, now));
        self.shared.reported.notify_one();
    }

    /// Reports an id that was asked for in vain; where too many wait, it is left out.
    pub fn report_unknown_id(&self, id: ForeignId) {
        let mut foreign = self.shared.foreign.lock().unwrap_or_else(PoisonError::into_inner);
        if foreign.len() < FOREIGN_IDS_MAX {
            foreign.push(id);
            self.shared.reported.notify_one();
        }
    }

    /// Waits until something has been reported.
    pub async fn reported(&self) {
        self.shared.reported.notified().await;
    }

    /// Takes the events that wait for storage.
    #[must_use]
    pub fn take_events(&self) -> Vec<(SecurityKey, FoldedEvents)> {
        self.fold(|fold, _| fold.take())
    }

    /// Puts back what could not be stored.
    pub fn put_back(&self, batch: Vec<(SecurityKey, FoldedEvents)>) {
        self.fold(|fold, now| fold.put_back(batch, now));
    }

    /// Takes the ids that wait to be looked up.
    #[must_use]
    pub fn take_unknown_ids(&self) -> Vec<ForeignId> {
        std::mem::take(&mut *self.shared.foreign.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn fold<T>(&self, act: impl FnOnce(&mut EventFold, Timestamp) -> T) -> T {
        let now = self.now();
        act(&mut self.shared.fold.lock().unwrap_or_else(PoisonError::into_inner), now)
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.shared.clock.now_ms())
    }
}
