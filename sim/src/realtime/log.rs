//! Remembers what each connection sent, and what it did wrong.

use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::sync::watch;

use super::usage::Usage;

/// How a connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Whether the simulator ended it.
    pub is_ours: bool,
    /// The close code, where there was a close frame.
    pub code: Option<u16>,
    /// Its reason, or what broke.
    pub reason: String,
}

/// An item of a conversation, as it has become.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemLog {
    /// Its id.
    pub id: String,
    /// The item before it, when it was added.
    pub previous_id: Option<String>,
    /// `message`, `function_call`, `function_call_output`.
    pub kind: String,
    /// `user`, `assistant`, `system`; empty for calls.
    pub role: String,
    /// Its words, arguments or output.
    pub text: String,
    /// Which tones it sounds in, for [`super::tones`].
    pub tone: Option<u32>,
    /// Milliseconds of sound that were sent of it.
    pub sent_ms: u64,
    /// Where the client truncated it.
    pub truncated_ms: Option<u64>,
    /// Whether the client deleted it.
    pub is_deleted: bool,
}

/// Everything about one connection.
#[derive(Debug, Clone, Default)]
pub struct ConnectionLog {
    /// Counts from 0 in the order of acceptance.
    pub index: usize,
    /// When it was accepted, in milliseconds since the simulator's start, as all times here.
    pub opened_ms: u64,
    /// The headers, names and values as sent.
    pub headers: Vec<(String, String)>,
    /// What stood behind the `?`.
    pub query: String,
    /// Everything received, with `audio` replaced by the length of its base64.
    pub events: Vec<(u64, Value)>,
    /// The type of everything sent.
    pub sent: Vec<(u64, String)>,
    /// The last accepted session, from the first `session.updated` on.
    pub config: Option<Value>,
    /// Everything appended, in order.
    pub audio: Vec<i16>,
    /// How many samples were appended, also where they are not kept.
    pub audio_sample_count: u64,
    /// How many events they came in.
    pub append_count: u64,
    /// Rules of the protocol that the client broke.
    pub violations: Vec<String>,
    /// The conversation's items in the order they came to be.
    pub items: Vec<ItemLog>,
    /// Accepted truncations: item and `audio_end_ms`.
    pub truncated: Vec<(String, u64)>,
    /// What was reported as used.
    pub usage: Usage,
    /// How long a full-duplex session was used, in milliseconds of its clock.
    pub live_ms: u64,
    /// How it ended, once it has.
    pub closed: Option<Closed>,
}

impl ConnectionLog {
    /// The value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Received events of this type.
    pub fn received<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> + 'a {
        self.events.iter().map(|(_, event)| event).filter(move |event| event["type"] == kind)
    }

    /// How many events of this type were sent.
    pub fn sent_count(&self, kind: &str) -> usize {
        self.sent.iter().filter(|(_, one)| one == kind).count()
    }

    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&ItemLog> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The item that sounds in these tones.
    pub fn item_of_tone(&self, tone: u32) -> Option<&ItemLog> {
        self.items.iter().find(|item| item.tone == Some(tone))
    }

    /// As `GET /_log` shows it: sound only as counts.
    pub(super) fn to_json(&self) -> Value {
        let headers: Vec<Value> =
            self.headers.iter().map(|(name, value)| json!([name, shown(name, value)])).collect();
        let items: Vec<Value> = self.items.iter().map(ItemLog::to_json).collect();
        json!({
            "index": self.index,
            "opened_ms": self.opened_ms,
            "headers": headers,
            "query": self.query,
            "config": self.config,
            "events": self.events.iter().map(|(ms, event)| json!({ "ms": ms, "event": event })).collect::<Vec<_>>(),
            "sent": self.sent.iter().map(|(ms, kind)| json!({ "ms": ms, "type": kind })).collect::<Vec<_>>(),
            "audio_sample_count": self.audio_sample_count,
            "append_count": self.append_count,
            "violations": self.violations,
            "items": items,
            "truncated": self.truncated,
            "usage": self.usage.to_json(),
            "live_ms": self.live_ms,
            "closed": self.closed.as_ref().map(|closed| {
                json!({ "is_ours": closed.is_ours, "code": closed.code, "reason": closed.reason })
            }),
        })
    }
}

impl ItemLog {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "previous_id": self.previous_id,
            "type": self.kind,
            "role": self.role,
            "text": self.text,
            "tone": self.tone,
            "sent_ms": self.sent_ms,
            "truncated_ms": self.truncated_ms,
            "is_deleted": self.is_deleted,
        })
    }
}

/// Keys are not shown over HTTP, even those of a simulator.
fn shown<'a>(name: &str, value: &'a str) -> &'a str {
    if ["authorization", "api-key"].iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
        "(hidden)"
    } else {
        value
    }
}

/// The logs of all connections. Whoever waits is told of each change.
#[derive(Debug)]
pub(super) struct Records(watch::Sender<Vec<ConnectionLog>>);

impl Records {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(Vec::new())))
    }

    pub(super) fn all(&self) -> Vec<ConnectionLog> {
        self.0.borrow().clone()
    }

    /// What `read` makes of the logs, without copying them.
    pub(super) fn read<T>(&self, read: impl FnOnce(&[ConnectionLog]) -> T) -> T {
        read(&self.0.borrow())
    }

    pub(super) async fn wait_until(&self, mut is_wanted: impl FnMut(&[ConnectionLog]) -> bool) {
        let mut logs = self.0.subscribe();
        logs.wait_for(|logs| is_wanted(logs)).await.expect("the logs live as long as the simulator");
    }

    /// Opens a log and gives it its index.
    pub(super) fn open(self: &Arc<Self>, mut log: ConnectionLog) -> Recorder {
        let mut index = 0;
        self.0.send_modify(|logs| {
            index = logs.len();
            log.index = index;
            logs.push(log);
        });
        Recorder { records: Arc::clone(self), index }
    }
}

/// Writes one connection's log.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    records: Arc<Records>,
    index: usize,
}

impl Recorder {
    pub(super) fn index(&self) -> usize {
        self.index
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut ConnectionLog)) {
        self.records.0.send_modify(|logs| change(&mut logs[self.index]));
    }

    /// Notes a rule that the client broke.
    pub(super) fn note_violation(&self, violation: String) {
        self.change(|log| log.violations.push(violation));
    }

    /// Notes an event of the client; of one `with_sound`, how long its text is in place of the text.
    pub(super) fn note_event(&self, at_ms: u64, event: &Map<String, Value>, with_sound: bool) {
        let mut event = Value::Object(event.clone());
        if with_sound && let Some(text) = event["audio"].as_str() {
            event["audio"] = json!(text.len());
        }
        self.change(|log| log.events.push((at_ms, event)));
    }

    /// Notes sound of the client, and keeps it where that is wanted.
    pub(super) fn note_samples(&self, samples: &[i16], is_kept: bool) {
        self.change(|log| {
            log.append_count += 1;
            log.audio_sample_count += samples.len() as u64;
            if is_kept {
                log.audio.extend_from_slice(samples);
            }
        });
    }

    pub(super) fn change_item(&self, id: &str, change: impl FnOnce(&mut ItemLog)) {
        self.change(|log| {
            // The latest first: it is nearly always the one.
            if let Some(item) = log.items.iter_mut().rev().find(|item| item.id == id) {
                change(item);
            }
        });
    }
}
