//! The names of closed sets of values, on the wire and in storage.

use rooms::{Priority, Role, Status, UserKind};

macro_rules! names {
    ($(#[$doc:meta])* $name:ident, $(#[$parse_doc:meta])* $parse:ident, $kind:ty { $($variant:path => $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(value: $kind) -> &'static str {
            match value { $($variant => $text,)* }
        }

        $(#[$parse_doc])*
        #[must_use]
        pub fn $parse(text: &str) -> Option<$kind> {
            match text { $($text => Some($variant),)* _ => None }
        }
    };
}

names! {
    /// The name of a status.
    status_name,
    /// A status by its name.
    parse_status, Status {
        Status::Open => "open", Status::Waiting => "waiting", Status::Closed => "closed", Status::Snoozed => "snoozed",
    }
}

names! {
    /// The name of a priority.
    priority_name,
    /// A priority by its name.
    parse_priority, Priority {
        Priority::Low => "low", Priority::Medium => "medium", Priority::High => "high", Priority::Urgent => "urgent",
    }
}

names! {
    /// The name of a role.
    role_name,
    /// A role by its name.
    parse_role, Role {
        Role::Visitor => "visitor", Role::Agent => "agent", Role::Assistant => "assistant", Role::System => "system",
    }
}

names! {
    /// The name of a kind of user.
    user_kind_name,
    /// A kind of user by its name.
    parse_user_kind, UserKind {
        UserKind::Visitor => "visitor", UserKind::Agent => "agent", UserKind::Assistant => "assistant",
        UserKind::Server => "server", UserKind::System => "system",
    }
}
