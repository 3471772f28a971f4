//! The connections of a call to its providers, and how far each is.

use super::{Capabilities, LinkHealth, LinkId};

/// At least so long before an end that the provider has announced: it may be told in whole seconds.
const NOTICE_MS: u64 = 2_000;

/// A connection is kept for so long at least, whatever a provider's clock says of its end.
const KEPT_MS: u64 = 2_000;

/// How far the connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Unused,
    Dialling { until_ms: u64 },
    Configuring { until_ms: u64 },
    Ready { since_ms: u64 },
    BackingOff { until_ms: u64 },
    Failed,
}

impl Stage {
    /// Whether a connection stands, or is being made.
    pub(super) fn is_under_way(self) -> bool {
        !matches!(self, Self::Unused | Self::Failed)
    }
}

/// The connection that comes after the one in use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    pub(super) link: LinkId,
    pub(super) capabilities: Option<Capabilities>,
    pub(super) is_configured: bool,
    pub(super) told_count: usize,
    pub(super) until_ms: u64,
    pub(super) expiry_ms: Option<u64>,
}

#[derive(Debug, Clone)]
pub(super) struct Links {
    pub(super) stage: Stage,
    pub(super) current: LinkId,
    pub(super) capabilities: Option<Capabilities>,
    pub(super) next: Option<Next>,
    pub(super) next_link: u32,
    pub(super) provider: usize,
    pub(super) attempt: usize,
    pub(super) troubled_ms: Option<u64>,
    /// A response has come to its end on the connection in use: it is a good one, however short it stands.
    pub(super) has_served: bool,
    pub(super) clip_ms: Option<u64>,
    pub(super) rotate_ms: Option<u64>,
    /// When the provider ends the connection in use, as it has said.
    pub(super) expiry_ms: Option<u64>,
    pub(super) told_count: usize,
}

impl Links {
    pub(super) fn new() -> Self {
        Self {
            stage: Stage::Unused,
            current: LinkId(0),
            capabilities: None,
            next: None,
            next_link: 0,
            provider: 0,
            attempt: 0,
            troubled_ms: None,
            has_served: false,
            clip_ms: None,
            rotate_ms: None,
            expiry_ms: None,
            told_count: 0,
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(self.stage, Stage::Ready { .. })
    }

    pub(super) fn health(&self) -> LinkHealth {
        match self.stage {
            Stage::Ready { .. } => LinkHealth::Ok,
            Stage::Failed => LinkHealth::Degraded,
            _ => LinkHealth::Reconnecting,
        }
    }

    /// Connections that stand or are being made.
    pub(super) fn open(&self) -> Vec<LinkId> {
        let current = match self.stage {
            Stage::Dialling { .. } | Stage::Configuring { .. } | Stage::Ready { .. } => Some(self.current),
            _ => None,
        };
        current.into_iter().chain(self.next.map(|next| next.link)).collect()
    }

    pub(super) fn next_deadline(&self) -> Option<u64> {
        let stage = match self.stage {
            Stage::Dialling { until_ms }
            | Stage::Configuring { until_ms }
            | Stage::BackingOff { until_ms } => Some(until_ms),
            Stage::Unused | Stage::Ready { .. } | Stage::Failed => None,
        };
        let next = self.next.filter(|next| !next.is_configured).map(|next| next.until_ms);
        let rotate = if self.next.is_none() { self.rotate_ms } else { None };
        stage.into_iter().chain(next).chain(rotate).chain(self.clip_ms).min()
    }

    /// A response has come to its end on the connection in use.
    pub(super) fn record_served(&mut self) {
        self.has_served = true;
    }

    /// The provider has said when it ends a connection.
    pub(super) fn record_expiry(&mut self, link: LinkId, expiry_ms: u64, now_ms: u64) {
        if let Some(next) = self.next.as_mut().filter(|next| next.link == link) {
            next.expiry_ms = Some(expiry_ms);
        } else if link == self.current {
            self.expiry_ms = Some(expiry_ms);
            if self.is_ready() {
                let due_ms = due_before(expiry_ms, now_ms);
                self.rotate_ms = Some(self.rotate_ms.map_or(due_ms, |planned| planned.min(due_ms)));
            }
        }
    }

    /// What a provider can do has turned out otherwise while its session was set up.
    pub(super) fn record_capabilities(&mut self, link: LinkId, can: Capabilities) {
        if let Some(next) = self.next.as_mut().filter(|next| next.link == link) {
            next.capabilities = Some(can);
        } else if link == self.current {
            self.capabilities = Some(can);
        }
    }

    pub(super) fn new_link(&mut self) -> LinkId {
        let link = LinkId(self.next_link);
        self.next_link += 1;
        link
    }
}

/// When to change a connection that ends at `expiry_ms`: with a tenth of its time left.
pub(super) fn due_before(expiry_ms: u64, now_ms: u64) -> u64 {
    let left_ms = expiry_ms.saturating_sub(now_ms);
    let spare_ms = (left_ms / 10).max(NOTICE_MS);
    expiry_ms.saturating_sub(spare_ms).max(now_ms + KEPT_MS)
}
