//! Records requests and the outcome of each response.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;
use tokio::sync::watch;

/// One request as it was received, and what has become of its answer so far.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Counts from 0 in the order of arrival.
    pub number: usize,
    /// `POST`, `GET`.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// The headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, or null where it was no JSON.
    pub body: Value,
    /// When it was received whole.
    pub arrived: Instant,
    /// When each piece was handed to the connection.
    pub pieces_sent: Vec<Instant>,
    /// The status of the answer, once there is one.
    pub status: Option<u16>,
    /// When the client closed the connection before the answer was complete.
    pub cancelled: Option<Instant>,
    /// When the answer was complete, or was broken off on purpose.
    pub answered: Option<Instant>,
}

impl Recorded {
    /// Tells whether the body contains `text`, anywhere.
    pub fn contains(&self, text: &str) -> bool {
        strings(&self.body).any(|found| found.contains(text))
    }

    /// The key it was asked with, in whichever header it came.
    pub fn key(&self) -> Option<&str> {
        let bearer = self.headers.get("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let other = ["x-api-key", "api-key"].into_iter().find_map(|name| self.headers.get(name));
        bearer.or(other.map(String::as_str))
    }
}

fn strings(value: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match value {
        Value::String(text) => Box::new(std::iter::once(text.as_str())),
        Value::Array(items) => Box::new(items.iter().flat_map(strings)),
        Value::Object(fields) => Box::new(fields.values().flat_map(strings)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Box::new(std::iter::empty()),
    }
}

/// How many requests there were and how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Received.
    pub received: usize,
    /// Refused because the request has a wrong shape or key.
    pub refused: usize,
    /// Answered to the end, also where the script broke it off.
    pub answered: usize,
    /// Closed by the client before the end.
    pub cancelled: usize,
}

impl Counts {
    /// How many are being answered.
    pub fn open(&self) -> usize {
        self.received - self.answered - self.cancelled
    }
}

/// Every request so far. Whoever waits is told of each change.
#[derive(Debug)]
pub(super) struct Records {
    entries: Mutex<Vec<Recorded>>,
    counts: watch::Sender<Counts>,
}

impl Records {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { entries: Mutex::default(), counts: watch::Sender::new(Counts::default()) })
    }

    pub(super) fn all(&self) -> Vec<Recorded> {
        self.lock().clone()
    }

    pub(super) fn counts(&self) -> watch::Receiver<Counts> {
        self.counts.subscribe()
    }

    pub(super) fn clear(&self) {
        self.lock().retain(|one| one.answered.is_none() && one.cancelled.is_none());
    }

    /// Takes a request in and gives it its number.
    pub(super) fn receive(self: &Arc<Self>, recorded: &mut Recorded) -> Answering {
        let mut entries = self.lock();
        self.counts.send_modify(|counts| {
            recorded.number = counts.received;
            counts.received += 1;
        });
        entries.push(recorded.clone());
        Answering { records: Arc::clone(self), number: recorded.number, is_over: false }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Recorded>> {
        self.entries.lock().expect("nothing panics while it holds the records")
    }
}

/// An answer under way. Dropped before its end, it was cancelled by the client.
#[derive(Debug)]
pub(super) struct Answering {
    records: Arc<Records>,
    /// Finds the entry again: the list may have been cleared meanwhile.
    number: usize,
    is_over: bool,
}

impl Answering {
    pub(super) fn begin(&self, status: u16, is_refused: bool) {
        self.change(|one| one.status = Some(status));
        if is_refused {
            self.records.counts.send_modify(|counts| counts.refused += 1);
        }
    }

    pub(super) fn piece_sent(&self) {
        self.change(|one| one.pieces_sent.push(Instant::now()));
    }

    pub(super) fn end(&mut self) {
        if !std::mem::replace(&mut self.is_over, true) {
            self.change(|one| one.answered = Some(Instant::now()));
            self.records.counts.send_modify(|counts| counts.answered += 1);
        }
    }

    fn change(&self, change: impl FnOnce(&mut Recorded)) {
        if let Some(one) = self.records.lock().iter_mut().find(|one| one.number == self.number) {
            change(one);
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if !self.is_over {
            self.change(|one| one.cancelled = Some(Instant::now()));
            self.records.counts.send_modify(|counts| counts.cancelled += 1);
        }
    }
}
