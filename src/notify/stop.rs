//! How mails to visitors are stopped: by a token that names the mailbox, which only this server can make.

use rooms::OrgId;
use secrecy::ExposeSecret as _;

use super::Notifier;
use crate::refusal::ServiceError;

/// What the token is sealed for.
const FIELD: &str = "mail_stop";
/// Longer texts are no tokens.
const TOKEN_MAX_BYTES: usize = 512;

/// Where a mailbox stops the mails of an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopLinks {
    /// The page that asks first, for people.
    pub page: String,
    /// What mail programs post to.
    pub url: String,
}

impl Notifier {
    /// The links with which a mailbox stops mails, and resumes them, by the hash of its address; they do nothing else, and
    /// do not end.
    #[must_use]
    pub fn stop_links(&self, org: OrgId, mailbox_hash: &str) -> StopLinks {
        let base = self.parts.base.settings.link_base();
        let token = self.stop_token(org, mailbox_hash);
        let page = format!("{base}/mail/stop#{token}");
        // A mail program stops mails by a POST, which has no fragment (RFC 8058).
        let url =
            if base.starts_with("https://") { format!("{base}/mail/stop/{token}") } else { page.clone() };
        StopLinks { page, url }
    }

    /// The token with which a mailbox stops mails.
    #[must_use]
    pub fn stop_token(&self, org: OrgId, mailbox_hash: &str) -> String {
        let org = org.to_string();
        let sealed = self.parts.keys.seal(&org, FIELD, mailbox_hash);
        format!("{org}.{sealed}")
    }

    /// Sends a mailbox no more mails of the org, whoever names it; again is fine.
    ///
    /// # Errors
    /// `not_found` where that is no token of ours, `unavailable`.
    pub async fn stop_mails(&self, token: &str) -> Result<(), ServiceError> {
        let (org, mailbox_hash) = self.mailbox_named(token).ok_or_else(ServiceError::not_found)?;
        Ok(self.parts.base.db.recipients().stop(org, &mailbox_hash, self.now()).await?)
    }

    /// Sends a mailbox that stopped the mails of the org such mails again; again is fine.
    ///
    /// # Errors
    /// `not_found` where that is no token of ours, `unavailable`.
    pub async fn resume_mails(&self, token: &str) -> Result<(), ServiceError> {
        let (org, mailbox_hash) = self.mailbox_named(token).ok_or_else(ServiceError::not_found)?;
        Ok(self.parts.base.db.recipients().resume(org, &mailbox_hash).await?)
    }

    fn mailbox_named(&self, token: &str) -> Option<(OrgId, String)> {
        if token.len() > TOKEN_MAX_BYTES {
            return None;
        }
        let (org, sealed) = token.split_once('.')?;
        let opened = self.parts.keys.open(org, FIELD, sealed).ok()?;
        Some((org.parse().ok()?, opened.expose_secret().to_owned()))
    }
}
