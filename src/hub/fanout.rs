//! Fan-out to a room's members: each announcement is serialised once per audience, and sent at the end of a turn.

use std::sync::Arc;

use rooms::{Announcement, Audience, ConnectionId, Head, Recipients, Reply, Stage, User};
use serde_json::value::RawValue;

use super::room_handle::{EntryFrames, Held, RoomFacts};
use super::{Connection, OutboxLimits};
use crate::telemetry::metrics::FANOUT_FRAMES;
use crate::wire::{
    CancelledUpdate, CloseCode, CompleteUpdate, DeltaUpdate, EntryView, Frame, PendingUpdate,
    ProcessingUpdate, ReadUpdate, ReplyErrorUpdate, StateUpdate, StateView, TypingUpdate, UserUpdate,
    UserView, event, interruption_name,
};

/// Members that a room writes to before others have their turn; a write takes about 5 µs.
const SENT_PER_TURN: usize = 64;

#[derive(Debug)]
struct Member {
    connection: Arc<Connection>,
    /// Present while the history is on its way.
    held: Option<Held>,
    /// It was too slow for a piece of the running reply: the next one brings the whole text so far.
    is_behind_reply: bool,
    /// Something is queued for it that is not sent yet.
    is_due: bool,
}

/// The connections that have joined one room.
#[derive(Debug)]
pub(super) struct Fanout {
    members: Vec<Member>,
    limits: OutboxLimits,
    /// Something is queued for a member.
    is_due: bool,
}

impl Fanout {
    pub(super) fn new(limits: OutboxLimits) -> Self {
        Self { members: Vec::new(), limits, is_due: false }
    }

    /// Whether a connection has joined.
    pub(super) fn has(&self, connection: ConnectionId) -> bool {
        self.members.iter().any(|member| member.connection.id == connection)
    }

    /// Who has joined, each once.
    pub(super) fn users(&self) -> Vec<User> {
        let mut users: Vec<User> =
            self.members.iter().map(|member| member.connection.principal.user.clone()).collect();
        users.sort_by_key(|user| user.id);
        users.dedup_by_key(|user| user.id);
        users
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Adds a connection whose history is not out yet; joining again holds its frames back again.
    pub(super) fn join(&mut self, connection: Arc<Connection>) {
        self.leave(connection.id);
        let held = Some(Held::default());
        self.members.push(Member { connection, held, is_behind_reply: false, is_due: false });
    }

    /// Leaves what is queued for a connection to its task, which is about to send an answer and takes it along; true
    /// where something is.
    pub(super) fn leave_to_answer(&mut self, connection: ConnectionId) -> bool {
        let member = self.members.iter_mut().find(|member| member.connection.id == connection);
        member.is_some_and(|member| std::mem::take(&mut member.is_due))
    }

    /// Takes that back: the answer is sent by nobody.
    pub(super) fn take_back(&mut self, connection: ConnectionId) {
        if let Some(member) = self.members.iter_mut().find(|member| member.connection.id == connection) {
            member.is_due = true;
            self.is_due = true;
        }
    }

    /// Sends what is queued.
    pub(super) async fn flush(&mut self) {
        if !std::mem::take(&mut self.is_due) {
            return;
        }
        let mut sent_count = 0;
        for member in &mut self.members {
            if !std::mem::take(&mut member.is_due) {
                continue;
            }
            member.connection.outbox.flush();
            sent_count += 1;
            if sent_count % SENT_PER_TURN == 0 {
                // A room of thousands must not hold a thread of the runtime while it writes to all of them.
                tokio::task::yield_now().await;
            }
        }
    }

    pub(super) fn leave(&mut self, connection: ConnectionId) {
        self.members.retain(|member| member.connection.id != connection);
    }

    /// Gives a connection what was held back for it.
    pub(super) fn release(&mut self, connection: ConnectionId) {
        let Some(member) = self.members.iter_mut().find(|member| member.connection.id == connection) else {
            return;
        };
        if let Some(held) = member.held.take() {
            for frame in held.frames {
                member.connection.outbox.queue(frame);
            }
            member.connection.outbox.flush();
        }
    }

    /// Sends one frame to one connection, behind its history.
    pub(super) fn send_to_one(&mut self, connection: ConnectionId, frame: Frame) {
        let limits = self.limits;
        if let Some(member) = self.members.iter_mut().find(|member| member.connection.id == connection) {
            deliver(member, frame, limits);
            self.is_due = true;
        }
    }

    /// Sends a piece of the running reply; who joined in the middle, or was too slow, gets the whole text so far.
    pub(super) fn announce_piece(&mut self, facts: &RoomFacts, reply: &Reply, piece: Frame) {
        let mut whole = None;
        let mut frame_count = 0;
        for member in &mut self.members {
            if !reply.is_shown() && member.connection.audience() == Audience::Visitors {
                continue;
            }
            let frame = if member.is_behind_reply {
                whole.get_or_insert_with(|| whole_reply(facts, reply)).clone()
            } else {
                piece.clone()
            };
            if member.held.is_none() && !member.connection.outbox.has_room() {
                member.is_behind_reply = true;
                continue;
            }
            member.is_behind_reply = false;
            deliver(member, frame, self.limits);
            frame_count += 1;
        }
        self.is_due = true;
        metrics::counter!(FANOUT_FRAMES).increment(frame_count);
    }

    /// Sends an announcement to everybody it is for, and gives it as they got it.
    pub(super) fn announce(
        &mut self,
        facts: &RoomFacts,
        head: &Head,
        recipients: Recipients,
        what: &Announcement,
    ) -> EntryFrames {
        let is_shared = is_same_for_all(what);
        let mut for_visitors = None;
        let mut for_agents = None;
        let mut frame_count = 0;
        for member in &mut self.members {
            if !recipients.includes(&member.connection.principal.user) {
                continue;
            }
            let audience = member.connection.audience();
            let slot = match audience {
                Audience::Visitors if !is_shared => &mut for_visitors,
                Audience::Visitors | Audience::Agents => &mut for_agents,
            };
            let frame = slot.get_or_insert_with(|| frame(facts, head, audience, what));
            if let Some(frame) = frame {
                deliver(member, frame.clone(), self.limits);
                frame_count += 1;
            }
        }
        if frame_count != 0 {
            self.is_due = true;
            metrics::counter!(FANOUT_FRAMES).increment(frame_count);
        }
        let for_agents = for_agents.flatten();
        let for_visitors = if is_shared { for_agents.clone() } else { for_visitors.flatten() };
        EntryFrames { for_visitors, for_agents }
    }
}

/// Whether both audiences see the same: an entry whose `prev` is the same for both, and of which agents see no more.
fn is_same_for_all(what: &Announcement) -> bool {
    let Announcement::Entry(entry) = what else { return false };
    let is_approved = entry.body.content().is_some_and(|content| content.approval.is_some());
    entry.visitor_prev == Some(entry.seq - 1) && !is_approved
}

fn deliver(member: &mut Member, frame: Frame, limits: OutboxLimits) {
    let Some(held) = &mut member.held else {
        member.is_due |= member.connection.outbox.queue(frame);
        return;
    };
    held.byte_count += frame.byte_count();
    held.frames.push(frame);
    if held.frames.len() > limits.max_frames || held.byte_count > limits.max_bytes {
        member.connection.outbox.close(CloseCode::SlowReader);
        member.held = Some(Held::default());
    }
}

/// An announcement as `audience` sees it; `None` where it may not.
pub(super) fn frame(
    facts: &RoomFacts,
    head: &Head,
    audience: Audience,
    what: &Announcement,
) -> Option<Frame> {
    let session_id = || facts.id.to_string();
    Some(match what {
        Announcement::Entry(entry) => {
            Frame::new(event::MESSAGE_NEW, &EntryView::for_audience(entry, facts.id, audience)?)
        }
        Announcement::TypingStarted(user, preview) => {
            let preview = preview.clone().filter(|_| audience == Audience::Agents);
            let update = TypingUpdate { session_id: session_id(), user: user.into(), preview };
            Frame::new(event::TYPING_START, &update)
        }
        Announcement::TypingStopped(user) => {
            let update = TypingUpdate { session_id: session_id(), user: user.into(), preview: None };
            Frame::new(event::TYPING_STOP, &update)
        }
        Announcement::Read(user, seq) => {
            let seq = (*seq).min(last_seq_for(head, audience));
            Frame::new(event::MESSAGE_READ, &ReadUpdate { session_id: session_id(), user: user.into(), seq })
        }
        Announcement::Joined(user) => user_frame(event::USER_JOINED, session_id(), user),
        Announcement::Left(user) => user_frame(event::USER_LEFT, session_id(), user),
        Announcement::Processing(..)
        | Announcement::Delta(..)
        | Announcement::Cancelled(..)
        | Announcement::ReplyDone(..)
        | Announcement::ReplyFailed(..) => reply_frame(session_id(), audience, what)?,
        Announcement::Pending(news) => {
            Frame::new(event::REPLY_PENDING, &PendingUpdate::new(session_id(), news))
        }
        Announcement::Updated => Frame::new(
            event::SESSION_UPDATED,
            &StateUpdate { session_id: session_id(), state: StateView::for_audience(head, audience) },
        ),
    })
}

fn user_frame(name: &'static str, session_id: String, user: &User) -> Frame {
    Frame::new(name, &UserUpdate { session_id, user: UserView::from(user) })
}

fn last_seq_for(head: &Head, audience: Audience) -> u64 {
    match audience {
        Audience::Visitors => head.visitor_last_seq,
        Audience::Agents => head.last_seq,
    }
}

/// What is told of a reply; only agents see what it used.
fn reply_frame(session_id: String, audience: Audience, what: &Announcement) -> Option<Frame> {
    Some(match what {
        Announcement::Processing(id, stage) => {
            let (stage, tool) = match stage {
                Stage::Thinking => ("thinking", None),
                Stage::Tool(tool) => ("tool", Some(&**tool)),
            };
            let update = ProcessingUpdate { session_id, message_id: id.to_string(), stage, tool };
            Frame::new(event::AI_PROCESSING, &update)
        }
        Announcement::Delta(id, offset, text) => {
            let update = DeltaUpdate { session_id, message_id: id.to_string(), offset: *offset, text };
            Frame::new(event::MESSAGE_DELTA, &update)
        }
        Announcement::Cancelled(id, by) => {
            let update =
                CancelledUpdate { session_id, message_id: id.to_string(), reason: interruption_name(*by) };
            Frame::new(event::MESSAGE_CANCELLED, &update)
        }
        Announcement::ReplyDone(id, usage) => {
            let usage = usage.as_deref().filter(|_| audience == Audience::Agents);
            let usage = usage.and_then(|json| serde_json::from_str::<&RawValue>(json).ok());
            Frame::new(event::AI_COMPLETE, &CompleteUpdate { session_id, message_id: id.to_string(), usage })
        }
        Announcement::ReplyFailed(id, failure) => {
            let details = failure.details.as_deref().filter(|_| audience == Audience::Agents);
            let update = ReplyErrorUpdate {
                session_id,
                message_id: id.to_string(),
                code: &failure.code,
                message: &failure.message,
                retry: failure.retry,
                details: details.and_then(|json| serde_json::from_str::<&RawValue>(json).ok()),
            };
            Frame::new(event::AI_ERROR, &update)
        }
        _ => return None,
    })
}

/// Everything that was written of a reply so far, as one piece from its beginning.
pub(super) fn whole_reply(facts: &RoomFacts, reply: &Reply) -> Frame {
    let update = DeltaUpdate {
        session_id: facts.id.to_string(),
        message_id: reply.id.to_string(),
        offset: 0,
        text: reply.text(),
    };
    Frame::new(event::MESSAGE_DELTA, &update)
}
