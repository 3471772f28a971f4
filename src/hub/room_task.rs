//! The task that owns one room.
//!
//! Words are decided and queued for the writer one after another without waiting, so that a burst goes
//! into one commit. Whatever changes who answers first waits for the words before it, and is waited for.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use futures_util::{FutureExt, StreamExt};
use rooms::{Announcement, Audience, Command, Draft, Effect, EntryId, Head, Refusal, Room, Timestamp, User};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Connection;
use super::entry_meaning::is_answer;
use super::fanout::{Fanout, frame};
use super::in_flight::{InFlight, Outcome, Reply};
use super::origin::Origin;
use super::recent::Recent;
use super::registry::Hub;
use super::room_handle::{Acted, JoinSnapshot, Request, RoomFacts, RoomHandle};
use super::room_news::Others;
use super::signs::ShownTyping;
use crate::bus::{News, Person};
use crate::clock::{self, Alarm};
use crate::db::{DbError, Pending};
use crate::insight;
use crate::model::{CommitOutcome, EntryRange, ReadMark, VisitorRecord};
use crate::refusal::ServiceError;
use crate::telemetry::metrics::{MESSAGES_COMMITTED, ROOMS_LIVE};
use crate::telemetry::trace::InTrace as _;
use crate::wire::{ErrorCode, UserView};

/// Maximum messages of one room in the store's queue; further ones wait in the room's queue.
const IN_FLIGHT_MAX: usize = 256;
/// Maximum retries of a decision on stale state before the caller gets an error.
const DECISIONS_MAX: usize = 8;

/// Entries of others that are read at once.
const CAUGHT_UP_AT_ONCE: u64 = 500;

/// How long a room waits before it tries again what storage refused for a reply whose time is over, in milliseconds.
const RETRY_REPLY_MS: i64 = 2_000;

/// How long a room that somebody is in waits for something to happen: it must not spin where rooms do not linger.
const OCCUPIED: Duration = Duration::from_secs(3_600);

/// Owns a room until it has been empty for a while.
pub(super) struct RoomTask {
    pub(super) hub: Arc<Hub>,
    pub(super) facts: Arc<RoomFacts>,
    pub(super) visitor: Box<VisitorRecord>,
    pub(super) created_at: Timestamp,
    pub(super) room: Room,
    pub(super) fanout: Fanout,
    pub(super) recent: Recent,
    pub(super) shown_typing: ShownTyping,
    pub(super) requests: mpsc::Receiver<Box<Request>>,
    /// The running reply, and what stops the work for it.
    pub(super) running: Option<(EntryId, CancellationToken)>,
    /// What it knows of other nodes.
    pub(super) others: Others,
    /// When to look again at a reply whose time is over, where storage refused what was to become of it.
    pub(super) retry_reply_at: Timestamp,
}

impl RoomTask {
    pub(super) async fn run(mut self, handle: RoomHandle) {
        metrics::gauge!(ROOMS_LIVE).increment(1.0);
        self.others.is_refreshing = handle.waiting_refresh.clone();
        self.ask_others();
        let mut in_flight: FuturesOrdered<BoxFuture<'static, InFlight>> = FuturesOrdered::new();
        let mut alarm = Alarm::at(clock::instant() + OCCUPIED);
        loop {
            let deadline = clock::instant() + self.deadline();
            tokio::select! {
                biased;
                Some(done) = in_flight.next(), if !in_flight.is_empty() => {
                    self.settle(done).await;
                    // What was committed together is sent together.
                    while let Some(Some(done)) = in_flight.next().now_or_never() {
                        self.settle(done).await;
                    }
                }
                request = self.requests.recv(), if in_flight.len() < IN_FLIGHT_MAX => {
                    // The registry and `handle` keep senders, so this ends by lingering, or by being told to.
                    match request.map(|request| *request) {
                        Some(Request::Remove) | None => break,
                        Some(request) => self.handle(request, &mut in_flight).await,
                    }
                }
                () = alarm.wait_until(deadline), if in_flight.is_empty() => {
                    self.pass_reply_deadline(&mut in_flight).await;
                    if self.expire() {
                        break;
                    }
                }
            }
            self.tell_members();
            self.tell_reply();
            self.fanout.flush().await;
        }
        self.hub.forget_room(&handle);
        self.requests.close();
        // Dropped reply channels make their callers look the room up again.
        while self.requests.recv().await.is_some() {}
        metrics::gauge!(ROOMS_LIVE).decrement(1.0);
    }

    fn now(&self) -> Timestamp {
        self.hub.base.now()
    }

    fn deadline(&self) -> Duration {
        let of_reply =
            self.room.head().pending.as_ref().map(|pending| pending.due_at.max(self.retry_reply_at));
        match [self.room.next_deadline(), of_reply].into_iter().flatten().min() {
            Some(deadline) => Duration::from_millis(u64::try_from(deadline.0 - self.now().0).unwrap_or(0)),
            None if self.is_idle() => Duration::from_secs(self.hub.base.settings.room_linger_s),
            // Whatever changes that comes as a request.
            None => OCCUPIED,
        }
    }

    /// Whether nobody is in it and nothing is being said.
    fn is_idle(&self) -> bool {
        let has_reply = self.room.reply().is_some() || self.room.head().pending.is_some();
        self.fanout.is_empty() && self.room.is_empty() && !has_reply
    }

    /// Lets time pass; true when the room has lingered long enough with nobody in it.
    fn expire(&mut self) -> bool {
        if self.room.next_deadline().is_none() {
            return self.is_idle();
        }
        let effects = self.room.expire(self.now());
        self.announce(effects);
        false
    }

    /// Does what is set for a reply whose time is over. Where storage is away it is tried again a little later.
    async fn pass_reply_deadline(&mut self, in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>) {
        let now = self.now();
        if now < self.retry_reply_at {
            return;
        }
        let Some(command) = self.room.overdue(now).and_then(|reply| self.deadline_command(reply)) else {
            return;
        };
        self.retry_reply_at = now.plus_ms(RETRY_REPLY_MS);
        self.act(command, Reply::to_nobody(), in_flight).await;
    }

    async fn handle(
        &mut self,
        request: Request,
        in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>,
    ) {
        match request {
            Request::Act { command, reply, from, place } => {
                let reply = Reply { waiting: reply, from, place: place.clone() };
                self.act(command, reply, in_flight).in_trace(&place).await;
            }
            Request::Join { connection, after, reply } => {
                let audience = connection.audience();
                self.reach(after.unwrap_or(0), audience, in_flight).await;
                // A caller that disconnected leaves the room by itself.
                self.others.is_untold = true;
                let _gone = reply.send(self.join(connection, after));
            }
            Request::HistorySent { connection } => self.fanout.release(connection),
            Request::Leave { connection } => {
                self.fanout.leave(connection);
                self.others.is_untold = true;
                self.apply(Command::Leave { connection });
            }
            Request::Silence { connection, is_silent: true } => {
                self.others.is_untold = true;
                self.apply(Command::FallSilent { connection: connection.id });
            }
            Request::Silence { connection, is_silent: false } => {
                self.others.is_untold = true;
                let user = connection.principal.user.clone();
                self.apply(Command::Join { connection: connection.id, user });
            }
            Request::Retagged { reason, head, reply } => {
                let effects = self.room.retag(&head);
                self.announce(effects);
                self.notify_inbox(reason);
                self.tell_changed(reason);
                let _gone = reply.send(self.head());
            }
            Request::WriteReply { id, piece } => self.write_reply(id, piece),
            Request::BeginReply { id, author, medium, reply } => {
                // The receiver is dropped only when the server stops.
                let _gone = reply.send(self.begin_reply(id, author, medium));
            }
            Request::Has { user, reply } => {
                // Whoever asked may have stopped waiting.
                let _gone = reply.send(self.room.has(user));
            }
            Request::Elsewhere(news) => self.take_elsewhere(news, in_flight).await,
            Request::SetRules(rules) => self.room.set_rules(rules),
            Request::SetVisitor(visitor, reason) => {
                self.visitor = visitor;
                self.notify_inbox(reason);
            }
            Request::Remove => {}
        }
    }

    /// Lets somebody in, and shows them what is going on.
    fn join(&mut self, connection: Arc<Connection>, after: Option<u64>) -> JoinSnapshot {
        let (id, user) = (connection.id, connection.principal.user.clone());
        self.apply(Command::Join { connection: id, user: user.clone() });
        self.fanout.join(connection);
        self.show_typing(id, &user);
        self.show_reply(id, &user);
        self.snapshot(&user, after)
    }

    /// Applies what a room never refuses and never stores.
    pub(super) fn apply(&mut self, command: Command) {
        let effects = self.room.apply(command, self.now()).unwrap_or_default();
        self.announce(effects);
    }

    pub(super) async fn act(
        &mut self,
        mut command: Command,
        reply: Reply,
        in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>,
    ) {
        if self.pass_to_writer(&command) {
            return self.answer(reply, Ok(self.acted()));
        }
        match &command {
            // What becomes of a reply is decided on what is settled.
            Command::Supervise { .. } => self.settle_all(in_flight).await,
            Command::Read { user, seq } => self.reach(*seq, Audience::of(user.kind), in_flight).await,
            _ => {}
        }
        let mut effects = self.room.apply(command.clone(), self.now());
        if let Ok([Effect::Commit(draft)]) = effects.as_deref()
            && draft.is_plain()
        {
            let draft = draft.clone();
            self.queue_draft(command, draft, reply, in_flight).await;
            return;
        }
        let is_thumb = matches!(command, Command::RateMessage { .. });
        if is_thumb || !in_flight.is_empty() {
            self.settle_all(in_flight).await;
            if let Err(error) = self.read_thumb(&mut command).await {
                return self.answer(reply, Err(error.into()));
            }
            effects = self.room.apply(command.clone(), self.now());
        }
        if effects.is_ok() {
            self.tell_signs(&command);
        }
        let answer = self.carry_out(&command, effects).await;
        self.sync_reply();
        self.answer(reply, answer);
    }

    fn answer(&mut self, reply: Reply, answer: Result<Acted, ServiceError>) {
        let Some(waiting) = reply.waiting else { return };
        let left = reply.from.filter(|from| self.fanout.leave_to_answer(*from));
        // The caller may have disconnected: only the answer is lost.
        if waiting.send(answer).is_err()
            && let Some(connection) = left
        {
            self.fanout.take_back(connection);
        }
    }

    /// Queues words for the writer and goes on without waiting for them.
    async fn queue_draft(
        &mut self,
        command: Command,
        draft: Draft,
        reply: Reply,
        in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>,
    ) {
        match self.submit(draft).await {
            Ok(pending) => in_flight.push_back(Box::pin(async move {
                InFlight { outcome: pending.outcome().await, command, reply }
            })),
            Err(error) => self.answer(reply, Err(error.into())),
        }
    }

    /// Queues a draft for the writer. What its words say it is about goes with it.
    async fn submit(&self, mut draft: Draft) -> Result<Pending, DbError> {
        if self.room.has_insight_by_words() {
            draft.classification = draft.visitor_words().and_then(insight::classify);
        }
        self.hub.store().submit(self.facts.org, self.facts.id, draft, Some(self.head())).await
    }

    /// Waits for everything that the writer has of this room.
    pub(super) async fn settle_all(&mut self, in_flight: &mut FuturesOrdered<BoxFuture<'static, InFlight>>) {
        while let Some(done) = in_flight.next().await {
            self.settle(done).await;
        }
    }

    async fn settle(&mut self, done: InFlight) {
        let place = done.reply.place.clone();
        self.settle_in_place(done).in_trace(&place).await;
    }

    async fn settle_in_place(&mut self, done: InFlight) {
        let answer = match self.receive_outcome(done.outcome).await {
            Ok(Some(acted)) => Ok(acted),
            Ok(None) => self.decide_again(&done.command).await,
            Err(error) => Err(error),
        };
        self.sync_reply();
        self.answer(done.reply, answer);
    }

    /// Takes in what the store says of a draft; `None` when it stood on stale facts, which are fresh now.
    async fn receive_outcome(&mut self, outcome: Outcome) -> Result<Option<Acted>, ServiceError> {
        match outcome {
            Ok(Some(CommitOutcome::Committed { entries, insight })) => {
                let entry = entries.first().filter(|entry| is_answer(&entry.body)).cloned().map(Arc::new);
                if entries.first().is_some_and(|first| first.seq > self.room.head().last_seq + 1) {
                    self.catch_up().await?;
                }
                metrics::counter!(MESSAGES_COMMITTED).increment(entries.len() as u64);
                let sent = self.publish(entries, insight, Origin::Here);
                Ok(Some(Acted { head: self.head(), entry, is_duplicate: false, sent }))
            }
            Ok(Some(CommitOutcome::Duplicate(entry))) => Ok(Some(Acted {
                head: self.head(),
                entry: Some(Arc::new(*entry)),
                is_duplicate: true,
                sent: None,
            })),
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
            // Nobody waits for what is sent already while the store is waited for.
            self.fanout.flush().await;
            let mut drafts = Vec::new();
            let mut told = Vec::new();
            for effect in decided {
                match effect {
                    Effect::Commit(draft) => drafts.push(draft),
                    Effect::StoreRead { user, seq } => self.store_read(&user, seq).await?,
                    announce @ Effect::Announce(..) => told.push(announce),
                }
            }
            self.announce(told);
            self.fanout.flush().await;
            let Some(draft) = drafts.pop() else {
                return Ok(self.acted());
            };
            let outcome = match self.submit(draft).await {
                Ok(pending) => pending.outcome().await,
                Err(error) => Err(error),
            };
            if let Some(acted) = self.receive_outcome(outcome).await? {
                return Ok(acted);
            }
            effects = self.room.apply(command.clone(), self.now());
        }
        Err(ServiceError::new(ErrorCode::Unavailable, "the conversation is changing too fast; try again"))
    }

    /// A refused message may be the repeat of one that was accepted before: then it is answered like that.
    async fn refuse(&self, command: &Command, refusal: Refusal) -> Result<Acted, ServiceError> {
        if let (Command::Supervise { reply, .. }, Refusal::NoSuchReply) = (command, &refusal) {
            let settled = self.settled_in_store(*reply).await?;
            return Err(settled.map_or(refusal, Refusal::Settled).into());
        }
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
            Some(entry) => {
                Ok(Acted { head: self.head(), entry: Some(Arc::new(entry)), is_duplicate: true, sent: None })
            }
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
        let (conversation, reader) = (self.facts.id, Person::from(user));
        self.hub.bus().tell(|| News::Read { conversation, user: reader, seq });
        self.notify_inbox("read");
        if user.id == self.facts.visitor {
            self.notify_visitor("read");
        }
        Ok(())
    }

    /// Takes in what others have committed, so that no reader misses it.
    pub(super) async fn catch_up(&mut self) -> Result<(), ServiceError> {
        let (org, id) = (self.facts.org, self.facts.id);
        loop {
            self.fanout.flush().await;
            let after = self.room.head().last_seq;
            let range = EntryRange { after, before: u64::MAX, limit: CAUGHT_UP_AT_ONCE, newest: false };
            let entries = self.hub.db().entries().list(org, id, Audience::Agents, range).await?;
            let is_last = (entries.len() as u64) < CAUGHT_UP_AT_ONCE;
            self.publish(entries, None, Origin::Elsewhere);
            if is_last {
                return Ok(());
            }
        }
    }

    /// Somebody who joins sees who is typing already.
    fn show_typing(&mut self, connection: rooms::ConnectionId, user: &User) {
        for what in self.room.typing_for(user) {
            let what: Announcement = what;
            if let Some(frame) = frame(&self.facts, self.room.head(), Audience::of(user.kind), &what) {
                self.fanout.send_to_one(connection, frame);
            }
        }
    }

    fn snapshot(&self, user: &User, after: Option<u64>) -> JoinSnapshot {
        JoinSnapshot {
            head: self.head(),
            last_seq: self.room.last_seq_for(Audience::of(user.kind)),
            members: self.room.members_for(user).into_iter().map(UserView::from).collect(),
            reads: self.room.reads_for(user),
            remembered: self.recent.above(after),
        }
    }

    /// A command is done that has written nothing.
    fn acted(&self) -> Acted {
        Acted { head: self.head(), entry: None, is_duplicate: false, sent: None }
    }

    fn head(&self) -> Arc<Head> {
        Arc::new(self.room.head().clone())
    }
}
