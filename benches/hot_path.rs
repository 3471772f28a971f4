//! What every message goes through: parse, decide, serialise, fan out, store.
//!
//! `cargo bench --profile fast --bench hot_path`; compare two runs of one machine, not two machines.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rooms::{
    Audience, Body, Command, Content, ConversationId, Draft, DraftEntry, Effect, Entry, EntryId,
    ExpectedAssignee, Fence, HandoffWords, Head, OrgId, PresenceRules, Room, Rules, TicketId, Timestamp,
    User, UserId, UserKind,
};
use switchboard::clock::SystemClock;
use switchboard::db::{Db, Store};
use switchboard::hub::{Outbox, OutboxLimits, Outgoing, Transmit};
use switchboard::model::{NewChannel, NewConversation, NewVisitor};
use switchboard::wire::{ClientEvent, EntryView, Frame, event};
use switchboard::ws::parse_envelope;
use tokio_util::task::TaskTracker;

const WORDS: &str =
    "Hello, my order 4711 has not arrived yet and the tracking page says nothing since Tuesday. ¿Me ayudan?";

fn visitor() -> User {
    User { id: UserId(7), kind: UserKind::Visitor, name: Arc::from("Guest-0007") }
}

fn content() -> Content {
    Content {
        text: Arc::from(WORDS),
        client_message_id: Some(Arc::from("c-1")),
        reply_to: None,
        metadata: None,
        ..Content::default()
    }
}

fn room() -> Room {
    let rules = Rules {
        has_assistant: false,
        handoff_enabled: true,
        handoff_words: Arc::new(HandoffWords::default()),
        typing_lapse_ms: 6_000,
        presence: PresenceRules { grace_ms: 10_000 },
        masks_messages: false,
        has_insight_by_words: true,
        supervision: rooms::Supervision::AUTOMATIC,
    };
    Room::new(Head::begin(false, Timestamp(0)), rules, [])
}

fn send(id: u128) -> Command {
    let handoff_ids = (EntryId(id + 1), TicketId(id + 2));
    Command::Send { author: visitor(), id: EntryId(id), content: content(), handoff_ids }
}

fn entry() -> Entry {
    let author = visitor();
    let body = Body::Message(content());
    Entry {
        id: EntryId(9),
        seq: 41,
        visitor_prev: Some(40),
        author,
        body,
        takeover: 0,
        created_at: Timestamp(1_795_255_200_120),
    }
}

fn parse(criterion: &mut Criterion) {
    let text = serde_json::json!({
        "event": "message:send", "id": 12,
        "data": {"session_id": ConversationId(3).to_string(), "client_message_id": "c-1", "content": WORDS},
    })
    .to_string();
    criterion.bench_function("parse/message:send", |bench| {
        bench.iter(|| {
            let envelope = parse_envelope(black_box(&text)).expect("an envelope");
            ClientEvent::parse(&envelope.event, envelope.data.map(|data| data.get())).expect("an event")
        });
    });
}

fn decide(criterion: &mut Criterion) {
    criterion.bench_function("decide/message and commit", |bench| {
        let mut room = room();
        let mut stored = Head::begin(false, Timestamp(0));
        let mut id = 100;
        bench.iter(|| {
            id += 3;
            let effects = room.apply(send(id), Timestamp(1)).expect("no refusal");
            for effect in effects {
                if let Effect::Commit(draft) = effect {
                    let entries = stored.commit(draft, Timestamp(1)).expect("fresh facts");
                    black_box(room.committed(entries));
                }
            }
        });
    });
}

fn serialise(criterion: &mut Criterion) {
    let entry = entry();
    criterion.bench_function("serialise/message:new", |bench| {
        bench.iter(|| {
            let view = EntryView::for_audience(black_box(&entry), ConversationId(3), Audience::Visitors)
                .expect("visible");
            Frame::new(event::MESSAGE_NEW, &view)
        });
    });
}

/// A transport that takes everything and sends nothing.
#[derive(Debug)]
struct Nowhere;

impl Transmit for Nowhere {
    fn transmit(&mut self, next: &mut dyn FnMut() -> Option<Outgoing>) -> std::io::Result<bool> {
        while let Some(item) = next() {
            black_box(item);
        }
        Ok(true)
    }
}

fn fan_out(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fan-out");
    let view_entry = entry();
    let view = EntryView::for_audience(&view_entry, ConversationId(3), Audience::Agents).expect("visible");
    let frame = Frame::new(event::MESSAGE_NEW, &view);
    for readers in [3_usize, 1_000] {
        let limits = OutboxLimits { max_bytes: 1 << 20, max_frames: 1_024 };
        let outboxes: Vec<Outbox> = (0..readers).map(|_| Outbox::new(limits)).collect();
        for outbox in &outboxes {
            outbox.attach(Box::new(Nowhere));
        }
        group.throughput(Throughput::Elements(readers as u64));
        group.bench_function(BenchmarkId::from_parameter(readers), |bench| {
            bench.iter(|| {
                for outbox in &outboxes {
                    outbox.queue(frame.clone());
                }
                for outbox in &outboxes {
                    outbox.flush();
                }
            });
        });
    }
    group.finish();
}

struct Shop {
    _dir: tempfile::TempDir,
    store: Store,
    org: OrgId,
    conversations: Vec<ConversationId>,
}

async fn shop(rooms: u128) -> Shop {
    let dir = tempfile::tempdir().expect("a directory");
    let db = Db::open(None, dir.path(), 1).await.expect("a database");
    let (org, now) = (OrgId(1), Timestamp(1));
    db.orgs().add(org, "Bench", now).await.expect("an org");
    let channel = rooms::ChannelId(2);
    let new = NewChannel {
        id: channel,
        org,
        name: "Site".into(),
        key: "swk_bench".into(),
        origins: Vec::new(),
        sealed_identity_secret: "x".into(),
    };
    db.channels().add(&new, now).await.expect("a channel");
    let mut conversations = Vec::new();
    for number in 0..rooms {
        let visitor = UserId(1_000 + number);
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
        db.visitors().add(&new, now).await.expect("a visitor");
        let id = ConversationId(100_000 + number);
        let head = Head::begin(false, now);
        db.conversations()
            .begin(&NewConversation {
                id,
                org,
                channel,
                visitor,
                epoch: Arc::from("bench"),
                head,
                previous: None,
            })
            .await
            .expect("a conversation");
        conversations.push(id);
    }
    let store = Store::start(db, Arc::new(SystemClock), 512, &TaskTracker::new());
    Shop { _dir: dir, store, org, conversations }
}

fn store_batch(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let shop = runtime.block_on(shop(64));
    let mut group = criterion.benchmark_group("store");
    group.sample_size(20);
    let next = std::cell::Cell::new(1_u128);
    for messages in [1_usize, 64, 512] {
        group.throughput(Throughput::Elements(messages as u64));
        group.bench_function(BenchmarkId::new("messages committed together", messages), |bench| {
            bench.iter(|| {
                runtime.block_on(async {
                    let mut pending = Vec::with_capacity(messages);
                    for number in 0..messages {
                        let id = next.get();
                        next.set(id + 1);
                        let content =
                            Content { client_message_id: Some(Arc::from(format!("c{id}"))), ..content() };
                        let entries = vec![DraftEntry {
                            id: EntryId((1 << 100) + id),
                            author: visitor(),
                            body: Body::Message(content),
                        }];
                        let fence = Fence {
                            takeover: 0,
                            assignee: ExpectedAssignee::Any,
                            answered: None,
                            pending: None,
                            is_snoozed: false,
                        };
                        let draft = Draft { entries, fence, ticket: None, classification: None };
                        let conversation = shop.conversations[number % shop.conversations.len()];
                        pending.push(
                            shop.store.submit(shop.org, conversation, draft, None).await.expect("a place"),
                        );
                    }
                    for one in pending {
                        black_box(one.outcome().await.expect("stored"));
                    }
                });
            });
        });
    }
    group.finish();
}

criterion_group!(benches, parse, decide, serialise, fan_out, store_batch);
criterion_main!(benches);
