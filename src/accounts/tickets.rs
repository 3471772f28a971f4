//! Listing and resolving tickets.

use rooms::TicketId;

use super::Accounts;
use crate::auth::{Principal, Right};
use crate::model::{Cursor, TicketFilter, TicketRecord};
use crate::refusal::ServiceError;

/// Which tickets a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketStatus {
    /// Somebody must see to them.
    Open,
    /// Somebody did.
    Resolved,
}

/// Tickets of the caller's org.
#[derive(Debug, Clone, Copy)]
pub struct Tickets<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Tickets<'_> {
    /// Tickets of the caller's org, newest first, and where the next page begins.
    ///
    /// # Errors
    /// `forbidden` to visitors.
    pub async fn list(
        self,
        principal: &Principal,
        status: Option<TicketStatus>,
        cursor: Option<Cursor<TicketId>>,
        limit: i64,
    ) -> Result<(Vec<TicketRecord>, Option<String>), ServiceError> {
        Right::ReadTickets.check(principal)?;
        let status = status.map(|status| match status {
            TicketStatus::Open => "open",
            TicketStatus::Resolved => "resolved",
        });
        // One more than shown tells whether there is a next page.
        let filter = TicketFilter { status, cursor, limit: limit + 1 };
        let mut tickets = self.accounts.db().tickets().list(principal.org, &filter).await?;
        let shown = usize::try_from(limit).unwrap_or(0);
        if tickets.len() <= shown {
            return Ok((tickets, None));
        }
        tickets.truncate(shown);
        let next = tickets.last().map(|last| Cursor { at: last.created_at, id: last.id }.to_text());
        Ok((tickets, next))
    }

    /// A ticket of the caller's org.
    ///
    /// # Errors
    /// `forbidden` to visitors, `not_found`.
    pub async fn get(self, principal: &Principal, id: &str) -> Result<TicketRecord, ServiceError> {
        Right::ReadTickets.check(principal)?;
        let id: TicketId = id.parse().map_err(|_| ServiceError::not_found())?;
        self.find(principal, id).await
    }

    /// Resolves a ticket; resolving it again changes nothing.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers, `not_found`.
    pub async fn resolve(self, principal: &Principal, id: &str) -> Result<TicketRecord, ServiceError> {
        Right::ResolveTicket.check(principal)?;
        let id: TicketId = id.parse().map_err(|_| ServiceError::not_found())?;
        let resolved = self
            .accounts
            .db()
            .tickets()
            .resolve(principal.org, id, principal.user.id, self.accounts.now())
            .await;
        resolved?;
        self.find(principal, id).await
    }

    async fn find(self, principal: &Principal, id: TicketId) -> Result<TicketRecord, ServiceError> {
        let found = self.accounts.db().tickets().get(principal.org, id).await?;
        found.ok_or_else(ServiceError::not_found)
    }
}
