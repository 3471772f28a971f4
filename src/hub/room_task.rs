//! The task that owns one room.
//!
//! Words are decided and queued for the writer one after another without waiting, so that a burst goes
//! into one commit. Whatever changes who answers first waits for the words before it, and is waited for.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use rooms::{
    Announcement, Audience, Body, Command, Draft, Effect, Entry, EntryId, Event, Head, Refusal, Room,
    Timestamp, User,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Connection;
use super::fanout::{Fanout, frame};
use super::inbox_handle::InboxNotice;
use super::registry::Hub;
use super::room_handle::{ActReply, Acted, JoinSnapshot, Request, RoomFacts, RoomHandle};
use crate::db::DbError;
use crate::model::{CommitOutcome, EntryRange, ReadMark, VisitorRecord};
use crate::refusal::ServiceError;
use crate::telemetry::metrics::{MESSAGES_COMMITTED, ROOMS_LIVE};
use crate::wire::{ErrorCode, UserView};

/// Maximum messages of one room in the store's queue; further ones wait in the room's queue.
const IN_FLIGHT_MAX: usize = 256;
/// Maximum retries of a decision on stale state before the caller gets an error.
const DECISIONS_MAX: usize = 8;

/// How long a room that somebody is in waits for something to happen: it must not spin where rooms do not linger.
const OCCUPIED: Duration = Duration::from_secs(3_600);

type Outcome = Result<Option<CommitOutcome>, DbError>;

struct InFlight {
    outcome: Outcome,
    command: Command,
    reply: ActReply,
}

/// Owns a room until it has been empty for a while.
pub(super) struct RoomTask {
    pub(super) hub: Arc<Hub>,
    pub(super) facts: Arc<RoomFacts>,
    pub(super) visitor: Box<VisitorRecord>,
    pub(super) created_at: Timestamp,
    pub(super) room: Room,
    pub(super) fanout: Fanout,
    pub(super) requests: mpsc::Receiver<Box<Request>>,
    /// The running reply, and what stops the work for it.
    pub(super) running: Option<(EntryId, CancellationToken)>,
}

impl RoomTask {
    pub(super) async fn run(mut self, handle: RoomHandle) {
        metrics::gauge!(ROOMS_LIVE).increment(1.0);
        let mut in_flight: FuturesOrdered<BoxFuture<'static, InFlight>> = FuturesOrdered::new();
        loop {
            let deadline = self.deadline();
            tokio::select! {
                biased;
                Some(done) = in_flight.next(), if !in_flight.is_empty() => self.settle(done).await,
                request = self.requests.recv(), if in_flight.len() < IN_FLIGHT_MAX => {
                    // The registry and `handle` keep senders, so this ends by lingering only.
                    if let Some(request) = request {
                        self.handle(*request, &mut in_flight).await;
                    }
                }
                () = tokio::time::sleep(deadline), if in_flight.is_empty() => {
                    if self.expire() {
                        break;
                    }
                }
            }
        }
        self.hub.forget_room(&handle);
        self.requests.close();
        // Replies that are dropped here make their callers look the room up again.
        while self.requests.recv().await.is_some() {}
        metrics::gauge!(ROOMS_LIVE).decrement(1.0);
    }

    fn now(&self) -> Timestamp {
        self.hub.base.now()
    }

    fn deadline(&self) -> Duration {
        match self.room.next_deadline() {
            Some(deadline) => Duration::from_millis(u64::try_from(deadline.0 - self.now().0).unwrap_or(0)),
            None if self.is_idle() => Duration::from_secs(self.hub.base.settings.room_linger_s),
            // Whatever changes that comes as a request.
            None => OCCUPIED,
        }
    }

    /// Whether nobody is in it and nothing is being said.
    fn is_idle(&self) -> bool {
        self.fanout.is_empty() && self.room.is_empty() && self.room.reply().is_none()
    }

    /// Lets time pass; true when the room has lingered long enough with nobody in it.
    fn expire(&mut self) -> bool {
        if self.room.next_deadline().is_none() {
            return self.is_idle();
        }
        let effects = self.room.expire(self.now());
        self.tell(effects);
        false
    }

    async fn handle(
        &mut self,
        request: Request,
        in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>,
    ) {
        match request {
            Request::Act { command, reply } => self.act(command, reply, in_flight).await,
            Request::Join { connection, reply } => {
                // A caller who is gone leaves by themselves.
                let _gone = reply.send(self.join(connection));
            }
            Request::HistorySent { connection } => self.fanout.release(connection),
            Request::Leave { connection } => {
                self.fanout.leave(connection);
                self.apply(Command::Leave { connection });
            }
            Request::Silence { connection, is_silent: true } => {
                self.apply(Command::FallSilent { connection: connection.id });
            }
            Request::Silence { connection, is_silent: false } => {
                let user = connection.principal.user.clone();
                self.apply(Command::Join { connection: connection.id, user });
            }
            Request::Retagged { reason, head, reply } => {
                let effects = self.room.retag(&head);
                self.tell(effects);
                self.tell_inbox(reason);
                let _gone = reply.send(self.head());
            }
            Request::WriteReply { id, piece } => self.write_reply(id, piece),
            Request::BeginReply { id, author, medium, reply } => {
                // The assistant is gone only when the server stops.
                let _gone = reply.send(self.begin_reply(id, author, medium));
            }
            Request::SetRules(rules) => self.room.set_rules(rules),
            Request::SetVisitor(visitor) => {
                self.visitor = visitor;
                self.tell_inbox("visitor");
            }
        }
    }

    /// Lets somebody in, and shows them what is going on.
    fn join(&mut self, connection: Arc<Connection>) -> JoinSnapshot {
        let (id, user) = (connection.id, connection.principal.user.clone());
        self.apply(Command::Join { connection: id, user: user.clone() });
        self.fanout.join(connection);
        self.show_typing(id, &user);
        self.show_reply(id, &user);
        self.snapshot(&user)
    }

    /// Applies what a room never refuses and never stores.
    fn apply(&mut self, command: Command) {
        let effects = self.room.apply(command, self.now()).unwrap_or_default();
        self.tell(effects);
    }

    async fn act(
        &mut self,
        command: Command,
        reply: ActReply,
        in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>,
    ) {
        let mut effects = self.room.apply(command.clone(), self.now());
        if let Ok([Effect::Commit(draft)]) = effects.as_deref()
            && draft.is_plain()
        {
            let draft = draft.clone();
            self.send_on(command, draft, reply, in_flight).await;
            return;
        }
        if !in_flight.is_empty() {
            while let Some(done) = in_flight.next().await {
                self.settle(done).await;
            }
            effects = self.room.apply(command.clone(), self.now());
        }
        let answer = self.carry_out(&command, effects).await;
        self.sync_reply();
        // A caller who is gone has lost only the answer.
        let _gone = reply.send(answer);
    }

    /// Queues words for the writer and goes on without waiting for them.
    async fn send_on(
        &mut self,
        command: Command,
        draft: Draft,
        reply: ActReply,
        in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>,
    ) {
        match self.hub.store().submit(self.facts.org, self.facts.id, draft).await {
            Ok(pending) => in_flight.push_back(Box::pin(async move {
                InFlight { outcome: pending.outcome().await, command, reply }
            })),
            Err(error) => {
                let _gone = reply.send(Err(error.into()));
            }
        }
    }

    async fn settle(&mut self, done: InFlight) {
        let answer = match self.take_in(done.outcome).await {
            Ok(Some(acted)) => Ok(acted),
            Ok(None) => self.decide_again(&done.command).await,
            Err(error) => Err(error),
        };
        self.sync_reply();
        // A caller who is gone has lost only the answer.
        let _gone = done.reply.send(answer);
    }

    /// Takes in what the store says of a draft; `None` when it stood on stale facts, which are fresh now.
    async fn take_in(&mut self, outcome: Outcome) -> Result<Option<Acted>, ServiceError> {
        match outcome {
            Ok(Some(CommitOutcome::Committed(entries))) => {
                let entry =
                    entries.first().filter(|entry| entry.body.content().is_some()).cloned().map(Arc::new);
                if entries.first().is_some_and(|first| first.seq > self.room.head().last_seq + 1) {
                    self.catch_up().await?;
                }
                metrics::counter!(MESSAGES_COMMITTED).increment(entries.len() as u64);
                self.publish(entries);
                Ok(Some(Acted { head: self.head(), entry, is_duplicate: false }))
            }
            Ok(Some(CommitOutcome::Duplicate(entry))) => {
                Ok(Some(Acted { head: self.head(), entry: Some(Arc::new(*entry)), is_duplicate: true }))
            }
            Ok(Some(CommitOutcome::Stale)) => {
                self.catch_up().await?;
                Ok(None)
            }
            Ok(None) => Err(ServiceError::not_found()),
            Err(error) => Err(error.into()),
        }
    }

    async fn decide_again(&mut self, command: &Command) -> Result<Acted, ServiceError> {
        let effects = self.room.apply(command.clone(), self.now());
        self.carry_out(command, effects).await
    }

    /// Does what was decided and waits for it.
    async fn carry_out(
        &mut self,
        command: &Command,
        mut effects: Result<Vec<Effect>, Refusal>,
    ) -> Result<Acted, ServiceError> {
        for _ in 0..DECISIONS_MAX {
            let decided = match effects {
                Ok(decided) => decided,
                Err(refusal) => return self.refuse(command, refusal).await,
            };
            let mut drafts = Vec::new();
            let mut told = Vec::new();
            for effect in decided {
                match effect {
                    Effect::Commit(draft) => drafts.push(draft),
                    Effect::StoreRead { user, seq } => self.store_read(&user, seq).await?,
                    announce @ Effect::Announce(..) => told.push(announce),
                }
            }
            self.tell(told);
            let Some(draft) = drafts.pop() else {
                return Ok(Acted { head: self.head(), entry: None, is_duplicate: false });
            };
            let outcome = match self.hub.store().submit(self.facts.org, self.facts.id, draft).await {
                Ok(pending) => pending.outcome().await,
                Err(error) => Err(error),
            };
            if let Some(acted) = self.take_in(outcome).await? {
                return Ok(acted);
            }
            effects = self.room.apply(command.clone(), self.now());
        }
        Err(ServiceError::new(ErrorCode::Unavailable, "the conversation is changing too fast; try again"))
    }

    /// A refused message may be the repeat of one that was accepted before: then it is answered like that.
    async fn refuse(&self, command: &Command, refusal: Refusal) -> Result<Acted, ServiceError> {
        let (Command::Send { author, content, .. } | Command::Note { author, content, .. }) = command else {
            return Err(refusal.into());
        };
        let Some(client_message_id) = &content.client_message_id else { return Err(refusal.into()) };
        let known = self
            .hub
            .db()
            .entries()
            .by_client_message_id(self.facts.org, self.facts.id, author.id, client_message_id)
            .await?;
        match known {
            Some(entry) => Ok(Acted { head: self.head(), entry: Some(Arc::new(entry)), is_duplicate: true }),
            None => Err(refusal.into()),
        }
    }

    async fn store_read(&mut self, user: &User, seq: u64) -> Result<(), ServiceError> {
        let mark = ReadMark { user: user.id, kind: user.kind, seq };
        let stored = match self.hub.store().mark_read(self.facts.org, self.facts.id, mark).await {
            Ok(pending) => pending.stored().await,
            Err(error) => Err(error),
        };
        stored?;
        self.tell_inbox("read");
        Ok(())
    }

    /// Takes in what others have committed, so that no reader misses it.
    async fn catch_up(&mut self) -> Result<(), ServiceError> {
        let range =
            EntryRange { after: self.room.head().last_seq, before: u64::MAX, limit: u64::MAX, newest: false };
        let entries =
            self.hub.db().entries().list(self.facts.org, self.facts.id, Audience::Agents, range).await?;
        self.publish(entries);
        Ok(())
    }

    fn publish(&mut self, entries: Vec<Entry>) {
        let reason = entries.iter().rev().find_map(|entry| inbox_reason(&entry.body)).unwrap_or("message");
        let noted: Vec<Entry> = if self.hub.listeners().is_empty() { Vec::new() } else { entries.clone() };
        let effects = self.room.committed(entries);
        self.tell(effects);
        self.tell_inbox(reason);
        for entry in noted {
            self.hub.tell_listener(&self.facts, self.room.head(), entry);
        }
    }

    pub(super) fn tell(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Announce(recipients, what) = effect {
                self.fanout.announce(&self.facts, self.room.head(), recipients, &what);
            }
        }
    }

    fn tell_inbox(&self, reason: &'static str) {
        self.hub.tell_inbox(self.facts.org, self.facts.id, || InboxNotice {
            facts: self.facts.clone(),
            visitor: self.visitor.clone(),
            head: self.room.head().clone(),
            created_at: self.created_at,
            reason,
        });
    }

    /// Somebody who joins sees who is typing already.
    fn show_typing(&mut self, connection: rooms::ConnectionId, user: &User) {
        for what in self.room.typing_for(user) {
            let what: Announcement = what;
            if let Some(frame) = frame(&self.facts, self.room.head(), Audience::of(user.kind), &what) {
                self.fanout.tell_one(connection, frame);
            }
        }
    }

    fn snapshot(&self, user: &User) -> JoinSnapshot {
        JoinSnapshot {
            head: self.head(),
            last_seq: self.room.last_seq_for(Audience::of(user.kind)),
            members: self.room.members_for(user).into_iter().map(UserView::from).collect(),
            reads: self.room.reads_for(user),
        }
    }

    fn head(&self) -> Arc<Head> {
        Arc::new(self.room.head().clone())
    }
}

/// What a new entry means to the inbox; words other than messages mean nothing special.
fn inbox_reason(body: &Body) -> Option<&'static str> {
    match body {
        Body::Message(_) | Body::Note(_) => None,
        Body::Event(Event::Handoff { .. }) => Some("handoff"),
        Body::Event(Event::Takeover { .. }) => Some("takeover"),
        Body::Event(Event::Release { .. }) => Some("release"),
        Body::Event(Event::Assigned { .. }) => Some("assigned"),
        Body::Event(Event::CallStarted { .. } | Event::CallEnded { .. }) => Some("call"),
        Body::Event(Event::Closed { .. }) => Some("closed"),
    }
}
