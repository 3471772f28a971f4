//! What callers read of conversations outside a room: one, a list, and pages of the log.

use std::sync::Arc;

use rooms::{Audience, ConversationId, Entry};

use super::registry::Hub;
use crate::auth::{Principal, Right};
use crate::db::next_cursor;
use crate::model::{ConversationFilter, ConversationList, ConversationRecord, Cursor, EntryRange};
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
        let next = next_cursor(&mut records, filter.view, limit);
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
            view: ConversationList::Waiting,
            cursor,
            limit,
            ..ConversationFilter::default()
        };
        self.conversations(principal, filter).await
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
