//! What agents have begun to write: stored per agent and conversation, so that another page shows it.

use rooms::ConversationId;

use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::model::{DraftKind, DraftRecord};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

const TEXT_MAX_CHARS: usize = 10_000;
/// Drafts that a list gives: more conversations nobody has begun to answer.
const LIST_MAX: i64 = 200;

/// The caller's own drafts.
#[derive(Debug, Clone, Copy)]
pub struct Drafts<'a> {
    base: &'a Base,
}

impl<'a> Drafts<'a> {
    pub(super) fn new(base: &'a Base) -> Self {
        Self { base }
    }

    /// The caller's drafts, the newest 200.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers.
    pub async fn list(self, principal: &Principal) -> Result<Vec<DraftRecord>, ServiceError> {
        Right::KeepDrafts.check(principal)?;
        Ok(self.base.db.drafts().list(principal.org, principal.user.id, LIST_MAX).await?)
    }

    /// Stores the caller's draft in a conversation; an empty one is removed.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `too_large`.
    pub async fn set(
        self,
        principal: &Principal,
        conversation: ConversationId,
        kind: DraftKind,
        text: &str,
    ) -> Result<(), ServiceError> {
        Right::KeepDrafts.check(principal)?;
        if text.chars().count() > TEXT_MAX_CHARS {
            return Err(ServiceError::new(ErrorCode::TooLarge, "a draft has at most 10,000 characters"));
        }
        let (org, member) = (principal.org, principal.user.id);
        let drafts = self.base.db.drafts();
        let is_known = if text.trim().is_empty() {
            drafts.remove(org, member, conversation, kind).await?
        } else {
            drafts.set(org, member, conversation, kind, text, self.base.now()).await?
        };
        if is_known { Ok(()) } else { Err(ServiceError::not_found()) }
    }
}
