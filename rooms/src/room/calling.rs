//! A call in a room: at most one, and what the assistant says in it is a reply like any other, which only a person
//! who takes over, the end of the call or the close cuts.

use std::sync::Arc;

use super::Room;
use crate::reply::Ending;
use crate::{
    Announcement, Body, CallId, ClosedBy, Content, DraftEntry, Effect, EntryId, Event, Interruption,
    Recipients, Refusal, Reply, Responder, Timestamp, User,
};

impl Room {
    pub(super) fn start_call(&mut self, by: User, call: CallId, id: EntryId) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if let Some(live) = self.head.call {
            return Err(Refusal::InCall { call: live.id });
        }
        // A running reply plus a call would answer twice.
        self.draft_cutting(Interruption::Superseded, by, id, Event::CallStarted { call }, None)
    }

    pub(super) fn end_call(
        &mut self,
        by: User,
        call: CallId,
        reason: Arc<str>,
        id: EntryId,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        let Some(live) = self.head.call.filter(|live| live.id == call && !self.head.is_closed()) else {
            return Ok(Vec::new());
        };
        let event = Event::CallEnded { call, seconds: seconds(live.since, now), reason };
        self.draft_cutting(Interruption::Superseded, by, id, event, None)
    }

    /// Writes what was said in a call and is answered already. Words come late: the call may be over, and an agent
    /// who said them may not hold the conversation any more.
    pub(super) fn overhear(
        &mut self,
        author: User,
        id: EntryId,
        content: Content,
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        let content = Content { is_answered: true, ..content };
        self.draft(vec![DraftEntry { id, author, body: Body::Message(content) }], None)
    }

    /// Begins what the assistant says in the call, unless an agent answers.
    pub(super) fn begin_speech(&mut self, id: EntryId, author: User) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if let Responder::Agent { agent, .. } = &self.head.responder {
            return Err(Refusal::NotHolder { holder: Some(agent.clone()) });
        }
        if self.head.call.is_none() || self.reply.is_some() {
            return Err(Refusal::NothingToAnswer);
        }
        let (answers, answered) = (self.head.last_visitor_message_seq, self.head.answered_seq);
        let reply = Reply::begin(id, author, self.head.takeover, answers, answered);
        let told = Announcement::Processing(id, reply.stage.clone());
        self.reply = Some(reply);
        Ok(vec![Effect::Announce(Recipients::ALL, told)])
    }

    /// Ends what the assistant said with what was heard of it, which the pieces may have run ahead of.
    pub(super) fn finish_speech(
        &mut self,
        id: EntryId,
        text: &str,
        is_interrupted: bool,
        metadata: Option<Arc<str>>,
    ) -> Result<Vec<Effect>, Refusal> {
        let reply = self.reply_in_writing(id)?;
        reply.replace_text(text);
        let interrupted = is_interrupted.then_some(Interruption::Superseded);
        let Some(entry) = reply.entry(interrupted, metadata) else {
            return self.fail_reply(id, None);
        };
        reply.ending = Some(Ending::Complete(None));
        Ok(vec![Effect::Commit(self.reply_draft(entry))])
    }

    /// What was sent of a written reply, for an event that cuts it; what is said in a call goes on.
    pub(super) fn cut_in_text(&self, by: Interruption) -> Option<DraftEntry> {
        if self.head.call.is_some() { None } else { self.cut(by) }
    }

    /// Whether what the assistant says in a call outlives an event that raised the takeover number: a person is
    /// waited for, or nobody came, and the assistant keeps the visitor company.
    pub(super) fn speech_goes_on(&self, body: &Body) -> bool {
        self.head.call.is_some()
            && matches!(body, Body::Event(Event::Handoff { .. } | Event::Release { agent: None, .. }))
    }

    /// The end of the call of a conversation that is closed.
    pub(super) fn call_cut_by_close(
        &self,
        by: &User,
        closed_by: ClosedBy,
        id: EntryId,
        now: Timestamp,
    ) -> Option<DraftEntry> {
        let live = self.head.call?;
        let reason = match closed_by {
            ClosedBy::Visitor => "visitor",
            ClosedBy::Agent => "agent",
            ClosedBy::Idle => "idle",
            ClosedBy::System => "error",
        };
        let event =
            Event::CallEnded { call: live.id, seconds: seconds(live.since, now), reason: reason.into() };
        Some(DraftEntry { id, author: by.clone(), body: Body::Event(event) })
    }
}

fn seconds(since: Timestamp, now: Timestamp) -> u64 {
    u64::try_from((now.0 - since.0).max(0) / 1_000).unwrap_or(0)
}
