//! The job that sends queued emails sequentially, over one SMTP connection at a time.

use std::time::Duration;

use super::Notifier;
use super::backoff::jittered;
use crate::db::DbError;
use crate::mail::Mail;
use crate::model::MailRecord;
use crate::refusal::log_unanswered;

/// Tries of one mail: with the waits between them about two days, as mail servers do.
const ATTEMPTS_MAX: i64 = 12;
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(8 * 3_600);
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// Retry delay after a storage failure.
const STORAGE_WAIT: Duration = Duration::from_secs(2);

impl Notifier {
    /// Sends what is due, for as long as the server runs.
    pub(super) async fn send_mails(self) {
        loop {
            let wait = match self.send_due_mails().await {
                Ok(wait) => wait,
                Err(error) => {
                    log_unanswered(&error, "could not store or load deliveries");
                    STORAGE_WAIT
                }
            };
            tokio::select! {
                () = self.parts.base.db.mails().written() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Sends every mail that is due, and says how long none is.
    async fn send_due_mails(&self) -> Result<Duration, DbError> {
        let (mut served, node) = (None, self.parts.base.node);
        while let Some(mail) = self.parts.base.db.mails().due(served, node, self.now()).await? {
            if self.takes(&mail).await? {
                self.send_mail(&mail).await?;
            }
            served = Some(mail.org_id);
        }
        let next = self.parts.base.db.mails().next_at(node, self.now()).await?;
        let wait_ms = next.map_or(i64::MAX, |at| at.0.saturating_sub(self.now().0));
        Ok(LONGEST_SLEEP.min(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0))))
    }

    /// Whether this node sends a mail: of several nodes one does.
    async fn takes(&self, mail: &MailRecord) -> Result<bool, DbError> {
        let base = &self.parts.base;
        if !base.claims.has_others() {
            return Ok(true);
        }
        base.db.mails().claim(mail, base.node, self.now()).await
    }

    async fn send_mail(&self, record: &MailRecord) -> Result<(), DbError> {
        let mail = Mail {
            id: record.id.to_string(),
            to: record.recipient.clone(),
            reply_to: record.reply_to.clone(),
            subject: record.subject.clone(),
            text: record.body.clone(),
            html: None,
            sender_name: record.sender_name.clone(),
            stop_url: record.stop_url.clone(),
        };
        let Err(error) = self.parts.mailer.send(mail).await else {
            return self.parts.base.db.mails().note(record, Ok(()), self.now()).await;
        };
        let failed_count = record.attempts + 1;
        let may_pass = error.may_pass() && failed_count < ATTEMPTS_MAX;
        let again_at = may_pass.then(|| {
            let wait = jittered(FIRST_WAIT, LONGEST_WAIT, u32::try_from(failed_count).unwrap_or(u32::MAX));
            self.now().plus_ms(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
        });
        if again_at.is_none() {
            tracing::error!(mail.id = %record.id, cause = error.cause(), "gave up on email {}: {error}", record.id);
        } else {
            tracing::warn!(mail.id = %record.id, cause = error.cause(), "mail {} was not sent and is tried again: {error}", record.id);
        }
        self.parts.base.db.mails().note(record, Err((&error.to_string(), again_at)), self.now()).await
    }
}
