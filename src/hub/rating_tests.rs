//! When a rating comes too late, by a clock that the test turns.

use std::sync::Arc;

use rooms::{ChannelId, ConversationId, OrgId, Timestamp, User, UserId, UserKind};

use super::{Actor, Command, Hub};
use crate::auth::{Principal, PrincipalKind};
use crate::base::Base;
use crate::clock::ManualClock;
use crate::config::Settings;
use crate::db::{Db, Seed};
use crate::limits::Source;
use crate::org_settings::OrgSettings;
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const NOW: i64 = 1_700_000_000_000;
const ORG: OrgId = OrgId(1);
const CHANNEL: ChannelId = ChannelId(2);
const VISITOR: UserId = UserId(3);
const CONVERSATION: ConversationId = ConversationId(4);
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

struct Desk {
    hub: Arc<Hub>,
    clock: Arc<ManualClock>,
    visitor: Principal,
    _data: tempfile::TempDir,
}

impl Desk {
    /// With a conversation that is closed now.
    async fn closed() -> Self {
        let data = tempfile::tempdir().unwrap();
        let (db, clock) = (Db::open(None, data.path(), 2).await.unwrap(), ManualClock::at(NOW));
        Seed::default().store(&db, Timestamp(NOW)).await;
        let settings = Settings { data_dir: data.path().to_owned(), ..Settings::defaults() };
        let org_settings = OrgSettings::new(db.clone(), clock.clone());
        let hub = Hub::new(Base::new(db, clock.clone(), Arc::new(settings)), org_settings);
        let visitor = Principal {
            org: ORG,
            user: User { id: VISITOR, kind: UserKind::Visitor, name: "Guest".into() },
            kind: PrincipalKind::Visitor { channel: CHANNEL },
            credential: "visitor:3".into(),
            expires_at: None,
            page: None,
            message_max_chars: None,
            blocked: crate::model::BlockedVisitors::default(),
            standing: crate::auth::Standing::default(),
        };
        let desk = Self { hub, clock, visitor, _data: data };
        desk.ask(Command::End).await.unwrap();
        desk
    }

    async fn ask(&self, command: Command) -> Result<(), ServiceError> {
        let source = Source::Token("test");
        let actor = Actor::Caller { principal: &self.visitor, source, connection: None };
        self.hub.act(actor, CONVERSATION, command).await.map(drop)
    }

    async fn rate(&self, score: i64) -> Result<(), ErrorCode> {
        self.ask(Command::Rate { score, comment: None }).await.map_err(|error| error.code())
    }

    /// The score as it is stored.
    async fn stored(&self) -> Option<u8> {
        let record = self.hub.db().conversations().get(ORG, CONVERSATION).await.unwrap().unwrap();
        record.head.rating.map(|rating| rating.score.number())
    }
}

#[tokio::test]
async fn a_rating_can_be_changed_for_ten_minutes() {
    let desk = Desk::closed().await;
    desk.rate(1).await.unwrap();

    desk.clock.advance(10 * MINUTE_MS);
    assert_eq!(desk.rate(5).await, Ok(()));
    desk.clock.advance(1);
    assert_eq!(desk.rate(3).await, Err(ErrorCode::Conflict));
    assert_eq!(desk.stored().await, Some(5));
}

#[tokio::test]
async fn a_conversation_can_be_rated_for_thirty_days() {
    let desk = Desk::closed().await;

    desk.clock.advance(30 * DAY_MS + 1);
    assert_eq!(desk.rate(4).await, Err(ErrorCode::Conflict));
    assert_eq!(desk.stored().await, None);
    desk.clock.advance(-1);
    assert_eq!(desk.rate(4).await, Ok(()));
    assert_eq!(desk.stored().await, Some(4));
}
