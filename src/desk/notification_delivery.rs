//! Telling agents of their notifications: those who are here on their connections, the others by their browsers' push
//! services; all of them find them in their list.

use std::collections::HashMap;
use std::sync::Arc;

use rooms::{OrgId, UserId};
use serde_json::json;

use super::notification_choices::{defaults, ways_now};
use super::push_job::{PushMessage, PushQueue};
use crate::base::Base;
use crate::db::DbError;
use crate::hub::Hub;
use crate::model::{
    NotificationChoices, NotificationId, NotificationKind, NotificationRecord, NotificationWay,
    PushSubscription, SettledNotifications, SettledOf, SettledUntil,
};
use crate::wire::{Frame, NotificationUpdate, NotificationsReadUpdate, event};

/// A visitor who waits or calls is worth a push for so long, in seconds.
const URGENT_TTL_S: u32 = 600;
/// Everything else is, in seconds.
const TTL_S: u32 = 24 * 3_600;
/// Longest name and preview in a push, in Unicode code points: all of it fits into one message in any language.
const PUSHED_MAX_CHARS: usize = 120;

/// Tells agents of what they are notified of. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct NotificationDelivery {
    pub(super) base: Base,
    pub(super) hub: Arc<Hub>,
    pub(super) pushes: PushQueue,
}

impl NotificationDelivery {
    /// Tells agents of notifications that are unread, in the ways they chose.
    pub(super) async fn deliver(&self, ids: &[(OrgId, NotificationId)]) -> Result<(), DbError> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut records = self.base.db.notifications().by_ids(ids).await?;
        records.retain(|record| record.read_at.is_none());
        let agents = agents_of(&records);
        if agents.is_empty() {
            return Ok(());
        }
        let choices = self.base.db.notification_choices().of(&agents).await?;
        let (here, absent): (Vec<_>, Vec<_>) =
            records.into_iter().partition(|record| self.hub.is_connected(record.agent_id));
        self.send(&here, &choices).await?;
        self.settle_seen(&here).await?;
        self.push(&absent, &choices).await
    }

    /// What an agent is told of a conversation that they look at is read.
    async fn settle_seen(&self, records: &[NotificationRecord]) -> Result<(), DbError> {
        let seen = |record: &NotificationRecord| {
            let conversation = record.conversation_id?;
            let seq = record.seq.and_then(|seq| u64::try_from(seq).ok())?;
            self.hub.is_focused(record.agent_id, conversation).then_some(SettledNotifications {
                org: record.org_id,
                conversation,
                whose: SettledOf::Agent(record.agent_id),
                until: SettledUntil::Entry(seq),
            })
        };
        let seen: Vec<SettledNotifications> = records.iter().filter_map(seen).collect();
        if seen.is_empty() {
            return Ok(());
        }
        let whose = self.base.db.notifications().settle(&seen, self.base.now()).await?;
        self.tell_read(&whose).await
    }

    /// Tells agents who are here how many notifications they have not read.
    pub(super) async fn tell_read(&self, agents: &[(OrgId, UserId)]) -> Result<(), DbError> {
        let here: Vec<_> =
            agents.iter().filter(|(_, agent)| self.hub.is_connected(*agent)).copied().collect();
        if here.is_empty() {
            return Ok(());
        }
        let counts = self.base.db.notifications().unread_counts(&here).await?;
        for (_, agent) in here {
            let unread_count = counts.get(&agent).copied().unwrap_or(0);
            let update = NotificationsReadUpdate { unread_count };
            self.hub.send_to_user(agent, &Frame::new(event::NOTIFICATION_READ, &update));
        }
        Ok(())
    }

    async fn send(&self, records: &[NotificationRecord], choices: &Choices) -> Result<(), DbError> {
        let agents = agents_of(records);
        if agents.is_empty() {
            return Ok(());
        }
        let counts = self.base.db.notifications().unread_counts(&agents).await?;
        for record in records {
            let agent = record.agent_id;
            let mut ways = self.ways(record, choices);
            ways.retain(|way| *way != NotificationWay::Push);
            // Who looks at it sees it there.
            if record.conversation_id.is_some_and(|conversation| self.hub.is_focused(agent, conversation)) {
                ways.retain(|way| *way != NotificationWay::Desktop);
            }
            if ways.is_empty() {
                continue;
            }
            let unread_count = counts.get(&agent).copied().unwrap_or(0);
            let update = NotificationUpdate::new(record, &ways, unread_count);
            self.hub.send_to_user(agent, &Frame::new(event::NOTIFICATION_NEW, &update));
        }
        Ok(())
    }

    async fn push(&self, records: &[NotificationRecord], choices: &Choices) -> Result<(), DbError> {
        let wants =
            |record: &&NotificationRecord| self.ways(record, choices).contains(&NotificationWay::Push);
        let wanted: Vec<&NotificationRecord> = records.iter().filter(wants).collect();
        let agents = agents_of(wanted.iter().copied());
        if agents.is_empty() {
            return Ok(());
        }
        let browsers = self.base.db.push_subscriptions().of(&agents, self.base.now()).await?;
        for record in wanted {
            let has_preview = choices.get(&record.agent_id).is_some_and(|choices| choices.has_push_preview);
            let own = browsers.iter().filter(|one| (one.org, one.agent) == (record.org_id, record.agent_id));
            for subscription in own {
                self.pushes.push(message(record, subscription, has_preview));
            }
        }
        Ok(())
    }

    fn ways(&self, record: &NotificationRecord, choices: &Choices) -> Vec<NotificationWay> {
        let Some(kind) = NotificationKind::parse(&record.kind) else { return Vec::new() };
        match choices.get(&record.agent_id) {
            Some(choices) => ways_now(choices, kind, self.base.now()),
            None => ways_now(&defaults(), kind, self.base.now()),
        }
    }
}

type Choices = HashMap<UserId, NotificationChoices>;

fn agents_of<'a>(records: impl IntoIterator<Item = &'a NotificationRecord>) -> Vec<(OrgId, UserId)> {
    let mut agents: Vec<_> = records.into_iter().map(|record| (record.org_id, record.agent_id)).collect();
    agents.sort_unstable();
    agents.dedup();
    agents
}

/// What a browser is sent: kind, names and where it is, and words only where the agent wants them there.
fn message(record: &NotificationRecord, subscription: &PushSubscription, has_preview: bool) -> PushMessage {
    let short = |text: &Option<String>| {
        text.as_deref().map(|text| text.chars().take(PUSHED_MAX_CHARS).collect::<String>())
    };
    let content = record.content.as_deref().filter(|_| has_preview);
    let preview = content.map(|text| rooms::masked_start(text, PUSHED_MAX_CHARS));
    let body = json!({
        "id": record.id.to_string(),
        "kind": record.kind,
        "count": record.event_count,
        "name": short(&record.visitor_name),
        "agent": short(&record.author_name),
        "conversation_id": record.conversation_id.map(|id| id.to_string()),
        "seq": record.seq,
        "preview": preview,
        "locale": subscription.locale,
    });
    let is_urgent = matches!(record.kind.as_str(), "handoff" | "call" | "visitor_wrote");
    let is_short_lived = matches!(record.kind.as_str(), "handoff" | "call");
    PushMessage {
        subscription: subscription.clone(),
        body: body.to_string().into_bytes(),
        ttl_s: if is_short_lived { URGENT_TTL_S } else { TTL_S },
        is_urgent,
        // At most 32 characters of base64url: as many as an id has digits.
        topic: Some(record.id.to_string().replace('-', "")),
    }
}
