//! Visitors who are away: what a person wrote to them goes by mail, when they have left an address.
//!
//! Nothing is remembered for that but what is stored anyway: the messages and when they were written, how far the
//! visitor has read, and up to where they were mailed. A server that was killed goes on where it was.

use rooms::{Audience, Body, Entry, Timestamp, UNDETERMINED, UserKind};
use url::Url;

use super::mail_texts::MailTexts;
use super::service::Handover;
use super::texts::Tongue;
use super::transcripts::name_line;
use crate::db::DbError;
use crate::limits::{Limit, Source};
use crate::mail::{mailbox_hash, plain};
use crate::model::{ChannelRecord, ConversationRecord, EntryRange, UnreadReply, VisitorMail};
use crate::refusal::log_unanswered;

/// So long a visitor must have been away.
const AWAY_MS: i64 = 2 * 60_000;
/// The shortest time between two mails of one conversation.
const INTERVAL_MS: i64 = 10 * 60_000;
/// Conversations in which nothing was written for longer are over.
const LONGEST_MS: i64 = 24 * 3_600 * 1_000;
/// Conversations read at a time.
const PAGE: i64 = 200;
/// Most messages in one mail; the rest is in the chat.
const MESSAGES_MAX: u64 = 10;
/// Most of one message in a mail, in Unicode code points.
const MESSAGE_MAX_CHARS: usize = 2_000;

impl Handover {
    /// Mails every visitor who has been away long enough; returns how many.
    pub async fn mail_away(&self) -> usize {
        if self.parts.base.settings.smtp_url.is_none() {
            return 0;
        }
        let now = self.parts.base.now();
        self.here.retain(|_, seen_at| now.0 - seen_at.0 < AWAY_MS);
        match self.mail_all_away(now).await {
            Ok(count) => count,
            Err(error) => {
                log_unanswered(&error, "could not mail a visitor who is away");
                0
            }
        }
    }

    async fn mail_all_away(&self, now: Timestamp) -> Result<usize, DbError> {
        let (mut count, mut after) = (0, None);
        loop {
            let span = (now.plus_ms(-LONGEST_MS), now.plus_ms(-AWAY_MS));
            let conversations = self.parts.base.db.conversations();
            let page = conversations.unread_replies(span, now.plus_ms(-INTERVAL_MS), after, PAGE).await?;
            for reply in &page {
                match self.mail_if_away(reply, now).await {
                    Ok(is_mailed) => count += usize::from(is_mailed),
                    Err(error) if error.is_unreachable() => return Err(error),
                    // What is wrong with one reply must not keep those behind it.
                    Err(error) => log_unanswered(&error, "could not mail a visitor who is away"),
                }
            }
            match page.last() {
                Some(last) if i64::try_from(page.len()).is_ok_and(|length| length == PAGE) => {
                    after = Some(last.conversation);
                }
                _ => return Ok(count),
            }
        }
    }

    async fn mail_if_away(&self, reply: &UnreadReply, now: Timestamp) -> Result<bool, DbError> {
        if self.parts.hub.is_in(reply.org, reply.conversation, reply.visitor).await {
            self.here.insert(reply.conversation, now);
            return Ok(false);
        }
        // The time begins when they go.
        if self.here.contains_key(&reply.conversation) {
            return Ok(false);
        }
        let settings = self.parts.org_settings.effective(reply.org, Some(reply.channel)).await?;
        if !settings.reply_by_mail {
            return Ok(false);
        }
        let Some((mail, mailbox)) = self.mail_of(reply).await? else { return Ok(false) };
        // Whoever names a stranger's address in many conversations fills no mailbox.
        let recipient = format!("{}:{mailbox}", reply.org);
        let base = &self.parts.base;
        if base.limits.count(Limit::ReplyMails, Source::Token(&recipient)).is_err() {
            return Ok(false);
        }
        base.db.conversations().mail_reply(reply, &mail, now.plus_ms(-INTERVAL_MS), now).await
    }

    /// The mail and the hash of the mailbox it goes to; `None` where there is nothing to tell, or nobody to be told.
    async fn mail_of(&self, reply: &UnreadReply) -> Result<Option<(VisitorMail, String)>, DbError> {
        let db = &self.parts.base.db;
        let range = EntryRange {
            after: reply.after,
            before: reply.last_seq + 1,
            // Events and automatic messages may stand between them.
            limit: MESSAGES_MAX * 4,
            newest: true,
        };
        let (record, channel, entries) = tokio::try_join!(
            db.conversations().get(reply.org, reply.conversation),
            db.channels().get(reply.org, reply.channel),
            db.entries().list(reply.org, reply.conversation, Audience::Visitors, range),
        )?;
        let (Some(record), Some(channel)) = (record, channel) else { return Ok(None) };
        // A page may have said anything of its visitor.
        let Some(recipient) = record.visitor.email.clone() else { return Ok(None) };
        let Some(mailbox) = mailbox_hash(&recipient) else { return Ok(None) };
        if db.recipients().has_stopped(reply.org, &mailbox).await? {
            return Ok(None);
        }
        let is_told =
            |entry: &&Entry| entry.author.kind == UserKind::Agent && matches!(entry.body, Body::Message(_));
        let told: Vec<&Entry> = entries.iter().filter(is_told).collect();
        let Some(last) = told.last() else { return Ok(None) };
        let words = MailTexts::of(tongue_of(&record, &channel));
        let (agent, business) = (name_line(&last.author.name), name_line(&channel.name));
        let stop = self.parts.notifier.stop_links(reply.org, &mailbox);
        let mail = VisitorMail {
            recipient,
            subject: words.reply_subject.replace("{agent}", &agent).replace("{name}", &business),
            body: body(words, &agent, &told, &self.link_back(&record, &channel), &stop.page),
            sender_name: business,
            stop_url: stop.url,
        };
        Ok(Some((mail, mailbox)))
    }

    /// The page that the visitor was on last, if it is one of the channel's; otherwise the channel's own.
    fn link_back(&self, record: &ConversationRecord, channel: &ChannelRecord) -> String {
        let page = record.visitor.page.as_ref().and_then(|page| page.url.as_deref());
        // A visitor says themselves where they are, and anybody's address may stand beside it.
        let listed = page.and_then(|page| page.parse::<Url>().ok()).filter(|page| {
            let origin = page.origin().ascii_serialization();
            channel.origins.iter().any(|one| one.eq_ignore_ascii_case(&origin))
        });
        match listed {
            Some(mut page) => {
                page.set_fragment(None);
                page.into()
            }
            None => format!("{}/chat/{}", self.parts.base.settings.link_base(), channel.key),
        }
    }
}

/// The language that the visitor writes in, or their browser's, or the channel's.
fn tongue_of(record: &ConversationRecord, channel: &ChannelRecord) -> Tongue {
    let written = record.head.insight.as_ref().map(|insight| &*insight.language);
    let written = written.filter(|language| *language != UNDETERMINED);
    Tongue::of(written.or(record.visitor.locale.as_deref()).or(channel.locale.as_deref()))
}

fn body(words: &MailTexts, agent: &str, told: &[&Entry], link: &str, stop_page: &str) -> String {
    let messages_max = usize::try_from(MESSAGES_MAX).unwrap_or(usize::MAX);
    let mut is_whole = told.len() <= messages_max;
    let mut paragraphs = vec![words.reply_intro.replace("{agent}", agent)];
    for entry in &told[told.len().saturating_sub(messages_max)..] {
        let Some(content) = entry.body.content() else { continue };
        let text: String = content.text.chars().take(MESSAGE_MAX_CHARS).collect();
        is_whole &= text.len() == content.text.len();
        let mut lines: Vec<String> = text.lines().map(plain).collect();
        lines.extend(
            content.attachments.iter().map(|file| words.file.replace("{name}", &name_line(&file.name))),
        );
        // Quoted, so that no words of a message look like the server's own.
        paragraphs.push(format!("> {}", lines.join("\n> ")));
    }
    if !is_whole {
        paragraphs.push(words.more_in_chat.to_owned());
    }
    paragraphs.push(words.answer_here.replace("{link}", link));
    paragraphs.push(format!("{}\n{}\n", words.do_not_reply, words.stop.replace("{link}", stop_page)));
    paragraphs.join("\n\n")
}
