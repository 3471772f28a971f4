//! A mail to whoever asks, to see whether mails leave this server.

use std::time::Duration;

use super::service::Platform;
use crate::auth::{Principal, Right};
use crate::ids;
use crate::limits::refuse;
use crate::mail::Mail;
use crate::refusal::ServiceError;

/// How long a mail server may take.
const SEND_MAX: Duration = Duration::from_secs(20);
/// What somebody waits who asks while a mail is on its way.
const BUSY_RETRY_MS: u64 = 2_000;

/// How mails leave this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailWay {
    /// By a mail server.
    Smtp,
    /// As files, as no mail server is set.
    Outbox,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTrial {
    /// To whom it went.
    pub to: String,
    /// How.
    pub way: MailWay,
    /// Why it did not go, without addresses and passwords; `None` where it did.
    pub problem: Option<String>,
}

impl Platform {
    /// Mails the caller, and says what went wrong.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins; `rate_limited` while another is on its way.
    pub async fn try_mail(&self, principal: &Principal) -> Result<MailTrial, ServiceError> {
        Right::TryMail.check(principal)?;
        let Ok(_busy) = self.shared.mail.try_lock() else {
            return Err(refuse("mail_trials", BUSY_RETRY_MS));
        };
        let base = self.base();
        let member = base.db.members().get(principal.org, principal.user.id).await?;
        let member = member.ok_or_else(ServiceError::not_found)?;
        let way = if base.settings.smtp_url.is_some() { MailWay::Smtp } else { MailWay::Outbox };
        let mail = Mail {
            id: ids::new_id().to_string(),
            to: member.email.clone(),
            reply_to: None,
            subject: "Switchboard: a mail to try".to_owned(),
            text: format!(
                "{} asked for this mail to see whether Switchboard at {} sends mails. It does.\n",
                member.name,
                base.settings.link_base()
            ),
            html: None,
            sender_name: None,
            stop_url: None,
        };
        let sending = tokio::time::timeout(SEND_MAX, self.shared.parts.mailer.send(mail)).await;
        let problem = match sending {
            Ok(Ok(())) => None,
            Ok(Err(error)) => {
                let cause = error.cause();
                Some(if cause.is_empty() { error.to_string() } else { format!("{error}: {cause}") })
            }
            Err(_) => Some(format!("the mail server did not answer within {} s", SEND_MAX.as_secs())),
        };
        if let Some(problem) = &problem {
            tracing::warn!(problem, "a mail to try was not sent");
        }
        Ok(MailTrial { to: member.email, way, problem })
    }
}
