//! Drafts with the facts that they stand on.

use super::Room;
use crate::{
    Body, Draft, DraftEntry, Effect, EntryId, Event, ExpectedAssignee, Fence, Interruption, NewTicket,
    Refusal, User,
};

impl Room {
    pub(super) fn draft(
        &self,
        entries: Vec<DraftEntry>,
        ticket: Option<NewTicket>,
    ) -> Result<Vec<Effect>, Refusal> {
        let reply = self.reply.as_ref().map(|reply| reply.id);
        // Another node may have finished what is cut here: then its entry stands already.
        let answered = entries.iter().any(|one| Some(one.id) == reply).then_some(self.head.answered_seq);
        let fence = Fence { answered, ..self.fence() };
        Ok(vec![Effect::Commit(Draft { entries, fence, ticket, classification: None })])
    }

    /// What a decision on what this room knows stands on.
    pub(super) fn fence(&self) -> Fence {
        Fence {
            takeover: self.head.takeover,
            assignee: ExpectedAssignee::Any,
            answered: None,
            pending: self.head.pending_id(),
            is_snoozed: self.head.snoozed_until.is_some(),
        }
    }

    /// An event, and before it what was sent of the reply that it cuts.
    pub(super) fn draft_cutting(
        &self,
        cut: Interruption,
        author: User,
        id: EntryId,
        event: Event,
        ticket: Option<NewTicket>,
    ) -> Result<Vec<Effect>, Refusal> {
        let mut entries: Vec<DraftEntry> = self.cut(cut).into_iter().collect();
        entries.push(DraftEntry { id, author, body: Body::Event(event) });
        self.draft(entries, ticket)
    }
}
