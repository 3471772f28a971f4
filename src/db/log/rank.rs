//! The order of those who wait for a person: by priority, and then who has waited longest.

use rooms::{Head, Priority};

/// Between two priorities: more milliseconds than any moment of this millennium has.
const PRIORITY_STEP: i64 = 100_000_000_000_000;

/// The place of a conversation among those that wait, for `order by`; the smallest comes first.
/// The same number as [`waiting_rank`].
pub(super) const WAITING_RANK: &str = "(case c.priority when 'urgent' then 0 when 'high' then 1 when 'low' then 3 \
                                       else 2 end * 100000000000000 + c.responder_since)";

/// The place of a conversation among those that wait.
pub(super) fn waiting_rank(head: &Head) -> i64 {
    let priority = match head.priority {
        Some(Priority::Urgent) => 0,
        Some(Priority::High) => 1,
        Some(Priority::Medium) | None => 2,
        Some(Priority::Low) => 3,
    };
    priority * PRIORITY_STEP + head.responder.since().0
}
