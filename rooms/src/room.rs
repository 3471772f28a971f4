//! The room: the live copy of a conversation, which decides commands and their effects.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::masking::masked;
use crate::presence::Presence;
use crate::typing::Typing;
use crate::{
    Announcement, Audience, Body, ClosedBy, Command, ConnectionId, Content, DraftEntry, Effect, Entry,
    EntryId, Event, HandoffWords, Head, Insight, Interruption, NewTicket, PresenceRules, Recipients, Refusal,
    Reply, Settled, Supervision, TicketId, Timestamp, User, UserId, UserKind,
};

/// What the channel of a conversation says about it.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Whether an assistant answers where no agent does.
    pub has_assistant: bool,
    /// Whether visitors may ask for a person, by words or by button.
    pub handoff_enabled: bool,
    /// The words that ask for a person.
    pub handoff_words: Arc<HandoffWords>,
    /// How long a typing start lasts, in milliseconds.
    pub typing_lapse_ms: i64,
    /// Who still counts as present.
    pub presence: PresenceRules,
    /// Whether card numbers and what looks like a password are masked in visitors' messages, before they are stored.
    pub masks_messages: bool,
    /// Whether words say what visitors' messages are about, as they are committed; otherwise a model does, later.
    pub has_insight_by_words: bool,
    /// How the assistant's replies are supervised, where the conversation has no mode of its own.
    pub supervision: Supervision,
}

impl Rules {
    /// The words by which a visitor's text asks for a person; none where the channel has no people.
    #[must_use]
    pub fn handoff_words_in(&self, text: &str) -> Vec<&str> {
        if self.handoff_enabled { self.handoff_words.found_in(text) } else { Vec::new() }
    }
}

/// One conversation, live.
#[derive(Debug, Clone)]
pub struct Room {
    head: Head,
    rules: Rules,
    presence: Presence,
    typing: Typing,
    reads: BTreeMap<UserId, (UserKind, u64)>,
    reply: Option<Reply>,
    /// The last visitor message at which the assistant failed with nothing said; it is not tried again by itself.
    failed_seq: u64,
    /// What became of the last supervised reply that ended while it was written.
    unseen: Option<Settled>,
    is_retry_wanted: bool,
}

impl Room {
    /// A room with nobody in it, from what is stored.
    #[must_use]
    pub fn new(head: Head, rules: Rules, reads: impl IntoIterator<Item = (UserId, UserKind, u64)>) -> Self {
        let reads = reads.into_iter().map(|(user, kind, seq)| (user, (kind, seq))).collect();
        Self {
            head,
            rules,
            presence: Presence::default(),
            typing: Typing::default(),
            reads,
            reply: None,
            failed_seq: 0,
            unseen: None,
            is_retry_wanted: false,
        }
    }

    /// The durable state.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Whether words say what visitors' messages are about.
    #[must_use]
    pub fn has_insight_by_words(&self) -> bool {
        self.rules.has_insight_by_words
    }

    /// Whether nobody is in it, also not in their grace.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.presence.is_empty()
    }

    /// What the channel says now; decisions follow it from here on.
    pub fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
    }

    /// Decides on `command`.
    ///
    /// # Errors
    /// A [`Refusal`]; then nothing has changed.
    pub fn apply(&mut self, command: Command, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        match command {
            Command::Join { connection, user } => Ok(self.join(connection, &user)),
            Command::Leave { connection } => {
                self.presence.leave(connection, now.plus_ms(self.rules.presence.grace_ms));
                Ok(Vec::new())
            }
            Command::FallSilent { connection } => {
                self.presence.leave(connection, now);
                Ok(self.expire(now))
            }
            Command::Send { author, id, content, handoff_ids } => self.send(author, id, content, handoff_ids),
            Command::Note { author, id, content } => {
                self.must_be_open()?;
                self.draft(vec![DraftEntry { id, author, body: Body::Note(content) }], None)
            }
            Command::StartTyping { user, preview } => self.start_typing(&user, preview, now),
            Command::StopTyping { user } => Ok(self.stop_typing(&user)),
            Command::Read { user, seq } => Ok(self.read(user, seq)),
            Command::RequestHandoff { by, reason, ids } => self.request_handoff(by, reason, ids),
            Command::TakeOver { agent, seen, from, id } => self.take_over(agent, seen, from, id),
            Command::Release { agent, to, reason, id } => self.release(agent, to, reason, id),
            Command::Assign { by, agent, expected, ids, note } => self.assign(by, agent, expected, ids, note),
            Command::Resume { by, reason, id } => self.resume(by, reason, id),
            Command::End { by, idle, ids } => self.end(by, idle, ids, now),
            Command::StartCall { by, call, id } => self.start_call(by, call, id),
            Command::EndCall { by, call, reason, at, id } => {
                self.end_call(by, call, reason, id, at.map_or(now, |at| at.min(now)))
            }
            Command::Overhear { author, id, content } => self.overhear(author, id, content),
            Command::BeginSpeech { id, author } => self.begin_speech(id, author),
            Command::FinishSpeech { id, text, is_interrupted, metadata } => {
                self.finish_speech(id, &text, is_interrupted, metadata)
            }
            Command::BeginReply { id, author } => self.begin_reply(id, author),
            Command::SetStage { id, stage } => self.set_stage(id, stage),
            Command::WriteReply { id, piece } => self.write_reply(id, &piece),
            Command::FinishReply { id, metadata, usage, handoff, pending_id } => {
                self.finish_reply(id, metadata, usage, handoff, (pending_id, now))
            }
            Command::FailReply { id, failure } => self.fail_reply(id, failure),
            Command::StopReply { id } => {
                self.end_unfinished(id, (Interruption::Stopped, Interruption::Stopped), None)
            }
            Command::Supervise { by, reply, act, ids } => self.supervise(by, reply, act, ids, now),
            Command::Snooze { by, until, id } => self.snooze(by, until, id),
            Command::Wake { id } => self.wake(id, now),
            Command::SetMode { by, mode, id } => self.set_mode(by, mode, id),
            Command::Retry => self.retry(),
            Command::RateMessage { by, message, before, thumb, id } => {
                self.rate_message(by, message, (before, thumb), id)
            }
            Command::Rate { by, score, comment, id } => self.rate(by, score, comment, id, now),
        }
    }

    /// Takes in what the room itself has committed: entries, and with them the insight, where words gave one. Agents
    /// get the state only where it has changed in what the entries do not say.
    pub fn committed_with(&mut self, entries: Vec<Entry>, insight: Option<Insight>) -> Vec<Effect> {
        let is_new = insight.is_some() && insight != self.head.insight;
        if is_new {
            self.head.insight = insight;
        }
        let mut effects = self.committed(entries);
        let shows_state =
            |effect: &Effect| matches!(effect, Effect::Announce(to, Announcement::Updated) if to.agents);
        if is_new && !effects.iter().any(shows_state) {
            effects.push(Effect::Announce(Recipients::AGENTS, Announcement::Updated));
        }
        effects
    }

    /// Takes committed entries in and says who is told. Entries that are already in are skipped.
    pub fn committed(&mut self, entries: Vec<Entry>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for entry in entries {
            if entry.seq <= self.head.last_seq {
                continue;
            }
            let answering_before = self.head.responder.agent().cloned();
            let pending_before = self.head.pending.clone();
            self.head.fold(&entry);
            self.announce_entry(entry.clone(), answering_before.as_ref(), &mut effects);
            self.settle_reply(&entry, &mut effects);
            self.announce_pending(pending_before.as_deref(), &entry, &mut effects);
        }
        effects
    }

    /// Takes over what is not in the log and stored already: labels, urgency and insight.
    pub fn retag(&mut self, stored: &Head) -> Vec<Effect> {
        self.head.labels.clone_from(&stored.labels);
        self.head.priority = stored.priority;
        self.head.insight.clone_from(&stored.insight);
        self.head.updated_at = stored.updated_at;
        vec![Effect::Announce(Recipients::AGENTS, Announcement::Updated)]
    }

    /// When [`Room::expire`] has something to do.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        [self.typing.next_deadline(), self.presence.next_deadline()].into_iter().flatten().min()
    }

    /// Lets typing lapse and people go whose grace has ended.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Effect> {
        let stopped = self.typing.expire(now);
        let gone = self.presence.expire(now);
        let mut effects = Vec::new();
        for user in stopped {
            effects.push(Effect::Announce(self.who_sees(&user), Announcement::TypingStopped(user)));
        }
        for user in gone {
            if self.typing.stop(user.id) {
                effects
                    .push(Effect::Announce(self.who_sees(&user), Announcement::TypingStopped(user.clone())));
            }
            effects.push(Effect::Announce(self.who_sees(&user), Announcement::Left(user)));
        }
        effects
    }

    /// Whether somebody is in it, or has left it a moment ago.
    #[must_use]
    pub fn has(&self, user: UserId) -> bool {
        self.presence.has(user)
    }

    /// The people present whom `user` may see, themselves included.
    #[must_use]
    pub fn members_for(&self, user: &User) -> Vec<&User> {
        self.presence.users().filter(|member| self.is_visible_to(member, user)).collect()
    }

    /// Everybody who is typing.
    pub fn typists(&self) -> impl Iterator<Item = &User> {
        self.typing.iter().map(|(typist, _)| typist)
    }

    /// Who is typing, for somebody who has just joined.
    #[must_use]
    pub fn typing_for(&self, user: &User) -> Vec<Announcement> {
        self.typing
            .iter()
            .filter(|(typist, _)| typist.id != user.id && self.is_visible_to(typist, user))
            .map(|(typist, preview)| {
                let preview = preview.filter(|_| Audience::of(user.kind) == Audience::Agents).cloned();
                Announcement::TypingStarted(typist.clone(), preview)
            })
            .collect()
    }

    /// How far everybody has read whom `user` may see, themselves included; clamped to their audience's log.
    #[must_use]
    pub fn reads_for(&self, user: &User) -> Vec<(UserId, u64)> {
        let last_seq = self.last_seq_for(Audience::of(user.kind));
        self.reads
            .iter()
            .filter(|(reader, (kind, _))| {
                Audience::of(user.kind) == Audience::Agents
                    || *kind == UserKind::Visitor
                    || self.head.responder.agent().is_some_and(|agent| agent.id == **reader)
            })
            .map(|(reader, (_, seq))| (*reader, (*seq).min(last_seq)))
            .collect()
    }

    /// How far a user has read; 0 where they have not.
    #[must_use]
    pub fn read_by(&self, user: UserId) -> u64 {
        self.reads.get(&user).map_or(0, |(_, seq)| *seq)
    }

    /// The last `seq` of an audience.
    #[must_use]
    pub fn last_seq_for(&self, audience: Audience) -> u64 {
        match audience {
            Audience::Visitors => self.head.visitor_last_seq,
            Audience::Agents => self.head.last_seq,
        }
    }

    fn is_visible_to(&self, seen: &User, by: &User) -> bool {
        match Audience::of(by.kind) {
            Audience::Agents => true,
            Audience::Visitors => {
                seen.kind == UserKind::Visitor
                    || self.head.responder.agent().is_some_and(|agent| agent.id == seen.id)
            }
        }
    }

    /// Who hears what `user` does besides writing: everybody else, but visitors only of the responder.
    fn who_sees(&self, user: &User) -> Recipients {
        let visitors = user.kind == UserKind::Visitor
            || self.head.responder.agent().is_some_and(|agent| agent.id == user.id);
        Recipients { visitors, agents: true, except: Some(user.id) }
    }

    fn join(&mut self, connection: ConnectionId, user: &User) -> Vec<Effect> {
        if !self.presence.join(user, connection) {
            return Vec::new();
        }
        vec![Effect::Announce(self.who_sees(user), Announcement::Joined(user.clone()))]
    }

    fn send(
        &mut self,
        author: User,
        id: EntryId,
        mut content: Content,
        handoff_ids: (EntryId, TicketId),
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if author.kind == UserKind::Visitor && self.rules.masks_messages {
            content.text = masked(&content.text).into();
        }
        if author.kind == UserKind::Agent {
            self.must_hold(author.id)?;
        }
        let words = self.handoff_words_in(&author, &content.text);
        let mut entries = vec![DraftEntry { id, author: author.clone(), body: Body::Message(content) }];
        if words.is_empty() {
            return self.draft(entries, None);
        }
        let ticket = NewTicket { id: handoff_ids.1, reason: Arc::from("words") };
        let event = Event::Handoff { reason: ticket.reason.clone(), words, ticket: ticket.id };
        entries.extend(self.cut_in_text(Interruption::Superseded));
        entries.push(DraftEntry { id: handoff_ids.0, author, body: Body::Event(event) });
        self.draft(entries, Some(ticket))
    }

    /// The words by which this message asks for a person who has not been asked for yet.
    fn handoff_words_in(&self, author: &User, text: &str) -> Vec<Arc<str>> {
        if author.kind != UserKind::Visitor || !self.may_ask_for_a_person() {
            return Vec::new();
        }
        self.rules.handoff_words_in(text).into_iter().map(Arc::from).collect()
    }

    fn may_ask_for_a_person(&self) -> bool {
        self.head.responder.agent().is_none() && self.head.handoff.is_none()
    }

    fn request_handoff(
        &mut self,
        by: User,
        reason: Arc<str>,
        ids: (EntryId, TicketId),
    ) -> Result<Vec<Effect>, Refusal> {
        self.must_be_open()?;
        if !self.rules.handoff_enabled {
            return Err(Refusal::HandoffDisabled);
        }
        if !self.may_ask_for_a_person() {
            return Ok(Vec::new());
        }
        let ticket = NewTicket { id: ids.1, reason: reason.clone() };
        let event = Event::Handoff { reason, words: Vec::new(), ticket: ticket.id };
        let mut entries: Vec<DraftEntry> = self.cut_in_text(Interruption::Superseded).into_iter().collect();
        entries.push(DraftEntry { id: ids.0, author: by, body: Body::Event(event) });
        self.draft(entries, Some(ticket))
    }

    fn end(
        &mut self,
        by: User,
        idle: bool,
        (id, call_end): (EntryId, EntryId),
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        if self.head.is_closed() {
            return Ok(Vec::new());
        }
        let closed_by = if idle { ClosedBy::Idle } else { ClosedBy::from_kind(by.kind) };
        let mut entries: Vec<DraftEntry> = self.cut(Interruption::Closed).into_iter().collect();
        entries.extend(self.call_cut_by_close(&by, closed_by, call_end, now));
        entries.push(DraftEntry { id, author: by, body: Body::Event(Event::Closed { by: closed_by }) });
        self.draft(entries, None)
    }

    fn must_be_open(&self) -> Result<(), Refusal> {
        if self.head.is_closed() { Err(Refusal::Closed) } else { Ok(()) }
    }

    fn must_hold(&self, agent: UserId) -> Result<(), Refusal> {
        match self.head.responder.agent() {
            Some(holder) if holder.id == agent => Ok(()),
            holder => Err(Refusal::NotHolder { holder: holder.cloned() }),
        }
    }

    fn announce_entry(&mut self, entry: Entry, answering_before: Option<&User>, effects: &mut Vec<Effect>) {
        let author = entry.author.clone();
        let is_event = matches!(entry.body, Body::Event(_));
        let is_message = matches!(entry.body, Body::Message(_));
        let is_visible = entry.visitor_prev.is_some();
        let recipients = Recipients { visitors: is_visible, ..Recipients::ALL };
        effects.push(Effect::Announce(recipients, Announcement::Entry(entry)));
        if is_message {
            effects.extend(self.stop_typing(&author));
        }
        if is_event {
            effects.push(Effect::Announce(recipients, Announcement::Updated));
            self.announce_change_of_agent(answering_before, effects);
        }
    }

    /// Visitors see only the agent who answers: that one comes into view and goes out of it.
    fn announce_change_of_agent(&self, before: Option<&User>, effects: &mut Vec<Effect>) {
        let after = self.head.responder.agent();
        if before.map(|agent| agent.id) == after.map(|agent| agent.id) {
            return;
        }
        let visitors = Recipients { visitors: true, agents: false, except: None };
        let is_here = |agent: &&User| self.presence.has(agent.id);
        if let Some(agent) = before.filter(is_here) {
            effects.push(Effect::Announce(visitors, Announcement::Left(agent.clone())));
        }
        if let Some(agent) = after.filter(is_here) {
            effects.push(Effect::Announce(visitors, Announcement::Joined(agent.clone())));
        }
    }

    #[cfg(test)]
    pub(crate) fn is_sound(&self) -> bool {
        let waits = matches!(self.head.responder, crate::Responder::Waiting { .. });
        let is_snoozed = self.head.status == crate::Status::Snoozed;
        waits == (self.head.status == crate::Status::Waiting)
            && is_snoozed == self.head.snoozed_until.is_some()
            && (!is_snoozed || self.head.responder.agent().is_some())
            && self.head.visitor_last_seq <= self.head.last_seq
            && self.presence.is_sound()
    }
}

mod answering;
#[cfg(test)]
mod answering_tests;
mod calling;
#[cfg(test)]
mod calling_tests;
#[cfg(test)]
mod chat_for_tests;
#[cfg(test)]
mod commands_for_tests;
mod drafting;
#[cfg(test)]
mod insight_tests;
mod mirroring;
#[cfg(test)]
mod mirroring_tests;
mod ownership;
#[cfg(test)]
mod ownership_tests;
mod rating;
#[cfg(test)]
mod rating_tests;
mod signs;
mod snoozing;
mod supervising;
#[cfg(test)]
mod supervising_tests;
#[cfg(test)]
mod tests;
