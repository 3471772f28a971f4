//! What one connection may do in a time, by kind of event.

use super::event_window::{EventWindow, Verdict};
use super::refused::refuse;
use crate::refusal::ServiceError;
use crate::wire::Budget;
use std::num::NonZeroU32;

/// One minute in milliseconds.
const MINUTE_MS: i64 = 60_000;

/// The events of one connection, by kind.
#[derive(Debug)]
pub struct EventBudgets {
    events: EventWindow,
    joins: EventWindow,
    leaves: EventWindow,
    reads: EventWindow,
}

/// Why an event is not handled.
#[derive(Debug)]
pub enum EventRefusal {
    /// It is refused; the connection stays.
    Limited(ServiceError),
    /// The connection is to be closed.
    Flood,
}

impl EventBudgets {
    /// Allows so many events in any 3 s, and so many joins, leaves and reads in any minute; `None` allows everything.
    pub(super) fn new(
        events_per_3s: Option<NonZeroU32>,
        joins_per_minute: Option<NonZeroU32>,
        reads_per_minute: Option<NonZeroU32>,
    ) -> Self {
        Self {
            events: EventWindow::new(events_per_3s),
            joins: EventWindow::over(joins_per_minute, MINUTE_MS),
            leaves: EventWindow::over(joins_per_minute, MINUTE_MS),
            reads: EventWindow::over(reads_per_minute, MINUTE_MS),
        }
    }

    /// Counts one more event. Typing is merged elsewhere, and never refused.
    ///
    /// # Errors
    /// `rate_limited`, which is in the metrics then, or that it is a flood.
    pub fn count(&mut self, budget: Budget, now_ms: i64) -> Result<(), EventRefusal> {
        let (window, name) = match budget {
            Budget::Typing => return Ok(()),
            Budget::Events => (&mut self.events, "events_per_3s"),
            Budget::Joins => (&mut self.joins, "joins_per_minute"),
            Budget::Leaves => (&mut self.leaves, "joins_per_minute"),
            Budget::Reads => (&mut self.reads, "reads_per_minute"),
        };
        match window.count(now_ms) {
            Verdict::Fine => Ok(()),
            Verdict::Limited { retry_after_ms } => Err(EventRefusal::Limited(refuse(name, retry_after_ms))),
            Verdict::Flood => Err(EventRefusal::Flood),
        }
    }
}
