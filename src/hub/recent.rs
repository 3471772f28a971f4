//! The newest entries of a live room, so that whoever joins or comes back is answered without storage.

use std::collections::VecDeque;
use std::sync::Arc;

use rooms::{Audience, Body, Entry, Event};

/// Maximum entries kept.
const ENTRIES_MAX: usize = 64;
/// What an entry takes beside its texts, in bytes; an estimate.
const ENTRY_BYTES: usize = 400;

/// The newest entries of a room, without a gap.
#[derive(Debug)]
pub(super) struct Recent {
    entries: VecDeque<Arc<Entry>>,
    byte_count: usize,
    max_bytes: usize,
    /// Every entry above this `seq` is kept.
    after: u64,
    first_seq: FirstSeq,
}

/// The first `seq` that each audience may see, 0 where there is none yet. Entries stay as long as their conversation,
/// so one that is known stays what it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FirstSeq {
    for_visitors: u64,
    for_agents: u64,
}

impl FirstSeq {
    pub(super) fn for_audience(self, audience: Audience) -> u64 {
        match audience {
            Audience::Visitors => self.for_visitors,
            Audience::Agents => self.for_agents,
        }
    }
}

/// What a join is answered with from memory.
#[derive(Debug, Clone)]
pub(super) struct Remembered {
    /// Every entry above this `seq` is here.
    pub(super) after: u64,
    /// The entries, ascending.
    pub(super) entries: Vec<Arc<Entry>>,
    /// The first `seq` of each audience.
    pub(super) first_seq: FirstSeq,
}

impl Recent {
    /// Of a room that begins, or was read from storage: `newest` are its newest entries, ascending, and `first` the
    /// first `seq` for visitors and for agents; what is 0 in it is taken from the entries.
    pub(super) fn new(max_bytes: usize, last_seq: u64, newest: Vec<Entry>, first: (u64, u64)) -> Self {
        let after = newest.first().map_or(last_seq, |entry| entry.seq - 1);
        let first_seq = FirstSeq { for_visitors: first.0, for_agents: first.1 };
        let mut recent = Self { entries: VecDeque::new(), byte_count: 0, max_bytes, after, first_seq };
        for entry in newest {
            recent.add(&entry);
        }
        recent
    }

    /// Keeps a further entry, and forgets the oldest ones that are too many.
    pub(super) fn add(&mut self, entry: &Entry) {
        let last_seq = self.entries.back().map_or(self.after, |last| last.seq);
        if entry.seq <= last_seq {
            // What others have committed is read again along with what this room had committed.
            return;
        }
        if entry.seq > last_seq + 1 {
            self.entries.clear();
            self.byte_count = 0;
            self.after = entry.seq - 1;
        }
        if self.first_seq.for_agents == 0 {
            self.first_seq.for_agents = entry.seq;
        }
        if self.first_seq.for_visitors == 0 && entry.visitor_prev.is_some() {
            self.first_seq.for_visitors = entry.seq;
        }
        self.byte_count += bytes_of(entry);
        self.entries.push_back(Arc::new(entry.clone()));
        while self.entries.len() > ENTRIES_MAX || self.byte_count > self.max_bytes {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.byte_count -= bytes_of(&oldest);
            self.after = oldest.seq;
        }
    }

    /// What is kept above `after`; all of it where the caller has no position.
    pub(super) fn above(&self, after: Option<u64>) -> Remembered {
        let after = after.unwrap_or(0).max(self.after);
        let entries = self.entries.iter().filter(|entry| entry.seq > after).cloned().collect();
        Remembered { after, entries, first_seq: self.first_seq }
    }
}

impl Remembered {
    /// The entries of an exact resume that `audience` may see; `None` where some are kept no more.
    pub(super) fn since(&self, after: u64, audience: Audience) -> Option<Vec<Arc<Entry>>> {
        (self.after <= after)
            .then(|| self.seen_by(audience).filter(|entry| entry.seq > after).cloned().collect())
    }

    /// The `limit` newest entries that `audience` may see; `None` where some of them are kept no more.
    pub(super) fn newest(&self, limit: u64, audience: Audience) -> Option<Vec<Arc<Entry>>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut entries: Vec<Arc<Entry>> = self.seen_by(audience).cloned().collect();
        if self.after != 0 && entries.len() < limit {
            return None;
        }
        let surplus = entries.len().saturating_sub(limit);
        entries.drain(..surplus);
        Some(entries)
    }

    fn seen_by(&self, audience: Audience) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.iter().filter(move |entry| audience == Audience::Agents || entry.visitor_prev.is_some())
    }
}

/// What an entry takes in memory, in bytes; an estimate.
fn bytes_of(entry: &Entry) -> usize {
    let texts = match &entry.body {
        Body::Message(content) | Body::Note(content) => {
            content.text.len() + content.metadata.as_ref().map_or(0, |json| json.len())
        }
        Body::Event(Event::ReplyPending(pending)) => pending.text.len(),
        Body::Event(_) => 0,
    };
    ENTRY_BYTES + texts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rooms::{Content, EntryId, Timestamp, User, UserId, UserKind};

    use super::*;

    /// A log whose entries have texts of these lengths and are notes where `true`.
    fn log(entries: &[(usize, bool)]) -> Vec<Entry> {
        let mut visitor_last = 0;
        let mut log = Vec::new();
        for (index, (length, is_note)) in entries.iter().enumerate() {
            let seq = index as u64 + 1;
            let content = Content { text: "x".repeat(*length).into(), ..Content::default() };
            let visitor_prev = (!is_note).then(|| std::mem::replace(&mut visitor_last, seq));
            log.push(Entry {
                id: EntryId(u128::from(seq)),
                seq,
                visitor_prev,
                author: User { id: UserId(1), kind: UserKind::Agent, name: "Ana".into() },
                body: if *is_note { Body::Note(content) } else { Body::Message(content) },
                takeover: 0,
                created_at: Timestamp(0),
            });
        }
        log
    }

    fn seqs(entries: &[Arc<Entry>]) -> Vec<u64> {
        entries.iter().map(|entry| entry.seq).collect()
    }

    proptest! {
        #[test]
        fn what_is_remembered_is_what_the_log_says(
            written in prop::collection::vec((0..3_000_usize, any::<bool>()), 0..120),
            (read, page) in (0..120_usize, 1..80_usize),
            (after, limit) in (0..130_u64, 1..80_u64),
            max_bytes in prop_oneof![Just(0), 500..50_000_usize],
            again in 0..4_usize,
        ) {
            let log = log(&written);
            let read = read.min(log.len());
            let first = |audience: Audience, entries: &[Entry]| {
                let mut seen = entries.iter().filter(|one| audience == Audience::Agents || one.visitor_prev.is_some());
                seen.next().map_or(0, |entry| entry.seq)
            };
            let stored = &log[..read];
            let first_stored = (first(Audience::Visitors, stored), first(Audience::Agents, stored));
            let newest = stored[read.saturating_sub(page)..].to_vec();
            let mut recent = Recent::new(max_bytes, read as u64, newest, first_stored);
            for (index, entry) in log.iter().enumerate().skip(read) {
                recent.add(entry);
                // Read again, from some entry on.
                for known in &log[index.saturating_sub(again)..=index] {
                    recent.add(known);
                }
            }

            prop_assert!(recent.byte_count <= max_bytes && recent.entries.len() <= ENTRIES_MAX);
            for audience in [Audience::Visitors, Audience::Agents] {
                let seen: Vec<u64> = log
                    .iter()
                    .filter(|one| audience == Audience::Agents || one.visitor_prev.is_some())
                    .map(|entry| entry.seq)
                    .collect();
                prop_assert_eq!(recent.above(None).first_seq.for_audience(audience), first(audience, &log));
                if let Some(entries) = recent.above(Some(after)).since(after, audience) {
                    let missed: Vec<u64> = seen.iter().copied().filter(|seq| *seq > after).collect();
                    prop_assert_eq!(seqs(&entries), missed);
                }
                if let Some(entries) = recent.above(None).newest(limit, audience) {
                    let from = seen.len().saturating_sub(usize::try_from(limit).unwrap());
                    prop_assert_eq!(seqs(&entries), &seen[from..]);
                }
            }
        }
    }

    #[test]
    fn a_small_conversation_is_remembered_whole() {
        let log = log(&[(10, false), (10, true), (10, false)]);
        let recent = Recent::new(32_768, 3, log, (0, 0));

        assert_eq!(recent.first_seq, FirstSeq { for_visitors: 1, for_agents: 1 });
        assert_eq!(seqs(&recent.above(Some(1)).since(1, Audience::Visitors).unwrap()), [3]);
        assert_eq!(seqs(&recent.above(None).newest(50, Audience::Agents).unwrap()), [1, 2, 3]);
        assert_eq!(seqs(&recent.above(None).newest(1, Audience::Visitors).unwrap()), [3]);
    }
}
