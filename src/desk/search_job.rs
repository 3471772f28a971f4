//! The job that makes things searchable right behind the commits, in bounded batches.
//!
//! What it has done is stored with what it wrote, so it goes on after a crash where it was.

use std::collections::VecDeque;
use std::time::Duration;

use rooms::{ConversationId, OrgId};

use super::notification_delivery::NotificationDelivery;
use super::search_text::text_of;
use super::search_words::words;
use crate::base::Base;
use crate::clock;
use crate::db::{DbError, SearchIndex};
use crate::model::{
    IndexedEntries, SearchDoc, SearchText, UnindexedChange, UnindexedEntries, UnindexedEntry,
};
use crate::refusal::log_unanswered;

/// Messages that arrive within so long are made searchable together.
const SETTLE: Duration = Duration::from_millis(100);
/// While messages go on arriving, they are made searchable once in so long: every time is a commit of its own, for
/// which a message's may have to wait.
const PERIOD: Duration = Duration::from_secs(1);
/// Visitors and tickets are looked for at least this often.
const CHANGES_PERIOD: Duration = Duration::from_secs(1);
/// After a failure of storage.
const RETRY: Duration = Duration::from_secs(5);
/// Things of one transaction: others who write wait for it.
const BATCH_DOCS: usize = 50;
/// Their words.
const BATCH_WORDS: usize = 5_000;
/// Entries of one conversation that are read at once.
const READ_ENTRIES: i64 = 50;
const READ_CHANGES: i64 = 50;
/// Batches of changed visitors and tickets before it is the turn of conversations.
const TURN_BATCHES: usize = 4;
const READ_CONVERSATIONS: i64 = 100;
/// Words of one thing; what stands behind them is not found.
const DOC_WORDS_MAX: usize = 10_000;

/// Keeps the index of search up to date until the server stops.
pub(super) async fn run(base: Base, delivery: NotificationDelivery) {
    let index = base.db.search_index();
    let mut last = clock::instant();
    loop {
        let is_woken = tokio::time::timeout(CHANGES_PERIOD, index.changed()).await.is_ok();
        if is_woken {
            tokio::time::sleep(SETTLE.max(PERIOD.saturating_sub(last.elapsed()))).await;
        }
        last = clock::instant();
        if let Err(error) = catch_up(&base, index, &delivery).await {
            log_unanswered(&error, "could not make new entries searchable");
            tokio::time::sleep(RETRY).await;
        }
    }
}

/// Makes everything searchable that was committed until now. Visitors and tickets are noted in the database, whichever
/// node changes them, and made searchable by one.
async fn catch_up(
    base: &Base,
    index: SearchIndex<'_>,
    delivery: &NotificationDelivery,
) -> Result<(), DbError> {
    loop {
        let has_more = base.claims.runs_sweeps() && index_changes(index).await?;
        let (changed, may_be_more) = index.take_changed();
        let indexed = index_conversations((index, delivery), changed, may_be_more).await;
        index.finish(indexed.is_ok());
        indexed?;
        if !has_more {
            return Ok(());
        }
    }
}

/// Makes some of the changed visitors and tickets searchable: however many wait, it is soon the turn of conversations.
/// Returns whether more may wait.
async fn index_changes(index: SearchIndex<'_>) -> Result<bool, DbError> {
    for _ in 0..TURN_BATCHES {
        let changes = index.changes(READ_CHANGES).await?;
        if changes.is_empty() {
            return Ok(false);
        }
        let began = clock::instant();
        let docs: Vec<_> = changes
            .into_iter()
            .map(|change| {
                let doc = changed_doc(&change);
                (change, doc)
            })
            .collect();
        index.put_changes(&docs).await?;
        // Messages are committed in between.
        tokio::time::sleep(began.elapsed()).await;
    }
    Ok(true)
}

fn changed_doc(change: &UnindexedChange) -> Option<SearchDoc> {
    let found = change.found.as_ref()?;
    let words = folded(found.name.as_deref(), &found.text);
    let doc = SearchDoc { kind: change.kind, created_at: found.created_at, seq: None, words };
    (!doc.words.is_empty()).then_some(doc)
}

async fn index_conversations(
    (index, delivery): (SearchIndex<'_>, &NotificationDelivery),
    changed: Vec<(OrgId, ConversationId)>,
    may_be_more: bool,
) -> Result<(), DbError> {
    write_all((index, delivery), changed.into()).await?;
    if may_be_more {
        write_behind((index, delivery)).await?;
    }
    Ok(())
}

/// Goes through all conversations that are behind.
async fn write_behind((index, delivery): (SearchIndex<'_>, &NotificationDelivery)) -> Result<(), DbError> {
    let mut after = None;
    loop {
        let behind = index.behind(after, READ_CONVERSATIONS).await?;
        let Some((_, last)) = behind.last() else { return Ok(()) };
        after = Some(*last);
        write_all((index, delivery), behind.into()).await?;
        if delivery.base.claims.runs_sweeps() {
            index_changes(index).await?;
        }
        // What is written now is not made to wait for what was written long ago.
        let (changed, may_be_more) = index.take_changed();
        write_all((index, delivery), changed.into()).await?;
        if may_be_more {
            after = None;
        }
    }
}

async fn write_all(
    (index, delivery): (SearchIndex<'_>, &NotificationDelivery),
    mut conversations: VecDeque<(OrgId, ConversationId)>,
) -> Result<(), DbError> {
    let mut batch = Batch::default();
    while let Some((org, conversation)) = conversations.pop_front() {
        let unindexed = index.entries(org, conversation, READ_ENTRIES).await?;
        if unindexed.up_to == unindexed.after {
            continue;
        }
        let has_more = unindexed.has_more;
        batch.add(indexed(org, conversation, unindexed));
        if has_more {
            // What was read must be stored before the rest is asked for.
            conversations.push_front((org, conversation));
        }
        if has_more || batch.is_full() {
            batch.write(index, delivery).await?;
        }
    }
    batch.write(index, delivery).await
}

fn indexed(org: OrgId, conversation: ConversationId, unindexed: UnindexedEntries) -> IndexedEntries {
    let mentioned = |entry: &UnindexedEntry| {
        let at = entry.created_at;
        entry.mentions.iter().map(move |mention| (*mention, at)).collect::<Vec<_>>()
    };
    let mentions = unindexed.entries.iter().flat_map(mentioned).collect();
    let doc = |entry: UnindexedEntry| SearchDoc {
        kind: entry.kind,
        created_at: entry.created_at,
        seq: Some(entry.seq),
        words: folded(None, &entry.text),
    };
    let docs = unindexed.entries.into_iter().map(doc).filter(|doc| !doc.words.is_empty()).collect();
    IndexedEntries { org, conversation, after: unindexed.after, up_to: unindexed.up_to, docs, mentions }
}

/// Conversations whose entries are written together.
#[derive(Default)]
struct Batch {
    parts: Vec<IndexedEntries>,
    doc_count: usize,
    word_count: usize,
}

impl Batch {
    fn add(&mut self, part: IndexedEntries) {
        self.doc_count += part.docs.len();
        self.word_count += part.docs.iter().map(|doc| doc.words.len()).sum::<usize>();
        self.parts.push(part);
    }

    fn is_full(&self) -> bool {
        self.doc_count >= BATCH_DOCS || self.word_count >= BATCH_WORDS || self.parts.len() >= BATCH_DOCS
    }

    async fn write(
        &mut self,
        index: SearchIndex<'_>,
        delivery: &NotificationDelivery,
    ) -> Result<(), DbError> {
        if self.parts.is_empty() {
            return Ok(());
        }
        let began = clock::instant();
        let notifications = index.put_entries(&self.parts).await?;
        let is_catching_up = self.is_full();
        *self = Self::default();
        if is_catching_up {
            // Messages are committed in between.
            tokio::time::sleep(began.elapsed()).await;
        }
        delivery.deliver(&notifications).await
    }
}

fn folded(name: Option<&str>, text: &SearchText) -> Vec<String> {
    words(&text_of(name, text)).into_iter().take(DOC_WORDS_MAX).map(|word| word.folded).collect()
}

#[cfg(test)]
mod tests {
    use rooms::{Timestamp, UserId};

    use super::*;
    use crate::db::{Db, Seed};
    use crate::model::NewVisitor;

    #[tokio::test]
    async fn a_turn_leaves_the_rest_of_a_backlog_to_the_next() {
        let data = tempfile::tempdir().unwrap();
        let db = Db::open(None, data.path(), 1).await.unwrap();
        let turn = TURN_BATCHES * usize::try_from(READ_CHANGES).unwrap();
        let first = Seed::default().store(&db, Timestamp(0)).await;
        for number in 1..=turn {
            let visitor = NewVisitor {
                id: UserId(1_000 + number as u128),
                org: first.org,
                channel: first.channel,
                external_id: None,
                name: "Guest".to_owned(),
                email: None,
                verified: false,
                profile_verified: false,
            };
            db.visitors().add(&visitor, Timestamp(0)).await.unwrap();
        }
        let index = db.search_index();
        let waiting = async || index.changes(i64::MAX).await.unwrap().len();

        assert_eq!(waiting().await, turn + 1);
        assert!(index_changes(index).await.unwrap(), "more wait");
        assert_eq!(waiting().await, 1);
        assert!(!index_changes(index).await.unwrap(), "none wait");
        assert_eq!(waiting().await, 0);
    }
}
