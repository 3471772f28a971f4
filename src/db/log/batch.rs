//! Many conversations' writes decided together.
//!
//! A batch decides on heads: those read and locked in its own transaction, or those that somebody knew. What was decided
//! on a known head is refused by storage where the conversation has moved on; then the batch is decided again on heads
//! that are read.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rooms::{ConversationId, Draft, Entry, Head, Insight, OrgId, Priority, Timestamp, UserId, UserKind};

use super::attachments::files_of;
use super::changes::{Changes, ticket_row};
use super::entry_row::EntryRow;
use super::loading::ClientMessageKey;
use super::messages::{Messages, ReadRow};
use super::standing::Standing;
use super::trust::Trust;
use crate::db::delivery::outgoing::Outgoing;
use crate::model::{CommitOutcome, Happening, LabelChange, Patch, ReadMark, WebhookEvent};

/// One write of one conversation.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    Commit {
        org: OrgId,
        conversation: ConversationId,
        draft: Draft,
        /// What whoever drafted it knew of the conversation.
        known: Option<Arc<Head>>,
    },
    Read {
        org: OrgId,
        conversation: ConversationId,
        mark: ReadMark,
    },
    Tag {
        org: OrgId,
        conversation: ConversationId,
        labels: LabelChange,
        priority: Patch<Priority>,
        insight: Option<Insight>,
    },
}

impl Write {
    /// Whose conversation it is, and which.
    pub(super) fn place(&self) -> (OrgId, ConversationId) {
        match self {
            Self::Commit { org, conversation, .. }
            | Self::Read { org, conversation, .. }
            | Self::Tag { org, conversation, .. } => (*org, *conversation),
        }
    }

    /// Under which key its words may have been committed before.
    pub(super) fn client_message_key(&self) -> Option<ClientMessageKey> {
        let Self::Commit { org, conversation, draft, .. } = self else { return None };
        client_message_key(*org, *conversation, draft)
    }
}

/// What became of a write.
#[derive(Debug)]
pub(crate) enum Written {
    Commit(CommitOutcome),
    Read,
    Tag(Box<Head>),
    TooManyLabels,
    NotFound,
}

/// Everything one batch has decided and wants to write.
pub(super) struct Batch<'a> {
    now: Timestamp,
    trust: Trust,
    outgoing: &'a Outgoing,
    standings: HashMap<ConversationId, Standing>,
    /// Entries by the client message id under which they were sent: found in storage, or committed here.
    committed: HashMap<ClientMessageKey, Entry>,
    changes: Changes,
    /// By the org that was named, too: where it is not the conversation's, nothing is marked.
    reads: BTreeMap<(OrgId, ConversationId, UserId), (UserKind, u64)>,
    events: BTreeMap<OrgId, Vec<WebhookEvent>>,
    is_doubtful: bool,
}

/// What a batch writes, and what its conversations that are not closed stand at once that is stored.
pub(super) struct Decided {
    pub(super) changes: Changes,
    /// What webhooks of orgs are sent.
    pub(super) events: BTreeMap<OrgId, Vec<WebhookEvent>>,
    pub(super) heads: Vec<(OrgId, ConversationId, Head)>,
    /// Whether a draft was refused where storage may say otherwise.
    pub(super) is_doubtful: bool,
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        standings: HashMap<ConversationId, Standing>,
        committed: HashMap<ClientMessageKey, Entry>,
        trust: Trust,
        outgoing: &'a Outgoing,
        now: Timestamp,
    ) -> Self {
        let (changes, reads, events) = (Changes::default(), BTreeMap::new(), BTreeMap::new());
        Self { now, trust, outgoing, standings, committed, changes, reads, events, is_doubtful: false }
    }

    /// Decides on one write, after those before it.
    pub(super) fn decide(&mut self, write: &Write) -> Written {
        match write {
            Write::Commit { org, conversation, draft, .. } => self.decide_commit(*org, *conversation, draft),
            Write::Read { org, conversation, mark } => self.decide_read(*org, *conversation, *mark),
            Write::Tag { org, conversation, labels, priority, insight } => {
                self.decide_tag((*org, *conversation), labels, *priority, insight.as_ref())
            }
        }
    }

    fn decide_tag(
        &mut self,
        (org, conversation): (OrgId, ConversationId),
        labels: &LabelChange,
        priority: Patch<Priority>,
        insight: Option<&Insight>,
    ) -> Written {
        let Some(standing) = standing(&mut self.standings, org, conversation) else {
            return Written::NotFound;
        };
        let head = &mut standing.head;
        let Some(after) = labels.apply(&head.labels) else { return Written::TooManyLabels };
        let is_edit = matches!(labels, LabelChange::Edit { .. });
        if is_edit && after == head.labels {
            // It has and lacks them already: nothing has happened to it.
            return Written::Tag(Box::new(head.clone()));
        }
        head.labels = after;
        if !priority.is_keep() {
            head.priority = priority.value();
        }
        if let Some(insight) = insight {
            head.insight = Some(insight.clone());
            standing.new.insight = true;
        }
        head.updated_at = self.now;
        standing.is_whole = true;
        standing.new.updated_at = true;
        Written::Tag(Box::new(standing.head.clone()))
    }

    fn decide_read(&mut self, org: OrgId, conversation: ConversationId, mark: ReadMark) -> Written {
        if self.standings.contains_key(&conversation) {
            let Some(standing) = standing(&mut self.standings, org, conversation) else {
                return Written::NotFound;
            };
            if mark.kind == UserKind::Agent && standing.head.unread != 0 {
                standing.head.mark_read_by_agent(mark.seq);
                standing.is_changed = true;
            }
        }
        let read = self.reads.entry((org, conversation, mark.user)).or_insert((mark.kind, mark.seq));
        read.1 = read.1.max(mark.seq);
        Written::Read
    }

    fn decide_commit(&mut self, org: OrgId, conversation: ConversationId, draft: &Draft) -> Written {
        let Some(standing) = standing(&mut self.standings, org, conversation) else {
            return Written::NotFound;
        };
        let key = client_message_key(org, conversation, draft);
        if let Some(entry) = key.as_ref().and_then(|key| self.committed.get(key)) {
            return Written::Commit(CommitOutcome::Duplicate(Box::new(entry.clone())));
        }
        let Ok(entries) = standing.head.commit(draft.clone(), self.now) else {
            // It may be a repeat, whose answer is its entry, whatever has changed since.
            let may_repeat = key.is_some() && self.trust == Trust::All;
            self.is_doubtful |= may_repeat || standing.is_only_known();
            return Written::Commit(CommitOutcome::Stale);
        };
        standing.is_changed = true;
        standing.is_whole |= !draft.is_plain();
        if let Some(classification) = &draft.classification {
            // Only the first one of a batch stands on what was there before it.
            // And what was read needs no check.
            let stands_on_it = !standing.new.insight && standing.is_only_known();
            standing.new.keeps_language |= stands_on_it && classification.language.is_none();
            standing.new.insight = true;
        }
        standing.new.updated_at |= entries.iter().any(Entry::moves_lists);
        if let (Some(key), Some(first)) = (key, entries.first()) {
            self.committed.insert(key, first.clone());
        }
        if let Some(record) = standing.record_now() {
            let events = self.events.entry(org).or_default();
            for entry in &entries {
                events.extend(self.outgoing.events_of(org, Happening::Committed(record, entry), self.now));
            }
        }
        let insight = draft.classification.as_ref().and(standing.head.insight.clone());
        let rows = entries.iter().map(|entry| EntryRow::new(entry, org, conversation));
        self.changes.messages.entries.extend(rows);
        self.changes.files.extend(entries.iter().flat_map(|entry| files_of(entry, org, conversation)));
        entries.iter().for_each(|entry| self.changes.ratings.add(entry, org, conversation));
        self.changes.tickets.extend(draft.ticket.iter().map(|ticket| ticket_row(org, conversation, ticket)));
        Written::Commit(CommitOutcome::Committed { entries, insight })
    }

    /// What is to be written.
    pub(super) fn finish(self) -> Decided {
        let Self { mut changes, reads, mut events, standings, is_doubtful, .. } = self;
        let Messages { heads: rows, reads: marks, .. } = &mut changes.messages;
        for ((org, conversation, user), (kind, seq)) in reads {
            let is_head_here = standings.contains_key(&conversation);
            marks.push(ReadRow::new((org, conversation), (user, kind), seq, is_head_here));
        }
        let mut heads = Vec::with_capacity(standings.len());
        let mut standings: Vec<(ConversationId, Standing)> = standings.into_iter().collect();
        standings.sort_unstable_by_key(|(id, _)| *id);
        for (id, standing) in standings {
            if standing.is_changed || standing.is_whole {
                rows.push(standing.row(id));
            }
            changes.whole_heads.extend(standing.is_whole.then(|| standing.whole_row(id)));
            // A closed conversation takes ratings only, for which it is read.
            if !standing.head.is_closed() {
                heads.push((standing.org, id, standing.head));
            }
        }
        events.retain(|_, events| !events.is_empty());
        Decided { changes, events, heads, is_doubtful }
    }
}

fn standing(
    standings: &mut HashMap<ConversationId, Standing>,
    org: OrgId,
    conversation: ConversationId,
) -> Option<&mut Standing> {
    standings.get_mut(&conversation).filter(|standing| standing.org == org)
}

fn client_message_key(org: OrgId, conversation: ConversationId, draft: &Draft) -> Option<ClientMessageKey> {
    let first = draft.entries.first()?;
    let content = first.body.content()?;
    Some((org, conversation, first.author.id, content.client_message_id.clone()?))
}
