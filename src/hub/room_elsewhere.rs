//! The part of a room task that other nodes have a share in: it tells them what happens here, and shows what they tell.

use std::sync::Arc;

use std::sync::atomic::Ordering;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use rooms::{Audience, Command, ConnectionId, EntryId, Mirrored, Stage, SupervisorAct, User, UserId};

use super::command::handoff_ids;
use super::in_flight::{InFlight, Reply};
use super::room_news::Elsewhere;
use super::room_task::RoomTask;
use crate::bus::{News, Person, ReplyNews};
use crate::model::NodeId;
use crate::refusal::ServiceError;

impl RoomTask {
    /// Shows what another node tells.
    pub(super) async fn take_elsewhere(
        &mut self,
        news: Elsewhere,
        in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>,
    ) {
        match news {
            Elsewhere::Stored { last_seq, updated_at } => {
                let known = self.room.head();
                let is_newer = last_seq > known.last_seq || updated_at > known.updated_at;
                if is_newer && in_flight.is_empty() {
                    self.refresh_or_log("message").await;
                }
            }
            Elsewhere::Changed { reason } => {
                self.others.is_refreshing.store(false, Ordering::Release);
                // What is decided here comes first: it may be part of what has changed.
                self.settle_all(in_flight).await;
                self.refresh_or_log(reason).await;
            }
            Elsewhere::Read { user, seq } => self.apply(Command::Read { user, seq }),
            Elsewhere::Typing { user, is_typing: true, preview } => {
                self.apply(Command::StartTyping { user, preview });
            }
            Elsewhere::Typing { user, is_typing: false, .. } => self.apply(Command::StopTyping { user }),
            Elsewhere::Members { node, users } => self.set_members(node, users),
            Elsewhere::WhoIsIn => {
                (self.others.told, self.others.is_untold) = (None, true);
                self.others.told_reply = None;
                self.tell_members();
                self.tell_reply();
            }
            Elsewhere::Reply { node, id, news } => self.mirror(node, id, news).await,
            Elsewhere::Supervise { by, reply, act } => self.supervise_for(by, reply, act, in_flight).await,
            Elsewhere::Gone { node } => {
                self.set_members(node, Vec::new());
                if self.others.writer == Some(node) {
                    self.others.writer = None;
                    let effects = self.room.end_mirror(None);
                    self.announce(effects);
                }
            }
        }
    }

    async fn refresh_or_log(&mut self, reason: &'static str) {
        if let Err(error) = self.refresh(reason).await {
            error.log_unanswered("could not read what another node has changed");
        }
    }

    /// Reads what is stored where somebody knows of more than this room: they have read it at another node.
    pub(super) async fn reach(
        &mut self,
        seq: u64,
        audience: Audience,
        in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>,
    ) {
        if self.hub.bus().is_alone() || seq <= self.room.last_seq_for(audience) {
            return;
        }
        self.settle_all(in_flight).await;
        if seq > self.room.last_seq_for(audience) {
            self.refresh_or_log("message").await;
        }
    }

    /// Reads what is stored where that is newer than what is known here.
    async fn refresh(&mut self, reason: &'static str) -> Result<(), ServiceError> {
        let (org, id) = (self.facts.org, self.facts.id);
        let Some(record) = self.hub.db().conversations().get(org, id).await? else { return Ok(()) };
        if record.head.last_seq > self.room.head().last_seq {
            self.catch_up().await?;
        }
        *self.visitor = record.visitor;
        let known = self.room.head();
        let is_tagged = known.labels != record.head.labels
            || known.priority != record.head.priority
            || known.insight != record.head.insight;
        if is_tagged && record.head.last_seq >= known.last_seq {
            let effects = self.room.retag(&record.head);
            self.announce(effects);
        }
        self.stop_overrun();
        self.notify_inbox(reason);
        Ok(())
    }

    /// Takes in who is here at another node.
    fn set_members(&mut self, node: NodeId, users: Vec<User>) {
        let known = &mut self.others.members;
        let is_gone = |(of, user): &(NodeId, UserId)| *of == node && !users.iter().any(|one| one.id == *user);
        let gone: Vec<_> = known.keys().filter(|key| is_gone(key)).cloned().collect();
        let left: Vec<ConnectionId> = gone.iter().filter_map(|key| known.remove(key)).collect();
        let mut came = Vec::new();
        for user in users {
            let next = || self.hub.connections.next_id();
            let key = (node, user.id);
            if let std::collections::hash_map::Entry::Vacant(slot) = known.entry(key) {
                came.push((*slot.insert(next()), user));
            }
        }
        for connection in left {
            self.apply(Command::Leave { connection });
        }
        for (connection, user) in came {
            self.apply(Command::Join { connection, user });
        }
    }

    /// Shows what another node writes.
    async fn mirror(&mut self, node: NodeId, id: EntryId, news: ReplyNews) {
        let now = self.room.head();
        let effects = match news {
            ReplyNews::Whole { author, takeover, answers, answered_before, is_shown, tool, text } => {
                if takeover > now.takeover {
                    // It was begun after something that is not known here yet.
                    self.refresh_or_log("message").await;
                }
                self.others.writer = Some(node);
                let author = author.into();
                let stage = tool.map_or(Stage::Thinking, Stage::Tool);
                self.room.mirror(Mirrored {
                    id,
                    author,
                    takeover,
                    answers,
                    answered_before,
                    is_shown,
                    stage,
                    text,
                })
            }
            ReplyNews::Piece { offset, text } => match self.room.mirror_piece(id, offset, &text) {
                Some(effects) => return self.announce_pieces(effects),
                None => return self.hub.bus().tell(|| News::WhoIsIn { conversation: self.facts.id }),
            },
            ReplyNews::Ended => {
                if self.room.is_mirroring(id) {
                    self.refresh_or_log("message").await;
                }
                self.room.end_mirror(Some(id))
            }
        };
        self.announce(effects);
    }

    /// Decides, for an agent at another node, on the reply that is written or pending here.
    async fn supervise_for(
        &mut self,
        by: User,
        reply: EntryId,
        act: SupervisorAct,
        in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>,
    ) {
        // It may have been written to its end meanwhile, and waits.
        if self.others.wrote_last != Some(reply) {
            return;
        }
        let command = Command::Supervise { by, reply, act, ids: handoff_ids() };
        self.act(command, Reply::to_nobody(), in_flight).await;
        self.others.told_reply = None;
        self.tell_reply();
    }

    /// Tells the other nodes who is here, where that has changed.
    pub(super) fn tell_members(&mut self) {
        let bus = self.hub.bus();
        if bus.is_alone() || !std::mem::take(&mut self.others.is_untold) {
            return;
        }
        let mut here = self.fanout.users();
        // Who is not heard any more is not here, though their connection stands.
        here.retain(|user| self.room.has(user.id));
        let ids: Vec<UserId> = here.iter().map(|user| user.id).collect();
        if self.others.told.as_ref() == Some(&ids) {
            return;
        }
        self.others.told = Some(ids);
        let users = here.iter().map(Person::from).collect();
        bus.tell(|| News::Members { conversation: self.facts.id, users });
    }

    /// Tells the other nodes of the running reply, where it has begun or ended here.
    pub(super) fn tell_reply(&mut self) {
        let bus = self.hub.bus();
        if bus.is_alone() {
            return;
        }
        let own =
            self.room.reply().filter(|reply| self.running.as_ref().is_some_and(|(id, _)| *id == reply.id));
        let now = own.map(|reply| reply.id);
        if now == self.others.told_reply {
            return;
        }
        let conversation = self.facts.id;
        let before = std::mem::replace(&mut self.others.told_reply, now);
        self.others.wrote_last = now.or(self.others.wrote_last);
        if let Some(reply) = before {
            bus.tell(|| News::Reply { conversation, reply, news: ReplyNews::Ended });
        }
        if let Some(reply) = own {
            bus.tell(|| News::Reply { conversation, reply: reply.id, news: whole(reply) });
        }
    }

    /// Tells the other nodes of a piece of the running reply; of one that they do not know yet, all of it.
    pub(super) fn tell_piece(&mut self, reply: EntryId, offset: u64, piece: &Arc<str>) {
        if self.others.told_reply != Some(reply) {
            return self.tell_reply();
        }
        let (conversation, text) = (self.facts.id, piece);
        self.hub.bus().tell(|| {
            let news = ReplyNews::Piece { offset, text: text.clone() };
            News::Reply { conversation, reply, news }
        });
    }

    /// Tells the other nodes of a command that is done and leaves nothing in storage.
    pub(super) fn tell_signs(&mut self, command: &Command) {
        if matches!(command, Command::SetStage { .. } | Command::Supervise { .. }) {
            // The reply stands otherwise than it was told.
            self.others.told_reply = None;
        }
        let (org, conversation) = (self.facts.org, self.facts.id);
        let typing = |user: &User, is_typing, preview: Option<Arc<str>>| News::Typing {
            org,
            conversation,
            user: user.into(),
            is_typing,
            preview,
        };
        match command {
            Command::StartTyping { user, preview } => {
                self.hub.bus().tell(|| typing(user, true, preview.clone()));
            }
            Command::StopTyping { user } => self.hub.bus().tell(|| typing(user, false, None)),
            _ => {}
        }
    }

    /// Tells the other nodes that something here has changed in storage.
    pub(super) fn tell_changed(&self, reason: &'static str) {
        let (org, conversation) = (self.facts.org, self.facts.id);
        self.hub.bus().tell(|| News::Changed { org, conversation, reason: reason.into() });
    }

    /// Shows who is at other nodes in a room that has just opened, and asks what is being written there.
    pub(super) fn ask_others(&mut self) {
        for (node, users) in self.hub.members_elsewhere.of(self.facts.id) {
            self.set_members(node, users);
        }
        self.hub.bus().tell(|| News::WhoIsIn { conversation: self.facts.id });
    }

    /// Passes a decision on a reply on to the node that writes it; whether there is one.
    pub(super) fn pass_to_writer(&self, command: &Command) -> bool {
        let Command::Supervise { by, reply, act, .. } = command else { return false };
        if !self.room.is_mirroring(*reply) {
            return false;
        }
        let is_hold = match act {
            SupervisorAct::Hold => true,
            SupervisorAct::Send => false,
            SupervisorAct::Edit(_) | SupervisorAct::Stop { .. } | SupervisorAct::Deadline => return false,
        };
        let (conversation, reply, by) = (self.facts.id, *reply, Person::from(by));
        self.hub.bus().tell(|| News::Supervise { conversation, reply, by, is_hold });
        true
    }
}

/// A reply as it stands.
fn whole(reply: &rooms::Reply) -> ReplyNews {
    ReplyNews::Whole {
        author: Person::from(&reply.author),
        takeover: reply.takeover,
        answers: reply.answers,
        answered_before: reply.answered_before,
        is_shown: reply.is_shown(),
        tool: match &reply.stage {
            Stage::Thinking => None,
            Stage::Tool(tool) => Some(tool.clone()),
        },
        text: reply.text().into(),
    }
}
