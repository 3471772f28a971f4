//! Supervised replies: agents hold, send, change or stop what the assistant wrote, before visitors see it.
//!
//! Exactly one act decides what becomes of a reply. Of one that is being written the room decides, which is one task;
//! of one that is written and waits the store does, by the fence of the draft.

use std::sync::Arc;

use super::Room;
use super::answering::{interruption, tell_agents};
use crate::reply::Ending;
use crate::{
    Announcement, Approval, AtDeadline, Body, Content, DraftEntry, Effect, Entry, EntryId, Event, NewTicket,
    OwnMode, PendingNews, PendingReply, Recipients, Refusal, Settled, Supervision, SupervisorAct, TicketId,
    Timestamp, User, Verdict,
};

/// Why a person is asked for where nobody approved a reply.
const NO_APPROVAL: &str = "no_approval";

impl Room {
    /// How the assistant's replies are supervised here.
    #[must_use]
    pub fn supervision(&self) -> Supervision {
        self.rules.supervision.with(self.head.mode)
    }

    /// How the supervised reply stands, where there is one.
    #[must_use]
    pub fn pending_news(&self) -> Option<PendingNews> {
        let pending = self.head.pending.as_deref().map(news_of);
        pending.or_else(|| self.reply.as_ref().and_then(crate::Reply::news))
    }

    /// The reply whose time is over.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> Option<EntryId> {
        self.head.pending.as_ref().filter(|pending| pending.due_at <= now).map(|pending| pending.id)
    }

    pub(super) fn set_mode(
        &mut self,
        by: User,
        mode: Option<OwnMode>,
        id: EntryId,
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if mode == self.head.mode {
            return Ok(Vec::new());
        }
        self.draft(vec![DraftEntry { id, author: by, body: Body::Event(Event::ModeSet { mode }) }], None)
    }

    pub(super) fn supervise(
        &mut self,
        by: User,
        reply: EntryId,
        act: SupervisorAct,
        ids: (EntryId, TicketId),
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        if let Some(pending) = self.head.pending.clone().filter(|pending| pending.id == reply) {
            return self.supervise_pending(by, &pending, act, ids, now);
        }
        let is_in_writing = self.reply.as_ref().is_some_and(|writing| {
            writing.id == reply && writing.takeover == self.head.takeover && writing.supervision.is_some()
        });
        if is_in_writing && !self.head.is_closed() {
            return self.supervise_writing(by, act, ids.0);
        }
        let known = [self.head.settled.as_deref(), self.unseen.as_ref()].into_iter().flatten();
        let settled = known.into_iter().find(|settled| settled.reply == reply);
        Err(settled.map_or(Refusal::NoSuchReply, |settled| Refusal::Settled(settled.clone())))
    }

    /// Decides on a reply that is written.
    fn supervise_pending(
        &mut self,
        by: User,
        pending: &PendingReply,
        act: SupervisorAct,
        (id, ticket): (EntryId, TicketId),
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        let reply = pending.id;
        let entry = match act {
            SupervisorAct::Hold if pending.held_by.as_ref().is_some_and(|held_by| held_by.id == by.id) => {
                return Ok(Vec::new());
            }
            SupervisorAct::Hold => {
                let (due_at, at_deadline) = self.supervision().wait(true, now);
                let event = Event::ReplyHeld { reply, agent: by.clone(), due_at, at_deadline };
                DraftEntry { id, author: by, body: Body::Event(event) }
            }
            SupervisorAct::Send => return self.let_out(pending, None, Approval::Sent(by), (id, ticket)),
            SupervisorAct::Edit(text) => {
                return self.let_out(pending, Some(text), Approval::Edited(by), (id, ticket));
            }
            SupervisorAct::Stop { reason } => {
                let event = Event::ReplyStopped { reply, answers: pending.answers, reason };
                DraftEntry { id, author: by, body: Body::Event(event) }
            }
            SupervisorAct::Deadline if pending.due_at > now => return Ok(Vec::new()),
            SupervisorAct::Deadline => return self.pass_deadline(pending, (id, ticket)),
        };
        self.draft(vec![entry], None)
    }

    /// Lets a reply go out, and asks for a person with it where the assistant wanted one.
    fn let_out(
        &mut self,
        pending: &PendingReply,
        text: Option<Arc<str>>,
        approval: Approval,
        (id, ticket): (EntryId, TicketId),
    ) -> Result<Vec<Effect>, Refusal> {
        let mut entries = vec![outgoing(pending, text, approval)];
        let wanted = pending.handoff.clone().filter(|_| self.rules.handoff_enabled);
        let Some(reason) = wanted.filter(|_| self.may_ask_for_a_person()) else {
            return self.draft(entries, None);
        };
        let event = Event::Handoff { reason: reason.clone(), words: Vec::new(), ticket };
        entries.push(DraftEntry { id, author: pending.author.clone(), body: Body::Event(event) });
        self.draft(entries, Some(NewTicket { id: ticket, reason }))
    }

    /// Does what is set for a reply for which nobody came.
    fn pass_deadline(
        &mut self,
        pending: &PendingReply,
        (id, ticket): (EntryId, TicketId),
    ) -> Result<Vec<Effect>, Refusal> {
        let author = pending.author.clone();
        let asks = self.rules.handoff_enabled && self.may_ask_for_a_person();
        match pending.at_deadline {
            AtDeadline::Send => self.let_out(pending, None, Approval::Deadline, (id, ticket)),
            AtDeadline::HandOff if asks => {
                let event = Event::Handoff { reason: NO_APPROVAL.into(), words: Vec::new(), ticket };
                let entry = DraftEntry { id, author, body: Body::Event(event) };
                self.draft(vec![entry], Some(NewTicket { id: ticket, reason: NO_APPROVAL.into() }))
            }
            AtDeadline::HandOff | AtDeadline::Drop => {
                let reason = Some(NO_APPROVAL.into());
                let event = Event::ReplyStopped { reply: pending.id, answers: pending.answers, reason };
                self.draft(vec![DraftEntry { id, author, body: Body::Event(event) }], None)
            }
        }
    }

    /// Decides on a supervised reply while it is written.
    fn supervise_writing(
        &mut self,
        by: User,
        act: SupervisorAct,
        id: EntryId,
    ) -> Result<Vec<Effect>, Refusal> {
        let Some(reply) = &mut self.reply else { return Err(Refusal::NoSuchReply) };
        if let Some(sent_by) = &reply.sent_by {
            let settled = Settled { reply: reply.id, verdict: Verdict::Sent, by: Some(sent_by.clone()) };
            return Err(Refusal::Settled(settled));
        }
        match act {
            SupervisorAct::Hold => {
                reply.held_by = Some(by);
                Ok(reply.news().map(tell_agents).into_iter().collect())
            }
            SupervisorAct::Send => {
                reply.sent_by = Some(by);
                let mut effects: Vec<Effect> = reply.news().map(tell_agents).into_iter().collect();
                if !reply.text().is_empty() {
                    let whole = Announcement::Delta(reply.id, 0, reply.text().into());
                    effects.push(Effect::Announce(Recipients::VISITORS, whole));
                }
                Ok(effects)
            }
            SupervisorAct::Edit(text) => {
                let content = Content {
                    text,
                    answers: Some(reply.answers),
                    approval: Some(Approval::Edited(by).into()),
                    ..Content::default()
                };
                let entry =
                    DraftEntry { id: reply.id, author: reply.author.clone(), body: Body::Message(content) };
                reply.ending = Some(Ending::Complete(None));
                Ok(vec![Effect::Commit(self.reply_draft(entry))])
            }
            SupervisorAct::Stop { reason } => {
                let event = Event::ReplyStopped { reply: reply.id, answers: reply.answers, reason };
                let entry = DraftEntry { id, author: by, body: Body::Event(event) };
                Ok(vec![Effect::Commit(self.reply_draft(entry))])
            }
            SupervisorAct::Deadline => Ok(Vec::new()),
        }
    }

    /// Says what an entry has changed of the reply that waits for agents.
    pub(super) fn announce_pending(
        &self,
        before: Option<&PendingReply>,
        entry: &Entry,
        effects: &mut Vec<Effect>,
    ) {
        let mut tell = |recipients, what| effects.push(Effect::Announce(recipients, what));
        match (before, self.head.pending.as_deref()) {
            (before, Some(now)) if before != Some(now) => effects.push(tell_agents(news_of(now))),
            (Some(before), None) => {
                if entry.id == before.id {
                    tell(Recipients::VISITORS, Announcement::ReplyDone(before.id, None));
                } else {
                    tell(Recipients::ALL, Announcement::Cancelled(before.id, interruption(&entry.body)));
                }
                // Of an event everybody is told already.
                if !matches!(entry.body, Body::Event(_)) {
                    tell(Recipients::AGENTS, Announcement::Updated);
                }
            }
            _ => {}
        }
    }
}

/// A pending reply as the entry that visitors see.
fn outgoing(pending: &PendingReply, text: Option<Arc<str>>, approval: Approval) -> DraftEntry {
    let content = Content {
        text: text.unwrap_or_else(|| pending.text.clone()),
        metadata: pending.metadata.clone(),
        answers: Some(pending.answers),
        approval: Some(approval.into()),
        ..Content::default()
    };
    DraftEntry { id: pending.id, author: pending.author.clone(), body: Body::Message(content) }
}

fn news_of(pending: &PendingReply) -> PendingNews {
    PendingNews {
        id: pending.id,
        text: pending.text.clone(),
        is_complete: true,
        sends_at: pending.sends_at(),
        held_by: pending.held_by.clone(),
        sent_by: None,
    }
}
