//! Whatever is written together leaves what would be there had it been written one by one: random batches over many
//! conversations, on heads that are current, old or unknown, by two processes in turn, against a model in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rand::prelude::IndexedRandom;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rooms::{
    Approval, AtDeadline, Audience, Body, CallId, Classification, ClosedBy, Content, ConversationId, Draft,
    DraftEntry, Entry, EntryId, Event, ExpectedAssignee, Fence, Head, Insight, NewTicket, OrgId, OwnMode,
    PendingReply, Priority, ReplyMode, TicketId, Timestamp, User, UserId, UserKind,
};
use switchboard::clock::ManualClock;
use switchboard::db::{Db, Pending, Store};
use switchboard::model::{
    CommitOutcome, EntryRange, LabelChange, NewChannel, NewConversation, NewVisitor, Patch, ReadMark,
    TagOutcome,
};
use tokio_util::task::TaskTracker;

use crate::on_both_databases;

const NOW: i64 = 1_700_000_000_000;
const ORGS: [OrgId; 2] = [OrgId(1), OrgId(2)];
const CONVERSATIONS: u128 = 12;
const ROUNDS: usize = 60;
/// Writes of one round at most, all submitted before the first is awaited.
const WRITES_MAX: usize = 40;

/// What one conversation should be.
#[derive(Clone)]
struct Expected {
    org: OrgId,
    head: Head,
    log: Vec<Entry>,
    by_client_id: HashMap<(UserId, Arc<str>), EntryId>,
    reads: BTreeMap<UserId, u64>,
    /// What it stood at, for drafts that were decided long ago.
    past: Vec<Head>,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Committed(Vec<u64>, Option<Insight>),
    Duplicate(EntryId),
    Stale,
    Missing,
    Read,
    Tagged(Option<Box<Head>>),
}

enum Asked {
    Draft(Box<Draft>, Option<Arc<Head>>),
    Read(ReadMark),
    Tag(Option<Vec<Arc<str>>>, Patch<Priority>),
    Insight(Insight),
}

struct World {
    dice: StdRng,
    model: BTreeMap<ConversationId, Expected>,
    next_id: u128,
}

fn user(kind: UserKind, number: u128) -> User {
    // Agents without a member's row are read back under this name.
    User { id: UserId(number), kind, name: "Agent".into() }
}

fn agent(dice: &mut StdRng) -> User {
    user(UserKind::Agent, 50 + dice.random_range(0..2))
}

fn insight(dice: &mut StdRng) -> Insight {
    let intent = *["order", "refund"].choose(dice).unwrap();
    Insight { intent: intent.into(), sentiment: "neutral".into(), language: "en".into() }
}

impl World {
    fn id(&mut self) -> u128 {
        self.next_id += 1;
        (1 << 90) + self.next_id
    }

    fn conversation(&mut self) -> (OrgId, ConversationId) {
        let number = self.dice.random_range(0..CONVERSATIONS + 1);
        let id = ConversationId(1_000 + number);
        let org = match self.model.get(&id) {
            Some(expected) if self.dice.random_ratio(29, 30) => expected.org,
            _ => *ORGS.choose(&mut self.dice).unwrap(),
        };
        (org, id)
    }

    fn ask(&mut self, id: ConversationId) -> Asked {
        match self.dice.random_range(0..20) {
            0..14 => {
                let draft = self.draft(id);
                Asked::Draft(Box::new(draft), self.known(id))
            }
            14..18 => {
                let number = self.dice.random_range(0..2);
                let reader = match self.dice.random() {
                    true => user(UserKind::Agent, 50 + number),
                    false => user(UserKind::Visitor, 10),
                };
                let last = self.model.get(&id).map_or(3, |expected| expected.head.last_seq);
                let seq = self.dice.random_range(0..=last + 1);
                Asked::Read(ReadMark { user: reader.id, kind: reader.kind, seq })
            }
            18 => {
                let labels =
                    self.dice.random_bool(0.5).then(|| vec![Arc::from("vip"), Arc::from("\"a\" 🙂")]);
                let priority =
                    *[Patch::Keep, Patch::Clear, Patch::Set(Priority::High)].choose(&mut self.dice).unwrap();
                Asked::Tag(labels, priority)
            }
            _ => Asked::Insight(insight(&mut self.dice)),
        }
    }

    /// What a room may know: nothing, what it stood at some time, or what it stands at; and of what entries do not say,
    /// anything.
    fn known(&mut self, id: ConversationId) -> Option<Arc<Head>> {
        let past = &self.model.get(&id)?.past;
        let newest = past.last()?.clone();
        let mut head = match self.dice.random_range(0..5) {
            0 => return None,
            1 => past.choose(&mut self.dice)?.clone(),
            _ => newest,
        };
        head.unread = self.dice.random_range(0..3);
        Some(Arc::new(head))
    }

    fn draft(&mut self, id: ConversationId) -> Draft {
        let head = self.model.get(&id).map(|expected| expected.head.clone());
        let head = head.unwrap_or_else(|| Head::begin(true, Timestamp(NOW)));
        let takeover = if self.dice.random_ratio(1, 12) { head.takeover + 1 } else { head.takeover };
        let assignee = match self.dice.random_range(0..12) {
            0 => ExpectedAssignee::Nobody,
            _ => ExpectedAssignee::Any,
        };
        let answered = self.dice.random_ratio(1, 12).then_some(head.answered_seq);
        let mut draft = Draft {
            entries: Vec::new(),
            fence: Fence {
                takeover,
                assignee,
                answered,
                pending: self.pending(&head),
                is_snoozed: head.snoozed_until.is_some(),
            },
            ticket: None,
            classification: None,
        };
        if self.dice.random_ratio(5, 6) {
            self.add_words(&mut draft, &head);
        } else {
            self.add_event(&mut draft, &head);
        }
        draft
    }

    /// What a draft thinks that waits for agents: nearly always what does.
    fn pending(&mut self, head: &Head) -> Option<EntryId> {
        match self.dice.random_range(0..24) {
            0 => None,
            1 => Some(EntryId(7)),
            _ => head.pending_id(),
        }
    }

    /// A reply that waits for agents from now on, or what becomes of the one that does.
    fn supervision(&mut self, head: &Head, by: &User) -> (EntryId, Body) {
        let id = EntryId(self.id());
        let Some(pending) = &head.pending else {
            let pending = PendingReply {
                id: EntryId(self.id()),
                author: user(UserKind::Assistant, 60),
                text: "\"quoted\" 🙂".into(),
                metadata: self.dice.random_bool(0.5).then(|| Arc::from(r#"{"a":"b"}"#)),
                answers: head.last_visitor_message_seq,
                handoff: self.dice.random_bool(0.5).then(|| Arc::from("no_answer")),
                due_at: Timestamp(NOW),
                at_deadline: AtDeadline::Send,
                held_by: None,
            };
            return (id, Body::Event(Event::ReplyPending(Arc::new(pending))));
        };
        let (reply, agent) = (pending.id, by.clone());
        match self.dice.random_range(0..4) {
            0 => {
                let event = Event::ReplyHeld {
                    reply,
                    agent,
                    due_at: Timestamp(NOW + 1),
                    at_deadline: AtDeadline::Drop,
                };
                (id, Body::Event(event))
            }
            1 => (id, Body::Event(Event::ReplyStopped { reply, answers: pending.answers, reason: None })),
            2 => {
                let mode = self.dice.random::<bool>().then_some(ReplyMode::Approve);
                let mode = mode.map(|mode| OwnMode { mode, wait_ms: None });
                (id, Body::Event(Event::ModeSet { mode }))
            }
            _ => {
                let content = Content {
                    text: pending.text.clone(),
                    answers: Some(pending.answers),
                    approval: Some(Approval::Edited(agent).into()),
                    ..Content::default()
                };
                (reply, Body::Message(content))
            }
        }
    }

    fn add_words(&mut self, draft: &mut Draft, head: &Head) {
        let author = match self.dice.random_range(0..6) {
            0..=2 => user(UserKind::Visitor, 10),
            3 => agent(&mut self.dice),
            4 => user(UserKind::Assistant, 60),
            _ => user(UserKind::System, 61),
        };
        // Few ids, so that they repeat, also in one batch; and whatever text may hold.
        let client_message_id = match self.dice.random_range(0..3) {
            0 => Some(Arc::from(format!("c{}", self.dice.random_range(0..40)))),
            1 => Some(Arc::from(format!("c{}", self.id()))),
            _ => None,
        };
        let text =
            *["hello", "\"quoted\" \\ \n\u{1} 🙂 'x'", "", "12", "null"].choose(&mut self.dice).unwrap();
        let content = Content {
            text: text.into(),
            client_message_id,
            metadata: self.dice.random_bool(0.2).then(|| Arc::from(r#"{"a":"b \"c\""}"#)),
            answers: (author.kind == UserKind::Assistant).then_some(head.last_visitor_message_seq),
            is_answered: self.dice.random_ratio(1, 8),
            ..Content::default()
        };
        if author.kind == UserKind::Visitor && self.dice.random() {
            let Insight { intent, sentiment, language } = insight(&mut self.dice);
            let language = self.dice.random_bool(0.5).then_some(language);
            draft.classification = Some(Classification { intent, sentiment, language });
        }
        let is_note = author.kind == UserKind::Agent && self.dice.random_bool(0.3);
        let body = if is_note { Body::Note(content) } else { Body::Message(content) };
        draft.entries.push(DraftEntry { id: EntryId(self.id()), author, body });
    }

    fn add_event(&mut self, draft: &mut Draft, head: &Head) {
        let by = agent(&mut self.dice);
        if self.dice.random_ratio(1, 3) {
            let (id, body) = self.supervision(head, &by);
            draft.entries.push(DraftEntry { id, author: by, body });
            return;
        }
        let event = match self.dice.random_range(0..10) {
            0 | 1 => Event::Takeover { agent: by.clone() },
            2 | 3 => {
                Event::Release { agent: Some(by.clone()), to_assistant: self.dice.random(), reason: None }
            }
            4 | 5 => Event::Assigned { agent: self.dice.random_bool(0.7).then(|| by.clone()) },
            6 if self.dice.random() => {
                Event::Snoozed { until: self.dice.random_bool(0.7).then_some(Timestamp(NOW + 5)) }
            }
            6 => Event::CallStarted { call: CallId(self.id()) },
            7 | 8 => {
                let ticket = NewTicket { id: TicketId(self.id()), reason: "button".into() };
                draft.ticket = Some(ticket.clone());
                Event::Handoff { reason: ticket.reason, words: Vec::new(), ticket: ticket.id }
            }
            _ if self.dice.random_ratio(1, 4) => Event::Closed { by: ClosedBy::Agent },
            _ => Event::Assigned { agent: None },
        };
        draft.entries.push(DraftEntry { id: EntryId(self.id()), author: by, body: Body::Event(event) });
    }

    /// What becomes of a write that comes next.
    fn expect(&mut self, org: OrgId, id: ConversationId, asked: &Asked, now: Timestamp) -> Outcome {
        let Some(expected) = self.model.get_mut(&id).filter(|expected| expected.org == org) else {
            return match asked {
                Asked::Draft(..) => Outcome::Missing,
                Asked::Read(_) => Outcome::Read,
                Asked::Tag(..) | Asked::Insight(_) => Outcome::Tagged(None),
            };
        };
        let outcome = match asked {
            Asked::Draft(draft, _) => expected.commit(draft, now),
            Asked::Read(mark) => {
                if mark.kind == UserKind::Agent {
                    expected.head.mark_read_by_agent(mark.seq);
                }
                let read = expected.reads.entry(mark.user).or_insert(mark.seq);
                *read = (*read).max(mark.seq);
                Outcome::Read
            }
            Asked::Tag(labels, priority) => {
                if let Some(labels) = labels {
                    expected.head.labels.clone_from(labels);
                }
                if !priority.is_keep() {
                    expected.head.priority = priority.value();
                }
                expected.head.updated_at = now;
                Outcome::Tagged(Some(Box::new(expected.head.clone())))
            }
            Asked::Insight(insight) => {
                expected.head.insight = Some(insight.clone());
                expected.head.updated_at = now;
                Outcome::Tagged(Some(Box::new(expected.head.clone())))
            }
        };
        expected.past.push(expected.head.clone());
        outcome
    }
}

impl Expected {
    fn commit(&mut self, draft: &Draft, now: Timestamp) -> Outcome {
        let first = &draft.entries[0];
        let client_id = first.body.content().and_then(|content| content.client_message_id.clone());
        let key = client_id.map(|client_id| (first.author.id, client_id));
        if let Some(known) = key.as_ref().and_then(|key| self.by_client_id.get(key)) {
            return Outcome::Duplicate(*known);
        }
        let Ok(entries) = self.head.commit(draft.clone(), now) else { return Outcome::Stale };
        if let Some(key) = key {
            self.by_client_id.insert(key, entries[0].id);
        }
        let seqs = entries.iter().map(|entry| entry.seq).collect();
        self.log.extend(entries);
        Outcome::Committed(seqs, draft.classification.as_ref().and(self.head.insight.clone()))
    }
}

enum Running {
    Draft(Pending),
    Read(Pending),
    Tag(tokio::task::JoinHandle<Option<Head>>),
}

impl Running {
    async fn begin(store: &Store, org: OrgId, id: ConversationId, asked: Asked) -> Self {
        let store = store.clone();
        match asked {
            Asked::Draft(draft, known) => Self::Draft(store.submit(org, id, *draft, known).await.unwrap()),
            Asked::Read(mark) => Self::Read(store.mark_read(org, id, mark).await.unwrap()),
            Asked::Tag(labels, priority) => {
                let labels = labels.map_or(LabelChange::Keep, LabelChange::Set);
                let waiting = async move {
                    match store.tag(org, id, labels, priority).await.unwrap() {
                        TagOutcome::Stored(head) => Some(*head),
                        TagOutcome::TooManyLabels | TagOutcome::NotFound => None,
                    }
                };
                Self::in_turn(waiting).await
            }
            Asked::Insight(insight) => {
                let waiting = async move { store.record_insight(org, id, insight).await.unwrap() };
                Self::in_turn(waiting).await
            }
        }
    }

    /// Starts what waits by itself, up to its place in the queue.
    async fn in_turn(waiting: impl Future<Output = Option<Head>> + Send + 'static) -> Self {
        let mut waiting = Box::pin(waiting);
        let polled =
            std::future::poll_fn(|context| std::task::Poll::Ready(waiting.as_mut().poll(context))).await;
        Self::Tag(match polled {
            std::task::Poll::Ready(head) => tokio::spawn(std::future::ready(head)),
            std::task::Poll::Pending => tokio::spawn(waiting),
        })
    }

    async fn outcome(self) -> Outcome {
        match self {
            Self::Draft(pending) => match pending.outcome().await.unwrap() {
                Some(CommitOutcome::Committed { entries, insight }) => {
                    Outcome::Committed(entries.iter().map(|entry| entry.seq).collect(), insight)
                }
                Some(CommitOutcome::Duplicate(entry)) => Outcome::Duplicate(entry.id),
                Some(CommitOutcome::Stale) => Outcome::Stale,
                None => Outcome::Missing,
            },
            Self::Read(pending) => {
                pending.stored().await.unwrap();
                Outcome::Read
            }
            Self::Tag(running) => Outcome::Tagged(running.await.unwrap().map(Box::new)),
        }
    }
}

async fn begin(db: &Db, model: &mut BTreeMap<ConversationId, Expected>) {
    let now = Timestamp(NOW);
    for org in ORGS {
        let channel = rooms::ChannelId(org.0 + 10);
        db.orgs().add(org, "Org", now).await.unwrap();
        let new = NewChannel {
            id: channel,
            org,
            name: "Site".into(),
            key: format!("swk_{}", org.0),
            origins: Vec::new(),
            sealed_identity_secret: "x".into(),
        };
        db.channels().add(&new, now).await.unwrap();
    }
    for number in 0..CONVERSATIONS {
        let org = ORGS[usize::from(number % 4 == 3)];
        let (channel, visitor) = (rooms::ChannelId(org.0 + 10), UserId(100 + number));
        let new = NewVisitor {
            id: visitor,
            org,
            channel,
            external_id: None,
            name: "Guest".into(),
            email: None,
            verified: false,
            profile_verified: false,
        };
        db.visitors().add(&new, now).await.unwrap();
        let (id, head) = (ConversationId(1_000 + number), Head::begin(true, now));
        let new = NewConversation {
            id,
            org,
            channel,
            visitor,
            epoch: "e".into(),
            head: head.clone(),
            previous: None,
        };
        db.conversations().begin(&new).await.unwrap();
        let (log, by_client_id, reads) = (Vec::new(), HashMap::new(), BTreeMap::new());
        let past = vec![head.clone()];
        model.insert(id, Expected { org, head, log, by_client_id, reads, past });
    }
}

async fn check_stored(db: &Db, model: &BTreeMap<ConversationId, Expected>, what: &str) {
    for (id, expected) in model {
        let record = db.conversations().get(expected.org, *id).await.unwrap().unwrap();
        assert_eq!(record.head, expected.head, "{what}: the head of {id}");
        let range = EntryRange { after: 0, before: u64::MAX, limit: 10_000, newest: false };
        let log = db.entries().list(expected.org, *id, Audience::Agents, range).await.unwrap();
        assert_eq!(log, expected.log, "{what}: the log of {id}");
        let reads = db.entries().reads(expected.org, *id).await.unwrap();
        let reads: BTreeMap<UserId, u64> = reads.into_iter().map(|(user, _, seq)| (user, seq)).collect();
        assert_eq!(reads, expected.reads, "{what}: how far {id} was read");
    }
}

on_both_databases! {
    async fn batches_leave_what_writes_one_by_one_would_leave(database: Database) {
        let seed: u64 = std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
        println!("seed {seed}: run again with SEED={seed}");
        let db = Db::open(database.url(), database.dir(), 2).await.unwrap();
        let clock = ManualClock::at(NOW);
        // Two processes: each knows only of its own commits.
        let stores = [7, 512].map(|batch_max| Store::start(db.clone(), clock.clone(), batch_max, &TaskTracker::new()));
        let mut world = World { dice: StdRng::seed_from_u64(seed), model: BTreeMap::new(), next_id: 0 };
        begin(&db, &mut world.model).await;

        for round in 0..ROUNDS {
            clock.set(NOW + world.dice.random_range(-5..200) + 50 * round as i64);
            let now = Timestamp(switchboard::clock::Clock::now_ms(&*clock));
            let store = stores.choose(&mut world.dice).unwrap();
            let (mut running, mut wanted) = (Vec::new(), Vec::new());
            for _ in 0..world.dice.random_range(1..WRITES_MAX) {
                let (org, id) = world.conversation();
                let asked = world.ask(id);
                wanted.push(world.expect(org, id, &asked, now));
                running.push(Running::begin(store, org, id, asked).await);
            }
            for (number, (running, wanted)) in running.into_iter().zip(wanted).enumerate() {
                assert_eq!(running.outcome().await, wanted, "round {round}, write {number}, seed {seed}");
            }
            check_stored(&db, &world.model, &format!("round {round}, seed {seed}")).await;
        }
        let tickets = database.read("select count(*) from tickets");
        let opened = world.model.values().flat_map(|expected| &expected.log).filter(|entry| matches!(entry.body, Body::Event(Event::Handoff { .. }))).count();
        assert_eq!(tickets, [opened.to_string()], "seed {seed}");
    }
}
