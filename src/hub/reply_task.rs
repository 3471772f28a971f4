//! The part of a room task that lets the assistant write: pieces, their readers, and what stops the work.

use rooms::{Announcement, Audience, Command, ConnectionId, Effect, EntryId, Stage, User};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use super::fanout::{frame, whole_reply};
use super::room_handle::{ReplyBegun, ReplyMedium};
use super::room_task::RoomTask;

impl RoomTask {
    /// Begins a reply where there is something to answer.
    pub(super) fn begin_reply(
        &mut self,
        id: EntryId,
        author: User,
        medium: ReplyMedium,
    ) -> Option<ReplyBegun> {
        let command = match medium {
            ReplyMedium::Written => Command::BeginReply { id, author },
            ReplyMedium::Spoken => Command::BeginSpeech { id, author },
        };
        let effects = self.room.apply(command, self.hub.base.now()).ok()?;
        self.announce(effects);
        let answers = self.room.reply()?.answers;
        let overrun = CancellationToken::new();
        self.running = Some((id, overrun.clone()));
        Some(ReplyBegun {
            id,
            visitor: self.facts.visitor,
            answers,
            head: Arc::new(self.room.head().clone()),
            overrun,
        })
    }

    /// Sends a piece on to everybody who reads; one of a reply that has ended goes nowhere.
    pub(super) fn write_reply(&mut self, id: EntryId, piece: Arc<str>) {
        let Ok(effects) = self.room.apply(Command::WriteReply { id, piece }, self.hub.base.now()) else {
            self.sync_reply();
            return;
        };
        for effect in &effects {
            if let Effect::Announce(_, Announcement::Delta(id, offset, piece)) = effect {
                self.tell_piece(*id, *offset, piece);
            }
        }
        self.announce_pieces(effects);
    }

    /// Sends pieces of the reply to everybody who reads.
    pub(super) fn announce_pieces(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let Effect::Announce(_, what) = effect else { continue };
            if let (Some(frame), Some(reply)) =
                (frame(&self.facts, self.room.head(), Audience::Agents, &what), self.room.reply())
            {
                self.fanout.announce_piece(&self.facts, reply, frame);
            }
        }
    }

    /// Somebody who joins in the middle of a reply gets what was written so far.
    pub(super) fn show_reply(&mut self, connection: ConnectionId, user: &User) {
        let audience = Audience::of(user.kind);
        let pending = match audience {
            Audience::Agents => self.room.pending_news().map(|news| Announcement::Pending(Box::new(news))),
            Audience::Visitors => {
                self.room.head().pending_id().map(|id| Announcement::Processing(id, Stage::Thinking))
            }
        };
        if let Some(what) = pending
            && let Some(frame) = frame(&self.facts, self.room.head(), audience, &what)
        {
            self.fanout.send_to_one(connection, frame);
        }
        let Some(reply) = self.room.reply() else { return };
        let is_hidden = audience == Audience::Visitors && !reply.is_shown();
        let shown = if reply.text().is_empty() || is_hidden {
            let what = Announcement::Processing(reply.id, reply.stage.clone());
            frame(&self.facts, self.room.head(), audience, &what)
        } else {
            Some(whole_reply(&self.facts, reply))
        };
        if let Some(shown) = shown {
            self.fanout.send_to_one(connection, shown);
        }
    }

    /// Stops the work for a reply that has ended, and says so where another is wanted.
    pub(super) fn sync_reply(&mut self) {
        self.stop_overrun();
        if self.room.wants_reply() {
            self.hub.listeners().iter().for_each(|listener| listener.reply_wanted(&self.facts));
        }
    }

    /// Stops the work for a reply that has ended.
    pub(super) fn stop_overrun(&mut self) {
        let current = self.room.reply().map(|reply| reply.id);
        if let Some((id, overrun)) = &self.running
            && current != Some(*id)
        {
            overrun.cancel();
            self.running = None;
        }
    }
}
