//! Tool calls: each runs once, off the audio path, and results are returned together and in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{CallId, LinkId, Outcome, ResponseId};

/// A tool that takes longer has failed; the visitor will not wait longer than that.
const TOOL_MS: u64 = 8_000;

/// After so much silence the visitor hears that something happens.
const FILLER_MS: u64 = 700;

/// Calls of tools in one call. A model that wants more runs in circles, and gets no more.
const CALLS_MAX: usize = 256;

#[derive(Debug, Clone)]
struct Running {
    call: CallId,
    name: Arc<str>,
    until_ms: u64,
    outcome: Option<Outcome>,
}

#[derive(Debug, Clone)]
struct Group {
    link: LinkId,
    by_index: BTreeMap<u32, Running>,
    is_response_over: bool,
    filler_ms: Option<u64>,
}

/// What a tool came to.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    pub(super) link: LinkId,
    pub(super) call: CallId,
    pub(super) name: Arc<str>,
    pub(super) outcome: Outcome,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Tools {
    groups: BTreeMap<ResponseId, Group>,
    seen: BTreeSet<CallId>,
}

impl Tools {
    /// Whether this call is to be run: one that was seen before is not, on whichever connection.
    pub(super) fn call(
        &mut self,
        response: ResponseId,
        link: LinkId,
        index: u32,
        call: CallId,
        name: Arc<str>,
        now_ms: u64,
    ) -> bool {
        if self.seen.len() == CALLS_MAX || !self.seen.insert(call.clone()) {
            return false;
        }
        let group = self.groups.entry(response).or_insert_with(|| Group {
            link,
            by_index: BTreeMap::new(),
            is_response_over: false,
            filler_ms: Some(now_ms + FILLER_MS),
        });
        // Two calls in one place would be the provider's mistake; both run, the later one after it.
        let index = (index..).find(|index| !group.by_index.contains_key(index)).unwrap_or(index);
        group.by_index.insert(index, Running { call, name, until_ms: now_ms + TOOL_MS, outcome: None });
        true
    }

    /// A tool has ended; its name, where it was running.
    pub(super) fn end(&mut self, call: &CallId, outcome: Outcome) -> Option<Arc<str>> {
        let running = self
            .groups
            .values_mut()
            .flat_map(|group| group.by_index.values_mut())
            .find(|running| running.call == *call && running.outcome.is_none())?;
        running.outcome = Some(outcome);
        Some(running.name.clone())
    }

    /// The response will call no more tools.
    pub(super) fn close(&mut self, response: &ResponseId) {
        if let Some(group) = self.groups.get_mut(response) {
            group.is_response_over = true;
        }
    }

    /// All responses are over, as their connection is.
    pub(super) fn close_all(&mut self) {
        self.groups.values_mut().for_each(|group| group.is_response_over = true);
    }

    /// The results of a response whose tools have all ended, in the order they were called.
    pub(super) fn take_done(&mut self) -> Option<Vec<Ended>> {
        let done = self.groups.iter().find_map(|(response, group)| {
            let is_done =
                group.is_response_over && group.by_index.values().all(|running| running.outcome.is_some());
            is_done.then(|| response.clone())
        })?;
        let group = self.groups.remove(&done)?;
        let ended = group.by_index.into_values().filter_map(|running| {
            let outcome = running.outcome?;
            Some(Ended { link: group.link, call: running.call, name: running.name, outcome })
        });
        Some(ended.collect())
    }

    /// Calls that have taken too long, now ended.
    pub(super) fn expire(&mut self, now_ms: u64) -> Vec<Arc<str>> {
        let mut late = Vec::new();
        for running in self.groups.values_mut().flat_map(|group| group.by_index.values_mut()) {
            if running.outcome.is_none() && now_ms >= running.until_ms {
                running.outcome = Some(Outcome::TimedOut);
                late.push(running.name.clone());
            }
        }
        late
    }

    /// Whether a filler is due; once for each response.
    pub(super) fn wants_filler(&mut self, now_ms: u64) -> bool {
        let mut is_due = false;
        for group in self.groups.values_mut() {
            if group.filler_ms.is_some_and(|due| now_ms >= due) {
                group.filler_ms = None;
                is_due |= group.by_index.values().any(|running| running.outcome.is_none());
            }
        }
        is_due
    }

    pub(super) fn is_running(&self) -> bool {
        !self.groups.is_empty()
    }

    pub(super) fn next_deadline(&self) -> Option<u64> {
        let tools = self
            .groups
            .values()
            .flat_map(|group| group.by_index.values())
            .filter(|running| running.outcome.is_none())
            .map(|running| running.until_ms);
        tools.chain(self.groups.values().filter_map(|group| group.filler_ms)).min()
    }
}
