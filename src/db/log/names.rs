//! The names under which parts of conversations are stored. They are fixed: clients may come to see others.

use rooms::{AtDeadline, ClosedBy, Interruption, Priority, ReplyMode, Role, Status, UserKind, Verdict};

macro_rules! names {
    ($(#[$doc:meta])* $name:ident, $(#[$parse_doc:meta])* $parse:ident, $kind:ty { $($variant:path => $text:literal),* $(,)? }) => {
        $(#[$doc])*
        pub(super) fn $name(value: $kind) -> &'static str {
            match value { $($variant => $text,)* }
        }

        $(#[$parse_doc])*
        pub(super) fn $parse(text: &str) -> Option<$kind> {
            match text { $($text => Some($variant),)* _ => None }
        }
    };
}

names! {
    /// The stored name of a status.
    stored_status,
    /// A status by its stored name.
    parse_status, Status {
        Status::Open => "open", Status::Waiting => "waiting", Status::Closed => "closed", Status::Snoozed => "snoozed",
    }
}

names! {
    /// The stored name of a priority.
    stored_priority,
    /// A priority by its stored name.
    parse_priority, Priority {
        Priority::Low => "low", Priority::Medium => "medium", Priority::High => "high", Priority::Urgent => "urgent",
    }
}

names! {
    /// The stored name of a role.
    stored_role,
    /// A role by its stored name.
    parse_role, Role {
        Role::Visitor => "visitor", Role::Agent => "agent", Role::Assistant => "assistant", Role::System => "system",
    }
}

names! {
    /// The stored name of a kind of user.
    stored_user_kind,
    /// A kind of user by its stored name.
    parse_user_kind, UserKind {
        UserKind::Visitor => "visitor", UserKind::Agent => "agent", UserKind::Assistant => "assistant",
        UserKind::Server => "server", UserKind::System => "system",
    }
}

names! {
    /// The stored name of what cut a reply short.
    stored_interruption,
    /// What cut a reply short, by its stored name.
    parse_interruption, Interruption {
        Interruption::Takeover => "takeover", Interruption::Release => "release", Interruption::Closed => "closed",
        Interruption::Error => "error", Interruption::Superseded => "superseded", Interruption::Stopped => "stopped",
    }
}

names! {
    /// The stored name of when replies go out.
    stored_reply_mode,
    /// When replies go out, by its stored name.
    parse_reply_mode, ReplyMode {
        ReplyMode::Automatic => "automatic", ReplyMode::Hold => "hold", ReplyMode::Approve => "approve",
    }
}

names! {
    /// The stored name of what becomes of a reply for which nobody came.
    stored_at_deadline,
    /// What becomes of a reply for which nobody came, by its stored name.
    parse_at_deadline, AtDeadline {
        AtDeadline::Send => "send", AtDeadline::HandOff => "handoff", AtDeadline::Drop => "drop",
    }
}

names! {
    /// The stored name of what became of a supervised reply.
    stored_verdict,
    /// What became of a supervised reply, by its stored name.
    parse_verdict, Verdict {
        Verdict::Sent => "sent", Verdict::Edited => "edited", Verdict::Stopped => "stopped",
        Verdict::Deadline => "deadline", Verdict::Takeover => "takeover", Verdict::Handoff => "handoff",
        Verdict::Ended => "ended", Verdict::Superseded => "superseded",
    }
}

names! {
    /// The stored name of who closed a conversation.
    stored_closed_by,
    /// Who closed a conversation, by its stored name.
    parse_closed_by, ClosedBy {
        ClosedBy::Visitor => "visitor", ClosedBy::Agent => "agent", ClosedBy::Idle => "idle",
        ClosedBy::System => "system",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_names_stay_as_they_are() {
        use Interruption::{Closed, Error, Release, Stopped, Superseded, Takeover};

        assert_eq!(
            [Status::Open, Status::Waiting, Status::Closed, Status::Snoozed].map(stored_status),
            ["open", "waiting", "closed", "snoozed"]
        );
        assert_eq!(
            [Priority::Low, Priority::Medium, Priority::High, Priority::Urgent].map(stored_priority),
            ["low", "medium", "high", "urgent"]
        );
        assert_eq!(
            [Role::Visitor, Role::Agent, Role::Assistant, Role::System].map(stored_role),
            ["visitor", "agent", "assistant", "system"]
        );
        let kinds =
            [UserKind::Visitor, UserKind::Agent, UserKind::Assistant, UserKind::Server, UserKind::System];
        assert_eq!(kinds.map(stored_user_kind), ["visitor", "agent", "assistant", "server", "system"]);
        assert_eq!(
            [Takeover, Release, Closed, Error, Superseded, Stopped].map(stored_interruption),
            ["takeover", "release", "closed", "error", "superseded", "stopped"]
        );
        assert_eq!(
            [ClosedBy::Visitor, ClosedBy::Agent, ClosedBy::Idle, ClosedBy::System].map(stored_closed_by),
            ["visitor", "agent", "idle", "system"]
        );
    }

    #[test]
    fn an_unknown_name_is_nothing() {
        assert_eq!((parse_status("gone"), parse_priority(""), parse_role("Agent")), (None, None, None));
        assert_eq!(
            (parse_user_kind("bot"), parse_interruption("cut"), parse_closed_by("me")),
            (None, None, None)
        );
    }
}
