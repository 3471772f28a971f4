//! Ownership of a room: takeover, release, assignment, and resuming the assistant.

use std::sync::Arc;

use super::Room;
use crate::{
    Body, Content, Draft, DraftEntry, Effect, EntryId, Event, ExpectedAssignee, Fence, Interruption, Refusal,
    ReleaseTo, Responder, User, UserId,
};

impl Room {
    pub(super) fn take_over(
        &mut self,
        agent: User,
        seen: Option<u64>,
        from: Option<UserId>,
        id: EntryId,
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if let Some(holder) = self.head.responder.agent() {
            match from {
                _ if holder.id == agent.id => return Ok(Vec::new()),
                Some(from) if from == holder.id => {}
                Some(_) => return Err(Refusal::Conflict),
                None => return Err(Refusal::AlreadyTaken { holder: holder.clone() }),
            }
        }
        if seen.is_some_and(|seen| seen != self.head.takeover) {
            return Err(Refusal::Conflict);
        }
        let event = Event::Takeover { agent: agent.clone() };
        self.draft_cutting(Interruption::Takeover, agent, id, event, None)
    }

    pub(super) fn release(
        &mut self,
        agent: User,
        to: Option<ReleaseTo>,
        reason: Option<Arc<str>>,
        id: EntryId,
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        self.must_hold(agent.id)?;
        let to_assistant = match to {
            Some(ReleaseTo::Assistant) if !self.rules.has_assistant => return Err(Refusal::Conflict),
            Some(ReleaseTo::Assistant) => true,
            Some(ReleaseTo::Waiting) => false,
            None => self.rules.has_assistant,
        };
        let event = Event::Release { agent: Some(agent.clone()), to_assistant, reason };
        self.draft_cutting(Interruption::Release, agent, id, event, None)
    }

    /// Nobody has come: the assistant goes on.
    pub(super) fn resume(&mut self, by: User, reason: Arc<str>, id: EntryId) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        match &self.head.responder {
            Responder::Assistant { .. } => Ok(Vec::new()),
            Responder::Agent { agent, .. } => Err(Refusal::AlreadyTaken { holder: agent.clone() }),
            Responder::Waiting { .. } if !self.rules.has_assistant => Err(Refusal::Conflict),
            Responder::Waiting { .. } => {
                let event = Event::Release { agent: None, to_assistant: true, reason: Some(reason) };
                let mut entries: Vec<DraftEntry> =
                    self.cut_in_text(Interruption::Release).into_iter().collect();
                entries.push(DraftEntry { id, author: by, body: Body::Event(event) });
                self.draft(entries, None)
            }
        }
    }

    /// Sets the assignee, and hands over where another agent holds it; a note about it is committed with it.
    pub(super) fn assign(
        &mut self,
        by: User,
        agent: Option<User>,
        expected: ExpectedAssignee,
        ids: (EntryId, EntryId),
        note: Option<Box<(EntryId, Content)>>,
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if !expected.holds(self.head.assignee.as_ref()) {
            return Err(Refusal::Conflict);
        }
        let current = ExpectedAssignee::current(self.head.assignee.as_ref());
        let mut entries = Vec::new();
        if ExpectedAssignee::current(agent.as_ref()) != current {
            let body = Body::Event(Event::Assigned { agent: agent.clone() });
            entries.push(DraftEntry { id: ids.0, author: by.clone(), body });
        }
        if let (Some(agent), Some(holder)) = (agent, self.head.responder.agent())
            && agent.id != holder.id
        {
            entries.extend(self.cut(Interruption::Takeover));
            let body = Body::Event(Event::Takeover { agent });
            entries.push(DraftEntry { id: ids.1, author: by.clone(), body });
        }
        if let Some((id, content)) = note.map(|note| *note) {
            entries.push(DraftEntry { id, author: by, body: Body::Note(content) });
        }
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let fence = Fence { assignee: current, ..self.fence() };
        Ok(vec![Effect::Commit(Draft { entries, fence, ticket: None, classification: None })])
    }
}
