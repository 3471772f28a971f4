//! The rules of rooms: what channels and orgs have set, also while rooms are live.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::future::BoxFuture;
use rooms::{ChannelId, HandoffWords, OrgId, PresenceRules, Rules};

use super::registry::Hub;
use super::room_handle::{Request, RoomFacts, RoomHandle};
use crate::db::DbError;
use crate::model::{ChannelRecord, PLATFORM};
use crate::org_settings::{Change, Level, SettingsListener, demands_two_step};
use crate::refusal::log_unanswered;

/// Settings of orgs that are part of the rules of a room.
const RULES_FIELDS: [&str; 7] = [
    "handoff_words",
    "insight",
    "mask_messages",
    "reply_mode",
    "reply_hold_seconds",
    "reply_approve_seconds",
    "reply_unapproved",
];

impl Hub {
    /// What a channel says about its conversations.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn rules_of(&self, channel: &ChannelRecord) -> Result<Rules, DbError> {
        let settings = self.org_settings.effective(channel.org, Some(channel.id)).await?;
        let words = [&channel.handoff_words, &settings.handoff_words]
            .into_iter()
            .find(|words| !words.is_empty())
            .map_or_else(HandoffWords::default, |words| HandoffWords::new(words.iter().map(String::as_str)));
        Ok(Rules {
            has_assistant: channel.has_assistant,
            handoff_enabled: channel.handoff_enabled,
            handoff_words: Arc::new(words),
            typing_lapse_ms: i64::try_from(self.base.settings.typing_lapse_ms).unwrap_or(i64::MAX),
            presence: PresenceRules {
                grace_ms: i64::try_from(self.base.settings.presence_grace_ms).unwrap_or(i64::MAX),
            },
            masks_messages: settings.mask_messages,
            has_insight_by_words: settings.insight != "model",
            supervision: settings.supervision(),
        })
    }

    /// The longest message of a channel's visitors, in Unicode code points.
    #[must_use]
    pub fn visitor_message_max_chars(&self, channel: &ChannelRecord) -> usize {
        match usize::try_from(channel.visitor_message_max_chars) {
            Ok(own) if own != 0 => own,
            _ => self.base.settings.visitor_message_max_chars,
        }
    }

    /// Makes a channel's new settings hold in its live rooms. Where storage fails, rooms go on with what they have.
    pub async fn channel_changed(&self, channel: &ChannelRecord) {
        let is_meant = |facts: &RoomFacts| facts.channel == channel.id && facts.org == channel.org;
        let live: Vec<RoomHandle> =
            self.rooms.iter().filter(|room| is_meant(&room.facts)).map(|room| room.clone()).collect();
        let max_chars = self.visitor_message_max_chars(channel);
        live.iter().for_each(|room| room.visitor_message_max_chars.store(max_chars, Ordering::Relaxed));
        match self.rules_of(channel).await {
            Ok(rules) => set_rules(live, &rules).await,
            Err(error) => {
                log_unanswered(&error, "the rules of a channel were not read; its live rooms keep theirs")
            }
        }
    }

    /// Closes what members have open who have to set up two-step sign-in first; their sessions find out as they come
    /// back.
    async fn close_sockets_without_two_step(&self, level: Level) {
        let org = match level {
            Level::Platform => None,
            Level::Org(org) | Level::Channel(org, _) => Some(org),
        };
        match self.db().two_step().revoke_sockets_without(org, self.base.now()).await {
            Ok(()) => self.apply_revocations().await,
            Err(error) => log_unanswered(&error, "sockets of members without two-step sign-in stay open"),
        }
    }

    /// Makes settings hold that another process has changed for an org, or for the platform.
    pub(super) async fn settings_changed_elsewhere(&self, org: OrgId) -> Result<(), DbError> {
        self.org_settings.forget();
        self.refresh_rules(if org == PLATFORM { Level::Platform } else { Level::Org(org) }).await
    }

    /// Makes changed settings hold in the live rooms of an org, or of all.
    async fn refresh_rules(&self, level: Level) -> Result<(), DbError> {
        let is_meant = |facts: &RoomFacts| match level {
            Level::Platform => true,
            Level::Org(org) => facts.org == org,
            Level::Channel(org, channel) => facts.org == org && facts.channel == channel,
        };
        let mut by_channel: HashMap<(OrgId, ChannelId), Vec<RoomHandle>> = HashMap::new();
        for room in self.rooms.iter().filter(|room| is_meant(&room.facts)) {
            by_channel.entry((room.facts.org, room.facts.channel)).or_default().push(room.clone());
        }
        for ((org, channel), live) in by_channel {
            if let Some(channel) = self.db().channels().get(org, channel).await? {
                let rules = self.rules_of(&channel).await?;
                set_rules(live, &rules).await;
            }
        }
        Ok(())
    }
}

async fn set_rules(live: Vec<RoomHandle>, rules: &Rules) {
    for room in live {
        // A room that has just ended loads the new rules when it is opened again.
        let _gone = room.send(Request::SetRules(rules.clone())).await;
    }
}

impl SettingsListener for Hub {
    fn changed<'a>(&'a self, level: Level, changes: &'a [Change]) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if changes.iter().any(demands_two_step) {
                self.close_sockets_without_two_step(level).await;
            }
            if !changes.iter().any(|change| RULES_FIELDS.contains(&change.field.name)) {
                return;
            }
            if let Err(error) = self.refresh_rules(level).await {
                log_unanswered(&error, "the rules of live rooms were not read; they keep what they have");
            }
        })
    }
}
