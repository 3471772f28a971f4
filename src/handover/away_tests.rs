//! Who is mailed what a person wrote to them, and when, by a clock that tests turn.

use std::sync::Arc;

use rooms::{ChannelId, Content, ConversationId, EntryId, OrgId, Timestamp, User, UserId, UserKind};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{Models, Services};
use crate::auth::{Principal, PrincipalKind};
use crate::base::Base;
use crate::clock::ManualClock;
use crate::config::Settings;
use crate::crypto::MasterKeys;
use crate::db::{Db, Seed};
use crate::hub::{Actor, Client, Command, EventSource, Greeting, Incoming, Transport, serve};
use crate::ids;
use crate::llm::EnvironmentKeys;
use crate::mail::mailbox_hash;
use crate::model::{MailRecord, VisitedPage, VisitorChange};
use crate::org_settings::{Level, OrgSettings};

const NOW: i64 = 1_795_435_200_000;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const ORG: OrgId = OrgId(1);
const CHANNEL: ChannelId = ChannelId(2);
const VISITOR: UserId = UserId(3);
const CONVERSATION: ConversationId = ConversationId(4);

struct House {
    services: Services,
    clock: Arc<ManualClock>,
    ana: User,
    data: TempDir,
}

impl House {
    /// With a conversation that Ana holds, of a visitor who left an address.
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 2).await.unwrap();
        let seed = Seed {
            org_name: "Acme",
            channel_name: "Acme shop",
            origins: vec!["https://acme.example".into()],
            visitor_name: "Guest-0001",
            email: Some("guest@example.com".into()),
            has_assistant: false,
            ..Seed::default()
        };
        seed.store(&db, Timestamp(NOW)).await;
        let clock = ManualClock::at(NOW);
        let services = services(&db, &clock, &data);
        let ana = User { id: UserId(9), kind: UserKind::Agent, name: "Ana".into() };
        let house = Self { services, clock, ana, data };
        house.act(&house.ana, Command::TakeOver { seen: None, from: None }).await;
        house
    }

    async fn act(&self, user: &User, command: Command) {
        let actor = Actor::System { org: ORG, user };
        self.services.hub.act(actor, CONVERSATION, command).await.unwrap();
    }

    async fn say(&self, user: &User, text: &str) {
        let content = Content { text: text.into(), ..Content::default() };
        self.act(user, Command::Write { id: EntryId(ids::new_number()), content }).await;
    }

    async fn change_visitor(&self, change: VisitorChange) {
        let now = Timestamp(self.clock_ms());
        self.services.base.db.visitors().change(ORG, VISITOR, &change, now).await.unwrap();
    }

    fn clock_ms(&self) -> i64 {
        self.services.base.now().0
    }

    /// How many visitors are mailed so much later.
    async fn mailed_after(&self, pause_ms: i64) -> usize {
        self.clock.advance(pause_ms);
        self.services.handover.mail_away().await
    }

    /// The mail that is queued; it is as good as sent then.
    async fn mail(&self) -> MailRecord {
        let (db, now) = (&self.services.base.db, Timestamp(self.clock_ms()));
        let mail = db.mails().due(None, crate::model::NodeId::new(), now).await.unwrap().expect("a mail");
        db.mails().note(&mail, Ok(()), now).await.unwrap();
        assert_eq!(db.mails().due(None, crate::model::NodeId::new(), now).await.unwrap(), None, "one mail");
        mail
    }

    /// The visitor joins their conversation; what is given back takes them out of it.
    async fn visitor_comes(&self) -> Arc<crate::hub::Connection> {
        let hub = self.services.hub.clone();
        let principal = Principal {
            org: ORG,
            user: visitor(),
            kind: PrincipalKind::Visitor { channel: CHANNEL },
            credential: "visitor:3".into(),
            expires_at: None,
            page: None,
            message_max_chars: None,
            blocked: crate::model::BlockedVisitors::default(),
            standing: crate::auth::Standing::default(),
        };
        let address = std::net::IpAddr::from([127, 0, 0, 1]);
        let client = Client::admit(hub, principal, None, Transport::Native, address, Greeting::Silent).await;
        let connection = client.connection().clone();
        tokio::spawn(async move {
            let join = json!({ "session_id": CONVERSATION.to_string() }).to_string();
            let mut source = Source(Some(Incoming::read("join:session".into(), Some(&join), None)));
            serve(client, &mut source).await;
        });
        self.until_here(true).await;
        connection
    }

    async fn until_here(&self, is_here: bool) {
        let waiting = async {
            while self.services.hub.is_in(ORG, CONVERSATION, VISITOR).await != is_here {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await.expect("they come or go");
    }
}

/// One event, and then silence.
struct Source(Option<Incoming>);

impl EventSource for Source {
    async fn next(&mut self) -> Option<Incoming> {
        match self.0.take() {
            Some(incoming) => Some(incoming),
            None => std::future::pending().await,
        }
    }
}

fn services(db: &Db, clock: &Arc<ManualClock>, data: &TempDir) -> Services {
    let settings = Settings {
        data_dir: data.path().to_owned(),
        smtp_url: Some("smtp://127.0.0.1:9".into()),
        public_url: Some("https://chat.example".parse().unwrap()),
        presence_grace_ms: 0,
        ..Settings::defaults()
    };
    let keys = MasterKeys::load(None, data.path()).unwrap();
    let base = Base::new(db.clone(), clock.clone(), Arc::new(settings));
    Services::new(base, keys, EnvironmentKeys::default(), Models::default()).unwrap()
}

fn visitor() -> User {
    User { id: VISITOR, kind: UserKind::Visitor, name: "Guest-0001".into() }
}

#[tokio::test]
async fn a_visitor_who_is_away_for_two_minutes_is_mailed_once() {
    let house = House::new().await;
    house.say(&visitor(), "where is my order?").await;
    house.say(&house.ana, "It left\nyesterday.").await;
    assert_eq!(house.mailed_after(MINUTE).await, 0);
    house.say(&house.ana, "Here is the number: 42").await;
    assert_eq!(house.mailed_after(59 * SECOND + 999).await, 0);

    assert_eq!(house.mailed_after(1).await, 1, "both in one");
    assert_eq!(house.mailed_after(0).await, 0);

    let mail = house.mail().await;
    assert_eq!(
        (mail.recipient.as_str(), mail.subject.as_str()),
        ("guest@example.com", "Ana from Acme shop replied to you")
    );
    assert_eq!(mail.sender_name.as_deref(), Some("Acme shop"), "visitors know the business");
    assert!(mail.body.contains("> It left\n> yesterday.\n\n> Here is the number: 42\n"), "{}", mail.body);
    assert!(!mail.body.contains("order?"), "not what they wrote themselves: {}", mail.body);
    assert!(mail.body.contains("https://chat.example/chat/swk_test\n"), "{}", mail.body);
    assert!(mail.body.contains("https://chat.example/mail/stop#"), "{}", mail.body);
    assert!(mail.stop_url.unwrap().starts_with("https://chat.example/mail/stop/"));
}

#[tokio::test]
async fn a_conversation_gives_at_most_one_mail_in_ten_minutes() {
    let house = House::new().await;
    house.say(&house.ana, "one").await;
    assert_eq!(house.mailed_after(2 * MINUTE).await, 1);
    house.mail().await;
    house.say(&house.ana, "two").await;

    assert_eq!(house.mailed_after(10 * MINUTE - 1).await, 0);
    assert_eq!(house.mailed_after(1).await, 1);
    let mail = house.mail().await;
    assert!(mail.body.contains("> two") && !mail.body.contains("> one"), "{}", mail.body);
}

#[tokio::test]
async fn what_was_read_or_answered_is_not_mailed() {
    let house = House::new().await;
    house.say(&house.ana, "one").await;
    let last_seq =
        house.services.hub.db().conversations().get(ORG, CONVERSATION).await.unwrap().unwrap().head.last_seq;
    house.act(&visitor(), Command::MarkRead { seq: last_seq }).await;
    assert_eq!(house.mailed_after(3 * MINUTE).await, 0, "read");
    house.say(&house.ana, "two").await;
    house.say(&visitor(), "thanks").await;
    assert_eq!(house.mailed_after(3 * MINUTE).await, 0, "answered");

    house.say(&house.ana, "three").await;
    house.act(&house.ana, Command::End).await;
    assert_eq!(house.mailed_after(3 * MINUTE).await, 1, "also of a conversation that has ended");
    assert!(!house.mail().await.body.contains("> two"));
}

#[tokio::test]
async fn who_is_there_is_not_mailed_and_the_time_begins_when_they_go() {
    let house = House::new().await;
    let connection = house.visitor_comes().await;
    house.say(&house.ana, "one").await;
    assert_eq!(house.mailed_after(3 * MINUTE).await, 0, "they are there");
    connection.outbox.end();
    house.until_here(false).await;

    assert_eq!(house.mailed_after(2 * MINUTE - 1).await, 0);
    assert_eq!(house.mailed_after(1).await, 1);
}

#[tokio::test]
async fn a_server_that_was_killed_goes_on_where_it_was() {
    let mut house = House::new().await;
    house.say(&house.ana, "one").await;
    assert_eq!(house.mailed_after(MINUTE).await, 0);
    house.services = services(&house.services.base.db, &house.clock, &house.data);

    assert_eq!(house.mailed_after(MINUTE).await, 1);
    house.services = services(&house.services.base.db, &house.clock, &house.data);
    assert_eq!(house.mailed_after(MINUTE).await, 0, "and mails nothing twice");
}

#[tokio::test]
async fn an_org_that_wants_no_mails_and_a_visitor_without_an_address_get_none() {
    let house = House::new().await;
    house.say(&house.ana, "one").await;
    let off: Value = json!({ "reply_by_mail": false });
    let Value::Object(off) = off else { panic!("fields by name") };
    let level = Level::Org(ORG);
    let changes = OrgSettings::check(level, off).unwrap();
    house.services.org_settings.change(level, &User::system(), &changes).await.unwrap();
    assert_eq!(house.mailed_after(3 * MINUTE).await, 0, "the org wants none");
    let Value::Object(on) = json!({ "reply_by_mail": true }) else { panic!("fields by name") };
    let changes = OrgSettings::check(level, on).unwrap();
    house.services.org_settings.change(level, &User::system(), &changes).await.unwrap();

    let email = |email: &str| VisitorChange { email: Some(email.into()), ..VisitorChange::default() };
    house.change_visitor(email("Guest <guest@example.com>")).await;
    assert_eq!(house.mailed_after(0).await, 0, "no address");
    house.change_visitor(email("guest@example.com")).await;
    assert_eq!(house.mailed_after(0).await, 1);
}

#[tokio::test]
async fn a_stop_is_of_the_mailbox_whoever_names_it() {
    let house = House::new().await;
    let email = |email: &str| VisitorChange { email: Some(email.into()), ..VisitorChange::default() };
    let notifier = &house.services.notifier;
    let guest = mailbox_hash("guest@example.com").unwrap();
    let token = notifier.stop_token(ORG, &guest);
    for wrong in ["", "x", "1.v1.x.y", &token[1..], &token[..token.len() - 2]] {
        assert!(notifier.stop_mails(wrong).await.is_err(), "{wrong}");
    }
    notifier.stop_mails(&token).await.unwrap();
    notifier.stop_mails(&token).await.unwrap();
    house.say(&house.ana, "one").await;

    for same in ["guest@example.com", "Guest@EXAMPLE.com", "guest+chat@example.com"] {
        house.change_visitor(email(same)).await;
        assert_eq!(house.mailed_after(3 * MINUTE).await, 0, "{same}");
    }
    house.change_visitor(email("other@example.com")).await;
    assert_eq!(house.mailed_after(0).await, 1, "a corrected address is mailed");
    let other_org = notifier.stop_token(OrgId(7), &mailbox_hash("other@example.com").unwrap());
    house.services.base.db.orgs().add(OrgId(7), "Other", Timestamp(NOW)).await.unwrap();
    notifier.stop_mails(&other_org).await.unwrap();
    house.say(&house.ana, "two").await;
    assert_eq!(
        house.mailed_after(10 * MINUTE).await,
        1,
        "what another org's mails are stopped with says nothing"
    );
}

#[tokio::test]
async fn one_mailbox_gets_so_many_mails_an_hour() {
    let house = House::new().await;
    for number in 0..6 {
        house.say(&house.ana, "hello").await;
        assert_eq!(house.mailed_after(10 * MINUTE).await, 1, "{number}");
    }

    house.say(&house.ana, "hello").await;
    let change = VisitorChange { email: Some("guest+more@example.com".into()), ..VisitorChange::default() };
    house.change_visitor(change).await;
    assert_eq!(house.mailed_after(10 * MINUTE).await, 0);
    let change = VisitorChange { email: Some("other@example.com".into()), ..VisitorChange::default() };
    house.change_visitor(change).await;
    assert_eq!(house.mailed_after(0).await, 1);
}

#[tokio::test]
async fn a_mail_speaks_the_visitors_language_and_leads_to_their_page_if_it_is_the_channels() {
    for (locale, page, subject, link) in [
        (
            "he-IL",
            "https://acme.example/cart",
            "התקבלה תשובה מ־Ana, Acme shop",
            "https://acme.example/cart\n",
        ),
        (
            "es",
            "https://evil.example/",
            "Ana, de Acme shop, te ha respondido",
            "https://chat.example/chat/swk_test\n",
        ),
        (
            "de",
            "javascript:alert(1)",
            "Ana from Acme shop replied to you",
            "https://chat.example/chat/swk_test\n",
        ),
    ] {
        let house = House::new().await;
        let page = VisitedPage { url: Some(page.into()), title: None, referrer: None };
        let change =
            VisitorChange { locale: Some(locale.into()), page: Some(page), ..VisitorChange::default() };
        house.change_visitor(change).await;
        house.say(&house.ana, "hello").await;
        assert_eq!(house.mailed_after(2 * MINUTE).await, 1);

        let mail = house.mail().await;
        assert_eq!(mail.subject, subject);
        assert!(mail.body.contains(link), "{}", mail.body);
        assert!(!mail.body.contains("evil") && !mail.body.contains("javascript"), "{}", mail.body);
    }
}
