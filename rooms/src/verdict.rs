//! What an entry of the log makes of a reply that no visitor has seen.

use crate::{Approval, Body, Entry, EntryId, Event, Settled, UserKind, Verdict};

impl Settled {
    /// What an entry makes of a reply that no visitor has seen; `None` where it leaves it as it is.
    pub(crate) fn by_entry(reply: EntryId, entry: &Entry) -> Option<Self> {
        let (verdict, by) = match &entry.body {
            Body::Message(content) if entry.id == reply => {
                let approval = content.approval.as_deref().unwrap_or(&Approval::Deadline);
                (approval.verdict(), approval.by().cloned())
            }
            Body::Message(content) if entry.author.kind == UserKind::Visitor && !content.is_answered => {
                (Verdict::Superseded, None)
            }
            Body::Event(Event::ReplyStopped { reply: stopped, .. }) if *stopped == reply => {
                match entry.author.kind {
                    UserKind::Agent => (Verdict::Stopped, Some(entry.author.clone())),
                    _ => (Verdict::Deadline, None),
                }
            }
            Body::Event(Event::Takeover { agent }) => (Verdict::Takeover, Some(agent.clone())),
            Body::Event(Event::Handoff { .. }) => (Verdict::Handoff, None),
            Body::Event(Event::Release { .. } | Event::Closed { .. } | Event::CallStarted { .. }) => {
                (Verdict::Ended, None)
            }
            Body::Message(_) | Body::Note(_) | Body::Event(_) => return None,
        };
        Some(Self { reply, verdict, by })
    }
}
