//! The names of closed sets of values on the wire. What is stored has names of its own.

use rooms::{Priority, Role, Status, UserKind};

/// The name of a status.
#[must_use]
pub fn status_name(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Waiting => "waiting",
        Status::Closed => "closed",
        Status::Snoozed => "snoozed",
    }
}

/// The name of a priority.
#[must_use]
pub fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Medium => "medium",
        Priority::High => "high",
        Priority::Urgent => "urgent",
    }
}

/// A priority by its name.
#[must_use]
pub fn parse_priority(name: &str) -> Option<Priority> {
    [Priority::Low, Priority::Medium, Priority::High, Priority::Urgent]
        .into_iter()
        .find(|priority| priority_name(*priority) == name)
}

/// The name of a role.
#[must_use]
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Visitor => "visitor",
        Role::Agent => "agent",
        Role::Assistant => "assistant",
        Role::System => "system",
    }
}

/// The name of a kind of user.
#[must_use]
pub fn user_kind_name(kind: UserKind) -> &'static str {
    match kind {
        UserKind::Visitor => "visitor",
        UserKind::Agent => "agent",
        UserKind::Assistant => "assistant",
        UserKind::Server => "server",
        UserKind::System => "system",
    }
}
