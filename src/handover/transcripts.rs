//! Conversations as plain text, to keep and to mail: what visitors may see of them.

use std::fmt::Write as _;

use rooms::{Body, Content, ConversationId, Entry, Event, Timestamp, User, UserKind};
use serde_json::Value;

use super::mail_texts::MailTexts;
use super::service::Handover;
use super::texts::Tongue;
use crate::auth::{Principal, Right};
use crate::hub::Page;
use crate::limits::{Limit, Source, refuse};
use crate::mail::{mailbox_hash, one_line, plain, without_links_but};
use crate::model::{ConversationRecord, VisitorMail};
use crate::refusal::ServiceError;
use crate::wire::{WireError, rfc3339};

/// Entries per read from storage.
const PAGE_ENTRIES: u64 = 200;
/// Largest transcript to download, in bytes; earlier messages are left out beyond it.
const FILE_MAX_BYTES: usize = 4 * 1_024 * 1_024;
/// Largest transcript in a mail, in bytes.
const MAIL_MAX_BYTES: usize = 256 * 1_024;
/// Largest name in a transcript in Unicode code points.
const NAME_MAX_CHARS: usize = 100;

/// A conversation as a file of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranscriptFile {
    /// Its name, such as `chat-2026-11-21.txt`.
    pub file_name: String,
    /// Its text.
    pub text: String,
}

impl Handover {
    /// A conversation as plain text, as far as its visitor may see it, in the language of a tag or else the visitor's.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn transcript(
        &self,
        principal: &Principal,
        id: ConversationId,
        locale: Option<&str>,
    ) -> Result<TranscriptFile, ServiceError> {
        let read = self.read_transcript(principal, id, locale, Use::File).await?;
        let day = day_of(read.record.created_at);
        Ok(TranscriptFile { file_name: format!("chat-{day}.txt"), text: read.text })
    }

    /// Mails a conversation as plain text.
    ///
    /// # Errors
    /// `forbidden`, `unavailable` where the server has no mail, `bad_request` where that is no address, `rate_limited`, `not_found`.
    pub async fn mail_transcript(
        &self,
        principal: &Principal,
        source: Source<'_>,
        id: ConversationId,
        email: &str,
        locale: Option<&str>,
    ) -> Result<(), ServiceError> {
        Right::MailTranscript.check(principal)?;
        let base = &self.parts.base;
        if base.settings.smtp_url.is_none() {
            return Err(ServiceError::Refused(WireError::no_mail()));
        }
        let email = email.trim();
        let Some(mailbox) = mailbox_hash(email) else {
            return Err(ServiceError::bad_request("email must be one email address"));
        };
        let read = self.read_transcript(principal, id, locale, Use::Mail).await?;
        if read.record.head.last_message.is_none() {
            return Err(ServiceError::bad_request("there is nothing in this conversation yet"));
        }
        self.admit_recipient(&read.record, source, &mailbox).await?;
        let stop = self.parts.notifier.stop_links(principal.org, &mailbox);
        let stop_line = read.words.stop.replace("{link}", &stop.page);
        let why = match principal.is_visitor() {
            true => read.words.transcript_asked.to_owned(),
            false => read.words.transcript_sent.replace("{name}", &read.business),
        };
        let mail = VisitorMail {
            recipient: email.to_owned(),
            subject: read.words.transcript_subject.replace("{name}", &read.business),
            body: format!("{why}\n\n{}\n{stop_line}\n", read.text),
            sender_name: read.business,
            stop_url: stop.url,
        };
        Ok(base.db.mails().queue_to_visitor(principal.org, &mail, base.now()).await?)
    }

    /// Nobody's mailbox is filled from here: counted by who asks, by who gets it and by the visitor, and for the whole
    /// org last, so that what one of them is refused takes nothing from the others.
    async fn admit_recipient(
        &self,
        record: &ConversationRecord,
        source: Source<'_>,
        mailbox: &str,
    ) -> Result<(), ServiceError> {
        let base = &self.parts.base;
        let (org, visitor) = (record.org, record.visitor.id);
        base.limits.count(Limit::TranscriptMails, source)?;
        let recipient = format!("transcript:{mailbox}");
        base.limits.count(Limit::TranscriptMails, Source::Token(&recipient))?;
        let recipients = base.db.recipients();
        if recipients.has_stopped(org, mailbox).await? {
            return Err(ServiceError::conflict("this address wants no more mails from here"));
        }
        if base.settings.limits {
            let max = base.settings.transcript_recipients_per_day;
            let now = base.now();
            if let Some(until) = recipients.name_for_transcript(org, visitor, mailbox, max, now).await? {
                let wait_ms = u64::try_from(until.0 - now.0).unwrap_or(0);
                return Err(refuse("transcript_recipients_per_day", wait_ms));
            }
        }
        let of_org = format!("transcripts of {org}");
        base.limits.count(Limit::OrgTranscriptMails, Source::Token(&of_org))
    }

    async fn read_transcript(
        &self,
        principal: &Principal,
        id: ConversationId,
        locale: Option<&str>,
        purpose: Use,
    ) -> Result<ReadTranscript, ServiceError> {
        // The first page says whether the caller may read it at all.
        let mut page = self.parts.hub.entries(principal, id, Page::Before(u64::MAX), PAGE_ENTRIES).await?;
        let db = &self.parts.base.db;
        let record = db.conversations().get(principal.org, id).await?;
        let record = record.ok_or_else(ServiceError::not_found)?;
        let channel = db.channels().get(principal.org, record.channel).await?;
        let business = channel.map_or_else(String::new, |channel| name_line(&channel.name));
        let words = MailTexts::of(Tongue::of(locale.or(record.visitor.locale.as_deref())));
        let (mut blocks, mut byte_count, mut is_whole) = (Vec::new(), 0, true);
        'pages: loop {
            for entry in page.entries.iter().rev() {
                let Some(text) = block(words, entry, purpose) else { continue };
                byte_count += text.len();
                if byte_count > purpose.max_bytes() {
                    is_whole = false;
                    break 'pages;
                }
                blocks.push((entry.created_at, text));
            }
            let Some(first) = page.entries.first().filter(|_| page.has_more) else { break };
            let before = Page::Before(first.seq);
            page = self.parts.hub.entries(principal, id, before, PAGE_ENTRIES).await?;
        }
        blocks.reverse();
        let text = put_together(words, &business, &record, &blocks, is_whole);
        Ok(ReadTranscript { record, business, words, text })
    }
}

/// A transcript with what its mail says besides.
struct ReadTranscript {
    record: ConversationRecord,
    /// The name that visitors know the business by.
    business: String,
    words: &'static MailTexts,
    text: String,
}

fn put_together(
    words: &MailTexts,
    business: &str,
    record: &ConversationRecord,
    blocks: &[(Timestamp, String)],
    is_whole: bool,
) -> String {
    let title = words.transcript_of.replace("{name}", business);
    let mut text =
        format!("{title}\n{} · {}\n{}\n", day_of(record.created_at), record.id, words.times_are_utc);
    if !is_whole {
        text.push_str(words.earlier_left_out);
        text.push('\n');
    }
    let mut last_day = String::new();
    for (at, block) in blocks {
        let day = day_of(*at);
        if day != last_day {
            let _infallible = writeln!(text, "\n{day}\n");
            last_day = day;
        }
        text.push_str(block);
    }
    text
}

/// An entry as lines; nothing of what visitors do not see. Further lines of a message are indented, so that no message
/// looks like two.
fn block(words: &MailTexts, entry: &Entry, purpose: Use) -> Option<String> {
    entry.visitor_prev?;
    let time = time_of(entry.created_at);
    match &entry.body {
        Body::Note(_) => None,
        Body::Event(event) => {
            event_line(words, event, &entry.author, purpose).map(|line| format!("{time}  -- {line}\n"))
        }
        Body::Message(content) => {
            let mut lines: Vec<String> = content.text.lines().map(plain).collect();
            lines.extend(
                content.attachments.iter().map(|file| words.file.replace("{name}", &name_line(&file.name))),
            );
            let said = purpose.words_of(&entry.author, &lines.join("\n       "), &source_urls(content));
            Some(format!("{time}  {}: {said}\n", purpose.name_of(&entry.author)))
        }
    }
}

fn event_line(words: &MailTexts, event: &Event, author: &User, purpose: Use) -> Option<String> {
    let named = |text: &str, user: &User| text.replace("{name}", &purpose.name_of(user));
    Some(match event {
        Event::Handoff { .. } => named(words.asked_for_person, author),
        Event::Takeover { agent } => named(words.joined, agent),
        Event::Release { agent: Some(agent), .. } => named(words.left, agent),
        Event::Release { agent: None, to_assistant: true, .. } => words.assistant_goes_on.to_owned(),
        Event::Release { .. }
        | Event::Assigned { .. }
        | Event::MessageRated { .. }
        | Event::ReplyPending(_)
        | Event::ReplyHeld { .. }
        | Event::ReplyStopped { .. }
        | Event::Snoozed { .. }
        | Event::ModeSet { .. } => return None,
        Event::CallStarted { .. } => words.call_started.to_owned(),
        Event::CallEnded { .. } => words.call_ended.to_owned(),
        Event::Closed { .. } => words.ended.to_owned(),
        Event::Rated { score, .. } => {
            named(words.rated, author).replace("{score}", &score.number().to_string())
        }
    })
}

/// What a transcript is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Whoever may read the conversation takes it along.
    File,
    /// It goes to whatever mailbox its visitor names, in the name of the business.
    Mail,
}

impl Use {
    fn max_bytes(self) -> usize {
        match self {
            Self::File => FILE_MAX_BYTES,
            Self::Mail => MAIL_MAX_BYTES,
        }
    }

    /// What somebody wrote. In a mail that bears the name of the business the links of a visitor lead nowhere, and of the
    /// assistant's, who may repeat what a visitor or a page has told it, only those to its `sources` lead anywhere.
    fn words_of(self, author: &User, text: &str, sources: &[String]) -> String {
        let kept = match (self, author.kind) {
            (Self::Mail, UserKind::Visitor) => &[],
            (Self::Mail, UserKind::Assistant) => sources,
            _ => return text.to_owned(),
        };
        text.lines().map(|line| without_links_but(line, kept)).collect::<Vec<_>>().join("\n")
    }

    fn name_of(self, user: &User) -> String {
        self.words_of(user, &name_line(&user.name), &[])
    }
}

/// The addresses of what an answer comes from, as its metadata names them.
fn source_urls(content: &Content) -> Vec<String> {
    let metadata = content.metadata.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let sources = metadata.as_ref().and_then(|metadata| metadata["sources"].as_array());
    let urls = sources.into_iter().flatten().filter_map(|source| source["url"].as_str());
    urls.filter(|url| url.starts_with("https://") || url.starts_with("http://")).map(str::to_owned).collect()
}

/// A name on one line.
pub(super) fn name_line(name: &str) -> String {
    one_line(name).chars().take(NAME_MAX_CHARS).collect()
}

fn day_of(at: Timestamp) -> String {
    rfc3339(at)[..10].to_owned()
}

fn time_of(at: Timestamp) -> String {
    rfc3339(at)[11..16].to_owned()
}

#[cfg(test)]
mod tests {
    use rooms::{EntryId, Score, UserId, UserKind};

    use super::*;

    fn entry(name: &str, body: Body) -> Entry {
        Entry {
            id: EntryId(1),
            seq: 1,
            visitor_prev: Some(0),
            author: User { id: UserId(1), kind: UserKind::Visitor, name: name.into() },
            body,
            takeover: 0,
            created_at: Timestamp(1_795_255_200_120),
        }
    }

    fn message(name: &str, text: &str) -> Entry {
        entry(name, Body::Message(Content { text: text.into(), ..Content::default() }))
    }

    fn english() -> &'static MailTexts {
        MailTexts::of(Tongue::English)
    }

    #[test]
    fn no_message_looks_like_two() {
        let forged = message("Eve", "hello\n10:00  Ana: send me your password\r\n\r\nbye");

        let text = block(english(), &forged, Use::File).unwrap();

        let starts: Vec<&str> = text.lines().filter(|line| !line.starts_with("       ")).collect();
        assert_eq!(starts, ["10:00  Eve: hello"], "{text:?}");
    }

    #[test]
    fn a_name_is_one_line_and_turns_nothing() {
        let text = block(english(), &message("A\nna\u{202e}", "a\u{202e}b\u{7}"), Use::File).unwrap();

        assert_eq!(text, "10:00  A na: ab\n");
    }

    #[test]
    fn notes_and_what_only_agents_see_is_left_out() {
        let note = Entry { visitor_prev: None, ..entry("Ana", Body::Note(Content::default())) };
        let assigned =
            Entry { visitor_prev: None, ..entry("Ana", Body::Event(Event::Assigned { agent: None })) };
        let rated = Event::Rated { score: Score::new(4).unwrap(), comment: Some("x".into()) };

        assert_eq!(
            (block(english(), &note, Use::File), block(english(), &assigned, Use::File)),
            (None, None)
        );
        let rated = block(english(), &entry("Guest", Body::Event(rated)), Use::File).unwrap();
        assert_eq!(rated, "10:00  -- Guest rated this chat 4 out of 5.\n");
    }

    #[test]
    fn in_a_mail_the_assistants_links_lead_to_its_sources_alone() {
        let text = "See [1](https://shop.example/delivery) or https://evil.example/pay";
        let metadata = r#"{"sources":[{"title":"Delivery","url":"https://shop.example/delivery"}]}"#;
        let content = Content { text: text.into(), metadata: Some(metadata.into()), ..Content::default() };
        let author = User { id: UserId(2), kind: UserKind::Assistant, name: "Lumi".into() };
        let answer = Entry { author, ..entry("Lumi", Body::Message(content)) };

        let mailed = block(english(), &answer, Use::Mail).unwrap();

        assert_eq!(mailed, "10:00  Lumi: See [1](https://shop.example/delivery) or evil. example/pay\n");
        assert!(block(english(), &answer, Use::File).unwrap().contains("https://evil.example/pay"));
    }

    #[test]
    fn in_a_mail_the_visitors_own_words_hold_no_links() {
        let theirs = message("win.example", "pay here:\nhttps://evil.example/pay");
        let agent = User { kind: UserKind::Agent, ..theirs.author.clone() };
        let ours = Entry { author: agent, ..theirs.clone() };

        let file = block(english(), &theirs, Use::File).unwrap();
        assert_eq!(file, "10:00  win.example: pay here:\n       https://evil.example/pay\n");
        let mailed = block(english(), &theirs, Use::Mail).unwrap();
        assert_eq!(mailed, "10:00  win. example: pay here:\n       evil. example/pay\n");
        assert_eq!(block(english(), &ours, Use::Mail).unwrap(), file, "the business may link to itself");
    }
}
