//! Mails to those who want to know that a visitor waits for a person.

use rooms::{ChannelId, ConversationId, OrgId};

use super::Notifier;
use super::service::fault;
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
    /// Queues a mail to everybody who is to know; what goes wrong is logged, for the inbox shows the visitor anyway.
    pub async fn handoff(&self, notice: HandoffNotice) {
        if let Err(error) = self.queue_handoff(&notice).await {
            drop(fault(&error));
        }
    }

    async fn queue_handoff(&self, notice: &HandoffNotice) -> Result<(), DbError> {
        let settings = self.parts.org_settings.effective(notice.org, Some(notice.channel)).await?;
        let addresses = self.addresses(notice.org, &settings.notify_emails).await?;
        let mark = if notice.priority == "urgent" { "[urgent] " } else { "" };
        let subject = format!("{mark}A visitor waits for a person: {}", notice.title);
        let body = self.text(notice);
        let mails: Vec<NewMail> = addresses
            .into_iter()
            .map(|recipient| NewMail {
                recipient,
                reply_to: None,
                subject: subject.clone(),
                body: body.clone(),
            })
            .collect();
        self.queue_mails(notice.org, &mails).await
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
