//! What a new entry means to those who wait for it.

use rooms::{Body, Event};

/// Whether a command that wrote such an entry is answered with it: words and ratings, not changes of the state.
pub(super) fn is_answer(body: &Body) -> bool {
    match body {
        Body::Message(_) | Body::Note(_) => true,
        Body::Event(event) => matches!(event, Event::MessageRated { .. } | Event::Rated { .. }),
    }
}

/// What a new entry means to the inbox; words other than messages mean nothing special.
pub(super) fn inbox_reason(body: &Body) -> Option<&'static str> {
    match body {
        Body::Message(_) | Body::Note(_) => None,
        Body::Event(Event::Handoff { .. }) => Some("handoff"),
        Body::Event(Event::Takeover { .. }) => Some("takeover"),
        Body::Event(Event::Release { .. }) => Some("release"),
        Body::Event(Event::Assigned { .. }) => Some("assigned"),
        Body::Event(Event::ReplyPending(_) | Event::ReplyHeld { .. } | Event::ReplyStopped { .. }) => {
            Some("reply")
        }
        Body::Event(Event::ModeSet { .. }) => Some("mode"),
        Body::Event(Event::Snoozed { .. }) => Some("snoozed"),
        Body::Event(Event::CallStarted { .. } | Event::CallEnded { .. }) => Some("call"),
        Body::Event(Event::Closed { .. }) => Some("closed"),
        Body::Event(Event::MessageRated { .. } | Event::Rated { .. }) => Some("rated"),
    }
}
