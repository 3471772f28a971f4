//! What happens to visitors who wait, on a clock that tests turn.

use std::sync::Arc;
use std::time::Duration;

use rooms::{Audience, ChannelId, Content, ConversationId, Entry, EntryId, OrgId, Responder, TicketId, User};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Handover, Job};
use crate::app::{Models, Services};
use crate::base::Base;
use crate::clock::ManualClock;
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::{Db, Seed};
use crate::hub::{Actor, Command, Hub};
use crate::ids;
use crate::llm::EnvironmentKeys;
use crate::model::{ChannelChange, ConversationRecord};
use crate::org_settings::{Level, OrgSettings};

/// Monday, 2026-11-23, noon in UTC.
const NOON: i64 = 1_795_435_200_000;
const MINUTE: i64 = 60_000;

struct House {
    handover: Handover,
    hub: Arc<Hub>,
    org_settings: OrgSettings,
    clock: Arc<ManualClock>,
    org: OrgId,
    job: Job,
    visitor: User,
    _data: TempDir,
}

impl House {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = Arc::new(Settings { data_dir: data.path().to_owned(), ..Settings::defaults() });
        let db = Db::open(None, data.path(), 2).await.unwrap();
        let clock = ManualClock::at(NOON);
        let keys = MasterKeys::load(None, data.path()).unwrap();
        let base = Base::new(db.clone(), clock.clone(), settings);
        let services = Services::new(base, keys, EnvironmentKeys::default(), Models::default()).unwrap();
        services.handover.start();
        services.handover.start();
        let Services { handover, hub, org_settings, .. } = services;
        let (org, channel, visitor, conversation) = conversation(&db).await;
        let job = Job { org, channel, conversation };
        Self { handover, hub, org_settings, clock, org, job, visitor, _data: data }
    }

    async fn set(&self, values: Value) {
        let Value::Object(values) = values else { panic!("fields by name") };
        let level = Level::Org(self.org);
        let changes = OrgSettings::check(level, values).unwrap();
        self.org_settings.change(level, &User::system(), &changes).await.unwrap();
    }

    async fn say(&self, text: &str, reply_to: Option<EntryId>) {
        let content = Content { text: text.into(), reply_to, ..Content::default() };
        let actor = Actor::System { org: self.org, user: &self.visitor };
        let message = Command::Write { id: EntryId(ids::new_number()), content };
        self.hub.act(actor, self.job.conversation, message).await.unwrap();
    }

    async fn entries(&self) -> Vec<Entry> {
        let range = crate::model::EntryRange { after: 0, before: u64::MAX, limit: 100, newest: false };
        self.hub
            .db()
            .entries()
            .list(self.org, self.job.conversation, Audience::Visitors, range)
            .await
            .unwrap()
    }

    async fn record(&self) -> ConversationRecord {
        self.hub.db().conversations().get(self.org, self.job.conversation).await.unwrap().unwrap()
    }

    /// Waits until an entry of the log is as wanted.
    async fn entry(&self, is_wanted: impl Fn(&Entry) -> bool) -> Entry {
        let search = async {
            loop {
                if let Some(found) = self.entries().await.into_iter().rev().find(&is_wanted) {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), search).await.expect("the entry comes")
    }
}

async fn conversation(db: &Db) -> (OrgId, ChannelId, User, ConversationId) {
    let seed = Seed { org_name: "Acme", visitor_name: "Guest-0001", ..Seed::default() };
    let (org, channel, conversation) = (seed.org, seed.channel, seed.conversation);
    let now = rooms::Timestamp(NOON);
    let visitor = seed.store(db, now).await;
    let change = ChannelChange { has_assistant: Some(true), ..ChannelChange::default() };
    db.channels().change(org, channel, &change, None, None, now).await.unwrap();
    (org, channel, visitor.user(), conversation)
}

fn metadata(entry: &Entry) -> Value {
    let json = entry.body.content().and_then(|content| content.metadata.clone());
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

fn is_notice(entry: &Entry) -> bool {
    metadata(entry)["notice"] == "waiting"
}

#[tokio::test]
async fn who_waits_too_long_is_told_once_and_may_leave_an_address() {
    let house = House::new().await;
    house.say("I need a human", None).await;
    assert!(matches!(house.record().await.head.responder, Responder::Waiting { .. }));
    house.clock.advance(5 * MINUTE - 1);
    assert_eq!(house.handover.notify_waiting().await, 0);

    house.clock.advance(1);
    assert_eq!(house.handover.notify_waiting().await, 1);
    assert_eq!(house.handover.notify_waiting().await, 0, "once");
    house.handover.told.clear();
    assert_eq!(house.handover.notify_waiting().await, 0, "also not after a restart");
    let notice = house.entry(is_notice).await;
    assert!(notice.body.content().unwrap().text.starts_with("Nobody is free"));
    house.say("it is ana@example.com, thanks", None).await;

    house.entry(|entry| entry.body.content().is_some_and(|one| one.text.starts_with("Thank you."))).await;
    assert_eq!(house.record().await.visitor.email.as_deref(), Some("ana@example.com"));
}

#[tokio::test]
async fn what_words_say_a_message_is_about_is_stored_with_the_message() {
    let house = House::new().await;
    let insight = async || house.record().await.head.insight.expect("it is there with the message");

    house.say("quiero que me devuelvan el dinero, esto es una vergüenza", None).await;
    let first = insight().await;
    assert_eq!((&*first.intent, &*first.sentiment, &*first.language), ("complaint", "negative", "es"));
    house.say("hola", None).await;
    let second = insight().await;
    assert_eq!(
        (&*second.intent, &*second.language),
        ("greeting", "es"),
        "too short to show another language"
    );
    house.say("  ", None).await;
    assert_eq!(insight().await, second, "no words, no insight");
}

#[tokio::test]
async fn who_waits_may_go_on_with_the_assistant() {
    let house = House::new().await;
    house.say("quiero hablar con una persona real", None).await;
    house.clock.advance(6 * MINUTE);
    house.handover.notify_waiting().await;
    let notice = house.entry(is_notice).await;
    assert!(notice.body.content().unwrap().text.starts_with("Ahora mismo"), "in the visitor's language");
    let choice = metadata(&notice)["choices"][0]["text"].as_str().unwrap().to_owned();

    house.say(&choice, Some(notice.id)).await;
    let answer = house.entry(|entry| entry.author.kind == rooms::UserKind::Assistant).await;

    assert!(answer.body.content().unwrap().text.starts_with("Aquí estoy"), "{answer:?}");
    assert!(matches!(house.record().await.head.responder, Responder::Assistant { .. }));
}

#[tokio::test]
async fn outside_of_the_hours_the_visitor_is_told_at_once() {
    let house = House::new().await;
    house.set(json!({"hours": {"timezone": "UTC", "days": {"mon": [["13:00", "18:00"]]}}})).await;

    house.say("I need a human", None).await;

    let notice = house.entry(is_notice).await;
    assert!(notice.body.content().unwrap().text.starts_with("Nobody is here until 13:00."));
}

#[tokio::test]
async fn an_unhappy_visitor_with_a_hard_problem_gets_a_person_and_a_ticket_of_high_priority() {
    let house = House::new().await;

    house
        .say("This is ridiculous: my order arrived broken twice, nobody answers my emails and I want my money back now", None)
        .await;
    let handoff =
        house.entry(|entry| matches!(&entry.body, rooms::Body::Event(rooms::Event::Handoff { .. }))).await;

    let rooms::Body::Event(rooms::Event::Handoff { reason, ticket, .. }) = handoff.body else {
        panic!("a handoff")
    };
    assert_eq!(&*reason, "sentiment");
    let briefed = async {
        loop {
            let found = house.hub.db().tickets().get(house.org, TicketId(ticket.0)).await.unwrap().unwrap();
            if found.priority == "high" {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), briefed).await.expect("the ticket is briefed");
    assert_eq!(
        house.record().await.head.insight.map(|insight| insight.sentiment.to_string()).as_deref(),
        Some("negative")
    );
}
