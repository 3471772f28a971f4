//! Merges visitors who are one person, and takes it back.
//!
//! A merge is what agents know: they see one name and one history. Browsers go on seeing their own conversations only,
//! so a wrong merge shows nobody what another visitor wrote.

use rooms::{Timestamp, UserId};
use serde_json::json;

use super::{Accounts, checks};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::model::{MergeOutcome, UnmergeOutcome, VisitorMerge, VisitorRecord};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const HOUR_MS: i64 = 3_600_000;

/// Merging visitors.
#[derive(Debug, Clone, Copy)]
pub struct Merging<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Merging<'_> {
    /// Merges the person whom a visitor of the caller's org is of into another; nothing changes where they are one
    /// person already. Gives the merges of the person.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `too_large` for more visitors than `visitors_per_person_max`.
    pub async fn merge(
        self,
        principal: &Principal,
        id: &str,
        into: &str,
    ) -> Result<Vec<VisitorMerge>, ServiceError> {
        Right::MergeVisitors.check(principal)?;
        let (visitor, into) = (checks::visitor(id)?, checks::visitor(into)?);
        let most = self.accounts.settings().visitors_per_person_max;
        let (by, now) = (principal.user.id, self.accounts.now());
        let visitors_max = i64::try_from(most).unwrap_or(i64::MAX);
        let note = Note::by(principal, Act::VisitorMerged, now).on(visitor);
        let db = self.accounts.db().noting(note.made(json!({ "into": into.to_string() })));
        match db.visitors().merge(principal.org, (visitor, into), by, now, visitors_max).await? {
            MergeOutcome::Merged(merged) => self.announce(principal, merged).await?,
            MergeOutcome::SamePerson => {}
            MergeOutcome::Unknown => return Err(ServiceError::not_found()),
            MergeOutcome::TooMany => {
                let message = format!("at most {most} visitors can be merged into one person");
                return Err(ServiceError::new(ErrorCode::TooLarge, message));
            }
        }
        self.of_person(principal, into).await
    }

    /// Takes the merge of a visitor back; whoever was merged into them before goes with them. Gives the merges of the
    /// person who is left.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict` where the visitor is not merged, or was more than `visitor_unmerge_hours`
    /// ago.
    pub async fn unmerge(self, principal: &Principal, id: &str) -> Result<Vec<VisitorMerge>, ServiceError> {
        Right::MergeVisitors.check(principal)?;
        let visitor = checks::visitor(id)?;
        let visitors = self.accounts.db().visitors();
        let main =
            *visitors.person(principal.org, visitor).await?.first().ok_or_else(ServiceError::not_found)?;
        let hours = self.accounts.settings().visitor_unmerge_hours;
        let note = Note::by(principal, Act::VisitorUnmerged, self.accounts.now()).on(visitor);
        let db = self.accounts.db().noting(note.gone(json!({ "into": main.to_string() })));
        match db.visitors().unmerge(principal.org, visitor, self.since(hours)).await? {
            UnmergeOutcome::Unmerged => {
                self.announce(principal, main).await?;
                self.announce(principal, visitor).await?;
            }
            UnmergeOutcome::NotMerged => {
                return Err(ServiceError::conflict("the visitor is not merged into another"));
            }
            UnmergeOutcome::TooLate => {
                return Err(ServiceError::conflict(format!("a merge can be taken back for {hours} hours")));
            }
        }
        Ok(visitors.merges_of(principal.org, main).await?)
    }

    /// The merges of the person whom a visitor of the caller's org is of, the newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn of(
        self,
        principal: &Principal,
        visitor: &VisitorRecord,
    ) -> Result<Vec<VisitorMerge>, ServiceError> {
        Right::ListConversations.check(principal)?;
        Ok(self.accounts.db().visitors().merges_of(principal.org, visitor.main()).await?)
    }

    async fn of_person(
        self,
        principal: &Principal,
        visitor: UserId,
    ) -> Result<Vec<VisitorMerge>, ServiceError> {
        let visitors = self.accounts.db().visitors();
        let person = visitors.person(principal.org, visitor).await?;
        let main = *person.first().ok_or_else(ServiceError::not_found)?;
        Ok(visitors.merges_of(principal.org, main).await?)
    }

    /// Until when a merge can be taken back; `None` where that is over.
    #[must_use]
    pub fn undo_until(self, merge: &VisitorMerge) -> Option<Timestamp> {
        let hours = self.accounts.settings().visitor_unmerge_hours;
        (merge.at > self.since(hours)).then(|| Timestamp(merge.at.0 + hours_ms(hours)))
    }

    fn since(self, hours: u64) -> Timestamp {
        Timestamp(self.accounts.now().0 - hours_ms(hours))
    }

    /// The inboxes of the org hear of every visitor of a person.
    async fn announce(self, principal: &Principal, visitor: UserId) -> Result<(), ServiceError> {
        let visitors = self.accounts.db().visitors();
        for id in visitors.person(principal.org, visitor).await? {
            if let Some(record) = visitors.get(principal.org, id).await? {
                self.accounts.hub().visitor_merged(record).await?;
            }
        }
        Ok(())
    }
}

fn hours_ms(hours: u64) -> i64 {
    i64::try_from(hours).unwrap_or(i64::MAX / HOUR_MS) * HOUR_MS
}
