//! A hub event serialised once, shared by every reader of one audience on either transport.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use super::hub::HUB_EVENTS;

/// An event ready to be sent: `{"event":…,"data":…}` for the native transport, and its data alone for
/// Socket.IO. Cloning shares the bytes.
#[derive(Debug, Clone)]
pub struct Frame {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    event: &'static str,
    native: Bytes,
    data_start: usize,
    data: OnceLock<Box<RawValue>>,
}

impl Frame {
    /// Serialises `data` under the name of an event.
    #[must_use]
    pub fn new<T: Serialize + ?Sized>(event: &'static str, data: &T) -> Self {
        let mut native = Vec::with_capacity(512);
        native.extend_from_slice(b"{\"event\":\"");
        native.extend_from_slice(event.as_bytes());
        native.extend_from_slice(b"\",\"data\":");
        let data_start = native.len();
        serde_json::to_writer(&mut native, data).expect("wire types serialise into memory");
        native.push(b'}');
        Self { inner: Arc::new(Inner { event, native: native.into(), data_start, data: OnceLock::new() }) }
    }

    /// An event as another node has serialised it; `None` where this release has none of that name.
    #[must_use]
    pub fn from_other_node(event: &str, data: &RawValue) -> Option<Self> {
        HUB_EVENTS.iter().find(|known| **known == event).map(|event| Self::new(event, data))
    }

    /// The name of the event.
    #[must_use]
    pub fn event(&self) -> &'static str {
        self.inner.event
    }

    /// The whole text of a native frame; always UTF-8.
    #[must_use]
    pub fn native(&self) -> &Bytes {
        &self.inner.native
    }

    /// The bytes of the data alone: JSON.
    #[must_use]
    pub fn data_bytes(&self) -> &[u8] {
        &self.inner.native[self.inner.data_start..self.inner.native.len() - 1]
    }

    /// The data alone, found on first use.
    #[must_use]
    pub fn data(&self) -> &RawValue {
        self.inner.data.get_or_init(|| {
            let text = std::str::from_utf8(self.data_bytes()).expect("serde_json writes UTF-8").to_owned();
            RawValue::from_string(text).expect("serde_json writes JSON")
        })
    }

    /// Bytes on the native transport; what the outbound queue counts.
    #[must_use]
    pub fn byte_count(&self) -> usize {
        self.inner.native.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_transports_carry_the_same_data() {
        let frame = Frame::new("message:new", &serde_json::json!({"content": "héllo \u{2028}"}));

        assert_eq!(
            frame.native().as_ref(),
            "{\"event\":\"message:new\",\"data\":{\"content\":\"héllo \u{2028}\"}}".as_bytes()
        );
        assert_eq!(frame.data().get(), "{\"content\":\"héllo \u{2028}\"}");
    }
}
