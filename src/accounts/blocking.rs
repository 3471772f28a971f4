//! Blocks visitors, and takes it back.

use rooms::UserId;

use super::{Accounts, checks};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::model::VisitorBlock;
use crate::refusal::ServiceError;

const REASON_MAX_CHARS: usize = 300;

/// Blocking visitors.
#[derive(Debug, Clone, Copy)]
pub struct Blocking<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Blocking<'_> {
    /// Blocks a visitor of the caller's org, and all who were merged with them: from now on they are refused new
    /// conversations, messages, calls and files, and their call ends. Who is blocked already stays so.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request` and `too_large` for the reason.
    pub async fn block(
        self,
        principal: &Principal,
        id: &str,
        reason: Option<&str>,
    ) -> Result<Option<VisitorBlock>, ServiceError> {
        Right::BlockVisitor.check(principal)?;
        let visitor = checks::visitor(id)?;
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| checks::short("reason", reason, REASON_MAX_CHARS)).transpose()?;
        let block = VisitorBlock { by: principal.user.clone(), reason, at: self.accounts.now() };
        let note = Note::by(principal, Act::VisitorBlocked, block.at).on(visitor);
        let db = self.accounts.db().noting(note);
        let blocked = db.visitors().block(principal.org, visitor, &block).await?;
        for visitor in &blocked {
            self.accounts.hub().visitor_blocked(principal.org, *visitor, &principal.user);
        }
        self.announce(principal, visitor, &blocked).await
    }

    /// Takes the block of a visitor back, and of all who were merged with them.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn unblock(
        self,
        principal: &Principal,
        id: &str,
    ) -> Result<Option<VisitorBlock>, ServiceError> {
        Right::BlockVisitor.check(principal)?;
        let visitor = checks::visitor(id)?;
        let note = Note::by(principal, Act::VisitorUnblocked, self.accounts.now()).on(visitor);
        let db = self.accounts.db().noting(note);
        let unblocked = db.visitors().unblock(principal.org, visitor).await?;
        self.announce(principal, visitor, &unblocked).await
    }

    /// That a visitor of the caller's org is blocked, if so.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn of(
        self,
        principal: &Principal,
        visitor: UserId,
    ) -> Result<Option<VisitorBlock>, ServiceError> {
        Right::ListConversations.check(principal)?;
        Ok(self.accounts.db().visitors().block_of(principal.org, visitor).await?)
    }

    /// The inboxes of the org hear that something about the visitors of a person has changed.
    async fn announce(
        self,
        principal: &Principal,
        visitor: UserId,
        person: &[UserId],
    ) -> Result<Option<VisitorBlock>, ServiceError> {
        if person.is_empty() {
            return Err(ServiceError::not_found());
        }
        let visitors = self.accounts.db().visitors();
        let main = visitors.person(principal.org, visitor).await?.first().copied();
        if let Some(record) = visitors.get(principal.org, main.unwrap_or(visitor)).await? {
            self.accounts.hub().visitor_changed(record).await?;
        }
        Ok(visitors.block_of(principal.org, visitor).await?)
    }
}
