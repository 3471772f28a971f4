//! Starts conversations, by the visitor or on their behalf by an agent or the site's server.

use rooms::{ChannelId, ConversationId, Head, UserId};

use super::identity::guest_name;
use super::{Accounts, checks};
use crate::auth::{Principal, PrincipalKind, Right};
use crate::ids;
use crate::model::{ChannelRecord, ConversationRecord, NewConversation, NewVisitor, VisitorRecord};
use crate::refusal::ServiceError;

const EXTERNAL_ID_MAX_CHARS: usize = 255;

/// For whom a conversation is begun.
#[derive(Debug, Clone, Default)]
pub struct VisitorFacts {
    /// The site's own id of them; without one it is somebody new.
    pub external_id: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
}

/// Starting conversations.
#[derive(Debug, Clone, Copy)]
pub struct Conversations<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Conversations<'_> {
    /// Begins the visitor's conversation, or gives the one that is not closed; true where it began.
    ///
    /// # Errors
    /// `forbidden` to everybody else and to the blocked, `unavailable`.
    pub async fn begin_own(self, principal: &Principal) -> Result<(ConversationRecord, bool), ServiceError> {
        principal.check_not_blocked()?;
        let (visitor, channel) = self.visitor_and_channel(principal).await?;
        self.begin(&channel, visitor.id, None).await
    }

    /// The visitor's conversation that is not closed.
    ///
    /// # Errors
    /// `forbidden` to everybody else, `unavailable`.
    pub async fn own_active(self, principal: &Principal) -> Result<Option<ConversationRecord>, ServiceError> {
        visitors_only(principal)?;
        let found = self.accounts.db().conversations().active_of(principal.org, principal.user.id).await;
        found.map_err(ServiceError::from)
    }

    /// Begins a conversation for a visitor, or gives the one that is not closed; true where it began.
    ///
    /// # Errors
    /// `forbidden` to visitors, `not_found` for the channel, `bad_request` for the facts.
    pub async fn begin_for(
        self,
        principal: &Principal,
        channel: &str,
        facts: VisitorFacts,
    ) -> Result<(ConversationRecord, bool), ServiceError> {
        Right::BeginForVisitor.check(principal)?;
        let id: ChannelId = channel.parse().map_err(|_| ServiceError::not_found())?;
        let found = self.accounts.db().channels().get(principal.org, id).await?;
        let channel = found.ok_or_else(ServiceError::not_found)?;
        let external_id = facts
            .external_id
            .map(|id| checks::short("external_id", &id, EXTERNAL_ID_MAX_CHARS))
            .transpose()?;
        let new = NewVisitor {
            id: UserId(ids::new_number()),
            org: channel.org,
            channel: channel.id,
            // A server of the site vouches for whom it names.
            verified: external_id.is_some() && matches!(principal.kind, PrincipalKind::Server),
            profile_verified: matches!(principal.kind, PrincipalKind::Server),
            external_id,
            name: facts.name.map_or_else(|| Ok(guest_name()), |name| checks::name("name", &name))?,
            email: facts.email.map(|email| checks::email(&email)).transpose()?,
        };
        let visitor = self.accounts.db().visitors().add(&new, self.accounts.now()).await?;
        self.begin(&channel, visitor.id, None).await
    }

    /// Begins a conversation that continues a closed one with its visitor, or gives the one of theirs that is not
    /// closed; true where it began.
    ///
    /// # Errors
    /// `forbidden` to visitors, `not_found`.
    pub async fn reopen(
        self,
        principal: &Principal,
        id: ConversationId,
    ) -> Result<(ConversationRecord, bool), ServiceError> {
        Right::BeginForVisitor.check(principal)?;
        let db = self.accounts.db();
        let closed = db.conversations().get(principal.org, id).await?.ok_or_else(ServiceError::not_found)?;
        let channel = db.channels().get(principal.org, closed.channel).await?;
        self.begin(&channel.ok_or_else(ServiceError::not_found)?, closed.visitor.id, Some(id)).await
    }

    async fn begin(
        self,
        channel: &ChannelRecord,
        visitor: UserId,
        previous: Option<ConversationId>,
    ) -> Result<(ConversationRecord, bool), ServiceError> {
        let new = NewConversation {
            id: ConversationId(ids::new_number()),
            org: channel.org,
            channel: channel.id,
            visitor,
            epoch: ids::hex(&ids::random_bytes::<4>()).into(),
            head: Head::begin(channel.has_assistant, self.accounts.now()),
            previous,
        };
        let begun = self.accounts.db().conversations().begin(&new).await?;
        if begun.1 {
            self.accounts.hub().conversation_begun(&begun.0);
        }
        Ok(begun)
    }

    async fn visitor_and_channel(
        self,
        principal: &Principal,
    ) -> Result<(VisitorRecord, ChannelRecord), ServiceError> {
        let channel = visitors_only(principal)?;
        let visitor = self.accounts.db().visitors().get(principal.org, principal.user.id).await?;
        let channel = self.accounts.db().channels().get(principal.org, channel).await?;
        visitor.zip(channel).ok_or_else(ServiceError::unauthenticated)
    }
}

fn visitors_only(principal: &Principal) -> Result<ChannelId, ServiceError> {
    Right::BeginOwnConversation.check(principal)?;
    principal.channel().ok_or_else(|| ServiceError::broken("a visitor has no channel"))
}
