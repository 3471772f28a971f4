//! An org with a channel, a visitor and their open conversation: what tests of services begin with.

use rooms::{ChannelId, ConversationId, Head, OrgId, Timestamp, UserId};

use super::Db;
use crate::model::{NewChannel, NewConversation, NewVisitor, VisitorRecord};

/// What is stored, where a test says nothing else.
pub(crate) struct Seed {
    pub(crate) org: OrgId,
    pub(crate) channel: ChannelId,
    pub(crate) visitor: UserId,
    pub(crate) conversation: ConversationId,
    pub(crate) org_name: &'static str,
    pub(crate) channel_name: &'static str,
    pub(crate) origins: Vec<String>,
    pub(crate) visitor_name: &'static str,
    pub(crate) email: Option<String>,
    pub(crate) has_assistant: bool,
}

impl Default for Seed {
    fn default() -> Self {
        Self {
            org: OrgId(1),
            channel: ChannelId(2),
            visitor: UserId(3),
            conversation: ConversationId(4),
            org_name: "Shop",
            channel_name: "Site",
            origins: Vec::new(),
            visitor_name: "Guest",
            email: None,
            has_assistant: true,
        }
    }
}

impl Seed {
    /// Stores all of it; the conversation begins at `now`.
    pub(crate) async fn store(self, db: &Db, now: Timestamp) -> VisitorRecord {
        db.orgs().add(self.org, self.org_name, now).await.unwrap();
        let channel = NewChannel {
            id: self.channel,
            org: self.org,
            name: self.channel_name.into(),
            key: "swk_test".into(),
            origins: self.origins,
            sealed_identity_secret: "sealed".into(),
        };
        db.channels().add(&channel, now).await.unwrap();
        let visitor = NewVisitor {
            id: self.visitor,
            org: self.org,
            channel: self.channel,
            external_id: None,
            name: self.visitor_name.into(),
            email: self.email,
            verified: false,
            profile_verified: false,
        };
        let visitor = db.visitors().add(&visitor, now).await.unwrap();
        let conversation = NewConversation {
            id: self.conversation,
            org: self.org,
            channel: self.channel,
            visitor: visitor.id,
            epoch: "e".into(),
            head: Head::begin(self.has_assistant, now),
            previous: None,
        };
        db.conversations().begin(&conversation).await.unwrap();
        visitor
    }
}
