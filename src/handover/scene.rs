//! The context of a conversation, loaded for a reply, a brief, or a notice to a waiting visitor.

use std::sync::Arc;

use rooms::{
    Attachment, Audience, Body, ChannelId, ConversationId, Entry, Event, Head, OrgId, Role, UserId, UserKind,
};

use super::job::Job;
use crate::db::{Db, DbError};
use crate::insight::{Language, language_of};
use crate::llm::plain_line;
use crate::model::{ChannelRecord, EntryRange, OrgRecord, VisitorRecord};
use crate::org_settings::{Effective, OrgSettings};

/// Messages read beyond the turns that go into the prompt: events among them take places too.
const SPARE_ENTRIES: u64 = 40;
/// Older messages that go into the prompt as long as no summary holds them. Summaries come sooner; where they fail,
/// the oldest of these go.
const NOT_SUMMED_UP_MAX: usize = 20;
/// Open tickets that are told to the model.
const TICKETS_MAX: i64 = 5;
/// Minimum letters needed to detect a message's language.
const TELLING_LETTERS: usize = 12;

/// What is known where the answer is spoken.
#[derive(Debug, Clone, Default)]
pub struct InCall {
    /// What colleagues who listen have told the assistant and not the visitor, the oldest first.
    pub whispers: Vec<Arc<str>>,
}

/// What is known of a conversation when a reply begins.
#[derive(Debug)]
pub struct Scene {
    /// The org.
    pub org: OrgRecord,
    /// The channel.
    pub channel: ChannelRecord,
    /// The conversation.
    pub conversation: ConversationId,
    /// The visitor, with what is known of them.
    pub visitor: VisitorRecord,
    /// What holds for the channel.
    pub settings: Arc<Effective>,
    /// Messages that visitors may see, the oldest first.
    pub messages: Vec<Entry>,
    /// The visitor's messages that are being answered.
    pub asked: Vec<Entry>,
    /// Where the conversation was last handed back; what stands before it has been dealt with by a person, or
    /// the visitor chose to go on without one.
    pub released_at: u64,
    /// A summary of older messages, and the number of the last entry in it.
    pub summary: Option<(String, u64)>,
    /// Titles of the visitor's open tickets.
    pub open_tickets: Vec<String>,
    /// The language of the newest message that shows one.
    pub language: Language,
    /// How a call is answered; `None` in writing.
    pub in_call: Option<InCall>,
    /// Whether nobody is asked anything: somebody tests the assistant, and nothing is noted of it.
    pub is_test: bool,
}

/// Which conversation, and how far it is answered.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The org.
    pub org: OrgId,
    /// The channel.
    pub channel: ChannelId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The visitor.
    pub visitor: UserId,
    /// Its state.
    pub head: &'a Head,
    /// The number of the last entry that is being answered.
    pub answers: u64,
}

impl Scene {
    /// Reads what is known; `None` where the conversation is gone.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn load(db: &Db, settings: Arc<Effective>, place: Place<'_>) -> Result<Option<Self>, DbError> {
        let (org, id) = (place.org, place.conversation);
        let limit = settings.history_turns + SPARE_ENTRIES;
        let range = EntryRange { after: 0, before: u64::MAX, limit, newest: true };
        let (record, channel, org_record, entries, summary, open_tickets) = tokio::try_join!(
            db.conversations().get(org, id),
            db.channels().get(org, place.channel),
            db.orgs().get(org),
            db.entries().list(org, id, Audience::Visitors, range),
            db.conversations().summary(org, id),
            db.tickets().open_titles_of(org, place.visitor, TICKETS_MAX),
        )?;
        let (Some(record), Some(channel), Some(org_record)) = (record, channel, org_record) else {
            return Ok(None);
        };
        let is_release = |entry: &&Entry| matches!(entry.body, Body::Event(Event::Release { .. }));
        let released_at = entries.iter().rev().find(is_release).map_or(0, |entry| entry.seq);
        let mut messages: Vec<Entry> =
            entries.into_iter().filter(|entry| matches!(entry.body, Body::Message(_))).collect();
        let turns = usize::try_from(settings.history_turns).unwrap_or(usize::MAX);
        let summed_up = summary.as_ref().map_or(0, |(_, seq)| *seq);
        messages.drain(..gone_count(&messages, turns, summed_up));
        let asked = asked(&messages, &place);
        let language = language_in(&messages, record.visitor.locale.as_deref());
        Ok(Some(Self {
            org: org_record,
            channel,
            conversation: id,
            visitor: record.visitor,
            settings,
            messages,
            asked,
            released_at,
            summary,
            open_tickets,
            language,
            in_call: None,
            is_test: false,
        }))
    }

    /// What is known of a conversation outside of a reply; `None` where storage fails or it is gone.
    pub async fn of(
        db: &Db,
        org_settings: &OrgSettings,
        job: Job,
        visitor: UserId,
        head: &Head,
    ) -> Option<Self> {
        let settings = org_settings.effective(job.org, Some(job.channel)).await.ok()?;
        let Job { org, channel, conversation } = job;
        let answers = head.last_visitor_message_seq;
        let place = Place { org, channel, conversation, visitor, head, answers };
        Self::load(db, settings, place).await.ok().flatten()
    }

    /// The words that are being answered.
    #[must_use]
    pub fn question(&self) -> String {
        let texts: Vec<&str> = self.asked.iter().filter_map(text_of).collect();
        texts.join("\n")
    }

    /// Whether a picture is among what is being answered.
    #[must_use]
    pub fn asks_with_a_picture(&self) -> bool {
        let files =
            self.asked.iter().filter_map(|entry| entry.body.content()).flat_map(|one| &one.attachments);
        files.into_iter().any(|file| file.pixels.is_some())
    }

    /// Whether the visitor sent files and no word.
    #[must_use]
    pub fn asks_with_files_only(&self) -> bool {
        self.asked.iter().all(|entry| text_of(entry).is_none())
            && self.asked.iter().any(|entry| said(entry).is_some())
    }
}

/// Whether a text holds a word that calls a person at once.
#[must_use]
pub fn is_urgent(scene: &Scene, text: &str) -> bool {
    !urgent_words_in(&scene.settings, text).is_empty()
}

/// The words of a text that call a person at once.
#[must_use]
pub fn urgent_words_in(settings: &Effective, text: &str) -> Vec<String> {
    let words = rooms::HandoffWords::new(settings.high_priority_words.iter().map(String::as_str));
    words.found_in(text).into_iter().map(str::to_owned).collect()
}

/// The words of a message.
#[must_use]
pub fn text_of(entry: &Entry) -> Option<&str> {
    entry.body.content().map(|content| &*content.text).filter(|text| !text.is_empty())
}

/// What a message says to a reader who does not see its files; `None` where there is nothing.
#[must_use]
pub fn said(entry: &Entry) -> Option<String> {
    let content = entry.body.content()?;
    let named = |file: &Attachment| {
        let kind = if file.pixels.is_some() { "picture" } else { "file" };
        format!("[{kind}: {}]", plain_line(&file.name))
    };
    let files = content.attachments.iter().map(named);
    let parts: Vec<String> = text_of(entry).map(str::to_owned).into_iter().chain(files).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// The messages of the visitor that are to be answered.
fn asked(messages: &[Entry], place: &Place<'_>) -> Vec<Entry> {
    let by_visitor = |entry: &&Entry| entry.author.kind == UserKind::Visitor;
    let is_open = |entry: &&Entry| entry.seq > place.head.answered_seq && entry.seq <= place.answers;
    let mut asked: Vec<Entry> = messages.iter().filter(by_visitor).filter(is_open).cloned().collect();
    if asked.is_empty() {
        // A retry of a turn that was answered in part.
        asked.extend(messages.iter().rfind(by_visitor).cloned());
    }
    asked
}

/// How many of the oldest messages do not go into the prompt: all beyond its turns, but those of which no summary
/// speaks yet.
fn gone_count(messages: &[Entry], turns: usize, summed_up: u64) -> usize {
    let older = messages.len().saturating_sub(turns);
    let known = messages.partition_point(|entry| entry.seq <= summed_up);
    older.min(known.max(older.saturating_sub(NOT_SUMMED_UP_MAX)))
}

/// The language of the newest message that shows one, then the browser's.
#[must_use]
pub fn language_in(messages: &[Entry], locale: Option<&str>) -> Language {
    let visitors = messages.iter().rev().filter(|entry| entry.author.kind.role() == Role::Visitor);
    for text in visitors.filter_map(text_of) {
        if text.chars().filter(|character| character.is_alphabetic()).count() >= TELLING_LETTERS {
            return language_of(text);
        }
    }
    match locale {
        Some(locale) if locale.starts_with("es") => Language::Spanish,
        Some(locale) if locale.starts_with("he") => Language::Hebrew,
        _ => Language::English,
    }
}
