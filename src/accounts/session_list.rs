//! Sessions of the caller: where they are signed in, and ending that.

use super::sign_in::Sessions;
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::db::Ended;
use crate::model::{SessionId, SessionRecord};
use crate::refusal::ServiceError;

/// How exactly it is known when a session was used last, in milliseconds.
const SEEN_STEP_MS: i64 = 600_000;

impl Sessions<'_> {
    /// Where the caller is signed in, the session used last first.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members.
    pub async fn list(self, principal: &Principal) -> Result<Vec<SessionRecord>, ServiceError> {
        Right::ReadOwnAccount.check(principal)?;
        let stored = self.accounts.db().sessions();
        Ok(stored.list(principal.org, principal.user.id, self.accounts.now()).await?)
    }

    /// Ends a session of the caller; its sockets close.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members, `not_found`.
    pub async fn end(self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        let id = id.parse().map_err(|_| ServiceError::not_found())?;
        let known = self.list(principal).await?;
        if !known.iter().any(|session| session.id == id) {
            return Err(ServiceError::not_found());
        }
        let note = Note::by(principal, Act::SessionEnded, self.accounts.now()).on(id);
        self.end_which(principal, Ended::One(id), note).await.map(drop)
    }

    /// Ends all sessions of the caller but the one they ask with; gives back how many.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members.
    pub async fn end_others(self, principal: &Principal) -> Result<usize, ServiceError> {
        let note = Note::by(principal, Act::SessionsEnded, self.accounts.now());
        self.end_which(principal, Ended::Others(principal.session()), note).await
    }

    async fn end_which(self, principal: &Principal, which: Ended, note: Note) -> Result<usize, ServiceError> {
        Right::EndOwnSessions.check(principal)?;
        let (db, now) = (self.accounts.db().noting(note), self.accounts.now());
        let count = db.sessions().end(principal.org, principal.user.id, which, now).await?;
        self.accounts.hub().apply_revocations().await;
        Ok(count)
    }

    /// Notes that a session is in use, where that was last noted a while ago. Nobody waits for it.
    pub(super) fn note_use(self, org: rooms::OrgId, id: SessionId, seen_at: rooms::Timestamp) {
        let failure = "could not note that a session is in use";
        self.accounts.note_use(Some(seen_at), SEEN_STEP_MS, failure, move |accounts, now, before| async move {
            accounts.db().sessions().touch(org, id, now, before).await
        });
    }
}
