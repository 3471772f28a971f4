//! Replies of the assistant: one at a time, fenced by the takeover number it started under.

use std::sync::Arc;

use super::Room;
use crate::reply::Ending;
use crate::{
    Announcement, Body, Draft, DraftEntry, Effect, Entry, EntryId, Event, Failure, Fence, Interruption,
    Recipients, Refusal, Reply, Responder, Settled, Stage, Timestamp, User, UserKind, Verdict,
};

impl Room {
    /// The reply that is being written.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    /// Whether the assistant should begin a reply: it is the responder, none is being written, and a visitor
    /// message waits that it has not failed at already.
    #[must_use]
    pub fn wants_reply(&self) -> bool {
        let head = &self.head;
        let is_mine = !head.is_closed() && matches!(head.responder, Responder::Assistant { .. });
        let waits = head.last_visitor_message_seq > head.answered_seq.max(self.failed_seq);
        let is_free = head.call.is_none() && head.pending.is_none() && self.reply.is_none();
        is_mine && is_free && (waits || self.is_retry_wanted)
    }

    pub(super) fn begin_reply(&mut self, id: EntryId, author: User) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if !self.wants_reply() {
            return Err(Refusal::NothingToAnswer);
        }
        let answered = self.head.answered_seq;
        let answers = self.head.last_visitor_message_seq;
        self.is_retry_wanted = false;
        let mut reply = Reply::begin(id, author, self.head.takeover, answers, answered);
        let supervision = self.supervision();
        reply.supervision = supervision.mode.is_supervised().then_some(supervision);
        let told = Announcement::Processing(id, reply.stage.clone());
        let mut effects = vec![Effect::Announce(Recipients::ALL, told)];
        effects.extend(reply.news().map(tell_agents));
        self.reply = Some(reply);
        Ok(effects)
    }

    pub(super) fn set_stage(&mut self, id: EntryId, stage: Stage) -> Result<Vec<Effect>, Refusal> {
        let reply = self.reply_in_writing(id)?;
        reply.stage = stage.clone();
        Ok(vec![Effect::Announce(Recipients::ALL, Announcement::Processing(id, stage))])
    }

    pub(super) fn write_reply(&mut self, id: EntryId, piece: &Arc<str>) -> Result<Vec<Effect>, Refusal> {
        let reply = self.reply_in_writing(id)?;
        let offset = reply.add(piece);
        let readers = if reply.is_shown() { Recipients::ALL } else { Recipients::AGENTS };
        Ok(vec![Effect::Announce(readers, Announcement::Delta(id, offset, piece.clone()))])
    }

    pub(super) fn finish_reply(
        &mut self,
        id: EntryId,
        metadata: Option<Arc<str>>,
        usage: Option<Arc<str>>,
        handoff: Option<Arc<str>>,
        (pending_id, now): (EntryId, Timestamp),
    ) -> Result<Vec<Effect>, Refusal> {
        let reply = self.reply_in_writing(id)?;
        if let Some(pending) = reply.pending(metadata.clone(), handoff, now) {
            let author = reply.author.clone();
            reply.ending = Some(Ending::Complete(usage));
            let body = Body::Event(Event::ReplyPending(Arc::new(pending)));
            return Ok(vec![Effect::Commit(self.reply_draft(DraftEntry { id: pending_id, author, body }))]);
        }
        let Some(entry) = reply.entry(None, metadata) else {
            return self.fail_reply(id, None);
        };
        reply.ending = Some(Ending::Complete(usage));
        Ok(vec![Effect::Commit(self.reply_draft(entry))])
    }

    /// Ends a reply that will not be finished: with `failure`, or silently where the assistant has nothing to say.
    pub(super) fn fail_reply(
        &mut self,
        id: EntryId,
        failure: Option<Failure>,
    ) -> Result<Vec<Effect>, Refusal> {
        let unsaid = if failure.is_some() { Interruption::Error } else { Interruption::Superseded };
        self.end_unfinished(id, (Interruption::Error, unsaid), failure)
    }

    /// Ends a reply: what was sent of it stays, marked with the first reason; where nothing was, it is cancelled for the
    /// second.
    pub(super) fn end_unfinished(
        &mut self,
        id: EntryId,
        (cut_by, cancelled_by): (Interruption, Interruption),
        failure: Option<Failure>,
    ) -> Result<Vec<Effect>, Refusal> {
        let reply = self.reply_in_writing(id)?;
        if let Some(entry) = reply.entry(Some(cut_by), None) {
            reply.ending = failure.map(Ending::Failed).or(Some(Ending::Complete(None)));
            return Ok(vec![Effect::Commit(self.reply_draft(entry))]);
        }
        let answers = reply.answers;
        if !reply.is_shown() {
            self.unseen = Some(Settled { reply: id, verdict: Verdict::Ended, by: None });
        }
        self.reply = None;
        self.failed_seq = self.failed_seq.max(answers);
        let told = |what| Effect::Announce(Recipients::ALL, what);
        let mut effects = vec![told(Announcement::Cancelled(id, cancelled_by))];
        effects.extend(failure.map(|failure| told(Announcement::ReplyFailed(id, failure))));
        Ok(effects)
    }

    /// Asks for another try at what was not answered, or only in part.
    pub(super) fn retry(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if !matches!(self.head.responder, Responder::Assistant { .. }) {
            return Err(Refusal::NotHolder { holder: self.head.responder.agent().cloned() });
        }
        let is_answering = self.reply.is_some() || self.head.pending.is_some();
        if is_answering || self.head.last_visitor_message_seq == 0 {
            return Err(Refusal::NothingToAnswer);
        }
        self.is_retry_wanted = true;
        Ok(Vec::new())
    }

    /// What was sent of the running reply, as an entry that goes before the event that cuts it.
    pub(super) fn cut(&self, by: Interruption) -> Option<DraftEntry> {
        self.reply.as_ref().and_then(|reply| reply.entry(Some(by), None))
    }

    /// The reply, unless it has ended or was overrun.
    pub(super) fn reply_in_writing(&mut self, id: EntryId) -> Result<&mut Reply, Refusal> {
        let takeover = self.head.takeover;
        match &mut self.reply {
            Some(reply) if reply.id == id && reply.takeover == takeover && !self.head.is_closed() => {
                Ok(reply)
            }
            _ => Err(Refusal::Superseded),
        }
    }

    pub(super) fn reply_draft(&self, entry: DraftEntry) -> Draft {
        let (takeover, answered) = self
            .reply
            .as_ref()
            .map_or((self.head.takeover, None), |reply| (reply.takeover, Some(reply.answered_before)));
        Draft {
            entries: vec![entry],
            fence: Fence { takeover, answered, ..self.fence() },
            ticket: None,
            classification: None,
        }
    }

    /// Ends the reply when the log shows that it has ended or was cut, and says what readers are told of it.
    pub(super) fn settle_reply(&mut self, entry: &Entry, effects: &mut Vec<Effect>) {
        let Some(reply) = &self.reply else { return };
        let mut tell = |recipients, what| effects.push(Effect::Announce(recipients, what));
        if is_pending(&entry.body, reply.id) {
            let (id, ending) = (reply.id, reply.ending.clone());
            self.reply = None;
            if let Some(Ending::Complete(usage)) = ending {
                tell(Recipients::AGENTS, Announcement::ReplyDone(id, usage));
            }
        } else if reply.id == entry.id {
            let is_cut = entry.body.content().is_some_and(|content| content.interrupted.is_some());
            let (id, ending) = (reply.id, reply.ending_of(is_cut));
            self.reply = None;
            match ending {
                Some(Ending::Complete(usage)) => {
                    tell(Recipients::ALL, Announcement::ReplyDone(id, usage));
                }
                Some(Ending::Failed(failure)) => {
                    tell(Recipients::ALL, Announcement::ReplyFailed(id, failure));
                }
                None => {}
            }
        } else if reply.takeover != self.head.takeover && self.speech_goes_on(&entry.body) {
            let takeover = self.head.takeover;
            if let Some(reply) = &mut self.reply {
                reply.takeover = takeover;
            }
        } else if reply.takeover != self.head.takeover
            || is_edge_of_call(&entry.body)
            || ends_unseen(reply, entry)
        {
            let (id, by) = (reply.id, interruption(&entry.body));
            if !reply.is_shown() {
                self.unseen = Settled::by_entry(id, entry);
            }
            self.reply = None;
            tell(Recipients::ALL, Announcement::Cancelled(id, by));
        }
    }
}

/// How a supervised reply stands, for agents.
pub(super) fn tell_agents(news: crate::PendingNews) -> Effect {
    Effect::Announce(Recipients::AGENTS, Announcement::Pending(Box::new(news)))
}

/// Whether an entry says that this reply is written and waits.
fn is_pending(body: &Body, reply: EntryId) -> bool {
    matches!(body, Body::Event(Event::ReplyPending(pending)) if pending.id == reply)
}

/// Whether a reply of which visitors have seen nothing gives way: to a further message, which one new reply answers
/// with those before it, or to an agent who stopped it.
fn ends_unseen(reply: &Reply, entry: &Entry) -> bool {
    match &entry.body {
        Body::Message(content) => {
            !reply.is_shown() && entry.author.kind == UserKind::Visitor && !content.is_answered
        }
        Body::Event(Event::ReplyStopped { reply: stopped, .. }) => *stopped == reply.id,
        Body::Note(_) | Body::Event(_) => false,
    }
}

/// Text gives way to a call, and speech ends with it.
fn is_edge_of_call(body: &Body) -> bool {
    matches!(body, Body::Event(Event::CallStarted { .. } | Event::CallEnded { .. }))
}

/// What an entry that cut a reply means to it.
pub(super) fn interruption(body: &Body) -> Interruption {
    match body {
        Body::Event(Event::Takeover { .. }) => Interruption::Takeover,
        Body::Event(Event::Release { .. }) => Interruption::Release,
        Body::Event(Event::Closed { .. }) => Interruption::Closed,
        Body::Event(Event::ReplyStopped { .. }) => Interruption::Stopped,
        Body::Event(
            Event::Handoff { .. }
            | Event::Assigned { .. }
            | Event::CallStarted { .. }
            | Event::CallEnded { .. }
            | Event::MessageRated { .. }
            | Event::ReplyPending(_)
            | Event::ReplyHeld { .. }
            | Event::ModeSet { .. }
            | Event::Snoozed { .. }
            | Event::Rated { .. },
        )
        | Body::Message(_)
        | Body::Note(_) => Interruption::Superseded,
    }
}
