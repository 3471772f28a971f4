//! A burst of visitors leaves nothing behind.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use rooms::{ChannelId, ConversationId, Head, OrgId, Timestamp, User, UserId, UserKind};

use super::client::Answer;
use super::recent::Recent;
use super::{Client, Footprint, Greeting, Hub, Transport};
use crate::auth::{Principal, PrincipalKind};
use crate::base::Base;
use crate::clock::ManualClock;
use crate::config::Settings;
use crate::db::Db;
use crate::limits::{Limit, Source};
use crate::model::{ConversationRecord, NewChannel, VisitorRecord};
use crate::org_settings::OrgSettings;
use crate::wire::{ClientEvent, JoinData};

const VISITORS: u32 = 10_000;
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const ORG: OrgId = OrgId(1);
const CHANNEL: ChannelId = ChannelId(2);

async fn hub(data: &tempfile::TempDir) -> Arc<Hub> {
    // Counts that are whole again in a moment, and rooms that linger no longer than their last visitor.
    let settings = Arc::new(Settings {
        visitor_messages_per_minute: 1_000_000,
        call_starts_per_minute: 1_000_000,
        room_linger_s: 0,
        presence_grace_ms: 0,
        data_dir: data.path().to_owned(),
        ..Settings::defaults()
    });
    let db = Db::open(None, data.path(), 2).await.unwrap();
    db.orgs().add(ORG, "Shop", NOW).await.unwrap();
    let channel = NewChannel {
        id: CHANNEL,
        org: ORG,
        name: "Site".into(),
        key: "swk_test".into(),
        origins: Vec::new(),
        sealed_identity_secret: "sealed".into(),
    };
    db.channels().add(&channel, NOW).await.unwrap();
    let clock = ManualClock::at(NOW.0);
    let org_settings = OrgSettings::new(db.clone(), clock.clone());
    Hub::new(Base::new(db, clock, settings), org_settings)
}

fn visitor(n: u32) -> VisitorRecord {
    VisitorRecord {
        id: UserId(u128::from(n) + 1_000),
        org: ORG,
        channel: CHANNEL,
        external_id: None,
        name: format!("Guest-{n}").into(),
        email: None,
        verified: false,
        profile_verified: false,
        locale: None,
        page: None,
        phone: None,
        attributes: Arc::default(),
        merged_into: None,
    }
}

/// A visitor who is in their room, and counted.
async fn arrive(hub: &Arc<Hub>, n: u32, channel: &crate::model::ChannelRecord) -> Client {
    let visitor = visitor(n);
    let id = ConversationId(u128::from(n) + 1_000_000);
    let user = User { id: visitor.id, kind: UserKind::Visitor, name: visitor.name.clone() };
    let record = ConversationRecord {
        id,
        org: ORG,
        channel: CHANNEL,
        visitor,
        epoch: "e".into(),
        head: Head::begin(false, NOW),
        created_at: NOW,
        previous: None,
    };
    let address = IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + n));
    hub.base.limits.count(Limit::VisitorMessages, Source::Address(address)).unwrap();
    hub.base.limits.count(Limit::CallStarts, Source::Address(address)).unwrap();
    let principal = Principal {
        org: ORG,
        user,
        kind: PrincipalKind::Visitor { channel: CHANNEL },
        credential: format!("visitor:{n}").into(),
        expires_at: None,
        message_max_chars: None,
        blocked: crate::model::BlockedVisitors::default(),
        standing: crate::auth::Standing::default(),
        page: None,
    };
    let greeting = Greeting::Event;
    let mut client =
        Client::admit(hub.clone(), principal, Some("tab"), Transport::Native, address, greeting).await;
    let join = JoinData { session_id: id.to_string(), ..JoinData::default() };
    // A room that does not linger may end before its first visitor is in it; then it is opened again.
    loop {
        let rules = hub.rules_of(channel).await.unwrap();
        let recent = Recent::new(0, record.head.last_seq, Vec::new(), (0, 0));
        hub.open_room(record.clone(), channel, rules, Vec::new(), recent);
        if matches!(client.handle(ClientEvent::Join(join.clone())).await, Answer::Now(Ok(_))) {
            return client;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_ten_thousand_visitors_no_room_count_or_presence_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let hub = hub(&data).await;
    let channel = hub.db().channels().get(ORG, CHANNEL).await.unwrap().unwrap();
    let before = hub.footprint();
    let mut clients = Vec::new();
    for n in 0..VISITORS {
        clients.push(arrive(&hub, n, &channel).await);
    }
    let burst = hub.footprint();
    let all = VISITORS as usize;
    assert_eq!((burst.rooms, burst.people), (all, all));
    assert!(burst.counts >= all && burst.capacity >= 2 * all, "{burst:?}");

    for client in clients {
        client.leave().await;
    }
    let emptied = async {
        while hub.footprint().rooms > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), emptied).await.expect("every room ends");
    hub.sweep();

    let after = hub.footprint();
    let kept = Footprint { rooms: 0, people: 0, counts: 0, capacity: after.capacity };
    assert_eq!(after, kept);
    assert!(after.capacity <= before.capacity.max(1_024), "{after:?} after {before:?}");
}
