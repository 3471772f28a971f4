//! What callers read of conversations outside a room: one, a list, and pages of the log.

use std::sync::Arc;

use rooms::{Audience, ConversationId, Entry, OrgId, UserId};

use super::registry::Hub;
use super::room_handle::Request;
use crate::auth::{Principal, Right};
use crate::db::next_cursor;
use crate::model::{
    ConversationFilter, ConversationList, ConversationRecord, Cursor, EntryRange, RatingFigures,
    RatingFilter, ViewFilter,
};
use crate::refusal::ServiceError;
use crate::wire::{ConversationView, conversation_view};

/// Which entries of a log to read; both ends exclusive.
#[derive(Debug, Clone, Copy)]
pub enum Page {
    /// The newest below this `seq`.
    Before(u64),
    /// The oldest above this `seq`.
    After(u64),
}

/// Entries of a log, ascending.
#[derive(Debug)]
pub struct EntryPage {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether the log goes on in the direction of the page.
    pub has_more: bool,
    /// For whom they were read.
    pub audience: Audience,
}

impl Hub {
    /// A conversation as agents and servers see it.
    ///
    /// # Errors
    /// `forbidden` to visitors, `not_found`, `unavailable`.
    pub async fn conversation(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
    ) -> Result<ConversationRecord, ServiceError> {
        Right::ListConversations.check(principal)?;
        let found = self.db().conversations().get(principal.org, id).await;
        found?.ok_or_else(ServiceError::not_found)
    }

    /// Conversations of the caller's org, newest change first, and where the next page begins.
    ///
    /// # Errors
    /// `forbidden` to visitors, `unavailable`.
    pub async fn conversations(
        self: &Arc<Self>,
        principal: &Principal,
        mut filter: ConversationFilter,
    ) -> Result<(Vec<ConversationView>, Option<String>), ServiceError> {
        Right::ListConversations.check(principal)?;
        let limit = filter.limit;
        filter.agent = Some(principal.user.id);
        // One more than shown tells whether there is a next page.
        filter.limit = limit + 1;
        let found = self.db().conversations().list(principal.org, &filter).await;
        let mut records = found?;
        let next = next_cursor(&mut records, &filter.view, limit);
        Ok((records.iter().map(conversation_view).collect(), next))
    }

    /// Conversations that wait for a person, by priority and longest wait, and where the next page begins.
    ///
    /// # Errors
    /// `forbidden` to visitors, `unavailable`.
    pub async fn queue(
        self: &Arc<Self>,
        principal: &Principal,
        cursor: Option<Cursor<ConversationId>>,
        limit: i64,
    ) -> Result<(Vec<ConversationView>, Option<String>), ServiceError> {
        let filter = ConversationFilter {
            view: ViewFilter { list: ConversationList::Waiting, ..ViewFilter::default() },
            cursor,
            limit,
            ..ConversationFilter::default()
        };
        self.conversations(principal, filter).await
    }

    /// Whether somebody is in a conversation, or has left it a moment ago.
    pub async fn is_in(&self, org: OrgId, id: ConversationId, user: UserId) -> bool {
        let Some(room) = self.live_room(id).filter(|room| room.facts.org == org) else { return false };
        // A room that has just ended has nobody in it.
        room.ask(|reply| Request::Has { user, reply }).await.unwrap_or(false)
    }

    /// How often each rating stands in the caller's org.
    ///
    /// # Errors
    /// `forbidden` to visitors, `unavailable`.
    pub async fn rating_figures(
        &self,
        principal: &Principal,
        filter: RatingFilter,
    ) -> Result<RatingFigures, ServiceError> {
        Right::ReadRatings.check(principal)?;
        Ok(self.db().ratings().figures(principal.org, filter).await?)
    }

    /// The caller's own conversations, the newest first, each with its unread messages, and where the next page begins.
    ///
    /// # Errors
    /// `forbidden`, `unavailable`.
    pub async fn own_conversations(
        &self,
        principal: &Principal,
        cursor: Option<Cursor<ConversationId>>,
        limit: i64,
    ) -> Result<(Vec<(ConversationRecord, u64)>, Option<String>), ServiceError> {
        Right::BeginOwnConversation.check(principal)?;
        let conversations = self.db().conversations();
        // One more than shown tells whether there is a next page.
        let mut found = conversations.of_visitor(principal.org, principal.user.id, cursor, limit + 1).await?;
        let shown = usize::try_from(limit).unwrap_or(0);
        let has_more = found.len() > shown;
        found.truncate(shown);
        let at = |(last, _): &(ConversationRecord, u64)| Cursor { at: last.created_at.0, id: last.id };
        let next_cursor = found.last().filter(|_| has_more).map(|last| at(last).to_text());
        Ok((found, next_cursor))
    }

    /// A page of a log, as far as the caller may see it.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn entries(
        self: &Arc<Self>,
        principal: &Principal,
        id: ConversationId,
        page: Page,
        limit: u64,
    ) -> Result<EntryPage, ServiceError> {
        Right::ReadConversation.check(principal)?;
        self.room_for(principal, id).await?;
        let audience = Audience::of(principal.user.kind);
        // One more than shown tells whether there are more.
        let (newest, after, before) = match page {
            Page::Before(before) => (true, 0, before),
            Page::After(after) => (false, after, u64::MAX),
        };
        let range = EntryRange { after, before, limit: limit + 1, newest };
        let found = self.db().entries().list(principal.org, id, audience, range).await;
        let mut entries = found?;
        let has_more = entries.len() as u64 > limit;
        if has_more && newest {
            entries.remove(0);
        } else if has_more {
            entries.pop();
        }
        Ok(EntryPage { entries, has_more, audience })
    }
}
