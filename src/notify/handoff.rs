//! Mails to those who want to know that a visitor waits for a person.

use rooms::{ChannelId, ConversationId, OrgId};

use super::Notifier;
use crate::db::{DbError, NewMail};

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
    /// A mail to everybody who is to know; the caller queues them together with what else follows from the handoff.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn handoff_mails(&self, notice: &HandoffNotice) -> Result<Vec<NewMail>, DbError> {
        let settings = self.parts.org_settings.effective(notice.org, Some(notice.channel)).await?;
        let addresses = self.addresses(notice.org, &settings.notify_emails).await?;
        let mark = if notice.priority == "urgent" { "[urgent] " } else { "" };
        let subject = format!("{mark}A visitor waits for a person: {}", notice.title);
        let body = self.text(notice);
        let to =
            |recipient| NewMail { recipient, reply_to: None, subject: subject.clone(), body: body.clone() };
        Ok(addresses.into_iter().map(to).collect())
    }

    fn text(&self, notice: &HandoffNotice) -> String {
        let brief: String = notice.brief.chars().take(BRIEF_MAX_CHARS).collect();
        let link = self.parts.settings.public_url.as_ref().map_or_else(String::new, |url| {
            let base = url.as_str().trim_end_matches('/');
            format!("\n\nOpen the conversation: {base}/console/inbox/{}", notice.conversation)
        });
        format!("A visitor waits for a person (priority: {}).\n\n{brief}{link}\n", notice.priority)
    }
}
