//! Emails that tell members about a waiting visitor.

use rooms::{ChannelId, ConversationId, OrgId};

use super::Notifier;
use crate::db::DbError;
use crate::model::{HandoffMails, NewMail};

/// Longest part of a brief that goes into a mail.
const BRIEF_MAX_CHARS: usize = 4_000;

/// A visitor waits for a person.
#[derive(Debug, Clone)]
pub struct HandoffNotice {
    /// In which org.
    pub org: OrgId,
    /// On which channel.
    pub channel: ChannelId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// What it is about, one line.
    pub title: String,
    /// What an agent should know.
    pub brief: String,
    /// How urgent.
    pub priority: &'static str,
}

impl Notifier {
    /// A mail to everybody who is to know, and the one that stands for all further handoffs of the interval; the
    /// caller queues them together with what else follows from the handoff.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn handoff_mails(&self, notice: &HandoffNotice) -> Result<HandoffMails, DbError> {
        let settings = self.parts.org_settings.effective(notice.org, Some(notice.channel)).await?;
        let addresses = self.addresses(notice.org, &settings.notify_emails).await?;
        let mark = if notice.priority == "urgent" { "[urgent] " } else { "" };
        let subject = format!("{mark}A visitor waits for a person: {}", notice.title);
        let body = self.text(notice);
        let to = |subject: &str, body: &str| {
            let mail = |recipient: &String| NewMail {
                recipient: recipient.clone(),
                reply_to: None,
                subject: subject.to_owned(),
                body: body.to_owned(),
            };
            addresses.iter().map(mail).collect()
        };
        let minutes = match self.parts.base.settings.limits {
            true => self.parts.base.settings.handoff_mail_interval_minutes,
            false => 0,
        };
        Ok(HandoffMails {
            at_once: to(&subject, &body),
            later: to("More visitors have asked for a person", &self.digest()),
            interval_ms: i64::try_from(minutes).unwrap_or(i64::MAX).saturating_mul(60_000),
        })
    }

    fn digest(&self) -> String {
        let link = self.parts.base.settings.public_url.as_ref().map_or_else(String::new, |url| {
            format!("\n\nOpen the inbox: {}/console/inbox", url.as_str().trim_end_matches('/'))
        });
        format!("Since the last mail more visitors have asked for a person, and nobody was online.{link}\n")
    }

    fn text(&self, notice: &HandoffNotice) -> String {
        let brief: String = notice.brief.chars().take(BRIEF_MAX_CHARS).collect();
        let link = self.parts.base.settings.public_url.as_ref().map_or_else(String::new, |url| {
            let base = url.as_str().trim_end_matches('/');
            format!("\n\nOpen the conversation: {base}/console/inbox/{}", notice.conversation)
        });
        format!("A visitor waits for a person (priority: {}).\n\n{brief}{link}\n", notice.priority)
    }
}
