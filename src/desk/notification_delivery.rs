//! Telling agents who are here of their notifications; the others find them in their list.

use rooms::{OrgId, UserId};

use super::notification_choices::{defaults, ways_now};
use crate::base::Base;
use crate::db::DbError;
use crate::hub::Hub;
use crate::model::{NotificationId, NotificationKind, NotificationWay};
use crate::wire::{Frame, NotificationUpdate, NotificationsReadUpdate, event};

/// Sends notifications that are unread to their agents, in the ways they chose.
pub(super) async fn deliver(base: &Base, hub: &Hub, ids: &[(OrgId, NotificationId)]) -> Result<(), DbError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut records = base.db.notifications().by_ids(ids).await?;
    records.retain(|record| record.read_at.is_none() && hub.is_connected(record.agent_id));
    let mut agents: Vec<(OrgId, UserId)> =
        records.iter().map(|record| (record.org_id, record.agent_id)).collect();
    agents.sort_unstable();
    agents.dedup();
    if agents.is_empty() {
        return Ok(());
    }
    let (choices, counts) = tokio::try_join!(
        base.db.notification_choices().of(&agents),
        base.db.notifications().unread_counts(&agents),
    )?;
    let (defaults, now) = (defaults(), base.now());
    for record in &records {
        let Some(kind) = NotificationKind::parse(&record.kind) else { continue };
        let mut ways = ways_now(choices.get(&record.agent_id).unwrap_or(&defaults), kind, now);
        // Who looks at it sees it there.
        let agent = record.agent_id;
        if record.conversation_id.is_some_and(|conversation| hub.is_focused(agent, conversation)) {
            ways.retain(|way| *way != NotificationWay::Desktop);
        }
        if ways.is_empty() {
            continue;
        }
        let unread_count = counts.get(&record.agent_id).copied().unwrap_or(0);
        let update = NotificationUpdate::new(record, &ways, unread_count);
        hub.send_to_user(record.agent_id, &Frame::new(event::NOTIFICATION_NEW, &update));
    }
    Ok(())
}

/// Tells agents who are here how many notifications they have not read.
pub(super) async fn tell_read(base: &Base, hub: &Hub, agents: &[(OrgId, UserId)]) -> Result<(), DbError> {
    let here: Vec<_> = agents.iter().filter(|(_, agent)| hub.is_connected(*agent)).copied().collect();
    if here.is_empty() {
        return Ok(());
    }
    let counts = base.db.notifications().unread_counts(&here).await?;
    for (_, agent) in here {
        let unread_count = counts.get(&agent).copied().unwrap_or(0);
        let update = NotificationsReadUpdate { unread_count };
        hub.send_to_user(agent, &Frame::new(event::NOTIFICATION_READ, &update));
    }
    Ok(())
}
