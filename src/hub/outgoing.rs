//! What connections are sent, how they end, and the transport that takes both.

use std::fmt::Debug;
use std::io;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::value::RawValue;

use crate::wire::{CloseCode, Frame, WireError};

/// The answer to one event: data, or an error.
pub type AckBody = Result<AckData, WireError>;

/// What an event is answered with.
#[derive(Debug)]
pub enum AckData {
    /// Any JSON.
    Json(Box<RawValue>),
    /// The ack of a message, whose entry was serialised for its readers already.
    Sent {
        /// `message:new` with the entry, as the sender sees it.
        entry: Frame,
        /// Whether it had been committed before.
        is_duplicate: bool,
    },
}

impl AckData {
    /// Appends it as JSON.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        match self {
            Self::Json(json) => out.extend_from_slice(json.get().as_bytes()),
            Self::Sent { entry, is_duplicate } => {
                out.extend_from_slice(b"{\"entry\":");
                out.extend_from_slice(entry.data_bytes());
                let end: &[u8] =
                    if *is_duplicate { b",\"duplicate\":true}" } else { b",\"duplicate\":false}" };
                out.extend_from_slice(end);
            }
        }
    }
}

impl Serialize for AckData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json(json) => json.serialize(serializer),
            Self::Sent { entry, is_duplicate } => {
                let mut object = serializer.serialize_struct("SendAck", 2)?;
                object.serialize_field("entry", entry.data())?;
                object.serialize_field("duplicate", is_duplicate)?;
                object.end()
            }
        }
    }
}

/// Something to send.
#[derive(Debug)]
pub enum Outgoing {
    /// An event.
    Event(Frame),
    /// The answer to the event with this id of the client's.
    Ack {
        /// The client's id.
        id: i64,
        /// What it gets.
        body: AckBody,
    },
}

/// Why and how a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// The code.
    pub code: CloseCode,
    /// When the client may come back, in milliseconds, where that is known.
    pub retry_after_ms: Option<u64>,
}

impl From<CloseCode> for Closing {
    fn from(code: CloseCode) -> Self {
        Self { code, retry_after_ms: None }
    }
}

/// A transport that takes what is sent at once, so that no task has to be woken for it.
pub trait Transmit: Debug + Send {
    /// Sends what `next` gives until it gives nothing more; false where something that was taken from it, now or
    /// before, is not sent yet. That is sent first.
    ///
    /// # Errors
    /// When the transport is broken.
    fn transmit(&mut self, next: &mut dyn FnMut() -> Option<Outgoing>) -> io::Result<bool>;
}

/// How far an outbox was emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flushed {
    /// Nothing waits.
    Everything,
    /// The transport takes no more now.
    Blocked,
    /// The connection ends, and everything to be sent before that is sent; `None` where its transport is gone already.
    Ending(Option<Closing>),
}
