//! What a connection gets when it joins: history at its own pace, exactly up to the moment it joined.

use std::collections::BTreeMap;
use std::sync::Arc;

use rooms::{Audience, Entry};
use serde_json::value::{RawValue, to_raw_value};

use super::Connection;
use super::registry::Hub;
use super::room_handle::{JoinSnapshot, RoomFacts};
use crate::model::EntryRange;
use crate::refusal::ServiceError;
use crate::telemetry::metrics::RESUMES;
use crate::wire::{EntryView, Frame, HistoryView, JoinData, StateView, event};

/// Maximum size of one part of a history, in bytes of its entries.
const PART_MAX_BYTES: usize = 240 * 1_024;
/// Entries per read from storage.
const PAGE_ENTRIES: u64 = 200;

/// Which entries a join is answered with.
struct Plan {
    recovered: bool,
    after: u64,
    limit: u64,
    newest: bool,
    /// The entries, where the room remembers all of them.
    remembered: Option<Vec<Arc<Entry>>>,
}

pub(super) struct History<'a> {
    pub(super) hub: &'a Arc<Hub>,
    pub(super) facts: &'a RoomFacts,
    pub(super) connection: &'a Connection,
    pub(super) snapshot: &'a JoinSnapshot,
}

impl History<'_> {
    /// Sends the history; false when the connection ended meanwhile.
    pub(super) async fn send(&self, join: &JoinData) -> Result<bool, ServiceError> {
        let plan = self.plan(join).await?;
        if join.after.is_some() {
            let outcome = if plan.recovered { "exact" } else { "not_exact" };
            metrics::counter!(RESUMES, "outcome" => outcome).increment(1);
        }
        let audience = self.connection.audience();
        let remembered = &self.snapshot.remembered;
        let mut parts = Parts::new(self, plan.recovered, remembered.first_seq.for_audience(audience));
        if let Some(entries) = plan.remembered {
            for entry in entries {
                if !parts.add(&entry, audience).await {
                    return Ok(false);
                }
            }
            return Ok(parts.finish(plan.recovered && plan.after > 0).await);
        }
        let mut after = plan.after;
        let mut left = plan.limit;
        loop {
            let range = EntryRange {
                after,
                before: self.snapshot.last_seq + 1,
                // The newest ones are few and come in one page, so that they can be turned around.
                limit: if plan.newest { left } else { left.min(PAGE_ENTRIES) },
                newest: plan.newest,
            };
            let page = self.hub.db().entries().list(self.facts.org, self.facts.id, audience, range).await?;
            let page_length = page.len() as u64;
            left -= page_length.min(left);
            for entry in page {
                after = entry.seq;
                if !parts.add(&entry, audience).await {
                    return Ok(false);
                }
            }
            if plan.newest || left == 0 || page_length < PAGE_ENTRIES {
                return Ok(parts.finish(plan.recovered && plan.after > 0).await);
            }
        }
    }

    async fn plan(&self, join: &JoinData) -> Result<Plan, ServiceError> {
        let settings = &self.hub.base.settings;
        let (remembered, audience) = (&self.snapshot.remembered, self.connection.audience());
        let newest = |limit: u64| {
            let remembered = remembered.newest(limit, audience);
            Plan { recovered: false, after: 0, limit, newest: true, remembered }
        };
        let page_default = u64::from(settings.history_page_default);
        let Some(after) = join.after else {
            let limit = join.limit.unwrap_or(page_default).clamp(1, u64::from(settings.history_page_max));
            return Ok(newest(limit));
        };
        let same_epoch = join.epoch.as_deref().is_none_or(|epoch| epoch == &*self.facts.epoch);
        if !same_epoch || after > self.snapshot.last_seq {
            return Ok(newest(page_default));
        }
        let most = u64::from(settings.resume_max_entries);
        let remembered = remembered.since(after, audience);
        let missed = match &remembered {
            Some(entries) => entries.len() as u64,
            None => {
                let entries = self.hub.db().entries();
                entries.count_after(self.facts.org, self.facts.id, audience, after, most + 1).await?
            }
        };
        if missed > most {
            return Ok(newest(page_default));
        }
        Ok(Plan { recovered: true, after, limit: most, newest: false, remembered })
    }
}

/// Entries gathered into parts of bounded size.
struct Parts<'a> {
    history: &'a History<'a>,
    recovered: bool,
    first_seq: u64,
    has_more: Option<bool>,
    state: StateView,
    read: BTreeMap<String, u64>,
    session_id: String,
    part: u32,
    entries: Vec<Box<RawValue>>,
    byte_count: usize,
}

impl<'a> Parts<'a> {
    fn new(history: &'a History<'a>, recovered: bool, first_seq: u64) -> Self {
        let snapshot = history.snapshot;
        Self {
            history,
            recovered,
            first_seq,
            has_more: None,
            state: StateView::for_audience(&snapshot.head, history.connection.audience()),
            read: snapshot.reads.iter().map(|(user, seq)| (user.to_string(), *seq)).collect(),
            session_id: history.facts.id.to_string(),
            part: 0,
            entries: Vec::new(),
            byte_count: 0,
        }
    }

    async fn add(&mut self, entry: &Entry, audience: Audience) -> bool {
        let Some(view) = EntryView::for_audience(entry, self.history.facts.id, audience) else { return true };
        self.has_more.get_or_insert(view.prev != 0);
        let json = to_raw_value(&view).expect("wire types serialise into memory");
        let size = json.get().len();
        if self.byte_count + size > PART_MAX_BYTES && !self.entries.is_empty() && !self.flush(false).await {
            return false;
        }
        self.byte_count += size;
        self.entries.push(json);
        true
    }

    /// Sends the last part, also when it is empty; `has_older` where no entry told.
    async fn finish(&mut self, has_older: bool) -> bool {
        self.has_more.get_or_insert(has_older);
        self.flush(true).await
    }

    async fn flush(&mut self, is_final: bool) -> bool {
        let view = HistoryView {
            session_id: &self.session_id,
            epoch: &self.history.facts.epoch,
            recovered: self.recovered,
            part: self.part,
            is_final,
            entries: &self.entries,
            first_seq: self.first_seq,
            last_seq: self.history.snapshot.last_seq,
            has_more: self.has_more.unwrap_or(false),
            state: &self.state,
            read: &self.read,
        };
        let frame = Frame::new(event::HISTORY, &view);
        let connection = self.history.connection;
        if !connection.wait_for_history(self.byte_count, self.history.hub.base.now().0).await {
            return false;
        }
        self.part += 1;
        self.entries.clear();
        self.byte_count = 0;
        connection.outbox.push_paced(frame).await
    }
}
