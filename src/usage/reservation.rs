//! Reservations: the maximum cost of a request, held from before it is sent until it ends in any way.

use rooms::OrgId;

use super::{Numbers, Refused, Usage, UsageEvent, UsageKind};

/// What a request may use at most.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The model.
    pub model: &'a str,
    /// Tokens in.
    pub input_tokens: u64,
    /// Tokens out.
    pub output_tokens: u64,
    /// Whether they are spoken.
    pub is_spoken: bool,
}

/// What is set aside for one request. Dropping it gives it back.
///
/// Invariant: of the requests of one org, what is used and what is set aside never pass a hard limit together.
#[derive(Debug)]
pub struct Reservation {
    usage: Usage,
    org: OrgId,
    kind: UsageKind,
    numbers: Numbers,
}

impl Reservation {
    pub(super) fn new(usage: Usage, org: OrgId, kind: UsageKind, numbers: Numbers) -> Self {
        Self { usage, org, kind, numbers }
    }

    /// Counts what the request did use, and gives back what was set aside. Gives its cost in billionths of a US dollar.
    pub async fn settle(self, event: UsageEvent) -> u64 {
        // Counted before it is given back: in between others see more used than is, never less. A task of its own, as
        // whoever asked may be cancelled meanwhile, and the provider has been paid.
        let tasks = self.usage.tasks().clone();
        tasks.spawn(async move { self.usage.record(event).await }).await.unwrap_or_default()
    }

    /// Whether the same may be used once more after what was counted meanwhile: for requests that go on by themselves,
    /// as calls do.
    ///
    /// # Errors
    /// As [`Usage::reserve`].
    pub async fn may_go_on(&self) -> Result<(), Refused> {
        self.usage.check(self.org, self.kind, self.numbers).await
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.usage.give_back(self.org, self.numbers);
    }
}
